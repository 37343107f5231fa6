"""Mastodon's admin API: both shapes of `ip`, and its traps (formats.md, 7 and 12)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from loading import Bench
from shared_data import sample

from attrigraph.errors import InputError


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def account(**changes: Any) -> dict[str, Any]:
    """An account as the server gives it; None takes a key out."""
    made: dict[str, Any] = {
        "id": "1081", "username": "harbour", "domain": None, "created_at": "2022-09-08T23:43:29.427Z",
        "email": "harbour@example.org", "confirmed": True, "suspended": False, "silenced": False, "disabled": False,
        "approved": True, "locale": "sr", "role": {"id": "-99", "name": ""},
        "ips": [{"ip": "192.0.2.7", "used_at": "2022-09-09T10:00:00.000Z"}],
        "account": {"id": "1081", "display_name": "Harbour", "note": "<p>News &amp; ships</p>", "followers_count": 4,
                    "following_count": 2, "url": "https://social.example/@harbour"},
    }  # fmt: skip
    return {k: v for k, v in (made | changes).items() if v is not None or k == "domain"}


def logins(bench: Bench) -> list[tuple[Any, ...]]:
    return sorted(bench.table("logins", "account_id", "ip", "at", "record"))


def test_an_account_with_its_addresses(bench: Bench) -> None:
    report = bench.load("a.json", json.dumps([account()]))
    assert (report.format, report.grade) == ("mastodon-admin", "B2")
    assert report.tables == {"accounts": 1, "identifiers": 1, "logins": 1}
    assert bench.table("accounts", "account_id", "handle", "display_name", "language", "bio", "followers") == [
        ("mastodon:1081", "harbour", "Harbour", "sr", "News & ships", 4)
    ]
    assert logins(bench) == [("mastodon:1081", "192.0.2.7", "2022-09-09 10:00:00+00", "$[0].ips[0]")]


@pytest.mark.parametrize(
    "newest",
    ["192.0.2.7", {"user_id": 3, "ip": "192.0.2.7", "used_at": "2022-09-09T10:00:00.000Z"}],
    ids=["text", "object"],
)
def test_the_newest_address_is_not_counted_twice(bench: Bench, newest: Any) -> None:
    bench.load("a.json", json.dumps(account(ip=newest)))
    assert [row[:2] for row in logins(bench)] == [("mastodon:1081", "192.0.2.7")]


def test_an_object_alone_has_its_time_and_a_text_alone_has_none(bench: Bench) -> None:
    shaped = account(ips=None, ip={"ip": "192.0.2.9", "used_at": "2021-01-01T00:00:00Z"})
    report = bench.load("a.jsonl", json.dumps(shaped) + "\n" + json.dumps(account(id="1082", ips=None, ip="192.0.2.9")))
    assert logins(bench) == [("mastodon:1081", "192.0.2.9", "2021-01-01 00:00:00+00", "line 1.ip")]
    assert bench.rejects(report) == [("line 2.ip", "at", None, "missing")]


def test_a_remote_account_is_named_with_its_server(bench: Bench) -> None:
    bench.load("a.json", json.dumps(account(domain="other.example", ips=[], email=None)))
    assert bench.table("accounts", "handle") == [("harbour@other.example",)]


@pytest.mark.parametrize("role", [{"id": -99, "name": ""}, {"id": "-99", "name": ""}, "user", None])
def test_every_shape_of_a_role(bench: Bench, role: Any) -> None:
    assert bench.load("a.json", json.dumps(account(role=role))).rejected == 0


def test_a_second_server_is_a_platform_of_its_own(bench: Bench) -> None:
    bench.load("a.json", json.dumps([account()]), platform="social.example")
    assert bench.table("accounts", "account_id") == [("social.example:1081",)]


def test_rules_about_addresses_are_no_accounts(bench: Bench) -> None:
    block = {"id": "1", "ip": "192.0.2.0/24", "severity": "no_access", "comment": "", "expires_at": None}
    with pytest.raises(InputError, match="says nothing about an account"):
        bench.load("blocks.json", json.dumps([block]))


@pytest.mark.parametrize(
    ("name", "tables"),
    [
        ("admin_accounts_view_accounts_success.json", {"accounts": 1, "identifiers": 1, "logins": 1}),
        ("admin_accounts_approve_success.json", {"accounts": 1, "identifiers": 1}),
        ("admin_accounts_delete_success.json", {"accounts": 1, "identifiers": 1, "logins": 1}),
    ],
)
def test_the_real_samples(bench: Bench, name: str, tables: dict[str, int]) -> None:
    report = bench.load(name, sample(f"mastodon-admin/bigbone/{name}").read_bytes())
    assert (report.tables, report.rejected) == (tables, 0)


def test_parts_that_cannot_be_read_are_said(bench: Bench) -> None:
    broken = [account(account="junk", ip={"a": 1}), account(id="1082", account={"note": {"a": 1}})]
    report = bench.load("a.json", json.dumps(broken))
    assert [found[:2] + found[3:] for kind in ("row", "field") for found in bench.rejects(report, kind)] == [
        ("$[0].account", "account", "not an object, so nothing in it was read"),
        ("$[0].ip", "ip", "none of the keys that are read here"),
        ("$[1]", "note", "not text"),
    ]
