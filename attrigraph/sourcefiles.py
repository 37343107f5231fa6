"""Loading source files into a case: stage, acknowledge in custody, project.

The custody entry `loaded` is the moment a file counts. A load that was killed before it leaves files that the next load
of the same bytes replaces; one killed after it has its projection finished by the next load.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from attrigraph.custody import Custody
from attrigraph.folder import CaseFolder, sha256_of
from attrigraph.graph import Store, statement
from attrigraph.loaders.load import LoadOptions, LoadReport, load_file
from attrigraph.loaders.observations import Observations
from attrigraph.loaders.project import project
from attrigraph.progress import Progress

__all__ = ["SourceReport", "load_files", "project_pending"]


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What became of one file: `records` = `loaded` + `rejected`; `unchanged` when it had been loaded before.

    `reasons` count the rejected rows, `unread_cells` cells of loaded rows that are unknown now.
    """

    name: str
    source: str
    format: str
    tables: dict[str, int]
    records: int
    loaded: int
    rejected: int
    reasons: dict[str, int]
    unread_cells: dict[str, int]
    notes: list[str]
    unchanged: bool


def load_files(
    folder: CaseFolder, custody: Custody, files: Sequence[Path], options: LoadOptions, progress: Progress
) -> list[SourceReport]:
    """Stage each file and acknowledge it; a file whose bytes were loaded before is left alone."""
    known = {entry.data["source"]: entry.data for entry in custody.entries("loaded")}
    reports = []
    for file in files:
        source = sha256_of(file)[:16]
        if source in known:
            reports.append(_report(known[source], unchanged=True))
            continue
        found = load_file(file, folder, options, progress)
        data = _entry(folder, found, options)
        custody.append("loaded", **data)
        known[source] = data
        reports.append(_report(data, unchanged=False))
    return reports


def project_pending(
    store: Store, observations: Observations, sources: Sequence[str], progress: Progress
) -> dict[str, int]:
    """Bring every acknowledged source that is not in the graph yet into it."""
    done = {row["id"] for row in store.read(statement("facts/projected_sources"))}
    pending = [source for source in sources if source not in done]
    return project(store, observations, pending, progress) if pending else {}


def _entry(folder: CaseFolder, report: LoadReport, options: LoadOptions) -> dict[str, Any]:
    """What custody keeps of a load: enough to check every file, and to load the source again the same way."""
    kept = {f.name: getattr(report, f.name) for f in fields(report) if f.name not in ("files", "notes", "remarks")}
    files = {path.relative_to(folder.root).as_posix(): sha256_of(path) for path in report.files}
    return kept | {
        "notes": list(report.notes),
        "unread_cells": dict(report.remarks),
        "files": files,
        "provider": options.provider or None,
        "legal_basis": options.legal_basis or None,
        "timezone": options.timezone,
        "platform": options.platform,
    }


def _report(data: dict[str, Any], *, unchanged: bool) -> SourceReport:
    names = ("name", "source", "format", "tables", "records", "loaded", "rejected", "reasons", "unread_cells", "notes")
    return SourceReport(**{name: data[name] for name in names}, unchanged=unchanged)
