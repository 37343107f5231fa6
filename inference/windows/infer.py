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
from attrigraph.inference.evidence import EvidenceWritten, write_evidence
from attrigraph.inference.fuse import Fusion
from attrigraph.inference.gather import gather_parts
from attrigraph.inference.outcomes import assess_all
from attrigraph.inference.parts import Parts
from attrigraph.inference.persona import Profiles
from attrigraph.inference.personas import case_fields, read_personas
from attrigraph.inference.records import Window
from attrigraph.inference.signal import Observed
from attrigraph.inference.signals import score_signals, story_signals
from attrigraph.inference.weigh import weigh_parts
from attrigraph.inference.weights import Weights
from attrigraph.inference.windows.find import Windows
from attrigraph.inference.windows.links import neighbours_by_run, window_links
from attrigraph.inference.windows.parts import WindowParts, WindowViews
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
    views = WindowViews(whole.parts, windows)
    written = {}
    try:
        for run in runs:
            progress.step(f"weighing window {run}")
            with whole.parts.shelf.another(run.replace("/", ".")) as shelf:
                own = windows.of_run(run)
                written[run] = _weigh(store, WindowParts(views, whole.parts, own, shelf), own, whole, near.get(run, {}))
    finally:
        views.close()
    for run in with_links:
        _fusion(run, whole).propagate(store, sorted(near[run]), labels=whole.labels, window=True)
    for run in runs:
        own = windows.of_run(run)
        accounts = [w.account for w in own]
        _fusion(run, whole).recalibrate(store, accounts)
        assess_all(store, run, accounts, whole.world.weights, progress, unused=written[run].unused)
        store.execute_batches(statement("inference/write_windows"), [_row(w) for w in own], batch=BATCH)
    undated = views.undated | _of_the_run_alone(store, windows)
    return {
        "accounts with several windows": len(windows.by_account),
        "windows": sum(map(len, windows.by_account.values())),
        "items in windows": sum(one.items for one in written.values()),
        "changes joined to another window": windows.joined,
    } | {f"without rows to tell windows apart: {name}": 1 for name in sorted(undated)}


def _weigh(
    store: Store, parts: WindowParts, own: Sequence[Window], whole: WholeRun, near: Mapping[str, set[str]]
) -> EvidenceWritten:
    run, accounts = own[0].run, [w.account for w in own]
    weights = _fresh(whole.world.weights) if own[0].number == 0 else whole.world.weights
    profiles = Profiles(replace(whole.world, weights=weights))
    gather_parts(parts, weights)
    mine = set(accounts)
    others = ((account, fields) for account, fields in case_fields(whole.parts) if account not in mine)
    fields = chain(case_fields(parts), others)
    personas = read_personas(profiles, fields, {other for shared in near.values() for other in shared})
    written = write_evidence(store, run, weigh_parts(parts, profiles, near, personas), len(accounts))
    _fusion(run, whole).fuse(store, *written.split(accounts))
    return written


def _of_the_run_alone(store: Store, windows: Windows) -> set[str]:
    """Signals that compare accounts with each other and say something of these; their facts have no time."""
    return {
        signal.name
        for signal in (*score_signals(), *story_signals())
        if signal.whole and any(row["account"] in windows.by_account for row in store.stream(statement(signal.facts)))
    }


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
