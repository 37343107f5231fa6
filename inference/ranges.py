"""The answer under another assumed share of accounts under cover, without a new run.

Exact, not an approximation: messages of neighbours rest on `told` and `deception`, and neither depends on the share
(evidence model, sections 2 and 9). So `infra` stays as it is, and the pressure of the neighbours on the story is added
to the logit of the new share.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from attrigraph.inference.assess import priors_now
from attrigraph.inference.records import Belief
from attrigraph.inference.weights import load_weights

__all__ = ["SHARES", "under_share"]

SHARES = (0.05, 0.2, 0.4)
"""The shares of the presets benign, mixed and adversarial."""


def _logit(p: float) -> float:
    return math.log(p / (1 - p))


def under_share(beliefs: Sequence[Belief], run_share: float, share: float) -> dict[str, float]:
    """Probability of each candidate of one account when `share` is assumed instead of the run's.

    `beliefs` are all of the account's beliefs in one run; the result sums to 1.
    """
    pressure = _logit(beliefs[0].deceivers) - _logit(run_share)
    d = 1 / (1 + math.exp(-(_logit(share) + pressure)))
    priors = priors_now(beliefs, load_weights())
    scores = {
        b.territory: math.log(prior)
        + math.log((1 - d) * math.exp(b.llr_honest) + d * (1 - b.shown) * math.exp(b.llr_cover))
        + b.infra
        for b, prior in zip(beliefs, priors, strict=True)
    }
    top = max(scores.values())
    weights = {territory: math.exp(score - top) for territory, score in scores.items()}
    total = sum(weights.values())
    return {territory: weight / total for territory, weight in weights.items()}
