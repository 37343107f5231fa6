"""Evidence on its way into the graph, and out of it when a run was not finished."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from attrigraph.errors import WriteError
from attrigraph.graph import statement
from attrigraph.inference.records import Item
from attrigraph.inference.results import account_ids, runs
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
    """Accounts with at least one item, how many items there are, and why the hours of accounts could not be used."""

    telling: set[str] = field(default_factory=set)
    items: int = 0
    unused: dict[str, str] = field(default_factory=dict)

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

    def send(chunk: list[Weighed]) -> None:
        telling, displaying = [w for w in chunk if w.items], [w for w in chunk if w.shown]
        items = sum(len(w.items) for w in telling)
        done = store.execute_batches(
            statement("inference/write_evidence"), telling, arrange=partial(_items, run), batch=BATCH, run=run
        )
        compare_counts("evidence", items, done.nodes_created)
        done = store.execute_batches(
            statement("inference/write_shown"), displaying, arrange=_personas, batch=BATCH, run=run
        )
        compare_counts("personas", sum(len(w.shown) for w in displaying), done.relationships_created)
        written.telling.update(w.account for w in telling)
        written.unused |= {w.account: w.unused for w in chunk if w.unused}
        written.items += items
        progress.advance(len(chunk))

    with Writer() as writer:
        for chunk in chunks(weighed, CHUNK):
            writer.send(send, chunk)
    return written


def _items(run: str, part: Sequence[Weighed]) -> dict[str, Any]:
    ranked = [(w.account, _by_strength(run, w.items)) for w in part]
    rows = [[account, [_values(*of_item) for of_item in enumerate(found)]] for account, found in ranked]
    supports = ([(c, llr, i.llr_cover[c]) for c, llr in i.llr.items()] for _, found in ranked for _, _, i in found)
    return {"rows": rows, "places": _by_territory(supports)}


def _by_strength(run: str, items: Iterable[Item]) -> list[tuple[float, str, Item]]:
    """(-strength, id, item), the strongest first: the order in which `fuse` discounts those of a class."""
    return sorted((-item.strength, id_, item) for id_, item in numbered(run, items))


def _values(rank: int, found: tuple[float, str, Item]) -> list[Any]:
    """The properties of an item in the order in which the query takes them."""
    strength, id_, i = found
    about = [id_, i.cls, i.signal, i.llr_default, i.cover_default, -strength, i.n, i.summary]
    return [*about, i.sources, i.first_at, i.last_at, rank]


def _personas(part: Sequence[Weighed]) -> dict[str, Any]:
    shares = ([(code, share, w.own.get(code)) for code, share in w.shown.items()] for w in part)
    return {"accounts": [w.account for w in part], "places": _by_territory(shares)}


def _by_territory(named: Iterable[Iterable[tuple[Any, ...]]]) -> list[Any]:
    """(code, values...) of the first, second, ... thing as [code, [[number of the thing, values...], ...]]."""
    places: dict[str, list[list[Any]]] = {}
    for number, said in enumerate(named):
        for code, *values in said:
            places.setdefault(code, []).append([number, *values])
    return [[code, found] for code, found in places.items()]


def remove_run(store: Store, run: str, *, slice_: int = 5_000) -> None:
    """Take everything a run and its time windows wrote out of the graph; the `Run` node goes last."""
    windows = [window for row in runs(store) if row["id"] == run for window in row["windows"] or ()]
    ended = [run, *windows]
    store.execute_batches(
        statement("inference/remove_run_links"), account_ids(store), rows_name="accounts", batch=BATCH, runs=ended
    )
    while store.execute(statement("inference/remove_run_nodes"), runs=ended, slice=slice_).nodes_deleted:
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
