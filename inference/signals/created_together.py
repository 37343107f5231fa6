"""Accounts made together: many of one persona created within days of each other, more than around that time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from math import erfc, sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from attrigraph.graph import statement
from attrigraph.inference.signal import Conduct, Observed, StorySignal
from attrigraph.inference.weights import ConductWeights, Weights
from attrigraph.territories import territory_name

if TYPE_CHECKING:
    from attrigraph.graph import Store

Numbers = NDArray[np.float64]

DAY_S = 86400.0
FEW, MANY = 50.0, 200
"""Above this mean the tail is that of a normal distribution; a count above this is one of so many."""
SOURCES = """
SELECT account_id, min(source || ':' || record) FROM accounts WHERE created_at IS NOT NULL GROUP BY account_id
"""


def gather(store: Store, observed: Observed, weights: Weights, displays: Mapping[str, str]) -> Iterator[Conduct]:
    """One per account with a date of creation, among those that display the same territory (or none)."""
    created: dict[str, datetime] = {r["account"]: r["at"] for r in store.stream(statement(SIGNAL.facts))}
    sources = dict(observed.connection().execute(SOURCES).fetchall())
    groups: dict[str, list[str]] = defaultdict(list)
    for account in sorted(created, key=lambda a: (created[a], a)):
        groups[displays.get(account, "")].append(account)
    w = weights.conduct
    for shown, accounts in groups.items():
        at = np.array([created[a].timestamp() / DAY_S for a in accounts])
        if at[-1] - at[0] >= w.burst_least_span:
            others, tails = bursts(at, w)
            for account, k, tail in zip(accounts, others, tails, strict=True):
                honest, cover = chances(int(k), float(tail), w)
                yield Conduct(
                    account=account,
                    honest=honest,
                    cover=cover,
                    summary=sentence(int(k), shown, w.burst_days),
                    count=int(k) + 1,
                    first_at=created[account],
                    last_at=created[account],
                    sources=(sources[account],) if account in sources else (),
                )


def bursts(at: Numbers, w: ConductWeights) -> tuple[NDArray[np.intp], Numbers]:
    """(others within `burst_days`, chance of so many) for sorted days of creation.

    The mean is that of the `burst_around` days on both sides without the near ones, one account added.
    """
    near = np.searchsorted(at, at + w.burst_days, side="right") - np.searchsorted(at, at - w.burst_days)
    around = np.searchsorted(at, at + w.burst_around, side="right") - np.searchsorted(at, at - w.burst_around)
    span = np.minimum(at + w.burst_around, at[-1]) - np.maximum(at - w.burst_around, at[0])
    mean = (around - near + 1) * 2 * w.burst_days / np.maximum(span - 2 * w.burst_days, w.burst_least_span / 2)
    return near - 1, poisson_tail(near - 1, mean)


def poisson_tail(k: NDArray[np.intp], mean: Numbers) -> Numbers:
    """P(X >= k) of a Poisson distribution; by the normal distribution where the mean is large."""
    capped = np.minimum(k, MANY)
    term = np.exp(-np.minimum(mean, FEW))
    below = np.zeros_like(term)
    for i in range(int(capped.max(initial=0))):
        below += np.where(i < capped, term, 0.0)
        term = term * mean / (i + 1)
    z = (k - 0.5 - mean) / np.sqrt(mean) / sqrt(2)
    normal = np.array([0.5 * erfc(x) for x in z])
    return np.where(mean > FEW, normal, np.clip(1.0 - below, 0.0, 1.0))


def chances(others: int, tail: float, w: ConductWeights) -> tuple[float, float]:
    """P(such a burst | honest), P(.. | cover)."""
    if others >= w.burst_least:
        for limit, honest, cover in w.bursts:
            if tail < limit:
                return honest, cover
    return w.burst_none


def sentence(others: int, shown: str, days: float) -> str:
    """Summary of the accounts around it."""
    who = f"{others or 'No'} other account{'' if others == 1 else 's'}"
    display = f" that display{'s' if others == 1 else ''} {territory_name(shown)}" if shown else " without a persona"
    return f"{who}{display} {'was' if others == 1 else 'were'} created within {days:g} days of it."


SIGNAL = StorySignal(
    name="created_together",
    cls="conduct",
    unit=("account", "accounts"),
    means="Operations make their accounts in batches; people of one place come to a platform one by one.",
    misleads="Campaigns, news and new markets bring people in waves; a case chosen by date of creation is one burst.",
    confirm="Compare with registrations of that place and time; look at the addresses and mails behind them.",
    ask="the date of creation of every account",
    whole=True,
    gather=gather,
)
