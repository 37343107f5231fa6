"""Runs of links on disk and in the graph.

`links/l1/*.parquet` are written first, then the graph, then `links/l1.json`: a run without its record was stopped, does
not count, and is written over by the next one.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from attrigraph.duck import connect, literal
from attrigraph.errors import CaseDamaged, InputError
from attrigraph.folder import CaseFolder, next_id, record_ids, write_whole
from attrigraph.graph import statement
from attrigraph.links.records import HotKey, LinkOptions
from attrigraph.links.run import LinkRun, NetworkReport, RunOptions
from attrigraph.progress import SILENT, Progress

if TYPE_CHECKING:
    from attrigraph.graph import Store
    from attrigraph.links.clusters import Member

__all__ = [
    "edges_path", "link_digest", "link_run_ids", "members_path", "next_link_run", "read_link_run", "read_members",
    "remove_files", "remove_from_graph", "save_link_run", "write_graph", "write_members",
]  # fmt: skip

IN_GRAPH = 20
"""Message ids an edge keeps in the graph; all of them are in the table."""
BATCH = 2_000
HEAD = 256
"""Characters in which the digest of a record stands."""
DIGEST = re.compile(r'"digest": "([0-9a-f]{64})"')
MEMBER = {
    "cluster": "VARCHAR", "account_id": "VARCHAR", "role": "VARCHAR", "stability": "DOUBLE", "median_rank": "DOUBLE",
    "bursts": "BIGINT", "between": "DOUBLE", "period": "VARCHAR", "matched": "VARCHAR", "e_value": "DOUBLE",
    "significant": "BOOLEAN",
}  # fmt: skip
"""Columns of clusters.parquet."""
MEMBERS = """
SELECT account_id, cluster, role, stability FROM read_parquet($path) WHERE period IS NULL ORDER BY cluster, account_id
"""
EDGES = """
SELECT source AS start, target AS "end", network AS rule, network, mode, weight::DOUBLE AS weight, weight_half,
       weight_double, fast_weight, window_s, n, median_delta_s, p_value, q_value, shift_p, periods, first_at, last_at,
       message_ids[:$kept] AS message_ids, other_ids[:$kept] AS other_ids,
       message_at[:$kept] AS message_at
