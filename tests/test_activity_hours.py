"""Likelihood of clocks from active hours: pure functions over arrays of times."""

from __future__ import annotations

import numpy as np
import pytest
from activity_days import worker
from hypothesis import given, settings
from hypothesis import strategies as st

from attrigraph.inference.activity.curves import curves_text, load_curves, read_curves
from attrigraph.inference.activity.hours import (
    distinct_hours,
    hours_of,
    offset_posterior,
    offset_posteriors,
    territory_llr,
)
from attrigraph.inference.activity.zones import ZONES, local_s
from attrigraph.inference.weights import load_weights


@pytest.mark.parametrize(
    ("zone", "offset"),
    [("Europe/Berlin", 60), ("America/Los_Angeles", -480), ("Asia/Tokyo", 540), ("Asia/Kolkata", 330)],
)
def test_a_working_week_tells_the_clock_within_an_hour(zone: str, offset: int) -> None:
    found = offset_posterior(worker(zone, 60))

    assert abs(found.best_min - offset) <= 60
    assert offset in found.set90_min
    assert found.p.sum() == pytest.approx(1.0)
    assert found.active_hours > 100


def test_the_likelihood_is_the_formula_of_the_page() -> None:
    at = np.array(worker("Europe/Kyiv", 9)[:17])
    w, curves = load_weights().activity, load_curves()
    found = hours_of(np.zeros(17, dtype=int), at, 1)

    zone = ZONES.index("Asia/Kathmandu")
    local = local_s("Asia/Kathmandu", at)
    bins = local // 1800 % 48 + 48 * (((local // 86400 + 3) % 7) >= 5)
    sums = np.log(0.97 * curves.p + 0.03 * np.repeat([5 / 7 / 48, 2 / 7 / 48], 48))[:, bins].sum(axis=1)
    tau = w.temper / (1 + w.temper_hours * 17)
    assert found.log_l[0, zone] == pytest.approx(np.log((curves.weights * np.exp(tau * sums)).sum()), abs=1e-4)


def test_many_accounts_at_once_are_the_accounts_one_by_one() -> None:
    times = [worker(zone, 20, seed=s) for s, zone in enumerate(("Asia/Tokyo", "Europe/London", "America/Denver"))]
    who = np.repeat(np.arange(3), [len(t) for t in times])
    together = hours_of(who, np.concatenate(times), 4)

    alone = np.vstack([hours_of(np.zeros(len(t), dtype=int), t, 1).log_l for t in times])
    assert together.log_l[:3] == pytest.approx(alone, abs=1e-4)
    assert together.n.tolist() == [*(len(t) for t in times), 0]


def test_an_account_without_hours_keeps_every_clock_alike() -> None:
    found = offset_posterior([])

    assert found.active_hours == 0
    assert np.sort(found.p)[-10:] == pytest.approx(np.full(10, found.p.max()))
    assert len(found.set90_min) > 20


def test_no_accounts_give_no_rows() -> None:
    found = hours_of([], [], 0)
    assert found.log_l.shape == (0, 48)


def test_one_event_a_million_times_is_one_active_hour() -> None:
    assert offset_posterior(np.full(1_000_000, 1_700_000_000)).active_hours == 1


def test_a_million_events_of_one_account_stay_tempered() -> None:
    at = np.arange(1_400_000_000, 1_400_000_000 + 1_000_000 * 300, 300)
    found = hours_of(*distinct_hours(np.zeros(len(at), dtype=int), at), 1)

    assert found.n.tolist() == [83_335]
    assert found.flatness[0] < 0.001
    assert np.ptp(found.log_l) < 0.1


def test_times_far_in_the_future_are_read_by_the_rules_known_last() -> None:
    assert abs(offset_posterior([t + 3_000_000_000 for t in worker("Asia/Tokyo", 60)]).p.sum() - 1) < 1e-9


def test_hours_of_the_east_speak_against_the_west() -> None:
    found = hours_of(*distinct_hours(np.zeros(240, dtype=int), np.array(worker("Europe/Moscow", 80)[:240])), 1)
    llr = dict(zip(("RU", "US", "TR", "BV"), territory_llr(found.log_l, ("RU", "US", "TR", "BV"))[0], strict=True))

    assert llr["TR"] > 0.7
    assert llr["US"] < -1.5
    assert llr["BV"] == pytest.approx(0.0, abs=1e-9)


def test_night_is_counted_in_the_likeliest_zone() -> None:
    day, late = worker("Europe/Berlin", 60), worker("Europe/Berlin", 60, per_day=2)
    who = np.repeat([0, 1], [len(day), 2 * len(late)])
    found = hours_of(*distinct_hours(who, np.concatenate([day, late, [t + 11 * 3600 for t in late]])), 2)

    assert found.night[0] == 0.0
    assert found.night[1] > 0.2


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 4_000_000_000), min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_order_and_repeats_change_nothing(times: list[int], dice: object) -> None:
    one = offset_posterior(times)
    two = offset_posterior([*reversed(times), *times])

    assert one.active_hours == two.active_hours == len({t // 3600 for t in times})
    assert one.p == pytest.approx(two.p)


def test_distinct_hours_keep_the_first_event() -> None:
    who, at = distinct_hours(np.array([1, 0, 0, 0]), np.array([7200, 3700, 3650, 7300]))
    assert (who.tolist(), at.tolist()) == ([0, 0, 1], [3650, 7300, 7200])


def test_curves_are_read_as_they_are_written() -> None:
    curves = load_curves()
    again = read_curves(curves_text(curves))

    assert again.p == pytest.approx(curves.p, abs=1e-5)
    assert curves.p.sum(axis=1) == pytest.approx(np.ones(len(curves.weights)))
    assert curves.weights.sum() == pytest.approx(1.0)


def test_posteriors_name_each_offset_once() -> None:
    offsets, p = offset_posteriors(np.zeros((2, len(ZONES))))
    assert len(set(offsets.tolist())) == len(offsets) == p.shape[1]
