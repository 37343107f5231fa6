"""What addresses are looked up in: the bundled tables, and the lists and databases of the user.

An `IpSources` is a frozen description with names, dates and sha256: it can be stored, and opened again later from
copies kept by sha256, so that a rebuilt graph is enriched as before. Every file is read once when it is described, so a
damaged one is refused before anything is written.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from attrigraph.errors import InputError, UnreadableFile
from attrigraph.folder import whole_file
from attrigraph.loaders.ip.curated import CURATED, CURATED_DATE
from attrigraph.loaders.ip.editions import series_of
from attrigraph.loaders.ip.kinds import ANONYMISERS, list_kind
from attrigraph.loaders.ip.lists import IpList, ListReject, read_list
from attrigraph.loaders.ip.mmdb import Database, open_database
from attrigraph.loaders.ip.tables import bundled_info

__all__ = ["DatabaseSource", "IpSources", "ListSource", "OpenSources"]

DATE_OPTION = ",date="
DATED = re.compile(r"(?<=.)[-_. ]?(19|20)\d\d[-_.]?(0[1-9]|1[0-2])([-_.]?[0-3]\d)?$")
"""The date at the end of the name of a database: builds of one are told apart by the build time inside."""


@dataclass(frozen=True, slots=True)
class ListSource:
    """A list file. `date` is ISO; `date_from` says whether it was "given" or is that of the "file" (last change).

    Of lists of one kind and file name the later ones carry their date in `name`: they are editions of one list.
    """

    kind: str
    name: str
    date: str
    date_from: str
    sha256: str
    path: Path

    @property
    def edition(self) -> tuple[str, str]:
        """What its editions have in common, and the date of this one."""
        return f"{self.kind} {series_of(self.name, self.date)}", self.date


@dataclass(frozen=True, slots=True)
class DatabaseSource:
    """A database file; `source` is the name its values carry in the graph, distinct within one description."""

    source: str
    name: str
    database_type: str
    build_date: str
    sha256: str
    path: Path

    @property
    def edition(self) -> tuple[str, str]:
        """What its builds have in common, and the date of this one."""
        return series_of(self.source, self.build_date), self.build_date


@dataclass(frozen=True, slots=True)
class OpenSources:
    """The files of an `IpSources`, read."""

    lists: tuple[tuple[ListSource, IpList], ...]
    databases: tuple[tuple[DatabaseSource, Database], ...]

    def checked(self, version: int) -> bool:
        """Whether VPN, hosting and Tor were all looked up for that IP version, in lists or databases with a date."""
        kinds = {source.kind for source, found in self.lists if found.covers(version)}
        for _, database in self.databases:
            kinds |= set(database.shape.checks) if database.covers(version) else set()
        return kinds >= set(ANONYMISERS)


@dataclass(frozen=True, slots=True)
class IpSources:
    """The user's lists and databases, in the order given; the bundled tables always belong to it."""

    lists: tuple[ListSource, ...] = ()
    databases: tuple[DatabaseSource, ...] = ()

    @classmethod
    def from_files(
        cls, lists: Iterable[tuple[str, Path | str]] = (), databases: Iterable[Path | str] = ()
    ) -> IpSources:
        """Describe files. A list is (kind, file) or (kind, "file,date=2026-08-22").

        Raises InputError for an unknown kind or date, UnreadableFile for a file that cannot be used.
        """
        found = cls()
        for kind, given in lists:
            described = _describe_list(kind, str(given))
            if any(s.edition == described.edition for s in found.lists):
                raise InputError(
                    f"Two lists of {described.kind} are called {described.name} and have one date, {described.date}. "
                    f"Rename one of them, or say of what date each is: {described.name}{DATE_OPTION}2026-08-22."
                )
            if any(s.edition[0] == described.edition[0] for s in found.lists):
                described = replace(described, name=f"{described.name} {described.date}")
            found = replace(found, lists=(*found.lists, described))
        for path in databases:
            found = replace(found, databases=(*found.databases, _describe_database(Path(path), found)))
        found.open()
        return found

    def joined(self, other: IpSources) -> IpSources:
        """These and the others; a list or database of the same name in `other` is newer and replaces all editions."""
        fresh = {s.edition[0] for s in other.lists}
        names = {s.edition[0] for s in other.databases}
        return IpSources(
            (*(s for s in self.lists if s.edition[0] not in fresh), *other.lists),
            (*(s for s in self.databases if s.edition[0] not in names), *other.databases),
        )

    def editions(self) -> dict[str, tuple[str, ...]]:
        """Sources given in several editions: what they have in common -> their dates, oldest first."""
        dates: dict[str, set[str]] = defaultdict(set)
        for series, day in (*(s.edition for s in self.lists), *(s.edition for s in self.databases)):
            dates[series].add(day)
        return {series: tuple(sorted(days)) for series, days in dates.items() if len(days) > 1}

    def keep(self, folder: Path) -> IpSources:
        """Copy every file into `folder` as `<sha256>.<suffix>`, unless it is there; the description of the copies."""
        folder.mkdir(parents=True, exist_ok=True)
        return IpSources(
            tuple(replace(s, path=_copy(s.path, s.sha256, folder)) for s in self.lists),
            tuple(replace(s, path=_copy(s.path, s.sha256, folder)) for s in self.databases),
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; paths as bare file names."""
        rows = {"lists": [asdict(s) for s in self.lists], "databases": [asdict(s) for s in self.databases]}
        return {what: [row | {"path": row["path"].name} for row in part] for what, part in rows.items()}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any], folder: Path) -> IpSources:
        """The description stored by `to_dict`, its files in `folder`."""
        return cls(
            tuple(ListSource(**row | {"path": folder / row["path"]}) for row in stored["lists"]),
            tuple(DatabaseSource(**row | {"path": folder / row["path"]}) for row in stored["databases"]),
        )

    def describe(self) -> list[dict[str, str]]:
        """One row a source, bundled ones first: source, kind, date, date_from; sha256 of files, licence of tables."""
        bundled = [
            {"source": t.source, "kind": kind, "date": t.build_date, "date_from": "build", "licence": t.licence}
            for t, kind in zip(bundled_info(), ("country", "autonomous system"), strict=True)
        ]
        curated = {"source": CURATED, "kind": "network type", "date": CURATED_DATE, "date_from": "given"}
        lists = [
            {"source": s.name, "kind": s.kind, "date": s.date, "date_from": s.date_from, "sha256": s.sha256}
            for s in self.lists
        ]
        databases = [
            {
                "source": s.source,
                "kind": s.database_type,
                "date": s.build_date,
                "date_from": "build",
                "sha256": s.sha256,
            }
            for s in self.databases
        ]
        return [*bundled, curated, *lists, *databases]

    def open(self) -> OpenSources:
        """Read the files (kept in memory for the next call). Raises UnreadableFile when one is missing or changed."""
        return _open(self)

    def rejects(self) -> tuple[ListReject, ...]:
        """The lines of all lists that were not understood."""
        return tuple(reject for _, found in self.open().lists for reject in found.rejects)


@lru_cache(maxsize=4)
def _open(sources: IpSources) -> OpenSources:
    given: tuple[ListSource | DatabaseSource, ...] = (*sources.lists, *sources.databases)
    for source in given:
        if not source.path.exists():
            raise UnreadableFile(f"{source.name} is missing ({source.path}). Give it again.")
        if _sha256(source.path) != source.sha256:
            raise UnreadableFile(f"{source.name} was changed after it was given ({source.path}). Give it again.")
    return OpenSources(
        tuple((s, read_list(s.path, s.kind, s.name)) for s in sources.lists),
        tuple((s, open_database(s.path, s.name)) for s in sources.databases),
    )


def _describe_list(kind: str, given: str) -> ListSource:
    text, option, day = given.rpartition(DATE_OPTION) if not Path(given).exists() else (given, "", "")
    path = Path(text if option else given)
    kind = list_kind(kind)
    if not path.is_file():
        raise InputError(f"The list {path} is not there. Give it as {kind}=FILE or {kind}=FILE{DATE_OPTION}2026-08-22.")
    try:
        of = date.fromisoformat(day) if option else datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    except ValueError:
        raise InputError(f"{day!r} is no date of the list {path.name}. Write it as 2026-08-22.") from None
    if of > datetime.now(UTC).date() + timedelta(days=1):  # it may be tomorrow elsewhere
        raise InputError(
            f"The list {path.name} is said to be of {of}, which is in the future. Say of what date it is: "
            f"{path.name}{DATE_OPTION}2026-08-22."
        )
    return ListSource(kind, path.name, of.isoformat(), "given" if option else "file", _sha256(path), path)


def _describe_database(path: Path, beside: IpSources) -> DatabaseSource:
    database = open_database(path)
    flat = database.shape.name in ("flat", "plain")
    taken = {info.source for info in bundled_info()} | {s.source for s in beside.databases}
    taken |= {s.name for s in beside.lists}
    source = DATED.sub("", path.stem) if flat else database.database_type
    if source in taken:
        source = f"{source} {database.build_date}"
    if source in taken:
        raise InputError(f"{path.name} is the same database as one given before it ({source}). Give it once.")
    return DatabaseSource(source, path.name, database.database_type, database.build_date, _sha256(path), path)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFile(f"{path.name} cannot be read: {error.strerror}.") from None


def _copy(path: Path, sha256: str, folder: Path) -> Path:
    target = folder / f"{sha256}{path.suffix}"
    if not target.exists():
        with whole_file(target) as part:
            shutil.copyfile(path, part)
    return target
