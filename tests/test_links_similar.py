"""co_similar: words as the toolkit cuts them, and exactly the pairs that a comparison of all with all finds."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attrigraph.errors import InputError
from attrigraph.links.compute import compute
from attrigraph.links.records import LinkOptions
from attrigraph.links.words import hash_each, tokens, words_of
from tests.links_posts import CNT, HEAD, Post, messages_of, slow, weights

CATS = [
    Post("A", 0, "the cat sat on the mat today ok"),
    Post("B", 5, "the cat sat on the mat today OK @x"),
    Post("C", 6, "the dog sat on the mat today ok"),
]
CHARACTERS = "aBé1 2.,:;'’_-@#\n\t日ט\u0301\u200d\u202f\x1cİΣ🇫🇷😀\xa0ßʼl·"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Hello, world! it's a test-case http://a.b/c?x=1 #tag",
            "! # , - / 1 : = ? a a.b c case hello http it's tag test world x",
        ),
        ("don't stop", "don't stop"),
        ("日本語 テスト", "テスト 日 本 語"),
        ("'quoted' e-mail me@x.com", "- e mail me quoted"),
        ("@only @mentions", ""),
    ],
)  # fmt: skip
def test_words_of_the_toolkit(text, words):
    pytest.importorskip("regex")
    assert tokens(text) == set(words.split())
    assert int(words_of([text]).starts[-1]) == len(words.split())


@given(st.text(alphabet=CHARACTERS, max_size=12))
@settings(max_examples=400, deadline=None)
def test_words_cut_in_numpy_are_those_cut_by_regex(text):
    pytest.importorskip("regex")
    assert set(words_of([text]).words.tolist()) == set(hash_each(sorted(tokens(text))).tolist())


@pytest.mark.parametrize(
    ("similarity", "pairs"), [(0.5, "AB AC BC"), (0.75, "AB AC BC"), (0.76, "AB"), (0.9, "AB"), (1.0, "AB")]
)
def test_hand_case(similarity, pairs):
    found = weights(compute(messages_of(*CATS), "co_similar", replace(CNT, loops=False, similarity=similarity)))
    assert found == {f"{p[0]}>{p[1]}": 1 for q in pairs.split() for p in (q, q[::-1])}


def test_texts_without_words_make_no_edge():
    posts = [*CATS, Post("D", 7, ""), Post("E", 8, ""), Post("F", 9, "@x"), Post("G", 9, None)]
    assert weights(compute(messages_of(*posts), "co_similar", replace(CNT, loops=False))) == {"A>B": 1, "B>A": 1}


def test_our_own_mode_wants_three_words():
    short = [Post("A", 0, "good morning"), Post("B", 1, "good morning")]
    assert not len(compute(messages_of(*short), "co_similar", LinkOptions(min_weight=1)))
    assert len(compute(messages_of(*short), "co_similar", LinkOptions(min_weight=1, min_tokens=2))) == 2


def test_one_text_of_many_is_reported_and_left_out():
    crowd = [Post(f"u{n}", n / 10, "all together now friends") for n in range(40)]
    found = compute(messages_of(*crowd), "co_similar", LinkOptions(min_weight=1, hot_pairs=1_000))
    assert (len(found), found.hot[0].accounts, found.hot[0].pairs) == (0, 40, 1_600)
    assert found.hot[0].key == "a word of: all together now friends"


@pytest.mark.parametrize("similarity", [0, -1, 1.1, float("nan")])
def test_what_is_no_similarity(similarity):
    with pytest.raises(InputError, match="similarity"):
        compute(messages_of(*CATS), "co_similar", LinkOptions(similarity=similarity))


TEXTS = [" ".join(w) for n in (1, 2, 3, 4) for w in product("abcd", repeat=n) if list(w) == sorted(set(w))] + ["", "@a"]
POSTS = st.lists(
    st.builds(
        Post,
        user=st.sampled_from("ABC"),
        at=st.integers(0, 40),
        text=st.sampled_from(TEXTS),
        repost=st.sampled_from([None, None, None, "O"]),
    ),
    max_size=14,
)


@given(posts=POSTS, window=st.sampled_from([0, 5, 100]), similarity=st.sampled_from([0.3, 0.5, 2 / 3, 0.75, 0.9, 1]))
@settings(max_examples=80, deadline=None)
def test_equal_to_a_comparison_of_everything(posts, window, similarity):
    def related(a: Post, b: Post) -> bool:
        one, two = tokens(a.text), tokens(b.text)
        return not (a.repost or b.repost) and bool(one | two) and len(one & two) / len(one | two) >= similarity

    messages = messages_of(*posts)
    for options in (CNT, HEAD):
        found = compute(messages, "co_similar", replace(options, window_s=window, similarity=similarity))
        assert weights(found) == slow(posts, related, window, 1, options.mode)


def test_bands_miss_few_pairs_and_find_none_that_is_wrong():
    """Three hundred pairs that differ in one word of twenty, a minute apart from all others."""
    posts = []
    for n in range(300):
        text = " ".join(f"w{n}x{i}" for i in range(20))
        posts += [Post(f"a{n}", n * 100, text), Post(f"b{n}", n * 100 + 5, text.replace(f"w{n}x7", "other"))]
    exact = weights(compute(messages_of(*posts), "co_similar", replace(CNT, loops=False, window_s=60.0)))
    bands = replace(CNT, loops=False, window_s=60.0, similar_mode="lsh")
    found = weights(compute(messages_of(*posts), "co_similar", bands))
    assert len(exact) == 600
    assert set(found) <= set(exact) and len(found) >= 0.95 * len(exact)
    assert weights(compute(messages_of(*CATS), "co_similar", bands)) == {"A>B": 1, "B>A": 1}


def test_an_unknown_way_to_find_similar_texts():
    with pytest.raises(InputError, match="exact or lsh"):
        compute(messages_of(*CATS), "co_similar", replace(CNT, similar_mode="magic"))
