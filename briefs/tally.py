"""Counts over assessments. Counting is all it does: no probability is added up or averaged here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from attrigraph.inference.records import Assessment
from attrigraph.territories import OTHER, UNKNOWN, territory_name

__all__ = ["CONFIDENCES", "Tally", "tally"]

CONFIDENCES = ("high", "moderate", "low")


@dataclass(frozen=True, slots=True)
class Tally:
    """Assessments by outcome; `supported` by territory, most accounts first, then by name."""

    total: int
    supported: tuple[tuple[str, tuple[Assessment, ...]], ...]
    contested: tuple[Assessment, ...]
    insufficient: tuple[Assessment, ...]

    @property
    def named(self) -> tuple[Assessment, ...]:
        """All accounts with an assessed territory."""
        return tuple(a for _, group in self.supported for a in group)

    @property
    def undecided(self) -> int:
        """Contested and insufficient together."""
        return len(self.contested) + len(self.insufficient)

    def leading(self) -> tuple[tuple[str, tuple[Assessment, ...]], ...]:
        """The territory with most accounts; several when they have equally many."""
        if not self.supported:
            return ()
        most = len(self.supported[0][1])
        return tuple((code, group) for code, group in self.supported if len(group) == most)


def tally(assessments: Iterable[Assessment]) -> Tally:
    """Sort assessments into a tally."""
    everything = tuple(assessments)
    groups: dict[str, list[Assessment]] = {}
    for one in everything:
        if one.outcome == "supported":
            groups.setdefault(one.top, []).append(one)
    ordered = sorted(groups.items(), key=lambda g: (-len(g[1]), territory_name(g[0])))
    return Tally(
        total=len(everything),
        supported=tuple((code, tuple(sorted(group, key=lambda a: -a.p))) for code, group in ordered),
        contested=tuple(a for a in everything if a.outcome == "contested"),
        insufficient=tuple(a for a in everything if a.outcome == "insufficient"),
    )


def confidences(group: Iterable[Assessment]) -> Counter[str]:
    """How many are high, moderate, low."""
    return Counter(a.confidence for a in group if a.confidence)


def runner_up(group: Iterable[Assessment], *, named: bool) -> tuple[str, tuple[Assessment, ...]] | None:
    """The runner-up most accounts share, with those accounts; `named` leaves out OTHER and UNKNOWN."""
    everything = tuple(group)
    counts = Counter(a.runner_up for a in everything if a.runner_up and not (named and a.runner_up in (OTHER, UNKNOWN)))
    if not counts:
        return None
    code = max(sorted(counts), key=lambda c: counts[c])
    return code, tuple(a for a in everything if a.runner_up == code)
