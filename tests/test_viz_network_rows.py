"""The three reads behind the network, on both engines."""

from __future__ import annotations

from typing import Any

import pytest
from case_graph import CaseGraph, at

from attrigraph.graph import Store, statement
from attrigraph.viz.scene import HUB, STATEMENTS, Scene, scene_from_rows


@pytest.fixture
def case(store: Store) -> CaseGraph:
    made = CaseGraph(store, "PT", "UY")
    made.accounts("x:1", "x:2", "x:3", "x:4")
    made.run("r1")
    made.run("r2", "07-02")
    return made


def read(store: Store, name: str, run: str = "r2") -> list[dict[str, Any]]:
    extra = {"hub": HUB} if name == "uses" else {}
    return store.read(statement(STATEMENTS[name]), run=run, **extra)


def scene(store: Store) -> Scene:
    return scene_from_rows(read(store, "accounts"), read(store, "uses"), read(store, "links"))


def test_accounts_have_the_outcome_of_the_run_and_the_prior_of_their_leader(case: CaseGraph, store: Store) -> None:
    case.assessed("x:1", "supported", "UY", 0.9, run="r1", confidence="low")
    case.assessed(
        "x:1", "contested", "PT", 0.6, run="r2", prior=0.1, without_strongest="UY", reasons=["two stay possible"]
    )
    rows = read(store, "accounts")
    assert [row["account"] for row in rows] == ["x:1", "x:2", "x:3", "x:4"]
    first = {key: rows[0][key] for key in ("outcome", "top", "p", "prior", "without_strongest", "reasons", "handle")}
    assert first == {
        "outcome": "contested",
        "top": "PT",
        "p": 0.6,
        "prior": 0.1,
        "without_strongest": "UY",
        "reasons": ["two stay possible"],
        "handle": "1",
    }
    assert rows[1]["outcome"] is None
    assert [mark.second for mark in scene(store).accounts] == ["UY", None, None, None]


def test_resources_are_those_of_two_accounts_at_least(case: CaseGraph, store: Store) -> None:
    for account in ("x:1", "x:2"):
        case.uses(account, "Device", "shared")
        case.uses(account, "Domain", "example.org")
    case.uses("x:3", "Device", "own")
    rows = read(store, "uses")
    assert sorted((row["account"], row["kind"], row["resource"]) for row in rows) == [
        ("x:1", "Device", "shared"),
        ("x:2", "Device", "shared"),
    ]
    assert rows[0]["first_at"] == at("06-01")
    assert store.read(statement(STATEMENTS["uses"]), run="r2", hub=1) == []


def test_addresses_are_those_of_pairs_seen_on_one_day(case: CaseGraph, store: Store) -> None:
    case.address("192.0.2.1", "residential")
    case.address("192.0.2.2", "vpn")
    case.address("192.0.2.3", None)
    for account in ("x:1", "x:2", "x:3"):
        for ip in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
            case.login(account, ip)
    case.shares("x:1", "x:2", 0.75, run="r2", n=3)
    found = {(row["account"], row["resource"]) for row in read(store, "uses")}
    assert found == {(account, f"192.0.2.{ip}") for account in ("x:1", "x:2") for ip in (1, 3)}
    assert read(store, "uses", run="r1") == []
    (link,) = read(store, "links")
    assert (link["source"], link["target"], link["kind"], link["n"], link["weight"]) == (
        "x:1",
        "x:2",
        "ip_day",
        3,
        0.75,
    )
    drawn = scene(store)
    assert [resource.label for resource in drawn.resources] == ["address 1", "address 2"]
    assert {kind.kind for kind in drawn.links} == {"used"}


def test_joint_activity_and_mirrors_are_read(case: CaseGraph, store: Store) -> None:
    facts = {"run": "r2", "n": 6, "q_value": 0.02, "window_s": 60.0, "weight": 6.0, "first_at": at("06-01")}
    for type_, start in (("ACTS_WITH", "x:1"), ("MIRRORS", "x:4")):
        row = facts | {"start": start, "end": "x:3", "rule": "same text"}
        assert store.write_relationships(type_, "Account", "Account", [row]).written == 1
    found = [(link.kind, link.source, link.target, link.q, link.first_at) for link in scene(store).links]
    assert sorted(found) == [("acts", "x:1", "x:3", 0.02, at("06-01")), ("mirrors", "x:4", "x:3", 0.02, at("06-01"))]
