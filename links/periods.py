"""Rolling periods: in which of them an edge is found, and how lasting it is.

One network over all time is unreliable where accounts act together for some weeks only (Tardelli and others 2023), so
surviving edges are looked for again in periods of equal length, each of which begins half a length after the one
before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from attrigraph.errors import InputError
from attrigraph.links.basis import Basis
from attrigraph.links.messages import Messages
from attrigraph.links.networks import DAY, LONGEST_S, TICK
from attrigraph.links.records import Ints
from attrigraph.links.sweep import once

__all__ = ["InPeriods", "Periods", "in_periods", "periods_of"]

MOST = 1_000
AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class Periods:
    """`count` periods of `length` microseconds; period i begins at `first` + i `step` (microseconds since 1970)."""

    first: int
    length: int
    count: int

    @property
    def step(self) -> int:
        """Half a length."""
        return self.length // 2

    def name(self, period: int) -> str:
        """When the period begins: a date, with the time of day when it is not midnight (UTC)."""
        at = np.datetime64(self.first + period * self.step, "us")
        return str(at.astype("datetime64[D]" if at == at.astype("datetime64[D]") else "datetime64[s]"))


@dataclass(frozen=True, slots=True)
class InPeriods:
    """Edge `edge[i]` is found in `period[i]`, sorted by both; in `active[e]` periods both accounts have messages."""

    edge: Ints
    period: Ints
    active: Ints


def periods_of(messages: Messages, length_s: float) -> Periods:
    """The periods that cover all messages, from midnight (UTC) before the first one.

    Raises InputError for a length that is no length of time, or that makes more than a thousand periods.
    """
    if not 0 < length_s <= LONGEST_S:
        raise InputError(f"A period of {length_s} s is no length of time up to ten years. Give one such as 7d.")
    length = max(2, round(length_s * TICK))
    first, last = (int(messages.at[0]), int(messages.at[-1])) if len(messages) else (0, 0)
    first -= first % DAY
    count = (last - first) // (length // 2) + 1
    if count > MOST:
        raise InputError(
            f"Periods of {length_s:g} s are {count} in the span of the posts, more than {MOST}. Give longer ones."
        )
    return Periods(first, length, int(count))


def in_periods(messages: Messages, basis: Basis, chosen: Ints, periods: Periods) -> InPeriods:
    """The periods in which the edges `chosen` (ascending positions) have their least weight again.

    A message is in the period of its own time; the one it meets may lie beyond the edge of the period. In mode
    coortweet messages of the source are counted here, not pairs.
    """
    edges = basis.edges
    length = np.diff(edges.starts)[chosen]
    row = np.repeat(edges.starts[chosen] - (np.cumsum(length) - length), length) + np.arange(int(length.sum()))
    edge, half = np.repeat(chosen, length), (messages.at[edges.messages[row]] - periods.first) // periods.step
    packed = np.concatenate((edge * periods.count + half, (edge * periods.count + half - 1)[half > 0]))
    known, weight = np.unique(packed, return_counts=True)
    known = known[weight >= edges.options.min_weight]
    return InPeriods(known // periods.count, known % periods.count, _active(messages, basis, chosen, periods))


def _active(messages: Messages, basis: Basis, chosen: Ints, periods: Periods) -> Ints:
    """Periods in which both accounts have messages that could count."""
    result = np.zeros(len(basis.edges), np.int64)
    sides = []
    for rows in (basis.sources, basis.targets):
        own = rows.take(np.flatnonzero(np.isin(rows.user, np.concatenate((basis.edges.source, basis.edges.target)))))
        half = (messages.at[own.message] - periods.first) // periods.step
        user = own.user * periods.count
        sides.append(once(np.concatenate((user + half, (user + half - 1)[half > 0]))))
    starts = [np.searchsorted(side, np.arange(len(basis.edges.accounts) + 1) * periods.count) for side in sides]
    source, target = basis.edges.source[chosen], basis.edges.target[chosen]
    per = max(1, AT_ONCE // periods.count)
    for low in range(0, len(chosen), per):
        a, b = source[low : low + per], target[low : low + per]
        length = starts[0][a + 1] - starts[0][a]
        at = np.repeat(np.arange(len(a)), length)
        row = np.repeat(starts[0][a] - (np.cumsum(length) - length), length) + np.arange(len(at))
        wanted = b[at] * periods.count + sides[0][row] % periods.count
        place = np.minimum(np.searchsorted(sides[1], wanted), max(0, len(sides[1]) - 1))
        both = sides[1][place] == wanted if len(sides[1]) else np.zeros(0, dtype=bool)
        result[chosen[low : low + per]] = np.bincount(at[both], minlength=len(a))
    return result
