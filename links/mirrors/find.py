"""The search for mirrors in the observations of a case: candidates, features, verdicts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb

from attrigraph.links.mirrors.background import background
from attrigraph.links.mirrors.blocking import candidates
from attrigraph.links.mirrors.features import compared
from attrigraph.links.mirrors.fold import transliterates
from attrigraph.links.mirrors.records import Candidates, Mirror, MirrorOptions
from attrigraph.links.mirrors.weigh import weigh
from attrigraph.links.mirrors.weights import MirrorWeights, load_mirror_weights
from attrigraph.progress import SILENT, Progress

__all__ = ["Mirrors", "find_mirrors"]

VERDICTS = ("twin", "clone_of", "insufficient", "coincidence")
STEP = 1000


@dataclass(frozen=True, slots=True)
class Mirrors:
    """Everything found in a case: mirrors first, the most probable of each verdict first.

    `run` is m1, m2, ...; empty before the result is kept. `folding` says whether names in other scripts could be
    compared with Latin ones.
    """

    mirrors: tuple[Mirror, ...]
    candidates: Candidates
    options: MirrorOptions
    weights: str
    weights_sha256: str
    calibration: str
    folding: str
    run: str = ""

    def counts(self) -> dict[str, int]:
        """Pairs by verdict."""
        return {v: sum(m.verdict == v for m in self.mirrors) for v in VERDICTS}

    def named(self, run: str) -> Mirrors:
        """The same under the id of a run."""
        return replace(self, run=run)


def find_mirrors(
    connection: duckdb.DuckDBPyConnection,
    options: MirrorOptions | None = None,
    weights: MirrorWeights | None = None,
    progress: Progress = SILENT,
) -> Mirrors:
    """Look for mirrors among all accounts with a profile; `connection` has the views of the observations."""
    options, weights = options or MirrorOptions(), weights or load_mirror_weights()
    progress.step("looking for pairs")
    found = candidates(connection, options)
    progress.step("weighing pairs", len(found.pairs))
    mirrors, common = [], background(connection, options)
    for count, pair in enumerate(compared(connection, found, options), 1):
        mirrors.append(weigh(pair, found.accounts, weights, common))
        if count % STEP == 0:
            progress.advance(STEP)
    progress.advance(len(mirrors) % STEP)
    mirrors.sort(key=lambda m: (VERDICTS.index(m.verdict), -m.mirrored, m.source, m.target))
    return Mirrors(
        mirrors=tuple(mirrors),
        candidates=found,
        options=options,
        weights=weights.name,
        weights_sha256=weights.sha256,
        calibration=weights.calibration,
        folding="looks and sound" if transliterates() else "looks only: other scripts need the extra links",
    )
