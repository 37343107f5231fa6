"""One cluster, or the grid of accounts without links, laid out on its own before it is placed on the sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from attrigraph.territories import territory_name
from attrigraph.viz.figure import WIDTH
from attrigraph.viz.labels import place_labels
from attrigraph.viz.layout import Pairs, arrange
from attrigraph.viz.scene import AccountMark, Cluster, Link
from attrigraph.viz.text import text_width, wrap
from attrigraph.wording import number, plural

__all__ = [
    "GAP",
    "LABEL_SIZE",
    "UNIT",
    "Block",
    "cluster_block",
    "counts_phrase",
    "grid_block",
    "mark_radius",
    "square_side",
]

Place = tuple[float, float]

GAP = 24
UNIT = 99
"""Blocks are 2 to 8 units wide, less one gap; eight fill the sheet."""

NUMBERED = 60
"""Above this many accounts the circles carry no numbers and shrink from 12 to 5 px (visual language, section 5)."""

LABELLED_RADIUS = 7
"""Below this radius resources are named by the pointer only."""

LEVELS = ("high", "moderate", "low")
LABEL_SIZE = 11.5
HEADING = 11.5


@dataclass(frozen=True, slots=True)
class Block:
    """Marks, links and labels with places relative to the block's upper left; `height` includes the heading."""

    head: str
    sub: tuple[str, ...]
    width: float
    height: float
    accounts: tuple[AccountMark, ...]
    links: tuple[Link, ...]
    places: dict[str, Place]
    labels: dict[str, tuple[str, Place]]


def mark_radius(accounts: int) -> float:
    """Radius of an account's circle: 12 px up to 60 accounts, then smaller, at least 5.

    >>> mark_radius(40), mark_radius(150) < 8, mark_radius(900)
    (12.0, True, 5.0)
    """
    return float(np.clip(12 * np.sqrt(NUMBERED / max(accounts, 1)), 5, 12))


def square_side(radius: float) -> float:
    """Side of a resource's square beside circles of a radius."""
    return max(5.0, 0.78 * radius)


def counts_phrase(accounts: Iterable[AccountMark]) -> str:
    """Accounts by outcome in one phrase; nothing is left out, so the numbers add up.

    Territories come first, by number, then contested, insufficient and not assessed.
    """
    marks = list(accounts)
    named = Counter(mark.top for mark in marks if mark.outcome == "supported" and mark.top)
    other = Counter(mark.outcome or "not assessed" for mark in marks if mark.outcome != "supported" or not mark.top)
    parts = [
        f"{n}\u00a0{territory_name(code)}" for code, n in sorted(named.items(), key=lambda item: (-item[1], item[0]))
    ]
    return ", ".join(parts + [f"{other[name]}\u00a0{name}" for name in sorted(other)])


def in_order(accounts: Iterable[AccountMark]) -> list[AccountMark]:
    """Accounts in the order in which `counts_phrase` names them.

    Territories by number, each from high to low confidence, then contested, then what names none.
    """
    marks = list(accounts)
    count = Counter(mark.top for mark in marks if mark.outcome == "supported")
    last = {"supported": 0, "contested": 1, "insufficient": 2, None: 3}

    def key(mark: AccountMark) -> tuple[int, int, str, int, str]:
        level = LEVELS.index(mark.confidence) if mark.confidence else len(LEVELS)
        decided = mark.outcome == "supported"
        return (
            last[mark.outcome],
            -count[mark.top] if decided else 0,
            mark.top or "" if decided else "",
            level,
            mark.number,
        )

    return sorted(marks, key=key)


