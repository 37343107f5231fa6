"""Running an investigation: typed parameters in, a result that matches its declaration out, read-only."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attrigraph.errors import BadDefinition, BadParameter
from attrigraph.graph import statement
from attrigraph.queries.model import Investigation
from attrigraph.queries.registry import Registry
from attrigraph.queries.values import fits, plain, read_parameters

if TYPE_CHECKING:
    import pandas as pd

    from attrigraph.graph import Store

__all__ = ["MAX_ROWS", "TIMEOUT_S", "QueryResult", "run"]

TIMEOUT_S = 300.0
"""Longest run of an investigation, in seconds: the slowest of the pack takes about 1 ms an account."""
MAX_ROWS = 10_000
"""Rows kept of a result; `truncated` says that there were more."""
NOT_INFERRED = "Nothing is assessed in this case yet. Run: attrigraph infer"


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What an investigation found.

    `parameters` are the values it ran with, defaults included. `note` is a sentence the reader of the table needs to
    know, or None.
    """

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    truncated: bool
    query: Investigation
    parameters: dict[str, Any]
    note: str | None = None

    def to_dicts(self) -> list[dict[str, Any]]:
        """One dict a row; times are datetimes."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def to_plain(self) -> dict[str, Any]:
        """The whole result as values JSON can hold, with the name and revision of the query and its parameters."""
        return {
            "query": self.query.id,
            "revision": self.query.revision,
            "parameters": plain(self.parameters),
            "columns": list(self.columns),
            "rows": plain(self.rows),
            "truncated": self.truncated,
        }

    def to_json(self) -> str:
        """`to_plain` as text."""
        return json.dumps(self.to_plain(), ensure_ascii=False, indent=1)

    def to_csv(self) -> str:
        """A header line and one line a row; unknown is empty, lists are joined with "; "."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([[_cell(plain(value)) for value in row] for row in self.rows])
        return out.getvalue()

    def to_pandas(self) -> pd.DataFrame:
        """A DataFrame with the declared columns, also when there are no rows."""
        import pandas as pd

        return pd.DataFrame.from_records(self.rows, columns=list(self.columns))

    def _repr_html_(self) -> str:
        """The table in a notebook."""
        return str(self.to_pandas().to_html(index=False, na_rep="unknown", max_rows=200, escape=True))


def run(
    store: Store,
    registry: Registry,
    name: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    timeout_s: float = TIMEOUT_S,
    max_rows: int = MAX_ROWS,
) -> QueryResult:
    """Run the investigation `name`. Values may be texts (command line) or typed (Python).

    Raises QueryError (no such investigation), BadParameter, BadDefinition (the result is not what the file declares),
    QueryRefused (not read-only), QueryTimeout.
    """
    query = registry.get(name)
    values = read_parameters(name, query.parameters, parameters or {})
    note = _check_run(store, query, values)
    table = store.read_only(query.cypher, values, timeout_s=timeout_s, max_rows=max_rows)
    _check_result(query, table.columns, table.rows)
    return QueryResult(tuple(c.name for c in query.columns), table.rows, table.truncated, query, values, note)


def _check_run(store: Store, query: Investigation, values: Mapping[str, Any]) -> str | None:
    """A run that was asked for must exist; a case without one is told apart from one without findings."""
    names = [p.name for p in query.parameters if p.type == "run"]
    if not names:
        return None
    runs = sorted(str(row["id"]) for row in store.read(statement("inference/runs")) if row["complete"])
    for name in names:
        if values[name] is not None and values[name] not in runs:
            there = f"Complete runs: {', '.join(runs)}." if runs else NOT_INFERRED
            raise BadParameter(f"{query.id}: parameter {name} = {values[name]!r} is no complete run. {there}")
    return None if runs else NOT_INFERRED


def _check_result(query: Investigation, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    declared = tuple(c.name for c in query.columns)
    if columns != declared and (columns or rows):  # the embedded engine names no columns when there are no rows
        raise BadDefinition(
            f"{query.path}: the header declares the columns {', '.join(declared)}, "
            f"the statement returns {', '.join(columns)}. Make them the same."
        )
    for row in rows:
        for column, value in zip(query.columns, row, strict=True):
            if not fits(column.type, value):
                raise BadDefinition(
                    f"{query.path}: column {column.name} is declared {column.type}, the statement returned "
                    f"{str(value)[:80]!r} ({type(value).__name__}). Correct the header or the statement."
                )


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join("" if v is None else str(v) for v in value)
    return value
