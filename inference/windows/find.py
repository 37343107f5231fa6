"""When the windows of an account begin: changes of handle, phone, mail and store, long silence, an analyst's dates.

A change is read from dated observations alone (docs/inference.md, "Time windows"). The dated rows of an account are
split between its windows: each is in exactly one. An account without a change has one window, not mentioned here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from attrigraph.duck import named_queries
from attrigraph.errors import InputError
from attrigraph.inference.records import Window
from attrigraph.inference.signal import Observed
from attrigraph.inference.weights import WindowWeights
from attrigraph.loaders.places import place_of_signal
from attrigraph.loaders.tables import CHANGE_SIGNALS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["BEGINNING", "END", "Windows", "define_dated", "find_windows", "microseconds", "queries"]

DAY_US = 86_400_000_000
BEGINNING, END = -(2**62), 2**62
"""Microseconds that no time reaches: the open ends of the first and the newest window."""
EVENTS = ("silence", "contact", "handle", "store", "told")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of the accounts that have more than one, by account and time; registration evidence first.

    `joined` counts changes that began no window of their own because the account has too many.
    """

    by_account: Mapping[str, tuple[Window, ...]] = field(default_factory=dict)
    joined: int = 0

    def runs(self) -> list[str]:
        """Run ids of the windows, by number."""
        return [run for _, run in sorted({(w.number, w.run) for ws in self.by_account.values() for w in ws})]

    def of_run(self, run: str) -> list[Window]:
        """The windows that carry a run id, by account."""
        return [w for _, ws in sorted(self.by_account.items()) for w in ws if w.run == run]


class Change(NamedTuple):
    """Something of an account changed after `before` (the old was seen last) and at the latest at `us` (the new)."""

    before: int
    us: int
    what: str


@dataclass(slots=True)
class Cut:
    """Where a window may begin, and why; rows are counted later, those of registration apart."""

    starts: int
    opened_by: tuple[str, ...] = ()
    ends: int = END
    seen: dict[bool, tuple[int, int, int]] = field(default_factory=dict)


def find_windows(observed: Observed, weights: WindowWeights, run: str, dates: Sequence[datetime] = ()) -> Windows:
    """The windows of every account that has more than one. `dates` begin a window in every account.

    Raises InputError for a date without a zone.
    """
    connection = observed.connection().cursor()
    try:
        define_dated(connection)
        events = _events(connection, weights, dates)
        cuts, joined = _all_cuts(events, weights)
        _count(connection, cuts)
    finally:
        connection.close()
    found = {account: _windows(account, run, own) for account, own in cuts.items()}
    return Windows({account: windows for account, windows in sorted(found.items()) if windows}, joined)


def _events(
    connection: DuckDBPyConnection, weights: WindowWeights, dates: Sequence[datetime]
) -> dict[str, list[Change]]:
    """Account -> changes, unordered."""
    _register_stores(connection)
    found: dict[str, list[Change]] = defaultdict(list)
    for name in EVENTS:
        given = {"silence": int(weights.silence_days * DAY_US)} if name == "silence" else {}
        for account, *change in connection.execute(queries()[name], given).fetchall():
            found[account].append(Change(*change))
    if dates:
        moments = [microseconds(date) for date in dates]
        for (account,) in connection.execute(queries()["everyone"]).fetchall():
            found[account] += [Change(us, us, "date") for us in moments]
    return found


def _register_stores(connection: DuckDBPyConnection) -> None:
    """What place a value of an app store means: the same place in other words is no change."""
    rows = connection.execute("SELECT DISTINCT value FROM signals WHERE signal = 'store_country'").fetchall()
    places = {value: place_of_signal("store_country", value) for (value,) in rows}
    connection.execute("CREATE OR REPLACE TEMP TABLE store_places (value VARCHAR, place VARCHAR)")
    known = [[value, place.region or "+".join(place.codes)] for value, place in places.items() if place]
    if known:
        connection.executemany("INSERT INTO store_places VALUES (?, ?)", known)


def define_dated(connection: DuckDBPyConnection) -> None:
    """Make the view `dated` of a connection: account_id, at, source, record, registration."""
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("CREATE OR REPLACE TEMP TABLE change_signals (signal VARCHAR, what VARCHAR)")
    connection.executemany("INSERT INTO change_signals VALUES (?, ?)", [list(pair) for pair in CHANGE_SIGNALS.items()])
    connection.execute(queries()["dated"])


