"""Who shares devices, cookies, cards, mails and phones, and what that does to the persona."""

from __future__ import annotations

import pytest
from case_graph import CaseGraph
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference.gather import gather_parts
from attrigraph.inference.parts import case_parts
from attrigraph.inference.persona import Profiles
from attrigraph.inference.personas import case_fields, read_personas
from attrigraph.inference.shared import neighbours
from attrigraph.inference.weigh import weigh_parts
from attrigraph.inference.weights import load_weights
from attrigraph.inference.world import priors_of


def test_neighbours_share_a_thing_that_not_too_many_use(store: Store) -> None:
    graph = CaseGraph(store)
    crowd = [f"x:{n}" for n in range(10, 211)]
    graph.accounts("x:1", "x:2", "x:3", *crowd)
    graph.uses("x:1", "Device", "d1")
    graph.uses("x:2", "Device", "d1")
    graph.uses("x:2", "Domain", "example.org")
    graph.uses("x:3", "Domain", "example.org")
    store.write_nodes("Cookie", [{"id": "cafe"}])
    store.write_relationships("USED", "Account", "Cookie", ({"start": a, "end": "cafe"} for a in crowd))

    found = neighbours(store, load_weights().infra, [("x:3", "x:1")])
    assert found == {"x:1": {"x:2", "x:3"}, "x:2": {"x:1"}, "x:3": {"x:1"}}


def test_the_persona_of_the_cell_reaches_accounts_without_a_profile(store: Store) -> None:
    graph = CaseGraph(store, "NZ")
    graph.accounts("x:1", location="Auckland, New Zealand")
    graph.accounts("x:2", "x:3")
    weights = load_weights()
    with case_parts(store, Rows(), ["x:1", "x:2", "x:3"]) as parts:
        tally, _ = gather_parts(parts, weights)
        profiles = Profiles(tally.world(weights, priors_of("case", None, tally.seen, weights)))
        personas = read_personas(profiles, case_fields(parts), kept={"x:1"})
        shown = {w.account: w.shown for w in weigh_parts(parts, profiles, {"x:2": {"x:1"}}, personas)}

    assert shown["x:1"]["NZ"] == pytest.approx(0.77, abs=0.005)
    assert shown["x:3"]["NZ"] == pytest.approx(0.3 * 3 * (shown["x:1"]["NZ"] + 20 * 0.09) / 21)
    assert shown["x:2"]["NZ"] == pytest.approx(1 - (1 - shown["x:3"]["NZ"]) * (1 - 0.8 * shown["x:1"]["NZ"]))
