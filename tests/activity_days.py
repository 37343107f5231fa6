"""Times of made-up people: days of work and sleep by a local clock, for tests of activity."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

__all__ = ["posts", "worker"]


def worker(zone: str, days: int, *, start: str = "2024-01-01", per_day: int = 4, seed: int = 1) -> list[int]:
    """Seconds since 1970 of someone who works by day on weekdays, is little active at weekends, never at night."""
    dice, first = np.random.default_rng(seed), datetime.fromisoformat(start)
    found = []
    for day in range(days):
        date = first + timedelta(days=day)
        hours = [9, 10, 11, 13, 14, 15, 16, 17, 20] if date.weekday() < 5 else [11, 20]
        for hour in dice.choice(hours, size=per_day if date.weekday() < 5 else 1, replace=False):
            local = date.replace(hour=int(hour), minute=int(dice.integers(60)), second=int(dice.integers(1, 60)))
            found.append(int(local.replace(tzinfo=ZoneInfo(zone)).timestamp()))
    return sorted(found)


def posts(account: str, times: list[int], **columns: Any) -> list[dict[str, Any]]:
    """Rows of the posts table."""
    return [{"account_id": account, "at": datetime.fromtimestamp(t, tz=UTC), **columns} for t in times]
