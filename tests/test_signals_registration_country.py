"""The territory a platform noted when the account was registered."""

from __future__ import annotations

from case_graph import CaseGraph
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference.signal import CONTRADICTING, Skipped
from attrigraph.inference.signals.registration_country import SIGNAL
from attrigraph.inference.weights import load_weights


def test_an_account_is_registered_once_so_two_territories_are_left_out_and_counted(store: Store) -> None:
    graph = CaseGraph(store, "PT", "NG")
    graph.accounts("x:1", "x:2", "x:3")
    graph.points_at("x:1", "PT", "registration_country", "PT")
    graph.points_at("x:2", "PT", "registration_country", "Portugal")
    graph.points_at("x:2", "NG", "registration_country", "Nigeria")
    graph.points_at("x:3", "NG", "registration_country", "NG")
    graph.points_at("x:3", "NG", "registration_country", "Nigeria")

    found = list(SIGNAL.sightings(store, Rows(), load_weights()))
    assert [s for s in found if isinstance(s, Skipped)] == [Skipped(CONTRADICTING)]
    kept = {s.account: s for s in found if not isinstance(s, Skipped)}
    assert {a: s.places for a, s in kept.items()} == {"x:1": ("PT",), "x:3": ("NG",)}
    assert kept["x:1"].alpha == 0.85
