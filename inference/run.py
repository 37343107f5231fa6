"""One inference run: facts to evidence to beliefs to assessments, written under the run's id.

A run is complete only when everything is written; what an interrupted run left is removed when the next one starts.
"""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrigraph.errors import InputError
from attrigraph.inference.calibration.candidates import Labels
from attrigraph.inference.evidence import remove_run, write_classes, write_evidence
from attrigraph.inference.fuse import Fusion
from attrigraph.inference.gather import gather_parts, keep_whole_scores
from attrigraph.inference.outcomes import assess_all
from attrigraph.inference.parts import PART, Parts, case_parts
from attrigraph.inference.persona import Profiles
from attrigraph.inference.personas import case_fields, read_personas
from attrigraph.inference.records import RunRecord
from attrigraph.inference.results import account_ids, runs
from attrigraph.inference.shared import ip_day_links, neighbours
from attrigraph.inference.signal import Observed
from attrigraph.inference.weigh import weigh_parts
from attrigraph.inference.weights import Weights, load_weights
from attrigraph.inference.windows.find import Windows, find_windows
from attrigraph.inference.windows.infer import WholeRun, infer_windows
from attrigraph.inference.world import kept, priors_of
from attrigraph.progress import SILENT, Progress
from attrigraph.territories import OTHER, UNKNOWN, territories, territory_name

if TYPE_CHECKING:
    from attrigraph.graph import Store

__all__ = ["assess_all", "infer"]

COLLECTED = (200_000, 20, 50)
"""New objects before Python looks for garbage among the young, and how often before it looks among older ones."""
LINKS = "links"
"""Name under which links of addresses are put away, all in the first part."""


@dataclass(slots=True)
class Clock:
    """Seconds by step."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step; steps of one name add up."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Python looks for garbage in cycles less often: records by the million have none, and looking took a third."""
    usual = gc.get_threshold()
    gc.set_threshold(*COLLECTED)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@_seldom_collected()
