"""A small case folder to load files into, and short words for what came out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from attrigraph.folder import CaseFolder
from attrigraph.loaders.load import LoadOptions, LoadReport, load_file
from attrigraph.loaders.observations import Observations
from attrigraph.loaders.tables import table

LOGINS = "account_id,at,ip\n"
GOOD = "x:1,2026-01-02T03:04:05Z,192.0.2.1\n"


class Bench:
    """Writes files and loads them into one case."""

    def __init__(self, root: Path) -> None:
        self.files = root / "files"
        self.files.mkdir()
        self.folder = CaseFolder(root / "case")
        self.folder.create()

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.files / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def load(self, name: str, content: str | bytes, **options: Any) -> LoadReport:
        return load_file(self.write(name, content), self.folder, LoadOptions(**options))

    def table(self, name: str, *columns: str) -> list[tuple[Any, ...]]:
        """Columns of all rows of a table; everything but lists and numbers as text."""
        observations = Observations(self.folder)
        kinds = {c.name: c.kind for c in table(name).stored}
        selected = [f'"{c}"::VARCHAR' if kinds[c] == "time" else f'"{c}"' for c in columns]
        try:
            return observations.connection().execute(f"SELECT {', '.join(selected)} FROM {name}").fetchall()
        finally:
            observations.close()

    def rejects(self, report: LoadReport, kind: str = "row") -> list[tuple[str, str, str | None, str]]:
        """Record, field, value, reason."""
        found = Observations(self.folder).rejects(report.source, kind)
        return [(r["record"], r["field"], r["value"], r["reason"]) for r in found]


def parquet(path: Path, sql: str) -> Path:
    """A Parquet file made from a query."""
    duckdb.connect().execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")
    return path
