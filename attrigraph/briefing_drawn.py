"""What the brief of a case shows besides its tables: drawings, and the numbers of evidence matrix and hypotheses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrigraph import measures, viz
from attrigraph.briefs.input import SignalFacts
from attrigraph.briefs.tally import tally
from attrigraph.drawing import caption, network
from attrigraph.graph import statement
from attrigraph.inference.hypotheses import class_uses, hypothesis_scores
from attrigraph.inference.records import Assessment, Belief, Explanation, RunRecord
from attrigraph.inference.results import run_named
from attrigraph.inference.weights.fitted import weights_of

if TYPE_CHECKING:
    from attrigraph.case import Case

__all__ = ["drawings", "numbers_of"]


def numbers_of(
    case: Case, run: RunRecord, assessments: Sequence[Assessment], beliefs: Mapping[str, Sequence[Belief]]
) -> dict[str, Any]:
    """Fields of `BriefInput` for sections 5, 8 and 9."""
    weights = weights_of(run_named(case.store, run.id))
    supported = tally(assessments).supported
    group = supported[0][1] if supported else ()
    return {
        "signals": tuple(SignalFacts(**row) for row in case.store.read(statement("facts/signal_summary"), run=run.id)),
        "class_uses": class_uses(assessments, beliefs, weights),
        "hypotheses": hypothesis_scores(group, beliefs, run.deceivers, weights),
        "analyst": dict(case.settings.hypotheses),
        "several_windows": run.counts.get("accounts with several windows"),
    }


def drawings(
    case: Case,
    run: RunRecord,
    assessments: Sequence[Assessment],
    explanations: Sequence[Explanation],
    *,
    names: Mapping[str, str],
    colours: Mapping[str, int],
) -> dict[str, Any]:
    """Fields of `BriefInput` that hold drawings; what has nothing to show is None."""
    words = caption(case)
    report = measures.resolved(case, run.id)
    return {
        "strip": viz.outcome_strip(list(assessments), colours, numbers=names, caption=words),
        "network": network(case, run.id, colours),
        "map": viz.territory_map(list(assessments), caption=words),
        "hours": _hours(case, explanations, names, colours),
        "windows": _windows(case, run, explanations, names, colours),
        "reliability": viz.reliability(report.bins, calibration=run.calibration) if report and report.bins else None,
    }


def _hours(
    case: Case, explanations: Sequence[Explanation], names: Mapping[str, str], colours: Mapping[str, int]
) -> Any:
    """The hours of the first account shown in full whose hours are evidence."""
    for one in explanations:
        if any(item.signal == measures.HOURS_SIGNAL for item in one.items):
            return viz.hours(measures.hours_of_account(case, one, names[one.account]), colours)
    return None


def _windows(
    case: Case,
    run: RunRecord,
    explanations: Sequence[Explanation],
    names: Mapping[str, str],
    colours: Mapping[str, int],
) -> Any:
    """Belief over time of the first account shown in full that has several windows."""
    for one in explanations if run.windows else ():
        found = measures.belief_windows(case, one, run)
        if len(found) > 1:
            return viz.belief_windows(found, colours, label=names[one.account])
    return None
