"""Items of the signals that tell the honest story from cover: the same for every territory.

llr = ln(P(x | honest) / P(x)), llr_cover = ln(P(x | cover) / P(x)), P(x) = (1 - s) P(x | honest) + s P(x | cover) with
the reference share s, so that on average nothing moves against UNKNOWN (docs/inference.md, section 16).
"""

from __future__ import annotations

from collections.abc import Iterable
from math import log

from attrigraph.inference.records import Item
from attrigraph.inference.signal import Conduct, StorySignal
from attrigraph.inference.weights import Weights

__all__ = ["conduct_items", "story_scores"]


def story_scores(honest: float, cover: float, reference: float) -> tuple[float, float]:
    """(llr, llr_cover) of what is seen with these chances under the two stories."""
    whole = (1.0 - reference) * honest + reference * cover
    return log(honest / whole), log(cover / whole)


def conduct_items(found: Iterable[tuple[StorySignal, Conduct]], weights: Weights, named: Iterable[str]) -> list[Item]:
    """One item per signal, over the territories other items name; an account that names none has no story to tell."""
    codes, made = sorted(named), []
    for signal, seen in found if codes else ():
        honest, cover = story_scores(seen.honest, seen.cover, weights.conduct.reference)
        made.append(
            Item(
                account=seen.account,
                cls=signal.cls,
                signal=signal.name,
                llr=dict.fromkeys(codes, honest),
                llr_cover=dict.fromkeys(codes, cover),
                llr_default=honest,
                cover_default=cover,
                summary=seen.summary,
                n=seen.count,
                first_at=seen.first_at,
                last_at=seen.last_at,
                sources=seen.sources,
            )
        )
    return made
