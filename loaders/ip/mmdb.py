"""Databases of the user in MaxMind's format, of any maker, through one adapter.

The shape of the records is chosen from the metadata: `database_type` names it for MaxMind's and compatible databases
and for the flat ones of ip-location-db; for an unknown type a sample of the records decides. Country, registered and
represented country are three statements and stay three. All addresses walk the search tree at once (`mmdb_tree`);
maxminddb-rust decodes each record that occurs once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import maxminddb_rust
import numpy as np
from numpy.typing import NDArray

from attrigraph.errors import UnreadableFile
from attrigraph.loaders.ip.addresses import Addresses, Bools, Ints
from attrigraph.loaders.ip.kinds import ANONYMISERS
from attrigraph.loaders.ip.mmdb_check import Checked, check_database
from attrigraph.loaders.ip.mmdb_tree import Tree

if TYPE_CHECKING:
    import geoip2.database

__all__ = ["Database", "Records", "Shape", "geoip2_reader", "open_database"]

FieldPath = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Which fields of a record are read, by what they mean; empty tuples are not there.

    `places` maps country, registered, represented to a path; `asn` and `as_name` are paths; `flags` are fields with the
    network type it means when they are true (or, for codes of mobile networks, there); `words` are text fields whose
    values name a network type; `listed` is the type of every address that has a record at all; `checks` are the
    anonymiser kinds a silence means "no" for.
    """

    name: str
    places: Mapping[str, FieldPath]
    asn: FieldPath = ()
    as_name: FieldPath = ()
    flags: tuple[tuple[FieldPath, str], ...] = ()
    words: tuple[FieldPath, ...] = ()
    listed: str = ""
    checks: tuple[str, ...] = ()


FLAGS: tuple[tuple[str, str], ...] = (
    ("is_tor_exit_node", "tor"),
    ("is_anonymous_vpn", "vpn"),
    ("is_public_proxy", "proxy"),
    ("is_residential_proxy", "proxy"),
    ("is_hosting_provider", "hosting"),
    ("is_anonymous_proxy", "proxy"),
    ("is_satellite_provider", "satellite"),
    ("is_anonymous", "proxy"),
)
"""Flags of Anonymous-IP, Anonymous-Plus and Enterprise; the last counts only where no other is set."""

ANY_FLAG = "is_anonymous"
"""Set with every other flag; alone it says hidden, but not how."""

WORDS: dict[str, str] = {
    "residential": "residential",
    "cellular": "mobile",
    "dialup": "residential",
    "cable/dsl": "residential",
    "satellite": "satellite",
    "corporate": "business",
    "business": "business",
    "college": "business",
    "school": "business",
    "government": "business",
    "military": "business",
    "library": "business",
    "cafe": "business",
    "hosting": "hosting",
    "content_delivery_network": "hosting",
    "search_engine_spider": "hosting",
    "consumer_privacy_network": "relay",
    "consumer_platform": "hosting",
}
"""Values of `user_type` and `connection_type`, folded. Others (router, traveler) say nothing about the network."""

COUNTRY: Mapping[str, FieldPath] = {
    "country": ("country", "iso_code"),
    "registered": ("registered_country", "iso_code"),
    "represented": ("represented_country", "iso_code"),
}
ASN, AS_NAME = ("autonomous_system_number",), ("autonomous_system_organization",)
MOBILE = ("mobile_country_code",)
TRAITS = ("traits",)


FLAT = r"(?i)^(country|city|asn|as) ipv"


def _flags(prefix: FieldPath = ()) -> tuple[tuple[FieldPath, str], ...]:
    return tuple(((*prefix, name), kind) for name, kind in FLAGS)


SHAPES: tuple[tuple[str, Shape], ...] = (
    (
        r"Enterprise|Insights|Precision",
        Shape(
            "Enterprise",
            COUNTRY,
            (*TRAITS, *ASN),
            (*TRAITS, *AS_NAME),
            (*_flags(TRAITS), ((*TRAITS, *MOBILE), "mobile")),
            ((*TRAITS, "user_type"), (*TRAITS, "connection_type")),
        ),
    ),
    (r"Anonymous", Shape("Anonymous", {}, flags=_flags(), checks=ANONYMISERS)),
    (r"Residential-Proxy", Shape("Residential-Proxy", {}, listed="proxy")),
    (r"Connection-Type", Shape("Connection-Type", {}, words=(("connection_type",),))),
    (FLAT, Shape("flat", {"country": ("country_code",)}, ASN, AS_NAME)),
    (r"ASN|ISP", Shape("ASN", {}, ASN, AS_NAME, ((MOBILE, "mobile"),))),
    (r"City|Country", Shape("Country", COUNTRY)),
)
"""Pattern of `database_type`, and the shape; the first that fits and whose fields the sample holds."""

GUESSES: tuple[Shape, ...] = (
    Shape("Country", COUNTRY, ASN, AS_NAME),
    Shape("flat", {"country": ("country_code",)}, ASN, AS_NAME),
    Shape("plain", {"country": ("country",)}, ("asn",), ("as_name",)),
    Shape("Anonymous", {}, flags=_flags()),
    Shape("words", {}, words=(("connection_type",), ("user_type",))),
)
"""Shapes tried for a type nobody knows. None of them counts as an anonymiser check."""


