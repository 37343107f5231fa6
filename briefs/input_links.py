"""What section 7 of a brief is made from: one run of links, its clusters, and what accounts share. Times are UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

__all__ = ["LinkFacts", "LinkedCluster", "LinkedNetwork", "SharedKind"]


@dataclass(frozen=True, slots=True)
class LinkedNetwork:
    """One network: what was tested, what is left. `hot` counts keys left out, `largest` the accounts of the largest."""

    name: str
    messages: int
    accounts: int
    tests: int
    edges: int
    passing: int
    surviving: int
    hot: int = 0
    largest: int = 0


@dataclass(frozen=True, slots=True)
class LinkedCluster:
    """Accounts that act together; `stability` is the mean share of seeds in which a member stays, 0..1.

    `e_value`: evidence against the null of clusters; `significant`: e-BH keeps it. None where clusters were not tested.
    """

    number: str
    accounts: tuple[str, ...]
    networks: tuple[str, ...]
    edges: int
    stability: float
    first_at: datetime | None = None
    last_at: datetime | None = None
    initiators: tuple[str, ...] = ()
    bridges: tuple[str, ...] = ()
    e_value: float | None = None
    significant: bool | None = None


@dataclass(frozen=True, slots=True)
class SharedKind:
    """Infrastructure of one rule: `words` say what is shared, `accounts` have anything of the kind.

    `rarest` and `commonest`: accounts on the linking things, the fewest and the most; 0 is unknown.
    """

    words: str
    pairs: int
    linked: int
    accounts: int
    rarest: int = 0
    commonest: int = 0


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A run of links. `null` and `shift_null` are sentences; `unseen` counts sources it does not know.
    `cluster_null` is the null of the clusters, empty where they were not tested.

    `pairs` are surviving pairs of accounts in any network. `hubs` counts things left out because more than `max_degree`
    accounts use them. `mirrors` counts pairs by verdict in the newest search, empty when none was made; `figure` is the
    coordination network, or None when nothing survives.
    """

    run: str
    finished_at: datetime
    posts: int
    window_s: float
    level: float
    draws: int
    null: str
    shift_null: str
    networks: tuple[LinkedNetwork, ...]
    clusters: tuple[LinkedCluster, ...] = ()
    pairs: int = 0
    shared: tuple[SharedKind, ...] = ()
    hubs: int = 0
    max_degree: int = 0
    unseen: int = 0
    cluster_null: str = ""
    mirrors: Mapping[str, int] = field(default_factory=dict)
    figure: Any = None
