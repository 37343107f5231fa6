"""A million posts or logins from CSV or JSON lines to observations, against duckdb's own CSV to Parquet copy.

Each runs in turn in a process of its own, several times; the smallest CPU of each counts. The peer guesses types and
copies. Ours hashes the file, reads every cell by the rules of its kind, keeps locators, finds doubled ids, and writes
rejects with their reasons: one row in a hundred is broken in a run of its own.
"""

import argparse
import multiprocessing
import multiprocessing.connection
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from attrigraph.duck import connect
from attrigraph.folder import CaseFolder
from attrigraph.loaders.load import LoadOptions, load_file

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


@dataclass(frozen=True)
class Cost:
    """CPU and wall seconds, and the largest resident memory in MB."""

    cpu_s: float
    wall_s: float
    memory_mb: float


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.load_posts", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a hundredth of the size: shows that it runs")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--tables", nargs="+", choices=sorted(TABLES), default=["posts"])
    parser.add_argument("--formats", nargs="+", choices=["csv", "jsonl"], default=["csv"])
    given = parser.parse_args()
    rows, turns = (given.rows // 100, 1) if given.quick else (given.rows, given.turns)
    for table in given.tables:
        with tempfile.TemporaryDirectory() as folder:
            compare(Path(folder), table, given.formats, rows, turns)
    return 0


def compare(folder: Path, table: str, formats: list[str], rows: int, turns: int) -> None:
    """Make the files, run everything in turn, print the smallest costs."""
    files = made(folder, table, sorted({"csv", *formats}), rows)
    size = files["csv", False].stat().st_size / 1e6
    print(f"{rows:,} {table}, {size:.0f} MB of CSV, {turns} turns, smallest CPU of each", flush=True)
    runs: dict[str, tuple[Callable[[Path, Path], None], Path]] = {"duckdb's own copy": (peer, files["csv", False])}
    for name in formats:
        runs[f"ours from {name}"] = (ours, files[name, False])
        runs[f"ours from {name}, 1 in 100 broken"] = (ours, files[name, True])
    costs: dict[str, list[Cost]] = {name: [] for name in runs}
    for _ in range(turns):
        for name, (work, path) in runs.items():
            costs[name].append(measured(work, path))
    best = {name: min(found, key=lambda c: c.cpu_s) for name, found in costs.items()}
    base = best["duckdb's own copy"].cpu_s
    for name, cost in best.items():
        print(
            f"  {name:32} {cost.cpu_s:6.2f} s CPU  {cost.wall_s:6.2f} s wall  {cost.memory_mb:5.0f} MB"
            f"  ratio {cost.cpu_s / base:.2f}"
        )
    print(f"  wanted: ratio at most {LIMIT}, at most {MEMORY_MB} MB", flush=True)


def made(folder: Path, table: str, formats: list[str], rows: int) -> dict[tuple[str, bool], Path]:
    """The files by format and whether one row in a hundred is broken."""
    files = {}
    for name in formats:
        for broken in (False, True):
            path = files[name, broken] = folder / f"{table}-{broken}.{name}"
            shape = "FORMAT csv, HEADER" if name == "csv" else "FORMAT json"
            query = TABLES[table].format(rows=rows, broken=str(broken).lower())
            connect().execute(f"COPY ({query}) TO '{path}' ({shape})")
    return files


def peer(path: Path, folder: Path) -> None:
    connect().execute(f"COPY (FROM read_csv('{path}')) TO '{folder}/peer.parquet' (FORMAT parquet)")


def ours(path: Path, folder: Path) -> None:
    case = CaseFolder(folder / "case")
    case.create()
    load_file(path, case, LoadOptions())


def measured(work: Callable[[Path, Path], None], path: Path) -> Cost:
    """Run in a process of its own: its CPU and memory are nobody else's."""
    context = multiprocessing.get_context("spawn")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(work, path, send))
    process.start()
    send.close()
    cost: Cost = receive.recv()
    process.join()
    return cost


def _run(work: Callable[[Path, Path], None], path: Path, send: multiprocessing.connection.Connection) -> None:
    with tempfile.TemporaryDirectory() as folder:
        before, began = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
        work(path, Path(folder))
        after, wall = resource.getrusage(resource.RUSAGE_SELF), time.monotonic() - began
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    send.send(Cost(cpu, wall, after.ru_maxrss / 1024))


if __name__ == "__main__":
    sys.exit(main())
