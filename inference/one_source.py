"""One address seen through several windows is one source.

A platform's label is a function of the addresses the platform saw, and so is where it places the managers of a page.
Beside logins from the same territory such a label is those logins once more, and is told with them instead of counted
again; beside another label of the same territory the stronger one stands for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from attrigraph.inference.signal import PointSignal, Sighting

__all__ = ["one_source"]

Seen = tuple[PointSignal, Sighting]


def one_source(seen: Iterable[Seen]) -> list[Seen]:
    """The sightings of one account without labels that repeat its logins or a stronger label; sources are kept.

    A label repeats what lies within it: a region repeats its territory, and a territory does not repeat its region.
    Labels that contradict the logins are kept: the platform may have seen addresses nobody else did.
    """
    pairs = list(seen)
    kept = [pair for pair in pairs if not pair[0].of_addresses]
    labels = [pair for pair in pairs if pair[0].of_addresses]
    for label in sorted(labels, key=lambda pair: (len(pair[1].places), -pair[1].alpha)):
        place = _repeated(label[1], kept)
        if place is None:
            kept.append(label)
        else:
            kept[place] = (kept[place][0], _told_with(kept[place][1], label[1]))
    return kept


def _repeated(label: Sighting, kept: Sequence[Seen]) -> int | None:
    """Where the sighting stands that the label repeats: the strongest one of addresses within its places."""
    within = [
        (sighting.alpha * sighting.n, -number)
        for number, (signal, sighting) in enumerate(kept)
        if (signal.addresses or signal.of_addresses) and set(sighting.places) <= set(label.places)
    ]
    return -max(within)[1] if within else None


def _told_with(sighting: Sighting, label: Sighting) -> Sighting:
    """The sighting that stands for both: its own strength, the rows of both."""
    return replace(
        sighting,
        summary=f"{sighting.summary} {label.summary} This is the same source and not counted again.",
        sources=tuple(dict.fromkeys((*sighting.sources, *label.sources))),
    )
