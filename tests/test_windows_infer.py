"""Windows of a whole run: an account that was bought, on both engines."""

from __future__ import annotations

from typing import Any

import pytest
from case_graph import CaseGraph
from evidence_fixture import read_beliefs
from observed import Rows, at

from attrigraph.errors import NotAssessed
from attrigraph.graph import Store, statement
from attrigraph.inference.evidence import remove_run
from attrigraph.inference.explain import explain
from attrigraph.inference.results import assessments, beliefs, items, latest_run, runs
from attrigraph.inference.run import infer
from attrigraph.inference.signals import all_signals, link_signals
from attrigraph.inference.windows import assessments_now, window_assessments

LISBON, AUCKLAND, OFFICE = "203.0.113.7", "198.51.100.9", "192.0.2.33"


def logins(account: str, ip: str, month: int, days: int = 6, **more: Any) -> list[dict[str, Any]]:
    return [
        {"account_id": account, "at": at(f"2026-{month:02}-{day:02} 22:00"), "ip": ip, **more}
        for day in range(1, days + 1)
    ]


@pytest.fixture
def case(store: Store) -> tuple[Store, Rows]:
    """x:bought was run from Portugal, then from New Zealand on a device of x:shop; x:calm never changed."""
    graph = CaseGraph(store, "PT", "NZ")
    graph.accounts("x:bought", "x:shop", "x:calm", "x:silent")
    graph.address(LISBON, "residential", {"whois": "PT"}, "AS64500 Home")
    graph.address(AUCKLAND, "residential", {"whois": "NZ"}, "AS64501 Harbour")
    graph.address(OFFICE, "business", {"whois": "NZ"}, "AS64502 Office")
    graph.points_at("x:bought", "PT", "store_country", "Portugal App Store", observed_at=at("2026-01-05 00:00"))
    graph.points_at("x:bought", "NZ", "store_country", "New Zealand App Store", observed_at=at("2026-04-05 00:00"))
    graph.points_at("x:calm", "PT", "store_country", "Portugal App Store", observed_at=at("2026-01-05 00:00"))
    graph.uses("x:bought", "Device", "d1")
    graph.uses("x:shop", "Device", "d1")
    graph.registered("x:bought", LISBON, "01-01")
    store_row = {"account_id": "x:bought", "signal": "store_country", "source": "s2"}
    profile = {"account_id": "x:bought", "source": "s3"}
    return store, Rows(
        logins=[
            {"account_id": "x:bought", "at": at("2026-01-01 00:00"), "ip": LISBON, "kind": "registration"},
            *logins("x:bought", LISBON, 1),
            *logins("x:bought", AUCKLAND, 4, device_id="d1"),
            *logins("x:shop", OFFICE, 4, device_id="d1"),
            *logins("x:calm", LISBON, 2),
        ],
        signals=[
            store_row | {"value": "Portugal App Store", "observed_at": at("2026-01-05 00:00")},
            store_row | {"value": "New Zealand App Store", "observed_at": at("2026-04-05 00:00")},
            store_row | {"account_id": "x:calm", "value": "Portugal App Store", "observed_at": at("2026-01-05 00:00")},
        ],
        accounts=[
            profile | {"handle": "ana", "location": "Lisbon, Portugal", "observed_at": at("2026-01-06 00:00")},
            profile | {"handle": "kiwi", "location": "New Zealand", "observed_at": at("2026-04-01 00:00")},
        ],
    )


def test_each_window_is_assessed_and_now_is_the_newest(case: tuple[Store, Rows]) -> None:
    store, rows = case
    record = infer(store, rows, run="r1", windows=True)

    found = window_assessments(store)
    assert [(w.window.account, w.window.run, w.assessment.top, w.window.now) for w in found] == [
        ("x:bought", "r1/0", "PT", False),
        ("x:bought", "r1/1", "PT", False),
        ("x:bought", "r1/2", "NZ", True),
    ]
    assert [(w.window.rows, w.window.opened_by) for w in found] == [
        (1, ("registration",)), (8, ()), (8, ("handle", "store")),
    ]  # fmt: skip
    assert found[2].window.starts == at("2026-04-01 00:00")
    assert [w.assessment.outcome for w in found[1:]] == ["supported", "supported"]
    now = {a.account: (a.top, a.run) for a in assessments_now(store)}
    assert now["x:bought"] == ("NZ", "r1/2")
    assert now["x:calm"] == ("PT", "r1")
    assert record.windows == ["r1/0", "r1/1", "r1/2"]
    assert record.counts["accounts with several windows"] == 1