@dataclass(frozen=True, slots=True)
class Database:
    """An open database. `name` is its file's, `build_date` an ISO date."""

    name: str
    database_type: str
    build_date: str
    ip_version: int
    shape: Shape
    tree: Tree
    reader: Any

    def covers(self, version: int) -> bool:
        """Whether addresses of that IP version can be in it."""
        return version == 4 or self.ip_version == 6

    def records(self, addresses: Addresses) -> Records:
        """Where every address ends, and each record that occurs, decoded once. Raises UnreadableFile."""
        ends = self.tree.find(addresses)
        _, first, at = np.unique(ends, return_index=True, return_inverse=True)
        try:
            found = tuple(self.reader.get(addresses.plain[i]) if ends[i] else None for i in first.tolist())
        except (maxminddb_rust.InvalidDatabaseError, ValueError) as error:
            raise UnreadableFile(f"{self.name} is a damaged database ({error}). Get the file again.") from None
        return Records(self.shape, at.astype(np.int32), found)


@dataclass(frozen=True, slots=True)
class Records:
    """The answers of a database: `at` is an index into `found` for every address."""

    shape: Shape
    at: Ints
    found: tuple[Any, ...]

    def field(self, path: FieldPath) -> list[Any]:
        """One field of every record in `found`, None where there is none."""
        return [_inside(record, path) for record in self.found]

    def types(self) -> Iterator[tuple[Bools, str]]:
        """Every statement about the network type: the addresses it is made about, and the type."""
        told = np.zeros(len(self.at), np.bool_)
        for path, kind in self.shape.flags:
            mask = self._mask(value is True or isinstance(value, str) for value in self.field(path))
            alone = path[-1] == ANY_FLAG
            yield mask & ~told if alone else mask, kind
            told |= mask
        for path in self.shape.words:
            said = [WORDS.get(str(value).casefold()) for value in self.field(path)]
            for kind in sorted({kind for kind in said if kind}):
                yield self._mask(word == kind for word in said), kind
        if self.shape.listed:
            yield self._mask(record is not None for record in self.found), self.shape.listed

    def numbers(self) -> tuple[NDArray[np.int64], dict[int, str]]:
        """AS number of every address (0: none) and the names of those found."""
        values = [_as_number(value) for value in self.field(self.shape.asn)]
        found = self.field(self.shape.as_name) if self.shape.as_name else []
        names = {number: name for number, name in zip(values, found, strict=False) if number and name}
        return np.array(values, np.int64)[self.at], names

    def places(self, path: FieldPath) -> tuple[Ints, tuple[str, ...]]:
        """Codes of a field of places: an index for every address (-1: none) into those that occur."""
        index: dict[str, int] = {}
        said = [-1 if code is None else index.setdefault(str(code), len(index)) for code in self.field(path)]
        return np.array(said, np.int32)[self.at], tuple(index)

    def _mask(self, values: Iterator[bool]) -> Bools:
        return np.fromiter(values, np.bool_)[self.at]


def _inside(record: Any, path: FieldPath) -> Any:
    for key in path:
        if not isinstance(record, dict):
            return None
        record = record.get(key)
    return record


def _as_number(value: object) -> int:
    """An AS number however it is written; 0 when it is none.

    >>> _as_number(64500), _as_number("AS64500"), _as_number(None)
    (64500, 64500, 0)
    """
    if isinstance(value, int):
        return value
    digits = str(value or "").upper().removeprefix("AS")
    return int(digits) if digits.isascii() and digits.isdecimal() else 0


def open_database(path: Path, name: str | None = None) -> Database:
    """Check and open a database. Raises UnreadableFile with one sentence when it is damaged or says nothing we read."""
    name = name or path.name
    checked = check_database(path, name)
    shape = _shape(checked)
    if shape is None:
        raise UnreadableFile(
            f"{name} has the type {checked.database_type!r} and none of the fields that are read "
            "(country, autonomous system, anonymiser flags, connection or user type). Give another database."
        )
    try:
        reader = maxminddb_rust.open_database(str(path))
    except (maxminddb_rust.InvalidDatabaseError, ValueError, OSError) as error:
        raise UnreadableFile(f"{name} is no readable MaxMind database ({error}). Get the file again.") from None
    return Database(name, checked.database_type, checked.build_date, checked.ip_version, shape, checked.tree, reader)


def _shape(checked: Checked) -> Shape | None:
    known = [shape for pattern, shape in SHAPES if re.search(pattern, checked.database_type)]
    return next((shape for shape in (*known, *GUESSES) if _fits(shape, checked.sample)), None)


def _fits(shape: Shape, sample: Sequence[object]) -> bool:
    """Whether any record of the sample has a field the shape reads."""
    flags = (path for path, _ in shape.flags)
    paths = [p for p in (*shape.places.values(), shape.asn, *flags, *shape.words) if p]
    if shape.listed:
        return True
    return any(_is_value(record, path) for record in sample for path in paths)


def _is_value(record: object, path: FieldPath) -> bool:
    for key in path:
        if not isinstance(record, dict) or key not in record:
            return False
        record = record[key]
    return isinstance(record, str | int | bool)


@contextmanager
def geoip2_reader(path: Path) -> Iterator[geoip2.database.Reader]:
    """A `geoip2.database.Reader` on a checked file, for those who want its record types.

    Raises UnreadableFile for a damaged file and for a flat one, which geoip2 cannot read (`Database` can).
    """
    import geoip2.database

    checked = check_database(path)
    if re.search(FLAT, checked.database_type):
        raise UnreadableFile(
            f"{path.name} has the flat type {checked.database_type!r}, which geoip2 cannot read. "
            "Give it to enrich with --mmdb, or use a database in MaxMind's own shape."
        )
    with geoip2.database.Reader(path) as reader:
        yield reader
