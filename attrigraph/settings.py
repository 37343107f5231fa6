"""The settings of a case: `case.toml`, checked when read, and the environment variables that choose a server."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from attrigraph.errors import CaseError, first_wrong

__all__ = ["USERS", "CaseSettings", "Neo4jServer", "PriorMix", "read_settings", "write_settings"]

CASE_VERSION = 1

USERS = "users"
"""Name of the prior mix that is made of the users of the platforms."""

PRESETS = {"benign": 0.05, "mixed": 0.2, "adversarial": 0.4}
"""Assumed share of accounts under cover by the name of the preset (evidence model, section 2)."""


class Neo4jServer(BaseModel):
    """Where a Neo4j server is and how to log in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    uri: str
    username: str = "neo4j"
    password: SecretStr = SecretStr("")
    database: str = "neo4j"

    @classmethod
    def from_environment(cls) -> Neo4jServer | None:
        """The server `NEO4J_URI`, `NEO4J_USERNAME`, `NEO4J_PASSWORD`, `NEO4J_DATABASE` name; None without `NEO4J_URI`."""
        uri = os.environ.get("NEO4J_URI")
        if not uri:
            return None
        return cls(
            uri=uri,
            username=os.environ.get("NEO4J_USERNAME", "neo4j"),
            password=SecretStr(os.environ.get("NEO4J_PASSWORD", "")),
            database=os.environ.get("NEO4J_DATABASE", "neo4j"),
        )


Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class PriorMix(BaseModel):
    """A prior mix: `weights` by territory code count against each other, or `shares` are parts of 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = ""
    weights: dict[str, Positive] = Field(default_factory=dict)
    shares: dict[str, Positive] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_of_both(self) -> PriorMix:
        if bool(self.weights) == bool(self.shares):
            raise ValueError("a prior mix has weights or shares, one of the two")
        whole = sum(self.shares.values())
        if whole > 1.0 + 1e-6:
            raise ValueError(f"the shares sum to {whole:.4g}, and shares are parts of 1; as weights they need no sum")
        return self


class CaseSettings(BaseModel):
    """What `case.toml` holds. Every field has a default; descriptions are the documentation."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(CASE_VERSION, description="version of the case folder's layout")
    name: str = Field("case", description="short name of the case, printed in briefs")
    question: str = Field("", description="the question the brief answers")
    engine: Literal["embedded", "neo4j"] = Field(
        "embedded", description="graph engine; neo4j needs a [neo4j] table or NEO4J_URI"
    )
    prior_mix: str = Field(
        "case",
        description="name of the prior mix: case (territories seen in it), uniform, users (of the platforms, with [users]), "
        "one of [priors], or any other name with [prior]",
    )
    prior: dict[str, Positive] = Field(
        default_factory=dict, description="weight by territory code of a prior mix of your own"
    )
    priors: dict[str, PriorMix] = Field(
        default_factory=dict,
        description="named prior mixes: source, and weights or shares by territory code; see attrigraph priors",
    )
    users: dict[str, dict[str, Positive]] = Field(
        default_factory=dict, description="users by platform and territory code, for the prior mix users"
    )
    deceivers: float = Field(
        0.2, gt=0, lt=1, description="assumed share of accounts under cover: benign .05, mixed .2, adversarial .4"
    )
    calibration: str = Field(
        "", description="calibration file in use, relative to the case; empty: none, and no probability is calibrated"
    )
    redaction: Literal["numbers", "handles", "none"] = Field(
        "numbers", description="what briefs and figures show of accounts"
    )
    tlp: Literal["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"] = Field(
        "AMBER", description="Traffic Light Protocol mark of briefs"
    )
    simulated: bool = Field(False, description="every output of the case is marked SIMULATED")
    groups: dict[str, list[str]] = Field(
        default_factory=dict, description="named sets of accounts, for attrigraph group: name = list of account ids"
    )
    hypotheses: dict[Literal["H1", "H2", "H3", "H4", "H5", "H6", "H7", "H8"], str] = Field(
        default_factory=dict, description="what an analyst says to a hypothesis of the brief, by its id H1 to H8"
    )
    timezone: str = Field("", description="zone of times that name none; empty: such rows are rejected")
    neo4j: Neo4jServer | None = Field(None, description="server; the password is better left to NEO4J_PASSWORD")


def read_settings(path: Path) -> CaseSettings:
    """Read `case.toml`. Raises CaseError with the field, the value and what to do."""
    try:
        return CaseSettings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise CaseError(
            f"{path.parent} is not a case: {path.name} is missing. Create one with: attrigraph init {path.parent}"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CaseError(f"{path} cannot be read: {error}. Correct that line, or restore the file.") from None
    except ValidationError as error:
        where, value, why = first_wrong(error)
        raise CaseError(f"{path}: setting {where} = {value!r}: {why}. Correct it and try again.") from None


def write_settings(path: Path, settings: CaseSettings) -> None:
    """Write `case.toml` with every description as a comment; passwords are never written."""
    lines = ["# An attrigraph case. Every setting is explained in docs/settings.md.", ""]
    tables = {name for name, value in settings if isinstance(value, dict)}
    values = settings.model_dump(mode="json", exclude={"neo4j", *tables})
    for name, value in values.items():
        lines += [f"# {CaseSettings.model_fields[name].description}", f"{name} = {_toml(value)}", ""]
    if settings.prior:
        lines += ["[prior]", *(f"{code} = {weight}" for code, weight in settings.prior.items()), ""]
    for name, mix in settings.priors.items():
        lines += [f"[priors.{_toml(name)}]", f"source = {_toml(mix.source)}"]
        for kind, table in (("weights", mix.weights), ("shares", mix.shares)):
            lines += [f"{kind} = {_toml_table(table)}"] if table else []
        lines.append("")
    if settings.users:
        lines += ["[users]", *(f"{_toml(name)} = {_toml_table(table)}" for name, table in settings.users.items()), ""]
    if settings.groups:
        lines += ["[groups]", *(f"{name} = {_toml_list(ids)}" for name, ids in settings.groups.items()), ""]
    if settings.hypotheses:
        lines += ["[hypotheses]", *(f"{name} = {_toml(said)}" for name, said in settings.hypotheses.items()), ""]
    if settings.neo4j:
        server = settings.neo4j.model_dump(mode="json", exclude={"password"})
        lines += ["[neo4j]", *(f"{name} = {_toml(value)}" for name, value in server.items()), ""]
    path.write_text("\n".join(lines), encoding="utf-8")


def _toml_table(table: Mapping[str, float]) -> str:
    return f"{{ {', '.join(f'{code} = {value}' for code, value in table.items())} }}"


def _toml_list(values: list[str]) -> str:
    return f"[{', '.join(_toml(value) for value in values)}]"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'
