"""Telegram Desktop: the export of an account, and the history of one chat (formats.md, 6.7)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from loading import Bench

from attrigraph.errors import InputError


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def telegram(**changes: Any) -> dict[str, Any]:
    session = {
        "last_active": "2026-01-02T04:04:05", "last_active_unixtime": "1767323045", "last_ip": "2001:db8::7",
        "last_country": "Serbia", "last_region": "Belgrade", "application_name": "Telegram Desktop",
    }  # fmt: skip
    web = {"last_active": "2026-01-02T04:04:05", "last_active_unixtime": "1767323045", "last_ip": "192.0.2.9"}
    messages = [
        {"id": 5, "type": "message", "date": "x", "date_unixtime": "1767323045", "from_id": "user77", "text": "secret"},
        {"id": 6, "type": "message", "date": "x", "date_unixtime": "1767323046", "from_id": "user78", "text": "other"},
    ]
    return {
        "about": "Here is the data you requested.",
        "personal_information": {
            "user_id": 77, "first_name": "Quay", "phone_number": "+381 60 1234567", "username": "@quay",
        },
        "sessions": {"list": [session]},
        "web_sessions": {"list": [web]},
        "chats": {"list": [{"id": 9, "type": "personal_chat", "messages": messages}]},
    } | changes  # fmt: skip


def test_telegram_uses_unix_times_and_keeps_private_words_out(bench: Bench) -> None:
    report = bench.load("result.json", json.dumps(telegram()))
    assert report.tables == {"accounts": 1, "identifiers": 1, "logins": 2, "posts": 1, "signals": 1}
    assert bench.table("logins", "account_id", "at", "ip", "kind") == [
        ("telegram:77", "2026-01-02 03:04:05+00", "2001:db8::7", "session"),
        ("telegram:77", "2026-01-02 03:04:05+00", "192.0.2.9", "session"),
    ]
    assert bench.table("signals", "signal", "value") == [("platform_country", "Serbia")]
    assert bench.table("posts", "post_id", "account_id", "text") == [("9/5", "telegram:77", None)]
    assert bench.table("accounts", "handle", "display_name") == [("quay", "Quay")]


def test_telegram_local_times_are_not_taken_for_utc(bench: Bench) -> None:
    session = {"last_active": "2026-01-02T04:04:05", "last_ip": "192.0.2.1"}
    bare = telegram(sessions={"list": [session]}, web_sessions={})
    assert bench.load("a.json", json.dumps(bare)).reasons == {"at: a time without a zone": 1}


def test_telegram_without_an_id_needs_the_account(bench: Bench) -> None:
    for nobody in (7, None, "x"):
        with pytest.raises(InputError, match="--account"):
            bench.load("a.json", json.dumps(telegram(personal_information=nobody)))
    assert bench.load("a.json", json.dumps(telegram(personal_information=None)), account="77").tables["posts"] == 1


def test_telegram_messages_of_no_known_kind_or_sender_are_rejects(bench: Bench) -> None:
    messages = [
        {"type": "junk", "from_id": "user77"},
        {"type": "message", "from_id": -1},
        {"a": 1},
        {"type": "service"},
    ]
    chats = {"list": [{"type": "personal_chat", "messages": messages}, {"a": 1}]}
    report = bench.load(
        "a.json", json.dumps(telegram(chats=chats, personal_information={"user_id": "junk"})), account="77"
    )
    assert bench.rejects(report) == [
        ("$.chats.list[0].messages[0]", "type", "junk", "not a kind of message known here"),
        ("$.chats.list[0].messages[1]", "from_id", "-1", "names no sender"),
        ("$.chats.list[0].messages[2]", "from_id", "", "names no sender"),
        ("$.chats.list[1]", "messages", "a", "none of the keys that are read here"),
    ]
    assert report.remarks == {"user_id: not the number of an account": 1}


def test_a_chat_is_everybodys_messages_with_their_words(bench: Bench) -> None:
    rich = [
        "look at ",
        {"type": "link", "text": "https://example.org/a"},
        " and ",
        {"type": "hashtag", "text": "#port"},
    ]
    base = {"type": "message", "date": "2026-01-02T04:04:05", "date_unixtime": "1767323045"}
    chat = {
        "name": "Harbour", "type": "public_supergroup", "id": 1001,
        "messages": [
            base | {"id": 1, "from": "A", "from_id": "user1", "text": rich},
            base | {"id": 2, "from": "B", "from_id": "channel2", "text": "yes", "reply_to_message_id": 1},
            {"id": 3, "type": "service", "date": "x", "date_unixtime": "1767323045", "action": "join"},
            base | {"id": 4, "from": None, "from_id": "", "text": "?"},
        ],
    }  # fmt: skip
    report = bench.load("result.json", json.dumps(chat))
    assert report.tables == {"accounts": 2, "posts": 2}
    assert bench.table("posts", "post_id", "account_id", "text", "urls", "hashtags", "reply_to") == [
        ("1001/1", "telegram:1", "look at https://example.org/a and #port", ["https://example.org/a"], ["#port"], None),
        ("1001/2", "telegram:channel2", "yes", None, None, "1001/1"),
    ]
    assert bench.rejects(report)[0][3] == "the message names no sender"


def test_pieces_of_messages_that_cannot_be_read_are_said(bench: Bench) -> None:
    when = {"type": "message", "date": "x", "date_unixtime": "1767323045", "from_id": "user77"}
    messages = [
        when | {"id": 1, "text": ["fog", {"type": "link", "text": "https://example.org"}], "text_entities": []},
        when | {"id": 2, "text": ["fog", 5, {"type": "link"}], "text_entities": "junk"},
        when | {"id": 3, "text": "fog", "location_information": [1, 2]},
        when | {"id": 4, "text": "fog", "location_information": {"a": 1}},
    ]
    chat = {"name": "Quay", "type": "public_channel", "id": 9, "messages": messages}
    report = bench.load("result.json", json.dumps(chat))
    assert [found[:2] + found[3:] for found in bench.rejects(report, "field")] == [
        ("$.messages[1]", "text_entities", "not a list of pieces of text"),
        ("$.messages[1]", "text", "not a piece of text"),
        ("$.messages[1]", "text", "not a piece of text"),
        ("$.messages[2]", "location_information", "not a latitude and a longitude"),
        ("$.messages[3].location_information", "latitude", "none of the keys that are read here"),
    ]
