"""The currency an account paid in: all territories whose tender it is, never one of them."""

from __future__ import annotations

import pytest
from case_graph import CaseGraph
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference.signals.payment_currency import SIGNAL
from attrigraph.inference.weights import load_weights
from attrigraph.inference.world import Tally, point_item, priors_of
from attrigraph.loaders.places import place_of_signal


def test_a_currency_of_several_territories_names_none_of_them_alone(store: Store) -> None:
    graph = CaseGraph(store, "BT", "IN", "RU")
    graph.accounts("x:1", "x:2")
    graph.points_at("x:1", "IN", "payment_currency", "INR", share=0.5)
    graph.points_at("x:1", "BT", "payment_currency", "INR", share=0.5)
    graph.points_at("x:2", "RU", "payment_currency", "RUB")

    rupees, roubles = sorted(SIGNAL.sightings(store, Rows(), load_weights()), key=lambda s: s.account)
    assert rupees.summary == "Payments were made in INR, the money of Bhutan or India."
    assert Tally().add((s.pool, s.account, s.places) for s in (rupees, roubles)).seen == {"RU"}

    world = Tally().world(load_weights(), priors_of("uniform", None, (), load_weights()))
    item = point_item(SIGNAL, rupees, world, {})
    assert item.llr["IN"] == item.llr["BT"] > 0 > item.llr_default


def test_a_currency_of_many_territories_is_told_by_their_number() -> None:
    place = place_of_signal("payment_currency", "eur")

    assert place is not None
    assert place.region is None
    assert SIGNAL.sentence(place.codes, None, "EUR") == "Payments were made in EUR, the money of one of 36 territories."


@pytest.mark.parametrize("value", ["XYZ", "DEM", "$", "nan", "IN"])
def test_what_is_no_tender_names_nothing(value: str) -> None:
    assert place_of_signal("payment_currency", value) is None
