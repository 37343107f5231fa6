"""A million posts from CSV to observations, against duckdb's own CSV to Parquet copy of the same file.

Both run in turn, each in a process of its own, several times; the smallest CPU of each counts. The peer guesses types
and copies. Ours hashes the file, reads every cell by the rules of its kind, keeps locators, finds doubled ids, writes
rejects. A third run has one broken row in a hundred.
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

import duckdb

from attrigraph.folder import CaseFolder
from attrigraph.loaders.load import LoadOptions, load_file

POSTS = 1_000_000
LIMIT, MEMORY_MB = 1.5, 1024
WORDS = "['alpha', 'beta', 'gamma', 'delta', 'kappa, lambda', 'omicron', '\"said\"', 'новости', 'народ', 'epsilon']"
MADE = f"""
COPY (SELECT 1000000000000000000 + i * 977 AS post_id, 1000000000 + (hash(i) % 50000) * 31 AS account_id,
        'x' AS platform, CASE WHEN {{broken}} AND i % 100 = 7 THEN 'yesterday'
             ELSE strftime(TIMESTAMP '2020-09-13' + to_seconds(i * 7), '%Y-%m-%dT%H:%M:%SZ') END AS at,
        list_reduce(list_transform(range((4 + hash(i * 3) % 16)::BIGINT),
                                   lambda j: ({WORDS})[1 + (hash(i * 31 + j) % 10)::INT]),
                    lambda a, b: a || ' ' || b) AS text,
        ['en', 'sr', 'ru'][1 + (hash(i * 5) % 3)::INT] AS language,
        CASE WHEN i % 3 = 0 THEN 'https://example.org/' || (hash(i * 7) % 1000000) END AS urls,
        CASE WHEN i % 5 = 0 THEN '#a|#b' END AS hashtags,
        CASE WHEN i % 4 = 0 THEN 1000000000000000000 + (hash(i * 11) % (i + 1)) * 977 END AS repost_of,
        NULL AS reply_to
      FROM range({{posts}}) r(i)) TO '{{path}}' (HEADER)
"""


@dataclass(frozen=True)
class Cost:
    """CPU and wall seconds, and the largest resident memory in MB."""

    cpu_s: float
    wall_s: float
    memory_mb: float


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.load_posts", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a hundredth of the size: shows that it runs")
    given = parser.parse_args()
    posts, turns = (POSTS // 100, 1) if given.quick else (POSTS, 5)
    with tempfile.TemporaryDirectory() as folder:
        clean, broken = Path(folder) / "posts.csv", Path(folder) / "broken.csv"
        for path, spoil in ((clean, "false"), (broken, "true")):
            quiet().execute(MADE.format(posts=posts, path=path, broken=spoil))
        print(f"{posts:,} posts, {clean.stat().st_size / 1e6:.0f} MB of CSV, {turns} turns, smallest CPU of each")
        runs = {
            "duckdb's own copy": (peer, clean),
            "ours": (ours, clean),
            "ours, 1 row in 100 broken": (ours, broken),
        }
        costs = {name: [] for name in runs}
        for _ in range(turns):
            for name, (work, path) in runs.items():
                costs[name].append(measured(work, path))
    best = {name: min(found, key=lambda c: c.cpu_s) for name, found in costs.items()}
    base = best["duckdb's own copy"].cpu_s
    for name, cost in best.items():
        print(
            f"  {name:28} {cost.cpu_s:6.2f} s CPU  {cost.wall_s:6.2f} s wall  {cost.memory_mb:5.0f} MB"
            f"  ratio {cost.cpu_s / base:.2f}"
        )
    ratio, memory = best["ours"].cpu_s / base, best["ours"].memory_mb
    print(f"  wanted: ratio at most {LIMIT}, at most {MEMORY_MB} MB; got {ratio:.2f}, {memory:.0f} MB")
    return 0


def quiet() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    return connection


def peer(path: Path, folder: Path) -> None:
    quiet().execute(f"COPY (FROM read_csv('{path}')) TO '{folder}/peer.parquet' (FORMAT parquet)")


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
