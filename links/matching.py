"""Clusters through time: those of every period, each matched with the one of the period before that it continues."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from attrigraph.links.clusters import Cluster, ClusterOptions, Clusters, Member, find_clusters
from attrigraph.links.fused import Columns
from attrigraph.progress import SILENT, Progress

__all__ = ["LEAST", "clusters_by_period", "jaccard", "match"]

LEAST = 0.3
"""Clusters that have less than this of their accounts in common do not continue each other (untested default)."""


def clusters_by_period(
    periods: Iterable[tuple[str, Columns]],
    options: ClusterOptions | None = None,
    *,
    run: str = "l1",
    least: float = LEAST,
    progress: Progress = SILENT,
) -> tuple[Member, ...]:
    """The members of the clusters of every period, in the order of the periods.

    `periods` are names and the edges of each, as `find_clusters` takes them. Ids are `run/period/c1`; `period` names
    the period, `matched` is the cluster of the period before that it continues.
    """
    members: list[Member] = []
    before: Sequence[Cluster] = ()
    for period, edges in periods:
        found: Clusters = find_clusters(edges, options, run=f"{run}/{period}", progress=progress)
        matched = match(before, found.clusters, least)
        members += [replace(m, period=period, matched=matched.get(m.cluster)) for m in found.members]
        before = found.clusters
    return tuple(members)


def match(before: Sequence[Cluster], after: Sequence[Cluster], least: float = LEAST) -> dict[str, str]:
    """Cluster of `after` -> the one of `before` that it continues: the largest Jaccard index of their accounts first.

    A cluster continues at most one and is continued by at most one; what is in no pair is new, or ended.
    """
    one, two = {c.id: set(c.accounts) for c in before}, {c.id: set(c.accounts) for c in after}
    alike = [(jaccard(a, b), old, new) for old, a in one.items() for new, b in two.items()]
    found: dict[str, str] = {}
    for index, old, new in sorted(alike, key=lambda row: (-row[0], row[1], row[2])):
        if index >= least and new not in found and old not in found.values():
            found[new] = old
    return found


def jaccard(one: set[str], two: set[str]) -> float:
    """How much of both sets is in both; 0 for two empty ones."""
    return len(one & two) / len(one | two) if one or two else 0.0
