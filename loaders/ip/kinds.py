"""Network types: what they are called, what a list may be a list of, and which statement wins."""

from __future__ import annotations

from attrigraph.errors import InputError

__all__ = ["ANONYMISERS", "LIST_KINDS", "NETWORK_TYPES", "PRECEDENCE", "UNKNOWN_TYPE", "list_kind"]

PRECEDENCE: tuple[str, ...] = (
    "tor",
    "vpn",
    "proxy",
    "relay",
    "hosting",
    "satellite",
    "mobile",
    "business",
    "residential",
)
"""The statement that wins, first to last. What hides most comes first, so that an address is never trusted more
than its worst description allows; a relay list names single networks inside hosting ranges, so it goes before those.
Among statements of one kind: lists of the user, databases of the user, the curated list of this project."""

UNKNOWN_TYPE = "unknown"

NETWORK_TYPES: tuple[str, ...] = (
    "residential",
    "mobile",
    "business",
    "hosting",
    "vpn",
    "proxy",
    "relay",
    "tor",
    UNKNOWN_TYPE,
)
"""The values `network_type` can have. Satellite networks are `unknown`: their exit does not tell the place."""

ANONYMISERS: tuple[str, ...] = ("vpn", "hosting", "tor")
"""The kinds that must have been looked up, from sources with a date, before an address counts as checked."""

_OTHER_NAMES = {
    "residential_proxy": "proxy",
    "public_proxy": "proxy",
    "datacenter": "hosting",
    "datacentre": "hosting",
    "data_center": "hosting",
    "data_centre": "hosting",
    "hoster": "hosting",
    "tor_exit": "tor",
    "cellular": "mobile",
    "territory": "country",
}

LIST_KINDS: tuple[str, ...] = (*PRECEDENCE, "residential_proxy", "country")
"""What a list file can list. `country` is a table of networks with a territory each."""


def list_kind(text: str) -> str:
    """The kind a user's word means. Raises InputError with the words there are.

    >>> list_kind("Datacentre"), list_kind("residential-proxy")
    ('hosting', 'proxy')
    """
    word = text.strip().casefold().replace("-", "_").replace(" ", "_")
    kind = _OTHER_NAMES.get(word, word)
    if kind not in LIST_KINDS:
        raise InputError(f"{text!r} is no kind of IP list. Use one of: {', '.join(LIST_KINDS)}.")
    return kind
