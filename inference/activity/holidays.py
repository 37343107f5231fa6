"""Public holidays of a territory in the activity of a set of accounts taken together.

One account's hobby says nothing about holidays; a group that works for pay rests on its own. For every weekday holiday
that a territory has and its rivals do not all share: x ln(q/p) + (1-x) ln((1-q)/(1-p)), x = active that day, p = share
of active days of the 31 around it (holidays left out), q = clip(r p, .005, .99), summed over accounts and days; r is
.55 for paid work and .9 for a hobby (docs/inference.md, section 15). Holidays come from the package `holidays` (extra
`geo`); its sets are thin for federal states.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attrigraph.errors import InputError
from attrigraph.inference.activity.zones import local_s
from attrigraph.inference.weights import ActivityWeights, load_weights
from attrigraph.inference.zones import people_by_zone

__all__ = ["HolidayScore", "holiday_scores"]

Ints = NDArray[np.int64]

DAY_S = 86_400
EPOCH = date(1970, 1, 1)
LEAST_Q, MOST_Q = 0.005, 0.99
LIMIT = 0.7
"""Of the result, nats."""


@dataclass(frozen=True, slots=True)
class HolidayScore:
    """What the holidays of one territory say about a set of accounts.

    `llr` in nats within ±.7, 0 when there are too few days; `raw` before the limit; `days` are weekday holidays of the
    territory that not all rivals share, counted per account (account-days); `active` those with activity, `expected`
    as many as days around them would give; `ratio` = active / expected, None without any expected.
    """

    territory: str
    llr: float
    raw: float
    days: int
    active: int
    expected: float
    ratio: float | None


def holiday_scores(
    account: ArrayLike,
    at: ArrayLike,
    codes: Sequence[str],
    *,
    paid: bool = True,
    weights: ActivityWeights | None = None,
) -> dict[str, HolidayScore]:
    """Score `codes` against each other from the times (seconds, UTC) of a set of accounts.

    `account` numbers whose each time is. `paid`: an operation that works for pay rests on holidays, a hobby hardly.
    A territory without known holidays, and one whose holidays all rivals share, gets 0. Raises InputError when the
    package `holidays` is missing or fewer than two territories are given.
    """
    if len(set(codes)) < 2:
        raise InputError("Holidays compare territories: give two or more codes.")
    w = weights or load_weights().activity
    who, when = np.asarray(account, dtype=np.int64), np.asarray(at, dtype=np.int64)
    ratio = w.holiday_paid if paid else w.holiday_hobby
    years = range(_day(int(when.min())).year, _day(int(when.max())).year + 1) if len(when) else range(0)
    sets = {code: _holidays(code, tuple(years)) for code in dict.fromkeys(codes)}
    shared = frozenset.intersection(*sets.values())
    found = {}
    for code, own in sets.items():
        days = sorted(day for day in own - shared if day.weekday() < 5)
        found[code] = _score(code, _active_days(code, who, when), (days, own), ratio, w)
    return found


def _score(
    code: str,
    active: dict[int, set[int]],
    days: tuple[Sequence[date], Iterable[date]],
    ratio: float,
    w: ActivityWeights,
) -> HolidayScore:
    """Sum over accounts and holidays; days before an account's first and after its last activity are left out."""
    holidays = {_number(day) for day in days[1]}
    reach = w.holiday_window // 2
    raw, count, hits, expected = 0.0, 0, 0, 0.0
    for own in active.values():
        first, last = min(own), max(own)
        for day in map(_number, days[0]):
            if not first <= day <= last:
                continue
            around = [
                d
                for d in range(max(first, day - reach), min(last, day + reach) + 1)
                if _weekday(d) and d not in holidays
            ]
            if not around:
                continue
            p = min(max(sum(d in own for d in around) / len(around), LEAST_Q), MOST_Q)
            q = min(max(p * ratio, LEAST_Q), MOST_Q)
            x = day in own
            raw += float(np.log(q / p) if x else np.log((1 - q) / (1 - p)))
            count, hits, expected = count + 1, hits + x, expected + p
    llr = min(max(raw, -LIMIT), LIMIT) if count >= w.holiday_least else 0.0
    return HolidayScore(code, llr, raw, count, hits, expected, hits / expected if expected else None)


def _active_days(code: str, who: Ints, when: Ints) -> dict[int, set[int]]:
    """Account -> local days (since 1970) with activity, by the zone most people of the territory live in."""
    zones = people_by_zone().get(code)
    local = local_s(max(zones, key=lambda z: zones[z]), when) if zones else when
    found: dict[int, set[int]] = {}
    for number, day in set(zip(who.tolist(), (local // DAY_S).tolist(), strict=True)):
        found.setdefault(number, set()).add(day)
    return found


@cache
def _holidays(code: str, years: tuple[int, ...]) -> frozenset[date]:
    """Public holidays of a territory; empty where the package knows none."""
    try:
        import holidays
    except ImportError:
        raise InputError("Holidays need the package holidays. Install attrigraph[geo].") from None
    try:
        return frozenset(holidays.country_holidays(code, years=years)) if years else frozenset()
    except NotImplementedError:
        return frozenset()


def _day(at: int) -> date:
    return EPOCH + timedelta(days=at // DAY_S)


def _number(day: date) -> int:
    return (day - EPOCH).days


def _weekday(number: int) -> bool:
    return (number + 3) % 7 < 5
