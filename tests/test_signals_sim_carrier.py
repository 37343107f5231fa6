"""The carrier of the SIM card an account was used with."""

from __future__ import annotations

import pytest
from case_graph import CaseGraph
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference.signals.sim_carrier import SIGNAL
from attrigraph.inference.weights import load_weights
from attrigraph.loaders.places import place_of_signal


def test_a_carrier_points_at_the_territory_it_serves(store: Store) -> None:
    graph = CaseGraph(store, "IN")
    graph.accounts("x:1")
    graph.points_at("x:1", "IN", "sim_carrier", "Jio")
    rows = Rows(signals=[{"account_id": "x:1", "signal": "sim_carrier", "value": "Jio"}])

    (found,) = SIGNAL.sightings(store, rows, load_weights())
    assert (found.places, found.alpha, found.sources) == (("IN",), 0.90, ("s1:line 1",))
    assert found.summary == "The SIM card of the account belongs to India."


def test_a_brand_of_several_territories_points_at_all_of_them(store: Store) -> None:
    graph = CaseGraph(store, "HU", "RS", "BG")
    graph.accounts("x:1")
    for code in ("HU", "RS", "BG"):
        graph.points_at("x:1", code, "sim_carrier", "Yettel", share=1 / 3)
    rows = Rows(signals=[{"account_id": "x:1", "signal": "sim_carrier", "value": "Yettel"}])

    (found,) = SIGNAL.sightings(store, rows, load_weights())
    assert (found.places, found.n) == (("BG", "HU", "RS"), 1.0)
    assert found.summary == "The SIM card of the account belongs to Bulgaria or Hungary or Serbia."


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("us.verizon", ("US",)),
        ("Jio", ("IN",)),
        ("MegaFon", ("RU", "TJ")),
        ("250-01", ("RU",)),
        ("25001", ("RU",)),
        ("India", ("IN",)),
        ("425 01", ("IL", "PS")),
    ],
)
def test_carriers_are_read_by_territory_code_or_name(value: str, codes: tuple[str, ...]) -> None:
    place = place_of_signal("sim_carrier", value)

    assert place is not None
    assert place.codes == codes


@pytest.mark.parametrize("value", ["zz.telecom", "99999", "WiFi", "nan"])
def test_a_carrier_of_no_territory_names_nothing(value: str) -> None:
    assert place_of_signal("sim_carrier", value) is None
