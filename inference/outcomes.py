"""Assessing every account of a run from its beliefs, and writing what came out."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from attrigraph.graph import statement
from attrigraph.inference.assess import assess
from attrigraph.inference.evidence import chunks, compare_counts
from attrigraph.inference.records import Assessment
from attrigraph.inference.results import beliefs_of, displayed
from attrigraph.inference.weights import Weights
from attrigraph.inference.writer import Writer
from attrigraph.progress import SILENT, Progress

if TYPE_CHECKING:
    from attrigraph.graph import Store

__all__ = ["assess_all"]

ASSESS_BATCH = 1_000
"""Accounts a transaction."""


def assess_all(
    store: Store,
    run: str,
    accounts: Sequence[str],
    weights: Weights,
    progress: Progress = SILENT,
    *,
    settle: Callable[[Sequence[str]], None] | None = None,
    unused: Mapping[str, str] | None = None,
) -> dict[str, int]:
    """Assess every account from its beliefs and write the assessments; returns counts by outcome.

    `settle` makes the beliefs of some accounts final (propagation); it is called for each part before it is read, by
    the thread that writes, so that the engine settles one part while another is being assessed. `unused` says of
    accounts why their hours of activity could not be used.
    """
    progress.step("assessing", len(accounts))
    checked = {
        row["account"]
        for row in store.stream(statement("facts/anonymiser_check"))
        if row["addresses"] and row["checked"] == row["addresses"]
    }
    least = weights.verdict.displayed
    outcomes: Counter[str] = Counter({"supported": 0, "contested": 0, "insufficient": 0})

    def send(rows: list[dict[str, Any]], asked: int) -> None:
        done = store.execute_batches(statement("inference/write_assessments"), rows, batch=ASSESS_BATCH)
        compare_counts("assessments", asked, done.nodes_created)
        progress.advance(asked)

    with Writer() as writer:
        parts = chunks(iter(accounts), ASSESS_BATCH)
        for part in _each_settled(parts, writer, settle) if settle else parts:
            shown = displayed(store, run, part, least)
            made = [
                assess(
                    account,
                    run,
                    found,
                    weights,
                    anonymiser_checked=account in checked,
                    displays=shown.get(account),
                    unused=(unused or {}).get(account, ""),
                )
                for account, found in beliefs_of(store, run, part).items()
            ]
            outcomes.update(a.outcome for a in made)
            writer.send(send, [_assessment_row(a) for a in made], len(part))
    return dict(outcomes)


def _each_settled(
    parts: Iterator[list[str]], writer: Writer, settle: Callable[[Sequence[str]], None]
) -> Iterator[list[str]]:
    """The parts, each when it is settled; the next one is queued before."""
    ahead: deque[tuple[list[str], Future[None]]] = deque()
    for part in parts:
        ahead.append((part, writer.send(settle, part)))
        if len(ahead) > 1:
            ready, settled = ahead.popleft()
            settled.result()
            yield ready
    for ready, settled in ahead:
        settled.result()
        yield ready


def _assessment_row(a: Assessment) -> dict[str, Any]:
    found = {name: getattr(a, name) for name in Assessment.__slots__}
    return found | {"id": f"{a.run}/{a.account}", "reasons": list(a.reasons)}
