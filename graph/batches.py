"""How many rows go into one transaction, and what happens when they are too many."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, TypeVar

from neo4j.exceptions import Neo4jError

from attrigraph.graph.connection import TooMuchMemory, memory_ran_out
from attrigraph.progress import SILENT, Progress

__all__ = ["checked", "rows_per_transaction", "send_in_batches"]

Item = TypeVar("Item")

WRITES_PER_TRANSACTION = 20_000
"""Writes a transaction holds comfortably within the engines' default memory (engineering notes, section 2)."""


def rows_per_transaction(writes_per_row: float) -> int:
    """20,000 writes divided by what one row writes, between 200 and 10,000 rows.

    Five properties count as one write. Larger transactions cost less a row: relationships touch pages all over.
    """
    return int(min(10_000, max(200, WRITES_PER_TRANSACTION / max(writes_per_row, 1))))


def send_in_batches(
    rows: Iterable[Item], size: int, send: Callable[[list[Item]], None], progress: Progress = SILENT
) -> None:
    """Send the rows in transactions of `size`; a transaction too large for the engine's memory is sent in halves."""
    source = iter(rows)
    while batch := list(islice(source, size)):
        size = min(size, _send(batch, send))
        progress.advance(len(batch))


def _send(batch: list[Item], send: Callable[[list[Item]], None]) -> int:
    """Send a batch, in parts when it must be; returns the size that went through."""
    try:
        send(batch)
    except (TooMuchMemory, Neo4jError) as error:
        too_large = isinstance(error, TooMuchMemory) or memory_ran_out(error)  # the latter when it committed
        if not too_large or len(batch) == 1:
            raise
        half = (len(batch) + 1) // 2
        return min(_send(batch[:half], send), _send(batch[half:], send))
    return len(batch)


def checked(call: Callable[[], Any]) -> Any:
    """Run a part of a managed transaction; the memory error leaves it as one that is not retried."""
    try:
        return call()
    except Neo4jError as error:
        if memory_ran_out(error):
            raise TooMuchMemory from error
        raise
