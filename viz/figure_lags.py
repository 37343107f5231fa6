"""How far apart in time two accounts act: a histogram of the seconds between their nearest messages."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from attrigraph.viz.canvas import Anchor, Canvas
from attrigraph.viz.figure import WIDTH, CaseFigure, Table, Words
from attrigraph.viz.figure_network import empty
from attrigraph.viz.link_records import LagHistogram
from attrigraph.viz.network_parts import p_equals
from attrigraph.viz.plot import Plot
from attrigraph.viz.text import plain
from attrigraph.viz.theme import theme as theme_of
from attrigraph.wording import number

__all__ = ["BINS", "lag_histogram", "seconds"]

BINS = 41
"""An odd number, so that messages of one moment fall into the bin in the middle."""
LEFT, TOP, RIGHT, BOTTOM = 40.0, 40.0, 744.0, 240.0
FEW = 30
"""Below this many messages bars are hollow (visual language, section 3)."""


def seconds(value: float) -> str:
    """A time span for people: seconds, from two minutes on minutes, from two hours on hours.

    >>> seconds(4.25), seconds(600), seconds(0), seconds(7200)
    ('4.2 s', '10 min', '0 s', '2 h')
    """
    if abs(value) >= 7_200:
        return f"{value / 3_600:.3g} h"
    if abs(value) >= 120:
        return f"{value / 60:.3g} min"
    return f"{value:.2g} s" if abs(value) < 10 else f"{value:.0f} s"


def lag_histogram(
    lags: LagHistogram, *, theme: str = "light", title: str | None = None, caption: str = ""
) -> CaseFigure:
    """Bars by seconds between the two; left of zero the target came first, right of it later."""
    canvas = Canvas(theme_of(theme))
    if not lags.delta_s:
        words = Words(title or f"No joint message of {lags.source} and {lags.target}", lags.tested.sentence(), caption)
        return empty(canvas, "No joint message of the two. Link posts with the column <b>at</b>.", words)
    edge = max(lags.window_s, 1e-6)
    counts = _counts(lags.delta_s, edge)
    most = max(counts)
    plot = Plot(canvas, LEFT, TOP, RIGHT, BOTTOM, -edge, edge, 0, most)
    marks = [-1, -0.5, 0, 0.5, 1]
    plot.ticks_below([(edge * m, ("+" if m > 0 else "−" if m < 0 else "") + seconds(abs(edge * m))) for m in marks])
    plot.ticks_left([(0, "0"), (most, number(most))])
    _bars(plot, counts, edge, len(lags.delta_s))
    middle = median(lags.delta_s)
    x = plot.x(middle)
    canvas.line((x, TOP - 6), (x, BOTTOM), canvas.theme.ink, 2)
    side: Anchor = "right" if x > WIDTH - 140 else "left"
    canvas.text(
        x - 6 if side == "right" else x + 6, TOP - 12, f"median {_signed(middle)}", size=12, anchor=side, halo=True
    )
    canvas.text(LEFT, BOTTOM + 32, f"{lags.target} came first", size=12, colour=canvas.theme.ink2)
    canvas.text(RIGHT, BOTTOM + 32, f"{lags.target} came later", size=12, colour=canvas.theme.ink2, anchor="right")
    return canvas.figure(BOTTOM + 46, Words(title or _headline(lags), _sub(lags), caption, _table(counts, edge)))


def _counts(deltas: Sequence[float], edge: float) -> list[int]:
    counts = [0] * BINS
    for delta in deltas:
        counts[min(BINS - 1, max(0, int((delta + edge) / (2 * edge) * BINS)))] += 1
    return counts


def _bars(plot: Plot, counts: list[int], edge: float, messages: int) -> None:
    canvas, theme = plot.canvas, plot.canvas.theme
    for place, count in enumerate(counts):
        if not count:
            continue
        low, high = _bin(place, edge)
        box = (plot.x(low) + 1, plot.y(count), plot.x(high) - 1, BOTTOM)
        hover = f"{seconds(low)} to {seconds(high)}: <b>{plain(number(count))}</b>"
        if messages < FEW:
            canvas.rect((box[0] + 0.6, box[1] + 0.6, box[2] - 0.6, box[3]), theme.paper, theme.accent, 1.2, hover)
        else:
            canvas.rect(box, theme.accent, hover=hover)
    canvas.line((LEFT, BOTTOM), (RIGHT, BOTTOM), theme.rule)


def _bin(place: int, edge: float) -> tuple[float, float]:
    return -edge + 2 * edge * place / BINS, -edge + 2 * edge * (place + 1) / BINS


def _signed(value: float) -> str:
    return ("+" if value > 0 else "−" if value < 0 else "") + seconds(abs(value))


def _headline(lags: LagHistogram) -> str:
    near = sum(abs(delta) <= lags.window_s / 6 for delta in lags.delta_s)
    return (
        f"{number(near)} of the {number(len(lags.delta_s))} joint messages of {lags.source} and {lags.target} "
        f"lie within {seconds(lags.window_s / 6)} of each other"
    )


def _sub(lags: LagHistogram) -> str:
    facts = (
        f"Seconds from each message of {lags.source} to the nearest of {lags.target}, {lags.network.replace('_', ' ')}"
    )
    facts += f", window {seconds(lags.window_s)}"
    facts += f", {p_equals('q', lags.q)}" if lags.q is not None else ""
    facts += f", {p_equals('shift p', lags.shift_p)}" if lags.shift_p is not None else ""
    few = f" Hollow: fewer than {FEW} messages." if len(lags.delta_s) < FEW else ""
    return f"{facts}. {lags.tested.sentence()}{few}"


def _table(counts: list[int], edge: float) -> Table:
    rows = tuple(
        (f"{_signed(low)} to {_signed(high)}", number(count))
        for (low, high), count in ((_bin(place, edge), count) for place, count in enumerate(counts))
        if count
    )
    return Table(("seconds to the other", "messages"), rows)
