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

    `v4_at` and `v6_at` are the positions of the addresses of either version, `v4` (uint32) and `v6` (16 bytes) their
    values in the same order.
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
    is_v6 = np.fromiter((":" in t for t in text), np.bool_, len(text))
    v4_at, v4, v4_bad = _pack(text, np.flatnonzero(~is_v6), socket.AF_INET)
    v6_at, v6, v6_bad = _pack(text, np.flatnonzero(is_v6), socket.AF_INET6)
    v4_values = v4.view(">u4").astype(np.uint32).ravel()
    plain = text
    mapped = (v6[:, :12] == np.frombuffer(MAPPED, np.uint8)).all(axis=1)
    if mapped.any():
        inner = np.ascontiguousarray(v6[mapped, 12:]).view(">u4").astype(np.uint32).ravel()
        meant = {i: socket.inet_ntoa(v) for i, v in zip(v6_at[mapped].tolist(), v6[mapped, 12:], strict=True)}
        plain = tuple(meant.get(i, t) for i, t in enumerate(text))
        v4_at, v4_values = np.concatenate([v4_at, v6_at[mapped]]), np.concatenate([v4_values, inner])
        v6_at, v6 = v6_at[~mapped], np.ascontiguousarray(v6[~mapped])
    version[v4_at], version[v6_at] = 4, 6
    version[[*v4_bad, *v6_bad]] = 0
    return Addresses(text, plain, version, v4_at, v4_values, v6_at, v6.view("S16").ravel())


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
