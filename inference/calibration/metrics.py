"""Measures of probabilities and abstention, pure numpy.

`confidence` is the probability given to the answer, `right` whether the answer was the truth, `truth_p` the probability
given to the truth, `groups` an operation per answer: answers of one operation are not independent, so intervals are
drawn by operation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, log1p

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Bin",
    "Interval",
    "binomial_bound",
    "bootstrap",
    "brier",
    "calibration_error",
    "log_loss",
    "reliability",
    "risk_at",
    "risk_coverage",
    "threshold_for",
]

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

BINS = 10
LEAST_P = 1e-6
"""A truth that was given less counts as given this: one impossible answer must not decide a mean."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers whose confidence lies in [low, high): how many, mean confidence, share that was right."""

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the bounds of its bootstrap interval."""

    value: float
    low: float
    high: float


def reliability(confidence: Numbers, right: Flags, bins: int = BINS) -> tuple[Bin, ...]:
    """Equal-width bins over 0..1, those without answers left out."""
    at = np.minimum((confidence * bins).astype(int), bins - 1)
    found = []
    for number in np.unique(at):
        inside = at == number
        mean, share = float(confidence[inside].mean()), float(right[inside].mean())
        found.append(Bin(number / bins, (number + 1) / bins, int(inside.sum()), mean, share))
    return tuple(found)


def calibration_error(confidence: Numbers, right: Flags, bins: int = BINS) -> float:
    """Expected calibration error: mean over answers of |confidence - accuracy| of their bin; nan without answers."""
    if not len(confidence):
        return float("nan")
    return sum(b.n * abs(b.confidence - b.accuracy) for b in reliability(confidence, right, bins)) / len(confidence)


def log_loss(truth_p: Numbers) -> float:
    """Mean of -ln p(truth), in nats."""
    return float(-np.log(np.maximum(truth_p, LEAST_P)).mean()) if len(truth_p) else float("nan")


def brier(squares: Numbers, truth_p: Numbers) -> float:
    """Mean of sum over territories of (p - [it is the truth])^2; `squares` is the sum of p^2 of each answer. 0 to 2."""
    return float((squares - 2.0 * truth_p + 1.0).mean()) if len(truth_p) else float("nan")


def risk_coverage(confidence: Numbers, right: Flags) -> tuple[Numbers, Numbers]:
    """Coverage and risk when the most confident answers are given first; equal confidences are given together.

    Geifman and El-Yaniv 2017. A point is (share of answers given, share of those that were wrong).
    """
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(~right[order])
    last = np.append(np.flatnonzero(np.diff(confidence[order])), len(order) - 1) if len(order) else np.array([], int)
    given = last + 1
    return given / max(1, len(order)), wrong[last] / given


def risk_at(confidence: Numbers, right: Flags, coverage: float) -> float:
    """Share of wrong answers among the most confident `coverage` of them; among equal confidences the mean counts."""
    n = len(confidence)
    if not n:
        return float("nan")
    wanted = coverage * n
    at, risk = risk_coverage(confidence, right)
    given, wrong = at * n, risk * at * n
    return float(np.interp(wanted, np.concatenate([[0.0], given]), np.concatenate([[0.0], wrong])) / wanted)


def bootstrap(
    measure: Callable[[NDArray[np.intp]], float],
    groups: Sequence[str],
    *,
    rounds: int = 200,
    level: float = 0.90,
    seed: int = 0,
) -> Interval:
    """`measure` of the answers it is given the places of, with the interval over operations drawn with replacement.

    Rounds in which the measure is no number are left out; without any the bounds are nan.
    """
    codes, at = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    members = [np.flatnonzero(at == k) for k in range(len(codes))]
    dice = np.random.default_rng(seed)
    drawn = []
    for _ in range(rounds if members else 0):
        chosen = dice.integers(len(members), size=len(members))
        drawn.append(measure(np.concatenate([members[k] for k in chosen])))
    finite = np.array([x for x in drawn if np.isfinite(x)])
    tail = (1.0 - level) / 2
    low, high = (float(np.quantile(finite, q)) for q in (tail, 1.0 - tail)) if len(finite) else (float("nan"),) * 2
    return Interval(measure(np.arange(len(at))), low, high)


def binomial_bound(wrong: int, n: int, level: float = 0.95) -> float:
    """Exact upper bound of a share of which `wrong` of `n` were seen (Clopper and Pearson 1934); 1 for n = 0."""
    if n == 0 or wrong >= n:
        return 1.0
    low, high = wrong / n, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(wrong, n, middle) > 1.0 - level else (low, middle)
    return high


def _at_most(k: int, n: int, p: float) -> float:
    """P(X <= k) of the binomial distribution, by logarithms."""
    if p <= 0.0 or p >= 1.0:
        return 1.0 if p <= 0.0 or k >= n else 0.0
    whole = lgamma(n + 1)
    return min(
        1.0,
        sum(exp(whole - lgamma(i + 1) - lgamma(n - i + 1) + i * log(p) + (n - i) * log1p(-p)) for i in range(k + 1)),
    )


def threshold_for(
    confidence: Numbers, right: Flags, risk: float, level: float = 0.95, least: int = 20
) -> tuple[float, float, float] | None:
    """(threshold, coverage, bound): the lowest confidence from which the risk is at most `risk` with certainty `level`.

    The bound is exact for one threshold fixed beforehand; over the thresholds tried it is divided (Bonferroni), which
    are .50, .55, ..., .95. None when no threshold keeps it or fewer than `least` answers are left.
    """
    tried = np.round(np.arange(0.5, 0.96, 0.05), 2)
    for threshold in tried:
        kept = confidence >= threshold
        n = int(kept.sum())
        bound = binomial_bound(int((~right[kept]).sum()), n, 1.0 - (1.0 - level) / len(tried))
        if n >= least and bound <= risk:
            return float(threshold), float(kept.mean()), bound
    return None
