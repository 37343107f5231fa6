"""Clusters of accounts that act together: communities of the fused network, and how sure each membership is.

>>> with connect() as connection:                                                       # doctest: +SKIP
...     edges = connection.execute("FROM 'links/l1/edges.parquet'").fetchnumpy()
>>> found = find_clusters(edges, run="l1")                                              # doctest: +SKIP
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attrigraph.errors import InputError
from attrigraph.links.communities import Method, agreement, method_of, modularities, partition, parts_of
from attrigraph.links.fused import Columns, Fused, column, components, fuse
from attrigraph.links.records import Ints
from attrigraph.progress import SILENT, Progress

__all__ = ["Cluster", "ClusterOptions", "Clusters", "Member", "find_clusters"]

MODULARITY = (1.0, 2.0, 4.0, 8.0)
RESOLUTIONS: dict[Method, tuple[float, ...]] = {
    "leiden": MODULARITY, "louvain": MODULARITY, "cpm": (0.05, 0.1, 0.2, 0.4),
}  # fmt: skip
"""Tried unless one is given. Modularity at 1 merges small groups of a large network; too much splits what is one. Those
of cpm are shares of the possible links."""
TRIED = 5
"""Seeds that each resolution is tried with."""
GIVEN_UP = 0.9
"""A resolution is chosen only if its partition keeps so much of the best modularity (untested default)."""
NAMED = 100
"""Accounts of a kind are named up to this number in a summary."""


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    """How clusters are found.

    `method`: None is leiden, and louvain where that is not installed. `resolution`: more makes smaller clusters, 1 is
    modularity as it was defined, .1 of cpm a tenth of the possible links; without one, that of `RESOLUTIONS` on which
    the seeds agree best, as long as it costs no more than a tenth of the modularity. `seed`: of the result;
    partitions with it and the next `seeds - 1` are compared. `min_members`: fewer accounts are no cluster (two are an
    edge).
    """

    method: Method | None = None
    resolution: float | None = None
    seed: int = 1
    seeds: int = 20
    min_members: int = 3


@dataclass(frozen=True, slots=True)
class Member:
    """An account in a cluster.

    `stability` is the share of seeds in which it stays with the core of its cluster, at least 1 / seeds. `role`, and
    the measures it rests on, are those of `roles.with_roles`; `period` and `matched` those of `matching`; `e_value` and
    `significant` those of its cluster.
    """

    cluster: str
    account_id: str
    stability: float
    role: str = "member"
    median_rank: float | None = None
    bursts: int = 0
    between: float = 0.0
    period: str | None = None
    matched: str | None = None
    e_value: float | None = None
    significant: bool | None = None


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster: its accounts by name, the networks and the number of surviving edges inside it.

    `stability` is the mean of its members, `modularity` its part of that of the partition, `first_at` and `last_at` the
    span of the messages behind its edges (None where edges have no times). `e_value` and `significant` are those of
    `evalues.with_significance`.
    """

    id: str
    accounts: tuple[str, ...]
    networks: tuple[str, ...]
    edges: int
    stability: float
    modularity: float
    first_at: datetime | None
    last_at: datetime | None
    e_value: float | None = None
    significant: bool | None = None

    def row(self) -> dict[str, Any]:
        """Plain values of the properties of a `Cluster` node; times as ISO."""
        return {
            "id": self.id,
            "size": len(self.accounts),
            "networks": list(self.networks),
            "edges": self.edges,
            "stability": self.stability,
            "modularity": self.modularity,
            "first_at": self.first_at.isoformat() if self.first_at else None,
            "last_at": self.last_at.isoformat() if self.last_at else None,
            "e_value": self.e_value,
            "significant": self.significant,
        }


