"""Where the managers of a page sit."""

from __future__ import annotations

import pytest
from case_graph import CaseGraph, at
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference.signal import CONTRADICTING, Skipped
from attrigraph.inference.signals.admin_country import SIGNAL
from attrigraph.inference.weights import load_weights


def stated(account: str, value: str, note: str) -> dict[str, str]:
    return {"account_id": account, "signal": "admin_country", "value": value, "note": note}


def test_the_share_of_managers_is_the_strength_with_one_more_anywhere(store: Store) -> None:
    graph = CaseGraph(store, "PT", "NG")
    graph.accounts("x:1", "x:2")
    graph.points_at("x:1", "PT", "admin_country", "Portugal")
    graph.points_at("x:1", "NG", "admin_country", "Nigeria")
    graph.points_at("x:2", "NG", "admin_country", "Nigeria (4)")
    rows = Rows(signals=[stated("x:1", "Portugal", "3 of 4 managers"), stated("x:1", "Nigeria", "1 of 4 managers")])

    found = {(s.account, *s.places): s for s in SIGNAL.sightings(store, rows, load_weights())}
    assert {key: (s.alpha, s.count) for key, s in found.items()} == {
        ("x:1", "PT"): (pytest.approx(0.6), 3),
        ("x:1", "NG"): (pytest.approx(0.2), 1),
        ("x:2", "NG"): (pytest.approx(0.8), 4),
    }
    assert found["x:1", "PT"].summary == "The platform shows managers of the page in Portugal. 3 of 4 are told."


def test_only_the_newest_statement_counts(store: Store) -> None:
    graph = CaseGraph(store, "PT", "NG")
    graph.accounts("x:1")
    graph.points_at("x:1", "PT", "admin_country", "Portugal", observed_at=at("03-01"))
    graph.points_at("x:1", "NG", "admin_country", "Nigeria", observed_at=at("06-01"))

    (found,) = SIGNAL.sightings(store, Rows(), load_weights())
    assert (found.places, found.alpha, found.last_at) == (("NG",), 0.5, at("06-01"))


def test_more_managers_than_there_are_contradict_each_other(store: Store) -> None:
    graph = CaseGraph(store, "PT", "NG")
    graph.accounts("x:1")
    graph.points_at("x:1", "PT", "admin_country", "Portugal")
    graph.points_at("x:1", "NG", "admin_country", "Nigeria")
    rows = Rows(signals=[stated("x:1", "Portugal", "3 of 4"), stated("x:1", "Nigeria", "2 of 4")])

    assert list(SIGNAL.sightings(store, rows, load_weights())) == [Skipped(CONTRADICTING)]
