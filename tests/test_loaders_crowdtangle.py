"""Countries of the managers of Pages: CrowdTangle in its three shapes, tables of Page Transparency."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from loading import Bench
from shared_data import sample

from attrigraph.loaders.formats.page_transparency import countries_in

HEAD = (
    "platformId,date,message,account.platformId,account.name,account.platform,account.handle,"
    "account.pageAdminTopCountry"
)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def managers(bench: Bench) -> list[tuple[Any, ...]]:
    return bench.table("signals", "account_id", "signal", "value")


def test_a_table_of_coornet(bench: Bench) -> None:
    rows = "1_1,2020-11-29 22:03:33,hello,1,Quay,Facebook,quay,US\n1_2,2020-11-30 22:03:33,NA,1,Quay,Facebook,quay,US\n"
    report = bench.load("ct.csv", f"{HEAD}\n{rows}")
    assert (report.format, report.grade, report.tables) == (
        "crowdtangle", "B3", {"accounts": 1, "signals": 1, "posts": 2},
    )  # fmt: skip
    assert managers(bench) == [("facebook:1", "admin_country", "US")]
    assert bench.table("posts", "post_id", "at", "text") == [
        ("1_1", "2020-11-29 22:03:33+00", "hello"), ("1_2", "2020-11-30 22:03:33+00", None),
    ]  # fmt: skip


def test_na_is_missing_where_other_columns_hold_it_and_namibia_where_not(bench: Bench) -> None:
    missing = bench.load("a.csv", f"{HEAD}\n1_1,2020-11-29 22:03:33,x,1,Quay,Facebook,NA,NA\n")
    assert missing.remarks == {"pageAdminTopCountry: NA (1 rows) was read as missing, as in its other columns": 1}
    assert missing.tables == {"accounts": 1, "posts": 1}
    namibia = bench.load("b.csv", f"{HEAD}\n1_1,2020-11-29 22:03:33,x,1,Quay,Facebook,quay,NA\n")
    assert namibia.remarks == {"pageAdminTopCountry: NA (1 rows) was read as Namibia: no other column holds it": 1}
    assert managers(bench) == [("facebook:1", "admin_country", "Namibia")]


def test_the_csv_of_the_service_and_its_zones(bench: Bench) -> None:
    head = (
        "Page Name,User Name,Facebook Id,Page Admin Top Country,Page Created,Followers at Posting,Post Created,Message"
    )
    bench.load("h.csv", f"{head}\nQuay,quay,77,GR,2010-01-01 00:00:00 EST,12,2021-03-22 23:47:47 EDT,hi\n")
    assert managers(bench) == [("facebook:77", "admin_country", "GR")]
    assert bench.table("posts", "at") == [("2021-03-23 03:47:47+00",)]
    assert bench.table("accounts", "created_at", "followers", "handle") == [("2010-01-01 05:00:00+00", 12, "quay")]


def test_its_json(bench: Bench) -> None:
    account = {"id": 5, "platformId": "77", "name": "Quay", "platform": "Facebook", "subscriberCount": 3,
               "pageAdminTopCountry": "PT"}  # fmt: skip
    post = {"platformId": "77_1", "date": "2021-03-22 23:47:47", "message": "hi", "account": account,
            "expandedLinks": [{"original": "https://a.example", "expanded": "https://b.example"}]}  # fmt: skip
    bench.load("r.json", json.dumps({"status": 200, "result": {"posts": [post]}}))
    bench.load("l.jsonl", json.dumps(post) + "\n" + json.dumps(post | {"account": {"id": 5}}) + "\n")
    assert managers(bench) == [("facebook:77", "admin_country", "PT")] * 2
    assert bench.table("posts", "urls")[0] == (["https://b.example"],)


def test_accounts_and_links_that_cannot_be_read_are_said(bench: Bench) -> None:
    account = {"platformId": "77", "platform": "Facebook", "subscriberCount": 3}
    links = [5, {"a": 1}, {"original": "https://a.example"}]
    posts = [
        {"date": "2021-03-22 23:47:47", "message": "a", "account": account, "expandedLinks": links},
        {"date": "2021-03-22 23:47:48", "message": "b", "account": account, "expandedLinks": "junk"},
        {"date": "2021-03-22 23:47:49", "message": "c", "account": "junk", "facebookId": "77"},
    ]
    report = bench.load("l.jsonl", "\n".join(map(json.dumps, posts)))
    assert [found[:2] + found[3:] for found in bench.rejects(report, "field")] == [
        ("line 1.expandedLinks[0]", "", "not a record"),
        ("line 1.expandedLinks[1]", "expanded", "none of the keys that are read here"),
        ("line 2.expandedLinks", "expandedLinks", "not a list of links"),
        ("line 3", "account", "not an object, so nothing in it was read"),
    ]
    assert bench.table("posts", "urls")[0] == (["https://a.example"],)


def test_the_sample(bench: Bench) -> None:
    report = bench.load("ct.csv", sample("crowdtangle/CooRnet/ct_shares_marked.csv").read_bytes())
    assert report.records == report.loaded + report.rejected
    assert (report.tables["accounts"], report.tables["posts"]) == (36, 37)
    assert bench.rejects(report)[0][3] == "the id occurs before in this file"
    assert next(iter(report.remarks)).startswith("pageAdminTopCountry: NA (18 rows) was read as missing")
    assert {row[2] for row in managers(bench)} == {"US", "IE", "IN", "EE", "IT", "MX", "GR", "PH"}


# ---- Page Transparency


def test_managers_in_one_cell(bench: Bench) -> None:
    report = bench.load(
        "pages.csv",
        "Page URL,Page name,Primary country locations,Creation date,Previous names,State-controlled\n"
        'https://www.facebook.com/quay,Quay,"Portugal (3), Nigeria (1)",2019-05-03,Harbour (2020-01-02),yes\n'
        "https://www.facebook.com/other,Other,Location hidden by Page manager,,,\n",
    )
    assert (report.format, report.grade, report.tables) == ("page-transparency", "B3", {"accounts": 2, "signals": 3})
    assert bench.table("signals", "account_id", "signal", "value", "note") == [
        ("facebook:quay", "admin_country", "Portugal (3)", "3 of 4 managers"),
        ("facebook:quay", "admin_country", "Nigeria (1)", "1 of 4 managers"),
        ("facebook:quay", "handle_change", "Harbour", "a name of the Page"),
    ]
    assert report.remarks == {"locations: the location is hidden: unknown": 1}


def test_one_country_a_row(bench: Bench) -> None:
    bench.load("pages.csv", "page_id,admin_country,managers\n77,India,2\n77,Nepal,1\n78,India,\n")
    assert bench.table("signals", "account_id", "value", "note") == [
        ("facebook:77", "India (2)", "2 of 3 managers"),
        ("facebook:77", "Nepal (1)", "1 of 3 managers"),
        ("facebook:78", "India", "managers of the Page, no number told"),
    ]


def test_json_of_another_service_is_worth_less(bench: Bench) -> None:
    page = {"page_id": "77", "page_name": "Quay", "admin_locations": [{"country": "India", "count": 2}]}
    report = bench.load("p.json", json.dumps(page))
    assert (report.grade, managers(bench)) == ("C3", [("facebook:77", "admin_country", "India (2)")])


def test_a_record_without_a_page_is_a_reject(bench: Bench) -> None:
    report = bench.load("pages.csv", "page_id,admin_country\n,India\n1,India\nhttps://x.com/q,India\n")
    assert [r[0] for r in bench.rejects(report)] == ["row 1", "row 3"]


def test_a_country_without_managers_is_no_signal(bench: Bench) -> None:
    report = bench.load("pages.csv", 'page_id,admin_locations\n1042,"India (0), Serbia (3)"\n')
    assert bench.table("signals", "value", "note") == [("Serbia (3)", "3 of 3 managers")]
    assert bench.rejects(report, "field") == [("row 1", "managers", "India", "a country without managers, no signal")]


def test_numbers_and_names_that_cannot_be_read_are_said(bench: Bench) -> None:
    rows = bench.load("rows.csv", "page_id,admin_country,managers\n77,India,many\n78,Nepal,\n79,Nepal,2\n")
    assert bench.rejects(rows, "field") == [("row 1", "managers", "many", "not a number of managers (India)")]
    cells = bench.load(
        "cells.csv",
        "page_id,admin_locations,previous_names\n"
        '1,"Managers of this Page: India (3), Nepal (some) people",Quay (2020-01-02); Harbour\n'
        '2,"India (3), Nepal (1)",\n',
    )
    assert bench.rejects(cells, "field") == [
        ("row 1", "locations", "Nepal (some) people", "names no country of managers, not read"),
        ("row 1", "previous_names", "Harbour", "no name with the day of its change"),
    ]
    told = [{"country": "India", "count": {"a": 1}}, {"count": 2}, {"a": 1}, {"country": "Nepal"}, None]
    page = {"page_id": "77", "admin_locations": told, "previous_names": {"name": "Quay", "date": "2020-01-02"}}
    report = bench.load("p.json", json.dumps(page))
    assert [found[1:] for found in bench.rejects(report, "field")] == [
        ("managers", '{"a": 1}', "not a number of managers (India)"),
        ("locations", "2", "managers without their country"),
        ("locations", '{"a": 1}', "names no country of managers, not read"),
    ]
    assert {("facebook:77", "admin_country", "Nepal"), ("facebook:77", "handle_change", "Quay")} <= set(managers(bench))


@pytest.mark.parametrize(
    ("cell", "countries"),
    [
        ("United States: 3\nIndia: 1", {"United States": 3, "India": 1}),
        ({"India": 2, "Nepal": "1"}, {"India": 2, "Nepal": 1}),
        (["India", None], {"India": None}),
        ([{"country": "India", "count": "²"}], {"India": None}),
        ("India, Nepal", {"India": None, "Nepal": None}),
        (None, {}),
    ],
)
def test_cells_of_countries(cell: Any, countries: dict[str, int | None]) -> None:
    assert countries_in(cell) == countries
