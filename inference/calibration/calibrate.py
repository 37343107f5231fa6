"""From resolved cases to a calibration: the order of fitting, and what is held out for what.

1. tables (strengths of signals, where cover takes things from) and 2. class weights on two thirds of the operations;
3. temperature, from 1,000 accounts on also a monotone map, on the third held out; 4. thresholds for a stated risk.
Below 200 accounts or 5 operations only the temperature is fitted, on everything, below 30 or 3 nothing. Measures before
and after are of accounts held out: in five folds by operation, each with the temperature and map fitted on the other
four.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from attrigraph.errors import InputError
from attrigraph.inference.calibration.candidates import Candidates, Labels, Places, joined
from attrigraph.inference.calibration.files import Measures, Threshold
from attrigraph.inference.calibration.fit import (
    FEW_ACCOUNTS,
    FEW_OPERATIONS,
    LEAST_ACCOUNTS,
    LEAST_OPERATIONS,
    MANY_ACCOUNTS,
    fit_classes,
    fit_deceivers,
    fit_knots,
    fit_temperature,
    folds,
    mapped,
    split,
)
from attrigraph.inference.calibration.metrics import brier, log_loss, risk_at, threshold_for
from attrigraph.inference.calibration.report import answers
from attrigraph.inference.calibration.tables import Seen, fit_cover, fit_strengths
from attrigraph.inference.weights import Weights
from attrigraph.inference.weights.fitted import Fitted, with_fitted

__all__ = ["Calibration", "Resolved", "calibrate", "measures"]

Numbers = NDArray[np.float64]

RISKS = (0.02, 0.05, 0.1)
"""Risks for which a threshold is looked for."""
FOLDS = 5


class Resolved(Protocol):
    """A case with labelled accounts."""

    labels: Labels

    def candidates(self, weights: Weights) -> Candidates:
        """What a run with these weights believes of the labelled accounts."""

    def seen(self, weights: Weights) -> Sequence[Seen]:
        """What single-territory signals show of the labelled accounts."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was fitted and how it did on accounts held out."""

    parameters: Fitted
    fitted: tuple[str, ...]
    held_out: tuple[str, ...]
    deceivers: float | None
    thresholds: tuple[Threshold, ...]
    before: Measures
    after: Measures
    accounts: int
    operations: Mapping[str, int]


def calibrate(cases: Sequence[Resolved], weights: Weights, say: Callable[[str], None] = lambda _: None) -> Calibration:
    """Fit on the labels of all cases. Raises InputError when too few labelled accounts were assessed by a run."""
    say("beliefs with the weights as they are")
    first = joined([case.candidates(weights) for case in cases])
    if not len(first):
        raise InputError(
            "No account of the case has a label to calibrate on. Load a table with account_id, territory, basis, "
            "labelled_by and operation, for example: attrigraph load resolved.csv --table labels"
        )
    operations = Counter(name for name in first.operations if name)
    if len(first) < LEAST_ACCOUNTS or len(operations) < LEAST_OPERATIONS:
        raise InputError(
            f"Nothing is fitted: usable labelled accounts: {len(first)}, operations among them: {len(operations)}; at "
            f"least {LEAST_ACCOUNTS} accounts and {LEAST_OPERATIONS} operations are needed, so that one operation can "
            "be held out while two are fitted on. Load more labels, or add a case: attrigraph calibrate --also FOLDER"
        )
    parts = split(first)
    few = len(first) < FEW_ACCOUNTS or len(operations) < FEW_OPERATIONS
    if few or not any(first.operations[i] for i in parts.held_out):
        return _temperature_only(first, operations)
    say("tables of the signals")
    tables = _tables(cases, weights, {first.groups[i] for i in parts.fitting})
    second = joined([case.candidates(with_fitted(weights, tables, "being fitted")) for case in cases])
    say("weights of the classes")
    classes = fit_classes(second.of(parts.fitting))
    parameters = tables.model_copy(update={"classes": classes})
    say("temperature on the operations held out")
    third = joined([case.candidates(with_fitted(weights, parameters, "being fitted")) for case in cases])
    held, held_first = third.of(parts.held_out), first.of(parts.held_out)
    scores = held.scores()
    many = len(first) >= MANY_ACCOUNTS
    update: dict[str, object] = {"temperature": fit_temperature(held, scores)}
    p = _cross_fitted(held, scores, with_knots=many)
    if many:
        raw = held.probabilities(scores, float(str(update["temperature"])))
        update["knots"] = fit_knots(held, raw)
    steps = ["tables", "class weights", "temperature", *(["monotone map"] if many else [])]
    return Calibration(
        parameters=parameters.model_copy(update=update),
        fitted=tuple(steps),
        held_out=tuple(sorted({name for name in held.operations if name})),
        deceivers=fit_deceivers(held, float(str(update["temperature"]))),
        thresholds=_thresholds(held, p),
        before=measures(held_first, held_first.probabilities(held_first.scores())),
        after=measures(held, p),
        accounts=len(first),
        operations=dict(operations),
    )


