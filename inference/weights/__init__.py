"""Every number of the inference, as data: `v0.toml`, read into frozen records and checked."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from attrigraph.errors import InputError, first_wrong

__all__ = [
    "ActivityWeights",
    "EvidenceClass",
    "ScoreWeights",
    "SignalWeights",
    "Weights",
    "load_weights",
    "read_weights",
]

Category = Literal["technical", "behavioural", "contextual"]


class Table(BaseModel):
    """A table of the file; `source` says where its numbers come from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(min_length=1)


class CaseWeights(Table):
    """Priors, temperature and smoothing."""

    unknown: float = Field(gt=0, lt=1)
    other_floor: float = Field(gt=0, lt=1)
    temperature: float = Field(gt=0)
    unseen: float = Field(gt=0, le=1)
    least_seen: int = Field(ge=1)
    pi_smoothing: float = Field(gt=0)
    decoy: float = Field(gt=0, lt=1)


class ShownWeights(Table):
    """The persona an account displays."""

    limit: float = Field(gt=0, lt=1)
    no_profile: float = Field(ge=0, lt=1)
    no_profile_slope: float = Field(gt=0)
    cell: float = Field(ge=0, lt=1)
    floor: float = Field(ge=0, lt=1)
    default_background: float = Field(ge=0, lt=1)


class PersonaWeights(Table):
    """Persona items and leaks."""

    honest: float = Field(gt=0, lt=1)
    leak: float = Field(gt=0, lt=1)
    leak_share: float = Field(gt=0, lt=1)
    leak_fits: float = Field(gt=0, lt=1)
    best: int = Field(ge=1)
    best_share: float = Field(ge=0, le=1)


class LoginWeights(Table):
    """How login days add up."""

    n_limit: float = Field(gt=0)
    night: float = Field(ge=0)
    office: float = Field(ge=0)
    night_from: int = Field(ge=0, le=24)
    night_to: int = Field(ge=0, le=24)


class ConductWeights(Table):
    """Items about the story: P(so much of the use is hidden | honest), P(.. | cover), for none, some and most of it.

    `reference` is the share of deceiving accounts they are weighed against: P = (1 - reference) honest + reference
    cover. `full_days` login days count fully. `bursts` are (chance below, P(.. | honest), P(.. | cover)), rarest first,
    for `burst_least` and more others within `burst_days`; a group made within `burst_least_span` days tells nothing.
    """

    reference: float = Field(gt=0, lt=1)
    hidden_none: tuple[float, float]
    hidden_some: tuple[float, float]
    hidden_most: tuple[float, float]
    hidden_most_from: float = Field(gt=0, le=1)
    full_days: float = Field(gt=0)
    anonymisers: tuple[str, ...]
    burst_days: float = Field(gt=0)
    burst_around: float = Field(gt=0)
    burst_least: int = Field(ge=1)
    burst_least_span: float = Field(gt=0)
    bursts: tuple[tuple[float, float, float], ...]
    burst_none: tuple[float, float]


class ScoreWeights(Table):
    """Items that score every territory: how likely the behaviour is staged, and how many territories they name."""

    honest: float = Field(gt=0, lt=1)
    cover: float = Field(gt=0, lt=1)
    best: int = Field(ge=1)


class ActivityWeights(Table):
    """Hours, daylight saving, weekends and holidays: docs/inference.md, sections 14 and 15.

    `temper` and `temper_hours` are a and b of tau = a / (1 + b n). `marks` is the share of events on second 0 of a
    minute divisible by five from which on they count as scheduled, `schedulers` are parts of names of programs that
    post at times set before. `dst_*` belong to daylight saving, `weekend_*` to weekends, `holiday_*` to holidays.
    """

    uniform: float = Field(gt=0, lt=1)
    temper: float = Field(gt=0)
    temper_hours: float = Field(ge=0)
    least_hours: int = Field(ge=1)
    flat: float = Field(ge=0)
    night_share: float = Field(gt=0, lt=1)
    night_factor: float = Field(ge=0, le=1)
    marks: float = Field(gt=0, le=1)
    live_hours: int = Field(ge=1)
    schedulers: tuple[str, ...]
    dst_least_hours: int = Field(ge=1)
    dst_least_share: float = Field(gt=0, lt=0.5)
    dst_most_hours: int = Field(ge=1)
    dst_folds: int = Field(ge=2)
    dst_sigma: float = Field(gt=0)
    dst_added: float = Field(gt=0)
    dst_factor: float = Field(gt=0, le=1)
    weekend_least_days: int = Field(ge=1)
    weekend_temper: float = Field(ge=0)
    weekend_ratios: tuple[tuple[float, float], ...]
    holiday_paid: float = Field(gt=0)
    holiday_hobby: float = Field(gt=0)
    holiday_window: int = Field(ge=3)
    holiday_least: int = Field(ge=1)


class RegistrationWeights(Table):
    """How registration evidence ages."""

    half_life_years: float = Field(gt=0)


class InfraWeights(Table):
    """Shared infrastructure and its messages."""

    hold: dict[str, float]
    ip_day: float = Field(gt=0, lt=1)
    exit_day: float = Field(ge=0, lt=1)
    crowding: float = Field(ge=0)
    dependence: float = Field(ge=0)
    max_degree: int = Field(ge=2)
    named_from: float = Field(gt=0, lt=1)
    limit: float = Field(gt=0)
    story_dependence: float = Field(ge=0)
    story_limit: float = Field(gt=0)
    private: tuple[str, ...]
    exits: tuple[str, ...]
    labelled: float = Field(gt=0, lt=1)


