"""Ranges of addresses with a value each, searched for a million addresses at a time.

A table is a list of boundaries: from each start up to the next one the value holds; -1 is no value. It has no
overlaps: where given ranges overlap, the one that starts later (the more specific network) wins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attrigraph.loaders.ip.addresses import Addresses, Ints, parse_one

__all__ = ["NONE", "Range", "RangeTable", "build", "network"]

NONE = -1
"""The value of an address in no range."""

LAST = {4: 2**32 - 1, 6: 2**128 - 1}


@dataclass(frozen=True, slots=True)
class Range:
    """First and last address (inclusive, as integers) of a range and its value (0 or more)."""

    version: int
    first: int
    last: int
    value: int = 0


@dataclass(frozen=True, slots=True)
class RangeTable:
    """Boundaries in rising order, each with the value that holds from there on; both versions begin at address 0."""

    v4_starts: NDArray[np.uint32]
    v4_values: Ints
    v6_starts: NDArray[np.bytes_]
    v6_values: Ints

    def find(self, addresses: Addresses) -> Ints:
        """The value of every address, -1 where there is none or where the text is no address."""
        found = np.full(len(addresses), NONE, np.int32)
        found[addresses.v4_at] = self.v4_values[np.searchsorted(self.v4_starts, addresses.v4, side="right") - 1]
        found[addresses.v6_at] = self.v6_values[np.searchsorted(self.v6_starts, addresses.v6, side="right") - 1]
        return found

    def covers(self, version: int) -> bool:
        """Whether any range of that IP version has a value."""
        return bool(((self.v4_values if version == 4 else self.v6_values) != NONE).any())


def network(text: str, value: int = 0) -> Range | None:
    """The range of a network in CIDR notation or of a single address; None when the text is neither.

    Host bits may be set (`192.0.2.7/24` is the network it lies in); many published lists have such lines.

    >>> network("192.0.2.0/30")
    Range(version=4, first=3221225984, last=3221225987, value=0)
    """
    host, slash, length = text.partition("/")
    read = parse_one(host)
    if read is None:
        return None
    version, packed = read
    bits = 8 * len(packed)
    prefix = bits
    if slash:
        if not (length.isdecimal() and length.isascii() and len(length) <= 3):
            return None
        # ::ffff:192.0.2.0/120 counts its prefix from the first of 128 bits
        prefix = int(length) - (96 if version == 4 and ":" in host else 0)
    if not 0 <= prefix <= bits:
        return None
    size = 1 << (bits - prefix)
    first = int.from_bytes(packed, "big") // size * size
    return Range(version, first, first + size - 1, value)


def build(ranges: Iterable[Range]) -> RangeTable:
    """A table of ranges in any order, nested and overlapping or not; adjacent ranges of one value are joined."""
    by_version: dict[int, list[Range]] = {4: [], 6: []}
    for found in ranges:
        by_version[found.version].append(found)
    v4_starts, v4_values = _boundaries(by_version[4], LAST[4])
    v6_starts, v6_values = _boundaries(by_version[6], LAST[6])
    keys = b"".join(start.to_bytes(16, "big") for start in v6_starts)
    return RangeTable(
        np.array(v4_starts, np.uint32),
        np.array(v4_values, np.int32),
        np.frombuffer(keys, "S16"),
        np.array(v6_values, np.int32),
    )


def _boundaries(ranges: list[Range], last: int) -> tuple[list[int], list[int]]:
    """Sweep once over the ranges; `open_` holds those that are not over, the one that started last on top."""
    starts, values = [0], [NONE]
    open_: list[Range] = []

    def put(start: int, value: int) -> None:
        if start == starts[-1]:
            values[-1] = value
            if len(values) > 1 and values[-2] == value:
                del starts[-1], values[-1]
        elif start <= last and value != values[-1]:
            starts.append(start)
            values.append(value)

    def close(before: int) -> None:
        while open_ and open_[-1].last < before:
            end = open_.pop().last
            while open_ and open_[-1].last <= end:
                open_.pop()
            put(end + 1, open_[-1].value if open_ else NONE)

    for found in sorted(ranges, key=lambda r: (r.first, -r.last)):
        close(found.first)
        put(found.first, found.value)
        open_.append(found)
    close(last + 1)
    return starts, values
