"""Loading one file: recognise it, stage its rows as observations and rejects."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrigraph.duck import connect_limited, literal
from attrigraph.errors import InputError, UnrecognisedFile
from attrigraph.folder import CaseFolder
from attrigraph.loaders.cells import hash_with
from attrigraph.loaders.content import examine
from attrigraph.loaders.convert import DATE_ORDERS, Reading
from attrigraph.loaders.faults import keep
from attrigraph.loaders.formats import Format, Match, formats, recognised
from attrigraph.loaders.leftover import leftovers
from attrigraph.loaders.package import Place, zip_damage
from attrigraph.loaders.phone_accounts import phone_account
from attrigraph.loaders.readers import stage_rows, stage_table
from attrigraph.loaders.recognise import Mapped, known_columns, recognise, wanted
from attrigraph.loaders.sheets import HeadOf, sheet_tables, stage_sheets, unread_sheets
from attrigraph.loaders.sniff import Head, look
from attrigraph.loaders.stage import Staged, commit
from attrigraph.loaders.tables import CHANGE_SIGNALS, SIGNALS, TABLES
from attrigraph.loaders.workspace import Workspace, explained, teach_values, workspace
from attrigraph.progress import SILENT, Progress

__all__ = ["LoadOptions", "LoadReport", "Plan", "check_grade", "hints", "load_file", "looked_for", "plan", "stage"]

GENERIC_GRADE = "F6"
"""Cannot be judged: nothing is known of the origin of a generic table unless the user says it."""

MOST_COLUMNS = 1_000
"""Each column that no table has costs memory while `raw` is made."""


GRADE = re.compile("[A-F][1-6]")


def check_grade(grade: str) -> str:
    """The grade; "" for none. Raises InputError for what is no Admiralty grade."""
    if grade and not GRADE.fullmatch(grade):
        raise InputError(f"{grade!r} is no Admiralty grade. Give a letter A to F and a digit 1 to 6, such as B2.")
    return grade


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """What the user says about a file: `attrigraph load --help` has every option.

    `mapping` is theirs -> ours; a column of it that the file lacks is an error unless the file is `one_of_several`.
    `account` is whose the rows are where the file does not say it. Locations are made coarse unless
    `keep_fine_location`. Raises InputError for what is no grade or no order of dates.
    """

    table: str | None = None
    platform: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    timezone: str | None = None
    date_order: str | None = None
    encoding: str | None = None
    account: str | None = None
    keep_fine_location: bool = False
    one_of_several: bool = False
    provider: str = ""
    grade: str = ""
    legal_basis: str = ""

    def __post_init__(self) -> None:
        check_grade(self.grade)
        if self.date_order not in (None, *DATE_ORDERS):
            raise InputError(f"--date-order {self.date_order!r} is none of {', '.join(DATE_ORDERS)}.")


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What became of a file: `records` = `loaded` + `rejected`, rows of all tables counted.

    `reasons` counts rejected rows by reason, `remarks` what was noted of the others: mostly cells that are unknown now
    although the file had something in them. `notes` say what was decided about the file as a whole. `account` is whose
    the rows were said to be, as it is stored. `files` are the Parquet files written.
    """

    source: str
    sha256: str
    name: str
    bytes: int
    format: str
    grade: str
    tables: dict[str, int]
    records: int
    loaded: int
    rejected: int
    reasons: dict[str, int]
    remarks: dict[str, int]
    notes: tuple[str, ...]
    mapping: dict[str, str]
    account: str | None = None
    files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """How a file will be read: by a format of its own, or as one or more of the tables.

    `tables` are each header of the file with its table: several in a workbook, none for a format of its own.
    """

    head: Head
    reading: Reading
    format: Format | None = None
    match: Match | None = None
    tables: tuple[HeadOf, ...] = ()

    @property
    def label(self) -> str:
        """Words for the format: "x-about" or "logins from CSV"."""
        if self.format:
            return self.format.name
        names = dict.fromkeys(mapped.table.name for _, mapped in self.tables)
        return f"{', '.join(names)} from {self.head.described}"

    @property
    def mapping(self) -> dict[str, str]:
        """Their column -> ours, in the order of the file; with the sheet before it when several are read."""
        return {self._called(head, theirs): ours for head, theirs, _, ours in self._columns()}

    @property
    def becomes(self) -> dict[str, str]:
        """The same with the table in front: "logins.ip"."""
        return {self._called(head, theirs): f"{table}.{ours}" for head, theirs, table, ours in self._columns()}

    @property
    def unmapped(self) -> dict[str, str]:
        """What becomes of the columns that no column of the table comes from, in words."""
        return {
            self._called(head, column.header): column.words
            for head, mapped in self.tables
            for column in leftovers(head.columns, mapped, keep_fine=self.reading.keep_fine)
        }

    @property
    def lacking(self) -> set[str]:
        """Columns the user named that the file does not have."""
        return {theirs for _, mapped in self.tables for theirs in mapped.lacking}

    @property
    def unread_sheets(self) -> list[str]:
        """Names of the sheets of a workbook that are none of the tables."""
        return [one.sheet.name for one in unread_sheets(self.head, self.tables)] if self.tables else []

    def _columns(self) -> Iterator[tuple[Head, str, str, str]]:
        for head, mapped in self.tables:
            for ours, position in sorted(mapped.positions.items(), key=lambda item: item[1]):
                yield head, head.columns[position], mapped.table.name, ours

    def _called(self, head: Head, theirs: str) -> str:
        return f"{head.sheet.name}: {theirs}" if len(self.tables) > 1 else theirs


