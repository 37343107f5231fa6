"""The brief of a case: reads what it needs, hands plain records to `briefs`, checks and writes the result."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrigraph import viz
from attrigraph.briefing_drawn import drawings, numbers_of
from attrigraph.briefing_links import link_facts
from attrigraph.briefs.input import (
    AccountFacts,
    BriefInput,
    CaseFacts,
    Chosen,
    ClaimCheck,
    ClaimedAccount,
    ClassFacts,
    Databases,
    IpSource,
    NetworkUse,
    QueryUse,
    SharedResource,
    SourceFile,
)
from attrigraph.briefs.render import render
from attrigraph.drawing import caption, numbers, slots
from attrigraph.enrichment import kept_sources
from attrigraph.errors import InputError
from attrigraph.graph import statement
from attrigraph.inference.claims import ClaimsReport
from attrigraph.inference.places import city_names
from attrigraph.inference.ranges import SHARES, under_share
from attrigraph.inference.records import Assessment, Belief, Explanation, RunRecord
from attrigraph.inference.results import latest_run, run_named
from attrigraph.inference.weights.fitted import weights_of
from attrigraph.priors import mix_source
from attrigraph.version import __version__
from attrigraph.viz.scene import HUB, STATEMENTS

if TYPE_CHECKING:
    from attrigraph.case import Case

__all__ = ["brief_input", "write_brief"]

SUPPORTS = 0.7
"""Nats from which a class supports a territory (evidence model, section 8)."""
QUERIES = ("accounts-by-territory", "contested-accounts", "label-contradicts-logins", "claims-against-assessments")
"""Investigations whose text and row counts stand in the annex of every brief."""


def write_brief(case: Case, path: Path | None, *, run: str | None, overwrite: bool) -> list[Path]:
    """Compose, lint and write HTML and Markdown. Raises BriefRefused, or InputError for a file that exists."""
    run = run or latest_run(case.store)
    number = len(case.custody.entries("briefed")) + 1
    html = path or case.folder.briefs / f"{case.settings.name}-{run}-{number}.html"
    if html.suffix.lower() != ".html":
        raise InputError(f"{html.name}: a brief is written as HTML and Markdown. Name a file ending in .html")
    markdown = html.with_suffix(".md")
    taken = [p for p in (html, markdown) if p.exists() and not overwrite]
    if taken:
        raise InputError(f"{taken[0]} exists. Choose another name, or replace it with --overwrite")
    data = brief_input(case, run, version=f"0.{number}")
    made = render(data)
    html.parent.mkdir(parents=True, exist_ok=True)
    html.write_text(made.html, encoding="utf-8")
    markdown.write_text(made.markdown, encoding="utf-8")
    case.custody.append("briefed", run=run, files=[html.name, markdown.name], custody_head=data.custody_head)
    return [html, markdown]


def brief_input(case: Case, run: str, version: str) -> BriefInput:
    """Everything the brief of a run says, as plain records."""
    record = case.read_run(run)
    assessments = tuple(case.assessments(run))
    names = numbers(case)
    beliefs = _by_account(case.beliefs(run))
    explanations = [case.explain(a.account, run) for a in _worth_showing(assessments)]
    claims = case.claims(run)
    first, last = case.observations.span()
    colours = slots(case.folder, list(assessments))
    return BriefInput(
        case=_case_facts(case, version),
        run=record,
        assessments=assessments,
        accounts=_account_facts(case, run, beliefs, assessments),
        numbers=names,
        chosen=tuple(_chosen(case, e, names) for e in explanations),
        items=tuple(item for e in explanations for item in e.items),
        classes=tuple(ClassFacts(**_tuples(row)) for row in _rows(case, "facts/class_summary", run=run)),
        sources=_source_files(case),
        ip_sources=_ip_sources(case),
        databases=_databases(case),
        networks=tuple(NetworkUse(**row) for row in _rows(case, "facts/address_types")),
        shared=_shared(case, run),
        claims=tuple(_claim_checks(claims)),
        queries=_queries(case, run),
        custody=tuple(case.custody.entries()),
        custody_head=case.custody.head(),
        first_at=first,
        last_at=last,
        ranges=_ranges(case, assessments, beliefs, record),
        settle=claims.settle,
        prior_source=mix_source(case, record.prior_mix),
        cities=city_names(),
        links=link_facts(case, run, names),
        **numbers_of(case, record, assessments, beliefs),
        **drawings(case, record, assessments, explanations, names=names, colours=colours),
    )


def _rows(case: Case, name: str, **parameters: Any) -> list[dict[str, Any]]:
    return case.store.read(statement(name), **parameters)


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(sorted(value)) if isinstance(value, list) else value for key, value in row.items()}


def _case_facts(case: Case, version: str) -> CaseFacts:
    settings = case.settings
    return CaseFacts(
        name=settings.name,
        question=settings.question,
        tlp=settings.tlp,
        redaction=settings.redaction,
        simulated=settings.simulated,
        version=version,
        made_at=datetime.now(UTC),
        tool=f"attrigraph {__version__}",
    )


def _by_account(beliefs: Iterable[Belief]) -> dict[str, list[Belief]]:
    found: dict[str, list[Belief]] = defaultdict(list)
    for belief in beliefs:
        found[belief.account].append(belief)
    return found


def _worth_showing(assessments: Sequence[Assessment]) -> list[Assessment]:
    """The clearest account of each of the three leading territories, one contested, one insufficient."""
    supported = sorted((a for a in assessments if a.outcome == "supported"), key=lambda a: (-a.p, a.account))
    counts = {top: sum(a.top == top for a in supported) for top in {a.top for a in supported}}
    leading = sorted(counts, key=lambda top: (-counts[top], top))[:3]
    chosen = [next(a for a in supported if a.top == top) for top in leading]
    for outcome in ("contested", "insufficient"):
        others = sorted((a for a in assessments if a.outcome == outcome), key=lambda a: (-a.p, a.account))
        chosen += others[:1]
    return chosen


def _chosen(case: Case, explanation: Explanation, names: Mapping[str, str]) -> Chosen:
    label, redaction, words = names[explanation.account], case.settings.redaction, caption(case)
    return Chosen(
        explanation,
        viz.waterfall(explanation, label=label, redaction=redaction, caption=words),
        viz.matrix(explanation, label=label, redaction=redaction, caption=words),
    )


def _account_facts(
    case: Case, run: str, beliefs: Mapping[str, Sequence[Belief]], assessments: Sequence[Assessment]
) -> tuple[AccountFacts, ...]:
    uses: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _rows(case, "facts/network_use"):
        uses[row["account"]].append(row)
    checked = {row["account"]: row["checked"] == row["addresses"] for row in _rows(case, "facts/anonymiser_check")}
    assessed = {a.account: a for a in assessments}
    found = []
    for row in _rows(case, "facts/account_profiles", run=run):
        used = uses.get(row["account"], [])
        one = assessed.get(row["account"])
        found.append(
            AccountFacts(
                id=row["account"],
                platform=row["platform"],
                handle=row["handle"],
                display_name=row["display_name"],
                supporting=_supporting(one, beliefs.get(row["account"], ())) if one else None,
                anonymisers_checked=checked.get(row["account"]),
                logins={u["network_type"]: u["logins"] for u in used} if used else None,
                displays=row["displays"],
                first_at=min((u["first_at"] for u in used), default=None),
                last_at=max((u["last_at"] for u in used), default=None),
            )
        )
    return tuple(found)


def _supporting(one: Assessment, beliefs: Sequence[Belief]) -> tuple[str, ...]:
    belief = next((b for b in beliefs if b.territory == one.top), None)
    if belief is None:
        return ()
    r = one.honest_share
    scores = zip(belief.classes, belief.honest, belief.cover, strict=True)
    named = [cls for cls, honest, cover in scores if r * honest + (1 - r) * cover >= SUPPORTS]
    return (*named, "infra") if belief.infra >= SUPPORTS else tuple(named)


def _ranges(
    case: Case, assessments: Sequence[Assessment], beliefs: Mapping[str, Sequence[Belief]], run: RunRecord
) -> dict[str, tuple[tuple[float, float], ...]]:
    shares, weights = sorted({*SHARES, run.deceivers}), weights_of(run_named(case.store, run.id))
    return {
        a.account: tuple(
            (share, under_share(beliefs[a.account], run.deceivers, share, weights)[a.top]) for share in shares
        )
        for a in assessments
        if a.account in beliefs
    }


def _source_files(case: Case) -> tuple[SourceFile, ...]:
    spans = case.observations.spans()
    return tuple(
        SourceFile(
            id=row["source"],
            name=row["name"],
            sha256=row["sha256"],
            tables=tuple(row["tables"]),
            rows=row["records"],
            loaded=row["loaded"],
            rejected=row["rejected"],
            provider=row["provider"],
            grade=row["grade"],
            legal_basis=row["legal_basis"],
            first_at=spans.get(row["source"], (None, None))[0],
            last_at=spans.get(row["source"], (None, None))[1],
            rejects=tuple(row["reasons"].items()),
        )
        for row in case.sources()
    )


def _ip_sources(case: Case) -> tuple[IpSource, ...]:
    purposes = {"autonomous system": "network", "network type": "network"}
    lists = {"vpn", "hosting", "proxy", "relay", "tor", "mobile", "residential_proxy"}
    return tuple(
        IpSource(
            name=row["source"],
            kind="list" if row["kind"] in lists else "database",
            purpose=purposes.get(row["kind"], row["kind"]),
            build_date=date.fromisoformat(row["date"]) if row["date"] else None,
            sha256=row.get("sha256"),
        )
        for row in kept_sources(case.folder).describe()
    )


def _databases(case: Case) -> Databases:
    (row,) = _rows(case, "facts/address_summary")
    return Databases(row["addresses"], row["located"], row["compared"], row["disagreeing"])


def _shared(case: Case, run: str) -> tuple[SharedResource, ...]:
    used: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in case.store.read(statement(STATEMENTS["uses"]), run=run, hub=HUB):
        used[row["kind"], row["resource"]].append(row)
    return tuple(
        SharedResource(
            kind=kind,
            accounts=tuple(sorted(row["account"] for row in rows)),
            first_at=min((r["first_at"] for r in rows if r["first_at"]), default=None),
            last_at=max((r["last_at"] for r in rows if r["last_at"]), default=None),
        )
        for (kind, _), rows in sorted(used.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    )


def _claim_checks(report: ClaimsReport) -> Iterable[ClaimCheck]:
    for claim in report.claims:
        yield ClaimCheck(
            claimant=claim.claimant,
            relation=claim.relation,
            territory=claim.territory,
            organisation=claim.organisation,
            claimed_at=claim.claimed_at,
            url=claim.url,
            grade=claim.grade,
            claimed=claim.claimed,
            supported=claim.count("supported"),
            contradicted=claim.count("contradicted"),
            contested=claim.count("contested"),
            cannot_be_told=claim.count("cannot be told"),
            accounts=tuple(
                ClaimedAccount(one.account, one.verdict, one.reasons[0] if one.reasons else "")
                for one in claim.accounts
                if one.verdict != "not judged"
            ),
            sources=claim.sources,
        )


def _queries(case: Case, run: str) -> tuple[QueryUse, ...]:
    found = []
    for name in QUERIES:
        query = case.queries.get(name)
        given = {"run": run} if any(p.name == "run" for p in query.parameters) else {}
        result = case.query(name, **given)
        found.append(QueryUse(name, query.title, query.revision, query.text, given, len(result.rows)))
    return tuple(found)
