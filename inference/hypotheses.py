"""What the numbers of a run say for and against competing explanations of the accounts assessed to one territory.

Four of the eight hypotheses a brief carries can be read from the model (docs/briefs.md). For a class of evidence with
the scores S (honest) and C (cover), and M = r S + (1-r) C (docs/inference.md):

H1 operated from X: M(X). H2 operated from Y, the runner-up: M(Y). H3 X is an exit of a network that hides a place: the
network class says nothing, the others M(OTHER). H7 X is staged and the operator is elsewhere: C(OTHER).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from attrigraph.inference.assess import INFRA, class_scores, leave_one_out
from attrigraph.inference.ranges import SHARES, at_share, if_staged
from attrigraph.inference.records import Assessment, Belief
from attrigraph.inference.weights import Weights
from attrigraph.territories import OTHER, UNKNOWN

__all__ = ["ClassUse", "HypothesisRow", "HypothesisScores", "Spread", "class_uses", "hypothesis_scores"]

NETWORK = "network"
Beliefs = Mapping[str, Sequence[Belief]]


@dataclass(frozen=True, slots=True)
class Spread:
    """Smallest and largest of a value over accounts."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ClassUse:
    """What one class says over all accounts that have it.

    `supports` and `contradicts` count accounts whose leading territory gets at least the support limit, or less than
    its negative; `spread` is the median over accounts of the largest less the smallest score of a candidate, nats: a
    class that says the same of all candidates tells nothing.
    """

    name: str
    accounts: int
    supports: int
    contradicts: int
    spread: float


@dataclass(frozen=True, slots=True)
class HypothesisRow:
    """Median score of one class under each hypothesis, nats, over the `accounts` that have it."""

    cls: str
    accounts: int
    h1: float
    h2: float | None
    h3: float
    h7: float


@dataclass(frozen=True, slots=True)
class HypothesisScores:
    """The hypotheses for the accounts assessed to `territory`, against `rival`, the most frequent runner-up.

    `p`, `rival_p`, `unknown_p` and `under_cover` are ranges over these accounts; the counts say for how many of them
    the territory still leads when the network class is left out, when the account is under cover for certain, and when
    besides nothing that can be bought or set up counts (`unstaged` are the classes that then remain). `falls_without`
    counts, by class, accounts whose answer changes without it; `kept_at` how many keep it under other assumed shares of
    deceiving accounts.
    """

    territory: str
    rival: str | None
    accounts: int
    rows: tuple[HypothesisRow, ...]
    p: Spread
    rival_p: Spread | None
    unknown_p: Spread
    under_cover: Spread | None
    with_network: int
    kept_without_network: int
    kept_under_cover: int
    kept_if_staged: int
    unstaged: tuple[str, ...]
    falls_without: tuple[tuple[str, int], ...]
    kept_at: tuple[tuple[float, int], ...]


def class_uses(assessments: Sequence[Assessment], beliefs: Beliefs, weights: Weights) -> tuple[ClassUse, ...]:
    """Every class with evidence, the one that most accounts have first. `infra` is what neighbours sent."""
    limit = weights.verdict.support
    supports: Counter[str] = Counter()
    contradicts: Counter[str] = Counter()
    spreads: dict[str, list[float]] = {}
    for one in assessments:
        own = beliefs.get(one.account, ())
        scores = {b.territory: class_scores(b) for b in own if b.territory != UNKNOWN}
        for cls in {cls for row in scores.values() for cls in row}:
            values = [row.get(cls, 0.0) for row in scores.values()]
            spreads.setdefault(cls, []).append(max(values) - min(values))
            leading = scores.get(one.top, {}).get(cls, 0.0)
            supports[cls] += leading >= limit
            contradicts[cls] += leading <= -limit
    ordered = sorted(spreads, key=lambda cls: (-len(spreads[cls]), cls))
    return tuple(
        ClassUse(cls, len(spreads[cls]), supports[cls], contradicts[cls], median(spreads[cls])) for cls in ordered
    )


