"""Section 4: how evidence is weighed, the prior, databases and lists with their dates, calibration."""

from __future__ import annotations

from attrigraph.briefs.draft import Draft, missing, territory, text
from attrigraph.briefs.input import IpSource
from attrigraph.briefs.model import Block, Column, Note, Paragraph, Row, Section, Sentence, Table, Terms
from attrigraph.briefs.phrases import each, listed
from attrigraph.territories import OTHER, UNKNOWN
from attrigraph.wording import day, moment, nats, number, percent, plural, prose_day

__all__ = ["NO_LISTS", "method"]

NO_LISTS = "No list of VPN, hosting or Tor addresses was used."
"""Said in section 4 when it is so; lint rule E2 looks for it."""
MOST_PRIORS = 12
PURPOSES = {"vpn": "VPN", "tor": "Tor"}


def method(draft: Draft) -> Section:
    """Section 4."""
    blocks: list[Block] = [_weighing(draft), _unknown(draft), _status(draft), _run(draft)]
    if any(c.cap_pos is not None for c in draft.data.classes):
        blocks.append(_limits(draft))
    blocks.append(_priors(draft))
    if draft.data.ip_sources:
        blocks.append(_databases(draft))
    return Section(4, "Method", tuple(blocks))


def _weighing(draft: Draft) -> Paragraph:
    steps = (
        "Every observation is weighed as a log-likelihood ratio in nats, by territory, under two stories side by side: "
        "the account shows itself as it is, or it is under cover.",
        "Items that cannot be independent share a class, a discount and a limit; the sum meets a stated prior.",
        "A territory is named at 55\u202f% or more, with a class other than persona and hours at +0.7 nats or more.",
        "What accounts share, such as a device, passes on what a neighbour betrays, not what it displays.",
    )
    run = draft.data.run
    notes = (
        draft.note("Status", f"{run.calibration}."),
        *_query_note(draft),
        *_dates(draft.data.ip_sources, draft),
    )
    return Paragraph(tuple(draft.fact(s) for s in steps), notes)


def _query_note(draft: Draft) -> tuple[Note, ...]:
    queries = draft.data.queries
    if not queries:
        return ()
    revisions = listed([f"{q.name} revision {q.revision}" for q in queries[:3]])
    return (draft.note("Queries", f"{revisions}; annex D.", *(draft.register.queries[q.name] for q in queries[:3])),)


def _dates(sources: tuple[IpSource, ...], draft: Draft) -> list[Note]:
    found = []
    for head, kind in (("GeoIP", "database"), ("Anonymiser lists", "list")):
        these = [s for s in sources if s.kind == kind]
        dates = sorted({s.build_date for s in these if s.build_date})
        if dates:
            built = listed([_day(d) for d in (dates[0], dates[-1])[: min(2, len(dates))]], "to")
            ids = [draft.register.ip_sources[s] for s in these]
            found.append(draft.note(head, f"built {built}.", *ids))
    return found


def _day(value: object) -> str:
    return prose_day(f"{value}")


def _unknown(draft: Draft) -> Paragraph:
    prior = percent(draft.prior(UNKNOWN))
    return Paragraph(
        (
            draft.fact(
                f"“Unknown” is an answer of its own, with a prior of {prior}: "
                "it is drawn as hatch and never as a small value."
            ),
        ),
        abstains=True,
    )


def _status(draft: Draft) -> Paragraph:
    run = draft.data.run
    sentences = [draft.fact(f"Calibration status: {run.calibration}.")]
    if not draft.calibrated:
        sentences.append(
            draft.fact("No resolved cases were used, so the numbers rank accounts and are not frequencies.")
        )
    sentences.append(draft.fact(draft.assumed_share()))
    lists = [s for s in draft.data.ip_sources if s.kind == "list"]
    if not lists:
        sentences.append(Sentence(NO_LISTS, "F", (draft.register.run,)))
    databases = draft.data.databases
    if databases:
        ids = [n for s, n in draft.register.ip_sources.items() if s.kind == "database"]
        sentences.append(
            draft.fact(
                f"Of {plural(databases.addresses, 'distinct address', 'distinct addresses')}, "
                f"{number(databases.located)} were placed in a territory.",
                *ids,
            )
        )
    if run.skipped:
        skipped = listed([f"{name.replace('_', ' ')} ({number(n)})" for name, n in sorted(run.skipped.items())])
        sentences.append(draft.fact(f"Left out as evidence, with the number of values: {skipped}."))
    return Paragraph(tuple(sentences))


