"""The territories a point lies in, to a tenth of a degree (`grid.npz`, from Natural Earth, public domain).

Loaders ask it before they make coordinates coarse, the signal of coordinates for observations of earlier versions.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["STEPS", "territories_at", "territory_codes"]

STEPS = 10
"""Cells a degree."""


def territories_at(latitudes: ArrayLike, longitudes: ArrayLike) -> list[tuple[str, ...]]:
    """The territories of each point, sorted: several near a border, none in the open sea or for what is no point.

    >>> territories_at([38.72, 48.58, 0.0], [-9.14, 7.75, 0.0])
    [('PT',), ('DE', 'FR'), ()]
    """
    y, x = np.asarray(latitudes, dtype=np.float64), np.asarray(longitudes, dtype=np.float64)
    valid = np.isfinite(y) & np.isfinite(x) & (np.abs(y) <= 90) & (np.abs(x) <= 180)
    grid, sets = _grid()
    rows = np.clip(((np.where(valid, y, 0.0) + 90) * STEPS).astype(int), 0, 180 * STEPS - 1)
    columns = ((np.where(valid, x, 0.0) + 180) * STEPS).astype(int) % (360 * STEPS)
    return [sets[i] for i in np.where(valid, grid[rows, columns], 0)]


def territory_codes(latitude: float, longitude: float) -> str:
    """The territories of one point, joined by spaces; empty text when there are none. Quick: for one cell at a time.

    >>> territory_codes(48.58, 7.75), territory_codes(0.0, 0.0)
    ('DE FR', '')
    """
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return ""
    grid, sets = _grid()
    row = min(int((latitude + 90) * STEPS), 180 * STEPS - 1)
    return " ".join(sets[grid[row, int((longitude + 180) * STEPS) % (360 * STEPS)]])


@cache
def _grid() -> tuple[NDArray[np.uint16], tuple[tuple[str, ...], ...]]:
    # The file lies with the other tables of names and places; it is data, so nothing above is imported for it.
    with files("attrigraph").joinpath("inference", "gazetteer", "grid.npz").open("rb") as handle:
        stored = np.load(handle)
        return stored["grid"], tuple(tuple(str(codes).split()) for codes in stored["sets"])
