"""Several editions of one source: builds of one database, or lists of one name with several dates.

An edition speaks about events nearer to its date than to that of any other. A network that changed hands is so placed
where it was at the time, and a source given in two editions is still one source, not two that agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["DAY_S", "borders", "series_of", "speaking"]

DAY_S = 86_400


def series_of(source: str, edition: str) -> str:
    """The name of a source without the date that tells its editions apart.

    >>> series_of("GeoLite2-City 2026-08-01", "2026-08-01"), series_of("GeoLite2-City", "2026-03-01")
    ('GeoLite2-City', 'GeoLite2-City')
    """
    return source.removesuffix(f" {edition}")


def borders(editions: Sequence[str]) -> list[float]:
    """Where one edition gives way to the next, half-way between their ISO dates, in seconds since 1970, UTC.

    >>> borders(["2026-03-01", "2026-03-03"]) == [datetime(2026, 3, 2, tzinfo=UTC).timestamp()]
    True
    """
    days = [_seconds(edition) for edition in editions]
    return [(before + after) / 2 for before, after in pairwise(days)]


def _seconds(edition: str) -> float:
    day = date.fromisoformat(edition)
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def speaking(editions: Iterable[str], first: ArrayLike, last: ArrayLike) -> dict[str, NDArray[np.bool_]]:
    """Edition -> the addresses it speaks about: those in use at some time that is nearest to its date.

    `first` and `last` are the first and last use of each address in seconds since 1970; where no use is known (nan)
    only the newest edition speaks.
    """
    ordered = sorted(set(editions))
    edges = borders(ordered)
    begin, end = (_position(edges, times) for times in (first, last))
    return {edition: (begin <= i) & (i <= end) for i, edition in enumerate(ordered)}


def _position(edges: Sequence[float], times: ArrayLike) -> NDArray[np.intp]:
    seconds = np.asarray(times, dtype=np.float64)
    return np.where(np.isnan(seconds), len(edges), np.searchsorted(np.array(edges), seconds, side="right"))
