"""A plot area on a canvas: from numbers to pixels, with its ticks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attrigraph.viz.canvas import Canvas
from attrigraph.wording import NARROW_SPACE

__all__ = ["TICK", "Plot", "hundredths"]

TICK = 11.5


def hundredths(share: float, sign: bool = False) -> str:
    """A share as a tick: whole percent, here also 0 and 100.

    >>> hundredths(0.2), hundredths(1, sign=True)
    ('20', '100\\u202f%')
    """
    return f"{round(100 * share)}" + (f"{NARROW_SPACE}%" if sign else "")


@dataclass(frozen=True, slots=True)
class Plot:
    """The box (in pixels) that `x` from x0 to x1 and `y` from y0 (at the bottom) to y1 are drawn in."""

    canvas: Canvas
    left: float
    top: float
    right: float
    bottom: float
    x0: float = 0.0
    x1: float = 1.0
    y0: float = 0.0
    y1: float = 1.0

    def x(self, value: float) -> float:
        """Pixel of a value across."""
        return self.left + (value - self.x0) / (self.x1 - self.x0) * (self.right - self.left)

    def y(self, value: float) -> float:
        """Pixel of a value upwards."""
        return self.bottom - (value - self.y0) / (self.y1 - self.y0) * (self.bottom - self.top)

    def ticks_below(self, ticks: Sequence[tuple[float, str]], *, grid: bool = True, drop: float = 14) -> None:
        """Labels under the box, with a hairline up through it."""
        for value, word in ticks:
            x = self.x(value)
            if grid:
                self.canvas.grid((x, self.top), (x, self.bottom), self.canvas.theme.hair)
            self.canvas.text(x, self.bottom + drop, word, size=TICK, colour=self.canvas.theme.ink2, anchor="center")

    def ticks_left(self, ticks: Sequence[tuple[float, str]], *, grid: bool = False) -> None:
        """Labels left of the box, with a hairline through it when asked for."""
        for value, word in ticks:
            y = self.y(value)
            if grid:
                self.canvas.grid((self.left, y), (self.right, y), self.canvas.theme.hair)
            self.canvas.text(self.left - 6, y, word, size=TICK, colour=self.canvas.theme.ink2, anchor="right")
