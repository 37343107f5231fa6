"""When simulated people are awake: days and hours of their own zone, given back as UTC.

The shapes are made of bumps and shifts drawn for each person and team; they are not the curves of the model.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

__all__ = ["Rhythm", "draw_rhythm", "shift_rhythm"]

Holidays = frozenset[tuple[int, int]]


class Rhythm:
    """A person's hours: 24 weights by local hour, and how active weekends and holidays are compared with weekdays.

    `weekend` and `holiday` are ratios 0..1; `holidays` holds (month, day).
    """

    def __init__(
        self, zone: ZoneInfo, hours: np.ndarray, weekend: float, holidays: Holidays = frozenset(), holiday: float = 1.0
    ) -> None:
        self.zone = zone
        self.cumulated = np.cumsum(hours / hours.sum())
        self.weekend = weekend
        self.holidays = holidays
        self.holiday = holiday

    def times(self, rng: np.random.Generator, begin: datetime, end: datetime, count: int) -> list[datetime]:
        """`count` times between begin and end, sorted, to the second, UTC."""
        days = max(1, (end - begin).days)
        found: list[datetime] = []
        while len(found) < count:
            size = count - len(found) + 2
            chance, hours = rng.random(size), np.searchsorted(self.cumulated, rng.random(size), side="right")
            for number, hour, draw, second in zip(
                rng.integers(days, size=size).tolist(),
                np.minimum(hours, 23).tolist(),
                chance.tolist(),
                rng.integers(3600, size=size).tolist(),
                strict=True,
            ):
                day = begin + timedelta(days=number)
                if draw > self._active(day):
                    continue
                local = datetime(day.year, day.month, day.day, hour, second // 60, second % 60, tzinfo=self.zone)
                found.append(min(max(local.astimezone(UTC), begin), end - timedelta(seconds=1)))
        return sorted(found[:count])

    def _active(self, day: date) -> float:
        share = self.weekend if day.weekday() >= 5 else 1.0
        return share * self.holiday if (day.month, day.day) in self.holidays else share


def _bumps(peaks: list[tuple[float, float, float]], floor: float) -> np.ndarray:
    hours = np.arange(24)
    total = np.full(24, floor)
    for centre, width, height in peaks:
        distance = np.abs(hours - centre % 24)
        distance = np.minimum(distance, 24 - distance)
        total = total + height * np.exp(-0.5 * (distance / width) ** 2)
    return total


def draw_rhythm(rng: np.random.Generator, zone: ZoneInfo, holidays: Holidays = frozenset()) -> Rhythm:
    """A private person: two or three bursts a day around morning, lunch and evening, shifted by a chronotype.

    Most shifts are within two hours, some people live by night. Holidays change little.
    """
    shift = float(rng.standard_t(4)) * 1.4 + 0.4
    centres = (8.3, 12.8, 17.2, 20.7, 22.6)
    chosen = rng.permutation(len(centres))[: int(rng.integers(2, 4))]
    heights = rng.dirichlet(np.full(len(chosen), 1.7))
    peaks = [
        (centres[at] + shift, float(rng.uniform(1.2, 3.4)), float(height))
        for at, height in zip(chosen.tolist(), heights, strict=True)
    ]
    floor = float(rng.gamma(1.3, 0.013))
    weekend = float(rng.uniform(0.62, 1))
    return Rhythm(zone, _bumps(peaks, floor), weekend, holidays, float(rng.uniform(0.6, 1)))


def shift_rhythm(
    rng: np.random.Generator, zone: ZoneInfo, holidays: Holidays = frozenset(), holiday: float = 1.0
) -> Rhythm:
    """A paid worker: a shift that begins in the morning, now and then in the afternoon or evening; mostly quiet
    weekends.
    """
    draw = rng.random()
    begin = rng.normal(8.8, 1.1) if draw < 0.77 else rng.normal(14.5, 1.6) if draw < 0.94 else rng.normal(21, 1.5)
    length = rng.uniform(5.5, 10)
    hours = np.full(24, float(rng.gamma(1.2, 0.013)))
    for step in range(round(length)):
        hours[int(begin + step) % 24] += float(rng.uniform(0.55, 1.3))
    weekend = float(rng.beta(1, 4)) if rng.random() < 0.77 else float(rng.uniform(0.6, 1))
    return Rhythm(zone, hours, weekend, holidays, holiday)
