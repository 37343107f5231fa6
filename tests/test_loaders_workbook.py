"""Tables that people keep as Excel workbooks: the header under its title, other sheets beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from loading import Bench, workbook

from attrigraph.errors import InputError, UnreadableFile, UnrecognisedFile
from attrigraph.loaders.load import LoadOptions, plan
from attrigraph.loaders.preview import preview
from attrigraph.loaders.workbook import sheets

HEADER = ["account_id", "handle", "created", "store_country", "team"]
NETWORK = [
    ["Network of the harbour"],
    [],
    HEADER,
    ["x:1", "ann", "=46024.127835648", "Serbia", "blue"],
    ["x:2", "bob"],
    [],
    ["x:3", "eve", "", "", "red", "one too many"],
]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_the_header_is_found_under_its_title_and_beside_other_sheets(bench: Bench) -> None:
    notes = [["what is this"], ["2026-01-02", "seen"]]
    report = bench.load("network.xlsx", workbook(notes, NETWORK), timezone="UTC")

    assert (report.format, report.tables) == ("accounts from an Excel workbook", {"accounts": 2, "signals": 1})
    assert bench.table("accounts", "account_id", "created_at", "raw", "record") == [
        ("x:1", "2026-01-02 03:04:05+00", '{"team":"blue"}', "sheet 2 row 4"),
        ("x:2", None, None, "sheet 2 row 5"),
    ]
    assert bench.table("signals", "signal", "value", "record") == [("store_country", "Serbia", "sheet 2 row 4")]
    assert bench.rejects(report) == [
        ("sheet 2 row 7", "", '["x:3", "eve", "", "", "red", "one too many"]', "6 cells where the header has 5")
    ]
    assert [found[::3] for found in bench.rejects(report, "field")] == [
        ("sheet 1 row 1", "another sheet, not read: save it as a file of its own"),
        ("sheet 2 row 1", "above the header, not read"),
    ]
    assert (report.records, report.loaded, report.rejected) == (4, 3, 1)


def test_times_of_a_workbook_have_no_zone(bench: Bench) -> None:
    report = bench.load("network.xlsx", workbook(NETWORK))
    assert report.remarks["created_at: a time without a zone"] == 1
    assert bench.table("accounts", "created_at") == [(None,), (None,)]


def test_columns_are_named_and_a_preview_shows_them(bench: Bench) -> None:
    path = bench.write("people.xlsx", workbook([["Konto", "Land"], ["7", "Serbia"]]))
    shown = preview(path, LoadOptions(platform="x", mapping={"Konto": "account_id", "Land": "declared_country"}))
    assert (shown.format, shown.mapping) == ("accounts from an Excel workbook", {"Konto": "account_id"})
    assert shown.rows["signals"][0]["value"] == "Serbia"


def test_a_workbook_that_is_no_table_says_what_it_has(bench: Bench) -> None:
    with pytest.raises(InputError, match=r"prices\.xlsx is no table and no format known here\. It has: Date, Price\."):
        bench.load("prices.xlsx", workbook([["Date", "Price"], ["2026-01-01", "3"]]))
    with pytest.raises(InputError, match=r"is no table and no format known here\. It has: no columns\."):
        bench.load("empty.xlsx", workbook([]))


def test_a_workbook_that_declares_entities_is_refused(bench: Bench) -> None:
    bomb = '<!DOCTYPE sst [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]>'
    path = bench.write("quay - IP Data.xlsx", workbook([["Timestamp", "IP", "IP Country"]], doctype=bomb))
    with pytest.raises(UnreadableFile, match="document type"):
        list(sheets(path))
    with pytest.raises(InputError, match="is a damaged workbook: it declares a document type"):
        preview(path)


def test_a_known_format_that_was_saved_as_a_workbook_is_not_taken_for_a_table(bench: Bench) -> None:
    users = (
        "userid user_display_name user_screen_name user_reported_location user_profile_description user_profile_url "
        "follower_count following_count account_creation_date account_language"
    )
    content = workbook([users.split(), ["u1", "Ann", "ann", "Beograd", "", "", "5", "6", "2014-01-02", "en"]])
    with pytest.raises(UnrecognisedFile, match=r"\(x-io-users\)\. Save its sheet as CSV, and it is read as that"):
        bench.load("users.xlsx", content)
    assert bench.load("users.xlsx", content, table="accounts", platform="x").tables == {"accounts": 1}


# ---- several sheets

PEOPLE = [["user_id", "handle", "phone"], ["1", "ann", "+381601234567"], ["2", "bob"]]
LOGINS = [["user_id", "at", "ip"], ["1", "2026-01-02 03:04:05", "192.0.2.1"], ["2", "2026-01-02 03:04:05", "junk"]]


def test_every_sheet_that_is_a_table_is_read_and_the_others_are_named(bench: Bench) -> None:
    tabs = {"(Logins)": 2, "Notes": 3, "People": 1}
    content = workbook(PEOPLE, LOGINS, [["Summary"], ["3 accounts"]], tabs=tabs)
    report = bench.load("network.xlsx", content, platform="x", timezone="UTC")

    assert report.format == "logins, accounts from an Excel workbook"
    assert report.tables == {"logins": 1, "accounts": 2, "identifiers": 1}
    assert (report.records, report.loaded, report.rejected) == (5, 4, 1)
    assert bench.table("logins", "account_id", "record") == [("x:1", "sheet Logins row 2")]
    assert bench.table("identifiers", "account_id", "record") == [("x:1", "sheet People row 2")]
    assert bench.rejects(report) == [("sheet Logins row 3", "ip", "junk", "not an address")]
    assert [found[::3] for found in bench.rejects(report, "field")] == [
        ("sheet Notes row 1", "another sheet, not read: save it as a file of its own")
    ]
    assert report.mapping == {
        "Logins: user_id": "account_id", "Logins: at": "at", "Logins: ip": "ip",
        "People: user_id": "account_id", "People: handle": "handle",
    }  # fmt: skip
    assert report.notes == (
        "Sheets read: Logins (hidden) as logins, People as accounts.",
        "Sheet People: Became identifiers, of which keyed hashes are kept: phone.",
    )


def test_a_row_that_an_earlier_sheet_has_is_not_loaded_twice(bench: Bench) -> None:
    once, twice = ["1", "2026-01-02 03:04:05", "192.0.2.1"], ["1", "2026-01-03 03:04:05", "192.0.2.1"]
    january = [["user_id", "at", "ip"], once, twice, twice]
    suspicious = [["at", "user_id", "ip", "why"], [once[1], once[0], once[2], "odd"], ["2026-02-02", "1", "192.0.2.1"]]
    report = bench.load("a.xlsx", workbook(january, suspicious), platform="x", timezone="UTC")

    assert bench.table("logins", "at", "record", "raw") == [
        ("2026-01-02 03:04:05+00", "sheet 1 row 2", None),
        ("2026-01-03 03:04:05+00", "sheet 1 row 3", None),
        ("2026-01-03 03:04:05+00", "sheet 1 row 4", None),
        ("2026-02-02 00:00:00+00", "sheet 2 row 3", None),
    ]
    assert bench.rejects(report) == [("sheet 2 row 2", "", "", "an earlier sheet has the same row")]
    assert (report.records, report.loaded, report.rejected) == (5, 4, 1)


def test_posts_whose_id_was_made_are_the_same_row_too(bench: Bench) -> None:
    posts = [["user_id", "created_at", "text"], ["1", "2026-01-02 03:04:05", "hello"]]
    report = bench.load("a.xlsx", workbook(posts, posts), platform="x", timezone="UTC")
    assert (report.tables, report.rejected) == ({"posts": 1}, 1)


def test_map_names_columns_of_whichever_sheet_has_them(bench: Bench) -> None:
    people, logins = [["Konto", "Mobil"], ["1", "+381601234567"]], [["Wer", "at", "ip"], *LOGINS[1:2]]
    said = {"Konto": "account_id", "Wer": "account_id", "Mobil": "phone"}
    report = bench.load("a.xlsx", workbook(people, logins), platform="x", timezone="UTC", mapping=said)
    assert report.tables == {"accounts": 1, "identifiers": 1, "logins": 1}
    assert not any("Named with --map" in note for note in report.notes)

    with pytest.raises(InputError, match=r"--map names the column 'Mobil', which b\.xlsx does not have"):
        bench.load("b.xlsx", workbook(logins), platform="x", mapping={"Wer": "account_id", "Mobil": "phone"})
    both = [["Konto", "Wer", "at", "ip"], ["1", "1", "2026-01-02", "192.0.2.1"]]
    with pytest.raises(InputError, match=r"--map gives account_id 2 columns\. Name one"):
        bench.load("c.xlsx", workbook(both), platform="x", mapping={"Konto": "account_id", "Wer": "account_id"})


def test_table_reads_only_the_sheets_of_that_table(bench: Bench) -> None:
    report = bench.load("a.xlsx", workbook(PEOPLE, LOGINS), platform="x", timezone="UTC", table="logins")
    assert (report.tables, report.remarks) == (
        {"logins": 1}, {"another sheet, not read: save it as a file of its own": 1},
    )  # fmt: skip


def test_a_sheet_that_no_tab_leads_to_is_read_by_its_number(bench: Bench) -> None:
    report = bench.load("a.xlsx", workbook(LOGINS, PEOPLE, tabs={"People": 2, "Gone": 7}), platform="x", timezone="UTC")
    assert bench.table("accounts", "record")[0] == ("sheet People row 2",)
    assert bench.table("logins", "record") == [("sheet 2 row 2",)]
    assert report.notes[0] == "Sheets read: People as accounts, 2 as logins."


def test_explain_names_the_sheets_that_are_not_read(bench: Bench) -> None:
    found = plan(bench.write("a.xlsx", workbook(PEOPLE, [["Summary"]], LOGINS)), LoadOptions())
    assert (found.label, found.unread_sheets) == ("accounts, logins from an Excel workbook", ["2"])
    assert found.becomes == {
        "1: user_id": "accounts.account_id", "1: handle": "accounts.handle",
        "3: user_id": "logins.account_id", "3: at": "logins.at", "3: ip": "logins.ip",
    }  # fmt: skip
