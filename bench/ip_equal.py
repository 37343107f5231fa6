"""1M mixed addresses to country, ASN and type: answers equal to `geoip2.Reader` and maxminddb-rust, and the cost.

The bundled tables are written as databases in the shapes of GeoLite2 and Anonymous-IP, for 20,000 blocks (/24, /48)
that all addresses are drawn from: 80 % IPv4, every range of the tables inside a block as it is. Every address is asked
three times: in our tables and a list, in the databases through `lookup`, in the databases through the two readers.
CPU seconds; ours without reading tables and files, as the readers are open too.
"""

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address as address_of
from ipaddress import ip_network, summarize_address_range
from pathlib import Path
from typing import Any, TypeVar

import maxminddb_rust
import numpy as np
from geoip2.database import Reader
from geoip2.errors import AddressNotFoundError
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from attrigraph.loaders.ip import IpSources, lookup
from attrigraph.loaders.ip.curated import systems
from attrigraph.loaders.ip.kinds import NETWORK_TYPES, PRECEDENCE
from attrigraph.loaders.ip.lookup import IpFacts
from attrigraph.loaders.ip.ranges import NONE, RangeTable
from attrigraph.loaders.ip.tables import as_table, country_table
from bench.enrich import country, drawn, system

ADDRESSES = 1_000_000
BLOCKS = 20_000
ASKED_US = 1.5
ASKED_MB = 1000

T = TypeVar("T")
Answer = tuple[str | None, int, str]
"""Country, AS number (0: none), network type."""


def blocks(n: int, rng: random.Random) -> list[tuple[int, int, int]]:
    """Version, first and last address of blocks around addresses of the country table."""
    found = {}
    for text in drawn(n, rng):
        net = ip_network(f"{text}/{48 if ':' in text else 24}", strict=False)
        found[net] = (net.version, int(net[0]), int(net[-1]))
    return list(found.values())


def inside(table: RangeTable, block: tuple[int, int, int]) -> Iterator[tuple[list[str], int]]:
    """Networks of every range of a table in a block, with its value."""
    version, first, last = block
    if version == 4:
        starts, values, key = table.v4_starts, table.v4_values, np.uint32(first)
    else:
        starts, values, key = table.v6_starts, table.v6_values, np.bytes_(first.to_bytes(16, "big"))
    at = int(np.searchsorted(starts, key, side="right")) - 1
    begin = first
    while begin <= last:
        end = last
        if at + 1 < len(starts):
            following = starts[at + 1]
            end = min(last, (int(following) if version == 4 else int.from_bytes(following.ljust(16, b"\0"), "big")) - 1)
        if values[at] != NONE:
            nets = summarize_address_range(_address(version, begin), _address(version, end))
            yield [str(net) for net in nets], int(values[at])
        begin, at = end + 1, at + 1


def _address(version: int, value: int) -> Any:
    return address_of(value.to_bytes(4 if version == 4 else 16, "big"))


def written(folder: Path, chosen: list[tuple[int, int, int]], hosting: set[tuple[int, int, int]]) -> None:
    """The three databases, and the hosting blocks as a list."""
    places, routes = country_table(), as_table()
    numbers, names = routes.numbers, dict(zip(routes.numbers.tolist(), routes.names, strict=True))
    made = {
        "GeoLite2-Country": [(n, country(places.codes[v])) for b in chosen for n, v in inside(places.ranges, b)],
        "GeoLite2-ASN": [(n, system(int(numbers[v]), names)) for b in chosen for n, v in inside(routes.ranges, b)],
        "GeoIP2-Anonymous-IP": [([_network(b)], {"is_anonymous": True, "is_hosting_provider": True}) for b in hosting],
    }
    for kind, rows in made.items():
        writer = MMDBWriter(6, kind, ipv4_compatible=True)
        for networks, record in rows:
            writer.insert_network(IPSet(networks), record)
        writer.to_db_file(str(folder / f"{kind}.mmdb"))
    (folder / "hosting.txt").write_text("".join(f"{_network(b)}\n" for b in sorted(hosting)))


def _network(block: tuple[int, int, int]) -> str:
    return f"{_address(*block[:2])}/{24 if block[0] == 4 else 48}"


def asked(n: int, chosen: list[tuple[int, int, int]], rng: random.Random) -> list[str]:
    """Distinct addresses of the blocks, 80 % IPv4 as long as there are enough."""
    by_version = {v: [b for b in chosen if b[0] == v] for v in (4, 6)}
    found: dict[str, None] = {}
    while len(found) < n:
        version, first, last = rng.choice(by_version[4 if rng.random() < 0.8 else 6])
        found[str(_address(version, rng.randint(first, last)))] = None
    return list(found)


def answers(facts: IpFacts, source: int) -> list[Answer]:
    """What the source of that position says, and the type decided."""
    place, network = facts.places[source], facts.networks[source]
    codes = (*place.codes, None)
    types = [NETWORK_TYPES[i] for i in facts.network_type.tolist()]
    return list(zip((codes[i] for i in place.at.tolist()), network.numbers.tolist(), types, strict=True))


