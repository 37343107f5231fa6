"""Where an address is, when several databases say so."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import TypeVar

from attrigraph.loaders.ip.editions import borders, series_of, type_eras

__all__ = ["agreed_places", "eras", "network_words", "places_at", "type_at"]

T = TypeVar("T")
Located = tuple[str | None, str | None, str, str | None]
"""Kind of the statement, source, territory, date of the source's build."""

WORDS = {
    None: "of unknown kind",
    "unknown": "unclassified",
    "vpn": "VPN",
    "tor": "Tor",
    "relay": "relay",
    "proxy": "proxy",
}


def agreed_places(located: Iterable[tuple[str | None, str | None, str]]) -> tuple[str, ...]:
    """The territory most sources name, or all that lead together, sorted; from (kind, source, code).

    Each source counts once, by the country it gives, else by the registered or represented country.

    >>> agreed_places([("country", "a", "RU"), ("registered", "a", "US"), ("country", "b", "RU")])
    ('RU',)
    >>> agreed_places([("country", "a", "RU"), ("country", "b", "UA")])
    ('RU', 'UA')
    """
    by_source: dict[str, dict[str, str]] = {}
    for kind, source, code in located:
        by_source.setdefault(source or "", {})[kind or "country"] = code
    votes = Counter(
        next(kinds[k] for k in ("country", "registered", "represented", *kinds) if k in kinds)
        for kinds in by_source.values()
    )
    most = max(votes.values(), default=0)
    return tuple(sorted(code for code, count in votes.items() if count == most))


def eras(located: Sequence[Located]) -> list[tuple[float, float, tuple[str, ...]]]:
    """What several editions of the databases say over time: (from, until, agreed territories), in seconds since 1970.

    `located` has (kind, source, code, build date) of one address. Each source speaks by the edition nearest in time;
    without several editions of any there is one era without an end.

    >>> eras([("country", "a", "FR", "2026-03-01"), ("country", "a 2026-03-03", "GB", "2026-03-03")])
    [(-inf, 1772409600.0, ('FR',)), (1772409600.0, inf, ('GB',))]
    """
    editions: dict[str, set[str]] = defaultdict(set)
    for _, source, _, built in located:
        editions[series_of(source or "", built or "")].add(built or "")
    ordered = {series: sorted(dates) for series, dates in editions.items()}
    edges = sorted({edge for dates in ordered.values() if len(dates) > 1 for edge in borders(dates)})
    if not edges:
        return [(-math.inf, math.inf, agreed_places(row[:3] for row in located))]
    found = []
    for start, end in pairwise((-math.inf, *edges, math.inf)):
        spoken = {series: dates[sum(edge <= start for edge in borders(dates))] for series, dates in ordered.items()}
        rows = [r[:3] for r in located if spoken[series_of(r[1] or "", r[3] or "")] == (r[3] or "")]
        found.append((start, end, agreed_places(rows)))
    return found


def places_at(located: Sequence[Located], at: datetime | None) -> tuple[str, ...]:
    """The territory that most sources name at a time, as `eras` has it; without a time that of the newest editions."""
    return _then(eras(located), at)


def type_at(network_type: str | None, over_time: Sequence[str] | None, at: datetime | None) -> str:
    """The kind of network an address was on at a time; without a time what the newest editions say."""
    return _then(type_eras(network_type, over_time), at)


def _then(told: Sequence[tuple[float, float, T]], at: datetime | None) -> T:
    moment = math.inf if at is None else at.timestamp()
    return next(what for start, _, what in reversed(told) if start <= moment)


def network_words(kind: str | None) -> str:
    """The kind of a network as an adjective.

    >>> network_words("residential"), network_words("vpn"), network_words("unknown")
    ('residential', 'VPN', 'unclassified')
    """
    return WORDS.get(kind, kind or "unclassified")
