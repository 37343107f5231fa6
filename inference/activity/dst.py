"""Whether an account's clock follows daylight saving, and whose: the shape of its day, summer against winter.

No curve of other people is needed: under the right rule an account's local day looks the same all year round. Each rule
shifts the active hours; the rule under which days left out are foretold best by the others wins (10 folds of blocks of
7 days). Formula and gates: docs/inference.md, section 15.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attrigraph.inference.activity.zones import clock
from attrigraph.inference.weights import ActivityWeights, load_weights
from attrigraph.inference.zones import people_by_zone

__all__ = ["RULES", "Dst", "dst_against_none", "dst_llr", "dst_scores", "rule_of_year"]

Ints = NDArray[np.int64]
Vector = NDArray[np.float64]

RULES = ("none", "EU", "US", "South")
REFERENCES = {"EU": ("Europe/Berlin", 3600), "US": ("America/New_York", -18_000), "South": ("Australia/Sydney", 36_000)}
"""A zone that keeps the rule, and its standard offset in seconds."""
YEARS = range(1995, 2045)
BINS, HALF_S, DAY_S = 48, 1800, 86_400
BLOCK_S = 7 * DAY_S
REACH = 4
"""Half-hours the smoothing reaches to either side."""
CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Dst:
    """What A accounts' days say about daylight saving.

    `log_l[a, r]` = held-out log-likelihood of RULES (0 where it was not formed), `n[a]` active hours used, `enough[a]`
    whether there are enough of them in both seasons, `years[a, y]` the share of them in each of YEARS.
    """

    log_l: Vector
    n: Ints
    enough: NDArray[np.bool_]
    years: Vector


def shift_s(rule: str, at: Ints) -> Ints:
    """Seconds by which clocks that keep the rule are ahead of their standard time."""
    if rule == "none":
        return np.zeros_like(at)
    zone, standard = REFERENCES[rule]
    return clock(zone).offset_s(at) - standard


def dst_scores(account: ArrayLike, at: ArrayLike, accounts: int, *, weights: ActivityWeights | None = None) -> Dst:
    """Scores of `accounts` accounts from active hours, sorted by account and time (`distinct_hours`)."""
    w = weights or load_weights().activity
    who, when = np.asarray(account, dtype=np.int64), np.asarray(at, dtype=np.int64)
    ends = np.searchsorted(who, np.arange(accounts), side="right")
    latest = np.arange(len(who)) >= (ends[who] if len(who) else who) - w.dst_most_hours
    who, when = who[latest], when[latest]
    n = np.bincount(who, minlength=accounts)
    summer = np.bincount(who[_is_summer(when)], minlength=accounts)
    least = w.dst_least_share * n
    enough = (n >= w.dst_least_hours) & (summer >= least) & (n - summer >= least)
    year = np.clip(when.astype("datetime64[s]").astype("datetime64[Y]").astype(np.int64) + 1970, YEARS[0], YEARS[-1])
    years = np.bincount(who * len(YEARS) + year - YEARS[0], minlength=accounts * len(YEARS))
    log_l = np.zeros((accounts, len(RULES)))
    for first in range(0, accounts, CHUNK):
        size = min(CHUNK, accounts - first)
        mine = np.flatnonzero(enough[first : first + size])
        start, end = np.searchsorted(who, (first, first + size))
        place = np.full(size, -1, dtype=np.int64)
        place[mine] = np.arange(len(mine))
        own = place[who[start:end] - first]
        log_l[first + mine] = _held_out(own[own >= 0], when[start:end][own >= 0], len(mine), w)
    return Dst(log_l, n, enough, years.reshape(accounts, len(YEARS)) / np.maximum(n, 1)[:, None])


def _is_summer(at: Ints) -> NDArray[np.bool_]:
    """April to October, UTC."""
    month = at.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    return np.asarray((month >= 4) & (month <= 10))


def _held_out(who: Ints, at: Ints, size: int, w: ActivityWeights) -> Vector:
    """[account, rule]: log-likelihood of each fold under the smoothed profile of the others."""
    fold = at // BLOCK_S % w.dst_folds
    found = np.empty((size, len(RULES)))
    for number, rule in enumerate(RULES):
        half = (at + shift_s(rule, at)) // HALF_S % BINS
        cells = (who * w.dst_folds + fold) * BINS + half
        counts = np.bincount(cells, minlength=size * w.dst_folds * BINS).reshape(size, w.dst_folds, BINS).astype(float)
        others = (counts.sum(axis=1, keepdims=True) - counts) @ _smoothing(w.dst_sigma) + w.dst_added
        log_p = np.log(others / others.sum(axis=2, keepdims=True))
        found[:, number] = (counts * log_p).sum(axis=(1, 2))
    return found


@cache
def _smoothing(sigma: float) -> Vector:
    """Circular Gaussian over the half-hours of a day, cut at REACH."""
    far = np.abs((np.arange(BINS)[:, None] - np.arange(BINS) + BINS // 2) % BINS - BINS // 2)
    kernel = np.where(far <= REACH, np.exp(-0.5 * (far / sigma) ** 2), 0.0)
    return np.asarray(kernel / kernel.sum(axis=1, keepdims=True))


def dst_against_none(found: Dst) -> Vector:
    """ln of the likelihood of daylight saving against none, per account; positive speaks for it.

    EU, US and South count by the share of inhabited territories that keep them today.
    """
    kept = found.log_l[:, 1:]
    top = kept.max(axis=1, keepdims=True)
    mean = top[:, 0] + np.log(np.exp(kept - top) @ _shares_today())
    return np.asarray(mean - found.log_l[:, 0])


@cache
def _shares_today() -> Vector:
    """Share of EU, US and South among territories with daylight saving, by the zone most people live in."""
    rules = [rule_of_year(max(zones, key=lambda z: zones[z]), 2026) for zones in map(dict, people_by_zone().values())]
    counts = np.bincount(rules, minlength=len(RULES))[1:]
    return np.asarray(counts / counts.sum())


@cache
def rule_of_year(zone: str, year: int) -> int:
    """Place in RULES of the rule a zone kept in a year: the one whose clock agreed on most days of it.

    Only whether a day is ahead of the year's smallest offset counts. A clock that is ahead for less than a quarter or
    more than three quarters of a year is not moved for the season (Moscow in 2011, Morocco in Ramadan).
    """
    first = int(np.datetime64(f"{year}-01-01T12").astype("datetime64[s]").astype(np.int64))
    days = first + DAY_S * np.arange(365, dtype=np.int64)
    offset = clock(zone).offset_s(days)
    ahead = (offset - offset.min()) > 0
    if not 0.25 <= ahead.mean() <= 0.75:
        return RULES.index("none")
    apart = [int((ahead != (shift_s(rule, days) > 0)).sum()) for rule in RULES]
    return int(np.argmin(apart))


@cache
def _rules(codes: Sequence[str]) -> tuple[NDArray[np.intp], tuple[NDArray[np.intp], ...], tuple[Vector, ...]]:
    """([pattern, year]: rule; per code its patterns; their shares by people): zones of one history are one pattern."""
    patterns: dict[tuple[int, ...], int] = {}
    numbers, shares = [], []
    people = people_by_zone()
    for code in codes:
        own: dict[int, float] = {}
        for zone, share in people.get(code, {}).items():
            history = tuple(rule_of_year(zone, year) for year in YEARS)
            number = patterns.setdefault(history, len(patterns))
            own[number] = own.get(number, 0.0) + share
        numbers.append(np.array(list(own), dtype=np.intp))
        shares.append(np.array(list(own.values())) / max(sum(own.values()), 1e-12))
    return np.array(list(patterns), dtype=np.intp), tuple(numbers), tuple(shares)


def dst_llr(found: Dst, priors: Mapping[str, float], *, weights: ActivityWeights | None = None) -> Vector:
    """[account, territory]: .5 (ln likelihood of the territory's rule - ln of the mean by prior), without limits.

    The rule of a territory is that of its zones in the years of the activity, by people; a territory nobody lives in
    gets 0.
    """
    w, codes = weights or load_weights().activity, tuple(priors)
    histories, numbers, shares = _rules(codes)
    by_pattern = np.zeros((len(found.n), len(histories)))
    for rule in range(len(RULES)):
        by_pattern += found.log_l[:, [rule]] * (found.years @ (histories == rule).T)
    top = by_pattern.max(axis=1, keepdims=True)
    likelihood = np.exp(np.maximum(by_pattern - top, -700.0))
    inhabited = np.array([len(own) > 0 for own in numbers])
    territory = np.ones((len(found.n), len(codes)))
    for place, (own, share) in enumerate(zip(numbers, shares, strict=True)):
        if len(own):
            territory[:, place] = likelihood[:, own] @ share
    prior = np.array([priors[code] for code in codes]) * inhabited
    mean = territory @ (prior / prior.sum()) if prior.sum() > 0 else np.ones(len(found.n))
    llr = w.dst_factor * (np.log(territory) - np.log(mean)[:, None])
    return np.asarray(np.where(inhabited, llr, 0.0))
