"""Weighing the windows of a run: the same steps as for the run, for the accounts that have more than one window.

All windows are fused before any is propagated, because an account hears what another one told in the window in which
they shared something (docs/architecture.md, "Windows and groups").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import inf
from typing import TYPE_CHECKING, Any

from attrigraph.graph import statement
from attrigraph.inference.evidence import write_evidence
from attrigraph.inference.fuse import Fusion
from attrigraph.inference.gather import add_scores, gather
from attrigraph.inference.outcomes import assess_all
from attrigraph.inference.parts import Parts
from attrigraph.inference.persona import Profiles
from attrigraph.inference.personas import case_fields, read_personas
from attrigraph.inference.records import Window
from attrigraph.inference.signal import Observed
from attrigraph.inference.weigh import weigh
from attrigraph.inference.weights import Weights
from attrigraph.inference.windows.find import Windows
from attrigraph.inference.windows.links import neighbours_by_run, window_links
from attrigraph.inference.windows.views import WindowFacts, WindowObserved
from attrigraph.inference.world import World
from attrigraph.progress import SILENT, Progress

if TYPE_CHECKING:
    from attrigraph.graph import Store

__all__ = ["WholeRun", "infer_windows"]

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class WholeRun:
    """What the run as a whole found, which its windows are weighed against: the same world, shares and personas."""

    run: str
    parts: Parts
    world: World
    deceivers: float
    labels: Mapping[str, str]


def infer_windows(
    store: Store, observed: Observed, windows: Windows, whole: WholeRun, progress: Progress = SILENT
) -> dict[str, int]:
    """Write evidence, beliefs and assessments of every window; returns counts for the record of the run."""
    if not windows.by_account:
        return {"accounts with several windows": 0, "windows": 0}
    links = window_links(store, observed, whole.world.weights, whole.run, windows)
    near = neighbours_by_run(links)
    runs = windows.runs()
    with_links = [run for run in runs if near.get(run)]
    store.write_relationships("SHARES_WITH", "Account", "Account", links)
    facts = WindowFacts(store, WindowObserved(observed), frozenset(windows.by_account))
    items = 0
    try:
        for run in runs:
            progress.step(f"weighing window {run}")
            items += _weigh(store, facts, windows.of_run(run), whole, near.get(run, {}))
    finally:
        facts.observed.close()
    for run in with_links:
        _fusion(run, whole).propagate(store, sorted(near[run]), labels=whole.labels, window=True)
    for run in runs:
        own = windows.of_run(run)
        accounts = [w.account for w in own]
        _fusion(run, whole).recalibrate(store, accounts)
        assess_all(store, run, accounts, whole.world.weights, progress)
        store.execute_batches(statement("inference/write_windows"), [_row(w) for w in own], batch=BATCH)
    return {
        "accounts with several windows": len(windows.by_account),
        "windows": sum(map(len, windows.by_account.values())),
        "items in windows": items,
        "changes joined to another window": windows.joined,
    } | {f"without rows to tell windows apart: {name}": 1 for name in sorted(facts.undated)}


def _weigh(
    store: Store,
    facts: WindowFacts,
    own: Sequence[Window],
    whole: WholeRun,
    near: Mapping[str, set[str]],
) -> int:
    run, accounts, seen = own[0].run, [w.account for w in own], facts.observed
    seen.show(own)
    weights = _fresh(whole.world.weights) if own[0].number == 0 else whole.world.weights
    world = replace(whole.world, weights=weights)
    found = gather(facts.as_store(), seen, weights)
    add_scores(found, facts.as_store(), seen, world)
    mine = set(accounts)
    others = ((account, fields) for account, fields in case_fields(whole.parts) if account not in mine)
    fields = chain(((a, found.fields[a]) for a in accounts if a in found.fields), others)
    profiles = Profiles(world)
    personas = read_personas(profiles, fields, {other for shared in near.values() for other in shared})
    weighed = weigh(found, profiles, accounts, near, personas)
    written = write_evidence(store, run, weighed, len(accounts))
    _fusion(run, whole).fuse(store, *written.split(accounts))
    return written.items


def _fresh(weights: Weights) -> Weights:
    """In its own window evidence of registration has not aged."""
    registration = weights.registration.model_copy(update={"half_life_years": inf})
    return weights.model_copy(update={"registration": registration})


def _fusion(run: str, whole: WholeRun) -> Fusion:
    return Fusion(run, whole.world.priors, whole.deceivers, whole.world.weights)


def _row(window: Window) -> dict[str, Any]:
    return {
        "id": f"{window.run}/{window.account}",
        "window": window.number,
        "starts": window.starts,
        "ends": window.ends,
        "first_at": window.first_at,
        "last_at": window.last_at,
        "rows": window.rows,
        "opened_by": list(window.opened_by),
        "now": window.now,
    }
