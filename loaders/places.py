"""The place that the value of a signal names."""

from __future__ import annotations

import re
from functools import lru_cache

from attrigraph.territories import Place, resolve_place

__all__ = ["place_of_signal"]

STORE_WORDS = re.compile(
    r"\s+(app\s*store|android\s*app|google\s*play(\s*store)?|play\s*store|ios\s*app|app)$", re.IGNORECASE
)
"""What follows the place in the value of `store_country`: "United States App Store", "India Android App"."""


@lru_cache(maxsize=20_000)
def place_of_signal(signal: str, value: str) -> Place | None:
    """The territory, the set of territories or the region a value names; None when it names none.

    >>> place_of_signal("store_country", "India Android App").code
    'IN'
    >>> place_of_signal("platform_country", "Korea").codes, place_of_signal("store_country", "web")
    (('KP', 'KR'), None)
    """
    return resolve_place(STORE_WORDS.sub("", value.strip()) if signal == "store_country" else value)
