"""Positions in pixels: a seeded force-directed layout for one cluster, and the packing of clusters on a sheet.

Force-directed placement after Fruchterman and Reingold, "Graph drawing by force-directed placement", Software:
Practice and Experience 21 (1991), with all pairs at once in numpy. The number of steps depends on the size alone, so
the same cluster always gets the same drawing; the time limit is a safeguard far above what those steps need.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Pairs", "arrange", "crossings", "pack", "spring"]

Points = NDArray[np.float64]
Pairs = NDArray[np.intp]
"""Two columns: the positions of both ends of each link in the list of nodes."""

TIME_LIMIT_S = 20.0
"""A figure of 2,000 marks needs about half of it on one core; beyond, the layout stops where it is."""

STARTS = 10
"""A small cluster is laid out from this many starting points and the drawing with the fewest crossings is kept."""


def spring(n: int, pairs: Pairs, *, seed: int, steps: int, deadline: float = float("inf")) -> Points:
    """Fruchterman–Reingold positions of `n` nodes; the ideal link has length 1."""
    rng = np.random.default_rng(seed)
    side = np.sqrt(n)
    at = rng.uniform(-side / 2, side / 2, (n, 2))
    heads, tails = pairs[:, 0], pairs[:, 1]
    for step in range(steps):
        across = at[:, 0, None] - at[None, :, 0]
        down = at[:, 1, None] - at[None, :, 1]
        closeness = 1 / np.maximum(across * across + down * down, 1e-4)
        move = np.column_stack([(across * closeness).sum(axis=1), (down * closeness).sum(axis=1)])
        along = at[heads] - at[tails]
        pull = along * np.hypot(along[:, 0], along[:, 1])[:, None]
        np.add.at(move, heads, -pull)
        np.add.at(move, tails, pull)
        move -= 0.02 * at
        length = np.maximum(np.hypot(move[:, 0], move[:, 1]), 1e-9)[:, None]
        at = at + move / length * np.minimum(length, 0.3 * side * (1 - step / steps) ** 1.5)
        if time.monotonic() > deadline:
            break
    return at


def crossings(at: Points, pairs: Pairs) -> int:
    """How many pairs of links cross."""
    if len(pairs) < 2:
        return 0
    a, b = at[pairs[:, 0]], at[pairs[:, 1]]

    def side(p: Points, q: Points, r: Points) -> NDArray[np.bool_]:
        turned = (q[:, None, 0] - p[:, None, 0]) * (r[None, :, 1] - p[:, None, 1]) - (q[:, None, 1] - p[:, None, 1]) * (
            r[None, :, 0] - p[:, None, 0]
        )
        return np.asarray(turned > 0)

    split = side(a, b, a) != side(a, b, b)
    joint = (pairs[:, None, :, None] == pairs[None, :, None, :]).any(axis=(2, 3))
    return int((split & split.T & ~joint).sum()) // 2


def arrange(n: int, pairs: Pairs, radii: Sequence[float], *, link: float, widest: float, seed: int = 7) -> Points:
    """Positions in pixels of one cluster: upper left at the radius, no marks on each other, at most `widest` wide.

    `radii` are the marks' radii, `link` the length a link should have. The longer axis lies across.
    """
    deadline = time.monotonic() + TIME_LIMIT_S
    size = np.asarray(radii, dtype=np.float64)
    starts = STARTS if n <= 60 else 1
    steps = 250 if n <= 60 else max(60, 60_000 // n)
    best: Points | None = None
    least = float("inf")
    for start in range(starts):
        at = spring(n, pairs, seed=seed + start, steps=steps, deadline=deadline)
        at = _lay_across(at)
        at = _spread(at * link * _scale(at, pairs), pairs, size)
        cost = (crossings(at, pairs) + 2 * _covered(at, pairs, size)) if starts > 1 else 0
        if cost < least:
            best, least = at, cost
        if least == 0 or time.monotonic() > deadline:
            break
    assert best is not None
    return _fit(best, pairs, size, widest)


def _scale(at: Points, pairs: Pairs) -> float:
    """Factor that gives the median link the length 1."""
    if not len(pairs):
        return 1.0
    lengths = np.sqrt(((at[pairs[:, 0]] - at[pairs[:, 1]]) ** 2).sum(axis=1))
    return 1.0 / max(float(np.median(lengths)), 1e-3)


def _lay_across(at: Points) -> Points:
    centred = at - at.mean(axis=0)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    return np.asarray(centred @ vectors[:, ::-1])


def _spread(at: Points, pairs: Pairs, size: Points, rounds: int = 120, gap: float = 7.0) -> Points:
    """Push marks off each other and off links that pass them by."""
    for _ in range(rounds):
        apart = at[:, None, :] - at[None, :, :]
        distance = np.sqrt((apart**2).sum(axis=2))
        np.fill_diagonal(distance, np.inf)
        missing = np.maximum(size[:, None] + size[None, :] + gap - distance, 0)
        push = (apart / np.maximum(distance, 1e-6)[:, :, None] * missing[:, :, None]).sum(axis=1) * 0.5
        push += _off_links(at, pairs, size + 3) * 0.6
        if np.abs(push).max(initial=0) < 0.05:
            break
        at = at + push
    return at


def _beside(at: Points, pairs: Pairs) -> tuple[Points, NDArray[np.float64]]:
    """Vector from the nearest point of each link to each node, and its length; own links are infinitely far."""
    start, along = at[pairs[:, 0]], at[pairs[:, 1]] - at[pairs[:, 0]]
    share = ((at[:, None, :] - start[None]) * along[None]).sum(axis=2) / np.maximum((along**2).sum(axis=1), 1e-9)
    away = at[:, None, :] - (start[None] + np.clip(share, 0, 1)[:, :, None] * along[None])
    distance = np.sqrt((away**2).sum(axis=2))
    rows = np.arange(len(pairs))
    distance[pairs[:, 0], rows] = np.inf
    distance[pairs[:, 1], rows] = np.inf
    return np.asarray(away), np.asarray(distance)


def _off_links(at: Points, pairs: Pairs, reach: Points) -> Points:
    if not len(pairs) or len(at) * len(pairs) > 400_000:
        return np.zeros_like(at)
    away, distance = _beside(at, pairs)
    missing = np.maximum(reach[:, None] - distance, 0)
    missing[~np.isfinite(distance)] = 0
    return np.asarray((away / np.maximum(distance, 1e-6)[:, :, None] * missing[:, :, None]).sum(axis=1))


def _covered(at: Points, pairs: Pairs, size: Points) -> int:
    """How many links run through a mark that is not one of their ends."""
    if not len(pairs):
        return 0
    _, distance = _beside(at, pairs)
    return int((distance < size[:, None]).sum())


def _fit(at: Points, pairs: Pairs, size: Points, widest: float) -> Points:
    room = widest - 2 * float(size.max())
    for _ in range(8):
        extent = float(np.ptp(at[:, 0]))
        if extent <= room:
            break
        at = _spread(at * [room / extent * 0.98, 1.0], pairs, size, rounds=40)
    return np.asarray(at - (at - size[:, None]).min(axis=0))


def pack(boxes: Sequence[tuple[float, float]], width: float, unit: float, gap: float) -> list[tuple[float, float]]:
    """Upper left corners of boxes (width, height) on a sheet: in their order, each at the highest free place, holes
    included, the leftmost of equals. Left edges are multiples of `unit`, so that headings stand in columns."""
    placed: list[tuple[float, float, float, float]] = []
    columns = [column * unit for column in range(max(1, int((width + gap) // unit)))]
    for box_width, box_height in boxes:
        tops = sorted({0.0, *(bottom for _, _, _, bottom in placed)})
        spots = ((top, left) for top in tops for left in columns if left + box_width <= width + 1e-6)
        top, left = next(
            (top, left)
            for top, left in [*spots, (tops[-1], 0.0)]
            if not any(
                left < o[2] and o[0] < left + box_width + gap and top < o[3] and o[1] < top + box_height + gap
                for o in placed
            )
        )
        placed.append((left, top, left + box_width + gap, top + box_height + gap))
    return [(left, top) for left, top, _, _ in placed]
