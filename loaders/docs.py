"""`docs/tables.md`, written from the declarations in `tables.py` and the formats."""

from __future__ import annotations

from attrigraph.loaders.formats import formats
from attrigraph.loaders.recognise import wanted
from attrigraph.loaders.side_columns import MOMENTS, SIDE_TABLE, SIDES
from attrigraph.loaders.tables import PROVENANCE, TABLES, Column, Table

__all__ = ["tables_page"]

HEAD = """<!-- Written by `make docs`; change the declarations, not this page. -->
# Observation tables

A file is loaded into these tables: by a loader that knows its format, or column by column when its header fits a table.
They are the columns of the generic loaders (CSV, TSV, JSON lines, JSON, Parquet, Excel; also `.gz` and `.zst`)
and of the Parquet files in `observations/`. How cells are read, and what becomes of those that cannot be:
[formats](formats.md).

Who opens the Parquet files without attrigraph finds only the columns that the source has, and of `record` the word and
the number apart: `row` in `record`, 12 in `record_number`.

Header names are compared without case, spaces, underscores, dots and hyphens; "also called" lists the names of other
tools that are understood. Anything else is mapped with `--map "Their column=ours"`. Other columns are kept in `raw`.
"""

SIDES_HEAD = """Such tables are mostly kept with a row an account and a column for each thing known of it.
The cells of these columns become rows of other tables, dated by the column under "when" if the file has it; the address
of a login without a date is kept in `raw`. A column `country` by itself is not read, since it does not say whose word
that is: name it, for example `--map "country=declared_country"`.
"""


def tables_page() -> str:
    """Every table with its columns, and the formats with a loader of their own."""
    lines = [HEAD]
    for table in TABLES:
        lines += _section(table)
        if table.name == SIDE_TABLE:
            lines += _sides()
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


def _sides() -> list[str]:
    lines = [f"### Other columns of a table `{SIDE_TABLE}`", "", SIDES_HEAD]
    lines += ["| column | its cells become | when | also called |", "|---|---|---|---|"]
    lines += [f"| `{s.name}` | {s.becomes} | `{s.at}` | {', '.join(s.headers)} |" for s in SIDES]
    lines += [f"| `{name}` | logins.at | | {', '.join(headers)} |" for name, headers in MOMENTS.items()]
    return [*lines, ""]


def _row(column: Column) -> str:
    needed = ", required" if column.required else ""
    bounds = f", {column.minimum} to {column.maximum}" if column.maximum is not None else ""
    return f"| `{column.name}` | {column.kind}{needed}{bounds} | {column.help} | {', '.join(column.synonyms)} |"
