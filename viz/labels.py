"""Where the label of a resource goes: on its freest side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from attrigraph.viz.layout import Pairs, Points

__all__ = ["place_labels"]

HEIGHT = 14.0

SIDES = ((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0), (0.8, 0.9), (0.8, -0.9), (-0.8, 0.9), (-0.8, -0.9))
"""Right, left, below, above and the corners, in the order they are preferred."""

ON_MARK, ON_LABEL, ON_LINK, LATER_SIDE, OUTSIDE = 6.0, 8.0, 1.0, 0.08, 40.0


def place_labels(
    at: Points,
    radii: Sequence[float],
    pairs: Pairs,
    wanted: Sequence[tuple[int, float]],
    within: tuple[float, float, float, float] | None = None,
) -> dict[int, tuple[float, float]]:
    """Centre of the label of each wanted node (node, width of its text in pixels).

    A side costs by what the label would lie on there: marks and other labels most, then links, and by leaving the box
    `within`. Equal sides are taken in the order right, left, below, above.
    """
    size = np.asarray(radii)
    taken: list[tuple[float, float, float, float]] = []
    found: dict[int, tuple[float, float]] = {}
    for node, width in wanted:
        options = []
        for order, (across, down) in enumerate(SIDES):
            x = at[node, 0] + across * (size[node] + 3 + width / 2)
            y = at[node, 1] + down * (size[node] + 3 + HEIGHT / 2)
            box = (x - width / 2, y - HEIGHT / 2, x + width / 2, y + HEIGHT / 2)
            cost = LATER_SIDE * order + ON_MARK * _marks_hit(box, at, size) + ON_LINK * _links_hit(box, at, pairs)
            cost += ON_LABEL * sum(_meet(box, other) for other in taken)
            cost += OUTSIDE * (within is not None and not _holds(within, box))
            options.append((cost, order, (float(x), float(y)), box))
        _, _, found[node], box = min(options)
        taken.append(box)
    return found


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _holds(outer: tuple[float, float, float, float], box: tuple[float, float, float, float]) -> bool:
    return outer[0] <= box[0] and outer[1] <= box[1] and box[2] <= outer[2] and box[3] <= outer[3]


def _marks_hit(box: tuple[float, float, float, float], at: Points, size: Points) -> int:
    near = np.clip(at, box[:2], box[2:])
    return int((((at - near) ** 2).sum(axis=1) < (size + 1) ** 2).sum())


def _links_hit(box: tuple[float, float, float, float], at: Points, pairs: Pairs) -> int:
    """Links with a point inside the box, sampled every thirtieth of their length."""
    if not len(pairs):
        return 0
    shares = np.linspace(0, 1, 31)[None, :, None]
    points = at[pairs[:, 0]][:, None] * (1 - shares) + at[pairs[:, 1]][:, None] * shares
    x, y = points[:, :, 0], points[:, :, 1]
    inside = (x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])
    return int(np.count_nonzero(inside.sum(axis=1)))
