"""Accounts made in batches, and what a batch says."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from case_graph import CaseGraph, at
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference.signals.created_together import SIGNAL, chances, poisson_tail
from attrigraph.inference.weights import load_weights

WEIGHTS = load_weights()
W = WEIGHTS.conduct


def created(store: Store, days: dict[str, float]) -> None:
    graph = CaseGraph(store)
    for account, day in days.items():
        graph.accounts(account, created_at=at("01-01") + timedelta(days=day))


def test_a_batch_of_one_persona_stands_out_and_another_persona_is_another_group(store: Store) -> None:
    batch = {f"x:b{n}": 100 + n / 10 for n in range(6)}
    spread = {f"x:s{n}": 15.0 * n for n in range(14)}
    created(store, batch | spread | {"x:other": 100.2, "x:far": 300.0})
    shows = dict.fromkeys((*batch, *spread), "NZ") | {"x:other": "PT", "x:far": "PT"}
    rows = Rows(accounts=[{"account_id": "x:b0", "created_at": datetime(2026, 4, 11)}])
    found = {c.account: c for c in SIGNAL.gather(store, rows, WEIGHTS, shows)}

    assert (found["x:b0"].honest, found["x:b0"].cover) == W.bursts[0][1:]
    assert found["x:b0"].summary == ("5 other accounts that display New Zealand were created within 3 days of it.")
    assert found["x:b0"].sources == ("s1:line 1",)
    assert (found["x:s1"].honest, found["x:s1"].cover) == W.burst_none
    assert (found["x:other"].honest, found["x:other"].cover) == W.burst_none


def test_a_group_made_within_two_months_tells_nothing(store: Store) -> None:
    created(store, {f"x:{n}": n / 2 for n in range(40)})
    assert list(SIGNAL.gather(store, Rows(), WEIGHTS, {})) == []


def test_two_others_are_no_burst() -> None:
    assert chances(2, 0.0001, W) == W.burst_none
    assert chances(3, 0.0001, W) == (0.01, 0.08)
    assert chances(3, 0.2, W) == W.burst_none


def test_the_tail_of_the_poisson_distribution() -> None:
    found = poisson_tail(np.array([0, 1, 3, 80]), np.array([0.5, 0.5, 0.5, 80.0]))
    assert found == pytest.approx([1.0, 1 - np.exp(-0.5), 1 - np.exp(-0.5) * (1 + 0.5 + 0.125), 0.522], abs=1e-3)


def test_no_account_says_nothing(store: Store) -> None:
    assert list(SIGNAL.gather(store, Rows(), WEIGHTS, {})) == []
