"""Items of signals that score every territory: who is named, what the rest gets, and what staging leaves of it."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attrigraph.inference.scores import best_codes, diluted, score_items
from attrigraph.inference.signal import Scores, ScoreSignal
from attrigraph.inference.weights import Weights, load_weights
from attrigraph.inference.world import World

SIGNAL = ScoreSignal(
    name="activity_hours", cls="behaviour", unit=("hour", "hours"), means="A.", misleads="B.", confirm="C.",
    columns="posts.at", score=lambda store, observed, world: iter(()),
)  # fmt: skip
PRIORS = {"FR": 0.3, "IN": 0.2, "NZ": 0.05, "PT": 0.1, "RU": 0.1, "TR": 0.1, "US": 0.05}


@pytest.fixture
def world() -> World:
    return World(load_weights(), PRIORS, {})


def plain(**own: float) -> Weights:
    """The weights with limits of their own for the signal."""
    table = {"activity_hours": {"source": "test", **own}}
    return Weights.model_validate(load_weights().model_dump() | {"signals": table})


def test_staging_takes_most_of_the_cover_story_and_little_of_the_honest_one() -> None:
    assert diluted(np.array([2.0, -3.0]), 0.05) == pytest.approx([1.9558, -2.3300], abs=1e-4)
    assert diluted(np.array([2.0, -3.0]), 0.35) == pytest.approx([1.6396, -0.9614], abs=1e-4)


def test_the_item_names_the_five_best_by_prior_and_what_other_items_name(world: World) -> None:
    scores = Scores("x:1", {"RU": 1.0, "TR": 1.5, "US": -2.0}, "Hours fit Turkey.", count=31)
    (item,) = score_items([(SIGNAL, scores)], world, also={"US"})

    assert list(item.llr) == ["FR", "IN", "PT", "RU", "TR", "US"]
    assert item.llr["TR"] == pytest.approx(log(0.95 * exp(1.5) + 0.05))
    assert item.llr_cover["US"] == pytest.approx(log(0.65 * exp(-2.0) + 0.35))
    assert item.llr_default == pytest.approx(0.0)
    assert (item.n, item.cls, item.signal) == (31, "behaviour", "activity_hours")


def test_the_default_is_the_mean_over_the_rest_by_prior(world: World) -> None:
    llr = {"FR": 1.0, "IN": 1.0, "PT": 1.0, "RU": 1.0, "TR": 1.0, "NZ": -1.0, "US": 0.5}
    (item,) = score_items([(SIGNAL, Scores("x:1", llr, "."))], world)

    assert set(item.llr) == {"FR", "IN", "PT", "RU", "TR"}
    assert item.llr_default == pytest.approx(log((0.95 * (exp(-1.0) + exp(0.5)) / 2) + 0.05))


def test_items_of_one_account_name_the_same_territories(world: World) -> None:
    east, west = {"RU": 2.0, "TR": 2.0}, {"US": 2.0, "NZ": 2.0}
    one, two = score_items([(SIGNAL, Scores("x:1", east, ".")), (SIGNAL, Scores("x:1", west, "."))], world)

    assert set(one.llr) == set(two.llr) == set(PRIORS)


def test_a_vector_is_read_in_the_order_of_the_priors(world: World) -> None:
    vector = np.array([0.0, 0.0, 1.2, 0.0, 0.0, 0.0, 0.0], dtype=np.float32)
    by_code = {"NZ": float(vector[2])}

    assert score_items([(SIGNAL, Scores("x:1", vector, "."))], world) == score_items(
        [(SIGNAL, Scores("x:1", by_code, "."))], world
    )


@pytest.mark.parametrize(("llr", "expected"), [(9.0, 0.8), (-9.0, -1.2), (1.0, 0.4)])
def test_limits_come_from_the_weights_and_the_factor_after_them(llr: float, expected: float) -> None:
    world = World(plain(limit=2.0, against=3.0), PRIORS, {})
    (item,) = score_items([(SIGNAL, Scores("x:1", {"RU": llr}, ".", factor=0.4))], world, also=PRIORS)

    assert item.llr["RU"] == pytest.approx(log(0.95 * exp(expected) + 0.05))


def test_an_account_without_scores_has_no_items(world: World) -> None:
    assert score_items([], world, also={"RU"}) == []


def test_ties_are_named_in_the_order_of_the_codes() -> None:
    assert best_codes(np.zeros(4), np.full(4, 0.2), ["A", "B", "C", "D"], 2) == ["A", "B"]


@given(st.lists(st.floats(-20, 20), min_size=7, max_size=7))
def test_dilution_of_the_mean_is_the_mean_of_dilution(llr: list[float]) -> None:
    prior = np.array(list(PRIORS.values()))
    mean = np.log((prior * np.exp(llr)).sum() / prior.sum())
    each = np.log((prior * np.exp(diluted(np.array(llr), 0.35))).sum() / prior.sum())

    assert diluted(np.array([mean]), 0.35)[0] == pytest.approx(each, abs=1e-9)
