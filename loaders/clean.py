"""Files that need care, made clean: encodings mended and stated, NUL bytes, ragged records and runaway quotes rejected.

The fast readers of duckdb take only sound files. This path takes the rest line by line and writes a clean copy with the
number of each record in it, so that locators are the same on both paths.
"""

from __future__ import annotations

import csv
import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import msgspec

from attrigraph.loaders.content import Line, decoded, is_utf8, lines, raw_lines
from attrigraph.loaders.formats.base import Reject, Row
from attrigraph.loaders.formats.json_text import shown
from attrigraph.loaders.sniff import Head, document
from attrigraph.loaders.tables import TABLES, table
from attrigraph.loaders.workbook import filled_rows

__all__ = [
    "CLEAN_RECORD",
    "FALLBACK",
    "MOST_REFUSED",
    "UNBALANCED",
    "Records",
    "cell_problem",
    "clean_delimited",
    "clean_document",
    "clean_lines",
    "clean_workbook",
    "mended_lines",
    "needs_cleaning",
    "refused_lines",
    "write_rows",
]

CLEAN_RECORD = "record"
LONGEST_RECORD = 1_900_000
"""Bytes of one record: what duckdb's reader takes (2,000,000) with room for the number in front."""
LONGEST_JSON = 16_000_000
MOST_REFUSED = 100_000
"""With more refused lines than this, the whole file is cleaned: the rejects are held in memory."""
MOST_LINES = 2_000
"""A quoted cell that spans more lines is taken for a quote that was never closed."""
FALLBACK = "not UTF-8: the line was read as Windows-1252; for another encoding load with --encoding"
UNBALANCED = "a quote is opened and not closed"
OPENING_LIST, OPENING_OBJECT = b"[{"
NESTED = frozenset((dict, list, tuple))
LISTS = {t.name: [c.name for c in t.columns if c.kind == "list"] for t in TABLES}
PRIVATE = {
    ("identifiers", "value"), ("signals", "value"), ("logins", "device_id"), ("logins", "cookie_id"),
    ("posts", "latitude"), ("posts", "longitude"),
}  # fmt: skip
ENCODE = msgspec.json.Encoder().encode
csv.field_size_limit(max(csv.field_size_limit(), LONGEST_JSON))


def clean_delimited(head: Head, target: Path) -> Iterator[Reject]:
    """Write the sound records as CSV with the record's number in front; yield what is wrong with the others."""
    with _clean_copy(head, target) as writer:
        records = Records(head.delimiter, lines(head.content, head.encoding))
        next(records)
        for number, (cells, text, fallback) in enumerate(records, 1):
            name = f"row {number}"
            problem = cell_problem(cells, text, len(head.columns))
            if problem or cells is None:
                yield Reject(name, "", shown(text), problem or UNBALANCED)
                continue
            if fallback:
                yield Reject(name, "", shown(text), FALLBACK, "field")
            writer.writerow([name, *cells[: len(head.columns)]])


@contextmanager
def _clean_copy(head: Head, target: Path) -> Iterator[Any]:
    """A writer of records with their number in front, below the header."""
    with target.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow([CLEAN_RECORD, *head.columns])
        yield writer


def cell_problem(cells: list[str] | None, text: str, wanted: int) -> str | None:
    """Why a record of delimited text is no row; `cells` as `Records` gives them, `wanted` the width of the header."""
    if cells is None:
        return UNBALANCED
    if "\0" in text:
        return "holds NUL bytes"
    if len(cells) < wanted or any(cells[wanted:]):
        return f"{len(cells)} cells where the header has {wanted}"
    if len(text) > LONGEST_RECORD // 4 and len(text.encode("utf-8", "replace")) + text.count('"') > LONGEST_RECORD:
        return "longer than 1.9 MB"
    return None


def clean_workbook(head: Head, target: Path) -> Iterator[Reject]:
    """Write the rows of the sheet of a head as `clean_delimited` does; yield what else has something in it."""
    wanted = len(head.columns)
    with _clean_copy(head, target) as writer:
        for line, cells in filled_rows(head.sheet):
            name, padded = f"sheet {head.sheet.name} row {line}", [*cells, *[""] * (wanted - len(cells))]
            if line < head.header_line:
                yield Reject(name, "", shown(list(cells)), "above the header, not read", "field")
            elif line > head.header_line:
                problem = cell_problem(padded, ",".join(padded), wanted)
                if problem:
                    yield Reject(name, "", shown(list(cells)), problem)
                else:
                    writer.writerow([name, *padded[:wanted]])