def expected_type(hosting: bool, number: int) -> str:
    """The type by the stated order, from the flag of a reader and the curated list: one address at a time."""
    said = {"hosting"} if hosting else set[str]()
    said |= {systems()[number].type} if number in systems() else set()
    first = min(said, key=PRECEDENCE.index, default="unknown")
    return first if first in NETWORK_TYPES else "unknown"


def of_geoip2(folder: Path, addresses: list[str]) -> list[Answer]:
    """One address after the other, as its documentation does."""

    def silent(ask: Callable[[], T]) -> T | None:
        try:
            return ask()
        except AddressNotFoundError:
            return None

    found: list[Answer] = []
    with (
        Reader(folder / "GeoLite2-Country.mmdb") as places,
        Reader(folder / "GeoLite2-ASN.mmdb") as routes,
        Reader(folder / "GeoIP2-Anonymous-IP.mmdb") as anonymous,
    ):
        for a in addresses:
            place, net, hidden = (
                silent(lambda a=a: places.country(a).country.iso_code),  # type: ignore[misc]
                silent(lambda a=a: routes.asn(a).autonomous_system_number),  # type: ignore[misc]
                silent(lambda a=a: anonymous.anonymous_ip(a).is_hosting_provider),  # type: ignore[misc]
            )
            found.append((place, net or 0, expected_type(bool(hidden), net or 0)))
    return found


def of_rust(folder: Path, addresses: list[str]) -> list[Answer]:
    """Its fastest way: one field of many addresses."""
    opened = [maxminddb_rust.open_database(str(folder / f"{n}.mmdb")) for n in ("GeoLite2-Country", "GeoLite2-ASN")]
    hidden = maxminddb_rust.open_database(str(folder / "GeoIP2-Anonymous-IP.mmdb"))
    places = opened[0].get_many_path(addresses, ("country", "iso_code"))
    numbers = opened[1].get_many_path(addresses, ("autonomous_system_number",))
    flags = hidden.get_many_path(addresses, ("is_hosting_provider",))
    return [(p, n or 0, expected_type(bool(h), n or 0)) for p, n, h in zip(places, numbers, flags, strict=True)]


def timed(make: Callable[[], T]) -> tuple[T, float]:
    """A result and its CPU seconds."""
    began = time.process_time()
    found = make()
    return found, time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.ip_equal")
    parser.add_argument("--quick", action="store_true", help="a hundredth of the size")
    scale = 100 if parser.parse_args().quick else 1
    rng = random.Random(2)
    chosen = blocks(BLOCKS // scale, rng)
    hosting = set(rng.sample(chosen, len(chosen) // 4))
    addresses = asked(ADDRESSES // scale, chosen, rng)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        written(folder, chosen, hosting)
        listed = IpSources.from_files([("hosting", folder / "hosting.txt")])
        databases = IpSources.from_files([], sorted(folder.glob("*.mmdb")))
        lookup(addresses[:1000], listed)
        by_table, table_s = timed(lambda: lookup(addresses, listed))
        by_mmdb, mmdb_s = timed(lambda: lookup(addresses, databases))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        geoip2, geoip2_s = timed(lambda: of_geoip2(folder, addresses))
        rust, rust_s = timed(lambda: of_rust(folder, addresses))
    ours = {"tables and list": answers(by_table, 0), "databases": answers(by_mmdb, 1)}
    print(f"   {len(addresses):,} addresses, {sum(':' in a for a in addresses):,} of them IPv6; {len(chosen):,} blocks")
    for name, found in ours.items():
        for peer, said in (("geoip2.Reader", geoip2), ("maxminddb-rust", rust)):
            print(f"   {name:16} equal to {peer:15} {differences(found, said)}")
    n = len(addresses) / 1e6
    print(f"   ours, tables and list     {table_s / n:6.2f} CPU µs an address (asked: {ASKED_US})")
    print(f"   ours, bundled + databases {mmdb_s / n:6.2f} CPU µs an address (asked: {ASKED_US})")
    print(f"   geoip2.Reader loop        {geoip2_s / n:6.2f} CPU µs an address")
    print(f"   maxminddb-rust, 3 fields  {rust_s / n:6.2f} CPU µs an address")
    print(f"   peak memory after our part {peak:.0f} MB (asked: {ASKED_MB})")


def differences(ours: list[Answer], theirs: list[Answer]) -> str:
    """How many addresses have another country, system or type."""
    counts = [0, 0, 0]
    for mine, other in zip(ours, theirs, strict=True):
        counts[0] += mine[0] != other[0]
        counts[1] += mine[1] != other[1]
        counts[2] += mine[2] != other[2]
    return f"except for {counts[0]} countries, {counts[1]} systems, {counts[2]} types"


if __name__ == "__main__":
    main()
