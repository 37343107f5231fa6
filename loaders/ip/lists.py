"""List files of the user: networks, addresses and autonomous systems, one a line or in a CSV.

Understood: a CIDR network or address a line; `192.0.2.0-192.0.2.255`; `AS64500 # comment`; CSV with a header that names
a column of addresses, networks or AS numbers (`ASN,Entity`; `fingerprint, ipaddr, port`; `"cidr","hostmin",…`), with
odd spaces and quotes; comments after `#`, `;` or `//`; a byte order mark; the same compressed with gzip. A line that is
none of this is rejected with its reason: records = entries + rejects, always.
"""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from attrigraph.errors import UnreadableFile
from attrigraph.loaders.ip.addresses import parse_one
from attrigraph.loaders.ip.ranges import Range, RangeTable, build, network
from attrigraph.territories import resolve_code

__all__ = ["IpList", "ListReject", "read_list"]

COLUMNS = {
    "address": ("cidr", "network", "prefix", "ip", "ipaddr", "ip_address", "ipaddress", "address", "ip_range", "range"),
    "asn": ("asn", "as", "as_number", "asnumber", "autonomous_system_number"),
    "country": ("country", "country_code", "cc", "territory", "iso_code", "iso"),
}
"""Names of columns that are read, compared without case and with spaces as underscores."""

WIDEST = {4: 8, 6: 16}
"""Shortest prefix in a list of network types: a wider one (`0.0.0.0/0`) is a slip that would mark half the world."""

SHOWN = 200
AS_NUMBER = re.compile(r"(?:ASN?)\s*(\d{1,10})", re.IGNORECASE)
DIGITS = re.compile(r"\d{1,10}")
NEWLINE = re.compile(r"\r\n|\r|\n")
COMMENT = re.compile(r"(^|\s)(#|;|//).*$")


@dataclass(frozen=True, slots=True)
class ListReject:
    """A line that was not understood; the columns of the rejects table."""

    file: str
    record: str
    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class IpList:
    """What a file lists. `ranges` hold 0 for "listed", or an index into `codes` for a list of countries.

    `records` = `entries` + number of `rejects`; blank lines, comments and the header are no records.
    """

    ranges: RangeTable
    asns: frozenset[int]
    codes: tuple[str, ...]
    records: int
    entries: int
    rejects: tuple[ListReject, ...]

    def covers(self, version: int) -> bool:
        """Whether addresses of that IP version could be on it at all; a list of systems covers both."""
        return bool(self.asns) or self.ranges.covers(version)


class _Refused(Exception):
    """Why a line is rejected: field and reason."""


def read_list(path: Path, kind: str, name: str | None = None) -> IpList:
    """Read a list file of that kind. Raises UnreadableFile when nothing in it can be used."""
    name = name or path.name
    ranges: list[Range] = []
    asns: set[int] = set()
    codes: dict[str, int] = {}
    rejects: list[ListReject] = []
    records = 0
    columns: dict[str, int] | None = None
    for number, cells in _rows(_text(path, name)):
        header = _header(cells) if records == 0 and columns is None else None
        if header:
            columns = header
            continue
        records += 1
        try:
            found = _entry(cells, columns or {}, kind, codes)
        except _Refused as refused:
            field, reason = refused.args
            rejects.append(ListReject(name, f"line {number}", field, ",".join(cells)[:SHOWN], reason))
            continue
        if isinstance(found, int):
            asns.add(found)
        else:
            ranges.append(found)
    if records == len(rejects):
        why = f"; line 1: {rejects[0].reason}" if rejects else ""
        raise UnreadableFile(
            f"{name} lists no network, address or autonomous system{why}. Give one CIDR, address or AS number a line, "
            "or a CSV with a column cidr, ip or asn."
        )
    return IpList(build(ranges), frozenset(asns), tuple(codes), records, records - len(rejects), tuple(rejects))


