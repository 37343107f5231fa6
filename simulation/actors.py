"""Who runs an account, in which hands it was before, and what kit belongs to it: the records of the cast."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np

from attrigraph.simulation.clock import Rhythm
from attrigraph.simulation.places import places
from attrigraph.simulation.rates import Cover, Observed, People

__all__ = ["Actor", "Kit", "Line", "Stage", "Team", "identifier", "stream", "third"]

Line = tuple[str, str]
"""An address and the territory that registry tables give it."""


@dataclass(frozen=True, slots=True)
class Team:
    """What several accounts have in common: a cell of an operation, or guests of one café or mobile gateway.

    `own` are addresses of the operator (`former` of the place it sat in before it moved), `exits` in the persona's
    territory, `elsewhere` any, `public` shared by strangers.
    """

    name: str
    own: tuple[Line, ...] = ()
    former: tuple[Line, ...] = ()
    exits: tuple[Line, ...] = ()
    elsewhere: tuple[Line, ...] = ()
    public: tuple[Line, ...] = ()
    devices: tuple[str, ...] = ()
    cookies: tuple[str, ...] = ()
    card: str = ""
    phone: str = ""
    mail: str = ""
    rhythm: Rhythm | None = None
    former_rhythm: Rhythm | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of an account's life in one place and one pair of hands.

    `hands` is operator (works behind exits, over `lines` when it slips) or person (uses home and mobile lines).
    """

    begin: datetime
    end: datetime
    territory: str
    hands: Literal["operator", "person"]
    rhythm: Rhythm
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Kit:
    """The territories that phone, SIM, store, card and currency come from; `voip`: the number is of the internet."""

    phone: str
    sim: str
    store: str
    card: str
    currency: str
    voip: bool = False

    @classmethod
    def of(cls, territory: str, voip: bool = False) -> Kit:
        """Everything from one territory."""
        return cls(territory, territory, territory, territory, territory, voip)


@dataclass(frozen=True, slots=True)
class Actor:
    """One account. `persona` is the territory its profile displays, `spoken` the one whose language it writes.

    The `kit` is today's; `former_kit` that of the owner before, who called it `former_handle`. `cover` are the habits
    of its operation, `people` those of its group of ordinary people.
    """

    id: str
    handle: str
    group: str
    kind: str
    persona: str
    spoken: str
    other: str | None
    silent: bool
    hired: bool
    created_at: datetime
    stages: tuple[Stage, ...]
    kit: Kit
    former_kit: Kit | None
    former_handle: str
    observed: Observed
    cover: Cover | None
    people: People
    team: Team | None
    rng: np.random.Generator

    @property
    def territory(self) -> str:
        """Where it is run from now: the truth."""
        return self.stages[-1].territory

    @property
    def former_territory(self) -> str | None:
        """Where it was run from before, when that was elsewhere or by somebody else."""
        return self.stages[-2].territory if len(self.stages) > 1 else None

    @property
    def changed_at(self) -> datetime | None:
        """When it moved or changed hands, at last."""
        return self.stages[-1].begin if len(self.stages) > 1 else None

    @property
    def bought_at(self) -> datetime | None:
        """When an operation took it over from its owner."""
        return self.stages[0].end if self.former_kit is not None else None


def identifier(rng: np.random.Generator, prefix: str) -> str:
    """An identifier nobody else has."""
    return f"{prefix}-{rng.integers(1 << 62):016x}"


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """A generator of its own for each purpose, so that one group does not shift the chances of another."""
    return np.random.default_rng([seed, *(n if isinstance(n, int) else zlib.crc32(n.encode()) for n in names)])


def third(rng: np.random.Generator, *but: str) -> str:
    """Any territory but these."""
    others = [c for c in places() if c not in but]
    return others[int(rng.integers(len(others)))]
