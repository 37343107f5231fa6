"""A saved investigation as data: what its header declares and its Cypher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["SCALARS", "Column", "Investigation", "Origin", "Parameter"]

Origin = Literal["built-in", "user", "case"]
"""Where an investigation was found; later ones take the place of earlier ones of the same name."""

SCALARS: dict[str, str] = {
    "string": "a text",
    "integer": "a whole number",
    "float": "a number",
    "boolean": "true or false",
    "date": "a date like 2026-06-30",
    "datetime": "a time like 2026-06-30T12:00:00Z (UTC when it names no zone)",
    "territory": "a territory code like RS, or a name",
    "account": "an account id like x:1042",
    "run": "the id of a complete run like r1",
}
"""Types of parameters and columns with what is expected; each also as `list<type>`, and `list` is `list<string>`."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One `$name` of an investigation.

    `default` is used when no value is given; without one the value must be given, unless `required` is false: then it
    is null. `minimum` and `maximum` (inclusive) bound numbers and times, `choices` lists what is allowed.
    """

    name: str
    type: str
    help: str = ""
    default: Any = None
    required: bool = False
    minimum: Any = None
    maximum: Any = None
    choices: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the result; any cell may be null, which is unknown."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Investigation:
    """One `.cypher` file. `id` is its name, `text` the whole file, `cypher` the statement without the header."""

    id: str
    title: str
    question: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    tags: tuple[str, ...]
    revision: int
    caveats: str
    cypher: str
    text: str
    origin: Origin
    path: str

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name, or None."""
        return next((p for p in self.parameters if p.name == name), None)
