"""Spoiled files of every format: `make fuzz`, or `python tests/fuzz.py --cases 10000 x-archive`.

Each case is a folder of a few files (`tests/seeds/<format>/<set>/`, and the samples of other projects where they are),
one of them spoiled, another perhaps missing. Whatever comes: no error but one that is a sentence, no row for a column
that does not exist, and as many records loaded and rejected as were read. The same number gives the same case again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random
from types import FrameType

from mutate import ANNOUNCED, mutate
from shared_data import SAMPLES

from attrigraph.duck import literal
from attrigraph.errors import InputError
from attrigraph.loaders import parts
from attrigraph.loaders.clean import write_rows
from attrigraph.loaders.convert import DATE_ORDERS, Reading
from attrigraph.loaders.faults import keep
from attrigraph.loaders.formats import Reject, Row, formats
from attrigraph.loaders.load import LoadOptions, LoadReport, Plan, plan, stage
from attrigraph.loaders.package import unfolded
from attrigraph.loaders.stage import Staged, write_part
from attrigraph.loaders.tables import RECORD, TABLES
from attrigraph.loaders.workspace import Workspace, explained, workspace

SEEDS = Path(__file__).parent / "seeds"
FAILED = Path(__file__).parent.parent / "build" / "fuzz"
GENERIC, ARCHIVES = "tables", "archives"
"""The generic tables and the packages are fuzzed under these names."""
BATCH = 100
WHOLE_EVERY = 50
"""One case in so many goes through the whole of loading by itself; the rows of the others are staged together."""
LONGEST_S = 20
"""Of processor time, so that a machine with other work to do fails no case."""
LARGEST = 200_000
UNSOUND = ("of memory", "invalidated", "INTERNAL")
"""What no sentence may say: no file is to blame for it."""
ACCOUNT = "351912345678"
"""Whose the files are: an id that every platform has room for, so that no row is rejected for it."""
MAPPING = {
    "google-change-history": {
        "Home of record": "declared_country", "Backup number": "phone", "When": "at", "From": "ip",
        "Recovery phone changed": "phone_change",
    },
}  # fmt: skip
"""What a user says of the labels of a page, by format."""
COLUMNS = {t.name: {c.name for c in t.columns} for t in TABLES}


@dataclass(frozen=True, slots=True)
class Seed:
    """A folder of files, and the one of them that is read. `rows` and `said` are rows and rejects of a sound file."""

    name: str
    files: dict[str, bytes] = field(repr=False)
    target: str
    rows: int = 0
    said: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that broke a promise."""

    format: str
    number: int
    case: str
    what: str


@dataclass(slots=True)
class Tally:
    """What became of the cases of a format: refused with a sentence, read as another format, or read."""

    name: str
    cases: int = 0
    refused: int = 0
    other: int = 0
    rows: int = 0
    rejects: int = 0
    failures: list[Failure] = field(default_factory=list)


class TooLong(BaseException):
    """A case takes longer than it may."""


