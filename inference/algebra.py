"""The arithmetic of the evidence model: one short pure function per formula.

Scores are nats, probabilities 0..1. `d` is the assumed probability that an account is under cover, `shown` the share
of its displayed persona. Formulas are those of docs/inference.md, "Terms and formulas".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from math import exp, inf, log, log2

__all__ = [
    "PointScore",
    "anywhere",
    "class_score",
    "clip",
    "cover_score",
    "deception",
    "hold",
    "honest_share",
    "leak_score",
    "mixed",
    "n_eff",
    "persona_score",
    "point_score",
    "posterior",
    "recalibrated",
    "smoothed_share",
    "story",
    "total",
    "under_cover",
]

LEADS_BY = 1e-6
"""How far, of what is left, a mapped probability stays above that of the next candidate."""

PointScore = tuple[float, float, float, float, float]
"""(e^i, e^o, B, llr of the places named, llr of all others)."""


def clip(value: float, low: float, high: float) -> float:
    """`value` between the limits."""
    return low if value < low else high if value > high else value


def n_eff(weight: float, limit: float) -> float:
    """How often a repeated observation counts: min(limit, log2(1 + sum of weights))."""
    return min(limit, log2(1.0 + weight))


def smoothed_share(showing: float, accounts: int, prior: float, smoothing: float) -> float:
    """pi: share of accounts that show a value whatever the truth, with `smoothing` accounts' worth of prior."""
    return (showing + smoothing * prior) / (accounts + smoothing)


@lru_cache(maxsize=65536)
def point_score(alpha: float, prior: float, pi: float, n: float, decoy: float) -> PointScore:
    """An item that points at a place (or a set of them: prior and pi summed), honest story.

    B = alpha prior + (1-alpha) pi; i = n ln((alpha + (1-alpha) pi) / B); o = n ln((1-alpha) pi / B);
    both lowered by Z = ln(prior e^i + (1-prior) e^o); llr = ln((1-decoy) e^x + decoy).
    """
    background = alpha * prior + (1.0 - alpha) * pi
    inside = n * log((alpha + (1.0 - alpha) * pi) / background)
    outside = n * log((1.0 - alpha) * pi / background)
    z = log(prior * exp(inside) + (1.0 - prior) * exp(outside))
    e_in, e_out = exp(inside - z), exp(outside - z)
    return (e_in, e_out, background, log((1.0 - decoy) * e_in + decoy), log((1.0 - decoy) * e_out + decoy))


def anywhere(background: float, shown: float, pi: float, cover: tuple[float, float, float]) -> float:
    """(w1 shown + w2 pi) / B: what cover adds to every territory alike."""
    return (cover[1] * shown + cover[2] * pi) / background


def cover_score(e_x: float, added: float, real: float) -> float:
    """llr_cover = ln(w0 e^x + (w1 shown + w2 pi) / B)."""
    return log(real * e_x + added)


def persona_score(p: float, background: float, honest: float) -> float:
    """Persona item, honest story: ln((.92 P + .08 B) / B)."""
    return log((honest * p + (1.0 - honest) * background) / background)


def leak_score(p: float, background: float, leak: float) -> float:
    """Persona item that contradicts the others, cover story: max(0, ln((.6 P + .4 B) / B))."""
    return max(0.0, log((leak * p + (1.0 - leak) * background) / background))


def class_score(scores: Sequence[float], rho: float, low: float, high: float) -> tuple[float, float]:
    """(raw, limited) sum of a class; `scores` by falling strength, each counting rho of the one before."""
    raw = sum(score * rho**i for i, score in enumerate(scores))
    return raw, clip(raw, low, high)


def total(honest: float, cover: float, shown: float, d: float) -> float:
    """L = ln((1-d) e^S + d (1-shown) e^C)."""
    return log((1.0 - d) * exp(honest) + d * (1.0 - shown) * exp(cover))


def honest_share(honest: float, cover: float, shown: float, d: float) -> float:
    """r: how much of the answer rests on the honest story."""
    a, b = (1.0 - d) * exp(honest), d * (1.0 - shown) * exp(cover)
    return a / (a + b)


def mixed(r: float, honest: float, cover: float) -> float:
    """M = r S + (1-r) C: a class score with both stories."""
    return r * honest + (1.0 - r) * cover


def under_cover(rows: Iterable[tuple[float, float]]) -> float:
    """Probability of the cover story given everything: sum of p (1 - r); rows (p, r) of all candidates."""
    return sum(p * (1.0 - r) for p, r in rows)


def story(r: float, shown: float, d: float) -> float:
    """The row that makes class rows sum to L: r ln((1-d)/r) + (1-r) ln(d (1-shown)/(1-r)); 0 ln 0 is 0."""
    honest = r * log((1.0 - d) / r) if r > 0 else 0.0
    cover = (1.0 - r) * log(d * (1.0 - shown) / (1.0 - r)) if r < 1 else 0.0
    return honest + cover


def posterior(scores: Sequence[float], temperature: float = 1.0) -> list[float]:
    """Probabilities from scores z: exp(z/T), normalised without overflow."""
    top = max(scores, default=-inf)
    weights = [exp((z - top) / temperature) for z in scores]
    norm = sum(weights)
    return [w / norm for w in weights]


def recalibrated(p: Sequence[float], first: int, knots: Sequence[tuple[float, float]]) -> list[float]:
    """Map the probability of the leading candidate (`first`) by knots (p, calibrated p); the others keep proportions.

    It stays the leading one. Knots rise and are joined straight. The same map as cypher/inference/recalibrate.cypher.
    """
    leading, rest = p[first], max((x for i, x in enumerate(p) if i != first), default=0.0)
    if not knots or leading >= 1.0 or len(p) < 2:
        return list(p)
    q = knots[0][1] if leading <= knots[0][0] else knots[-1][1]
    for (x0, y0), (x1, y1) in pairwise(knots):
        if x0 < leading <= x1:
            q = y0 + (y1 - y0) * (leading - x0) / (x1 - x0)
    tie = rest / (1.0 - leading + rest)
    q = max(q, tie + LEADS_BY * (1.0 - tie))
    return [q if i == first else x * (1.0 - q) / (1.0 - leading) for i, x in enumerate(p)]


def deception(rows: Iterable[tuple[float, float, float, float]]) -> float:
    """Cover against honest: ln sum prior (1-shown) e^C - ln sum prior e^S; rows (prior, shown, S, C), no UNKNOWN."""
    listed = list(rows)
    return log(sum(p * (1.0 - x) * exp(c) for p, x, _, c in listed)) - log(sum(p * exp(s) for p, _, s, _ in listed))


def hold(strength: float, degree: int, crowding: float) -> float:
    """How strongly a shared thing ties two accounts: h / (1 + .05 (degree - 2))."""
    return strength / (1.0 + crowding * (degree - 2))
