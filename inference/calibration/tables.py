"""First step of fitting: how strong each signal is, and where operators under cover take things from.

Strengths alpha are counted on labelled accounts that belong to no operation, the shares w = (real, persona, anywhere)
on those of operations. Both are drawn towards the weights as if these had been seen on 20 accounts (Dirichlet).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from attrigraph.inference.calibration.candidates import Label
from attrigraph.inference.weights import Weights

__all__ = ["Seen", "fit_cover", "fit_strengths"]

SMOOTHING = 20.0
"""Accounts' worth of the default in every fitted table (as pi is smoothed, docs/inference.md)."""
ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """One sighting of a labelled account: its signal and class, its source (the signal, or the type of network of an
    address), the territory it names, its strength, pi of that territory, pi of the true one, what the account displays
    of the named one, and the reliability r_g that is part of an address's strength.
    """

    label: Label
    signal: str
    cls: str
    source: str
    place: str
    alpha: float
    pi: float
    pi_truth: float
    shown: float
    reliability: float = 1.0


def fit_strengths(seen: Iterable[Seen], weights: Weights) -> tuple[dict[str, float], dict[str, float]]:
    """(alpha by signal, a_t by network type): P(names the truth) = alpha + (1 - alpha) pi, solved for alpha."""
    by_source: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for s in seen:
        if not s.label.operation:
            by_source[s.signal, s.source].append(s)
    alpha, types = {}, {}
    for (signal, source), found in sorted(by_source.items()):
        hits = sum(s.place == s.label.territory for s in found) / len(found)
        by_luck = sum(s.pi_truth for s in found) / len(found)
        strength = max(0.0, (hits - by_luck) / (1.0 - by_luck)) if by_luck < 1 else 0.0
        if source in weights.network_types and source != signal:
            if signal == "login_ip":
                reliable = sum(s.reliability for s in found) / len(found)
                types[source] = _drawn(min(1.0, strength / reliable), len(found), weights.network_types[source])
        elif weights.signal(signal).alpha is not None:
            alpha[signal] = _drawn(strength, len(found), weights.signal(signal).alpha or 0.0)
    return alpha, types


def _drawn(value: float, n: int, default: float) -> float:
    return round(min(0.99, (n * value + SMOOTHING * default) / (n + SMOOTHING)), 4)


def fit_cover(seen: Iterable[Seen], weights: Weights) -> dict[str, tuple[float, float, float]]:
    """w by class, by expectation maximisation: P(x) = w0 (alpha [x = truth] + (1 - alpha) pi) + w1 shown + w2 pi."""
    by_class: dict[str, list[Seen]] = defaultdict(list)
    for s in seen:
        if s.label.operation and weights.classes[s.cls].cover:
            by_class[s.cls].append(s)
    return {cls: _shares(found, weights.classes[cls].cover or (1.0, 0.0, 0.0)) for cls, found in by_class.items()}


def _shares(found: Sequence[Seen], default: tuple[float, float, float]) -> tuple[float, float, float]:
    w = default
    parts = [
        ((s.alpha if s.place == s.label.territory else 0.0) + (1.0 - s.alpha) * s.pi, s.shown, s.pi) for s in found
    ]
    for _ in range(ROUNDS):
        counts = [SMOOTHING * x for x in default]
        for part in parts:
            joint = [a * b for a, b in zip(w, part, strict=True)]
            whole = sum(joint)
            for k in range(3):
                counts[k] += joint[k] / whole if whole else w[k]
        w = (counts[0] / sum(counts), counts[1] / sum(counts), counts[2] / sum(counts))
    real, persona = round(w[0], 4), round(w[1], 4)
    return real, persona, round(1.0 - real - persona, 4)
