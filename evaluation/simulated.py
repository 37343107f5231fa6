"""Simulated operations, held out: what the model reaches before and after calibration, beside three ways by hand.

Calibration is fitted with the product on the cases of some seeds and measured on the cases of others, so every
operation that is measured on is held out. Measures are of all accounts of the cases together; an answer is the most
probable named territory. Baselines are asked the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan

import numpy as np
from numpy.typing import NDArray

from attrigraph import Case
from attrigraph.inference.calibration.calibrate import calibrate
from attrigraph.inference.calibration.candidates import Candidates, Labels
from attrigraph.inference.calibration.metrics import LEAST_P, calibration_error, log_loss, risk_at
from attrigraph.inference.calibration.report import answers
from attrigraph.inference.calibration.resolved import ResolvedCase, candidates_of
from attrigraph.inference.calibration.tables import Seen
from attrigraph.inference.records import Assessment
from attrigraph.inference.run import infer
from attrigraph.inference.weights import Weights, load_weights
from attrigraph.inference.weights.fitted import with_fitted
from evaluation.cases import SimulatedCase, simulated_case
from evaluation.rows import Row, at_least, at_most, below, said

__all__ = ["Measured", "measure", "rows"]

FITTED, HELD_OUT, OTHER_MIXES = (101, 102, 103, 104), (9, 10, 11, 12), (9, 10)
"""Seeds of the cases for fitting, for measuring, and of the benign and adversarial cases."""
PERSONA_P = 0.8
RUN = "evaluation"


@dataclass(slots=True)
class Held:
    """A simulated case that calibrates; its graph is open only while it is read."""

    case: SimulatedCase
    labels: Labels = field(init=False)
    shown: dict[str, dict[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.labels = self.case.labels

    def candidates(self, weights: Weights) -> Candidates:
        """Beliefs of a run with these weights."""
        with Case.open(self.case.folder) as opened:
            inner = self._inner(opened)
            found = inner.candidates(weights)
            self.shown = inner.shown
        return found

    def seen(self, weights: Weights) -> list[Seen]:
        """What single-territory signals show."""
        with Case.open(self.case.folder) as opened:
            return self._inner(opened).seen(weights)

    def _inner(self, opened: Case) -> ResolvedCase:
        return ResolvedCase(
            opened.store, opened.observations, self.labels, self.case.deceivers, "case", shown=self.shown
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """Per account of a case: the answer and its probability, p(truth), the answer before propagation, the outcome."""

    case: SimulatedCase
    accounts: Sequence[str]
    answer: Sequence[str]
    confidence: NDArray[np.float64]
    truth_p: NDArray[np.float64]
    alone: Sequence[str]
    assessed: Mapping[str, Assessment]

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether each answer is the truth."""
        return np.array([self.case.truth[a]["territory"] == x for a, x in zip(self.accounts, self.answer, strict=True)])


def measure(case: SimulatedCase, weights: Weights) -> Measured:
    """Make a run with the weights and read the answers."""
    with Case.open(case.folder) as opened:
        store = opened.store
        _remove(opened)
        run = infer(store, opened.observations, run=RUN, deceivers=case.deceivers, weights=weights)
        found = candidates_of(store, run, case.labels, weights)
        own = {(b.account, b.territory): b.own for b in opened.beliefs(RUN)}
        assessed = {a.account: a for a in opened.assessments(RUN)}
        _remove(opened)
    a = answers(found, found.p)
    alone = np.array([own[found.accounts[k], str(c)] for k, c in zip(found.owner, found.codes, strict=True)])
    return Measured(
        case=case,
        accounts=found.accounts,
        answer=_named(found, a.best),
        confidence=a.confidence,
        truth_p=a.truth_p,
        alone=_named(found, found.best(alone)),
        assessed=assessed,
    )


def _remove(opened: Case) -> None:
    from attrigraph.inference.evidence import remove_run

    remove_run(opened.store, RUN)


