"""The outcome strip: one square an account, a row a territory, and below a line those that are not decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from attrigraph.inference.records import Assessment
from attrigraph.territories import UNKNOWN, territory_name
from attrigraph.viz.bars import draw_bar
from attrigraph.viz.canvas import Canvas
from attrigraph.viz.figure import WIDTH, CaseFigure, Table, Words
from attrigraph.viz.figure_network import empty
from attrigraph.viz.marks import Mark, account_hover, account_mark
from attrigraph.viz.scene import AccountMark, account_marks
from attrigraph.viz.text import text_width, wrap
from attrigraph.viz.theme import theme as theme_of
from attrigraph.wording import number, plural

__all__ = ["SQUARES", "outcome_strip"]

SQUARES = 300
"""Above this many accounts rows are bars (visual language, section 5)."""

TERRITORIES = 12
"""Rows of territories; accounts of further ones share a row that counts them."""

LEVELS = ("high", "moderate", "low")
NOTE = 196.0
PITCHES = (19.5, 16.0, 13.0, 11.0, 9.0)
MOST_LINES = 3
LABEL_SIZE, NOTE_SIZE = 12.5, 11.5


@dataclass(frozen=True, slots=True)
class _Row:
    """Accounts of one row, in drawing order."""

    name: str
    note: str
    marks: tuple[AccountMark, ...]
    decided: bool


@dataclass(frozen=True, slots=True)
class _Cells:
    """Distance from one square to the next, and how many stand in a line."""

    pitch: float
    columns: int

    def lines(self, count: int) -> int:
        return -(-count // self.columns)


def outcome_strip(
    assessed: Sequence[AccountMark] | Sequence[Assessment],
    slots: Mapping[str, int],
    *,
    numbers: Mapping[str, str] | None = None,
    theme: str = "light",
    title: str | None = None,
    caption: str = "",
) -> CaseFigure:
    """Every account of a case by what is said of it; above 300 accounts as bars in the same order.

    `assessed` are the accounts of a `Scene`, or assessments, whose `numbers` are then those of the case; only the
    former know priors and handles.
    """
    canvas = Canvas(theme_of(theme))
    accounts = [mark for mark in assessed if isinstance(mark, AccountMark)]
    accounts += account_marks((found for found in assessed if isinstance(found, Assessment)), numbers=numbers)
    rows = _rows(accounts)
    named = sum(len(row.marks) for row in rows if row.decided)
    rest = len(accounts) - named
    bars = len(accounts) > SQUARES
    sub = (
        ("Bars are counts of accounts. " if bars else "One mark per account. ")
        + "Fill fades with confidence; "
        + ("hollow: two territories stay possible; " if bars else "ring and dot: two territories stay possible; ")
        + "hatch: not decided."
    )
    head = f"{plural(named, 'account')} {'has' if named == 1 else 'have'} an assessed territory, "
    head += f"{number(rest)} {'does' if rest == 1 else 'do'} not"
    words = Words(title or head, sub, caption, _table(rows))
    if not accounts:
        return empty(canvas, "No accounts assessed.", Words(title or "No accounts assessed", "", caption))
    left = min(190.0, max(text_width(row.name, LABEL_SIZE, 600) for row in rows)) + 12
    start = left + 12 + text_width(number(max(len(row.marks) for row in rows)), LABEL_SIZE) + 10
    room = WIDTH - start - NOTE
    longest = max(len(row.marks) for row in rows)
    options = [_Cells(pitch, int(room // pitch)) for pitch in PITCHES]
    cells = next((option for option in options if option.lines(longest) <= MOST_LINES), options[-1])
    y = 0.0
    for place, row in enumerate(rows):
        if place and rows[place - 1].decided and not row.decided:
            canvas.line((0, y + 2), (WIDTH, y + 2), canvas.theme.hair)
            y += 8
        tall = 0.0 if bars else cells.lines(len(row.marks)) * cells.pitch
        height = max(33.0, tall + 14)
        middle = y + height / 2
        _label(canvas, row, left, start, middle)
        end = (
            draw_bar(canvas, row.name, row.marks, slots, (start, middle, room / longest))
            if bars
            else _squares(canvas, row, slots, (start, middle - tall / 2), cells)
        )
        note = wrap(row.note, WIDTH - end - 10, NOTE_SIZE, lines=2)
        for line, text in enumerate(note):
            at = middle + 14 * (line - (len(note) - 1) / 2)
            canvas.text(end + 10, at, text, size=NOTE_SIZE, colour=canvas.theme.ink2)
        y += height
    return canvas.figure(y + 2, words)


def _rows(accounts: Sequence[AccountMark]) -> list[_Row]:
    named: dict[str, list[AccountMark]] = {}
    other: dict[str, list[AccountMark]] = {}
    for mark in accounts:
        if mark.outcome == "supported" and mark.top:
            named.setdefault(mark.top, []).append(mark)
        else:
            other.setdefault(mark.outcome or "not assessed", []).append(mark)
    codes = sorted(named, key=lambda code: (-len(named[code]), code))
    shown, folded = codes[:TERRITORIES], codes[TERRITORIES:]
    rows = [_Row(territory_name(code), _levels(named[code]), _ordered(named[code]), True) for code in shown]
    if folded:
        marks = [mark for code in folded for mark in named[code]]
        names = ", ".join(f"{len(named[code])}\u00a0{territory_name(code)}" for code in folded)
        rows.append(_Row(f"{len(folded)} further territories", names, tuple(marks), True))
    notes = {"contested": _pairs, "insufficient": _insufficient}
    for outcome in ("contested", "insufficient", "not assessed"):
        marks = other.pop(outcome, [])
        if marks:
            note = notes[outcome](marks) if outcome in notes else "no result in this run"
            rows.append(_Row(outcome.capitalize(), note, _ordered(marks), False))
    return rows


def _ordered(marks: Sequence[AccountMark]) -> tuple[AccountMark, ...]:
    def key(mark: AccountMark) -> tuple[int, str, str, str]:
        level = LEVELS.index(mark.confidence) if mark.confidence else len(LEVELS)
        return (level, *((mark.top or "", mark.second or "") if mark.second else ("", "")), mark.number)

    return tuple(sorted(marks, key=key))


def _levels(marks: Sequence[AccountMark]) -> str:
    count: Counter[str | None] = Counter(mark.confidence for mark in marks)
    return ", ".join(f"{count[level]}\u00a0{level}" for level in LEVELS if count[level])


def _pairs(marks: Sequence[AccountMark]) -> str:
    names = Counter(
        f"{territory_name(mark.top or UNKNOWN)} or {territory_name(mark.second or UNKNOWN)}" for mark in marks
    )
    parts = [f"{count}\u00a0{name}" for name, count in names.most_common()]
    return ", ".join(parts if len(parts) <= 3 else [*parts[:2], f"{len(parts) - 2} more pairs"])


def _insufficient(marks: Sequence[AccountMark]) -> str:
    regions = Counter(mark.region for mark in marks if mark.region)
    parts = [f"{count}\u00a0within {name} (region)" for name, count in regions.most_common(2)]
    return "; ".join(["no territory is named", *parts])


def _label(canvas: Canvas, row: _Row, left: float, start: float, middle: float) -> None:
    lines = wrap(row.name, left - 8, LABEL_SIZE, 600, lines=2)
    for line, text in enumerate(lines):
        canvas.text(0, middle + 14 * (line - (len(lines) - 1) / 2), text, size=LABEL_SIZE, weight=600)
    canvas.text(start - 12, middle, number(len(row.marks)), size=LABEL_SIZE, anchor="right")


def _squares(canvas: Canvas, row: _Row, slots: Mapping[str, int], corner: tuple[float, float], cells: _Cells) -> float:
    """One square an account, in lines; returns where the row ends on the right."""
    pitch, columns = cells.pitch, cells.columns
    side = pitch - (2.5 if pitch > 12 else 1.5)
    dots: list[tuple[float, float, str]] = []
    for place, account in enumerate(row.marks):
        x, y = corner[0] + place % columns * pitch, corner[1] + place // columns * pitch + (pitch - side) / 2
        mark = account_mark(account, slots, canvas.theme)
        _square(canvas, mark, (x, y), side, account_hover(account))
        if mark.dot:
            dots.append((x + side - 0.5, y + side - 0.5, mark.dot))
    if dots:
        size = max(4.5, 0.42 * side)
        colours = {"color": [dot[2] for dot in dots], "line": {"color": canvas.theme.paper, "width": 1.2}}
        places = {"x": [dot[0] for dot in dots], "y": [dot[1] for dot in dots]}
        marker = {"symbol": "circle", "size": size, "opacity": 1, **colours}
        canvas.trace({"mode": "markers", "hoverinfo": "skip", "marker": marker, **places})
    return corner[0] + min(len(row.marks), columns) * pitch


def _square(canvas: Canvas, mark: Mark, corner: tuple[float, float], side: float, hover: str) -> None:
    x, y = corner
    if mark.hatch:
        canvas.hatch((x + 0.5, y + 0.5, x + side - 0.5, y + side - 0.5), outlined=True, hover=hover)
        return
    inset = min(mark.width, side / 5) / 2
    box = (x + inset, y + inset, x + side - inset, y + side - inset)
    canvas.rect(box, mark.fill, mark.outline, 2 * inset, hover)


def _table(rows: Sequence[_Row]) -> Table:
    body = []
    for row in rows:
        count: Counter[str | None] = Counter(mark.confidence for mark in row.marks)
        levels = [str(count[level]) if row.decided else "" for level in LEVELS]
        body.append((row.name, number(len(row.marks)), *levels, row.note))
    return Table(("outcome", "accounts", *LEVELS, "note"), tuple(body))
