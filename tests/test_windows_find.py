"""When the windows of an account begin, from dated observations alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from observed import Rows, at

from attrigraph.errors import InputError
from attrigraph.inference.records import Window
from attrigraph.inference.weights import load_weights
from attrigraph.inference.windows import find_windows
from attrigraph.inference.windows.views import TIMES, WindowObserved

WEIGHTS = load_weights().windows


def login(day: str, account: str = "x:1", **more: Any) -> dict[str, Any]:
    return {"account_id": account, "at": at(f"2026-{day} 12:00"), "ip": "203.0.113.7", **more}


def profile(day: str, handle: str, **more: Any) -> dict[str, Any]:
    return {"account_id": "x:1", "handle": handle, "observed_at": at(f"2026-{day} 12:00"), **more}


def signal(day: str, name: str, value: str) -> dict[str, Any]:
    return {"account_id": "x:1", "signal": name, "value": value, "observed_at": at(f"2026-{day} 12:00")}


def used(kind: str, value: str, first: str, last: str | None = None) -> dict[str, Any]:
    last_seen = at(f"2026-{last or first} 12:00")
    return {
        "account_id": "x:1",
        "kind": kind,
        "value": value,
        "first_seen": at(f"2026-{first} 12:00"),
        "last_seen": last_seen,
    }


def windows(dates: tuple[datetime, ...] = (), **tables: Any) -> list[Window]:
    return list(find_windows(Rows(**tables), WEIGHTS, "r1", dates).by_account.get("x:1", ()))


def starts(found: list[Window]) -> list[tuple[int, str | None, tuple[str, ...], int]]:
    """Number, first day, reasons, rows."""
    return [(w.number, f"{w.starts:%m-%d}" if w.starts else None, w.opened_by, w.rows) for w in found]


def test_an_account_without_a_change_has_one_window_which_is_not_mentioned() -> None:
    rows = [login("01-01"), login("02-01"), login("03-01")]
    assert windows(logins=rows, accounts=[profile("01-01", "ann"), profile("02-01", "Ann")]) == []


def test_ninety_days_of_silence_are_none_and_more_are() -> None:
    assert windows(logins=[login("01-01"), login("04-01")]) == []
    assert starts(windows(logins=[login("01-01"), login("04-02")])) == [(1, None, (), 1), (2, "04-02", ("silence",), 1)]


def test_posts_break_a_silence() -> None:
    post = {"account_id": "x:1", "post_id": "1", "at": at("2026-02-15 12:00")}
    assert windows(logins=[login("01-01"), login("04-02")], posts=[post]) == []


def test_a_new_handle_begins_a_window_and_a_profile_without_a_date_does_not() -> None:
    rows = [login("01-01"), login("01-20")]
    found = windows(logins=rows, accounts=[profile("01-02", "ann"), profile("01-10", "vote_now")])
    assert starts(found) == [(1, None, (), 2), (2, "01-10", ("handle",), 2)]
    assert found[0].ends == found[1].starts == at("2026-01-10 12:00")
    assert [w.now for w in found] == [False, True]
    undated = [{"account_id": "x:1", "handle": "ann"}, {"account_id": "x:1", "handle": "vote_now"}]
    assert windows(logins=rows, accounts=undated) == []


def test_two_handles_at_one_time_have_no_order() -> None:
    both = [profile("01-10", "ann"), profile("01-10", "ben")]
    assert windows(logins=[login("01-01"), login("01-20")], accounts=both) == []


def test_a_phone_that_replaces_another_is_a_change_and_one_beside_it_is_not() -> None:
    rows = [login("01-01"), login("03-01")]
    replaced = [used("phone", "a", "01-01", "01-20"), used("phone", "b", "02-01")]
    assert starts(windows(logins=rows, identifiers=replaced)) == [(1, None, (), 2), (2, "02-01", ("phone",), 2)]
    beside = [used("phone", "a", "01-01", "02-20"), used("phone", "b", "02-01")]
    assert windows(logins=rows, identifiers=beside) == []
    device = [used("device", "a", "01-01", "01-20"), used("device", "b", "02-01")]
    assert windows(logins=rows, identifiers=device) == []


def test_the_same_store_in_other_words_is_no_change() -> None:
    rows = [login("01-01"), login("03-01")]
    same = [signal("01-05", "store_country", "US"), signal("02-05", "store_country", "United States App Store")]
    assert windows(logins=rows, signals=same) == []
    other = [*same, signal("02-06", "store_country", "Serbia Android App")]
    assert starts(windows(logins=rows, signals=other)) == [(1, None, (), 3), (2, "02-06", ("store",), 2)]


def test_what_a_source_states_begins_a_window_and_is_no_evidence_in_it() -> None:
    rows = [login("01-01"), login("02-01")]
    found = windows(logins=rows, signals=[signal("01-15", "handle_change", "ann")])
    assert starts(found) == [(1, None, (), 1), (2, "01-15", ("handle",), 1)]


def test_changes_of_one_day_are_one() -> None:
    rows = [login("01-01"), login("03-01")]
    mails = [used("email", "a", "01-01"), used("email", "b", "02-01")]
    found = windows(logins=rows, identifiers=mails, signals=[signal("02-02", "phone_change", "changed")])
    assert starts(found) == [(1, None, (), 2), (2, "02-01", ("mail", "phone"), 2)]


def test_changes_that_may_be_one_are_one() -> None:
    rows = [login("01-01"), login("03-01")]
    stores = [signal("01-10", "store_country", "US"), signal("03-05", "store_country", "RS")]
    names = [profile("01-20", "ann"), profile("02-10", "ben")]
    assert starts(windows(logins=rows, signals=stores, accounts=names)) == [
        (1, None, (), 3), (2, "02-10", ("handle", "store"), 3),
    ]  # fmt: skip
    later = [signal("02-15", "store_country", "US"), signal("03-05", "store_country", "RS")]
    assert [w.opened_by for w in windows(logins=rows, signals=later, accounts=names)] == [(), ("handle",), ("store",)]


def test_dates_of_the_analyst_begin_a_window_in_every_account_that_has_rows_on_both_sides() -> None:
    rows = [login("01-01"), login("02-01"), login("02-02", "x:2")]
    found = find_windows(Rows(logins=rows), WEIGHTS, "r1", [at("2026-01-15 00:00")]).by_account
    assert list(found) == ["x:1"]
    assert starts(list(found["x:1"])) == [(1, None, (), 1), (2, "01-15", ("date",), 1)]


def test_a_date_without_a_zone_is_refused() -> None:
    with pytest.raises(InputError, match=r"2026-01-15T00:00:00 of a window has no zone"):
        find_windows(Rows(logins=[login("01-01")]), WEIGHTS, "r1", [datetime(2026, 1, 15)])


def test_registration_is_a_window_of_its_own_once_there_are_several() -> None:
    rows = [login("01-01", kind="registration"), login("01-02"), login("02-01")]
    assert windows(logins=rows) == []
    found = windows(logins=rows, signals=[signal("01-15", "handle_change", "ann")])
    assert [(w.run, w.rows, w.opened_by) for w in found] == [
        ("r1/0", 1, ("registration",)),
        ("r1/1", 1, ()),
        ("r1/2", 1, ("handle",)),
    ]


def test_registration_long_before_the_first_login_stands_alone() -> None:
    found = windows(logins=[login("01-01", kind="registration"), login("06-01"), login("06-02")])
    assert starts(found) == [(0, None, ("registration",), 1), (1, None, ("silence",), 2)]


def test_of_too_many_changes_the_newest_count() -> None:
    changes = [signal(f"{month:02}-01", "handle_change", "h") for month in range(2, 9)]
    rows = [login(f"{month:02}-15") for month in range(1, 9)]
    few = WEIGHTS.model_copy(update={"limit": 3})
    found = find_windows(Rows(logins=rows, signals=changes), few, "r1")
    assert starts(list(found.by_account["x:1"])) == [
        (1, None, (), 6), (2, "07-01", ("handle",), 1), (3, "08-01", ("handle",), 1),
    ]  # fmt: skip
    assert found.joined == 5


def test_no_rows_give_no_windows() -> None:
    assert find_windows(Rows(), WEIGHTS, "r1").by_account == {}


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 1, 1)).map(lambda t: at(t.isoformat(" ", "seconds")))
ACCOUNT = st.sampled_from(["x:1", "x:2"])
LOGINS = st.fixed_dictionaries(
    {
        "account_id": ACCOUNT,
        "at": MOMENTS,
        "ip": st.just("203.0.113.7"),
        "kind": st.sampled_from([None, "registration"]),
    }
)
PROFILES = st.fixed_dictionaries(
    {"account_id": ACCOUNT, "handle": st.sampled_from(["a", "b"]), "observed_at": st.none() | MOMENTS}
)
SIGNALS = st.fixed_dictionaries(
    {
        "account_id": ACCOUNT,
        "signal": st.sampled_from(["store_country", "registration_country", "platform_country"]),
        "value": st.sampled_from(["US", "RS"]),
        "observed_at": st.none() | MOMENTS,
    }
)
IDENTIFIERS = st.fixed_dictionaries(
    {
        "account_id": ACCOUNT,
        "kind": st.sampled_from(["phone", "email", "device"]),
        "value": st.sampled_from(["p", "q"]),
        "first_seen": st.none() | MOMENTS,
        "last_seen": st.none() | MOMENTS,
    }
)


@settings(max_examples=40, deadline=None)
@given(
    logins=st.lists(LOGINS, max_size=6),
    accounts=st.lists(PROFILES, max_size=4),
    signals=st.lists(SIGNALS, max_size=4),
    identifiers=st.lists(IDENTIFIERS, max_size=4),
)
def test_windows_partition_what_is_dated(**tables: Any) -> None:
    """Nothing is lost and nothing is doubled: every dated row of an account with windows is in exactly one."""
    rows = Rows(**tables)
    split = find_windows(rows, WEIGHTS, "r1")
    shown = WindowObserved(rows)
    records: dict[tuple[str, str], int] = {}
    for run in split.runs():
        own = split.of_run(run)
        assert len({w.account for w in own}) == len(own)
        shown.show(own)
        counted: dict[str, int] = {}
        for table in TIMES:
            dated = f"SELECT account_id, record FROM {table} t WHERE {TIMES[table]} IS NOT NULL"
            for account, record in shown.connection().execute(dated).fetchall():
                records[table, record] = records.get((table, record), 0) + 1
                counted[account] = counted.get(account, 0) + 1
        assert counted == {w.account: w.rows for w in own}
    shown.close()
    expected = {
        (table, record): 1
        for table in TIMES
        for account, record in rows.connection()
        .execute(f"SELECT account_id, record FROM {table} t WHERE {TIMES[table]} IS NOT NULL")
        .fetchall()
        if account in split.by_account
    }
    assert records == expected