def _named(found: Candidates, best: NDArray[np.intp]) -> list[str]:
    return [str(found.codes[k]) if k >= 0 else "" for k in best]


@dataclass(frozen=True, slots=True)
class Pooled:
    """All accounts of several cases as columns."""

    confidence: NDArray[np.float64]
    right: NDArray[np.bool_]
    truth_p: NDArray[np.float64]

    @property
    def ece(self) -> float:
        """Calibration error of the answers given."""
        given = self.confidence > 0
        return calibration_error(self.confidence[given], self.right[given])

    @property
    def log_loss(self) -> float:
        """Mean of -ln p(truth)."""
        return log_loss(self.truth_p)

    def risk(self, coverage: float) -> float:
        """Share of wrong answers among the most confident ones."""
        return risk_at(self.confidence, self.right, coverage)


def pooled(parts: Sequence[Measured]) -> Pooled:
    """The accounts of all cases."""
    return Pooled(
        np.concatenate([m.confidence for m in parts]),
        np.concatenate([m.right for m in parts]),
        np.concatenate([m.truth_p for m in parts]),
    )


def baseline(name: str, cases: Sequence[SimulatedCase]) -> tuple[Pooled, float]:
    """A baseline on the same accounts, and the share of posing accounts it gives to their persona at p >= .8."""
    confidence, right, truth_p, called = [], [], [], []
    for case in cases:
        beliefs = case.baselines[name]
        for account, truth in case.truth.items():
            mine = beliefs.get(account, {})
            top = max(mine, key=lambda c: (mine[c], c), default="")
            confidence.append(mine.get(top, 0.0))
            right.append(top == truth["territory"])
            truth_p.append(max(LEAST_P, mine.get(truth["territory"], 0.0)))
            if account in case.posing:
                called.append(top == truth["persona"] and confidence[-1] >= PERSONA_P)
    return Pooled(np.array(confidence), np.array(right), np.array(truth_p)), _share(called)


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else float("nan")


def rows(quick: bool) -> Iterable[Row]:
    """The measures of the mixed cases, then those of benign and adversarial ones."""
    size, seeds = (600, 2) if quick else (2600, len(HELD_OUT))
    cases = [simulated_case(seed, accounts=size) for seed in HELD_OUT[:seeds]]
    weights = load_weights()
    before = [measure(case, weights) for case in cases]
    made = calibrate([Held(simulated_case(seed, accounts=size)) for seed in FITTED[:seeds]], weights)
    fitted = with_fitted(weights, made.parameters, "calibrated for the evaluation")
    after = [measure(case, fitted) for case in cases]
    yield from _calibration(pooled(before), pooled(after), made.fitted, made.parameters.temperature)
    yield from _beside_baselines(pooled(before), pooled(after), cases)
    yield from _outcomes(before, after)
    yield from _peers(before)
    for mix in ("benign", "adversarial"):
        others = [measure(simulated_case(seed, mix, size), weights) for seed in OTHER_MIXES[: 1 if quick else 2]]
        yield from _mix(mix, others)


def _calibration(before: Pooled, after: Pooled, fitted: Sequence[str], temperature: float) -> Iterator[Row]:
    n = f"{len(before.right)} accounts"
    yield at_most("ECE before calibration", before.ece, 0.10, remark=n)
    yield at_most("ECE after calibration", after.ece, 0.05, remark=f"fitted: {', '.join(fitted)}; T {temperature:.2f}")
    yield said("log loss before / after", f"{before.log_loss:.3f} / {after.log_loss:.3f}")
    yield said("accuracy of the answer before / after", f"{before.right.mean():.3f} / {after.right.mean():.3f}")


