"""Shared infrastructure: addresses within a day, and who shares anything with whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import combinations
from typing import TYPE_CHECKING, Any

from attrigraph.graph import statement
from attrigraph.inference.signal import LOCATORS, Observed
from attrigraph.inference.signals.login_ip import moment_of
from attrigraph.inference.weights import InfraWeights, Weights

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from attrigraph.graph import Store

__all__ = ["IP_DAY", "WITHIN_A_DAY", "address_nodes", "ip_day_links", "neighbours"]

IP_DAY = "ip_day"
FETCHED = 10_000
PRIVATE, EXIT = "private_address", "anonymiser_exit"
"""What kind of address a link of the rule ip_day is over."""
WITHIN_A_DAY = """
WITH seen AS (
    SELECT p.node, epoch(l.at)::BIGINT // 86400 AS day, l.account_id, p.strength, p.network,
           min(l.at) AS first_at, max(l.at) AS last_at, min(l.source || ':' || l.record) AS locator
    FROM logins l JOIN shared_addresses p ON p.ip = l.ip
    GROUP BY ALL
), users AS (
    SELECT node, count(DISTINCT account_id) AS users FROM seen GROUP BY node
), crowded AS (
    SELECT s.node, day, CASE WHEN s.network = $exit THEN any_value(users) ELSE count(*) END AS degree
    FROM seen s JOIN users u ON u.node = s.node GROUP BY s.node, day, s.network
    HAVING count(*) >= 2 AND degree <= $max_degree
), pairs AS (
    SELECT a.account_id AS account, b.account_id AS other, c.node, c.day, c.degree, a.network, a.strength,
           least(a.first_at, b.first_at) AS first_at, greatest(a.last_at, b.last_at) AS last_at,
           [a.locator, b.locator] AS locators
    FROM crowded c
    JOIN seen a ON a.node = c.node AND a.day = c.day
    JOIN seen b ON b.node = c.node AND b.day = c.day AND a.account_id < b.account_id
)
"""
"""Pairs of accounts that used one node (an address, or the network around it) within a UTC day, day by day.

`shared_addresses` has ip, node, strength and network (what kind of node it is; each node is of one kind). The degree of
a node is counted per (node, day), that of an exit over all days: an exit that many use tells little about any two of
them.
"""
SHARED_DAYS = (
    WITHIN_A_DAY
    + """
SELECT account, other, max(strength / (1 + $crowding * (degree - 2))) AS weight, count(*) AS n,
       arg_max(network, strength / (1 + $crowding * (degree - 2))) AS network,
       epoch(min(first_at)) AS first_at, epoch(max(last_at)) AS last_at,
       list_slice(flatten(list(locators ORDER BY day, node)), 1, $locators) AS locators
FROM pairs GROUP BY account, other ORDER BY account, other
"""
)


@contextmanager
def address_nodes(connection: DuckDBPyConnection, rows: Iterable[tuple[str, str, float, str]]) -> Iterator[None]:
    """The table `shared_addresses` while it lasts, from (ip, node, strength, network)."""
    import pandas as pd

    frame = pd.DataFrame(rows, columns=["ip", "node", "strength", "network"])
    types = {"ip": "str", "node": "str", "strength": "float64", "network": "str"}
    connection.register("shared_addresses", frame.astype(types))
    try:
        yield
    finally:
        connection.unregister("shared_addresses")


def ip_day_links(store: Store, observed: Observed, weights: Weights, run: str) -> Iterator[dict[str, Any]]:
    """Rows of SHARES_WITH {rule: ip_day}: one a pair, from the smaller id to the larger; `network` says over what.

    Use them up before the connection of `observed` is asked for anything else.
    """
    infra, connection = weights.infra, observed.connection()
    rows = (
        (row["ip"], row["ip"], strength, network)
        for types, strength, network in ((infra.private, infra.ip_day, PRIVATE), (infra.exits, infra.exit_day, EXIT))
        for row in store.stream(statement("facts/shared_ip_day"), types=list(types))
    )
    limits = {"exit": EXIT, "crowding": infra.crowding, "max_degree": infra.max_degree, "locators": LOCATORS}
    with address_nodes(connection, rows):
        found = connection.execute(SHARED_DAYS, limits)
        while part := found.fetchmany(FETCHED):
            yield from (_link(run, row) for row in part)


def _link(run: str, row: tuple[Any, ...]) -> dict[str, Any]:
    account, other, weight, n, network, first, last, locators = row
    return {
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


def neighbours(store: Store, infra: InfraWeights, links: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Account -> accounts it shares infrastructure with, by identifiers and by `links` of addresses."""
    rows = store.stream(statement("facts/shared_identifier"), hold=infra.hold, max_degree=infra.max_degree)
    found: dict[str, set[str]] = defaultdict(set)
    for first, second in _pairs(rows, links):
        found[first].add(second)
        found[second].add(first)
    return dict(found)


def _pairs(rows: Iterable[dict[str, Any]], links: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for row in rows:
        yield from combinations(row["accounts"], 2)
    yield from links
