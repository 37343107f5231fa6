"""Signals whose value names no territory: they have no place in the graph, and are counted instead of forgotten."""

from __future__ import annotations

from collections import Counter

from attrigraph.inference.signal import Observed
from attrigraph.loaders.places import place_of_signal
from attrigraph.loaders.tables import PLACE_SIGNALS

__all__ = ["unplaced"]

STATED = "SELECT signal, value, count(*) FROM signals WHERE value IS NOT NULL GROUP BY signal, value"


def unplaced(observed: Observed) -> Counter[str]:
    """Signal -> rows of the table `signals` whose value names neither a territory nor a region."""
    counted: Counter[str] = Counter()
    for name, value, rows in observed.connection().execute(STATED).fetchall():
        if name in PLACE_SIGNALS and place_of_signal(name, value) is None:
            counted[name] += rows
    return counted
