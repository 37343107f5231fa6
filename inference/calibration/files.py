"""The calibration file: what was fitted, on which data, which operations were held out, what it did there."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from attrigraph.errors import InputError, first_wrong
from attrigraph.folder import given_file
from attrigraph.inference.weights import Weights, load_weights
from attrigraph.inference.weights.fitted import Fitted, with_fitted

__all__ = ["CalibrationFile", "Measures", "Threshold", "calibrated", "read_calibration", "write_calibration"]


class Record(BaseModel):
    """A part of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Measures(Record):
    """Measures on held-out accounts (docs/inference.md, section 17)."""

    accounts: int
    accuracy: float
    ece: float
    log_loss: float
    brier: float
    risk_60: float


class Threshold(Record):
    """From `p` on the risk is at most `risk` with 95 % certainty: `bound` is the exact binomial bound."""

    risk: float
    p: float
    coverage: float
    bound: float


class CalibrationFile(Record):
    """One calibration. Every field is written, so that a reader can judge whether it fits another case."""

    format: Literal["attrigraph calibration 1"] = "attrigraph calibration 1"
    name: str = Field(min_length=1)
    made_at: datetime
    tool: str
    engine: str
    weights: str
    weights_sha256: str
    description: str
    cases: list[str]
    accounts: int
    operations: dict[str, int]
    territories: dict[str, int]
    bases: dict[str, int]
    contradicting: int
    held_out: list[str]
    fitted: list[str]
    deceivers: float
    deceivers_fitted: float | None
    prior_mix: str
    parameters: Fitted
    thresholds: list[Threshold]
    before: Measures
    after: Measures

    @property
    def status(self) -> str:
        """What every output says of probabilities made with it."""
        return (
            f"calibrated on {self.accounts} resolved accounts of {len(self.operations)} operations "
            f"({self.name}, {self.made_at:%Y-%m-%d})"
        )


def write_calibration(path: Path, calibration: CalibrationFile) -> None:
    """Write the file; what is there is replaced in one step. Raises InputError where that cannot be done."""
    text = json.dumps(calibration.model_dump(mode="json"), ensure_ascii=False, indent=1)
    with given_file(path) as part:
        part.write_text(text + "\n", encoding="utf-8")


def read_calibration(path: Path) -> CalibrationFile:
    """Read a calibration file. Raises InputError naming the first thing that is wrong with it."""
    try:
        return CalibrationFile.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"Calibration file {path} cannot be read: {error}. Make one with: attrigraph calibrate"
        ) from None
    except ValidationError as error:
        where, _, why = first_wrong(error)
        raise InputError(
            f"{path} is not a calibration file: {where or 'the file'}: {why}. Make one with: attrigraph calibrate"
        ) from None


def calibrated(calibration: CalibrationFile) -> Weights:
    """The weights with the calibration in force.

    Raises InputError when the file was fitted on other weights than those of this version: its numbers would not fit.
    """
    base = load_weights(calibration.weights)
    if base.sha256 != calibration.weights_sha256:
        raise InputError(
            f"Calibration {calibration.name!r} was fitted on other weights ({calibration.weights_sha256[:12]}) than "
            f"this version has ({base.sha256[:12]}). Fit it again with: attrigraph calibrate"
        )
    return with_fitted(base, calibration.parameters, calibration.status)
