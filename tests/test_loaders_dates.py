"""Dates in which day and month come first: read as `--date-order` says, never guessed."""

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