def infer(
    store: Store,
    observations: Observed,
    *,
    run: str,
    deceivers: float = 0.2,
    prior_mix: str = "case",
    prior: Mapping[str, float] | None = None,
    progress: Progress = SILENT,
    weights: Weights | None = None,
    windows: bool = False,
    window_dates: Sequence[datetime] = (),
    labels: Labels | None = None,
    scratch: Path | None = None,
    part: int = PART,
) -> RunRecord:
    """Weigh all evidence, fuse it under both stories, propagate, and assess every account.

    `deceivers` is the assumed share of accounts under cover, `prior_mix` case, uniform or the name of `prior` (weights
    by territory code). With `windows` the accounts that changed are assessed window by window too; `window_dates` begin
    a window in every account. `labels` are passed on to accounts that share infrastructure; they say nothing about
    their own accounts, and those that contradict each other are counted as skipped. About `part` accounts are in
    memory at once, the others in files in the folder `scratch`. Raises InputError for a share outside 0..1, an unknown
    mix, a window that begins in the future, or a run id that is taken.
    """
    if not 0.0 < deceivers < 1.0:
        raise InputError(f"The assumed share of deceiving accounts is {deceivers}. Give a number between 0 and 1.")
    weights, clock, started = weights or load_weights(), Clock(), datetime.now(UTC)
    if late := [date for date in window_dates if date.tzinfo and date > started]:
        raise InputError(f"{late[0]:%Y-%m-%d} lies in the future: no window can begin there. Give a date that is past.")
    _make_room(store, run, progress)
    accounts = account_ids(store)
    with case_parts(store, observations, accounts, part, scratch) as parts:
        with clock.step("facts"):
            tally, skipped = gather_parts(parts, weights, progress)
            near = neighbours(store, weights.infra, _shared_days(parts, weights, run))
            world = tally.world(weights, priors_of(prior_mix, prior, tally.seen, weights))
            profiles = Profiles(world)
            personas = read_personas(profiles, case_fields(parts), near)
            keep_whole_scores(parts, world, personas.displays)
        with clock.step("windows"):
            split = find_windows(observations, weights.windows, run, window_dates) if windows else Windows()
        told = {a: label.territory for a, label in labels.by_account.items() if a in near} if labels else {}
        about = {"id": run, "started_at": started, "complete": False, "deceivers": deceivers, "prior_mix": prior_mix}
        about |= kept(world) | {"windows": split.runs() or None}
        with clock.step("evidence"):
            _begin(store, about, weights)
            links = store.write_relationships("SHARES_WITH", "Account", "Account", parts.shelf.take(LINKS, 0))
            weighed = weigh_parts(parts, profiles, near, personas)
            written = write_evidence(store, run, weighed, len(accounts), progress)
        fusion = Fusion(run, world.priors, deceivers, weights)
        with clock.step("fuse"):
            # when all evidence is there: what Neo4j plans over the first of it takes twice as long for the rest
            fusion.fuse(store, *written.split(accounts), progress)

        def settle(some: Sequence[str]) -> None:
            fusion.propagate(store, [a for a in some if a in near], labels=told)
            fusion.recalibrate(store, some)

        with clock.step("propagate and assess"):
            outcomes = assess_all(store, run, accounts, weights, progress, settle=settle, unused=written.unused)
        counts = {**outcomes, "linked by infrastructure": len(near), "shared address days": links.written}
        if labels:
            counts["labelled accounts that tell others"] = len(told)
        if windows:
            with clock.step("windows"):
                whole = WholeRun(run, parts, world, deceivers, told)
                counts |= infer_windows(store, observations, split, whole, progress)
    finished = datetime.now(UTC)
    store.write_nodes("Run", [{"id": run, "finished_at": finished, "complete": True}])
    return RunRecord(
        id=run,
        started_at=started,
        finished_at=finished,
        deceivers=deceivers,
        prior_mix=prior_mix,
        priors=dict(world.priors),
        weights=weights.name,
        weights_sha256=weights.sha256,
        calibration=weights.calibration,
        engine=f"{store.engine} {store.version}",
        accounts=len(accounts),
        items=written.items,
        counts=counts,
        skipped=dict(skipped) | _unused(written.unused) | _contradicting(labels),
        seconds={name: round(s, 3) for name, s in clock.seconds.items()},
        windows=split.runs(),
    )


def _shared_days(parts: Parts, weights: Weights, run: str) -> Iterator[tuple[str, str]]:
    """Pairs of accounts on one address within a day; what is written about them is put away."""
    for link in ip_day_links(parts.store, parts.observed, weights, run):
        parts.shelf.put(LINKS, 0, link)
        yield link["start"], link["end"]


def _unused(accounts: Mapping[str, str]) -> dict[str, int]:
    return {f"activity_hours: accounts whose {why}": n for why, n in sorted(Counter(accounts.values()).items())}


def _contradicting(labels: Labels | None) -> dict[str, int]:
    if not labels or not labels.contradicting:
        return {}
    first = ", ".join(labels.contradicting[:3]) + (", ..." if len(labels.contradicting) > 3 else "")
    return {f"labels that contradict each other, of {first}": len(labels.contradicting)}


def _begin(store: Store, about: dict[str, Any], weights: Weights) -> None:
    codes = [*territories(), OTHER, UNKNOWN]
    store.write_nodes("Territory", ({"code": code, "name": territory_name(code)} for code in codes))
    write_classes(store, weights)
    about |= {"weights": weights.name, "weights_sha256": weights.sha256, "calibration": weights.calibration}
    about |= {"fitted": weights.fitted or None}
    store.write_nodes("Run", [about])


def _make_room(store: Store, run: str, progress: Progress) -> None:
    for row in runs(store):
        if row["complete"] and row["id"] == run:
            raise InputError(f"Run {run!r} is there already. Choose another id.")
        if not row["complete"]:
            progress.step(f"removing the unfinished run {row['id']}")
            remove_run(store, row["id"])
