"""Which signals a source carries, wherever they stand: in the table `signals`, or as columns of the other tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from attrigraph.duck import literal
from attrigraph.loaders.observations import Observations
from attrigraph.loaders.tables import CHANGE_SIGNALS

__all__ = ["CARRIED", "signals_carried"]

CARRIED: tuple[tuple[str, str, str], ...] = (
    ("login_ip", "logins", "kind IS DISTINCT FROM 'registration'"),
    ("registration_ip", "logins", "kind = 'registration'"),
    ("location_text", "accounts", "location IS NOT NULL"),
    ("ui_language", "accounts", "language IS NOT NULL"),
    ("timezone_setting", "accounts", "time_zone IS NOT NULL"),
    ("activity_times", "posts", "true"),
    ("content_language", "posts", "language IS NOT NULL OR text IS NOT NULL"),
    ("geotag", "posts", "territory IS NOT NULL OR (latitude IS NOT NULL AND longitude IS NOT NULL)"),
    ("linked_domain", "accounts", "profile_url IS NOT NULL"),
    ("linked_domain", "posts", "len(urls) > 0"),
    ("linked_domain", "identifiers", "kind = 'domain'"),
    ("phone_region", "identifiers", "kind = 'phone' AND region IS NOT NULL"),
    ("shared_phone", "identifiers", "kind = 'phone'"),
    ("shared_recovery_mail", "identifiers", "kind = 'email'"),
    ("shared_card", "identifiers", "kind = 'payment_card'"),
    ("shared_device", "identifiers", "kind = 'device'"),
    ("shared_cookie", "identifiers", "kind = 'cookie'"),
    ("shared_device", "logins", "device_id IS NOT NULL"),
    ("shared_cookie", "logins", "cookie_id IS NOT NULL"),
    ("reciprocal_tie", "ties", "reciprocal OR lower(kind) = 'friend'"),
)
"""Signal, table, and the condition under which a row of the table carries the signal. `signals` rows name theirs."""


def signals_carried(observations: Observations, sources: Sequence[str]) -> dict[str, dict[str, int]]:
    """Source -> signal -> rows that carry it, the most frequent first; a row may carry several.

    What changed about an account (`handle_change`, ...) is no signal of a country and is not counted.
    """
    found: dict[str, Counter[str]] = {source: Counter() for source in sources}
    for table in dict.fromkeys(name for _, name, _ in CARRIED):
        carried = [(signal, condition) for signal, name, condition in CARRIED if name == table]
        counts = ", ".join(f"count(*) FILTER ({condition})" for _, condition in carried)
        for source, *numbers in _rows(observations, f"SELECT source, {counts} FROM {table} GROUP BY source"):
            for (signal, _), number in zip(carried, numbers, strict=True):
                found.setdefault(source, Counter())[signal] += number
    changes = ", ".join(map(literal, CHANGE_SIGNALS))
    named = f"SELECT source, signal, count(*) FROM signals WHERE signal NOT IN ({changes}) GROUP BY ALL ORDER BY signal"
    for source, signal, number in _rows(observations, named):
        found.setdefault(source, Counter())[signal] += number
    return {source: {name: n for name, n in counts.most_common() if n} for source, counts in found.items()}


def _rows(observations: Observations, query: str) -> list[tuple[Any, ...]]:
    return observations.connection().execute(query).fetchall()