@dataclass(frozen=True, slots=True)
class Clusters:
    """All clusters of a run of links, the largest first, and their members.

    `community` is the community of every account of `fused`, those too small to be a cluster included. `modularity` is
    that of the partition at resolution 1, `agreement` the mean adjusted Rand index between the partitions of all seeds;
    `sweep` has clusters, modularity and agreement of every resolution tried. `cleared` are accounts that posted much
    and have no surviving edge, where roles were looked for. `significance` tells how clusters were tested.
    """

    run: str
    options: ClusterOptions
    method: Method
    resolution: float
    fused: Fused
    community: Ints
    components: int
    clusters: tuple[Cluster, ...]
    members: tuple[Member, ...]
    modularity: float
    agreement: float
    sweep: tuple[Mapping[str, float], ...] = field(default=())
    cleared: tuple[str, ...] = ()
    significance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def moving(self) -> tuple[Member, ...]:
        """Members that leave the core of their cluster with some seed, the least stable first."""
        found = [m for m in self.members if m.stability < 1]
        return tuple(sorted(found, key=lambda m: (m.stability, m.cluster, m.account_id)))

    def summary(self) -> dict[str, Any]:
        """What was done and found, for the record of the run; `found` has the clusters as `Cluster.row` gives them."""
        moving = self.moving
        return {
            "method": self.method,
            "resolution": self.resolution,
            "resolution_given": self.options.resolution is not None,
            "seed": self.options.seed,
            "seeds": self.options.seeds,
            "min_members": self.options.min_members,
            "accounts": len(self.fused.accounts),
            "edges": len(self.fused),
            "components": self.components,
            "clusters": len(self.clusters),
            "clustered": len(self.members),
            "modularity": self.modularity,
            "adjusted_rand": self.agreement,
            "sweep": [dict(row) for row in self.sweep],
            "moving": len(moving),
            "moving_first": [
                {"account_id": m.account_id, "cluster": m.cluster, "stability": m.stability} for m in moving[:NAMED]
            ],
            "cleared": len(self.cleared),
            "cleared_first": list(self.cleared[:NAMED]),
            "significance": dict(self.significance),
            "found": [cluster.row() for cluster in self.clusters],
        }


def find_clusters(
    edges: Columns, options: ClusterOptions | None = None, *, run: str = "l1", progress: Progress = SILENT
) -> Clusters:
    """Clusters of the surviving edges of all networks; ids are `run/c1`, `run/c2`, ... by falling size.

    `edges` are columns as duckdb's `fetchnumpy()` gives them: network, source, target, q_value, survives, and for the
    span first_at and last_at. Raises InputError for a column that is missing and for options that make no sense.
    """
    options = options or ClusterOptions()
    _check(options)
    fused = fuse(edges)
    component = components(fused)
    method = method_of(options.method)
    parts = parts_of(fused, component, method)
    progress.step("clusters", TRIED * len(RESOLUTIONS[method]) + options.seeds)

    def partitions_of(resolution: float, seeds: range) -> list[Ints]:
        found: list[Ints] = []
        for seed in seeds:
            found.append(partition(parts, len(fused.accounts), method, resolution, seed=seed))
            progress.advance()
        return found

    sweep = _sweep(fused, method, options, partitions_of)
    resolution = options.resolution or _chosen(sweep)
    partitions = partitions_of(resolution, _seeds(options)[: options.seeds])
    clusters, members = _clusters(edges, fused, partitions, options, run)
    return Clusters(
        run=run,
        options=options,
        method=method,
        resolution=resolution,
        fused=fused,
        community=partitions[0],
        components=int(component.max(initial=-1)) + 1,
        clusters=clusters,
        members=members,
        modularity=float(modularities(fused, partitions[0]).sum()),
        agreement=agreement(partitions),
        sweep=sweep,
    )


def _check(options: ClusterOptions) -> None:
    resolution = 1.0 if options.resolution is None else options.resolution
    if resolution <= 0 or options.seeds < 1 or options.min_members < 2:
        raise InputError(
            f"Clusters with resolution {resolution}, {options.seeds} seeds and at least {options.min_members} "
            "members make no sense. Give a resolution above 0, at least 1 seed and 2 members."
        )


def _seeds(options: ClusterOptions) -> range:
    return range(options.seed, options.seed + max(options.seeds, TRIED))


def _sweep(
    fused: Fused, method: Method, options: ClusterOptions, partitions_of: Callable[[float, range], list[Ints]]
) -> tuple[Mapping[str, float], ...]:
    """What each resolution gives: clusters, modularity of the first seed, agreement of a few seeds."""
    rows: list[Mapping[str, float]] = []
    for resolution in RESOLUTIONS[method]:
        found = partitions_of(resolution, _seeds(options)[:TRIED])
        sizes = np.bincount(found[0]) if len(found[0]) else found[0]
        rows.append(
            {
                "resolution": resolution,
                "clusters": int((sizes >= options.min_members).sum()),
                "modularity": float(modularities(fused, found[0]).sum()),
                "adjusted_rand": agreement(found),
            }
        )
    return tuple(rows)


