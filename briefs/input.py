"""What a brief is made from: plain records that the case hands over. Nothing here reads a store or a file.

Probabilities are 0..1, times are UTC, accounts are `platform:native id`, territories are codes. `None` is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from attrigraph.briefs.input_links import LinkFacts
from attrigraph.custody import Entry
from attrigraph.inference.hypotheses import ClassUse, HypothesisScores
from attrigraph.inference.records import Assessment, Explanation, Item, RunRecord

__all__ = [
    "HYPOTHESES",
    "AccountFacts",
    "BriefInput",
    "CaseFacts",
    "Chosen",
    "ClaimCheck",
    "ClaimedAccount",
    "ClassFacts",
    "Databases",
    "IpSource",
    "NetworkUse",
    "QueryUse",
    "SharedResource",
    "SignalFacts",
    "SourceFile",
]

Verdict = Literal["supported", "contradicted", "contested", "cannot be told"]
HYPOTHESES = tuple(f"H{n}" for n in range(1, 9))
"""Ids of the hypotheses that every brief addresses (section 9)."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """From `case.toml` and the command: `version` is the brief's own, `tool` reads "attrigraph 0.1.0"."""

    name: str
    question: str
    tlp: str
    redaction: Literal["numbers", "handles", "none"]
    simulated: bool
    version: str
    made_at: datetime
    tool: str
    authors: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """One account beyond its assessment.

    `supporting`: classes whose mixed score for the assessed territory is +0.7 nats or more (evidence model, section 8);
    `anonymisers_checked`: every login address was looked up in dated VPN, hosting and Tor lists; `logins`: logins by
    network type. `None` in any of them: not told. `displays` is the territory its profile shows.
    """

    id: str
    platform: str
    handle: str | None = None
    display_name: str | None = None
    supporting: tuple[str, ...] | None = None
    anonymisers_checked: bool | None = None
    logins: Mapping[str, int] | None = None
    displays: str | None = None
    first_at: datetime | None = None
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """An account shown in full. `waterfall` and `matrix` are Plotly figures, or None when not drawn."""

    explanation: Explanation
    waterfall: Any = None
    matrix: Any = None


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One loaded file. `id` is the source id (16 hex digits); `rejects` are reason and count."""

    id: str
    name: str
    sha256: str
    tables: tuple[str, ...]
    rows: int
    loaded: int
    rejected: int
    provider: str | None = None
    grade: str | None = None
    legal_basis: str | None = None
    first_at: datetime | None = None
    last_at: datetime | None = None
    rejects: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class IpSource:
    """A database or list used on addresses. `purpose`: country, network, vpn, hosting, proxy, relay, tor."""

    name: str
    kind: Literal["database", "list"]
    purpose: str
    build_date: date | None
    sha256: str | None = None
    entries: int | None = None


@dataclass(frozen=True, slots=True)
class NetworkUse:
    """One network type: distinct addresses, logins and accounts seen on it."""

    network_type: str
    addresses: int
    logins: int
    accounts: int


@dataclass(frozen=True, slots=True)
class Databases:
    """How enrichment went: distinct addresses, how many got a territory, how many databases named two or more."""

    addresses: int
    located: int
    compared: int
    disagreeing: int


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """One evidence class in the run: items, accounts with at least one, and its limits in nats."""

    name: str
    signals: tuple[str, ...]
    items: int
    accounts: int
    cap_pos: float | None = None
    cap_neg: float | None = None
    rho: float | None = None


@dataclass(frozen=True, slots=True)
class SignalFacts:
    """One signal in the run: its class, items, and accounts with at least one."""

    cls: str
    signal: str
    items: int
    accounts: int


@dataclass(frozen=True, slots=True)
class SharedResource:
    """Something several accounts used. Its value never comes here; `weight` is its strength 0..1 in the run."""

    kind: str
    accounts: tuple[str, ...]
    first_at: datetime | None = None
    last_at: datetime | None = None
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class ClaimedAccount:
    """What became of a claim for one account."""

    account: str
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """One public statement: same claimant, verb, place or organisation and day.

    A claim about an organisation has `territory` None, is listed and never judged: its four counts are 0.
    `sources` are `source:record` locators of its rows.
    """

    claimant: str
    relation: str
    territory: str | None
    organisation: str | None
    claimed_at: datetime | None
    url: str | None
    grade: str | None
    claimed: int
    supported: int = 0
    contradicted: int = 0
    contested: int = 0
    cannot_be_told: int = 0
    accounts: tuple[ClaimedAccount, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryUse:
    """A saved query that was run for the brief, as it was run."""

    name: str
    title: str
    revision: int
    text: str
    parameters: Mapping[str, Any]
    rows: int


@dataclass(frozen=True, slots=True)
class BriefInput:
    """Everything a brief says comes from here.

    `numbers` gives every account its number, the one figures use (`attrigraph.viz.captions.account_numbers`); `items`
    are the evidence items to be numbered, those of the chosen accounts at least; `ranges` holds, for an account, pairs
    of an assumed share of accounts under cover and the probability of its assessed territory under it; `cities` and
    `names` must not appear, beside the handles, display names and ids that `accounts` gives; `settle` are sentences on
    what would settle most; `links` is None when no links were looked for; `class_uses` and `hypotheses` are the
    numbers of the run for sections 5 and 9, `analyst` what an analyst says to a hypothesis by its id;
    `several_windows` counts accounts with several time windows, None when the run did not look for them; `prior_source`
    says where the numbers of a supplied prior mix come from; `strip`,
    `network`, `map`, `hours`, `windows` and `reliability` are Plotly figures, or None when not drawn.
    """

    case: CaseFacts
    run: RunRecord
    assessments: tuple[Assessment, ...]
    accounts: tuple[AccountFacts, ...]
    numbers: Mapping[str, str]
    chosen: tuple[Chosen, ...] = ()
    items: tuple[Item, ...] = ()
    classes: tuple[ClassFacts, ...] = ()
    sources: tuple[SourceFile, ...] = ()
    ip_sources: tuple[IpSource, ...] = ()
    databases: Databases | None = None
    networks: tuple[NetworkUse, ...] = ()
    shared: tuple[SharedResource, ...] = ()
    claims: tuple[ClaimCheck, ...] = ()
    queries: tuple[QueryUse, ...] = ()
    custody: tuple[Entry, ...] = ()
    custody_head: str = ""
    first_at: datetime | None = None
    last_at: datetime | None = None
    ranges: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    settle: tuple[str, ...] = ()
    links: LinkFacts | None = None
    signals: tuple[SignalFacts, ...] = ()
    class_uses: tuple[ClassUse, ...] = ()
    hypotheses: HypothesisScores | None = None
    analyst: Mapping[str, str] = field(default_factory=dict)
    several_windows: int | None = None
    prior_source: str = ""
    strip: Any = None
    network: Any = None
    map: Any = None
    hours: Any = None
    windows: Any = None
    reliability: Any = None
    cities: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
