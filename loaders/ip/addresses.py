"""IP addresses as columns: read once with `socket.inet_pton`, then looked up in every table.

IPv4 addresses become unsigned 32-bit integers, IPv6 addresses 16-byte big-endian keys, whose order is the order of
the addresses. An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) is looked up as the IPv4 address it means.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Addresses", "Bools", "Ints", "parse", "parse_one"]

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]

MAPPED = bytes(10) + b"\xff\xff"


@dataclass(frozen=True, slots=True)
class Addresses:
    """`text` as given; `plain` the same with IPv4-mapped addresses as IPv4; `version` 4, 6 or 0 (not an address).

    `v4` (uint32) and `v6` (16 bytes) are the values of either version, rising, because sorted values are searched six
    times as fast; `v4_at` and `v6_at` are the positions they belong to.
    """

    text: tuple[str, ...]
    plain: tuple[str, ...]
    version: NDArray[np.int8]
    v4_at: NDArray[np.intp]
    v4: NDArray[np.uint32]
    v6_at: NDArray[np.intp]
    v6: NDArray[np.bytes_]

    def __len__(self) -> int:
        return len(self.text)


def parse_one(text: str) -> tuple[int, bytes] | None:
    """Version and bytes of one address, or None when it is not one.

    >>> parse_one("192.0.2.1"), parse_one("::ffff:192.0.2.1"), parse_one("192.0.2.999")
    ((4, b'\\xc0\\x00\\x02\\x01'), (4, b'\\xc0\\x00\\x02\\x01'), None)
    """
    try:
        if ":" not in text:
            return 4, socket.inet_pton(socket.AF_INET, text)
        packed = socket.inet_pton(socket.AF_INET6, text)
    except (OSError, ValueError, TypeError):
        return None
    return (4, packed[12:]) if packed.startswith(MAPPED) else (6, packed)


def parse(addresses: Iterable[str]) -> Addresses:
    """Read addresses; nothing raises, what is not an address has version 0."""
    text = tuple(addresses)
    version = np.zeros(len(text), np.int8)
    is_v6 = np.array([":" in t for t in text], np.bool_)
    v4_at, v4_bad = np.flatnonzero(~is_v6), list[int]()
    v4_values = _plain_v4([text[i] for i in v4_at.tolist()] if len(v4_at) < len(text) else text)
    if v4_values is None:
        v4_at, v4, v4_bad = _pack(text, v4_at, socket.AF_INET)
        v4_values = v4.view(">u4").astype(np.uint32).ravel()
    v6_at, v6, v6_bad = _pack(text, np.flatnonzero(is_v6), socket.AF_INET6)
    plain = text
    mapped = (v6[:, :12] == np.frombuffer(MAPPED, np.uint8)).all(axis=1)
    if mapped.any():
        inner = np.ascontiguousarray(v6[mapped, 12:]).view(">u4").astype(np.uint32).ravel()
        meant = {i: socket.inet_ntoa(v) for i, v in zip(v6_at[mapped].tolist(), v6[mapped, 12:], strict=True)}
        plain = tuple(meant.get(i, t) for i, t in enumerate(text))
        v4_at, v4_values = np.concatenate([v4_at, v6_at[mapped]]), np.concatenate([v4_values, inner])
        v6_at, v6 = v6_at[~mapped], np.ascontiguousarray(v6[~mapped])
    v6_values = v6.view("S16").ravel()
    version[v4_at], version[v6_at] = 4, 6
    version[[*v4_bad, *v6_bad]] = 0
    by_v4, by_v6 = np.argsort(v4_values), np.argsort(v6_values)
    return Addresses(text, plain, version, v4_at[by_v4], v4_values[by_v4], v6_at[by_v6], v6_values[by_v6])


def _plain_v4(text: Sequence[str]) -> NDArray[np.uint32] | None:
    """IPv4 addresses read all at once from their joined text; None unless every one is sound (then: one by one).

    Each is four numbers of one to three digits up to 255, without leading zeros: what `inet_pton` takes.
    """
    data = np.frombuffer(("\n".join(text) + "\n").encode("utf-8", "replace"), np.uint8)
    ends = np.flatnonzero((data == ord(".")) | (data == ord("\n")))
    if len(ends) != 4 * len(text) or (data[ends[3::4]] != ord("\n")).any() or (data == ord("\n")).sum() != len(text):
        return None
    gaps = np.diff(ends, prepend=-1)
    if len(text) == 0 or gaps.min() < 2 or gaps.max() > 4:
        return None
    digits = gaps.astype(np.uint8) - np.uint8(1)
    value, zero = np.zeros(len(ends), np.uint16), np.uint8(ord("0"))
    for place, weight in ((1, 1), (2, 10), (3, 100)):
        digit = (data[ends - place] - zero) * (digits >= place)
        if digit.max() > 9 or (place > 1 and ((digit == 0) & (digits == place)).any()):
            return None
        value += digit * np.uint16(weight)
    if value.max() > 255:
        return None
    return value.astype(np.uint8).view(">u4").astype(np.uint32)


def _pack(
    text: Sequence[str], at: NDArray[np.intp], family: socket.AddressFamily
) -> tuple[NDArray[np.intp], NDArray[np.uint8], list[int]]:
    """Positions read, their bytes (one row each), positions that cannot be read."""
    width = 4 if family == socket.AF_INET else 16
    read = socket.inet_pton
    bad: list[int] = []
    try:
        packed = [read(family, text[i]) for i in at.tolist()]
    except (OSError, ValueError):
        packed = []
        for i in at.tolist():
            try:
                packed.append(read(family, text[i]))
            except (OSError, ValueError):
                bad.append(i)
        at = np.setdiff1d(at, np.array(bad, np.intp))
    return at, np.frombuffer(b"".join(packed), np.uint8).reshape(-1, width), bad
