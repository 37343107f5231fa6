"""The calibration file: what was fitted, on which data, which operations were held out, what it did there."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from attrigraph.errors import InputError, first_wrong
from attrigraph.folder import given_file
from attrigraph.inference.calibration.fit import LEAST_ACCOUNTS, LEAST_OPERATIONS, TEMPERATURES, at_bound
from attrigraph.inference.weights import Weights, load_weights
from attrigraph.inference.weights.fitted import Fitted, with_fitted

__all__ = ["CalibrationFile", "Measures", "Threshold", "calibrated", "read_calibration", "write_calibration"]


JUDGED = ("log_loss", "brier", "ece")
"""Measures that must not get worse on held-out accounts; compared as they are printed, to four figures."""


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
    """One calibration. Every field is written, so that a reader can judge whether it fits another case.

    `remarks` are sentences about what speaks against using it.
    """

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
    remarks: list[str] = Field(default_factory=list)

    @property
    def enough(self) -> bool:
        """Whether it rests on as many accounts and operations as a calibration needs, with some held out."""
        return self.accounts >= LEAST_ACCOUNTS and len(self.operations) >= LEAST_OPERATIONS and bool(self.held_out)

    @property
    def worse(self) -> tuple[str, ...]:
        """Measures that are worse on held-out accounts than before, each with both values."""
        pairs = [(name, f"{getattr(self.before, name):.4g}", f"{getattr(self.after, name):.4g}") for name in JUDGED]
        return tuple(f"{name.replace('_', ' ')} {x} to {y}" for name, x, y in pairs if float(y) > float(x))

    @property
    def at_bound(self) -> bool:
        """Whether the temperature was stopped by its bounds."""
        return at_bound(self.parameters.temperature)

    @property
    def status(self) -> str:
        """What every output says of probabilities made with it."""
        but = ["its temperature is at a bound"] * self.at_bound
        but += ["worse on held-out accounts than without"] * bool(self.worse)
        return (
            f"calibrated on {self.accounts} resolved accounts of {len(self.operations)} operations "
            f"({self.name}, {self.made_at:%Y-%m-%d})" + (f", but {' and '.join(but)}" if but else "")
        )

    def remarked(self) -> CalibrationFile:
        """The same with the remarks that its numbers call for."""
        remarks = []
        if self.at_bound:
            low, high = TEMPERATURES
            remarks.append(
                f"The temperature {self.parameters.temperature:.3g} is at a bound of what is fitted, {low:g} to "
                f"{high:g}: it was stopped there, not found. Look at the labels and at the assumed share deceiving."
            )
        if self.worse:
            remarks.append(
                f"On held-out accounts the probabilities are worse with it than without ({', '.join(self.worse)}): "
                "using it is not recommended."
            )
        return self.model_copy(update={"remarks": remarks})


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

    Raises InputError when it rests on too little to be called so, as files of earlier versions may, or was fitted on
    other weights than those of this version: its numbers would not fit.
    """
    if not calibration.enough:
        raise InputError(
            f"Calibration {calibration.name!r} rests on too little: labelled accounts: {calibration.accounts}, "
            f"operations: {len(calibration.operations)}, held out: {len(calibration.held_out)}; at least "
            f"{LEAST_ACCOUNTS} and {LEAST_OPERATIONS} are needed, some held out. Fit it again with: attrigraph "
            "calibrate, or go without: attrigraph infer --calibration none"
        )
    base = load_weights(calibration.weights)
    if base.sha256 != calibration.weights_sha256:
        raise InputError(
            f"Calibration {calibration.name!r} was fitted on other weights ({calibration.weights_sha256[:12]}) than "
            f"this version has ({base.sha256[:12]}). Fit it again with: attrigraph calibrate"
        )
    return with_fitted(base, calibration.parameters, calibration.status)
