"""Flags in the name and the description of a profile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrigraph.inference.places import flags
from attrigraph.inference.signal import Field, Observed, PersonaSignal

if TYPE_CHECKING:
    from attrigraph.graph import Store

MOST_FLAGS = 3
"""Whoever shows more flags shows sympathies or a hobby."""
NEWEST = """
WITH profiles AS (
    SELECT account_id, display_name, bio, source || ':' || record AS locator,
           (coalesce(observed_at, TIMESTAMPTZ '1990-01-01 00:00:00+00'), source, record) AS seen_at
    FROM accounts WHERE display_name IS NOT NULL OR bio IS NOT NULL
)
SELECT account_id, arg_max(display_name, seen_at) FILTER (display_name IS NOT NULL),
       arg_max(bio, seen_at) FILTER (bio IS NOT NULL), arg_max(locator, seen_at)
FROM profiles GROUP BY account_id ORDER BY account_id
"""
"""Name and description as seen last; a flag in the location text is read with it."""


def gather(store: Store, observed: Observed) -> Iterator[Field]:  # noqa: ARG001 - one signature for all
    """One field per account that shows a flag: the codes, sorted."""
    for account, name, bio, locator in observed.connection().execute(NEWEST).fetchall():
        shown = sorted({*flags(name or ""), *flags(bio or "")})
        if shown:
            yield Field(account, " ".join(shown), (locator,))


def flag_shares(value: str) -> dict[str, float] | None:
    """Equal parts of the territories whose flags are shown; None for more than three.

    >>> flag_shares("BR PT"), flag_shares("BR FR PT US")
    ({'BR': 0.5, 'PT': 0.5}, None)
    """
    codes = value.split()
    return dict.fromkeys(codes, 1.0 / len(codes)) if len(codes) <= MOST_FLAGS else None


SIGNAL = PersonaSignal(
    name="profile_flag",
    cls="persona",
    unit=("profile field", "profile fields"),
    columns="accounts: display_name, bio",
    says="The flags of the profile",
    means="The name or the description of the profile shows the flags of these territories.",
    misleads="Flags are free to show; they stand for sympathies, teams and origins as often as for a home.",
    confirm="Treat it as what the account wants to show; look for evidence nobody chose to show.",
    shares=flag_shares,
    points=True,
    gather=gather,
)
