"""Prior mixes of a case: named tables by territory, and the users of the platforms its accounts are on.

A mix is an assumption the user makes and names; where it comes from is kept with it and printed with the run.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrigraph.errors import InputError
from attrigraph.graph import statement
from attrigraph.inference.world import PRIOR_MIXES
from attrigraph.settings import USERS, PriorMix
from attrigraph.territories import resolve_place, territories, territory_name
from attrigraph.wording import percent

if TYPE_CHECKING:
    from attrigraph.case import Case

__all__ = ["Mix", "load_mix", "mix_in_use", "mix_rows", "mix_source"]

VALUES = {"users": "weights", "weight": "weights", "weights": "weights", "share": "shares", "shares": "shares"}
"""Heads of the column with the numbers: users and weights count against each other, shares are parts of 1."""
PLACES = ("territory", "country", "code")
FIRST = 3
"""Territories that a row about a mix names."""


@dataclass(frozen=True, slots=True)
class Mix:
    """A prior mix: weight by territory code, None where the inference knows it by name; `source` in words."""

    name: str
    weights: dict[str, float] | None
    source: str = ""


def mix_in_use(case: Case, name: str | None = None) -> Mix:
    """The mix of that name, or the one of the settings.

    `users` weighs the users of each platform by the accounts the case has there. Raises InputError for a name without
    a table, and for a platform without users.
    """
    settings, name = case.settings, name or case.settings.prior_mix
    if name in settings.priors:
        mix = settings.priors[name]
        return Mix(name, _weights(mix), mix.source)
    if name == USERS:
        return Mix(name, _of_platforms(case), "users of the platforms of the case, as supplied")
    if name in PRIOR_MIXES:
        return Mix(name, None)
    if not settings.prior:
        known = ", ".join((*PRIOR_MIXES, *settings.priors, *([USERS] if settings.users else [])))
        raise InputError(
            f"There is no prior mix {name!r}. There are: {known}. Load one: attrigraph priors FILE --name {name}"
        )
    return Mix(name, dict(settings.prior), "weights in case.toml")


def _weights(mix: PriorMix) -> dict[str, float]:
    """Weights of a mix. What shares leave of 1 belongs to all territories not named, in equal parts."""
    if mix.weights:
        return dict(mix.weights)
    rest = [code for code in territories() if code not in mix.shares]
    left = 1.0 - sum(mix.shares.values())
    return dict(mix.shares) | (dict.fromkeys(rest, left / len(rest)) if left > 1e-9 and rest else {})


def _of_platforms(case: Case) -> dict[str, float]:
    users = case.settings.users
    found: dict[str, float] = {}
    for row in case.store.read(statement("facts/platforms")):
        table = users.get(row["platform"])
        if table is None:
            raise InputError(
                f"The prior mix {USERS!r} needs the users of platform {row['platform']!r}, where the case has "
                f"{row['accounts']} accounts. Load them: attrigraph priors FILE --platform {row['platform']}"
            )
        for code, count in table.items():
            found[code] = found.get(code, 0.0) + row["accounts"] * count / sum(table.values())
    if not found:
        raise InputError(f"The prior mix {USERS!r} needs accounts. Load some first: attrigraph load FILES")
    return found


def mix_source(case: Case, name: str) -> str:
    """Where the numbers of a supplied mix come from, in the words of who supplied it; "" for the others."""
    mix = case.settings.priors.get(name)
    return mix.source if mix else ""


def load_mix(case: Case, path: Path, *, name: str | None, platform: str | None, source: str) -> Mix:
    """Read a table of territories into the settings, as the mix `name` or as the users of `platform`.

    The file is CSV with a column territory (code or name) and one of users, weight, share. A row that names no single
    territory or no positive number refuses the file: a prior with a hole in it would be a guess.
    """
    if bool(name) == bool(platform):
        raise InputError("Say what the table is: --name for a prior mix, or --platform for users of a platform.")
    kind, table = _read(path)
    source = source or path.name
    if platform:
        if kind == "shares":
            table = _weights(_checked(path, {"shares": table}))
        case.save_settings(users={**case.settings.users, platform.casefold(): table})
        return Mix(USERS, table, source)
    assert name is not None
    if name in (*PRIOR_MIXES, USERS):
        raise InputError(f"The name {name!r} is taken. Choose another name for the mix.")
    mix = _checked(path, {kind: table, "source": source})
    case.save_settings(priors={**case.settings.priors, name: mix})
    return Mix(name, _weights(mix), source)


def _checked(path: Path, values: dict[str, Any]) -> PriorMix:
    from pydantic import ValidationError

    try:
        return PriorMix.model_validate(values)
    except ValidationError as error:
        raise InputError(f"{path.name}: {error.errors()[0]['msg'].removeprefix('Value error, ')}.") from None


def _read(path: Path) -> tuple[str, dict[str, float]]:
    """Kind of the numbers (weights or shares) and the table."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [{(k or "").strip().casefold(): v for k, v in row.items()} for row in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read as CSV: {error}.") from None
    if not rows:
        raise InputError(f"{path.name} has no rows. It needs columns territory and users, weight or share.")
    place = next((c for c in PLACES if c in rows[0]), None)
    value = next((c for c in VALUES if c in rows[0]), None)
    if place is None or value is None:
        raise InputError(
            f"{path.name}: columns are {', '.join(rows[0])}. Name them territory and users, weight or share."
        )
    table: dict[str, float] = {}
    for number, row in enumerate(rows, 2):
        code = _code(row[place], f"{path.name}, line {number}")
        if code in table:
            raise InputError(f"{path.name}, line {number}: {territory_name(code)} is there twice. Keep one row.")
        table[code] = _number(row[value], f"{path.name}, line {number}")
    return VALUES[value], table


def _code(text: Any, where: str) -> str:
    found = resolve_place(str(text or ""))
    if found is None or found.code is None:
        raise InputError(f"{where}: {text!r} names no single territory. Use ISO 3166-1 alpha-2 codes or English names.")
    return found.code


def _number(text: Any, where: str) -> float:
    try:
        value = float(str(text or "").replace("\u202f", "").replace(" ", "").replace("_", ""))
    except ValueError:
        value = float("nan")
    if not isfinite(value) or value <= 0:
        raise InputError(
            f"{where}: {text!r} is no positive number. Leave the territory out when nothing is known of it."
        )
    return value


def mix_rows(case: Case) -> list[dict[str, Any]]:
    """One row a prior mix the case knows: name, kind, territories, the first of them, source, whether it is used."""
    used = case.settings.prior_mix
    rows = [
        _row("case", "territories seen in the case", None, "", used),
        _row("uniform", "all territories alike", None, "", used),
    ]
    for name, mix in case.settings.priors.items():
        rows.append(_row(name, "shares" if mix.shares else "weights", _weights(mix), mix.source, used))
    for platform, table in case.settings.users.items():
        rows.append(_row(USERS, f"users of {platform}", table, "", used))
    if case.settings.prior:
        name = used if used not in [row["mix"] for row in rows] else "any other name"
        rows.append(_row(name, "weights", case.settings.prior, "case.toml", used))
    return rows


def _row(name: str, kind: str, table: Mapping[str, float] | None, source: str, used: str) -> dict[str, Any]:
    best = sorted((table or {}).items(), key=lambda pair: (-pair[1], pair[0]))[:FIRST]
    whole = sum((table or {}).values())
    return {
        "mix": name,
        "kind": kind,
        "territories": len(table) if table else len(territories()),
        "first": ", ".join(f"{territory_name(code)} {percent(value / whole)}" for code, value in best),
        "source": source,
        "used": name == used,
    }