def _run(draft: Draft) -> Table:
    run = draft.data.run
    cells = (
        text(draft.register.run),
        text(moment(run.started_at)),
        text(draft.register.clean(run.engine)),
        text(number(run.accounts)),
        text(number(run.items)),
        text(percent(run.deceivers)),
        text(f"{run.weights}, sha256 {run.weights_sha256[:12]}…"),
    )
    columns = (
        Column("run"),
        Column("began"),
        Column("engine"),
        Column("accounts", number=True),
        Column("items", number=True),
        Column("assumed share", number=True),
        Column("weights"),
    )
    return Table("The run behind every number", columns, (Row(cells, "run"),), (draft.register.run,))


def _limits(draft: Draft) -> Table:
    rows = tuple(
        Row(
            (
                text(c.name.replace("_", " ")),
                text(listed([s.replace("_", " ") for s in c.signals])) if c.signals else missing("none"),
                text(f"{nats(c.cap_pos)} / {nats(c.cap_neg)}") if c.cap_pos is not None else missing("unknown"),
                text(c.rho if c.rho is not None else ""),
            )
        )
        for c in draft.data.classes
    )
    columns = (Column("class"), Column("signals with values"), Column("limits, nats"), Column("discount", number=True))
    return Table("Classes of evidence", columns, rows, (draft.register.run,), folded=True)


def _priors(draft: Draft) -> Table:
    priors = draft.data.run.priors
    used = {a.top for a in draft.data.assessments} | {a.runner_up for a in draft.data.assessments if a.runner_up}
    named = sorted((c for c in priors if c not in (OTHER, UNKNOWN)), key=lambda c: (-priors[c], c))
    shown = [c for c in named if c in used][:MOST_PRIORS]
    rows = [Row((territory(c), text(percent(priors[c])))) for c in shown]
    rest = [priors[c] for c in named if c not in shown]
    if rest:
        label = plural(len(rest), "other territory", "other territories")
        bound = each(max(rest), "or less") if len(rest) > 1 else percent(rest[0])
        rows.append(Row((text(label), text(bound))))
    rows += [Row((territory(c), text(percent(priors[c])))) for c in (OTHER, UNKNOWN) if c in priors]
    mix, source = map(draft.register.clean, (draft.data.run.prior_mix, draft.data.prior_source))
    columns = (Column("territory"), Column("prior", number=True, holds="prior"))
    return Table(
        f"Prior mix “{mix}”" + (f", from {source}" if source else ""), columns, tuple(rows), (draft.register.run,)
    )


def _databases(draft: Draft) -> Table:
    rows = tuple(
        Row(
            (
                text(f"{identifier} {s.name}"),
                text(f"{s.kind}: {PURPOSES.get(s.purpose, s.purpose)}"),
                text(day(f"{s.build_date}")) if s.build_date else missing("unknown"),
                text(number(s.entries)) if s.entries is not None else missing("unknown"),
                text(f"{s.sha256[:12]}…" if s.sha256 else ""),
            ),
            identifier,
        )
        for s, identifier in draft.register.ip_sources.items()
    )
    columns = (
        Column("source"),
        Column("used for"),
        Column("built"),
        Column("entries", number=True),
        Column("sha256"),
    )
    return Table("Address databases and lists", columns, rows, tuple(draft.register.ip_sources.values()))


def terms(pairs: list[tuple[str, str]]) -> Terms:
    """Definitions: they hold no evidence of their own."""
    return Terms(tuple((term, Sentence(meaning)) for term, meaning in pairs))
