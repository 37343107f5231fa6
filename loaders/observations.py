"""The observations of a case: one view per table over the Parquet files of its sources."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from attrigraph.duck import connect_limited, first_line, literal, quoted
from attrigraph.errors import CaseDamaged
from attrigraph.folder import CaseFolder
from attrigraph.loaders.tables import RECORD, TABLES, Table

__all__ = ["Observations", "stored_rows", "utc"]

MOMENTS = {
    "accounts": ("observed_at",),
    "logins": ("at",),
    "posts": ("at",),
    "signals": ("observed_at",),
    "identifiers": ("first_seen", "last_seen"),
    "ties": ("first_seen",),
}
"""Times at which an account was seen; when it was created or talked about is another matter."""


class Observations:
    """Reads the sources given, in that order; without any named, those whose staging was finished.

    Custody decides what counts, so callers pass the sources that custody acknowledges.
    """

    def __init__(self, folder: CaseFolder, sources: Sequence[str] | None = None) -> None:
        self.folder = folder
        finished = sorted(path.stem for path in folder.rejects.glob("*.parquet"))
        self._sources = finished if sources is None else list(sources)
        self._connection: duckdb.DuckDBPyConnection | None = None

    def sources(self) -> list[str]:
        """Ids of the sources read."""
        return list(self._sources)

    def connection(self) -> duckdb.DuckDBPyConnection:
        """One connection (the same at every call) with a view per table, empty where nothing was loaded.

        Times are TIMESTAMPTZ in UTC. Raises CaseDamaged for a file that cannot be read.
        """
        if self._connection is None:
            self._connection = connect_limited()
            for table in TABLES:
                self._view(self._connection, table)
        return self._connection

    def close(self) -> None:
        """Close the connection; the next `connection()` opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def files(self, table: str) -> dict[str, Path]:
        """Source -> Parquet file, for the sources that have rows of the table."""
        paths = {source: self.folder.observations / table / f"{source}.parquet" for source in self._sources}
        return {source: path for source, path in paths.items() if path.exists()}

    def counts(self) -> dict[str, dict[str, int]]:
        """Source -> table -> rows."""
        found: dict[str, dict[str, int]] = {source: {} for source in self._sources}
        for table in TABLES:
            rows = self._all(f"SELECT source, count(*) FROM {table.name} GROUP BY source")
            for source, count in rows:
                found[source][table.name] = count
        return found

    def facts(self, source: str) -> dict[str, Any]:
        """What was noted about a source when it was staged: name, format, grade, counts. Empty when unknown."""
        path = self.folder.rejects / f"{source}.parquet"
        if not path.exists():
            return {}
        rows = self._all(
            "SELECT decode(value) FROM parquet_kv_metadata(?) WHERE decode(key) = 'attrigraph'", [str(path)]
        )
        return dict(json.loads(rows[0][0])) if rows else {}

    def rejects(self, source: str, kind: str | None = None) -> list[dict[str, Any]]:
        """The rejects of a source: file, record, field, value, reason, kind (`row`, or `field` for one cell)."""
        path = self.folder.rejects / f"{source}.parquet"
        if not path.exists():
            return []
        names = ("file", "record", "field", "value", "reason", "kind")
        rows = self._all(
            f"SELECT {', '.join(names)} FROM read_parquet(?) WHERE ? IS NULL OR kind = ?", [str(path), kind, kind]
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    def rows(self, locators: Sequence[str]) -> list[dict[str, Any]]:
        """The rows behind locators (`source:record`), in their order: source, record, table, values without nulls."""
        wanted: dict[str, list[str]] = {}
        for locator in locators:
            source, _, record = locator.partition(":")
            wanted.setdefault(source, []).append(record)
        found: dict[str, list[dict[str, Any]]] = {}
        for table in TABLES:
            for source, path in self.files(table.name).items():
                for row in self._located(table, path, wanted.get(source, [])):
                    found.setdefault(f"{source}:{row['record']}", []).append(row | {"source": source})
        return [row for locator in dict.fromkeys(locators) for row in found.get(locator, [])]

    def span(self) -> tuple[datetime | None, datetime | None]:
        """First and last time at which any account was seen; None when no row has a time."""
        spans = [s for s in self.spans().values() if s[0] and s[1]]
        return (min(s[0] for s in spans if s[0]), max(s[1] for s in spans if s[1])) if spans else (None, None)

    def spans(self) -> dict[str, tuple[datetime | None, datetime | None]]:
        """Source -> first and last time in it; a source without a time is left out."""
        parts = [
            f"SELECT source, min({quoted(c)}) AS a, max({quoted(c)}) AS b FROM {table} GROUP BY source"
            for table, columns in MOMENTS.items()
            for c in columns
        ]
        rows = self._all(
            "SELECT source, min(a)::TIMESTAMP, max(b)::TIMESTAMP FROM ("
            + " UNION ALL ".join(parts)
            + ") GROUP BY source HAVING min(a) IS NOT NULL"
        )
        return {source: (utc(first), utc(last)) for source, first, last in rows}

    def _view(self, connection: duckdb.DuckDBPyConnection, table: Table) -> None:
        try:
            rows = stored_rows(table, self.files(table.name).values())
            connection.execute(f"CREATE VIEW {table.name} AS {rows}")
        except duckdb.Error as error:
            raise CaseDamaged(
                f"The observations of {table.name} cannot be read: {first_line(error)}. "
                "attrigraph verify says which file; restore it from a copy."
            ) from None

    def _located(self, table: Table, path: Path, records: list[str]) -> Iterator[dict[str, Any]]:
        if not records:
            return
        columns = [c for c in table.columns + table.derived if c.name != "platform"]
        selected = [f"{quoted(c.name)}::TIMESTAMP" if c.kind == "time" else quoted(c.name) for c in columns]
        stored = stored_rows(table, [path])
        rows = self._all(
            f"SELECT record, {', '.join(selected)} FROM ({stored}) WHERE list_contains(?, record)", [records]
        )
        for record, *values in rows:
            cells = {c.name: utc(v) if c.kind == "time" else v for c, v in zip(columns, values, strict=True)}
            yield {
                "record": record,
                "table": table.name,
                "values": {name: value for name, value in cells.items() if value is not None},
            }

    def _all(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.connection().execute(sql, list(parameters)).fetchall()


def stored_rows(table: Table, paths: Iterable[Path]) -> str:
    """SQL for the rows of Parquet files. Columns that a file does not have are unknown: those that its source does not
    have, and in files of earlier versions those that were added since.
    """
    names = ", ".join(f"{RECORD} AS record" if c.name == "record" else quoted(c.name) for c in table.stored)
    typed = ", ".join(f"NULL::{c.sql_type} AS {quoted(c.name)}" for c in table.stored)
    found = f"SELECT * FROM (SELECT {typed}, NULL::BIGINT AS record_number) WHERE false"
    files = ", ".join(literal(str(path)) for path in paths)
    if files:
        found += f" UNION ALL BY NAME SELECT * FROM read_parquet([{files}], union_by_name = true)"
    return f"SELECT {names} FROM ({found})"


def utc(at: datetime | None) -> datetime | None:
    """A time of duckdb, fetched as plain TIMESTAMP, with its zone. (Fetching TIMESTAMPTZ needs the package pytz.)"""
    return None if at is None else at.replace(tzinfo=UTC)
