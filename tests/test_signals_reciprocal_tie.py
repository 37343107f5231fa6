"""Ties that go both ways."""

from __future__ import annotations

from typing import Any

import pytest
from case_graph import CaseGraph
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference.scores import score_items
from attrigraph.inference.signals.reciprocal_tie import SIGNAL
from attrigraph.inference.weights import load_weights
from attrigraph.inference.world import Tally, World, priors_of


@pytest.fixture
def world() -> World:
    weights = load_weights()
    return Tally().world(weights, priors_of("harbour", {"PT": 1.0, "US": 1.0}, (), weights))


def tie(store: Store, start: str, end: str, **properties: Any) -> None:
    row = {"start": start, "end": end, "kind": "follow"} | properties
    store.write_relationships("TIED_WITH", "Account", "Account", [row])


def friends(graph: CaseGraph, account: str, code: str, count: int, first: int) -> None:
    """Accounts whose telephone numbers are of `code`, tied to the account in both directions."""
    for number in range(first, first + count):
        other = f"x:{number}"
        graph.accounts(other)
        graph.points_at(other, code, "phone_region", "+")
        tie(graph.store, account, other, reciprocal=True)


def test_ties_point_where_the_other_ends_are_within_the_limits(store: Store, world: World) -> None:
    graph = CaseGraph(store, "PT", "US")
    graph.accounts("x:1")
    friends(graph, "x:1", "PT", 4, 10)

    (found,) = [s for s in SIGNAL.scores(store, Rows(), world) if s.account == "x:1"]
    assert (found.count, found.factor) == (4, 1.0)
    assert found.summary == "Of 4 reciprocal ties, 4 with accounts of Portugal."
    (item,) = score_items([(SIGNAL, found)], world, ("PT", "US"))
    assert item.cls == "social"
    assert item.llr["PT"] == pytest.approx(0.968, abs=1e-3)  # ln(.95 e^1 + .05)
    assert item.llr["US"] == pytest.approx(-0.651, abs=1e-3)  # ln(.95 e^-.7 + .05)
    assert item.llr_cover["PT"] == pytest.approx(0.750, abs=1e-3)


def test_those_whom_an_account_poses_as_are_removed_and_the_rest_counts_by_its_part(store: Store, world: World) -> None:
    graph = CaseGraph(store, "PT", "US")
    graph.accounts("x:1", location="Austin, TX")
    friends(graph, "x:1", "US", 6, 10)
    friends(graph, "x:1", "PT", 4, 20)

    (found,) = [s for s in SIGNAL.scores(store, Rows(), world) if s.account == "x:1"]
    assert (found.count, found.factor) == (4, 0.4)
    assert found.llr["US"] == 0.0
    assert found.llr["PT"] > 0 > found.rest
    assert found.summary.endswith("6 more were left out or are of unknown place.")


def test_celebrities_and_ties_in_one_direction_do_not_count(store: Store, world: World) -> None:
    graph = CaseGraph(store, "PT")
    graph.accounts("x:1")
    friends(graph, "x:1", "PT", 2, 10)
    graph.accounts("x:20", followers=2_000_000, following=10)
    graph.accounts("x:21", "x:22")
    for other in ("x:20", "x:21", "x:22"):
        graph.points_at(other, "PT", "phone_region", "+")
    tie(store, "x:1", "x:20", reciprocal=True)
    tie(store, "x:1", "x:21")
    tie(store, "x:1", "x:22", reciprocal=False)
    assert [s for s in SIGNAL.scores(store, Rows(), world) if s.account == "x:1"] == []

    tie(store, "x:21", "x:1")
    (found,) = [s for s in SIGNAL.scores(store, Rows(), world) if s.account == "x:1"]
    assert found.count == 3
