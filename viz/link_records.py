"""Records that figures of links are drawn from: clusters, one burst, the lags of a pair, two profiles side by side.

Accounts are called by their numbers (A07); what the redaction does not allow never gets into a record. Every figure
says against which null, over how many tests and at which level something was found (`Tested`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from attrigraph.viz.scene import AccountMark
from attrigraph.wording import number

__all__ = [
    "BurstPost",
    "BurstTimeline",
    "CoordinationLink",
    "CoordinationScene",
    "LagHistogram",
    "Match",
    "MirrorCard",
    "MirrorField",
    "Tested",
]

Match = Literal["same", "similar", "different", "unknown", "told"]
"""How two values compare; `told`: likeness means nothing here, the nats say what it speaks for."""


@dataclass(frozen=True, slots=True)
class Tested:
    """What was tested: `null` in words, `tests` pairs in all networks together, kept at `level` of q."""

    null: str
    tests: int
    level: float

    def sentence(self) -> str:
        """The statement that stands in the sub-line of every figure of links.

        >>> Tested("shared objects fall at random", 41210, 0.05).sentence()
        'Null: shared objects fall at random; 41\\u202f210 pairs tested, level q\\xa0≤\\xa0.05.'
        """
        level = f"{self.level:g}".removeprefix("0")
        return f"Null: {self.null}; {number(self.tests)} pairs tested, level q\u00a0≤\u00a0{level}."


@dataclass(frozen=True, slots=True)
class CoordinationLink:
    """Two accounts (ids) that act together; `networks` in which, q the smallest, weight the largest of them."""

    source: str
    target: str
    networks: tuple[str, ...]
    q: float | None = None
    weight: float | None = None
    window_s: float | None = None


@dataclass(frozen=True, slots=True)
class CoordinationScene:
    """Accounts that act together. `cluster` and `role` are by account id; an account without a cluster is in none.

    `left_out` counts clusters that are not drawn, `accounts_tested` all accounts with messages.
    """

    accounts: tuple[AccountMark, ...]
    cluster: dict[str, str]
    role: dict[str, str]
    links: tuple[CoordinationLink, ...]
    tested: Tested
    left_out: int = 0
    accounts_tested: int | None = None


@dataclass(frozen=True, slots=True)
class BurstPost:
    """One message: of which account (its number), when, and whether it is behind a surviving edge."""

    account: str
    at: datetime
    joint: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class BurstTimeline:
    """One burst and what lies around it. `first` and `last` are the ends of the burst, `q` the smallest of its edges.

    `accounts` counts those in the burst, `subject` says whose it is ("cluster 1").
    """

    subject: str
    posts: Sequence[BurstPost]
    first: datetime
    last: datetime
    accounts: int
    window_s: float
    tested: Tested
    networks: tuple[str, ...] = ()
    q: float | None = None


@dataclass(frozen=True, slots=True)
class LagHistogram:
    """Seconds from each message of `source` behind the edge to the nearest of `target`; positive: target came later."""

    source: str
    target: str
    network: str
    delta_s: Sequence[float]
    window_s: float
    tested: Tested
    q: float | None = None
    shift_p: float | None = None


@dataclass(frozen=True, slots=True)
class MirrorField:
    """One thing compared in two profiles: its values for people, whether they match, and what that adds (nats).

    A value is None when it is not known; an empty `right` means that `left` speaks of both. `withheld` says that the
    redaction does not allow the values.
    """

    name: str
    left: str | None
    right: str | None
    match: Match
    nats: float | None = None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class MirrorCard:
    """Two profiles side by side. For a clone `left` is the clone and `right` its source; twins are in order of number.

    `verdict` is twin, clone_of, coincidence or insufficient, `p` its probability, `prior` the one before the features;
    `pairs` counts the pairs that were compared, `level` is the probability a verdict needs.
    """

    left: str
    right: str
    verdict: str
    fields: tuple[MirrorField, ...]
    p: float | None = None
    prior: float | None = None
    reasons: tuple[str, ...] = ()
    null: str = "the two were made by different hands and are alike by chance"
    pairs: int | None = None
    level: float | None = None
