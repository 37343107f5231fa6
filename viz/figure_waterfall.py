"""The waterfall of an account: from the prior, class by class, to the result, for the two leading territories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from attrigraph.inference.records import Explanation, Waterfall, WaterfallRow
from attrigraph.territories import territory_name
from attrigraph.viz.canvas import Anchor, Canvas
from attrigraph.viz.captions import Redaction
from attrigraph.viz.evidence_text import Subject, aligned, answer_phrase, row_word, sums_note
from attrigraph.viz.figure import WIDTH, CaseFigure, Table, Words
from attrigraph.viz.figure_network import empty
from attrigraph.viz.text import ellipsis, plain, text_width, wrap
from attrigraph.viz.theme import Theme, mix
from attrigraph.viz.theme import theme as theme_of
from attrigraph.wording import likelihood_word, nats, percent

__all__ = ["waterfall"]

PANEL_LEFT, PANEL_WIDTH, PANEL_STEP = 140.0, 208.0, 222.0
RESTS_LEFT = 588.0
TOP, ROW, SLIM, BAR = 44.0, 34.0, 23.0, 21.0
SIZE, SMALL = 12.5, 10.5
WIDEST_NAT = 26.0
"""Pixels of one nat at most, so that a weak answer does not look like a strong one."""

TICK_STEPS = (1, 2, 5, 10, 20)


@dataclass(frozen=True, slots=True)
class _Step:
    """A row of one panel: `row` is None where only the other panel has it. Values cumulate in the merged order.

    `word` stands below the number of a result.
    """

    row: WaterfallRow | None
    start: float
    end: float
    word: str = ""

    @property
    def absent(self) -> bool:
        """No bar here: no evidence, or a limit that was not reached."""
        return self.row is None or not self.row.present


@dataclass(frozen=True, slots=True)
class _Band:
    """The height of a row on the sheet."""

    top: float
    height: float

    @property
    def middle(self) -> float:
        return self.top + self.height / 2

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class _Axis:
    """Pixels of a nat, pixels from the left of a panel to zero, and the width of the panel."""

    nat: float
    zero: float
    width: float


def waterfall(
    explanation: Explanation,
    *,
    label: str,
    theme: str = "light",
    redaction: Redaction = "numbers",
    title: str | None = None,
    sub: str | None = None,
    caption: str = "",
) -> CaseFigure:
    """The waterfall of one account, called `label` (A07, or its handle); `sub` replaces the line on both stories.

    Right supports, left contradicts; a hollow bar is what a limit took back; a dashed line is a class without
    evidence. Below each number stand its honest and its cover part, both before the limit, as the number is.
    """
    subject = Subject(explanation, label, redaction)
    falls = explanation.waterfalls[:2]
    canvas = Canvas(theme_of(theme))
    sub = sub or (
        "Nats, added from the prior down; right supports, left contradicts. Below each number: honest / cover story. "
        + sums_note(explanation)
    )
    rows = list(aligned(falls))
    words = Words(title or answer_phrase(explanation, label), sub, caption, _table(falls, rows))
    if not any(row.kind in ("class", "infra") and row.present for fall in falls for row in fall.rows):
        return empty(canvas, "No evidence for this account; the answer is the prior.", words)
    outcome = explanation.assessment.outcome
    steps = [_steps([cells[place] for _, cells in rows], outcome) for place in range(len(falls))]
    bands = _bands(rows)
    bottom = bands[-1].bottom
    axes = _axes(steps, [row for row, _ in rows], PANEL_WIDTH + PANEL_STEP * (2 - len(falls)))
    for place, fall in enumerate(falls):
        panel = _Panel(canvas, fall.territory, PANEL_LEFT + PANEL_STEP * place, axes[place])
        panel.frame(("leading", "runner-up")[place], steps[place], bottom)
        for line, step in enumerate(steps[place]):
            panel.step(step, rows[line][0], bands[line], _hover(subject, fall.territory, step.row))
            if line + 1 < len(rows):
                after = steps[place][line + 1]
                ends = (
                    bands[line].middle + _half(step, bands[line]),
                    bands[line + 1].middle - _half(after, bands[line + 1]),
                )
                panel.connect(step.end, ends, step.absent)
    for (row, cells), band in zip(rows, bands, strict=True):
        _row_words(canvas, row, cells, band.middle, subject)
    canvas.text(RESTS_LEFT, 31, "rests on", size=11.5, colour=canvas.theme.ink2)
    canvas.text(0, bottom + 14, "nats", size=11.5, colour=canvas.theme.ink2)
    return canvas.figure(bottom + 26, words)


def _bands(rows: Sequence[tuple[WaterfallRow, list[WaterfallRow | None]]]) -> list[_Band]:
    """Rows from the top; one without a bar in any panel is slim."""
    bands, top = [], TOP
    for _, cells in rows:
        height = ROW if any(cell is not None and cell.present for cell in cells) else SLIM
        bands.append(_Band(top, height))
        top += height
    return bands


def _half(step: _Step, band: _Band) -> float:
    """Half the height of what is drawn in a row: the bar, or the dotted line through it."""
    return band.height / 2 if step.absent else BAR / 2


def _steps(cells: Sequence[WaterfallRow | None], outcome: str) -> list[_Step]:
    """Rows one after the other. Only a supported answer has a word of likelihood, any other says its outcome."""
    found, at = [], 0.0
    for row in cells:
        if row is not None and row.kind == "result":
            supported = outcome == "supported" and row.p is not None
            found.append(_Step(row, 0.0, at, likelihood_word(row.p or 0) if supported else outcome))
            continue
        moved = at + (row.value if row is not None and row.present else 0.0)
        found.append(_Step(row, at, moved))
        at = moved
    return found


def _parts(row: WaterfallRow) -> str:
    return "" if row.honest is None or row.cover is None else f"{nats(row.honest)} / {nats(row.cover)}"


def _label(step: _Step) -> tuple[str, str]:
    """The number beside a bar and the small line below it."""
    row = step.row
    assert row is not None
    if row.p is not None:
        return percent(row.p), step.word
    return nats(row.value), _parts(row)


def _sides(step: _Step) -> tuple[float, float, bool]:
    """Where a number may stand: left of the first value, right of the second; and whether left is preferred.

    It stands where the bar points; that of the result at zero, away from the bar.
    """
    low, high = min(step.start, step.end), max(step.start, step.end)
    if step.row is not None and step.row.kind == "result":
        return (0, high, True) if step.end >= 0 else (low, 0, False)
    return low, high, step.end < step.start


def _room(step: _Step, like: WaterfallRow) -> float:
    """Width of what is written beside a bar."""
    if step.row is None or not step.row.present:
        return 9 + text_width("not reached" if like.kind == "cap" else "none", 11.5)
    number, below = _label(step)
    return 8 + max(text_width(number, 12, 600), text_width(below, 11.5 if step.row.kind == "result" else SMALL))


def _axes(steps: Sequence[Sequence[_Step]], rows: Sequence[WaterfallRow], width: float) -> list[_Axis]:
    """One axis a panel, a nat equally long in all: as long as the panels allow with all numbers in."""
    nat = WIDEST_NAT
    while nat > 1:
        axes = [_axis(panel, rows, nat, width) for panel in steps]
        if None not in axes:
            return [axis for axis in axes if axis is not None]
        nat *= 0.96
    return [_Axis(nat, width / 2, width)] * len(steps)


def _axis(panel: Sequence[_Step], rows: Sequence[WaterfallRow], nat: float, width: float) -> _Axis | None:
    """The axis on which every number fits and most stand on their preferred side; None when they do not fit."""
    values = [value for step in panel for value in (step.start, step.end)]
    first, last = 2 - min(values) * nat, width - 2 - max(values) * nat
    options = []
    for place in range(max(0, int((last - first) // 4) + 1)):
        axis = _Axis(nat, first + 4 * place, width)
        sides = [(_fitting(step, like, axis), _sides(step)[2]) for step, like in zip(panel, rows, strict=True)]
        if all(left or right for (left, right), _ in sides):
            unpreferred = sum(not (left if left_first else right) for (left, right), left_first in sides)
            options.append((unpreferred, abs(axis.zero - (first + last) / 2), axis.zero))
    return _Axis(nat, min(options)[2], width) if options else None


def _fitting(step: _Step, like: WaterfallRow, axis: _Axis) -> tuple[bool, bool]:
    """Whether the number of a row fits on the left, and on the right, of its bar."""
    low, high, _ = _sides(step)
    room = _room(step, like)
    fits_left = not step.absent and axis.zero + low * axis.nat >= room
    return fits_left, axis.zero + high * axis.nat + room <= axis.width


@dataclass(frozen=True, slots=True)
class _Panel:
    """The column of one territory."""

    canvas: Canvas
    territory: str
    left: float
    axis: _Axis

    def x(self, value: float) -> float:
        return self.left + self.axis.zero + value * self.axis.nat

    def frame(self, place: str, steps: Sequence[_Step], bottom: float) -> None:
        """Name, grid and axis."""
        canvas, axis = self.canvas, self.axis
        name = ellipsis(territory_name(self.territory), axis.width, 13, 600)
        canvas.text(self.left, 13, name, size=13, weight=600)
        canvas.text(self.left, 31, place, size=11.5, colour=canvas.theme.ink2)
        values = [value for step in steps for value in (step.start, step.end)]
        every = next(step for step in TICK_STEPS if step * axis.nat >= 30 or step == TICK_STEPS[-1])
        first = max(ceil(-axis.zero / axis.nat / every), floor(min(values) / every))
        last = min(floor((axis.width - axis.zero) / axis.nat / every), ceil(max(values) / every))
        for tick in range(first, last + 1):
            x = self.x(tick * every)
            colour, width = (canvas.theme.rule, 1.2) if tick == 0 else (canvas.theme.hair, 1.0)
            canvas.grid((x, TOP - 4), (x, bottom + 4), colour, width)
            canvas.text(x, bottom + 14, nats(tick * every, 0), size=11.5, colour=canvas.theme.ink2, anchor="center")

    def step(self, step: _Step, like: WaterfallRow, band: _Band, hover: str) -> None:
        """Bar and numbers of one row; `like` is the row as the other panel may have it."""
        canvas, theme, middle = self.canvas, self.canvas.theme, band.middle
        if step.row is None or step.absent:
            x = self.x(step.end)
            canvas.line((x, band.top), (x, band.bottom), theme.ink3, 1, "dot")
            canvas.text(x + 7, middle, "not reached" if like.kind == "cap" else "none", colour=theme.ink3, halo=True)
            return
        low, high = sorted((self.x(step.start), self.x(step.end)))
        fill, line, width = _colour(step.row, theme)
        inset = width / 2
        right = max(high - inset, low + inset + 1)
        canvas.rect((low + inset, middle - BAR / 2 + inset, right, middle + BAR / 2 - inset), fill, line, width, hover)
        self._number(step, like, middle)

    def _number(self, step: _Step, like: WaterfallRow, middle: float) -> None:
        assert step.row is not None
        low, high, left_first = _sides(step)
        fits_left, fits_right = _fitting(step, like, self.axis)
        anchor: Anchor = "right" if fits_left and (left_first or not fits_right) else "left"
        x = self.x(low) - 6 if anchor == "right" else self.x(high) + 6
        number, below = _label(step)
        strong = step.row.kind == "result"
        weight, y = (600 if strong else 400), middle - (7 if below else 0)
        self.canvas.text(x, y, number, size=12, weight=weight, anchor=anchor, halo=True)
        size, colour = (11.5, self.canvas.theme.ink) if strong else (SMALL, self.canvas.theme.ink3)
        if below:
            self.canvas.text(x, middle + 7, below, size=size, colour=colour, anchor=anchor, halo=True)

    def connect(self, value: float, ends: tuple[float, float], dotted: bool) -> None:
        """A thin line from what is drawn in a row to what is drawn in the next."""
        if ends[1] > ends[0]:
            x = self.x(value)
            self.canvas.line((x, ends[0]), (x, ends[1]), self.canvas.theme.ink3, 1, "dot" if dotted else "solid")


def _colour(row: WaterfallRow, theme: Theme) -> tuple[str, str, float]:
    """Fill, outline and its width of a bar."""
    if row.kind == "cap":
        return theme.paper, theme.ink, 1.2
    if row.kind == "prior" or nats(row.value) == "0.0":
        return theme.ink3, "", 0
    if row.kind == "story":
        return mix(theme.ink3, theme.paper, 0.5), "", 0
    if row.kind == "result":
        return theme.ink, "", 0
    return (theme.supports if row.value >= 0 else theme.contradicts), "", 0


def _row_words(
    canvas: Canvas, row: WaterfallRow, cells: Sequence[WaterfallRow | None], y: float, subject: Subject
) -> None:
    strong = row.kind in ("prior", "result")
    canvas.text(0, y, row_word(row), size=SIZE, weight=600 if strong else 400)
    found = sorted((cell for cell in cells if cell is not None), key=lambda cell: not cell.present)
    absent = not any(cell.present for cell in found)
    text = next((cell.rests_on for cell in found if cell.rests_on), "no evidence" if absent else "")
    lines = wrap(subject.clean(text), WIDTH - RESTS_LEFT, 11, lines=2)
    for place, part in enumerate(lines):
        canvas.text(RESTS_LEFT, y + 14 * (place - (len(lines) - 1) / 2), part, size=11, colour=canvas.theme.ink2)


def _hover(subject: Subject, territory: str, row: WaterfallRow | None) -> str:
    if row is None or not row.present:
        return ""
    parts = _parts(row)
    lines = [
        f"<b>{plain(row_word(row))}</b>, {plain(territory_name(territory))}: {nats(row.value)} nats"
        + (f" (honest / cover {parts})" if parts else "")
    ]
    if row.kind == "infra":
        lines.append(f"accounts sharing infrastructure: {subject.explanation.neighbours}")
    return "<br>".join(lines + subject.item_lines(row.evidence, territory))


def _table(falls: Sequence[Waterfall], rows: Sequence[tuple[WaterfallRow, list[WaterfallRow | None]]]) -> Table:
    names = [territory_name(fall.territory) for fall in falls]
    columns = ["row", *(f"{name}, {part}" for name in names for part in ("nats", "honest / cover"))]
    body = []
    for row, cells in rows:
        values: list[str | None] = [row_word(row)]
        for cell in cells:
            if cell is None or not cell.present:
                values += ["no evidence" if row.kind != "cap" else "not reached", ""]
            else:
                values += [percent(cell.p) if cell.p is not None else nats(cell.value), _parts(cell)]
        body.append(tuple(values))
    return Table(tuple(columns), tuple(body))
