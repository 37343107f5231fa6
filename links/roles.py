"""What accounts do in their cluster: who is first, who follows, who holds clusters together; and who is in none."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from attrigraph.links.clusters import Clusters, Member
from attrigraph.links.fused import Columns, Fused, column, components, connected
from attrigraph.links.messages import Messages
from attrigraph.links.records import Ints

__all__ = ["ROLES", "between", "cleared", "first_shares", "sent", "with_roles"]

ROLES: dict[str, str] = {
    "initiator": "first of its cluster in more than half of the bursts it takes part in",
    "bridge": "on a tenth or more of the shortest paths between accounts of different clusters",
    "amplifier": "in at least half of the bursts of its cluster, and not first in most",
    "member": "none of these",
}
"""Roles, the first that fits; the limits are untested defaults."""
LEAST_BURSTS = 2
"""One burst has a first account in any case."""
BRIDGE, MOST = 0.1, 0.5
PIVOTS, STEPS = 200, 5_000_000
"""Shortest paths are counted from so many accounts of a component, fewer where edges times accounts exceed `STEPS`."""
LEAST_PIVOTS = 20


def with_roles(found: Clusters, edges: Columns, messages: Messages) -> Clusters:
    """The clusters with the role of every member and the measures behind it, and the accounts that are cleared.

    `edges` are the columns clusters were found in, with message_ids and other_ids; `messages` those they came from.
    """
    ranks, bursts = first_shares(found, edges, sent(messages, edges))
    shares = between(found.fused, found.community, found.options.seed)
    share = dict(zip(found.fused.accounts, shares.tolist(), strict=True))
    members = (_measured(m, ranks[m.account_id], share[m.account_id]) for m in found.members)
    roles = tuple(replace(m, role=_role(m, bursts[m.cluster])) for m in members)
    return replace(found, members=roles, cleared=cleared(messages, edges))


def _measured(member: Member, ranks: list[float], between: float) -> Member:
    return replace(member, median_rank=median(ranks) if ranks else None, bursts=len(ranks), between=between)


def _role(member: Member, bursts: int) -> str:
    if member.bursts >= LEAST_BURSTS and member.median_rank == 1:
        return "initiator"
    if member.between >= BRIDGE:
        return "bridge"
    if member.bursts >= max(LEAST_BURSTS, MOST * bursts):
        return "amplifier"
    return "member"


def sent(messages: Messages, edges: Columns) -> dict[str, int]:
    """When the messages behind the surviving edges were sent, microseconds since 1970, by id.

    Of an id that two platforms have in common the earlier message counts.
    """
    kept = column(edges, "survives").astype(bool)
    wanted = {i for name in ("message_ids", "other_ids") for ids in column(edges, name)[kept] for i in _each(ids)}
    found: dict[str, int] = {}
    for name, at in zip(messages.ids()[:], messages.at.tolist(), strict=True) if wanted else ():
        if name in wanted:
            found.setdefault(name, at)
    return found


def first_shares(
    found: Clusters, edges: Columns, sent: Mapping[str, int]
) -> tuple[defaultdict[str, list[float]], Counter[str]]:
    """The rank of every account in every burst of its cluster it takes part in, and the bursts of every cluster.

    A burst is what hangs together through the pairs of messages behind the surviving edges inside a cluster: mostly
    one text or one link. Accounts are ranked by their first message in it, 1 is first; equal times share the mean rank.
    """
    cluster = {m.account_id: m.cluster for m in found.members}
    number: dict[tuple[str, str], int] = {}
    pairs = [(number.setdefault(a, len(number)), number.setdefault(b, len(number))) for a, b in _pairs(edges, cluster)]
    one, two = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    burst = connected(len(number), one, two).tolist()
    first: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for (account, message), which in zip(number, burst, strict=True):
        if message in sent:
            at = sent[message]
            first[which][account] = min(at, first[which].get(account, at))
    ranks: defaultdict[str, list[float]] = defaultdict(list)
    bursts: Counter[str] = Counter()
    for times in first.values():
        if len(times) > 1:
            bursts[cluster[next(iter(times))]] += 1
            ordered = sorted(times.values())
            for account, at in times.items():
                ranks[account].append(ordered.index(at) + (ordered.count(at) + 1) / 2)
    return ranks, bursts


def _pairs(edges: Columns, cluster: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """(account, message) and (account, message) of every pair behind a surviving edge inside a cluster."""
    kept = np.flatnonzero(column(edges, "survives").astype(bool))
    rows = zip(*(column(edges, c)[kept] for c in ("source", "target", "message_ids", "other_ids")), strict=True)
    for source, target, own, others in rows:
        if source != target and source in cluster and cluster[source] == cluster.get(target):
            for a, b in zip(_each(own), _each(others), strict=False):
                if a is not None and b is not None:
                    yield (source, a), (target, b)


def _each(ids: object) -> list[str | None]:
    """The ids of a cell, which may be null; those of others may hold nulls."""
    return ids.tolist() if isinstance(ids, np.ndarray) else []


def between(fused: Fused, community: Ints, seed: int = 1) -> NDArray[np.float64]:
    """Of every account its share of the shortest paths between accounts of different communities, ends left out.

    Betweenness after Brandes 2001, counting pairs of different communities only, over the pairs there are: 1 where
    nothing passes but through it. In large components paths are counted from a sample drawn with the seed.
    """
    component = components(fused)
    near: list[list[int]] = [[] for _ in fused.accounts]
    for a, b in zip(fused.source.tolist(), fused.target.tolist(), strict=True):
        near[a].append(b)
        near[b].append(a)
    passed, possible = np.zeros(len(near)), np.zeros(len(near))
    random = np.random.default_rng(seed)
    order = np.argsort(component, kind="stable")
    for inside in np.split(order, np.flatnonzero(np.diff(component[order])) + 1):
        labels = community[inside]
        if len(np.unique(labels)) < 2:
            continue
        few = max(LEAST_PIVOTS, STEPS // max(1, sum(len(near[i]) for i in inside.tolist())))
        pivots = inside if len(inside) <= min(PIVOTS, few) else random.choice(inside, min(PIVOTS, few), replace=False)
        for pivot in pivots.tolist():
            apart = community[inside] != community[pivot]
            possible[inside] += apart.sum() - apart
            possible[pivot] -= apart.sum()
            _pass_from(pivot, near, community, passed)
    return np.divide(passed, possible, out=np.zeros(len(near)), where=possible > 0)


def _pass_from(pivot: int, near: list[list[int]], community: Ints, passed: NDArray[np.float64]) -> None:
    """Add to `passed` what every account has of the paths from the pivot to accounts of other communities."""
    order, distance, paths = [pivot], {pivot: 0}, Counter({pivot: 1})
    for account in order:
        for other in near[account]:
            if other not in distance:
                distance[other] = distance[account] + 1
                order.append(other)
            if distance[other] == distance[account] + 1:
                paths[other] += paths[account]
    behind: defaultdict[int, float] = defaultdict(float)
    for account in reversed(order[1:]):
        passed[account] += behind[account]
        share = (behind[account] + (community[account] != community[pivot])) / paths[account]
        for other in near[account]:
            if distance[other] == distance[account] - 1:
                behind[other] += paths[other] * share


def cleared(messages: Messages, edges: Columns) -> tuple[str, ...]:
    """Accounts with much to show and no significant edge: at least as many posts as half of the linked accounts have.

    They could have been found and were not. Nothing is cleared where no edge survives. Sorted by name.
    """
    kept = column(edges, "survives").astype(bool) & (column(edges, "source") != column(edges, "target"))
    linked = {str(a) for name in ("source", "target") for a in column(edges, name)[kept].tolist()}
    posts = dict(zip(messages.accounts, np.bincount(messages.user, minlength=len(messages.accounts)), strict=True))
    if not linked:
        return ()
    least = median(int(posts.get(a, 0)) for a in linked)
    return tuple(sorted(a for a, n in posts.items() if n >= least and a not in linked))
