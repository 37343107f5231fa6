"""What a simulated world consists of: operations, ordinary people, claims about them. A plan has no chance in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from attrigraph.errors import InputError
from attrigraph.simulation.places import place

__all__ = ["BenignKind", "BenignPlan", "ClaimPlan", "OperationPlan", "Plan"]

BenignKind = Literal["local", "expatriate", "traveller", "diaspora", "cafe", "cgnat"]
"""
local       lives where everything says
expatriate  lives in `territory`, phone, store, language still of `other`
traveller   lives in `territory`, logs in from `other` for weeks of the period
diaspora    lives in `territory`, its profile speaks of `other`
cafe        lives in `territory`, shares public networks with strangers
cgnat       lives in `territory`, its mobile addresses are shared by many
"""


@dataclass(frozen=True, slots=True)
class OperationPlan:
    """Accounts run from `territory` that display `persona`.

    `cells` teams share devices, connections and kit. Of the `silent` accounts next to nothing is observed.
    `rates` overrides single fields of the drawn habits (`Cover`) and of what is seen (`Observed`).
    The share `bought` of the accounts had an owner in `bought_from` before; the share `hired` is run by people hired
    in `hired_in`, who sit there. Until `moved_at` the operation sat in `moved_from`.
    """

    name: str
    territory: str
    persona: str
    accounts: int
    cells: int = 2
    silent: int = 0
    rates: Mapping[str, float] = field(default_factory=dict)
    bought: float = 0.0
    bought_from: str | None = None
    hired: float = 0.0
    hired_in: str | None = None
    moved_from: str | None = None
    moved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BenignPlan:
    """Ordinary people of one kind, each run from `territory`; see `BenignKind` for `other`.

    `rates` overrides single fields of the drawn habits (`People`) and of what is seen (`Observed`).
    """

    name: str
    kind: BenignKind
    territory: str
    accounts: int
    other: str | None = None
    silent: int = 0
    rates: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClaimPlan:
    """A public statement: `claimant` says of some accounts that they are run from `territory` (or tied to
    `organisation`). `about` gives group name -> (accounts taken, silent accounts taken).
    """

    claimant: str
    relation: str
    about: Mapping[str, tuple[int, int]]
    territory: str | None = None
    organisation: str | None = None
    claimed_at: datetime = datetime(2026, 6, 15, 9, tzinfo=UTC)
    url: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole world. Times are UTC; `sessions` and `posts` are medians per account; `defects` adds broken rows.

    `shared_exits` is the share of VPN exits that somebody else in the world uses too.
    """

    name: str
    operations: tuple[OperationPlan, ...] = ()
    benign: tuple[BenignPlan, ...] = ()
    claims: tuple[ClaimPlan, ...] = ()
    begin: datetime = datetime(2025, 1, 1, tzinfo=UTC)
    end: datetime = datetime(2026, 7, 1, tzinfo=UTC)
    platform: str = "simulated"
    sessions: int = 24
    posts: int = 30
    defects: bool = False
    shared_exits: float = 0.0

    @property
    def groups(self) -> tuple[OperationPlan | BenignPlan, ...]:
        """Operations first, then ordinary people."""
        return (*self.operations, *self.benign)

    @property
    def accounts(self) -> int:
        """Number of accounts."""
        return sum(group.accounts for group in self.groups)

    def check(self) -> None:
        """Raise InputError when the plan cannot be built: unknown territories, doubled names, shares and dates that
        cannot be, too many claimed.
        """
        groups: dict[str, OperationPlan | BenignPlan] = {}
        for group in self.groups:
            if group.name in groups:
                raise InputError(f"Two groups of the plan {self.name!r} are called {group.name!r}; rename one.")
            if not 0 <= group.silent <= group.accounts:
                raise InputError(f"Group {group.name!r} has {group.accounts} accounts but {group.silent} silent ones.")
            groups[group.name] = group
            place(group.territory)
        for operation in self.operations:
            self._check_operation(operation)
        for people in self.benign:
            if people.kind in ("expatriate", "traveller", "diaspora") and people.other is None:
                raise InputError(f"Group {people.name!r} of kind {people.kind} needs `other`, a second territory.")
            if people.other is not None:
                place(people.other)
        for claim in self.claims:
            for name, (count, silent) in claim.about.items():
                if name not in groups:
                    raise InputError(f"{claim.claimant} makes a claim about {name!r}, which is no group of the plan.")
                group = groups[name]
                if count > group.accounts - group.silent or silent > group.silent:
                    raise InputError(f"{claim.claimant} claims more accounts of {name!r} than the group has.")

    def _check_operation(self, operation: OperationPlan) -> None:
        name = f"Operation {operation.name!r}"
        place(operation.persona)
        if operation.cells < 1:
            raise InputError(f"{name} has {operation.cells} cells; it needs at least 1.")
        for word, share, where in (
            ("bought", operation.bought, operation.bought_from),
            ("hired", operation.hired, operation.hired_in),
        ):
            if not 0 <= share <= 1:
                raise InputError(f"{name}: the share {word} is {share}; it lies between 0 and 1.")
            if share and where is None:
                preposition = "bought_from" if word == "bought" else "hired_in"
                raise InputError(f"{name} has {word} accounts; say where they come from with `{preposition}`.")
            if where is not None:
                place(where)
        if (operation.moved_from is None) != (operation.moved_at is None):
            raise InputError(f"{name} moves: give both `moved_from` and `moved_at`.")
        if operation.moved_from is not None and operation.moved_at is not None:
            place(operation.moved_from)
            if not self.begin < operation.moved_at < self.end:
                raise InputError(f"{name} moves on {operation.moved_at:%Y-%m-%d}, outside the period of the plan.")
