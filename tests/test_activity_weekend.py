"""Days of rest: what a week of activity says about them."""

from __future__ import annotations

import numpy as np
import pytest

from attrigraph.inference.activity.weekend import DAYS, Weekdays, rest_days, weekday_counts, weekend_llr

PRIORS = {"DE": 0.3, "EG": 0.1, "IL": 0.1, "IR": 0.1, "US": 0.3}


def week(*counts: int) -> dict[str, float]:
    table = np.array([counts])
    return dict(zip(PRIORS, weekend_llr(Weekdays(table, table.sum(axis=1)), PRIORS)[0], strict=True))


def test_days_of_rest_by_territory() -> None:
    rest = rest_days()

    assert rest["DE"] == (0, 0, 0, 0, 0, 1, 1)
    assert rest["EG"] == (0, 0, 0, 0, 1, 1, 0)
    assert all(len(days) == len(DAYS) for days in rest.values())
    assert all(0 <= share <= 1 for days in rest.values() for share in days)


def test_rest_on_friday_and_saturday_fits_egypt() -> None:
    found = week(20, 20, 20, 20, 3, 3, 20)

    assert found["EG"] > 1
    assert found["DE"] == found["US"] < -1


def test_rest_at_the_usual_weekend_speaks_against_egypt() -> None:
    found = week(20, 20, 20, 20, 20, 3, 3)
    assert found["EG"] < -1 < 0 < found["DE"]


@pytest.mark.parametrize("counts", [(10,) * 7, (8, 8, 8, 8, 8, 12, 12)])
def test_a_hobby_says_little(counts: tuple[int, ...]) -> None:
    assert max(abs(v) for v in week(*counts).values()) < 1


def test_the_mean_by_prior_is_one() -> None:
    found, prior = week(9, 4, 7, 7, 3, 2, 8), np.array(list(PRIORS.values()))
    assert (np.exp(list(found.values())) * prior).sum() == pytest.approx(prior.sum())


@pytest.mark.parametrize("shift", [-8, -5, 0, 5, 10, 12])
def test_a_day_ends_in_the_quiet_hours_of_the_account(shift: int) -> None:
    monday = 1_704_067_200
    hours = (9, 12, 15, 18, 21, 24)
    late = [monday + day * 86_400 + (hour - shift) * 3600 for day in range(0, 70, 7) for hour in hours]
    found = weekday_counts(np.zeros(len(late), dtype=int), np.array(late), 1)

    assert found.counts.tolist() == [[10, 0, 0, 0, 0, 0, 0]]


def test_hours_of_one_day_count_once() -> None:
    found = weekday_counts([0, 0, 1], [1_704_103_200, 1_704_110_400, 1_704_103_200], 3)
    assert found.days.tolist() == [1, 1, 0]


def test_no_account_at_all() -> None:
    assert weekend_llr(weekday_counts([], [], 0), PRIORS).shape == (0, len(PRIORS))
