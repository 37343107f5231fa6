"""A whole run: from facts in the graph and login rows to assessments, on both engines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from case_graph import CaseGraph
from evidence_fixture import read_beliefs
from observed import Rows, at

from attrigraph.errors import InputError, NotAssessed
from attrigraph.graph import Store, statement
from attrigraph.inference.explain import explain
from attrigraph.inference.results import assessments, beliefs, items, latest_run, runs
from attrigraph.inference.run import infer

HOME, VPN, OFFICE = "203.0.113.7", "198.51.100.9", "192.0.2.33"


@pytest.fixture
def case(store: Store) -> tuple[Store, Rows]:
    """Two accounts pose as NZ on one device, and one slips; a third is behind its address; a fourth has no facts."""
    graph = CaseGraph(store, "PT", "NZ", "US")
    graph.accounts("x:1", location="Auckland, New Zealand", language="en", time_zone="Lisbon")
    graph.accounts("x:2", location="Auckland, New Zealand", language="en")
    graph.accounts("x:3", "x:4")
    graph.address(HOME, "residential", {"whois": "PT"}, "AS64500 Home")
    graph.address(VPN, "vpn", {"whois": "NZ"}, "AS64501 Exit")
    for account in ("x:1", "x:3"):
        graph.login(account, HOME, count=3, days=3)
    graph.login("x:2", VPN)
    graph.uses("x:1", "Device", "d1")
    graph.uses("x:2", "Device", "d1")
    graph.points_at("x:1", "PT", "store_country", "Portugal App Store")
    logins: list[dict[str, Any]] = [
        {"account_id": account, "at": at(f"2026-03-0{day} 21:00"), "ip": HOME}
        for account in ("x:1", "x:3")
        for day in (1, 2, 3)
    ]
    logins.append({"account_id": "x:2", "at": at("2026-03-05 09:00"), "ip": VPN})
    signals = [{"account_id": "x:1", "signal": "store_country", "value": "Portugal App Store"}]
    return store, Rows(
        logins=logins, signals=signals, accounts=[{"account_id": "x:1", "location": "Auckland, New Zealand"}]
    )


def test_every_account_is_assessed_and_abstentions_are_counted(case: tuple[Store, Rows]) -> None:
    store, rows = case
    record = infer(store, rows, run="r1", deceivers=0.2)

    found = {a.account: a for a in assessments(store)}
    assert {a: found[a].outcome for a in found} == {
        "x:1": "supported",
        "x:2": "supported",
        "x:3": "supported",
        "x:4": "insufficient",
    }
    assert found["x:1"].top == found["x:2"].top == found["x:3"].top == "PT"
    assert found["x:1"].strongest_class == "acquisition"
    assert found["x:3"].strongest_class == "network"
    assert (found["x:2"].strongest_class, found["x:2"].confidence) == ("infra", "low")
    assert record.accounts == 4
    assert record.counts["supported"] == 3
    assert record.counts["insufficient"] == 1


def test_items_are_ranked_by_their_strength(case: tuple[Store, Rows]) -> None:
    """fuse discounts the items of a class in this order."""
    store, rows = case
    infer(store, rows, run="r1")

    asked = "MATCH (:Account {id: $id})-[:HAS_EVIDENCE]->(e) RETURN e.rank AS rank, e.strength ORDER BY rank"
    ranks, strengths = zip(*store.read_only(asked, {"id": "x:1"}).rows, strict=True)
    assert len(ranks) > 3
    assert list(ranks) == list(range(len(ranks)))
    assert list(strengths) == sorted(strengths, reverse=True)


def test_a_poser_follows_the_device_it_shares(case: tuple[Store, Rows]) -> None:
    store, rows = case
    infer(store, rows, run="r1")

    poser = {b.territory: b for b in beliefs(store) if b.account == "x:2"}
    assert poser["PT"].infra > 0.5
    assert poser["NZ"].infra < 0
    assert poser["PT"].p - poser["PT"].own > 0.5
    assert poser["PT"].deceivers > 0.2


def test_a_shared_private_address_within_a_day_is_written_with_its_hold(case: tuple[Store, Rows]) -> None:
    store, rows = case
    infer(store, rows, run="r1")

    found = store.read_only(
        "MATCH (a)-[s:SHARES_WITH {rule: 'ip_day'}]->(b) RETURN a.id, b.id, s.weight, s.n, s.run", {}
    )
    assert found.rows == [("x:1", "x:3", 0.75, 3, "r1")]


def test_items_name_their_source_rows(case: tuple[Store, Rows]) -> None:
    store, rows = case
    infer(store, rows, run="r1")

    mine = {i.signal: i for i in items(store) if i.account == "x:1"}
    assert mine["login_ip"].sources == ("s1:line 1", "s1:line 2", "s1:line 3")
    assert mine["login_ip"].n == 3
    assert mine["login_ip"].first_at == at("2026-03-01 21:00")
    assert mine["store_country"].sources == ("s1:line 1",)
    assert mine["location_text"].id == "r1/x:1/location_text/1"


def test_probabilities_of_each_account_sum_to_one(case: tuple[Store, Rows]) -> None:
    store, rows = case
    infer(store, rows, run="r1")

    for by_territory in read_beliefs(store, "p").values():
        assert sum(by_territory.values()) == pytest.approx(1.0, abs=1e-9)


def test_an_explanation_knows_persona_assumptions_and_what_is_missing(case: tuple[Store, Rows]) -> None:
    store, rows = case
    infer(store, rows, run="r1")
    poser, silent = explain(store, "x:1"), explain(store, "x:4")

    assert (poser.assessment.displays, poser.assessment.persona) == ("NZ", "contradicts")
    assert poser.assessment.reasons[-1].startswith("The profile displays New Zealand, which the evidence leaves")
    assert poser.sensitivity is not None
    assert poser.sensitivity.unstaged == ("persona_leak", "infra")  # its slip, and the address it shares with x:3
    assert (poser.sensitivity.staged.outcome, poser.sensitivity.staged.top) == ("supported", "PT")
    assert silent.assessment.displays is None

    asked = {m.signal: m for m in silent.missing}
    assert silent.missing[0].signal == "login_ip"
    assert silent.missing[0].drop > 1.0
    assert "store_country" in asked
    assert "store_country" not in {m.signal for m in poser.missing}
    assert max(m.drop for m in poser.missing) < silent.missing[0].drop / 5


def test_the_same_case_gives_the_same_numbers_again(case: tuple[Store, Rows]) -> None:
    store, rows = case
    infer(store, rows, run="r1")
    infer(store, rows, run="r2")

    first, second = read_beliefs(store, "p", "r1"), read_beliefs(store, "p", "r2")
    for account, by_territory in first.items():
        assert second[account] == pytest.approx(by_territory, abs=1e-12)


def test_what_an_unfinished_run_left_is_removed_by_the_next(case: tuple[Store, Rows]) -> None:
    store, rows = case
    infer(store, rows, run="r1")
    whole = store.counts()
    store.write_nodes("Run", [{"id": "r1", "complete": False}])

    with pytest.raises(NotAssessed):
        latest_run(store)
    infer(store, rows, run="r2")
    assert latest_run(store) == "r2"
    assert [r["id"] for r in runs(store)] == ["r2"]
    assert store.counts() == whole


def test_a_run_id_is_used_once(case: tuple[Store, Rows]) -> None:
    store, rows = case
    infer(store, rows, run="r1")

    with pytest.raises(InputError, match="'r1' is there already"):
        infer(store, rows, run="r1")


@pytest.mark.parametrize("share", [0.0, 1.0, -0.2])
def test_the_share_of_deceivers_is_checked(case: tuple[Store, Rows], share: float) -> None:
    store, rows = case
    with pytest.raises(InputError, match="between 0 and 1"):
        infer(store, rows, run="r1", deceivers=share)


def test_more_assumed_deceivers_weaken_what_only_the_persona_says(case: tuple[Store, Rows]) -> None:
    store, rows = case
    infer(store, rows, run="r1", deceivers=0.05)
    infer(store, rows, run="r2", deceivers=0.4)

    assert read_beliefs(store, "own", "r1")["x:2"]["NZ"] > read_beliefs(store, "own", "r2")["x:2"]["NZ"]


def test_evidence_of_territories_is_never_without_a_prior(case: tuple[Store, Rows]) -> None:
    store, rows = case
    record = infer(store, rows, run="r1")

    named = {row["code"] for row in store.read(statement("inference/named_territories"), run="r1")}
    assert named <= set(record.priors)


def test_an_empty_case_is_a_complete_run_of_nobody(store: Store) -> None:
    record = infer(store, Rows(), run="r1")

    assert (record.accounts, record.items, latest_run(store)) == (0, 0, "r1")
    assert assessments(store) == []


def test_acting_together_changes_no_assessment(case: tuple[Store, Rows]) -> None:
    """The strongest edges there can be, and a cluster of all: everything stays as it was."""
    store, rows = case
    infer(store, rows, run="r1")
    accounts = ("x:1", "x:2", "x:3", "x:4")
    edge = {"run": "l1", "rule": "co_tweet", "network": "co_tweet", "weight": 500.0, "n": 500, "q_value": 0.0}
    pairs = [{"start": a, "end": b} | edge for a in accounts for b in accounts if a != b]
    store.write_relationships("ACTS_WITH", "Account", "Account", pairs)
    store.write_nodes("Cluster", [{"id": "l1/c1", "run": "l1", "size": 4}])
    members = [{"start": a, "end": "l1/c1", "run": "l1", "role": "member"} for a in accounts]
    store.write_relationships("MEMBER_OF", "Account", "Cluster", members)
    infer(store, rows, run="r2")

    assert beliefs(store, "r1") == beliefs(store, "r2") != []
    before, after = ([replace(a, run="") for a in assessments(store, run)] for run in ("r1", "r2"))
    assert before == after != []
