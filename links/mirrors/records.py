"""What the search for mirrors takes and gives. Probabilities are 0..1, scores nats against coincidence, times UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from attrigraph.inference.records import Item, Waterfall

__all__ = [
    "STORIES",
    "Background",
    "Candidate",
    "Candidates",
    "Compared",
    "Copies",
    "Feature",
    "LargeBlock",
    "Mirror",
    "MirrorOptions",
    "Profile",
    "Story",
    "Verdict",
]

Verdict = Literal["twin", "clone_of", "coincidence", "insufficient"]
Story = Literal["twin", "clone_of", "cloned_by", "coincidence"]
STORIES: tuple[Story, ...] = ("twin", "clone_of", "cloned_by", "coincidence")
"""Of an ordered pair: one hand runs both; the first copies the second; the second copies the first; neither."""
Background = Mapping[tuple[str, str], float]
"""(feature, level) -> share of unrelated pairs of the case that reach it, where many do."""


@dataclass(frozen=True, slots=True)
class MirrorOptions:
    """How mirrors are looked for.

    A key that more than `large_block` accounts share makes no pairs and is reported, unless `force_large`. Pictures
    are alike up to `near_bits` different bits of their perceptual hash. Texts that more than `rare_text` accounts
    post, or of fewer than `least_words` words, are not called copies; `least_copies` of them make a pair. Copies at
    most `near_s` seconds apart in the median are made together.
    """

    large_block: int = 200
    force_large: bool = False
    near_bits: int = 8
    rare_text: int = 5
    least_words: int = 4
    least_copies: int = 3
    near_s: float = 60.0


@dataclass(frozen=True, slots=True)
class LargeBlock:
    """A key left out because too many accounts share it; `example` is one of them."""

    kind: str
    key: str
    accounts: int
    pairs: int
    example: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two accounts, the smaller id first, and the kinds of keys they share."""

    one: str
    two: str
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """What blocking found among `accounts` accounts; `keyed` counts those with a key, by kind."""

    accounts: int
    pairs: tuple[Candidate, ...]
    large: tuple[LargeBlock, ...]
    keyed: dict[str, int]


@dataclass(frozen=True, slots=True)
class Profile:
    """The newest known profile of an account. `handles` are all it is known to have had, folded to lower case."""

    account: str
    handle: str | None
    name: str | None
    bio: str | None
    picture: str | None
    url: str | None
    created_at: datetime | None
    followers: int | None
    handles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Feature:
    """One comparison of two accounts: `level` is a row of its table in the weights, `text` what was compared.

    `copier` is the account that would be the clone when the feature has a direction. `holders` are the accounts of the
    case that have what both have, where the table leaves the chance of it to be counted. `n` counts what was compared.
    """

    name: str
    level: str
    text: str
    copier: str | None = None
    holders: int | None = None
    n: int = 1


@dataclass(frozen=True, slots=True)
class Copies:
    """Rare texts that both accounts of a pair posted.

    `one_first` and `two_first` count who was first. `lag_s` is the median of the seconds from the post of the first
    account to that of the second, `apart_s` the median of what lies between, whoever is first. `of_one` and `of_two`
    count the different texts each of them posted; the ids are of at most 20 posts, side by side.
    """

    texts: int
    one_first: int
    two_first: int
    lag_s: float
    apart_s: float
    of_one: int
    of_two: int
    one_ids: tuple[str, ...]
    two_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Everything compared about a pair."""

    pair: Candidate
    features: tuple[Feature, ...]
    copies: Copies | None = None


@dataclass(frozen=True, slots=True)
class Mirror:
    """The decision about one pair: `source` mirrors `target`.

    For `clone_of` the source is the clone; otherwise the source has the smaller id. `p` belongs to the verdict
    (`insufficient`: to the leading story), `mirrored` is the probability of any verdict but coincidence. `groups` are
    the independent groups of evidence that support the leading story. `lag_s` is the median of the seconds from the
    post of the target to the copy of the source (negative: the source is first), of `copied` texts, which are
    `copied_share` of the source's. The weighed features are `items`: their `llr` are by story, and `nats` is what each
    of them adds to the leading story after the limits of its class.
    """

    source: str
    target: str
    verdict: Verdict
    p: float
    mirrored: float
    leading: Story
    beliefs: dict[str, float]
    prior: float
    score: float
    groups: tuple[str, ...]
    blocks: tuple[str, ...]
    reasons: tuple[str, ...]
    items: tuple[Item, ...]
    nats: tuple[float, ...]
    waterfalls: tuple[Waterfall, ...]
    copied: int = 0
    copied_share: float | None = None
    lag_s: float | None = None
    message_ids: tuple[str, ...] = ()
    other_ids: tuple[str, ...] = ()
