"""calibrate, evaluate: what resolved cases teach, and what a run reaches on them."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attrigraph.cli.options import CaseOption, FormatOption, OverwriteOption, example, open_case
from attrigraph.cli.progress import progress
from attrigraph.cli.render import Format, console, show_rows
from attrigraph.wording import number, plural

if TYPE_CHECKING:
    from attrigraph.inference.calibration.files import CalibrationFile
    from attrigraph.inference.calibration.metrics import Interval
    from attrigraph.inference.calibration.report import Report

__all__ = ["register", "show_calibration", "show_report"]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog=example("attrigraph calibrate --also ../estuary --use"))(calibrate)
    app.command(epilog=example("attrigraph evaluate --format json"))(evaluate)


def calibrate(
    case: CaseOption = None,
    out: Annotated[Path | None, typer.Option(help="The file; default: calibrations/DATE.json in the case.")] = None,
    also: Annotated[list[Path] | None, typer.Option(metavar="FOLDER", help="Another case with labels.")] = None,
    deceivers: Annotated[float | None, typer.Option(min=0.001, max=0.999, help="Assumed share deceiving.")] = None,
    use: Annotated[bool, typer.Option("--use", help="Put the file in use for the next runs of this case.")] = False,
    overwrite: OverwriteOption = False,
) -> None:
    """Fit the probabilities on resolved accounts: the table of labels, split by operation."""
    with open_case(case) as opened, progress() as bars:
        path, made = opened.calibrate(
            out, also=also or [], deceivers=deceivers, use=use, overwrite=overwrite, progress=bars
        )
    show_calibration(made)
    console().print(f"Written: {path}", markup=False, soft_wrap=True)
    if made.worse:
        without = " --calibration none" if use else ""
        told = f"Next: more labels, or go on without it: attrigraph infer{without}"
        console().print(told, style="dim", soft_wrap=True)
        return
    after = "attrigraph infer" if use else f"attrigraph infer --calibration {path}"
    console().print(f"Next: {after}", style="dim", soft_wrap=True)


def evaluate(
    case: CaseOption = None,
    run: Annotated[str | None, typer.Option(help="The run; default: the newest complete one.")] = None,
    format_: FormatOption = Format.table,
) -> None:
    """Set a run beside resolved accounts: accuracy, calibration, risk and coverage, what each class adds."""
    with open_case(case) as opened:
        found = opened.evaluate(run)
    if format_ is Format.json:
        print(json.dumps(_finite(dataclasses.asdict(found)), ensure_ascii=False, indent=1))
    elif format_ is Format.csv:
        show_rows(summary_rows(found), ("measure", "value", "low", "high"), format_)
    else:
        show_report(found)


def show_calibration(made: CalibrationFile) -> None:
    """What was fitted, and measures on accounts held out before and after."""
    out = console()
    out.print(f"{made.description}; fitted: {', '.join(made.fitted)}", markup=False)
    if made.contradicting:
        out.print(f"left out: {plural(made.contradicting, 'account')} whose labels contradict each other")
    rows = [
        {"measure": name.replace("_", " "), "before": value, "after": getattr(made.after, name)}
        for name, value in made.before.model_dump().items()
        if name != "accounts"
    ]
    show_rows(rows, ("measure", "before", "after"), Format.table)
    out.print(f"temperature {made.parameters.temperature:.3g}", highlight=False)
    for remark in made.remarks:
        out.print(remark, markup=False)
    for threshold in made.thresholds:
        out.print(
            f"risk at most {threshold.risk:.0%} (95 % certain) from p {threshold.p:g}: "
            f"{threshold.coverage:.0%} of the accounts answered"
        )


def show_report(found: Report) -> None:
    """The report as tables."""
    out = console()
    out.print(
        f"Run {found.run}: {plural(found.accounts, 'labelled account')} of "
        f"{plural(found.operations, 'operation')}, "
        f"{number(found.answered)} answered, assumed share deceiving {found.deceivers:g}, {found.calibration}",
        markup=False,
    )
    if found.contradicting or found.not_in_run:
        out.print(
            f"left out: {plural(found.contradicting, 'account')} with contradicting labels, "
            f"{plural(found.not_in_run, 'labelled account')} the run did not assess"
        )
    outcomes = [_finite(dataclasses.asdict(row)) for row in found.outcomes if row.n]
    show_rows(outcomes, ("outcome", "confidence", "n", "right", "accuracy", "low"), Format.table)
    show_rows(summary_rows(found), ("measure", "value", "low", "high"), Format.table)
    classes = [_finite(dataclasses.asdict(row)) | {"without": row.cls} for row in found.ablation if row.n]
    show_rows(classes, ("without", "n", "accuracy", "log_loss", "ece"), Format.table)
    shares = [_finite(dataclasses.asdict(row)) for row in found.shares]
    show_rows(shares, ("deceivers", "accuracy", "log_loss", "ece", "risk_60"), Format.table)


def summary_rows(found: Report) -> list[dict[str, Any]]:
    """Measures with their 90 % intervals, by operation."""
    flags = found.false_flags
    rows = [
        _row("accuracy of the answer", found.accuracy),
        _row("calibration error", found.ece),
        _row("log loss", found.log_loss),
        _row("Brier score", found.brier),
        _row("risk at 60 % coverage", found.risk_60),
        {"measure": "called the persona displayed, p ≥ .8", "value": flags.share, "low": None, "high": flags.high},
    ]
    return [_finite(row) for row in rows]


def _row(measure: str, value: Interval) -> dict[str, Any]:
    return {"measure": measure, "value": value.value, "low": value.low, "high": value.high}


def _finite(value: Any) -> Any:
    """The same with None where a number is none: JSON has no nan."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _finite(x) for name, x in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(x) for x in value]
    return value
