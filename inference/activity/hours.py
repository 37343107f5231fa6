"""Which clock an account keeps: likelihood of 48 zone rules from the hours it is active in.

Everything works on two arrays: `account` (numbers 0..A-1) and `at` (seconds since 1970, UTC), for all accounts at once.
An active hour is a distinct UTC clock hour; its first event stands for it. Formula (docs/inference.md, section 14):
ln L(z) = ln sum_k w_k exp(tau sum_b n_b(z) ln p_k(b)), tau = a / (1 + b n). Tempering by tau is what keeps a person's
habits, which do not average out, from counting as knowledge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attrigraph.inference.activity.curves import DAY_BINS, Curves, load_curves
from attrigraph.inference.activity.zones import ZONES, clock, clock_shares, standard_offsets_min, zone_shares_of
from attrigraph.inference.weights import ActivityWeights, load_weights

__all__ = [
    "Hours",
    "OffsetPosterior",
    "best_offsets",
    "distinct_hours",
    "hours_of",
    "offset_posterior",
    "offset_posteriors",
    "territory_llr",
]

Ints = NDArray[np.int64]
Vector = NDArray[np.float64]

HOUR_S, QUARTER_S = 3600, 900
WEEK = 672
"""Quarters of an hour in a week; the first is Thursday 00:00, as in 1970."""
SATURDAY = 2
"""Days after Thursday."""
CHUNK = 4_000
"""Accounts at a time: what is held in memory."""
NIGHT = slice(0, 12)
"""Half-hours from 00 to 06."""
WITHIN_MIN = (0, 60, 120)
"""Tolerances of the estimate."""


@dataclass(frozen=True, slots=True)
class Hours:
    """What the active hours of A accounts say.

    `log_l[a, z]` = ln L(z) of ZONES, `n[a]` active hours, `night[a]` share of them between 00 and 06 local in the zone
    of the highest likelihood, `flatness[a]` nats by which the 24 UTC hours differ from all alike (Kullback-Leibler).
    """

    log_l: Vector
    n: Ints
    night: Vector
    flatness: Vector


@dataclass(frozen=True, slots=True)
class OffsetPosterior:
    """Belief in each standard UTC offset, without any prior about people.

    `offsets_min` in minutes, `p` sums to 1. `best_min` is the estimate that is expected to be right most often,
    counting an exact hit, one within an hour and one within two (a half-hour offset between two likely hours does not
    win).
    `set90_min` are the fewest offsets that hold .9. `active_hours` = n; all offsets keep their share of the clock when
    it is 0.
    """

    offsets_min: tuple[int, ...]
    p: Vector
    best_min: int
    set90_min: tuple[int, ...]
    active_hours: int


def distinct_hours(account: Ints, at: Ints) -> tuple[Ints, Ints]:
    """The first event of each (account, UTC clock hour), ordered by account and time."""
    if not len(at):
        return account, at
    low = int(at.min())
    span = int(at.max()) - low + 1
    key = np.sort(account * span + (at - low))
    account, at = key // span, key % span + low
    hour = at // HOUR_S
    first = np.ones(len(at), dtype=bool)
    first[1:] = (account[1:] != account[:-1]) | (hour[1:] != hour[:-1])
    return account[first], at[first]


def hours_of(
    account: ArrayLike,
    at: ArrayLike,
    accounts: int,
    *,
    weights: ActivityWeights | None = None,
    curves: Curves | None = None,
) -> Hours:
    """Likelihoods for `accounts` accounts; `at` are active hours (`distinct_hours`), sorted by account."""
    w, curves = weights or load_weights().activity, curves or load_curves()
    who, when = np.asarray(account, dtype=np.int64), np.asarray(at, dtype=np.int64)
    groups = _groups(when)
    model = _Model(groups, [_table(group, curves, w.uniform) for group in groups], curves, w)
    parts = [_chunk(who[part] - first, when[part], size, model) for first, size, part in _chunks(who, accounts)]
    if not parts:
        nothing = np.zeros(0)
        return Hours(np.zeros((0, len(ZONES))), np.zeros(0, dtype=np.int64), nothing, nothing)
    return Hours(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _chunks(who: Ints, accounts: int) -> Iterator[tuple[int, int, slice]]:
    """(first account, how many, their events)."""
    for first in range(0, accounts, CHUNK):
        size = min(CHUNK, accounts - first)
        start, end = np.searchsorted(who, (first, first + size))
        yield first, size, slice(int(start), int(end))


@dataclass(frozen=True, slots=True)
class _Model:
    """What counts are compared with: groups of zones with their tables, weights of the archetypes, and numbers."""

    groups: Sequence[_Group]
    tables: Sequence[NDArray[np.float32]]
    curves: Curves
    w: ActivityWeights


@dataclass(frozen=True, slots=True)
class _Group:
    """Zones whose offsets differ by a constant over the times given: numbers, and quarters ahead of the first."""

    zones: tuple[int, ...]
    ahead: tuple[int, ...]


def _groups(at: Ints) -> list[_Group]:
    """Zones that change their clocks together, so that the week has to be counted once for all of them."""
    if not len(at):
        return [_Group((number,), (0,)) for number in range(len(ZONES))]
    low, high = int(at.min()), int(at.max())
    clocks = [clock(zone) for zone in ZONES]
    changes = np.unique(np.concatenate([c.changes for c in clocks]))
    moments = np.concatenate([[low], changes[(changes > low) & (changes <= high)]])
    offsets = np.array([c.offset_s(moments) for c in clocks])
    found: dict[bytes, list[int]] = {}
    for number, own in enumerate(offsets):
        found.setdefault((own - own[0]).tobytes(), []).append(number)
    return [
        _Group(tuple(zones), tuple(int(offsets[z, 0] - offsets[zones[0], 0]) // QUARTER_S for z in zones))
        for zones in found.values()
    ]


def _table(group: _Group, curves: Curves, uniform: float) -> NDArray[np.float32]:
    """[quarter of the first zone's week, zone, archetype and night]: ln p of the local bin, and whether it is night."""
    log_p = curves.log_p(uniform)
    night = np.zeros(log_p.shape[1])
    night[NIGHT] = night[DAY_BINS:][NIGHT] = 1.0
    columns = np.vstack([log_p, night]).T
    found = []
    for ahead in group.ahead:
        quarter = (np.arange(WEEK) + ahead) % WEEK
        day = quarter // 96
        bin_ = quarter // 2 % DAY_BINS + DAY_BINS * ((day == SATURDAY) | (day == SATURDAY + 1))
        found.append(columns[bin_])
    return np.stack(found, axis=1).astype(np.float32)


def _chunk(who: Ints, when: Ints, size: int, model: _Model) -> tuple[Vector, Ints, Vector, Vector]:
    n = np.bincount(who, minlength=size)
    tau = model.w.temper / (1.0 + model.w.temper_hours * n)
    weights = model.curves.weights
    log_l, night = np.empty((size, len(ZONES))), np.empty((size, len(ZONES)))
    for group, table in zip(model.groups, model.tables, strict=True):
        quarter = (when + clock(ZONES[group.zones[0]]).offset_s(when)) // QUARTER_S % WEEK
        counts = np.bincount(who * WEEK + quarter, minlength=size * WEEK).reshape(size, WEEK).astype(np.float32)
        sums = (counts @ table.reshape(WEEK, -1)).reshape(size, len(group.zones), -1).astype(np.float64)
        log_l[:, group.zones] = _log_sum_exp(sums[..., :-1] * tau[:, None, None] + np.log(weights))
        night[:, group.zones] = sums[..., -1]
    likely = np.take_along_axis(night, log_l.argmax(axis=1)[:, None], axis=1)[:, 0]
    return log_l, n, likely / np.maximum(n, 1), _flatness(who, when, size, n)


def _log_sum_exp(scores: Vector) -> Vector:
    top = scores.max(axis=-1, keepdims=True)
    return np.asarray((top + np.log(np.exp(scores - top).sum(axis=-1, keepdims=True)))[..., 0])


def _flatness(who: Ints, when: Ints, size: int, n: Ints) -> Vector:
    counts = np.bincount(who * 24 + when // HOUR_S % 24, minlength=size * 24).reshape(size, 24)
    share = counts / np.maximum(n, 1)[:, None]
    return np.asarray((share * np.log(np.where(share > 0, share * 24.0, 1.0))).sum(axis=1))


def territory_llr(log_l: Vector, codes: Sequence[str]) -> Vector:
    """ln of (L of a territory's zones by people / L of all clocks alike): [account, code], nats, without limits."""
    top = log_l.max(axis=1, keepdims=True)
    likelihood = np.exp(log_l - top)
    background = likelihood @ clock_shares()
    return np.asarray(np.log(likelihood @ zone_shares_of(tuple(codes)).T) - np.log(background)[:, None])


@cache
def _by_offset() -> tuple[Ints, Vector]:
    """Distinct standard offsets, and [zone, offset]: weight of a zone in its offset."""
    offsets, number = np.unique(standard_offsets_min(), return_inverse=True)
    return offsets, np.asarray(np.eye(len(offsets))[number] * clock_shares()[:, None])


def offset_posteriors(log_l: Vector) -> tuple[Ints, Vector]:
    """(offsets in minutes, [account, offset]: belief in each), every hour of the clock alike beforehand."""
    offsets, weight = _by_offset()
    p = np.exp(log_l - log_l.max(axis=1, keepdims=True)) @ weight
    return offsets, np.asarray(p / p.sum(axis=1, keepdims=True))


def best_offsets(offsets: Ints, p: Vector) -> Ints:
    """Per row of `p` the offset that is expected to meet most of the tolerances (exact, an hour, two)."""
    far = np.abs(offsets[:, None] - offsets)
    use = sum((far <= within).astype(np.float64) for within in WITHIN_MIN)
    return np.asarray(offsets[(p @ use).argmax(axis=1)])


def offset_posterior(hours: ArrayLike, *, curves: Curves | None = None) -> OffsetPosterior:
    """Belief in each UTC offset from the times of one account (seconds since 1970, UTC; any order, repeats allowed)."""
    at = np.asarray(hours, dtype=np.int64).ravel()
    who, when = distinct_hours(np.zeros(len(at), dtype=np.int64), at)
    found = hours_of(who, when, 1, curves=curves)
    offsets, p = offset_posteriors(found.log_l)
    order = np.argsort(-p[0], kind="stable")
    held = int(np.searchsorted(np.cumsum(p[0][order]), 0.9) + 1)
    return OffsetPosterior(
        offsets_min=tuple(int(o) for o in offsets),
        p=p[0],
        best_min=int(best_offsets(offsets, p)[0]),
        set90_min=tuple(sorted(int(o) for o in offsets[order[:held]])),
        active_hours=int(found.n[0]),
    )
