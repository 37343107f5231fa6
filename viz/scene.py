"""What the attribution network draws, as frozen records made from the plain rows that three Cypher reads return.

The reads are `cypher/facts/network_accounts.cypher`, `network_uses.cypher` and `network_links.cypher` (`STATEMENTS`);
each takes the parameter `run`, the second also `hub` (`HUB`). `scene_from_rows` documents the keys of their rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from attrigraph.inference.records import Assessment, Confidence, Outcome
from attrigraph.territories import OTHER, UNKNOWN
from attrigraph.viz.captions import Redaction, account_numbers, withhold

__all__ = [
    "HUB",
    "STATEMENTS",
    "AccountMark",
    "Cluster",
    "Link",
    "LinkKind",
    "ResourceMark",
    "Scene",
    "account_marks",
    "clusters",
    "scene_from_rows",
    "second_territory",
]

STATEMENTS = {
    "accounts": "facts/network_accounts",
    "uses": "facts/network_uses",
    "links": "facts/network_links",
}
"""Argument of `scene_from_rows` -> name of the statement that returns its rows."""

HUB = 200
"""Resources of more accounts than this say nothing about any two of them (evidence model, section 9)."""

LinkKind = Literal["used", "ip_day", "acts", "mirrors"]

KIND_WORDS = {
    "Device": "device",
    "Cookie": "cookie",
    "PaymentCard": "card",
    "PhoneNumber": "phone",
    "EmailAddress": "e-mail",
    "Domain": "domain",
    "AnalyticsId": "analytics id",
    "IPAddress": "address",
}
"""Label of a resource node -> word in figures. The kind stays under every redaction, the value never shows."""


@dataclass(frozen=True, slots=True)
class AccountMark:
    """An account as it is drawn. `number` is A07; `label` what hover calls it: the number, or number and handle.

    `second` is the other territory of a contested account, `prior` the prior of `top`. `outcome` is None for an
    account the run did not assess; it is drawn as hatch like everything that cannot be said.
    """

    id: str
    number: str
    label: str
    outcome: Outcome | None
    confidence: Confidence | None
    top: str | None
    p: float | None
    prior: float | None
    second: str | None
    region: str | None
    strongest_class: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResourceMark:
    """A device, cookie, card, phone, mail box or private address that at least two accounts used."""

    id: str
    kind: str
    label: str
    accounts: int


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the network: `used` joins account and resource, the other kinds two accounts. `weight` is 0..1 for
    shared infrastructure (what one account tells about the other), a count for co-activity."""

    source: str
    target: str
    kind: LinkKind
    rule: str | None = None
    n: int | None = None
    q: float | None = None
    weight: float | None = None
    window_s: float | None = None
    first_at: datetime | None = None
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything one network figure draws, with what its caption must say."""

    accounts: tuple[AccountMark, ...]
    resources: tuple[ResourceMark, ...]
    links: tuple[Link, ...]
    redaction: Redaction = "numbers"
    deceivers: float | None = None
    simulated: bool = False

    @property
    def size(self) -> int:
        """Number of marks: accounts and resources."""
        return len(self.accounts) + len(self.resources)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Accounts and resources that hang together by links of any kind."""

    accounts: tuple[AccountMark, ...]
    resources: tuple[ResourceMark, ...]
    links: tuple[Link, ...]


def second_territory(
    top: str | None, without_strongest: str | None, runner_up: str | None, outcome: str | None
) -> str | None:
    """The other territory of a contested account: who leads without the strongest class, else the runner-up."""
    if outcome != "contested":
        return None
    if without_strongest not in (None, top, OTHER, UNKNOWN):
        return without_strongest
    return runner_up


def scene_from_rows(
    accounts: Iterable[Mapping[str, Any]],
    uses: Iterable[Mapping[str, Any]],
    links: Iterable[Mapping[str, Any]],
    *,
    redaction: Redaction = "numbers",
    numbers: Mapping[str, str] | None = None,
    deceivers: float | None = None,
    simulated: bool = False,
) -> Scene:
    """Build a scene from plain rows. Missing keys count as unknown.

    `accounts`, one row an account: account, handle, outcome, confidence, top, p, prior, runner_up, without_strongest,
    region, strongest_class, reasons.
    `uses`, one row an account and resource: account, resource, kind (label of the node: Device, Cookie, PaymentCard,
    PhoneNumber, EmailAddress, IPAddress), n, first_at, last_at. Resources of a single account are left out.
    `links`, one row a pair of accounts: source, target, kind (ip_day, acts, mirrors), rule, n, q_value, weight,
    window_s, first_at, last_at. A pair of kind ip_day whose common address is among `uses` is not drawn twice.
    `numbers` gives every account of the case its number (default: `account_numbers` of the rows).
    """
    account_rows = list(accounts)
    names = numbers or account_numbers(row["account"] for row in account_rows)
    marks = tuple(_account(row, names, redaction) for row in account_rows)
    known = {mark.id for mark in marks}
    joined = [row for row in uses if row["account"] in known]
    resources = _resources(joined)
    drawn = {resource.id for resource in resources}
    used = [
        _link(row | {"source": row["account"], "target": _key(row), "kind": "used"})
        for row in map(dict, joined)
        if _key(row) in drawn
    ]
    homes: dict[str, set[str]] = defaultdict(set)
    for link in used:
        homes[link.source].add(link.target)
    pairs = [
        _link(row)
        for row in links
        if row["source"] in known
        and row["target"] in known
        and not (row["kind"] == "ip_day" and _common_address(homes[row["source"]] & homes[row["target"]]))
    ]
    return Scene(marks, resources, (*used, *pairs), redaction, deceivers, simulated)


