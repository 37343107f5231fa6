"""Layout: the same every time, nothing on top of anything, nothing outside."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from attrigraph.viz.labels import place_labels
from attrigraph.viz.layout import arrange, crossings, pack
from attrigraph.viz.text import ellipsis, text_width, wrap


def ring(n: int) -> np.ndarray:
    return np.array([(i, (i + 1) % n) for i in range(n)], dtype=np.intp)


def test_the_same_cluster_is_always_drawn_alike() -> None:
    first, second = (arrange(12, ring(12), [12.0] * 12, link=60, widest=400) for _ in range(2))
    assert np.array_equal(first, second)


def test_a_ring_has_no_crossing() -> None:
    assert crossings(arrange(12, ring(12), [12.0] * 12, link=60, widest=400), ring(12)) == 0


def test_crossings_are_counted() -> None:
    square = np.array([(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)])
    assert crossings(square, np.array([(0, 1), (2, 3)])) == 1
    assert crossings(square, np.array([(0, 2), (1, 3)])) == 0


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 40), st.integers(0, 10_000))
def test_marks_never_cover_each_other(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    pairs = np.array([(i, rng.integers(i)) for i in range(1, n)], dtype=np.intp)
    at = arrange(n, pairs, [12.0] * n, link=60, widest=638)
    apart = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    assert apart.min() >= 24
    assert at.min() >= 12 - 1e-6
    assert at[:, 0].max() <= 638


@given(st.lists(st.tuples(st.sampled_from((174, 273, 372, 471, 768)), st.integers(40, 300)), min_size=1, max_size=20))
def test_packed_boxes_keep_their_distance(boxes: list[tuple[int, int]]) -> None:
    placed = pack(boxes, 768, 99, 24)
    for i, ((x, y), (w, h)) in enumerate(zip(placed, boxes, strict=True)):
        assert 0 <= x <= 768 - w
        for (u, v), (a, b) in list(zip(placed, boxes, strict=True))[:i]:
            assert x >= u + a + 24 or u >= x + w + 24 or y >= v + b + 24 or v >= y + h + 24


def test_holes_are_filled() -> None:
    assert pack([(471, 300), (471, 100), (174, 80)], 768, 99, 24) == [(0, 0), (0, 324), (495, 0)]


def test_a_label_goes_to_the_free_side() -> None:
    at = np.array([(100.0, 100.0), (140.0, 100.0), (60.0, 100.0)])
    nothing = np.empty((0, 2), dtype=np.intp)
    (right,) = place_labels(at[:1], [6], nothing, [(0, 40)]).values()
    assert right == (129.0, 100.0)
    (below,) = place_labels(at, [6, 12, 12], nothing, [(0, 40)]).values()
    assert below == (100.0, 116.0)


def test_texts_break_at_spaces_and_end_in_an_ellipsis() -> None:
    assert wrap("Bosnia and Herzegovina", 90, 12) == ["Bosnia and", "Herzegovina"]
    (line,) = wrap("Bosnia and Herzegovina", 90, 12, lines=1)
    assert line == "Bosnia and H…"
    assert text_width(line, 12) <= 90
    assert ellipsis("Portugal", 200, 12) == "Portugal"
