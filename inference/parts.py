"""A case in parts: the facts and observations of some accounts at a time, so that memory does not grow with the case.

A part looks like a case to a signal. Observations are tables with the rows of its accounts; facts of the graph are read
once, put away by account and given back part by part. A case small enough to be one part is read as it is.
"""

from __future__ import annotations

import pickle
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from attrigraph.duck import cursor_of, literal
from attrigraph.folder import scratch_folder
from attrigraph.graph import Statement
from attrigraph.inference.signal import Observed
from attrigraph.inference.stated import STATED
from attrigraph.loaders.tables import TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from attrigraph.graph import Store

__all__ = ["PART", "InParts", "Parts", "Shelf", "case_parts"]

PART = 20_000
"""Accounts of one part, where none has many rows."""
ROWS_AN_ACCOUNT = 100
"""So many rows of observations weigh as much as one account."""
WAITING = 5_000
"""Records that wait in memory before they are put away."""
COUNTED = ("posts", "logins", "ties", "signals", "identifiers")
LOWS = f"""
WITH counted AS (
    SELECT account_id, sum(rows) AS rows FROM (
        SELECT account_id, 0 AS rows FROM part_accounts
        UNION ALL
        {" UNION ALL ".join(f"SELECT account_id, count(*) FROM {name} GROUP BY account_id" for name in COUNTED)}
    ) GROUP BY account_id
), weighed AS (
    SELECT account_id, 1 + rows / {ROWS_AN_ACCOUNT} AS weight FROM counted
), placed AS (
    SELECT account_id, floor((sum(weight) OVER (ORDER BY account_id) - weight) / $size) AS part FROM weighed
)
SELECT min(account_id) AS low FROM placed GROUP BY part ORDER BY low
"""  # noqa: S608
"""The first account of each part."""
USERS = """
SELECT ip, list(DISTINCT part) FROM (SELECT DISTINCT account_id, ip FROM logins WHERE ip IS NOT NULL) l
ASOF JOIN part_lows p ON l.account_id >= p.low GROUP BY ip
"""
"""The parts in which an address was used."""


