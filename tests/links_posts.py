"""Posts in memory for tests of links, and the edges of a network found the slow way: every message with every other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from attrigraph.links.messages import Messages, read_messages
from attrigraph.links.records import Edges, LinkOptions
from tests.observed import Rows

__all__ = ["CNT", "HEAD", "Post", "messages_of", "slow", "weights"]

CNT = LinkOptions(mode="cnt-1.5.2", min_weight=1, loops=True, empty_keys=True, force_hot=True)
HEAD = replace(CNT, mode="cnt-head")
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Post:
    """A post of `user`, `at` seconds after the start."""

    user: str
    at: float
    text: str | None = None
    repost: str | None = None
    reply: str | None = None
    urls: Sequence[str] = ()
    tags: Sequence[str] = ()
    id: str | None = None
    source: str = "s1"

    def row(self, number: int) -> dict[str, Any]:
        return {
            "post_id": self.id or f"m{number}",
            "account_id": f"x:{self.user}",
            "platform": "x",
            "at": START + timedelta(seconds=self.at),
            "text": self.text,
            "repost_of": self.repost,
            "reply_to": self.reply,
            "urls": list(self.urls),
            "hashtags": list(self.tags),
            "source": self.source,
        }


def messages_of(*posts: Post) -> Messages:
    return read_messages(Rows(posts=[p.row(n) for n, p in enumerate(posts, 1)]).connection())


def weights(edges: Edges) -> dict[str, int]:
    """`A>B` -> weight."""
    return {f"{a[2:]}>{b[2:]}": w for (a, b), w in edges.weights().items()}


def slow(
    posts: Sequence[Post], related: Callable[[Post, Post], bool], window: float, least: int, mode: str
) -> dict[str, int]:
    """w(A>B): messages of A with a related message of B at most `window` seconds away; with loops.

    Whether a message is its own partner is what tells the modes of the toolkit apart.
    """
    found: dict[str, set[int]] = {}
    for i, one in enumerate(posts):
        for j, two in enumerate(posts):
            if (i != j or mode == "cnt-1.5.2") and abs(one.at - two.at) <= window and related(one, two):
                found.setdefault(f"{one.user}>{two.user}", set()).add(i)
    return {pair: len(own) for pair, own in found.items() if len(own) >= least}
