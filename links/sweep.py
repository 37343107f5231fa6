"""The sweep: who shares a key with whom within a window, from sorted integers and without a join.

Rows are sorted by key and time; a window over each key then holds the partners of a row. Only the last row of a partner
in the window is taken, so a pair of message and partner is counted once without removing doubles (docs/links.md).
Everything that pairs is done in blocks: memory follows the edges that are kept, not the pairs that are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from attrigraph.links.records import Ints

__all__ = ["Found", "Rows", "Windows", "blocks", "expand", "sweep", "windows"]

BLOCK = 4_000_000
"""Pairs looked at together."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that have a key: `key` (any integers), `user`, `at` (ticks), `message`; all of one length.

    Messages are numbered in the order of time, so that sorting by (key, message) sorts by (key, time).
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
    """Rows sorted by key and time. Partners of row i are rows first[i] up to last[i] (exclusive).

    `after` is the next row of the same user under the same key, or the number of rows.
    """

    rows: Rows
    first: Ints
    last: Ints
    after: Ints


@dataclass(frozen=True, slots=True)
class Found:
    """Edges: packed source * users + target, sorted; messages of edge e: `messages[starts[e]:starts[e + 1]]`."""

    edge: Ints
    starts: Ints
    messages: Ints


def windows(rows: Rows, window: int) -> Windows:
    """Sort the rows by key and time and find each one's window of `window` ticks on both sides, ends included."""
    order = shared_keys(rows.key)
    kept = rows.take(order)
    group = np.cumsum(np.concatenate(([0], kept.key[1:] != kept.key[:-1]))) if len(order) else np.zeros(0, np.int64)
    order = np.argsort(group * (int(kept.message.max(initial=0)) + 1) + kept.message, kind="stable")
    kept, group = kept.take(order), group[order]
    first, last = _bounds(group, kept.at, window)
    return Windows(kept, first, last, _next_of_user(group, kept.user))


def shared_keys(key: Ints) -> Ints:
    """Positions of rows whose key occurs more than once, sorted by key."""
    order = np.argsort(key)
    ranked = key[order]
    same = ranked[1:] == ranked[:-1]
    shared = np.zeros(len(key), dtype=bool)
    shared[1:] |= same
    shared[:-1] |= same
    return np.asarray(order[shared])


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


def _next_of_user(group: Ints, user: Ints) -> Ints:
    n = len(group)
    after = np.full(n, n, dtype=np.int64)
    packed = group * (int(user.max(initial=0)) + 1) + user
    order = np.argsort(packed, kind="stable")
    same = packed[order][1:] == packed[order][:-1]
    after[order[:-1][same]] = order[1:][same]
    return after


def blocks(found: Windows, size: int = BLOCK) -> Iterator[Ints]:
    """Positions of rows, whole users at a time in their order, that look at about `size` pairs together."""
    order = np.argsort(found.rows.user, kind="stable")
    total = np.cumsum((found.last - found.first)[order])
    user = found.rows.user[order]
    start = 0
    while start < len(order):
        done = int(total[start - 1]) if start else 0
        stop = int(np.searchsorted(total, done + size, "right"))
        stop = int(np.searchsorted(user, user[min(stop, len(order) - 1)], "left" if stop < len(order) else "right"))
        if stop <= start:
            stop = int(np.searchsorted(user, user[start], "right"))
        yield np.sort(order[start:stop])
        start = stop


def expand(found: Windows, part: Ints) -> tuple[Ints, Ints]:
    """All pairs (row, row in its window) of these rows, each row with itself included."""
    length = found.last[part] - found.first[part]
    one = np.repeat(part, length)
    offsets = np.arange(len(one)) - np.repeat(np.cumsum(length) - length, length)
    return one, np.repeat(found.first[part], length) + offsets


def sweep(found: Windows, users: int, least: int, *, several_keys: bool = False) -> Found:
    """Edges with at least `least` distinct messages of the source, and these messages in the order of time.

    `several_keys`: a message may stand under several keys, so that doubles have to be removed.
    """
    rows, bits = found.rows, max(1, int(found.rows.message.max(initial=0))).bit_length()
    if users * users >= 2 ** (62 - bits):
        raise OverflowError(f"{users} accounts and {2**bits} messages do not fit")
    edges, weights, messages = [], [], []
    for part in blocks(found):
        one, two = expand(found, part)
        counts = (rows.user[one] != rows.user[two]) & (found.after[two] >= found.last[one])
        one, two = one[counts], two[counts]
        pairs = np.sort(((rows.user[one] * users + rows.user[two]) << bits) | rows.message[one])
        if several_keys and len(pairs):
            pairs = pairs[np.concatenate(([True], pairs[1:] != pairs[:-1]))]
        edge, weight, message = _edges(pairs, bits, least)
        edges.append(edge)
        weights.append(weight)
        messages.append(message)
    starts = np.concatenate([np.zeros(1, np.int64), *(weights)]).cumsum()
    return Found(_joined(edges), starts, _joined(messages))


def _edges(pairs: Ints, bits: int, least: int) -> tuple[Ints, Ints, Ints]:
    """Edges of sorted pairs, their weights, and the messages of all of them in turn."""
    edge = pairs >> bits
    begins = np.flatnonzero(np.concatenate(([True], edge[1:] != edge[:-1]))) if len(edge) else np.zeros(0, np.int64)
    weight = np.diff(np.concatenate((begins, [len(edge)])))
    strong = weight >= least
    return edge[begins[strong]], weight[strong], pairs[np.repeat(strong, weight)] & ((1 << bits) - 1)


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)
