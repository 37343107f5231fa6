"""Write `simulation/blocks.csv`: networks of large providers, by territory, from which the simulation draws addresses.

The data are two npm packages, `@ip-location-db/asn` (who announces a network) and
`@ip-location-db/geo-whois-asn-country-mmdb` (the territory of a network), both CC BY 4.0. Fetch them with

    npm pack @ip-location-db/asn @ip-location-db/geo-whois-asn-country-mmdb
    python tools/make_simulation_blocks.py FOLDER_WITH_THE_TWO_TGZ

A network is taken when one provider of the table below announces all of it and the territory table gives one
territory for every address of it. The largest such networks of each provider come first.
"""

from __future__ import annotations

import csv
import io
import ipaddress
import sys
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import maxminddb

OUT = Path(__file__).resolve().parent.parent / "simulation" / "blocks.csv"

FIXED: dict[str, tuple[int, ...]] = {
    "AR": (7303, 22927), "AU": (1221, 4804, 7545), "BR": (28573, 27699, 18881), "CA": (577, 812, 852, 5769),
    "CL": (7418, 22047, 14259), "CR": (11830, 262197), "DE": (3320, 3209, 8881), "ES": (3352, 12479, 12430),
    "FI": (719, 1759, 16086), "FR": (3215, 12322, 5410), "GB": (2856, 5089, 5607), "GR": (6799, 3329, 1241),
    "IE": (5466, 15502, 6830), "JP": (4713, 17676, 2516), "KE": (33771, 12455, 15399), "MA": (6713, 36903),
    "MY": (4788, 9930), "NL": (1136, 33915), "NO": (2119, 29695, 25400), "NZ": (4771, 9500, 9790),
    "PE": (6147, 12252), "PL": (5617, 12741, 29314), "PT": (3243, 2860, 12353), "SE": (3301, 1257, 29518),
    "TH": (17552, 23969, 45758), "US": (7922, 20115, 701), "UY": (6057,), "ZA": (37457, 5713),
}  # fmt: skip
"""Well-known fixed-line providers."""

MOBILE: dict[str, tuple[int, ...]] = {
    "AR": (22927,), "AU": (133612,), "BR": (26599, 26615), "CA": (852,), "CL": (27651, 27925), "CR": (11830,),
    "DE": (6805,), "ES": (12430,), "FI": (16086,), "FR": (51207,), "GB": (5378, 12576), "GR": (29247,),
    "IE": (13280,), "JP": (9605,), "KE": (36926, 37061), "MA": (36925, 36884), "MY": (9534, 4818),
    "NL": (50266, 31615), "NO": (25400,),
    "NZ": (23655, 4768), "PE": (21575,), "PL": (39603, 8374), "PT": (42863,), "SE": (44034,), "TH": (133481, 45458),
    "US": (21928,), "UY": (19422,), "ZA": (29975, 16637),
}  # fmt: skip
"""Providers with much mobile traffic."""

VPN = (9009, 212238, 136787, 147049, 207137, 137409, 206092, 39351)
"""M247, DataCamp, PacketHub, GSL, F.N.S., 31173: networks that commercial VPN services rent."""
HOSTING = (16509, 14061, 24940, 16276, 20473, 63949, 62240, 60781, 396356, 262287, 51167, 203020, 8075)
"""Amazon, DigitalOcean, Hetzner, OVH, Vultr, Akamai, Clouvider, Leaseweb, Latitude, Maxihost, Contabo, HostRoyale,
Microsoft."""

TAKE = {"fixed": (8, 2), "mobile": (4, 1), "vpn": (4, 0), "hosting": (3, 0)}
"""Networks taken per territory and kind: IPv4, IPv6."""
LONGEST = {4: 24, 6: 48}
SHORTEST = {4: 14, 6: 32}

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def member(folder: Path, package: str, name: str) -> bytes:
    """One file of one packed npm package. Raises SystemExit when the package is not in the folder."""
    found = sorted(folder.glob(f"ip-location-db-{package}-[0-9]*.tgz"))
    if not found:
        raise SystemExit(f"{folder} has no ip-location-db-{package}-*.tgz; run npm pack @ip-location-db/{package}")
    with tarfile.open(found[-1]) as archive:
        content = archive.extractfile(f"package/{name}")
        assert content is not None
        return content.read()


