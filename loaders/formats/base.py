"""What a loader is: one module in this folder with a `FORMAT`, which says what it recognises and yields rows.

A format yields cells as they stand in the file (text, numbers, booleans, lists, None); what they mean is read in one
place for all formats, `loaders/values.sql`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from attrigraph.loaders.sniff import Head

__all__ = ["Format", "Gives", "Match", "Reject", "Row"]


@dataclass(frozen=True, slots=True)
class Match:
    """A format recognises a file. The highest `score` wins; `grade` replaces the format's own where a copy is worse."""

    score: int
    what: str
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row for an observation table: our column names -> cells; `record` says where it stood in the file.

    `raw` is what the record holds beyond the columns.
    """

    table: str
    cells: Mapping[str, Any]
    record: str
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that gave no row, or (kind `field`) a remark about one that did."""

    record: str
    field: str
    value: str
    reason: str
    kind: str = "row"


@dataclass(frozen=True, slots=True)
class Gives:
    """One field of a format and what it becomes: `attrigraph load --explain` and docs/tables.md print it.

    `field` as the file calls it, `becomes` a column ("logins.ip") or a signal ("signals: store_country"); `grade` where
    it differs from the format's; `note` the trap in a few words.
    """

    field: str
    becomes: str
    grade: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """One loader.

    `looks_for` completes the sentence "looked for ..."; `platform` is the platform of its account ids; `timezone` the
    zone of its times without one, when the format says which; `revision` counts changes of what it reads. `gives` are
    the fields it reads, `ignores` what it leaves out on purpose and why, `example` the names of its files.
    """

    name: str
    title: str
    help: str
    grade: str
    looks_for: str
    recognises: Callable[[Head], Match | None]
    read: Callable[[Head], Iterator[Row | Reject]]
    platform: str | None = None
    timezone: str | None = None
    revision: int = 1
    gives: tuple[Gives, ...] = ()
    ignores: tuple[str, ...] = ()
    example: str = ""
