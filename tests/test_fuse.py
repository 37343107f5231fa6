"""Fuse in the graph: the worked case of the evidence model, section 10, on both engines."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from evidence_fixture import ACCOUNTS, PRIORS, RUN, build, fusion, item, put, read_beliefs
from reference import fuse

from attrigraph.graph import Store
from attrigraph.inference.algebra import total
from attrigraph.inference.records import Item
from attrigraph.inference.weigh import numbered
from attrigraph.inference.weights import load_weights


@pytest.fixture
def fused(store: Store) -> Store:
    build(store)
    fusion().fuse(store, ACCOUNTS)
    return store


def test_own_belief_of_the_worked_case(fused: Store) -> None:
    own = read_beliefs(fused, "own")

    assert own["x:a1"] == pytest.approx({"RU": 0.9289, "UNKNOWN": 0.0511, "OTHER": 0.0114, "US": 0.0086}, abs=5e-5)
    assert own["x:a2"] == pytest.approx({"US": 0.7136, "OTHER": 0.1883, "UNKNOWN": 0.0982}, abs=5e-5)
    assert own["x:a3"] == pytest.approx({"US": 0.7104, "UNKNOWN": 0.1247, "IN": 0.1224, "OTHER": 0.0425}, abs=5e-5)


def test_what_accounts_betray_if_they_are_under_cover(fused: Store) -> None:
    told = read_beliefs(fused, "told")

    assert told["x:a1"] == pytest.approx({"RU": 0.9689, "UNKNOWN": 0.0164, "OTHER": 0.0141, "US": 0.0006}, abs=5e-5)
    assert told["x:a2"] == pytest.approx({"OTHER": 0.8219, "UNKNOWN": 0.1370, "US": 0.0411}, abs=5e-5)
    assert told["x:a3"] == pytest.approx({"IN": 0.6001, "OTHER": 0.2178, "UNKNOWN": 0.1296, "US": 0.0525}, abs=5e-5)


def test_deception_of_the_worked_case(fused: Store) -> None:
    deception = read_beliefs(fused, "deception")

    assert deception["x:a1"]["RU"] == pytest.approx(1.9823, abs=5e-5)
    assert deception["x:a2"]["US"] == pytest.approx(-0.4530, abs=5e-5)
    assert deception["x:a3"]["IN"] == pytest.approx(-0.0552, abs=5e-5)


def test_beliefs_of_every_account_sum_to_one(fused: Store) -> None:
    for probabilities in read_beliefs(fused, "p").values():
        assert sum(probabilities.values()) == pytest.approx(1.0, abs=1e-12)


def test_a_belief_carries_its_whole_waterfall(fused: Store) -> None:
    honest, classes = read_beliefs(fused, "honest")["x:a1"], read_beliefs(fused, "classes")["x:a1"]
    sums, covers = read_beliefs(fused, "llr_honest")["x:a1"], read_beliefs(fused, "llr_cover")["x:a1"]
    llr = read_beliefs(fused, "llr")["x:a1"]
    shown = read_beliefs(fused, "shown")["x:a1"]

    assert dict(zip(classes["RU"], honest["RU"], strict=True)) == pytest.approx(
        {"network": 2.3 + 0.5 * 1.0, "persona": -1.9, "behaviour": 1.4, "persona_leak": 0.0}
    )
    assert sum(honest["RU"]) == pytest.approx(sums["RU"])
    for code in ("RU", "US", "OTHER", "UNKNOWN"):
        assert llr[code] == pytest.approx(total(sums[code], covers[code], shown[code], 0.2))


def test_unknown_is_silent_in_both_stories(fused: Store) -> None:
    assert read_beliefs(fused, "llr")["x:a1"]["UNKNOWN"] == pytest.approx(0.0, abs=1e-12)
    assert set(read_beliefs(fused, "honest")["x:a1"]["UNKNOWN"]) == {0.0}


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_fusing_does_not_depend_on_the_batch(store: Store, batch: int) -> None:
    build(store)
    fusion(batch).fuse(store, ACCOUNTS[::-1])

    assert read_beliefs(store, "p")["x:a1"]["RU"] == pytest.approx(0.9289, abs=5e-5)
    assert read_beliefs(store, "p")["x:a3"]["US"] == pytest.approx(0.7104, abs=5e-5)


def test_a_class_never_exceeds_its_limit(store: Store) -> None:
    put(store, {"x:b": [item("x:b", "behaviour", {"US": (1.9, 1.9)}, (-2.9, -2.9)) for _ in range(4)]}, {}, {})
    fusion().fuse(store, ["x:b"])

    assert read_beliefs(store, "honest")["x:b"]["US"] == [2.0]
    assert read_beliefs(store, "cover")["x:b"]["OTHER"] == [-3.0]


def test_an_account_without_evidence_gets_other_and_unknown_alone(store: Store) -> None:
    put(store, {"x:c": ()}, {}, {})
    fusion().fuse(store, [], ["x:c"])

    assert read_beliefs(store, "p")["x:c"] == pytest.approx({"OTHER": 0.9, "UNKNOWN": 0.1})
    assert read_beliefs(store, "told")["x:c"] == pytest.approx({"OTHER": 0.9, "UNKNOWN": 0.1})
    assert read_beliefs(store, "deceivers")["x:c"]["OTHER"] == 0.2


def test_the_query_equals_the_reference_on_generated_accounts(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attrigraph.inference.evidence.BATCH", 13)
    dice = random.Random(7)
    evidence = {f"x:g{n}": _generated(f"x:g{n}", dice) for n in range(60)}
    shown = {"US": 0.9, "RU": 0.04}
    put(store, evidence, shown, {})
    fusion(17, deceivers=0.3).fuse(store, list(evidence))

    found = {name: read_beliefs(store, name) for name in ("own", "told", "prior", "deception")}
    for account, items in evidence.items():
        expected = fuse([replace(i, id=id_) for id_, i in numbered(RUN, items)], shown, PRIORS, 0.3, load_weights())
        for name, by_account in found.items():
            assert by_account[account] == pytest.approx({c: r[name] for c, r in expected.items()}, abs=1e-12)


def _generated(account: str, dice: random.Random) -> list[Item]:
    """One to eight items of random classes that name one or two territories."""
    items = []
    for _ in range(dice.randint(1, 8)):
        cls = dice.choice(list(load_weights().classes))
        named = dice.sample(sorted(PRIORS), dice.randint(1, 2))
        says = {code: (round(dice.uniform(-3, 6), 3), round(dice.uniform(-3, 6), 3)) for code in named}
        items.append(item(account, cls, says, (round(dice.uniform(-3, 1), 3), round(dice.uniform(-2, 1), 3))))
    return items
