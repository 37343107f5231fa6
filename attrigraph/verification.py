"""`verify`: custody, files and graph held against each other. `rebuild`: the graph made anew from the observations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from attrigraph.enrichment import INDEX, enrich_pending
from attrigraph.errors import CaseDamaged, InputError
from attrigraph.folder import sha256_of
from attrigraph.loaders.project import expected_counts
from attrigraph.mirroring import changed_mirror_files, restore_mirrors
from attrigraph.progress import Progress
from attrigraph.settings import Neo4jServer

if TYPE_CHECKING:
    from attrigraph.case import Case

__all__ = ["Check", "VerifyReport", "rebuild", "verify"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `detail` says what was compared, or what is wrong."""

    name: str
    sound: bool
    detail: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """All checks of a case."""

    checks: tuple[Check, ...]

    @property
    def sound(self) -> bool:
        """True when nothing is wrong."""
        return all(check.sound for check in self.checks)

    def summary(self) -> str:
        """One line for a sound case."""
        return "; ".join(check.detail for check in self.checks)


def verify(case: Case, progress: Progress) -> VerifyReport:
    """Check the custody chain, the hashes and rows of every file, and the counts of the graph."""
    progress.step("verifying", 6)
    checks: list[Check] = []
    for part in (_chain, _files, _lists, _mirrors, _graph, _links):
        checks += part(case)
        progress.advance()
    return VerifyReport(tuple(checks))


def _chain(case: Case) -> Iterator[Check]:
    try:
        problems = case.custody.check()
    except CaseDamaged as error:
        problems = [str(error)]
    for problem in problems:
        yield Check("custody chain", False, problem)
    if not problems:
        yield Check("custody chain", True, f"{len(case.custody.entries())} custody entries in an unbroken chain")


def _files(case: Case) -> Iterator[Check]:
    """Every file of every acknowledged source is there, unchanged, and holds the rows that were counted."""
    wrong, known, rows = [], set(), 0
    for source, data in case.loaded().items():
        held = 0
        for name, digest in data["files"].items():
            path = case.folder.root / name
            known.add(name)
            if not path.exists():
                wrong.append(f"{name} of {data['name']} is missing; load that file again")
            elif sha256_of(path) != digest:
                wrong.append(f"{name} of {data['name']} was changed after it was loaded; restore it from a copy")
            elif name.startswith("observations"):
                held += _parquet_rows(str(path))
        if data["loaded"] + data["rejected"] != data["records"]:
            counts = f"{data['loaded']} loaded + {data['rejected']} rejected"
            wrong.append(f"source {source}: {counts} are not {data['records']} records")
        rows += held
    folders = (case.folder.observations, case.folder.rejects)
    present = {p.relative_to(case.folder.root).as_posix() for folder in folders for p in folder.rglob("*.parquet")}
    wrong += [f"{name} is not in custody: a load was stopped; run it again" for name in sorted(present - known)]
    for problem in wrong:
        yield Check("files", False, problem)
    if not wrong:
        yield Check("files", True, f"{len(known)} files unchanged, {rows} rows of observations")


def _parquet_rows(path: str) -> int:
    row = duckdb.execute("SELECT count(*) FROM read_parquet(?)", [path]).fetchone()
    return int(row[0]) if row else 0


def _lists(case: Case) -> Iterator[Check]:
    kept = (p for p in case.folder.lists.glob("*") if p.is_file() and p.name != INDEX)
    changed = [p.name for p in kept if sha256_of(p) != p.stem]
    for name in changed:
        yield Check("lists", False, f"lists/{name} was changed after it was given; run enrich with the original again")


def _mirrors(case: Case) -> Iterator[Check]:
    for problem in changed_mirror_files(case):
        yield Check("mirrors", False, problem)


def _graph(case: Case) -> Iterator[Check]:
    """Counts per label and type that follow from the observations."""
    try:
        expected: Mapping[str, int] = expected_counts(case.observations)
    except CaseDamaged as error:
        yield Check("graph", False, f"not compared with the observations: {error}")
        return
    found = case.store.counts()
    wrong = {name: (count, found.get(name, 0)) for name, count in expected.items() if found.get(name, 0) != count}
    for name, (count, held) in wrong.items():
        yield Check(
            "graph", False, f"{name}: the observations give {count}, the graph holds {held}; run: attrigraph rebuild"
        )
    if not wrong:
        yield Check("graph", True, f"{sum(expected.values())} nodes and relationships as the observations give them")


def _links(case: Case) -> Iterator[Check]:
    """Runs of links: their files, whether sources have changed since, and their edges in the graph."""
    from attrigraph.linking import check_links

    for sound, detail in check_links(case):
        yield Check("links", sound, detail)


def rebuild(case: Case, *, neo4j_uri: str | None, embedded: bool, progress: Progress) -> dict[str, int]:
    """Empty the graph, project every source, look the addresses up and write the links again.

    The engine given becomes the case's.
    """
    from attrigraph.linking import restore_links
    from attrigraph.sourcefiles import project_pending, write_judged

    if neo4j_uri and embedded:
        raise InputError("Name one engine: --neo4j URI or --embedded.")
    with case.folder.writing("rebuild"):
        if neo4j_uri or embedded:
            _move(case, neo4j_uri)
        case.store.clear()
        project_pending(case.store, case.observations, list(case.loaded()), progress)
        write_judged(case.store, case.loaded())
        enrich_pending(case.folder, case.custody, case.store, progress)
        restore_links(case, progress)
        restore_mirrors(case, progress)
        case.custody.append("rebuilt", engine=case.engine_name)
    return case.store.counts()


def _move(case: Case, neo4j_uri: str | None) -> None:
    case.close()
    changes: dict[str, Any] = {"engine": "embedded", "neo4j": None}
    if neo4j_uri:
        given = Neo4jServer.from_environment() or Neo4jServer(uri=neo4j_uri)
        changes = {"engine": "neo4j", "neo4j": given.model_copy(update={"uri": neo4j_uri})}
    elif Neo4jServer.from_environment():
        raise InputError("NEO4J_URI is set and would win over --embedded. Unset it and run the command again.")
    case.save_settings(**changes)
