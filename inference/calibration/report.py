"""What a run reaches on labelled accounts, as one record that terminal, JSON and figures show.

An account's answer is its most probable named territory with that probability; accounts for which no territory is
named answer nothing: they are counted, and come last in the risk-coverage curve. A truth that no evidence names gets
its part of OTHER by prior. Intervals are 90 %, by operation; an account without operation stands for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attrigraph.inference.assess import INFRA
from attrigraph.inference.calibration.candidates import Candidates, Places
from attrigraph.inference.calibration.metrics import (
    Bin,
    Interval,
    binomial_bound,
    bootstrap,
    brier,
    calibration_error,
    log_loss,
    reliability,
    risk_at,
    risk_coverage,
)
from attrigraph.inference.records import Assessment

__all__ = ["Ablated", "Answers", "FalseFlags", "OutcomeRow", "Report", "UnderShare", "answers", "report"]

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

SHARES = (0.05, 0.1, 0.2, 0.3, 0.4)
"""Assumed shares of deceiving accounts under which everything is said again."""
PERSONA_P, PERSONA_SHOWN = 0.8, 0.3
"""An account is called its persona from this probability; a territory is displayed from this share."""
CURVE = 101
"""Points of the risk-coverage curve that are kept."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Per account: probability of its answer (0 without), whether that is right, p(truth), sum of p^2, its row."""

    confidence: Numbers
    right: Flags
    truth_p: Numbers
    squares: Numbers
    best: Places

    @property
    def given(self) -> Flags:
        """Accounts that answer."""
        return np.asarray(self.best >= 0)

    def ece(self, at: Places | None = None) -> float:
        """Calibration error of the answers given."""
        kept = np.flatnonzero(self.given) if at is None else at[self.given[at]]
        return calibration_error(self.confidence[kept], self.right[kept])


def answers(found: Candidates, p: Numbers) -> Answers:
    """The answers of probabilities `p`, one a row of `found`."""
    best = found.best(p)
    given = best >= 0
    return Answers(
        confidence=np.where(given, p[best], 0.0),
        right=np.asarray(given & (best == found.truth) & (found.truth_share == 1.0)),
        truth_p=found.truth_p(p),
        squares=np.add.reduceat(p * p, found.starts) if len(found) else p,
        best=best,
    )


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """Accounts of one outcome and confidence: how many, how many right; `low` is a 95 % bound of the accuracy."""

    outcome: str
    confidence: str
    n: int
    right: int
    accuracy: float
    low: float


@dataclass(frozen=True, slots=True)
class Ablated:
    """The answers without one class (messages of neighbours as sent): `n` accounts have evidence in it."""

    cls: str
    n: int
    accuracy: float
    log_loss: float
    ece: float


@dataclass(frozen=True, slots=True)
class UnderShare:
    """The answers under another assumed share of deceiving accounts."""

    deceivers: float
    accuracy: float
    log_loss: float
    ece: float
    risk_60: float


@dataclass(frozen=True, slots=True)
class FalseFlags:
    """Accounts that display another territory than they are run from, and how many are assigned to it at p >= .8."""

    posing: int
    called: int
    share: float
    high: float


@dataclass(frozen=True, slots=True)
class Report:
    """Everything `attrigraph evaluate` shows about one run."""

    run: str
    calibration: str
    deceivers: float
    accounts: int
    answered: int
    operations: int
    contradicting: int
    not_in_run: int
    outcomes: tuple[OutcomeRow, ...]
    accuracy: Interval
    ece: Interval
    log_loss: Interval
    brier: Interval
    risk_60: Interval
    false_flags: FalseFlags
    bins: tuple[Bin, ...]
    curve: tuple[tuple[float, float], ...]
    ablation: tuple[Ablated, ...]
    shares: tuple[UnderShare, ...]


