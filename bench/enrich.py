"""Enrichment of 1M addresses (country, autonomous system, network type) against a loop over `geoip2.Reader`.

Two loops: country alone, which is less than we do, and country, ASN and anonymous IP, which is the same. Their
databases are made here in the shapes of GeoLite2 with records of the usual size (continent, country, registered
country, names in eight languages), from 30,000 networks around addresses of the same draw, so every address is found.
They run on a part of the addresses and are scaled up. Ours counts everything: reading tables and lists from disk,
parsing, look-up, decision. Networks are real, addresses drawn evenly over networks; 80 % are IPv4. CPU seconds; peak
memory is that of the process after our part.
"""

import argparse
import random
import resource
import socket
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import maxminddb
import numpy as np
from geoip2.database import Reader
from mmdb_writer import MMDBWriter
from netaddr import IPNetwork, IPSet

from attrigraph.loaders.ip import IpSources, lookup
from attrigraph.loaders.ip.ranges import NONE
from attrigraph.loaders.ip.tables import as_table, country_table
from attrigraph.territories import territory_name

ADDRESSES = 1_000_000
LOOP = 100_000
NETWORKS = 30_000
LISTED = 20_000
ASKED_RATIO = 15
LANGUAGES = ("de", "en", "es", "fr", "ja", "pt-BR", "ru", "zh-CN")


def drawn(n: int, rng: random.Random) -> list[str]:
    """Distinct addresses inside networks of the country table."""
    ranges = country_table().ranges
    found: dict[str, None] = {}
    v4 = [(int(s), int(e)) for s, e in zip(ranges.v4_starts[:-1], ranges.v4_starts[1:], strict=True)]
    v4 = [v4[i] for i in np.flatnonzero(ranges.v4_values[:-1] != NONE)]
    starts = [int.from_bytes(key.ljust(16, b"\0"), "big") for key in ranges.v6_starts.tolist()]
    v6 = [(starts[i], starts[i + 1]) for i in np.flatnonzero(ranges.v6_values[:-1] != NONE)]
    while len(found) < n:
        first, end = rng.choice(v4 if rng.random() < 0.8 else v6)
        value = rng.randrange(first, end)
        found[_text(value, end <= 2**32)] = None
    return list(found)


def _text(value: int, v4: bool) -> str:
    if v4:
        return socket.inet_ntop(socket.AF_INET, value.to_bytes(4, "big"))
    return socket.inet_ntop(socket.AF_INET6, value.to_bytes(16, "big"))


def databases(folder: Path, addresses: list[str]) -> list[str]:
    """Country, ASN and anonymous-IP databases of the /24 or /48 around some addresses; the addresses in them."""
    facts = lookup(addresses)
    place, network = facts.places[0], facts.networks[0]
    found = [i for i in range(len(addresses)) if place.at[i] != NONE]
    around = [IPSet([IPNetwork(f"{addresses[i]}/{48 if ':' in addresses[i] else 24}").cidr]) for i in found]
    anonymous = {"is_anonymous": True, "is_hosting_provider": True}
    written: dict[str, list[dict[str, object]]] = {
        "GeoLite2-Country": [country(place.codes[place.at[i]]) for i in found],
        "GeoLite2-ASN": [system(int(network.numbers[i]), network.names) for i in found],
        "GeoIP2-Anonymous-IP": [dict(anonymous) for _ in found],
    }
    for kind, records in written.items():
        writer = MMDBWriter(6, kind, ipv4_compatible=True)
        for networks, record in zip(around, records, strict=True):
            writer.insert_network(networks, record)
        writer.to_db_file(str(folder / f"{kind}.mmdb"))
    return [addresses[i] for i in found]


def country(code: str) -> dict[str, object]:
    """A record as GeoLite2-Country has them, with the English name under all eight languages."""
    names = {language: territory_name(code) for language in LANGUAGES}
    inner = {"geoname_id": 1_000_000, "iso_code": code, "names": names}
    continent = {"code": "XX", "geoname_id": 6_255_148, "names": names}
    return {"continent": continent, "country": inner, "registered_country": inner}


def system(number: int, names: Mapping[int, str]) -> dict[str, object]:
    """A record as GeoLite2-ASN has them."""
    return {"autonomous_system_number": number or 1, "autonomous_system_organization": names.get(number, "none")}


def lists(folder: Path, addresses: list[str], rng: random.Random) -> list[tuple[str, Path]]:
    """A VPN, a hosting and a Tor list."""
    written = []
    for kind in ("vpn", "hosting", "tor"):
        path = folder / f"{kind}.txt"
        part = rng.sample(addresses, min(LISTED, len(addresses)))
        path.write_text("".join(f"{a}/{48 if ':' in a else 24}\n" for a in part))
        written.append((kind, path))
    return written


def ours(addresses: list[str], files: list[tuple[str, Path]]) -> float:
    """CPU seconds from nothing in memory to all facts."""
    country_table.cache_clear()
    as_table.cache_clear()
    began = time.process_time()
    facts = lookup(addresses, IpSources.from_files(files))
    took = time.process_time() - began
    located = int((facts.places[0].at != NONE).sum())
    networks = int((facts.networks[0].numbers != 0).sum())
    named = len(np.unique(facts.network_type))
    print(f"   {len(facts):,} addresses: {located:,} with country, {networks:,} with system, {named} network types")
    return took


def country_loop(folder: Path, addresses: list[str]) -> float:
    """CPU seconds of the loop over countries, per address."""
    began = time.process_time()
    with Reader(folder / "GeoLite2-Country.mmdb") as reader:
        for address in addresses:
            assert reader.country(address).country.iso_code
    return (time.process_time() - began) / len(addresses)


def same_loop(folder: Path, addresses: list[str]) -> float:
    """CPU seconds of the loop that finds what we find, per address."""
    began = time.process_time()
    with (
        Reader(folder / "GeoLite2-Country.mmdb") as places,
        Reader(folder / "GeoLite2-ASN.mmdb") as systems,
        Reader(folder / "GeoIP2-Anonymous-IP.mmdb") as anonymous,
    ):
        for address in addresses:
            assert places.country(address).country.iso_code
            assert systems.asn(address).autonomous_system_number
            assert anonymous.anonymous_ip(address).is_hosting_provider
    return (time.process_time() - began) / len(addresses)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.enrich")
    parser.add_argument("--quick", action="store_true", help="a hundredth of the size")
    scale = 100 if parser.parse_args().quick else 1
    rng = random.Random(1)
    addresses = drawn(ADDRESSES // scale, rng)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        files = lists(folder, addresses, rng)
        results = [("bundled tables", ours(addresses, [])), ("with VPN, hosting and Tor lists", ours(addresses, files))]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        asked = rng.choices(databases(folder, rng.sample(addresses, NETWORKS // scale)), k=LOOP // scale)
        with maxminddb.open_database(folder / "GeoLite2-ASN.mmdb") as reader:
            print(f"   loops: geoip2.Reader on {type(reader).__module__}, {len(asked):,} addresses timed and scaled up")
        loops = [
            ("country alone", country_loop(folder, asked)),
            ("country, ASN, anonymous", same_loop(folder, asked)),
        ]
    for name, took in results:
        print(f"   ours, {name:34} {took:8.2f} CPU s")
        for loop, each in loops:
            peer = each * len(addresses)
            print(f"      geoip2 loop, {loop:24} {peer:11.2f} CPU s = {peer / took:4.1f} x (asked: {ASKED_RATIO} x)")
    print(f"   peak memory after our part {peak:20.0f} MB")


if __name__ == "__main__":
    main()
