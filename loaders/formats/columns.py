"""Research tables row by row, whatever file they come in: delimited text, Parquet, JSON."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from attrigraph.duck import connect
from attrigraph.loaders.formats.base import Reject
from attrigraph.loaders.formats.reading import Record, records, shown, table_rows
from attrigraph.loaders.sniff import Head

__all__ = ["named_columns", "rows_of", "written_list"]

BATCH = 10_000
LONGEST_LIST = 100_000
"""Characters of a list that are read as Python; longer ones are split at their commas."""


def named_columns(head: Head, *names: str) -> bool:
    """Whether a table of any kind has all these columns, without regard to case."""
    columns = {name.strip().casefold() for name in head.columns}
    return head.kind in ("csv", "parquet", "jsonl", "json") and columns.issuperset(names)


def rows_of(head: Head, wanted: Sequence[str]) -> Iterator[Record | Reject]:
    """The rows of a table with these columns: `row 1` or `line 1` is the first.

    Names of columns come in lower case and trimmed; every cell is text, a list of texts, or None.
    """
    if head.kind == "csv":
        found: Iterator[Record | Reject] = table_rows(head, wanted)
    elif head.kind == "parquet":
        found = _parquet_rows(head)
    else:
        found = records(head)
    names: dict[str, str] = {}
    for record in found:
        if isinstance(record, Reject):
            yield record
            continue
        for name in record.value.keys() - names.keys():
            names[name] = str(name).strip().casefold()
        yield Record(record.where, {names[name]: _text(cell) for name, cell in record.value.items()})


def _text(cell: Any) -> str | list[str] | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, list):
        return [item if isinstance(item, str) else shown(item) for item in cell]
    return shown(cell)


def _parquet_rows(head: Head) -> Iterator[Record]:
    """Every cell as text, times in UTC; lists as lists."""
    with connect() as connection:
        found = connection.from_parquet(str(head.content.path))
        kept = [
            f'"{name}"' if kind.id == "list" else f'"{name}"::VARCHAR'
            for name, kind in zip((c.replace('"', '""') for c in found.columns), found.types, strict=True)
        ]
        rows = found.project(", ".join(kept))
        number = 0
        while batch := rows.fetchmany(BATCH):
            for cells in batch:
                number += 1
                yield Record(f"row {number}", dict(zip(head.columns, cells, strict=True)))


def written_list(cell: Any) -> list[str]:
    """A list as Python writes it, or between brackets without quotes.

    >>> written_list("['a', \\"it's\\"]"), written_list("[a, b]"), written_list("[]"), written_list(None)
    (['a', "it's"], ['a', 'b'], [], [])
    """
    if isinstance(cell, list):
        return [str(item) for item in cell if item not in (None, "")]
    text = str(cell or "").strip()
    if text.startswith(("['", '["')) and len(text) <= LONGEST_LIST:
        try:
            found = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            found = None
        if isinstance(found, list):
            return [str(item) for item in found if item not in (None, "")]
    return [item for item in (part.strip(" '\"") for part in text.strip("[]").split(",")) if item]
