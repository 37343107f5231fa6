"""Belief about one account over its time windows: one stack a window, as wide as the window is long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from attrigraph.territories import OTHER, UNKNOWN, territory_name
from attrigraph.viz.canvas import Canvas
from attrigraph.viz.figure import WIDTH, CaseFigure, Table, Words
from attrigraph.viz.figure_network import empty
from attrigraph.viz.plot import Plot, hundredths
from attrigraph.viz.records import BeliefWindow
from attrigraph.viz.text import ellipsis, plain, text_width, wrap
from attrigraph.viz.theme import theme as theme_of
from attrigraph.wording import day, likelihood_word, number, percent

__all__ = ["MOST_WINDOWS", "belief_windows"]

MOST_WINDOWS = 12
"""Above this many windows quarters are drawn (visual language, section 5)."""
SERIES = 5
"""Territories with a band of their own; further ones are counted to `other`."""
LEAST, CODED = 0.01, 0.1
"""Share that a territory must reach in some window to have a band: with a colour of its own, and without."""

LEFT, TOP, RIGHT, BOTTOM = 40.0, 36.0, 572.0, 276.0
GAP, THINNEST = 1.0, 4.0
SILENT = 2
"""Days between two windows from which the gap is drawn."""
LABEL, INSIDE, WORD = 12.0, 12.0, 72.0


@dataclass(frozen=True, slots=True)
class _Band:
    """A share of one window, from below."""

    code: str
    low: float
    high: float


def belief_windows(
    windows: Sequence[BeliefWindow],
    slots: Mapping[str, int],
    *,
    label: str,
    searched: bool = True,
    theme: str = "light",
    title: str | None = None,
    caption: str = "",
) -> CaseFigure:
    """The windows of one account, called `label`; above 12 of them its quarters.

    Hatch is unknown; the word above a window is what is said of the account in it. `searched` is false when the run
    looked for no windows, so that one window means nothing.
    """
    canvas = Canvas(theme_of(theme))
    ordered = sorted(windows, key=lambda window: window.first)
    if not ordered:
        words = Words(title or f"No time window of account {label}", "", caption)
        return empty(canvas, "No time window. Load posts or logins with the column <b>at</b>.", words)
    drawn = quarters(ordered) if len(ordered) > MOST_WINDOWS else ordered
    codes = _codes(drawn, slots)
    ends = (drawn[0].first.timestamp(), max(drawn[-1].last, drawn[0].first + timedelta(days=1)).timestamp())
    plot = Plot(canvas, LEFT, TOP, RIGHT, BOTTOM, *ends)
    plot.ticks_left([(0, "0"), (0.5, "50"), (1, hundredths(1, sign=True))])
    boxes = _boxes(plot, drawn)
    taken = 0.0
    for window, (left, right) in zip(drawn, boxes, strict=True):
        _stack(plot, window, (left, right), codes, slots)
        taken = _word(canvas, window, (left, right), taken)
    for place, (before, after) in enumerate(pairwise(drawn)):
        _silence(canvas, (after.first - before.last).days, (boxes[place][1], boxes[place + 1][0]))
    _names(canvas, plot, drawn[-1], codes, boxes[-1][1])
    _dates(plot, drawn)
    words = Words(title or _headline(ordered, label), _sub(ordered, searched), caption, _table(ordered, codes))
    return canvas.figure(BOTTOM + 30, words)


def quarters(windows: Sequence[BeliefWindow]) -> list[BeliefWindow]:
    """Windows as quarters of the year: shares are means over the days covered, outcome that of the longest part."""
    parts: dict[datetime, list[tuple[float, BeliefWindow]]] = defaultdict(list)
    for window in windows:
        for first, last in _by_quarter(window):
            days = max((last - first) / timedelta(days=1), 1 / 24)
            parts[_quarter(first)].append((days, replace(window, first=first, last=last)))
    found = []
    for start in sorted(parts):
        whole = sum(days for days, _ in parts[start])
        codes = {code for _, part in parts[start] for code in part.shares}
        shares = {code: sum(d * part.shares.get(code, 0.0) for d, part in parts[start]) / whole for code in codes}
        longest = max(parts[start], key=lambda part: part[0])[1]
        first, last = min(p.first for _, p in parts[start]), max(p.last for _, p in parts[start])
        opened = f"{len(parts[start])} windows" if len(parts[start]) > 1 else longest.opened
        found.append(replace(longest, first=first, last=last, shares=shares, opened=opened))
    return found


def _quarter(at: datetime) -> datetime:
    return datetime(at.year, 3 * ((at.month - 1) // 3) + 1, 1, tzinfo=UTC)


def _by_quarter(window: BeliefWindow) -> Iterator[tuple[datetime, datetime]]:
    start = window.first.astimezone(UTC)
    while True:
        begin = _quarter(start)
        after = datetime(begin.year + (begin.month == 10), (begin.month + 2) % 12 + 1, 1, tzinfo=UTC)
        if window.last < after:
            yield start, window.last
            return
        yield start, after
        start = after


def _codes(windows: Sequence[BeliefWindow], slots: Mapping[str, int]) -> list[str]:
    """Territories with a band of their own, the largest of the last window lowest.

    One without a colour needs a band tall enough for its code.
    """
    largest: dict[str, float] = defaultdict(float)
    for window in windows:
        for code, share in window.shares.items():
            if code not in (OTHER, UNKNOWN):
                largest[code] = max(largest[code], share)
    seen = (c for c in largest if largest[c] >= (LEAST if c in slots else CODED))
    kept = sorted(seen, key=lambda code: (-largest[code], code))[:SERIES]
    last = windows[-1].shares
    return sorted(kept, key=lambda code: (-last.get(code, 0.0), code))


def _bands(window: BeliefWindow, codes: Sequence[str]) -> list[_Band]:
    rest = sum(share for code, share in window.shares.items() if code not in codes and code != UNKNOWN)
    at, found = 0.0, []
    shares = [(c, window.shares.get(c, 0.0)) for c in codes]
    for code, share in [*shares, (OTHER, rest), (UNKNOWN, max(0.0, 1 - rest - sum(s for _, s in shares)))]:
        found.append(_Band(code, at, at + share))
        at += share
    return found


def _boxes(plot: Plot, windows: Sequence[BeliefWindow]) -> list[tuple[float, float]]:
    """Left and right of each window; a short one is still seen and moves the next."""
    found: list[tuple[float, float]] = []
    for window in windows:
        left = plot.x(window.first.timestamp())
        left = max(left, found[-1][1] + 2 * GAP) if found else left
        found.append((left, max(plot.x(window.last.timestamp()), left + THINNEST)))
    over = found[-1][1] - plot.right
    if over <= 0:
        return found
    squeeze = (plot.right - plot.left) / (found[-1][1] - plot.left)
    return [(plot.left + (a - plot.left) * squeeze, plot.left + (b - plot.left) * squeeze) for a, b in found]


def _stack(
    plot: Plot, window: BeliefWindow, box: tuple[float, float], codes: Sequence[str], slots: Mapping[str, int]
) -> None:
    canvas, (left, right) = plot.canvas, box
    for band in _bands(window, codes):
        top, bottom = plot.y(band.high), plot.y(band.low)
        if bottom - top < 0.3:
            continue
        share = band.high - band.low
        hover = f"<b>{plain(territory_name(band.code))}</b> {percent(share)}<br>{_when(window)}"
        hover += f"<br>{plain(window.opened)}" if window.opened else ""
        inner = (left, top + GAP / 2 if band.high < 1 else top, right, max(bottom - GAP / 2, top + 0.6))
        if band.code == UNKNOWN:
            canvas.hatch(inner, hover=hover)
            continue
        fill = canvas.theme.outline(slots.get(band.code))
        canvas.rect(inner, fill, hover=hover)
        code = band.code if band.code not in slots and band.code != OTHER else ""
        text = f"{code} {percent(share)}".strip()
        if bottom - top >= 18 and text_width(text, INSIDE, 600) <= right - left - 6:
            middle, colour = (top + bottom) / 2, canvas.theme.text_on(fill)
            canvas.text((left + right) / 2, middle, text, size=INSIDE, weight=600, colour=colour, anchor="center")


def _when(window: BeliefWindow) -> str:
    return f"{day(window.first)} to {day(window.last)}"


def _said(window: BeliefWindow) -> str:
    """The word above a window."""
    if window.outcome != "supported":
        return window.outcome
    return likelihood_word(window.shares.get(window.top, 0.0))


def _word(canvas: Canvas, window: BeliefWindow, box: tuple[float, float], taken: float) -> float:
    """Write the word of a window above it when there is room; returns how far labels reach."""
    lines = wrap(_said(window), max(box[1] - box[0] + 8, WORD), LABEL)
    half = max(text_width(line, LABEL) for line in lines) / 2
    middle = min(max((box[0] + box[1]) / 2, LEFT + half), WIDTH - half)
    if len(lines) > 3 or middle - half < taken:
        return taken
    for place, line in enumerate(reversed(lines)):
        canvas.text(middle, TOP - 9 - 13 * place, line, size=LABEL, anchor="center")
    return middle + half + 6


def _silence(canvas: Canvas, days: int, gap: tuple[float, float]) -> None:
    left, right = gap
    if days < SILENT or right - left < text_width(f"{number(days)} days", 11) + 4:
        return
    for place, line in enumerate(("silent", f"{number(days)} days")):
        y = (TOP + BOTTOM) / 2 - 7 + 14 * place
        canvas.text((left + right) / 2, y, line, size=11, colour=canvas.theme.ink2, anchor="center")


def _names(canvas: Canvas, plot: Plot, last: BeliefWindow, codes: Sequence[str], right: float) -> None:
    """Names on the right, each with a line to its band in the last window."""
    wanted = [(plot.y((b.low + b.high) / 2), b.code) for b in _bands(last, codes)]
    wanted = [(y, code) for (y, code), band in zip(wanted, _bands(last, codes), strict=True) if band.high > band.low]
    places: list[float] = []
    for y, _ in sorted(wanted):
        places.append(max(y, places[-1] + 16) if places else max(y, TOP + 4))
    push = max(0.0, places[-1] - (BOTTOM - 4)) if places else 0.0
    for (y, code), place in zip(sorted(wanted), places, strict=True):
        at = place - push
        canvas.line((right + 4, y), (right + 10, y), canvas.theme.ink3)
        canvas.line((right + 10, y), (right + 18, at), canvas.theme.ink3)
        word = {OTHER: "other", UNKNOWN: "unknown"}.get(code, territory_name(code))
        canvas.text(right + 22, at, ellipsis(word, WIDTH - right - 22, 12), size=12)


def _dates(plot: Plot, windows: Sequence[BeliefWindow]) -> None:
    """Months under the axis: at most eight, the year in full where it changes, so that it is no day of the month."""
    first, last = windows[0].first, windows[-1].last
    months = max(1, (last.year - first.year) * 12 + last.month - first.month)
    step = next(s for s in (1, 2, 3, 6, 12, 24, 60, 120) if months / s <= 8 or s == 120)
    year, taken = 0, 0.0
    for place in range(0, months + 2, step):
        month = first.month - 1 + place
        at = datetime(first.year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        at = max(at, first)
        if at > last and place:
            break
        text = f"{at:%b}" + (f" {at:%Y}" if at.year != year else "")
        x = plot.x(at.timestamp())
        if x - text_width(text, 11.5) / 2 < taken:
            continue
        canvas = plot.canvas
        canvas.line((x, BOTTOM), (x, BOTTOM + 4), canvas.theme.rule)
        canvas.text(x, BOTTOM + 14, text, colour=canvas.theme.ink2, anchor="center")
        year, taken = at.year, x + text_width(text, 11.5) / 2 + 6


def _headline(windows: Sequence[BeliefWindow], label: str) -> str:
    first, last = _answer(windows[0]), _answer(windows[-1])
    if len(windows) == 1:
        return f"Account {label}: {first}, in its one window"
    if first == last:
        return f"Account {label}: {last}, in the first and in the last of {len(windows)} windows"
    return f"Account {label}: from {first}{',' if ',' in first else ''} to {last}"


def _answer(window: BeliefWindow) -> str:
    if window.outcome != "supported":
        return window.outcome
    return f"{territory_name(window.top)}, {_said(window)}"


def _sub(windows: Sequence[BeliefWindow], searched: bool) -> str:
    last = windows[-1]
    parts = ["Share of belief by window"]
    if len(windows) > MOST_WINDOWS:
        parts[0] = f"Share of belief by quarter, the mean over the days of {len(windows)} windows"
    leader = {OTHER: "all other territories", UNKNOWN: "unknown"}.get(last.top, territory_name(last.top))
    parts[0] += f"; prior for {leader} {percent(last.prior)}." if last.prior is not None else "."
    if len(windows) == 1:
        none = "Nothing opens a second window: no change of handle, phone, mail or store, no long silence."
        parts.append(none if searched else "The run was made without time windows.")
    return " ".join([*parts, "Width is duration; hatch: unknown."])


def _table(windows: Sequence[BeliefWindow], codes: Sequence[str]) -> Table:
    names = (*map(territory_name, codes), "other", "unknown")
    rows = []
    for window in windows:
        shares = [percent(band.high - band.low) for band in _bands(window, codes)]
        opened = window.opened or "begin of the data"
        rows.append((_when(window), opened, _answer(window), *shares, percent(window.prior)))
    return Table(("window", "opened by", "outcome", *names, "prior of the leader"), tuple(rows))
