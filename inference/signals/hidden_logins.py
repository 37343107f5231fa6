"""How much of an account's use goes over anonymisers: it says nothing about a place, but much about the story."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from attrigraph.graph import statement
from attrigraph.inference.signal import LOCATORS, Conduct, Observed, StorySignal
from attrigraph.inference.signals.login_ip import moment_of
from attrigraph.inference.weights import ConductWeights, Weights
from attrigraph.loaders.ip.editions import type_eras

if TYPE_CHECKING:
    from attrigraph.graph import Store

USE = """
WITH seen AS (
    SELECT l.account_id, l.ip, epoch(l."at")::BIGINT // 86400 AS day, f.hidden, f.checked, min(l."at") AS first_at,
           max(l."at") AS last_at, min(l.source || ':' || l.record) AS locator
    FROM logins l JOIN address_use f ON f.ip = l.ip AND epoch(l."at") >= f.from_s AND epoch(l."at") < f.until_s
    WHERE l.kind IS DISTINCT FROM 'registration'
    GROUP BY l.account_id, l.ip, day, f.hidden, f.checked
)
SELECT account_id, count(*), count(*) FILTER (hidden), bool_and(checked), epoch(min(first_at)), epoch(max(last_at)),
       list_slice(list(locator ORDER BY NOT hidden, first_at, locator), 1, $locators)
FROM seen GROUP BY account_id ORDER BY account_id
"""
"""A unit is a distinct (UTC day, address)."""


def gather(
    store: Store,
    observed: Observed,
    weights: Weights,
    displays: Mapping[str, str],  # noqa: ARG001
) -> Iterator[Conduct]:
    """One per account with logins; use of no anonymiser counts only where every address was looked up in lists."""
    import pandas as pd

    w, connection = weights.conduct, observed.connection()
    rows = [
        (row["ip"], kind in w.anonymisers, row["checked"], start, end)
        for row in store.stream(statement(SIGNAL.facts))
        for start, end, kind in type_eras(row["network_type"], row["types_over_time"])
    ]
    types = {"ip": "str", "hidden": "bool", "checked": "bool", "from_s": "float64", "until_s": "float64"}
    connection.register("address_use", pd.DataFrame(rows, columns=list(types)).astype(types))
    try:
        found = connection.execute(USE, {"locators": LOCATORS}).fetchall()
    finally:
        connection.unregister("address_use")
    for account, days, hidden, checked, first, last, sources in found:
        if hidden or checked:
            honest, cover = chances(days, hidden, w)
            yield Conduct(
                account=account,
                honest=honest,
                cover=cover,
                summary=sentence(days, hidden),
                count=days,
                first_at=moment_of(first),
                last_at=moment_of(last),
                sources=tuple(sources),
            )


def chances(days: int, hidden: int, w: ConductWeights) -> tuple[float, float]:
    """P(so much hidden | honest), P(.. | cover): none, some, or most of the days; few days say less."""
    share = hidden / days
    honest, cover = w.hidden_none if not hidden else w.hidden_some if share < w.hidden_most_from else w.hidden_most
    weight = min(1.0, days / w.full_days)
    return honest**weight, cover**weight


def sentence(days: int, hidden: int) -> str:
    """Summary; it names no address."""
    if not hidden:
        return f"None of {days} logins, counted once a day and address, went over a listed anonymiser."
    return f"{hidden} of {days} logins, counted once a day and address, went over VPN exits, proxies, servers or Tor."


SIGNAL = StorySignal(
    name="hidden_logins",
    cls="conduct",
    unit=("login day by address", "login days by address"),
    means="Whoever hides behind an account hides nearly always; most people log in from home or by telephone.",
    misleads="Many people use a VPN all day, for privacy or against censorship; residential proxies are on no list.",
    confirm="Ask for more login days, and check every address in lists with the dates of the logins.",
    ask="the network type of every login address",
    gather=gather,
)
