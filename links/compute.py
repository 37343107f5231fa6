"""Every co-activity network by its name."""

from __future__ import annotations

from collections.abc import Callable

from attrigraph.errors import InputError
from attrigraph.links.messages import Messages
from attrigraph.links.networks import NETWORKS, co_activity
from attrigraph.links.records import Edges, LinkOptions
from attrigraph.links.rhythm import activity_sync, fast_retweet
from attrigraph.links.similar import co_similar

__all__ = ["MEANINGS", "compute"]

OTHERS: dict[str, Callable[[Messages, LinkOptions], Edges]] = {
    "co_similar": co_similar,
    "fast_retweet": fast_retweet,
    "activity_sync": activity_sync,
}
MEANINGS: dict[str, str] = {name: network.means for name, network in NETWORKS.items()} | {
    "co_similar": "both post texts of nearly the same words",
    "fast_retweet": "one repeats the other's posts within seconds",
    "activity_sync": "both are active at the same times",
}
"""What an edge says, for each network."""


def compute(messages: Messages, network: str, options: LinkOptions) -> Edges:
    """The edges of a network. Raises InputError for an unknown one, and for options that make no sense."""
    if network in OTHERS:
        return OTHERS[network](messages, options)
    if network not in NETWORKS:
        raise InputError(f"{network!r} is no network. Choose from {', '.join(MEANINGS)}.")
    return co_activity(messages, network, options)
