"""Which days of the week an account rests: days of rest by territory, and how well they fit its active days.

Formula: per territory the days of rest of its week (`weekends.csv`); an active day falls on day j with probability
proportional to 1 on a working day and r on a day of rest (half-way between on half a day of rest); ln of the mean over
habits r (`weekend_ratios`), tempered by 1 / (1 + .02 days); docs/inference.md, section 15.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attrigraph.inference.weights import ActivityWeights, load_weights
from attrigraph.inference.zones import people_by_zone

__all__ = ["DAYS", "Weekdays", "rest_days", "weekday_counts", "weekend_llr"]

Ints = NDArray[np.int64]
Vector = NDArray[np.float64]

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
USUAL = (0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0)
DAY_S, HOUR_S = 86_400, 3600
QUIET_HOURS = 8
"""A day ends in the middle of the quietest so many hours."""
DATE_LINE = 15
"""Days that end at 15 UTC or later are those of the east: there it is about 4 in the morning then."""


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Active days of A accounts: `counts[a, j]` on day j of the week (Monday first), `days[a]` in all."""

    counts: Ints
    days: Ints


def weekday_counts(account: ArrayLike, at: ArrayLike, accounts: int) -> Weekdays:
    """Distinct active days by day of the week; `account` and `at` as in `distinct_hours`.

    An account's day ends in the middle of its eight quietest hours, whatever clock it keeps: so the days say nothing
    about the clock, which hours speak of.
    """
    who, when = np.asarray(account, dtype=np.int64), np.asarray(at, dtype=np.int64)
    hours = np.bincount(who * 24 + when // HOUR_S % 24, minlength=accounts * 24).reshape(accounts, 24)
    around = np.concatenate([hours, hours[:, : QUIET_HOURS - 1]], axis=1)
    quiet = np.lib.stride_tricks.sliding_window_view(around, QUIET_HOURS, axis=1).sum(axis=2).argmin(axis=1)
    ends = (quiet + QUIET_HOURS // 2) % 24
    ahead = np.where(ends < DATE_LINE, -ends, 24 - ends) * HOUR_S
    day = (when + ahead[who]) // DAY_S if len(who) else when
    first = np.ones(len(day), dtype=bool)
    first[1:] = (who[1:] != who[:-1]) | (day[1:] != day[:-1])
    cells = who[first] * len(DAYS) + (day[first] + 3) % len(DAYS)
    counts = np.bincount(cells, minlength=accounts * len(DAYS)).reshape(accounts, len(DAYS))
    return Weekdays(counts, counts.sum(axis=1))


@cache
def rest_days() -> dict[str, tuple[float, ...]]:
    """Territory -> how much of each day of the week is rest (0 working day, .5 half, 1 rest), Monday first."""
    text = files(__package__ or __name__).joinpath("weekends.csv").read_text(encoding="utf-8")
    found: dict[str, tuple[float, ...]] = dict.fromkeys(people_by_zone(), USUAL)
    for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
        found[row["territory"]] = tuple(float(row[day]) for day in DAYS)
    return found


def weekend_llr(found: Weekdays, priors: Mapping[str, float], *, weights: ActivityWeights | None = None) -> Vector:
    """[account, territory]: ln of (likelihood of its days of rest / mean by prior), nats, without limits."""
    w, codes = weights or load_weights().activity, tuple(priors)
    kinds, kind_of = _kinds(codes)
    tau = 1.0 / (1.0 + w.weekend_temper * found.days)
    habits = np.array([share for share, _ in w.weekend_ratios])
    scores = np.empty((len(found.days), len(kinds)))
    for number, rest in enumerate(kinds):
        p = np.array([1.0 - np.array(rest) * (1.0 - ratio) for _, ratio in w.weekend_ratios])
        sums = found.counts @ np.log(p / p.sum(axis=1, keepdims=True)).T
        scores[:, number] = _log_mean(sums * tau[:, None], habits / habits.sum())
    prior = np.bincount(kind_of, weights=list(priors.values()), minlength=len(kinds))
    llr = scores - _log_mean(scores, prior / prior.sum())[:, None]
    return np.asarray(llr[:, kind_of])


def _log_mean(values: Vector, weights: Vector) -> Vector:
    top = values.max(axis=-1, keepdims=True)
    return np.asarray(top[..., 0] + np.log(np.exp(values - top) @ weights))


@cache
def _kinds(codes: Sequence[str]) -> tuple[tuple[tuple[float, ...], ...], NDArray[np.intp]]:
    """(distinct weeks, week of each code)."""
    weeks = [rest_days().get(code, USUAL) for code in codes]
    kinds = tuple(dict.fromkeys(weeks))
    return kinds, np.array([kinds.index(week) for week in weeks], dtype=np.intp)
