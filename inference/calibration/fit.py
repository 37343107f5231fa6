"""Fitting on labelled accounts, in the order of docs/inference.md, section 17.

Nothing below 30 accounts or 3 operations; temperature alone below 200 or 5; above, weights of classes on two thirds of
the operations and the temperature on the others; a monotone map of probabilities from 1,000 accounts on. Nothing is
split within an operation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from attrigraph.errors import InputError
from attrigraph.inference.calibration.candidates import Candidates, Places
from attrigraph.inference.calibration.metrics import log_loss
from attrigraph.inference.calibration.report import answers
from attrigraph.territories import OTHER, UNKNOWN

__all__ = [
    "FEW_ACCOUNTS",
    "FEW_OPERATIONS",
    "LEAST_ACCOUNTS",
    "LEAST_OPERATIONS",
    "MANY_ACCOUNTS",
    "TEMPERATURES",
    "Split",
    "at_bound",
    "fit_classes",
    "fit_deceivers",
    "fit_knots",
    "fit_temperature",
    "folds",
    "mapped",
    "split",
]

Numbers = NDArray[np.float64]
Knots = tuple[tuple[float, float], ...]

FEW_ACCOUNTS, FEW_OPERATIONS, MANY_ACCOUNTS = 200, 5, 1_000
"""Below the first two only the temperature is fitted; from the third on the map of probabilities too."""
LEAST_ACCOUNTS, LEAST_OPERATIONS = 30, 3
"""Below either nothing is fitted. Three operations: one can be held out while the temperature is fitted on two that may
differ. Thirty accounts: each of the three then judges about ten answers (own defaults, untuned)."""
TOWARDS_ONE = 10.0
"""Strength of the pull of a class weight towards 1: that of so many accounts (own default, untuned)."""
BLOCKS = 20
"""Answers are put into at most so many blocks of equal size before the map is made monotone."""
TEMPERATURES = (0.25, 5.0)
"""Least and largest T that is fitted. One that ends there was stopped, not found."""
NEAR_BOUND = 1.01
LEAD = 1e-6
"""What keeps a leading territory ahead of the next when the map would make them equal (as in the query)."""


@dataclass(frozen=True, slots=True)
class Split:
    """Places of the accounts that class weights are fitted on, and of those held out for the temperature."""

    fitting: Places
    held_out: Places


def folds(groups: Sequence[str], count: int) -> NDArray[np.intp]:
    """A fold for each account, the same for a whole group: groups by size, each into the smallest fold so far.

    Groups of one size go in the order of a digest of their names, so the folds do not depend on the order of accounts.
    """
    names, at, sizes = np.unique(np.asarray(groups, dtype=str), return_inverse=True, return_counts=True)
    order = sorted(
        range(len(names)), key=lambda k: (-int(sizes[k]), hashlib.sha256(str(names[k]).encode()).hexdigest())
    )
    filled, fold = np.zeros(count, dtype=np.intp), np.zeros(len(names), dtype=np.intp)
    for k in order:
        fold[k] = int(np.argmin(filled))
        filled[fold[k]] += sizes[k]
    return np.asarray(fold[at])


def split(found: Candidates) -> Split:
    """A third of the operations, and of the accounts without one, held out."""
    at = folds(found.groups, 3)
    return Split(np.flatnonzero(at != 0), np.flatnonzero(at == 0))


def fit_temperature(found: Candidates, scores: Numbers) -> float:
    """T that minimises the log loss of softmax(z / T) (Guo et al. 2017)."""
    return exp(
        _least(
            lambda t: log_loss(found.truth_p(found.probabilities(scores, exp(t)))),
            log(TEMPERATURES[0]),
            log(TEMPERATURES[1]),
        )
    )


def at_bound(temperature: float) -> bool:
    """Whether a fitted temperature was stopped by its bounds.

    >>> at_bound(0.2500001), at_bound(1.3)
    (True, False)
    """
    return not TEMPERATURES[0] * NEAR_BOUND < temperature < TEMPERATURES[1] / NEAR_BOUND


def fit_deceivers(found: Candidates, temperature: float = 1.0) -> float:
    """The assumed share of accounts under cover that minimises the log loss: what these cases say, and no others."""

    def loss(logit: float) -> float:
        d = 1.0 / (1.0 + exp(-logit))
        return log_loss(found.truth_p(found.probabilities(found.scores(deceivers=d), temperature)))

    return 1.0 / (1.0 + exp(-_least(loss, -5.0, 3.0)))


def fit_classes(found: Candidates, *, towards_one: float = TOWARDS_ONE, steps: int = 300) -> dict[str, float]:
    """Weights m_k >= 0 of the classes: conditional logit over the candidates, L2 towards 1, by projected gradient.

    The derivative of the score of a candidate by m_k is r S_k + (1 - r) C_k. Classes without evidence stay at 1.
    """
    used = np.abs(found.honest).sum(axis=0) + np.abs(found.cover).sum(axis=0) > 0
    names = list(found.classes)
    m, pull = np.ones(len(names)), towards_one / max(1, len(found))

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        p = found.probabilities(found.scores(dict(zip(names, weights, strict=True))))
        value = log_loss(found.truth_p(p)) + 0.5 * pull * float(((weights - 1) ** 2).sum())
        return value, p

    value, p = loss(m)
    step = 1.0
    for _ in range(steps):
        mixed = _mixed(found, m)
        gradient = (p[:, None] * mixed).sum(axis=0) - mixed[found.truth].sum(axis=0)
        gradient = np.where(used, gradient / max(1, len(found)) + pull * (m - 1.0), 0.0)
        while step > 1e-6:
            tried = np.clip(m - step * gradient, 0.0, 5.0)
            lower, tried_p = loss(tried)
            if lower < value:
                break
            step /= 2
        if step <= 1e-6 or value - lower < 1e-7:
            break
        m, p, value, step = tried, tried_p, lower, step * 1.5
    return {name: round(float(x), 4) for name, x, known in zip(names, m, used, strict=True) if known}


def _mixed(found: Candidates, m: Numbers) -> Numbers:
    """r S_k + (1 - r) C_k of each row and class."""
    logit = (log(found.deceivers / (1.0 - found.deceivers)) + found.pressure)[found.owner]
    gap = found.honest @ m - found.cover @ m - np.log1p(-found.shown) - logit
    r = 1.0 / (1.0 + np.exp(-np.clip(gap, -500, 500)))
    return np.asarray(r[:, None] * found.honest + (1.0 - r)[:, None] * found.cover)


def fit_knots(found: Candidates, p: Numbers) -> Knots:
    """The map of the leading probability: isotonic over blocks of answers, straight between their means.

    Fitted on accounts led by a named territory. A block says (right + 1) / (n + 2), so none says 0 or 1.
    """
    a = answers(found, p)
    led = a.given & leads(found, p)
    order = np.argsort(a.confidence[led], kind="stable")
    confidence, right = a.confidence[led][order], a.right[led][order]
    if len(order) < 2 * BLOCKS:
        raise InputError(f"{len(order)} accounts led by a named territory are too few to fit a map of probabilities.")
    blocks = [
        [float(c.mean()), float(r.sum()), float(len(r))]
        for c, r in zip(np.array_split(confidence, BLOCKS), np.array_split(right, BLOCKS), strict=True)
    ]
    pooled: list[list[float]] = []
    for block in blocks:
        pooled.append(block)
        while len(pooled) > 1 and _says(pooled[-2]) >= _says(pooled[-1]):
            x, y = pooled.pop(), pooled.pop()
            n = x[2] + y[2]
            pooled.append([(x[0] * x[2] + y[0] * y[2]) / n, x[1] + y[1], n])
    knots = [(round(b[0], 6), round(_says(b), 6)) for b in pooled]
    rising = [(x, y) for k, (x, y) in enumerate(knots) if k == 0 or x > knots[k - 1][0]]
    return tuple(rising)


def _says(block: Sequence[float]) -> float:
    return (block[1] + 1.0) / (block[2] + 2.0)


def leads(found: Candidates, p: Numbers) -> NDArray[np.bool_]:
    """Whether a named territory leads each account, before OTHER and UNKNOWN."""
    whole = np.maximum.reduceat(p, found.starts)
    named = np.where(np.isin(found.codes, (OTHER, UNKNOWN)), -1.0, p)
    return np.asarray(np.maximum.reduceat(named, found.starts) >= whole)


def mapped(found: Candidates, p: Numbers, knots: Knots) -> Numbers:
    """The probabilities with the leading one mapped, as `cypher/inference/recalibrate.cypher` does it."""
    if not knots:
        return p
    best = found.best(p)
    led = np.flatnonzero(leads(found, p) & (np.append(p, 1.0)[best] < 1.0))
    top = p[best[led]]
    rest = p.copy()
    rest[best[led]] = -1.0
    after = np.maximum.reduceat(rest, found.starts)[led]
    q = np.interp(top, [x for x, _ in knots], [y for _, y in knots])
    least = after / (1.0 - top + after)
    q = np.maximum(q, least + LEAD * (1.0 - least))
    factor = np.ones(len(found))
    factor[led] = (1.0 - q) / (1.0 - top)
    changed = p * factor[found.owner]
    changed[best[led]] = q
    return np.asarray(changed)


def _least(loss: Callable[[float], float], low: float, high: float) -> float:
    """Where `loss` is least between the bounds, by golden section after a coarse look."""
    tried = np.linspace(low, high, 13)
    k = int(np.argmin([loss(float(x)) for x in tried]))
    a, b = float(tried[max(0, k - 1)]), float(tried[min(len(tried) - 1, k + 1)])
    ratio = (5**0.5 - 1) / 2
    for _ in range(30):
        c, d = b - ratio * (b - a), a + ratio * (b - a)
        a, b = (a, d) if loss(c) <= loss(d) else (c, b)
    return (a + b) / 2
