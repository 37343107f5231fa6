"""From facts to items: what every signal sees, the world it is weighed in, and the items of each account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from attrigraph.inference.conduct import conduct_items
from attrigraph.inference.one_source import one_source
from attrigraph.inference.persona import Profile, Profiles, Vector, field_items
from attrigraph.inference.records import Item
from attrigraph.inference.scores import score_items
from attrigraph.inference.signal import (
    Conduct,
    Field,
    Observed,
    PersonaSignal,
    PointSignal,
    Scores,
    ScoreSignal,
    Sighting,
    Skipped,
    StorySignal,
)
from attrigraph.inference.signals import persona_signals, point_signals, score_signals, story_signals
from attrigraph.inference.unplaced import unplaced
from attrigraph.inference.weights import Weights
from attrigraph.inference.world import World, make_world, point_item, priors_of, seen_territories
from attrigraph.progress import SILENT, Progress
from attrigraph.territories import territories

if TYPE_CHECKING:
    from attrigraph.graph import Store

__all__ = ["Gathered", "Weighed", "add_scores", "gather", "numbered", "weigh", "world_of"]

SHOWN_ALWAYS = 0.1
"""Personas from this share on are always written; smaller ones where fuse or propagate may ask for them."""


@dataclass(slots=True)
class Gathered:
    """Everything the signals see: sightings, profile fields and scores by account, in the order of signals' names."""

    sightings: dict[str, list[tuple[PointSignal, Sighting]]] = field(default_factory=lambda: defaultdict(list))
    fields: dict[str, list[tuple[PersonaSignal, Field]]] = field(default_factory=lambda: defaultdict(list))
    scores: dict[str, list[tuple[ScoreSignal, Scores]]] = field(default_factory=lambda: defaultdict(list))
    conduct: dict[str, list[tuple[StorySignal, Conduct]]] = field(default_factory=lambda: defaultdict(list))
    skipped: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Weighed:
    """The items of one account and the persona it displays (territories worth writing).

    `shown` counts what accounts on shared infrastructure show, `own` its own profile alone; empty without one.
    """

    account: str
    items: tuple[Item, ...]
    shown: Mapping[str, float]
    own: Mapping[str, float] = field(default_factory=dict)


def gather(store: Store, observed: Observed, weights: Weights, progress: Progress = SILENT) -> Gathered:
    """Read every signal. One whose packages are missing is skipped, and its facts are counted in `skipped`."""
    found, known = Gathered(), territories()
    for name, count in unplaced(observed).items():
        _skip(found, f"{name}: names no territory", count)
    progress.step("reading facts", len(point_signals()) + len(persona_signals()))
    for signal in point_signals():
        if signal.missing():
            _skip(found, signal.name, signal.count(store, observed))
        if not signal.missing() or signal.needed_when_loading:
            for sighting in signal.sightings(store, observed, weights):
                if isinstance(sighting, Skipped):
                    _skip(found, f"{signal.name}: {sighting.reason}", sighting.count)
                elif all(place in known for place in sighting.places):
                    found.sightings[sighting.account].append((signal, sighting))
                else:
                    _skip(found, f"{signal.name}: not a territory", 1)
        progress.advance()
    _read_fields(found, store, observed, progress)
    return found


def _read_fields(found: Gathered, store: Store, observed: Observed, progress: Progress) -> None:
    for persona in persona_signals():
        if persona.missing():
            _skip(found, persona.name, persona.count(store, observed))
        else:
            for filled in persona.fields(store, observed):
                if isinstance(filled, Skipped):
                    _skip(found, f"{persona.name}: {filled.reason}", filled.count)
                    continue
                found.fields[filled.account].append((persona, filled))
        progress.advance()


def add_scores(
    found: Gathered, store: Store, observed: Observed, world: World, progress: Progress = SILENT
) -> Gathered:
    """Read the signals that score every territory or tell the stories apart.

    They need the priors and what profiles display, so they come after `world_of`.
    """
    progress.step("reading behaviour", len(score_signals()) + len(story_signals()))
    for signal in score_signals():
        for scores in signal.scores(store, observed, world):
            found.scores[scores.account].append((signal, scores))
        progress.advance()
    displays = displayed_territories(found, world)
    for story in story_signals():
        for seen in story.conduct(store, observed, world.weights, displays):
            found.conduct[seen.account].append((story, seen))
        progress.advance()
    return found


def displayed_territories(found: Gathered, world: World) -> dict[str, str]:
    """The territory on which each profile puts at least half of its persona; profiles without one are left out."""
    profiles, made, least = Profiles(world), {}, world.weights.verdict.displayed
    for account, pairs in found.fields.items():
        profile = _displayed(profiles, pairs).profile
        if profile is not None:
            shares = profiles.as_shares(profile.shown)
            code = max(shares, key=lambda c: (shares[c], c), default="")
            if code and shares[code] >= least:
                made[account] = code
    return made


def _skip(found: Gathered, name: str, count: int) -> None:
    if count:
        found.skipped[name] = found.skipped.get(name, 0) + count


