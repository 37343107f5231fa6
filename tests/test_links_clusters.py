"""Clusters on graphs small enough to check by hand: two cliques and a bridge."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from math import log10

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attrigraph.errors import InputError, MissingExtra
from attrigraph.links import communities
from attrigraph.links.clusters import ClusterOptions, find_clusters
from attrigraph.links.communities import adjusted_rand, modularities
from attrigraph.links.fused import components, fuse
from tests.links_edges import START, Link, clique, columns, two_cliques


@pytest.fixture(params=["leiden", "louvain"])
def way(request, monkeypatch):
    """With the extra, and as it is without."""
    if request.param == "louvain":
        monkeypatch.setattr(communities, "_leiden", lambda: None)
    else:
        pytest.importorskip("graspologic_native", reason="NOT TESTED WITH LEIDEN: attrigraph[graph] is not installed")
    return request.param


def names(cluster):
    return "".join(account[2:] for account in cluster.accounts)


def test_a_fused_edge_adds_what_the_networks_say():
    fused = fuse(
        columns(
            [
                Link("a", "b", q=1e-3), Link("b", "a", q=1e-2),  # one network: the smaller q
                Link("b", "a", q=1e-4, network="co_link"),
                Link("b", "c", q=0.0), Link("c", "d", q=None),  # no more than 10; unknown counts as .05
                Link("a", "d", q=1e-9, survives=False), Link("e", "e", q=1e-9),
            ]
        )
    )  # fmt: skip
    assert list(fused) == [
        ("x:a", "x:b", pytest.approx(7.0)),
        ("x:b", "x:c", 10.0),
        ("x:c", "x:d", pytest.approx(-log10(0.05))),
    ]
    assert fused.networks.tolist() == [2, 1, 1]


def test_components_are_numbered_by_their_first_account():
    fused = fuse(columns([Link("a", "f"), Link("b", "c"), Link("f", "d"), Link("e", "d")]))
    assert dict(zip(fused.accounts, components(fused).tolist(), strict=True)) == {
        "x:a": 0, "x:b": 1, "x:c": 1, "x:d": 0, "x:e": 0, "x:f": 0,
    }  # fmt: skip


def test_a_long_chain_is_one_component():
    chain = [Link(f"{a:04d}", f"{b:04d}") for a, b in pairwise(np.random.default_rng(1).permutation(2000).tolist())]
    assert set(components(fuse(columns(chain))).tolist()) == {0}


def test_two_cliques_and_a_bridge(way):
    found = find_clusters(two_cliques(), run="l7")
    assert found.method == way
    assert [(c.id, names(c), c.edges, c.networks) for c in found.clusters] == [
        ("l7/c1", "efghi", 20, ("co_tweet",)),
        ("l7/c2", "abcd", 12, ("co_tweet",)),
    ]
    # 17 edges of one weight: 6 inside with 13 ends, 10 inside with 21 ends
    assert found.clusters[0].modularity == pytest.approx(10 / 17 - (21 / 34) ** 2)
    assert found.modularity == pytest.approx(16 / 17 - (21 / 34) ** 2 - (13 / 34) ** 2)
    assert (found.components, found.agreement, found.moving) == (1, 1.0, ())
    assert {m.stability for m in found.members} == {1.0}
    assert found.clusters[0].first_at == START + timedelta(seconds=100)
    assert found.clusters[0].last_at == START + timedelta(seconds=130)
    assert found.summary()["found"][1] == {
        "id": "l7/c2", "size": 4, "networks": ["co_tweet"], "edges": 12, "stability": 1.0,
        "modularity": pytest.approx(6 / 17 - (13 / 34) ** 2), "first_at": "2026-01-01T00:00:00+00:00",
        "last_at": "2026-01-01T00:00:30+00:00", "e_value": None, "significant": None,
    }  # fmt: skip


def test_the_same_edges_and_seed_give_the_same(way):
    edges = columns([*clique("abcdefgh"), *clique("hijklmn"), *clique("nopa"), Link("c", "k"), Link("e", "p")])
    one, two = find_clusters(edges), find_clusters(edges)
    assert one.members == two.members
    assert one.summary() == two.summary()


def test_an_account_between_two_moves(way):
    """m hangs on both triangles by equal edges: seeds disagree about it, and it is named."""
    rows = [*clique("abc"), *clique("xyz"), Link("m", "a"), Link("m", "b"), Link("m", "x"), Link("m", "y")]
    found = find_clusters(columns(rows), ClusterOptions(resolution=1.0, seeds=40))
    assert [m.account_id for m in found.moving] == ["x:m"]
    assert 0 < found.moving[0].stability < 1
    assert 0 < found.agreement < 1
    assert found.summary()["moving_first"][0]["account_id"] == "x:m"


def test_small_groups_are_no_clusters(way):
    edges = columns([*clique("abc"), *clique("de")])
    assert [names(c) for c in find_clusters(edges).clusters] == ["abc"]
    assert [names(c) for c in find_clusters(edges, ClusterOptions(min_members=2)).clusters] == ["abc", "de"]


def test_the_resolution_is_what_seeds_agree_on(way):
    """Two cliques are found by 1 already; splitting them further costs modularity."""
    found = find_clusters(two_cliques())
    assert found.resolution == 1.0
    assert [row["resolution"] for row in found.sweep] == [1.0, 2.0, 4.0, 8.0]
    assert found.sweep[0] == {
        "resolution": 1.0, "clusters": 2, "modularity": pytest.approx(found.modularity), "adjusted_rand": 1.0,
    }  # fmt: skip
    assert find_clusters(two_cliques(), ClusterOptions(resolution=3.0)).resolution == 3.0


def planted(groups, size, inside, outside):
    """Groups in one component, each pair linked with the probability given."""
    random, n = np.random.default_rng(5), groups * size
    pairs = [(a, b) for a in range(n) for b in range(a)]
    linked = [(a, b) for a, b in pairs if random.random() < (inside if a // size == b // size else outside)]
    return columns(Link(f"{a:03d}", f"{b:03d}") for a, b in linked), np.arange(n) // size


def test_planted_groups_are_found(way):
    edges, truth = planted(12, 8, 0.8, 0.01)
    assert adjusted_rand(find_clusters(edges).community, truth) == 1.0


def test_small_groups_of_a_large_network_are_not_merged(way):
    """Forty groups of five: modularity at resolution 1 merges neighbours, and seeds disagree which."""
    edges, truth = planted(40, 5, 0.95, 0.01)
    found, plain = find_clusters(edges), find_clusters(edges, ClusterOptions(resolution=1.0))
    assert found.resolution > 1
    assert found.agreement > plain.agreement
    assert adjusted_rand(found.community, truth) == 1.0
    assert adjusted_rand(plain.community, truth) < 0.5


def test_small_groups_are_found_by_the_constant_potts_model():
    """What is one community does not depend on how large the network is: no resolution has to be tried."""
    pytest.importorskip("graspologic_native", reason="CPM NOT TESTED: attrigraph[graph] is not installed")
    edges, truth = planted(40, 5, 0.95, 0.01)
    found = find_clusters(edges, ClusterOptions(method="cpm", resolution=0.4))
    assert (found.method, found.resolution, adjusted_rand(found.community, truth)) == ("cpm", 0.4, 1.0)
    few, _ = planted(12, 8, 0.8, 0.01)
    tried = find_clusters(few, ClusterOptions(method="cpm"))
    assert [row["resolution"] for row in tried.sweep] == [0.05, 0.1, 0.2, 0.4]
    assert [len(c.accounts) for c in tried.clusters] == [8] * 12
    heavy = find_clusters(columns([*clique("abcd", q=1e-9), *clique("efgh", q=1e-9), Link("a", "e", q=1e-9)]),
                          ClusterOptions(method="cpm", resolution=0.5))  # fmt: skip
    assert [names(c) for c in heavy.clusters] == ["abcd", "efgh"]  # weights count by their mean


def test_a_method_can_be_asked_for(monkeypatch):
    asked = find_clusters(two_cliques(), ClusterOptions(method="louvain"))
    assert (asked.method, [names(c) for c in asked.clusters]) == ("louvain", ["efghi", "abcd"])
    monkeypatch.setattr(communities, "_leiden", lambda: None)
    for method in ("leiden", "cpm"):
        with pytest.raises(MissingExtra, match=rf"by {method} needs packages .* 'attrigraph\[graph\]'"):
            find_clusters(two_cliques(), ClusterOptions(method=method))


def test_nothing_significant_is_no_cluster(way):
    found = find_clusters(columns([Link("a", "b", survives=False)]))
    assert (found.clusters, found.members, found.modularity, found.components) == ((), (), 0.0, 0)
    assert found.summary()["clusters"] == 0


@pytest.mark.parametrize("wrong", [{"resolution": 0.0}, {"seeds": 0}, {"min_members": 1}])
def test_options_without_sense_are_refused(wrong):
    with pytest.raises(InputError, match="make no sense"):
        find_clusters(two_cliques(), replace(ClusterOptions(), **wrong))


def test_a_missing_column_is_named():
    edges = two_cliques()
    del edges["q_value"]
    with pytest.raises(InputError, match="no column 'q_value'"):
        find_clusters(edges)


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ([0, 0, 1, 1], [1, 1, 0, 0], 1.0),
        ([0, 0, 1, 1], [0, 1, 0, 1], -0.5),  # 0 pairs together, 2 * 2 / 6 expected
        ([0, 0, 1, 2], [0, 0, 1, 1], (1 - 1 * 2 / 6) / (1.5 - 1 * 2 / 6)),
        ([0, 0, 0], [1, 1, 1], 1.0),
        ([], [], 1.0),
    ],
)
def test_adjusted_rand_by_hand(one, two, expected):
    assert adjusted_rand(np.array(one), np.array(two)) == pytest.approx(expected)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=30))
def test_adjusted_rand_needs_no_order_and_no_names(pairs):
    one, two = (np.array(column) for column in zip(*pairs, strict=True))
    value = adjusted_rand(one, two)
    assert value <= 1.0 + 1e-12
    assert adjusted_rand(two, one) == pytest.approx(value)
    assert adjusted_rand(4 - one, two * 10) == pytest.approx(value)


def test_modularity_of_everything_in_one_is_zero():
    fused = fuse(two_cliques())
    assert modularities(fused, np.zeros(len(fused.accounts), np.int64)).sum() == pytest.approx(0.0)
