"""Records that figures of measurements are drawn from: counts by hour, clock rules, windows, curves.

They hold numbers that were computed elsewhere; nothing here reads a store. Shares and probabilities are 0..1, scores
are nats, times are UTC. `None` is not collected or unknown, and is drawn as hatch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

__all__ = [
    "BeliefWindow",
    "ClockRule",
    "ClockRules",
    "HourGrid",
    "Night",
    "RiskCurve",
]


@dataclass(frozen=True, slots=True)
class Night:
    """When it is night (00 to 06 local) in one candidate territory, and how much falls into it.

    `shares` has 48 values, one each half hour of the UTC day: share of the territory's people, averaged over the days
    of the data, for whom it is night then; so several time zones and changes of the clock show. `during` is the share
    of the counted events at night there.
    """

    territory: str
    shares: tuple[float, ...]
    during: float | None = None


@dataclass(frozen=True, slots=True)
class HourGrid:
    """Events of an account or a group by weekday (seven rows from Monday) and hour (24 columns), UTC.

    `None` in `counts` is not collected. `subject` stands in the headline ("account A07", "cluster 1"), `unit` is what
    was counted; `candidates` are the territories that compete, the leading one first; `days` is the number of days
    with at least one event. `skipped` says why the hours gave no evidence, when they did not.
    """

    subject: str
    counts: tuple[tuple[int | None, ...], ...]
    unit: str = "posts"
    candidates: tuple[Night, ...] = ()
    days: int | None = None
    skipped: str = ""

    @property
    def total(self) -> int:
        """All counted events."""
        return sum(n for row in self.counts for n in row if n is not None)


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One rule of changing the clock, tried on the hours of an account.

    `score` is its evidence before the limit (half the difference of held-out log-likelihoods, evidence model, section
    6), `counted` after it; `territories` are the candidates that follow it.
    """

    name: str
    score: float
    counted: float
    territories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockRules:
    """The rules for one account. `hours` are its active hours; `skipped` says why there is no evidence."""

    subject: str
    hours: int
    rules: tuple[ClockRule, ...] = ()
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class BeliefWindow:
    """Belief about one account in one time window.

    `shares` are probabilities by territory code with OTHER and UNKNOWN, and sum to 1; `opened` says what began the
    window ("new handle", "after 104 silent days"); `prior` is that of `top`.
    """

    first: datetime
    last: datetime
    outcome: str
    top: str
    shares: Mapping[str, float]
    opened: str = ""
    prior: float | None = None


@dataclass(frozen=True, slots=True)
class RiskCurve:
    """Risk over coverage of one method: `points` are (share of accounts answered, share of those answers wrong).

    The first curve of a figure is the one it is about, the others are drawn beside it; `risk_60` is its risk at 60 %
    coverage, `accounts` how many resolved accounts it rests on.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    accounts: int
    risk_60: float | None = None