class Records:
    """Records of delimited text: (cells, or None when a quote is not closed; text; any line fell back).

    A record with a runaway quote loses its first line only; reading goes on at the next. Empty lines are no records.
    """

    def __init__(self, delimiter: str, source: Iterator[Line]) -> None:
        self.delimiter = delimiter
        self.source = source
        self.waiting: deque[Line] = deque()
        self.used: list[Line] = []

    def __iter__(self) -> Iterator[tuple[list[str] | None, str, bool]]:
        return self

    def __next__(self) -> tuple[list[str] | None, str, bool]:
        first = self._next_line()
        while not first.text.strip():
            first = self._next_line()
        self.used = [first]
        if '"' not in first.text:
            return first.text.split(self.delimiter), first.text, first.fallback
        reader = csv.reader(self._feed(), delimiter=self.delimiter, strict=True)
        try:
            cells = next(reader)
        except (csv.Error, StopIteration, RuntimeError):
            self.waiting.extendleft(reversed(self.used[1:]))
            return None, first.text, first.fallback
        return cells, "\n".join(line.text for line in self.used), any(line.fallback for line in self.used)

    def _feed(self) -> Iterator[str]:
        """The lines of the record, more of them as the reader asks; ends where the quote must be a runaway."""
        yield self.used[0].text + "\n"
        while len(self.used) < MOST_LINES:
            try:
                line = self._next_line()
            except StopIteration:
                return
            self.used.append(line)
            yield line.text + "\n"

    def _next_line(self) -> Line:
        return self.waiting.popleft() if self.waiting else next(self.source)


def clean_lines(head: Head, target: Path) -> Iterator[Reject]:
    """Write the sound objects of JSON lines, wrapped with their record; yield what is wrong with the other lines."""
    with target.open("w", encoding="utf-8") as handle:
        for line in lines(head.content, head.encoding):
            text = line.text.strip()
            if not text:
                continue
            name = f"line {line.number}"
            problem = _json_problem(text)
            if problem:
                yield Reject(name, "", shown(line.text), problem)
                continue
            if line.fallback:
                yield Reject(name, "", shown(line.text), FALLBACK, "field")
            _wrap(handle, name, text)


def needs_cleaning(error: Exception) -> bool:
    """Whether an error of duckdb is about the lines of a file, which this path can take."""
    signs = ("CSV Error", "CSV Parser", "Malformed JSON", "utf-8", "maximum_object_size")
    return any(sign in str(error) for sign in signs)


def refused_lines(head: Head, records: Sequence[str]) -> list[Reject] | None:
    """What is wrong with these lines of JSON (`line 12`, in their order), the fast reader having taken the others.

    None when one of them is sound or can be mended, so that the whole file has to be cleaned.
    """
    rejects: list[Reject] = []
    if not records or len(records) > MOST_REFUSED:
        return None if records else rejects
    source, read = raw_lines(head.content), 0
    for record in records:
        wanted = int(record.removeprefix("line "))
        line = decoded(wanted, next(islice(source, wanted - read - 1, None), b"{}"))
        read = wanted
        problem = _json_problem(line.text.strip())
        if line.fallback or problem is None:
            return None
        rejects.append(Reject(record, "", shown(line.text), problem))
    return rejects


def clean_document(head: Head, target: Path) -> Iterator[Reject]:
    """Write the objects of a JSON document, wrapped with their record; yield what is no object."""
    prefix = f"$.{head.list_key}" if head.list_key else "$"
    yield from mended_lines(head)
    with target.open("w", encoding="utf-8") as handle:
        for index, item in enumerate(document(head)):
            text = item.decode("utf-8", "replace")
            problem = _json_problem(text)
            if problem:
                yield Reject(f"{prefix}[{index}]", "", shown(text), problem)
            else:
                _wrap(handle, f"{prefix}[{index}]", text)


