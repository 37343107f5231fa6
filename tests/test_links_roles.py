"""Roles, accounts in no cluster, and clusters through time, on cases that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from attrigraph.links.clusters import Cluster, find_clusters
from attrigraph.links.fused import fuse
from attrigraph.links.matching import clusters_by_period, jaccard, match
from attrigraph.links.roles import ROLES, between, cleared, first_shares, sent, with_roles
from tests.links_edges import Link, clique, columns, two_cliques
from tests.links_posts import Post, messages_of

POSTS = [
    # three bursts: a is first in all, b follows in all, c comes once
    Post("a", 0, id="a1"), Post("b", 10, id="b1"), Post("c", 20, id="c1"), Post("c", 0, id="c0"),
    Post("a", 100, id="a2"), Post("b", 101, id="b2"),
    Post("a", 200, id="a3"), Post("b", 205, id="b3"),
    Post("loner", 300, id="l1"), Post("loner", 301, id="l2"), Post("loner", 302, id="l3"), Post("quiet", 1, id="q"),
]  # fmt: skip
EDGES = columns(
    [
        Link("a", "b", messages=("a1", "a2", "a3"), others=("b1", "b2", "b3")),
        Link("b", "c", messages=("b1",), others=("c1",)),
        Link("c", "a", messages=("c0", "c1"), others=(None, "a1")),
        Link("quiet", "a", q=0.9, survives=False, messages=("q",), others=("a1",)),
    ]
)


def by_name(members, what):
    return {m.account_id[2:]: getattr(m, what) for m in members}


def test_who_is_first_and_who_follows():
    found = with_roles(find_clusters(EDGES), EDGES, messages_of(*POSTS))
    assert by_name(found.members, "role") == {"a": "initiator", "b": "amplifier", "c": "member"}
    assert by_name(found.members, "median_rank") == {"a": 1.0, "b": 2.0, "c": 3.0}
    assert by_name(found.members, "bursts") == {"a": 3, "b": 3, "c": 1}
    assert set(by_name(found.members, "role").values()) < set(ROLES)
    assert found.summary()["cleared_first"] == ["x:loner"]


def test_who_shares_a_moment_shares_the_rank():
    posts = [Post("a", 0, id="1"), Post("b", 0, id="2"), Post("c", 5, id="3")]
    edges = columns([Link("a", "b", messages=["1"], others=["2"]), Link("b", "c", messages=["2"], others=["3"])])
    ranks, bursts = first_shares(find_clusters(edges), edges, sent(messages_of(*posts), edges))
    assert ranks == {"x:a": [1.5], "x:b": [1.5], "x:c": [3.0]}
    assert bursts == {"l1/c1": 1}


def test_edges_without_messages_have_no_ranks():
    found = with_roles(find_clusters(two_cliques()), two_cliques(), messages_of(Post("a", 0)))
    assert {m.median_rank for m in found.members} == {None}
    assert by_name(found.members, "role") == dict.fromkeys("abcfghi", "member") | {"d": "bridge", "e": "bridge"}


def test_the_bridge_carries_every_path():
    """Of the 3 x 5 paths between others d carries all; so does e of 4 x 4."""
    fused = fuse(two_cliques())
    community = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1])
    assert between(fused, community).tolist() == [0, 0, 0, 1, 1, 0, 0, 0, 0]


def test_paths_are_shared_by_those_of_one_length():
    """s - a, b - t: two paths, each carries half; o hangs on t."""
    fused = fuse(columns([Link(*e) for e in ("sa", "sb", "at", "bt", "to")]))  # accounts a b o s t
    community = np.array([1, 1, 2, 0, 2])
    # pairs apart without a: s-b, s-o, s-t, b-o, b-t: half of s-o and of s-t
    assert between(fused, community)[0] == pytest.approx((0.5 + 0.5) / 5)
    # pairs apart without t: a-s, b-s, a-o, b-o, s-o: the last three
    assert between(fused, community)[4] == pytest.approx(3 / 5)


def test_within_one_community_nobody_is_between():
    assert between(fuse(columns([Link("a", "b"), Link("b", "c")])), np.zeros(3, np.int64)).tolist() == [0, 0, 0]


def test_much_posted_and_never_linked_is_cleared():
    """Linked accounts posted 3, 3 and 1 times: 3 is much."""
    assert cleared(messages_of(*POSTS), EDGES) == ("x:loner",)
    assert cleared(messages_of(*POSTS), columns([Link("a", "b", survives=False)])) == ()


def cluster(id_, names):
    return Cluster(id_, tuple(names), ("co_tweet",), 1, 1.0, 0.1, None, None)


def test_clusters_are_matched_by_their_members():
    before = [cluster("p1/c1", "abcdef"), cluster("p1/c2", "uvwxyz")]
    after = [cluster("p2/c1", "abc"), cluster("p2/c2", "defgh"), cluster("p2/c3", "uvwxy"), cluster("p2/c4", "klm")]
    # abc has 3 of 6 (.5), defgh 3 of 8: the first continues c1, the other is new
    assert match(before, after) == {"p2/c1": "p1/c1", "p2/c3": "p1/c2"}
    assert match(before, after, least=0.6) == {"p2/c3": "p1/c2"}
    assert (jaccard({"a", "b"}, {"b", "c"}), jaccard(set(), set())) == (1 / 3, 0.0)


def test_clusters_of_every_period():
    periods = [
        ("2026-01", columns(clique("abcd"))),
        ("2026-02", columns([*clique("abce"), *clique("xyz")])),
        ("2026-03", columns([Link("a", "b", survives=False)])),
        ("2026-04", columns(clique("abce"))),
    ]
    found = clusters_by_period(periods, run="l2")
    assert {(m.cluster, m.period, m.matched) for m in found} == {
        ("l2/2026-01/c1", "2026-01", None),
        ("l2/2026-02/c1", "2026-02", "l2/2026-01/c1"),
        ("l2/2026-02/c2", "2026-02", None),
        ("l2/2026-04/c1", "2026-04", None),
    }
    assert [m.account_id for m in found if m.cluster == "l2/2026-02/c1"] == ["x:a", "x:b", "x:c", "x:e"]
