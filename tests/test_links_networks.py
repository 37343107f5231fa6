"""Co-activity networks: hand cases of both versions of the toolkit, our own mode, hot keys, what is behind an edge."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attrigraph.errors import InputError
from attrigraph.links.compute import MEANINGS, compute
from attrigraph.links.networks import teach
from attrigraph.links.records import LinkOptions
from attrigraph.links.text import CLEANED, canonical_url, cleaned
from tests.links_posts import CNT, HEAD, Post, messages_of, slow, weights

BOUNDARY = [
    Post("A", 0, repost="X"),
    Post("B", 60, repost="X"),
    Post("B", 61, repost="X"),
    Post("A", 121.5, repost="X"),
]
ASYMMETRY = [Post("A", 10, repost="X"), *(Post("B", t, repost="X") for t in (11, 12, 13))]
PRODUCT = [*(Post("A", t, repost="O") for t in (0, 1, 2)), *(Post("B", t, repost="O") for t in (3, 4))]
TEXTS = [
    Post("A", 0, "@bob Hello  World"), Post("B", 5, "hello world @carol"), Post("C", 6, "hello world", repost="Z"),
    Post("D", 7, "@x"), Post("E", 8, "@y"), Post("F", 9, "email me@x.com hello"), Post("G", 10, "email me hello"),
]  # fmt: skip
REPLIES = [Post("A", 0, reply="R"), Post("B", 60, reply="R"), Post("C", 10, reply="R", repost="Q")]
LINKS = [Post("A", 0, urls=("u1", "u2")), Post("B", 5, urls=("u1", "u2"))]
ANY = [Post("A", 0), Post("B", 30, repost="O"), Post("A", 120)]
TAUGHT = messages_of()
teach(TAUGHT, CLEANED)


@pytest.mark.parametrize(
    ("network", "posts", "window", "release", "head"),
    [
        ("co_retweet", BOUNDARY, 60, {"A>A": 2, "A>B": 1, "B>A": 1, "B>B": 2}, {"A>B": 1, "B>A": 1, "B>B": 2}),
        ("co_retweet", ASYMMETRY, 60, {"A>A": 1, "A>B": 1, "B>A": 3, "B>B": 3}, {"A>B": 1, "B>A": 3, "B>B": 3}),
        ("co_retweet", PRODUCT, 10, {"A>A": 3, "A>B": 3, "B>A": 2, "B>B": 2}, None),
        ("co_retweet", PRODUCT, 2, {"A>A": 3, "A>B": 2, "B>A": 2, "B>B": 2}, None),
        ("co_reply", REPLIES, 60, {"A>A": 1, "A>B": 1, "B>A": 1, "B>B": 1}, {"A>B": 1, "B>A": 1}),
        ("co_link", LINKS, 60, {"A>A": 1, "A>B": 1, "B>A": 1, "B>B": 1}, {"A>B": 1, "B>A": 1}),
        ("co_link", [Post("A", 0), Post("B", 5)], 60, {"A>A": 1, "A>B": 1, "B>A": 1, "B>B": 1}, {"A>B": 1, "B>A": 1}),
        ("co_post", ANY, 60, {"A>A": 2, "A>B": 1, "B>A": 1, "B>B": 1}, {"A>B": 1, "B>A": 1}),
    ],
)
def test_hand_cases_of_both_versions(network, posts, window, release, head):
    messages = messages_of(*posts)
    assert weights(compute(messages, network, replace(CNT, window_s=window))) == release
    assert weights(compute(messages, network, replace(HEAD, window_s=window))) == (release if head is None else head)


def test_minimum_weight_is_per_direction():
    assert weights(compute(messages_of(*ASYMMETRY), "co_retweet", replace(CNT, min_weight=2))) == {"B>A": 3, "B>B": 3}


def test_same_text():
    found = weights(compute(messages_of(*TEXTS), "co_tweet", replace(CNT, loops=False)))
    assert found == {"A>B": 1, "B>A": 1, "D>E": 1, "E>D": 1, "F>G": 1, "G>F": 1}


@given(st.text(alphabet="  @@aB\t\n\r\x0b\x1c\x1f\x85\xa0\u1680\u2003\u2028\u202f\u3000\u200bÄİΣσẞ'.", max_size=12))
@settings(max_examples=300, deadline=None)
def test_sql_cleans_as_python_does(text):
    assert TAUGHT.connection.execute(f"SELECT {CLEANED} FROM (SELECT ? AS text)", [text]).fetchone() == (cleaned(text),)


def test_our_own_mode_wants_three_words():
    found = weights(compute(messages_of(*TEXTS), "co_tweet", LinkOptions(min_weight=1)))
    assert found == {"F>G": 1, "G>F": 1}


def test_nothing_is_no_key_unless_asked_for():
    nothing = messages_of(Post("A", 0, ""), Post("B", 1, ""), Post("C", 2, None, urls=("",)), Post("D", 3, urls=("",)))
    for mode in ("attrigraph", "cnt-1.5.2", "cnt-head"):
        options = LinkOptions(mode=mode, min_weight=1)
        assert not [n for n in ("co_tweet", "co_link", "co_similar") if len(compute(nothing, n, options))]


def test_links_meet_in_one_form_in_our_mode():
    posts = messages_of(
        Post("A", 0, urls=("https://www.Example.org/a/?utm_source=x",)),
        Post("B", 1, urls=("http://example.org/a#top",)),
    )
    assert weights(compute(posts, "co_link", LinkOptions(min_weight=1))) == {"A>B": 1, "B>A": 1}
    assert not weights(compute(posts, "co_link", replace(CNT, loops=False)))


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("HTTPS://WWW.Example.org:443/a/b/?b=2&a=1&fbclid=9#x", "http://example.org/a/b?a=1&b=2"),
        ("http://example.org:8080", "http://example.org:8080"),
        ("example.org/a", "http://example.org/a"),
        ("no link", None),
        ("http://[1", None),
        ("", None),
    ],
)
def test_canonical_url(url, form):
    assert canonical_url(url) == form


def test_hashtags_and_their_order():
    tags = (("#One", "two", "three"), ("one", "TWO", "three"), ("three", "two", "one"))
    posts = messages_of(*(Post(user, n, tags=t) for n, (user, t) in enumerate(zip("ABC", tags, strict=True))))
    assert weights(compute(posts, "hashtag_sequence", LinkOptions(min_weight=1))) == {"A>B": 1, "B>A": 1}
    assert len(compute(posts, "co_hashtag", LinkOptions(min_weight=1))) == 6


def test_messages_behind_an_edge_oldest_first():
    posts = [
        Post("A", 50, repost="O", id="late"),
        Post("B", 30, repost="O", id="b"),
        Post("A", 0, repost="O", id="early"),
    ]
    edge = next(iter(compute(messages_of(*posts), "co_retweet", LinkOptions(min_weight=1))))
    assert (edge.source, edge.target, edge.message_ids) == ("x:A", "x:B", ("early", "late"))


def test_a_post_in_two_files_counts_once_as_the_first_has_it():
    posts = [
        Post("A", 0, repost="O", id="1"),
        Post("B", 1, repost="O", id="1", source="s2"),
        Post("C", 2, repost="O", id="2"),
    ]
    messages = messages_of(*posts)
    assert (len(messages), messages.repeated) == (2, 1)
    assert weights(compute(messages, "co_retweet", LinkOptions(min_weight=1))) == {"A>C": 1, "C>A": 1}


def test_hot_keys_are_named_and_left_out():
    crowd = [Post(f"u{n}", n / 100, repost="hot") for n in range(30)]
    pair = [Post("u1", 100, repost="cold"), Post("u2", 101, repost="cold")]
    found = compute(messages_of(*crowd, *pair), "co_retweet", LinkOptions(min_weight=1, hot_accounts=20))
    assert weights(found) == {"u1>u2": 1, "u2>u1": 1}
    assert [(h.key, h.accounts, h.messages, h.pairs) for h in found.hot] == [("hot", 30, 30, 900)]
    forced = compute(messages_of(*crowd), "co_retweet", LinkOptions(min_weight=1, hot_accounts=20, force_hot=True))
    assert (len(forced), forced.hot) == (870, ())
    by_pairs = compute(messages_of(*crowd), "co_retweet", LinkOptions(min_weight=1, hot_pairs=899))
    assert [h.key for h in by_pairs.hot] == ["hot"]


@pytest.mark.parametrize("network", MEANINGS)
def test_no_posts_and_one_post(network):
    assert len(compute(messages_of(), network, LinkOptions(min_weight=1))) == 0
    one = Post("A", 0, "one two three", urls=("http://a.b/c",), tags=("a", "b", "c"), reply="R")
    assert len(compute(messages_of(one), network, LinkOptions(min_weight=1))) == 0


@pytest.mark.parametrize("network", ["co_retweet", "co_similar"])
def test_windows_of_nothing_and_of_a_year(network):
    posts = [Post("A", 0, "one two three"), Post("B", 0, "one two three"), Post("C", 31_000_000, "one two three")]
    posts += [Post(p.user, p.at, repost="O") for p in posts]
    messages = messages_of(*posts)
    assert weights(compute(messages, network, LinkOptions(min_weight=1, window_s=0))) == {"A>B": 1, "B>A": 1}
    assert len(compute(messages, network, LinkOptions(min_weight=1, window_s=366 * 86_400))) == 6


@pytest.mark.parametrize("window", [-1, float("nan"), float("inf"), 1e12])
def test_what_is_no_window(window):
    with pytest.raises(InputError, match="window"):
        compute(messages_of(*PRODUCT), "co_retweet", LinkOptions(window_s=window))


def test_unknown_network():
    with pytest.raises(InputError, match="co_dance"):
        compute(messages_of(), "co_dance", LinkOptions())


POSTS = st.lists(
    st.builds(
        Post,
        user=st.sampled_from("ABCD"),
        at=st.integers(0, 40),
        text=st.sampled_from(["a b c", "A  b c @x", "@y a b c", "d e f", "", "@z", "Ünï ö\tä", "ünï ö ä"]),
        repost=st.sampled_from([None, None, "O", "P"]),
        reply=st.sampled_from([None, "R", "S"]),
        urls=st.lists(st.sampled_from(["u", "v", "w"]), max_size=3, unique=True),
    ),
    max_size=14,
)
SHARED = {
    "co_retweet": lambda a, b: a.repost is not None and a.repost == b.repost,
    "co_tweet": lambda a, b: not a.repost and not b.repost and cleaned(a.text) == cleaned(b.text),
    "co_reply": lambda a, b: not a.repost and not b.repost and a.reply is not None and a.reply == b.reply,
    "co_link": lambda a, b: not a.repost and not b.repost and bool(set(a.urls or [""]) & set(b.urls or [""])),
    "co_post": lambda a, b: True,
}


@pytest.mark.parametrize("network", SHARED)
@given(posts=POSTS, window=st.sampled_from([0, 3, 10, 100]), least=st.sampled_from([1, 2, 3]))
@settings(max_examples=20, deadline=None)
def test_equal_to_a_join_of_everything(network, posts, window, least):
    messages = messages_of(*posts)
    for options in (CNT, HEAD):
        found = compute(messages, network, replace(options, window_s=window, min_weight=least))
        assert weights(found) == slow(posts, SHARED[network], window, least, options.mode)
