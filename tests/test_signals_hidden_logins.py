"""How much of an account's use is hidden, and what that says about the stories."""

from __future__ import annotations

from math import exp

import pytest
from case_graph import CaseGraph
from observed import Rows, at

from attrigraph.graph import Store
from attrigraph.inference.conduct import conduct_items, story_scores
from attrigraph.inference.results import items
from attrigraph.inference.run import infer
from attrigraph.inference.signal import Conduct
from attrigraph.inference.signals.hidden_logins import SIGNAL, chances
from attrigraph.inference.weights import load_weights

HOME, VPN, NEW = "203.0.113.7", "198.51.100.9", "192.0.2.33"
WEIGHTS = load_weights()


def login(account: str, day: int, ip: str) -> dict[str, object]:
    return {"account_id": account, "at": at(f"2026-03-{day:02d} 21:00"), "ip": ip}


@pytest.fixture
def graph(store: Store) -> CaseGraph:
    graph = CaseGraph(store, "PT", "NZ")
    graph.address(HOME, "residential", {"whois": "PT"})
    graph.address(VPN, "vpn", {"whois": "NZ"})
    graph.address(NEW, None, {"whois": "PT"})
    return graph


def test_login_days_over_anonymisers_are_counted(graph: CaseGraph) -> None:
    hides = [login("x:1", day, VPN) for day in (1, 2, 3, 3)] + [login("x:1", 4, HOME)]
    lives = [login("x:2", day, HOME) for day in range(1, 9)]
    found = {c.account: c for c in SIGNAL.gather(graph.store, Rows(logins=hides + lives), WEIGHTS, {})}

    assert (found["x:1"].honest, found["x:1"].cover) == WEIGHTS.conduct.hidden_most
    counted = "logins, counted once a day and address, went over"
    assert found["x:1"].summary == f"3 of 4 {counted} VPN exits, proxies, servers or Tor."
    assert found["x:1"].sources[0] == "s1:line 1"
    assert (found["x:2"].honest, found["x:2"].cover) == WEIGHTS.conduct.hidden_none
    assert found["x:2"].summary == f"None of 8 {counted} a listed anonymiser."


def test_without_lists_nobody_is_called_open(graph: CaseGraph) -> None:
    logins = [login("x:1", day, NEW) for day in range(1, 9)]
    assert list(SIGNAL.gather(graph.store, Rows(logins=logins), WEIGHTS, {})) == []


def test_few_days_say_less() -> None:
    honest, cover = chances(1, 1, WEIGHTS.conduct)
    assert cover / honest == pytest.approx((0.45 / 0.05) ** 0.25)
    assert chances(10, 2, WEIGHTS.conduct) == WEIGHTS.conduct.hidden_some


def test_an_item_tells_the_stories_apart_and_no_territories() -> None:
    seen = Conduct("x:1", 0.05, 0.45, "hides")
    (item,) = conduct_items([(SIGNAL, seen)], WEIGHTS, {"PT", "NZ"})

    assert item.llr == dict.fromkeys(("NZ", "PT"), item.llr_default)
    assert item.llr_cover == dict.fromkeys(("NZ", "PT"), item.cover_default)
    assert item.cover_default - item.llr_default == pytest.approx(2.197, abs=1e-3)
    assert conduct_items([(SIGNAL, seen)], WEIGHTS, ()) == []


@pytest.mark.parametrize("chance", [(0.05, 0.45), (0.75, 0.2), (0.2, 0.35)])
def test_on_average_nothing_moves(chance: tuple[float, float]) -> None:
    honest, cover = story_scores(*chance, 0.2)
    assert 0.8 * exp(honest) + 0.2 * exp(cover) == pytest.approx(1.0)


def test_it_supports_no_territory(graph: CaseGraph) -> None:
    graph.accounts("x:1", location="Auckland, New Zealand")
    graph.login("x:1", VPN)
    record = infer(graph.store, Rows(logins=[login("x:1", day, VPN) for day in range(1, 9)]), run="r1")
    from attrigraph.inference.results import assessments

    (found,) = assessments(graph.store)
    assert record.items == len(items(graph.store)) == 3
    assert found.strongest_class != "conduct"
    assert found.outcome == "insufficient"
