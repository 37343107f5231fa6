"""The numbers behind mirrors, as data: `v0.toml`, read into frozen records and checked."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from attrigraph.errors import InputError, first_wrong

__all__ = ["FeatureWeights", "Level", "MirrorClass", "MirrorWeights", "load_mirror_weights", "read_mirror_weights"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Prior(_Strict):
    """Mirrors an account has, share of twins among them, accounts taken to lie outside the case."""

    source: str = Field(min_length=1)
    mirrors: float = Field(gt=0)
    twins: float = Field(gt=0, lt=1)
    others: float = Field(ge=0)


class VerdictRules(_Strict):
    """What a verdict asks for."""

    source: str = Field(min_length=1)
    p: float = Field(gt=0.5, lt=1)
    kind: float = Field(ge=0.5, lt=1)
    groups: int = Field(ge=2)
    support: float = Field(gt=0)
    compared: int = Field(ge=1)
    temperature: float = Field(gt=0)


class MirrorClass(_Strict):
    """A class of features that share causes; its sum stays between the limits (nats)."""

    rho: float = Field(ge=0, le=1)
    cap_pos: float = Field(ge=0)
    cap_neg: float = Field(le=0)
    counts: bool


class Level(_Strict):
    """P(level | story); `reverse` is as `clone` and `chance` counted on the case where they are None."""

    twin: float = Field(gt=0, le=1)
    clone: float = Field(gt=0, le=1)
    reverse: float | None = Field(None, gt=0, le=1)
    chance: float | None = Field(None, gt=0, le=1)


class FeatureWeights(_Strict):
    """The levels of one feature, by name, and its class."""

    cls: str
    source: str = Field(min_length=1)
    levels: dict[str, Level]


class MirrorWeights(_Strict):
    """All weights; `sha256` is the digest of the file."""

    name: str
    calibration: str
    sha256: str
    prior: Prior
    verdict: VerdictRules
    classes: dict[str, MirrorClass]
    features: dict[str, FeatureWeights]


def read_mirror_weights(content: bytes, name: str = "weights") -> MirrorWeights:
    """Weights from the text of a file. Raises InputError naming the first wrong value."""
    try:
        found: dict[str, Any] = tomllib.loads(content.decode("utf-8"))
        found["features"] = {
            feature: {"cls": table.pop("class"), "source": table.pop("source"), "levels": table}
            for feature, table in found["features"].items()
        }
        weights = MirrorWeights.model_validate(found | {"sha256": hashlib.sha256(content).hexdigest()})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as error:
        raise InputError(f"{name} cannot be read as weights of mirrors: {error}. Correct it, or use v0.") from None
    except ValidationError as error:
        where, value, why = first_wrong(error)
        raise InputError(f"{name}: {where} = {value!r}: {why}. Correct it, or use v0.") from None
    for feature, table in weights.features.items():
        if table.cls not in weights.classes:
            raise InputError(f"{name}: feature {feature} is of class {table.cls!r}, which is not among [classes].")
    return weights


@cache
def load_mirror_weights(name: str = "v0") -> MirrorWeights:
    """Bundled weights by name."""
    return read_mirror_weights(files(__package__).joinpath(f"{name}.toml").read_bytes(), f"{name}.toml")