def _chosen(sweep: Sequence[Mapping[str, float]]) -> float:
    """The resolution its seeds agree on best, the lowest of equal ones, among those that keep the modularity."""
    least = GIVEN_UP * max(row["modularity"] for row in sweep)
    sound = [row for row in sweep if row["modularity"] >= least]
    return max(sound or sweep, key=lambda row: (round(row["adjusted_rand"], 2), -row["resolution"]))["resolution"]


def _stability(partitions: Sequence[Ints]) -> NDArray[np.float64]:
    """Of every account the share of partitions that keep it with the core of its community in the first one.

    The core is what most of the community stays in: the part of the other partition that holds most of its accounts
    (of equal ones the first).
    """
    community = partitions[0]
    n = int(community.max(initial=-1)) + 1
    stays = np.zeros(len(community))
    for other in partitions:
        width = int(other.max(initial=-1)) + 1
        packed, back, counts = np.unique(community * width + other, return_inverse=True, return_counts=True)
        order = np.lexsort((packed, -counts, packed // max(1, width)))
        core = np.full(n, -1, dtype=np.int64)
        first = np.unique((packed // max(1, width))[order], return_index=True)[1]
        core[packed[order][first] // max(1, width)] = packed[order][first]
        stays += core[community] == packed[back]
    return stays / len(partitions)


def _clusters(
    edges: Columns,
    fused: Fused,
    partitions: Sequence[Ints],
    options: ClusterOptions,
    run: str,
) -> tuple[tuple[Cluster, ...], tuple[Member, ...]]:
    """Communities that are large enough, the largest first, of equal ones that of the first account."""
    community, stability = partitions[0], _stability(partitions)
    share = modularities(fused, community)
    accounts: dict[int, list[int]] = defaultdict(list)
    for place, label in enumerate(community.tolist()):
        accounts[label].append(place)
    large = [label for label, places in accounts.items() if len(places) >= options.min_members]
    large.sort(key=lambda c: (-len(accounts[c]), c))
    inside = _inside(edges, fused, community)
    clusters, members = [], []
    for number, label in enumerate(large, 1):
        names = [fused.accounts[i] for i in accounts[label]]
        stays = stability[accounts[label]]
        name = f"{run}/c{number}"
        count, networks, first, last = inside[label]
        clusters.append(
            Cluster(name, tuple(names), networks, count, float(stays.mean()), float(share[label]), first, last)
        )
        members += [Member(name, account, float(s)) for account, s in zip(names, stays, strict=True)]
    return tuple(clusters), tuple(members)


Inside = tuple[int, tuple[str, ...], datetime | None, datetime | None]


def _inside(edges: Columns, fused: Fused, community: Ints) -> dict[int, Inside]:
    """Of every community the surviving edges inside it: how many, of which networks, from when to when."""
    place = {account: i for i, account in enumerate(fused.accounts)}
    source, target = column(edges, "source"), column(edges, "target")
    kept = np.flatnonzero(column(edges, "survives").astype(bool) & (source != target))
    one, two = (
        community[np.array([place[str(a)] for a in ends[kept].tolist()], dtype=np.int64)] for ends in (source, target)
    )
    kept, label = kept[one == two], one[one == two]
    order = np.argsort(label, kind="stable")
    kept, label = kept[order], label[order]
    network = column(edges, "network")[kept].astype(str)
    first, last = (_moments(edges, name)[kept] for name in ("first_at", "last_at"))
    starts = np.searchsorted(label, np.arange(int(community.max(initial=-1)) + 2))
    return {
        c: (b - a, tuple(sorted(set(network[a:b].tolist()))), _time(np.fmin, first[a:b]), _time(np.fmax, last[a:b]))
        for c, (a, b) in enumerate(zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True))
    }


def _moments(edges: Columns, name: str) -> NDArray[np.datetime64]:
    return column(edges, name).astype("datetime64[us]")


def _time(of: np.ufunc, moments: NDArray[np.datetime64]) -> datetime | None:
    found = of.reduce(moments).item() if len(moments) else None
    return None if found is None else found.replace(tzinfo=UTC)
