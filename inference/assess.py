"""From beliefs to an outcome: supported, contested or insufficient, with confidence and reasons.

The rules are those of docs/inference.md, "Outcomes and confidence". Pure functions over the beliefs of one account.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import exp, log, log2

from attrigraph.inference.algebra import honest_share, mixed, posterior, total, under_cover
from attrigraph.inference.reasons import Finding, PersonaFinding, reasons, why_persona, why_unused
from attrigraph.inference.records import Assessment, Belief, Confidence, LeaveOneOut, Outcome, PersonaRelation
from attrigraph.inference.weights import VerdictWeights, Weights
from attrigraph.territories import OTHER, UNKNOWN, regions

__all__ = ["INFRA", "assess", "class_scores", "leave_one_out", "tension"]

INFRA = "infra"
PERSONA_CLASSES = ("persona", "persona_leak")
CONDUCT = "conduct"
"""Tells the stories apart and no territory from another: it neither supports nor opposes one."""
LOCATING = ("network", "acquisition", "geotag", INFRA)
"""Only these can support a territory; hours and persona alone never do."""
BESIDES_KIT = ("network", "geotag", INFRA, "behaviour")
NOWHERE = (OTHER, UNKNOWN)
TIE = 1e-9
"""Probabilities closer than this are equal."""
TENSE = 0.5
"""From this divergence (bits) on, the reasons name the two classes; it never gates."""


def assess(
    account: str,
    run: str,
    beliefs: Sequence[Belief],
    weights: Weights,
    *,
    anonymiser_checked: bool,
    displays: tuple[str, float] | None = None,
    unused: str = "",
) -> Assessment:
    """The assessment of one account from all its beliefs in a run (at least OTHER and UNKNOWN).

    `displays` is the territory its own profile shows, with the share of the persona; None when it shows none.
    `unused` is why its hours of activity could not be used.
    """
    w = weights.verdict
    ranked = sorted(beliefs, key=lambda b: (-b.p, b.territory))
    top = ranked[0]
    scores = {k: score for k, score in class_scores(top).items() if k != CONDUCT}
    tried = _without_each(ranked, weights)
    without = [x for x, _ in tried]
    strongest = max(scores, key=lambda k: (scores[k], k), default=None)
    if strongest and scores[strongest] <= 0:
        strongest = None
    alternative = next((x for x in without if x.cls == strongest), None)
    fallen = tuple(x for x, tied in tried if tied or x.top != top.territory)
    tense, pair = tension(ranked, weights)
    finding = Finding(
        top=top.territory,
        p=top.p,
        scores=scores,
        strongest=strongest,
        alternative=alternative,
        survives=not fallen and top.territory not in NOWHERE,
        falls_with=fallen,
        shown=top.shown,
        anonymiser_checked=anonymiser_checked,
        tense=pair if tense >= TENSE else None,
    )
    outcome = _outcome(finding, w)
    persona = _persona(ranked, outcome, displays, w)
    confidence = _confidence(finding, w) if outcome == "supported" else None
    region = _region(ranked, w) if outcome == "insufficient" else None
    priors = dict(zip((b.territory for b in ranked), priors_now(ranked, weights), strict=True))
    runner_up = _runner_up(ranked)
    return Assessment(
        account=account,
        run=run,
        outcome=outcome,
        confidence=confidence,
        top=top.territory,
        p=top.p,
        runner_up=runner_up.territory if runner_up else None,
        runner_up_p=runner_up.p if runner_up else None,
        strongest_class=strongest,
        survives=finding.survives,
        without_strongest=alternative.top if alternative else None,
        without_strongest_p=alternative.p if alternative else None,
        honest_share=_r(top),
        tension=tense,
        region=region,
        reasons=(
            *reasons(finding, outcome, confidence, region, w),
            *why_persona(persona),
            *why_unused(unused),
        ),
        prior=priors[top.territory],
        displays=persona.displays if persona else None,
        displays_share=persona.share if persona else None,
        displays_p=persona.p if persona else None,
        persona=persona.relation if persona else None,
        under_cover=under_cover((b.p, _r(b)) for b in ranked),
    )


def _persona(
    ranked: Sequence[Belief], outcome: Outcome, displays: tuple[str, float] | None, w: VerdictWeights
) -> PersonaFinding | None:
    """How the displayed territory stands to the answer: refuted below a least probability, whatever else holds.

    Where no evidence names it, it is one of those OTHER stands for and holds no more than they do together.
    """
    if displays is None:
        return None
    code, share = displays
    p = {b.territory: b.p for b in ranked}
    prior = next((b.prior for b in ranked if b.territory == code), None)
    relation: PersonaRelation = "not decided"
    if p.get(code, p[OTHER]) < w.refuted or (outcome == "supported" and code != ranked[0].territory):
        relation = "contradicts"
    elif outcome == "supported":
        relation = "agrees"
    return PersonaFinding(code, share, p.get(code), relation, prior)


def class_scores(belief: Belief) -> dict[str, float]:
    """Class -> M = r S + (1-r) C for one belief, and `infra` when neighbours sent something."""
    r = _r(belief)
    scores = {k: mixed(r, s, c) for k, s, c in zip(belief.classes, belief.honest, belief.cover, strict=True)}
    return scores | ({INFRA: belief.infra} if belief.infra else {})


def leave_one_out(beliefs: Sequence[Belief], weights: Weights) -> tuple[LeaveOneOut, ...]:
    """The answer without each class in turn (and without infra): scores 0, story probability and persona unchanged.

    `beliefs` are all of one account; of territories that tie, the one that leads with all classes is named.
    """
    return tuple(found for found, _ in _without_each(beliefs, weights))


def _without_each(beliefs: Sequence[Belief], weights: Weights) -> list[tuple[LeaveOneOut, bool]]:
    """The answers, and whether another territory ties: then nothing but the prior is left, and it does not survive."""
    leading = min(beliefs, key=lambda b: (-b.p, b.territory)).territory
    priors = priors_now(beliefs, weights)
    silenced: list[tuple[str, int | None]] = [(cls, i) for i, cls in enumerate(beliefs[0].classes)]
    if any(b.infra for b in beliefs):
        silenced.append((INFRA, None))
    found = []
    for cls, index in silenced:
        p = posterior([_z(b, q, index) for b, q in zip(beliefs, priors, strict=True)], weights.case.temperature)
        top = max(p)
        tied = [b.territory for b, x in zip(beliefs, p, strict=True) if top - x < TIE]
        best = leading if leading in tied else min(tied)
        found.append((LeaveOneOut(cls, best, top), len(tied) > 1))
    return found


def priors_now(beliefs: Sequence[Belief], weights: Weights) -> list[float]:
    """Priors in force: territories that neighbours added (own = 0) take theirs from OTHER."""
    added = sum(b.prior for b in beliefs if b.own == 0.0)
    return [max(weights.case.other_floor, b.prior - added) if b.territory == OTHER else b.prior for b in beliefs]


def tension(beliefs: Sequence[Belief], weights: Weights) -> tuple[float, tuple[str, str] | None]:
    """Largest Jensen-Shannon divergence (bits) between two classes' posteriors, prior e^M, and which two."""
    priors = priors_now(beliefs, weights)
    by_class: dict[str, list[float]] = {}
    rows = [class_scores(b) for b in beliefs]
    for cls in {k for row in rows for k in row} - {CONDUCT}:
        weight = [prior * exp(row.get(cls, 0.0)) for prior, row in zip(priors, rows, strict=True)]
        whole = sum(weight)
        by_class[cls] = [x / whole for x in weight]
    found = [(_divergence(by_class[a], by_class[b]), (a, b)) for a, b in combinations(sorted(by_class), 2)]
    return max(found, default=(0.0, None))


