"""One private address within one UTC day: who shares it, and how firmly."""

from __future__ import annotations

import pytest
from case_graph import CaseGraph
from observed import Rows, at

from attrigraph.graph import Store
from attrigraph.inference.shared import ip_day_links
from attrigraph.inference.weights import load_weights

HOME, EXIT, INSIDE = "203.0.113.7", "198.51.100.9", "192.168.1.2"


def login(account: str, when: str, ip: str = HOME) -> dict[str, object]:
    return {"account_id": account, "at": at(when), "ip": ip}


@pytest.fixture
def graph(store: Store) -> CaseGraph:
    graph = CaseGraph(store)
    graph.address(HOME, "residential")
    graph.address(EXIT, "vpn")
    graph.address("198.51.100.77", "tor")
    graph.address(INSIDE, None)
    store.write_nodes("IPAddress", [{"id": INSIDE, "routable": False}])
    return graph


def test_the_hold_falls_with_the_crowd_and_the_best_day_counts(graph: CaseGraph) -> None:
    rows = Rows(
        logins=[
            *(login(account, "2026-03-01 08:00") for account in ("x:1", "x:2", "x:3")),
            *(login(account, "2026-03-02 23:00") for account in ("x:1", "x:2")),
            login("x:2", "2026-03-02 23:30"),
            login("x:4", "2026-03-03 00:10"),
        ]
    )
    found = {(r["start"], r["end"]): r for r in ip_day_links(graph.store, rows, load_weights(), "r1")}

    assert set(found) == {("x:1", "x:2"), ("x:1", "x:3"), ("x:2", "x:3")}
    assert found["x:1", "x:2"]["weight"] == 0.75
    assert found["x:1", "x:2"]["n"] == 2
    assert found["x:1", "x:3"]["weight"] == pytest.approx(0.75 / 1.05)
    assert found["x:1", "x:2"]["last_at"] == at("2026-03-02 23:30")
    assert found["x:1", "x:3"]["message_ids"] == ["s1:line 1", "s1:line 3"]


def test_an_exit_ties_less_and_by_all_who_ever_used_it(graph: CaseGraph) -> None:
    rows = Rows(
        logins=[
            *(login(account, "2026-03-01 08:00", EXIT) for account in ("x:1", "x:2")),
            login("x:3", "2026-04-01 08:00", EXIT),
        ]
    )
    (link,) = ip_day_links(graph.store, rows, load_weights(), "r1")

    assert (link["start"], link["end"], link["network"]) == ("x:1", "x:2", "anonymiser_exit")
    assert link["weight"] == pytest.approx(0.40 / 1.05)


def test_a_private_address_counts_before_an_exit(graph: CaseGraph) -> None:
    rows = Rows(logins=[login(account, "2026-03-01 08:00", ip) for account in ("x:1", "x:2") for ip in (EXIT, HOME)])
    (link,) = ip_day_links(graph.store, rows, load_weights(), "r1")

    assert (link["network"], link["weight"], link["n"]) == ("private_address", 0.75, 2)


@pytest.mark.parametrize("ip", ["198.51.100.77", INSIDE, "203.0.113.99"])
def test_tor_and_addresses_the_internet_does_not_route_tie_nobody(graph: CaseGraph, ip: str) -> None:
    rows = Rows(logins=[login(account, "2026-03-01 08:00", ip) for account in ("x:1", "x:2")])

    assert list(ip_day_links(graph.store, rows, load_weights(), "r1")) == []


def test_an_address_of_too_many_ties_nobody(graph: CaseGraph) -> None:
    rows = Rows(logins=[login(f"x:{n}", "2026-03-01 08:00") for n in range(201)])

    assert list(ip_day_links(graph.store, rows, load_weights(), "r1")) == []
