"""The sweep: who shares a key with whom within a window, from sorted integers and without a join.

Rows are sorted by key and time; a window over each key then holds the partners of a row (docs/links.md). Everything
that pairs is done in blocks: memory follows the edges that are kept, not the pairs that are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attrigraph.links.records import Ints

__all__ = [
    "Found",
    "Rows",
    "Windows",
    "blocks",
    "expand",
    "grouped",
    "next_of_user",
    "once",
    "pieces",
    "sweep",
    "swept",
    "windows",
]

BLOCK = 60_000
"""Pairs looked at together; so many that what is done with them stays in the processor's cache."""
MIX = np.uint64(0x9E3779B97F4A7C15)
"""An odd number near 2^64 / golden ratio: multiplying by it spreads keys over all bits (Knuth, vol. 3, 6.4)."""
MIX_AGAIN = np.uint64(0xD6E8FEB86659FD93)
"""Another odd number, with as many bits set as not: what met by accident under the first parts under this one."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that have a key: `key` (any integers), `user`, `at` (ticks), `message`; all of one length.

    Rows stand in the order of their messages, and messages are numbered in the order of time.
    """

    key: Ints
    user: Ints
    at: Ints
    message: Ints

    def take(self, which: Ints) -> Rows:
        """The rows at these positions, in this order."""
        return Rows(self.key[which], self.user[which], self.at[which], self.message[which])


@dataclass(frozen=True, slots=True)
class Windows:
    """Rows sorted by key and time. Partners of row i are rows first[i] up to last[i] (exclusive); `group`: the key."""

    rows: Rows
    first: Ints
    last: Ints
    group: Ints


@dataclass(frozen=True, slots=True)
class Found:
    """Edges: packed source * users + target, sorted; messages of edge e: `messages[starts[e]:starts[e + 1]]`."""

    edge: Ints
    starts: Ints
    messages: Ints


def windows(rows: Rows, window: int) -> Windows:
    """Sort the rows by key and time and find each one's window of `window` ticks on both sides, ends included."""
    order = by_key(rows.key)
    kept = rows.take(order)
    group = _numbered(kept.key)
    first, last = _bounds(group, kept.at, window)
    return Windows(kept, first, last, group)


def by_key(key: Ints) -> Ints:
    """Positions of the rows whose key occurs more than once, sorted by key, then by position."""
    maybe = np.flatnonzero(_maybe_twice(key))
    bits = max(1, len(maybe)).bit_length()
    mask = np.uint64((1 << bits) - 1)
    packed = ((key[maybe].view(np.uint64) * MIX) & ~mask) | np.arange(len(maybe), dtype=np.uint64)
    packed.sort()
    order = maybe[(packed & mask).view(np.int64)]
    ranked = key[order]
    differs = ranked[1:] != ranked[:-1]
    if (differs & ((packed[1:] & ~mask) == (packed[:-1] & ~mask))).any():  # upper bits of two keys are the same
        order = maybe[np.lexsort((maybe, key[maybe]))]
        ranked = key[order]
        differs = ranked[1:] != ranked[:-1]
    shared = np.zeros(len(order), dtype=bool)
    shared[1:] |= ~differs
    shared[:-1] |= ~differs
    return np.asarray(order[shared])


