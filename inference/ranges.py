"""How the answer for one account moves with what is assumed: the share of deceiving accounts, the prior, the stories.

Nothing is run again. Messages of neighbours rest on `told` and `deception`, which do not depend on the assumed share
(docs/inference.md, sections 2 and 9): `infra` stays as it is, and the pressure of neighbours on the story is added to
the logit of the new share. So the answer under another share is exact. Under another prior the evidence keeps the
weight it has in the run, which was set against the run's prior.

Before normalisation a territory's probability at T = 1 is linear in the account's share d:
w(d) = prior e^infra [ (1-d) e^S + d (1-shown) e^C ]. Ties of two territories follow in closed form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from math import exp, inf, log

from attrigraph.inference.algebra import posterior, recalibrated, total
from attrigraph.inference.assess import INFRA, assess, priors_now
from attrigraph.inference.records import Answer, Assessment, Belief, Sensitivity, Turn
from attrigraph.inference.weights import Weights, load_weights
from attrigraph.territories import OTHER, UNKNOWN

__all__ = [
    "LEAST",
    "MOST",
    "SHARES",
    "at_share",
    "if_staged",
    "leader_turns",
    "prior_turn",
    "sensitivity",
    "under_share",
]

SHARES = (0.05, 0.2, 0.4)
"""The shares of the presets benign, mixed and adversarial."""
LEAST, MOST = 0.001, 0.999
"""Shares of deceiving accounts between which changes are looked for: those that may be assumed."""
STEP = 0.25
"""Change of the logit from one share looked at to the next; a verdict that holds for less may be missed."""
FINE = 1e-7


def under_share(
    beliefs: Sequence[Belief], run_share: float, share: float, weights: Weights | None = None
) -> dict[str, float]:
    """Probability of each candidate of one account when `share` is assumed instead of the run's.

    `beliefs` are all of the account's beliefs in one run; the result sums to 1.
    """
    return {b.territory: b.p for b in at_share(beliefs, run_share, share, weights or load_weights())}


def at_share(beliefs: Sequence[Belief], run_share: float, share: float, weights: Weights) -> list[Belief]:
    """The account's beliefs as they would be under another assumed share of deceiving accounts, 0 to 1."""
    return _formed(beliefs, _of_account(share, _pressure(beliefs, run_share)), weights)


def sensitivity(beliefs: Sequence[Belief], run_share: float, weights: Weights) -> Sensitivity:
    """Everything about one account at once. `beliefs` are all it has in a run, `run_share` the share assumed there."""
    leader = _leader(beliefs)
    shares = sorted({*SHARES, run_share})
    cover, staged, unstaged = if_staged(beliefs, weights)
    priors = _priors(beliefs, weights)
    rival = next((b for b in _ranked(beliefs)[1:] if b.territory not in (OTHER, UNKNOWN)), None)
    return Sensitivity(
        share=run_share,
        shares=tuple((d, _answer(at_share(beliefs, run_share, d, weights), leader, weights)) for d in shares),
        verdict_turns=verdict_turns(beliefs, run_share, weights),
        leader_turns=leader_turns(beliefs, run_share, weights),
        cover=cover,
        staged=staged,
        unstaged=unstaged,
        prior=priors[leader],
        prior_turn=prior_turn(beliefs, weights),
        runner_up=rival.territory if rival else None,
        runner_up_prior=_needed(leader, rival.territory, beliefs, weights) if rival else None,
        prior_free=tuple((b.territory, b.prior_free) for b in sorted(beliefs, key=lambda b: -b.prior_free)),
    )


def if_staged(beliefs: Sequence[Belief], weights: Weights) -> tuple[Answer, Answer, tuple[str, ...]]:
    """The answer if the account is under cover for certain; if besides nothing that can be staged counts; what is left.

    `staged` and `unstaged` of `Sensitivity` without the search for turns.
    """
    leader = _leader(beliefs)
    staged = _silent([k for k, cls in weights.classes.items() if cls.staged], beliefs)
    cover = _answer(_formed(beliefs, 1.0, weights), leader, weights)
    return cover, _answer(_formed(staged, 1.0, weights), leader, weights), _left(staged)


