"""How sure a cluster is as a whole: an e-value for each, and which of a run's clusters stand together (e-BH).

An e-value is a nonnegative number whose mean is at most 1 under the null (Vovk and Wang 2021, Annals of Statistics 49:
1736-1754): 20 is as surprising as a bet that pays twentyfold. Edges have one each from their shifts in time
(`shift.py`). The mean of e-values is an e-value whatever hangs together, so a pair of accounts has the mean of its
edges in all networks and directions that passed the first test.

Clusters are chosen by the same shifts: the edges that survive them, split into communities. A mean over the edges of a
chosen cluster would be too large. So a cluster's sum is compared with *all* pairs it could have been made of. Let n be
the accounts of these pairs, d_a the number of pairs of account a, and K the number of clusters:

    e(cluster) = K / n * sum over its pairs ab of (1 / d_a + 1 / d_b) * e(ab)

Every account has the same weight and spreads it over its pairs. The weights of all pairs have the sum n, so the
e-values of null clusters have at most the sum K on average however clusters were chosen, and that is all e-BH needs
(Wang and Ramdas 2022, Journal of the Royal Statistical Society B 84: 822-852; its proof sums the e-values of nulls):
of the clusters it keeps at most the level is expected to be null, whatever hangs together. p-values of clusters would
need that dependence to be known, and p of pairs turned into e-values lose by the turning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from attrigraph.links.clusters import Cluster, Clusters
from attrigraph.links.fused import Columns, column, connected
from attrigraph.links.records import Ints

__all__ = ["NULL", "cluster_e_values", "e_bh", "with_significance"]

Floats = NDArray[np.float64]
NULL = (
    "Given which pairs of accounts pass the first test, the times of each account in a cluster may be moved circularly "
    "against those of the others, as the shifts do; e-BH over all clusters of the run, the choice of clusters among "
    "these pairs included."
)


def with_significance(found: Clusters, tested: Columns, *, level: float, draws: int) -> Clusters:
    """The clusters of a run with their e-values, and whether e-BH keeps them at the level.

    `tested` are columns source, target, e_value of all edges that passed the first test, surviving or not.
    """
    e_values, pairs, accounts = cluster_e_values(found.clusters, tested, found.options.min_members)
    kept = e_bh(e_values, level)
    rows = zip(found.clusters, e_values.tolist(), kept.tolist(), strict=True)
    clusters = {c.id: replace(c, e_value=e, significant=k) for c, e, k in rows}
    members = (
        replace(m, e_value=clusters[m.cluster].e_value, significant=clusters[m.cluster].significant)
        for m in found.members
    )
    told = {
        "null": NULL,
        "tests": len(clusters),
        "level": level,
        "draws": draws,
        "pairs": pairs,
        "accounts": accounts,
        "significant": int(kept.sum()),
    }
    return replace(found, clusters=tuple(clusters.values()), members=tuple(members), significance=told)


def cluster_e_values(clusters: Sequence[Cluster], tested: Columns, min_members: int = 3) -> tuple[Floats, int, int]:
    """The e-value of every cluster, and the pairs of accounts it could have been made of, and their accounts.

    Pairs in components of fewer than `min_members` accounts could make no cluster and do not count.
    """
    source, target = column(tested, "source"), column(tested, "target")
    kept = np.flatnonzero(source != target)
    names = np.concatenate((source[kept], target[kept])).astype(str)
    accounts, place = np.unique(names, return_inverse=True)
    if not len(accounts):
        return np.zeros(len(clusters)), 0, 0
    one, two, e_value = _pairs(place[: len(kept)], place[len(kept) :], column(tested, "e_value")[kept].astype(float))
    component = connected(len(accounts), one, two)
    large = (np.bincount(component) >= min_members)[component]
    degree = np.bincount(np.concatenate((one, two)), minlength=len(accounts))
    weighed = e_value * (1 / degree[one] + 1 / degree[two])
    number = {account: i for i, c in enumerate(clusters) for account in c.accounts}
    cluster = np.array([number.get(str(name), -1) for name in accounts], dtype=np.int64)
    inside = np.flatnonzero((cluster[one] == cluster[two]) & (cluster[one] >= 0))
    sums = np.bincount(cluster[one[inside]], weighed[inside], len(clusters))
    return sums * len(clusters) / max(1, large.sum()), int(large[one].sum()), int(large.sum())


def _pairs(one: Ints, two: Ints, e_value: Floats) -> tuple[Ints, Ints, Floats]:
    """Every pair once, with the mean of the e-values of its edges."""
    size = int(max(one.max(), two.max())) + 1
    packed, back = np.unique(np.minimum(one, two) * size + np.maximum(one, two), return_inverse=True)
    mean = np.bincount(back, e_value) / np.bincount(back)
    return packed // size, packed % size, mean


def e_bh(e_values: Floats, level: float) -> NDArray[np.bool_]:
    """Which nulls e-BH rejects: the k largest of K, k the most for which the k-th e-value is at least K / (level k)."""
    order = np.argsort(-e_values, kind="stable")
    rank = np.arange(1, len(order) + 1)
    reached = np.flatnonzero(e_values[order] * rank * level >= len(order))
    rejected = np.zeros(len(order), dtype=bool)
    rejected[order[: reached[-1] + 1 if len(reached) else 0]] = True
    return rejected
