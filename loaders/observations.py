"""The observations of a case: one view per table over the Parquet files of its sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import duckdb

from attrigraph.errors import CaseDamaged
from attrigraph.folder import CaseFolder
from attrigraph.loaders.convert import quoted, text
from attrigraph.loaders.tables import TABLES, Table
from attrigraph.loaders.workspace import connect

__all__ = ["Observations"]

TIMES = {"logins": ('"at"', '"at"'), "posts": ('"at"', '"at"'), "identifiers": ("first_seen", "last_seen")}
"""Tables whose rows happened at a time -> columns of the first and the last moment."""

Span = tuple[datetime | None, datetime | None]


class Observations:
    """Reads the Parquet files of the given sources, in that order; without `sources`, of every source that lies there.

    A case passes the sources that its custody acknowledges, so that leftovers of a stopped load are never read.
    """

    def __init__(self, folder: CaseFolder, sources: Sequence[str] | None = None) -> None:
        self._folder = folder
        found = sorted({path.stem for path in folder.observations.glob("*/*.parquet")})
        self.sources: tuple[str, ...] = tuple(found if sources is None else sources)
        self._connection: duckdb.DuckDBPyConnection | None = None

    def connection(self) -> duckdb.DuckDBPyConnection:
        """A connection with a view per table, empty where nothing was loaded. Raises CaseDamaged for a broken file."""
        if self._connection is None:
            made = connect()
            for table in TABLES:
                made.execute(f"CREATE VIEW {quoted(table.name)} AS {self._rows_of(made, table)}")
            self._connection = made
        return self._connection

    def _rows_of(self, connection: duckdb.DuckDBPyConnection, table: Table) -> str:
        files = [str(path) for path in (self._path(table, source) for source in self.sources) if path.exists()]
        if not files:
            columns = ", ".join(f"NULL::{c.sql_type} AS {quoted(c.name)}" for c in table.stored)
            return f"SELECT {columns} WHERE false"
        rows = f"SELECT * FROM read_parquet([{', '.join(map(text, files))}], union_by_name = true)"
        try:
            connection.execute(f"SELECT 1 FROM ({rows}) LIMIT 0")
        except duckdb.Error as error:
            name = next((f for f in files if f in str(error)), f"observations/{table.name}")
            raise CaseDamaged(
                f"{name} cannot be read: it was cut off or changed. Run attrigraph verify; "
                "restore the file from a copy, or load its source again into a new case."
            ) from None
        return rows

    def _path(self, table: Table, source: str) -> Any:
        return self._folder.observations / table.name / f"{source}.parquet"

    def select(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Rows of a query over the views, as dictionaries."""
        found = self.connection().execute(sql, list(parameters))
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def counts(self) -> dict[str, int]:
        """Rows by table."""
        return {t.name: int(self.select(f"SELECT count(*) AS n FROM {quoted(t.name)}")[0]["n"]) for t in TABLES}

    def spans(self) -> dict[str, Span]:
        """First and last moment by source; sources without dated rows are absent."""
        parts = [
            f"SELECT source, min({first}) AS first_at, max({last}) AS last_at FROM {quoted(name)} GROUP BY source"
            for name, (first, last) in TIMES.items()
        ]
        rows = self.select(
            "SELECT source, min(first_at) AS first_at, max(last_at) AS last_at "
            f"FROM ({' UNION ALL '.join(parts)}) GROUP BY source"
        )
        return {row["source"]: (row["first_at"], row["last_at"]) for row in rows}

    def span(self) -> Span:
        """First and last moment of everything."""
        spans = [s for s in self.spans().values() if s[0] and s[1]]
        if not spans:
            return None, None
        return min(s[0] for s in spans if s[0]), max(s[1] for s in spans if s[1])

    def rows(self, locators: Iterable[str]) -> list[dict[str, Any]]:
        """The rows behind `source:record` locators, in their order: source, record, table and values (None left out).

        A locator that no row has any more is skipped.
        """
        wanted = list(dict.fromkeys(locators))
        found: dict[str, dict[str, Any]] = {}
        for table in TABLES:
            rows = self.select(
                f"SELECT * FROM {quoted(table.name)} WHERE list_contains(?, source || ':' || record)", [wanted]
            )
            for row in rows:
                source, record = row.pop("source"), row.pop("record")
                row.pop("raw", None)
                values = {name: value for name, value in row.items() if value is not None}
                found.setdefault(
                    f"{source}:{record}", {"source": source, "record": record, "table": table.name, "values": values}
                )
        return [found[locator] for locator in wanted if locator in found]