def verdict_turns(beliefs: Sequence[Belief], run_share: float, weights: Weights) -> tuple[Turn, ...]:
    """The nearest assumed shares below and above the run's at which outcome or named territory change."""

    def judged(share: float) -> Assessment:
        return _judged(at_share(beliefs, run_share, share, weights), weights)

    now, leader = _verdict(judged(run_share)), _leader(beliefs)
    turns = []
    for end in (LEAST, MOST):
        found = _first_change(lambda share: _verdict(judged(share)) != now, run_share, end)
        if found is not None:
            at, beyond = found
            then = _answer(at_share(beliefs, run_share, beyond, weights), leader, weights)
            turns.append(Turn(at, then, tie=False))
    return tuple(turns)


def leader_turns(beliefs: Sequence[Belief], run_share: float, weights: Weights) -> tuple[Turn, ...]:
    """The nearest assumed shares below and above the run's at which the leading territory ties with another."""
    pressure, leader = _pressure(beliefs, run_share), _leader(beliefs)
    now = _of_account(run_share, pressure)
    lines = {b.territory: line for b, line in zip(beliefs, _lines(beliefs, weights), strict=True)}
    honest, cover = lines[leader]
    roots = []
    for b in beliefs:
        left, right = honest - lines[b.territory][0], cover - lines[b.territory][1]
        if left * right < 0:
            roots.append((_of_case(left / (left - right), pressure), b.territory, left / (left - right) < now))
    turns = []
    for below in (True, False):
        found = [(at, code) for at, code, is_below in roots if is_below is below and LEAST <= at <= MOST]
        if found:
            at, code = max(found) if below else min(found)
            p = under_share(beliefs, run_share, at, weights)
            answer = _answer(at_share(beliefs, run_share, at, weights), leader, weights)
            turns.append(Turn(at, replace(answer, top=code, p=p[code]), tie=True))
    return tuple(turns)


def prior_turn(beliefs: Sequence[Belief], weights: Weights) -> Turn | None:
    """How far the leader's prior may fall before another territory leads, the others keeping their proportions.

    With x instead of the prior, logit x = logit prior - (z of the leader - z of the next). None without another.
    """
    ranked = _ranked(beliefs)
    if len(ranked) < 2:
        return None
    leader, rival = ranked[0].territory, ranked[1].territory
    prior = _priors(beliefs, weights)[leader]
    at = _sigmoid(_logit(prior) - _lead(leader, rival, beliefs, weights))
    then = under_prior(beliefs, leader, at, weights)
    answer = _answer(then, leader, weights)
    p = {b.territory: b.p for b in then}
    return Turn(at, replace(answer, top=rival, p=p[rival]), tie=True)


def under_prior(beliefs: Sequence[Belief], territory: str, prior: float, weights: Weights) -> list[Belief]:
    """The beliefs with another prior of one territory; the others keep their proportions, evidence its weight."""
    old = _priors(beliefs, weights)
    factor = (1.0 - prior) / (1.0 - old[territory])
    priors = [prior if b.territory == territory else old[b.territory] * factor for b in beliefs]
    p = _probabilities([log(q) + b.prior_free for q, b in zip(priors, beliefs, strict=True)], beliefs, weights)
    return [replace(b, p=x, prior=q, own=x) for b, x, q in zip(beliefs, p, priors, strict=True)]


def _needed(leader: str, rival: str, beliefs: Sequence[Belief], weights: Weights) -> float:
    """The prior at which `rival` ties with the leader, the others keeping their proportions."""
    return _sigmoid(_logit(_priors(beliefs, weights)[rival]) + _lead(leader, rival, beliefs, weights))


def _lead(leader: str, rival: str, beliefs: Sequence[Belief], weights: Weights) -> float:
    """Score of the leader minus that of the rival, before the temperature."""
    priors = _priors(beliefs, weights)
    z = {b.territory: log(priors[b.territory]) + b.prior_free for b in beliefs}
    return z[leader] - z[rival]


# ---- forming beliefs again


def _formed(beliefs: Sequence[Belief], d: float, weights: Weights) -> list[Belief]:
    """The beliefs with another probability d that the account is under cover."""
    llr = [total(b.llr_honest, b.llr_cover, b.shown, d) for b in beliefs]
    priors = priors_now(beliefs, weights)
    z = [log(q) + x + b.infra for q, x, b in zip(priors, llr, beliefs, strict=True)]
    p = _probabilities(z, beliefs, weights)
    return [replace(b, p=q, llr=x, deceivers=d) for b, q, x in zip(beliefs, p, llr, strict=True)]


