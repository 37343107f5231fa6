"""When simulated people are awake: days and hours of their own zone, given back as UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

__all__ = ["Rhythm", "draw_rhythm", "shift_rhythm"]


class Rhythm:
    """A person's hours: 24 weights by local hour, and how active weekends are compared with weekdays (0..1.5)."""

    def __init__(self, zone: ZoneInfo, hours: np.ndarray, weekend: float) -> None:
        self.zone = zone
        self.cumulated = np.cumsum(hours / hours.sum())
        self.weekend = weekend

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
                if day.weekday() >= 5 and draw > self.weekend:
                    continue
                local = datetime(day.year, day.month, day.day, hour, second // 60, second % 60, tzinfo=self.zone)
                found.append(min(max(local.astimezone(UTC), begin), end - timedelta(seconds=1)))
        return sorted(found[:count])


def _bumps(peaks: tuple[tuple[float, float, float], ...], floor: float) -> np.ndarray:
    hours = np.arange(24)
    total = np.full(24, floor)
    for centre, width, height in peaks:
        distance = np.abs(hours - centre)
        distance = np.minimum(distance, 24 - distance)
        total = total + height * np.exp(-0.5 * (distance / width) ** 2)
    return total


def draw_rhythm(rng: np.random.Generator, zone: ZoneInfo) -> Rhythm:
    """A private person: lunch and evening, shifted by chronotype (standard deviation two hours)."""
    shift = rng.normal(0, 2)
    lunch, evening = rng.dirichlet((1.5, 2.5))
    hours = _bumps((((12.5 + shift) % 24, 2.5, float(lunch)), ((20.5 + shift) % 24, 2.2, float(evening))), 0.02)
    return Rhythm(zone, hours, float(rng.uniform(0.7, 1)))


def shift_rhythm(rng: np.random.Generator, zone: ZoneInfo) -> Rhythm:
    """A paid worker: a shift that begins in the morning, now and then in the afternoon; quiet weekends."""
    begin = rng.normal(9, 1) if rng.random() < 0.8 else rng.normal(15, 1.5)
    length = rng.uniform(6.5, 10)
    hours = np.full(24, 0.01)
    for step in range(round(length)):
        hours[int(begin + step) % 24] += 1
    return Rhythm(zone, hours, float(rng.beta(1, 4)))