def test_the_newest_run_is_never_a_window_and_a_window_can_be_asked_for(case: tuple[Store, Rows]) -> None:
    store, rows = case
    infer(store, rows, run="r1", windows=True)

    assert latest_run(store) == "r1"
    assert [r["id"] for r in runs(store)] == ["r1"]
    assert len(assessments(store)) == 4
    assert [a.account for a in assessments(store, "r1/2")] == ["x:bought"]
    assert {b.account for b in beliefs(store, "r1/2")} == {"x:bought"}
    explained = explain(store, "x:bought", "r1/2")
    assert (explained.run, explained.assessment.top) == ("r1/2", "NZ")
    window = next(one.window for one in window_assessments(store) if one.window.run == "r1/2")
    assert (explained.first_at, explained.last_at) == (window.starts, window.last_at)
    with pytest.raises(NotAssessed, match="no complete run 'r1/7'"):
        assessments(store, "r1/7")


def test_the_run_itself_is_the_same_with_windows_and_without(case: tuple[Store, Rows]) -> None:
    store, rows = case
    infer(store, rows, run="r1")
    infer(store, rows, run="r2", windows=True)

    without, along = read_beliefs(store, "p", "r1"), read_beliefs(store, "p", "r2")
    assert without.keys() == along.keys()
    for account, by_territory in without.items():
        assert along[account] == pytest.approx(by_territory, abs=1e-12)


def test_a_case_without_a_change_has_no_further_runs(store: Store) -> None:
    graph = CaseGraph(store, "PT")
    graph.accounts("x:calm")
    graph.address(LISBON, "residential", {"whois": "PT"}, "AS64500 Home")
    record = infer(store, Rows(logins=logins("x:calm", LISBON, 1)), run="r1", windows=True)

    assert record.windows == []
    assert window_assessments(store) == []
    assert [(a.run, a.top) for a in assessments_now(store)] == [("r1", "PT")]


def test_items_of_windows_are_those_of_the_run_split_by_time(case: tuple[Store, Rows]) -> None:
    store, rows = case
    infer(store, rows, run="r1", windows=True)

    split = {run: {(i.signal, i.sources) for i in items(store, run)} for run in ("r1/0", "r1/1", "r1/2")}
    assert {name for name, _ in split["r1/0"]} == {"registration_ip"}
    assert {name for name, _ in split["r1/1"]} == {"login_ip", "store_country", "location_text", "hidden_logins"}
    assert {name for name, _ in split["r1/2"]} == {"login_ip", "store_country", "location_text", "hidden_logins"}
    whole = [(i.signal, s) for i in items(store, "r1") if i.account == "x:bought" for s in i.sources]
    parts = [(signal, s) for found in split.values() for signal, sources in found for s in sources]
    assert len(parts) == len(set(parts))
    assert set(whole) <= set(parts)
    store_item = next(i for i in items(store, "r1/1") if i.signal == "store_country")
    assert (store_item.first_at, "Portugal" in store_item.summary) == (at("2026-01-05 00:00"), True)


def test_a_window_hears_only_what_was_shared_within_it(case: tuple[Store, Rows]) -> None:
    store, rows = case
    infer(store, rows, run="r1", windows=True)

    links = store.read_only(
        "MATCH (b)-[s:SHARES_WITH {rule: 'window'}]->(a) RETURN b.id, a.id, s.run, s.heard_in, s.network, s.weight", {}
    )
    assert links.rows == [("x:shop", "x:bought", "r1/2", "r1", "Device", 0.9)]
    infra = {run: read_beliefs(store, "infra", run)["x:bought"] for run in ("r1/1", "r1/2")}
    assert set(infra["r1/1"].values()) == {0.0}
    assert infra["r1/2"]["NZ"] > 0
    assert explain(store, "x:bought", "r1/1").neighbours == 0
    assert explain(store, "x:bought", "r1/2").neighbours == 1


def test_removing_a_run_removes_its_windows(case: tuple[Store, Rows]) -> None:
    store, rows = case
    before = {k: v for k, v in store.counts().items() if k not in ("EvidenceClass", "Territory")}
    infer(store, rows, run="r1", windows=True)
    remove_run(store, "r1")

    assert {k: v for k, v in store.counts().items() if k not in ("EvidenceClass", "Territory")} == before


def test_what_an_unfinished_run_with_windows_left_is_removed(case: tuple[Store, Rows]) -> None:
    store, rows = case
    infer(store, rows, run="r1", windows=True)
    whole = store.counts()
    store.write_nodes("Run", [{"id": "r1", "complete": False}])
    infer(store, rows, run="r2", windows=True)

    assert store.counts() == whole


def test_every_signal_can_be_told_apart_by_time_but_ties() -> None:
    """A signal reads the observations, or names the rows behind its facts; ties and batches stay with the run."""
    about_accounts = {s.name for s in all_signals() if not s.columns and "AS account" in statement(s.facts).text}
    named = {s.name for s in all_signals() if s.behind}
    links = {s.name for s in link_signals()}
    assert about_accounts - named - links == {"reciprocal_tie", "created_together"}