def cluster_block(cluster: Cluster, head: str, radius: float, *, alone: bool) -> Block:
    """Lay out one cluster; `alone` when nothing else shares the sheet with it."""
    ids = [account.id for account in cluster.accounts] + [resource.id for resource in cluster.resources]
    pairs = _pairs(cluster.links, ids)
    radii = [radius] * len(cluster.accounts) + [square_side(radius) / 2 + 3] * len(cluster.resources)
    widest = WIDTH - 130 if alone or len(ids) > 60 else 360 if len(ids) <= 36 else 520
    at = arrange(len(ids), pairs, radii, link=14 + 4.4 * radius, widest=widest)
    wanted = _wanted_labels(cluster, radius)
    centres = place_labels(at, radii, pairs, list(wanted.items()))
    boxes = np.array([(x - wanted[i] / 2, y - 7, x + wanted[i] / 2, y + 7) for i, (x, y) in centres.items()])
    size = np.asarray(radii)[:, None]
    corner = np.vstack([at - size, boxes.reshape(-1, 4)[:, :2]]).min(axis=0)
    extent = np.vstack([at + size, boxes.reshape(-1, 4)[:, 2:]]).max(axis=0) - corner
    on = f" on {plural(len(cluster.resources), 'resource')}" if cluster.resources else ""
    text = f"{plural(len(cluster.accounts), 'account')}{on}: {counts_phrase(cluster.accounts)}"
    width = _block_width(max(float(extent[0]), min(330.0, text_width(text, HEADING) / 2 + 20)))
    sub = tuple(wrap(text, width, HEADING))
    move = np.array([min((width - extent[0]) / 2, 24), heading_height(sub)]) - corner
    labels = {
        ids[node]: (cluster.resources[node - len(cluster.accounts)].label, (x + float(move[0]), y + float(move[1])))
        for node, (x, y) in centres.items()
    }
    places = {name: (float(x), float(y)) for name, (x, y) in zip(ids, at + move, strict=True)}
    height = heading_height(sub) + float(extent[1])
    return Block(head, sub, width, height, cluster.accounts, cluster.links, places, labels)


def grid_block(accounts: Sequence[AccountMark], head: str, radius: float) -> Block:
    """Accounts without links in rows, in the order of the counts above them; never floating between clusters."""
    pitch = 2 * radius + (11 if radius > 9 else 7)
    for units in (3, 5, 8):
        width = units * UNIT - GAP
        columns = max(1, int((width + 8) // pitch))
        if len(accounts) / columns * pitch <= 140:
            break
    sub = tuple(wrap(f"{plural(len(accounts), 'account')}: {counts_phrase(accounts)}", width, HEADING))
    top = heading_height(sub)
    ordered = in_order(accounts)
    places = {
        mark.id: (i % columns * pitch + radius + 1, top + i // columns * pitch + radius)
        for i, mark in enumerate(ordered)
    }
    height = top + (len(accounts) + columns - 1) // columns * pitch
    return Block(head, sub, width, height, tuple(ordered), (), places, {})


def heading_height(sub: Sequence[str]) -> float:
    """Pixels above the marks: the heading, the lines of counts, and some air."""
    return 19 + 15.5 * len(sub) + 13


def number_in(mark: AccountMark, radius: float, accounts: int) -> str:
    """What a circle carries: the digits of its number, nothing when there are too many."""
    return mark.number.lstrip("A") if accounts <= NUMBERED and radius > 9 else ""


def heading_of(count: int, everyone: int) -> str:
    """Heading of the grid."""
    return "Shares nothing with another account" if count < everyone else f"All {number(count)} accounts"


def _pairs(links: Iterable[Link], ids: Sequence[str]) -> Pairs:
    index = {name: i for i, name in enumerate(ids)}
    ends = {tuple(sorted((index[link.source], index[link.target]))) for link in links}
    return np.array(sorted(end for end in ends if end[0] != end[1]), dtype=np.intp).reshape(-1, 2)


def _wanted_labels(cluster: Cluster, radius: float) -> dict[int, float]:
    if radius < LABELLED_RADIUS:
        return {}
    start = len(cluster.accounts)
    return {start + i: text_width(r.label, LABEL_SIZE, 600) for i, r in enumerate(cluster.resources)}


def _block_width(needed: float) -> float:
    return float(np.clip(np.ceil((needed + GAP) / UNIT), 2, 8)) * UNIT - GAP
