"""Curves of activity over the local day: archetypes of people, as data (`curves.csv`).

A row is an archetype, its weight, the kind of day, the local half-hour, and its share of the archetype's activity.
`tools/fit_activity_curves.py` writes the file; how, is told in docs/inference.md, section 14.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

__all__ = ["BINS", "DAY_BINS", "UNIFORM", "Curves", "curves_text", "load_curves", "read_curves"]

Vector = NDArray[np.float64]

DAY_BINS = 48
"""Half-hours of a local day."""
BINS = 2 * DAY_BINS
"""Half-hours of a weekday, then of a weekend day."""
UNIFORM: Vector = np.repeat([5 / 7 / DAY_BINS, 2 / 7 / DAY_BINS], DAY_BINS)
"""Activity at any time alike."""


@dataclass(frozen=True, slots=True)
class Curves:
    """`p[k, b]`: share of archetype k's activity in bin b (rows sum to 1); `weights[k]`: share of people."""

    p: Vector
    weights: Vector

    def log_p(self, uniform: float) -> Vector:
        """ln((1-u) p + u uniform): nobody is surprised by a single odd hour."""
        return np.asarray(np.log((1.0 - uniform) * self.p + uniform * UNIFORM))


def read_curves(text: str) -> Curves:
    """Curves from the text of the file."""
    rows = list(csv.DictReader(text.splitlines()))
    count = 1 + max(int(row["archetype"]) for row in rows)
    p, weights = np.zeros((count, BINS)), np.zeros(count)
    for row in rows:
        number = int(row["archetype"])
        bin_ = int(float(row["local_hour"]) * 2) + DAY_BINS * (row["daytype"] == "weekend")
        p[number, bin_], weights[number] = float(row["p"]), float(row["weight"])
    return Curves(p / p.sum(axis=1, keepdims=True), weights / weights.sum())


def curves_text(curves: Curves) -> str:
    """The text of the file."""
    lines = ["archetype,weight,daytype,local_hour,p"]
    for number, (weight, row) in enumerate(zip(curves.weights, curves.p, strict=True)):
        for bin_, p in enumerate(row):
            day = "weekend" if bin_ >= DAY_BINS else "weekday"
            lines.append(f"{number},{weight:.4f},{day},{bin_ % DAY_BINS / 2:.1f},{p:.6f}")
    return "\n".join(lines) + "\n"


@cache
def load_curves() -> Curves:
    """The bundled curves."""
    return read_curves(files(__package__ or __name__).joinpath("curves.csv").read_text(encoding="utf-8"))
