"""What a calibration changes in the weights: the fitted numbers, and the weights with them in force.

The `Run` node keeps the fitted numbers as JSON, so that whoever reads a run reads it with the weights it was made with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from attrigraph.errors import InputError
from attrigraph.inference.weights import Weights, load_weights

__all__ = ["Fitted", "weights_of", "with_fitted"]


class Fitted(BaseModel):
    """Fitted numbers; what was not fitted is absent and stays as it is in the weights.

    `temperature` divides every score; `classes` multiply the scores of a class (m_k, its limits with them); `alpha` are
    strengths by signal, `network_types` those of address types; `cover` is (real, persona, anywhere) by class; `knots`
    (p, calibrated p) map the probability of the leading territory, rising.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    temperature: float = Field(1.0, gt=0, le=20)
    classes: dict[str, float] = Field(default_factory=dict)
    alpha: dict[str, float] = Field(default_factory=dict)
    network_types: dict[str, float] = Field(default_factory=dict)
    cover: dict[str, tuple[float, float, float]] = Field(default_factory=dict)
    knots: tuple[tuple[float, float], ...] = ()

    @model_validator(mode="after")
    def _in_bounds(self) -> Fitted:
        for name, value in self.classes.items():
            if not 0 <= value <= 10:
                raise ValueError(f"weight of class {name} is {value}, outside 0 to 10")
        for name, value in {**self.alpha, **self.network_types}.items():
            if not 0 <= value < 1:
                raise ValueError(f"strength of {name} is {value}, outside 0 to 1")
        for name, shares in self.cover.items():
            if min(shares) < 0 or abs(sum(shares) - 1.0) > 1e-6:
                raise ValueError(f"cover shares of {name} are {shares}; they are shares and sum to 1")
        xs, ys = [x for x, _ in self.knots], [y for _, y in self.knots]
        if xs != sorted(set(xs)) or ys != sorted(ys) or any(not 0 <= v <= 1 for v in (*xs, *ys)):
            raise ValueError("knots must rise, between 0 and 1")
        return self


def with_fitted(weights: Weights, fitted: Fitted, calibration: str) -> Weights:
    """The weights with fitted numbers; `calibration` is what every output says of their status.

    Raises InputError for a class or signal the weights do not have.
    """
    for kind, names, known in (
        ("class", {*fitted.classes, *fitted.cover}, weights.classes),
        ("signal", fitted.alpha, weights.signals),
        ("network type", fitted.network_types, weights.network_types),
    ):
        for name in names:
            if name not in known:
                raise InputError(f"The calibration fits {kind} {name!r}, which weights {weights.name} do not have.")
    text = fitted.model_dump_json(exclude_defaults=True)
    classes = {}
    for name, k in weights.classes.items():
        m = fitted.classes.get(name, 1.0)
        changed = {"weight": m, "cap_pos": k.cap_pos * m, "cap_neg": k.cap_neg * m}
        classes[name] = k.model_copy(update=changed | {"cover": fitted.cover.get(name, k.cover)})
    signals = {
        name: s.model_copy(update={"alpha": fitted.alpha.get(name, s.alpha)}) for name, s in weights.signals.items()
    }
    return weights.model_copy(
        update={
            "calibration": calibration,
            "sha256": hashlib.sha256(f"{weights.sha256}\n{text}".encode()).hexdigest(),
            "fitted": text,
            "knots": fitted.knots,
            "case": weights.case.model_copy(update={"temperature": fitted.temperature}),
            "classes": classes,
            "signals": signals,
            "network_types": weights.network_types | fitted.network_types,
        }
    )


def weights_of(run: Mapping[str, Any]) -> Weights:
    """The weights a run was made with, from its row (weights, fitted, calibration)."""
    base = load_weights(run["weights"])
    if not run.get("fitted"):
        return base
    try:
        return with_fitted(base, Fitted.model_validate_json(run["fitted"]), run["calibration"])
    except ValidationError as error:
        raise InputError(
            f"Run {run['id']} has fitted weights that cannot be read: {error.errors()[0]['msg']}."
        ) from None
