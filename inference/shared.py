"""Shared infrastructure: private addresses within a day, and who shares anything with whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

from attrigraph.graph import statement
from attrigraph.inference.signal import LOCATORS, Observed
from attrigraph.inference.weights import InfraWeights, Weights

if TYPE_CHECKING:
    from attrigraph.graph import Store

__all__ = ["IP_DAY", "ip_day_links", "neighbours"]

IP_DAY = "ip_day"
SHARED_DAYS = """
WITH seen AS (
    SELECT l.ip, epoch(l.at)::BIGINT // 86400 AS day, l.account_id, min(l.at) AS first_at, max(l.at) AS last_at,
           min(l.source || ':' || l.record) AS locator
    FROM logins l JOIN private_addresses p ON p.ip = l.ip
    GROUP BY ALL
), crowded AS (
    SELECT ip, day, count(*) AS degree FROM seen GROUP BY ip, day HAVING count(*) BETWEEN 2 AND $max_degree
)
SELECT a.account_id AS account, b.account_id AS other,
       max($strength / (1 + $crowding * (c.degree - 2))) AS weight, count(*) AS n,
       epoch(min(least(a.first_at, b.first_at))) AS first_at, epoch(max(greatest(a.last_at, b.last_at))) AS last_at,
       list_slice(flatten(list([a.locator, b.locator] ORDER BY c.day, c.ip)), 1, $locators) AS locators
FROM crowded c
JOIN seen a ON a.ip = c.ip AND a.day = c.day
JOIN seen b ON b.ip = c.ip AND b.day = c.day AND a.account_id < b.account_id
GROUP BY a.account_id, b.account_id ORDER BY a.account_id, b.account_id
"""
"""Pairs of accounts that used one private address within a UTC day; the degree is counted per (address, day)."""


def ip_day_links(store: Store, observed: Observed, weights: Weights, run: str) -> list[dict[str, Any]]:
    """Rows of SHARES_WITH {rule: ip_day}: one a pair, from the smaller id to the larger."""
    import pandas as pd

    from attrigraph.inference.signals.login_ip import moment_of

    infra, connection = weights.infra, observed.connection()
    private = [r["ip"] for r in store.stream(statement("facts/shared_ip_day"), private=list(infra.private))]
    connection.register("private_addresses", pd.DataFrame({"ip": pd.Series(private, dtype="str")}))
    try:
        found = connection.execute(
            SHARED_DAYS,
            {
                "strength": infra.ip_day,
                "crowding": infra.crowding,
                "max_degree": infra.max_degree,
                "locators": LOCATORS,
            },
        ).fetchall()
    finally:
        connection.unregister("private_addresses")
    return [
        {
            "start": account,
            "end": other,
            "rule": IP_DAY,
            "run": run,
            "revision": 1,
            "network": "private_address",
            "mode": "day",
            "weight": weight,
            "n": n,
            "message_ids": list(locators),
            "first_at": moment_of(first),
            "last_at": moment_of(last),
        }
        for account, other, weight, n, first, last, locators in found
    ]


def neighbours(store: Store, infra: InfraWeights, links: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Account -> accounts it shares infrastructure with, by identifiers and by `links` of private addresses."""
    rows = store.read(statement("facts/shared_identifier"), hold=infra.hold, max_degree=infra.max_degree)
    found: dict[str, set[str]] = defaultdict(set)
    for first, second in _pairs(rows, links):
        found[first].add(second)
        found[second].add(first)
    return dict(found)


def _pairs(rows: Iterable[dict[str, Any]], links: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for row in rows:
        yield from combinations(row["accounts"], 2)
    yield from links