def hypothesis_scores(
    group: Sequence[Assessment], beliefs: Beliefs, run_share: float, weights: Weights
) -> HypothesisScores | None:
    """The hypotheses for accounts of one assessed territory; None for an empty group."""
    held = [one for one in group if beliefs.get(one.account)]
    if not held:
        return None
    territory, rival = held[0].top, _rival(held)
    own = [{b.territory: b for b in beliefs[one.account]} for one in held]
    forced = [if_staged(beliefs[one.account], weights) for one in held]
    left_out = [{x.cls: x.top for x in leave_one_out(beliefs[one.account], weights)} for one in held]
    without = Counter(cls for found in left_out for cls, top in found.items() if top != territory)
    networked = [found[NETWORK] for found in left_out if NETWORK in found]
    rival_p = [row[rival].p for row in own if rival in row] if rival else []
    covers = [one.under_cover for one in held if one.under_cover is not None]

    def kept(share: float) -> int:
        return sum(_leads(territory, beliefs[one.account], run_share, share, weights) for one in held)

    return HypothesisScores(
        territory=territory,
        rival=rival,
        accounts=len(held),
        rows=_rows(own, territory, rival),
        p=_spread([row[territory].p for row in own]),
        rival_p=_spread(rival_p) if rival_p else None,
        unknown_p=_spread([row[UNKNOWN].p for row in own]),
        under_cover=_spread(covers) if covers else None,
        with_network=len(networked),
        kept_without_network=sum(top == territory for top in networked),
        kept_under_cover=sum(cover.top == territory for cover, _, _ in forced),
        kept_if_staged=sum(staged.top == territory for _, staged, _ in forced),
        unstaged=tuple(sorted({cls for _, _, left in forced for cls in left})),
        falls_without=tuple(sorted(without.items(), key=lambda pair: (-pair[1], pair[0]))),
        kept_at=tuple((share, kept(share)) for share in SHARES if abs(share - run_share) > 1e-9),
    )


def _leads(territory: str, beliefs: Sequence[Belief], run_share: float, share: float, weights: Weights) -> bool:
    found = at_share(beliefs, run_share, share, weights)
    return max(found, key=lambda b: b.p).territory == territory


def _rival(group: Sequence[Assessment]) -> str | None:
    counts = Counter(one.runner_up for one in group if one.runner_up and one.runner_up not in (OTHER, UNKNOWN))
    return max(sorted(counts), key=lambda code: counts[code]) if counts else None


def _rows(own: Sequence[Mapping[str, Belief]], territory: str, rival: str | None) -> tuple[HypothesisRow, ...]:
    """A row a class: medians over the accounts that have it; a candidate nobody named has the scores of OTHER."""
    scores = [{code: class_scores(b) for code, b in row.items()} for row in own]
    having: Counter[str] = Counter()
    for row in scores:
        having.update({cls for found in row.values() for cls in found})

    def mixed(cls: str, code: str) -> float:
        held = [row for row in scores if any(cls in values for values in row.values())]
        return median(row.get(code, row[OTHER]).get(cls, 0.0) for row in held)

    return tuple(
        HypothesisRow(
            cls=cls,
            accounts=having[cls],
            h1=mixed(cls, territory),
            h2=mixed(cls, rival) if rival else None,
            h3=0.0 if cls == NETWORK else mixed(cls, OTHER),
            h7=median(
                _cover(row[OTHER], cls)
                for row, values in zip(own, scores, strict=True)
                if any(cls in found for found in values.values())
            ),
        )
        for cls in sorted(having, key=lambda cls: (-having[cls], cls))
    )


def _cover(belief: Belief, cls: str) -> float:
    """The score of a class under the cover story; what neighbours sent is the same under both."""
    if cls == INFRA:
        return belief.infra
    return dict(zip(belief.classes, belief.cover, strict=True)).get(cls, 0.0)


def _spread(values: Sequence[float]) -> Spread:
    return Spread(min(values), max(values))
