"""Measures of probabilities: worked values, and what must hold for any answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attrigraph.inference.calibration.metrics import (
    binomial_bound,
    bootstrap,
    brier,
    calibration_error,
    log_loss,
    reliability,
    risk_at,
    risk_coverage,
    threshold_for,
)

ANSWERS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def arrays(answers: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([c for c, _ in answers]), np.array([r for _, r in answers])


def test_an_answer_that_is_as_often_right_as_it_says_has_no_calibration_error() -> None:
    confidence, right = np.full(10, 0.7), np.array([True] * 7 + [False] * 3)
    assert calibration_error(confidence, right) == pytest.approx(0.0)
    assert calibration_error(confidence, ~right) == pytest.approx(0.4)


def test_bins_are_weighed_by_their_answers() -> None:
    confidence = np.array([0.95, 0.95, 0.95, 0.15])
    right = np.array([True, True, False, False])
    # .95 against 2/3 for three answers, .15 against 0 for one
    assert calibration_error(confidence, right) == pytest.approx((3 * abs(0.95 - 2 / 3) + 0.15) / 4)
    assert [(b.low, b.n) for b in reliability(confidence, right)] == [(0.1, 1), (0.9, 3)]


def test_certainty_belongs_to_the_last_bin() -> None:
    (only,) = reliability(np.array([1.0]), np.array([True]))
    assert (only.low, only.high, only.accuracy) == (0.9, 1.0, 1.0)


def test_log_loss_and_brier_of_worked_answers() -> None:
    assert log_loss(np.array([0.5, 0.25])) == pytest.approx(1.5 * np.log(2))
    # p = (.5, .3, .2), the truth is the first: .25 + .09 + .04
    assert brier(np.array([0.38]), np.array([0.5])) == pytest.approx(0.38)


def test_risk_of_the_most_confident_answers() -> None:
    confidence, right = np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, False, True, False])
    coverage, risk = risk_coverage(confidence, right)
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert risk.tolist() == pytest.approx([0, 0.5, 1 / 3, 0.5])
    assert risk_at(confidence, right, 0.5) == pytest.approx(0.5)


def test_equal_confidences_are_not_ordered_by_luck() -> None:
    confidence, right = np.full(4, 0.6), np.array([True, True, False, False])
    assert risk_at(confidence, right, 0.5) == risk_at(confidence, right[::-1], 0.5) == pytest.approx(0.5)


def test_nothing_wrong_in_a_hundred_leaves_three_in_a_hundred_possible() -> None:
    assert binomial_bound(0, 100) == pytest.approx(1 - 0.05 ** (1 / 100), abs=1e-9)
    assert binomial_bound(5, 100) == pytest.approx(0.10225, abs=1e-4)
    assert binomial_bound(3, 3) == binomial_bound(0, 0) == 1.0


def test_a_threshold_needs_enough_answers_for_the_risk_it_states() -> None:
    confidence, right = np.full(400, 0.92), np.ones(400, dtype=bool)
    assert threshold_for(confidence, right, 0.05) == (0.5, 1.0, pytest.approx(0.0132, abs=1e-3))
    assert threshold_for(confidence[:30], right[:30], 0.05) is None


def test_the_interval_is_wide_when_all_answers_are_of_two_operations() -> None:
    values = np.array([1.0] * 50 + [0.0] * 50)
    few = bootstrap(lambda at: float(values[at].mean()), ["a"] * 50 + ["b"] * 50)
    many = bootstrap(lambda at: float(values[at].mean()), [str(n) for n in range(100)])
    assert (few.value, few.low, few.high) == (0.5, 0.0, 1.0)
    assert many.high - many.low < 0.25


@given(ANSWERS)
def test_calibration_error_and_risk_are_shares(answers: list[tuple[float, bool]]) -> None:
    confidence, right = arrays(answers)
    assert 0 <= calibration_error(confidence, right) <= 1
    assert 0 <= risk_at(confidence, right, 0.6) <= 1 + 1e-12


@given(ANSWERS)
def test_at_full_coverage_the_risk_is_the_share_of_wrong_answers(answers: list[tuple[float, bool]]) -> None:
    confidence, right = arrays(answers)
    assert risk_at(confidence, right, 1.0) == pytest.approx(float((~right).mean()))


@given(ANSWERS, st.randoms(use_true_random=False))
def test_the_order_of_the_answers_does_not_matter(answers: list[tuple[float, bool]], dice: object) -> None:
    confidence, right = arrays(answers)
    order = np.random.default_rng(len(answers)).permutation(len(answers))
    assert calibration_error(confidence[order], right[order]) == pytest.approx(calibration_error(confidence, right))
    assert risk_at(confidence[order], right[order], 0.6) == pytest.approx(risk_at(confidence, right, 0.6))


@given(st.integers(0, 50), st.integers(1, 200))
def test_the_bound_lies_above_what_was_seen(wrong: int, n: int) -> None:
    wrong = min(wrong, n)
    assert wrong / n <= binomial_bound(wrong, n) <= 1.0
    assert binomial_bound(wrong, n, 0.99) >= binomial_bound(wrong, n, 0.95)
