"""One undirected network of all networks: which accounts are linked at all, and by how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attrigraph.errors import InputError
from attrigraph.links.records import Ints

__all__ = ["CAP", "Columns", "Fused", "column", "components", "connected", "fuse"]

Columns = Mapping[str, Any]
"""Edges as columns of one length, by the names of `edges.parquet`: what `fetchnumpy()` gives, or a pandas frame."""
CAP = 10.0
"""A network adds at most this: a q-value below 1e-10 says nothing more about which accounts belong together."""


@dataclass(frozen=True, slots=True)
class Fused:
    """Edge e links `accounts[source[e]]` and `accounts[target[e]]` (source < target), once, sorted by both.

    `weight`: over the networks that have the edge in either direction, the sum of -log10 of the smaller q-value, each
    at most `CAP`. It orders edges by how little chance explains them, so that communities follow the surer ones. The
    networks are not independent (equal texts are similar texts too), so the sum is no probability and no test.
    `networks` is in how many networks the accounts are linked. Accounts are in the order of their names.
    """

    accounts: Sequence[str]
    source: Ints
    target: Ints
    weight: NDArray[np.float64]
    networks: Ints

    def __len__(self) -> int:
        return len(self.source)

    def __iter__(self) -> Iterator[tuple[str, str, float]]:
        for a, b, weight in zip(self.source.tolist(), self.target.tolist(), self.weight.tolist(), strict=True):
            yield self.accounts[a], self.accounts[b], weight


def column(edges: Columns, name: str) -> NDArray[Any]:
    """A column of edges as an array; null numbers are nan, other nulls None, NaT or false.

    Raises InputError when it is not there.
    """
    try:
        found = edges[name]
    except KeyError:
        raise InputError(f"The edges have no column {name!r}. Give the columns of edges.parquet.") from None
    if np.ma.isMaskedArray(found):
        if found.dtype.kind in "iu":
            found = found.astype(np.float64)
        nulls = {"f": np.nan, "O": None, "M": np.datetime64("NaT"), "b": False}
        return np.asarray(found.filled(nulls[found.dtype.kind]))
    return np.asarray(found)


def fuse(edges: Columns) -> Fused:
    """The fused network of the edges that survive; columns network, source, target, q_value, survives.

    An edge that survives without a q-value counts as one of .05. Edges of an account to itself say nothing.
    """
    source, target = column(edges, "source"), column(edges, "target")
    kept = column(edges, "survives").astype(bool) & (source != target)
    source, target = source[kept].astype(str), target[kept].astype(str)
    q = column(edges, "q_value")[kept].astype(np.float64)
    says = np.minimum(-np.log10(np.clip(np.where(np.isnan(q), 0.05, q), 10**-CAP, 1.0)), CAP)
    accounts, place = np.unique(np.concatenate((source, target)), return_inverse=True)
    one, two = place[: len(source)], place[len(source) :]
    _, network = np.unique(column(edges, "network")[kept].astype(str), return_inverse=True)
    pair = np.minimum(one, two).astype(np.int64) * max(1, len(accounts)) + np.maximum(one, two)
    order = np.lexsort((-says, network, pair))
    pair, network, says = pair[order], network[order], says[order]
    first = np.ones(len(pair), dtype=bool)
    first[1:] = (pair[1:] != pair[:-1]) | (network[1:] != network[:-1])
    pairs, which = np.unique(pair[first], return_inverse=True)
    return Fused(
        accounts.tolist(),
        pairs // max(1, len(accounts)),
        pairs % max(1, len(accounts)),
        np.bincount(which, weights=says[first], minlength=len(pairs)).astype(np.float64),
        np.bincount(which, minlength=len(pairs)).astype(np.int64),
    )


def components(fused: Fused) -> Ints:
    """The connected component of every account, numbered from 0 in the order of their first accounts."""
    return connected(len(fused.accounts), fused.source, fused.target)


def connected(n: int, one: Ints, two: Ints) -> Ints:
    """The connected component of each of n things, of which `one[i]` and `two[i]` hang together.

    Every thing takes the smallest label of its neighbours, and the label of its label, until nothing changes.
    """
    label = np.arange(n, dtype=np.int64)
    while True:
        before = label.copy()
        np.minimum.at(label, one, before[two])
        np.minimum.at(label, two, before[one])
        label = label[label]
        if (label == before).all():
            return np.unique(label, return_inverse=True)[1].astype(np.int64)
