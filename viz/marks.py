"""The mark of an account, the same in every figure: colour is the territory, fill the confidence.

Ring and dot: contested. Hatch: nothing can be said. All parts are markers of a fixed size in pixels, so that they stay
together when a figure is moved or enlarged; the hatch is made of line markers pushed aside along their own normal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

from attrigraph.territories import OTHER, UNKNOWN, territory_name
from attrigraph.viz.canvas import Canvas
from attrigraph.viz.captions import estimate
from attrigraph.viz.scene import AccountMark
from attrigraph.viz.text import plain, wrap
from attrigraph.viz.theme import Theme
from attrigraph.wording import percent

__all__ = ["Mark", "account_hover", "account_mark", "decision", "draw_marks"]

Slots = Mapping[str, int]

HATCH_STEP = 5.0
"""Pixels between hatch lines inside a mark; closer than on areas, so that the smallest mark still shows one."""

HOVER_WIDTH = 340

CODED_RADIUS = 7
"""Below this radius the code of a territory without a colour is left to the pointer. In a circle without a number the
code stands inside, otherwise under it; two codes only under a circle with a number, where there is room."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Look of one account. `hatch` and `dot` are the second channel of insufficient and contested."""

    fill: str
    outline: str
    width: float = 1.3
    hatch: bool = False
    dot: str | None = None
    code: str = ""
    text: str = ""
    hover: str = ""
    x: float = 0
    y: float = 0
    r: float = 12

    def at(self, x: float, y: float, r: float, text: str = "", hover: str = "") -> Mark:
        """The same look at a place."""
        return replace(self, x=x, y=y, r=r, text=text, hover=hover)


def decision(account: AccountMark) -> str:
    """What is said of an account, in the words of the tables: never a territory without its confidence."""
    if account.outcome == "supported" and account.top:
        return f"{territory_name(account.top)}, {account.confidence}"
    if account.outcome == "contested" and account.top:
        return f"{territory_name(account.top)} or {territory_name(account.second or UNKNOWN)}"
    if account.outcome is None:
        return "not assessed"
    return f"insufficient, {account.region} (region)" if account.region else "insufficient"


def account_mark(account: AccountMark, slots: Slots, theme: Theme) -> Mark:
    """The look of an account; whatever names no territory is hatch."""
    if account.outcome == "supported" and account.top:
        slot = slots.get(account.top)
        code = account.top if slot is None else ""
        return Mark(theme.fill(slot, account.confidence or "low"), theme.outline(slot), code=code)
    if account.outcome == "contested" and account.top:
        pair = (account.top, account.second or UNKNOWN)
        code = "" if all(name in slots for name in pair) else "/".join(pair)
        first, second = (theme.outline(slots.get(name)) for name in pair)
        return Mark(theme.paper, first, 3, dot=second, code=code)
    return Mark(theme.paper, theme.unknown_line, 1, hatch=True)


def account_hover(account: AccountMark) -> str:
    """What the pointer tells of an account; no more than the records hold after redaction."""
    lines = [f"<b>{plain(account.label)}</b>  {plain(decision(account))}"]
    if account.top and account.p is not None:
        if account.outcome == "supported":
            lines.append(f"operated from {estimate(account.top, account.p, account.prior)}")
        elif account.top in (OTHER, UNKNOWN):
            lines.append(f"{territory_name(account.top)} holds {percent(account.p)} (prior {percent(account.prior)})")
        else:
            reached = f"{percent(account.p)} (prior {percent(account.prior)})"
            lines.append(f"{account.outcome}: the strongest, {territory_name(account.top)}, reaches {reached}")
    if account.strongest_class:
        lines.append(f"strongest class: {account.strongest_class.replace('_', ' ')}")
    for reason in account.reasons:
        lines += [plain(line) for line in wrap(reason, HOVER_WIDTH, 12)]
    return "<br>".join(lines)


