"""Behaviour in a whole run: it moves a belief, alone it supports nothing, and its items can be read back."""

from __future__ import annotations

from activity_days import posts, worker
from case_graph import CaseGraph
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference.explain import explain
from attrigraph.inference.results import assessments, beliefs, items
from attrigraph.inference.run import infer
from attrigraph.inference.whatif import missing_signals


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


def test_hours_that_cannot_be_used_are_counted_said_and_not_asked_for(store: Store) -> None:
    graph = CaseGraph(store, "PK")
    graph.accounts("x:sched", "x:few")
    rows = [*posts("x:sched", [t // 300 * 300 for t in worker("Asia/Karachi", 100)]), *posts("x:few", [1_700_000_000])]
    record = infer(store, Rows(posts=rows), run="r1")

    assert record.skipped == {"activity_hours: accounts whose times look scheduled": 1}
    found = explain(store, "x:sched")
    assert found.assessment.reasons == (
        "There is no evidence about the account.",
        "Its hours of activity do not count: its times look scheduled.",
    )
    assert "activity_hours" not in {m.signal for m in found.missing}
    asked = {account: {m.signal for m in signals} for account, signals in missing_signals(store)}
    assert "activity_hours" not in asked["x:sched"]
    assert "activity_hours" in asked["x:few"]
