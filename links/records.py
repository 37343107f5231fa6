"""What linking takes and gives: options, and edges as columns with the messages behind every one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["MODES", "SIMILAR_MODES", "Edge", "Edges", "HotKey", "Ints", "LinkOptions", "Mode", "SimilarMode"]

Ints = NDArray[np.int64]
Mode = Literal["attrigraph", "cnt-1.5.2", "cnt-head", "coortweet"]
SimilarMode = Literal["exact", "lsh"]
SIMILAR_MODES: tuple[SimilarMode, ...] = ("exact", "lsh")
MODES: tuple[Mode, ...] = ("attrigraph", "cnt-1.5.2", "cnt-head", "coortweet")


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """How posts are linked.

    `window_s`: two posts act together when their times differ by at most this (closed). `min_weight`: fewer messages
    make no edge. `similarity`: least Jaccard index of co_similar, inclusive; `similar_mode` lsh finds
    at least 95 in 100 of such pairs. `min_tokens`: shorter texts have no key
    (mode attrigraph). A key that more than `hot_accounts` accounts share, or that makes more than `hot_pairs` pairs of
    messages within the window, is reported and left out, unless `force_hot`. `fast_s`: a repost within so many seconds
    of its original is fast. `bin_s`: activity is counted in bins of this length.
    `loops` keeps the edges of an account to itself, `empty_keys` reproduces what the toolkit makes of empty texts and
    links; both are for comparison with it.
    """

    mode: Mode = "attrigraph"
    window_s: float = 60.0
    min_weight: int = 2
    similarity: float = 0.9
    similar_mode: SimilarMode = "exact"
    min_tokens: int = 3
    hot_accounts: int = 2_000
    hot_pairs: int = 4_000_000
    force_hot: bool = False
    fast_s: float = 10.0
    bin_s: float = 1_800.0
    loops: bool = False
    empty_keys: bool = False


@dataclass(frozen=True, slots=True)
class HotKey:
    """A key left out because too many accounts share it: its pairs grow with the square.

    `pairs` counts the pairs of messages within the window, both directions, each message with itself included.
    """

    network: str
    key: str
    accounts: int
    messages: int
    pairs: int


@dataclass(frozen=True, slots=True)
class Edge:
    """One edge as a record: `message_ids` are the messages of `source` that count, oldest first."""

    source: str
    target: str
    network: str
    mode: Mode
    weight: int
    window_s: float
    message_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edges:
    """Directed edges of one network, one element an edge, sorted by source and target.

    `source` and `target` index `accounts`; `weight` is the number of distinct messages of the source. The messages of
    edge e are `messages[starts[e]:starts[e + 1]]`, which index `ids`. `count` tells each account's messages with a
    key, `hot` names the keys that were left out.
    """

    network: str
    options: LinkOptions
    accounts: Sequence[str]
    ids: Sequence[str]
    source: Ints
    target: Ints
    weight: Ints
    starts: Ints
    messages: Ints
    count: Callable[[], Ints]
    hot: tuple[HotKey, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.source)

    @property
    def eligible(self) -> Ints:
        """How many messages of each account have a key; counted when asked for."""
        return self.count()

    def message_ids(self, edge: int) -> tuple[str, ...]:
        """Ids of the messages of the source behind an edge, oldest first."""
        return tuple(self.ids[i] for i in self.messages[self.starts[edge] : self.starts[edge + 1]])

    def __iter__(self) -> Iterator[Edge]:
        for e in range(len(self)):
            yield Edge(
                self.accounts[self.source[e]],
                self.accounts[self.target[e]],
                self.network,
                self.options.mode,
                int(self.weight[e]),
                self.options.window_s,
                self.message_ids(e),
            )

    def weights(self) -> dict[tuple[str, str], int]:
        """(source, target) -> weight."""
        return {(e.source, e.target): e.weight for e in self}
