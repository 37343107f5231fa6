"""Where an account logs in from: distinct days and networks, night and office hours, disagreeing databases."""

from __future__ import annotations

from math import log2

import pytest
from case_graph import CaseGraph
from observed import Rows, at

from attrigraph.graph import Store, statement
from attrigraph.inference.signal import LOCATORS
from attrigraph.inference.signals.login_ip import SIGNAL
from attrigraph.inference.weights import load_weights

HOME, MOBILE, EXIT, TORN = "203.0.113.7", "203.0.113.8", "198.51.100.9", "198.51.100.10"


@pytest.fixture
def graph(store: Store) -> CaseGraph:
    """A home and a mobile address in Portugal, a VPN exit in the US, one two databases place differently."""
    graph = CaseGraph(store, "PT", "US", "NZ", "AU")
    graph.accounts("x:1")
    graph.address(HOME, "residential", {"whois": "PT", "other": "PT", "third": "US"}, "AS64500 Home")
    graph.address(MOBILE, "residential", {"whois": "PT"}, "AS64501 Mobile")
    graph.address(EXIT, "vpn", {"whois": "US"}, "AS64502 Exit")
    graph.address(TORN, None, {"whois": "NZ", "other": "AU"})
    return graph


def login(when: str, ip: str, **more: str) -> dict[str, object]:
    return {"account_id": "x:1", "at": at(when), "ip": ip, **more}


def test_days_count_once_per_network_and_office_hours_less(graph: CaseGraph) -> None:
    rows = Rows(
        logins=[
            login("2026-03-01 22:00", HOME),
            login("2026-03-01 23:00", HOME),
            login("2026-03-01 12:00", MOBILE),
            login("2026-03-02 12:00", HOME),
            login("2026-03-03 12:00", HOME, kind="registration"),
        ]
    )
    (found,) = SIGNAL.sightings(graph.store, rows, load_weights())

    assert found.places == ("PT",)
    assert found.n == pytest.approx(log2(1 + 1.0 + 0.6 + 0.6))
    assert found.alpha == pytest.approx(0.90 * 0.993)
    assert found.pool == "login_ip/residential"
    assert (found.count, found.first_at, found.last_at) == (2, at("2026-03-01 12:00"), at("2026-03-02 12:00"))
    assert found.sources == ("s1:line 3", "s1:line 1", "s1:line 2", "s1:line 4")
    assert found.summary == "Logins from Portugal on 2 days, 4 logins, over residential networks."


def test_night_is_night_in_the_territory_of_the_address(graph: CaseGraph) -> None:
    morning_in_europe = "2026-03-01 09:00"
    by_exit = next(SIGNAL.sightings(graph.store, Rows(logins=[login(morning_in_europe, EXIT)]), load_weights()))
    by_home = next(SIGNAL.sightings(graph.store, Rows(logins=[login(morning_in_europe, HOME)]), load_weights()))

    assert by_exit.n == pytest.approx(1.0)
    assert by_home.n == pytest.approx(log2(1.6))


@pytest.mark.parametrize(
    ("first", "second", "operator"),
    [
        (("a", "2026-01-01"), ("b", "2026-06-01"), "AS10"),  # the newest build
        (("b", "2026-06-01"), ("a", "2026-06-01"), "AS10"),  # of equally new ones the first by name
        (("a", "2026-06-01"), ("a", "2026-06-01"), "AS9"),  # of one database the lower number
    ],
)
def test_where_databases_name_several_operators_one_rule_decides(
    store: Store, first: tuple[str, str], second: tuple[str, str], operator: str
) -> None:
    graph = CaseGraph(store, "PT")
    graph.address(HOME, "residential", {"whois": "PT"})
    graph.address(EXIT, "vpn", {"whois": "PT"})
    for number, (source, built) in (("AS9", first), ("AS10", second)):
        store.write_nodes("AutonomousSystem", [{"id": number}])
        link = {"start": HOME, "end": number, "source": source, "build_date": built}
        store.write_relationships("ANNOUNCED_BY", "IPAddress", "AutonomousSystem", [link])

    assert {row["ip"]: row["operator"] for row in store.read(statement("facts/login_ip"))} == {
        HOME: operator,
        EXIT: None,
    }


def test_many_days_count_four_times_at_most_and_name_a_hundred_rows(graph: CaseGraph) -> None:
    days = [login(f"2026-{month:02}-{day:02} 22:00", HOME) for month in range(1, 7) for day in range(1, 29)]
    (found,) = SIGNAL.sightings(graph.store, Rows(logins=days), load_weights())

    assert (found.n, found.count, len(found.sources)) == (4.0, 168, LOCATORS)


def test_kinds_of_network_are_weighed_apart(graph: CaseGraph) -> None:
    rows = Rows(logins=[login("2026-03-01 22:00", HOME), login("2026-03-01 03:00", EXIT)])
    found = {s.places: s for s in SIGNAL.sightings(graph.store, rows, load_weights())}

    assert found["US",].alpha == pytest.approx(0.05 * 0.959)
    assert found["US",].summary == "Logins from United States on one day, over VPN networks."


def test_an_address_two_databases_dispute_points_at_both(graph: CaseGraph) -> None:
    (found,) = SIGNAL.sightings(graph.store, Rows(logins=[login("2026-03-01 22:00", TORN)]), load_weights())

    assert found.places == ("AU", "NZ")
    assert found.alpha == pytest.approx(0.75 * (0.980 + 0.989) / 2)
