"""Communities of a network of links: components first, communities within each, and how alike two partitions are.

`leiden` (Traag and others 2019) and `louvain` (Blondel and others 2008) maximise weighted modularity, `cpm` the
constant Potts model (Traag and others 2011) by Leiden: each link counts its weight, each pair of accounts of one
community costs the resolution. What is one community then does not depend on the rest of the network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import combinations
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from attrigraph.errors import MissingExtra
from attrigraph.links.fused import Fused
from attrigraph.links.records import Ints

__all__ = [
    "METHODS",
    "Method",
    "Parts",
    "adjusted_rand",
    "agreement",
    "method_of",
    "modularities",
    "partition",
    "parts_of",
]

Method = Literal["leiden", "louvain", "cpm"]
METHODS: tuple[Method, ...] = ("leiden", "louvain", "cpm")

ROUNDS = 3
"""Full rounds of Leiden, each from the result of the one before; more changed nothing in trials but the time."""
Weighted = list[tuple[str, str, float]]
Parts = list[tuple[Ints, Weighted]]
"""Of every component: positions of its accounts, and its edges with the positions as text."""


def method_of(asked: Method | None = None) -> Method:
    """How communities are found: as asked, else by `leiden`, and by `louvain` where the extra `graph` is not installed.

    Raises MissingExtra when what was asked for needs it.
    """
    if asked in ("leiden", "cpm") and not _leiden():
        raise MissingExtra("graph", f"Finding communities by {asked}")
    return asked or ("leiden" if _leiden() else "louvain")


def parts_of(fused: Fused, component: Ints, method: Method) -> Parts:
    """The components of a network, ready for `partition`.

    For `cpm` weights are divided by their mean, so that a resolution of .1 asks for a tenth of the possible links
    whatever the weights are; modularity does not change with such a factor.
    """
    unit = float(fused.weight.mean()) if method == "cpm" and len(fused) else 1.0
    weights = fused.weight / unit
    order = np.argsort(component, kind="stable")
    starts = np.searchsorted(component[order], np.arange(component.max(initial=-1) + 2))
    edges: list[Weighted] = [[] for _ in range(len(starts) - 1)]
    of_edge = component[fused.source]
    rows = zip(of_edge.tolist(), fused.source.tolist(), fused.target.tolist(), weights.tolist(), strict=True)
    for which, a, b, weight in rows:
        edges[which].append((str(a), str(b), weight))
    return [(order[starts[i] : starts[i + 1]], edges[i]) for i in range(len(edges))]


def partition(parts: Parts, accounts: int, method: Method, resolution: float, *, seed: int) -> Ints:
    """The community of every account, numbered in the order of their first accounts; the same for the same seed.

    Every component is parted by itself, so that small ones are not merged for being small beside a large one.
    Components of one or two accounts are one community.
    """
    found = np.zeros(accounts, dtype=np.int64)
    top = 0
    for members, edges in parts:
        found[members] = top
        if len(members) > 2:
            for account, part in _communities(edges, method, resolution, seed):
                found[account] = top + part
        top = int(found[members].max()) + 1
    _, begins, label = np.unique(found, return_index=True, return_inverse=True)
    rank = np.empty(len(begins), dtype=np.int64)
    rank[np.argsort(begins)] = np.arange(len(begins))
    return np.asarray(rank[label])


@cache
def _leiden() -> Callable[..., tuple[float, dict[str, int]]] | None:
    try:
        from graspologic_native import leiden
    except ImportError:
        return None
    found: Callable[..., tuple[float, dict[str, int]]] = leiden
    return found


def _communities(edges: Weighted, method: Method, resolution: float, seed: int) -> Iterator[tuple[int, int]]:
    leiden = _leiden()
    if method == "louvain" or leiden is None:
        return _louvain(edges, resolution, seed)
    _, labels = leiden(
        edges=edges, resolution=resolution, iterations=ROUNDS, use_modularity=method == "leiden", seed=seed
    )
    return ((int(account), label) for account, label in labels.items())


def _louvain(edges: Weighted, resolution: float, seed: int) -> Iterator[tuple[int, int]]:
    import networkx as nx

    network: nx.Graph[int] = nx.Graph()
    shuffled = np.random.default_rng(seed).permutation(len(edges)).tolist()  # else ties always fall to the same side
    network.add_weighted_edges_from((int(a), int(b), weight) for a, b, weight in map(edges.__getitem__, shuffled))
    communities = nx.community.louvain_communities(network, weight="weight", resolution=resolution, seed=seed)
    return ((account, label) for label, members in enumerate(communities) for account in members)


def modularities(fused: Fused, community: Ints) -> NDArray[np.float64]:
    """The part of every community in the weighted modularity (Newman 2004); their sum is that of the partition.

    Weight inside / m - (degrees / 2m)^2, m the weight of all edges; at resolution 1 for partitions of any resolution.
    """
    n = int(community.max(initial=-1)) + 1
    one, two = community[fused.source], community[fused.target]
    m = float(fused.weight.sum())
    degrees = np.bincount(one, fused.weight, n) + np.bincount(two, fused.weight, n)
    inside = np.bincount(one[one == two], fused.weight[one == two], n)
    return np.asarray(inside / m - (degrees / (2 * m)) ** 2) if m else np.zeros(n)


def agreement(partitions: Sequence[Ints]) -> float:
    """The mean adjusted Rand index between partitions of the same things; 1 for a single one."""
    found = [adjusted_rand(a, b) for a, b in combinations(partitions, 2)]
    return float(np.mean(found)) if found else 1.0


def adjusted_rand(one: NDArray[Any], two: NDArray[Any]) -> float:
    """How alike two partitions of the same things are: 1 for equal ones, 0 on average for chance (Hubert, Arabie 1985).

    Labels may be anything that sorts. Two partitions into one part each, or into single things, are equal: 1.
    """
    _, a = np.unique(one, return_inverse=True)
    _, b = np.unique(two, return_inverse=True)
    both = np.unique(a.astype(np.int64) * (int(b.max(initial=0)) + 1) + b, return_counts=True)[1]
    together, in_one, in_two = (_pairs(counts) for counts in (both, np.bincount(a), np.bincount(b)))
    everything = len(a) * (len(a) - 1) / 2
    expected = in_one * in_two / everything if everything else 0.0
    most = (in_one + in_two) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)


def _pairs(counts: NDArray[Any]) -> float:
    sizes = counts.astype(np.float64)
    return float((sizes * (sizes - 1) / 2).sum())
