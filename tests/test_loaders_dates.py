"""Times as people and programs write them: what can mean one thing only is read, nothing else is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest
from loading import Bench

from attrigraph.errors import InputError
from attrigraph.loaders.convert import DATE_ORDERS

WRITTEN = [
    "04/05/2024 10:00", "4.5.2024 10:00", "04-05-24 10:00:00", "04/05/2024, 10:00 am", "4/5/24 10:00:00 AM",
    "04.05.2024T10:00", "04/05/2024 10:00 UTC", "04/05/2024 10:00:00Z",
]  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def logins(*times: str) -> str:
    return "account_id,at,ip\n" + "".join(f'x:1,"{time}",192.0.2.1\n' for time in times)


@pytest.mark.parametrize(("order", "day"), [("dmy", "2024-05-04"), ("mdy", "2024-04-05")])
def test_every_way_to_write_a_date_follows_the_order(bench: Bench, order: str, day: str) -> None:
    report = bench.load("a.csv", logins(*WRITTEN), date_order=order, timezone="UTC")
    assert report.rejected == 0
    assert set(bench.table("logins", "at")) == {(f"{day} 10:00:00+00",)}


def test_the_zone_is_the_one_given_unless_the_date_says_utc(bench: Bench) -> None:
    bench.load("a.csv", logins("31/07/2024 10:00", "31/07/2024 10:00 UTC"), date_order="dmy", timezone="Europe/Lisbon")
    assert bench.table("logins", "at") == [("2024-07-31 09:00:00+00",), ("2024-07-31 10:00:00+00",)]


def test_without_an_order_nothing_is_guessed(bench: Bench) -> None:
    report = bench.load("a.csv", logins("31/12/2024 10:00", "2024-12-31T10:00:00Z"), timezone="UTC")
    assert report.reasons == {"at: a date without an order of day and month": 1}
    with pytest.raises(InputError, match="Say which comes first with --date-order dmy or --date-order mdy"):
        bench.load("b.csv", logins("04/05/2024"), timezone="UTC")


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        ("31/12/2024 10:00", "at: not a time"),
        ("12/31/2024 25:00", "at: not a time"),
        ("12/31/2024 noon", "at: not a time"),
        ("12/31/1924", "at: a time before 1990"),
        ("12/31/3024", "at: a time in the future"),
    ],
)
def test_what_is_no_date_in_that_order_says_why(bench: Bench, time: str, reason: str) -> None:
    report = bench.load("a.csv", logins(time, "2024-12-31T10:00:00Z"), date_order="mdy", timezone="UTC")
    assert report.reasons == {reason: 1}


def test_an_ordered_date_has_no_zone_of_its_own(bench: Bench) -> None:
    report = bench.load("a.csv", logins("12/31/2024 10:00", "12/31/2024 10:00 UTC"), date_order="mdy")
    assert report.reasons == {"at: a time without a zone": 1}
    assert bench.table("logins", "at") == [("2024-12-31 10:00:00+00",)]


def test_other_times_are_read_as_ever(bench: Bench) -> None:
    times = ["2024-12-31T10:00:00Z", "1735639200", "Tue Dec 31 10:00:00 +0000 2024", "2024-12-31 10:00"]
    for order in DATE_ORDERS:
        bench.load("a.csv", logins(*times), date_order=order, timezone="UTC")
        assert set(bench.table("logins", "at")) == {("2024-12-31 10:00:00+00",)}


def test_an_order_that_is_none_is_refused(bench: Bench) -> None:
    with pytest.raises(InputError, match="--date-order 'ymd' is none of dmy, mdy"):
        bench.load("a.csv", logins("04/05/2024"), date_order="ymd")


# ---- months by name, and other ways to write a time that mean one thing only


@pytest.mark.parametrize(
    "time",
    [
        "13 Feb 2026 14:05", "Feb 13, 2026 2:05 PM", "Feb. 13, 2026, 2:05 p.m.", "13-Feb-2026 14:05:00",
        "2026-Feb-13 14:05", "Friday, February 13, 2026 at 2:05 PM", "13th February 2026 14:05",
        "2:05 PM · Feb 13, 2026", "14:05 - 13 Feb 2026", "20260213T140500", "2026年2月13日 14:05",
        "2026년 2월 13일 14:05",
    ],
)  # fmt: skip
def test_a_month_with_a_name_needs_no_order(bench: Bench, time: str) -> None:
    report = bench.load("a.csv", logins(time), timezone="Asia/Manila")
    assert (report.rejected, bench.table("logins", "at")) == (0, [("2026-02-13 06:05:00+00",)])
    both = bench.load("b.csv", logins(time, "2026-02-13T06:05:00Z"))
    assert both.reasons == {"at: a time without a zone": 1}


@pytest.mark.parametrize(
    "time",
    [
        "Fri, 13 Feb 2026 14:05:00 GMT", "Fri, 13 Feb 2026 22:05:00 +0800", "13/Feb/2026:14:05:00 +0000",
        "Fri Feb 13 2026 15:05:00 GMT+0100 (Central European Standard Time)", "20260213T140500Z",
        "2026-02-13 17:05:00 UTC+3", "13 Feb 2026 9:05 AM GMT-5", "2026年2月13日 22:05 UTC+8",
        "2026-02-13 06:05:00 -0800 (PST)", "2026-02-13 14:05:00.000 +0000 UTC", "Feb 13, 2026 2:05:00 PM UTC",
    ],
)  # fmt: skip
def test_a_zone_of_its_own_counts(bench: Bench, time: str) -> None:
    bench.load("a.csv", logins(time), timezone="Asia/Manila")
    assert bench.table("logins", "at") == [("2026-02-13 14:05:00+00",)]


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        ("30 Feb 2026 14:05", "not a time"),
        ("13 Feb 2026 13:05 PM", "not a time"),
        ("13 Feb 26 14:05", "not a time"),
        ("13 marraskuu 2026", "not a time"),
        ("13 Feb 2026 14:05 CST", "a zone in letters, which may mean several"),
        ("2026-02-13 14:05 CET", "a zone in letters, which may mean several"),
        ("2026-02-13 14:05 (PST)", "a zone in letters, which may mean several"),
        ("2:05 PM PST · Feb 13, 2026", "not a time"),
        ("13 Feb 1926 14:05", "a time before 1990"),
        ("Feb 13, 3026", "a time in the future"),
    ],
)
def test_what_may_mean_several_things_is_not_read(bench: Bench, time: str, reason: str) -> None:
    report = bench.load("a.csv", logins(time, "2026-02-13T06:05:00Z"), timezone="UTC")
    assert report.reasons == {f"at: {reason}": 1}
