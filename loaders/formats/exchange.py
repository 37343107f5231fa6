"""What STIX, MISP and FollowTheMoney have in common: accounts with names of services, and what analysts assert.

A country in such a file is somebody's assertion: a row of `claims` with its author and date, never a signal. An address
without an account that it is tied to, or without a time, says nothing here and is a reject.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from attrigraph.loaders.formats.base import Reject, Row
from attrigraph.loaders.formats.holder import filled
from attrigraph.loaders.formats.reading import shown

__all__ = [
    "GRADE",
    "LOOSE_ADDRESS",
    "SECRETS",
    "Author",
    "claim",
    "credibility",
    "is_confidence",
    "left_out",
    "others",
    "platform_of",
    "text_of_cell",
]

GRADE = "F6"
"""Anybody may write such a file: the author and the way the facts were found are not known."""
SECRETS = ("password", "credential", "passphrase", "token", "secret")
"""Keys whose values are never stored, not even in `raw`."""
LOOSE_ADDRESS = "an address that nothing ties to an account"


@dataclass(frozen=True, slots=True)
class Author:
    """Who asserts something, when, where it can be read, and how sure they are (0 to 100)."""

    name: Any
    at: Any = None
    url: Any = None
    confidence: Any = None


def text_of_cell(value: Any) -> str | None:
    """A scalar as text; the first one of a list; None for nothing, and for an object, which is none."""
    if isinstance(value, list):
        value = next((item for item in value if filled(item)), None)
    if not filled(value) or isinstance(value, Mapping | list):
        return None
    return value.strip() if isinstance(value, str) else shown(value)


def platform_of(service: Any) -> Any:
    """The name of a service as ids begin with it; an object stays what it is.

    >>> platform_of("Windows Local"), platform_of(" "), platform_of("twitter")
    ('windows-local', None, 'twitter')
    """
    if isinstance(service, Mapping):
        return service
    text = text_of_cell(service)
    return "-".join(text.casefold().split()) if text else None


def claim(who: Mapping[str, Any], where: str, relation: str | None, author: Author, **about: Any) -> Row:
    """A row of claims; `who` has the account and its platform, `about` the territory or the organisation."""
    cells = {
        "relation": relation,
        "claimant": author.name,
        "claimed_at": author.at,
        "url": author.url,
        "grade": credibility(author.confidence),
    }
    return Row("claims", {**who, **cells, **about}, where)


def credibility(confidence: Any) -> str:
    """The Admiralty grade of a confidence of 0 to 100 (STIX 2.1, appendix A); the source itself cannot be judged.

    >>> credibility(85), credibility(50), credibility(None)
    ('F1', 'F3', 'F6')
    """
    return f"F{5 - min(confidence, 99) // 20}" if is_confidence(confidence) else "F6"


def is_confidence(value: Any) -> bool:
    """Whether this is a number that a confidence may be."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100


def left_out(where: str, name: str, values: Sequence[Any]) -> Iterator[Reject]:
    """A remark when there are other values than the first, which alone was read."""
    more = [value for value in dict.fromkeys(map(shown, values)) if value != shown(values[0])]
    if more:
        yield Reject(where, name, shown(more), f"{len(more)} more, only the first was read", "field")


def others(counted: Counter[str], what: str) -> Iterator[Reject]:
    """A remark for each thing that was left out, by kind."""
    for kind in sorted(counted.elements()):
        yield Reject("$", kind, "", f"{what} of a kind that says nothing about an account", "field")
