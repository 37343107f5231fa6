"""The graph of a case read through py2neo (extra `legacy`), for notebooks and tools that were written for it.

py2neo is at its end of life and speaks Bolt 4.3 at most: this is for reading what is there, with its objects, on a
Neo4j server. Nothing in attrigraph depends on it, and nothing is written through it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from attrigraph.errors import EngineUnavailable, InputError, MissingExtra, NotAssessed
from attrigraph.graph import Statement, statement
from attrigraph.inference.results import latest_run
from attrigraph.links.write import link_run_ids

if TYPE_CHECKING:
    import pandas as pd

    from attrigraph.opencase import OpenCase

__all__ = ["Py2neo"]


class Py2neo:
    """A case's graph as py2neo objects and pandas frames; a context manager that closes the connections.

    `graph` is the `py2neo.Graph`. `run` and `links` are the runs read by default, the newest ones; empty without any.
    """

    def __init__(self, case: OpenCase) -> None:
        """Connect. Raises MissingExtra without py2neo, InputError on the embedded engine, EngineUnavailable."""
        try:
            import py2neo
        except ImportError:
            raise MissingExtra("legacy", "Reading a case through py2neo") from None
        server = case.server
        if server is None:
            raise InputError(
                "The graph of this case is on the embedded engine, which py2neo does not reach. "
                "Make it anew on a Neo4j: attrigraph rebuild --neo4j bolt://HOST:7687"
            )
        runs = link_run_ids(case.folder)
        self.links = runs[-1] if runs else ""
        try:
            self.run = latest_run(case.store)
        except NotAssessed:
            self.run = ""
        try:
            self.graph = py2neo.Graph(
                server.uri, auth=(server.username, server.password.get_secret_value()), name=server.database
            )
        except (OSError, py2neo.errors.ConnectionUnavailable) as error:
            raise EngineUnavailable(
                f"py2neo cannot reach {server.uri} ({error}). It speaks Bolt 4.3 at most: use the driver of Neo4j."
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close py2neo's connections; it does not do so by itself."""
        self.graph.service.connector.close()

    def accounts(self) -> pd.DataFrame:
        """One row an account: its properties."""
        return _frame(dict(row["a"]) for row in self._read(statement("legacy/accounts")))

    def assessments(self, run: str | None = None) -> pd.DataFrame:
        """One row an assessed account: `account`, and the properties of its assessment."""
        found = self._read(statement("legacy/assessments"), run=run or self.run)
        return _frame({"account": row["a"]["id"], **row["s"]} for row in found)

    def edges(self, links: str | None = None) -> pd.DataFrame:
        """One row a link or membership of a run of links: `start`, `end`, `type`, and the properties."""
        found = self._read(statement("legacy/links"), links=links or self.links)
        return _frame({"start": r["a"]["id"], "end": r["b"]["id"], "type": r["type"], **r["l"]} for r in found)

    def subgraph(self, run: str | None = None, links: str | None = None) -> Any:
        """Accounts, assessments, links and clusters as one `py2neo.Subgraph`."""
        from py2neo import Subgraph

        accounts = [row["a"] for row in self._read(statement("legacy/accounts"))]
        assessed = self._read(statement("legacy/assessments"), run=run or self.run)
        linked = self._read(statement("legacy/links"), links=links or self.links)
        nodes = [*accounts, *(row["s"] for row in assessed), *(row["b"] for row in linked)]
        return Subgraph(nodes, [*(row["r"] for row in assessed), *(row["l"] for row in linked)])

    def _read(self, read: Statement, **parameters: str) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = self.graph.query(read.text, parameters).data()
        return found


def _frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame([{name: _native(value) for name, value in row.items()} for row in rows])


def _native(value: Any) -> Any:
    """Times as Python's: all of ours are UTC, which py2neo forgets."""
    return value.to_native().replace(tzinfo=UTC) if hasattr(value, "to_native") else value
