"""Events by hour and weekday, and under them the night of each candidate territory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrigraph.territories import territory_name
from attrigraph.viz.canvas import Canvas
from attrigraph.viz.figure import WIDTH, CaseFigure, Table, Words
from attrigraph.viz.figure_network import empty
from attrigraph.viz.records import HourGrid, Night
from attrigraph.viz.text import plain, text_width
from attrigraph.viz.theme import theme as theme_of
from attrigraph.wording import number, percent, plural

__all__ = ["WEEKDAYS", "hours"]

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HALF_HOURS = 48
CANDIDATES = 4
"""Nights drawn; further ones stand in the table."""

LEFT, TOP, ROW, GAP = 46.0, 66.0, 26.0, 2.0
CELL = (WIDTH - LEFT) / 24
MARGINAL = 40.0
MOSTLY, PARTLY = 0.5, 0.02
"""A half hour is night for most people of a territory (thick), or for some, in some season (thin)."""


def hours(
    grid: HourGrid,
    slots: Mapping[str, int],
    *,
    theme: str = "light",
    title: str | None = None,
    caption: str = "",
) -> CaseFigure:
    """The hours of an account or a group. `slots` are the colours dealt to the case.

    Darker is more, blank is none, hatch is not collected. Territory names only: a night is that of all zones of a
    territory, thick where it is night for most of its people, thin where it is for some or in one season.
    """
    canvas = Canvas(theme_of(theme))
    table = _table(grid)
    if not grid.total:
        words = Words(title or f"No {grid.unit} with a time", "", caption, Table((), ()))
        return empty(canvas, f"No {plain(grid.unit)} with a time. Load a table with the column <b>at</b>.", words)
    _marginal(canvas, grid)
    _cells(canvas, grid)
    bottom = TOP + 7 * ROW
    for hour in range(0, 24, 3):
        word = "00 UTC" if hour == 0 else f"{hour:02d}"
        canvas.text(LEFT + (hour + 0.5) * CELL, bottom + 12, word, colour=canvas.theme.ink2, anchor="center")
    y = bottom + 34
    for night in grid.candidates[:CANDIDATES]:
        _night(canvas, night, slots.get(night.territory), y)
        y += 22
    return canvas.figure(y - 8, Words(title or _headline(grid), _sub(grid), caption, table))


def _headline(grid: HourGrid) -> str:
    known = [night for night in grid.candidates if night.during is not None]
    if grid.skipped:
        return f"The hours of {grid.subject} say nothing of a territory: {grid.skipped}"
    if not known:
        return f"When {grid.subject} is active"
    first = f"{percent(known[0].during)} of the {grid.unit} fall in the night of {territory_name(known[0].territory)}"
    others = [f"{percent(night.during)} in that of {territory_name(night.territory)}" for night in known[1:2]]
    return ", ".join([first, *others])


def _sub(grid: HourGrid) -> str:
    subject = grid.subject[:1].lower() + grid.subject[1:]
    parts = [f"{grid.unit.capitalize()} of {subject} by weekday and hour, UTC. Darker: more; blank: none."]
    if any(n is None for row in grid.counts for n in row):
        parts.append("Hatch: not collected.")
    if grid.candidates:
        parts.append("Spread evenly, a quarter would fall in any night, 00 to 06 local.")
        if any(PARTLY <= share < MOSTLY for night in grid.candidates for share in night.shares):
            parts.append("Thin: night for some of a territory's people, or in one season.")
    return " ".join(parts)


def _marginal(canvas: Canvas, grid: HourGrid) -> None:
    """Bars of all weekdays together, above the cells, with the number of events."""
    sums = [sum(row[hour] or 0 for row in grid.counts) for hour in range(24)]
    most = max(sums)
    for hour, n in enumerate(sums):
        left = LEFT + hour * CELL
        if n:
            tall = max(1.0, MARGINAL * n / most)
            hover = f"<b>{hour:02d} to {(hour + 1) % 24:02d} UTC</b>: {_share(grid, n)}"
            canvas.rect((left + 1, TOP - 6 - tall, left + CELL - 1, TOP - 6), canvas.theme.ink3, hover=hover)
    canvas.text(WIDTH, 8, _counted(grid), colour=canvas.theme.ink2, anchor="right")


def _counted(grid: HourGrid) -> str:
    days = f" on {plural(grid.days, 'day')}" if grid.days else ""
    return f"{number(grid.total)} {grid.unit}{days}"


def _cells(canvas: Canvas, grid: HourGrid) -> None:
    most = max(n or 0 for row in grid.counts for n in row)
    for day, row in enumerate(grid.counts):
        y = TOP + day * ROW
        canvas.text(LEFT - 8, y + ROW / 2, WEEKDAYS[day], colour=canvas.theme.ink2, anchor="right")
        start = None
        for hour, n in enumerate([*row, 0]):
            if n is None and hour < 24:
                start = hour if start is None else start
                continue
            if start is not None:
                canvas.hatch((_x(start) + 1, y + 1, _x(hour) - 1, y + ROW - 1), hover="not collected")
                start = None
            if n:
                hover = f"<b>{WEEKDAYS[day]} {hour:02d} UTC</b>: {_share(grid, n)}"
                box = (_x(hour) + GAP / 2, y + GAP / 2, _x(hour + 1) - GAP / 2, y + ROW - GAP / 2)
                canvas.rect(box, canvas.theme.amount(n / most), hover=hover)


def _x(hour: float) -> float:
    return LEFT + hour * CELL


def _share(grid: HourGrid, n: int) -> str:
    return f"{number(n)} {plain(grid.unit)}, {percent(n / grid.total)}"


def _night(canvas: Canvas, night: Night, slot: int | None, y: float) -> None:
    """The bar of one candidate, with its label where there is room."""
    colour = canvas.theme.outline(slot)
    thick, thin = _spans(night.shares, MOSTLY), _spans(night.shares, PARTLY)
    during = "" if night.during is None else f"<br>{percent(night.during)} of the events"
    hover = f"<b>00 to 06 in {plain(territory_name(night.territory))}</b>{during}"
    for first, last in thin:
        canvas.rect((_x(first), y - 1, _x(last), y + 1), colour, hover=hover)
    for first, last in thick:
        canvas.rect((_x(first), y - 3.5, _x(last), y + 3.5), colour, hover=hover)
    word = f"00 to 06 in {territory_name(night.territory)}"
    x, anchor = _label_place(thin or thick, text_width(word, 11.5) + 8)
    if anchor:
        canvas.text(x, y, word, anchor="left" if anchor > 0 else "right")


def _label_place(spans: Sequence[tuple[float, float]], width: float) -> tuple[float, int]:
    """Right of the last bar with room, else left of the first; 0 when there is nothing to label."""
    for place in reversed(range(len(spans))):
        until = _x(spans[place + 1][0]) if place + 1 < len(spans) else float(WIDTH)
        if until - _x(spans[place][1]) >= width + 6:
            return _x(spans[place][1]) + 8, 1
    return (_x(spans[0][0]) - 8, -1) if spans else (LEFT, 1)


def _spans(shares: Sequence[float], least: float) -> list[tuple[float, float]]:
    """Unbroken stretches of half hours with at least that share, as hours from 0 to 24.

    >>> _spans([1.0] * 12 + [0.0] * 34 + [1.0] * 2, 0.5)
    [(0.0, 6.0), (23.0, 24.0)]
    """
    found: list[tuple[float, float]] = []
    start = None
    for half, share in enumerate([*shares, 0.0]):
        if share >= least and half < len(shares):
            start = half if start is None else start
        elif start is not None:
            found.append((24 * start / len(shares), 24 * half / len(shares)))
            start = None
    return found


def _table(grid: HourGrid) -> Table:
    rows: list[tuple[str | None, ...]] = [
        (day, *(None if n is None else number(n) for n in row)) for day, row in zip(WEEKDAYS, grid.counts, strict=True)
    ]
    columns = ("weekday", *(f"{hour:02d}" for hour in range(24)))
    for night in grid.candidates:
        marks = ["night" if max(night.shares[2 * h : 2 * h + 2]) >= MOSTLY else "" for h in range(24)]
        during = "" if night.during is None else f", {percent(night.during)} of {grid.unit}"
        rows.append((f"night in {territory_name(night.territory)}{during}", *marks))
    return Table(columns, tuple(rows))
