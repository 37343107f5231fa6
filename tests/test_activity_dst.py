"""Daylight saving from the shape of the day: rules in force, what the seasons say, gates."""

from __future__ import annotations

import numpy as np
import pytest
from activity_days import worker

from attrigraph.inference.activity.dst import (
    RULES,
    YEARS,
    Dst,
    dst_against_none,
    dst_llr,
    dst_scores,
    rule_of_year,
    shift_s,
)
from attrigraph.inference.activity.hours import distinct_hours
from attrigraph.inference.weights import load_weights

PRIORS = {"AU": 0.1, "DE": 0.2, "IN": 0.2, "RU": 0.2, "US": 0.2, "BV": 0.01}


def scores(*times: list[int]) -> Dst:
    who = np.repeat(np.arange(len(times)), [len(t) for t in times])
    return dst_scores(*distinct_hours(who, np.concatenate([np.array(t, dtype=np.int64) for t in times])), len(times))


@pytest.mark.parametrize(
    ("zone", "year", "rule"),
    [
        ("Europe/Moscow", 2010, "EU"),
        ("Europe/Moscow", 2011, "none"),
        ("Europe/Moscow", 2015, "none"),
        ("Europe/Istanbul", 2014, "EU"),
        ("Europe/Istanbul", 2020, "none"),
        ("America/Toronto", 2024, "US"),
        ("America/Sao_Paulo", 2015, "South"),
        ("America/Sao_Paulo", 2022, "none"),
        ("America/Phoenix", 2022, "none"),
        ("Africa/Casablanca", 2022, "none"),
        ("Pacific/Auckland", 2024, "South"),
    ],
)
def test_the_rule_in_force_at_the_time(zone: str, year: int, rule: str) -> None:
    assert RULES[rule_of_year(zone, year)] == rule


def test_rules_shift_by_an_hour_in_their_own_summer() -> None:
    july, january = np.array([1_752_580_800]), np.array([1_736_942_400])
    assert [int(shift_s(r, july)[0]) for r in RULES] == [0, 3600, 3600, 0]
    assert [int(shift_s(r, january)[0]) for r in RULES] == [0, 0, 0, 3600]


@pytest.mark.parametrize(
    ("zone", "rule"),
    [("Europe/Berlin", "EU"), ("America/Chicago", "US"), ("Australia/Sydney", "South"), ("Asia/Kolkata", "none")],
)
def test_two_years_of_work_tell_the_rule(zone: str, rule: str) -> None:
    found = scores(worker(zone, 730))

    assert found.enough.tolist() == [True]
    assert RULES[int(found.log_l[0].argmax())] == rule
    assert (dst_against_none(found)[0] > 0) == (rule != "none")


def test_territories_are_scored_by_their_rule_and_people() -> None:
    berlin, kolkata = dst_llr(scores(worker("Europe/Berlin", 730), worker("Asia/Kolkata", 730)), PRIORS)
    berlin, kolkata = dict(zip(PRIORS, berlin, strict=True)), dict(zip(PRIORS, kolkata, strict=True))

    assert berlin["DE"] > 0.4
    assert berlin["IN"] == pytest.approx(berlin["RU"])
    assert berlin["IN"] < -2
    assert berlin["US"] < berlin["DE"]
    assert kolkata["IN"] == pytest.approx(kolkata["RU"])
    assert kolkata["IN"] > 0.1
    assert kolkata["DE"] < -2
    assert kolkata["US"] < kolkata["IN"]
    assert berlin["BV"] == kolkata["BV"] == 0.0


@pytest.mark.parametrize(
    ("days", "start", "why"), [(20, "2024-01-01", "too few"), (200, "2024-04-10", "one season only")]
)
def test_too_little_says_nothing(days: int, start: str, why: str) -> None:
    found = scores(worker("Europe/Berlin", days, start=start))

    assert found.enough.tolist() == [False], why
    assert found.log_l.tolist() == [[0.0] * 4]


def test_only_the_latest_hours_are_used() -> None:
    few = load_weights().activity.model_copy(update={"dst_most_hours": 300})
    times = np.array(worker("Europe/Berlin", 400))
    who, at = distinct_hours(np.zeros(len(times), dtype=int), times)
    found = dst_scores(who, at, 1, weights=few)

    assert found.n.tolist() == [300]
    assert found.log_l.tolist() == dst_scores(who[-300:], at[-300:], 1).log_l.tolist()


def test_accounts_do_not_touch_each_other() -> None:
    together = scores(worker("Europe/Berlin", 300), [1_700_000_000], worker("Asia/Kolkata", 300))
    alone = scores(worker("Asia/Kolkata", 300))

    assert together.log_l[2] == pytest.approx(alone.log_l[0])
    assert together.years.sum(axis=1) == pytest.approx(np.ones(3))
    assert together.years.shape == (3, len(YEARS))


def test_no_account_at_all() -> None:
    found = dst_scores([], [], 0)
    assert (found.log_l.shape, dst_llr(found, PRIORS).shape) == ((0, 4), (0, len(PRIORS)))


def test_years_far_ahead_count_as_the_last_one_known() -> None:
    found = dst_scores([0], [4_000_000_000], 1)
    assert found.years[0, -1] == 1.0