def _beside_baselines(before: Pooled, after: Pooled, cases: Sequence[SimulatedCase]) -> Iterator[Row]:
    found = {name: baseline(name, cases) for name in cases[0].baselines}
    for name, (b, persona) in found.items():
        text = f"{b.ece:.3f} / {b.log_loss:.3f} / {b.risk(0.6):.3f} / {persona:.3f}"
        yield said(f"by hand: {name}", text, "ECE / log loss / risk at 60 % / posing called persona")
    risk, loss = min(b.risk(0.6) for b, _ in found.values()), min(b.log_loss for b, _ in found.values())
    yield at_most(
        "risk at 60 % coverage, half of the best by hand",
        before.risk(0.6),
        risk / 2,
        remark=f"after {after.risk(0.6):.3f}",
    )
    yield below("log loss, the best by hand", before.log_loss, loss, remark=f"after {after.log_loss:.3f}")
    persona = found["naive addition of all signals"][1]
    yield at_least("naive addition calls posing accounts their persona", persona, 0.5, remark="how hard the cases are")


def _outcomes(before: Sequence[Measured], after: Sequence[Measured]) -> Iterator[Row]:
    for name, parts in (("", before), (" (calibrated)", after)):
        supported, high = _accuracy(parts, None), _accuracy(parts, "high")
        yield at_least(f"accuracy of supported{name}", supported[0], 0.95, remark=f"{supported[1]:.2f} of all accounts")
        yield at_least(f"accuracy of confidence high{name}", high[0], 0.98, remark=f"{high[1]:.2f} of all accounts")
        called, n = _called(parts)
        yield at_most(f"posing accounts called their persona{name}", called, 0.05, remark=f"{n} accounts, p ≥ .8")
    operators = [m for m in before if m.case.posing]
    wrong = [a for m in operators for a in m.case.posing if m.assessed[a].outcome == "supported"]
    right = [a for m in operators for a in m.case.posing if _supported_right(m, a)]
    if wrong:
        yield said("accuracy of supported among posing accounts", f"{len(right) / len(wrong):.3f}", f"{len(wrong)}")


def _supported_right(m: Measured, account: str) -> bool:
    a = m.assessed[account]
    return a.outcome == "supported" and a.top == m.case.truth[account]["territory"]


def _accuracy(parts: Sequence[Measured], confidence: str | None) -> tuple[float, float]:
    """Accuracy of supported accounts (of one confidence), and their share of all."""
    found = [
        a.top == m.case.truth[account]["territory"]
        for m in parts
        for account, a in m.assessed.items()
        if a.outcome == "supported" and confidence in (None, a.confidence)
    ]
    return _share(found), len(found) / sum(len(m.accounts) for m in parts)


def _called(parts: Sequence[Measured]) -> tuple[float, int]:
    found = [
        m.assessed[a].top == m.case.truth[a]["persona"] and m.assessed[a].p >= PERSONA_P
        for m in parts
        for a in m.case.posing
    ]
    return _share(found), len(found)


def _peers(parts: Sequence[Measured]) -> Iterator[Row]:
    """Accounts with a real login only on another account of the cell."""
    found, alone = [], []
    for m in parts:
        for account, answer, own in zip(m.accounts, m.answer, m.alone, strict=True):
            truth = m.case.truth[account]
            if truth["real_login"] == "peer":
                found.append(answer == truth["territory"])
                alone.append(own == truth["territory"])
    if found:
        gain = _share(found) / _share(alone) if _share(alone) else float("inf")
        remark = f"{_share(found):.3f} against {_share(alone):.3f}, {len(found)} accounts"
        yield at_least("peers: top-1 with propagation over without", gain, 4 / 3, digits=2, remark=remark)


def _mix(name: str, parts: Sequence[Measured]) -> Iterator[Row]:
    p, supported, high, called = pooled(parts), _accuracy(parts, None), _accuracy(parts, "high"), _called(parts)[0]
    text = f"{p.ece:.3f} / {p.log_loss:.3f} / {p.risk(0.6):.3f}"
    yield said(f"{name} cases, d {parts[0].case.deceivers}", text, "ECE / log loss / risk at 60 %")
    text = f"{supported[0]:.3f} / {high[0]:.3f}" + ("" if isnan(called) else f" / {called:.3f}")
    yield said(f"{name} cases: accuracy of supported / high / called persona", text, f"supported {supported[1]:.2f}")
