"""The page about the weights of mirrors, written from `v0.toml`."""

from __future__ import annotations

from math import log

from attrigraph.links.mirrors.weights import FeatureWeights, Level, load_mirror_weights
from attrigraph.wording import nats

__all__ = ["mirror_weights_page"]

HEAD = """<!-- Written by `make docs`; change links/mirrors/v0.toml, not this page. -->
# Weights of mirrors

What each comparison of two accounts adds, in nats against coincidence: [mirrors.md](mirrors.md) says how they add up.
Hand-set, {calibration}. Where the chance of a level is counted on the case, the table says so and has no number: the
rarer the value, the more it adds.

Prior: {mirrors:g} mirrors an account, {twins:.0%} of them twins ({source}).
"""


def mirror_weights_page() -> str:
    """`docs/mirror-weights.md`."""
    weights = load_mirror_weights()
    prior = weights.prior
    text = HEAD.format(calibration=weights.calibration, mirrors=prior.mirrors, twins=prior.twins, source=prior.source)
    text += "\n| class | limits, nats | each further feature | independent group |\n|---|---|---|---|\n"
    for name, k in weights.classes.items():
        counts = "yes" if k.counts else "no: it only tells the stories apart"
        text += f"| {name} | +{k.cap_pos:g} / {k.cap_neg:g} | × {k.rho:g} | {counts} |\n"
    for name, feature in weights.features.items():
        text += f"\n## {name}\n\nClass {feature.cls}: {feature.source}.\n\n" + _levels(feature)
    return text


def _levels(feature: FeatureWeights) -> str:
    directed = any(level.reverse is not None for level in feature.levels.values())
    text = "| level | twin | clone |" + (" clone the other way round |" if directed else "") + "\n|---|---|---|"
    text += ("---|" if directed else "") + "\n"
    for name, level in feature.levels.items():
        text += f"| {name} | {_nats(level.twin, level)} | {_nats(level.clone, level)} |"
        text += f" {_nats(level.reverse or level.clone, level)} |\n" if directed else "\n"
    return text


def _nats(p: float, level: Level) -> str:
    return f"ln({p:g} / chance)" if level.chance is None else nats(log(p / level.chance))
