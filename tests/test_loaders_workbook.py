"""Tables that people keep as Excel workbooks: the header under its title, other sheets beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from loading import Bench, workbook

from attrigraph.errors import InputError, UnreadableFile, UnrecognisedFile
from attrigraph.loaders.load import LoadOptions
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
