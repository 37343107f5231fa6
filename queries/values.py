"""Values of parameters and columns: texts of a command line become typed values, typed values are checked.

Every reader raises ValueError with nothing but the reason; `read_value` makes the sentence a person sees.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from attrigraph.errors import BadParameter
from attrigraph.queries.model import SCALARS, Parameter
from attrigraph.territories import OTHER, UNKNOWN, resolve_place

__all__ = ["expected", "fits", "item_type", "plain", "read_parameters", "read_value"]

TRUE, FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
INT64 = 2**63


def item_type(type_: str) -> str | None:
    """The type of the items of a list type; None for a scalar.

    >>> item_type("list"), item_type("list<account>"), item_type("integer")
    ('string', 'account', None)
    """
    if type_ == "list":
        return "string"
    return type_[5:-1] if type_.startswith("list<") and type_.endswith(">") else None


def read_parameters(name: str, declared: tuple[Parameter, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every declared parameter. Raises BadParameter for unknown, missing and badly typed ones."""
    known = {p.name for p in declared}
    unknown = [g for g in given if g not in known]
    if unknown:
        raise BadParameter(f"{name} has no parameter {', '.join(sorted(unknown))}. {_what_exists(declared)}")
    values: dict[str, Any] = {}
    for parameter in declared:
        value = given.get(parameter.name)
        if value is None:
            if parameter.required:
                raise BadParameter(
                    f"{name} needs parameter {parameter.name} ({expected(parameter)}). {_what_exists(declared)}"
                )
            values[parameter.name] = parameter.default
            continue
        try:
            values[parameter.name] = read_value(parameter, value)
        except ValueError as error:
            raise BadParameter(f"{name}: parameter {parameter.name} = {value!r}: {error}.") from None
    return values


def read_value(parameter: Parameter, value: Any) -> Any:
    """The value as the type of the parameter, within its bounds. Raises ValueError with what was expected."""
    item = item_type(parameter.type)
    if item is None:
        found = _read_scalar(parameter.type, value, parameter)
        _check_bounds(parameter, found)
        return found
    words = [w for w in (part.strip() for part in value.split(",")) if w] if isinstance(value, str) else value
    if not isinstance(words, list | tuple):
        raise ValueError(f"expected {expected(parameter)}")
    items = [_read_scalar(item, word, parameter) for word in words]
    for found in items:
        _check_choice(parameter, found)
    return items


def expected(parameter: Parameter) -> str:
    """What a parameter takes, in words.

    >>> expected(Parameter("n", "integer", minimum=2)), expected(Parameter("a", "list<account>"))
    ('a whole number, at least 2', 'a list (separated by commas) of: an account id like x:1042')
    """
    item = item_type(parameter.type)
    text = SCALARS[parameter.type] if item is None else f"a list (separated by commas) of: {SCALARS[item]}"
    if parameter.choices:
        text = ("one of: " if item is None else "a list of: ") + ", ".join(map(str, parameter.choices))
    if parameter.minimum is not None:
        text += f", at least {plain(parameter.minimum)}"
    if parameter.maximum is not None:
        text += f", at most {plain(parameter.maximum)}"
    return text


def fits(type_: str, value: Any) -> bool:
    """Whether a cell of a result has the declared type; null always fits, a whole number fits float."""
    if value is None:
        return True
    item = item_type(type_)
    if item is not None:
        return isinstance(value, list | tuple) and all(fits(item, v) for v in value)
    if type_ == "boolean":
        return isinstance(value, bool)
    if type_ in ("integer", "float"):
        return isinstance(value, int if type_ == "integer" else int | float) and not isinstance(value, bool)
    if type_ == "datetime":
        return isinstance(value, datetime)
    if type_ == "date":
        return isinstance(value, date) and not isinstance(value, datetime)
    return isinstance(value, str)


def plain(value: Any) -> Any:
    """A value JSON can hold: times as ISO text, lists in depth.

    >>> plain([datetime(2026, 6, 30, tzinfo=UTC), None, 1.5])
    ['2026-06-30T00:00:00+00:00', None, 1.5]
    """
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _what_exists(declared: tuple[Parameter, ...]) -> str:
    if not declared:
        return "It takes no parameters."
    return "It takes: " + "; ".join(f"{p.name} ({expected(p)})" for p in declared) + "."


def _check_bounds(parameter: Parameter, value: Any) -> None:
    _check_choice(parameter, value)
    low, high = parameter.minimum, parameter.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        raise ValueError(f"expected {expected(parameter)}")


def _check_choice(parameter: Parameter, value: Any) -> None:
    if parameter.choices and value not in parameter.choices:
        raise ValueError(f"expected {expected(parameter)}")


def _read_scalar(type_: str, value: Any, parameter: Parameter) -> Any:
    try:
        return READERS[type_](value)
    except (ValueError, TypeError, OverflowError):
        raise ValueError(f"expected {expected(parameter)}") from None


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError
    found = int(value)
    if not -INT64 <= found < INT64:
        raise OverflowError
    return found


def _float(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError
    found = float(value)
    if not math.isfinite(found):
        raise ValueError
    return found


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = _string(value).strip().lower()
    if word not in TRUE + FALSE:
        raise ValueError
    return word in TRUE


def _date(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return date.fromisoformat(_string(value).strip())


def _datetime(value: Any) -> datetime:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(_string(value).strip())
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _territory(value: Any) -> str:
    word = _string(value).strip()
    if word.upper() in (OTHER, UNKNOWN):
        return word.upper()
    place = resolve_place(word)
    if place is None or place.code is None:
        raise ValueError
    return place.code


def _account(value: Any) -> str:
    platform, colon, native = _string(value).strip().partition(":")
    if not (platform and colon and native):
        raise ValueError
    return f"{platform}:{native}"


def _run(value: Any) -> str:
    word = _string(value).strip()
    if not word:
        raise ValueError
    return word


READERS: dict[str, Callable[[Any], Any]] = {
    "string": _string,
    "integer": _integer,
    "float": _float,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "territory": _territory,
    "account": _account,
    "run": _run,
}