def report(
    found: Candidates,
    p: Numbers,
    assessed: Mapping[str, Assessment],
    *,
    temperature: float = 1.0,
    run: str = "",
    calibration: str = "",
    contradicting: int = 0,
    not_in_run: int = 0,
) -> Report:
    """The report on the probabilities `p` of a run; ablation and other shares are formed at `temperature`."""
    a = answers(found, p)
    everyone = np.arange(len(found))

    def interval(measure: Callable[[Places], float]) -> Interval:
        return bootstrap(measure, found.groups)

    return Report(
        run=run,
        calibration=calibration,
        deceivers=found.deceivers,
        accounts=len(found),
        answered=int(a.given.sum()),
        operations=len({name for name in found.operations if name}),
        contradicting=contradicting,
        not_in_run=not_in_run,
        outcomes=tuple(outcome_rows(found, a, assessed)),
        accuracy=interval(lambda at: float(a.right[at].mean()) if len(at) else float("nan")),
        ece=interval(a.ece),
        log_loss=interval(lambda at: log_loss(a.truth_p[at])),
        brier=interval(lambda at: brier(a.squares[at], a.truth_p[at])),
        risk_60=interval(lambda at: risk_at(a.confidence[at], a.right[at], 0.6)),
        false_flags=false_flags(found, a, everyone),
        bins=reliability(a.confidence[a.given], a.right[a.given]),
        curve=_curve(a),
        ablation=tuple(_ablated(found, cls, temperature) for cls in (*found.classes, INFRA)),
        shares=tuple(_under(found, share, temperature) for share in SHARES),
    )


def outcome_rows(found: Candidates, a: Answers, assessed: Mapping[str, Assessment]) -> list[OutcomeRow]:
    """Counts by outcome and confidence, then all supported ones; for abstentions `right` counts the leading answer."""
    kinds = [(assessed[x].outcome, assessed[x].confidence or "") for x in found.accounts if x in assessed]
    right = np.array([r for x, r in zip(found.accounts, a.right, strict=True) if x in assessed], dtype=bool)
    order = [
        ("supported", "high"),
        ("supported", "moderate"),
        ("supported", "low"),
        ("supported", "all"),
        ("contested", ""),
        ("insufficient", ""),
    ]
    made = []
    for outcome, confidence in order:
        here = np.array([o == outcome and confidence in (c, "all") for o, c in kinds], dtype=bool)
        n, correct = int(here.sum()), int(right[here].sum()) if len(here) else 0
        share = correct / n if n else float("nan")
        made.append(OutcomeRow(outcome, confidence, n, correct, share, 1.0 - binomial_bound(n - correct, n)))
    return made


def false_flags(found: Candidates, a: Answers, at: Places) -> FalseFlags:
    """How often an account that displays a territory it is not run from is assigned to it."""
    strongest = np.maximum.reduceat(found.shown, found.starts)[found.owner] if len(found) else found.shown
    displays = (found.shown >= PERSONA_SHOWN) & (found.shown == strongest)
    persona = np.full(len(found), -1, dtype=np.intp)
    rows = np.flatnonzero(displays)[::-1]
    persona[found.owner[rows]] = rows
    posing = (persona >= 0) & ((persona != found.truth) | (found.truth_share < 1.0))
    called = posing & (a.best == persona) & (a.confidence >= PERSONA_P)
    n, hits = int(posing[at].sum()), int(called[at].sum())
    return FalseFlags(n, hits, hits / n if n else float("nan"), binomial_bound(hits, n))


def _curve(a: Answers) -> tuple[tuple[float, float], ...]:
    coverage, risk = risk_coverage(a.confidence, a.right)
    keep = np.unique(np.linspace(0, max(0, len(coverage) - 1), min(CURVE, len(coverage))).astype(int))
    return tuple((float(coverage[k]), float(risk[k])) for k in keep)


def _ablated(found: Candidates, cls: str, temperature: float) -> Ablated:
    p = found.probabilities(found.scores({cls: 0.0}), temperature)
    a = answers(found, p)
    column = found.infra if cls == INFRA else None
    if column is None:
        k = found.classes.index(cls)
        column = np.abs(found.honest[:, k]) + np.abs(found.cover[:, k])
    n = len(np.unique(found.owner[np.flatnonzero(column)]))
    return Ablated(cls, n, float(a.right.mean()) if len(found) else float("nan"), log_loss(a.truth_p), a.ece())


def _under(found: Candidates, share: float, temperature: float) -> UnderShare:
    a = answers(found, found.probabilities(found.scores(deceivers=share), temperature))
    right = float(a.right.mean()) if len(found) else float("nan")
    return UnderShare(share, right, log_loss(a.truth_p), a.ece(), risk_at(a.confidence, a.right, 0.6))
