"""Fast reposts, activity at the same times, and the times behind edges."""

import math

import pytest

from attrigraph.errors import InputError
from attrigraph.links.compute import compute
from attrigraph.links.records import LinkOptions
from attrigraph.links.rhythm import fast_shares
from attrigraph.links.timing import lags, timing
from tests.links_posts import Post, messages_of, weights

DAY = 86_400
ONE = LinkOptions(min_weight=1)
REPOSTS = [
    Post("B", 0, id="1"),
    Post("A", 10, repost="1"),
    Post("C", 10.5, repost="1"),
    Post("D", 3 * DAY + 5, repost="1"),
    Post("E", -1, repost="1"),
    Post("F", 1, repost="unknown"),
]


def test_a_repost_within_ten_seconds_is_fast_and_one_days_later_is_not():
    assert weights(compute(messages_of(*REPOSTS), "fast_retweet", ONE)) == {"A>B": 1}


def test_share_of_fast_reposts():
    messages = messages_of(*REPOSTS)
    shares = dict(zip(messages.accounts, fast_shares(messages, ONE).tolist(), strict=True))
    assert (shares["x:A"], shares["x:C"], shares["x:E"]) == (1, 0, 0)
    assert math.isnan(shares["x:B"]) and math.isnan(shares["x:F"])


def test_the_same_half_hours():
    hours = (0, 3, 7, 20, 30, 31)
    posts = [Post(u, h * 3600 + s, id=f"{u}{h}") for h in hours for u, s in (("A", 0), ("B", 900))]
    posts += [Post("C", h * 3600 + 3600 * 100, id=f"C{h}") for h in hours] + [Post("D", 0), Post("A", 1, id="A0b")]
    found = compute(messages_of(*posts), "activity_sync", ONE)
    assert weights(found) == {"A>B": 7, "B>A": 6}


def test_cosine_at_the_bound():
    # counts 1 1 1 1 1 and 1 1 1 1 0 1: cosine 4 / 5
    posts = [Post("A", n * 1800, id=f"a{n}") for n in (0, 1, 2, 3, 4)]
    posts += [Post("B", n * 1800, id=f"b{n}") for n in (0, 1, 2, 3, 5)]
    assert len(compute(messages_of(*posts), "activity_sync", LinkOptions(min_weight=1, similarity=0.8))) == 2
    assert len(compute(messages_of(*posts), "activity_sync", LinkOptions(min_weight=1, similarity=0.81))) == 0


def test_times_behind_an_edge():
    posts = [
        Post("A", 0, repost="O"), Post("B", 7, repost="O"), Post("B", 4, repost="O"),
        Post("A", 100, repost="P"), Post("B", 90, repost="P"), Post("A", 200, repost="Q"), Post("B", 199, repost="Q"),
    ]  # fmt: skip
    messages = messages_of(*posts)
    edges = compute(messages, "co_retweet", ONE)
    found = timing(messages, edges)
    assert weights(edges) == {"A>B": 3, "B>A": 4}
    assert found.median_delta_s.tolist() == [4, 5.5]
    assert ((found.last_at - found.first_at) / 1e6).tolist() == [200, 195]
    assert lags(messages, edges).delta_s[:3].tolist() == [4, -10, -1]


def test_a_message_that_meets_another_under_two_links_has_one_lag():
    posts = [
        Post("A", 0, urls=("u.org/1", "u.org/2")),
        Post("B", 3, urls=("u.org/1",)),
        Post("B", 9, urls=("u.org/2",)),
    ]
    messages = messages_of(*posts)
    edges = compute(messages, "co_link", ONE)
    assert timing(messages, edges).median_delta_s.tolist() == [3, 6]


def test_no_edges_have_no_times():
    messages = messages_of(Post("A", 0))
    assert len(timing(messages, compute(messages, "co_retweet", ONE)).median_delta_s) == 0
    with pytest.raises(InputError, match="activity_sync"):
        lags(messages, compute(messages, "activity_sync", ONE))
