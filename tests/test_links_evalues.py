"""e-values of edges and clusters, and e-BH: by hand, against a slow recount, and under a simulated null."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from attrigraph.links import shift
from attrigraph.links.basis import basis
from attrigraph.links.clusters import Cluster, find_clusters
from attrigraph.links.evalues import cluster_e_values, e_bh, with_significance
from attrigraph.links.fused import connected
from attrigraph.links.records import LinkOptions
from attrigraph.links.shift import shifts
from tests.links_edges import Link, clique, columns, two_cliques
from tests.links_posts import Post, messages_of
from tests.test_links_shift import recounted

SPAN = 20_000


def edges_of(**e_values: float) -> dict[str, Any]:
    """Edges by the letters of their accounts, such as ab=8."""
    return {
        "source": np.array([name[0] for name in e_values], dtype=object),
        "target": np.array([name[1] for name in e_values], dtype=object),
        "e_value": np.array(list(e_values.values()), dtype=float),
    }


def cluster(accounts: str) -> Cluster:
    return Cluster(accounts, tuple(accounts), ("co_tweet",), 1, 1.0, 0.1, None, None)


@pytest.mark.parametrize("search", [0, 10**9])
def test_an_edge_has_its_weight_over_the_mean_of_all_draws(search: int, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = range(0, 3_000, 130)
    posts = [Post(u, at + late, repost=f"k{n % 3}") for u, late in (("A", 0), ("B", 7)) for n, at in enumerate(moments)]
    found = basis(messages_of(*posts), "co_retweet", LinkOptions(min_weight=1, window_s=20))
    sums: list[int] = []
    recounted(found, 30, 4, sums)
    monkeypatch.setattr(shift, "SEARCH", search)
    moved = shifts(found, np.arange(len(found.edges)), draws=30, level=1, seed=4)
    expected = [w * 31 / (w + total) for w, total in zip(found.edges.weight.tolist(), sums, strict=True)]
    assert moved.e_value.tolist() == pytest.approx(expected)
    assert min(sums) > 0


def test_an_edge_that_was_not_drawn_on_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    posts = [Post(u, at, repost="ad") for u in "AB" for at in range(0, 30_000, 60)]
    found = basis(messages_of(*posts), "co_retweet", LinkOptions())
    monkeypatch.setattr(shift, "SEARCH", 0)
    moved = shifts(found, np.arange(2), draws=100)
    assert (moved.p.tolist(), moved.e_value.tolist()) == ([1.0, 1.0], [0.0, 0.0])


def test_e_bh_by_hand() -> None:
    """Four clusters at .05: the k-th largest must reach 80, 40, 26.7, 20."""
    assert e_bh(np.array([1.0, 100.0, 30.0, 8.0]), 0.05).tolist() == [False, True, False, False]
    assert e_bh(np.array([1.0, 70.0, 45.0, 8.0]), 0.05).tolist() == [False, True, True, False]
    assert e_bh(np.array([21.0, 20.0, 22.0, 20.0]), 0.05).all()
    assert not e_bh(np.array([79.0, 1.0, 1.0, 1.0]), 0.05).any()
    assert e_bh(np.zeros(0), 0.05).tolist() == []


def test_clusters_by_hand() -> None:
    """abc is all there is: weights 1/2 + 1/2 a pair. With defg beside it, which makes no cluster, it has 3 of 7."""
    abc = {"ab": 30.0, "bc": 60.0, "ca": 90.0}
    e_values, pairs, accounts = cluster_e_values([cluster("abc")], edges_of(**abc))
    assert (e_values.tolist(), pairs, accounts) == ([60.0], 3, 3)
    both = abc | {"de": 1.0, "ef": 2.0, "fg": 1.0} | {"xy": 500.0}  # x and y alone are no cluster and do not count
    e_values, pairs, accounts = cluster_e_values([cluster("abc")], edges_of(**both))
    assert (e_values.tolist(), pairs, accounts) == ([pytest.approx(180 / 7)], 6, 7)
    e_values, _, _ = cluster_e_values([cluster("abc"), cluster("def")], edges_of(**both))
    assert e_values.tolist() == pytest.approx([2 * 180 / 7, 2 * (1.5 * 1 + 1.0 * 2) / 7])


def test_a_pair_has_the_mean_of_its_edges() -> None:
    several = edges_of(ab=10.0, ba=30.0, bc=20.0, aa=900.0)
    e_values, pairs, _ = cluster_e_values([cluster("abc")], several)
    assert (e_values.tolist(), pairs) == ([20.0], 2)


def test_nothing_to_test() -> None:
    none = edges_of()
    assert cluster_e_values([], none)[0].tolist() == []
    found = find_clusters(columns([Link("a", "b", survives=False)]))
    assert with_significance(found, none, level=0.05, draws=200).significance["tests"] == 0


def test_clusters_of_a_run_are_told_with_null_tests_and_level() -> None:
    found = find_clusters(two_cliques(), run="l7")
    edges = two_cliques()
    sure = {"source": edges["source"], "target": edges["target"], "e_value": np.full(len(edges["source"]), 100.0)}
    made = with_significance(found, sure, level=0.05, draws=200)
    assert [c.significant for c in made.clusters] == [True, True]
    assert {(m.cluster, m.e_value, m.significant) for m in made.members} == {
        (c.id, c.e_value, True) for c in made.clusters
    }
    told = made.summary()["significance"]
    assert {k: told[k] for k in ("tests", "level", "draws", "significant")} == {
        "tests": 2, "level": 0.05, "draws": 200, "significant": 2,
    }  # fmt: skip
    assert "e-BH" in told["null"]
    assert made.clusters[0].row()["significant"] is True
    weak = with_significance(found, sure | {"e_value": sure["e_value"] / 10}, level=0.05, draws=200)
    assert weak.summary()["significance"]["significant"] == 0
    alone = with_significance(find_clusters(columns(clique("abc"))), sure, level=0.05, draws=200)
    assert alone.clusters[0].significant is False  # three of the ten accounts there are to choose from


def unrelated(
    rng: np.random.Generator, accounts: str
) -> tuple[NDArray[np.str_], NDArray[np.str_], NDArray[np.float64]]:
    """All ordered pairs of accounts that share keys at unrelated times, with the e-values of 39 shifts.

    A pair without an edge has the e-value 0. The first and the last post fix the circle.
    """
    posts = [Post("clock", 0, repost="c0"), Post("clock", SPAN - 1, repost="c1")]
    for user in accounts:
        own = (rng.integers(0, SPAN, 12) + rng.integers(SPAN)) % SPAN
        posts += [Post(user, int(at), repost=f"k{n % 2}") for n, at in enumerate(own)]
    found = basis(messages_of(*posts), "co_retweet", LinkOptions(min_weight=1, window_s=120))
    e_value = shifts(found, np.arange(len(found.edges)), draws=39, level=1, seed=int(rng.integers(1 << 30))).e_value
    known = {(e.source, e.target): value for e, value in zip(found.edges, e_value.tolist(), strict=True)}
    pairs = [p for a, b in combinations(accounts, 2) for p in ((f"x:{a}", f"x:{b}"), (f"x:{b}", f"x:{a}"))]
    source, target = (np.array([p[i] for p in pairs]) for i in range(2))
    return source, target, np.array([known.get(p, 0.0) for p in pairs])


def test_under_the_null_the_mean_is_at_most_one() -> None:
    """Of edges; and of clusters although they are made of the largest e-values, whose own mean is far above 1."""
    rng = np.random.default_rng(11)
    of_edges, of_clusters, chosen = list[float](), list[float](), list[float]()
    for _ in range(60):
        source, target, e_value = unrelated(rng, "abcdefgh")
        of_edges.append(float(e_value.mean()))
        names, place = np.unique(np.concatenate((source, target)), return_inverse=True)
        best = np.argsort(-e_value)[:6]
        parts = connected(len(names), place[best], place[len(source) + best])
        found = [names[parts == part] for part in range(parts.max() + 1) if (parts == part).sum() >= 3]
        clusters = [replace(cluster("abc"), accounts=tuple(own)) for own in found]
        e_values, _, _ = cluster_e_values(clusters, {"source": source, "target": target, "e_value": e_value})
        of_clusters.append(float(e_values.mean()) if len(e_values) else 0.0)
        chosen.append(float(e_value[best].mean()))
    assert 0.85 < np.mean(of_edges) < 1.15
    assert np.mean(of_clusters) < 1
    assert np.mean(chosen) > 2
