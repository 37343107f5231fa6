"""Co-activity networks against coordination-network-toolkit 1.5.2, which gets an environment of its own.

A million generated messages of 20,000 users: co_retweet, co_tweet, co_reply and co_link from loaded observations, the
same from the CSV, and co_similar; then 247,767 real posts with generated times, CooRTweet's own data, and five million
messages. Every job is a process of its own whose CPU is counted whole (imports and children included), the smallest of
some turns; the toolkit's four steps run in one process. Edges and weights are compared with the toolkit's.

The messages are as dense as those on which the toolkit was measured before (its four steps cost 3.2 times its reading):
within ten minutes 5 posts are repeated, 6 answered, 8 stories and 3 links shared. Thinner data flatter nobody: there
the toolkit pairs less, and ours is mostly reading.

python -m bench.coactivity [--quick]
"""

import argparse
import hashlib
import json
import math
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attrigraph.cli.processor import spare_processor
from attrigraph.duck import connect
from bench.compiled import compile_package
from bench.memory import peak_mb

FOUR = ("co_retweet", "co_tweet", "co_reply", "co_link")
PEER = "coordination-network-toolkit==1.5.2"
ENVIRONMENT = Path.home() / ".cache" / "attrigraph-bench" / "coordination-network-toolkit"
DATA = Path(os.environ.get("ATTRIGRAPH_TEST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
MADE = """
COPY (SELECT 'm' || i AS message_id, u AS user_id, u AS username,
        CASE WHEN r < 30 THEN 'o' || ((i // 600) * 5 + hash(i * 3) % 5) ELSE '' END AS repost_id,
        CASE WHEN r >= 30 AND r < 45 THEN 'p' || ((i // 600) * 6 + hash(i * 5) % 6) ELSE '' END AS reply_id,
        CASE WHEN hash(i * 17) % 4 = 0 THEN '@User' || (hash(i) % 100) || ' ' ELSE '' END
          || CASE WHEN hash(i * 41) % 2 = 0
               THEN 'The Story number ' || ((i // 600) * 8 + hash(i * 11) % 8) || ' is about the Harbour and more'
               ELSE 'Only ' || i || ' says these words, once and never again' END AS message,
        1600000000 + i // 2 AS timestamp,
        CASE WHEN hash(i * 19) % 2 = 0
          THEN 'https://example.org/' || ((i // 600) * 3 + hash(i * 23) % 3)
            || CASE WHEN hash(i * 31) % 5 = 0
                 THEN ' http://example.com/' || ((i // 600) * 3 + hash(i * 37) % 3) ELSE '' END
          ELSE 'https://example.net/' || i END AS urls
      FROM (SELECT i, 'u' || (hash(i * 7) % {users}) AS u, hash(i * 29) % 100 AS r FROM range({messages}) t(i))
      ORDER BY i)
TO '{path}' (HEADER)
"""
REAL = """
COPY (SELECT 'm' || i AS message_id, author AS user_id, author AS username,
        CASE WHEN retweet = 1 THEN 'r' || i ELSE '' END AS repost_id, '' AS reply_id, content AS message,
        epoch(publish_date::TIMESTAMP)::BIGINT AS timestamp, 'https://example.org/' || i AS urls
      FROM (SELECT *, row_number() OVER () AS i FROM '{data}')
      WHERE author IS NOT NULL AND trim(regexp_replace(content, '@\\S*', '', 'g'), ' ''') <> ''
      ORDER BY timestamp, i) TO '{path}' (HEADER)
"""
"""Texts of mentions alone are left out: on two of them within a minute the toolkit divides by zero."""
THEIRS = """
import json, resource, sys, sqlite3, hashlib, contextlib, io
import coordination_network_toolkit.preprocess as p, coordination_network_toolkit.compute_networks as c
db, jobs, shown = sys.argv[1], sys.argv[2].split(","), {}
work = {"co_retweet": c.compute_co_retweet_parallel, "co_tweet": c.compute_co_tweet_network,
        "co_reply": c.compute_co_reply_network, "co_link": c.compute_co_link_network,
        "co_similar_tweet": lambda *a, **k: c.compute_co_similar_tweet(*a, similarity_threshold=0.9, **k)}
if __name__ == "__main__":
    with contextlib.redirect_stdout(io.StringIO()):
        for job in jobs:
            if job == "preprocess":
                p.preprocess_csv_files(db, [sys.argv[3]])
            else:
                work[job](db, 60, n_threads=1, min_edge_weight=2)
"""


@dataclass(frozen=True)
class Cost:
    """CPU seconds of a process and its children, largest resident memory in MB as it told, and what else it told."""

    cpu_s: float
    memory_mb: float
    shown: dict[str, Any]


def run(command: Sequence[str]) -> Cost:
    """Run a command to its end. Its children's CPU counts; raises when it fails."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines = process.stdout.read().splitlines()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command))
    shown = json.loads(lines[-1]) if lines else {}
    return Cost(used.ru_utime + used.ru_stime, shown.pop("memory_mb", 0.0), shown)


def best(turns: int, command: Sequence[str]) -> Cost:
    return min((run(command) for _ in range(turns)), key=lambda cost: cost.cpu_s)


def peer() -> str:
    """The Python of the toolkit's environment, made when it is missing."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PEER]
        subprocess.run(pip, check=True)
    return str(python)


def theirs(database: Path, jobs: Sequence[str], csv: Path | None = None) -> Cost:
    script = database.with_suffix(".py")
    script.write_text(THEIRS)
    return run([peer(), str(script), str(database), ",".join(jobs), *([str(csv)] if csv else [])])


def their_edges(database: Path, network: str) -> str:
    """Digest of the toolkit's edges without loops; `our_edges` gives the same for equal edges."""
    table = {"co_similar": "co_similar_tweet"}.get(network, network) + "_network"
    with sqlite3.connect(database) as connection:
        return _digest(
            connection.execute(f"SELECT user_1, user_2, weight FROM {table} WHERE user_1 <> user_2").fetchall()
        )


def _digest(rows: list[tuple[str, str, int]]) -> str:
    return f"{len(rows)} {hashlib.sha256(repr(sorted((a, b, int(w)) for a, b, w in rows)).encode()).hexdigest()[:16]}"


def ours(case: Path, networks: Sequence[str], *, csv: Path | None = None, digest: bool = False, turns: int = 1) -> Cost:
    """Link a case (after loading the CSV into it) in the toolkit's mode; `digest` adds digests of the edges."""
    options = ["--case", str(case), "--networks", ",".join(networks)]
    options += ["--csv", str(csv)] if csv else []
    return best(turns, [sys.executable, "-m", "bench.coactivity", *options, *(["--digest"] if digest else [])])


def link(case: Path, networks: Sequence[str], csv: Path | None, digest: bool) -> None:
    """What is measured of ours, in a process of its own."""
    from attrigraph.folder import CaseFolder
    from attrigraph.links.messages import read_messages
    from attrigraph.links.networks import co_activity
    from attrigraph.links.records import LinkOptions
    from attrigraph.loaders.observations import Observations

    folder = CaseFolder(case)
    if csv:
        from attrigraph.loaders.load import LoadOptions, load_file

        folder.create()
        load_file(csv, folder, LoadOptions(platform="x", table="posts", mapping={"message": "text", "timestamp": "at"}))
        if not networks:
            return
    messages = read_messages(Observations(folder).connection())
    options = LinkOptions(mode="cnt-1.5.2", empty_keys=True, force_hot=True)
    shown: dict[str, Any] = {}
    for network in networks:
        if network == "co_similar":
            from attrigraph.links.similar import co_similar

            edges = co_similar(messages, options)
        else:
            edges = co_activity(messages, network, options)
        shown[network] = f"{len(edges)}"
        if digest:
            shown[network] = _digest([(a[2:], b[2:], w) for (a, b), w in edges.weights().items()])
    print(json.dumps(shown | {"memory_mb": peak_mb()}))


def coortweet(path: Path) -> None:
    """CooRTweet's network of its own data, in a process of its own."""
    from attrigraph.links.coortweet import coortweet as network
    from attrigraph.links.coortweet import read_shares

    print(json.dumps({"edges": len(network(read_shares(path), 60, 5))}))


def told(name: str, cost: float, base: float, wanted: float) -> float:
    ratio = base / cost
    print(f"  {name:44} {cost:7.2f} against {base:7.2f} CPU s: 1/{ratio:.1f} (wanted 1/{wanted:g})", flush=True)
    return ratio


def equal(database: Path, found: dict[str, Any]) -> None:
    for network, digest in found.items():
        wanted = their_edges(database, network)
        print(
            f"     {network:12} {'equal' if digest == wanted else 'DIFFERENT'}: {digest.split()[0]} edges", flush=True
        )
        if digest != wanted:
            raise SystemExit(f"{network}: the toolkit has {wanted}, we have {digest}")


def generated(folder: Path, messages: int, turns: int) -> float:
    """The million messages; returns the ratio of the four networks."""
    csv, database, case = folder / "made.csv", folder / "made.db", folder / "made"
    make(csv, messages)
    print(f"{messages:,} generated messages, {csv.stat().st_size / 1e6:.0f} MB", flush=True)
    read = theirs(database, ["preprocess"], csv).cpu_s
    four = min(theirs(database, FOUR).cpu_s for _ in range(turns))
    ours(case, [], csv=csv)
    cost = ours(case, FOUR, turns=2 * turns)  # short runs, which the machine disturbs more than the long ones
    ratio = told("four networks from observations", cost.cpu_s, four, 25)
    print(f"     {cost.memory_mb:.0f} MB", flush=True)
    equal(database, ours(case, FOUR, digest=True).shown)
    whole = min(ours(folder / f"whole{n}", FOUR, csv=csv).cpu_s for n in range(turns))
    told("the same from the CSV", whole, read + four, 10)
    similar = theirs(database, ["co_similar_tweet"]).cpu_s
    told("co_similar, .9", ours(case, ["co_similar"], turns=turns).cpu_s, similar, 40)
    equal(database, ours(case, ["co_similar"], digest=True).shown)
    return ratio


def make(path: Path, messages: int) -> None:
    with connect() as connection:
        connection.execute(MADE.format(messages=messages, users=max(100, messages // 50), path=path))


def real(folder: Path, turns: int) -> None:
    data = DATA / "ira" / "tweets.parquet"
    if not data.exists():
        print(f"  real posts: left out, {data} is missing")
        return
    csv, database, case = folder / "real.csv", folder / "real.db", folder / "real"
    with connect() as connection:
        connection.execute(REAL.format(data=data, path=csv))
    base = theirs(database, ["preprocess", "co_tweet", "co_similar_tweet"], csv).cpu_s
    ours(case, [], csv=csv)
    two = ("co_tweet", "co_similar")
    told("real posts: co_tweet and co_similar", ours(case, two, turns=turns).cpu_s, base, 8)
    equal(database, ours(case, two, digest=True).shown)


def large(folder: Path, messages: int, small: Cost) -> None:
    """Five times the messages at equal density."""
    csv, case = folder / "large.csv", folder / "large"
    make(csv, messages)
    ours(case, [], csv=csv)
    csv.unlink()
    cost = ours(case, FOUR)
    exponent = math.log(cost.cpu_s / small.cpu_s) / math.log(5)
    print(
        f"  {messages:,} messages, four networks: {cost.cpu_s:.1f} CPU s, {cost.memory_mb:.0f} MB (wanted 1,200), "
        f"exponent {exponent:.2f} (wanted 1)", flush=True,
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.coactivity", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a hundredth of the size: shows that it runs")
    for name in ("--case", "--networks", "--csv", "--coortweet"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    parser.add_argument("--digest", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.coortweet or given.case:
        spare_processor()  # as `attrigraph` does before it loads numpy
    if given.coortweet:
        coortweet(Path(given.coortweet))
        return 0
    if given.case:
        networks = [name for name in given.networks.split(",") if name]
        link(Path(given.case), networks, Path(given.csv) if given.csv else None, given.digest)
        return 0
    compile_package()
    messages, turns = (10_000, 1) if given.quick else (1_000_000, 3)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ratio = generated(folder, messages, turns)
        if not given.quick:
            real(folder, turns)
        shares = DATA / "coortweet" / "russian_coord_tweets.parquet"
        if shares.exists():
            cost = best(turns, [sys.executable, "-m", "bench.coactivity", "--coortweet", str(shares)])
            print(
                f"  CooRTweet's data, 60 s: {cost.cpu_s:.2f} CPU s as a process (wanted 1), {cost.shown['edges']} edges"
            )
        large(folder, 5 * messages, ours(folder / "made", FOUR, turns=turns))
    print(f"ratio four networks: {ratio:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