def draw_marks(canvas: Canvas, marks: Sequence[Mark]) -> None:
    """Add the marks, each layer in one trace: bodies, hatch, dots, numbers."""
    if not marks:
        return
    theme = canvas.theme
    canvas.trace(
        _markers(marks, [2 * m.r - m.width for m in marks], [m.fill for m in marks])
        | {
            "name": "accounts",
            "hovertext": [m.hover for m in marks],
            "hoverinfo": "text" if any(m.hover for m in marks) else "skip",
        }
    )
    canvas.traces[-1]["marker"]["line"] = {"color": [m.outline for m in marks], "width": [m.width for m in marks]}
    hatched = [m for m in marks if m.hatch]
    if hatched:
        canvas.trace(_hatch_lines(hatched, theme))
        numbered = [m for m in hatched if m.text]
        if numbered:
            canvas.trace(_markers(numbered, [1.25 * m.r for m in numbered], [theme.paper for _ in numbered]))
    dotted = [m for m in marks if m.dot]
    if dotted:
        canvas.trace(_dots(dotted, theme))
    written = [m for m in marks if _inside(m)]
    if written:
        canvas.trace(_numbers(written, theme))
    coded = [m for m in marks if m.code and m.text]
    if coded:
        canvas.trace(_codes(coded, theme))


def _markers(marks: Sequence[Mark], sizes: list[float], colours: list[str]) -> dict[str, Any]:
    return {
        "mode": "markers",
        "x": [m.x for m in marks],
        "y": [m.y for m in marks],
        "marker": {"symbol": "circle", "size": sizes, "color": colours, "opacity": 1, "line": {"width": 0}},
        "hoverinfo": "skip",
    }


def _hatch_lines(marks: Sequence[Mark], theme: Theme) -> dict[str, Any]:
    """Chords of each circle at 45 degrees: a horizontal line marker, turned, then pushed off along its normal."""
    x, y, sizes, angles, offsets = [], [], [], [], []
    for mark in marks:
        inner = mark.r - 1
        count = int(inner / HATCH_STEP)
        for place in range(-count, count + 1):
            offset = abs(place) * HATCH_STEP
            x.append(mark.x)
            y.append(mark.y)
            sizes.append(2 * sqrt(inner**2 - offset**2) / 1.4)
            angles.append(-45 if place < 0 else 135)
            offsets.append(offset)
    return {
        "mode": "markers",
        "x": x,
        "y": y,
        "marker": {
            "symbol": "line-ew",
            "size": sizes,
            "angle": angles,
            "standoff": offsets,
            "opacity": 1,
            "line": {"color": theme.unknown_hatch, "width": 1},
        },
        "hoverinfo": "skip",
    }


def _dots(marks: Sequence[Mark], theme: Theme) -> dict[str, Any]:
    trace = _markers(marks, [0.62 * m.r + 1.5 for m in marks], [m.dot or theme.paper for m in marks])
    trace["marker"] |= {
        "angle": -45,
        "standoff": [0.98 * m.r for m in marks],
        "line": {"color": theme.paper, "width": 1.2},
    }
    return trace


def _inside(mark: Mark) -> str:
    """What stands in a circle: its number, or the code of a territory without a colour, or nothing."""
    return mark.text or (mark.code if len(mark.code) == 2 and mark.r >= CODED_RADIUS else "")


def _numbers(marks: Sequence[Mark], theme: Theme) -> dict[str, Any]:
    return {
        "mode": "text",
        "x": [m.x for m in marks],
        "y": [m.y for m in marks],
        "text": [_inside(m) for m in marks],
        "textposition": "middle center",
        "textfont": {
            "size": [(9.5 if len(m.text) < 3 else 8.5) if m.text else 7.5 for m in marks],
            "color": [theme.text_on(m.fill) for m in marks],
        },
        "hoverinfo": "skip",
    }


def _codes(marks: Sequence[Mark], theme: Theme) -> dict[str, Any]:
    """Codes of territories without a colour of their own, under their marks."""
    trace = _markers(marks, [2 * m.r for m in marks], [theme.paper for _ in marks])
    trace["marker"]["opacity"] = 0
    text = {"text": [m.code for m in marks], "textposition": "bottom center"}
    return trace | text | {"mode": "markers+text", "textfont": {"size": 8.5, "color": theme.ink2}}
