"""A labelled account tells its label to those it shares infrastructure with, and nothing to itself."""

from __future__ import annotations

from math import log

import pytest
from case_graph import CaseGraph
from evidence_fixture import ACCOUNTS, PRIORS, build, fusion, read_beliefs
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference.calibration.candidates import read_labels
from attrigraph.inference.run import infer


@pytest.fixture
def fused(store: Store) -> Store:
    """The worked case, and the territory DE that no account names."""
    build(store)
    store.write_nodes("Territory", [{"code": "DE", "name": "Germany"}])
    fusion().fuse(store, ACCOUNTS)
    return store


def test_the_label_is_told_in_place_of_what_the_account_betrays(fused: Store) -> None:
    fusion().propagate(fused, ACCOUNTS)
    before = read_beliefs(fused, "infra")
    fusion().propagate(fused, ACCOUNTS, labels={"x:a1": "IN"})
    after = read_beliefs(fused, "infra")

    # a2 hears a1 over a device (h .9): ln(h told / prior + 1 - h), and a3 over a card (h .85), as before
    card = before["x:a2"]["IN"] * 1.15 - log(0.9 * told(fused, "x:a1", "IN") / PRIORS["IN"] + 0.1)
    device = log(0.9 * 0.98 / PRIORS["IN"] + 0.1)
    assert after["x:a2"]["IN"] == pytest.approx((device + card) / 1.15, abs=1e-9)


def told(store: Store, account: str, code: str) -> float:
    """What an account tells about a territory; one it does not name gets its part of OTHER."""
    own, prior = read_beliefs(store, "told")[account], read_beliefs(store, "prior")[account]
    return own[code] if code in own and code in ("RU", "US") else own["OTHER"] * PRIORS[code] / prior["OTHER"]


def test_a_label_says_nothing_about_its_own_account(fused: Store) -> None:
    fusion().propagate(fused, ACCOUNTS)
    before = read_beliefs(fused, "p")["x:a1"]
    fusion().propagate(fused, ACCOUNTS, labels={"x:a1": "IN"})

    assert read_beliefs(fused, "p")["x:a1"] == pytest.approx(before, abs=1e-12)


def test_a_label_that_no_evidence_names_becomes_a_candidate(fused: Store) -> None:
    with_germany = fusion()
    with_germany = type(with_germany)(with_germany.run, {**PRIORS, "DE": 0.05}, 0.2, with_germany.weights)
    with_germany.propagate(fused, ACCOUNTS, labels={"x:a1": "DE"})

    p = read_beliefs(fused, "p")["x:a2"]
    assert max(p, key=lambda code: p[code]) == "DE"
    assert sum(p.values()) == pytest.approx(1.0, abs=1e-9)


LABELS = [
    {"account_id": "x:1", "territory": "PT", "basis": "court"},
    {"account_id": "x:2", "territory": "PT"},
    {"account_id": "x:2", "territory": "NZ"},
]


def test_labels_that_contradict_each_other_are_said_and_not_told(store: Store) -> None:
    graph = CaseGraph(store, "PT", "NZ")
    graph.accounts("x:1", "x:2", "x:3", "x:4")
    for account, device in (("x:1", "d1"), ("x:3", "d1"), ("x:2", "d2"), ("x:4", "d2")):
        graph.uses(account, "Device", device)
    rows = Rows(labels=LABELS)
    record = infer(store, rows, run="r1", labels=read_labels(rows))

    p = read_beliefs(store, "p")
    assert p["x:3"]["PT"] > 0.5
    assert set(p["x:4"]) == {"OTHER", "UNKNOWN"}
    assert record.counts["labelled accounts that tell others"] == 1
    assert record.skipped == {"labels that contradict each other, of x:2": 1}


def test_without_being_asked_labels_are_not_told(store: Store) -> None:
    graph = CaseGraph(store, "PT", "NZ")
    graph.accounts("x:1", "x:3")
    graph.uses("x:1", "Device", "d1")
    graph.uses("x:3", "Device", "d1")
    record = infer(store, Rows(labels=LABELS[:1]), run="r1")

    assert set(read_beliefs(store, "p")["x:3"]) == {"OTHER", "UNKNOWN"}
    assert "labelled accounts that tell others" not in record.counts
