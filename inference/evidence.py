"""Evidence on its way into the graph, and out of it when a run was not finished."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from attrigraph.errors import WriteError
from attrigraph.graph import statement
from attrigraph.inference.records import Item
from attrigraph.inference.weigh import Weighed, numbered
from attrigraph.inference.weights import Weights
from attrigraph.inference.writer import Writer
from attrigraph.progress import SILENT, Progress

if TYPE_CHECKING:
    from attrigraph.graph import Store

__all__ = ["EvidenceWritten", "chunks", "compare_counts", "remove_run", "write_classes", "write_evidence"]

T = TypeVar("T")

BATCH = 500
"""Accounts a transaction."""
CHUNK = 2_000
"""Accounts weighed while as many are written."""


def write_classes(store: Store, weights: Weights) -> None:
    """Put the classes of the weights into the graph, where fuse reads rho and the limits."""
    store.write_nodes(
        "EvidenceClass",
        (
            {"name": name, "rho": k.rho, "cap_pos": k.cap_pos, "cap_neg": k.cap_neg}
            for name, k in weights.classes.items()
        ),
    )


@dataclass(slots=True)
class EvidenceWritten:
    """Accounts with at least one item, and how many items there are."""

    telling: set[str] = field(default_factory=set)
    items: int = 0

    def split(self, accounts: Sequence[str]) -> tuple[list[str], list[str]]:
        """Those of the accounts that have evidence, and those that have none, in their order."""
        return [a for a in accounts if a in self.telling], [a for a in accounts if a not in self.telling]


def write_evidence(
    store: Store, run: str, weighed: Iterator[Weighed], total: int, progress: Progress = SILENT
) -> EvidenceWritten:
    """Write items and personas chunk by chunk, weighing the next while one is written.

    What is sent and what the engine counts must agree, or WriteError is raised.
    """
    progress.step("writing evidence", total)
    written = EvidenceWritten()

    def send(rows: list[dict[str, Any]], shown: list[dict[str, Any]]) -> None:
        done = store.execute_batches(statement("inference/write_evidence"), rows, batch=BATCH, progress=progress)
        compare_counts("evidence", sum(len(r["items"]) for r in rows), done.nodes_created)
        done = store.execute_batches(statement("inference/write_shown"), shown, batch=BATCH, run=run)
        compare_counts("personas", sum(len(r["shares"]) for r in shown), done.relationships_created)

    with Writer() as writer:
        for chunk in chunks(weighed, CHUNK):
            telling = [w for w in chunk if w.items]
            written.telling.update(w.account for w in telling)
            written.items += sum(len(w.items) for w in telling)
            rows = [
                {"account": w.account, "items": [_item_row(run, id_, i) for id_, i in numbered(run, w.items)]}
                for w in telling
            ]
            shown = [
                {"account": w.account, "shares": [[c, share, w.own.get(c)] for c, share in w.shown.items()]}
                for w in chunk
                if w.shown
            ]
            writer.send(send, rows, shown)
    return written


def _item_row(run: str, id_: str, item: Item) -> dict[str, Any]:
    about = {
        "id": id_,
        "run": run,
        "cls": item.cls,
        "signal": item.signal,
        "llr_default": item.llr_default,
        "cover_default": item.cover_default,
        "strength": item.strength,
        "n": item.n,
        "summary": item.summary,
        "sources": item.sources,
        "first_at": item.first_at,
        "last_at": item.last_at,
    }
    supports = [(code, llr, item.llr_cover[code]) for code, llr in item.llr.items()]
    return {"item": about, "supports": supports}


def remove_run(store: Store, run: str, *, slice_: int = 5_000) -> None:
    """Take everything a run and its time windows wrote out of the graph; the `Run` node goes last."""
    accounts = [row["id"] for row in store.stream(statement("inference/account_ids"))]
    windows = [w for row in store.read(statement("inference/runs")) if row["id"] == run for w in row["windows"] or ()]
    runs = [run, *windows]
    store.execute_batches(
        statement("inference/remove_run_links"), accounts, rows_name="accounts", batch=BATCH, runs=runs
    )
    while store.execute(statement("inference/remove_run_nodes"), runs=runs, slice=slice_).nodes_deleted:
        pass
    store.execute(statement("inference/remove_run"), run=run)


def compare_counts(what: str, sent: int, written: int) -> None:
    """Raise WriteError when the graph did not take what was sent."""
    if sent != written:
        raise WriteError(f"{sent} {what} were sent and {written} written. Run attrigraph verify, then infer again.")


def chunks(source: Iterator[T], size: int) -> Iterator[list[T]]:
    """The source in lists of `size`."""
    while part := list(islice(source, size)):
        yield part
