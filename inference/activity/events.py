"""Active hours of all accounts, read from the observations in parts that fit into memory.

Replies, logins and the like happen when a person sits there; posts can be timed. Where an account has enough of the
former (`live_hours`), they alone are used. Posts of scheduling programs are left out; so are times in the future and
before 1990, which no account of a platform can have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attrigraph.inference.activity.hours import distinct_hours
from attrigraph.inference.signal import Observed
from attrigraph.inference.weights import ActivityWeights

__all__ = ["IMPOSSIBLE", "TIMED", "Activity", "activity"]

Ints = NDArray[np.int64]

PART = 2_000_000
"""Events read at a time, unless one account has more."""
LOCATORS = 10
"""Source rows named in an item, the first of the events it rests on; there may be a hundred thousand."""
EARLIEST_S = 631_152_000
"""1990-01-01."""
TOLERANCE = timedelta(days=1)
"""Clocks differ; a time further ahead than this is in the future."""
MARK_S, HOUR_S = 300, 3600
TIMED, IMPOSSIBLE = "times look scheduled", "times lie in the future or before 1990"
"""Why the times of an account cannot be used."""

SCHEDULING = """
CREATE OR REPLACE TEMP TABLE activity_scheduling AS
SELECT client FROM (SELECT DISTINCT client FROM posts WHERE client IS NOT NULL)
WHERE regexp_matches(lower(client), $programs)
"""
EVENTS = """
SELECT account_id, epoch("at")::BIGINT AS t, reply_to IS NOT NULL AS live, client, source, record
FROM posts WHERE "at" IS NOT NULL
UNION ALL
SELECT account_id, epoch("at")::BIGINT, true, NULL, source, record
FROM logins WHERE "at" IS NOT NULL AND kind IS DISTINCT FROM 'registration'
UNION ALL
SELECT account_id, epoch(coalesce(try_cast(value AS TIMESTAMPTZ), observed_at))::BIGINT, false, NULL, source, record
FROM signals WHERE signal = 'activity_times' AND coalesce(try_cast(value AS TIMESTAMPTZ), observed_at) IS NOT NULL
"""
ACCOUNTS = f"""
CREATE OR REPLACE TEMP TABLE activity_accounts AS
SELECT account_id, (row_number() OVER (ORDER BY account_id) - 1)::INTEGER AS number, events
FROM (SELECT account_id, count(*) AS events FROM ({EVENTS}) GROUP BY account_id HAVING count(*) >= $least)
"""  # noqa: S608
NUMBERED = f"""
CREATE OR REPLACE TEMP TABLE activity_events AS
SELECT number, t, live, client IS NOT NULL AND client IN (SELECT client FROM activity_scheduling) AS scheduled
FROM ({EVENTS}) JOIN activity_accounts USING (account_id)
"""  # noqa: S608
PART_EVENTS = """
SELECT number - $first AS number, t, live, scheduled FROM activity_events WHERE number >= $first AND number < $after
"""
BEHIND = f"""
SELECT number - $first, min_by(source || ':' || record, (t + CASE WHEN live THEN 0 ELSE 8589934592 END) * 4096
                                                        + (hash(record) % 4096)::BIGINT, $locators)
FROM ({EVENTS}) JOIN activity_accounts USING (account_id)
WHERE number >= $first AND number < $after AND t >= $earliest AND t < $latest
      AND (client IS NULL OR client NOT IN (SELECT client FROM activity_scheduling)) GROUP BY number
