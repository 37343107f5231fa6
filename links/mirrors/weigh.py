"""The weighing of a pair: features to scores, classes to stories, stories to a verdict, each step as a record.

The machinery is that of territories (docs/inference.md): items in classes with limits, a prior, a temperature. The
stories stand in the place of territories; coincidence is the background and has score 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from attrigraph.inference.algebra import class_score, posterior
from attrigraph.inference.records import Item, Waterfall, WaterfallRow
from attrigraph.links.mirrors.records import STORIES, Background, Compared, Feature, Mirror, Story, Verdict
from attrigraph.links.mirrors.weights import MirrorWeights
from attrigraph.wording import percent

__all__ = ["STORY_WORDS", "weigh"]

STORY_WORDS: dict[Story, str] = {
    "twin": "a twin",
    "clone_of": "a clone",
    "cloned_by": "the source of a clone",
    "coincidence": "a coincidence",
}
Scores = dict[str, dict[Story, tuple[float, float]]]
"""Class -> story -> (raw, limited) sum."""


@dataclass(frozen=True, slots=True)
class _Case:
    """How many accounts the case has, and what unrelated ones of them often have alike."""

    accounts: int
    common: Background


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A pair in one order: `pair[0]` is the one that `clone_of` calls the clone."""

    pair: tuple[str, str]
    items: tuple[Item, ...]
    scores: Scores
    priors: dict[Story, float]
    beliefs: dict[Story, float]
    weights: MirrorWeights

    @property
    def leading(self) -> Story:
        """The most probable story but coincidence."""
        return max(STORIES[:-1], key=lambda story: self.beliefs[story])

    def score(self, story: Story) -> float:
        """Nats of a story, all classes after their limits."""
        return sum(by_story[story][1] for by_story in self.scores.values())


def weigh(found: Compared, accounts: int, weights: MirrorWeights, common: Background | None = None) -> Mirror:
    """Weigh a pair of a case of so many accounts; the source of the result is the clone when one is named.

    `common` holds what unrelated accounts of the case often have alike: it says as little as that.
    """
    one, two, case = found.pair.one, found.pair.two, _Case(accounts, common or {})
    told = _weighed(found.features, (one, two), case, weights)
    swapped = told.leading == "cloned_by"
    if swapped:
        one, two = two, one
        told = _weighed(found.features, (one, two), case, weights)
    leading, groups = told.leading, _groups(told)
    verdict, reasons = _verdict(told, groups)
    named: Story = "coincidence" if verdict == "coincidence" else leading
    copies = found.copies
    best = sorted(STORIES[:-1], key=lambda story: -told.beliefs[story])[:2]
    return Mirror(
        source=one,
        target=two,
        verdict=verdict,
        p=told.beliefs[named],
        mirrored=1.0 - told.beliefs["coincidence"],
        leading=leading,
        beliefs={str(story): p for story, p in told.beliefs.items()},
        prior=told.priors[named],
        score=told.score(leading),
        groups=groups,
        blocks=found.pair.blocks,
        reasons=(*reasons, *_direction(verdict, found.features, one)),
        items=told.items,
        nats=_added(told),
        waterfalls=tuple(_waterfall(told, story) for story in best),
        copied=copies.texts if copies else 0,
        copied_share=copies.texts / (copies.of_two if swapped else copies.of_one) if copies else None,
        lag_s=(copies.lag_s if swapped else 0.0 - copies.lag_s) if copies else None,
        message_ids=(copies.two_ids if swapped else copies.one_ids) if copies else (),
        other_ids=(copies.one_ids if swapped else copies.two_ids) if copies else (),
    )


def _weighed(features: Sequence[Feature], pair: tuple[str, str], case: _Case, weights: MirrorWeights) -> _Weighed:
    items, priors = _items(features, pair, case, weights), _priors(case.accounts, weights)
    scores = _scores(items, weights)
    z = [log(priors[story]) + sum(by_story[story][1] for by_story in scores.values()) for story in STORIES]
    beliefs = dict(zip(STORIES, posterior(z, weights.verdict.temperature), strict=True))
    return _Weighed(pair, items, scores, priors, beliefs, weights)


def _priors(accounts: int, weights: MirrorWeights) -> dict[Story, float]:
    """Prior of each story for two accounts taken at random: mirrors of an account over the accounts there are."""
    chance = min(weights.prior.mirrors / (accounts - 1 + weights.prior.others), 0.5)
    clone = chance * (1.0 - weights.prior.twins) / 2
    return {"twin": chance * weights.prior.twins, "clone_of": clone, "cloned_by": clone, "coincidence": 1.0 - chance}


def _items(features: Sequence[Feature], pair: tuple[str, str], case: _Case, weights: MirrorWeights) -> tuple[Item, ...]:
    """Features as items: llr of each story, ln(P(level | story) / P(level | coincidence))."""
    found = []
    for place, feature in enumerate(features, 1):
        table = weights.features[feature.name]
        level = table.levels[feature.level]
        chance = level.chance or _chance(feature.holders or 2, case.accounts, weights)
        usual = case.common.get((feature.name, feature.level), 0.0)
        said = f"; {percent(usual)} of unrelated pairs have as much in common" if usual > chance else ""
        chance = max(chance, usual)
        reverse = level.clone if level.reverse is None else level.reverse
        clone, cloned = (reverse, level.clone) if feature.copier == pair[1] else (level.clone, reverse)
        llr = {"twin": log(level.twin / chance), "clone_of": log(clone / chance), "cloned_by": log(cloned / chance)}
        found.append(
            Item(
                account=f"{pair[0]} and {pair[1]}",
                cls=table.cls,
                signal=feature.name,
                llr=llr,
                llr_cover=llr,
                llr_default=0.0,
                cover_default=0.0,
                summary=feature.text + said,
                n=feature.n,
                id=f"{feature.name}/{place}",
            )
        )
    return tuple(found)


