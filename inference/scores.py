"""Items of the signals that score every territory: limits, the chance of staging, and which territories are named.

Formulas: docs/inference.md, "Terms and formulas": llr <- ln((1-s) e^llr + s), s by story; the item names the
territories other items of the account name and the five best by prior e^llr; its default is ln of the prior-weighted
mean of e^llr over the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attrigraph.inference.records import Item
from attrigraph.inference.signal import Scores, ScoreSignal
from attrigraph.inference.weights import ScoreWeights
from attrigraph.inference.world import World

__all__ = ["best_codes", "diluted", "score_items"]

Vector = NDArray[np.float64]


def diluted(llr: Vector, share: float) -> Vector:
    """ln((1-s) e^llr + s): what a score says when behaviour is staged with probability `share`."""
    return np.asarray(np.log((1.0 - share) * np.exp(llr) + share))


@dataclass(frozen=True, slots=True)
class _Named:
    """The territories the items of one account name: codes, where they stand among the priors, all others."""

    codes: Sequence[str]
    at: NDArray[np.intp]
    rest: NDArray[np.bool_]
    prior: Vector


def score_items(found: Sequence[tuple[ScoreSignal, Scores]], world: World, also: Iterable[str] = ()) -> list[Item]:
    """One item per score of one account. All of them name the same territories: `also` and the best of each."""
    if not found:
        return []
    codes, prior = list(world.priors), np.array(list(world.priors.values()))
    vectors = [_vector(signal, scores, world, codes) for signal, scores in found]
    best = world.weights.scores.best
    names = sorted(set(also).union(*(best_codes(v, prior, codes, best) for v in vectors)))
    at = np.array([codes.index(code) for code in names])
    rest = np.ones(len(codes), dtype=bool)
    rest[at] = False
    named = _Named(names, at, rest, prior[rest])
    return [
        _item(signal, scores, llr, world.weights.scores, named)
        for (signal, scores), llr in zip(found, vectors, strict=True)
    ]


def best_codes(llr: Vector, prior: Vector, codes: Sequence[str], count: int) -> list[str]:
    """The territories that gain most by prior e^llr; ties in the order of the codes."""
    order = np.lexsort((np.arange(len(codes)), -np.round(np.log(prior) + llr, 9)))
    return [codes[i] for i in order[:count]]


def _vector(signal: ScoreSignal, scores: Scores, world: World, codes: Sequence[str]) -> Vector:
    """Limited scores in the order of the codes."""
    own = world.weights.signal(signal.name)
    if isinstance(scores.llr, np.ndarray):
        llr = scores.llr.astype(np.float64)
    else:
        llr = np.array([scores.llr.get(code, scores.rest) for code in codes], dtype=np.float64)
    if own.limit:
        llr = np.clip(llr, -(own.against or own.limit), own.limit)
    return np.asarray(scores.factor * llr)


def _item(signal: ScoreSignal, scores: Scores, llr: Vector, w: ScoreWeights, named: _Named) -> Item:
    honest, cover = diluted(llr, w.honest), diluted(llr, w.cover)
    return Item(
        account=scores.account,
        cls=signal.cls,
        signal=signal.name,
        llr={code: float(honest[i]) for code, i in zip(named.codes, named.at, strict=True)},
        llr_cover={code: float(cover[i]) for code, i in zip(named.codes, named.at, strict=True)},
        llr_default=_mean(honest[named.rest], named.prior),
        cover_default=_mean(cover[named.rest], named.prior),
        summary=scores.summary,
        n=scores.count,
        first_at=scores.first_at,
        last_at=scores.last_at,
        sources=scores.sources,
    )


def _mean(llr: Vector, prior: Vector) -> float:
    """ln of the mean of e^llr by prior; 0 where nothing is left."""
    return float(np.log((prior * np.exp(llr)).sum() / prior.sum())) if len(llr) else 0.0
