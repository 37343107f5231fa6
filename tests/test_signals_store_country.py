"""The app store an account was set up through."""

from __future__ import annotations

import pytest
from case_graph import CaseGraph
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference.signals.store_country import SIGNAL
from attrigraph.inference.weights import load_weights
from attrigraph.inference.world import Tally, point_item, priors_of


def test_a_store_points_at_its_territory_within_the_item_limit(store: Store) -> None:
    graph = CaseGraph(store, "PT")
    graph.accounts("x:1")
    graph.points_at("x:1", "PT", "store_country", "Portugal App Store")

    (found,) = SIGNAL.sightings(store, Rows(), load_weights())
    assert (found.places, found.alpha) == (("PT",), 0.93)

    world = Tally().world(load_weights(), priors_of("uniform", None, (), load_weights()))
    item = point_item(SIGNAL, found, world, {"PT": 0.9})
    assert item.llr["PT"] == 3.0
    assert item.llr_default == pytest.approx(-2.15, abs=0.01)
    assert item.cls == "acquisition"
