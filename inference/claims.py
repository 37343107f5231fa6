"""What others publicly claim beside what was assessed: supported, contradicted, contested, or cannot be told.

A claim is never evidence, neither about itself nor about another one. The verb is kept as it was said; claims about
organisations are listed and never judged. The verdict is decided in one place, the investigation
`claims-against-assessments`; what would settle the rest comes from `what-would-settle`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from attrigraph.graph import statement
from attrigraph.inference.records import Confidence, Outcome
from attrigraph.inference.results import run_named
from attrigraph.territories import territory_name

if TYPE_CHECKING:
    from attrigraph.graph import Store

__all__ = ["Claim", "ClaimedAccount", "ClaimsReport", "Verdict", "check_claims", "what_would_settle"]

Verdict = Literal["supported", "contradicted", "contested", "cannot be told", "not judged"]
UNDECIDED: tuple[Verdict, ...] = ("contested", "cannot be told")
NOT_ASSESSED = "The account was not assessed in this run."


@dataclass(frozen=True, slots=True)
class ClaimedAccount:
    """One account of a claim.

    `assessed` is the territory of a supported account and `p` its probability, None otherwise; `claimed_p` is the
    probability of the claimed territory. `reasons` are those of the assessment, `missing` what would settle it,
    `sources` the `source:record` locators of the rows that claim it.
    """

    account: str
    handle: str | None
    verdict: Verdict
    outcome: Outcome | Literal["not assessed"]
    confidence: Confidence | None
    assessed: str | None
    p: float | None
    claimed_p: float | None
    reasons: tuple[str, ...]
    missing: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """One public statement: same claimant, verb, place or organisation, and day. Each account counts once.

    Either `territory` (a code) or `organisation` is set.
    """

    claimant: str
    relation: str
    territory: str | None
    organisation: str | None
    claimed_at: datetime | None
    grade: str | None
    url: str | None
    accounts: tuple[ClaimedAccount, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """The locators of all its rows."""
        return tuple(sorted(source for account in self.accounts for source in account.sources))

    @property
    def judged(self) -> bool:
        """Whether the assessment can speak about it: a claim about an organisation is only listed."""
        return self.territory is not None

    @property
    def claimed(self) -> int:
        """How many accounts it is about: the sum of the four verdicts when it is judged."""
        return len(self.accounts)

    def count(self, verdict: Verdict) -> int:
        """How many of its accounts have the verdict."""
        return sum(account.verdict == verdict for account in self.accounts)

    @property
    def text(self) -> str:
        """What is claimed, in words: the name of the territory or of the organisation."""
        return territory_name(self.territory) if self.territory else str(self.organisation)


@dataclass(frozen=True, slots=True)
class ClaimsReport:
    """Every claim of the case against one run. `settle` are sentences on what the undecided claimed accounts lack."""

    SUM_COLUMNS: ClassVar[tuple[str, ...]] = (
        "claimant", "relation", "claim", "claimed_at", "judged", "claimed", "supported", "contradicted", "contested",
        "cannot_be_told",
    )  # fmt: skip
    ACCOUNT_COLUMNS: ClassVar[tuple[str, ...]] = (
        "claimant", "relation", "claim", "claimed_at", "account", "handle", "verdict", "assessed", "confidence", "p",
        "claimed_p", "reasons", "missing", "grade", "url", "sources",
    )  # fmt: skip

    run: str
    calibration: str | None
    claims: tuple[Claim, ...]
    settle: tuple[str, ...]

    def sum_rows(self) -> list[dict[str, Any]]:
        """One row a claim, with the number of accounts by verdict."""
        return [
            {
                "claimant": claim.claimant,
                "relation": claim.relation,
                "claim": claim.text,
                "claimed_at": claim.claimed_at,
                "judged": claim.judged,
                "claimed": claim.claimed,
                "supported": claim.count("supported"),
                "contradicted": claim.count("contradicted"),
                "contested": claim.count("contested"),
                "cannot_be_told": claim.count("cannot be told"),
            }
            for claim in self.claims
        ]

    def account_rows(self) -> list[dict[str, Any]]:
        """One row per claim and account, with reasons and what is missing."""
        return [
            {
                "claimant": claim.claimant,
                "relation": claim.relation,
                "claim": claim.text,
                "claimed_at": claim.claimed_at,
                "account": account.account,
                "handle": account.handle,
                "verdict": account.verdict,
                "assessed": account.assessed,
                "confidence": account.confidence,
                "p": account.p,
                "claimed_p": account.claimed_p,
                "reasons": list(account.reasons),
                "missing": list(account.missing),
                "grade": claim.grade,
                "url": claim.url,
                "sources": list(account.sources),
            }
            for claim in self.claims
            for account in claim.accounts
        ]


def check_claims(store: Store, run: str | None = None) -> ClaimsReport:
    """Every claim beside the assessments of a run (the newest complete one by default). Raises NotAssessed."""
    found = run_named(store, run)
    rows = store.read(statement("investigations/claims-against-assessments"), run=found["id"], claimant=None)
    undecided = sorted({row["account"] for row in rows if row["verdict"] in UNDECIDED})
    missing = _missing(store, found["id"], undecided) if undecided else {}
    return ClaimsReport(found["id"], found["calibration"], _claims(rows, missing), _sentences(missing.values()))


def what_would_settle(store: Store, run: str | None = None, accounts: Sequence[str] | None = None) -> tuple[str, ...]:
    """One sentence for each kind of evidence that undecided accounts lack (all of the case by default)."""
    return _sentences(_missing(store, run_named(store, run)["id"], accounts).values())


def _missing(store: Store, run: str, accounts: Sequence[str] | None) -> dict[str, tuple[str, ...]]:
    chosen = None if accounts is None else list(accounts)
    rows = store.read(statement("investigations/what-would-settle"), run=run, accounts=chosen)
    return {row["account"]: tuple(row["missing"]) for row in rows}


def _sentences(missing: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    lists = list(missing)
    counts = Counter(kind for kinds in lists for kind in kinds)
    ordered = sorted(counts.items(), key=lambda pair: -pair[1])
    return tuple(f"{count} of {len(lists)} undecided accounts lack {kind}." for kind, count in ordered)


def _claims(rows: Sequence[Mapping[str, Any]], missing: Mapping[str, tuple[str, ...]]) -> tuple[Claim, ...]:
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        day = row["claimed_at"].date() if row["claimed_at"] else None
        key = (row["claimant"], row["relation"], row["territory"], row["organisation"], day)
        groups.setdefault(key, []).append(row)
    return tuple(_claim(group, missing) for group in groups.values())


def _claim(rows: Sequence[Mapping[str, Any]], missing: Mapping[str, tuple[str, ...]]) -> Claim:
    first = rows[0]
    accounts: dict[str, list[Mapping[str, Any]]] = {}  # said twice of one account counts once
    for row in rows:
        accounts.setdefault(row["account"], []).append(row)
    return Claim(
        claimant=first["claimant"],
        relation=first["relation"],
        territory=first["territory"],
        organisation=first["organisation"],
        claimed_at=first["claimed_at"],
        grade=next((row["grade"] for row in rows if row["grade"]), None),
        url=next((row["url"] for row in rows if row["url"]), None),
        accounts=tuple(_account(accounts[name], missing.get(name, ())) for name in sorted(accounts)),
    )


def _account(rows: Sequence[Mapping[str, Any]], missing: tuple[str, ...]) -> ClaimedAccount:
    row = rows[0]
    supported = row["outcome"] == "supported"
    return ClaimedAccount(
        account=row["account"],
        handle=row["handle"],
        verdict=row["verdict"],
        outcome=row["outcome"],
        confidence=row["confidence"],
        assessed=row["top"] if supported else None,
        p=row["p"] if supported else None,
        claimed_p=row["claimed_p"],
        reasons=tuple(row["reasons"]) if row["outcome"] != "not assessed" else (NOT_ASSESSED,),
        missing=missing if row["verdict"] in UNDECIDED else (),
        sources=tuple(sorted({row["source"] for row in rows})),
    )