def announced(folder: Path, version: int) -> Iterator[tuple[Network, int, str]]:
    """Every network of the providers above with its AS number and organisation."""
    wanted = {asn for group in (FIXED, MOBILE) for asns in group.values() for asn in asns} | {*VPN, *HOSTING}
    text = io.StringIO(member(folder, "asn", f"asn-ipv{version}.csv").decode())
    for first, last, asn, organisation in csv.reader(text):
        if int(asn) in wanted:
            ends = ipaddress.ip_address(first), ipaddress.ip_address(last)
            for network in ipaddress.summarize_address_range(*ends):
                yield network, int(asn), organisation


def only_territory(reader: maxminddb.Reader, network: Network) -> str | None:
    """The territory of every address of the network, or None when there is none or more than one."""
    found = None
    at = int(network.network_address)
    bits = network.max_prefixlen
    while at <= int(network.broadcast_address):
        record, length = reader.get_with_prefix_len(str(type(network.network_address)(at)))
        code = record["country_code"] if isinstance(record, dict) else None
        if code is None or found not in (None, code):
            return None
        found = code
        at = (at >> (bits - length) << (bits - length)) + (1 << (bits - length))
    return str(found)


def cut(network: Network) -> Network:
    """The network, or its first part when it is larger than a /14 (IPv6: /32)."""
    shortest = SHORTEST[network.version]
    return network if network.prefixlen >= shortest else next(network.subnets(new_prefix=shortest))


def candidates(folder: Path) -> dict[tuple[str, int], list[tuple[Network, str]]]:
    """(territory, AS number) -> networks, largest first."""
    found: dict[tuple[str, int], list[tuple[Network, str]]] = defaultdict(list)
    with tempfile.NamedTemporaryFile(suffix=".mmdb") as table:
        table.write(member(folder, "geo-whois-asn-country-mmdb", "geo-whois-asn-country.mmdb"))
        table.flush()
        with maxminddb.open_database(table.name) as reader:
            for version in (4, 6):
                for network, asn, organisation in announced(folder, version):
                    if network.prefixlen <= LONGEST[version] and (code := only_territory(reader, network)):
                        found[code, asn].append((cut(network), organisation))
    for networks in found.values():
        networks.sort(key=lambda item: (item[0].version, item[0].prefixlen, int(item[0].network_address)))
    return found


def rows(found: dict[tuple[str, int], list[tuple[Network, str]]]) -> Iterator[tuple[str, str, str, int, str]]:
    """Rows of the table, providers of a territory in turn until enough are taken."""
    for code, fixed in FIXED.items():
        taken: set[Network] = set()
        for kind, asns in (("fixed", fixed), ("mobile", MOBILE[code]), ("vpn", VPN), ("hosting", HOSTING)):
            for version, count in zip((4, 6), TAKE[kind], strict=True):
                queues = [[(n, a, o) for n, o in found.get((code, a), []) if n.version == version] for a in asns]
                ranked = [queue[rank] for rank in range(count) for queue in queues if rank < len(queue)]
                fresh = [item for item in ranked if not any(n.overlaps(item[0]) for n in taken if n.version == version)]
                for network, asn, organisation in fresh[:count]:
                    taken.add(network)
                    yield code, kind, str(network), asn, organisation


def main() -> None:
    """Read the two packages from the folder given and write the table."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    with OUT.open("w", encoding="utf-8", newline="") as target:
        target.write(
            "# Networks the simulation draws addresses from, derived by tools/make_simulation_blocks.py from the npm\n"
            "# packages @ip-location-db/asn and @ip-location-db/geo-whois-asn-country-mmdb of 2026-06-17, CC BY 4.0\n"
            "# (RouteViews, DB-IP, NRO). The kind is what the simulation uses a network for. No address drawn from\n"
            "# them stands for a real user.\n"
        )
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(("territory", "kind", "network", "asn", "organisation"))
        count = 0
        for row in rows(candidates(folder)):
            writer.writerow(row)
            count += 1
    print(f"{OUT.name}: {count} networks of {len(FIXED)} territories")


if __name__ == "__main__":
    main()
