"""One coordinated burst: accounts down, time across, a tick a message."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from attrigraph.viz.canvas import Canvas
from attrigraph.viz.figure import WIDTH, CaseFigure, Table, Words
from attrigraph.viz.figure_lags import seconds
from attrigraph.viz.figure_network import empty
from attrigraph.viz.link_records import BurstPost, BurstTimeline
from attrigraph.viz.network_parts import p_equals
from attrigraph.viz.plot import Plot
from attrigraph.viz.text import plain
from attrigraph.viz.theme import theme as theme_of
from attrigraph.wording import moment, number, plural

__all__ = ["MOST_ROWS", "burst_timeline"]

MOST_ROWS = 40
"""Accounts drawn; the busiest in the burst, the others are counted (visual language, section 5)."""
LEFT, TOP, RIGHT = 64.0, 34.0, 756.0
ROW = 20.0
STEPS_S = (
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    10800,
    21600,
    43200,
    86400,
    172800,
    604800,
    2592000,
    7776000,
    31536000,
)


def burst_timeline(
    burst: BurstTimeline, *, theme: str = "light", title: str | None = None, caption: str = ""
) -> CaseFigure:
    """The messages of a burst (bold, on a tint) and of the same accounts around it (thin)."""
    canvas = Canvas(theme_of(theme))
    joint = [post for post in burst.posts if post.joint and burst.first <= post.at <= burst.last]
    if not joint:
        words = Words(title or "No coordinated burst", burst.tested.sentence(), caption)
        return empty(canvas, f"No burst at q ≤ {burst.tested.level:g}.", words)
    rows, hidden = _rows(joint)
    bottom = TOP + ROW * len(rows)
    first = min(post.at for post in burst.posts)
    last = max(*(post.at for post in burst.posts), first + timedelta(seconds=1))
    room = (last - first) * 0.02
    plot = Plot(canvas, LEFT, TOP, RIGHT, bottom, (first - room).timestamp(), (last + room).timestamp())
    _tint(plot, burst)
    for place, account in enumerate(rows):
        _row(plot, account, TOP + ROW * (place + 0.5), [p for p in burst.posts if p.account == account], burst)
    _axis(plot, first, last)
    words = Words(title or _headline(burst), _sub(burst, hidden), caption, _table(joint, burst))
    return canvas.figure(bottom + 44, words)


def _rows(joint: list[BurstPost]) -> tuple[list[str], int]:
    """Accounts in the order of their first message, at most 40 of them, the busiest; and how many are left out."""
    counts: dict[str, int] = defaultdict(int)
    first: dict[str, datetime] = {}
    for post in sorted(joint, key=lambda post: (post.at, post.account)):
        counts[post.account] += 1
        first.setdefault(post.account, post.at)
    kept = sorted(counts, key=lambda account: (-counts[account], first[account], account))[:MOST_ROWS]
    return sorted(kept, key=lambda account: (first[account], account)), len(counts) - len(kept)


def _tint(plot: Plot, burst: BurstTimeline) -> None:
    canvas, theme = plot.canvas, plot.canvas.theme
    left, right = plot.x(burst.first.timestamp()) - 5, plot.x(burst.last.timestamp()) + 5
    canvas.rect((left, TOP - 4, right, plot.bottom + 4), theme.neutral)
    span = seconds((burst.last - burst.first).total_seconds())
    said = f"{plural(burst.accounts, 'account')} in {span}"
    said += f", {p_equals('q', burst.q)}" if burst.q is not None else ""
    late = left > WIDTH / 2
    canvas.text(right if late else left, TOP - 16, said, size=12.5, weight=600, anchor="right" if late else "left")


def _row(plot: Plot, account: str, y: float, posts: list[BurstPost], burst: BurstTimeline) -> None:
    canvas, theme = plot.canvas, plot.canvas.theme
    canvas.grid((LEFT, y), (RIGHT, y), theme.hair)
    canvas.text(LEFT - 10, y, account, size=12, anchor="right")
    for post in posts:
        x, bold = plot.x(post.at.timestamp()), post.joint and burst.first <= post.at <= burst.last
        half = 7.5 if bold else 4.0
        canvas.line((x, y - half), (x, y + half), theme.ink if bold else theme.ink3, 2.4 if bold else 1)
        said = "in the burst" if bold else "joint, outside the burst" if post.joint else "no joint message"
        canvas.dot(
            x,
            y,
            f"<b>{plain(account)}</b> {moment(post.at)}<br>{said}" + (f"<br>{plain(post.name)}" if post.name else ""),
            10,
        )


def _axis(plot: Plot, first: datetime, last: datetime) -> None:
    span = (last - first).total_seconds()
    step = next((step for step in STEPS_S if span / step <= 7), STEPS_S[-1])
    pattern = "%H:%M:%S" if step < 60 else "%H:%M" if step < 43_200 else "%d %b"
    at = -(-first.timestamp() // step) * step
    while at <= last.timestamp():
        plot.ticks_below([(at, f"{datetime.fromtimestamp(at, first.tzinfo):{pattern}}")])
        at += step
    day = f"{first:%d %b %Y}".lstrip("0") + (
        "" if first.date() == last.date() else f" to {last:%d %b %Y}".replace(" 0", " ")
    )
    plot.canvas.text(LEFT, plot.bottom + 32, f"{day}, UTC", size=11.5, colour=plot.canvas.theme.ink2)


def _headline(burst: BurstTimeline) -> str:
    span = seconds((burst.last - burst.first).total_seconds())
    return f"{plural(burst.accounts, 'account')} of {burst.subject} acted together within {span}"


def _sub(burst: BurstTimeline, hidden: int) -> str:
    networks = ", ".join(name.replace("_", " ") for name in burst.networks)
    parts = [f"Bold ticks: joint messages of the burst{f' ({networks})' if networks else ''}; thin: other messages."]
    parts.append(f"Window {seconds(burst.window_s)}. {burst.tested.sentence()}")
    if hidden:
        parts.append(f"The {MOST_ROWS} busiest accounts are drawn, {number(hidden)} are not.")
    return " ".join(parts)


def _table(joint: list[BurstPost], burst: BurstTimeline) -> Table:
    rows = tuple(
        (moment(post.at), post.account, f"+{seconds((post.at - burst.first).total_seconds())}", post.name or None)
        for post in sorted(joint, key=lambda post: (post.at, post.account))
    )
    named = any(post.name for post in joint)
    columns = ("time", "account", "since the first", "message")
    return Table(columns, rows) if named else Table(columns[:3], tuple(row[:3] for row in rows))
