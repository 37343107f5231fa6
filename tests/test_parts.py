"""A case read in parts: the same rows as in one, whatever the size of a part."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from case_graph import CaseGraph
from observed import Rows, at

from attrigraph.graph import Store
from attrigraph.inference.evidence import remove_run
from attrigraph.inference.parts import Shelf, case_parts
from attrigraph.inference.persona import Profiles
from attrigraph.inference.personas import Personas, read_personas
from attrigraph.inference.records import Assessment, Belief, Item
from attrigraph.inference.results import assessments, beliefs, items
from attrigraph.inference.run import infer
from attrigraph.inference.signal import Field, Sighting
from attrigraph.inference.signals import signal
from attrigraph.inference.weights import load_weights
from attrigraph.inference.world import Tally, priors_of

NAMES = [f"x:{n}" for n in range(10)] + ["x:O'Brien", "x:é", "x:\uffee", "x:\U0001f600", "y:1", "y:2"]
"""Names whose order is not the same in every way of comparing texts."""
TOWNS = {"PT": "Lisbon", "NZ": "Auckland, New Zealand", "US": "Austin, TX"}
HOURS = (7, 8, 12, 18, 21)


def _case(store: Store) -> Rows:
    """Sixteen accounts of which neighbours share devices, exits and ties; some post, one much."""
    codes = list(TOWNS)
    graph = CaseGraph(store, *codes)
    logins: list[dict[str, Any]] = []
    posts: list[dict[str, Any]] = []
    signals: list[dict[str, Any]] = []
    start = at("2026-03-01 00:00")
    for n in range(9):
        graph.address(f"203.0.113.{n}", "residential" if n % 2 else "vpn", {"whois": codes[n % 3]})
    for n, account in enumerate(NAMES):
        home = codes[n % 3]
        profile = {"location": TOWNS[codes[n % 2]]} if n % 4 else {}
        graph.accounts(account, created_at=start - timedelta(days=200 * (n // 8), hours=n), language="pt", **profile)
        for day in range(4):
            ip = f"203.0.113.{(n + day % 2) % 9}"
            logins.append({"account_id": account, "at": start + timedelta(days=day, hours=n), "ip": ip})
        if n % 3 == 0:
            graph.registered(account, "203.0.113.1", "02-01")
            first = {"at": at("2026-02-01 00:00"), "kind": "registration"}
            logins.append({"account_id": account, "ip": "203.0.113.1"} | first)
        graph.points_at(account, home, "store_country", home)
        signals.append({"account_id": account, "signal": "store_country", "value": home})
        graph.uses(account, "Device", f"d{n // 3}")
        posts += [
            {"account_id": account, "at": start + timedelta(days=day, hours=hour, minutes=7 * n), "language": "pt"}
            for day in range(30 * (n % 3) if n < 14 else 0)
            for hour in HOURS
        ]
    ties = [(a, b) for a in NAMES for b in NAMES if a != b and (NAMES.index(a) + NAMES.index(b)) % 3]
    rows = ({"start": a, "end": b, "kind": "friend", "reciprocal": True} for a, b in ties)
    store.write_relationships("TIED_WITH", "Account", "Account", rows)
    return Rows(logins=logins, posts=posts, signals=signals)


Found = tuple[list[Item], list[Belief], list[Assessment]]


def _found(store: Store, run: str) -> Found:
    made = [replace(i, id=i.id.removeprefix(run), run="") for i in items(store, run)]
    by_item = sorted(made, key=lambda i: i.id)
    by_account = sorted(beliefs(store, run), key=lambda b: (b.account, b.territory))
    return by_item, by_account, [replace(a, run="") for a in assessments(store, run)]


def test_the_size_of_parts_changes_nothing(store: Store, tmp_path: Path) -> None:
    rows = _case(store)
    whole = infer(store, rows, run="r1")
    one = _found(store, "r1")
    remove_run(store, "r1")
    split = infer(store, rows, run="r1", part=3, scratch=tmp_path / "staging")

    assert {i.signal for i in one[0]} >= {
        "login_ip", "registration_ip", "store_country", "location_text", "ui_language", "content_language",
        "activity_hours", "reciprocal_tie", "created_together",
    }  # fmt: skip
    _compare(one, _found(store, "r1"))
    assert (split.items, split.skipped, split.counts) == (whole.items, whole.skipped, whole.counts)
    assert not (tmp_path / "staging").exists()


def test_windows_are_the_same_whatever_the_size_of_parts(store: Store, tmp_path: Path) -> None:
    rows, middle = _case(store), [at("2026-03-02 12:00")]
    whole = infer(store, rows, run="r1", windows=True, window_dates=middle)
    one = {run: _found(store, run) for run in whole.windows}
    remove_run(store, "r1")
    split = infer(store, rows, run="r1", windows=True, window_dates=middle, part=3, scratch=tmp_path / "staging")

    assert list(one) == split.windows == ["r1/0", "r1/1", "r1/2"]
    assert {i.signal for i in one["r1/2"][0]} >= {"login_ip", "activity_hours", "content_language"}
    for run, found in one.items():
        _compare(found, _found(store, run))
    assert (split.items, split.skipped, split.counts) == (whole.items, whole.skipped, whole.counts)
    assert {"without rows to tell windows apart: created_together"} <= set(whole.counts)


def _compare(one: Found, many: Found) -> None:
    """The same items, beliefs and assessments of a run, but for the last digits."""
    for a, b in zip(one[0], many[0], strict=True):
        exact = 1e-4 if a.signal == "activity_hours" else 1e-9  # hours are added up in single precision
        assert replace(b, llr={}, llr_cover={}, llr_default=0, cover_default=0) == replace(
            a, llr={}, llr_cover={}, llr_default=0, cover_default=0
        )
        assert b.llr == pytest.approx(a.llr, abs=exact)
        assert b.llr_cover == pytest.approx(a.llr_cover, abs=exact)
        assert (b.llr_default, b.cover_default) == pytest.approx((a.llr_default, a.cover_default), abs=exact)
    assert [(b.account, b.territory) for b in many[1]] == [(b.account, b.territory) for b in one[1]]
    assert [b.p for b in many[1]] == pytest.approx([b.p for b in one[1]], abs=1e-4)
    assert [b.shown for b in many[1]] == pytest.approx([b.shown for b in one[1]], abs=1e-12)
    assert [(a.account, a.outcome, a.top, a.displays) for a in many[2]] == [
        (a.account, a.outcome, a.top, a.displays) for a in one[2]
    ]


def test_parts_hold_all_accounts_once_and_fewer_of_those_with_many_rows(store: Store) -> None:
    graph = CaseGraph(store, "PT")
    graph.accounts(*NAMES)
    posts = [{"account_id": "x:4", "at": at("2026-03-01 00:00")}] * 500
    with case_parts(store, Rows(posts=posts), NAMES, size=4) as parts:
        held = [parts.accounts(part) for part in range(len(parts))]
        assert [account for part in held for account in part] == sorted(NAMES)
        assert [parts.of(account) for part in held for account in part] == [
            number for number, part in enumerate(held) for _ in part
        ]
        assert max(map(len, held)) == 4
        assert held[parts.of("x:4")] == ["x:4"]

        _, observed = parts.show(parts.of("x:4"))
        assert observed.connection().execute("SELECT count(*) FROM posts").fetchall() == [(500,)]
        _, observed = parts.show(parts.of("y:1"))
        assert observed.connection().execute("SELECT count(*) FROM posts").fetchall() == [(0,)]


@pytest.mark.parametrize("in_files", [False, True])
def test_what_is_put_away_comes_back_in_order(tmp_path: Path, in_files: bool) -> None:
    shelf = Shelf(tmp_path if in_files else None)
    seen = Sighting("x:1", ("PT",), 0.9, "login_ip", "words", first_at=at("2026-03-01 00:00"), sources=("s1:line 1",))
    pair = (signal("login_ip"), seen)
    for number in range(12_000):
        shelf.put("numbers", number % 2, number)
    shelf.put("seen", 0, pair)

    assert list(shelf.take("numbers", 1)) == list(range(1, 12_000, 2))
    assert list(shelf.take("seen", 0)) == [pair]
    assert next(shelf.take("seen", 0))[0] is signal("login_ip")
    assert list(shelf.take("seen", 1)) == []
    shelf.drop("numbers", 1)
    assert list(shelf.take("numbers", 1)) == []


def test_personas_are_kept_exactly_and_forgetting_texts_changes_nothing() -> None:
    weights = load_weights()
    world = Tally().world(weights, priors_of("uniform", None, (), weights))
    location, language = signal("location_text"), signal("ui_language")
    fields = [
        (f"x:{n}", [(location, Field(f"x:{n}", town)), (language, Field(f"x:{n}", spoken))])
        for n, (town, spoken) in enumerate(zip(TOWNS.values(), ("pt", "ru", "en"), strict=True))
    ]
    kept = {"x:0", "x:1"}
    profiles = Profiles(world)
    made: Personas = read_personas(profiles, fields, kept)  # type: ignore[arg-type]
    forgetful = read_personas(Profiles(world, limit=1), fields, kept)  # type: ignore[arg-type]

    assert made.displays == forgetful.displays == {"x:0": "PT", "x:1": "NZ", "x:2": "US"}
    assert np.array_equal(made.total, forgetful.total)
    shown = made.of("x:1")
    assert shown is not None
    assert profiles.as_shares(shown)["NZ"] > 0.5
    assert np.array_equal(shown, forgetful.of("x:1"))
    assert made.of("x:2") is None