def _maybe_twice(key: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """False where a key surely occurs once: nothing else falls into its slot.

    One or two slots a key: touching the memory of more costs more than sorting the keys that meet by accident.
    """
    bits = max(8, len(key).bit_length() + 1)
    slot = ((key.view(np.uint64) * MIX) >> np.uint64(64 - bits)).astype(np.int64)
    return np.asarray((np.bincount(slot, minlength=1) > 1)[slot])


def _numbered(ranked: Ints) -> Ints:
    """0, 0, 1, … for sorted keys."""
    return np.concatenate((np.zeros(min(1, len(ranked)), np.int64), np.cumsum(ranked[1:] != ranked[:-1])))


def _bounds(group: Ints, at: Ints, window: int) -> tuple[Ints, Ints]:
    """First and one past the last row of each row's window; groups are laid out on one axis, far enough apart."""
    n = len(group)
    first, last = np.zeros(n, np.int64), np.zeros(n, np.int64)
    if not n:
        return first, last
    span = int(at.max() - at.min()) + 2 * window + 2
    room = max(1, (2**62) // span)
    for low in range(0, int(group[-1]) + 1, room):
        a, b = np.searchsorted(group, [low, low + room])
        axis = (group[a:b] - low) * span + (at[a:b] - at.min())
        first[a:b] = a + np.searchsorted(axis, axis - window, "left")
        last[a:b] = a + np.searchsorted(axis, axis + window, "right")
    return first, last


def next_of_user(found: Windows) -> Ints:
    """The next row of the same user under the same key, or the number of rows."""
    group, user = found.group, found.rows.user
    n, users = len(group), int(user.max(initial=0)) + 1
    after = np.full(n, n, dtype=np.int64)
    if not n:
        return after
    packed, bits = group * users + user, n.bit_length()
    if int(group[-1] + 1) * users < 2 ** (62 - bits):
        packed = np.sort((packed << bits) | np.arange(n))
        order, packed = packed & ((1 << bits) - 1), packed >> bits
    else:
        order = np.argsort(packed, kind="stable")
        packed = packed[order]
    same = packed[1:] == packed[:-1]
    after[order[:-1][same]] = order[1:][same]
    return after


def blocks(found: Windows, least: int = 1, size: int = BLOCK) -> Iterator[Ints]:
    """Positions of rows, whole users at a time in their order, that look at about `size` pairs together.

    Rows that are alone in their window, and users with fewer than `least` others, are left out.
    """
    busy = np.flatnonzero(found.last - found.first > 1)
    user = found.rows.user[busy]
    enough = np.bincount(user, minlength=1)[user] >= least
    busy, user = busy[enough], user[enough]
    order = _by_user(user)
    busy, user = busy[order], user[order]
    total = np.cumsum(found.last[busy] - found.first[busy])
    start = 0
    while start < len(busy):
        done = int(total[start - 1]) if start else 0
        stop = int(np.searchsorted(total, done + size, "right"))
        if stop < len(busy):
            stop = int(np.searchsorted(user, user[stop], "left"))
        if stop <= start:
            stop = int(np.searchsorted(user, user[start], "right"))
        yield busy[start:stop]
        start = stop


def _by_user(user: Ints) -> Ints:
    """Positions in the order of users, then as they stand: a radix sort by 16 bits at a time."""
    order = np.argsort((user & 0xFFFF).astype(np.uint16), kind="stable")
    for shift in range(16, int(user.max(initial=0)).bit_length(), 16):
        order = order[np.argsort((user[order] >> shift).astype(np.uint16), kind="stable")]
    return order


def expand(found: Windows, part: Ints) -> tuple[Ints, Ints]:
    """All pairs of these rows: (position in `part`, row in its window), each row with itself included."""
    length = found.last[part] - found.first[part]
    one = np.repeat(np.arange(len(part)), length)
    two = np.repeat(found.first[part] - (np.cumsum(length) - length), length)
    return one, two + np.arange(len(two))


def pieces(found: Windows, part: Ints, size: int = BLOCK) -> Iterator[Ints]:
    """The rows cut so that each piece looks at about `size` pairs, or is one row."""
    total = np.cumsum(found.last[part] - found.first[part])
    start = 0
    while start < len(part):
        done = int(total[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(total, done + size, "right")))
        yield part[start:stop]
        start = stop


def sweep(found: Windows, users: int, least: int) -> Found:
    """Edges with at least `least` distinct messages of the source, and these messages in the order of time.

    Raises OverflowError when accounts and messages are too many to be packed into 62 bits (2^20 messages leave room for
    2 million accounts).
    """
    edges, weights, messages = [], [], []
    for edge, weight, message in swept(found, users, least):
        edges.append(edge)
        weights.append(weight)
        messages.append(message)
    starts = np.concatenate([np.zeros(1, np.int64), *weights]).cumsum()
    return Found(_joined(edges), starts, _joined(messages))


def swept(found: Windows, users: int, least: int, *, ahead: bool = False) -> Iterator[tuple[Ints, Ints, Ints]]:
    """The same in parts, by blocks of sources: packed edges (sorted), their weights, the messages of all in turn.

    With `ahead` only edges to a target of a higher number, which names every pair once.
    """
    bits = max(1, int(found.rows.message.max(initial=0))).bit_length()
    if users * users >= 2 ** (62 - bits):
        raise OverflowError(f"{users} accounts and {2**bits} messages do not fit")
    user = found.rows.user.astype(np.int32)  # looked up at random, once a pair: half the memory to pass through
    after = list[Ints]()
    for part in blocks(found, least):
        cut = list(pieces(found, part))
        if len(cut) == 1:
            pairs = _packed(found, part, user, users, bits, least=least, ahead=ahead)
        else:
            after = after or [next_of_user(found)]
            parts = [_packed(found, piece, user, users, bits, after=after[0], ahead=ahead) for piece in cut]
            pairs = np.concatenate(parts)
        yield grouped(once(pairs), bits, least)


def _packed(
    found: Windows,
    part: Ints,
    user: NDArray[np.int32],
    users: int,
    bits: int,
    *,
    least: int = 1,
    after: Ints | None = None,
    ahead: bool = False,
) -> Ints:
    """(source, target, message) packed, for every message and every other user in its window.

    Pairs of users that surely meet fewer than `least` times are left out; `part` must then hold all rows of its users.
    With `after` only the last row of a user in the window counts: many rows of two users then make few pairs.
    """
    one, two = expand(found, part)
    own, target = user[part], user.take(two, mode="clip")
    edge = np.repeat(own * np.int64(users), found.last[part] - found.first[part])
    edge += target
    if least > 1:
        often = _often(edge, least)
        edge, one, two, target = edge[often], one[often], two[often], target[often]
    source = own[one]
    counts = target > source if ahead else source != target
    if after is not None:
        counts &= after[two] >= found.last[part][one]
    return np.asarray((edge[counts] << bits) | found.rows.message[part][one[counts]])


def _often(edge: Ints, least: int) -> Ints:
    """Positions of edges that may occur `least` times: their slots are hit so often.

    The first look has few slots, which fit the cache; the second has four and more for each edge that is left.
    """
    first = _crowded(edge, least, MIX, 1)
    return np.asarray(first[_crowded(edge[first], least, MIX_AGAIN, 2)])


def _crowded(edge: Ints, least: int, mix: np.uint64, spare: int) -> Ints:
    bits = max(8, len(edge).bit_length() + spare)
    slot = ((edge.view(np.uint64) * mix) >> np.uint64(64 - bits)).view(np.int64)
    return np.flatnonzero((np.bincount(slot, minlength=1) >= least)[slot])


def grouped(pairs: Ints, bits: int, least: int) -> tuple[Ints, Ints, Ints]:
    """Edges of sorted pairs, their weights, and the messages of all of them in turn."""
    edge = pairs >> bits
    begins = np.flatnonzero(np.concatenate(([True], edge[1:] != edge[:-1]))) if len(edge) else np.zeros(0, np.int64)
    weight = np.diff(np.concatenate((begins, [len(edge)])))
    strong = weight >= least
    return edge[begins[strong]], weight[strong], pairs[np.repeat(strong, weight)] & ((1 << bits) - 1)


def once(values: Ints) -> Ints:
    """The different values, sorted. (np.unique hashes, which packed integers make many times slower.)"""
    ranked = np.sort(values)
    return ranked[np.concatenate(([True], ranked[1:] != ranked[:-1]))] if len(ranked) else ranked


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)
