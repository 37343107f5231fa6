"""Progress of long work, reported through one small protocol so that no room needs a terminal."""

from __future__ import annotations

from typing import Protocol

__all__ = ["SILENT", "Progress", "Silent"]


class Progress(Protocol):
    """What long work tells: a step begins with a total (None: unknown), advances, ends when the next begins."""

    def step(self, name: str, total: int | None = None) -> None:
        """Begin a step of `total` units."""

    def advance(self, units: int = 1) -> None:
        """Report `units` done since the last call."""


class Silent:
    """Reports nothing; the default of every function that takes a `progress`."""

    def step(self, name: str, total: int | None = None) -> None:
        """Ignore the step."""

    def advance(self, units: int = 1) -> None:
        """Ignore the units."""


SILENT = Silent()
