"""Rows on their way into the graph: checked against the schema, then turned into columns.

Columns are what the engines take fastest: one list a property instead of one map a row, and a time as an integer
(`micros`), because the driver packs a datetime forty times slower than a number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from attrigraph.errors import WriteError
from attrigraph.graph import schema
from attrigraph.graph.schema import Property

__all__ = ["Columns", "Shape", "micros", "node_shape", "relationship_shape"]

Row = Mapping[str, Any]
Converter = Callable[[Any], Any]

_YEAR_ONE = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Columns:
    """A batch: `values` by column, the names of the `given` properties, and those of them with `holes` (None)."""

    values: dict[str, list[Any]]
    given: tuple[str, ...]
    holes: tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """What rows of a label or type look like: the columns every row must have, and the others, each with its check."""

    name: str
    needed: dict[str, Converter]
    others: dict[str, Converter]

    def checked(self, rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
        """The rows with values as the engine stores them. Raises WriteError: row, property and value."""
        converters = self.needed | self.others
        for number, row in enumerate(rows, 1):
            try:
                clean = {name: converters[name](value) for name, value in row.items() if value is not None}
            except (KeyError, TypeError, ValueError, OverflowError) as error:
                raise self._refused(number, row, error) from None
            for name in self.needed:
                if name not in clean:
                    raise WriteError(f"Row {number} for {self.name} has no {name}: {_shown(row)}.")
            yield clean

    def unique(self, batch: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each identity once: of rows that have the same, a later one adds to and replaces values of the earlier."""
        found: dict[tuple[Any, ...], dict[str, Any]] = {}
        for row in batch:
            identity = tuple(row[name] for name in self.needed)
            found[identity] = found[identity] | row if identity in found else row
        return list(found.values())

    def columns(self, batch: Sequence[dict[str, Any]]) -> Columns:
        """Rows that were checked, as columns."""
        present = set().union(*batch)
        given = tuple(name for name in self.others if name in present)
        values = {name: [row[name] for row in batch] for name in self.needed}
        values |= {name: [row.get(name) for row in batch] for name in given}
        return Columns(values, given, tuple(name for name in given if None in values[name]))

    def _refused(self, number: int, row: Row, error: Exception) -> WriteError:
        converters = self.needed | self.others
        for name, value in row.items():
            if name not in converters:
                return WriteError(f"{self.name} has no property {name!r} in the schema (row {number}: {_shown(row)}).")
            if value is not None and not _accepts(converters[name], value):
                return WriteError(f"Row {number} for {self.name}: {name} = {value!r} {error}.")
        return WriteError(f"Row {number} for {self.name}: {error}.")


@cache
def node_shape(label: str) -> Shape:
    """`{id: …, other properties}`; None and absent are the same."""
    declared = schema.node(label)
    others = _converters(declared.properties)
    return Shape(label, {declared.key: _key(others.pop(declared.key))}, others)


@cache
def relationship_shape(type_: str) -> Shape:
    """`{start: key, end: key, identity properties, other properties}`; None and absent are the same."""
    declared = schema.relationship(type_)
    others = _converters(declared.properties)
    needed = {name: _key(others.pop(name)) for name in declared.identity}
    return Shape(type_, {"start": _key(_text), "end": _key(_text), **needed}, others)


def micros(time: datetime) -> int:
    """Microseconds since the year one, UTC: never negative. Raises ValueError for a time without a zone."""
    if time.tzinfo is None:
        raise ValueError("is a time without a zone")
    passed = time - _YEAR_ONE
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def _accepts(converter: Converter, value: Any) -> bool:
    try:
        converter(value)
    except (TypeError, ValueError, OverflowError):
        return False
    return True


def _converters(properties: tuple[Property, ...]) -> dict[str, Converter]:
    return {p.name: _BY_TYPE[p.type] for p in properties}


def _key(converter: Converter) -> Converter:
    def convert(value: Any) -> Any:
        converted = converter(value)
        if converted == "":
            raise ValueError("is an empty key")
        return converted

    return convert


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


def _datetime(value: Any) -> int:
    if not isinstance(value, datetime):
        raise TypeError("is not a time")
    return micros(value)


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
