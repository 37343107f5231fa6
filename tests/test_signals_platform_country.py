"""The platform's own label of a country."""

from __future__ import annotations

import pytest
from case_graph import CaseGraph, at
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference.signals.platform_country import SIGNAL
from attrigraph.inference.weights import load_weights


def test_a_label_points_at_its_territory_and_a_doubted_one_half_as_strongly(store: Store) -> None:
    graph = CaseGraph(store, "PT", "KP", "KR")
    graph.accounts("x:1", "x:2", "x:3")
    graph.points_at("x:1", "PT", "platform_country", "Portugal", observed_at=at("06-01"))
    graph.points_at("x:2", "PT", "platform_country", "Portugal", accurate=False)
    for code in ("KP", "KR"):
        graph.points_at("x:3", code, "platform_country", "Korea", 0.5)
    rows = Rows(signals=[{"account_id": "x:1", "signal": "platform_country", "value": "Portugal"}])

    plain, doubted, either = sorted(SIGNAL.sightings(store, rows, load_weights()), key=lambda s: s.account)
    assert (plain.places, plain.alpha, plain.sources) == (("PT",), 0.85, ("s1:line 1",))
    assert plain.first_at == at("06-01")
    assert plain.summary == "The platform shows the account as based in Portugal."
    assert doubted.alpha == pytest.approx(0.425)
    assert doubted.summary.endswith("The platform says it may be wrong.")
    assert either.places == ("KP", "KR")
