"""`load --dry-run` in the terminal: how a file is understood, before anything is written."""

from __future__ import annotations

from typing import Any

from attrigraph.cli.render import console, table_of
from attrigraph.loaders.preview import Preview
from attrigraph.wording import number

__all__ = ["show_preview"]

LONGEST = 32
"""Characters shown of a cell."""


def show_preview(found: Preview) -> None:
    """Format, mapping, first rows, rejects by reason with the first of them, and the counts, which add up."""
    out = console()
    out.print(f"{found.name}: {found.format}. Nothing was loaded.", style="bold", markup=False)
    if found.mapping:
        mapping = [{"their column": theirs, "ours": ours} for theirs, ours in found.mapping.items()]
        mapping += [{"their column": theirs, "ours": words} for theirs, words in found.unmapped.items()]
        out.print(table_of(mapping, ("their column", "ours")))
    for table, rows in found.rows.items():
        if rows:
            out.print(f"First rows of {table} as understood", style="bold")
            columns = [name for name in rows[0] if any(row.get(name) is not None for row in rows)]
            out.print(table_of([{name: _short(row.get(name)) for name in columns} for row in rows], columns))
    for title, counts in (
        ("Rows that would be rejected", found.reasons),
        ("Remarks", found.remarks),
    ):
        if counts:
            out.print(title, style="bold")
            reasons = [{"rows": count, "reason": reason} for reason, count in counts.items()]
            out.print(table_of(reasons, ("rows", "reason")))
    if found.rejects:
        out.print("The first of them", style="bold")
        out.print(table_of(found.rejects, tuple(found.rejects[0])))
    for note in found.notes:
        out.print(note, markup=False)
    tables = ", ".join(f"{name} {number(rows)}" for name, rows in found.tables.items())
    loaded, rejected = number(found.loaded), number(found.rejected)
    out.print(f"{number(found.records)} records = {loaded} to load ({tables}) + {rejected} rejected")


def _short(value: Any) -> Any:
    if not isinstance(value, str) or len(value) <= LONGEST:
        return value
    return " ".join(value[:LONGEST].split()) + "…"
