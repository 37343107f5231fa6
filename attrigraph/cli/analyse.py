"""infer, explain, claims: from facts to answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attrigraph.cli.options import CaseOption, FormatOption, ShowCypherOption, example, open_case
from attrigraph.cli.progress import progress
from attrigraph.cli.render import Format, console, show_rows
from attrigraph.errors import InputError
from attrigraph.wording import number, plural

if TYPE_CHECKING:
    from attrigraph.inference.claims import ClaimsReport, Verdict
    from attrigraph.inference.records import RunRecord

__all__ = ["register", "show_claims"]


class Preset(StrEnum):
    """Named shares of deceiving accounts."""

    benign = "benign"
    mixed = "mixed"
    adversarial = "adversarial"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog=example("attrigraph infer --preset adversarial"))(infer)
    app.command(epilog=example('attrigraph priors users.csv --platform x --source "survey of 2026"'))(priors)
    app.command(epilog=example("attrigraph explain x:1042 --sources"))(explain)
    app.command(epilog=example("attrigraph settle"))(settle)
    app.command(epilog=example("attrigraph claims --format csv"))(claims)


def infer(
    case: CaseOption = None,
    preset: Annotated[Preset | None, typer.Option(help="Assumed share of deceiving accounts: .05, .2 or .4.")] = None,
    deceivers: Annotated[float | None, typer.Option(min=0.001, max=0.999, help="The same as a number.")] = None,
    prior: Annotated[
        str | None, typer.Option(help="Prior mix: case, uniform, users, or a name of attrigraph priors.")
    ] = None,
    calibration: Annotated[
        str | None, typer.Option(metavar="FILE", help="Calibration file; default: that of the case; none: without.")
    ] = None,
    windows: Annotated[
        bool,
        typer.Option("--windows", help="Also window by window for accounts that changed: handle, phone, mail, ..."),
    ] = False,
    window_at: Annotated[
        list[str] | None,
        typer.Option(metavar="DATE", help="A date (UTC) that begins a window in every account."),
    ] = None,
    labels: Annotated[
        bool, typer.Option("--labels", help="Labelled accounts tell their label to accounts they share things with.")
    ] = False,
    format_: FormatOption = Format.table,
) -> None:
    """Weigh all evidence and assess from which territory each account is operated."""
    if preset and deceivers:
        raise typer.BadParameter("give --preset or --deceivers, not both", param_hint="--deceivers")
    dates = [_day(text) for text in window_at or ()]
    with open_case(case) as opened, progress() as bars:
        run = opened.infer(
            preset=preset.value if preset else None,
            deceivers=deceivers,
            prior_mix=prior,
            calibration=calibration,
            windows=windows,
            window_dates=dates,
            labels=labels,
            progress=bars,
        )
        rows = opened.outcome_rows(run.id)
    if format_ is Format.json:
        print(json.dumps(_run_record(run) | {"outcomes": rows}, ensure_ascii=False, indent=1))
    elif format_ is Format.csv:
        show_rows(rows, OUTCOMES, format_)
    else:
        _show_run(run, rows)


OUTCOMES = ("outcome", "territory", "confidence", "accounts")


def _day(text: str) -> datetime:
    """The beginning of a day, UTC."""
    try:
        return datetime.combine(date.fromisoformat(text.strip()), time(), UTC)
    except ValueError:
        raise InputError(f"--window-at {text!r} is no date. Give year, month and day, as in 2026-05-31.") from None


def _run_record(run: RunRecord) -> dict[str, Any]:
    """What was assumed, which weights were used and what was left out: what the counts of a run mean."""
    names = ("accounts", "items", "prior_mix", "deceivers", "weights", "weights_sha256", "calibration", "engine")
    return {"run": run.id} | {n: getattr(run, n) for n in (*names, "counts", "skipped")}


def _show_run(run: RunRecord, rows: Sequence[Mapping[str, object]]) -> None:
    """A run on the terminal: what was assumed, what was skipped, the outcomes."""
    out = console()
    out.print(
        f"Run {run.id}: {plural(run.accounts, 'account')}, "
        f"{plural(run.items, 'item')} of evidence, prior mix {run.prior_mix}, "
        f"assumed share deceiving {run.deceivers:g}, {run.calibration}"
    )
    for name, count in run.skipped.items():
        out.print(f"skipped: {name}: {number(count)}", markup=False)
    show_rows(rows, OUTCOMES, Format.table, empty="No accounts assessed.")
    if "windows" in run.counts:
        several = plural(run.counts["accounts with several windows"], "account has", "accounts have")
        out.print(f"{several} several time windows, {number(run.counts['windows'])} in all: attrigraph windows")
    out.print("Next: attrigraph explain ACCOUNT, attrigraph brief", style="dim")


def priors(
    file: Annotated[
        Path | None, typer.Argument(help="CSV with columns territory and users, weight or share; without: list.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Keep the table as a prior mix of this name.")] = None,
    platform: Annotated[str | None, typer.Option(help="Keep it as users of this platform, for the mix users.")] = None,
    source: Annotated[str, typer.Option(help="Where the numbers come from; printed with them.")] = "",
    case: CaseOption = None,
    format_: FormatOption = Format.table,
) -> None:
    """List the prior mixes of the case, or load one: what is assumed of a territory before any evidence."""
    with open_case(case) as opened:
        if file:
            opened.load_prior(file, name=name, platform=platform, source=source)
        rows = opened.prior_mixes()
    show_rows(rows, ("mix", "kind", "territories", "first", "source", "used"), format_)
    if file and format_ is Format.table:
        console().print(f"Next: attrigraph infer --prior {name or 'users'}", style="dim", markup=False)


def explain(
    account: Annotated[str, typer.Argument(help="Id (x:1042), native id, or handle.")],
    case: CaseOption = None,
    sources: Annotated[bool, typer.Option("--sources", help="Also every item and every source row behind it.")] = False,
    run: Annotated[str | None, typer.Option(help="The run; default: the newest complete one.")] = None,
    format_: FormatOption = Format.table,
    show_cypher: ShowCypherOption = False,
) -> None:
    """Why: the evidence for one account as a waterfall, under both stories, down to the source rows."""
    with open_case(case, show_cypher) as opened:
        found = opened.explain(account, run=run)
        rows = opened.source_rows(found) if sources or format_ is not Format.table else None
    if format_ is Format.json:
        import dataclasses

        from attrigraph.cli.render import plain

        record = dataclasses.asdict(found) | {"source_rows": [dataclasses.asdict(row) for row in rows or ()]}
        print(json.dumps(record, ensure_ascii=False, indent=1, default=plain))
    elif format_ is Format.csv:
        fall_rows = [
            {"territory": fall.territory, **dataclass_row(row)} for fall in found.waterfalls for row in fall.rows
        ]
        show_rows(
            fall_rows,
            ("territory", "kind", "label", "value", "start", "end", "honest", "cover", "p", "rests_on"),
            format_,
        )
    else:
        from attrigraph.explain_view import ExplainView

        console(width=min(console().width, 104)).print(ExplainView(found, found.case, found.simulated, rows))


def settle(
    case: CaseOption = None,
    run: Annotated[str | None, typer.Option(help="The run; default: the newest complete one.")] = None,
    format_: FormatOption = Format.table,
) -> None:
    """Which evidence to ask for: what one more signal would be worth over all undecided accounts."""
    with open_case(case) as opened, progress() as bars:
        rows = opened.settle(run, bars)
    columns = ("signal", "ask_for", "lacking", "best_for", "drop", "settles")
    show_rows(rows, columns, format_, empty="Every account is decided.")
    if rows and format_ is Format.table:
        console().print(
            "drop: expected fall of doubt per account, nats; settles: how often a territory then reaches what a "
            "supported answer needs. Account by account: attrigraph export missing FILE",
            style="dim",
        )


def dataclass_row(row: object) -> dict[str, object]:
    """The fields of a slotted dataclass as a dict."""
    import dataclasses

    return {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}  # type: ignore[arg-type]


def claims(
    case: CaseOption = None,
    accounts: Annotated[bool, typer.Option("--accounts", help="Account by account with reasons.")] = False,
    format_: FormatOption = Format.table,
    show_cypher: ShowCypherOption = False,
) -> None:
    """Set what others claim in public beside the assessments: supported, contradicted, contested, cannot be told."""
    with open_case(case, show_cypher) as opened:
        report = opened.claims()
    if accounts or format_ is not Format.table:
        show_rows(report.account_rows(), report.ACCOUNT_COLUMNS, format_, empty="No claims loaded.")
        return
    show_claims(report)
    if report.claims:
        console().print("Account by account: attrigraph claims --accounts", style="dim")


def show_claims(report: ClaimsReport) -> None:
    """The claims in sum, one line each, in the claimants' words."""
    verdicts: tuple[Verdict, ...] = ("supported", "contradicted", "contested", "cannot be told")
    rows = [
        {"claim": f"{claim.claimant}: “{claim.relation}” {claim.text}", "accounts": claim.claimed}
        | {verdict: claim.count(verdict) if claim.judged else "not judged" for verdict in verdicts}
        for claim in report.claims
    ]
    empty = "No claims loaded: load a table with claimant, relation and territory."
    show_rows(rows, ("claim", "accounts", *verdicts), Format.table, empty=empty)
    for sentence in report.settle:
        console().print(sentence, markup=False)
