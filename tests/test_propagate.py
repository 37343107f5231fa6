"""Propagation in the graph: what accounts betray is passed to those they share infrastructure with."""

from __future__ import annotations

from math import log

import pytest
from evidence_fixture import ACCOUNTS, RUN, build, fusion, item, put, read_beliefs

from attrigraph.graph import Store


@pytest.fixture
def propagated(store: Store) -> Store:
    build(store)
    fusion().fuse(store, ACCOUNTS)
    fusion().propagate(store, ACCOUNTS)
    return store


def test_beliefs_after_propagation_of_the_worked_case(propagated: Store) -> None:
    p = read_beliefs(propagated, "p")

    assert p["x:a1"] == pytest.approx({"RU": 0.9395, "UNKNOWN": 0.0462, "OTHER": 0.0125, "US": 0.0018}, abs=5e-5)
    assert p["x:a2"] == pytest.approx(
        {"RU": 0.5285, "UNKNOWN": 0.2505, "IN": 0.1005, "OTHER": 0.0634, "US": 0.0572}, abs=5e-5
    )
    assert p["x:a3"] == pytest.approx({"US": 0.4058, "UNKNOWN": 0.2514, "IN": 0.2420, "OTHER": 0.1007}, abs=5e-5)


def test_the_story_is_shared(propagated: Store) -> None:
    deceivers = read_beliefs(propagated, "deceivers")

    assert deceivers["x:a1"]["RU"] == pytest.approx(0.1426, abs=5e-5)
    assert deceivers["x:a2"]["RU"] == pytest.approx(0.4875, abs=5e-5)
    assert deceivers["x:a3"]["IN"] == pytest.approx(0.1454, abs=5e-5)


def test_messages_of_the_worked_case(propagated: Store) -> None:
    infra = read_beliefs(propagated, "infra")

    assert infra["x:a1"] == pytest.approx({"US": -1.4993, "RU": 0.2873} | _rest(infra["x:a1"], "US", "RU"), abs=5e-5)
    assert (infra["x:a2"]["RU"], infra["x:a2"]["US"]) == pytest.approx((1.5422, -3.0380), abs=5e-5)
    assert (infra["x:a3"]["US"], infra["x:a3"]["IN"]) == pytest.approx((-1.3226, 0.2734), abs=5e-5)
    assert infra["x:a2"]["UNKNOWN"] == 0.0


def _rest(values: dict[str, float], *named: str) -> dict[str, float]:
    return {code: value for code, value in values.items() if code not in named}


def test_own_beliefs_stay_and_added_territories_have_none(propagated: Store) -> None:
    own = read_beliefs(propagated, "own")

    assert own["x:a2"]["US"] == pytest.approx(0.7136, abs=5e-5)
    assert own["x:a2"]["RU"] == own["x:a2"]["IN"] == 0.0


@pytest.mark.parametrize("batch", [1, 2, 1000])
def test_propagating_twice_in_any_batches_changes_nothing(store: Store, batch: int) -> None:
    build(store)
    fusion().fuse(store, ACCOUNTS)
    fusion(batch).propagate(store, ACCOUNTS)
    once = read_beliefs(store, "p")
    fusion(3 - min(batch, 2)).propagate(store, ACCOUNTS[::-1])

    again = read_beliefs(store, "p")
    assert again.keys() == once.keys()
    for account in ACCOUNTS:
        assert again[account] == pytest.approx(once[account], abs=1e-12)
        assert sum(once[account].values()) == pytest.approx(1.0, abs=1e-12)
    assert once["x:a2"]["RU"] == pytest.approx(0.5285, abs=5e-5)


def test_one_private_address_within_a_day_carries_a_message(store: Store) -> None:
    tells = item("x:b1", "network", {"RU": (2.3, 1.4)}, (-1.8, -1.4))
    put(store, {"x:b1": [tells], "x:b2": []}, {}, {})
    link = {"start": "x:b1", "end": "x:b2", "rule": "ip_day", "run": RUN, "weight": 0.75}
    store.write_relationships("SHARES_WITH", "Account", "Account", [link])
    fusion().fuse(store, ["x:b1"], ["x:b2"])
    fusion().propagate(store, ["x:b1", "x:b2"])

    told = read_beliefs(store, "told")["x:b1"]["RU"]
    assert read_beliefs(store, "infra")["x:b2"]["RU"] == pytest.approx(log(0.75 * told / 0.08 + 0.25))
    assert read_beliefs(store, "infra")["x:b1"]["RU"] == pytest.approx(0.0, abs=1e-12)


def test_what_too_many_accounts_share_says_nothing(store: Store) -> None:
    tells = item("x:b0", "network", {"RU": (2.3, 1.4)}, (-1.8, -1.4))
    accounts = [f"x:b{i}" for i in range(201)]
    put(store, {a: [tells] if a == "x:b0" else [] for a in accounts}, {}, {"cafe": ("Device", accounts)})
    fusion().fuse(store, ["x:b0"], accounts[1:])
    fusion().propagate(store, accounts)

    assert set(read_beliefs(store, "p")["x:b7"]) == {"OTHER", "UNKNOWN"}
    assert read_beliefs(store, "infra")["x:b0"]["RU"] == 0.0
