"""Accounts whose id is a telephone number, as on WhatsApp: the id that is stored is the keyed hash of the number.

The hash is the one that identifiers have, so the account and its `phone` identifier carry the same digits, and every
file that names the number in the same case means the same account.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from attrigraph.loaders.cells import read_identifier

__all__ = ["PHONE_PLATFORMS", "has_phones", "meant", "phone_account", "telephone"]

PHONE_PLATFORMS = ("whatsapp",)
"""Platforms that know an account by its telephone number."""
NUMBER = re.compile(r"\+?[\d\s().-]{7,25}")
ADDRESS = re.compile(r"(?::\d+)?@(?:s\.whatsapp\.net|c\.us)$")
"""What the service itself writes after a number: "351912345678:3@s.whatsapp.net"."""
FEWEST, MOST = 7, 15
"""Digits of a number with its calling code (ITU-T E.164); the shortest in use have seven."""


def telephone(text: str) -> str | None:
    """The number with its calling code that an id is: "+351912345678"; None for ids that are no telephone number.

    Returns and reports write it without "+", always with its calling code.

    >>> telephone("351 912 345 678"), telephone("351912345678:3@s.whatsapp.net"), telephone("quay"), telephone("12345")
    ('+351912345678', '+351912345678', None, None)
    """
    plain = ADDRESS.sub("", text.strip())
    digits = re.sub(r"\D", "", plain)
    return f"+{digits}" if NUMBER.fullmatch(plain) and FEWEST <= len(digits) <= MOST else None


def phone_account(account: str, hashed: Callable[[str], str]) -> str:
    """An account id as it is stored: that of a telephone number as its keyed hash, every other as it stands."""
    platform, _, native = account.partition(":")
    number = telephone(native) if platform in PHONE_PLATFORMS else None
    if number is None:
        return account
    return f"{platform}:{read_identifier('phone', number, hashed).key or hashed(number)}"


def meant(text: str, hashed: Callable[[str], str]) -> str:
    """What a person who asks for an account means: a telephone number ("+351 …") as its hash, else the text itself."""
    if text.startswith("+"):
        return phone_account(f"{PHONE_PLATFORMS[0]}:{text}", hashed).partition(":")[2]
    return phone_account(text, hashed)


def has_phones(column: str, least: str = "") -> str:
    """The SQL condition that an account id is of such a platform; with the `least` id of a range that one may be."""
    ranges = (f"({column} >= '{name}:' AND {least or column} < '{name};')" for name in PHONE_PLATFORMS)
    return f"({' OR '.join(ranges)})"
