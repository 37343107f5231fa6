"""Print what the model reaches beside what is wanted: `python -m evaluation [NAMES] [--quick] [--json FILE]`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from evaluation.rows import Row, all_reached, missing, table

PARTS = {
    "fixture": "worked values and fixture of the evidence model, both engines",
    "hours": "UTC offset from posting hours, authors held out",
    "dst": "daylight saving time against none",
    "locations": "country of location strings",
    "ira": "300 authors of the Internet Research Agency: operated from RU, mostly posing as US",
    "simulated": "simulated operations, held out by operation",
    "communities": "communities of joint activity against categories of 300 IRA authors",
    "mirrors": "simulated twins and clones of real profiles, kinds of edits held out",
}


def measured(name: str, quick: bool) -> Iterable[Row]:
    """The rows of one part; a part that is not there says so."""
    if find_spec(f"evaluation.{name}") is None:
        return [missing(PARTS[name], f"evaluation/{name}.py is not there")]
    rows: Iterable[Row] = import_module(f"evaluation.{name}").rows(quick)
    return rows


def main() -> int:
    """0 when everything that was measured is reached, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m evaluation", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*PARTS, []], help="default: all")
    parser.add_argument("--quick", action="store_true", help="small samples: shows that it runs, decides nothing")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    given = parser.parse_args()
    found: dict[str, list[Row]] = {}
    for name in given.names or PARTS:
        began = time.monotonic()
        found[name] = list(measured(name, given.quick))
        print(f"\n== {name}: {PARTS[name]} ({time.monotonic() - began:.0f} s)\n{table(found[name])}", flush=True)
    if given.json:
        rows = [{"part": name} | asdict(row) for name, part in found.items() for row in part]
        given.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    everything = [row for part in found.values() for row in part]
    wanted = [row for row in everything if row.reached is not None]
    print(f"\n{sum(bool(r.reached) for r in wanted)} of {len(wanted)} targets reached")
    return 0 if all_reached(everything) else 1


if __name__ == "__main__":
    sys.exit(main())
