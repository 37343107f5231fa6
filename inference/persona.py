"""The persona an account displays: profile fields as one signal, leaks, and the share `shown` of each territory.

Formulas: docs/inference.md, "Terms and formulas". A field is smoothed with its background: P' = .92 P + .08 B, with
B = mean of P over territories by prior, at least .1 for what platforms deliver (English, Los Angeles).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from attrigraph.inference.algebra import leak_score, persona_score
from attrigraph.inference.records import Item
from attrigraph.inference.signal import NAMED_AT_MOST, Field, PersonaSignal, named
from attrigraph.inference.world import World
from attrigraph.territories import territory_name
from attrigraph.wording import percent

__all__ = ["LEAK", "FieldValue", "Profile", "Profiles", "field_items"]

Vector = NDArray[np.float64]

LEAK = "persona_leak"
REMEMBERED = 10_000
"""Values, and combinations of them, that are remembered; one takes up to 5 kB."""


@dataclass(frozen=True, slots=True, eq=False)
class FieldValue:
    """What a value of a field says: `p` = P(value | territory) by territory, `places` those it names outright.

    `weighted` is the smoothed p to the power of the field, by which the persona is multiplied.
    """

    signal: PersonaSignal
    value: str
    p: Vector
    background: float
    weighted: Vector
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """All fields of an account and which of them leak; `shown` by territory, and as `shares` of those shown at all.

    `displays` is the territory with the largest share, empty when none is shown.
    """

    fields: tuple[FieldValue, ...]
    leaks: tuple[bool, ...]
    shown: Vector
    shares: Mapping[str, float]
    displays: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A field that leaks or not: its score for each territory, and the territories it speaks for most."""

    scores: Vector
    best: Sequence[str]


class Profiles:
    """Makes profiles; equal values and combinations of values are computed once, as long as there are not too many."""

    def __init__(self, world: World, limit: int = REMEMBERED) -> None:
        self.world = world
        self.codes = list(world.priors)
        self.prior: Vector = np.array([world.priors[c] for c in self.codes])
        self._limit = limit
        self._whole = float(self.prior.sum())
        self._index = {code: i for i, code in enumerate(self.codes)}
        self._values: dict[tuple[str, str], FieldValue | None] = {}
        self._profiles: dict[tuple[tuple[str, str], ...], Profile] = {}
        self._readings: dict[tuple[FieldValue, bool], Reading] = {}
        self._named: dict[Profile, frozenset[str]] = {}
        self._said: dict[tuple[Profile, frozenset[str]], tuple[Said, ...]] = {}

    def value(self, signal: PersonaSignal, value: str) -> FieldValue | None:
        """The field value, or None when it says nothing about any territory."""
        key = (signal.name, value)
        if key not in self._values:
            shares = signal.shares(value)
            self._values[key] = self._field(signal, value, shares) if shares else None
        return self._values[key]

    def profile(self, values: Sequence[FieldValue]) -> Profile:
        """The profile of an account with these field values, one per signal."""
        key = tuple((v.signal.name, v.value) for v in values)
        if key not in self._profiles:
            self._forget()
            self._profiles[key] = self._profile(tuple(values))
        return self._profiles[key]

    def _forget(self) -> None:
        """Start anew when too much was remembered: a large case has almost as many texts as accounts."""
        caches = (self._values, self._profiles, self._readings, self._named, self._said)
        if any(len(cache) >= self._limit for cache in caches):
            for cache in caches:
                cache.clear()

    def without_profile(self, pi: Vector) -> Vector:
        """shown(g) = .3 min(1, 3 pi_g) for an account without any field; pi: how often the case displays g."""
        w = self.world.weights.shown
        return self._floored(w.no_profile * np.minimum(1.0, w.no_profile_slope * pi))

    def of_cell(self, own: Vector, others: Vector) -> Vector:
        """The persona of the cell: 1 - (1 - own)(1 - .8 mean of those that share infrastructure)."""
        w = self.world.weights.shown
        return self._floored(1.0 - (1.0 - own) * (1.0 - w.cell * others))

    def as_shares(self, shown: Vector) -> dict[str, float]:
        """The territories shown at all."""
        return {self.codes[i]: float(shown[i]) for i in np.flatnonzero(shown)}

    def _floored(self, shown: Vector) -> Vector:
        w = self.world.weights.shown
        limited = np.minimum(shown, w.limit)
        return np.where(limited < w.floor, 0.0, limited)

    def _field(self, signal: PersonaSignal, value: str, shares: Mapping[str, float]) -> FieldValue:
        world = self.world
        own = world.weights.signal(signal.name)
        p = np.zeros(len(self.codes))
        for code, share in shares.items():
            p[self._index[code]] = share
        places = tuple(sorted(shares)) if signal.points else ()
        if signal.points:
            alpha = own.alpha or 0.0
            p = alpha * p + (1.0 - alpha) * sum(s * world.pi(signal.name, (c,)) for c, s in shares.items())
        background = float(self.prior @ p) / self._whole
        if signal.is_default(value):
            background = max(background, world.weights.shown.default_background)
        honest = world.weights.persona.honest
        smoothed = honest * p + (1.0 - honest) * background
        return FieldValue(signal, value, p, background, smoothed ** (own.power or 1.0), places)

    def _posterior(self, fields: Sequence[FieldValue]) -> Vector:
        weight = self.prior.copy()
        for f in fields:
            weight = weight * f.weighted
        return np.asarray(weight / weight.sum())

    def _profile(self, fields: tuple[FieldValue, ...]) -> Profile:
        leaks = tuple(self._leaks(f, [o for o in fields if o is not f]) for f in fields)
        displayed = [f for f, leak in zip(fields, leaks, strict=True) if not leak]
        shown = self._floored(self._posterior(displayed))
        shares = self.as_shares(shown)
        return Profile(fields, leaks, shown, shares, max(shares, key=lambda code: (shares[code], code), default=""))

    def _leaks(self, field: FieldValue, others: Sequence[FieldValue]) -> bool:
        """Whether the field contradicts the others: they put less than .1 on every territory it fits."""
        w = self.world.weights.persona
        if not field.signal.may_leak or field.signal.is_default(field.value) or not any(map(_anchors, others)):
            return False
        fits = field.p > w.leak_fits
        return bool((self._posterior(others)[fits] < w.leak_share).all())

    def reading(self, field: FieldValue, *, leak: bool) -> Reading:
        """What a field says that leaks or not."""
        key = (field, leak)
        if key not in self._readings:
            scores = self._scores(field, leak)
            self._readings[key] = Reading(scores, self._best(scores))
        return self._readings[key]

    def _scores(self, field: FieldValue, leak: bool) -> Vector:
        w = self.world.weights.persona
        if leak:
            return np.array([leak_score(p, field.background, w.leak) for p in field.p])
        scores = np.array([persona_score(p, field.background, w.honest) for p in field.p])
        limit = self.world.weights.signal(field.signal.name).limit
        return np.clip(scores, -limit, limit) if limit else scores

    def _best(self, scores: Vector) -> list[str]:
        """The territories the field speaks for: those that gain most by prior e^score, at most five."""
        w = self.world.weights.persona
        gains = np.where(scores > 0, self.prior * np.exp(scores), 0.0)
        order = np.lexsort((np.arange(len(gains)), -gains))[: w.best]
        return [self.codes[i] for i in order if gains[i] > 0 and gains[i] >= w.best_share * gains[order[0]]]

    def named(self, profile: Profile) -> frozenset[str]:
        """The territories the fields name, or speak for most."""
        if profile not in self._named:
            fields = zip(profile.fields, profile.leaks, strict=True)
            speaks = [f.places or self.reading(f, leak=leak).best for f, leak in fields]
            self._named[profile] = frozenset(code for codes in speaks for code in codes)
        return self._named[profile]

    def says(self, profile: Profile, union: frozenset[str]) -> tuple[Said, ...]:
        """What each field says about the places it names, or about `union`; computed once per profile and union."""
        key = (profile, union)
        if key not in self._said:
            codes = tuple(sorted(union))
            fields = zip(profile.fields, profile.leaks, strict=True)
            self._said[key] = tuple(self._say(f, leak, codes) for f, leak in fields)
        return self._said[key]

    def _say(self, value: FieldValue, leak: bool, union: tuple[str, ...]) -> Said:
        reading, codes = self.reading(value, leak=leak), value.places or union
        scores = reading.scores
        says = {code: float(scores[self._index[code]]) for code in codes}
        default, silent = self._default(scores, codes), dict.fromkeys(codes, 0.0)
        summary, name = _summary(value, leak, reading.best), value.signal.name
        if leak:
            return Said(LEAK, name, silent, says, 0.0, default, summary)
        return Said(value.signal.cls, name, says, silent, default, 0.0, summary)

    def _default(self, scores: Vector, codes: tuple[str, ...]) -> float:
        """ln of the mean of e^score by prior over the territories not named."""
        rest = np.ones(len(scores), dtype=bool)
        rest[[self._index[c] for c in codes]] = False
        weight = float(self.prior[rest].sum())
        return log(float((self.prior[rest] * np.exp(scores[rest])).sum()) / weight) if weight > 0 else 0.0


