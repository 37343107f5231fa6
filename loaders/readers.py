"""Which reader takes a file: a fast one of duckdb, the fast one after unsound records are out, or the careful one.

A fast reader is tried first. What it cannot take goes to the next; the careful one takes every line by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import duckdb

from attrigraph.duck import literal, quoted
from attrigraph.loaders import clean, mend, parts
from attrigraph.loaders.convert import Part, Reading, is_place
from attrigraph.loaders.faults import keep, without_refused
from attrigraph.loaders.formats import Format, Reject
from attrigraph.loaders.leftover import leftovers, notes_of
from attrigraph.loaders.recognise import Mapped
from attrigraph.loaders.side_columns import side_of, side_parts
from attrigraph.loaders.sniff import Head
from attrigraph.loaders.stage import Staged, write_part
from attrigraph.loaders.workspace import Workspace, link_to

__all__ = ["Outcome", "stage_rows", "stage_table"]

CLEANERS = {
    "csv": clean.clean_delimited,
    "workbook": clean.clean_workbook,
    "jsonl": clean.clean_lines,
    "json": clean.clean_document,
}
Outcome = tuple[list[Staged], int]
"""What was staged, and how many records were refused before."""


def stage_rows(work: Workspace, head: Head, known: Format, reading: Reading) -> Outcome:
    """A format of its own: its rows, then the same conversion as for everything else."""
    refused = keep(work, head.label, clean.mended_lines(head))
    names: dict[str, None] = {}

    def refusals() -> Iterator[Reject]:
        for table, reject in clean.write_rows(known.read(head), work.folder):
            if reject is None:
                names[table] = None
            else:
                yield reject

    refused += keep(work, head.label, refusals())
    rows = [parts.row_part(work.folder / f"{table}.rows", table) for table in names]
    return [write_part(work, head.label, part, reading) for part in rows], refused


def stage_table(work: Workspace, head: Head, mapped: Mapped, reading: Reading, notes: list[str]) -> Outcome:
    """A generic table; of a workbook one sheet. What is decided about the file as a whole is added to `notes`."""
    left = leftovers(head.columns, mapped, keep_fine=reading.keep_fine)
    notes += notes_of(left)
    if mapped.lacking:
        notes.append(f"Named with --map, but no column of this file: {', '.join(mapped.lacking)}.")
    left_out = [column.header for column in left if column.fate in ("fine", "personal")]
    mapped = replace(mapped, positions={**mapped.positions, **mapped.sides})
    file = _File(work, head, mapped, reading, left_out, notes, len(notes))
    if head.needs_care:
        return file.carefully()
    path = link_to(head.content.path, work.folder, "input")
    if head.kind == "parquet":
        part = parts.parquet_part(work.connection, head, path, mapped.table, mapped.positions, left_out=left_out)
        return file.write(part), 0
    return file.quickly(path) or file.mended(path) or file.carefully()


@dataclass(frozen=True, slots=True)
class _File:
    """A file, the table it becomes, and where it is staged; columns in `left_out` are not kept.

    Of `notes` the first `said` hold however the file is read. Positions that no column of the table has ("phone 4") are
    of sides, which become rows of other tables.
    """

    work: Workspace
    head: Head
    mapped: Mapped
    reading: Reading
    left_out: Collection[str]
    notes: list[str]
    said: int

    def quickly(self, path: Path) -> Outcome | None:
        """As a fast reader takes it; None when some lines need more care."""
        for part in self._sound(path):
            staged = self._tried(part)
            refused = clean.refused_lines(self.head, staged[0].damaged) if staged else None
            if staged and refused is not None:
                return staged, keep(self.work, self.head.label, refused)
            self._forget()
        return None

    def mended(self, path: Path) -> Outcome | None:
        """Delimited text whose unsound records are out of the way; None when that is not enough."""
        if self.head.kind != "csv":
            return None
        target = self.work.folder / "mended"
        found = mend.mend_delimited(self.work.connection, self.head, path, target)
        if found is None:
            return None
        table, positions = self.mapped.table, self.mapped.positions
        plain = replace(self.head, content=replace(self.head.content, compression="none"))
        part = parts.delimited_part(
            plain, target, table, positions, clean=False, left_out=self.left_out, damaged=found.marker
        )
        refused = keep(self.work, self.head.label, found.rejects)
        staged = self._tried(part)
        if staged and len(staged[0].damaged) == refused:
            return staged, refused
        self._forget()
        return None

    def carefully(self) -> Outcome:
        """Line by line."""
        head, target = self.head, self.work.folder / "clean"
        refused = keep(self.work, head.label, CLEANERS[head.kind](head, target))
        make = partial(parts.delimited_part, clean=True) if head.kind in ("csv", "workbook") else parts.clean_json_part
        part = make(head, target, self.mapped.table, self.mapped.positions, left_out=self.left_out)
        return self.write(part), refused

    def write(self, part: Part) -> list[Staged]:
        """Settle whose rows without an account are, and what "NA" means in this file, then convert.

        The table of the file comes first, what its sides give after it.
        """
        reading = self.reading
        if reading.account and "account_id" not in part.columns:
            sql = f"SELECT {literal(reading.account)} AS account_id, * FROM ({part.sql})"
            part = replace(part, sql=sql, columns=("account_id", *part.columns))
        places = [c.name for c in part.table.columns if c.name in part.columns and is_place(part.table, c)]
        places += [name for name in part.columns if (side := side_of(name)) and side.is_place]
        if places:
            reading = replace(reading, na_is_missing=self._na_is_missing(part, places))
        sides = [name for name in part.columns if name not in {c.name for c in part.table.columns}]
        part = replace(part, columns=tuple(name for name in part.columns if name not in sides))
        aside = side_parts(without_refused(part, telling=False), sides, na_is_missing=reading.na_is_missing)
        part = without_refused(part, telling=True)
        masked = replace(part, sql=f"SELECT * REPLACE (contacts_masked(raw) AS raw) FROM ({part.sql})")
        return [write_part(self.work, self.head.label, each, reading) for each in (masked, *aside)]

    def _na_is_missing(self, part: Part, places: Sequence[str]) -> bool:
        """Whether "NA" in the places of a file is a missing cell, as it is in the other columns, or Namibia."""
        others = [c for c in part.columns if c not in places]
        any_na = " OR ".join(f"trim({quoted(c)}) = 'NA'" for c in places)
        other_na = " OR ".join(f"trim({quoted(c)}) = 'NA'" for c in others) or "false"
        counted = self.work.connection.execute(
            f"SELECT count(*) FILTER ({any_na}), count(*) FILTER ({other_na}) FROM ({part.sql})"
        ).fetchone()
        here, elsewhere = counted or (0, 0)
        if here:
            meaning = "missing, as in its other columns" if elsewhere else "Namibia, since no other column holds it"
            names = [side.name if (side := side_of(place)) else place for place in places]
            self.notes.append(f'"NA" in {" and ".join(names)} ({here} rows) was read as {meaning}.')
        return bool(elsewhere)

    def _sound(self, path: Path) -> Iterator[Part]:
        """How the fast readers may take a sound file: the second way is for lines that the first does not know."""
        head, table, positions = self.head, self.mapped.table, self.mapped.positions
        if head.kind == "csv":
            by_line = not (head.content.quotes or head.content.returns or len(head.columns) == 1)
            make = parts.lines_part if by_line else partial(parts.delimited_part, clean=False)
            yield make(head, path, table, positions, left_out=self.left_out)
            return
        if set(positions.values()) == set(range(len(head.columns))):
            yield parts.known_json_part(head, path, table, positions)
        yield parts.json_lines_part(head, path, table, positions, left_out=self.left_out)

    def _tried(self, part: Part) -> list[Staged] | None:
        """The part as it was staged, or None for lines that its reader cannot take."""
        try:
            return self.write(part)
        except (duckdb.FatalException, duckdb.InternalException):
            # duckdb 1.5 breaks down over a cell that is not UTF-8 when a query reads a part of the columns
            self.work.renew()
            keep(self.work, self.head.label, ())
            return None
        except duckdb.Error as error:
            if parts.has_other_lines(error) or clean.needs_cleaning(error):
                return None
            raise

    def _forget(self) -> None:
        """What was said of a file that is read in another way now."""
        self.work.connection.execute("DELETE FROM rejects")
        del self.notes[self.said :]