def world_of(found: Gathered, weights: Weights, mix: str, own: Mapping[str, float] | None) -> World:
    """Priors and shares of the case."""
    stated = list(_stated(found))
    seen = seen_territories(s for pairs in found.sightings.values() for _, s in pairs)
    seen |= {places[0] for _, _, places in stated if len(places) == 1}
    priors = priors_of(mix, own, seen, weights)
    sighted = ((s.pool, s.account, s.places) for pairs in found.sightings.values() for _, s in pairs)
    return make_world(weights, priors, [*sighted, *stated])


def _stated(found: Gathered) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(signal, account, places) of profile fields that name places."""
    for account, pairs in found.fields.items():
        for signal, filled in pairs:
            shares = signal.shares(filled.value) if signal.points else None
            if shares:
                yield signal.name, account, tuple(shares)


@dataclass(frozen=True, slots=True)
class _Displayed:
    """What one account displays: its profile, if any, and the fields it consists of."""

    profile: Profile | None
    fields: tuple[Field, ...]


def weigh(
    found: Gathered,
    world: World,
    accounts: Iterable[str],
    neighbours: Mapping[str, set[str]],
    only: Container[str] | None = None,
) -> Iterator[Weighed]:
    """The items and the persona of every account, in the order given; with `only` of those in it.

    The personas of the others still make up what the case displays and the cells they are in.
    """
    profiles = Profiles(world)
    wanted = list(accounts)
    displayed = {account: _displayed(profiles, found.fields.get(account, ())) for account in wanted}
    blank = profiles.without_profile(_displayed_shares(displayed, world, profiles))
    own = {account: d.profile.shown if d.profile else blank for account, d in displayed.items()}
    texts: dict[int, dict[str, float]] = {}
    for account in wanted:
        if only is not None and account not in only:
            continue
        near = [own[b] for b in neighbours.get(account, ()) if b in own]
        shown = profiles.of_cell(own[account], np.mean(near, axis=0)) if near else own[account]
        alone = texts.setdefault(id(own[account]), profiles.as_shares(own[account]))
        shares = profiles.as_shares(shown) if near else alone
        items = _pointing(profiles, world, found.sightings.get(account, ()), displayed[account], shares)
        items += score_items(found.scores.get(account, ()), world, _named(items))
        named = _named(items)
        items += conduct_items(found.conduct.get(account, ()), world.weights, named)
        kept = {c: s for c, s in shares.items() if near or s >= SHOWN_ALWAYS or c in named}
        profile = alone if displayed[account].profile else {}
        yield Weighed(account, tuple(by_class(items, world.weights)), kept, profile)


def by_class(items: Iterable[Item], weights: Weights) -> Iterator[Item]:
    """The items with the weight of their class, which is 1 unless a calibration fitted it."""
    for item in items:
        m = weights.classes[item.cls].weight
        yield item if m == 1.0 else _times(item, m)


def _times(item: Item, m: float) -> Item:
    return replace(
        item,
        llr={code: m * x for code, x in item.llr.items()},
        llr_cover={code: m * x for code, x in item.llr_cover.items()},
        llr_default=m * item.llr_default,
        cover_default=m * item.cover_default,
    )


def _displayed(profiles: Profiles, pairs: Iterable[tuple[PersonaSignal, Field]]) -> _Displayed:
    filled = [(profiles.value(signal, f.value), f) for signal, f in pairs]
    telling = [(value, f) for value, f in filled if value]
    if not telling:
        return _Displayed(None, ())
    return _Displayed(profiles.profile([value for value, _ in telling]), tuple(f for _, f in telling))


def _displayed_shares(displayed: Mapping[str, _Displayed], world: World, profiles: Profiles) -> Vector:
    """pi of the displayed persona: mean over accounts with a profile, smoothed with the prior."""
    smoothing = world.weights.case.pi_smoothing
    total, count = smoothing * profiles.prior, smoothing
    for d in displayed.values():
        if d.profile:
            total = total + d.profile.shown
            count += 1
    return np.asarray(total / count)


def _pointing(
    profiles: Profiles,
    world: World,
    sightings: Iterable[tuple[PointSignal, Sighting]],
    displayed: _Displayed,
    shown: Mapping[str, float],
) -> list[Item]:
    items = [point_item(signal, sighting, world, shown) for signal, sighting in one_source(sightings)]
    if displayed.profile:
        items += field_items(profiles, displayed.profile, displayed.fields, _named(items))
    return items


def _named(items: Iterable[Item]) -> frozenset[str]:
    return frozenset(code for item in items for code in item.llr)


def numbered(run: str, items: Iterable[Item]) -> Iterator[tuple[str, Item]]:
    """The items of one account with their ids: run/account/signal/number."""
    counts: dict[str, int] = {}
    for item in items:
        counts[item.signal] = number = counts.get(item.signal, 0) + 1
        yield f"{run}/{item.account}/{item.signal}/{number}", item
