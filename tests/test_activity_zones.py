"""Clocks of the world: offsets at any time, what a territory lives by, words for offsets."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from attrigraph.errors import InputError
from attrigraph.inference.activity.zones import (
    ZONES,
    clock,
    clock_shares,
    local_s,
    offset_names,
    standard_offsets_min,
    zone_shares_of,
)
from attrigraph.territories import territories


def seconds(text: str) -> np.ndarray:
    return np.array([int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())])


@pytest.mark.parametrize(
    ("zone", "utc", "hours"),
    [
        ("Europe/Berlin", "2026-03-29 00:59:59", 1),
        ("Europe/Berlin", "2026-03-29 01:00:00", 2),
        ("Europe/Moscow", "2013-07-01 00:00:00", 4),
        ("Europe/Moscow", "2016-07-01 00:00:00", 3),
        ("Asia/Kathmandu", "2026-01-01 00:00:00", 5.75),
        ("America/Sao_Paulo", "2018-01-01 00:00:00", -2),
        ("America/Sao_Paulo", "2024-01-01 00:00:00", -3),
    ],
)
def test_offsets_follow_the_rules_in_force_at_the_time(zone: str, utc: str, hours: float) -> None:
    at = seconds(utc)
    assert (local_s(zone, at) - at).tolist() == [hours * 3600]


def test_times_outside_the_table_get_the_nearest_offset() -> None:
    assert clock("Asia/Tokyo").offset_s(np.array([-(10**10), 10**11])).tolist() == [32400, 32400]


@pytest.mark.parametrize("zone", ["Mars/Phobos", "", "../etc/passwd"])
def test_an_unknown_zone_is_refused_with_its_name(zone: str) -> None:
    with pytest.raises(InputError, match="no zone of the tz database"):
        clock(zone)


def test_every_hour_of_the_clock_counts_alike_without_knowledge() -> None:
    shares = dict(zip(ZONES, clock_shares(), strict=True))
    offsets = standard_offsets_min()
    by_offset = {int(o): float(clock_shares()[offsets == o].sum()) for o in np.unique(offsets)}

    assert sum(shares.values()) == pytest.approx(1.0)
    assert by_offset[-480] == pytest.approx(by_offset[60]) == pytest.approx(2 * by_offset[210])
    assert shares["Europe/Berlin"] == pytest.approx(by_offset[60] / 2)


def test_a_territory_lives_by_the_zones_of_its_people() -> None:
    us, ru, pt, bv = zone_shares_of(("US", "RU", "PT", "BV"))
    share = dict(zip(ZONES, us, strict=True))

    assert share["America/New_York"] > share["America/Chicago"] > share["America/Phoenix"] > 0
    assert ZONES[int(ru.argmax())] == "Europe/Moscow"
    assert dict(zip(ZONES, pt, strict=True))["Europe/London"] > 0.9
    assert bv.tolist() == clock_shares().tolist()


def test_every_territory_has_a_clock() -> None:
    shares = zone_shares_of(tuple(territories()))
    assert shares.sum(axis=1) == pytest.approx(np.ones(len(shares)))


@pytest.mark.parametrize(
    ("offsets", "words"),
    [
        ([120, 240, 180], "UTC+2 to UTC+4"),
        ([330], "UTC+5:30"),
        ([-300, 0], "UTC−5 and UTC+0"),
        ([-300, 60, 540], "UTC−5, UTC+1 and UTC+9"),
    ],
)
def test_offsets_in_words(offsets: list[int], words: str) -> None:
    assert offset_names(offsets) == words
