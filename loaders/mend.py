"""Delimited text with few unsound records: those are taken out, so that the fast reader takes the rest.

duckdb finds the lines that are no record by themselves: cells too few or too many, quotes that do not fit, nothing at
all. Only these, and what a quote in them runs on to, are read one by one, by the same rules as in `clean`. In the copy
each refused record leaves a row of its own, so that records keep their numbers.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

import duckdb

from attrigraph.duck import literal
from attrigraph.loaders.clean import MOST_REFUSED, UNBALANCED, Records, cell_problem
from attrigraph.loaders.content import Line, decoded, raw_lines
from attrigraph.loaders.formats.base import Reject
from attrigraph.loaders.formats.json_text import shown
from attrigraph.loaders.parts import text_lines
from attrigraph.loaders.sniff import Head

__all__ = ["Mended", "mend_delimited"]


@dataclass(frozen=True, slots=True)
class Mended:
    """The first cell of the rows that stand for refused records, and why these were refused, in their order."""

    marker: str
    rejects: list[Reject]


def mend_delimited(connection: duckdb.DuckDBPyConnection, head: Head, path: Path, target: Path) -> Mended | None:
    """Write the file to `target` without its unsound records; None when there are too many, or other faults."""
    unsound = _unsound_lines(connection, head, path)
    if not unsound or unsound[0] == 1:
        return None
    found = Mended(token_hex(8), [])
    with target.open("wb") as copy:
        whole = _Copy(head, raw_lines(head.content), copy, found).mend(unsound)
    return found if whole else None


def _unsound_lines(connection: duckdb.DuckDBPyConnection, head: Head, path: Path) -> list[int] | None:
    """Numbers of the lines that are no record by themselves."""
    delimiter = "\\t" if head.delimiter == "\t" else re.escape(head.delimiter)
    cell = f'("([^"]|"")*"|[^"{delimiter}]*)'
    quoted = f"regexp_full_match(line, {literal(f'{cell}({delimiter}{cell}){{{len(head.columns) - 1}}}')})"
    plain = f"len(string_split(line, {literal(head.delimiter)})) = {len(head.columns)}"  # a quarter of the time
    sound = f"CASE WHEN contains(line, '\"') THEN {quoted} ELSE {plain} END"
    lines = f"SELECT row_number() OVER () AS n, line FROM {text_lines(head, path)}"
    try:
        (found,) = connection.execute(
            f"SELECT list(n ORDER BY n) FROM ({lines}) WHERE NOT coalesce({sound}, false)"
        ).fetchone() or (None,)
    except duckdb.Error:  # lines too long, not UTF-8, ...: the careful reader says which
        return None
    return found if found and len(found) <= MOST_REFUSED else None


class _Copy:
    """Copies lines, and looks at some of them."""

    def __init__(self, head: Head, source: Iterator[bytes], copy: BinaryIO, found: Mended) -> None:
        self._head, self._source, self._copy, self._found = head, source, copy, found
        self._rows = csv.writer(
            codecs.getwriter("utf-8")(copy),
            delimiter=head.delimiter,
            quoting=csv.QUOTE_ALL,
            lineterminator="\r\n" if head.content.returns else "\n",
        )
        self._line = 0
        """Lines taken from the source."""
        self._record = 0
        """Records written, those that were refused included."""

    def mend(self, unsound: list[int]) -> bool:
        """Copy everything; False where a record was not UTF-8 and had to be guessed at."""
        for number in unsound:
            between = number - self._line - 1
            if between < 0:  # part of a record that began before
                continue
            self._copy.writelines(islice(self._source, between))
            self._line += between
            self._record += between
            if not self._look():
                return False
        self._copy.writelines(self._source)
        return True

    def _look(self) -> bool:
        """Read the records that begin here, until all lines that were taken for them are used up."""
        records = Records(self._head.delimiter, self._lines())
        wanted = len(self._head.columns)
        for cells, text, fallback in records:
            problem = cell_problem(cells, text, wanted)
            if fallback:
                return False
            if problem or cells is None:
                self._found.rejects.append(Reject(f"row {self._record}", "", shown(text), problem or UNBALANCED))
                cells = [self._found.marker, *[""] * (wanted - 1)]
            self._rows.writerow(cells[:wanted])
            self._record += 1
            if not records.waiting:
                return True
        return True

    def _lines(self) -> Iterator[Line]:
        for raw in self._source:
            self._line += 1
            yield decoded(self._line, raw)
