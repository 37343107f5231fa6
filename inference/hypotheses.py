"""What the numbers of a run say for and against competing explanations of the accounts assessed to one territory.

Four of the eight hypotheses a brief carries can be read from the model (docs/briefs.md). For a class of evidence with
the scores S (honest) and C (cover), and M = r S + (1-r) C (docs/inference.md):

H1 operated from X: M(X). H2 operated from Y, the runner-up: M(Y). H3 X is an exit of a network that hides a place: the
network class says nothing, the others M(OTHER). H7 X is staged and the operator is elsewhere: C(OTHER).
The row `story` closes each sum: what the two stories cost (docs/inference.md), under H7 ln d of the account.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from statistics import median

from attrigraph.inference.algebra import total
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
    """Median score of one class under each hypothesis, nats, over the `accounts` that have it.

    `story` and `sum` are rows of all accounts; medians do not add up to the median of the sums.
    """

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
    story: HypothesisRow
    sum: HypothesisRow
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
    columns = [_columns(row, territory, rival) for row in own]
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
        rows=_rows(columns),
        story=_median_row("story", [{k: v["story"] for k, v in one.items()} for one in columns]),
        sum=_median_row("sum", [{k: sum(v.values()) for k, v in one.items()} for one in columns]),
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


def _columns(row: Mapping[str, Belief], territory: str, rival: str | None) -> dict[str, dict[str, float]]:
    """Hypothesis -> class -> score of one account, with the row `story` that closes the sum.

    A candidate that no evidence of the account names has the scores of OTHER.
    """
    other = row[OTHER]
    found = {"h1": _mixed(row[territory])}
    if rival:
        found["h2"] = _mixed(row.get(rival, other))
    network = dict(zip(other.classes, zip(other.honest, other.cover, strict=True), strict=True)).get(
        NETWORK, (0.0, 0.0)
    )
    scores = class_scores(other) | ({NETWORK: 0.0} if NETWORK in other.classes else {})
    whole = total(other.llr_honest - network[0], other.llr_cover - network[1], other.shown, other.deceivers)
    found["h3"] = scores | {"story": whole + other.infra - sum(scores.values())}
    cover = dict(zip(other.classes, other.cover, strict=True)) | ({INFRA: other.infra} if other.infra else {})
    found["h7"] = cover | {"story": log(other.deceivers)}
    return found


def _mixed(belief: Belief) -> dict[str, float]:
    scores = class_scores(belief)
    return scores | {"story": belief.llr + belief.infra - sum(scores.values())}


def _rows(columns: Sequence[Mapping[str, Mapping[str, float]]]) -> tuple[HypothesisRow, ...]:
    """A row a class, the one that most accounts have first."""
    having = [{cls for scores in one.values() for cls in scores} - {"story"} for one in columns]
    count = Counter(cls for found in having for cls in found)
    return tuple(
        _median_row(
            cls,
            [
                {k: v.get(cls, 0.0) for k, v in one.items()}
                for one, found in zip(columns, having, strict=True)
                if cls in found
            ],
        )
        for cls in sorted(count, key=lambda cls: (-count[cls], cls))
    )


def _median_row(name: str, values: Sequence[Mapping[str, float]]) -> HypothesisRow:
    def middle(hypothesis: str) -> float:
        return median(one[hypothesis] for one in values)

    h2 = middle("h2") if "h2" in values[0] else None
    return HypothesisRow(name, len(values), middle("h1"), h2, middle("h3"), middle("h7"))


def _spread(values: Sequence[float]) -> Spread:
    return Spread(min(values), max(values))
