"""The bundled tables: country and autonomous system of every registered or announced address.

`data/country.npz` and `data/asn.npz` are written by `tools/build_ip_tables.py` from two packages of the ip-location-db
project (CC BY 4.0, attribution in NOTICE). A file holds, for both IP versions, the distances between the boundaries of
a `RangeTable` and the index of the value, and a description: source, version, date of the data, licence. Nothing is
read before it is needed; a table is then kept for the life of the process.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import IO

import numpy as np
from numpy.typing import NDArray

from attrigraph.loaders.ip.ranges import RangeTable

__all__ = [
    "AsTable",
    "CountryTable",
    "TableInfo",
    "as_table",
    "bundled_info",
    "country_table",
    "read_file",
    "write_file",
]


@dataclass(frozen=True, slots=True)
class TableInfo:
    """Where a bundled table comes from. `source` is the name its values carry; `build_date` the date of the data."""

    source: str
    build_date: str
    package: str
    package_version: str
    package_sha256: str
    licence: str
    attribution: str


@dataclass(frozen=True, slots=True)
class CountryTable:
    """`ranges` give an index into `codes` (ISO 3166-1 alpha-2 as the source has them)."""

    info: TableInfo
    ranges: RangeTable
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AsTable:
    """`ranges` give an index into `numbers` (rising) and `names`."""

    info: TableInfo
    ranges: RangeTable
    numbers: NDArray[np.int64]
    names: tuple[str, ...]

    def name(self, number: int) -> str | None:
        """Organisation of an autonomous system, None when the table has none."""
        at = int(np.searchsorted(self.numbers, number))
        known = at < len(self.numbers) and int(self.numbers[at]) == number
        return (self.names[at] or None) if known else None


@cache
def country_table() -> CountryTable:
    """Country by registration data and geofeeds."""
    info, ranges, extra = _bundled("country.npz")
    return CountryTable(info, ranges, tuple(bytes(extra["codes"]).decode().split("\n")))


@cache
def as_table() -> AsTable:
    """Autonomous system by announcements."""
    info, ranges, extra = _bundled("asn.npz")
    return AsTable(info, ranges, extra["numbers"].astype(np.int64), tuple(bytes(extra["names"]).decode().split("\n")))


@cache
def bundled_info() -> tuple[TableInfo, ...]:
    """Source, date and licence of the bundled tables, without reading the tables themselves."""
    found = []
    for name in ("country.npz", "asn.npz"):
        with files("attrigraph.loaders.ip").joinpath("data", name).open("rb") as file, np.load(file) as arrays:
            found.append(_info(arrays["info"]))
    return tuple(found)


def _bundled(name: str) -> tuple[TableInfo, RangeTable, dict[str, NDArray[np.uint8]]]:
    with files("attrigraph.loaders.ip").joinpath("data", name).open("rb") as file:
        return read_file(file)


def read_file(file: IO[bytes]) -> tuple[TableInfo, RangeTable, dict[str, NDArray[np.uint8]]]:
    """Description, ranges and the other arrays of a table file."""
    with np.load(file) as arrays:
        v4_starts = np.cumsum(arrays["v4_steps"], dtype=np.uint32)
        high = np.cumsum(arrays["v6_high_steps"], dtype=np.uint64)
        keys = np.stack([high, arrays["v6_low"]], axis=1).astype(">u8")
        ranges = RangeTable(
            v4_starts,
            arrays["v4_values"].astype(np.int32) - 1,
            keys.view("S16").ravel(),
            arrays["v6_values"].astype(np.int32) - 1,
        )
        extra = {name: arrays[name] for name in arrays.files if not name.startswith("v") and name != "info"}
        return _info(arrays["info"]), ranges, extra


def write_file(file: IO[bytes], info: TableInfo, ranges: RangeTable, **extra: NDArray[np.generic]) -> None:
    """Write a table file; every member is stamped 1980-01-01, so that the same content gives the same bytes."""
    halves = np.frombuffer(ranges.v6_starts.astype("S16").tobytes(), ">u8").reshape(-1, 2).astype(np.uint64)
    arrays = {
        "info": np.frombuffer(json.dumps(asdict(info), sort_keys=True).encode(), np.uint8),
        "v4_steps": np.diff(ranges.v4_starts, prepend=np.uint32(0)),
        "v4_values": _small(ranges.v4_values),
        "v6_high_steps": np.diff(halves[:, 0], prepend=np.uint64(0)),
        "v6_low": halves[:, 1],
        "v6_values": _small(ranges.v6_values),
        **extra,
    }
    with zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(member, "w") as content:
                np.lib.format.write_array(content, array, allow_pickle=False)


def _small(values: NDArray[np.int32]) -> NDArray[np.generic]:
    """Values moved up by one, so that "none" is 0, in the narrowest unsigned type that holds them."""
    up = values + 1
    return up.astype(np.min_scalar_type(int(up.max())))


def _info(stored: NDArray[np.uint8]) -> TableInfo:
    return TableInfo(**json.loads(bytes(stored)))
