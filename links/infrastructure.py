"""Who shares infrastructure with whom: things used (in the graph) and addresses within a day (in the observations).

Written as `SHARES_WITH {rule, run}` of a link run, one an undirected pair and rule, from the smaller id to the larger.
The weight adds 1 / ln(1 + n) over the things two accounts share, n accounts on each (after Adamic and Adar, "Friends
and neighbors on the web", 2003, with 1 + n so that two accounts on a thing weigh less than infinitely much).
Inference reads none of these edges: it has its own, of its own runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from time import perf_counter
from typing import TYPE_CHECKING, Any

from attrigraph.graph import statement
from attrigraph.inference.shared import WITHIN_A_DAY, address_nodes
from attrigraph.inference.signal import Observed
from attrigraph.inference.signals.login_ip import moment_of
from attrigraph.inference.weights import InfraWeights, load_weights
from attrigraph.loaders.project import LABELS
from attrigraph.progress import SILENT, Progress
from attrigraph.wording import number

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from attrigraph.graph import Store

__all__ = ["RULES", "Hub", "InfrastructureReport", "RuleReport", "rarity", "share_links"]

ADDRESS_DAY, EXIT_DAY, NETWORK_DAY, MOBILE_SESSION = "address_day", "exit_day", "network_day", "mobile_session"
THINGS = {label: kind for kind, label in LABELS.items()}
RULES: dict[str, str] = {
    "device": "the same device",
    "cookie": "the same browser cookie",
    "payment_card": "the same payment card",
    "phone": "the same telephone number",
    "email": "the same mail address",
    "domain": "the same linked domain",
    "analytics": "the same analytics or advertising id on linked pages",
    ADDRESS_DAY: "one private address within a day",
    EXIT_DAY: "one exit of a VPN, proxy or host within a day",
    NETWORK_DAY: "one private /24 or /48 within a day, on different addresses",
    MOBILE_SESSION: "one mobile address and the same user agent within ten minutes",
}
"""What the accounts of an edge share, by its rule."""
DAY_S = 86_400
GAPS_S = {"PhoneNumber": 45 * DAY_S, "EmailAddress": 365 * DAY_S, "Domain": 365 * DAY_S}
"""How far apart two uses of one thing may lie. A number may go to another subscriber 45 days after it was given up (47
CFR 52.15(f)(1)(ii)); the year for mailboxes and domains is the shortest usual term (own default, untuned)."""
NEAR_S = 600
"""A mobile address stands for many people at once: only the same user agent within ten minutes ties two of them."""
MOST = 20
"""Things and rows named on one edge; `n` counts them all."""
HUBS_NAMED = 20
DAYS = """, counted AS (
    SELECT p.* FROM pairs p
    ANTI JOIN (SELECT s.account, s.other, s.day, n.node FROM pairs s
               JOIN shared_addresses n ON n.ip = s.node AND n.network = $around WHERE s.network = $address) near
    ON near.account = p.account AND near.other = p.other AND near.day = p.day AND near.node = p.node
)"""
"""A network counts on the days on which the two did not share one of its addresses."""
SESSIONS = """
WITH seen AS (
    SELECT DISTINCT l.ip AS node, l.user_agent, l.account_id, l.at, l.source || ':' || l.record AS locator,
           epoch(l.at)::BIGINT // $near AS slot
    FROM logins l JOIN shared_addresses p ON p.ip = l.ip WHERE l.user_agent IS NOT NULL
), crowded AS (
    SELECT node, user_agent, slot // (86400 // $near) AS day, count(DISTINCT account_id) AS degree
    FROM seen GROUP BY ALL HAVING degree BETWEEN 2 AND $max_degree
), around AS (
    SELECT s.*, c.day, c.degree, unnest([slot - 1, slot, slot + 1]) AS beside
    FROM seen s JOIN crowded c ON c.node = s.node AND c.user_agent = s.user_agent AND c.day = s.slot // (86400 // $near)
), counted AS (
    SELECT a.account_id AS account, b.account_id AS other, a.node, a.day, a.degree, $network AS network,
           least(a.at, b.at) AS first_at, greatest(a.at, b.at) AS last_at, [a.locator, b.locator] AS locators
    FROM around a JOIN seen b ON b.node = a.node AND b.user_agent = a.user_agent AND b.slot = a.beside
    WHERE a.account_id < b.account_id AND abs(epoch(a.at) - epoch(b.at)) <= $near
)"""
"""Logins of two accounts close together, from one address with one user agent; the slots only make the join short."""
FOLDED = """, by_node AS (
    SELECT network, account, other, node, min(degree) AS degree, count(DISTINCT day) AS days,
           min(first_at) AS first_at, max(last_at) AS last_at,
           flatten(list(locators ORDER BY day, locators)) AS locators
    FROM counted GROUP BY network, account, other, node
)
SELECT network, account, other, sum(1 / ln(1 + degree)) AS weight, sum(days)::BIGINT AS n,
       list_slice(list(node ORDER BY degree, node), 1, $most),
       list_slice(list(degree ORDER BY degree, node), 1, $most),
       epoch(min(first_at)), epoch(max(last_at)),
       list_slice(flatten(list(locators ORDER BY degree, node)), 1, 10 * $most)