def _text(path: Path, name: str) -> str:
    try:
        data = path.read_bytes()
        if data.startswith(b"\x1f\x8b"):
            data = gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data[:4096] or b"\xab\xcd\xefMaxMind.com" in data[-131072:]:
        hint = " It is a database: give it with --mmdb." if b"MaxMind.com" in data[-131072:] else ""
        raise UnreadableFile(f"{name} is not a text file, so it is no list.{hint}")
    return data.decode("utf-8-sig", errors="replace")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and stripped cells of every line that is neither blank nor a comment."""
    for number, line in enumerate(NEWLINE.split(text), 1):
        plain = (COMMENT.sub("", line) if "#" in line or ";" in line or "//" in line else line).strip()
        if plain:
            yield number, _cells(plain)


def _cells(line: str) -> list[str]:
    separator = next((s for s in ",;\t" if s in line), "")
    if not separator:
        return [line.strip("\"' ")]
    if '"' not in line:
        return [cell.strip().strip("'").strip() for cell in line.split(separator)]
    try:
        row = next(csv.reader([line], delimiter=separator, skipinitialspace=True))
    except csv.Error:
        row = line.split(separator)
    return [cell.strip().strip("\"'").strip() for cell in row]


def _header(cells: list[str]) -> dict[str, int]:
    """Position of each column that is read, empty when the first line is no header."""
    names = [cell.casefold().replace(" ", "_") for cell in cells]
    found = {
        what: next(names.index(known) for known in columns if known in names)
        for what, columns in COLUMNS.items()
        if any(known in names for known in columns)
    }
    return found if "address" in found or "asn" in found else {}


def _entry(cells: list[str], columns: dict[str, int], kind: str, codes: dict[str, int]) -> Range | int:
    """The range or the AS number of a line. Raises _Refused."""
    if "address" in columns or not columns:
        at = columns.get("address", 0)
        text = cells[at] if at < len(cells) else ""
        if kind == "country":
            return _range(text, kind, _code_index(cells, columns.get("country", 1), codes))
        number = AS_NUMBER.fullmatch(text)
        return _as_number(number[1]) if number else _range(text, kind, 0)
    if kind == "country":
        raise _Refused("asn", "an autonomous system has no country; a list of countries needs networks")
    text = cells[columns["asn"]] if columns["asn"] < len(cells) else ""
    number = AS_NUMBER.fullmatch(text) or DIGITS.fullmatch(text)
    if not number:
        raise _Refused("asn", "not an AS number" if text else "the AS number is missing")
    return _as_number(number[number.lastindex or 0])


def _as_number(digits: str) -> int:
    number = int(digits)
    if not 0 < number < 2**32 - 1:
        raise _Refused("asn", "outside the range of AS numbers (1 to 4294967294)")
    return number


def _range(text: str, kind: str, value: int) -> Range:
    if not text:
        raise _Refused("address", "the address is missing")
    if DIGITS.fullmatch(text):
        raise _Refused("address", "a bare number; write AS before it if it is an autonomous system")
    found = _span(text, value) if "-" in text else network(text, value)
    if found is None:
        raise _Refused("address", "neither a network, an address nor an AS number")
    widest = 2 ** ((32 if found.version == 4 else 128) - WIDEST[found.version])
    if found.last - found.first >= widest and kind != "country":
        raise _Refused("address", f"wider than /{WIDEST[found.version]}: covers too much to be a list of {kind}")
    return found


def _span(text: str, value: int) -> Range | None:
    first, _, last = (part.strip() for part in text.partition("-"))
    ends = parse_one(first), parse_one(last)
    if ends[0] is None or ends[1] is None or ends[0][0] != ends[1][0] or ends[0][1] > ends[1][1]:
        return None
    return Range(ends[0][0], int.from_bytes(ends[0][1], "big"), int.from_bytes(ends[1][1], "big"), value)


def _code_index(cells: list[str], at: int, codes: dict[str, int]) -> int:
    text = cells[at] if at < len(cells) else ""
    code = resolve_code(text) if text else None
    if code is None:
        raise _Refused("country", "not an ISO 3166-1 country code" if text else "the country code is missing")
    return codes.setdefault(code, len(codes))