class WindowWeights(Table):
    """When a time window of an account begins."""

    silence_days: float = Field(gt=0)
    together_days: float = Field(ge=0)
    limit: int = Field(ge=2)


class GroupWeights(Table):
    """How the accounts of a group add up when it is read as one operation."""

    item_limit: float = Field(gt=0)
    further: float = Field(ge=0, le=1)
    limit: float = Field(gt=0)
    holidays_of: int = Field(ge=2)


class VerdictWeights(Table):
    """Thresholds of outcomes and confidence."""

    p_supported: float = Field(gt=0, lt=1)
    p_high: float = Field(gt=0, lt=1)
    p_kit: float = Field(gt=0, lt=1)
    support: float = Field(gt=0)
    against: float = Field(lt=0)
    shown: float = Field(gt=0, lt=1)
    displayed: float = Field(gt=0, lt=1)
    refuted: float = Field(gt=0, lt=1)
    region: float = Field(gt=0, lt=1)


class MissingWeights(Table):
    """What is expected of one more signal: login days at home; how often hours find the true offset, or one beside."""

    login_days: float = Field(gt=0)
    offset: tuple[float, ...] = Field(min_length=1, max_length=12)


class EvidenceClass(Table):
    """A dependence class: each further item counts `rho` of the one before; the sum stays between the limits (nats).

    `cover` = (real, persona, anywhere): where an operator under cover takes such a thing from. `weight` multiplies
    every item of the class; the limits are those after it. It is 1 unless a calibration fitted it. `staged`: an
    operator can buy it, or set it up once, to fit a persona.
    """

    category: Category
    rho: float = Field(ge=0, le=1)
    cap_pos: float = Field(ge=0)
    cap_neg: float = Field(le=0)
    cover: tuple[float, float, float] | None = None
    staged: bool = False
    weight: float = Field(1.0, ge=0)


class SignalWeights(Table):
    """One signal: `alpha` strength, `limit` of one item (nats), `power` v in the displayed persona.

    `against` is the limit of what one item that scores every territory takes away; without it `limit` holds. `least`
    is how many observations the signal needs to say anything.
    """

    alpha: float | None = Field(None, ge=0, lt=1)
    limit: float | None = Field(None, gt=0)
    against: float | None = Field(None, gt=0)
    power: float | None = Field(None, gt=0, le=1)
    doubted: float = Field(1.0, ge=0, le=1)
    weak: float | None = Field(None, ge=0, lt=1)
    least: int | None = Field(None, ge=1)


class Weights(BaseModel):
    """All weights. `sha256` is the digest of the file, printed with every run.

    `fitted` is the JSON of what a calibration changed and `knots` its map of probabilities, both empty without one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    calibration: str
    sha256: str = ""
    fitted: str = ""
    knots: tuple[tuple[float, float], ...] = ()
    case: CaseWeights
    shown: ShownWeights
    persona: PersonaWeights
    login: LoginWeights
    scores: ScoreWeights
    conduct: ConductWeights
    activity: ActivityWeights
    registration: RegistrationWeights
    infra: InfraWeights
    windows: WindowWeights
    groups: GroupWeights
    verdict: VerdictWeights
    missing: MissingWeights
    classes: dict[str, EvidenceClass]
    signals: dict[str, SignalWeights]
    network_types: dict[str, float]
    disagreement: dict[str, float]

    def signal(self, name: str) -> SignalWeights:
        """The weights of a signal; a signal the file does not name has none of its own."""
        return self.signals.get(name) or SignalWeights.model_validate({"source": "none"})

    def reliability(self, territory: str) -> float:
        """r_g: how often address databases agree on the territory."""
        return 1.0 - self.disagreement.get(territory, self.disagreement["default"])

    def address_alpha(self, network_type: str | None, places: tuple[str, ...]) -> float:
        """a_t r_g of an address; for several territories the mean of their r_g. An unknown type is `unknown`."""
        a = self.network_types.get(network_type or "unknown", self.network_types["unknown"])
        return a * sum(self.reliability(g) for g in places) / len(places)


def read_weights(content: bytes, name: str = "weights") -> Weights:
    """Weights from the text of a file. Raises InputError naming the first wrong value."""
    try:
        found: dict[str, Any] = tomllib.loads(content.decode("utf-8"))
        for table in ("network_types", "disagreement"):
            if not found[table].pop("source", ""):
                raise InputError(f"{name}: table [{table}] does not say where its numbers come from. Add source.")
        return Weights.model_validate(found | {"sha256": hashlib.sha256(content).hexdigest()})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as error:
        raise InputError(f"{name} cannot be read as weights: {error}. Correct it, or use v0.") from None
    except ValidationError as error:
        where, value, why = first_wrong(error)
        raise InputError(f"{name}: {where} = {value!r}: {why}. Correct it, or use v0.") from None


@cache
def load_weights(name: str = "v0") -> Weights:
    """Bundled weights by name."""
    return read_weights(files(__name__).joinpath(f"{name}.toml").read_bytes(), f"{name}.toml")
