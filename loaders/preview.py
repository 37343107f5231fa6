"""What `load` would make of a file, without loading it: `attrigraph load --dry-run`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attrigraph.duck import quoted
from attrigraph.loaders.load import LoadOptions, LoadReport, plan, stage
from attrigraph.loaders.observations import stored_rows, utc
from attrigraph.loaders.tables import table
from attrigraph.loaders.workspace import Workspace, explained, workspace

__all__ = ["Preview", "preview"]

ROWS = 5
KEY = b"preview"
"""Identifiers in a preview are hashed with this: the case's key is not touched."""


@dataclass(frozen=True, slots=True)
class Preview:
    """How a file was understood.

    `mapping` is their column -> ours, in the order of the file; `unmapped` is every other column -> what becomes of it,
    in words. `rows` are the first rows of each table as understood, `rejects` the first of them; the rest is as in
    `LoadReport`.
    """

    name: str
    format: str
    mapping: dict[str, str]
    unmapped: dict[str, str]
    tables: dict[str, int]
    rows: dict[str, list[dict[str, Any]]]
    records: int
    loaded: int
    rejected: int
    reasons: dict[str, int]
    remarks: dict[str, int]
    rejects: list[dict[str, Any]]
    notes: tuple[str, ...]


def preview(path: Path, options: LoadOptions | None = None) -> Preview:
    """Read the whole file into a temporary folder and say what came out.

    Raises the errors of `load_file` for files no loader can read; a file without one good row is shown, not refused.
    """
    given = options or LoadOptions()
    found = plan(path, given)
    with explained(path.name), workspace(None, KEY) as work:
        tables, report = stage(work, found, given)
        rows = {t.table: _first_rows(work, t.table, t.path) for t in tables if t.loaded}
        rejects = _first_rejects(work)
    return _preview(report, found.unmapped, rows, rejects)


def _preview(
    report: LoadReport, unmapped: dict[str, str], rows: dict[str, list[dict[str, Any]]], rejects: list[dict[str, Any]]
) -> Preview:
    return Preview(
        name=report.name,
        format=report.format,
        mapping=report.mapping,
        unmapped=unmapped,
        tables=report.tables,
        rows=rows,
        records=report.records,
        loaded=report.loaded,
        rejected=report.rejected,
        reasons=report.reasons,
        remarks=report.remarks,
        rejects=rejects,
        notes=report.notes,
    )


def _first_rows(work: Workspace, name: str, path: Path) -> list[dict[str, Any]]:
    """The first rows as understood, without columns that are empty in all of them."""
    columns = [c for c in table(name).stored if c.name not in ("source", "raw", "unread")]
    selected = ", ".join(f"{quoted(c.name)}::TIMESTAMP" if c.kind == "time" else quoted(c.name) for c in columns)
    found = work.connection.execute(
        f"SELECT {selected} FROM ({stored_rows(table(name), [path])}) LIMIT {ROWS}"
    ).fetchall()
    rows = [{c.name: utc(v) if c.kind == "time" else v for c, v in zip(columns, row, strict=True)} for row in found]
    used = [c.name for c in columns if any(row[c.name] is not None for row in rows)]
    return [{name: row[name] for name in used} for row in rows]


def _first_rejects(work: Workspace) -> list[dict[str, Any]]:
    names = ("record", "field", "value", "reason", "kind")
    found = work.connection.execute(
        f"SELECT {', '.join(names)} FROM rejects ORDER BY kind DESC, rowid LIMIT {ROWS}"
    ).fetchall()
    return [dict(zip(names, row, strict=True)) for row in found]
