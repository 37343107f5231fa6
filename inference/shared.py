"""Shared infrastructure: addresses within a day, and who shares anything with whom."""

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
PRIVATE, EXIT = "private_address", "anonymiser_exit"
"""What kind of address a link of the rule ip_day is over."""
SHARED_DAYS = """
WITH seen AS (
    SELECT l.ip, epoch(l.at)::BIGINT // 86400 AS day, l.account_id, p.strength, p.network,
           min(l.at) AS first_at, max(l.at) AS last_at, min(l.source || ':' || l.record) AS locator
    FROM logins l JOIN shared_addresses p ON p.ip = l.ip
    GROUP BY ALL
), users AS (
    SELECT ip, count(DISTINCT account_id) AS users FROM seen GROUP BY ip
), crowded AS (
    SELECT s.ip, day, CASE WHEN s.network = $exit THEN any_value(users) ELSE count(*) END AS degree
    FROM seen s JOIN users u ON u.ip = s.ip GROUP BY s.ip, day, s.network
    HAVING count(*) >= 2 AND degree <= $max_degree
)
SELECT a.account_id AS account, b.account_id AS other,
       max(a.strength / (1 + $crowding * (c.degree - 2))) AS weight, count(*) AS n,
       arg_max(a.network, a.strength / (1 + $crowding * (c.degree - 2))) AS network,
       epoch(min(least(a.first_at, b.first_at))) AS first_at, epoch(max(greatest(a.last_at, b.last_at))) AS last_at,
       list_slice(flatten(list([a.locator, b.locator] ORDER BY c.day, c.ip)), 1, $locators) AS locators
FROM crowded c
JOIN seen a ON a.ip = c.ip AND a.day = c.day
JOIN seen b ON b.ip = c.ip AND b.day = c.day AND a.account_id < b.account_id
GROUP BY a.account_id, b.account_id ORDER BY a.account_id, b.account_id
"""
"""Pairs of accounts that used one address within a UTC day.

The degree of a private address is counted per (address, day), that of an exit over all days: an exit that many use
tells little about any two of them.
"""


def ip_day_links(store: Store, observed: Observed, weights: Weights, run: str) -> list[dict[str, Any]]:
    """Rows of SHARES_WITH {rule: ip_day}: one a pair, from the smaller id to the larger; `network` says over what."""
    import pandas as pd

    from attrigraph.inference.signals.login_ip import moment_of

    infra, connection = weights.infra, observed.connection()
    rows = [
        (row["ip"], strength, network)
        for types, strength, network in ((infra.private, infra.ip_day, PRIVATE), (infra.exits, infra.exit_day, EXIT))
        for row in store.stream(statement("facts/shared_ip_day"), types=list(types))
    ]
    frame = pd.DataFrame(rows, columns=["ip", "strength", "network"])
    connection.register("shared_addresses", frame.astype({"ip": "str", "strength": "float64", "network": "str"}))
    try:
        found = connection.execute(
            SHARED_DAYS,
            {
                "exit": EXIT,
                "crowding": infra.crowding,
                "max_degree": infra.max_degree,
                "locators": LOCATORS,
            },
        ).fetchall()
    finally:
        connection.unregister("shared_addresses")
    return [
        {
            "start": account,
            "end": other,
            "rule": IP_DAY,
            "run": run,
            "revision": 1,
            "network": network,
            "mode": "day",
            "weight": weight,
            "n": n,
            "message_ids": list(locators),
            "first_at": moment_of(first),
            "last_at": moment_of(last),
        }
        for account, other, weight, n, network, first, last, locators in found
    ]


def neighbours(store: Store, infra: InfraWeights, links: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Account -> accounts it shares infrastructure with, by identifiers and by `links` of addresses."""
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
