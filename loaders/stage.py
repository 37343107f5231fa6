"""Parts become Parquet: good rows in the observations, the others in the rejects; a kill cannot leave half of it.

Everything is written to the workspace first. `commit` moves the tables into place and the rejects last. Only the
custody entry, which the caller writes after it, makes them count.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attrigraph.duck import literal, quoted
from attrigraph.folder import CaseFolder
from attrigraph.loaders.convert import Part, Reading, absent, needs_functions, observations_sql
from attrigraph.loaders.faults import noted, noting, sound_rows, tell
from attrigraph.loaders.phone_accounts import has_phones
from attrigraph.loaders.tables import RECORD
from attrigraph.loaders.workspace import Workspace, teach_functions

__all__ = ["Staged", "commit", "leave_out", "write_part"]

PARQUET = "FORMAT parquet, PARQUET_VERSION v2, ROW_GROUP_SIZE 61440, COMPRESSION snappy, DICTIONARY_SIZE_LIMIT 1000"
"""Measured on a million posts: these cost a quarter less CPU than the defaults; files grow by an eighth."""
DUPLICATE = "the id occurs before in this file"


@dataclass(frozen=True, slots=True)
class Staged:
    """One table of a source in the workspace: rows that were offered, and rows in the file `path`.

    `damaged` are lines of JSON that were no rows, by their records; `offered` does not count them.
    """

    table: str
    path: Path
    offered: int
    loaded: int
    damaged: tuple[str, ...] = ()


def write_part(work: Workspace, name: str, part: Part, reading: Reading) -> Staged:
    """Convert a part in one pass: rows to the file, faults to the rejects.

    In further passes, where there are any, telephone numbers that are account ids are hashed and doubled ids left out.
    """
    table, final = part.table, work.folder / f"{part.table.name}.parquet"
    if needs_functions(part):
        teach_functions(work)
    with noting(work):
        rows = sound_rows(table, observations_sql(part, reading), absent(part, reading))
        loaded = _copy(work, rows, final)
        faults = noted(work)
        if faults.rows:
            tell(work, name, table, reading)
    _hash_phone_accounts(work, part, final)
    left = _without_doubles(work, name, part, final, loaded) if table.key in part.columns else loaded
    return Staged(table.name, final, loaded + faults.rejected, left, faults.damaged)


def _copy(work: Workspace, rows: str, path: Path) -> int:
    """Write the rows of a query; returns how many."""
    found = work.connection.execute(f"COPY ({rows}) TO {literal(str(path))} ({PARQUET})").fetchone()
    return int(found[0]) if found else 0


def _hash_phone_accounts(work: Workspace, part: Part, path: Path) -> None:
    """Of platforms that know accounts by their telephone number, the file keeps the keyed hash."""
    file = f"read_parquet({literal(str(path))})"
    names = [c.name for c in part.table.columns if c.kind == "account_id" and c.name in part.columns]
    columns = list(map(quoted, names))
    # Statistics first: they cost nothing, and mostly rule it out.
    between = has_phones("stats_max_value", "stats_min_value")
    known = f"SELECT 1 FROM parquet_metadata({literal(str(path))}) WHERE list_contains({names}, path_in_schema)"
    if not work.connection.execute(f"{known} AND coalesce({between}, true) LIMIT 1").fetchone():
        return
    some = " OR ".join(map(has_phones, columns))
    if not work.connection.execute(f"SELECT 1 FROM {file} WHERE {some} LIMIT 1").fetchone():
        return
    teach_functions(work)
    hashed = path.with_suffix(".hashed")
    replaced = ", ".join(f"CASE WHEN {has_phones(c)} THEN phone_account({c}) ELSE {c} END AS {c}" for c in columns)
    _copy(work, f"SELECT * REPLACE ({replaced}) FROM {file}", hashed)
    hashed.replace(path)


def _without_doubles(work: Workspace, name: str, part: Part, path: Path, loaded: int) -> int:
    """Take rows out of the file whose key an earlier row has, into the rejects; returns how many are left."""
    connection, table, file = work.connection, part.table, f"read_parquet({literal(str(path))}, file_row_number = true)"
    key = quoted(table.key or "")
    # Exports are mostly in the order of their ids, and what goes up or down throughout has no doubles.
    ordered = f"SELECT {key} AS one, lag({key}) OVER () AS before FROM {file}"
    (rising,) = connection.execute(
        f"SELECT bool_and(one > before) OR bool_and(one < before) FROM ({ordered})"
    ).fetchone() or (None,)
    if rising:
        return loaded
    same = key if table.key == "account_id" else f"platform, {key}"
    same += f", {quoted(table.seen)}" if table.seen in part.columns else ""
    (some,) = connection.execute(f"SELECT count(*) > count(DISTINCT hash({same})) FROM {file}").fetchone() or (False,)
    if not some:
        return loaded
    doubles = (
        f"SELECT file_row_number, {literal(name)} AS file, {RECORD} AS record, {literal(table.key)} AS field, "
        f"{key}[:200] AS value, {literal(DUPLICATE)} AS reason FROM {file} "
        f"QUALIFY row_number() OVER (PARTITION BY {same} ORDER BY file_row_number) > 1"
    )
    single = path.with_suffix(".single")
    left = leave_out(work, f"FROM {file}", ("file_row_number",), doubles, single)
    single.replace(path)
    return left


def leave_out(work: Workspace, rows: str, place: Sequence[str], doubles: str, path: Path) -> int:
    """Write the rows of a query but for those of `doubles`, which go to the rejects; returns how many are written.

    The columns `place` tell the rows apart and are not written. `doubles` is a query of them and of what the rejects
    say: `file`, `record`, `field`, `value` and `reason`.
    """
    keys = ", ".join(place)
    work.connection.execute(f"CREATE OR REPLACE TEMP TABLE doubles AS {doubles}")
    work.connection.execute(
        f"INSERT INTO rejects BY NAME SELECT * EXCLUDE ({keys}), 'row' AS kind FROM doubles ORDER BY {keys}"
    )
    return _copy(work, f"SELECT * EXCLUDE ({keys}) FROM ({rows}) ANTI JOIN doubles USING ({keys})", path)


def commit(
    work: Workspace, folder: CaseFolder, source: str, tables: Iterable[Staged], facts: Mapping[str, Any]
) -> list[Path]:
    """Move the staged tables into the case, then the rejects with the facts about the source; returns the files.

    Files of an earlier, unfinished load of the same bytes are replaced or removed.
    """
    rejects = work.folder / "rejects.parquet"
    note = literal(json.dumps(dict(facts), ensure_ascii=False))
    work.connection.execute(
        f"COPY (SELECT * FROM rejects) TO {literal(str(rejects))} ({PARQUET}, KV_METADATA {{attrigraph: {note}}})"
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
