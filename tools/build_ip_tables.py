"""Write loaders/ip/data/country.npz and asn.npz from two packages of the ip-location-db project.

    python tools/build_ip_tables.py                  fetches the packages with `npm pack` into build/ip-packages
    python tools/build_ip_tables.py --packages DIR   uses the .tgz files that lie in DIR

The same packages give the same bytes. Both are CC BY 4.0 (NOTICE has the attribution). The packages are frozen at
2026-06-17 and say themselves that they contain errors: docs/enrichment.md tells what that means.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import socket
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import maxminddb
import numpy as np

from attrigraph.loaders.ip.ranges import Range, build
from attrigraph.loaders.ip.tables import TableInfo, write_file

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "build" / "ip-packages"
VERSION = "2.3.2026061719"
COUNTRY, ASN = "@ip-location-db/geo-whois-asn-country-mmdb", "@ip-location-db/asn"
LIMIT = 12_000_000
"""Bytes both files may have together."""


def archive_of(package: str, folder: Path) -> Path:
    """Path of the package's archive in `folder`, fetched with npm when it is not there."""
    path = folder / f"{package.removeprefix('@').replace('/', '-')}-{VERSION}.tgz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "pack", "--silent", f"{package}@{VERSION}"], cwd=folder, check=True)
    return path


def member(archive: Path, name: str) -> bytes:
    """One file of the archive."""
    with tarfile.open(archive) as tar:
        found = tar.extractfile(f"package/{name}")
        if found is None:
            raise SystemExit(f"{archive.name} has no file {name}; this tool knows version {VERSION}.")
        return found.read()


def countries(archive: Path) -> tuple[str, list[tuple[Range, str]]]:
    """Build date (UTC) and every network of the country databases with its code."""
    found: list[tuple[Range, str]] = []
    date = ""
    for version in (4, 6):
        with tempfile.NamedTemporaryFile(suffix=".mmdb") as file:
            file.write(member(archive, f"geo-whois-asn-country-ipv{version}.mmdb"))
            file.flush()
            with maxminddb.open_database(file.name) as reader:
                date = f"{datetime.fromtimestamp(reader.metadata().build_epoch, UTC):%Y-%m-%d}"
                for net, record in reader:
                    assert isinstance(record, dict)
                    area = Range(version, int(net.network_address), int(net.broadcast_address))
                    found.append((area, str(record["country_code"])))
    return date, found


def networks(archive: Path) -> Iterator[tuple[Range, int, str]]:
    """Every row of the autonomous system tables: range, number, organisation."""
    for version, family in ((4, socket.AF_INET), (6, socket.AF_INET6)):
        rows = csv.reader(io.StringIO(member(archive, f"asn-ipv{version}.csv").decode("utf-8")))
        for first, last, number, name in rows:
            ends = [int.from_bytes(socket.inet_pton(family, end), "big") for end in (first, last)]
            yield Range(version, *ends), int(number), name


def info(source: str, date: str, package: str, archive: Path, attribution: str) -> TableInfo:
    """The description stored in the file."""
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    return TableInfo(source, date, package, VERSION, digest, "CC BY 4.0", attribution)


def country_file(packages: Path) -> bytes:
    """Content of country.npz."""
    archive = archive_of(COUNTRY, packages)
    date, rows = countries(archive)
    codes = sorted({code for _, code in rows})
    index = {code: at for at, code in enumerate(codes)}
    table = build(Range(r.version, r.first, r.last, index[code]) for r, code in rows)
    content = io.BytesIO()
    description = info("geo-whois-asn-country", date, COUNTRY, archive, "Number Resource Organization (nro.net)")
    write_file(content, description, table, codes=np.frombuffer("\n".join(codes).encode(), np.uint8))
    return content.getvalue()


def asn_file(packages: Path) -> bytes:
    """Content of asn.npz. The CSV carries no build time of its own: the date is that in the package's version."""
    archive = archive_of(ASN, packages)
    rows = list(networks(archive))
    names = {number: name.replace("\n", " ") for _, number, name in rows}
    numbers = sorted(names)
    index = {number: at for at, number in enumerate(numbers)}
    table = build(Range(r.version, r.first, r.last, index[number]) for r, number, _ in rows)
    stamp = VERSION.rsplit(".", maxsplit=1)[-1]
    date = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"
    owners = "RouteViews (routeviews.org), DB-IP (db-ip.com), Number Resource Organization (nro.net)"
    content = io.BytesIO()
    joined = "\n".join(names[number] for number in numbers).encode()
    arrays = {"numbers": np.array(numbers, np.uint32), "names": np.frombuffer(joined, np.uint8)}
    write_file(content, info("ip-location-db asn", date, ASN, archive, owners), table, **arrays)
    return content.getvalue()


def main() -> None:
    """Write both files and say how large they are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, default=PACKAGES, help="folder of the package archives")
    parser.add_argument("--out", type=Path, default=ROOT / "loaders" / "ip" / "data", help="folder written to")
    options = parser.parse_args()
    content = {"country.npz": country_file(options.packages), "asn.npz": asn_file(options.packages)}
    total = sum(map(len, content.values()))
    if total > LIMIT:
        raise SystemExit(
            f"The tables would have {total:,} bytes, more than the {LIMIT:,} allowed; nothing was written."
        )
    for name, data in content.items():
        (options.out / name).write_bytes(data)
        print(f"{name}: {len(data):,} bytes, sha256 {hashlib.sha256(data).hexdigest()[:16]}")


if __name__ == "__main__":
    main()
