"""Connections to duckdb: every one is opened here, so that none prints a progress bar, none fetches an extension, and
all of them work in UTC."""

from __future__ import annotations

from typing import Any

import duckdb

__all__ = ["connect"]


def connect(**settings: Any) -> duckdb.DuckDBPyConnection:
    """A connection to a database in memory, with settings of duckdb by name (`memory_limit`, `threads`, …)."""
    quiet: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    connection = duckdb.connect(config=quiet | settings)
    connection.execute("SET enable_progress_bar = false; SET TimeZone = 'UTC'")
    return connection
