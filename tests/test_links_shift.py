"""Shifts in time against a slow recount of every draw, and what they do to edges that are and are not timed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attrigraph.links import shift
from attrigraph.links.basis import Basis, basis
from attrigraph.links.messages import read_messages
from attrigraph.links.networks import DAY
from attrigraph.links.records import LinkOptions
from attrigraph.links.shift import shifts
from attrigraph.links.sweep import once
from tests.links_posts import Post, messages_of
from tests.observed import Rows


def recounted(made: Basis, draws: int, seed: int, sums: list[int] | None = None, days: int = 0) -> list[float]:
    """The definition: every draw, every edge, every two rows; `sums` gets the sum of the weights in all draws.

    With `days` times are moved by whole days, on a circle of so many.
    """
    edges = made.edges
    at = np.concatenate((made.sources.at, made.targets.at))
    grain = max(1, int(np.gcd.reduce(at - at.min())))
    span, step = (days * DAY, DAY) if days else (int(at.max() - at.min()) + grain, grain)
    accounts = once(np.concatenate((edges.source, edges.target))).tolist()
    offsets = np.random.default_rng(seed).integers(0, span // step, size=(len(accounts), draws)) * step
    reached = []
    for e in range(len(edges)):
        a, b, count, total = int(edges.source[e]), int(edges.target[e]), 0, 0
        own = np.flatnonzero(made.sources.user == a)
        others = np.flatnonzero(made.targets.user == b)
        for d in range(draws):
            moved = int(offsets[accounts.index(a), d] - offsets[accounts.index(b), d])
            met = set()
            for i in own:
                for j in others:
                    gap = (int(made.targets.at[j] - made.sources.at[i]) - moved) % span
                    near = gap <= made.after or span - gap <= made.before
                    if near and made.sources.key[i] == made.targets.key[j]:
                        met.add(int(made.sources.message[i]))
            count += len(met) >= edges.weight[e]
            total += len(met)
        if sums is not None:
            sums.append(total)
        reached.append((1 + count) / (1 + draws))
    return reached


streams = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(0, 400), st.sampled_from("12")), min_size=2, max_size=30
)


@pytest.mark.parametrize("search", [0, 10**9])
@pytest.mark.parametrize("window", [0.0, 20.0, 170.0, 100_000.0])
@given(made=streams, seed=st.integers(0, 99))
@settings(deadline=None, max_examples=12)
def test_equal_to_the_slow_recount(made: Sequence[tuple[str, int, str]], seed: int, window: float, search: int) -> None:
    options = LinkOptions(min_weight=1, window_s=window)
    found = basis(messages_of(*(Post(u, at, repost=k) for u, at, k in made)), "co_retweet", options)
    kept, shift.SEARCH = shift.SEARCH, search  # all by search, or none
    try:
        p = shifts(found, np.arange(len(found.edges)), draws=15, level=1, seed=seed).p
    finally:
        shift.SEARCH = kept
    assert p.tolist() == pytest.approx(recounted(found, 15, seed))


@given(made=streams, seed=st.integers(0, 99))
@settings(deadline=None, max_examples=12)
def test_whole_days_are_equal_to_the_slow_recount(made: Sequence[tuple[str, int, str]], seed: int) -> None:
    posts = [Post(u, at * 3_000, repost=k) for u, at, k in (*made, ("A", 0, "1"), ("B", 400, "1"))]
    found = basis(messages_of(*posts), "co_retweet", LinkOptions(min_weight=1, window_s=9_000))
    moved = shifts(found, np.arange(len(found.edges)), draws=15, level=1, seed=seed, kind="days")
    assert moved.kind == "days"
    assert moved.p.tolist() == pytest.approx(recounted(found, 15, seed, days=14))


@given(made=streams, seed=st.integers(0, 99))
@settings(deadline=None, max_examples=12)
def test_several_links_of_a_message_count_once(made: Sequence[tuple[str, int, str]], seed: int) -> None:
    posts = [Post(u, at, urls=["http://a.b/same", f"http://a.b/{k}"]) for u, at, k in made]
    found = basis(messages_of(*posts), "co_link", LinkOptions(min_weight=1, window_s=30))
    p = shifts(found, np.arange(len(found.edges)), draws=20, level=1, seed=seed).p
    assert p.tolist() == pytest.approx(recounted(found, 20, seed))


def test_a_repost_must_follow_its_original() -> None:
    posts = [Post("A", at, "some words of a text", id=f"o{at}") for at in range(0, 3000, 100)]
    posts += [Post("B", at + 5, repost=f"o{at}") for at in range(0, 3000, 100)]
    found = basis(messages_of(*posts), "fast_retweet", LinkOptions())
    assert shifts(found, np.arange(1), draws=50).p.tolist() == pytest.approx(recounted(found, 50, 0))
    assert (found.before, found.after) == (10_000_000, 0)


def test_timed_and_untimed_reposts() -> None:
    """Both pairs repost the same 30 posts and meet for 30 of them; one pair because it reposts all within seconds."""
    rng = np.random.default_rng(4)
    moments = rng.integers(0, 500_000, 30)
    timed = [
        Post(u, int(at) + shift, repost=f"t{n}") for n, at in enumerate(moments) for u, shift in (("A", 0), ("B", 7))
    ]
    # one post again and again, day and night: C and D cannot help meeting
    steady = [Post(u, at + start, repost="ad") for u, start in (("C", 0), ("D", 20)) for at in range(0, 500_000, 2_000)]
    found = basis(messages_of(*timed, *steady), "co_retweet", LinkOptions())
    p = dict(
        zip(
            [(e.source[2:], e.target[2:]) for e in found.edges],
            shifts(found, np.arange(len(found.edges))).p,
            strict=True,
        )
    )
    assert p["A", "B"] == p["B", "A"] == 1 / 201
    assert p["C", "D"] > 0.02


def test_unrelated_streams_seldom_pass() -> None:
    """Pairs of accounts repost one post each 40 times, at times that have nothing to do with each other."""
    rng, connection = np.random.default_rng(3), Rows().connection()
    made = {"moment": rng.integers(0, 1_000_000, 16_000), "i": np.arange(16_000)}
    connection.register("made", made)
    connection.execute(
        'INSERT INTO posts (post_id, account_id, platform, "at", repost_of, source, record) '
        "SELECT i::VARCHAR, 'x:' || (i % 400), 'x', to_timestamp(1767225600 + moment), 'k' || (i % 400 // 2), 's1', "
        "i::VARCHAR FROM made"
    )
    found = basis(read_messages(connection), "co_retweet", LinkOptions(window_s=600, min_weight=1))
    one_way = np.flatnonzero(found.edges.source < found.edges.target)
    p = shifts(found, one_way, level=1).p
    assert len(one_way) > 150
    assert (p <= 0.05).sum() <= 0.05 * 200
    assert (p <= 0.5).sum() <= 0.5 * 200


def test_the_seed_decides() -> None:
    posts = [Post(u, at * 50 + n, repost="x") for n, u in enumerate("AB") for at in range(20)]
    found = basis(messages_of(*posts), "co_retweet", LinkOptions(window_s=3, min_weight=1))
    first, again, other = (shifts(found, np.arange(2), draws=100, seed=seed).p.tolist() for seed in (1, 1, 2))
    assert first == again != other


def test_offsets_keep_the_grain_of_the_times() -> None:
    """Times in whole minutes and a window of a minute: what is a minute apart meets, recorded or shifted."""
    posts = [Post(u, 60 * at, repost="x") for u in "AB" for at in range(0, 300, 2)]
    found = basis(messages_of(*posts), "co_retweet", LinkOptions(window_s=60))
    assert shifts(found, np.arange(2), draws=40).p.tolist() == [1.0, 1.0]


def test_edges_that_have_failed_are_not_drawn_on() -> None:
    posts = [Post(u, at, repost="x") for u in "AB" for at in range(0, 3000, 3)]
    found = basis(messages_of(*posts), "co_retweet", LinkOptions(window_s=5))
    assert shifts(found, np.arange(2), draws=200).p.tolist() == [1.0, 1.0]


def test_no_edges_and_no_draws() -> None:
    found = basis(
        messages_of(Post("A", 0, repost="x"), Post("B", 0, repost="x")), "co_retweet", LinkOptions(min_weight=1)
    )
    assert shifts(found, np.zeros(0, np.int64)).p.tolist() == []
    assert shifts(found, np.arange(2), draws=0).p.tolist() == [1.0, 1.0]
