"""The arithmetic of the evidence model: worked values of its section 2, and what must hold for any numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attrigraph.inference.algebra import (
    anywhere,
    class_score,
    cover_score,
    deception,
    hold,
    honest_share,
    leak_score,
    mixed,
    n_eff,
    persona_score,
    point_score,
    posterior,
    smoothed_share,
    story,
    total,
)

NETWORK, ACQUISITION = (0.35, 0.45, 0.20), (0.55, 0.30, 0.15)
scores = st.floats(-9, 9)
shares = st.floats(0, 0.99)
stories = st.floats(0.01, 0.99)


@dataclass(frozen=True)
class Worked:
    """An item that points at g with prior = pi, and its scores for g and for every other territory."""

    alpha: float
    share: float
    n: float
    shown: float
    mix: tuple[float, float, float]
    honest: tuple[float, float]
    cover: tuple[float, float]


@pytest.mark.parametrize(
    "w",
    [
        pytest.param(Worked(0.891, 0.08, 1, 0.0, NETWORK, (2.373, -1.874), (1.420, -1.435)), id="home login, RU"),
        pytest.param(Worked(0.891, 0.08, 1, 0.9, NETWORK, (2.373, -1.874), (2.219, 1.668)), id="RU is displayed"),
        pytest.param(Worked(0.891, 0.08, 3, 0.0, NETWORK, (2.479, -2.996), (1.521, -1.609)), id="three such days"),
        pytest.param(Worked(0.900, 0.30, 1, 0.9, ACQUISITION, (1.097, -1.931), (1.013, 0.100)), id="phone, US persona"),
    ],
)
def test_worked_values(w: Worked) -> None:
    e_in, e_out, background, llr, llr_other = point_score(w.alpha, w.share, w.share, w.n, 0.05)
    added = anywhere(background, w.shown, w.share, w.mix)

    assert (llr, llr_other) == pytest.approx(w.honest, abs=5e-4)
    assert cover_score(e_in, added, w.mix[0]) == pytest.approx(w.cover[0], abs=5e-4)
    assert cover_score(e_out, added, w.mix[0]) == pytest.approx(w.cover[1], abs=5e-4)


@given(st.floats(0.05, 0.99), st.floats(0.001, 0.6), st.floats(0.001, 0.6), st.floats(0.5, 4))
def test_no_item_goes_beyond_one_over_the_prior(alpha: float, prior: float, pi: float, n: float) -> None:
    assert point_score(alpha, prior, pi, n, 0.05)[3] <= log(1 / prior) + 1e-9


@given(st.lists(st.tuples(scores, scores), min_size=1, max_size=8), shares, stories)
def test_class_rows_and_the_story_sum_to_the_total_exactly(
    classes: list[tuple[float, float]], shown: float, d: float
) -> None:
    honest, cover = sum(s for s, _ in classes), sum(c for _, c in classes)
    r = honest_share(honest, cover, shown, d)

    rows = [mixed(r, s, c) for s, c in classes]
    assert sum(rows) + story(r, shown, d) == pytest.approx(total(honest, cover, shown, d), abs=1e-9)


@given(st.lists(scores, min_size=1, max_size=8), st.randoms())
def test_the_order_of_items_does_not_matter(items: list[float], shuffler: object) -> None:
    ordered = sorted(items, key=abs, reverse=True)
    shuffled = list(items)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]

    again = sorted(shuffled, key=abs, reverse=True)
    assert [abs(x) for x in again] == [abs(x) for x in ordered]
    if len({abs(x) for x in items}) == len(set(items)):
        assert class_score(again, 0.5, -4, 9) == pytest.approx(class_score(ordered, 0.5, -4, 9))


@given(st.lists(scores, max_size=8), st.floats(0, 1), st.floats(-5, 0), st.floats(0, 9))
def test_a_class_stays_within_its_limits(items: list[float], rho: float, low: float, high: float) -> None:
    assert low <= class_score(items, rho, low, high)[1] <= high


@given(st.lists(scores, max_size=6))
def test_a_silent_item_adds_nothing(items: list[float]) -> None:
    assert class_score([*items, 0.0], 0.5, -99, 99) == class_score(items, 0.5, -99, 99)


@given(st.lists(scores, min_size=1, max_size=12), st.floats(-500, 500))
def test_probabilities_sum_to_one_and_a_constant_changes_nothing(z: list[float], constant: float) -> None:
    assert sum(posterior(z)) == pytest.approx(1.0)
    assert posterior([x + constant for x in z]) == pytest.approx(posterior(z), abs=1e-9)


def test_deception_is_zero_when_both_stories_say_the_same() -> None:
    assert deception([(0.3, 0.0, 1.2, 1.2), (0.6, 0.0, -0.4, -0.4)]) == pytest.approx(0.0)


def test_small_formulas() -> None:
    assert n_eff(3, 4) == 2.0
    assert n_eff(1000, 4) == 4.0
    assert smoothed_share(10, 80, 0.05, 20) == pytest.approx(0.11)
    assert persona_score(0.5, 0.5, 0.92) == pytest.approx(0.0)
    assert exp(persona_score(1.0, 0.1, 0.92)) == pytest.approx(9.28)
    assert leak_score(0.0, 0.1, 0.6) == 0.0
    assert exp(leak_score(1.0, 0.1, 0.6)) == pytest.approx(6.4)
    assert hold(0.9, 2, 0.05) == 0.9
    assert hold(0.9, 22, 0.05) == pytest.approx(0.45)
