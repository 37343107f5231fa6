"""Observations without files: the tables of a case in memory, for tests of what reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import duckdb

from attrigraph.duck import connect
from attrigraph.loaders.tables import TABLES

__all__ = ["Rows", "at"]


def at(text: str) -> datetime:
    """2026-03-01 22:00, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Rows:
    """What a signal sees of the observations; rows name the columns they fill, `record` is counted when absent."""

    def __init__(self, **tables: Sequence[Mapping[str, Any]]) -> None:
        self._connection = connect()
        for table in TABLES:
            columns = ", ".join(f'"{c.name}" {c.sql_type}' for c in table.stored)
            self._connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
            for number, row in enumerate(tables.get(table.name, ()), 1):
                self._insert(table.name, {"source": "s1", "record": f"line {number}"} | dict(row))

    def _insert(self, table: str, row: Mapping[str, Any]) -> None:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        self._connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(row.values()))

    def connection(self) -> duckdb.DuckDBPyConnection:
        return self._connection
