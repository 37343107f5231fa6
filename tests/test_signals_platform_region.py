"""The platform's label of a region: every territory of it gains alike, none is named alone."""

from __future__ import annotations

from case_graph import CaseGraph
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference.signals.platform_region import SIGNAL
from attrigraph.inference.weights import load_weights
from attrigraph.inference.world import Tally, point_item, priors_of
from attrigraph.territories import regions


def test_a_region_is_a_set(store: Store) -> None:
    graph = CaseGraph(store, "AU", "NZ")
    graph.accounts("x:1")
    graph.points_at_region("x:1", "Australasia", ["AU", "NZ"], "platform_region")

    (found,) = SIGNAL.sightings(store, Rows(), load_weights())
    assert found.places == regions()["Australasia"]
    assert found.summary == "The platform shows the account as based in Australasia."
    assert Tally().add([(found.pool, found.account, found.places)]).seen == set()

    world = Tally().world(load_weights(), priors_of("uniform", None, (), load_weights()))
    item = point_item(SIGNAL, found, world, {})
    assert set(item.llr) == set(found.places)
    assert len(set(item.llr.values())) == 1
    assert item.llr["AU"] > 0 > item.llr_default
