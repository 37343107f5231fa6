"""Rows on their way into the graph: checked against the schema, one type per property, null keys refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from attrigraph.errors import WriteError
from attrigraph.graph import schema
from attrigraph.graph.schema import Property

__all__ = ["node_rows", "relationship_rows"]

Row = Mapping[str, Any]
Converter = Callable[[Any], Any]


def node_rows(label: str, rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """`{id: …, other properties}` → `{key, properties}`. Absent and None are the same. Raises WriteError."""
    declared = schema.node(label)
    convert = _converters(declared.properties)
    for number, row in enumerate(rows, 1):
        properties = _properties(label, number, row, convert)
        key = properties.pop(declared.key, None)
        if not key:
            raise WriteError(f"Row {number} for {label} has no {declared.key}: {_shown(row)}. Nothing was written.")
        yield {"key": key, "properties": properties}


def relationship_rows(type_: str, rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """`{start: key, end: key, properties}` → `{start, end, identity, properties}`. Raises WriteError."""
    declared = schema.relationship(type_)
    convert = _converters(declared.properties) | {"start": _text, "end": _text}
    for number, row in enumerate(rows, 1):
        properties = _properties(type_, number, row, convert)
        missing = [name for name in ("start", "end", *declared.identity) if properties.get(name) in (None, "")]
        if missing:
            raise WriteError(f"Row {number} for {type_} has no {' and no '.join(missing)}: {_shown(row)}.")
        yield {
            "start": properties.pop("start"),
            "end": properties.pop("end"),
            "identity": {name: properties.pop(name) for name in declared.identity},
            "properties": properties,
        }


def _properties(name: str, number: int, row: Row, convert: dict[str, Converter]) -> dict[str, Any]:
    try:
        return {p: convert[p](value) for p, value in row.items() if value is not None}
    except KeyError as error:
        raise WriteError(f"{name} has no property {error.args[0]!r} in the schema (row {number}).") from None
    except (TypeError, ValueError, OverflowError) as error:
        bad = next((p for p, v in row.items() if v is not None and not _accepts(convert[p], v)), "?")
        raise WriteError(f"Row {number} for {name}: {bad} = {row.get(bad)!r} {error}.") from None


def _accepts(converter: Converter, value: Any) -> bool:
    try:
        converter(value)
    except (TypeError, ValueError, OverflowError):
        return False
    return True


@cache
def _converters(properties: tuple[Property, ...]) -> dict[str, Converter]:
    return {p.name: _BY_TYPE[p.type] for p in properties}


def _text(value: Any) -> str:
    if type(value) is str:
        return value
    if isinstance(value, str):
        return str(value)
    raise TypeError("is not a string")


def _integer(value: Any) -> int:
    if isinstance(value, bool):
        raise TypeError("is not an integer")
    number = value if type(value) is int else _plain(value, int, "is not an integer")
    if not -(2**63) <= number < 2**63:
        raise OverflowError("is too large for 64 bits")
    return int(number)


def _float(value: Any) -> float:
    if type(value) is float:
        return value
    if isinstance(value, bool):
        raise TypeError("is not a number")
    return float(_plain(value, int | float, "is not a number"))


def _boolean(value: Any) -> bool:
    if type(value) is bool:
        return value
    return bool(_plain(value, bool, "is neither true nor false"))


def _datetime(value: Any) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError("is not a time")
    if value.tzinfo is None:
        raise ValueError("is a time without a zone")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


def _date(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise TypeError("is not a date")
    return value


def _plain(value: Any, wanted: Any, trouble: str) -> Any:
    """The Python value of a numpy scalar, or the value itself when it has the wanted type."""
    if hasattr(value, "item"):
        value = value.item()
    if not isinstance(value, wanted):
        raise TypeError(trouble)
    return value


def _list_of(convert: Converter) -> Converter:
    def convert_list(value: Any) -> list[Any]:
        if isinstance(value, str | bytes):
            raise TypeError("is not a list")
        return [convert(v) for v in value]

    return convert_list


_BY_TYPE: dict[str, Converter] = {
    "string": _text,
    "integer": _integer,
    "float": _float,
    "boolean": _boolean,
    "datetime": _datetime,
    "date": _date,
    "list<string>": _list_of(_text),
    "list<float>": _list_of(_float),
    "list<integer>": _list_of(_integer),
}


def _shown(row: Row) -> str:
    return repr(dict(row))[:200]
