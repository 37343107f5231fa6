"""Mirrors of a case: searched for, kept in its folder (`links/m1.json`, `links/m1.parquet`), written to the graph.

The JSON file is written last: a run without it was not finished and does not count.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from attrigraph.duck import connect
from attrigraph.errors import CaseDamaged, InputError, NotAssessed
from attrigraph.folder import CaseFolder, next_id, record_ids, sha256_of, whole_file, write_whole
from attrigraph.graph import statement
from attrigraph.links.mirrors.find import VERDICTS, Mirrors, find_mirrors
from attrigraph.links.mirrors.records import Candidates, LargeBlock, Mirror, MirrorOptions
from attrigraph.progress import SILENT, Progress

if TYPE_CHECKING:
    from attrigraph.graph import Store
    from attrigraph.opencase import OpenCase

__all__ = [
    "changed_mirror_files",
    "mirror_of",
    "mirror_rows",
    "mirror_runs",
    "read_mirrors",
    "restore_mirrors",
    "search_mirrors",
    "unseen_sources",
]

REVISION = 1
COLUMNS = "source VARCHAR, target VARCHAR, verdict VARCHAR, p DOUBLE, mirrored DOUBLE, record VARCHAR"


def search_mirrors(case: OpenCase, options: MirrorOptions | None = None, progress: Progress = SILENT) -> Mirrors:
    """Look for mirrors among all accounts, keep the result under the next id, and write it to the graph and custody."""
    with case.folder.writing("mirrors"):
        loaded = sorted(case.loaded())
        observed = case.observations
        try:
            found = find_mirrors(observed.connection(), options, progress=progress)
        finally:
            observed.close()
        found = found.named(next_id(case.folder.links, "m"))
        progress.step("writing mirrors")
        _remove_unfinished(case.store, mirror_runs(case.folder))
        _write_graph(case.store, found)
        _keep(case.folder, found, loaded)
        files = {path.name: sha256_of(path) for path in _files(case.folder, found.run)}
        case.custody.append(
            "mirrored",
            run=found.run,
            files=files,
            weights_sha256=found.weights_sha256,
            options=asdict(found.options),
            pairs=len(found.mirrors),
            large_blocks=len(found.candidates.large),
            **found.counts(),
        )
    return found


def mirror_runs(folder: CaseFolder) -> list[str]:
    """Ids of the finished searches, oldest first."""
    return record_ids(folder.links, "m")


def read_mirrors(case: OpenCase, run: str | None = None) -> Mirrors:
    """A kept result, the newest by default. Raises NotAssessed when there is none of that id, or none at all."""
    runs = mirror_runs(case.folder)
    run = run or (runs[-1] if runs else "")
    if run not in runs:
        there = f"there are: {', '.join(runs)}" if runs else "search with: attrigraph mirrors --search"
        raise NotAssessed(f"There is no search for mirrors {run!r} in this case; {there}.")
    record, table = _files(case.folder, run)
    try:
        about = json.loads(record.read_text(encoding="utf-8"))
        with connect() as connection:
            rows = connection.execute("SELECT record FROM read_parquet(?)", [str(table)]).fetchall()
        mirrors = tuple(msgspec.json.decode(text, type=Mirror) for (text,) in rows)
        large = tuple(LargeBlock(**block) for block in about["large"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CaseDamaged(f"links/{run} cannot be read ({error}). Search again: attrigraph mirrors --search") from None
    return Mirrors(
        mirrors=mirrors,
        candidates=Candidates(about["accounts"], (), large, about["keyed"]),
        options=MirrorOptions(**about["options"]),
        weights=about["weights"],
        weights_sha256=about["weights_sha256"],
        calibration=about["calibration"],
        folding=about["folding"],
        run=run,
    )


def unseen_sources(case: OpenCase, run: str) -> int:
    """How many sources of the case the search did not know: above 0 the result is behind."""
    about = json.loads(_files(case.folder, run)[0].read_text(encoding="utf-8"))
    return len(set(case.loaded()) - set(about["sources"]))


def mirror_of(found: Mirrors, one: str, two: str) -> Mirror:
    """The decision about two accounts, in any order. Raises InputError when they were not compared."""
    for mirror in found.mirrors:
        if {mirror.source, mirror.target} == {one, two}:
            return mirror
    raise InputError(
        f"{one} and {two} were not compared in {found.run}: they share no folded name, picture, link or bio. "
        "Blocks that were too large are listed by: attrigraph mirrors"
    )


def mirror_rows(mirrors: Sequence[Mirror]) -> list[dict[str, Any]]:
    """One row a pair, for tables and exports."""
    return [
        {
            "account": m.source,
            "verdict": m.verdict,
            "of": m.target,
            "p": m.p,
            "mirrored": m.mirrored,
            "groups": list(m.groups),
            "copied": m.copied,
            "copied_share": m.copied_share,
            "lag_s": m.lag_s,
            "reasons": list(m.reasons),
            "shared": list(m.blocks),
        }
        for m in mirrors
    ]


def restore_mirrors(case: OpenCase, progress: Progress = SILENT) -> None:
    """Write kept results to a graph made anew; those that rest on a source taken out of the case are removed."""
    runs, sources = mirror_runs(case.folder), set(case.loaded())
    if runs:
        progress.step("writing mirrors", len(runs))
    for run in runs:
        about = json.loads(_files(case.folder, run)[0].read_text(encoding="utf-8"))
        gone = sorted(set(about["sources"]) - sources)
        if gone:
            for path in _files(case.folder, run):  # the record first: without it the search does not count
                path.unlink(missing_ok=True)
            case.custody.append("unlinked", run=run, removed=gone)
        else:
            _write_graph(case.store, read_mirrors(case, run))
        progress.advance()


def changed_mirror_files(case: OpenCase) -> Iterator[str]:
    """What is wrong with the kept results, one sentence each."""
    known: dict[str, str] = {}
    for entry in case.custody.entries():
        if entry.event == "mirrored":
            known |= entry.data["files"]
        elif entry.event == "unlinked":
            for path in _files(case.folder, entry.data["run"]):
                known.pop(path.name, None)
    for name, digest in known.items():
        path = case.folder.links / name
        if not path.exists():
            yield f"links/{name} is missing; search again: attrigraph mirrors --search"
        elif sha256_of(path) != digest:
            yield f"links/{name} was changed after it was written; restore it, or search again"


def _files(folder: CaseFolder, run: str) -> tuple[Path, Path]:
    return folder.links / f"{run}.json", folder.links / f"{run}.parquet"


def _keep(folder: CaseFolder, found: Mirrors, sources: Sequence[str]) -> None:
    record, table = _files(folder, found.run)
    rows = [(m.source, m.target, m.verdict, m.p, m.mirrored, msgspec.json.encode(m).decode()) for m in found.mirrors]
    with whole_file(table) as part, connect() as connection:
        connection.execute(f"CREATE TABLE mirrors ({COLUMNS})")
        for start in range(0, len(rows), 1000):
            block = rows[start : start + 1000]
            marks = ", ".join(["(?, ?, ?, ?, ?, ?)"] * len(block))
            connection.execute(f"INSERT INTO mirrors VALUES {marks}", [v for row in block for v in row])  # noqa: S608
        connection.table("mirrors").write_parquet(str(part), compression="zstd")
    about = {
        "run": found.run,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "options": asdict(found.options),
        "weights": found.weights,
        "weights_sha256": found.weights_sha256,
        "calibration": found.calibration,
        "folding": found.folding,
        "sources": list(sources),
        "accounts": found.candidates.accounts,
        "keyed": found.candidates.keyed,
        "large": [asdict(block) for block in found.candidates.large],
        "pairs": len(found.mirrors),
        "counts": found.counts(),
    }
    write_whole(record, json.dumps(about, ensure_ascii=False, indent=1) + "\n")


def _remove_unfinished(store: Store, runs: Sequence[str]) -> None:
    """Take out what a search that was stopped left in the graph."""
    store.execute(statement("links/remove_mirrors"), keep=list(runs))


def _write_graph(store: Store, found: Mirrors) -> None:
    rows = [_edge(mirror, found.run) for mirror in found.mirrors if mirror.verdict in VERDICTS[:2]]
    store.write_relationships("MIRRORS", "Account", "Account", rows)


def _edge(m: Mirror, run: str) -> Mapping[str, Any]:
    """From the clone to its source; twins from the smaller id to the larger."""
    return {
        "start": m.source,
        "end": m.target,
        "rule": m.verdict,
        "run": run,
        "revision": REVISION,
        "weight": m.score,
        "p": m.p,
        "prior": m.prior,
        "n": m.copied,
        "copied_share": m.copied_share,
        "median_delta_s": m.lag_s,
        "features": [item.signal for item in m.items],
        "nats": list(m.nats),
        "values": [item.summary for item in m.items],
        "reasons": list(m.reasons),
        "message_ids": list(m.message_ids),
        "other_ids": list(m.other_ids),
    }
