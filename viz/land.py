"""Outlines of territories for the map, projected to pixels: no request, no geo trace, only polygons.

`land.json` holds Natural Earth 1:110 million (public domain), written by `tools/build_land.py`. The projection is the
Natural Earth one (polynomial of Šavrič, Jenny, Patterson, Petrovič and Hurni, Computers & Geosciences 37, 2011). No
point of it is a place: a territory has one point, for its circle.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

__all__ = ["BOUNDARIES", "NO_CODE", "Land", "land"]

BOUNDARIES = "Boundaries: Natural Earth, 1:110 million; no position on status is implied."
"""The sentence every map carries (visual language, section 7)."""

NO_CODE = ""
"""Areas without a code of their own: drawn as land, never coloured."""

MIDDLE = 10.0
"""Longitude of the centre: the map is cut in the Bering Strait, where no land lies."""
NORTH, SOUTH, WEST, EAST = 83.7, -56.5, -157.0, 187.0
"""Edges of the sheet; islands beyond them get their circle on the edge."""
CLOSE = 0.45
"""Points nearer than this many pixels to the one before are left out."""

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Land:
    """Rings of each code (x and y in pixels) and its point, on a sheet of `width` by `height` pixels."""

    width: float
    height: float
    rings: Mapping[str, tuple[Points, ...]]
    points: Mapping[str, tuple[float, float]]

    def path(self, *codes: str) -> tuple[list[float | None], list[float | None]]:
        """The rings of territories as one path of a filled trace, with gaps between rings."""
        x: list[float | None] = []
        y: list[float | None] = []
        for code in codes:
            for ring in self.rings.get(code, ()):
                x += [*ring[:, 0].tolist(), None]
                y += [*ring[:, 1].tolist(), None]
        return x, y


@cache
def land(width: float) -> Land:
    """The outlines on a sheet of `width` pixels."""
    text = files("attrigraph.viz").joinpath("land.json").read_text(encoding="utf-8")
    document = json.loads(text)
    edge = _projected(np.array([[EAST, 0.0], [WEST, 0.0], [MIDDLE, NORTH], [MIDDLE, SOUTH]]))
    scale = width / (edge[0, 0] - edge[1, 0])
    left, top = edge[1, 0], edge[2, 1]

    def placed(degrees: Points) -> Points:
        found: Points = _projected(degrees) * [scale, -scale] + [-scale * left, scale * top]
        return found

    rings = {
        code: tuple(
            ring for flat in outlines if len(ring := _thinned(placed(_whole(np.array(flat).reshape(-1, 2) / 10)))) > 3
        )
        for code, outlines in document["outlines"].items()
    }
    codes = list(document["points"])
    at = placed(np.vstack([_whole(np.array([document["points"][code]])) for code in codes]))
    points = {code: (float(x), float(y)) for code, (x, y) in zip(codes, at, strict=True)}
    height = float(scale * (top - edge[3, 1]))
    inside = {code: (min(max(x, 0.0), width), min(y, height)) for code, (x, y) in points.items()}
    return Land(width, height, rings, inside)


def _whole(degrees: Points) -> Points:
    """A ring on one side of the cut of the map."""
    turn = 360 * np.round((degrees[:, 0].mean() - MIDDLE) / 360)
    found: Points = degrees - [turn, 0]
    return found


def _projected(degrees: Points) -> Points:
    x, y = np.radians(degrees[:, 0] - MIDDLE), np.radians(degrees[:, 1])
    across = 0.8707 - 0.131979 * y**2 - 0.013791 * y**4 + 0.003971 * y**10 - 0.001529 * y**12
    down = 1.007226 + 0.015085 * y**2 - 0.044475 * y**6 + 0.028874 * y**8 - 0.005916 * y**10
    return np.column_stack([x * across, y * down])


def _thinned(ring: Points) -> Points:
    kept = [0]
    for place in range(1, len(ring) - 1):
        if np.abs(ring[place] - ring[kept[-1]]).sum() >= CLOSE:
            kept.append(place)
    found: Points = np.round(ring[[*kept, len(ring) - 1]], 1)
    return found