def mended_lines(head: Head) -> Iterator[Reject]:
    """A remark for each line that was not UTF-8; what is no text has none."""
    utf8 = head.encoding in (None, "utf-8") and not head.content.utf16
    if head.kind in ("binary", "workbook", "parquet") or (utf8 and is_utf8(head.content)):
        return
    for line in lines(head.content, head.encoding):
        if line.fallback:
            yield Reject(f"line {line.number}", "", shown(line.text), FALLBACK, "field")


def _json_problem(text: str) -> str | None:
    if "\0" in text:
        return "holds NUL bytes"
    if len(text) > LONGEST_JSON:
        return "longer than 16 MB"
    if not text.startswith("{"):
        return "not a JSON object"
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return "not whole JSON"
    return None


def _wrap(handle: TextIO, record: str, text: str) -> None:
    handle.write(f'{{"r":{json.dumps(record)},"o":{text}}}\n')


def write_rows(rows: Iterable[Row | Reject], folder: Path) -> Iterator[tuple[str, Reject | None]]:
    """Write the rows of a format, one file of wrapped objects a table; yield (table, None) for each and rejects."""
    handles: dict[str, BinaryIO] = {}
    try:
        for row in rows:
            if isinstance(row, Reject):
                yield "", _sayable(row)
                continue
            line, problems = _packed(row)
            yield from (("", _sayable(problem)) for problem in problems)
            if line is None:
                continue
            if row.table not in handles:
                handles[row.table] = (folder / f"{row.table}.rows").open("wb")
            handles[row.table].write(line + b"\n")
            yield row.table, None
    finally:
        for handle in handles.values():
            handle.close()


def _sayable(reject: Reject) -> Reject:
    """The reject without halves of characters, which no text can hold."""
    if reject.value.isascii() and reject.record.isascii():
        return reject
    return replace(reject, value=_whole(reject.value), record=_whole(reject.record), field=_whole(reject.field))


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _packed(row: Row) -> tuple[bytes | None, list[Reject]]:
    """A row as a line of JSON, and what is wrong with it; no line for one that cannot be stored at all."""
    wrapped: Mapping[str, Any] = {"o": row.cells, "r": row.record, "x": row.raw or None}
    problems = []
    try:
        line = ENCODE(wrapped)
    except UnicodeEncodeError:
        # JSON may name half a character ("\\ud83d" by itself), which no text can hold
        line = json.dumps(wrapped, ensure_ascii=False).encode("utf-8", "replace")
        problems = [Reject(row.record, "", "", "holds half a character, which was read as ?", "field")]
    except RecursionError:
        return None, [Reject(row.record, "", "", "nested deeper than any export is")]
    # brackets behind the one that begins the cells: to look for them is cheaper than to look at each cell
    if OPENING_LIST in line or line.find(OPENING_OBJECT, 6) > 0:
        unfit = _unfit_columns(row)
        faults = [_unfit(row, column) for column in unfit if row.cells[column]]
        refused = [fault for fault in faults if fault.kind == "row"]
        if refused:
            return None, refused[:1]
        if unfit:
            rest = {column: cell for column, cell in row.cells.items() if column not in unfit}
            packed, others = _packed(replace(row, cells=rest))
            return packed, faults + others
    if len(line) > LONGEST_JSON:
        return None, [Reject(row.record, "", shown(line[:200].decode("utf-8", "replace")), "longer than 16 MB")]
    return line, problems


def _unfit_columns(row: Row) -> list[str]:
    """The columns whose cell is an object, a list where none is taken, or a list of such."""
    listed = LISTS.get(row.table, ())
    return [
        column
        for column, cell in row.cells.items()
        if type(cell) in NESTED
        and (column not in listed or type(cell) is dict or not NESTED.isdisjoint(map(type, cell)))
    ]


def _unfit(row: Row, column: str) -> Reject:
    """What is said of a cell that is no single value: a row without a required one is a reject.

    Identifiers and places are not shown.
    """
    cell = row.cells[column]
    if isinstance(cell, dict):
        reason = "an object where one value is expected"
    elif column in LISTS.get(row.table, ()):
        reason = "a list of other things than texts"
    else:
        reason = "a list where one value is expected"
    private = (row.table, column) in PRIVATE
    kind = "row" if column in table(row.table).required else "field"
    return Reject(row.record, column, "…" if private else shown(cell), reason, kind)
