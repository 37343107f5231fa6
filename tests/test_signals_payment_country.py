"""The territory a payment of the account came from."""

from __future__ import annotations

from case_graph import CaseGraph
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference.signals.payment_country import SIGNAL
from attrigraph.inference.weights import load_weights


def test_every_territory_that_paid_is_a_sighting_of_its_own(store: Store) -> None:
    graph = CaseGraph(store, "PT", "HK")
    graph.accounts("x:1")
    graph.points_at("x:1", "PT", "payment_country", "Portugal")
    graph.points_at("x:1", "HK", "payment_country", "Hong Kong")

    found = sorted(SIGNAL.sightings(store, Rows(), load_weights()), key=lambda s: s.places)
    assert [(s.places, s.alpha) for s in found] == [(("HK",), 0.85), (("PT",), 0.85)]
    assert found[1].summary == "Payments came from Portugal."
