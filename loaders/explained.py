"""What a file of a known format has of all that its format reads: `attrigraph load --explain`.

A field counts as there when its name stands in the file, or when a row made from the file holds what it becomes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from attrigraph.loaders.content import open_content
from attrigraph.loaders.formats import Format, Gives, Row
from attrigraph.loaders.sniff import Head
from attrigraph.loaders.tables import CHANGE_SIGNALS, IDENTIFIER_KINDS, SIGNALS

__all__ = ["Explained", "explain"]

LOOKED_AT = 16 << 20
"""Bytes whose names are looked at."""
ROWS = 20_000
"""Rows that are made from a file at most, to see what it has."""
TEXT = re.compile(r'"((?:[^"\\]|\\.){1,80})"')
NAMES = re.compile(r"[a-z_]+(?:\.[a-z_]+)?")
MARKS = re.compile(r"\[[^\]]*\]|[.:]")
PARTED = re.compile(r"[,;]| or | and ")


@dataclass(frozen=True, slots=True)
class Explained:
    """Fields that the file has, those it lacks, and keys of it that are kept in `raw` and not read, as paths."""

    has: tuple[Gives, ...]
    lacks: tuple[Gives, ...]
    unread: tuple[str, ...]


def explain(head: Head, known: Format) -> Explained:
    """Read the beginning of a file as its format does. Raises what reading it raises."""
    made: set[str] = set()
    unread: dict[str, None] = {}
    for row in islice((r for r in known.read(head) if isinstance(r, Row)), ROWS):
        made |= _made(row)
        unread |= dict.fromkeys(_paths(row.raw))
    names = _names(head)
    has = [gives for gives in known.gives if _is_there(gives, names, made)]
    return Explained(tuple(has), tuple(g for g in known.gives if g not in has), tuple(unread))


def _made(row: Row) -> set[str]:
    """The table of a row, its filled columns, and the signal or the kind of identifier it holds."""
    columns = {f"{row.table}.{name}" for name, cell in row.cells.items() if cell not in (None, "", [])}
    kind = {"signals": "signal", "identifiers": "kind"}.get(row.table, "")
    return {row.table, *columns, str(row.cells.get(kind) or row.table)}


def _paths(raw: Mapping[str, Any]) -> Iterator[str]:
    for key, value in raw.items():
        if isinstance(value, Mapping) and value:
            yield from (f"{key}.{path}" for path in _paths(value))
        elif value not in (None, "", [], {}):
            yield str(key)


def _names(head: Head) -> frozenset[str] | None:
    """What the file calls things: its header and short quoted texts; None for pages and binary files."""
    if head.kind in ("workbook", "html", "binary"):
        return None
    names = [name.strip() for name in head.columns]
    if head.kind != "parquet":
        with open_content(head.content.path, head.content.compression) as handle:
            names += TEXT.findall(handle.read(LOOKED_AT).decode("utf-8", "replace"))
    return frozenset(name.casefold() for name in names)


def _is_there(gives: Gives, names: frozenset[str] | None, made: set[str]) -> bool:
    """The first name of a field is in the file; or another is, or none can be told, and a row has what it becomes."""
    wanted = set(NAMES.findall(gives.becomes))
    exact = {name for name in wanted if "." in name} | wanted & {*SIGNALS, *CHANGE_SIGNALS, *IDENTIFIER_KINDS}
    becomes = bool((exact or wanted) & made)
    if names is None:
        return becomes
    found = [_stands(name, names) for name in PARTED.split(gives.field) if name.strip()]
    return found[0] or (becomes and (any(found) or " " in gives.field))


def _stands(name: str, names: frozenset[str]) -> bool:
    """Whether all parts of a path are names in the file."""
    parts = [part.strip().casefold() for part in MARKS.split(name)]
    return all(part in names for part in parts if part)
