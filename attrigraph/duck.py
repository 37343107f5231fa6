"""Connections to duckdb: every one is opened here, so that none prints a progress bar, none fetches an extension, and
all of them work in UTC."""

from __future__ import annotations

import os
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

__all__ = ["MEMORY", "connect", "connect_limited", "cursor_of", "first_line", "literal", "named_queries", "quoted"]

MEMORY = "640MB"
"""What reading and staging observations may take; beyond it duckdb spills to the disk."""

QUIET = "SET enable_progress_bar = false; SET TimeZone = 'UTC'"


def connect(**settings: Any) -> duckdb.DuckDBPyConnection:
    """A connection to a database in memory, with settings of duckdb by name (`memory_limit`, `threads`, …)."""
    quiet: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    connection = duckdb.connect(config=quiet | settings)
    connection.execute(QUIET)
    return connection


def connect_limited(temporary: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A connection for observations: it keeps to `MEMORY` and spills into `temporary`."""
    settings: dict[str, Any] = {"memory_limit": MEMORY, "threads": min(4, os.cpu_count() or 1)}
    if temporary is not None:
        settings["temp_directory"] = str(temporary / "spill")
    connection = connect(**settings)
    # Expressions that stand in several branches of a CASE would be computed for every row, also where no branch asks.
    connection.execute("SET disabled_optimizers = 'common_subexpressions'")
    return connection


def cursor_of(connection: duckdb.DuckDBPyConnection) -> tuple[duckdb.DuckDBPyConnection, str]:
    """A connection to the same database for tables of the same names, and the schema of those the other sees."""
    cursor = connection.cursor()
    cursor.execute(QUIET)
    row = connection.execute("SELECT current_database()").fetchone()
    return cursor, f'"{row[0]}".main' if row else "main"


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | None) -> str:
    """An SQL text literal, or NULL."""
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def first_line(error: Exception) -> str:
    """The first line of an error of duckdb without its class."""
    return str(error).splitlines()[0].partition("Error: ")[2].rstrip(". ") or str(error).splitlines()[0]


@cache
def named_queries(package: str, name: str) -> dict[str, str]:
    """Name -> text of the statements of a file of SQL in a package; each stands under a line `-- name: NAME`."""
    whole = files(package).joinpath(name).read_text(encoding="utf-8")
    parts: list[str] = re.split(r"^-- name: (\w+)$", whole, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))
