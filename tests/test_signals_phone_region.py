"""The territory of a telephone number."""

from __future__ import annotations

from case_graph import CaseGraph
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference.signal import Sighting, Skipped
from attrigraph.inference.signals.phone_region import SIGNAL
from attrigraph.inference.weights import load_weights


def test_numbers_of_one_territory_are_one_sighting_and_voip_is_weak(store: Store) -> None:
    graph = CaseGraph(store, "PT", "GB", "KZ", "RU")
    graph.accounts("x:1", "x:2", "x:3", "x:4", "x:5", "x:6")
    for account, phone, region, kind in (
        ("x:1", "p1", "PT", "mobile"),
        ("x:1", "p2", "PT", "voip"),
        ("x:2", "p3", "PT", "voip"),
        ("x:3", "p4", "GG", "mobile"),
        ("x:4", "p5", None, None),
        ("x:6", "p6", "KZ RU", "voip"),
    ):
        graph.uses(account, "PhoneNumber", phone)
        store.write_nodes("PhoneNumber", [{"id": phone, "region": region, "kind": kind}])
    graph.points_at("x:4", "PT", "phone_region", "+351")
    for code in ("KZ", "RU"):
        graph.points_at("x:5", code, "phone_region", "+7", share=0.5)
    rows = Rows(identifiers=[{"account_id": "x:1", "kind": "phone", "value": "p1"}])

    found = {s.account: s for s in SIGNAL.sightings(store, rows, load_weights())}
    assert (found["x:1"].places, found["x:1"].alpha, found["x:1"].count) == (("PT",), 0.90, 2)
    assert found["x:1"].sources == ("s1:line 1",)
    assert found["x:2"].alpha == 0.30
    assert found["x:2"].summary.endswith("Type of number: voip.")
    assert found["x:3"].places == ("GB",)
    assert (found["x:4"].places, found["x:4"].alpha) == (("PT",), 0.90)
    assert (found["x:5"].places, found["x:5"].alpha) == (("KZ", "RU"), 0.90)
    assert (found["x:6"].places, found["x:6"].alpha) == (("KZ", "RU"), 0.30)


def test_a_number_that_fits_no_plan_is_skipped_and_said(store: Store) -> None:
    graph = CaseGraph(store, "PT", "US")
    graph.accounts("x:1", "x:2")
    for account, phone, region, kind in (
        ("x:1", "p1", "US", "invalid"),
        ("x:2", "p1", "US", "invalid"),
        ("x:2", "p2", "PT", "mobile"),
    ):
        graph.uses(account, "PhoneNumber", phone)
        store.write_nodes("PhoneNumber", [{"id": phone, "region": region, "kind": kind}])

    seen = list(SIGNAL.sightings(store, Rows(), load_weights()))
    assert [s for s in seen if isinstance(s, Skipped)] == [Skipped("numbers that fit no numbering plan")] * 2
    assert [(s.account, s.places) for s in seen if isinstance(s, Sighting)] == [("x:2", ("PT",))]
