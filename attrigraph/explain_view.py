"""An explanation to look at: the waterfall of one account in at most 104 columns, in a terminal or a notebook.

Sign and side carry the meaning, so it reads without colour; unknown prints hatch and a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import ClassVar

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from attrigraph.explain_text import Line, answer_lines, assumption_lines, class_word, head
from attrigraph.inference.records import Explanation, SourceRow, Waterfall, WaterfallRow
from attrigraph.territories import territory_name
from attrigraph.wording import nats, percent

__all__ = ["PLAIN_MARKS", "UNICODE_MARKS", "WIDTH", "ExplainView", "ExplainedAccount", "aligned", "lines"]

SUPPORTS = "#0B5C60"
CONTRADICTS = "#A4581F"
WIDTH = 104
HALF_WIDTH = 5
VALUE = 6
PARTS = 11
LABEL = 21
PANEL = VALUE + 1 + PARTS
BAR = 2 + 2 * HALF_WIDTH + 1
NATS_A_CELL = 0.5
NARROW = 90


@dataclass(frozen=True, slots=True)
class _Marks:
    hatch: str
    block: str
    axis: str
    cap: str


UNICODE_MARKS = _Marks("╱╱╱", "█", "│", "⌃")
PLAIN_MARKS = _Marks("///", "#", "|", "^")


@dataclass(frozen=True)
class ExplainView:
    """What `attrigraph explain` prints; `print` it with rich."""

    explanation: Explanation
    case: str
    simulated: bool = False
    sources: Sequence[SourceRow] | None = None
    parts: ClassVar[str] = "hon./cover"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lines in the fixed order: head, answers, classes, key, what is assumed and missing, what next."""
        marks = UNICODE_MARKS if options.encoding.lower().startswith("utf") else PLAIN_MARKS
        yield self._head()
        yield ""
        yield lines(answer_lines(self.explanation))
        yield ""
        yield self._classes(marks, min(options.max_width, WIDTH))
        yield from self._reasons()
        yield Text(self._key(marks), style="dim")
        yield ""
        yield lines(assumption_lines(self.explanation))
        yield ""
        if self.sources is None:
            yield Text(
                f"sources: attrigraph explain {self.explanation.account} --sources", style="dim", overflow="fold"
            )
            yield Text(f"figure:  attrigraph figure waterfall {self.explanation.account}", style="dim", overflow="fold")
        else:
            yield from self._source_table()

    def _head(self) -> Text:
        name, about = head(self.explanation, self.case, self.simulated)
        return Text.assemble((name, "bold"), "  ", (about, "dim"))

    def _classes(self, marks: _Marks, width: int) -> Table:
        falls = self.explanation.waterfalls
        bars, rests = width >= NARROW, width >= NARROW - 10
        table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="dim")
        table.add_column("nats", no_wrap=True, min_width=LABEL)
        for fall in falls:
            head = _panel_head(territory_name(fall.territory), marks, bars, self.parts)
            table.add_column(head, no_wrap=True, min_width=PANEL + BAR * bars)
        if rests:
            table.add_column("rests on", style="dim", overflow="fold")
        for label, rows in aligned(falls):
            texts = [row.rests_on for row in rows if row and row.rests_on]
            absent = all(row is None or not row.present for row in rows)
            why = ["no evidence" if absent else (texts[0] if texts else "")] if rests else []
            ends = any(row is not None and row.kind in ("result", "prior") for row in rows)
            panels = [_panel(row, marks, bars) for row in rows]
            if rows[0] is not None and rows[0].kind == "result":
                table.add_row("sum", *self._sums(falls), *([""] if rests else []))
            table.add_row(class_word(label), *panels, *why, style="bold" if ends else None)
        return table

    def _sums(self, falls: Sequence[Waterfall]) -> Iterator[str]:
        """What the evidence says of each panel's territory without the prior."""
        free = {b.territory: b.prior_free for b in self.explanation.beliefs}
        return (f"{nats(free[fall.territory]):>{VALUE}}" for fall in falls)

    def _reasons(self) -> Iterator[Text]:
        for reason in self.explanation.assessment.reasons[1:]:
            yield Text(reason)

    def _key(self, marks: _Marks) -> str:
        e = self.explanation
        return (
            f"{marks.cap} a limit bit: the row gives back what was cut off    {marks.hatch} no evidence, not zero    "
            f"prior mix: {e.prior_mix}"
        )

    def _source_table(self) -> Iterator[Table | Text]:
        yield Text(f"\n{len(self.explanation.items)} items of evidence", style="bold")
        items = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="dim")
        for name in ("class", "signal", "what was seen", "n", "rows"):
            items.add_column(name, justify="right" if name == "n" else "left", overflow="fold")
        for item in self.explanation.items:
            items.add_row(item.cls, item.signal, item.summary, str(item.n), ", ".join(item.sources))
        yield items
        rows = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="dim")
        for name in ("source row", "file", "content"):
            rows.add_column(name, overflow="fold")
        for row in self.sources or ():
            rows.add_row(f"{row.source}:{row.record}", row.file, Text(row.text))
        yield rows


