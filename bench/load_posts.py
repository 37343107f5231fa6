"""Posts and logins from CSV or JSON lines to observations, against duckdb's own CSV to Parquet copy.

Each runs in turn in a process of its own, several times; the smallest CPU of each counts. The peer guesses types and
copies; ratios are to its copy of CSV. Ours hashes the file, reads every cell by the rules of its kind, keeps locators,
finds doubled ids, and writes rejects with their reasons. In runs of their own one row in a hundred has a cell that
cannot be read, or one line in a hundred is cut off in its middle; every one of them has to be among the rejects.

At scale: python -m bench.load_posts --rows 5000000 --turns 3 --tables posts logins --formats csv jsonl --room DIR
(about 5 GB of files in DIR).
"""

import argparse
import multiprocessing
import multiprocessing.connection
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attrigraph.duck import connect
from attrigraph.folder import CaseFolder
from attrigraph.loaders.load import LoadOptions, load_file
from bench.compiled import compile_package
from bench.memory import peak_mb

ROWS = 1_000_000
LIMIT, MEMORY_MB = 1.5, 1024
WORDS = "['alpha', 'beta', 'gamma', 'delta', 'kappa, lambda', 'omicron', '\"said\"', 'новости', 'народ', 'epsilon']"
POSTS = f"""
SELECT 1000000000000000000 + i * 977 AS post_id, 1000000000 + (hash(i) % 50000) * 31 AS account_id, 'x' AS platform,
       CASE WHEN {{broken}} AND i % 100 = 7 THEN 'yesterday'
            ELSE strftime(TIMESTAMP '2015-01-01' + to_seconds(i * 7), '%Y-%m-%dT%H:%M:%SZ') END AS at,
       list_reduce(list_transform(range((4 + hash(i * 3) % 16)::BIGINT),
                                  lambda j: ({WORDS})[1 + (hash(i * 31 + j) % 10)::INT]),
                   lambda a, b: a || ' ' || b) AS text,
       ['en', 'sr', 'ru'][1 + (hash(i * 5) % 3)::INT] AS language,
       CASE WHEN i % 3 = 0 THEN 'https://example.org/' || (hash(i * 7) % 1000000) END AS urls,
       CASE WHEN i % 5 = 0 THEN '#a|#b' END AS hashtags,
       CASE WHEN i % 4 = 0 THEN 1000000000000000000 + (hash(i * 11) % (i + 1)) * 977 END AS repost_of, NULL AS reply_to
FROM range({{rows}}) r(i)
"""
LOGINS = """
SELECT 1000000000 + (hash(i) % 50000) * 31 AS account_id, 'x' AS platform,
       strftime(TIMESTAMP '2015-01-01' + to_seconds(i * 7), '%Y-%m-%dT%H:%M:%SZ') AS at,
       CASE WHEN {broken} AND i % 100 = 7 THEN '198.51.100.x'
            WHEN hash(i * 3) % 5 = 0
            THEN concat_ws(':', '2001:db8', lower(hex(1 + hash(i * 5) % 65000)), '', lower(hex(1 + hash(i) % 60000)))
            ELSE concat_ws('.', 20 + hash(i * 5) % 60, hash(i * 7) % 250, hash(i * 9) % 250, 1 + hash(i) % 9) END AS ip,
       CASE WHEN hash(i * 13) % 50 = 0 THEN 'registration' ELSE 'login' END AS kind,
       'Mozilla/5.0 (Android ' || (9 + hash(i * 17) % 6) || '; SM-A' || (100 + hash(i) % 400) || ')' AS user_agent
FROM range({rows}) r(i)
"""
TABLES = {"posts": POSTS, "logins": LOGINS}


SOUND, BROKEN, CUT = "", "broken", "cut off"
EVERY, FIRST = 100, 7
"""Of so many rows one is broken or cut off, this one first."""
CUT_REASONS = r"\d cells where the header has \d+|a quote is opened and not closed|not whole JSON"
REASONS = {
    ("posts", BROKEN): r"at: not a time",
    ("logins", BROKEN): r"ip: a masked address",
    ("posts", CUT): CUT_REASONS,
    ("logins", CUT): CUT_REASONS,
}
"""The reasons that such rows have to be rejected with."""


@dataclass(frozen=True)
class Cost:
    """CPU and wall seconds, the largest resident memory in MB, and what the work says of itself."""

    cpu_s: float
    wall_s: float
    memory_mb: float
    said: Any = None


