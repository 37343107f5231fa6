"""X "About this account": every shape it is found in, and its traps (formats.md, 4.1 and 12)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from loading import Bench
from shared_data import sample


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def answer(path: str = "user_result_by_screen_name", **changes: Any) -> dict[str, Any]:
    """An answer as the service gives it; `about` and `core` are merged in, None takes a key out."""
    about = {"account_based_in": "Serbia", "location_accurate": True, "source": "Serbia App Store"} | changes.get(
        "about", {}
    )
    core = {"screen_name": "harbour_news", "name": "Harbour", "created_at": "Tue Mar 21 20:50:14 +0000 2023"}
    result: dict[str, Any] = {
        "__typename": "User",
        "rest_id": changes.get("rest_id", "1042"),
        "core": core | (changes.get("core") or {}),
        "about_profile": {k: v for k, v in about.items() if v is not None},
    }
    for gone in (key for key, value in changes.items() if value is None):
        del result[gone]
    return {"data": {path: {"result": result}}}


def signals(bench: Bench) -> list[tuple[Any, ...]]:
    return bench.table("signals", "account_id", "signal", "value", "accurate")


@pytest.mark.parametrize(
    "path", ["user_result_by_screen_name", "user_result_by_rest_id", "user_rest_result_by_rest_id"]
)
def test_one_answer(bench: Bench, path: str) -> None:
    report = bench.load("a.json", json.dumps(answer(path)))
    assert (report.format, report.grade, report.tables) == ("x-about", "B3", {"accounts": 1, "signals": 2})
    assert bench.table("accounts", "account_id", "handle", "display_name", "created_at") == [
        ("x:1042", "harbour_news", "Harbour", "2023-03-21 20:50:14+00")
    ]
    assert signals(bench) == [
        ("x:1042", "platform_country", "Serbia", True),
        ("x:1042", "store_country", "Serbia App Store", None),
    ]


def test_a_list_and_lines(bench: Bench) -> None:
    two = [answer(), answer(rest_id="1043", core={"screen_name": "other"})]
    assert bench.load("list.json", json.dumps(two)).tables == {"accounts": 2, "signals": 4}
    assert bench.table("signals", "record")[0] == ("$[0].based_in",)
    assert bench.load("a.jsonl", "\n".join(map(json.dumps, two))).tables == {"accounts": 2, "signals": 4}
    assert ("line 2",) in bench.table("signals", "record")


def test_a_missing_flag_is_unknown_and_false_is_false(bench: Bench) -> None:
    bench.load("a.json", json.dumps(answer(about={"location_accurate": None, "source": None})))
    bench.load("b.json", json.dumps(answer(about={"location_accurate": False, "source": None})))
    assert sorted(str(row[3]) for row in signals(bench)) == ["False", "None"]


def test_a_region_is_a_region_and_a_store_may_be_one(bench: Bench) -> None:
    bench.load("a.json", json.dumps(answer(about={"account_based_in": "South Asia", "source": "Europe App Store"})))
    assert [row[1:3] for row in signals(bench)] == [
        ("platform_region", "South Asia"),
        ("store_country", "Europe App Store"),
    ]


@pytest.mark.parametrize("store", ["web", "Web", None, ""])
def test_the_web_is_no_store(bench: Bench, store: str | None) -> None:
    bench.load("a.json", json.dumps(answer(about={"source": store})))
    assert [row[1] for row in signals(bench)] == ["platform_country"]


def test_an_account_without_label_is_still_an_account(bench: Bench) -> None:
    report = bench.load("a.json", json.dumps(answer(about={"account_based_in": None, "source": None, "k": 1})))
    assert report.tables == {"accounts": 1}


def test_changes_of_the_name_are_noted(bench: Bench) -> None:
    changes = {"count": "19", "last_changed_at_msec": "1609459200000"}
    bench.load("a.json", json.dumps(answer(about={"username_changes": changes})))
    assert bench.table("signals", "note")[0] == ("username changed 19 times, last on 2021-01-01",)
    assert bench.table("signals", "signal", "value", "observed_at")[2] == (
        "handle_change", "harbour_news", "2021-01-01 00:00:00+00",
    )  # fmt: skip


def test_changes_of_the_name_in_words_not_known_here_are_said(bench: Bench) -> None:
    report = bench.load("a.json", json.dumps(answer(about={"username_changes": {"a": 1}})))
    assert report.remarks["count: none of the keys that are read here"] == 1
    for count in ("²", "9" * 5_000, {"a": 1}):
        report = bench.load("b.json", json.dumps(answer(about={"username_changes": {"count": count}})))
        assert report.remarks == {"username_changes.count: not a number of changes": 1}
    assert set(bench.table("signals", "note")) == {(None,)}
    changes = {"count": None, "last_changed_at_msec": "soon", "last_changed_at": "2021-01-01"}
    report = bench.load("c.json", json.dumps(answer(about={"username_changes": changes})))
    assert report.remarks == {"username_changes: not a time, so no change of the handle is known": 1}


def test_a_change_of_the_name_without_a_day_is_no_event(bench: Bench) -> None:
    bench.load("a.json", json.dumps(answer(about={"username_changes": {"count": "2"}})))
    assert bench.table("signals", "signal", "note")[0] == ("platform_country", "username changed 2 times")
    assert ("handle_change",) not in bench.table("signals", "signal")


def test_a_capture_says_when_the_profile_was_seen(bench: Bench) -> None:
    bench.load("a.json", json.dumps({"handle": "harbour_news", "captured_at": "2026-01-02T00:00:00Z", "r": answer()}))
    assert bench.table("accounts", "handle", "observed_at") == [("harbour_news", "2026-01-02 00:00:00+00")]


def test_names_and_places_that_cannot_be_read_are_said(bench: Bench) -> None:
    named = answer(core={"screen_name": "no handle"})
    named["data"]["user_result_by_screen_name"]["result"]["location"] = {"city": "Quay"}
    report = bench.load("one-answer.json", json.dumps([{"handle": "not one either", "answer": named}]))
    assert sorted(bench.rejects(report, "field")) == [
        ("$", "handle", "not one either", "not a handle"),
        ("$", "location", '{"city": "Quay"}', "not text"),
        ("$", "screen_name", "no handle", "not a handle"),
    ]
    assert bench.table("accounts", "account_id", "handle", "location") == [("x:1042", None, None)]
    both = answer(about={"account_based_in": None, "based_in": "Serbia", "source": None})
    assert bench.load("b.json", json.dumps(both)).remarks == {}
    assert [row[2] for row in signals(bench) if row[1] == "platform_country"] == ["Serbia", "Serbia"]


def test_the_answer_about_another_account_is_a_reject(bench: Bench) -> None:
    wrong = {"handle": "somebody_else", "response": answer()}
    right = {"handle": "@Harbour_News", "response": answer()}
    report = bench.load("a.json", json.dumps([right, wrong]))
    assert report.tables == {"accounts": 1, "signals": 2}
    assert bench.rejects(report) == [
        ("$[1]", "screen_name", "harbour_news", "the answer is about another account than the one asked for")
    ]


def test_without_core_the_wrapper_or_the_files_name_says_who(bench: Bench) -> None:
    bare = answer(core=None, rest_id=None)
    asked = bench.load("a.json", json.dumps([{"handle": "somebody", "answer": bare}, bare]))
    assert bench.table("accounts", "account_id") == [("x:somebody",)]
    assert bench.rejects(asked)[0] == ("$[1]", "screen_name", "", "the record names no account")
    named = bench.load("quay_watch.json", json.dumps(bare))
    assert named.remarks == {"account_id: no numeric id: the account is named by the file's name": 1}
    assert ("x:quay_watch",) in bench.table("accounts", "account_id")


def test_without_an_id_the_option_gives_it(bench: Bench) -> None:
    assert bench.load("quay_watch.json", json.dumps(answer(core=None, rest_id=None)), account="1042").remarks == {}
    assert bench.table("accounts", "account_id", "handle") == [("x:1042", "quay_watch")]


def test_an_answer_that_is_an_error_is_a_reject(bench: Bench) -> None:
    report = bench.load("a.jsonl", json.dumps(answer()) + '\n{"errors": [{"code": 88}], "data": {}}\n{"cut": \n')
    assert (report.records, report.loaded, report.rejected) == (5, 3, 2)
    assert list(report.reasons) == [
        "about_profile: no about_profile in the record",
        "not JSON: Input data was truncated",
    ]


def test_the_copy_of_a_third_party_is_worth_less(bench: Bench) -> None:
    user = {
        "code": 200,
        "user": {
            "id": "77", "screen_name": "harbour_news", "name": "Harbour",
            "about_account": {
                "based_in": "Serbia", "source": "Serbia Android App",
                "username_changes": {"count": 1, "last_changed_at": "2021-01-01T00:00:00.000Z"},
            },
        },
    }  # fmt: skip
    report = bench.load("a.json", json.dumps(user))
    assert report.grade == "C3"
    assert signals(bench)[0] == ("x:77", "platform_country", "Serbia", None)
    assert bench.table("signals", "note")[0] == ("username changed 1 time, last on 2021-01-01",)


def test_the_real_sample(bench: Bench) -> None:
    report = bench.load("x.json", sample("x-about/FxEmbed/x.json").read_bytes())
    assert report.tables == {"accounts": 1, "signals": 3}
    assert signals(bench) == [
        ("x:x", "platform_country", "United States", True),
        ("x:x", "store_country", "United States App Store", None),
        ("x:x", "handle_change", "x", None),
    ]
