"""Calibration and evaluation of a case on its resolved accounts: which file is in use, where files lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrigraph.errors import InputError
from attrigraph.progress import SILENT, Progress
from attrigraph.version import __version__

if TYPE_CHECKING:
    from attrigraph.case import Case
    from attrigraph.inference.calibration.calibrate import Calibration
    from attrigraph.inference.calibration.candidates import Labels
    from attrigraph.inference.calibration.files import CalibrationFile
    from attrigraph.inference.calibration.report import Report
    from attrigraph.inference.weights import Weights

__all__ = ["calibrate_case", "evaluate_case", "weights_in_use"]


def weights_in_use(case: Case, given: Path | str | None = None) -> Weights:
    """The weights of the next run: with the calibration file given, or the one in the settings; "none" is without."""
    from attrigraph.inference.calibration.files import calibrated, read_calibration
    from attrigraph.inference.weights import load_weights

    chosen = str(given) if given else case.settings.calibration
    if chosen in ("", "none"):
        return load_weights()
    path = Path(chosen).expanduser()
    inside = case.folder.root / path
    return calibrated(read_calibration(inside if inside.exists() and not path.is_absolute() else path))


def evaluate_case(case: Case, run: str | None = None) -> Report:
    """What a run, the newest by default, reaches on the labelled accounts of the case."""
    from attrigraph.inference.calibration.candidates import read_labels
    from attrigraph.inference.calibration.resolved import evaluate
    from attrigraph.inference.results import latest_run

    record = case.read_run(run or latest_run(case.store))
    if record.counts.get("labelled accounts that tell others"):
        raise InputError(
            f"Run {record.id} was told the labels, so it cannot be judged by them. Make one without: attrigraph infer"
        )
    return evaluate(case.store, record, read_labels(case.observations))


def calibrate_case(
    case: Case,
    path: Path | None,
    *,
    also: Sequence[Path] = (),
    deceivers: float | None = None,
    use: bool = False,
    overwrite: bool = False,
    progress: Progress = SILENT,
) -> tuple[Path, CalibrationFile]:
    """Fit on the labels of the case, and of the cases in `also`; write the file, and put it in use when asked."""
    from attrigraph.case import Case as Opened
    from attrigraph.enrichment import enrich_pending
    from attrigraph.inference.calibration.calibrate import calibrate
    from attrigraph.inference.calibration.candidates import read_labels
    from attrigraph.inference.calibration.files import write_calibration
    from attrigraph.inference.calibration.resolved import ResolvedCase
    from attrigraph.inference.weights import load_weights
    from attrigraph.priors import mix_in_use

    made_at, share = datetime.now(UTC), deceivers or case.settings.deceivers
    path = path or case.folder.root / "calibrations" / f"{made_at:%Y-%m-%d-%H%M%S}.json"
    if path.exists() and not overwrite:
        raise InputError(f"{path} is there already. Choose another name, or say --overwrite.")
    with ExitStack() as stack:
        cases = [case, *(stack.enter_context(Opened.open(folder)) for folder in also)]
        for opened in cases:
            stack.enter_context(opened.folder.writing("calibrate"))
            enrich_pending(opened.folder, opened.custody, opened.store, progress)
        resolved = [
            ResolvedCase(
                opened.store,
                opened.observations,
                read_labels(opened.observations),
                share,
                mix.name,
                mix.weights,
                scratch=opened.folder.staging,
            )
            for opened, mix in ((opened, mix_in_use(opened)) for opened in cases)
        ]
        base = load_weights()
        found = calibrate(resolved, base, lambda step: progress.step(f"calibrating: {step}"))
        about = {
            "name": path.stem,
            "made_at": made_at,
            "tool": f"attrigraph {__version__}",
            "engine": case.engine_name,
            "weights": base.name,
            "weights_sha256": base.sha256,
            "cases": [opened.settings.name for opened in cases],
            "deceivers": share,
            "prior_mix": case.settings.prior_mix,
        }
        written = _file(about, [r.labels for r in resolved], found)
    write_calibration(path, written)
    case.custody.append("calibrated", file=path.name, accounts=written.accounts, operations=len(written.operations))
    if use:
        root = case.folder.root.resolve()
        inside = path.resolve().is_relative_to(root)
        case.save_settings(calibration=str(path.resolve().relative_to(root) if inside else path.resolve()))
    return path, written


def _file(about: Mapping[str, Any], labels: Sequence[Labels], found: Calibration) -> CalibrationFile:
    from attrigraph.inference.calibration.files import CalibrationFile

    usable = [label for part in labels for label in part.by_account.values()]
    where = f"{len(about['cases'])} case{'s' if len(about['cases']) > 1 else ''}"
    return CalibrationFile(
        **about,
        description=f"{found.accounts} labelled accounts of {len(found.operations)} operations in {where}",
        accounts=found.accounts,
        operations=dict(found.operations),
        territories=dict(Counter(label.territory for label in usable).most_common()),
        bases=dict(Counter(label.basis or "not stated" for label in usable).most_common()),
        contradicting=sum(len(part.contradicting) for part in labels),
        held_out=list(found.held_out),
        fitted=list(found.fitted),
        deceivers_fitted=found.deceivers,
        parameters=found.parameters,
        thresholds=list(found.thresholds),
        before=found.before,
        after=found.after,
    ).remarked()
