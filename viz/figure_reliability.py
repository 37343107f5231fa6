"""What was said against what was found, on resolved cases."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from attrigraph.inference.calibration.metrics import Bin
from attrigraph.viz.canvas import Anchor, Canvas
from attrigraph.viz.figure import CaseFigure, Table, Words
from attrigraph.viz.figure_network import empty
from attrigraph.viz.plot import Plot, hundredths
from attrigraph.viz.text import text_width
from attrigraph.viz.theme import theme as theme_of
from attrigraph.wording import UNCALIBRATED, number, percent

__all__ = ["FEW", "reliability", "wilson"]

FEW = 30
"""Below this many accounts a mark is hollow and its number printed (visual language, section 3)."""

BOUNDS = (0.05, 0.2, 0.45, 0.55, 0.8, 0.95)
"""Bounds of the likelihood words (ICD 203)."""
STRONG = 0.55
"""From here on a word says "likely" or more."""
Z90 = 1.6448536269514722

LEFT, RIGHT, TOP, BOTTOM = 44.0, 470.0, 10.0, 290.0
ROOM, STEP = 12.0, 14.0
"""Pixels between a text in the plot and a mark, and from line to line."""


def wilson(k: int, n: int, z: float = Z90) -> tuple[float, float]:
    """Wilson's score interval of a share, 90 % by default (E. B. Wilson, JASA 22, 1927).

    >>> tuple(round(bound, 3) for bound in wilson(9, 10))
    (0.653, 0.978)
    """
    if n == 0:
        return 0.0, 1.0
    share, spread = k / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / n + spread / (4 * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def reliability(
    bins: Sequence[Bin],
    *,
    notes: Sequence[str] = (),
    calibration: str = UNCALIBRATED,
    theme: str = "light",
    title: str | None = None,
    caption: str = "",
) -> CaseFigure:
    """The diagram; `notes` are lines printed beside it, such as the calibration error with its interval."""
    canvas = Canvas(theme_of(theme))
    if not bins:
        words = Words(title or "No resolved cases", "", caption)
        return empty(canvas, f"No resolved cases: {calibration}. Load a table of <b>labels</b>.", words)
    plot = Plot(canvas, LEFT, TOP, RIGHT, BOTTOM)
    plot.ticks_below([(b, "") for b in BOUNDS])
    plot.ticks_left([(0, "0"), (0.5, "50"), (1, hundredths(1, sign=True))])
    for bound in (0.0, 0.2, 0.55, 0.8, 0.95):
        word = hundredths(bound, sign=bound == 0.95)
        canvas.text(plot.x(bound), BOTTOM + 32, word, colour=canvas.theme.ink2, anchor="center")
    canvas.text((LEFT + RIGHT) / 2, BOTTOM + 50, "probability said", colour=canvas.theme.ink2, anchor="center")
    canvas.line((plot.x(0), plot.y(0)), (plot.x(1), plot.y(1)), canvas.theme.ink3, 1, "dash")
    _side(plot, bins, ("found more often", "than said"), "left", (0.97, 0.9, 0.83, 0.76, 0.69, 0.62, 0.55))
    _side(plot, bins, ("said too", "strongly"), "right", (0.1, 0.17, 0.24, 0.31, 0.38))
    _marks(plot, bins)
    for place, line in enumerate(notes):
        canvas.text(RIGHT + 30, TOP + 8 + 18 * place, line, size=12)
    words = Words(title or _headline(bins), _sub(), caption, _table(bins))
    return canvas.figure(BOTTOM + 62, words)


def _right(one: Bin) -> int:
    return round(one.accuracy * one.n)


def _side(plot: Plot, bins: Sequence[Bin], lines: Sequence[str], anchor: Anchor, heights: Sequence[float]) -> None:
    """What a side of the diagonal means, at the first of these heights that is clear of every mark and its interval."""
    x = LEFT + 8 if anchor == "left" else RIGHT - 6
    width = max(text_width(line, 11.5) for line in lines)
    left, right = (x, x + width) if anchor == "left" else (x - width, x)
    near = [wilson(_right(one), one.n) for one in bins if left - ROOM <= plot.x(one.confidence) <= right + ROOM]

    def clear(height: float) -> bool:
        top, bottom = plot.y(height) - ROOM, plot.y(height) + STEP + ROOM
        return all(plot.y(low) < top or plot.y(high) > bottom for low, high in near)

    y = plot.y(next(filter(clear, heights), heights[0]))
    for place, line in enumerate(lines):
        canvas, at = plot.canvas, y + STEP * place
        canvas.text(x, at, line, colour=canvas.theme.ink2, anchor=anchor, halo=True)


def _marks(plot: Plot, bins: Sequence[Bin]) -> None:
    canvas, theme = plot.canvas, plot.canvas.theme
    taken = 0.0
    for one in bins:
        x, (low, high) = plot.x(one.confidence), wilson(_right(one), one.n)
        canvas.line((x, plot.y(low)), (x, plot.y(high)), theme.accent, 2)
        half = text_width(number(one.n), 11) / 2
        if x - half >= taken:
            canvas.text(x, BOTTOM + 12, number(one.n), size=11, colour=theme.ink2, anchor="center")
            taken = x + half + 4
    filled = [theme.accent if one.n >= FEW else theme.paper for one in bins]
    canvas.trace(
        {
            "mode": "markers",
            "x": [plot.x(one.confidence) for one in bins],
            "y": [plot.y(one.accuracy) for one in bins],
            "marker": {
                "symbol": "circle",
                "size": 10,
                "color": filled,
                "opacity": 1,
                "line": {"color": theme.accent, "width": 1.8},
            },
            "hovertext": [_hover(one) for one in bins],
            "hoverinfo": "text",
        }
    )


def _hover(one: Bin) -> str:
    low, high = wilson(_right(one), one.n)
    return (
        f"<b>said {percent(one.low)} to {percent(one.high)}</b>, {percent(one.confidence)} on average<br>"
        f"found {percent(one.accuracy)} ({percent(low)} to {percent(high)}), {number(_right(one))} of {number(one.n)}"
    )


def _headline(bins: Sequence[Bin]) -> str:
    """How the strong words did: whether the 90 % interval of all of them together holds what was said."""
    strong = [one for one in bins if one.confidence >= STRONG]
    n = sum(one.n for one in strong)
    if not n:
        return "No answer was said to be likely or more"
    said, right = sum(one.n * one.confidence for one in strong) / n, sum(map(_right, strong))
    low, high = wilson(right, n)
    verdict = "hold" if low <= said <= high else "are too strong" if right / n < said else "are too weak"
    return f"Strong words {verdict}: said {percent(said)} on average, found {percent(right / n)} of {number(n)}"


def _sub() -> str:
    return f"Share found right against probability said, 90\u202f% interval, n below; hollow: under {FEW}."


def _table(bins: Sequence[Bin]) -> Table:
    rows = []
    for one in bins:
        low, high = wilson(_right(one), one.n)
        rows.append(
            (
                f"{percent(one.low)} to {percent(one.high)}",
                percent(one.confidence),
                percent(one.accuracy),
                f"{percent(low)} to {percent(high)}",
                number(_right(one)),
                number(one.n),
            )
        )
    return Table(("bin", "said on average", "found right", "90\u202f% interval", "right", "n"), tuple(rows))
