"""The address an account was created from."""

from __future__ import annotations

import pytest
from case_graph import CaseGraph
from case_graph import at as day
from observed import Rows, at

from attrigraph.graph import Store
from attrigraph.inference.signals.registration_ip import SIGNAL, ageing
from attrigraph.inference.weights import load_weights


def test_a_registration_weighs_by_network_and_halves_every_two_years(store: Store) -> None:
    graph = CaseGraph(store, "PT", "US")
    graph.accounts("x:1", "x:2", "x:3")
    graph.address("203.0.113.7", "residential", {"whois": "PT"})
    graph.address("198.51.100.9", "tor", {"whois": "US"})
    graph.registered("x:1", "203.0.113.7", "06-01")
    graph.registered("x:2", "203.0.113.7", None)
    graph.registered("x:3", "198.51.100.9", "06-01")
    logins = [
        {"account_id": "x:1", "at": day("06-01"), "ip": "203.0.113.7", "kind": "registration"},
        {"account_id": "x:9", "at": at("2028-06-01 00:00"), "ip": "203.0.113.7"},
    ]

    found = {s.account: s for s in SIGNAL.sightings(store, Rows(logins=logins), load_weights())}
    assert set(found) == {"x:1", "x:2"}
    assert found["x:1"].alpha == pytest.approx(0.90 * 0.993 / 2, abs=1e-3)
    assert found["x:1"].sources == ("s1:line 1",)
    assert found["x:2"].alpha == pytest.approx(0.90 * 0.993)
    assert found["x:1"].summary == "The account was created from an address in Portugal. The network is residential."


def test_a_registration_after_the_last_login_does_not_gain() -> None:
    assert ageing(day("06-02"), day("06-01"), 2.0) == 1.0
