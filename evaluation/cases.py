"""Simulated cases with known truth, built once and kept in a cache outside the project.

A case is loaded and enriched as a user would do it; only the run is made anew at every measurement. The truth is kept
beside it and never loaded: labels of neighbours would be evidence. The cache is `ATTRIGRAPH_EVALUATION_CACHE`, else
`~/.cache/attrigraph-evaluation`; its folders are named by a digest of the rooms a case depends on, so a change there
builds new ones.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from attrigraph import Case
from attrigraph.inference.calibration.candidates import Label, Labels
from attrigraph.simulation import evaluation_plan, simulate
from evaluation.baselines import BASELINES, Beliefs
from evaluation.sheet import sheet_of

__all__ = ["DECEIVING", "SimulatedCase", "cache_folder", "digest", "simulated_case"]

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("simulation", "loaders", "graph", "attrigraph/data", "evaluation/baselines.py", "evaluation/sheet.py")
DECEIVING = {"mixed": 0.19, "benign": 0.05, "adversarial": 0.4}
"""Assumed share of deceiving accounts by the mix of the case: the true one, or the least that the presets have."""


@dataclass(frozen=True, slots=True)
class SimulatedCase:
    """A case folder that is loaded and enriched, with the truth by account and what three ways by hand say."""

    name: str
    folder: Path
    deceivers: float
    truth: Mapping[str, Mapping[str, str]]
    baselines: Mapping[str, Beliefs]

    @property
    def labels(self) -> Labels:
        """The truth as labels, for reports and fitting."""
        return Labels({a: Label(a, t["territory"], t["operation"]) for a, t in sorted(self.truth.items())})

    @property
    def posing(self) -> set[str]:
        """Accounts of an operation that display another territory than they are run from."""
        return {a for a, t in self.truth.items() if t["kind"] == "operation" and t["persona"] != t["territory"]}


def cache_folder() -> Path:
    """Where built cases lie."""
    given = os.environ.get("ATTRIGRAPH_EVALUATION_CACHE")
    return Path(given) if given else Path.home() / ".cache" / "attrigraph-evaluation"


@cache
def digest() -> str:
    """Of everything a built case depends on."""
    found = hashlib.sha256()
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")) or [ROOT / room]:
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return found.hexdigest()[:12]


def simulated_case(seed: int, mix: str = "mixed", accounts: int = 2600) -> SimulatedCase:
    """The case of a seed, built unless the cache has it."""
    name = f"{mix}-{accounts}-{seed}"
    folder = cache_folder() / digest() / name
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        _build(seed, mix, accounts, folder)
        (folder / "complete").touch()
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as rows:
        truth = {row["account_id"]: row for row in csv.DictReader(rows)}
    baselines = json.loads((folder / "baselines.json").read_text(encoding="utf-8"))
    return SimulatedCase(name, folder / "case", DECEIVING[mix], truth, baselines)


def _build(seed: int, mix: str, accounts: int, folder: Path) -> None:
    world = simulate(evaluation_plan(seed, mix, accounts), seed=seed)  # type: ignore[arg-type]
    written = world.write(folder / "files")
    shutil.copy(written.truth, folder / "truth.csv")
    signs, people = sheet_of(world), [row["account_id"] for row in world.truth]
    found = {name: baseline(signs, people) for name, baseline in BASELINES.items()}
    (folder / "baselines.json").write_text(json.dumps(found), encoding="utf-8")
    with Case.create(folder / "case", name=folder.name, simulated=True) as case:
        case.load(*written.tables)
        case.enrich([(kind, path) for kind, path in written.lists if world.lists[kind]])
    shutil.rmtree(folder / "files")
