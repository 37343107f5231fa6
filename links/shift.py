"""Would two accounts meet as often if their times had nothing to do with each other? Circular shifts of every stream.

Every account's times are moved on by an offset of its own, drawn evenly over the span of the data; what passes the end
comes in again at the start. Who does what, how often and in which rhythm stays as it is; only the times of two accounts
against each other change. Offsets are whole multiples of the grain of the times (the minute, when all times are whole
minutes), or shifted times would meet less often than recorded ones can.

A shift by hours also moves the hour of the day, which accounts of one time zone or one office keep alike. `Kind` days
draws whole days, on a circle of whole days; with D days one draw in D leaves two accounts as they are to each other, so
that p falls little below 1 / D: it needs `days_needed`, and takes any offset otherwise.

An edge's p is (1 + shifts with at least its weight) / (1 + shifts), after Davison and Hinkley 1997, 4.2. Its e-value is
its weight over the mean of its weight and those of the shifts: if the offset of the data is one like those drawn, each
of them is as likely to stand above the mean, so that e is 1 on average.

Only what two accounts' offsets differ by matters to them, so an edge is counted for all draws at once: each pair of
messages with one key meets for an interval of differences. Where keys are used so often that pairs are many, every draw
is searched instead, and edges that have failed are left.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from attrigraph.links.basis import Basis
from attrigraph.links.records import Ints
from attrigraph.links.sweep import once
from attrigraph.progress import SILENT, Progress

__all__ = ["Kind", "Shifts", "days_needed", "shifts"]

Floats = NDArray[np.float64]
Kind = Literal["any", "days"]
"""By what times are moved: any offset, or whole days."""
AT_ONCE = 1_000_000
"""Rows of sources looked at together."""
PAIRS = 2_000_000
"""Pairs of messages laid out together."""
SEARCH = 8
"""A search among many costs about as much as laying out so many pairs."""
DRAWN = 25
"""Draws between two looks at which edges have failed."""


@dataclass(frozen=True, slots=True)
class Shifts:
    """One element an edge: `p` between 1 / (1 + draws) and 1, `e_value` between 0 and 1 + draws.

    A p above the level may rest on fewer draws: an edge that cannot pass any more is not drawn on. Its e-value is then
    not known, and 0, which is never too much. `kind` is what times were moved by.
    """

    p: Floats
    e_value: Floats
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Streams:
    """Rows of the accounts of an edge: sources by account, targets by account and key, times in grains from 0.

    `span`: the length of the circle, `step` that of what it is moved by, `before` and `after` those of the window, in
    grains.
    """

    message: Ints
    at: Ints
    key: Ints
    starts: Ints
    target_at: Ints
    held: Ints
    held_starts: Ints
    keys: int
    span: int
    step: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class _Uses:
    """Uses of a key by the source of an edge that its target uses too: rows low..high of the targets."""

    edge: Ints
    message: Ints
    at: Ints
    low: Ints
    high: Ints

    def take(self, which: Ints) -> _Uses:
        return _Uses(self.edge[which], self.message[which], self.at[which], self.low[which], self.high[which])


def days_needed(level: float) -> int:
    """Days the posts have to span for shifts by days: 4 / level, so that a true edge hardly fails by the draws."""
    return math.ceil(4 / level)


def shifts(
    basis: Basis,
    chosen: Ints,
    *,
    draws: int = 200,
    level: float = 0.05,
    seed: int = 0,
    kind: Kind = "any",
    progress: Progress = SILENT,
) -> Shifts:
    """p and e-values of the edges `chosen` (their positions), by any offset where there are too few days for `kind`."""
    source, target, weight = (column[chosen] for column in (basis.edges.source, basis.edges.target, basis.edges.weight))
    at = np.concatenate((basis.sources.at, basis.targets.at))
    days = _days(at, basis.day)
    kind = kind if days >= days_needed(level) else "any"
    found = Shifts(np.ones(len(chosen)), np.ones(len(chosen)), kind)
    if not len(chosen) or not draws:
        return found
    streams = _streams(basis, source, target, days * basis.day if kind == "days" else 0)
    accounts = once(np.concatenate((source, target)))
    offsets = np.random.default_rng(seed).integers(0, streams.span // streams.step, size=(len(accounts), draws))
    offsets *= streams.step
    progress.step(f"shifting times of {basis.edges.network}", len(chosen))
    for part in _parts(streams, source):
        one, other = (np.searchsorted(accounts, side[part]) for side in (source, target))
        moved = (offsets[one] - offsets[other]) % streams.span
        uses = _uses(streams, source[part], target[part])
        found.p[part], found.e_value[part] = _tested(streams, uses, weight[part], moved, level, pairs=basis.pairs)
        progress.advance(len(part))
    return found


def _days(at: Ints, day: int) -> int:
    """Days from the first time to the last, the last one counted whole; 0 where there are none."""
    return (int(at.max()) - int(at.min())) // day + 1 if day and len(at) else 0


def _streams(basis: Basis, source: Ints, target: Ints, circle: int) -> _Streams:
    """`circle`: the length of the circle when it is moved by days, 0 for that of the data and any offset."""
    at = np.concatenate((basis.sources.at, basis.targets.at))
    first = int(at.min())
    grain = max(1, int(np.gcd.reduce(at - first)))
    if circle:
        grain = math.gcd(grain, basis.day)
    sources = basis.sources.take(np.flatnonzero(np.isin(basis.sources.user, source)))
    targets = basis.targets.take(np.flatnonzero(np.isin(basis.targets.user, target)))
    known = once(targets.key)
    key = np.minimum(np.searchsorted(known, sources.key), max(0, len(known) - 1))
    sources = sources.take(np.flatnonzero(known[key] == sources.key) if len(known) else key[:0])
    sources = sources.take(np.argsort(sources.user, kind="stable"))
    packed = targets.user * len(known) + np.searchsorted(known, targets.key)
    order = np.lexsort((targets.at, packed))
    held = once(packed)
    return _Streams(
        sources.message,
        (sources.at - first) // grain,
        np.searchsorted(known, sources.key),
        np.searchsorted(sources.user, np.arange(int(max(source.max(), target.max())) + 2)),
        (targets.at[order] - first) // grain,
        held,
        np.append(np.searchsorted(packed[order], held), len(order)),
        len(known),
        circle // grain or (int(at.max()) - first) // grain + 1,
        basis.day // grain if circle else 1,
        basis.before // grain,
        basis.after // grain,
    )


def _parts(streams: _Streams, source: Ints) -> Iterator[Ints]:
    """Positions of edges whose sources have about `AT_ONCE` rows, so few that edge and time fit 62 bits."""
    most = 1 << min(12, 61 - (2 * streams.span).bit_length())
    total = np.cumsum(streams.starts[source + 1] - streams.starts[source])
    start = 0
    while start < len(source):
        done = int(total[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(total, done + AT_ONCE, "right")))
        yield np.arange(start, min(stop, start + most))
        start = min(stop, start + most)


def _uses(streams: _Streams, source: Ints, target: Ints) -> _Uses:
    length = streams.starts[source + 1] - streams.starts[source]
    edge = np.repeat(np.arange(len(source)), length)
    row = np.repeat(streams.starts[source] - (np.cumsum(length) - length), length) + np.arange(len(edge))
    wanted = target[edge] * streams.keys + streams.key[row]
    place = np.minimum(np.searchsorted(streams.held, wanted), max(0, len(streams.held) - 1))
    hit = np.flatnonzero(streams.held[place] == wanted) if len(streams.held) else place[:0]
    place, row, edge = place[hit], row[hit], edge[hit]
    order = np.lexsort((streams.message[row], edge))
    place, row, edge = place[order], row[order], edge[order]
    held = streams.held_starts
    return _Uses(edge, streams.message[row], streams.at[row], held[place], held[place + 1])


def _tested(
    streams: _Streams, uses: _Uses, weight: Ints, moved: Ints, level: float, *, pairs: bool
) -> tuple[Floats, Floats]:
    """p and e-value of each edge; those with very many pairs of messages are searched draw by draw."""
    draws = moved.shape[1]
    several = np.bincount(uses.edge, weights=uses.high - uses.low, minlength=len(weight)).astype(np.int64)
    searched = several > SEARCH * draws * np.bincount(uses.edge, minlength=len(weight))
    few, many = np.flatnonzero(~searched), np.flatnonzero(searched)
    reached, sums = np.zeros(len(weight), np.int64), np.zeros(len(weight), np.int64)
    made = np.full(len(weight), draws)
    for part in _pieces(uses, several, few):
        at = once(uses.edge[part])
        met = _laid_out(streams, uses.take(part), moved, few=at, pairs=pairs)
        reached[at], sums[at] = (met >= weight[at, None]).sum(axis=1), met.sum(axis=1)
    if len(many):
        own = uses.take(np.flatnonzero(searched[uses.edge]))
        found = _searched(streams, own, weight, moved, many, most=int(level * (1 + draws)) - 1, pairs=pairs)
        reached[many], sums[many], made[many] = (column[many] for column in found)
    e_value = np.where(made == draws, weight * (1 + draws) / np.maximum(1, weight + sums), 0.0)
    return (1 + reached) / (1 + made), e_value


def _pieces(uses: _Uses, several: Ints, edges: Ints) -> Iterator[Ints]:
    """Uses of whole edges that have about `PAIRS` pairs together."""
    total = np.cumsum(several[edges])
    start = 0
    while start < len(edges):
        done = int(total[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(total, done + PAIRS, "right")))
        found = np.flatnonzero(np.isin(uses.edge, edges[start:stop]))
        if len(found):
            yield found
        start = stop


def _laid_out(streams: _Streams, uses: _Uses, moved: Ints, *, few: Ints, pairs: bool) -> Ints:
    """Weight of the edges `few` in every draw (in no order): how many intervals hold the difference of offsets."""
    length = uses.high - uses.low
    use = np.repeat(np.arange(len(length)), length)
    row = np.repeat(uses.low - (np.cumsum(length) - length), length) + np.arange(len(use))
    begins = (streams.target_at[row] - uses.at[use] - streams.after) % streams.span
    ends = begins + min(streams.before + streams.after, streams.span - 1)
    edge = np.searchsorted(few, uses.edge[use])
    if not pairs:
        begins, ends, edge = _merged(edge, uses.message[use], begins, ends, streams.span)
    draws, wide = moved.shape[1], 2 * streams.span
    ranked = np.sort(moved[few], axis=1)
    flat = (np.arange(len(few))[:, None] * wide + np.concatenate((ranked, ranked + streams.span), axis=1)).ravel()
    entered = np.searchsorted(flat, edge * wide + begins, "left")
    left = np.searchsorted(flat, edge * wide + ends, "right")
    change = np.bincount(entered, minlength=len(flat) + 1) - np.bincount(left, minlength=len(flat) + 1)
    held = np.cumsum(change)[:-1].reshape(len(few), 2 * draws)
    return np.asarray(held[:, :draws] + held[:, draws:])


def _merged(edge: Ints, message: Ints, begins: Ints, ends: Ints, span: int) -> tuple[Ints, Ints, Ints]:
    """Intervals of one message and edge cut so that none overlaps the next one: the message counts once."""
    order = np.lexsort((begins, message, edge))
    edge, message, begins, ends = edge[order], message[order], begins[order], ends[order]
    first = np.ones(len(edge), dtype=bool)
    first[1:] = (edge[1:] != edge[:-1]) | (message[1:] != message[:-1])
    before = np.concatenate((ends[:1], ends[:-1]))
    starts = np.flatnonzero(first)
    before[starts] = ends[np.append(starts[1:], len(edge)) - 1] - span  # the last one may reach round to the first
    begins = np.maximum(begins, before + 1)
    kept = begins <= ends
    return begins[kept], ends[kept], edge[kept]


def _searched(
    streams: _Streams, uses: _Uses, weight: Ints, moved: Ints, left: Ints, *, most: int, pairs: bool
) -> tuple[Ints, Ints, Ints]:
    """Draws that reach the weight of each edge, the sum of their weights, and draws made, for the edges `left`.

    When more than `most` reach it, an edge is not drawn on.
    """
    reached, sums, made = (np.zeros(len(weight), np.int64) for _ in range(3))
    for draw in range(moved.shape[1]):
        count = _met(streams, uses, moved[:, draw], len(weight), pairs=pairs)
        reached[left] += count[left] >= weight[left]
        sums[left] += count[left]
        made[left] += 1
        if draw % DRAWN == DRAWN - 1:
            left = left[reached[left] <= most]
            uses = uses.take(np.flatnonzero(np.isin(uses.edge, left)))
    return reached, sums, made


def _met(streams: _Streams, uses: _Uses, moved: Ints, edges: int, *, pairs: bool) -> Ints:
    """Weight of every edge when its source is moved on by `moved`."""
    at = (uses.at + moved[uses.edge]) % streams.span
    low, high = at - streams.before, at + streams.after + 1
    if streams.before + streams.after + 1 >= streams.span:
        several = uses.high - uses.low
    else:
        several = _below(streams, uses, np.minimum(high, streams.span)) - _below(streams, uses, np.maximum(low, 0))
        for wrapped, inside in ((np.flatnonzero(low < 0), False), (np.flatnonzero(high > streams.span), True)):
            own = uses.take(wrapped)
            if inside:
                several[wrapped] += _below(streams, own, high[wrapped] - streams.span)
            else:
                several[wrapped] += own.high - own.low - _below(streams, own, low[wrapped] + streams.span)
    if pairs:
        return np.bincount(uses.edge, weights=several, minlength=edges).astype(np.int64)
    hit = np.flatnonzero(several)
    edge, message = uses.edge[hit], uses.message[hit]
    new = np.ones(len(hit), dtype=bool)
    new[1:] = (edge[1:] != edge[:-1]) | (message[1:] != message[:-1])
    return np.bincount(edge[new], minlength=edges).astype(np.int64)


def _below(streams: _Streams, uses: _Uses, at: Ints) -> Ints:
    """How many targets of each use are earlier than `at`: binary searches side by side."""
    low, high = uses.low.copy(), uses.high.copy()
    last = len(streams.target_at) - 1
    while (low < high).any():
        middle = (low + high) >> 1
        less = (streams.target_at[np.minimum(middle, last)] < at) & (low < high)
        low = np.where(less, middle + 1, low)
        high = np.where(less, high, middle)
    return low - uses.low
