"""What a graph schema is made of: properties, labels, relationship types; and the properties that many share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

__all__ = ["RUN", "SEEN", "SOURCES", "NodeLabel", "Property", "RelationshipType", "prop"]

PropertyType = Literal[
    "string", "integer", "float", "boolean", "datetime", "date", "list<string>", "list<float>", "list<integer>"
]


@dataclass(frozen=True, slots=True)
class Property:
    """One property: its name, its single type, and what it means."""

    name: str
    type: PropertyType
    help: str


@dataclass(frozen=True, slots=True)
class NodeLabel:
    """A label; `key` names the property that identifies a node and carries the uniqueness constraint."""

    name: str
    help: str
    properties: tuple[Property, ...]
    key: str = "id"
    indexes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RelationshipType:
    """A type; `ends`: the (label, label) pairs it may connect; `identity`: properties that make two of them differ."""

    name: str
    help: str
    ends: tuple[tuple[str, str], ...]
    properties: tuple[Property, ...] = field(default=())
    identity: tuple[str, ...] = ()


def prop(name: str, type_: PropertyType, help_: str) -> Property:
    """A property in one short line."""
    return Property(name, type_, help_)


SOURCES = prop("sources", "list<string>", "ids of the sources it was read from")
SEEN = (
    prop("first_seen", "datetime", "earliest observation, UTC"),
    prop("last_seen", "datetime", "latest observation, UTC"),
)
RUN = prop("run", "string", "the run it belongs to: r1, r2, ... of an inference, l1, l2, ... of links")
