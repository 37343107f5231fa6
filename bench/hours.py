"""Hours of 100,000 accounts with 200 events each: from rows of the observations to scores. At most 60 CPU seconds.

python -m bench.hours [--quick]
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import duckdb

from attrigraph.duck import connect
from attrigraph.inference.signals.activity_hours import SIGNAL
from attrigraph.inference.weights import load_weights
from attrigraph.inference.world import World, priors_of

ACCOUNTS, EVENTS, LIMIT_S = 100_000, 200, 60.0
POSTS = """
COPY (
    SELECT 'x:' || (i // {events}) AS account_id, to_timestamp(
               1735689600 + (hash(i) % 365) * 86400 + ((8 + (hash(i, 1) % 14) + (i // {events}) % 24) % 24) * 3600
               + hash(i, 2) % 3600) AS at,
           CASE WHEN i % 5 = 0 THEN 'p' || i END AS reply_to, 'Web App' AS client, 's1' AS source,
           'line ' || i AS record
    FROM range({rows}) AS t(i)
) TO '{path}' (FORMAT parquet)
"""


class Posts:
    """The observations of the benchmark: posts in a Parquet file, nothing else."""

    def __init__(self, folder: Path, accounts: int) -> None:
        path = folder / "posts.parquet"
        self._connection = connect(threads=2, memory_limit="640MB")
        self._connection.execute(POSTS.format(rows=accounts * EVENTS, events=EVENTS, path=path))
        self._connection.execute(f"CREATE VIEW posts AS SELECT * FROM '{path}'")
        self._connection.execute(
            'CREATE TABLE logins (account_id VARCHAR, "at" TIMESTAMPTZ, kind VARCHAR, source VARCHAR, record VARCHAR)'
        )
        self._connection.execute(
            "CREATE TABLE signals (account_id VARCHAR, signal VARCHAR, value VARCHAR, observed_at TIMESTAMPTZ, "
            "source VARCHAR, record VARCHAR)"
        )

    def connection(self) -> duckdb.DuckDBPyConnection:
        return self._connection


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.hours", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a hundredth of the size")
    accounts = ACCOUNTS // 100 if parser.parse_args().quick else ACCOUNTS
    weights = load_weights()
    world = World(weights, priors_of("uniform", None, (), weights), {})
    with tempfile.TemporaryDirectory() as folder:
        posts = Posts(Path(folder), accounts)
        cpu, wall = time.process_time(), time.perf_counter()
        found = sum(1 for _ in SIGNAL.score(None, posts, world))  # type: ignore[arg-type]
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"   {accounts:,} accounts x {EVENTS} events: {found:,} scored, peak {peak:.0f} MB")
    print(f"   CPU {cpu:.1f} s, wall {wall:.1f} s")
    print(f"   asked: at most {LIMIT_S:.0f} CPU s")


if __name__ == "__main__":
    main()
