"""Rows to a terminal table, JSON or CSV: one function for every command that reads."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from attrigraph.wording import moment, plural

LONG_WORD = 16
"""Characters; a shorter word is never cut in two."""

__all__ = ["Format", "console", "show_rows", "table_of"]


class Format(StrEnum):
    """How a reading command prints."""

    table = "table"
    json = "json"
    csv = "csv"


def console(**options: Any) -> Console:
    """The console of the process; highlighting off, so that nothing is coloured by accident."""
    return Console(highlight=False, **options)


def show_rows(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], format_: Format, empty: str = "none") -> None:
    """Print rows to standard output; an empty table says so in words."""
    if format_ is Format.json:
        print(
            json.dumps([{c: row.get(c) for c in columns} for row in rows], ensure_ascii=False, indent=1, default=plain)
        )
    elif format_ is Format.csv:
        out = csv.writer(sys.stdout, lineterminator="\n")
        out.writerow(columns)
        out.writerows([[_cell_text(row.get(c), none="") for c in columns] for row in rows])
    elif not rows:
        console().print(empty)
    else:
        screen, table = console(), table_of(rows, columns)
        widths = _widths(table, screen.width if screen.is_terminal else None)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        console(width=max(screen.width, _whole(widths))).print(table)


def _widths(table: Table, room: int | None) -> list[int]:
    """Widths of the columns within `room` (None: no limit), from the widest down; no short word is cut for it."""
    least = [column.min_width or 0 for column in table.columns]
    texts = [[str(column.header), *map(str, column.cells)] for column in table.columns]
    widths = [max(Text.from_markup(text).cell_len for text in column) for column in texts]
    while room is not None and _whole(widths) > room:
        wide = [place for place, width in enumerate(widths) if width > least[place]]
        if not wide:
            break
        widths[max(wide, key=lambda place: widths[place])] -= 1
    return widths


def _whole(widths: Sequence[int]) -> int:
    """Width of a table: its columns and the gaps between them."""
    return sum(widths) + 3 * (len(widths) - 1)


def table_of(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> Table:
    """A table in the look of the terminal: dim heads, hairline, numbers right, `None` prints "unknown"."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="dim")
    for column in columns:
        head = column.replace("_", " ")
        values = [row.get(column) for row in rows]
        numeric = all(isinstance(v, int | float | None) and not isinstance(v, bool) for v in values)
        words = [*head.split(), *(word for value in values for word in _words(value).split())]
        longest = max((len(word) for word in words if len(word) <= LONG_WORD), default=0)
        table.add_column(head, justify="right" if numeric else "left", overflow="fold", min_width=longest)
    for row in rows:
        table.add_row(*(_escape(_words(row.get(c))) for c in columns))
    return table


def plain(value: Any) -> Any:
    """A value JSON can hold: dates as ISO text, tuples and sets as lists."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    return str(value)


def _words(value: Any) -> str:
    """A value as a reader of a table takes it in: counts by name are "5 accounts, 1 signal" without braces."""
    if isinstance(value, dict) and all(isinstance(count, int) for count in value.values()):
        return ", ".join(plural(n, name.removesuffix("s"), name) for name, n in value.items())
    return _cell_text(value, none="unknown")


def _cell_text(value: Any, none: str) -> str:
    if value is None:
        return none
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, list | tuple):
        return "; ".join(_cell_text(v, none) for v in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=plain)
    return str(value)


def _escape(text: str) -> str:
    return text.replace("[", "\\[")
