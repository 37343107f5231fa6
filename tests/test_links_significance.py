"""p values against exact integer arithmetic, q values against the definition, and what exactly is counted."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attrigraph.links.basis import basis
from attrigraph.links.records import LinkOptions
from attrigraph.links.significance import Significance, adjusted, log_p, significance
from tests.links_posts import Post, messages_of

Draw = tuple[int, int, int, int]


def exact(universe: int, one: int, other: int, both: int) -> Fraction:
    """P(X >= both) by counting."""
    ways = sum(
        math.comb(one, x) * math.comb(universe - one, other - x) for x in range(both, min(one, other) + 1) if x <= other
    )
    return Fraction(ways, math.comb(universe, other))


def p_of(universe: int, one: int, other: int, both: int) -> float:
    return float(log_p(universe, np.array([one]), np.array([other]), np.array([both]))[0])


@st.composite
def draws(draw: st.DrawFn) -> Draw:
    universe = draw(st.integers(1, 600))
    one, other = draw(st.integers(0, universe)), draw(st.integers(0, universe))
    return universe, one, other, draw(st.integers(0, min(one, other)))


@given(draws())
@settings(deadline=None)
def test_p_is_exact(case: Draw) -> None:
    wanted = exact(*case)
    assert abs(math.expm1(p_of(*case) - (math.log(wanted.numerator) - math.log(wanted.denominator)))) < 1e-9


def test_p_by_hand() -> None:
    # two of five keys each: both the same two with probability 1 / C(5, 2)
    assert math.exp(p_of(5, 2, 2, 2)) == pytest.approx(1 / 10, rel=1e-12)
    assert p_of(5, 2, 2, 0) == 0.0
    assert p_of(5, 4, 4, 3) == 0.0  # three of five must be shared
    assert p_of(5, 2, 2, 3) == -math.inf


def test_p_far_below_the_smallest_float_keeps_its_logarithm() -> None:
    wanted = exact(3000, 1433, 1658, 1433)
    assert math.exp(p_of(3000, 1433, 1658, 1433)) == 0.0
    logarithm = math.log(wanted.numerator) - math.log(wanted.denominator)
    assert p_of(3000, 1433, 1658, 1433) == pytest.approx(logarithm, rel=1e-12)


def test_p_of_a_large_universe() -> None:
    wanted = exact(1_000_000, 300, 250, 4)
    assert math.exp(p_of(1_000_000, 300, 250, 4)) == pytest.approx(float(wanted), rel=1e-9)


def test_q_by_hand() -> None:
    # .01 * 4 / 1 = .04; .02 * 4 / 2 = .04; .03 * 4 / 3 = .04; .5 * 4 / 4 = .5
    tested = np.log([0.01, 0.02, 0.03, 0.5])
    assert np.allclose(adjusted(tested, tested, np.ones(4, np.int64), 4), [0.04, 0.04, 0.04, 0.5])
    # four more pairs share nothing
    assert np.allclose(adjusted(tested, tested, np.ones(4, np.int64), 8), [0.08, 0.08, 0.08, 1.0])


@given(
    st.lists(st.sampled_from([0.001, 0.01, 0.012, 0.04, 0.3, 1.0]), min_size=1, max_size=30),
    st.integers(0, 9),
    st.data(),
)
def test_q_is_the_definition(p: list[float], more: int, data: st.DataObject) -> None:
    ranked = sorted(p)
    tests = len(p) + more
    wanted = {v: min(1.0, *(ranked[j] * tests / (j + 1) for j in range(len(p)) if ranked[j] >= v)) for v in p}
    values, counts = np.unique(np.log(p), return_counts=True)
    some = data.draw(st.lists(st.sampled_from(p), min_size=1))
    assert np.allclose(adjusted(np.log(some), values, counts, tests), [wanted[v] for v in some])
    assert all(q >= v - 1e-12 for v, q in wanted.items())


def of(options: LinkOptions, network: str, *posts: Post) -> tuple[Significance, list[tuple[str, str]]]:
    made = basis(messages_of(*posts), network, options)
    return significance(made.found, made.edges), [(e.source[2:], e.target[2:]) for e in made.edges]


def test_what_is_counted() -> None:
    """Five keys of at least two accounts; A and B use three each, two of them within the window."""
    posts = [
        Post("A", 0, repost="1"), Post("B", 5, repost="1"), Post("B", 6, repost="1"),
        Post("A", 100, repost="2"), Post("B", 160, repost="2"),
        Post("A", 300, repost="3"), Post("B", 361, repost="3"),
        Post("C", 500, repost="4"), Post("D", 501, repost="4"),
        Post("C", 700, repost="5"), Post("D", 900, repost="5"),
        Post("A", 1000, repost="only A"), Post("A", 1001, repost="only A"),
    ]  # fmt: skip
    found, edges = of(LinkOptions(), "co_retweet", *posts)
    assert edges == [("A", "B"), ("B", "A")]
    assert found.both.tolist() == [2, 2]
    assert found.n_source.tolist() == found.n_target.tolist() == [3, 3]
    assert found.universe == 5
    assert (found.tests, found.sharing) == (6, 2)  # A with B, and C with D although that is below the minimum weight
    assert found.p == pytest.approx([float(exact(5, 3, 3, 2))] * 2)
    # C and D share one of two keys: P(X >= 1) = 1 - C(3, 2) / C(5, 2)
    assert found.q == pytest.approx([1.0, 1.0])  # .7 · 6 / 2 is more than 1


@given(st.lists(st.tuples(st.sampled_from("ABCD"), st.integers(0, 300), st.sampled_from("1234")), max_size=40))
@settings(deadline=None, max_examples=60)
def test_all_pairs_are_tested(made: list[tuple[str, int, str]]) -> None:
    found, edges = of(LinkOptions(min_weight=1), "co_retweet", *(Post(u, at, repost=k) for u, at, k in made))
    users: dict[str, set[str]] = {}
    for user, _, key in made:
        users.setdefault(key, set()).add(user)
    shared = {key for key, several in users.items() if len(several) > 1}
    met: dict[tuple[str, str], set[str]] = {}
    for (a, s, k), (b, t, other) in combinations(made, 2):
        if k == other and a != b and abs(s - t) <= 60:
            met.setdefault((min(a, b), max(a, b)), set()).add(k)
    taking_part = len({u for u, _, k in made if k in shared})
    tests = taking_part * (taking_part - 1) // 2
    assert (found.universe, found.tests, found.sharing) == (len(shared), tests, len(met))
    for e, (a, b) in enumerate(edges):
        of_each = [len({k for u, _, k in made if u == user and k in shared}) for user in (a, b)]
        both = len(met[min(a, b), max(a, b)])
        assert (found.both[e], found.n_source[e], found.n_target[e]) == (both, *of_each)
        assert found.p[e] == pytest.approx(float(exact(len(shared), *of_each, both)), rel=1e-9)


def test_texts_joined_by_chains_are_one_key() -> None:
    """Twelve words, one changed after the other: first and last are no longer similar, but of one group."""
    words = [f"word{i}" for i in range(24)]
    second, third = [*words[:23], "new"], [*words[:22], "newer", "new"]
    texts = [" ".join(each) for each in (words, second, third)]
    posts = [Post("A", 0, texts[0]), Post("B", 1, texts[1]), Post("C", 2, texts[2])]
    posts += [Post("A", 1000, "something else to say here"), Post("B", 1001, "something else to say here")]
    found, edges = of(LinkOptions(min_weight=1), "co_similar", *posts)
    assert edges == [("A", "B"), ("B", "A"), ("B", "C"), ("C", "B")]
    assert found.universe == 2
    assert (found.tests, found.sharing) == (3, 3)
    assert dict(zip(edges, found.both.tolist(), strict=True)) == dict(zip(edges, [2, 2, 1, 1], strict=True))


def test_a_fast_repost_is_a_key_of_two_accounts() -> None:
    posts = [Post("A", at, "a text of some words", id=f"o{at}") for at in (0, 100, 200)]
    posts += [Post("B", at + 5, repost=f"o{at}") for at in (0, 100)] + [Post("C", 205, repost="o200")]
    found, edges = of(LinkOptions(min_weight=1), "fast_retweet", *posts)
    assert edges == [("B", "A"), ("C", "A")]
    assert (found.universe, found.tests, found.sharing) == (3, 3, 2)
    assert found.both.tolist() == [2, 1]
    assert found.n_target.tolist() == [3, 3]


def test_bins_in_which_all_are_active_are_left_out_and_named() -> None:
    posts = [Post(user, 1800 * b) for user in "ABC" for b in (0, 1, 2, 3, 4)] + [Post(u, 1800 * 9) for u in "ABCD"]
    made = basis(messages_of(*posts), "activity_sync", LinkOptions(hot_accounts=2))
    assert [(h.key, h.accounts) for h in made.edges.hot][-1] == ("2026-01-01T04:30:00.000000", 3)
    assert len(made.edges) == 6
    assert significance(made.found, made.edges).tests == 0


def test_one_key_for_all_proves_nothing() -> None:
    found, edges = of(LinkOptions(), "co_post", *(Post(u, t) for u in "AB" for t in (0, 10)))
    assert len(edges) == 2
    assert (found.p == 1).all()
    assert (found.q == 1).all()


def test_nothing_to_test() -> None:
    found, edges = of(LinkOptions(), "co_retweet", Post("A", 0))
    assert (edges, found.tests, found.universe, len(found.q)) == ([], 0, 0, 0)