def _probabilities(z: Sequence[float], beliefs: Sequence[Belief], weights: Weights) -> list[float]:
    """Probabilities from scores, as fuse and a calibration make them."""
    p = posterior(z, weights.case.temperature)
    first = min(range(len(p)), key=lambda i: (-p[i], beliefs[i].territory))
    if beliefs[first].territory in (OTHER, UNKNOWN):
        return p
    return recalibrated(p, first, weights.knots)


def _silent(classes: Sequence[str], beliefs: Sequence[Belief]) -> list[Belief]:
    """The beliefs without what some classes say; a class that is left out is not listed any more."""
    found = []
    for b in beliefs:
        kept = [x for x in zip(b.classes, b.honest, b.cover, strict=True) if x[0] not in classes]
        names, honest, cover = zip(*kept, strict=True) if kept else ((), (), ())
        found.append(
            replace(b, classes=names, honest=honest, cover=cover, llr_honest=sum(honest), llr_cover=sum(cover))
        )
    return found


def _left(beliefs: Sequence[Belief]) -> tuple[str, ...]:
    return (*beliefs[0].classes, *([INFRA] if any(b.infra for b in beliefs) else []))


def _lines(beliefs: Sequence[Belief], weights: Weights) -> list[tuple[float, float]]:
    """Each territory's weight at d = 0 and at d = 1, on one scale: between them it is linear in d."""
    priors = priors_now(beliefs, weights)
    bases = [log(q) + b.infra for q, b in zip(priors, beliefs, strict=True)]
    ends = [
        (base + b.llr_honest, base + b.llr_cover + log(1.0 - b.shown)) for base, b in zip(bases, beliefs, strict=True)
    ]
    top = max((max(pair) for pair in ends), default=-inf)
    return [(exp(a - top), exp(b - top)) for a, b in ends]


# ---- judging


def _judged(beliefs: Sequence[Belief], weights: Weights) -> Assessment:
    return assess(beliefs[0].account, "", beliefs, weights, anonymiser_checked=False)


def _verdict(found: Assessment) -> tuple[str, str]:
    return (found.outcome, "" if found.outcome == "insufficient" else found.top)


def _answer(beliefs: Sequence[Belief], leader: str, weights: Weights) -> Answer:
    found = _judged(beliefs, weights)
    return Answer(found.outcome, found.top, found.p, next(b.p for b in beliefs if b.territory == leader))


def _ranked(beliefs: Sequence[Belief]) -> list[Belief]:
    return sorted(beliefs, key=lambda b: (-b.p, b.territory))


def _leader(beliefs: Sequence[Belief]) -> str:
    return _ranked(beliefs)[0].territory


def _priors(beliefs: Sequence[Belief], weights: Weights) -> dict[str, float]:
    return dict(zip((b.territory for b in beliefs), priors_now(beliefs, weights), strict=True))


def _first_change(changed: Callable[[float], bool], start: float, end: float) -> tuple[float, float] | None:
    """The share nearest to `start` towards `end` where `changed` becomes true, and one where it is; None without."""
    low, high = _logit(start), _logit(end)
    steps = max(1, int(abs(high - low) / STEP) + 1)
    points = [low + (high - low) * i / steps for i in range(steps + 1)]
    for before, after in pairwise(points):
        if changed(_sigmoid(after)):
            while abs(after - before) > FINE:
                middle = (before + after) / 2
                before, after = (before, middle) if changed(_sigmoid(middle)) else (middle, after)
            return _sigmoid(before), _sigmoid(after)
    return None


# ---- shares of the case and of the account


def _pressure(beliefs: Sequence[Belief], run_share: float) -> float:
    """How far neighbours moved the account's share, in the logit."""
    return _logit(beliefs[0].deceivers) - _logit(run_share)


def _of_account(share: float, pressure: float) -> float:
    return share if share in (0.0, 1.0) else _sigmoid(_logit(share) + pressure)


def _of_case(d: float, pressure: float) -> float:
    return _sigmoid(_logit(d) - pressure)


def _logit(p: float) -> float:
    return log(p / (1.0 - p))


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + exp(-x)) if x > -700 else 0.0
