"""What testing of links costs: 247,767 real posts, all networks with q; then 200 shifts in time of the edges that pass.

Also p values of a million edges, and the million generated messages of `bench.coactivity` with all tests. Every job is
a process of its own; CPU seconds are those of the whole process, imports and reading included, less those of shifts.

python -m bench.links [--quick]
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from attrigraph.duck import connect
from bench.coactivity import DATA, FOUR, Cost, make, run
from bench.memory import peak_mb

REAL = """
COPY (SELECT 'm' || i AS message_id, author AS user_id,
        CASE WHEN retweet = 1 THEN 'r' || hash(content) ELSE '' END AS repost_id, content AS message,
        publish_date AS timestamp, array_to_string(regexp_extract_all(content, 'https?://[^\\s]+'), ' ') AS urls,
        array_to_string(regexp_extract_all(content, '#\\w+'), ' ') AS hashtags
      FROM (SELECT *, row_number() OVER () AS i FROM '{data}') WHERE content IS NOT NULL AND author IS NOT NULL
      ORDER BY publish_date, i) TO '{path}' (HEADER)
"""
MAPPING = {"message": "text", "timestamp": "at"}


def load(case: Path, csv: Path) -> None:
    """Observations of the posts."""
    from attrigraph.folder import CaseFolder
    from attrigraph.loaders.load import LoadOptions, load_file

    folder = CaseFolder(case)
    folder.create()
    load_file(csv, folder, LoadOptions(platform="x", table="posts", mapping=MAPPING, timezone="UTC"))


def link(case: Path, names: list[str]) -> dict[str, Any]:
    """Edges with q of these networks, then the shifts: CPU seconds of both, largest memory, and counts."""
    import numpy as np

    from attrigraph.folder import CaseFolder
    from attrigraph.links.basis import basis
    from attrigraph.links.messages import read_messages
    from attrigraph.links.records import LinkOptions
    from attrigraph.links.shift import shifts
    from attrigraph.links.significance import significance
    from attrigraph.loaders.observations import Observations

    messages = read_messages(Observations(CaseFolder(case)).connection())
    tests = edges = passing = surviving = 0
    shifting = 0.0
    for name in names:
        made = basis(messages, name, LinkOptions())
        tested = significance(made.found, made.edges)
        chosen = np.flatnonzero(tested.q <= 0.05)
        began = time.process_time()
        shifted = shifts(made, chosen, draws=200).p
        shifting += time.process_time() - began
        tests, edges = tests + tested.tests, edges + len(made.edges)
        passing, surviving = passing + len(chosen), surviving + int((shifted <= 0.05).sum())
    return {
        "q_s": time.process_time() - shifting,
        "shift_s": shifting,
        "memory_mb": peak_mb(),
        "counts": f"{len(messages):,} posts, {tests:,} pairs tested, {edges:,} edges, {passing:,} pass q, "
        f"{surviving:,} survive",
    }


def p_values(edges: int) -> dict[str, float]:
    """CPU seconds of p and q of so many edges."""
    import numpy as np

    from attrigraph.links.significance import adjusted, log_p

    draw = np.random.default_rng(1)
    one, other = draw.integers(1, 300, edges), draw.integers(1, 300, edges)
    both = np.minimum(np.minimum(one, other), draw.integers(1, 6, edges))
    began = time.process_time()
    logs = log_p(1_000_000, one, other, both)
    middle = time.process_time()
    adjusted(logs, *np.unique(logs, return_counts=True), 10 * edges)
    return {"p_s": middle - began, "q_s": time.process_time() - middle}


def measured(*arguments: str) -> Cost:
    return run([sys.executable, "-m", "bench.links", *arguments])


def tested(name: str, case: Path, networks: list[str]) -> None:
    cost = measured("--case", str(case), "--networks", ",".join(networks))
    found = cost.shown
    print(f"  {name}: {found['counts']}")
    print(
        f"     {found['q_s']:.1f} CPU s with q (wanted 60), shifts {found['shift_s']:.1f} CPU s (wanted 240), "
        f"{cost.memory_mb:.0f} MB (wanted 1,000)", flush=True,
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.links", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a hundredth of the size: shows that it runs")
    for name in ("--case", "--networks", "--edges"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.case:
        print(json.dumps(link(Path(given.case), given.networks.split(","))))
        return 0
    if given.edges:
        print(json.dumps(p_values(int(given.edges))))
        return 0
    from attrigraph.links.compute import MEANINGS

    size = 10_000 if given.quick else 1_000_000
    cost = measured("--edges", str(size)).shown
    print(f"  {size:,} edges: p {cost['p_s']:.2f}, q {cost['q_s']:.2f} CPU s (tried elsewhere: .5 and .07)", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = DATA / "ira" / "tweets.parquet"
        if not data.exists():
            print(f"  real posts: left out, {data} is missing")
        elif not given.quick:
            with connect() as connection:
                connection.execute(REAL.format(data=data, path=folder / "real.csv"))
            load(folder / "real", folder / "real.csv")
            tested("real posts, all networks", folder / "real", [n for n in MEANINGS if n != "co_post"])
        make(folder / "made.csv", size)
        load(folder / "made", folder / "made.csv")
        (folder / "made.csv").unlink()
        tested("generated messages, four networks", folder / "made", list(FOUR))
    return 0


if __name__ == "__main__":
    sys.exit(main())