FROM read_parquet($path) WHERE survives
"""


def link_run_ids(folder: CaseFolder) -> list[str]:
    """Ids of the complete runs of links, oldest first."""
    return record_ids(folder.links, "l")


def next_link_run(folder: CaseFolder) -> str:
    """The id of the next run: l1, l2, ..."""
    return next_id(folder.links, "l")


def edges_path(folder: CaseFolder, run: str) -> Path:
    """`links/<run>/edges.parquet`: every edge at or above the minimum weight."""
    return folder.links / run / "edges.parquet"


def members_path(folder: CaseFolder, run: str) -> Path:
    """`links/<run>/clusters.parquet`: who belongs to which cluster."""
    return folder.links / run / "clusters.parquet"


def save_link_run(folder: CaseFolder, run: LinkRun) -> None:
    """Write `links/<run>.json`, whole or not at all."""
    text = json.dumps(asdict(run), ensure_ascii=False, indent=1, default=lambda at: at.isoformat())
    write_whole(folder.links / f"{run.id}.json", text + "\n")


def read_link_run(folder: CaseFolder, run: str | None = None) -> LinkRun:
    """A run of links, the newest by default. Raises InputError when there is none, CaseDamaged for a broken record."""
    ids = link_run_ids(folder)
    if run is None and not ids:
        raise InputError("Nothing is linked in this case yet. Next: attrigraph link")
    if run is not None and run not in ids:
        raise InputError(f"There is no run of links {run!r}; there are: {', '.join(ids) or 'none'}.")
    path = folder.links / f"{run or ids[-1]}.json"
    try:
        return _run_of(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise CaseDamaged(f"{path} is no record of a run of links ({error}). Remove it and link again.") from None


def link_digest(folder: CaseFolder, run: str) -> str:
    """The digest of a run from the beginning of its record, empty when it has none: a record may be large."""
    with (folder.links / f"{run}.json").open(encoding="utf-8") as record:
        found = DIGEST.search(record.read(HEAD))
    return found[1] if found else ""


def _run_of(data: dict[str, Any]) -> LinkRun:
    options = data["options"]
    made = RunOptions(**options | {"networks": tuple(options["networks"]), "link": LinkOptions(**options["link"])})
    networks = tuple(NetworkReport(**n | {"hot": tuple(HotKey(**h) for h in n["hot"])}) for n in data["networks"])
    times = {name: datetime.fromisoformat(data[name]) for name in ("started_at", "finished_at")}
    return LinkRun(**data | times | {"options": made, "networks": networks, "sources": tuple(data["sources"])})


def remove_files(folder: CaseFolder, run: str) -> None:
    """Remove a run from disk, its record first."""
    (folder.links / f"{run}.json").unlink(missing_ok=True)
    (folder.links / f"{run}.json.part").unlink(missing_ok=True)
    shutil.rmtree(folder.links / run, ignore_errors=True)


def remove_from_graph(store: Store, run: str) -> None:
    """Remove the edges, memberships and clusters of a run of links."""
    accounts = [row["account"] for row in store.read(statement("links/linked_accounts"), run=run)]
    store.execute_batches(statement("links/remove_run"), accounts, rows_name="accounts", batch=BATCH, run=run)
    store.execute(statement("links/remove_clusters"), run=run)


def write_graph(store: Store, folder: CaseFolder, run: LinkRun, progress: Progress = SILENT) -> None:
    """Surviving edges, clusters and members of a run into the graph; writing twice changes nothing."""
    progress.step("writing links", run.surviving)
    store.write_relationships("ACTS_WITH", "Account", "Account", _edges(folder, run.id), progress=progress)
    clusters = run.clusters.get("found", ())
    store.write_nodes("Cluster", (_cluster(row, run) for row in clusters))
    if clusters:
        store.write_relationships(
            "MEMBER_OF", "Account", "Cluster", (_member(row, run.id) for row in read_members(folder, run.id))
        )


def _cluster(row: Mapping[str, Any], run: LinkRun) -> dict[str, Any]:
    times = {name: datetime.fromisoformat(row[name]) for name in ("first_at", "last_at") if row.get(name)}
    about = {name: run.clusters[name] for name in ("method", "resolution")}
    return {**row, **times, **about, "run": run.id}


def _edges(folder: CaseFolder, run: str) -> Iterator[dict[str, Any]]:
    for row in _rows(EDGES, {"path": str(edges_path(folder, run)), "kept": IN_GRAPH}):
        others = row.pop("other_ids")
        if None not in others:
            row["other_ids"] = others
        yield row | {"run": run, "revision": 1}


def read_members(folder: CaseFolder, run: str) -> list[dict[str, Any]]:
    """Who belongs to which cluster of the whole span: account_id, cluster, role, stability, by cluster and account."""
    return list(_rows(MEMBERS, {"path": str(members_path(folder, run))}))


def _member(row: Mapping[str, Any], run: str) -> dict[str, Any]:
    return {"start": row["account_id"], "end": row["cluster"], "run": run} | {k: row[k] for k in ("role", "stability")}


def _rows(query: str, parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    with connect() as connection:
        found = connection.execute(query, parameters)
        names = [column[0] for column in found.description]
        while rows := found.fetchmany(BATCH):
            yield from (dict(zip(names, row, strict=True)) for row in rows)


def write_members(members: Sequence[Member], path: Path) -> None:
    """Write who belongs to which cluster as Parquet; `period` is null for the clusters of the whole span."""
    given = {name: np.array([getattr(m, name) for m in members], dtype=object) for name in MEMBER}
    columns = {"number": np.arange(len(members))} | given
    chosen = ", ".join(f"{name}::{type_} AS {name}" for name, type_ in MEMBER.items())
    with connect() as connection:
        connection.register("members", columns)
        connection.execute(
            f"COPY (SELECT {chosen} FROM members ORDER BY number) TO {literal(str(path))} (COMPRESSION zstd)"
        )