class Shelf:
    """Records put away by name and part; in memory where there is one part, else in files of a folder."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._waiting: dict[tuple[str, int], list[Any]] = defaultdict(list)
        self._count = 0

    def put(self, name: str, part: int, record: Any) -> None:
        """Put one record away behind those of the same name and part."""
        self._waiting[name, part].append(record)
        self._count += 1
        if self._folder and self._count >= WAITING:
            self._write(self._folder)

    def take(self, name: str, part: int) -> Iterator[Any]:
        """The records of a name and part, in the order in which they came."""
        if self._folder:
            self._write(self._folder)
            path = self._path(self._folder, name, part)
            if path.exists():
                with path.open("rb") as file:
                    while file.peek(1):
                        yield from pickle.load(file)
        else:
            yield from self._waiting.get((name, part), ())

    def drop(self, name: str, part: int) -> None:
        """Forget the records of a name and part."""
        self._waiting.pop((name, part), None)
        if self._folder:
            self._path(self._folder, name, part).unlink(missing_ok=True)

    def _write(self, folder: Path) -> None:
        for (name, part), records in self._waiting.items():
            with self._path(folder, name, part).open("ab") as file:
                pickle.dump(records, file, pickle.HIGHEST_PROTOCOL)
        self._waiting.clear()
        self._count = 0

    @contextmanager
    def another(self, name: str) -> Iterator[Shelf]:
        """An empty shelf of the same kind for the time of a block."""
        with scratch_folder(self._folder / name) if self._folder else nullcontext() as folder:
            yield Shelf(folder)

    @staticmethod
    def _path(folder: Path, name: str, part: int) -> Path:
        return folder / f"{name.replace('/', '.')}.{part}"


class InParts(Protocol):
    """Accounts in parts, as signals are asked about them: those of a case (`Parts`), or of one of its windows."""

    shelf: Shelf

    def __len__(self) -> int:
        """How many parts there are."""
        ...

    def accounts(self, part: int) -> list[str]:
        """The accounts of a part, by id."""
        ...

    def show(self, part: int) -> tuple[Store, Observed]:
        """What signals read to see the accounts of one part."""
        ...


class Parts:
    """The accounts of a case in parts, by id. `shelf` is for what outlives the part that is shown."""

    def __init__(self, store: Store, observed: Observed, accounts: Sequence[str], lows: Sequence[str], shelf: Shelf):
        self.store = store
        self.observed = observed
        self.shelf = shelf
        self._accounts = sorted(accounts)
        self._lows = lows
        self._shown: _PartObserved | None = None
        self._facts = _PartFacts(self)

    def __len__(self) -> int:
        """How many parts there are."""
        return len(self._lows)

    def accounts(self, part: int) -> list[str]:
        """The accounts of the graph in a part, by id."""
        ends = [bisect_left(self._accounts, low) for low in self._lows[part : part + 2]]
        return self._accounts[ends[0] if part else 0 : ends[1] if len(ends) > 1 else None]

    def of(self, account: str) -> int:
        """The part an account is in."""
        return max(0, bisect_right(self._lows, account) - 1)

    def show(self, part: int) -> tuple[Store, Observed]:
        """What signals read to see the accounts of one part; the part shown before is gone."""
        self._facts.show(part)
        if len(self) == 1:
            return cast("Store", self._facts), self.observed
        if self._shown is None:
            self._shown = _PartObserved(self.observed)
        self._shown.show(self._lows[part] if part else None, self._lows[part + 1] if part + 1 < len(self) else None)
        return cast("Store", self._facts), self._shown

    def users(self) -> dict[str, list[int]]:
        """Address -> parts whose accounts used it."""
        import pandas as pd

        connection = self.observed.connection()
        lows = pd.DataFrame({"low": pd.Series(["", *self._lows[1:]], dtype="str"), "part": range(len(self))})
        connection.register("part_lows", lows)
        try:
            return dict(connection.execute(USERS).fetchall())
        finally:
            connection.unregister("part_lows")

    def close(self) -> None:
        """Let the tables of the part shown go."""
        if self._shown is not None:
            self._shown.close()


@contextmanager
def case_parts(
    store: Store, observed: Observed, accounts: Sequence[str], size: int = PART, scratch: Path | None = None
) -> Iterator[Parts]:
    """The parts of a case, each about `size` accounts; fewer where they have many rows.

    What is put away lies in the folder `scratch` until the end (in the system's temporary folder when not given);
    what was in it is removed first.
    """
    lows = _lows(observed, accounts, size)
    with scratch_folder(scratch) if len(lows) > 1 else nullcontext() as folder:
        parts = Parts(store, observed, accounts, lows, Shelf(folder))
        try:
            yield parts
        finally:
            parts.close()


def _lows(observed: Observed, accounts: Sequence[str], size: int) -> list[str]:
    import pandas as pd

    connection = observed.connection()
    connection.register("part_accounts", pd.DataFrame({"account_id": pd.Series(accounts, dtype="str")}))
    try:
        return [low for (low,) in connection.execute(LOWS, {"size": size}).fetchall()] or [""]
    finally:
        connection.unregister("part_accounts")


class _PartObserved:
    """The observations of the accounts shown, as tables of the usual names; `case` are those of all accounts.

    The tables are a database of their own, which other connections see too: those of windows.
    """

    def __init__(self, observed: Observed) -> None:
        self.case = observed
        self._connection, self._stored = cursor_of(observed.connection())
        self._connection.execute("ATTACH ':memory:' AS shown_part; USE shown_part")

    def connection(self) -> DuckDBPyConnection:
        """The connection with the tables of the part."""
        return self._connection

    def show(self, low: str | None, high: str | None) -> None:
        """Show the accounts from `low` on and before `high`; None is without an end."""
        within = [f"account_id >= {literal(low)}"] if low is not None else []
        within += [f"account_id < {literal(high)}"] if high is not None else []
        for table in TABLES:
            rows = f"SELECT * FROM {self._stored}.{table.name} WHERE {' AND '.join(within)}"  # noqa: S608
            self._connection.execute(f"CREATE OR REPLACE TABLE {table.name} AS {rows}")

    def close(self) -> None:
        """Let the tables go; the connection of the case stays."""
        self._connection.execute(f"USE {self._stored}; DETACH shown_part")
        self._connection.close()


class _PartFacts:
    """The facts of the graph about the accounts shown. It stands in for the store when signals read.

    Rows belong to the part of their `account`, or to all parts that used their `ip`; others are about the whole case.
    What is stated, for which many signals ask, stays in memory until another part is shown.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._kept: set[str] = set()
        self._shown = 0
        self._stated: list[dict[str, Any]] | None = None

    def show(self, part: int) -> None:
        """Show another part."""
        if part != self._shown:
            self._shown, self._stated = part, None

    def read(self, statement: Statement, /, **parameters: Any) -> list[dict[str, Any]]:
        """All rows of a statement."""
        return list(self.stream(statement, **parameters))

    def stream(self, statement: Statement, /, **parameters: Any) -> Iterator[dict[str, Any]]:
        """The rows of a statement that are about the part."""
        if statement.name != STATED:
            yield from self._read(statement, parameters)
            return
        if self._stated is None:
            self._stated = list(self._read(statement, parameters))
        yield from self._stated

    def _read(self, statement: Statement, parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        if len(self._parts) == 1:
            return self._parts.store.stream(statement, **parameters)
        if statement.name not in self._kept:
            self._put_away(statement, parameters)
        return self._parts.shelf.take(statement.name, self._shown)

    def _put_away(self, statement: Statement, parameters: Mapping[str, Any]) -> None:
        place = None
        for row in self._parts.store.stream(statement, **parameters):
            place = place or self._placing(row)
            for part in place(row):
                self._parts.shelf.put(statement.name, part, row)
        self._kept.add(statement.name)

    def _placing(self, row: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Sequence[int]]:
        parts = self._parts
        if "account" in row:
            return lambda row: (parts.of(row["account"]),)
        if "ip" in row:
            users = parts.users()
            return lambda row: users.get(row["ip"], ())
        everywhere = range(len(parts))
        return lambda _: everywhere
