"""What every signal sees: sightings, profile fields, scores and conduct by account, of a whole case or part by part."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from attrigraph.inference.parts import InParts, Parts
from attrigraph.inference.personas import FIELDS, PersonaField
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
from attrigraph.inference.world import Tally, World
from attrigraph.progress import SILENT, Progress
from attrigraph.territories import territories

if TYPE_CHECKING:
    from attrigraph.graph import Store

__all__ = ["SIGHTINGS", "Gathered", "gather_parts", "gathered_part", "keep_whole_scores"]

SIGHTINGS = "sightings"
"""Name under which sightings are put away, account by account."""


@dataclass(slots=True)
class Gathered:
    """Everything the signals see: sightings, profile fields and scores by account, in the order of signals' names.

    `unused` says of accounts why their hours could not be used.
    """

    sightings: dict[str, list[tuple[PointSignal, Sighting]]] = field(default_factory=lambda: defaultdict(list))
    fields: dict[str, list[PersonaField]] = field(default_factory=lambda: defaultdict(list))
    scores: dict[str, list[tuple[ScoreSignal, Scores]]] = field(default_factory=lambda: defaultdict(list))
    conduct: dict[str, list[tuple[StorySignal, Conduct]]] = field(default_factory=lambda: defaultdict(list))
    skipped: Counter[str] = field(default_factory=Counter)
    unused: dict[str, str] = field(default_factory=dict)


def gather_parts(parts: InParts, weights: Weights, progress: Progress = SILENT) -> tuple[Tally, Counter[str]]:
    """Read every signal that needs no world: puts away what is seen, and returns what the world is counted from.

    A signal whose packages are missing is skipped; the counts returned beside are those of facts that were not read.
    """
    tally, skipped = Tally(), Counter[str]()
    progress.step("reading facts", len(parts) * (len(point_signals()) + len(persona_signals())))
    for part in range(len(parts)):
        found = Gathered()
        _see(found, *parts.show(part), weights, progress)
        tally.add(_sighted(found)).add(_stated(found))
        skipped += found.skipped
        for name, records in ((SIGHTINGS, found.sightings), (FIELDS, found.fields)):
            for record in records.items():
                parts.shelf.put(name, part, record)
    return tally, skipped


def gathered_part(parts: InParts, part: int, world: World, progress: Progress = SILENT) -> Gathered:
    """All that was seen of the accounts of a part; scores are read now, and what was put away is taken."""
    shelf = parts.shelf
    found = Gathered(sightings=dict(shelf.take(SIGHTINGS, part)), fields=dict(shelf.take(FIELDS, part)))
    store, observed = parts.show(part)
    for signal in score_signals():
        seen = shelf.take(signal.name, part) if signal.whole else signal.scores(store, observed, world)
        for scores in seen:
            if isinstance(scores, Skipped):
                found.unused[scores.account] = scores.reason
            else:
                found.scores[scores.account].append((signal, scores))
    for story in story_signals():
        told = shelf.take(story.name, part) if story.whole else story.conduct(store, observed, world.weights, {})
        for conduct in told:
            found.conduct[conduct.account].append((story, conduct))
    progress.advance()
    for name in (SIGHTINGS, *(s.name for s in (*score_signals(), *story_signals()) if s.whole)):
        shelf.drop(name, part)
    return found


def keep_whole_scores(parts: Parts, world: World, displays: Mapping[str, str]) -> None:
    """Put away what signals say that must see all accounts at once."""
    for signal in score_signals():
        if signal.whole:
            for scores in signal.scores(parts.store, parts.observed, world):
                parts.shelf.put(signal.name, parts.of(scores.account), scores)
    for story in story_signals():
        if story.whole:
            for seen in story.conduct(parts.store, parts.observed, world.weights, displays):
                parts.shelf.put(story.name, parts.of(seen.account), seen)


def _see(found: Gathered, store: Store, observed: Observed, weights: Weights, progress: Progress) -> None:
    known = territories()
    found.skipped.update({f"{name}: names no territory": count for name, count in unplaced(observed).items()})
    for signal in (*point_signals(), *persona_signals()):
        if signal.missing():
            found.skipped[signal.name] += signal.count(store, observed)
    for signal in point_signals():
        if not signal.missing() or signal.needed_when_loading:
            for sighting in signal.sightings(store, observed, weights):
                if isinstance(sighting, Skipped):
                    found.skipped[f"{signal.name}: {sighting.reason}"] += sighting.count
                elif all(place in known for place in sighting.places):
                    found.sightings[sighting.account].append((signal, sighting))
                else:
                    found.skipped[f"{signal.name}: not a territory"] += 1
        progress.advance()
    for persona in persona_signals():
        if not persona.missing():
            _see_fields(found, persona, persona.fields(store, observed))
        progress.advance()


def _see_fields(found: Gathered, persona: PersonaSignal, filled: Iterable[Field | Skipped]) -> None:
    for one in filled:
        if isinstance(one, Skipped):
            found.skipped[f"{persona.name}: {one.reason}"] += one.count
        elif why := persona.unread(one.value):
            found.skipped[f"{persona.name}: {why}"] += 1
        else:
            found.fields[one.account].append((persona, one))


def _sighted(found: Gathered) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(pool, account, places) of sightings."""
    return ((s.pool, s.account, s.places) for pairs in found.sightings.values() for _, s in pairs)


def _stated(found: Gathered) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(signal, account, places) of profile fields that name places."""
    for account, pairs in found.fields.items():
        for signal, filled in pairs:
            shares = signal.shares(filled.value) if signal.points else None
            if shares:
                yield signal.name, account, tuple(shares)
