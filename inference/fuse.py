"""Fusing and propagating in the graph: the parameters of the queries in `cypher/inference/`, and their batches.

Results depend neither on the size of batches nor on how often `propagate` runs (tested).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attrigraph.graph import statement
from attrigraph.inference.weights import Weights
from attrigraph.progress import SILENT, Progress

if TYPE_CHECKING:
    from attrigraph.graph import Store

__all__ = ["Fusion"]

BATCH = 1_000
"""Accounts a transaction."""


@dataclass(frozen=True, slots=True)
class Fusion:
    """What fuse and propagate share: the run, priors by territory, the assumed share of accounts under cover."""

    run: str
    priors: Mapping[str, float]
    deceivers: float
    weights: Weights
    batch: int = BATCH

    def fuse(
        self, store: Store, telling: Sequence[str], silent: Sequence[str] = (), progress: Progress = SILENT
    ) -> None:
        """Beliefs of accounts with evidence (`telling`); those without (`silent`) get OTHER and UNKNOWN."""
        case = self.weights.case
        common = {"run": self.run, "unknown": case.unknown, "deceivers": self.deceivers}
        own = {"priors": dict(self.priors), "temperature": case.temperature, "other_floor": case.other_floor}
        progress.step("fusing", len(telling) + len(silent))
        self._send(store, "inference/fuse", telling, common | own, progress)
        self._send(store, "inference/fuse_silent", silent, common, progress)

    def propagate(
        self,
        store: Store,
        linked: Sequence[str],
        *,
        labels: Mapping[str, str] | None = None,
        window: bool = False,
    ) -> None:
        """One round of messages to the accounts that share infrastructure (`linked`); others receive nothing.

        `labels` (territory by account) are told by those accounts in place of what they tell by themselves. In the run
        of a time window only what was shared within it counts.
        """
        case, infra = self.weights.case, self.weights.infra
        parameters = {
            "run": self.run,
            "priors": dict(self.priors),
            "deceivers": self.deceivers,
            "unknown": case.unknown,
            "temperature": case.temperature,
            "other_floor": case.other_floor,
            "labels": dict(labels or {}),
            "labelled": infra.labelled,
            "hold": {} if window else dict(infra.hold),
            "crowding": infra.crowding,
            "dependence": infra.dependence,
            "max_degree": infra.max_degree,
            "named_from": infra.named_from,
            "limit": infra.limit,
            "story_dependence": infra.story_dependence,
            "story_limit": infra.story_limit,
        }
        self._send(store, "inference/propagate", linked, parameters)

    def recalibrate(self, store: Store, accounts: Sequence[str]) -> None:
        """Map probabilities of leading territories by a calibration; nothing without one. Once a run, at its end."""
        if self.weights.knots:
            knots = [list(knot) for knot in self.weights.knots]
            self._send(store, "inference/recalibrate", accounts, {"run": self.run, "knots": knots})

    def _send(
        self,
        store: Store,
        name: str,
        accounts: Sequence[str],
        parameters: dict[str, Any],
        progress: Progress = SILENT,
    ) -> None:
        store.execute_batches(
            statement(name), accounts, rows_name="accounts", batch=self.batch, progress=progress, **parameters
        )
