"""Holidays pooled over a set of accounts."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from attrigraph.errors import InputError
from attrigraph.inference.activity.holidays import holiday_scores

pytest.importorskip("holidays")

RUSSIAN = {date(2023, *day) for day in ((2, 23), (2, 24), (3, 8), (5, 8), (5, 9), (6, 12), (11, 6))}


def team(accounts: int, off: set[date]) -> tuple[np.ndarray, np.ndarray]:
    """Accounts that work at 10:00 UTC on every weekday of 2023 but those."""
    first = np.datetime64("2023-01-01T10:00:00")
    days = [first + np.timedelta64(n, "D") for n in range(365)]
    days = [d for d in days if d.astype("datetime64[D]").item().weekday() < 5]
    days = [d for d in days if d.astype("datetime64[D]").item() not in off]
    at = np.array([int(d.astype("datetime64[s]").astype(int)) for d in days])
    return np.repeat(np.arange(accounts), len(at)), np.tile(at, accounts)


def test_a_team_that_rests_on_russian_holidays_fits_russia() -> None:
    found = holiday_scores(*team(3, RUSSIAN), ["RU", "US"])

    assert found["RU"].llr == 0.7
    assert found["US"].llr == -0.7
    assert (found["RU"].ratio or 9) < 0.6
    assert (found["US"].ratio or 0) > 0.95


def test_a_hobby_hardly_decides() -> None:
    paid = holiday_scores(*team(3, set()), ["RU", "US"])
    hobby = holiday_scores(*team(3, set()), ["RU", "US"], paid=False)

    assert paid["RU"].raw < hobby["RU"].raw < 0


def test_holidays_all_share_say_nothing() -> None:
    found = holiday_scores(*team(2, {date(2023, 1, 2), date(2023, 12, 25)}), ["DE", "DE", "AT"])

    assert set(found) == {"DE", "AT"}
    assert found["DE"].days < 2 * 9


def test_one_event_and_no_event_are_defined() -> None:
    assert holiday_scores([0], [1_700_000_000], ["RU", "US"])["RU"].llr == 0.0
    empty = holiday_scores([], [], ["RU", "US"])["RU"]
    assert (empty.days, empty.ratio, empty.llr) == (0, None, 0.0)


def test_a_territory_without_known_holidays_gets_nothing() -> None:
    found = holiday_scores(*team(2, RUSSIAN), ["RU", "BV"])
    assert (found["BV"].days, found["BV"].llr) == (0, 0.0)


def test_one_territory_cannot_be_compared() -> None:
    with pytest.raises(InputError, match="two or more"):
        holiday_scores([0], [0], ["RU", "RU"])
