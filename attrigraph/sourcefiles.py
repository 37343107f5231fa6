"""Loading source files into a case: stage, acknowledge in custody, project.

The custody entry `loaded` is the moment a file counts. A load that was killed before it leaves files that the next load
of the same bytes replaces; one killed after it has its projection finished by the next load.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from attrigraph.custody import Custody
from attrigraph.errors import InputError, UnrecognisedFile
from attrigraph.folder import CaseFolder, sha256_of
from attrigraph.graph import Store, statement
from attrigraph.loaders.carried import signals_carried
from attrigraph.loaders.load import LoadOptions, LoadReport, check_grade, load_file, plan
from attrigraph.loaders.observations import Observations
from attrigraph.loaders.package import Place, are_several, is_package, unfolded
from attrigraph.loaders.project import project
from attrigraph.progress import Progress

__all__ = [
    "SourceReport",
    "judge_source",
    "load_files",
    "loaded_sources",
    "project_pending",
    "remove_source",
    "source_rows",
    "write_judged",
]

JUDGED = ("grade", "legal_basis")
"""What can be set again after loading."""
READ_WITH = ("table", "platform", "mapping", "timezone", "date_order", "encoding", "account", "keep_fine_location")
"""Options that decide what rows become: to change one, the file has to be loaded again."""

MOST_IGNORED = 1_000
"""So many files that were not read are named in custody; the others are counted."""


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What became of one file: `records` = `loaded` + `rejected`; `unchanged` when it had been loaded before.

    `reasons` count the rejected rows, `unread_cells` remarks on others. A file of a folder or an archive that no loader
    reads says why in `ignored`, and has no source; so does one of several files that were named, with `failed`.
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
    ignored: str | None = None
    failed: bool = False


def load_files(
    folder: CaseFolder, custody: Custody, files: Sequence[Path], options: LoadOptions, progress: Progress
) -> list[SourceReport]:
    """Stage each file and acknowledge it; a file whose bytes were loaded before is left alone.

    Of a folder or an archive every file is tried, and archives that lie in a folder are read like those given: what no
    loader reads is reported with the reason (`ignored`) and kept in custody; when there is nothing else in it,
    UnrecognisedFile is raised. Of several files one that cannot be loaded does not stop the others; when none can,
    InputError says why of each.
    """
    options = replace(options, one_of_several=are_several(files))
    return _Loading(folder, custody, options, progress, loaded_sources(custody)).all(files)


def loaded_sources(custody: Custody) -> dict[str, dict[str, Any]]:
    """Source id -> what custody says of it, for every source that was loaded and not removed since."""
    found: dict[str, dict[str, Any]] = {}
    for entry in custody.entries():
        if entry.event == "loaded":
            found[entry.data["source"]] = entry.data | {"loaded_at": datetime.fromisoformat(entry.at)}
        elif entry.event == "judged":
            found[entry.data["source"]] |= {k: entry.data[k] for k in JUDGED if k in entry.data}
        elif entry.event == "removed":
            found.pop(entry.data["source"], None)
    return found


def source_rows(custody: Custody, observations: Observations) -> list[dict[str, Any]]:
    """What custody says of each loaded file, in the order of loading.

    `signals_carried` counts the rows behind each country signal, in whichever table they stand, and `signals` adds them
    up: a row may carry several.
    """
    loaded = loaded_sources(custody)
    carried = signals_carried(observations, list(loaded))
    return [
        data | {"signals": sum(carried[source].values()), "signals_carried": carried[source]}
        for source, data in loaded.items()
    ]


def judge_source(custody: Custody, source: str, grade: str, legal_basis: str, reason: str) -> dict[str, Any]:
    """Give a source another grade or legal basis; custody keeps what they were. Raises InputError.

    Returns what is known of the source now. The graph is the caller's (`write_judged`).
    """
    known = loaded_sources(custody)
    if source not in known:
        raise InputError(f"{source!r} is no source of this case. See them with: attrigraph sources")
    new = {name: value for name, value in zip(JUDGED, (check_grade(grade), legal_basis), strict=True) if value}
    if not new:
        raise InputError("Nothing to set. Give --grade, --legal-basis or both.")
    before = {name: known[source].get(name) for name in new}
    custody.append("judged", source=source, **new, before=before, reason=reason)
    return known[source] | new


def write_judged(store: Store, known: dict[str, dict[str, Any]]) -> None:
    """Bring grade and legal basis of sources, as custody has them, into the graph."""
    store.write_nodes("Source", [{"id": source} | {n: d[n] for n in JUDGED if d.get(n)} for source, d in known.items()])


@dataclass(frozen=True, slots=True)
class _Loading:
    """One call of `load`: where to, how, and what is there already."""

    folder: CaseFolder
    custody: Custody
    options: LoadOptions
    progress: Progress
    known: dict[str, dict[str, Any]]

    def all(self, files: Sequence[Path]) -> list[SourceReport]:
        self._check_mapping(files)
        reports: list[SourceReport] = []
        errors: list[InputError] = []
        for file in files:
            try:
                reports += self.package(file) if is_package(file) else [self.file(file)]
            except InputError as error:
                errors.append(error)
                reports.append(replace(_ignored(file.name, str(error)), failed=True))
        if len(errors) == len(files):
            raise errors[0] if len(errors) == 1 else InputError("\n".join(map(str, errors)))
        return reports

    def _check_mapping(self, files: Sequence[Path]) -> None:
        """Of several files each may lack a column of `mapping`; raises InputError for one that all of them lack."""
        if not self.options.mapping or not self.options.one_of_several or any(map(is_package, files)):
            return
        lacking = []
        for file in files:
            with suppress(InputError):  # said when it is its turn
                lacking.append(plan(file, self.options).lacking)
        if lacking and (nowhere := set.intersection(*lacking)):
            names = ", ".join(file.name for file in files)
            raise InputError(f"--map names the column {min(nowhere)!r}, which none of {names} has.")

    def file(self, file: Path, place: Place | None = None) -> SourceReport:
        source = sha256_of(file)[:16] if file.is_file() else ""
        if source in self.known:
            known = self.known[source]
            return replace(_report(known, unchanged=True), notes=[*known["notes"], *_kept(known, self.options)])
        found = load_file(file, self.folder, self.options, self.progress, place)
        data = _entry(self.folder, found, self.options)
        self.custody.append("loaded", **data)
        self.known[found.source] = data
        return _report(data, unchanged=False)

    def package(self, path: Path) -> list[SourceReport]:
        reports: list[SourceReport] = []
        with unfolded(path) as package, tempfile.TemporaryDirectory(prefix="attrigraph-") as room:
            ignored = [(m.inside, m.reason) for m in package.refused]
            self.progress.step(f"looking at {package.name}", len(package.members))
            for member in package.members:
                try:
                    if member.archive:
                        reports += self._inside(member.archive, member.inside)
                        continue
                    with member.fetched(Path(room)) as file:
                        reports.append(self.file(file, package.place(member)))
                except InputError as error:
                    ignored.append((member.inside, member.said(error, Path(room))))
                finally:
                    self.progress.advance()
        if not reports:
            raise UnrecognisedFile(_nothing_in(path, ignored))
        self.custody.append(
            "package",
            name=package.name,
            sha256=sha256_of(path) if path.is_file() else None,
            sources=[report.source for report in reports if report.ignored is None],
            ignored=[list(pair) for pair in ignored[:MOST_IGNORED]],
            ignored_count=len(ignored),
        )
        return reports + [_ignored(inside, reason) for inside, reason in ignored]

    def _inside(self, archive: Path, name: str) -> list[SourceReport]:
        """An archive that lies in a folder, read as one given by name; what is not read of it is named with it."""
        reports = self.package(archive)
        return [r if r.ignored is None else replace(r, name=f"{name}/{r.name}") for r in reports]


def _nothing_in(path: Path, ignored: Sequence[tuple[str, str]]) -> str:
    if not ignored:
        return f"{path} holds no files. Check that it was copied as a whole."
    first = "; ".join(reason for _, reason in ignored[:3])
    return f"No loader reads any of the {len(ignored)} files of {path}. The first: {first}"


def _ignored(inside: str, reason: str) -> SourceReport:
    return SourceReport(inside, "", "", {}, 0, 0, 0, {}, {}, [], unchanged=False, ignored=reason)


def project_pending(
    store: Store, observations: Observations, sources: Sequence[str], progress: Progress
) -> dict[str, int]:
    """Bring every acknowledged source that is not in the graph yet into it."""
    done = {row["id"] for row in store.read(statement("facts/projected_sources"))}
    pending = [source for source in sources if source not in done]
    return project(store, observations, pending, progress) if pending else {}


def remove_source(folder: CaseFolder, custody: Custody, source: str, reason: str) -> dict[str, Any]:
    """Take a source out of the case: custody says so first, then its files go. The graph is rebuilt by the caller.

    Returns what custody said of it. Raises InputError for an id that is not there.
    """
    known = loaded_sources(custody)
    if source not in known:
        raise InputError(f"{source!r} is no source of this case. See them with: attrigraph sources")
    custody.append("removed", source=source, name=known[source]["name"], reason=reason)
    for file in (*folder.observations.glob(f"*/{source}.parquet"), folder.rejects / f"{source}.parquet"):
        file.unlink(missing_ok=True)
    return known[source]


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
        "keep_fine_location": options.keep_fine_location,
        "given": {n: v for n in READ_WITH if n != "account" and (v := getattr(options, n))},
    }


def _kept(known: dict[str, Any], options: LoadOptions) -> list[str]:
    """One sentence for each option that changes nothing of a file that is loaded already, and how to change it."""
    source, said = known["source"], []
    for name, words in (("grade", "grade"), ("legal_basis", "legal basis")):
        now, value = known.get(name), getattr(options, name)
        if value and value != now:
            change = f"attrigraph sources --set {source} --{name.replace('_', '-')} '{value}'"
            said.append(f"It keeps {words} {now or 'unknown'}: change it with {change}")
    before = known | known.get("given", {})
    other = [
        "--" + {"mapping": "map"}.get(name, name).replace("_", "-")
        for name in READ_WITH
        if (value := getattr(options, name))
        and (not before.get(name) if name == "account" else before.get(name) != value)
    ]
    if other:
        said.append(
            f"It was read without {', '.join(other)} as given now: remove it with attrigraph sources --remove {source} "
            "and load it again."
        )
    return said


def _report(data: dict[str, Any], *, unchanged: bool) -> SourceReport:
    names = ("name", "source", "format", "tables", "records", "loaded", "rejected", "reasons", "unread_cells", "notes")
    return SourceReport(**{name: data[name] for name in names}, unchanged=unchanged)
