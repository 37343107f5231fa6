"""Progress on the terminal: one bar a step, on standard error, nothing when it is not a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

from attrigraph.progress import SILENT, Progress

__all__ = ["progress"]


class _Bars:
    def __init__(self, bars: RichProgress) -> None:
        self.bars = bars
        self.task: TaskID | None = None

    def step(self, name: str, total: int | None = None) -> None:
        """End the step before and begin a new bar."""
        if self.task is not None:
            before = self.bars.tasks[self.task]
            self.bars.update(
                self.task, total=before.total or before.completed, completed=before.total or before.completed
            )
        self.task = self.bars.add_task(name, total=total)

    def advance(self, units: int = 1) -> None:
        """Move the bar of the current step."""
        if self.task is not None:
            self.bars.advance(self.task, units)


@contextmanager
def progress() -> Iterator[Progress]:
    """Bars while the block runs."""
    err = Console(stderr=True, highlight=False)
    if not err.is_terminal:
        yield SILENT
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with RichProgress(*columns, console=err, transient=True) as bars:
        yield _Bars(bars)
