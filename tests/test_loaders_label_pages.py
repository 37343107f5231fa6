"""Google's change history: nobody tells its labels, so the user's table does; the subscriber page takes one, too."""

from __future__ import annotations

from pathlib import Path

import pytest
from loading import Bench

from attrigraph.errors import InputError
from attrigraph.loaders.load import LoadReport

PAGE = (
    "<html><h4>Google Confidential and Proprietary</h4><ul><li>Google Account ID: 100</li>"
    "<li>Home of record: Serbia</li><li>Backup number: +381 60 123 4567</li><li>Empty:</li></ul>"
    "<table><tr><th>When<th>What<th>From<th>New value</tr>"
    "<tr><td>2026-01-02 03:04:05 Z<td>Recovery phone changed<td>192.0.2.1<td>+381601234568</tr>"
    "<tr><td>2026-01-03 03:04:05 Z<td>Name changed<td>192.0.2.2<td>Zoe Quay</tr></table></html>"
)
TABLE = {
    "home of record": "declared_country", "Backup number": "phone", "When": "at", "From": "ip",
    "Recovery phone changed": "phone_change",
}  # fmt: skip
UNKNOWN = "a label whose meaning nothing says"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_the_labels_of_the_users_table_and_no_others(bench: Bench) -> None:
    report = bench.load("a.ChangeHistory.html", PAGE, mapping=TABLE)
    assert (report.format, report.grade, report.rejected) == ("google-change-history", "C3", 0)
    assert bench.table("signals", "account_id", "signal", "value", "observed_at", "note", "record") == [
        ("google:100", "declared_country", "Serbia", None, "Home of record", "item 2"),
        ("google:100", "phone_change", "changed", "2026-01-02 03:04:05+00", "Recovery phone changed", "table 1 row 2"),
    ]
    assert bench.table("logins", "at", "ip", "kind") == [
        ("2026-01-02 03:04:05+00", "192.0.2.1", "session"), ("2026-01-03 03:04:05+00", "192.0.2.2", "session"),
    ]  # fmt: skip
    assert bench.table("identifiers", "kind", "region") == [("phone", "RS")]
    assert bench.rejects(report, "field") == [
        ("table 1 row 2", "New value", "+38…68", UNKNOWN),
        ("table 1 row 3", "What", "Name changed", UNKNOWN),
    ]


def test_without_a_table_the_page_is_refused_and_can_be_loaded_again(bench: Bench) -> None:
    said = "nothing says what its labels mean \\(Home of record, Backup number, When, What, From, New value\\)"
    with pytest.raises(InputError, match=said):
        bench.load("a.ChangeHistory.html", PAGE)
    assert bench.load(
        "a.ChangeHistory.html", PAGE, mapping={"From": "ignore", "Home of record": "declared_country"}
    ).loaded


def test_a_meaning_that_does_not_exist_is_said(bench: Bench) -> None:
    with pytest.raises(InputError, match=r"'phone_number' is nothing that .* means\. Did you mean phone"):
        bench.load("a.ChangeHistory.html", PAGE, mapping={"Backup number": "phone_number"})


def test_labels_make_accounts_and_registrations(bench: Bench) -> None:
    page = "<html>Google<table><tr><td>Made on:<td>2020-01-02 10:27:03 Z<tr><td>Made from:<td>192.0.2.7</table></html>"
    table = {"Made on": "created_at", "Made from": "registration_ip"}
    with pytest.raises(InputError, match="name it with --account"):
        bench.load("a.ChangeHistory.html", page, mapping=table)
    bench.load("a.ChangeHistory.html", page, mapping=table, account="100")
    assert bench.table("accounts", "account_id", "created_at") == [("google:100", "2020-01-02 10:27:03+00")]
    assert bench.table("logins", "at", "ip", "kind") == [("2020-01-02 10:27:03+00", "192.0.2.7", "registration")]


def test_the_account_of_the_subscriber_page_beside(bench: Bench) -> None:
    history = PAGE.replace("Google Account ID: 100", "Google Account ID: XXXXX")
    subscriber = "<h2>GOOGLE SUBSCRIBER INFORMATION</h2><ul><li>Google Account ID: 7</li><li>Created on: 2020-01-02 10:27:03 Z</li></ul>"  # noqa: E501
    files = {"G/a.ChangeHistory.html": history, "G/a.SubscriberInfo.html": subscriber}
    found = bench.load_folder(files, mapping={"Home of record": "declared_country"})
    assert all(isinstance(report, LoadReport) for report in found.values())
    assert bench.table("signals", "account_id", "signal") == [("google:7", "declared_country")]


def test_other_labels_of_a_subscriber_page(bench: Bench) -> None:
    page = (
        "<h2>GOOGLE SUBSCRIBER INFORMATION</h2><ul><li>Google Account ID: 100</li><li>Created on: 2020-01-02 10:27:03 Z"
        "</li><li>Signed up in: Serbia</li><li>Services: Gmail, zoe.quay@example.org</li></ul>"
    )
    report = bench.load("a.SubscriberInfo.html", page, mapping={"Signed up in": "registration_country"})
    assert bench.table("signals", "signal", "value") == [("registration_country", "Serbia")]
    assert bench.rejects(report, "field") == [("item 4", "Services", "Gmail, zo…@example.org", UNKNOWN)]


def test_a_number_told_as_a_region_is_hashed(bench: Bench) -> None:
    bench.load("a.ChangeHistory.html", PAGE, mapping={"Backup number": "phone_region"})
    assert bench.table("signals", "value") == []
    assert bench.table("identifiers", "kind", "display", "region") == [("phone", "+38…67", "RS")]


def test_labels_that_are_known_and_not_read_in_their_place_are_said(bench: Bench) -> None:
    page = (
        "<html><title>Google</title><ul><li>Google Account ID: 100</li><li>Port: 443</li></ul><table>"
        "<tr><th>Name</th><th>Phone</th></tr><tr><td>Quay</td><td>+381601234567</td></tr></table></html>"
    )
    told = {"Name": "display_name", "Port": "port", "Phone": "phone"}
    report = bench.load("x.ChangeHistory.html", page, mapping=told)
    assert report.tables == {"identifiers": 1}
    assert [found[:2] + found[3:] for found in bench.rejects(report, "field")] == [
        ("item 2", "Port", "port: not read here, where nothing is told with it"),
        ("table 1 row 2", "Name", "display_name: not read here, where nothing is told with it"),
    ]


def test_another_page_of_that_name_is_not_taken(bench: Bench) -> None:
    with pytest.raises(InputError, match="a web page"):
        bench.load("a.ChangeHistory.html", "<html><li>Home of record: Serbia</li></html>")
