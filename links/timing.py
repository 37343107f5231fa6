"""When the messages behind edges were sent, and how far apart: a second pass over the edges that are left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attrigraph.errors import InputError
from attrigraph.links.messages import Messages
from attrigraph.links.networks import NETWORKS, TICK, rows_of, window_of
from attrigraph.links.records import Edges, Ints
from attrigraph.links.sweep import Windows, expand, pieces, windows

__all__ = ["Lags", "Timing", "lags", "timing"]


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


def lags(messages: Messages, edges: Edges) -> Lags:
    """The nearest message of the target for every message behind the edges, in the order of edge and time.

    Raises InputError for a network that is not defined by keys.
    """
    if edges.network not in NETWORKS:
        raise InputError(f"The lags of {edges.network} are not known: it has no keys.")
    rows = rows_of(messages, NETWORKS[edges.network], edges.options)
    wanted = np.zeros(len(messages), dtype=bool)
    wanted[edges.messages] = True
    other = np.zeros(max(1, len(messages.accounts)), dtype=bool)
    other[edges.target] = True
    rows = rows.take(np.flatnonzero(wanted[rows.message] | other[rows.user]))
    found = windows(rows, window_of(edges.options.window_s))
    busy = np.flatnonzero(wanted[found.rows.message])
    parts = [_nearest(found, piece, edges, len(other)) for piece in pieces(found, busy)]
    edge, message, partner, delta = (
        np.concatenate([part[i] for part in parts]) if parts else np.zeros(0, np.int64) for i in range(4)
    )
    order = np.lexsort((np.abs(delta), message, edge))  # a message may meet the target under several keys
    edge, message, partner, delta = edge[order], message[order], partner[order], delta[order]
    new = np.ones(len(edge), dtype=bool)
    new[1:] = (edge[1:] != edge[:-1]) | (message[1:] != message[:-1])
    return Lags(edge[new], message[new], partner[new], delta[new] / TICK)


def _nearest(found: Windows, part: Ints, edges: Edges, users: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Edge, message, nearest message of the target and ticks to it, for rows of sources."""
    rows = found.rows
    at, two = expand(found, part)
    one = part[at]
    known = edges.source * users + edges.target
    packed = rows.user[one] * users + rows.user[two]
    edge = np.minimum(np.searchsorted(known, packed), len(known) - 1)
    kept = np.flatnonzero((known[edge] == packed) & (one != two))
    edge, one, two = edge[kept], one[kept], two[kept]
    delta = rows.at[two] - rows.at[one]
    order = np.lexsort((np.abs(delta), one, edge))
    edge, one, two, delta = edge[order], one[order], two[order], delta[order]
    new = np.ones(len(edge), dtype=bool)
    new[1:] = (edge[1:] != edge[:-1]) | (one[1:] != one[:-1])
    return edge[new], rows.message[one[new]], rows.message[two[new]], delta[new]
