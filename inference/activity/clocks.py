"""The rules of changing the clock side by side for one account: what the figure of them shows.

Score of a rule R: f (LL_R - ln sum_R w_R e^LL_R), w_R the prior share of the territories that keep R, f .5; the same
formula by territory is the signal `activity_dst` (docs/inference.md, section 15).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from attrigraph.inference.activity.dst import RULES, dst_scores, rule_of_year
from attrigraph.inference.activity.events import activity
from attrigraph.inference.records import Window
from attrigraph.inference.signal import Observed
from attrigraph.inference.weights import Weights
from attrigraph.inference.windows.views import WindowObserved
from attrigraph.inference.zones import people_by_zone

__all__ = ["ClockScores", "clock_scores"]

SIGNAL = "activity_dst"


@dataclass(frozen=True, slots=True)
class ClockScores:
    """Scores of RULES for one account before and after the limit of an item, nats; empty when hours are too few.

    `hours` are its active hours, `year` the latest of them; `why` says why there are no scores.
    """

    hours: int
    year: int
    scores: tuple[float, ...] = ()
    counted: tuple[float, ...] = ()
    why: str = ""


def clock_scores(
    observed: Observed, account: str, priors: Mapping[str, float], weights: Weights, now: datetime
) -> ClockScores:
    """The rules tried on the active hours of one account. `now` decides what lies in the future."""
    w = weights.activity
    seen = WindowObserved(observed)
    try:
        seen.show([Window(account, "", 1, None, None, now, now, 0, (), True)])
        part = next(activity(seen, w, least=1, live_hours=w.dst_least_hours, now=now), None)
    finally:
        seen.close()
    if part is None:
        return ClockScores(0, now.year, why="no post or login has a time")
    found = dst_scores(part.account, part.at, 1, weights=w)
    hours, year = len(part.at), int(part.period(0)[1].year)
    if not found.enough[0]:
        few = f"{hours} of {w.dst_least_hours} active hours" if hours < w.dst_least_hours else "one season has too few"
        return ClockScores(hours, year, why=few)
    if part.marks[0] > w.marks:
        return ClockScores(hours, year, why="too many posts stand on a minute divisible by five")
    shares = rule_shares(priors, year)
    top = found.log_l[0].max()
    mean = top + np.log(np.exp(found.log_l[0] - top) @ shares)
    scores = w.dst_factor * (found.log_l[0] - mean)
    limit = weights.signal(SIGNAL).limit or np.inf
    return ClockScores(hours, year, tuple(map(float, scores)), tuple(map(float, np.clip(scores, -limit, limit))))


def rule_shares(priors: Mapping[str, float], year: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Prior share of each of RULES: territories count by prior, their zones by people."""
    found = np.zeros(len(RULES))
    for code, prior in priors.items():
        for rule, share in territory_rules(code, year).items():
            found[rule] += prior * share
    return found / found.sum() if found.sum() else np.full(len(RULES), 1 / len(RULES))


def territory_rules(code: str, year: int) -> dict[int, float]:
    """Place in RULES -> share of a territory's people who live by it."""
    found: dict[int, float] = {}
    zones = people_by_zone().get(code, {})
    whole = sum(zones.values())
    for zone, share in zones.items():
        rule = rule_of_year(zone, year)
        found[rule] = found.get(rule, 0.0) + share / whole
    return found


def followers(codes: Sequence[str], rule: int, year: int) -> tuple[str, ...]:
    """Those of the territories in which most people live by a rule."""
    return tuple(code for code in codes if territory_rules(code, year).get(rule, 0.0) > 0.5)