def _chance(holders: int, accounts: int, weights: MirrorWeights) -> float:
    """How often an unrelated account has what this one has, from the accounts of the case that have it.

    Of k holders k - 1 are others, among all accounts of the case and some outside it; the more holders, the less these
    matter: (k - 1) / (accounts - 1 + others / (k - 1)).
    """
    more = max(holders - 1, 1)
    return min(more / (accounts - 1 + weights.prior.others / more), 1.0)


def _scores(items: Sequence[Item], weights: MirrorWeights) -> Scores:
    scores: Scores = {}
    for name, cls in weights.classes.items():
        own = sorted((item for item in items if item.cls == name), key=lambda item: -item.strength)
        if own:
            scores[name] = {
                story: class_score([item.llr.get(story, 0.0) for item in own], cls.rho, cls.cap_neg, cls.cap_pos)
                for story in STORIES
            }
    return scores


def _added(told: _Weighed) -> tuple[float, ...]:
    """What each item adds to the leading story: its part of the sum of its class, cut down as the sum is."""
    added = dict.fromkeys((item.id for item in told.items), 0.0)
    for name, by_story in told.scores.items():
        own = sorted((item for item in told.items if item.cls == name), key=lambda item: -item.strength)
        raw, limited = by_story[told.leading]
        for place, item in enumerate(own):
            part = item.llr[told.leading] * told.weights.classes[name].rho ** place
            added[item.id] = part * limited / raw if raw else part
    return tuple(added[item.id] for item in told.items)


def _groups(told: _Weighed) -> tuple[str, ...]:
    """Independent groups that support the leading story, the strongest first."""
    classes, least = told.weights.classes, told.weights.verdict.support
    by_class = {name: by_story[told.leading][1] for name, by_story in told.scores.items() if classes[name].counts}
    return tuple(sorted((name for name, s in by_class.items() if s >= least), key=lambda name: -by_class[name]))


def _verdict(told: _Weighed, groups: tuple[str, ...]) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict, and why. Twin and clone ask for two independent groups: a name alone never suffices."""
    rules, beliefs, leading = told.weights.verdict, told.beliefs, told.leading
    compared = [name for name in told.scores if told.weights.classes[name].counts]
    mirrored = 1.0 - beliefs["coincidence"]
    if mirrored >= rules.p and beliefs[leading] >= rules.kind and len(groups) >= rules.groups:
        return ("twin" if leading == "twin" else "clone_of"), (f"{_listed(groups)} agree",)
    if beliefs["coincidence"] >= rules.p:
        if len(compared) >= rules.compared:
            speaks = f"{_listed(groups)} speak for more" if groups else "nothing speaks for more"
            return "coincidence", (f"{speaks}, of {len(compared)} groups compared",)
        return "insufficient", (f"only {_listed(compared) or 'nothing'} could be compared",)
    if len(groups) < rules.groups:
        return "insufficient", (f"only {_listed(groups) or 'nothing'} speaks for it: one group never suffices",)
    if mirrored >= rules.p:
        each = ", ".join(f"{STORY_WORDS[s]} {percent(beliefs[s])}" for s in STORIES[:-1])
        return "insufficient", (f"mirrored, but the evidence does not tell which way: {each}",)
    return "insufficient", (f"coincidence keeps {percent(beliefs['coincidence'])}",)


def _listed(words: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


def _direction(verdict: Verdict, features: Sequence[Feature], source: str) -> tuple[str, ...]:
    """What says who copies whom."""
    if verdict != "clone_of":
        return ()
    words = {
        "order": "it posts the copied texts later",
        "creation": "it is the younger account",
        "followers": "it has far fewer followers",
        "handle_history": "it took the other's handle",
    }
    told = [words[f.name] for f in features if f.copier == source and f.name in words]
    against = [f.name for f in features if f.copier not in (source, None)]
    return (*told, *(f"against the direction: {name}" for name in against))


def _waterfall(told: _Weighed, story: Story) -> Waterfall:
    """From the prior odds against coincidence to the result; a cap row takes back what a limit cut off."""
    at = log(told.priors[story] / told.priors["coincidence"])
    rows = [WaterfallRow("prior", "prior", at, 0.0, at, p=told.priors[story])]
    for name in told.weights.classes:
        own = [item for item in told.items if item.cls == name]
        raw, limited = told.scores[name][story] if own else (0.0, 0.0)
        rests_on = "; ".join(f"{item.signal.replace('_', ' ')}: {item.summary}" for item in own)
        ids = tuple(item.id for item in own)
        rows.append(WaterfallRow("class", name, raw, at, at + raw, bool(own), rests_on=rests_on, evidence=ids))
        if limited != raw:
            rows.append(WaterfallRow("cap", name, limited - raw, at + raw, at + limited))
        at += limited
    rows.append(WaterfallRow("result", "result", at, 0.0, at, p=told.beliefs[story]))
    return Waterfall(" and ".join(told.pair), story, tuple(rows))