def _divergence(p: Sequence[float], q: Sequence[float]) -> float:
    return 0.5 * sum(
        (a * log2(2 * a / (a + b)) if a else 0.0) + (b * log2(2 * b / (a + b)) if b else 0.0)
        for a, b in zip(p, q, strict=True)
    )


def _r(belief: Belief) -> float:
    return honest_share(belief.llr_honest, belief.llr_cover, belief.shown, belief.deceivers)


def _z(belief: Belief, prior: float, without: int | None) -> float:
    """ln prior + L + infra with the class of this index silent, or infra when there is none."""
    if without is None:
        return log(prior) + total(belief.llr_honest, belief.llr_cover, belief.shown, belief.deceivers)
    honest, cover = belief.llr_honest - belief.honest[without], belief.llr_cover - belief.cover[without]
    return log(prior) + total(honest, cover, belief.shown, belief.deceivers) + belief.infra


def _outcome(f: Finding, w: VerdictWeights) -> Outcome:
    if f.top in NOWHERE or f.p < w.p_supported or not f.supporting(LOCATING, w) or f.only_kit(BESIDES_KIT, w):
        return "insufficient"
    if f.alternative and f.alternative.top not in (f.top, *NOWHERE):
        return "contested"
    return "supported"


def _confidence(f: Finding, w: VerdictWeights) -> Confidence:
    firm = [k for k in f.supporting(tuple(f.scores), w) if k not in PERSONA_CLASSES]
    independent = len(firm) >= 2 and (f.shown < w.shown or "behaviour" in firm or len(firm) >= 3)
    opposed = any(score <= w.against for score in f.scores.values())
    if f.p >= w.p_high and independent and f.survives and not opposed and f.anonymiser_checked:
        return "high"
    if f.survives and f.supporting(tuple(f.scores), w):
        return "moderate"
    return "low"


def _runner_up(ranked: Sequence[Belief]) -> Belief | None:
    """The next named territory; OTHER or UNKNOWN only when no other territory is named."""
    rest = ranked[1:]
    return next((b for b in rest if b.territory not in NOWHERE), rest[0] if rest else None)


def _region(ranked: Sequence[Belief], w: VerdictWeights) -> str | None:
    """The smallest named region that holds .55, when evidence that can support a territory supports one in it."""
    found = []
    for name, members in regions().items():
        inside = [b for b in ranked if b.territory in members]
        if sum(b.p for b in inside) >= w.region:
            scores = class_scores(inside[0])
            if any(scores.get(k, 0.0) >= w.support for k in LOCATING):
                found.append((len(members), name))
    return min(found)[1] if found else None
