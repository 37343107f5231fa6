"""When it is night in a territory, in UTC: for figures that set activity beside the nights of the candidates.

A night is 00 to 06 by the local clock. A territory with several zones has the night of each for the share of its people
that lives by it (`weights/zones.csv`); changes of the clock count at their dates.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from attrigraph.inference.activity.zones import local_s
from attrigraph.inference.zones import people_by_zone

__all__ = ["HALF_HOUR_S", "night_during", "night_shares"]

Ints = NDArray[np.int64]
Vector = NDArray[np.float64]

HALF_HOUR_S, DAY_S = 1800, 86_400
NIGHT_S = 6 * 3600
MOST_DAYS = 366
"""Days looked at: a longer period is sampled evenly."""


def night_shares(territory: str, first_s: int, last_s: int) -> tuple[float, ...] | None:
    """Share of the territory's people for whom it is night in each half hour of the UTC day, averaged over the days.

    `first_s` and `last_s` (seconds since 1970) bound the days; None for a territory without people in the table.

    >>> shares = night_shares("IS", 0, 0)
    >>> shares[:13] == (1.0,) * 12 + (0.0,)
    True
    """
    zones = people_by_zone().get(territory)
    if not zones:
        return None
    days = np.unique(np.linspace(first_s // DAY_S, last_s // DAY_S, MOST_DAYS).round().astype(np.int64))
    at = (days[:, None] * DAY_S + np.arange(DAY_S // HALF_HOUR_S) * HALF_HOUR_S).ravel()
    shares = _at_night(zones, at).reshape(len(days), -1).mean(axis=0)
    return tuple(float(share) for share in shares)


def night_during(territory: str, at: Ints, n: Ints) -> float | None:
    """Share of `n` events, each group at a time `at` (seconds, UTC), at night in the territory; None without events."""
    zones = people_by_zone().get(territory)
    total = int(n.sum())
    return float(_at_night(zones, at) @ n / total) if zones and total else None


def _at_night(zones: Mapping[str, float], at: Ints) -> Vector:
    found = np.zeros(len(at))
    whole = sum(zones.values())
    for zone, share in zones.items():
        found += share / whole * (local_s(zone, at) % DAY_S < NIGHT_S)
    return found
