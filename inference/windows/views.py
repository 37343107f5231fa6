"""What the signals see of one window: the observations and the facts of the accounts that have it, and nothing else.

A signal does not know about windows. It reads views of the usual names, and facts of the graph that are cut to those
with a row behind them in the window; their times are those of these rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from attrigraph.duck import cursor_of
from attrigraph.graph import Statement
from attrigraph.inference.records import Window
from attrigraph.inference.signal import Observed, PersonaSignal, Signal
from attrigraph.inference.signals import all_signals
from attrigraph.inference.signals.login_ip import moment_of
from attrigraph.inference.stated import STATED, STATED_COLUMNS, stated_by
from attrigraph.inference.windows.find import BEGINNING, END, define_dated, microseconds

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from attrigraph.graph import Store

__all__ = ["WindowFacts", "WindowObserved"]

TIMES = {
    "accounts": "t.observed_at",
    "logins": 't."at"',
    "posts": 't."at"',
    "signals": "t.observed_at",
    "identifiers": "coalesce(t.first_seen, t.last_seen)",
    "ties": "t.first_seen",
}
"""When a row of a table is dated (`windows.sql` says the same of the rows it counts)."""
OF_REGISTRATION = {"logins": "coalesce(t.kind = 'registration', false)", "signals": "t.signal = 'registration_country'"}
BEHIND = """
SELECT b.account_id, b.value, epoch(max(d."at")) FROM ({behind}) b
LEFT JOIN dated d ON d.account_id = b.account_id AND d.source = b.source AND d.record = b.record
GROUP BY b.account_id, b.value
"""
"""The facts that have rows in the window, with the time of the last of them (none for a profile without a date)."""


class WindowObserved:
    """The observations of the window shown: views over those of the case, for the accounts that have the window.

    Rows of a time belong to the window of that time; those of registration to window 0. Profiles without a time are
    in the newest window, other rows without one in none.
    """

    def __init__(self, observed: Observed) -> None:
        self._connection, self._case = cursor_of(observed.connection())
        self._connection.execute(
            "CREATE TEMP TABLE shown_windows "
            "(account_id VARCHAR, starts BIGINT, ends BIGINT, registration BOOLEAN, newest BOOLEAN)"
        )
        for table, time in TIMES.items():
            self._connection.execute(f"CREATE TEMP VIEW {table} AS {_rows(f'{self._case}.{table}', table, time)}")
        define_dated(self._connection)

    def connection(self) -> DuckDBPyConnection:
        """The connection with the views of the window."""
        return self._connection

    def show(self, windows: Sequence[Window]) -> None:
        """Show these windows, at most one an account."""
        import pandas as pd

        rows = [(w.account, _us(w.starts, BEGINNING), _us(w.ends, END), w.number == 0, w.now) for w in windows]
        frame = pd.DataFrame(rows, columns=["account_id", "starts", "ends", "registration", "newest"])
        self._connection.register("given_windows", frame)
        self._connection.execute("DELETE FROM shown_windows")
        self._connection.execute("INSERT INTO shown_windows SELECT * FROM given_windows")
        self._connection.unregister("given_windows")

    def close(self) -> None:
        """Let the views go; the connection of the case stays."""
        self._connection.close()


def _rows(stored: str, table: str, time: str) -> str:
    within = f"epoch_us({time}) >= w.starts AND epoch_us({time}) < w.ends"
    if table == "accounts":
        within = f"(({within}) OR (t.observed_at IS NULL AND w.newest))"
    registration = OF_REGISTRATION.get(table, "false")
    own = f"SELECT t.* FROM {stored} t JOIN shown_windows w ON w.account_id = t.account_id"  # noqa: S608
    return f"{own} WHERE {within} AND w.registration = ({registration})"


def _us(at: datetime | None, otherwise: int) -> int:
    return otherwise if at is None else microseconds(at)


class WindowFacts:
    """The facts of the graph, cut to the window shown. It stands in for the store when signals read.

    `observed` are the observations of the window. Facts about accounts are read once and kept for the windows that
    follow. Facts that name no rows behind them cannot be told apart by time: they are left out and named in `undated`.
    """

    def __init__(self, store: Store, observed: WindowObserved, accounts: Container[str], undated: set[str]) -> None:
        self._store = store
        self.observed = observed
        self._accounts = accounts
        self._kept: dict[str, list[dict[str, Any]]] = {}
        self._stating = [s for s in all_signals() if s.stated]
        self._signals = {s.facts: s for s in all_signals() if not s.stated}
        self._stated: list[dict[str, Any]] | None = None
        self._undated = undated

    def show(self, windows: Sequence[Window]) -> None:
        """Show these windows, at most one an account."""
        self.observed.show(windows)
        self._stated = None

    def as_store(self) -> Store:
        """Itself where a signal asks for the store: signals only read, with `stream` and `read`."""
        return cast("Store", self)

    def read(self, statement: Statement, /, **parameters: Any) -> list[dict[str, Any]]:
        """All rows of a statement."""
        return list(self.stream(statement, **parameters))

    def stream(self, statement: Statement, /, **parameters: Any) -> Iterator[dict[str, Any]]:
        """The rows of a statement that belong to the window; facts that are about no account pass."""
        if statement.name not in self._kept:
            rows = self._store.stream(statement, **parameters)
            first = next(rows, {"account": None})
            if "account" not in first:
                yield from chain((first,), rows)
                return
            self._kept[statement.name] = [row for row in chain((first,), rows) if row["account"] in self._accounts]
        kept = self._kept[statement.name]
        if statement.name == STATED:
            self._stated = self._stated_within(kept) if self._stated is None else self._stated
            yield from self._stated
        else:
            yield from self._of_window(self._signals.get(statement.name), statement.name, kept)

    def _stated_within(self, kept: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """What is stated in the window, in rows like those of the query."""
        found: dict[str, list[list[Any]]] = defaultdict(list)
        for signal in self._stating:
            for row in self._of_window(signal, signal.name, list(stated_by(signal.name, kept))):
                found[row["account"]].append([signal.name, *map(row.get, STATED_COLUMNS)])
        return [{"account": account, "stated": stated} for account, stated in sorted(found.items())]

    def _of_window(
        self, signal: Signal | None, name: str, rows: Sequence[Mapping[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        if signal and signal.behind:
            return self._within(signal, rows)
        if rows:
            self._undated.add(name.removeprefix("facts/"))
        return iter(())

    def _within(self, signal: Signal, rows: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        query = BEHIND.format(behind=signal.behind)
        last = {(a, v): at for a, v, at in self.observed.connection().execute(query).fetchall()}
        if isinstance(signal, PersonaSignal):
            yield from _fields(rows, last)
            return
        for row in rows:
            key = (row["account"], row["value"])
            if key in last:
                yield dict(row) | ({"at": moment_of(last[key])} if "at" in row else {})


def _fields(
    rows: Sequence[Mapping[str, Any]], last: Mapping[tuple[str, str], float | None]
) -> Iterator[dict[str, Any]]:
    """A profile field is what was seen last in the window; the graph holds only what was seen last of all."""
    known = {(row["account"], row["value"]): row for row in rows}
    newest: dict[str, tuple[float, str]] = {}
    for (account, value), at in last.items():
        newest[account] = max(newest.get(account, (float("-inf"), "")), (float("-inf") if at is None else at, value))
    for account, (_, value) in sorted(newest.items()):
        yield dict(known.get((account, value), {"account": account, "value": value}))
