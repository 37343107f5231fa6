"""Connections to duckdb: every one is opened here, so that none prints a progress bar, none fetches an extension, and
all of them work in UTC."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb

__all__ = ["connect", "cursor_of", "named_queries"]

QUIET = "SET enable_progress_bar = false; SET TimeZone = 'UTC'"


def connect(**settings: Any) -> duckdb.DuckDBPyConnection:
    """A connection to a database in memory, with settings of duckdb by name (`memory_limit`, `threads`, …)."""
    quiet: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    connection = duckdb.connect(config=quiet | settings)
    connection.execute(QUIET)
    return connection


def cursor_of(connection: duckdb.DuckDBPyConnection) -> tuple[duckdb.DuckDBPyConnection, str]:
    """A connection to the same database for temporary tables of the same names, and the schema of those stored."""
    cursor = connection.cursor()
    cursor.execute(QUIET)
    row = cursor.execute("SELECT current_database()").fetchone()
    return cursor, f'"{row[0]}".main' if row else "main"


@cache
def named_queries(package: str, name: str) -> dict[str, str]:
    """Name -> text of the statements of a file of SQL in a package; each stands under a line `-- name: NAME`."""
    whole = files(package).joinpath(name).read_text(encoding="utf-8")
    parts: list[str] = re.split(r"^-- name: (\w+)$", whole, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))