def field_items(profiles: Profiles, profile: Profile, fields: Sequence[Field], also: frozenset[str]) -> list[Item]:
    """One item per field: a leak in its own class (cover story only), the others in `persona` (honest story only).

    A field that names places speaks of those; languages and zones of all that items of the account name (`also`) and
    of the best ones of any field, so that no territory is judged by one of them alone.
    """
    said = profiles.says(profile, also | profiles.named(profile))
    return [
        Item(
            account=field.account,
            cls=s.cls,
            signal=s.signal,
            llr=s.llr,
            llr_cover=s.llr_cover,
            llr_default=s.llr_default,
            cover_default=s.cover_default,
            summary=s.summary,
            sources=field.sources,
        )
        for s, field in zip(said, fields, strict=True)
    ]


def _anchors(field: FieldValue) -> bool:
    """Whether other fields can contradict this one: it names places, or is a language nobody is delivered."""
    return bool(field.places) or (field.signal.anchors and not field.signal.is_default(field.value))


@dataclass(frozen=True, slots=True)
class Said:
    """What a field says, whoever fills it: an item without account and sources."""

    cls: str
    signal: str
    llr: dict[str, float]
    llr_cover: dict[str, float]
    llr_default: float
    cover_default: float
    summary: str


def _named(value: FieldValue) -> str:
    """The places in words, of several the likeliest first, each with its part: a village is not a city of its name."""
    shares = value.signal.shares(value.value) or {}
    if not 1 < len(shares) <= NAMED_AT_MOST:
        return named(value.places)
    ordered = sorted(shares.items(), key=lambda one: (-one[1], one[0]))
    return " or ".join(f"{territory_name(code)} ({percent(share)})" for code, share in ordered)


def _summary(value: FieldValue, leak: bool, best: Sequence[str]) -> str:
    says = value.signal.says
    if value.places and not leak:
        return f"{says} names {_named(value)}."
    if not best:
        return f"{says} says little."
    return f"{says} fits {named(tuple(best[:3]))}" + (" and contradicts the rest of the profile." if leak else ".")
