"""From facts to items: the evidence of each account, weighed in the world of its case."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from attrigraph.inference.conduct import conduct_items
from attrigraph.inference.gather import Gathered, gathered_part
from attrigraph.inference.one_source import one_source
from attrigraph.inference.parts import InParts
from attrigraph.inference.persona import Profiles, field_items
from attrigraph.inference.personas import Displayed, Personas, displayed
from attrigraph.inference.records import Item
from attrigraph.inference.scores import score_items
from attrigraph.inference.signal import PointSignal, Sighting
from attrigraph.inference.weights import Weights
from attrigraph.inference.world import World, point_item

__all__ = ["Weighed", "numbered", "weigh", "weigh_parts"]

SHOWN_ALWAYS = 0.1
"""Personas from this share on are always written; smaller ones where fuse or propagate may ask for them."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """The items of one account and the persona it displays (territories worth writing).

    `shown` counts what accounts on shared infrastructure show, `own` its own profile alone; empty without one.
    `unused` is why its hours of activity could not be used; empty where they could, or where there are too few.
    """

    account: str
    items: tuple[Item, ...]
    shown: Mapping[str, float]
    own: Mapping[str, float] = field(default_factory=dict)
    unused: str = ""


Neighbours = Mapping[str, Collection[str]]


def weigh_parts(parts: InParts, profiles: Profiles, neighbours: Neighbours, personas: Personas) -> Iterator[Weighed]:
    """The items and the persona of every account of the case, read and forgotten part by part."""
    for part in range(len(parts)):
        found = gathered_part(parts, part, profiles.world)
        yield from weigh(found, profiles, parts.accounts(part), neighbours, personas)


def weigh(
    found: Gathered, profiles: Profiles, accounts: Iterable[str], neighbours: Neighbours, personas: Personas
) -> Iterator[Weighed]:
    """The items and the persona of each account, in the order given.

    `personas` are those of the case: their mean, and those of the neighbours.
    """
    world = profiles.world
    blank = personas.blank(profiles)
    blank_shares = profiles.as_shares(blank)
    for account in accounts:
        mine = displayed(profiles, found.fields.get(account, ()))
        own, shares = (mine.profile.shown, mine.profile.shares) if mine.profile else (blank, blank_shares)
        near = [shown if (shown := personas.of(b)) is not None else blank for b in sorted(neighbours.get(account, ()))]
        if near:
            shares = profiles.as_shares(profiles.of_cell(own, np.mean(near, axis=0)))
        items = _pointing(profiles, world, found.sightings.get(account, ()), mine, shares)
        items += score_items(found.scores.get(account, ()), world, _named(items))
        named = _named(items)
        items += conduct_items(found.conduct.get(account, ()), world.weights, named)
        kept = {c: s for c, s in shares.items() if near or s >= SHOWN_ALWAYS or c in named}
        profile = mine.profile.shares if mine.profile else {}
        yield Weighed(account, tuple(by_class(items, world.weights)), kept, profile, found.unused.get(account, ""))


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


def _pointing(
    profiles: Profiles,
    world: World,
    sightings: Iterable[tuple[PointSignal, Sighting]],
    displayed: Displayed,
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