def _all_cuts(events: Mapping[str, Iterable[Change]], weights: WindowWeights) -> tuple[dict[str, list[Cut]], int]:
    cuts, joined = {}, 0
    for account, found in events.items():
        own = _together(sorted(found, key=lambda c: (c.us, c.what)), int(weights.together_days * DAY_US))
        joined += max(0, len(own) - (weights.limit - 1))
        own = [Cut(BEGINNING), *own[-(weights.limit - 1) :]]
        for cut, after in pairwise(own):
            cut.ends = after.starts
        cuts[account] = own
    return cuts, joined


def _together(changes: Sequence[Change], within_us: int) -> list[Cut]:
    """The fewest cuts that explain all changes: each has one between its old and its new, or a day before it.

    Of an account that changes hands each thing is seen changed at another time; where a change may have happened at the
    cut before, it did.
    """
    cuts: list[Cut] = []
    for change in changes:
        if cuts and (cuts[-1].starts > change.before or change.us - cuts[-1].starts <= within_us):
            cuts[-1].opened_by = _both(cuts[-1].opened_by, (change.what,))
        else:
            cuts.append(Cut(change.us, (change.what,)))
    return cuts


def _both(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*first, *second}))


def _count(connection: DuckDBPyConnection, cuts: Mapping[str, Sequence[Cut]]) -> None:
    """Fill in what is dated between the cuts."""
    import pandas as pd

    rows = [(a, n, c.starts, c.ends) for a, own in cuts.items() for n, c in enumerate(own)]
    frame = pd.DataFrame(rows, columns=["account_id", "number", "starts", "ends"]).astype(
        {"account_id": "str", "number": "int64", "starts": "int64", "ends": "int64"}
    )
    connection.register("cuts", frame)
    for account, number, registration, count, first, last in connection.execute(queries()["counts"]).fetchall():
        cuts[account][number].seen[registration] = (count, first, last)
    connection.unregister("cuts")


def _windows(account: str, run: str, cuts: Sequence[Cut]) -> tuple[Window, ...]:
    """The windows of one account, or none when everything dated lies between two changes."""
    if len(_merged(cuts, apart=False)) < 2:
        return ()
    found = []
    registered = [cut.seen[True] for cut in cuts if True in cut.seen]
    if registered:
        seen = (sum(s[0] for s in registered), min(s[1] for s in registered), max(s[2] for s in registered))
        found.append(_window(account, run, 0, Cut(BEGINNING, ("registration",)), seen))
    own = _merged(cuts, apart=True)
    found += [_window(account, run, n, cut, cut.seen[False]) for n, cut in enumerate(own, 1)]
    if len(found) < 2:
        return ()
    if own:
        found[-1] = replace(found[-1], now=True)
    return tuple(found)


def _merged(cuts: Sequence[Cut], *, apart: bool) -> list[Cut]:
    """Cuts with something dated behind them; one without joins the next. `apart`: registration does not count."""
    found: list[Cut] = []
    waiting: Cut | None = None
    for cut in cuts:
        merged = Cut(cut.starts, cut.opened_by, cut.ends, cut.seen)
        if waiting:
            merged.starts, merged.opened_by = waiting.starts, _both(waiting.opened_by, cut.opened_by)
        if (False in cut.seen) if apart else bool(cut.seen):
            found.append(merged)
            waiting = None
        else:
            waiting = merged
    if found:
        found[0].starts, found[-1].ends = BEGINNING, END
    return found


def _window(account: str, run: str, number: int, cut: Cut, seen: tuple[int, int, int]) -> Window:
    rows, first, last = seen
    return Window(
        account=account,
        run=f"{run}/{number}",
        number=number,
        starts=None if cut.starts == BEGINNING else _moment(cut.starts),
        ends=None if cut.ends == END else _moment(cut.ends),
        first_at=_moment(first),
        last_at=_moment(last),
        rows=rows,
        opened_by=cut.opened_by,
        now=False,
    )


def _moment(us: int) -> datetime:
    return EPOCH + timedelta(microseconds=us)


def microseconds(at: datetime) -> int:
    """A time as microseconds since 1970. Raises InputError without a zone."""
    if at.tzinfo is None:
        raise InputError(f"The date {at.isoformat()} of a window has no zone. Write it like 2026-03-01T00:00:00Z.")
    return (at - EPOCH) // timedelta(microseconds=1)


def queries() -> dict[str, str]:
    """Name -> text of the statements of `windows.sql`."""
    return named_queries(__package__ or __name__, "windows.sql")