def plan(path: Path, options: LoadOptions, place: Place | None = None) -> Plan:
    """Hash the file and decide how to read it; `place` is where it stood in a folder or an archive.

    Raises UnrecognisedFile, UnreadableFile, InputError.
    """
    zone, platform = _zone(options.timezone), _platform(options.platform)
    head = look(examine(path), options.encoding, known_columns, place)
    head = replace(head, account=options.account, mapping=options.mapping)
    found = None if options.table else recognised(head)
    reading = Reading(
        head.content.source,
        platform,
        zone,
        date_order=options.date_order,
        account=options.account,
        keep_fine=options.keep_fine_location,
    )
    if found:
        format_, match = found
        reading = replace(reading, platform=platform or format_.platform, timezone=zone or format_.timezone)
        return Plan(head, reading, format_, match)
    if head.refusal:
        damage = zip_damage(path)
        raise UnrecognisedFile(
            f"{path} is damaged: {damage}. Get it again." if damage else f"{path} is {head.refusal}."
        )
    if head.kind in ("csv", "workbook", "parquet") and len(head.columns) > MOST_COLUMNS:
        raise UnrecognisedFile(
            f"{path} has {len(head.columns):,} columns in its first line, and no table more than {MOST_COLUMNS:,}. "
            "Check its delimiter, and that it was copied as a whole."
        )
    tables = _tables(head, options)
    lacking = tables[0][1].lacking
    if lacking and not options.one_of_several:
        raise InputError(
            f"--map names the column {lacking[0]!r}, which {head.name} does not have. It has: "
            f"{', '.join(head.columns)}."
        )
    return Plan(head, reading, tables=tables)


def _tables(head: Head, options: LoadOptions) -> tuple[HeadOf, ...]:
    """The table of a file, or those of a workbook."""
    supplied = ("account_id",) if options.account else ()

    def mapped(one: Head) -> Mapped:
        return recognise(one.name, one.columns, options.table, options.mapping, supplied)

    if head.kind == "workbook":
        return sheet_tables(head, mapped, any_format=options.table is not None)
    return ((head, mapped(head)),)


def looked_for() -> str:
    """What every file is compared with, in one sentence: the tables and the formats."""
    return "Looked for " + "; ".join([*map(wanted, TABLES), *(format_.looks_for for format_ in formats())]) + "."


def load_file(
    path: Path,
    folder: CaseFolder,
    options: LoadOptions | None = None,
    progress: Progress = SILENT,
    place: Place | None = None,
) -> LoadReport:
    """Stage a file in a case: Parquet per table and the rejects. Custody and graph are the caller's.

    The same bytes give the same rows again. Raises InputError when no row at all could be loaded: nothing is kept,
    so that the file can be loaded with other options. A file of a known format may hold no records, as lists of exports
    often do.
    """
    given = options or LoadOptions()
    progress.step(f"reading {path.name}")
    found = plan(path, given, place)
    with explained(path.name), workspace(folder.staging, folder.key()) as work:
        tables, report = stage(work, found, given)
        if report.records or not found.format:
            _refuse_nothing(report)
        files = commit(work, folder, report.source, tables, _facts(report, given))
    progress.advance()
    return replace(report, files=tuple(files))


def stage(work: Workspace, found: Plan, options: LoadOptions) -> tuple[list[Staged], LoadReport]:
    """Convert the file inside the workspace."""
    head = found.head
    keep(work, head.label, ())
    notes: list[str] = []
    if found.format:
        tables, refused = stage_rows(work, head, found.format, found.reading)
    elif head.kind == "workbook":
        tables, refused = stage_sheets(work, head, found.tables, found.reading, notes)
    else:
        tables, refused = stage_table(work, *found.tables[0], found.reading, notes)
    counts = {t.table: t.loaded for t in tables if t.loaded}
    records = sum(t.offered for t in tables) + refused
    notes += _signal_notes(work, tables)
    report = LoadReport(
        source=head.content.source,
        sha256=head.content.sha256,
        name=head.label,
        bytes=head.content.size,
        format=found.label,
        grade=options.grade
        or (found.match.grade if found.match else None)
        or (found.format.grade if found.format else GENERIC_GRADE),
        tables=counts,
        records=records,
        loaded=sum(counts.values()),
        rejected=records - sum(counts.values()),
        reasons=_reasons(work, "row"),
        remarks=_reasons(work, "field"),
        notes=tuple(notes),
        mapping=found.mapping,
        account=_stored_account(work, found),
    )
    return tables, report


