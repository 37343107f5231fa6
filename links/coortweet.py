"""Networks as CooRTweet defines them: undirected, weighted by the pairs of shares, every account with enough of them.

`detect_groups` and `generate_coordinated_network` of CooRTweet 2.1.3, read in source and confirmed by running it on its
own data (docs/links.md). Where CooRTweet mixes up the two sides of an edge, both values are given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from attrigraph.duck import connect
from attrigraph.errors import InputError
from attrigraph.links.messages import Messages, codes, plain
from attrigraph.links.networks import NETWORKS, TICK, edges_of, rows_of, window_of
from attrigraph.links.records import Edges, Ints, LinkOptions
from attrigraph.links.sweep import Found, Rows, Windows, expand, grouped, once, pieces, windows

__all__ = ["CoorEdge", "CoorEdges", "Shares", "coortweet", "coortweet_edges", "read_shares", "shares_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shares:
    """One element a share of an object, oldest first: hashes of object and content, position in `accounts`, ticks."""

    object: Ints
    user: Ints
    content: Ints
    at: Ints
    accounts: Sequence[str]


@dataclass(frozen=True, slots=True)
class CoorEdge:
    """One edge. `n_older`, `n_newer`: contents on the older and newer side, which CooRTweet gives as the accounts' own.

    `n_source`, `n_target`: contents of each account; `symmetry` (as reported) and `symmetry_own` are less / more.
    """

    source: str
    target: str
    weight: int
    mean_delta_s: float
    n_older: int
    n_newer: int
    n_source: int
    n_target: int
    strong: bool

    @property
    def symmetry(self) -> float:
        """As CooRTweet reports it."""
        return min(self.n_older, self.n_newer) / max(self.n_older, self.n_newer)

    @property
    def symmetry_own(self) -> float:
        """Of the contents of each account."""
        return min(self.n_source, self.n_target) / max(self.n_source, self.n_target)


@dataclass(frozen=True, slots=True)
class CoorEdges:
    """Edges as columns, one element an edge, sorted by the names of source and target (source < target).

    `strong` tells which weights lie above the quantile asked for; `pairs` counts the pairs of shares behind all edges.
    """

    accounts: Sequence[str]
    source: Ints
    target: Ints
    weight: Ints
    mean_delta_s: Floats
    n_older: Ints
    n_newer: Ints
    n_source: Ints
    n_target: Ints
    strong: NDArray[np.bool_]
    pairs: int

    def __len__(self) -> int:
        return len(self.source)

    def __iter__(self) -> Iterator[CoorEdge]:
        for e in range(len(self)):
            yield CoorEdge(
                self.accounts[self.source[e]],
                self.accounts[self.target[e]],
                int(self.weight[e]),
                float(self.mean_delta_s[e]),
                int(self.n_older[e]),
                int(self.n_newer[e]),
                int(self.n_source[e]),
                int(self.n_target[e]),
                bool(self.strong[e]),
            )


def read_shares(path: Path) -> Shares:
    """A Parquet file with CooRTweet's columns object_id, account_id, content_id, timestamp_share (seconds)."""
    with connect() as connection:
        posts = "read_parquet(?)"
        rows = connection.execute(f"SELECT DISTINCT account_id, hash(account_id) FROM {posts}", [str(path)]).fetchall()
        found = connection.execute(
            "SELECT hash(object_id), hash(account_id), hash(content_id), (timestamp_share * 1000000)::BIGINT AS moment "
            f"FROM {posts} ORDER BY moment",
            [str(path)],
        ).fetchnumpy()
    shared, account, content, at = (plain(column) for column in found.values())
    accounts = sorted(rows)
    known = np.array([h for _, h in accounts], dtype=np.uint64).view(np.int64)
    return Shares(shared, codes(account, known), content, at, [name for name, _ in accounts])


def shares_of(messages: Messages, network: str, options: LinkOptions) -> Shares:
    """The shares of a network of the case: the object is the key, the content is the post."""
    return _shares(messages, network, options)[0]


def _shares(messages: Messages, network: str, options: LinkOptions) -> tuple[Shares, Ints]:
    """The shares, and the message of each."""
    if network not in NETWORKS:
        raise InputError(f"{network!r} is no network. Choose from {', '.join(NETWORKS)}.")
    rows = rows_of(messages, NETWORKS[network], options)
    content = messages.column("hash(coalesce(post_id, source || ':' || record))")
    return Shares(rows.key, rows.user, content[rows.message], rows.at, messages.accounts), rows.message


def coortweet(
    shares: Shares, window_s: float = 10.0, min_participation: int = 2, edge_weight: float = 0.5
) -> CoorEdges:
    """The coordinated network. An edge is strong when its weight exceeds the `edge_weight` quantile of all weights."""
    return _edges(*_taking_part(shares, window_s, min_participation), shares, edge_weight)


