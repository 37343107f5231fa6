"""When the messages behind edges were sent, and how far apart: a second pass over the edges that are left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attrigraph.errors import InputError
from attrigraph.links.messages import Messages
from attrigraph.links.networks import NETWORKS, TICK, rows_of, window_of
from attrigraph.links.records import Edges, Ints
from attrigraph.links.sweep import Rows, expand, pieces, windows

__all__ = ["Lags", "Nearest", "Timing", "lags", "timing"]

HELD = 2_000_000
"""Pairs kept before only the nearest of them are."""


@dataclass(frozen=True, slots=True)
class Timing:
    """One element an edge: first and last message of the source behind it (microseconds since 1970), `median_delta_s`.

    `median_delta_s` is the median, over these messages, of the seconds to the nearest message of the target with the
    same key, without sign.
    """

    first_at: Ints
    last_at: Ints
    median_delta_s: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lags:
    """One element a message of the source behind an edge: position of the edge, message, nearest message of the target.

    `delta_s` is the time of the other message less that of the own one: positive when the target came later.
    """

    edge: Ints
    message: Ints
    other: Ints
    delta_s: NDArray[np.float64]


def timing(messages: Messages, edges: Edges) -> Timing:
    """Times of all edges."""
    found = lags(messages, edges)
    at = messages.at[edges.messages]
    if not len(edges):
        return Timing(at, at, np.zeros(0))
    begins = edges.starts[:-1]
    order = np.lexsort((np.abs(found.delta_s), found.edge))
    delta, counts = np.abs(found.delta_s)[order], np.bincount(found.edge, minlength=len(edges))
    first = np.cumsum(counts) - counts
    low, high = first + (counts - 1) // 2, first + counts // 2
    return Timing(np.minimum.reduceat(at, begins), np.maximum.reduceat(at, begins), (delta[low] + delta[high]) / 2)


def lags(messages: Messages, edges: Edges, *, rows: Rows | None = None, window_s: float | None = None) -> Lags:
    """The nearest message of the target for every message behind the edges, in the order of edge and time.

    With `window_s` for every message of a source that has one within that window, whether it counts or not. `rows` are
    those of the network, when they are at hand. Raises InputError for a network that is not defined by keys.
    """
    if edges.network not in NETWORKS:
        raise InputError(f"The lags of {edges.network} are not known: it has no keys.")
    rows = rows_of(messages, NETWORKS[edges.network], edges.options) if rows is None else rows
    wanted = np.zeros(len(messages), dtype=bool)
    if window_s is None:
        wanted[edges.messages] = True
    else:
        wanted = np.isin(messages.user, edges.source)
    other = np.zeros(max(1, len(messages.accounts)), dtype=bool)
    other[edges.target] = True
    rows = rows.take(np.flatnonzero(wanted[rows.message] | other[rows.user]))
    found = windows(rows, window_of(edges.options.window_s if window_s is None else window_s))
    busy = np.flatnonzero(wanted[found.rows.message])
    nearest = Nearest(messages, edges)
    for piece in pieces(found, busy):
        at, two = expand(found, piece)
        nearest.add(found.rows.message[piece[at]], found.rows.message[two])
    return nearest.lags()


class Nearest:
    """Collects pairs of messages and keeps, for every edge and message of its source, the nearest one of its target."""

    def __init__(self, messages: Messages, edges: Edges) -> None:
        self.messages = messages
        self.users = max(1, len(messages.accounts))
        self.known = edges.source * self.users + edges.target
        self._parts: list[tuple[Ints, Ints, Ints]] = []
        self._held = 0

    def add(self, one: Ints, two: Ints) -> None:
        """Pairs of messages that have the same key; those that belong to no edge are passed over."""
        if not len(self.known) or not len(one):
            return
        user = self.messages.user
        packed = user[one] * self.users + user[two]
        edge = np.minimum(np.searchsorted(self.known, packed), len(self.known) - 1)
        kept = np.flatnonzero((self.known[edge] == packed) & (one != two))
        part = self._first(edge[kept], one[kept], two[kept])
        self._parts.append(part)
        self._held += len(part[0])
        if self._held > HELD:
            self._join()
            self._held = 0  # only what is new counts, or a long result would be joined again and again

    def lags(self) -> Lags:
        """What was found, in the order of edge and time."""
        edge, message, other = self._join()
        return Lags(edge, message, other, (self.messages.at[other] - self.messages.at[message]) / TICK)

    def _join(self) -> tuple[Ints, Ints, Ints]:
        none = np.zeros(0, np.int64)
        parts = self._parts or [(none, none, none)]
        self._parts = [self._first(*(np.concatenate([part[i] for part in parts]) for i in range(3)))]
        return self._parts[0]

    def _first(self, edge: Ints, message: Ints, other: Ints) -> tuple[Ints, Ints, Ints]:
        """The nearest of each edge and message: a message may meet the target often, and under several keys."""
        away = np.abs(self.messages.at[other] - self.messages.at[message])
        order = np.lexsort((away, message, edge))
        edge, message, other = edge[order], message[order], other[order]
        new = np.ones(len(edge), dtype=bool)
        new[1:] = (edge[1:] != edge[:-1]) | (message[1:] != message[:-1])
        return edge[new], message[new], other[new]
