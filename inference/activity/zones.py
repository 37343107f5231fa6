"""Clocks of the world: 48 zone rules, their UTC offsets at any time, and the share of a territory that lives by each.

Offsets and changes come from the tz database (packages zoneinfo and tzdata); people by zone from `weights/zones.csv`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from attrigraph.errors import InputError
from attrigraph.inference.zones import people_by_zone

__all__ = [
    "ZONES",
    "Clock",
    "clock",
    "clock_shares",
    "local_s",
    "offset_names",
    "standard_offsets_min",
    "zone_shares_of",
]

Ints = NDArray[np.int64]
Vector = NDArray[np.float64]

ZONES = (
    "Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Phoenix", "America/Denver",
    "America/Chicago", "America/Mexico_City", "America/Costa_Rica", "America/New_York", "America/Bogota",
    "America/Halifax", "America/Caracas", "America/Santiago", "America/Sao_Paulo", "America/Argentina/Buenos_Aires",
    "America/St_Johns", "Atlantic/Azores", "Europe/London", "Europe/Berlin", "Europe/Kyiv", "Europe/Istanbul",
    "Europe/Moscow", "Europe/Minsk", "Africa/Abidjan", "Africa/Lagos", "Africa/Johannesburg", "Africa/Cairo",
    "Africa/Nairobi", "Asia/Jerusalem", "Asia/Tehran", "Asia/Dubai", "Asia/Kabul", "Asia/Karachi",
    "Asia/Yekaterinburg", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Dhaka", "Asia/Novosibirsk", "Asia/Yangon",
    "Asia/Bangkok", "Asia/Shanghai", "Asia/Tokyo", "Asia/Vladivostok", "Australia/Perth", "Australia/Adelaide",
    "Australia/Brisbane", "Australia/Sydney", "Pacific/Auckland",
)  # fmt: skip
"""The zone rules hours are compared with (docs/inference.md, section 14)."""

FIRST, LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)
SAMPLED = tuple(datetime(year, month, 15, 12, tzinfo=UTC) for year in range(2016, 2027) for month in range(1, 13))
STEP = timedelta(days=5)
QUARTER_MIN = 15
DAY_MIN = 1440


@dataclass(frozen=True, slots=True)
class Clock:
    """UTC offsets of one zone: `offsets_s[i]` holds from `changes[i-1]` (seconds since 1970) until `changes[i]`."""

    changes: Ints
    offsets_s: Ints

    def offset_s(self, at: Ints) -> Ints:
        """UTC offset in seconds at each time; before 1990 and after 2044 that of the nearest time known."""
        return self.offsets_s[np.searchsorted(self.changes, at, side="right")]


@cache
def clock(zone: str) -> Clock:
    """The changes of a zone, found by walking through the years and halving where the offset differs.

    Raises InputError for a zone the tz database does not know.
    """
    local = _local(zone)
    changes, offsets = [], [_offset(local, FIRST)]
    at = FIRST
    while at < LAST:
        after = at + STEP
        if _offset(local, after) != offsets[-1]:
            early, late = int(at.timestamp()), int(after.timestamp())
            while late - early > 1:
                middle = (early + late) // 2
                same = _offset(local, datetime.fromtimestamp(middle, tz=UTC)) == offsets[-1]
                early, late = (middle, late) if same else (early, middle)
            changes.append(late)
            offsets.append(_offset(local, datetime.fromtimestamp(late, tz=UTC)))
        at = after
    return Clock(np.array(changes, dtype=np.int64), np.array(offsets, dtype=np.int64))


def _local(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise InputError(f"{zone!r} is no zone of the tz database. Give a name such as Europe/Berlin.") from None


def _offset(local: ZoneInfo, at: datetime) -> int:
    shift = at.astimezone(local).utcoffset()
    return int(shift.total_seconds()) if shift else 0


def local_s(zone: str, at: Ints) -> Ints:
    """Seconds of the local clock of a zone, as if it were UTC."""
    return at + clock(zone).offset_s(at)


@cache
def standard_offsets_min() -> Ints:
    """Standard (winter) UTC offset of each of ZONES under the rules of 2026, minutes."""
    year = np.array([int(s.timestamp()) for s in SAMPLED if s.year == SAMPLED[-1].year], dtype=np.int64)
    return np.array([int(clock(zone).offset_s(year).min()) // 60 for zone in ZONES], dtype=np.int64)


@cache
def clock_shares() -> Vector:
    """Weight of each of ZONES when nothing is known: every hour of the clock counts alike.

    Each quarter of an hour of the day belongs to the nearest offset (halved between two), an offset never counts more
    than an hour, and zones of one offset share its weight. So neither the six half-hour offsets nor offsets with many
    zones are favoured. Sums to 1.
    """
    own = standard_offsets_min()
    offsets, number = np.unique(own, return_inverse=True)
    quarters = np.arange(-DAY_MIN // 2, DAY_MIN // 2, QUARTER_MIN)
    far = np.abs((offsets[:, None] - quarters + DAY_MIN // 2) % DAY_MIN - DAY_MIN // 2)
    nearest = far == far.min(axis=0)
    weight = np.minimum((nearest / nearest.sum(axis=0)).sum(axis=1), 60 / QUARTER_MIN)
    shares = (weight / np.bincount(number))[number]
    return np.asarray(shares / shares.sum())


@cache
def zone_shares_of(codes: Sequence[str]) -> Vector:
    """P(zone rule | territory): a row per code, a column per zone of ZONES; rows sum to 1.

    People live by zones of the tz database; each is read as the one of ZONES whose offsets in the months since 2016
    differ least. A territory nobody lives in gets the weights of `clock_shares`: hours say nothing about it.
    """
    people = people_by_zone()
    found = np.zeros((len(codes), len(ZONES)))
    for row, code in zip(found, codes, strict=True):
        for zone, share in people.get(code, {}).items():
            row[_nearest(zone)] += share
        row[:] = row / row.sum() if row.any() else clock_shares()
    return found


@cache
def _nearest(zone: str) -> int:
    if zone in ZONES:
        return ZONES.index(zone)
    return int(np.abs(_months() - _offsets(zone)).mean(axis=1).argmin())


@cache
def _months() -> Vector:
    return np.array([_offsets(zone) for zone in ZONES])


def _offsets(zone: str) -> Vector:
    local = _local(zone)
    return np.array([_offset(local, at) for at in SAMPLED], dtype=np.float64)


def offset_names(offsets_min: Sequence[int]) -> str:
    """Offsets in words, neighbours joined: "UTC+2 to UTC+4", "UTC+5:30".

    >>> offset_names([120, 180, 240]), offset_names([330]), offset_names([-300, 0])
    ('UTC+2 to UTC+4', 'UTC+5:30', 'UTC−5 and UTC+0')
    """
    runs: list[list[int]] = []
    for offset in sorted(offsets_min):
        if runs and offset - runs[-1][-1] <= 60:
            runs[-1].append(offset)
        else:
            runs.append([offset])
    words = [_name(run[0]) if len(run) == 1 else f"{_name(run[0])} to {_name(run[-1])}" for run in runs]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _name(offset_min: int) -> str:
    hours, minutes = divmod(abs(offset_min), 60)
    return f"UTC{'−' if offset_min < 0 else '+'}{hours}" + (f":{minutes:02d}" if minutes else "")