def _stored_account(work: Workspace, found: Plan) -> str | None:
    """What `--account` said, as the rows have it: the telephone number of an account is nowhere kept as it stands."""
    given, platform = found.reading.account, found.reading.platform
    if not given:
        return None
    whole = given if platform is None or ":" in given else f"{platform}:{given}"
    stored = phone_account(whole, hash_with(work.key))
    return given if stored == whole else stored


def _signal_notes(work: Workspace, tables: Sequence[Staged]) -> list[str]:
    notes = []
    for staged in tables:
        rows = work.connection.from_parquet(str(staged.path))
        if staged.table == "signals":
            names = {str(row[0]) for row in rows.select("signal").distinct().fetchall()}
            unknown = sorted(names - set(SIGNALS) - set(CHANGE_SIGNALS))
            if unknown:
                notes.append(
                    f"No signal reads these names, so they are kept but not weighed: {', '.join(unknown[:10])}."
                )
        if staged.table == "identifiers" and importlib.util.find_spec("phonenumbers") is None:
            phones = len(rows.filter("kind = 'phone'"))
            if phones:
                notes.append(
                    f"{phones} telephone numbers were loaded without their territory, which needs attrigraph[geo]; "
                    "only hashes are kept, so install it before loading such files."
                )
    return notes


def _reasons(work: Workspace, kind: str) -> dict[str, int]:
    """Count by reason, most frequent first: "at: a time without a zone"."""
    rows = work.connection.execute(
        "SELECT concat_ws(': ', nullif(field, ''), reason) AS what, count(*) AS n FROM rejects "
        f"WHERE kind = {literal(kind)} GROUP BY what ORDER BY n DESC, what"
    ).fetchall()
    return {str(reason): int(count) for reason, count in rows}


HINTS: dict[str, str] = {
    "a time without a zone": "If you know the zone of its times, add --timezone, for example --timezone UTC.",
    "a date without an order of day and month": "Say which comes first with --date-order dmy or --date-order mdy.",
    "the platform is not known": "Name the platform with --platform, for example --platform x.",
}
"""What may help with a reason, by its end."""
OTHER_COLUMN = {"not a time": 'If another column holds the time, say so: --map "Their column=at".'}
"""The same where it is the reason of every row."""


def hints(reasons: Iterable[str], known: Mapping[str, str] = HINTS) -> list[str]:
    """What the user may do about these reasons, most frequent first."""
    return list(dict.fromkeys(hint for reason in reasons for end, hint in known.items() if reason.endswith(end)))


def _refuse_nothing(report: LoadReport) -> None:
    if report.loaded:
        return
    if not report.records:
        raise InputError(f"{report.name} has a header and no rows. Check that it was copied as a whole.")
    reasons = "; ".join(f"{count} × {reason}" for reason, count in list(report.reasons.items())[:5])
    hint = next(
        iter(hints(report.reasons, HINTS | OTHER_COLUMN)), "See them with --dry-run, and map columns with --map."
    )
    raise InputError(f"Nothing of {report.name} could be loaded: {reasons}. {hint}")


def _facts(report: LoadReport, options: LoadOptions) -> dict[str, Any]:
    """What the rejects file carries about the source, so that the data describe themselves."""
    said = {"provider": options.provider, "legal_basis": options.legal_basis, "timezone": options.timezone}
    return {k: v for k, v in asdict(report).items() if k != "files"} | said


def _zone(name: str | None) -> str | None:
    """Raises InputError for a zone that does not exist."""
    if not name:
        return None
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            f"--timezone {name!r} is no zone. Give one such as UTC, Europe/Lisbon or Asia/Manila."
        ) from None


def _platform(name: str | None) -> str | None:
    """The platform as ids begin with it. Raises InputError for what no id can begin with."""
    if not name:
        return None
    with connect_limited() as connection:
        teach_values(connection)
        found = connection.execute(f"SELECT read_platform({literal(name)})").fetchone()
    if not found or found[0] is None:
        raise InputError(
            f"--platform {name!r} is no name of a platform. Give one word such as x, facebook or telegram."
        )
    return str(found[0])
