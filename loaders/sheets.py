"""Workbooks: which of their sheets are tables, and those staged as one source.

A sheet is read like a file of its own, and several sheets may fill one table. People keep copies of rows on other
sheets (a filtered list beside the whole one): a row that says the same as one of an earlier sheet is not loaded twice.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from attrigraph.duck import literal, quoted
from attrigraph.errors import InputError, UnrecognisedFile
from attrigraph.loaders.content import examine
from attrigraph.loaders.convert import Reading
from attrigraph.loaders.faults import keep
from attrigraph.loaders.formats import Format, Reject, recognised
from attrigraph.loaders.formats.json_text import shown
from attrigraph.loaders.readers import Outcome, stage_table
from attrigraph.loaders.recognise import Mapped, known_columns
from attrigraph.loaders.sniff import Head, look
from attrigraph.loaders.stage import Staged, leave_out
from attrigraph.loaders.tables import PROVENANCE, RECORD, table
from attrigraph.loaders.workbook import Sheet, filled_rows, sheets
from attrigraph.loaders.workspace import Workspace

__all__ = ["HeadOf", "sheet_tables", "stage_sheets", "unread_sheets"]

HeadOf = tuple[Head, Mapped]
"""A header and the table it is of."""
OTHER_SHEET = "another sheet, not read: save it as a file of its own"
SAME_ROW = "an earlier sheet has the same row"


def sheet_tables(workbook: Head, mapped: Callable[[Head], Mapped], *, any_format: bool) -> tuple[HeadOf, ...]:
    """The sheets that are tables, in the order of their tabs; a sheet of a known format is none unless `any_format`.

    Raises UnrecognisedFile when there is none, and what `mapped` raises of the sheet that means most.
    """
    known = None if any_format else _known_format(workbook)
    if known:
        raise UnrecognisedFile(
            f"{workbook.content.path} is a workbook that holds {known.title} ({known.name}). Save its sheet as CSV, "
            "and it is read as that; with --table it is read as a table of yours."
        )
    found: list[HeadOf] = []
    unknown: UnrecognisedFile | None = None
    for sheet in _in_order(workbook):
        try:
            if sheet is workbook or any_format or not _known_format(sheet):
                found.append((sheet, mapped(sheet)))
        except UnrecognisedFile as error:
            unknown = error if sheet is workbook else unknown
        except InputError:
            if sheet is workbook:
                raise
    if not found and unknown:
        raise unknown
    lacking = [name for name in found[0][1].lacking if all(name in one.lacking for _, one in found)]
    return tuple((sheet, replace(one, lacking=tuple(lacking))) for sheet, one in found)


def _in_order(workbook: Head) -> list[Head]:
    """All sheets with something in them, each with what is known of the file."""
    others = (
        replace(sheet, place=workbook.place, account=workbook.account, mapping=workbook.mapping)
        for sheet in workbook.beside
    )
    return sorted((workbook, *others), key=lambda head: head.sheet.number)


def _known_format(sheet: Head) -> Format | None:
    """The format that a sheet would be, were it delimited text; read as a table it would lose much."""
    with tempfile.TemporaryDirectory(prefix="attrigraph-") as room:
        copy = Path(room) / f"{sheet.content.path.stem}.csv"
        for first in dict.fromkeys((0, max(0, sheet.header_line - 1))):
            with copy.open("w", encoding="utf-8", newline="") as handle:
                csv.writer(handle).writerows(sheet.sheet.rows[first:])
            try:
                found = recognised(look(examine(copy), None, known_columns, sheet.place))
            except InputError:
                continue
            if found:
                return found[0]
    return None


def stage_sheets(
    work: Workspace, workbook: Head, tables: Sequence[HeadOf], reading: Reading, notes: list[str]
) -> Outcome:
    """Each sheet as `stage_table` reads it, then the rows of all of them together, a file a table."""
    several = len(tables) > 1
    if several:
        notes.append(f"Sheets read: {', '.join(f'{_told(head.sheet)} as {one.table.name}' for head, one in tables)}.")
    refused = keep(work, workbook.label, map(_remark, unread_sheets(workbook, tables)))
    wanted = {head.sheet.number: (head, mapped) for head, mapped in tables}
    found: dict[str, list[Staged]] = {}
    for sheet in sheets(workbook.content.path):
        if sheet.number not in wanted:
            continue
        head, mapped = wanted[sheet.number]
        said: list[str] = []
        staged, out = stage_table(work, replace(head, sheet=sheet), mapped, reading, said)
        notes += [f"Sheet {sheet.name}: {note}" if several else note for note in said]
        refused += out
        for one in staged:
            aside = one.path.rename(one.path.with_name(f"{one.table} {sheet.number}.parquet"))
            found.setdefault(one.table, []).append(replace(one, path=aside))
    return [_joined(work, workbook.label, parts) for parts in found.values()], refused


def _told(sheet: Sheet) -> str:
    return f"{sheet.name} (hidden)" if sheet.hidden else sheet.name


def unread_sheets(workbook: Head, tables: Sequence[HeadOf]) -> list[Head]:
    """The sheets with something in them that are none of the tables."""
    read = {head.sheet.number for head, _ in tables}
    return [head for head in _in_order(workbook) if head.sheet.number not in read]


def _remark(head: Head) -> Reject:
    """A sheet that is not read, with its first row that has something in it."""
    line, cells = next(filled_rows(head.sheet), (head.header_line, head.columns))
    return Reject(f"sheet {head.sheet.name} row {line}", "", shown(list(cells)), OTHER_SHEET, "field")


def _joined(work: Workspace, name: str, parts: Sequence[Staged]) -> Staged:
    """The rows that several sheets have for one table; what an earlier sheet has goes to the rejects."""
    if len(parts) == 1:
        return parts[0]
    rows = " UNION ALL BY NAME ".join(
        f"SELECT *, {number} AS sheet FROM read_parquet({literal(str(part.path))}, file_row_number = true)"
        for number, part in enumerate(parts)
    )
    doubles = (
        f"SELECT sheet, file_row_number, {literal(name)} AS file, {RECORD} AS record, '' AS field, '' AS value, "
        f"{literal(SAME_ROW)} AS reason FROM ({rows}) "
        f"QUALIFY sheet > min(sheet) OVER (PARTITION BY {', '.join(_telling(work, parts[0].table, rows))})"
    )
    path = work.folder / f"{parts[0].table}.parquet"
    loaded = leave_out(work, rows, ("sheet", "file_row_number"), doubles, path)
    return Staged(parts[0].table, path, sum(part.offered for part in parts), loaded)


def _telling(work: Workspace, name: str, rows: str) -> list[str]:
    """The columns of these rows that say something of the account; ids that were made for them do not."""
    found, where = table(name), {"sheet", "file_row_number", "record_number", *(c.name for c in PROVENANCE)}
    columns = [str(row[0]) for row in work.connection.execute(f"DESCRIBE {rows}").fetchall()]
    made = {c.name for c in found.columns if c.name == found.key and c.kind == "id"}
    return [
        f"CASE WHEN NOT starts_with({quoted(c)}, source || ':') THEN {quoted(c)} END" if c in made else quoted(c)
        for c in columns
        if c not in where
    ]
