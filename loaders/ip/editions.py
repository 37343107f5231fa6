"""Several editions of one source: builds of one database, or lists of one name with several dates.

An edition speaks about events nearer to its date than to that of any other. A network that changed hands is so placed
where it was at the time, and a source given in two editions is still one source, not two that agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "DAY_S",
    "TypeFrom",
    "beginnings",
    "borders",
    "series_of",
    "speaking",
    "type_changes",
    "type_eras",
    "written",
]

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


class TypeFrom(NamedTuple):
    """The network type of an address from a time on, in seconds since 1970; -inf for the first."""

    from_s: float
    network_type: str


def beginnings(sources: Iterable[Sequence[str]]) -> tuple[float, ...]:
    """When any of the sources, given by the dates of their editions, passes to its next edition; -inf first."""
    return (-inf, *sorted({edge for editions in sources for edge in borders(sorted(editions))}))


def type_changes(starts: Sequence[float], types: Sequence[str]) -> tuple[TypeFrom, ...]:
    """The types from each start on, without starts at which nothing changes.

    >>> type_changes([-inf, 0.0, 5.0], ["vpn", "vpn", "unknown"])
    (TypeFrom(from_s=-inf, network_type='vpn'), TypeFrom(from_s=5.0, network_type='unknown'))
    """
    told = [TypeFrom(start, type_) for start, type_ in zip(starts, types, strict=True)]
    return (told[0], *(now for before, now in pairwise(told) if now.network_type != before.network_type))


def written(told: TypeFrom) -> str:
    """As the graph keeps it: the type, after the first with the time in front.

    >>> written(TypeFrom(-inf, "vpn")), written(TypeFrom(0.0, "mobile"))
    ('vpn', '1970-01-01T00:00:00+00:00 mobile')
    """
    if told.from_s == -inf:
        return told.network_type
    return f"{datetime.fromtimestamp(told.from_s, tz=UTC).isoformat()} {told.network_type}"


def type_eras(network_type: str | None, over_time: Sequence[str] | None) -> list[tuple[float, float, str]]:
    """What `written` wrote of an address: (from, until, type), in seconds since 1970; without it one type for ever.

    >>> type_eras("vpn", None), type_eras("vpn", ["vpn", "1970-01-01T00:00:00+00:00 mobile"])
    ([(-inf, inf, 'vpn')], [(-inf, 0.0, 'vpn'), (0.0, inf, 'mobile')])
    """
    if not over_time:
        return [(-inf, inf, network_type or "unknown")]
    told = [text.rpartition(" ") for text in over_time]
    starts = [datetime.fromisoformat(start).timestamp() if start else -inf for start, _, _ in told]
    ends = [*starts[1:], inf]
    return [(start, end, type_) for start, end, (_, _, type_) in zip(starts, ends, told, strict=True)]


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
