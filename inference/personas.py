"""What the profiles of a case display: the mean over accounts, and the personas that other accounts ask for.

Accounts that share infrastructure count what the others show, so their personas are kept while accounts are weighed one
after the other: each distinct one once, as the few territories it shows.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from attrigraph.inference.parts import InParts
from attrigraph.inference.persona import Profile, Profiles, Vector
from attrigraph.inference.signal import Field, PersonaSignal

__all__ = ["FIELDS", "Displayed", "PersonaField", "Personas", "case_fields", "displayed", "read_personas"]

FIELDS = "fields"
"""Name under which the fields of profiles are put away, account by account."""

PersonaField = tuple[PersonaSignal, Field]


@dataclass(frozen=True, slots=True)
class Displayed:
    """What one account displays: its profile, if any, and the fields it consists of."""

    profile: Profile | None
    fields: tuple[Field, ...]


NOTHING = Displayed(None, ())


@dataclass(slots=True)
class Personas:
    """`total` of the shares that `count` profiles show, prior included, and the personas kept, by account.

    `displays` is the territory on which a profile puts at least half of its persona; profiles without are left out.
    """

    total: Vector
    count: float
    displays: dict[str, str] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)
    _known: dict[bytes, int] = field(default_factory=dict)
    _shown: list[bytes] = field(default_factory=list)

    @classmethod
    def start(cls, profiles: Profiles) -> Personas:
        """None yet: the prior stands for some accounts."""
        smoothing = profiles.world.weights.case.pi_smoothing
        return cls(smoothing * profiles.prior, smoothing)

    def add(self, profile: Profile) -> None:
        """Count a profile into the mean."""
        self.total = self.total + profile.shown
        self.count += 1

    def keep(self, account: str, profile: Profile) -> None:
        """Remember the persona of an account."""
        at = np.flatnonzero(profile.shown)
        packed = at.astype(np.uint16).tobytes() + profile.shown[at].tobytes()
        number = self._known.setdefault(packed, len(self._shown))
        if number == len(self._shown):
            self._shown.append(packed)
        self._numbers[account] = number

    def of(self, account: str) -> Vector | None:
        """The persona of an account that was kept, by territory; None for one without a profile."""
        number = self._numbers.get(account)
        if number is None:
            return None
        packed, shown = self._shown[number], np.zeros(len(self.total))
        named = len(packed) // 10
        shown[np.frombuffer(packed, np.uint16, named)] = np.frombuffer(packed[2 * named :], np.float64)
        return shown

    def blank(self, profiles: Profiles) -> Vector:
        """What an account without a profile shows: by how often the case displays each territory."""
        return profiles.without_profile(np.asarray(self.total / self.count))


def displayed(profiles: Profiles, pairs: Iterable[PersonaField]) -> Displayed:
    """What the fields of one account display."""
    filled = [(profiles.value(signal, f.value), f) for signal, f in pairs]
    telling = [(value, f) for value, f in filled if value]
    if not telling:
        return NOTHING
    return Displayed(profiles.profile([value for value, _ in telling]), tuple(f for _, f in telling))


def case_fields(parts: InParts) -> Iterator[tuple[str, Sequence[PersonaField]]]:
    """The fields of every account of the case that fills any, by account; they were put away part by part."""
    for part in range(len(parts)):
        fields = dict(parts.shelf.take(FIELDS, part))
        yield from ((account, fields[account]) for account in parts.accounts(part) if account in fields)


def read_personas(
    profiles: Profiles, fields: Iterable[tuple[str, Sequence[PersonaField]]], kept: Container[str] = ()
) -> Personas:
    """The personas that fields make, account by account; those of the accounts in `kept` are remembered."""
    least = profiles.world.weights.verdict.displayed
    made = Personas.start(profiles)
    for account, pairs in fields:
        profile = displayed(profiles, pairs).profile
        if profile is not None:
            made.add(profile)
            if profile.displays and profile.shares[profile.displays] >= least:
                made.displays[account] = profile.displays
            if account in kept:
                made.keep(account, profile)
    return made
