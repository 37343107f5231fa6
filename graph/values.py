"""Values on their way in and out: times are UTC datetimes, nodes and relationships become plain dictionaries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from neo4j.graph import Node, Path, Relationship
from neo4j.spatial import Point
from neo4j.time import Date, DateTime, Duration, Time

__all__ = ["from_engine", "to_engine"]

_PLAIN = frozenset({str, int, float, bool, bytes, type(None)})
"""Passed on as they are; asked first, because nearly every value is one."""


def from_engine(value: Any) -> Any:
    """A value of a result as plain Python. Internal ids of the engine are never passed on."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, list):
        return [v if type(v) in _PLAIN else from_engine(v) for v in value]
    if isinstance(value, DateTime):
        native = value.to_native()
        return native.astimezone(UTC) if native.tzinfo else native
    if isinstance(value, Date | Time):
        return value.to_native()
    if isinstance(value, dict):
        return {k: from_engine(v) for k, v in value.items()}
    if isinstance(value, Node):
        return {"labels": sorted(value.labels), "properties": _properties(value)}
    if isinstance(value, Relationship):
        return {"type": value.type, "properties": _properties(value)}
    if isinstance(value, Path):
        return {"nodes": [from_engine(n) for n in value.nodes], "relationships": [from_engine(r) for r in value]}
    if isinstance(value, Duration):
        return value.iso_format()
    if isinstance(value, Point):
        return list(value)
    return value


def to_engine(value: Any) -> Any:
    """A parameter as the engine wants it: times in UTC, tuples and sets as lists."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, datetime):
        return _time(value)
    if isinstance(value, Mapping):
        return {k: v if type(v) in _PLAIN else to_engine(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [v if type(v) in _PLAIN else to_engine(v) for v in value]
    if isinstance(value, set | frozenset):
        return sorted(to_engine(v) for v in value)
    return value


def _time(value: datetime) -> datetime:
    """The driver packs a Timestamp forty times faster than a datetime; its nanoseconds reach from 1678 to 2261."""
    utc = value.astimezone(UTC) if value.tzinfo else value
    return pd.Timestamp(utc) if 1678 <= utc.year <= 2261 else utc


def _properties(entity: Node | Relationship) -> dict[str, Any]:
    return {k: from_engine(v) for k, v in sorted(entity.items())}