"""  # noqa: S608
"""Replies and logins come first; among events of one second a hash decides."""
BEHIND_PART = 100_000
"""Accounts whose locators are looked up in one pass over the rows."""


@dataclass(frozen=True, slots=True)
class Activity:
    """Active hours of a part of the accounts: `account` (place in `accounts`) and `at` (seconds, UTC) run side by side.

    Sorted by account and time. Per account: `events` used, `marks` share of them on second 0 of a minute divisible by
    five, `live` whether replies and logins alone were used, `scheduled` posts of scheduling programs and `impossible`
    times left out, `sources` the rows behind the first active hours.
    """

    accounts: tuple[str, ...]
    account: Ints
    at: Ints
    events: Ints
    marks: NDArray[np.float64]
    live: NDArray[np.bool_]
    scheduled: Ints
    impossible: Ints
    sources: tuple[tuple[str, ...], ...]

    def period(self, number: int) -> tuple[datetime, datetime]:
        """First and last active hour of an account."""
        first, after = np.searchsorted(self.account, (number, number + 1))
        low, high = int(self.at[first]), int(self.at[after - 1])
        return datetime.fromtimestamp(low, tz=UTC), datetime.fromtimestamp(high, tz=UTC)

    def basis(self, number: int) -> str:
        """What was left out, as a sentence; empty when nothing was."""
        found = []
        if self.live[number]:
            found.append("posts that may have been timed")
        if self.scheduled[number]:
            found.append(f"{self.scheduled[number]} posts of scheduling programs")
        if self.impossible[number]:
            found.append(f"{self.impossible[number]} events dated in the future or before 1990")
        return f" Left out: {', '.join(found)}." if found else ""


def activity(
    observed: Observed,
    w: ActivityWeights,
    *,
    least: int,
    live_hours: int,
    now: datetime | None = None,
    left_out: dict[str, str] | None = None,
) -> Iterator[Activity]:
    """Active hours of every account that has at least `least`, part by part. `now` decides what is the future.

    Accounts that would have them but for what was left out are put into `left_out`, with the reason.

    Use it up before it is called again on the same connection: its temporary tables are made anew.
    """
    connection = observed.connection()
    programs = "|".join(re.escape(name) for name in w.schedulers) or "^$"
    connection.execute(SCHEDULING, {"programs": programs})
    connection.execute(ACCOUNTS, {"least": least})
    connection.execute(NUMBERED)
    rows = connection.execute("SELECT account_id, events FROM activity_accounts ORDER BY number").fetchall()
    names = [name for name, _ in rows]
    latest = int(((now or datetime.now(UTC)) + TOLERANCE).timestamp())
    bounds = {"earliest": EARLIEST_S, "latest": latest}
    behind: dict[int, tuple[str, ...]] = {}
    known = 0
    for first, after in _parts([events for _, events in rows]):
        while known < after:
            asked = bounds | {"first": known, "after": known + BEHIND_PART, "locators": LOCATORS}
            behind = {n: s for n, s in behind.items() if n >= first}
            behind |= {known + n: tuple(found) for n, found in connection.execute(BEHIND, asked).fetchall()}
            known += BEHIND_PART
        part = connection.execute(PART_EVENTS, {"first": first, "after": after}).fetchnumpy()
        found = _active(part, bounds, least, live_hours)
        if left_out is not None:
            left_out |= {names[first + number]: why for number, why in found.left_out.items()}
        yield from _named(found, first, names, behind)
    for table in ("accounts", "events", "scheduling"):
        connection.execute(f"DROP TABLE IF EXISTS activity_{table}")


def _parts(events: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Ranges of account numbers with at most PART events, or one account that has more."""
    first, held = 0, 0
    for number, count in enumerate(events):
        if held and held + count > PART:
            yield first, number
            first, held = number, 0
        held += count
    if held:
        yield first, len(events)


@dataclass(frozen=True, slots=True)
class _Active:
    """Active hours by account number, and per kept account (`kept`, sorted) what is told about it.

    `left_out`: why accounts are not kept that have enough hours, by number.
    """

    kept: Ints
    account: Ints
    at: Ints
    events: Ints
    marks: NDArray[np.float64]
    live: NDArray[np.bool_]
    scheduled: Ints
    impossible: Ints
    left_out: dict[int, str]


def _active(events: dict[str, Any], bounds: dict[str, int], least: int, live_hours: int) -> _Active:
    """Choose what counts: live events where there are enough, else all; accounts with fewer than `least` hours go."""
    who, at = np.asarray(events["number"], dtype=np.int64), np.asarray(events["t"], dtype=np.int64)
    live, timed = np.asarray(events["live"], dtype=bool), np.asarray(events["scheduled"], dtype=bool)
    size = int(who.max()) + 1 if len(who) else 0
    possible = (at >= bounds["earliest"]) & (at < bounds["latest"])
    usable = possible & ~timed
    live_who, _ = distinct_hours(who[usable & live], at[usable & live])
    alone = np.bincount(live_who, minlength=size) >= live_hours
    used = usable & (live | ~alone[who])
    counted = np.bincount(who[used], minlength=size)
    marks = np.bincount(who[used & (at % MARK_S == 0)], minlength=size)
    account, at_hours = distinct_hours(who[used], at[used])
    enough = np.bincount(account, minlength=size) >= least
    kept = np.flatnonzero(enough)
    scheduled = np.bincount(who[timed], minlength=size)
    impossible = np.bincount(who[~possible & ~timed], minlength=size)
    lacking = (~enough & (scheduled + impossible >= 1))[who]
    all_who, _ = distinct_hours(who[lacking], at[lacking])
    gone = np.flatnonzero(np.bincount(all_who, minlength=size) >= least)
    place = np.full(size, -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    mine = place[account] >= 0
    return _Active(
        kept=kept,
        account=place[account[mine]],
        at=at_hours[mine],
        events=counted[kept],
        marks=(marks / np.maximum(counted, 1))[kept],
        live=alone[kept],
        scheduled=scheduled[kept],
        impossible=impossible[kept],
        left_out={n: TIMED if scheduled[n] > impossible[n] else IMPOSSIBLE for n in gone.tolist()},
    )


def _named(found: _Active, first: int, names: list[str], behind: dict[int, tuple[str, ...]]) -> Iterator[Activity]:
    if len(found.kept):
        numbers = (found.kept + first).tolist()
        yield Activity(
            accounts=tuple(names[number] for number in numbers),
            account=found.account,
            at=found.at,
            events=found.events,
            marks=found.marks,
            live=found.live,
            scheduled=found.scheduled,
            impossible=found.impossible,
            sources=tuple(behind.get(number, ()) for number in numbers),
        )