def _temperature_only(found: Candidates, operations: Mapping[str, int]) -> Calibration:
    scores = found.scores()
    temperature = fit_temperature(found, scores)
    p = _cross_fitted(found, scores, with_knots=False)
    return Calibration(
        parameters=Fitted(temperature=temperature),
        fitted=("temperature",),
        held_out=tuple(sorted(operations)),
        deceivers=fit_deceivers(found, temperature),
        thresholds=_thresholds(found, p),
        before=measures(found, found.probabilities(scores)),
        after=measures(found, p),
        accounts=len(found),
        operations=dict(operations),
    )


def _tables(cases: Sequence[Resolved], weights: Weights, groups: set[str]) -> Fitted:
    """Tables from the accounts whose group is in `groups` (as `joined` names them)."""
    seen: list[Seen] = []
    for n, case in enumerate(cases):
        tell = f"{n}/" if len(cases) > 1 else ""
        seen += [s for s in case.seen(weights) if tell + s.label.group in groups]
    alpha, types = fit_strengths(seen, weights)
    return Fitted(alpha=alpha, network_types=types, cover=fit_cover(seen, weights))


def _cross_fitted(found: Candidates, scores: Numbers, *, with_knots: bool) -> Numbers:
    """Probabilities of each account with temperature and map fitted on the folds it is not in."""
    fold = folds(found.groups, min(FOLDS, len(set(found.groups))))
    p = np.empty(len(scores))
    for k in np.unique(fold):
        inside, outside = np.flatnonzero(fold == k), np.flatnonzero(fold != k)
        here, there = found.of(inside), found.of(outside)
        rows, rows_there = _rows(found, inside), _rows(found, outside)
        if len(outside):
            t = fit_temperature(there, scores[rows_there])
            made = here.probabilities(scores[rows], t)
            if with_knots:
                made = mapped(here, made, fit_knots(there, there.probabilities(scores[rows_there], t)))
        else:
            made = here.probabilities(scores[rows])
        p[rows] = made
    return p


def _rows(found: Candidates, accounts: Places) -> NDArray[np.bool_]:
    inside = np.zeros(len(found), dtype=bool)
    inside[accounts] = True
    return np.asarray(inside[found.owner])


def measures(found: Candidates, p: Numbers) -> Measures:
    """Measures of probabilities `p`, one a row of `found`."""
    a = answers(found, p)
    return Measures(
        accounts=len(found),
        accuracy=float(a.right.mean()) if len(found) else float("nan"),
        ece=a.ece(),
        log_loss=log_loss(a.truth_p),
        brier=brier(a.squares, a.truth_p),
        risk_60=risk_at(a.confidence, a.right, 0.6),
    )


def _thresholds(found: Candidates, p: Numbers) -> tuple[Threshold, ...]:
    a = answers(found, p)
    tried = ((risk, threshold_for(a.confidence, a.right, risk)) for risk in RISKS)
    return tuple(Threshold(risk=risk, p=t[0], coverage=t[1], bound=t[2]) for risk, t in tried if t)
