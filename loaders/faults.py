"""Rows with faults: noted while a part is written, in the rejects afterwards with the reason of each.

Writing gives nothing back but a count, and reading the rows a second time would cost as much as the first. So the query
calls a function for the few rows in which a cell could not be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

from duckdb.func import FunctionNullHandling

from attrigraph.loaders.convert import Reading, not_loadable, problem_sql, text
from attrigraph.loaders.formats.base import Reject
from attrigraph.loaders.tables import Table
from attrigraph.loaders.workspace import Workspace

__all__ = ["Faults", "TooManyDamaged", "keep", "noting", "sound_rows", "tell"]

MOST_DAMAGED = 100_000
"""Lines the fast reader could not take; with more of them the careful one reads the file."""
REJECT = "file VARCHAR, record VARCHAR, field VARCHAR, value VARCHAR, reason VARCHAR, kind VARCHAR"
BATCH = 1_000


class TooManyDamaged(Exception):
    """More lines than `MOST_DAMAGED` could not be taken by the fast reader."""


@dataclass(slots=True)
class Faults:
    """What was noted of a part: how many rows, each a line of JSON in `file`, and how many of them are rejects.

    `damaged` are the records (`line 12`) of lines that are no JSON at all.
    """

    file: TextIO
    noted: int = 0
    rejected: int = 0
    damaged: list[str] = field(default_factory=list)

    def note(self, line: str | None, bad: bool, damaged: str | None) -> None:
        """Note a row: called by the query. Returns nothing, because for a value duckdb would import pandas."""
        if damaged is not None:
            self.damaged.append(damaged)
            if len(self.damaged) > MOST_DAMAGED:
                raise TooManyDamaged
            return
        self.noted += 1
        self.rejected += bad
        self.file.write(f"{line}\n")


@contextmanager
def noting(work: Workspace) -> Iterator[Faults]:
    """The SQL function `note_fault` for the time of a query, and what it noted."""
    with (work.folder / "faults").open("w", encoding="utf-8") as file:
        faults = Faults(file)
        work.connection.create_function(
            "note_fault",
            faults.note,
            ["VARCHAR", "BOOLEAN", "VARCHAR"],
            "BOOLEAN",
            side_effects=True,
            null_handling=FunctionNullHandling.SPECIAL,
        )
        try:
            yield faults
        finally:
            work.connection.remove_function("note_fault")


def sound_rows(table: Table, rows: str) -> str:
    """The loadable rows of a query; what is wrong with these and the others is noted on the way."""
    bad = not_loadable(table)
    kind = "kind" if table.name == "identifiers" else "NULL"
    line = f"json_object('record', record, 'unread', unread::JSON, 'platform', platform, 'kind', {kind}, 'bad', {bad})"
    damaged = "CASE WHEN raw = 'damaged' THEN record END"
    kept = f"coalesce(note_fault({line}::VARCHAR, {bad}, {damaged}), NOT ({bad}))"
    return f"SELECT * FROM ({rows}) WHERE CASE WHEN unread IS NULL THEN true ELSE {kept} END"


def tell(work: Workspace, name: str, table: Table, reading: Reading) -> None:
    """Rejects from what was noted: a rejected row once, with its first required field; other cells as remarks."""
    order = [n for n in (*table.required, *table.one_of, " or ".join(table.one_of)) if n]
    ranks = "[" + ", ".join(map(text, order)) + "]"
    reasons = " ".join(f"WHEN {text(c.name)} THEN {problem_sql(table, c.name, 'cell', reading)}" for c in table.columns)
    shown = "CASE WHEN field = 'value' THEN left(cell, 4) || '…' ELSE left(cell, 200) END"
    types = "{record: 'VARCHAR', unread: 'JSON', platform: 'VARCHAR', kind: 'VARCHAR', bad: 'BOOLEAN'}"
    file = text(str(work.folder / "faults"))
    work.connection.execute(
        f"""
        INSERT INTO rejects
        WITH faulty AS (SELECT *, row_number() OVER () AS n
                        FROM read_json({file}, columns = {types}, format = 'newline_delimited')),
        fields AS (SELECT *, unnest(json_keys(unread)) AS field FROM faulty),
        cells AS (
          SELECT *, unread ->> ('/' || field || '/0') AS cell,
                 coalesce(nullif(list_position({ranks}, field), 0), 99) AS rank FROM fields
          QUALIFY NOT bad OR row_number() OVER (PARTITION BY n ORDER BY rank) = 1)
        SELECT {text(name)}, record, field, {shown if table.name == "identifiers" else "left(cell, 200)"},
               CASE WHEN cell IS NULL THEN 'missing' ELSE CASE field {reasons} END END,
               CASE WHEN bad THEN 'row' ELSE 'field' END
        FROM cells ORDER BY n, rank
        """
    )


def keep(work: Workspace, name: str, rejects: Iterable[Reject]) -> int:
    """Put rejects that never became rows into the table `rejects`; returns how many are of kind `row`."""
    work.connection.execute(f"CREATE TABLE IF NOT EXISTS rejects ({REJECT})")
    rows = 0
    batch: list[dict[str, str]] = []
    for reject in rejects:
        rows += reject.kind == "row"
        batch.append(
            {
                "file": name,
                "record": reject.record,
                "field": reject.field,
                "value": reject.value[:200],
                "reason": reject.reason,
                "kind": reject.kind,
            }
        )
        if len(batch) == BATCH:
            _insert(work, batch)
            batch.clear()
    if batch:
        _insert(work, batch)
    return rows


def _insert(work: Workspace, rows: list[dict[str, str]]) -> None:
    """All rows in one statement, as one literal: much cheaper than parameters, for which duckdb imports pandas too."""
    shape = "[" + json.dumps({part.split()[0]: part.split()[1] for part in REJECT.split(", ")}) + "]"
    whole = text(json.dumps(rows, ensure_ascii=False))
    work.connection.execute(f"INSERT INTO rejects SELECT unnest(from_json({whole}, {text(shape)}), recursive := true)")
