"""The country an account chose for itself."""

from __future__ import annotations

from attrigraph.inference.signal import PersonaSignal, signal_rows
from attrigraph.territory_names import place_named


def declared_shares(value: str) -> dict[str, float] | None:
    """The territory a value names, or equal parts of several; None for a region and for what names none.

    >>> declared_shares("PT"), declared_shares("Korea"), declared_shares("Europe"), declared_shares("Atlantis")
    ({'PT': 1.0}, {'KP': 0.5, 'KR': 0.5}, None, None)
    """
    place = place_named(value)
    if place is None or place.region:
        return None
    return dict.fromkeys(place.codes, 1.0 / len(place.codes))


def no_country(value: str) -> str | None:
    """Why a value that names a place names no country, in words; None for a country, and for what names no place.

    >>> no_country("Europe"), no_country("PT"), no_country("Atlantis")
    ('names a region, no country', None, None)
    """
    place = place_named(value)
    return "names a region, no country" if place and place.region else None


SIGNAL = PersonaSignal(
    name="declared_country",
    cls="persona",
    unit=("profile field", "profile fields"),
    columns="signals: declared_country",
    says="The country chosen in the settings",
    means="The owner chose this country in the settings of the account.",
    misleads="It is free to choose; some services put in a country of their own when nothing is chosen.",
    confirm="Treat it as what the account wants to show; look for evidence nobody chose to show.",
    behind=signal_rows("declared_country"),
    shares=declared_shares,
    points=True,
    unread=no_country,
)
