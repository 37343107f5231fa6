"""Risk over coverage: how many answers are wrong when only the surest are given."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from attrigraph.viz.canvas import Canvas, Dash
from attrigraph.viz.figure import CaseFigure, Table, Words
from attrigraph.viz.figure_network import empty
from attrigraph.viz.plot import Plot, hundredths
from attrigraph.viz.records import RiskCurve
from attrigraph.viz.text import plain
from attrigraph.viz.theme import theme as theme_of
from attrigraph.wording import number, percent

__all__ = ["risk_coverage"]

LEFT, RIGHT, TOP, BOTTOM = 44.0, 540.0, 14.0, 270.0
AT = 0.6
"""Coverage at which curves are compared."""
CURVES = 5
DASHES: tuple[Dash, ...] = ("dash", "dot", "dash", "dot")
STEPS = (0.05, 0.1, 0.2, 0.25, 0.5)
IN_TABLE = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def risk_coverage(
    curves: Sequence[RiskCurve], *, theme: str = "light", title: str | None = None, caption: str = ""
) -> CaseFigure:
    """The curves, each named at its end; the first is the one the figure is about."""
    canvas = Canvas(theme_of(theme))
    drawn = [curve for curve in curves if curve.points][:CURVES]
    if not drawn:
        words = Words(title or "No resolved cases", "", caption)
        return empty(canvas, "No resolved cases, so risk is not known. Load a table of <b>labels</b>.", words)
    most = max(risk for curve in drawn for _, risk in curve.points)
    step = next((s for s in STEPS if most / s <= 5), STEPS[-1])
    top = max(step, step * -(-most // step))
    plot = Plot(canvas, LEFT, TOP, RIGHT, BOTTOM, y1=top)
    plot.ticks_below([(n / 5, hundredths(n / 5, sign=n == 5)) for n in range(6)], grid=False)
    ticks = [(k * step, hundredths(k * step, sign=(k + 1) * step > top + 1e-9)) for k in range(round(top / step) + 1)]
    plot.ticks_left(ticks, grid=True)
    canvas.grid((plot.x(AT), TOP), (plot.x(AT), BOTTOM), canvas.theme.rule)
    middle = (LEFT + RIGHT) / 2
    canvas.text(middle, BOTTOM + 34, "accounts answered, the surest first", colour=canvas.theme.ink2, anchor="center")
    for place, curve in reversed(list(enumerate(drawn))):
        _curve(plot, curve, place)
    _names(plot, drawn)
    sub = "Share of wrong answers among those given, over the share of accounts that are answered."
    words = Words(title or _headline(drawn), sub, caption, _table(drawn))
    return canvas.figure(BOTTOM + 46, words)


def _curve(plot: Plot, curve: RiskCurve, place: int) -> None:
    theme = plot.canvas.theme
    colour, width = (theme.accent, 2.4) if place == 0 else (theme.ink3, 1.4)
    dash: Dash = "solid" if place == 0 else DASHES[place - 1]
    points = [(plot.x(coverage), plot.y(risk)) for coverage, risk in curve.points]
    for start, end in pairwise(points):
        plot.canvas.line(start, end, colour, width, dash)
    hover = [
        f"<b>{plain(curve.name)}</b><br>{percent(coverage)} answered: {percent(risk)} wrong"
        for coverage, risk in curve.points
    ]
    marker = {"size": 8, "opacity": 0, "color": colour, "line": {"width": 0}}
    plot.canvas.trace(
        {
            "mode": "markers",
            "x": [x for x, _ in points],
            "y": [y for _, y in points],
            "marker": marker,
            "hovertext": hover,
            "hoverinfo": "text",
        }
    )
    if curve.risk_60 is not None:
        hollow = curve.accounts < 30
        fill = theme.paper if hollow else colour
        mark = {"size": 8, "opacity": 1, "color": fill, "line": {"color": colour, "width": 1.6}}
        at = {"x": [plot.x(AT)], "y": [plot.y(curve.risk_60)]}
        plot.canvas.trace({"mode": "markers", "marker": mark, "hoverinfo": "skip", **at})


def _names(plot: Plot, curves: Sequence[RiskCurve]) -> None:
    """Names at the right ends, pushed apart."""
    canvas = plot.canvas
    ends = sorted((plot.y(curve.points[-1][1]), place) for place, curve in enumerate(curves))
    at = TOP - 12.0
    for wanted, place in ends:
        curve = curves[place]
        at = max(wanted, at + 30)
        x = plot.x(curve.points[-1][0])
        canvas.line((x + 3, wanted), (RIGHT + 14, at), canvas.theme.hair)
        weight = 600 if place == 0 else 400
        canvas.text(RIGHT + 18, at, curve.name, size=12.5, weight=weight)
        if curve.risk_60 is not None:
            said = f"{percent(curve.risk_60)} wrong at 60\u202f%, n = {number(curve.accounts)}"
            canvas.text(RIGHT + 18, at + 14, said, size=11, colour=canvas.theme.ink2)


def _headline(curves: Sequence[RiskCurve]) -> str:
    ours = curves[0]
    if ours.risk_60 is None:
        return f"Fewer than 60\u202f% of {number(ours.accounts)} resolved accounts are answered"
    others = [curve for curve in curves[1:] if curve.risk_60 is not None]
    head = f"Of the surest 60\u202f% of accounts {percent(ours.risk_60)} are answered wrongly"
    if others:
        best = min(others, key=lambda curve: curve.risk_60 or 0.0)
        head += f"; {best.name}: {percent(best.risk_60)}"
    return head


def _table(curves: Sequence[RiskCurve]) -> Table:
    rows = []
    for share in IN_TABLE:
        row: list[str | None] = [hundredths(share, sign=True)]
        for curve in curves:
            reached = [risk for coverage, risk in curve.points if coverage <= share + 1e-9]
            row.append(percent(reached[-1]) if reached and curve.points[-1][0] >= share - 0.05 else None)
        rows.append(tuple(row))
    return Table(("answered", *(f"wrong, {curve.name}" for curve in curves)), tuple(rows))