def _taking_part(shares: Shares, window_s: float, least: int) -> tuple[Ints, Ints]:
    """Older and newer share of all pairs that count."""
    kept = np.flatnonzero(np.bincount(shares.user, minlength=1)[shares.user] >= least)
    rows = Rows(shares.object[kept], shares.user[kept], shares.at[kept], kept)
    older, newer = _pairs(windows(rows, window_of(window_s)), shares)
    return _participating(older, newer, shares, kept, least)


def coortweet_edges(messages: Messages, network: str, options: LinkOptions) -> Edges:
    """The edges of a network of the case as CooRTweet weighs them, with the messages of the source behind each.

    Undirected, source before target; the weight counts pairs of shares. Accounts take part with two shares.
    """
    shares, of = _shares(messages, network, options)
    older, newer = _taking_part(shares, options.window_s, 2)
    users, bits = max(1, len(messages.accounts)), max(1, len(messages)).bit_length()
    a, b = shares.user[older], shares.user[newer]
    pair, message = np.minimum(a, b) * users + np.maximum(a, b), of[np.where(a < b, older, newer)]
    _, place, weight = np.unique(pair, return_inverse=True, return_counts=True)
    strong = weight[place] >= options.min_weight
    edge, several, kept = grouped(once((pair[strong] << bits) | message[strong]), bits, 1)
    found = Found(edge, np.concatenate(([0], np.cumsum(several))), kept)
    edges = edges_of(messages, network, options, found, lambda: rows_of(messages, NETWORKS[network], options).message)
    return replace(edges, weight=weight[weight >= options.min_weight])


def _pairs(found: Windows, shares: Shares) -> tuple[Ints, Ints]:
    """Shares of one object within the window, by two accounts, as two contents, none of them the object itself."""
    n = np.arange(len(found.group))
    ahead = Windows(found.rows, n + 1, found.last, found.group)
    busy = np.flatnonzero(found.last > n + 1)
    parts: list[tuple[Ints, Ints]] = []
    for part in pieces(ahead, busy):
        place, two = expand(ahead, part)
        a, b = found.rows.message[part][place], found.rows.message[two]
        own = shares.object[a]
        sound = (shares.user[a] != shares.user[b]) & (shares.content[a] != shares.content[b])
        sound &= (own != shares.content[a]) & (own != shares.content[b])
        parts.append((a[sound], b[sound]))
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.concatenate([a for a, _ in parts]), np.concatenate([b for _, b in parts])


def _participating(older: Ints, newer: Ints, shares: Shares, kept: Ints, least: int) -> tuple[Ints, Ints]:
    """The pairs in which at least one content is of an account with `least` shares among the contents of all pairs."""
    inside = kept[np.isin(shares.content[kept], shares.content[np.concatenate((older, newer))])]
    active = inside[np.bincount(shares.user[inside], minlength=1)[shares.user[inside]] >= least]
    of_active = once(shares.content[active])
    sound = np.isin(shares.content[older], of_active) | np.isin(shares.content[newer], of_active)
    return older[sound], newer[sound]


def _edges(older: Ints, newer: Ints, shares: Shares, quantile: float) -> CoorEdges:
    a, b = shares.user[older], shares.user[newer]
    users = len(shares.accounts) + 1
    packed = np.minimum(a, b) * users + np.maximum(a, b)
    edge, at, weight = np.unique(packed, return_inverse=True, return_counts=True)
    delta = (shares.at[newer] - shares.at[older]) / TICK
    forward = a < b
    contents = shares.content
    of_source = np.where(forward, contents[older], contents[newer])
    of_target = np.where(forward, contents[newer], contents[older])
    sides = (contents[older], contents[newer], of_source, of_target)
    n_older, n_newer, n_source, n_target = (_distinct(at, side, len(edge)) for side in sides)
    bound = np.quantile(weight, quantile) if len(weight) else 0
    mean = np.bincount(at, weights=delta, minlength=len(edge)) / np.maximum(weight, 1)
    return CoorEdges(
        shares.accounts,
        edge // users,
        edge % users,
        weight,
        mean,
        n_older,
        n_newer,
        n_source,
        n_target,
        weight > bound,
        len(older),
    )


def _distinct(edge: Ints, content: Ints, edges: int) -> Ints:
    """Number of different contents of every edge."""
    order = np.lexsort((content, edge))
    edge, content = edge[order], content[order]
    new = np.ones(len(edge), dtype=bool)
    new[1:] = (edge[1:] != edge[:-1]) | (content[1:] != content[:-1])
    return np.bincount(edge[new], minlength=edges).astype(np.int64)
