"""Parts become Parquet: good rows in the observations, the others in the rejects; a kill cannot leave half of it.

Everything is written to the workspace first. `commit` moves the tables into place and the rejects last. Only the
custody entry, which the caller writes after it, makes them count.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attrigraph.folder import CaseFolder
from attrigraph.loaders.convert import (
    Part,
    Reading,
    needs_functions,
    not_loadable,
    observations_sql,
    problem_sql,
    quoted,
    text,
)
from attrigraph.loaders.formats.base import Reject
from attrigraph.loaders.tables import Table
from attrigraph.loaders.workspace import Workspace, teach_functions

__all__ = ["Damaged", "Staged", "commit", "damaged_lines", "keep", "write_part"]

PARQUET = "FORMAT parquet, PARQUET_VERSION v2, ROW_GROUP_SIZE 61440, COMPRESSION lz4_raw, DICTIONARY_SIZE_LIMIT 1000"
"""Measured on a million posts: these cost a quarter less CPU than the defaults; files grow by an eighth."""
DUPLICATE = "the id occurs before in this file"


class Damaged(Exception):
    """Lines that the fast reader could not take: the careful one has to."""


@dataclass(frozen=True, slots=True)
class Staged:
    """One table of a source in the workspace: rows that were offered, and rows in the file `path`."""

    table: str
    path: Path
    offered: int
    loaded: int


def keep(work: Workspace, name: str, rejects: Iterable[Reject]) -> int:
    """Note rejects that never became rows; returns how many are of kind `row`."""
    connection = work.connection
    connection.execute(
        "CREATE TABLE IF NOT EXISTS rejects "
        "(file VARCHAR, record VARCHAR, field VARCHAR, value VARCHAR, reason VARCHAR, kind VARCHAR)"
    )
    rows = 0
    batch: list[list[str]] = []
    for reject in rejects:
        rows += reject.kind == "row"
        batch.append([name, reject.record, reject.field, reject.value[:200], reject.reason, reject.kind])
        if len(batch) == 1000:
            connection.executemany("INSERT INTO rejects VALUES (?, ?, ?, ?, ?, ?)", batch)
            batch.clear()
    if batch:
        connection.executemany("INSERT INTO rejects VALUES (?, ?, ?, ?, ?, ?)", batch)
    return rows


def write_part(work: Workspace, name: str, part: Part, reading: Reading) -> Staged:
    """Convert a part. Raises Damaged when the fast reader met lines it could not take."""
    table, connection = part.table, work.connection
    if needs_functions(table):
        teach_functions(work)
    first, final = work.folder / f"{table.name}.first.parquet", work.folder / f"{table.name}.parquet"
    _copy(work, observations_sql(part, reading), first)
    bad = not_loadable(table)
    offered, unread, rejected, damaged = _one(
        work,
        f"SELECT count(*), count(unread), count(*) FILTER ({bad}), count(*) FILTER (raw = 'damaged') "
        f"FROM read_parquet({text(str(first))})",
    )
    if damaged:
        raise Damaged
    doubles = _doubles(work, table, first) if table.key in part.columns else 0
    if unread:
        _note_unread(work, name, table, first, reading)
    if not rejected and not doubles:
        first.replace(final)
        return Staged(table.name, final, offered, offered)
    if doubles:
        _note_doubles(work, name, table)
    kept = f"NOT ({bad})" + (" AND file_row_number NOT IN (SELECT n FROM doubles)" if doubles else "")
    rows = (
        f"SELECT * EXCLUDE file_row_number FROM read_parquet({text(str(first))}, file_row_number = true) WHERE {kept}"
    )
    _copy(work, rows, final)
    first.unlink()
    connection.execute("DROP TABLE IF EXISTS doubles")
    return Staged(table.name, final, offered, offered - rejected - doubles)


def damaged_lines(error: Exception) -> bool:
    """Whether an error of duckdb is about the lines of a file, which the careful reader can take."""
    return any(
        sign in str(error) for sign in ("CSV Error", "CSV Parser", "Malformed JSON", "utf-8", "maximum_object_size")
    )


def _copy(work: Workspace, rows: str, path: Path) -> None:
    work.connection.execute(f"COPY ({rows}) TO {text(str(path))} ({PARQUET})")


def _one(work: Workspace, sql: str) -> tuple[Any, ...]:
    found = work.connection.execute(sql).fetchone()
    return found or ()


def _doubles(work: Workspace, table: Table, first: Path) -> int:
    """Make the table `doubles` of rows whose key an earlier loadable row has; returns how many there are."""
    file = f"read_parquet({text(str(first))}, file_row_number = true)"
    key = quoted(table.key or "")
    same = key if table.key == "account_id" else f"platform, {key}"
    same += f", {quoted(table.seen)}" if table.seen else ""
    sound = f"NOT ({not_loadable(table)})"
    many = _one(work, f"SELECT count(*) - count(DISTINCT hash({same})) FROM {file} WHERE {sound}")[0]
    if not many:
        return 0
    work.connection.execute(
        f"CREATE OR REPLACE TABLE doubles AS SELECT file_row_number AS n, record, {key} AS key FROM {file} "
        f"WHERE {sound} QUALIFY row_number() OVER (PARTITION BY {same} ORDER BY file_row_number) > 1"
    )
    return int(_one(work, "SELECT count(*) FROM doubles")[0])


def _note_doubles(work: Workspace, name: str, table: Table) -> None:
    work.connection.execute(
        f"INSERT INTO rejects SELECT {text(name)}, record, {text(table.key)}, key[:200], {text(DUPLICATE)}, 'row' "
        "FROM doubles ORDER BY n"
    )


def _note_unread(work: Workspace, name: str, table: Table, first: Path, reading: Reading) -> None:
    """Rejects from `unread`: a rejected row once, with its first required field; other cells as remarks (`field`)."""
    order = [n for n in (*table.required, *table.one_of, " or ".join(table.one_of)) if n]
    ranks = "[" + ", ".join(map(text, order)) + "]"
    fields = [c.name for c in table.columns]
    reasons = " ".join(f"WHEN {text(f)} THEN {problem_sql(table, f, 'cell', reading)}" for f in fields)
    shown = "CASE WHEN field = 'value' THEN left(cell, 4) || '…' ELSE left(cell, 200) END"
    work.connection.execute(
        f"""
        INSERT INTO rejects
        WITH faulty AS (
          SELECT * EXCLUDE unread, unread::JSON AS unread, ({not_loadable(table)}) AS bad
          FROM read_parquet({text(str(first))}, file_row_number = true) WHERE unread IS NOT NULL),
        fields AS (SELECT *, unnest(json_keys(unread)) AS field FROM faulty),
        cells AS (
          SELECT *, unread ->> ('/' || field || '/0') AS cell,
                 coalesce(nullif(list_position({ranks}, field), 0), 99) AS rank FROM fields
          QUALIFY NOT bad OR row_number() OVER (PARTITION BY file_row_number ORDER BY rank) = 1)
        SELECT {text(name)}, record, field, {shown if table.name == "identifiers" else "left(cell, 200)"},
               CASE WHEN cell IS NULL THEN 'missing' ELSE CASE field {reasons} END END,
               CASE WHEN bad THEN 'row' ELSE 'field' END
        FROM cells ORDER BY file_row_number, rank
        """
    )


def commit(
    work: Workspace, folder: CaseFolder, source: str, tables: Iterable[Staged], facts: Mapping[str, Any]
) -> list[Path]:
    """Move the staged tables into the case, then the rejects with the facts about the source; returns the files.

    Files of an earlier, unfinished load of the same bytes are replaced or removed.
    """
    rejects = work.folder / "rejects.parquet"
    note = text(json.dumps(dict(facts), ensure_ascii=False))
    work.connection.execute(
        f"COPY (SELECT * FROM rejects) TO {text(str(rejects))} ({PARQUET}, KV_METADATA {{attrigraph: {note}}})"
    )
    places = {t.path: folder.observations / t.table / f"{source}.parquet" for t in tables if t.loaded}
    for old in folder.observations.glob(f"*/{source}.parquet"):
        if old not in places.values():
            old.unlink()
    places[rejects] = folder.rejects / f"{source}.parquet"
    for staged, place in places.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        staged.replace(place)
    return list(places.values())