def account_marks(
    assessments: Iterable[Assessment],
    *,
    handles: Mapping[str, str | None] | None = None,
    numbers: Mapping[str, str] | None = None,
    redaction: Redaction = "numbers",
) -> tuple[AccountMark, ...]:
    """Marks of assessed accounts, for figures without links. `handles` are by account."""
    names = ("account", "outcome", "confidence", "top", "p", "runner_up", "without_strongest", "region", "prior")
    rows = [
        {name: getattr(found, name) for name in (*names, "strongest_class", "reasons")}
        | {"handle": (handles or {}).get(found.account)}
        for found in assessments
    ]
    called = numbers or account_numbers(row["account"] for row in rows)
    return tuple(_account(row, called, redaction) for row in rows)


def clusters(scene: Scene) -> tuple[tuple[Cluster, ...], tuple[AccountMark, ...]]:
    """The clusters of a scene, most accounts first, and the accounts without any link."""
    ids = [mark.id for mark in scene.accounts] + [mark.id for mark in scene.resources]
    root = {name: name for name in ids}

    def find(name: str) -> str:
        while root[name] != name:
            root[name] = root[root[name]]
            name = root[name]
        return name

    for link in scene.links:
        root[find(link.source)] = find(link.target)
    parts: dict[str, tuple[list[AccountMark], list[ResourceMark], list[Link]]] = defaultdict(lambda: ([], [], []))
    for account in scene.accounts:
        parts[find(account.id)][0].append(account)
    for resource in scene.resources:
        parts[find(resource.id)][1].append(resource)
    for link in scene.links:
        parts[find(link.source)][2].append(link)
    found = [Cluster(tuple(a), tuple(r), tuple(k)) for a, r, k in parts.values() if k]
    alone = tuple(a[0] for a, _, k in parts.values() if a and not k)
    return tuple(sorted(found, key=lambda c: (-len(c.accounts), min(a.number for a in c.accounts)))), alone


def _account(row: Mapping[str, Any], names: Mapping[str, str], redaction: Redaction) -> AccountMark:
    account, handle = row["account"], row.get("handle")
    number = names[account]
    shown = number if redaction == "numbers" else f"{number} {handle or account}"
    hidden = {account: number} | ({f"@{handle}": number} if handle and redaction == "numbers" else {})
    outcome, top = row.get("outcome"), row.get("top")
    return AccountMark(
        id=account,
        number=number,
        label=shown,
        outcome=outcome,
        confidence=row.get("confidence"),
        top=top,
        p=row.get("p"),
        prior=row.get("prior"),
        second=second_territory(top, row.get("without_strongest"), row.get("runner_up"), outcome),
        region=row.get("region"),
        strongest_class=row.get("strongest_class"),
        reasons=tuple(withhold(reason, hidden, redaction) for reason in row.get("reasons") or ()),
    )


def _key(row: Mapping[str, Any]) -> str:
    """Identifier values of two kinds may be equal; the key of a resource is never shown."""
    return f"{row['kind']}/{row['resource']}"


def _common_address(keys: set[str]) -> bool:
    return any(key.startswith("IPAddress/") for key in keys)


def _resources(uses: list[Mapping[str, Any]]) -> tuple[ResourceMark, ...]:
    users: dict[str, set[str]] = defaultdict(set)
    kinds: dict[str, str] = {}
    for row in uses:
        users[_key(row)].add(row["account"])
        kinds[_key(row)] = KIND_WORDS.get(row["kind"], str(row["kind"]).lower())
    count: Counter[str] = Counter()
    found = []
    for key in sorted(users, key=lambda key: (kinds[key], -len(users[key]), key)):
        if len(users[key]) > 1:
            count[kinds[key]] += 1
            found.append(ResourceMark(key, kinds[key], f"{kinds[key]} {count[kinds[key]]}", len(users[key])))
    return tuple(found)


def _link(row: Mapping[str, Any]) -> Link:
    return Link(
        row["source"],
        row["target"],
        row["kind"],
        row.get("rule"),
        row.get("n"),
        row.get("q_value"),
        row.get("weight"),
        row.get("window_s"),
        row.get("first_at"),
        row.get("last_at"),
    )