@dataclass(frozen=True)
class ExplainedAccount(Explanation):
    """An explanation that shows itself: rich in a terminal (`rich.print`), HTML in a notebook."""

    case: str = ""
    simulated: bool = False

    @classmethod
    def of(cls, explanation: Explanation, case: str, simulated: bool) -> ExplainedAccount:
        """The same explanation, with what its head says of the case."""
        values = {field.name: getattr(explanation, field.name) for field in fields(explanation)}
        return cls(**values, case=case, simulated=simulated)

    def __rich__(self) -> ExplainView:
        return ExplainView(self, self.case, self.simulated)

    def _repr_html_(self) -> str:
        from attrigraph.explain_html import explain_html

        return explain_html(self, self.case, self.simulated)


STYLES = {"plain": "", "strong": "bold", "quiet": "dim"}


def lines(labelled: Iterable[Line]) -> Table:
    """Labels and what stands beside them."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(ratio=1)
    for line in labelled:
        grid.add_row(line.label, Text.assemble(*((text, STYLES[look]) for text, look in line.parts)))
    return grid


def aligned(falls: Sequence[Waterfall]) -> Iterator[tuple[str, list[WaterfallRow | None]]]:
    """Rows of all panels side by side by kind and label, in the order of the first panel."""
    order: list[tuple[str, str]] = []
    for fall in falls:
        for position, row in enumerate(fall.rows):
            if (row.kind, row.label) not in order:
                before = (
                    order.index((fall.rows[position - 1].kind, fall.rows[position - 1].label)) + 1 if position else 0
                )
                order.insert(before, (row.kind, row.label))
    for key in order:
        yield key[1], [next((r for r in fall.rows if (r.kind, r.label) == key), None) for fall in falls]


def _panel_head(name: str, marks: _Marks, bars: bool, parts: str) -> Text:
    sides = f"{'against':>{HALF_WIDTH + 2}}{marks.axis}for" if bars else ""
    return Text.assemble((name, "bold"), "\n", (f"{'':>{VALUE}} {parts:>{PARTS}}{sides}", "dim"))


def _panel(row: WaterfallRow | None, marks: _Marks, bars: bool) -> Text:
    """Value, its honest and cover part, and the bar, in fixed places."""
    if row is None:
        return Text("")
    if not row.present:
        axis = "  " + " " * HALF_WIDTH + marks.axis if bars else ""
        return Text(f"{marks.hatch:>{VALUE}} {'':>{PARTS}}{axis}", style="dim")
    value = percent(row.p) if row.p is not None else nats(row.value) + (marks.cap if row.kind == "cap" else "")
    both = f"{nats(row.honest)}/{nats(row.cover)}" if row.honest is not None and row.cover is not None else ""
    found = Text.assemble(f"{value:>{VALUE}} ", (f"{both:>{PARTS}}", "dim"))
    if bars and row.p is None:
        found.append("  ").append_text(_bar(row.value, marks))
    return found


def _bar(value: float, marks: _Marks) -> Text:
    cells = min(HALF_WIDTH, max(1, round(abs(value) / NATS_A_CELL))) if abs(value) >= NATS_A_CELL / 4 else 0
    left = " " * (HALF_WIDTH - cells) + marks.block * cells if value < 0 else " " * HALF_WIDTH
    right = marks.block * cells if value > 0 else ""
    return Text.assemble((left, CONTRADICTS), (marks.axis, "dim"), (right, SUPPORTS))