@contextmanager
def limited() -> Iterator[None]:
    """Stop what does not come to an end."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, LONGEST_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


# ---- seeds


@cache
def seeds() -> dict[str, list[Seed]]:
    """Format -> its seeds. A file belongs to the format that recognises it; unspoiled it has to give rows."""
    found: dict[str, list[Seed]] = {}
    with tempfile.TemporaryDirectory(prefix="attrigraph-") as room:
        for name, files in _folders():
            for target in sorted(files):
                seed = Seed(f"{name}/{target}", files, target)
                try:
                    planned = _planned(seed, Path(room), _options(name.partition("/")[0]))
                    rows = list(planned.format.read(planned.head)) if planned.format else []
                except InputError:
                    continue
                said = [(row.record, row.reason) for row in rows if isinstance(row, Reject)]
                known = planned.format.name if planned.format else GENERIC
                found.setdefault(known, []).append(replace(seed, rows=len(rows) - len(said), said=frozenset(said)))
    return found


def _options(name: str, *, account: bool = True) -> LoadOptions:
    """Whose the file is, and of which platform unless the format says it."""
    mapping = MAPPING.get(name, {})
    if not account:
        return LoadOptions(mapping=mapping)
    known = any(f.name == name and f.platform for f in formats())
    return LoadOptions(account=ACCOUNT, platform=None if known else "x", mapping=mapping)


def _folders() -> Iterator[tuple[str, dict[str, bytes]]]:
    for folder in sorted(SEEDS.glob("*/*/")):
        yield f"{folder.parent.name}/{folder.name}", _files(folder)
    for folder in sorted(p for p in SAMPLES.glob("*/*") if p.is_dir()):
        yield f"sample {folder.name}", {n: c for n, c in _files(folder).items() if len(c) < LARGEST}


def _files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _planned(seed: Seed, room: Path, options: LoadOptions) -> Plan:
    """Write the files of a seed and look at its target, with the others beside it."""
    _write(seed, room)
    with unfolded(room) as package:
        (member,) = [m for m in package.members if m.inside == seed.target]
        return plan(room / seed.target, options, package.place(member) if len(seed.files) > 1 else None)


def _write(seed: Seed, room: Path) -> None:
    shutil.rmtree(room, ignore_errors=True)
    for inside, content in seed.files.items():
        path = room / inside
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


# ---- cases


@dataclass(frozen=True, slots=True)
class Case:
    """A spoiled seed; `announced` when every value it lost has to be among its rejects."""

    number: int
    seed: Seed
    done: str
    options: LoadOptions
    announced: bool

    def __str__(self) -> str:
        return f"{self.seed.name}: {self.done}"


def spoiled(name: str, number: int) -> Case:
    """The case of that number."""
    chance = Random(f"{name} {number}")
    seed = chance.choice(seeds()[name])
    options = replace(
        _options(name, account=chance.random() < 0.8),
        timezone=chance.choice((None, None, "Asia/Manila")),
        date_order=chance.choice((None, None, *DATE_ORDERS)),
    )
    files = dict(seed.files)
    if chance.random() < 0.15:
        way = chance.choice(ANNOUNCED)
        files[seed.target] = way(files[seed.target], chance)
        return Case(number, replace(seed, files=files), way.__name__, _options(name), announced=True)
    others = [inside for inside in files if inside != seed.target]
    gone = ""
    if others and chance.random() < 0.2:
        gone = chance.choice(others)
        del files[gone]
    victim = chance.choice(others) if others and chance.random() < 0.15 else seed.target
    done = ""
    if victim in files:
        files[victim], done = mutate(files[victim], chance)
    done = f"{victim}: {done}" + (f"; without {gone}" if gone else "")
    return Case(number, replace(seed, files=files), done, options, announced=False)


def fuzz(name: str, cases: int, first: int = 0) -> Tally:
    """Run cases of a format. Failed ones are kept in build/fuzz."""
    tally = Tally(name)
    shared = Path("/dev/shm")
    within = shared if os.access(shared, os.W_OK) else None
    for start in range(first, first + cases, BATCH):
        batch: list[tuple[int, Row | Reject]] = []
        # A workspace for each batch: after an internal error of duckdb nothing works in the one it occurred in.
        with tempfile.TemporaryDirectory(prefix="attrigraph-", dir=within) as room, workspace(None, b"fuzz") as work:
            for number in range(start, min(start + BATCH, first + cases)):
                case = spoiled(name, number)
                tally.cases += 1
                what = _guarded(case, Path(room), tally, batch, work)
                if what:
                    tally.failures.append(Failure(name, number, str(case), what))
                    _write(case.seed, FAILED / f"{name}-{number}")
            try:
                if batch:
                    _staged(work, batch, tally)
            except Exception:  # noqa: BLE001 - anything is what is looked for
                what = traceback.format_exc(limit=-4)
                tally.failures.append(Failure(name, start, f"one of {BATCH} cases", what))
    return tally


def _guarded(case: Case, room: Path, tally: Tally, batch: list[tuple[int, Row | Reject]], work: Workspace) -> str:
    """Read one case; what is wrong with how it went, or nothing."""
    try:
        with limited():
            return _read(case, room, tally, batch, work)
    except InputError as error:
        tally.refused += 1
        said = str(error)
        sentence = said.endswith(".") and not any(words in said for words in UNSOUND)
        return "" if sentence else f"no sentence, or nothing the file can be blamed for: {said}"
    except TooLong:
        return f"takes longer than {LONGEST_S} s of processor time"
    except Exception:  # noqa: BLE001 - anything else is what is looked for
        return traceback.format_exc(limit=-4)


def _read(case: Case, room: Path, tally: Tally, batch: list[tuple[int, Row | Reject]], work: Workspace) -> str:
    planned = _planned(case.seed, room, case.options)
    named = planned.format.name if planned.format else GENERIC
    tally.other += named != tally.name
    if planned.format is None or case.number % WHOLE_EVERY == 0:
        return _whole(planned, case.options, work, tally)
    found = list(planned.format.read(planned.head))
    for row in found:
        problem = _problem(row)
        if problem:
            return problem
    said = [(row.record, row.reason) for row in found if isinstance(row, Reject)]
    tally.rejects += len(said)
    tally.rows += len(found) - len(said)
    lost = len(found) - len(said) < case.seed.rows and case.seed.said.issuperset(said)
    if case.announced and named == tally.name and lost and not _said_in_loading(case, room, work):
        return f"{case.seed.rows} rows became {len(found) - len(said)}, and no reject says why"
    if named == tally.name:
        batch += [(case.number, row) for row in found]
    return ""


def _problem(row: Row | Reject) -> str:
    """What no format may yield."""
    if isinstance(row, Reject):
        texts = (row.record, row.field, row.value, row.reason)
        return "" if all(isinstance(t, str) for t in texts) and row.reason else f"a reject that is no text: {row}"
    if row.table not in COLUMNS:
        return f"a row of no table: {row}"
    unknown = set(row.cells) - COLUMNS[row.table]
    return f"columns {unknown} are not of {row.table}" if unknown or not isinstance(row.record, str) else ""


def _said_in_loading(case: Case, room: Path, work: Workspace) -> bool:
    """Whether loading has something against the spoiled file that it has not against the sound one.

    A format may leave it to loading to reject a row for a cell that is missing, a login without its time or an account
    without its name: what else was lost with that cell needs no reject of its own.
    """
    sound = next(seed for found in seeds().values() for seed in found if seed.name == case.seed.name)
    against = []
    for seed in (case.seed, sound):
        _stage(_planned(seed, room, case.options), case.options, work)
        against.append(set(work.connection.execute("SELECT record, field, reason FROM rejects").fetchall()))
    return not against[0] <= against[1]


def _stage(planned: Plan, options: LoadOptions, work: Workspace) -> tuple[list[Staged], LoadReport]:
    work.connection.execute("DROP TABLE IF EXISTS rejects")
    for left in (p for p in work.folder.iterdir() if p.is_symlink() or p.is_file()):
        left.unlink()
    with explained(planned.head.label):
        return stage(work, planned, options)


def _whole(planned: Plan, options: LoadOptions, work: Workspace, tally: Tally) -> str:
    """Everything between a file and its Parquet, as `load` does it."""
    staged, report = _stage(planned, options, work)
    tally.rows += report.loaded
    tally.rejects += report.rejected
    counted = work.connection.execute("SELECT count(*) FROM rejects WHERE kind = 'row'").fetchone()
    in_files = sum(len(work.connection.from_parquet(str(s.path))) for s in staged)
    if counted != (report.rejected,) or in_files != report.loaded:
        return f"{report.records} records, {in_files} in files, {counted} rejects, and the report says {report}"
    return ""


def _staged(work: Workspace, batch: Sequence[tuple[int, Row | Reject]], tally: Tally) -> None:
    """Stage the rows of a batch together; every case has to come out with as many records as went in."""
    offered = Counter(number for number, row in batch if isinstance(row, Row) or row.kind == "row")
    named = (replace(row, record=f"{number}|{row.record}") for number, row in batch)
    found_format = next(f for f in formats() if f.name == tally.name)
    work.connection.execute("DROP TABLE IF EXISTS rejects")
    tables: dict[str, None] = {}

    def refusals() -> Iterator[Reject]:
        for name, reject in write_rows(named, work.folder):
            if reject is None:
                tables[name] = None
            else:
                yield reject

    keep(work, "fuzz", refusals())
    reading = Reading("0" * 16, found_format.platform or "x", found_format.timezone)
    sources = ["SELECT record FROM rejects WHERE kind = 'row'"]
    for name in tables:
        part = write_part(work, "fuzz", parts.row_part(work.folder / f"{name}.rows", name), reading)
        sources.append(f"SELECT {RECORD} FROM read_parquet({literal(str(part.path))})")
    records = work.connection.execute(" UNION ALL ".join(sources)).fetchall()
    came_out = Counter(int(str(record).partition("|")[0]) for (record,) in records)
    for number in sorted(set(offered) | set(came_out)):
        if offered[number] != came_out[number]:
            what = f"{offered[number]} records went in, {came_out[number]} were loaded or rejected"
            tally.failures.append(Failure(tally.name, number, str(spoiled(tally.name, number)), what))


def names() -> list[str]:
    """Everything that is fuzzed: the formats, the generic tables, the archives."""
    return [*(f.name for f in formats()), GENERIC, ARCHIVES]


def run(name: str, cases: int, first: int = 0) -> Tally:
    """Fuzz a format, the generic tables, or the archives."""
    if name == ARCHIVES:
        from fuzz_packages import fuzz_packages

        return fuzz_packages(cases, first)
    return fuzz(name, cases, first)


def main() -> int:
    """Command line; exit status 1 when a case failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help=f"formats, {GENERIC} or {ARCHIVES}; default: everything")
    parser.add_argument("--cases", type=int, default=10_000, help="cases a format")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    wanted = given.names or names()
    failed = 0
    with ProcessPoolExecutor(min(given.jobs, len(wanted))) as pool:
        for found in pool.map(run, wanted, [given.cases] * len(wanted), [given.first] * len(wanted)):
            print(
                f"{found.name}: {found.cases:,} cases; {found.refused:,} refused, {found.other:,} read as others, "
                f"{found.rows:,} rows and {found.rejects:,} rejects; {len(found.failures)} failed",
                flush=True,
            )
            failed += len(found.failures)
            for failure in found.failures[:5]:
                print(f"  case {failure.number} ({failure.case})\n{failure.what}", flush=True)
    if failed:
        print(f"{failed} cases failed; their files are in {FAILED}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
