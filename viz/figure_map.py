"""The map: how many accounts are assessed to be operated from each territory, and beside it those that no map shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import dist, sqrt

import numpy as np

from attrigraph.inference.records import Assessment
from attrigraph.territories import territory_name
from attrigraph.viz.canvas import Canvas
from attrigraph.viz.figure import WIDTH, CaseFigure, Table, Words
from attrigraph.viz.labels import place_labels
from attrigraph.viz.land import BOUNDARIES, NO_CODE, Land, land
from attrigraph.viz.scene import AccountMark, account_marks
from attrigraph.viz.text import ellipsis, plain, text_width
from attrigraph.viz.theme import theme as theme_of
from attrigraph.wording import number, plural

__all__ = ["LABELLED", "territory_map"]

LABELLED = 7
"""Territories with a label on the map; the bars name the rest (visual language, section 5)."""

ROWS = 12
"""Bars of territories; further ones share the last, which counts them."""

LEVELS = ("high", "moderate", "low")
MAP_WIDTH, SIDE, NAME = 510.0, 528.0, 160.0
RADII, SMALLEST = (15.0, 13.0, 11.0, 9.0, 7.0), 3.5
CROWDED = 2
"""Pairs of circles that may overlap before all of them become smaller."""

WIDE = 40.0
"""Pixels; a label keeps off shaded land that is wider, which would lie dark behind it."""

LABEL, SIZE = 12.0, 12.5
BAR = 17.0


@dataclass(frozen=True, slots=True)
class _Row:
    """A bar: accounts by confidence, or those without a territory. `code` is empty for a row of several."""

    name: str
    accounts: int
    note: str
    code: str = ""
    outcome: str = "supported"


def territory_map(
    assessed: Sequence[AccountMark] | Sequence[Assessment],
    *,
    theme: str = "light",
    title: str | None = None,
    caption: str = "",
) -> CaseFigure:
    """Accounts by assessed territory: shade and circle on the map, the same counts and the undecided as bars beside it.

    Country level only: a circle marks a territory, never a place in it. `assessed` is as for the outcome strip.
    """
    canvas = Canvas(theme_of(theme))
    accounts = [mark for mark in assessed if isinstance(mark, AccountMark)]
    accounts += account_marks(found for found in assessed if isinstance(found, Assessment))
    named = _named(accounts)
    rest = _rest(accounts)
    total = sum(row.accounts for row in named)
    ground = land(MAP_WIDTH)
    _ground(canvas, ground, named)
    if not named:
        middle = (MAP_WIDTH / 2, ground.height / 2)
        canvas.text(*middle, "No account has an assessed territory.", size=13, anchor="center", halo=True)
    _labels(canvas, ground, named, _circles(canvas, ground, named))
    height = max(ground.height + 8, _bars(canvas, named, rest))
    head = "No account has an assessed territory"
    if named:
        are = "account is" if total == 1 else "accounts are"
        head = f"Where the {number(total)} decided {are} assessed to be operated from"
    sub = "Shade and circle: accounts. Country level only; a circle marks a territory, never a place in it."
    table = Table(
        ("territory", "accounts", "by confidence"), tuple((r.name, number(r.accounts), r.note) for r in named + rest)
    )
    return canvas.figure(height, Words(title or head, sub, _with_boundaries(caption), table))


def _with_boundaries(caption: str) -> str:
    """The caption with the sentence on boundaries after its number."""
    head, dot, tail = caption.partition(". ")
    if caption.startswith("Figure ") and dot:
        return f"{head}. {BOUNDARIES} {tail}"
    return f"{BOUNDARIES} {caption}".strip()


def _named(accounts: Sequence[AccountMark]) -> list[_Row]:
    found = [mark for mark in accounts if mark.outcome == "supported" and mark.top]
    counts = Counter(mark.top or "" for mark in found)
    rows = []
    for code in sorted(counts, key=lambda code: (-counts[code], code)):
        levels: Counter[str | None] = Counter(mark.confidence for mark in found if mark.top == code)
        note = ", ".join(f"{levels[level]}\u00a0{level}" for level in LEVELS if levels[level])
        rows.append(_Row(territory_name(code), counts[code], note, code))
    return rows


def _rest(accounts: Sequence[AccountMark]) -> list[_Row]:
    undecided = [mark for mark in accounts if mark.outcome != "supported" or not mark.top]
    counts: Counter[str] = Counter(mark.outcome or "not assessed" for mark in undecided)
    notes = {"contested": "two territories stay possible", "insufficient": "no territory is named"}
    kinds = ("contested", "insufficient", "not assessed")
    return [_Row(k, counts[k], notes.get(k, "no result in this run"), outcome=k) for k in kinds if counts[k]]


def _ground(canvas: Canvas, ground: Land, named: Sequence[_Row]) -> None:
    """Land, then each assessed territory in its shade; boundaries are gaps of paper."""
    theme = canvas.theme
    coloured = {row.code for row in named}
    plain_land = [code for code in ground.rings if code not in coloured and code != NO_CODE]
    canvas.area(ground.path(NO_CODE), theme.land, theme.land, 0.5)
    canvas.area(ground.path(*plain_land), theme.land, theme.paper, 0.6)
    shades: dict[str, list[str]] = {}
    for row in named:
        shades.setdefault(theme.count(row.accounts, named[0].accounts), []).append(row.code)
    for shade, codes in shades.items():
        canvas.area(ground.path(*codes), shade, theme.ink, 0.7)


def _radii(rows: Sequence[_Row], places: Sequence[tuple[float, float]]) -> list[float]:
    """Radii of circles whose areas are the numbers of accounts, smaller where many would overlap."""
    radii: list[float] = []
    for largest in RADII:
        radii = [max(SMALLEST, largest * sqrt(row.accounts / rows[0].accounts)) for row in rows]
        circles = list(zip(places, radii, strict=True))
        if sum(dist(a, b) < r + s for (a, r), (b, s) in combinations(circles, 2)) <= CROWDED:
            break
    return radii


def _circles(canvas: Canvas, ground: Land, named: Sequence[_Row]) -> list[float]:
    """A circle for every territory, its area the number of accounts; returns their radii."""
    drawn = [row for row in named if row.code in ground.points]
    if not drawn:
        return []
    places = [ground.points[row.code] for row in drawn]
    radii = _radii(drawn, places)
    ring, halo = canvas.theme.sequential[5], canvas.theme.paper
    common = {"mode": "markers", "x": [x for x, _ in places], "y": [y for _, y in places]}
    sizes = [2 * radius for radius in radii]
    # largest first, so that a small circle lies above a large one; a rim of paper sets each off from dark land
    canvas.trace(common | {"marker": _ring(sizes, "rgba(0,0,0,0)", halo, 4.5), "hoverinfo": "skip"})
    tint = f"rgba({','.join(str(int(ring[i : i + 2], 16)) for i in (1, 3, 5))},0.14)"
    hovers = {"hovertext": [_hover(row) for row in drawn], "hoverinfo": "text"}
    canvas.trace(common | {"marker": _ring(sizes, tint, ring, 1.8)} | hovers)
    return radii


def _ring(sizes: Sequence[float], fill: str, line: str, width: float) -> dict[str, object]:
    """Circles of the same look."""
    return {"symbol": "circle", "size": sizes, "color": fill, "opacity": 1, "line": {"color": line, "width": width}}


def _hover(row: _Row) -> str:
    return f"<b>{plain(row.name)}</b>: {plural(row.accounts, 'account')}<br>{plain(row.note)}"


def _labels(canvas: Canvas, ground: Land, named: Sequence[_Row], radii: Sequence[float]) -> None:
    """Names and numbers: of small circles first, with fewer free sides; beside wide shaded land if there is room."""
    drawn = [row for row in named if row.code in ground.points]
    wanted = [
        (place, text_width(f"{row.name} {number(row.accounts)}", LABEL, 600))
        for place, row in enumerate(drawn[:LABELLED])
    ]
    if not wanted:
        return
    shaded = [ring for row in named for ring in ground.rings.get(row.code, ()) if np.ptp(ring[:, 0]) > WIDE]
    at = np.vstack([np.array([ground.points[row.code] for row in drawn]), *shaded])
    sizes = [*radii, *([0.0] * (len(at) - len(drawn)))]
    sheet = (0.0, 0.0, MAP_WIDTH + 10, ground.height + 6)
    centres = place_labels(at, sizes, np.empty((0, 2), dtype=np.intp), wanted[::-1], sheet)
    for place, (x, y) in centres.items():
        text = f"{plain(drawn[place].name)} <b>{number(drawn[place].accounts)}</b>"
        canvas.text(x, y, text, size=LABEL, anchor="center", markup=True)
        canvas.notes[-1]["bgcolor"] = canvas.theme.veil


def _bars(canvas: Canvas, named: Sequence[_Row], rest: Sequence[_Row]) -> float:
    """The bars on the right; returns their height."""
    shown = list(named[:ROWS])
    folded = named[ROWS:]
    if folded:
        names = ", ".join(f"{row.accounts}\u00a0{row.name}" for row in folded)
        shown.append(_Row(f"{len(folded)} more", sum(row.accounts for row in folded), names))
    rows = len(shown) + len(rest)
    if not rows:
        return 0
    step = 32.0 if rows <= 6 else 23.0
    left = max(text_width(ellipsis(row.name, NAME, SIZE), SIZE) for row in (*shown, *rest)) + 14
    widest = max(text_width(number(row.accounts), SIZE, 400) for row in (*shown, *rest)) + 6
    start = SIDE + left
    scale = (WIDTH - start - widest) / max(row.accounts for row in (*shown, *rest))
    y = 10.0
    for head, group in (("Accounts", shown), ("Not on the map", rest)):
        if not group:
            continue
        canvas.text(SIDE, y, head, size=SIZE, weight=600)
        y += step - 2
        for row in group:
            _bar(canvas, row, (start, y, scale), named[0].accounts if named else 1)
            y += step
        y += 4
    return y


def _bar(canvas: Canvas, row: _Row, place: tuple[float, float, float], most: int) -> None:
    start, y, scale = place
    theme = canvas.theme
    end = start + max(row.accounts * scale, 2)
    canvas.text(SIDE, y, ellipsis(row.name, NAME, SIZE), size=SIZE)
    canvas.text(end + 5, y, number(row.accounts), size=SIZE)
    box = (start, y - BAR / 2, end, y + BAR / 2)
    hover = _hover(row)
    if row.outcome == "supported":
        canvas.rect(box, theme.count(row.accounts, most) if row.code else theme.other, hover=hover)
    elif row.outcome == "contested":
        inner = (box[0] + 0.75, box[1] + 0.75, max(box[2] - 0.75, box[0] + 1.5), box[3] - 0.75)
        canvas.rect(inner, theme.paper, theme.ink, 1.5, hover)
    else:
        canvas.hatch(box, outlined=True, hover=hover)
