"""Rows with faults: noted while a part is written, in the rejects afterwards with the reason of each.

Writing gives nothing back but a count, and reading the rows a second time would cost as much as the first. So the
query notes the few rows in which a cell could not be read in duckdb's log, which is a file in the workspace.
(`write_log` does what a Python function would, for which duckdb imports numpy.)
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from attrigraph.duck import literal, quoted
from attrigraph.loaders.convert import Part, Reading, not_loadable, problem_sql
from attrigraph.loaders.formats.base import Reject
from attrigraph.loaders.tables import RECORD, Table
from attrigraph.loaders.workspace import Workspace

__all__ = ["Faults", "keep", "noted", "noting", "sound_rows", "tell", "without_refused"]

NOTED = "attrigraph"
REJECT = "file VARCHAR, record VARCHAR, field VARCHAR, value VARCHAR, reason VARCHAR, kind VARCHAR"
FLAGS = {"bad": "BOOLEAN", "damaged": "BOOLEAN"}
BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Faults:
    """What was noted of a part: how many rows, and how many of them are rejects.

    `damaged` are the records (`line 12`) of lines that are no JSON at all; they are not counted.
    """

    rows: int
    rejected: int
    damaged: tuple[str, ...]


@contextmanager
def noting(work: Workspace) -> Iterator[None]:
    """Rows that `sound_rows` notes are kept until the end of it."""
    place = literal(str(work.log))
    work.connection.execute(
        f"CALL enable_logging(level = 'error', storage = 'file', storage_config = {{path: {place}}})"
    )
    work.connection.execute("CALL truncate_duckdb_logs()")
    try:
        yield
    finally:
        work.connection.execute("CALL disable_logging()")


def sound_rows(table: Table, rows: str, absent: Sequence[str]) -> str:
    """The loadable rows of a query without its columns `absent`; what is wrong with these and the others is noted on
    the way.
    """
    bad = not_loadable(table)
    kind = {"identifiers": "kind", "signals": "signal"}.get(table.name, "NULL")
    line = (
        f"json_object('record', {RECORD}, 'unread', unread::JSON, 'platform', platform, 'kind', {kind}, "
        f"'bad', {bad}, 'damaged', coalesce(raw = 'damaged', false))::VARCHAR"
    )
    kept = _noted(line, f"NOT ({bad})")
    columns = f"* EXCLUDE ({', '.join(map(quoted, absent))})" if absent else "*"
    columns += " REPLACE (contacts_masked(unread) AS unread)"
    return f"SELECT {columns} FROM ({rows}) WHERE CASE WHEN unread IS NULL THEN true ELSE {kept} END"


def without_refused(part: Part, *, telling: bool) -> Part:
    """The part without the records it refuses, which are noted on the way when `telling`."""
    if not part.refusals:
        return part
    line = f"json_object('record', {RECORD}, 'refused', refused, 'refusal', refusal, 'bad', true, 'damaged', false)"
    kept = _noted(f"{line}::VARCHAR", "false") if telling else "false"
    rows = f"SELECT * EXCLUDE (refused, refusal) FROM ({part.sql})"
    return replace(part, sql=f"{rows} WHERE CASE WHEN refused IS NULL THEN true ELSE {kept} END", refusals=False)


def _noted(line: str, value: str) -> str:
    return f"write_log({line}, level := 'error', log_type := {literal(NOTED)}, return_value := {value})"


def noted(work: Workspace) -> Faults:
    """What was noted since `noting` began; the rows are in the table `noted` then, numbered in their order."""
    texts = dict.fromkeys(("record", "platform", "kind", "refused", "refusal"), "VARCHAR")
    shape = json.dumps(texts | {"unread": "JSON"} | FLAGS)
    work.connection.execute(
        "CREATE OR REPLACE TEMP TABLE noted AS SELECT row_number() OVER () AS n, "
        f"unnest(from_json(message, {literal(shape)})) FROM duckdb_logs WHERE type = {literal(NOTED)}"
    )
    rows, rejected, damaged = work.connection.execute(
        "SELECT count(*) FILTER (NOT damaged), count(*) FILTER (bad AND NOT damaged), "
        "list(record ORDER BY n) FILTER (damaged) FROM noted"
    ).fetchone() or (0, 0, None)
    return Faults(rows, rejected, tuple(damaged or ()))


def tell(work: Workspace, name: str, table: Table, reading: Reading) -> None:
    """Rejects from what was noted: a rejected row once, with its first required field; other cells as remarks.

    Identifiers and values of signals are cut short, mail addresses and telephone numbers masked.
    """
    order = [n for n in (*table.required, *table.one_of, " or ".join(table.one_of)) if n]
    ranks = "[" + ", ".join(map(literal, order)) + "]"
    reasons = " ".join(
        f"WHEN {literal(c.name)} THEN {problem_sql(table, c.name, 'cell', reading)}" for c in table.columns
    )
    shown = "contacts_masked(left(cell, 200))"
    if table.name in ("identifiers", "signals"):
        shown = f"CASE WHEN field = 'value' THEN left(cell, 4) || '…' ELSE {shown} END"
    work.connection.execute(
        f"""
        INSERT INTO rejects
        WITH refusals AS (
          SELECT n, 0 AS rank, record, '' AS field, contacts_masked(left(refused, 200)) AS value, refusal AS reason, bad
          FROM noted WHERE refused IS NOT NULL),
        fields AS (SELECT *, unnest(json_keys(unread)) AS field FROM noted WHERE NOT damaged),
        cells AS (
          SELECT *, unread ->> ('/' || field || '/0') AS cell,
                 coalesce(nullif(list_position({ranks}, field), 0), 99) AS rank FROM fields
          QUALIFY NOT bad OR row_number() OVER (PARTITION BY n ORDER BY rank) = 1),
        told AS (
          SELECT n, rank, record, field, {shown} AS value,
                 CASE WHEN cell IS NULL THEN 'missing' ELSE CASE field {reasons} END END AS reason, bad
          FROM cells UNION ALL FROM refusals)
        SELECT {literal(name)}, record, field, value, reason, CASE WHEN bad THEN 'row' ELSE 'field' END
        FROM told ORDER BY n, rank
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
    whole = literal(json.dumps(rows, ensure_ascii=False))
    work.connection.execute(
        "INSERT INTO rejects SELECT * REPLACE (contacts_masked(value) AS value) "
        f"FROM (SELECT unnest(from_json({whole}, {literal(shape)}), recursive := true))"
    )
