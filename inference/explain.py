"""Why an account was assessed as it was: waterfalls, the class by territory matrix, leave-one-out, items, neighbours.

Everything is read from what the run wrote; the only arithmetic is splitting class scores into raw value and limit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import log
from typing import TYPE_CHECKING, Any

from attrigraph.errors import InputError
from attrigraph.graph import statement
from attrigraph.inference.algebra import class_score, honest_share, mixed, story
from attrigraph.inference.assess import INFRA, leave_one_out, priors_now
from attrigraph.inference.missing import Missing
from attrigraph.inference.ranges import sensitivity
from attrigraph.inference.records import (
    Belief,
    ClassScore,
    Explanation,
    Item,
    Waterfall,
    WaterfallRow,
)
from attrigraph.inference.results import assessment_of, beliefs_of, item_of, run_named
from attrigraph.inference.signal import Observed
from attrigraph.inference.signals import all_signals
from attrigraph.inference.ties import ties_of
from attrigraph.inference.weights import Weights
from attrigraph.inference.weights.fitted import weights_of
from attrigraph.inference.world import kept_world
from attrigraph.territories import OTHER, UNKNOWN
from attrigraph.wording import nats, plural

if TYPE_CHECKING:
    from attrigraph.graph import Store

__all__ = ["class_matrix", "explain", "waterfall"]


def explain(store: Store, account: str, run: str | None = None, observed: Observed | None = None) -> Explanation:
    """The explanation of one account (full id) in a run, the newest complete one by default.

    With `observed` the rows behind shared devices, cookies, cards, mails and phones are named too.

    Raises NotAssessed without a complete run, InputError when the run did not assess the account.
    """
    about = run_named(store, run)
    weights, name = weights_of(about), about["id"]
    rows = store.read(statement("inference/assessment_of"), account=account, run=name)
    if not rows:
        raise InputError(f"Run {name} did not assess {account!r}. Run attrigraph infer again to include it.")
    beliefs = beliefs_of(store, name, [account])[account]
    items = [item_of(row) for row in store.read(statement("inference/items_of"), account=account, run=name)]
    ties = ties_of(store, account, name, weights, observed)
    kept = store.read(statement("inference/world_of"), run=name.partition("/")[0])
    world = kept_world(kept[0], weights) if kept else None
    scores = class_matrix(beliefs, items, weights)
    priors = {b.territory: prior for b, prior in zip(beliefs, priors_now(beliefs, weights), strict=True)}
    falls = _Falls(tuple(items), scores, priors, ties.text, about["prior_mix"], weights)
    properties = rows[0]["assessment"]["properties"]
    first_at, last_at = _span(properties, items)
    assessment = assessment_of(account, properties)
    return Explanation(
        account=account,
        handle=rows[0]["handle"],
        run=name,
        assessment=assessment,
        prior_mix=about["prior_mix"],
        deceivers=about["deceivers"],
        deceivers_account=beliefs[0].deceivers,
        deception=beliefs[0].deception,
        calibration=about["calibration"],
        beliefs=tuple(beliefs),
        scores=scores,
        waterfalls=tuple(waterfall(b, falls) for b in _leading(beliefs)),
        leave_one_out=leave_one_out(beliefs, weights),
        items=tuple(items),
        neighbours=ties.accounts,
        first_at=first_at,
        last_at=last_at,
        ties=ties.items,
        sensitivity=sensitivity(beliefs, about["deceivers"], weights),
        missing=Missing(world).of(beliefs, items, assessment.reasons) if world else (),
    )


def _span(properties: Mapping[str, Any], items: Sequence[Item]) -> tuple[datetime | None, datetime | None]:
    """First and last time of the dated evidence; in the run of a time window those of the window."""
    if properties.get("window") is not None:
        return properties.get("starts") or properties["first_at"], properties.get("ends") or properties["last_at"]
    dated = [at for item in items for at in (item.first_at, item.last_at) if at]
    return min(dated, default=None), max(dated, default=None)


def _leading(beliefs: Sequence[Belief]) -> list[Belief]:
    """The leading territory and the runner-up; UNKNOWN only when nothing else is there."""
    told = [b for i, b in enumerate(beliefs) if b.territory != UNKNOWN and (i == 0 or b.territory != OTHER)]
    return told[:2] or list(beliefs[:1])


def class_matrix(
    beliefs: Sequence[Belief], items: Sequence[Item], weights: Weights
) -> dict[str, tuple[ClassScore, ...]]:
    """Territory -> score of each class with evidence: after the limit as fused, and raw from the items."""
    by_class: dict[str, list[Item]] = {}
    for item in sorted(items, key=lambda i: (-i.strength, i.id)):
        by_class.setdefault(item.cls, []).append(item)
    found = {}
    for b in beliefs:
        r = honest_share(b.llr_honest, b.llr_cover, b.shown, b.deceivers)
        scores = []
        for cls, honest, cover in zip(b.classes, b.honest, b.cover, strict=True):
            raw_honest, raw_cover = _raw(by_class.get(cls, []), cls, b.territory, weights)
            cut = abs(raw_honest - honest) > 1e-9 or abs(raw_cover - cover) > 1e-9
            raw = mixed(r, raw_honest, raw_cover)
            scores.append(ClassScore(cls, mixed(r, honest, cover), honest, cover, raw_honest, raw_cover, cut, raw))
        found[b.territory] = tuple(sorted(scores, key=lambda s: _place(s.cls, weights)))
    return found


def _raw(items: Sequence[Item], cls: str, territory: str, weights: Weights) -> tuple[float, float]:
    if territory == UNKNOWN:
        return 0.0, 0.0
    k = weights.classes[cls]
    honest = [i.llr.get(territory, i.llr_default) for i in items]
    cover = [i.llr_cover.get(territory, i.cover_default) for i in items]
    return (
        class_score(honest, k.rho, k.cap_neg, k.cap_pos)[0],
        class_score(cover, k.rho, k.cap_neg, k.cap_pos)[0],
    )


def _place(cls: str, weights: Weights) -> int:
    return list(weights.classes).index(cls)


@dataclass(frozen=True, slots=True)
class _Falls:
    """What all waterfalls of an account share."""

    items: tuple[Item, ...]
    scores: dict[str, tuple[ClassScore, ...]]
    priors: dict[str, float]
    shared: str
    prior_mix: str
    weights: Weights


class _Rows:
    """Rows that continue where the last one ended."""

    def __init__(self) -> None:
        self.at = 0.0
        self.rows: list[WaterfallRow] = []

    def add(self, row: WaterfallRow) -> None:
        """Append a row whose value moves the sum."""
        self.rows.append(replace(row, start=self.at, end=self.at + row.value))
        self.at += row.value


def waterfall(belief: Belief, falls: _Falls) -> Waterfall:
    """Prior, one row per class (raw), a cap row where a limit bit, story, infra, result.

    The honest and the cover part of a class or cap row are of the same footing as its value: mixed they make it.
    Class, cap, story and infra rows sum to L + infra; with the prior they reach the result, the score z.
    """
    rows, territory = _Rows(), belief.territory
    r = honest_share(belief.llr_honest, belief.llr_cover, belief.shown, belief.deceivers)
    prior = falls.priors[territory]
    rows.add(WaterfallRow("prior", "prior", log(prior), 0, 0, p=prior, rests_on=f"prior mix {falls.prior_mix}"))
    present = {score.cls: score for score in falls.scores[territory]}
    for cls in falls.weights.classes:
        if cls in present:
            _class_rows(rows, present[cls], falls)
        else:
            rows.add(WaterfallRow("class", cls, 0.0, 0, 0, present=False, rests_on="no evidence"))
    rests = f"share deceiving {belief.deceivers:.2f}"
    rows.add(WaterfallRow("story", "story", story(r, belief.shown, belief.deceivers), 0, 0, rests_on=rests))
    shared = falls.shared
    rows.add(WaterfallRow("infra", INFRA, belief.infra, 0, 0, bool(shared), rests_on=shared or "nothing shared"))
    result = WaterfallRow("result", "result", rows.at, 0.0, rows.at, p=belief.p)
    return Waterfall(belief.account, territory, (*rows.rows, result))


def _class_rows(rows: _Rows, score: ClassScore, falls: _Falls) -> None:
    behind = [item for item in falls.items if item.cls == score.cls]
    rows.add(
        WaterfallRow(
            "class",
            score.cls,
            score.raw_mixed,
            0,
            0,
            honest=score.raw_honest,
            cover=score.raw_cover,
            rests_on=_rests_on(behind),
            evidence=tuple(item.id for item in behind),
        )
    )
    if score.capped:
        text = f"raw {nats(score.raw_mixed)}, {nats(score.mixed)} counts"
        honest, cover = score.honest - score.raw_honest, score.cover - score.raw_cover
        cut = score.mixed - score.raw_mixed
        rows.add(WaterfallRow("cap", score.cls, cut, 0, 0, honest=honest, cover=cover, rests_on=text))


def _rests_on(items: Sequence[Item]) -> str:
    """What a class rests on in a few words: "31 login days by network, 1 platform label"."""
    units = {s.name: s.unit for s in all_signals()}
    counts: dict[tuple[str, str], int] = {}
    for item in items:
        unit = units.get(item.signal, ("item", "items"))
        counts[unit] = counts.get(unit, 0) + item.n
    return ", ".join(plural(n, *unit) for unit, n in counts.items())
