"""The key of the network: specimens of what is drawn, in one line below the figure, and nothing that is not drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrigraph.territories import territory_name
from attrigraph.viz.canvas import Canvas, Dash
from attrigraph.viz.figure import WIDTH
from attrigraph.viz.marks import Mark, draw_marks
from attrigraph.viz.scene import Scene
from attrigraph.viz.text import text_width

__all__ = ["draw_key"]

ROW = 24.0
SIZE = 11.5
RADIUS = 7.5

Specimen = tuple[str, float, Callable[[float, float], None]]
"""Word, width of the specimen in pixels, and what draws it around a place at its left end."""


def draw_key(canvas: Canvas, scene: Scene, slots: Mapping[str, int]) -> float:
    """Draw the specimens of a scene from the top of `canvas`; returns the height used."""
    marks: list[Mark] = []
    x, y = 0.0, 14.0
    for word, width, draw in _specimens(canvas, marks, scene, slots):
        whole = width + 6 + text_width(word, SIZE)
        if x + whole > WIDTH and x > 0:
            x, y = 0.0, y + ROW
        draw(x, y)
        canvas.text(x + width + 6, y, word, size=SIZE, colour=canvas.theme.ink2)
        x += whole + 18
    draw_marks(canvas, marks)
    return y + ROW / 2 + 4


def _specimens(canvas: Canvas, marks: list[Mark], scene: Scene, slots: Mapping[str, int]) -> list[Specimen]:
    theme = canvas.theme

    def circle(mark: Mark) -> Callable[[float, float], None]:
        return lambda x, y: marks.append(mark.at(x + RADIUS + 0.5, y, RADIUS))

    def line(colour: str, width: float, dash: Dash) -> Callable[[float, float], None]:
        return lambda x, y: canvas.line((x, y), (x + 26, y), colour, width, dash)

    def square(x: float, y: float) -> None:
        canvas.rect((x, y - 4.5, x + 9, y + 4.5), theme.ink)

    supported = [a for a in scene.accounts if a.outcome == "supported" and a.top]
    contested = [a for a in scene.accounts if a.outcome == "contested"]
    codes = {code for a in (*supported, *contested) for code in (a.top, a.second) if code}
    coloured = sorted((code for code in codes if code in slots), key=slots.__getitem__)
    found: list[Specimen] = [
        (territory_name(code), 16, circle(Mark(theme.fill(slots[code], "high"), theme.outline(slots[code]))))
        for code in coloured
    ]
    others = sorted(territory_name(code) for code in codes if code not in slots)
    if others:
        shown = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
        found.append((f"other: {shown}", 16, circle(Mark(theme.fill(None, "high"), theme.outline(None)))))
    slot = slots[coloured[0]] if coloured else None
    levels = [level for level in ("high", "moderate", "low") if any(a.confidence == level for a in supported)]
    found += [
        (
            f"{level} confidence" if level == levels[0] else level,
            16,
            circle(Mark(theme.fill(slot, level), theme.outline(slot))),
        )
        for level in levels
    ]
    if contested:
        second = next((slots.get(a.second or "") for a in contested), None)
        ring = Mark(theme.paper, theme.outline(slots.get(contested[0].top or "")), 2.5, dot=theme.outline(second))
        found.append(("contested", 19, circle(ring)))
    for outcome, word in (("insufficient", "insufficient"), (None, "not assessed")):
        if any(a.outcome == outcome for a in scene.accounts):
            found.append((word, 16, circle(Mark(theme.paper, theme.unknown_line, 1, hatch=True))))
    if scene.resources:
        found.append(("resource", 9, square))
    kinds = {link.kind for link in scene.links}
    if kinds & {"used", "ip_day"}:
        found.append(
            ("shared resource or address" if "ip_day" in kinds else "used", 26, line(theme.link, 1.2, "solid"))
        )
    if "acts" in kinds:
        found.append(("acted together", 26, line(theme.ink, 1.4, "dash")))
    if "mirrors" in kinds:
        found.append(("mirror", 26, line(theme.ink, 1.8, "dot")))
    return found
