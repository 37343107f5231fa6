"""`docs/tables.md`, written from the declarations in `tables.py` and the formats."""

from __future__ import annotations

from attrigraph.loaders.formats import formats
from attrigraph.loaders.recognise import wanted
from attrigraph.loaders.tables import PROVENANCE, TABLES, Column, Table

__all__ = ["tables_page"]

HEAD = """<!-- Written by `make docs`; change the declarations, not this page. -->
# Observation tables

A file is loaded into these tables: by a loader that knows its format, or column by column when its header fits a table.
They are the columns of the generic loaders (CSV, TSV, JSON lines, JSON, Parquet; also `.gz` and `.zst`) and of the
Parquet files in `observations/`. How cells are read, and what becomes of those that cannot be: [formats](formats.md).

Who opens the Parquet files without attrigraph finds only the columns that the source has, and of `record` the word and
the number apart: `row` in `record`, 12 in `record_number`.

Header names are compared without case, spaces, underscores, dots and hyphens; "also called" lists the names of other
tools that are understood. Anything else is mapped with `--map "Their column=ours"`. Other columns are kept in `raw`.
"""


def tables_page() -> str:
    """Every table with its columns, and the formats with a loader of their own."""
    lines = [HEAD]
    for table in TABLES:
        lines += _section(table)
    lines += ["## In every table", "", "| column | type | meaning |", "|---|---|---|"]
    lines += [f"| `{c.name}` | {c.sql_type} | {c.help} |" for c in PROVENANCE]
    lines += ["", "## Formats with a loader of their own", "", "| format | what it is | grade | what it reads |"]
    lines += ["|---|---|---|---|"]
    lines += [f"| `{f.name}` | {f.title} | {f.grade} | {f.help} |" for f in formats()]
    return "\n".join(lines) + "\n"


def _section(table: Table) -> list[str]:
    lines = [f"## `{table.name}`", "", table.help, "", f"Recognised as {wanted(table)}."]
    if table.key:
        apart = f", unless their `{table.seen}` differs" if table.seen else ""
        lines.append(f"No two rows of a file may have the same `{table.key}`{apart}: the first is kept.")
    if table.one_of:
        lines.append(f"A row needs {' or '.join(f'`{name}`' for name in table.one_of)}.")
    lines += ["", "| column | kind | meaning | also called |", "|---|---|---|---|"]
    lines += [_row(c) for c in table.columns]
    lines += [f"| `{c.name}` | made at loading | {c.help} | |" for c in table.derived]
    return [*lines, ""]


def _row(column: Column) -> str:
    needed = ", required" if column.required else ""
    bounds = f", {column.minimum} to {column.maximum}" if column.maximum is not None else ""
    return f"| `{column.name}` | {column.kind}{needed}{bounds} | {column.help} | {', '.join(column.synonyms)} |"
