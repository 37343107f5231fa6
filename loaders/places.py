"""Values of country signals as places of the graph: a territory, the members of an ambiguous name, or a region."""

from __future__ import annotations

import re
from functools import cache

from attrigraph.loaders.tables import PLACE_SIGNALS
from attrigraph.territories import resolve_place

__all__ = ["place_targets"]

STORE = re.compile(r"\s+(App Store|Android App|iPhone App|iPad App|Play Store)$", re.IGNORECASE)
"""X writes "United States App Store" and "India Android App" (reference of formats, section 4.1)."""


@cache
def place_targets(signal: str, value: str) -> tuple[tuple[str, str, float], ...]:
    """(label, key, share) for each place a signal's value names; nothing for a signal or value that names none.

    >>> place_targets("store_country", "Portugal App Store")
    (('Territory', 'PT', 1.0),)
    >>> place_targets("platform_country", "korea")
    (('Territory', 'KP', 0.5), ('Territory', 'KR', 0.5))
    >>> place_targets("platform_country", "Europe"), place_targets("ui_language", "ar")
    ((('Region', 'Europe', 1.0),), ())
    """
    if signal not in PLACE_SIGNALS:
        return ()
    place = resolve_place(STORE.sub("", value.strip()))
    if place is None:
        return ()
    if place.region:
        return (("Region", place.region, 1.0),)
    return tuple(("Territory", code, 1 / len(place.codes)) for code in place.codes)