@dataclass(frozen=True)
class Run:
    """One program on one file; `rejected` is how many rows have to be among the rejects, for reasons of this kind;
    None for the peer."""

    work: Callable[[Path, Path], Any]
    path: Path
    rejected: int | None = None
    reasons: str = ""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.load_posts", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a hundredth of the size: shows that it runs")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--tables", nargs="+", choices=sorted(TABLES), default=["posts"])
    parser.add_argument("--formats", nargs="+", choices=["csv", "jsonl"], default=["csv"])
    parser.add_argument(
        "--faults", nargs="+", choices=[BROKEN, CUT], default=[BROKEN, CUT], help="of one row in a hundred"
    )
    parser.add_argument("--room", type=Path, help="folder for the files that are made; default: the system's")
    given = parser.parse_args()
    rows, turns = (given.rows // 100, 1) if given.quick else (given.rows, given.turns)
    compile_package()
    wrong = 0
    for table in given.tables:
        with tempfile.TemporaryDirectory(dir=given.room) as folder:
            wrong += compare(Path(folder), table, given.formats, rows, turns, faults=given.faults)
    return 1 if wrong else 0


def compare(folder: Path, table: str, formats: list[str], rows: int, turns: int, *, faults: list[str]) -> int:
    """Make the files, run everything in turn, print the smallest costs; returns how many runs lost broken rows."""
    files = {}
    for name, fault in [("csv", SOUND), *((name, fault) for name in formats for fault in (SOUND, *faults))]:
        files[name, fault] = path = folder / f"{table}{fault}.{name}"
        if not path.exists():
            measured(Made(table, rows, fault), path)
    size = files["csv", SOUND].stat().st_size / 1e6
    print(f"{rows:,} {table}, {size:.0f} MB of CSV, {turns} turns, smallest CPU of each", flush=True)
    runs = {"duckdb's own copy": Run(peer, files["csv", SOUND])}
    unsound = len(range(FIRST, rows, EVERY))
    for name in formats:
        if name != "csv":
            runs[f"duckdb's own copy of {name}"] = Run(peer, files[name, SOUND])
        runs[f"ours from {name}"] = Run(ours, files[name, SOUND], 0)
        for fault in faults:
            run = Run(ours, files[name, fault], unsound, REASONS[table, fault])
            runs[f"ours from {name}, 1 in {EVERY} {fault}"] = run
    costs: dict[str, list[Cost]] = {name: [] for name in runs}
    for _ in range(turns):
        for name, run in runs.items():
            costs[name].append(measured(run.work, run.path, folder))
    best = {name: min(found, key=lambda c: c.cpu_s) for name, found in costs.items()}
    base = best["duckdb's own copy"].cpu_s
    wrong = 0
    for name, cost in best.items():
        lost = _lost(runs[name], cost, rows)
        wrong += bool(lost)
        print(
            f"  {name:32} {cost.cpu_s:6.2f} s CPU  {cost.wall_s:6.2f} s wall  {cost.memory_mb:5.0f} MB"
            f"  ratio {cost.cpu_s / base:.2f}{lost}"
        )
    print(f"  wanted: ratio at most {LIMIT}, at most {MEMORY_MB} MB, every broken row rejected", flush=True)
    return wrong


def _lost(run: Run, cost: Cost, rows: int) -> str:
    """What is wrong with the rejects of a run; nothing when every unsound row is among them and no other."""
    if run.rejected is None:
        return ""
    loaded, found = cost.said
    right = loaded == rows - run.rejected and sum(found.values()) == run.rejected
    right = right and all(re.fullmatch(run.reasons, reason) for reason in found)
    return "" if right else f"  WRONG: {loaded:,} loaded, rejects {found}, wanted {run.rejected:,} of {run.reasons}"


@dataclass(frozen=True)
class Made:
    """Makes a file: in a process of its own, so that its memory is nobody else's."""

    table: str
    rows: int
    fault: str

    def __call__(self, path: Path, _: Path) -> None:
        shape = "FORMAT csv, HEADER" if path.suffix == ".csv" else "FORMAT json"
        query = TABLES[self.table].format(rows=self.rows, broken=str(self.fault == BROKEN).lower())
        connect().execute(f"COPY ({query}) TO '{path}' ({shape})")
        if self.fault == CUT:
            header = int(path.suffix == ".csv")
            whole = path.rename(path.with_suffix(".whole"))
            with whole.open("rb") as lines, path.open("wb") as cut:
                for number, line in enumerate(lines, -header):
                    cut.write(_half(line) if number % EVERY == FIRST else line)
            whole.unlink()


def _half(line: bytes) -> bytes:
    """The first half of a line, ending with a whole character."""
    return line[: len(line) // 2].decode(errors="ignore").encode() + b"\n"


def peer(path: Path, folder: Path) -> None:
    read = "read_csv" if path.suffix == ".csv" else "read_json"
    connect().execute(f"COPY (FROM {read}('{path}')) TO '{folder}/peer.parquet' (FORMAT parquet)")


def ours(path: Path, folder: Path) -> tuple[int, dict[str, int]]:
    """Rows loaded, and rejects by their reason."""
    case = CaseFolder(folder / "case")
    case.create()
    report = load_file(path, case, LoadOptions())
    return report.loaded, report.reasons


def measured(work: Callable[[Path, Path], Any], path: Path, room: Path | None = None) -> Cost:
    """Run in a process of its own: its CPU and memory are nobody else's."""
    context = multiprocessing.get_context("spawn")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(work, path, room, send))
    process.start()
    send.close()
    try:
        cost: Cost = receive.recv()
    except EOFError:
        raise SystemExit(f"{path.name}: the process ended without a result") from None
    process.join()
    return cost


def _run(
    work: Callable[[Path, Path], Any], path: Path, room: Path | None, send: multiprocessing.connection.Connection
) -> None:
    with tempfile.TemporaryDirectory(dir=room) as folder:
        before, began = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
        said = work(path, Path(folder))
        after, wall = resource.getrusage(resource.RUSAGE_SELF), time.monotonic() - began
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    send.send(Cost(cpu, wall, peak_mb(), said))


if __name__ == "__main__":
    sys.exit(main())
