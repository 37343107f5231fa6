"""Where an address is, when several databases say so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

__all__ = ["agreed_places", "network_words"]

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


def network_words(kind: str | None) -> str:
    """The kind of a network as an adjective.

    >>> network_words("residential"), network_words("vpn"), network_words("unknown")
    ('residential', 'VPN', 'unclassified')
    """
    return WORDS.get(kind, kind or "unclassified")