FROM by_node GROUP BY network, account, other ORDER BY network, account, other
"""
"""One row a pair and rule; an address counts once, as on its least crowded day, and `n` counts the days."""
USERS = """
SELECT p.network, count(DISTINCT l.account_id) FROM logins l JOIN shared_addresses p ON p.ip = l.ip GROUP BY ALL
"""
HUBS = """
WITH seen AS (
    SELECT DISTINCT p.network, p.node, l.account_id,
           CASE WHEN p.network = $exit THEN 0 ELSE epoch(l.at)::BIGINT // 86400 END AS day
    FROM logins l JOIN shared_addresses p ON p.ip = l.ip
), degrees AS (SELECT network, node, day, count(*) AS degree FROM seen GROUP BY ALL)
SELECT network, node, max(degree) FROM degrees WHERE degree > $max_degree GROUP BY network, node ORDER BY network, node
"""


@dataclass(frozen=True, slots=True)
class Hub:
    """A thing left out because `accounts` accounts used it; `shown` is masked as everywhere."""

    rule: str
    shown: str
    accounts: int


@dataclass(frozen=True, slots=True)
class RuleReport:
    """What one rule found: `pairs` linked, among `linked` accounts, of `accounts` that have anything of the kind.

    The rarest thing that links two is used by `rarest` accounts, the most common one by `commonest`; 0 without pairs.
    """

    rule: str
    pairs: int
    linked: int
    accounts: int
    rarest: int = 0
    commonest: int = 0


@dataclass(frozen=True, slots=True)
class InfrastructureReport:
    """What was linked in a run. `pairs` counts a pair once however many rules link it; `hubs` names the largest."""

    run: str
    rules: tuple[RuleReport, ...]
    pairs: int
    hubs: tuple[Hub, ...]
    hubs_left_out: int
    max_degree: int
    seconds: float

    @property
    def edges(self) -> int:
        """Edges written: pairs, once for each rule."""
        return sum(rule.pairs for rule in self.rules)


def rarity(accounts: int, of: int) -> str:
    """How rare a shared thing is among the accounts that have anything of its kind.

    >>> rarity(3, 41210)
    '3 of 41\\u202f210 accounts'
    """
    return f"{number(accounts)} of {number(of)} accounts"


def share_links(
    store: Store, observations: Observed, run: str, progress: Progress = SILENT, infra: InfraWeights | None = None
) -> InfrastructureReport:
    """Find what accounts share and write it as edges of the link run `run`; writing twice changes nothing.

    What is private, what is an exit and how many accounts make a hub is what the inference says (`infra`).
    """
    infra, began = infra or load_weights().infra, perf_counter()
    progress.step("shared infrastructure: things")
    asked: dict[str, Any] = {"rules": THINGS, "max_degree": infra.max_degree}
    users = {THINGS[r["label"]]: r["accounts"] for r in store.read(statement("links/identifier_users"), rules=THINGS)}
    hubs = [
        Hub(THINGS[r["label"]], r["shown"], r["accounts"])
        for r in store.read(statement("links/identifier_hubs"), **asked)
    ]
    things = store.read(statement("links/shared_identifiers"), gaps=GAPS_S, most=MOST, **asked)
    edges = [_of_thing(row, users) for row in things]
    progress.step("shared infrastructure: addresses")
    for found in _shared_addresses(store, observations.connection(), infra):
        edges += [_of_addresses(row, found.users) for row in found.rows]
        users |= found.users
        hubs += found.hubs
    progress.step("writing shared infrastructure", len(edges))
    rows = [edge | {"run": run, "revision": 1} for edge in edges]
    store.write_relationships("SHARES_WITH", "Account", "Account", rows, progress=progress)
    return InfrastructureReport(
        run=run,
        rules=tuple(_of_rule(rule, edges, users.get(rule, 0)) for rule in RULES),
        pairs=len({(edge["start"], edge["end"]) for edge in edges}),
        hubs=tuple(sorted(hubs, key=lambda hub: -hub.accounts)[:HUBS_NAMED]),
        hubs_left_out=len(hubs),
        max_degree=infra.max_degree,
        seconds=perf_counter() - began,
    )


@dataclass(frozen=True, slots=True)
class _Addresses:
    """Pairs that addresses link, accounts seen on such addresses by rule, and addresses of too many."""

    rows: list[tuple[Any, ...]]
    users: dict[str, int]
    hubs: list[Hub]


def _shared_addresses(store: Store, connection: DuckDBPyConnection, infra: InfraWeights) -> Iterator[_Addresses]:
    """What is shared within a day, then what is shared within minutes on a mobile address."""
    limits = {"max_degree": infra.max_degree, "most": MOST}
    with address_nodes(connection, _nodes_by_day(store, infra)):
        names = {"exit": EXIT_DAY, "address": ADDRESS_DAY, "around": NETWORK_DAY}
        found = connection.execute(WITHIN_A_DAY + DAYS + FOLDED, limits | names).fetchall()
        yield _Addresses(found, _users(connection), _hubs(connection, infra.max_degree))
    mobile = ((ip, ip, 1.0, MOBILE_SESSION) for ip in _addresses(store, ("mobile",)))
    with address_nodes(connection, mobile):
        near = {"network": MOBILE_SESSION, "near": NEAR_S}
        found = connection.execute(SESSIONS + FOLDED, limits | near).fetchall()
        yield _Addresses(found, _users(connection), [])


def _nodes_by_day(store: Store, infra: InfraWeights) -> Iterator[tuple[str, str, float, str]]:
    for ip in _addresses(store, infra.private):
        yield ip, ip, 1.0, ADDRESS_DAY
        yield ip, network_of(ip), 1.0, NETWORK_DAY
    for ip in _addresses(store, infra.exits):
        yield ip, ip, 1.0, EXIT_DAY


def _addresses(store: Store, types: Sequence[str]) -> Iterator[str]:
    """Addresses of these types of network that the internet routes."""
    return (row["ip"] for row in store.stream(statement("facts/shared_ip_day"), types=list(types)))


def network_of(ip: str) -> str:
    """The IPv4 /24 or IPv6 /48 an address lies in.

    >>> network_of("192.0.2.77"), network_of("2001:db8:1:2::9")
    ('192.0.2.0/24', '2001:db8:1::/48')
    """
    return str(ip_network(f"{ip}/48", strict=False)) if ":" in ip else f"{ip.rpartition('.')[0]}.0/24"


def _users(connection: DuckDBPyConnection) -> dict[str, int]:
    return dict(connection.execute(USERS).fetchall())


def _hubs(connection: DuckDBPyConnection, max_degree: int) -> list[Hub]:
    found = connection.execute(HUBS, {"exit": EXIT_DAY, "max_degree": max_degree}).fetchall()
    return [Hub(rule, network_of(node) if "/" not in node else node, accounts) for rule, node, accounts in found]


def _of_thing(row: Mapping[str, Any], users: Mapping[str, int]) -> dict[str, Any]:
    named = len(row["things"])
    return {
        "start": row["account"],
        "end": row["other"],
        "rule": row["rule"],
        "network": row["label"],
        "mode": "both used it",
        "window_s": float(GAPS_S[row["label"]]) if row["label"] in GAPS_S else None,
        "weight": row["weight"],
        "n": row["n"],
        "node_ids": row["things"],
        "node_labels": [row["label"]] * named,
        "node_accounts": row["degrees"],
        "accounts": users[row["rule"]],
        "first_at": row["first_at"],
        "last_at": row["last_at"],
    }


def _of_addresses(row: tuple[Any, ...], users: Mapping[str, int]) -> dict[str, Any]:
    rule, account, other, weight, n, nodes, degrees, first, last, locators = row
    return {
        "start": account,
        "end": other,
        "rule": rule,
        "network": "IPAddress",
        "mode": "ten minutes, one user agent" if rule == MOBILE_SESSION else "one UTC day",
        "window_s": float(NEAR_S if rule == MOBILE_SESSION else DAY_S),
        "weight": weight,
        "n": n,
        "node_ids": nodes,
        "node_labels": ["IPAddress"] * len(nodes),
        "node_accounts": degrees,
        "accounts": users[rule],
        "first_at": moment_of(first),
        "last_at": moment_of(last),
        "message_ids": list(dict.fromkeys(locators))[:MOST],
    }


def _of_rule(rule: str, edges: Iterable[Mapping[str, Any]], accounts: int) -> RuleReport:
    own = [edge for edge in edges if edge["rule"] == rule]
    linked, shared = (
        {edge[end] for edge in own for end in ("start", "end")},
        [n for e in own for n in e["node_accounts"]],
    )
    return RuleReport(rule, len(own), len(linked), accounts, min(shared, default=0), max(shared, default=0))
