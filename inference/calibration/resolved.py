"""A case with labels as calibration and evaluation read it: beliefs of a run, and runs made to try weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from attrigraph.errors import InputError, NotAssessed
from attrigraph.inference.calibration.candidates import Candidates, Labels, candidates
from attrigraph.inference.calibration.report import Report, report
from attrigraph.inference.calibration.tables import Seen
from attrigraph.inference.evidence import chunks, remove_run
from attrigraph.inference.gather import SIGHTINGS, gather_parts
from attrigraph.inference.parts import case_parts
from attrigraph.inference.records import Belief, RunRecord
from attrigraph.inference.results import account_ids, assessments, beliefs_of, run_named
from attrigraph.inference.run import infer
from attrigraph.inference.signal import Observed, PointSignal, Sighting
from attrigraph.inference.weights import Weights
from attrigraph.inference.weights.fitted import weights_of
from attrigraph.inference.world import World, priors_of
from attrigraph.progress import SILENT, Progress

if TYPE_CHECKING:
    from attrigraph.graph import Store

__all__ = ["ResolvedCase", "candidates_of", "evaluate"]

TRIAL = "calibration"
"""Run that tries weights; it is removed again."""
BATCH = 1_000


@dataclass(slots=True)
class ResolvedCase:
    """A case whose labels calibrate: `candidates` makes a run with the weights given and takes it out again."""

    store: Store
    observed: Observed
    labels: Labels
    deceivers: float
    prior_mix: str
    prior: Mapping[str, float] | None = None
    progress: Progress = SILENT
    scratch: Path | None = None
    shown: dict[str, dict[str, float]] = field(default_factory=dict)

    def candidates(self, weights: Weights) -> Candidates:
        """What a run with these weights believes of the labelled accounts."""
        self._clear()
        run = infer(
            self.store,
            self.observed,
            run=TRIAL,
            deceivers=self.deceivers,
            prior_mix=self.prior_mix,
            prior=self.prior,
            progress=self.progress,
            weights=weights,
            scratch=self.scratch,
        )
        try:
            found = candidates_of(self.store, run, self.labels, weights)
        finally:
            self._clear()
        shown: dict[str, dict[str, float]] = {}
        for row, owner in enumerate(found.owner):
            shown.setdefault(found.accounts[owner], {})[str(found.codes[row])] = float(found.shown[row])
        self.shown = shown
        return found

    def _clear(self) -> None:
        remove_run(self.store, TRIAL)

    def seen(self, weights: Weights) -> list[Seen]:
        """Sightings of labelled accounts that name one territory with the full strength of their signal."""
        accounts = account_ids(self.store)
        with case_parts(self.store, self.observed, accounts, scratch=self.scratch) as parts:
            tally, _ = gather_parts(parts, weights, self.progress)
            world = tally.world(weights, priors_of(self.prior_mix, self.prior, tally.seen, weights))
            return [
                one
                for part in range(len(parts))
                for account, pairs in parts.shelf.take(SIGHTINGS, part)
                if account in self.labels.by_account
                for signal, sighting in pairs
                for one in self._seen(signal, sighting, world)
            ]

    def _seen(self, signal: PointSignal, sighting: Sighting, world: World) -> Iterator[Seen]:
        weights, (place, *more) = world.weights, sighting.places
        source = sighting.pool.rpartition("/")[2]
        own = weights.signal(signal.name).alpha
        if more or (own is not None and abs(sighting.alpha - own) > 1e-9):
            return
        label = self.labels.by_account[sighting.account]
        yield Seen(
            label=label,
            signal=signal.name,
            cls=signal.cls,
            source=source,
            place=place,
            alpha=sighting.alpha,
            pi=world.pi(sighting.pool, (place,)),
            pi_truth=world.pi(sighting.pool, (label.territory,)),
            shown=self.shown.get(sighting.account, {}).get(place, 0.0),
            reliability=weights.reliability(place),
        )


def candidates_of(store: Store, run: RunRecord, labels: Labels, weights: Weights) -> Candidates:
    """The beliefs of the labelled accounts in a run as columns, by account."""
    found: dict[str, list[Belief]] = {}
    for part in chunks(iter(labels.by_account), BATCH):
        found |= beliefs_of(store, run.id, part)
    ordered = {account: found[account] for account in labels.by_account if account in found}
    return candidates(ordered, labels, run.priors, weights, run.deceivers)


def evaluate(store: Store, run: RunRecord, labels: Labels) -> Report:
    """The report on one run. Raises InputError when the case has no usable label, NotAssessed without the run."""
    if not labels.by_account:
        raise InputError(
            "No account of the case has a label to evaluate on. Load a table with account_id, territory, basis, "
            "labelled_by and operation, for example: attrigraph load resolved.csv --table labels"
        )
    weights = weights_of(run_named(store, run.id))
    found = candidates_of(store, run, labels, weights)
    if not len(found):
        raise NotAssessed(f"Run {run.id} assessed none of the labelled accounts. Run: attrigraph infer")
    assessed = {a.account: a for a in assessments(store, run.id)}
    return report(
        found,
        found.p,
        assessed,
        temperature=weights.case.temperature,
        run=run.id,
        calibration=run.calibration,
        contradicting=len(labels.contradicting),
        not_in_run=len(labels.by_account) - len(found),
    )
