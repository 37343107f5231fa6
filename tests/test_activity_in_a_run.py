"""Behaviour in a whole run: it moves a belief, alone it supports nothing, and its items can be read back."""

from __future__ import annotations

from activity_days import posts, worker
from case_graph import CaseGraph
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference.results import assessments, beliefs, items
from attrigraph.inference.run import infer


def test_hours_speak_for_a_territory_and_never_alone(store: Store) -> None:
    graph = CaseGraph(store, "PK", "US")
    graph.accounts("x:1", "x:2", "x:3")
    for account in ("x:1", "x:2"):
        graph.points_at(account, "US", "store_country", "United States App Store")
        graph.points_at(account, "PK", "phone_region", "+92")
    east = worker("Asia/Karachi", 300)
    rows = [*posts("x:1", east), *posts("x:2", worker("America/Chicago", 300)), *posts("x:3", east)]
    infer(store, Rows(posts=rows), run="r1")

    found = [i for i in items(store) if i.cls == "behaviour" and i.account == "x:1"]
    assert {i.signal for i in found} == {"activity_hours", "activity_dst", "activity_weekend"}
    assert all({"PK", "US"} <= set(i.llr) for i in found)
    assert all(len(i.sources) == 10 for i in found)
    p = {(b.account, b.territory): b.p for b in beliefs(store)}
    assert p["x:1", "PK"] > p["x:2", "PK"]
    assert p["x:1", "US"] < p["x:2", "US"]
    assert {a.account: a.outcome for a in assessments(store)}["x:3"] == "insufficient"
