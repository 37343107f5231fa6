"""What stands behind a network's edges: the keys that tests count, the streams that time shifts turn, who met whom.

Every network has keys, so that one test serves all. Of co_similar a key is a group of texts joined by chains of similar
ones; of activity_sync a time bin; of fast_retweet a fast repost, which its author and that of the original share.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from attrigraph.links.coortweet import coortweet_edges
from attrigraph.links.messages import Messages
from attrigraph.links.networks import (
    DAY,
    LONGEST_S,
    NETWORKS,
    co_activity,
    counter,
    crowded,
    rows_of,
    shared,
    window_of,
)
from attrigraph.links.records import Edges, HotKey, LinkOptions
from attrigraph.links.rhythm import LEAST_BINS, activity_sync, fast_retweet, reposts
from attrigraph.links.similar import co_similar, similar_groups
from attrigraph.links.sweep import Rows, Windows, once, windows
from attrigraph.links.timing import Lags, Nearest, lags

__all__ = ["Basis", "basis"]


@dataclass(frozen=True, slots=True)
class Basis:
    """The edges of a network and what they rest on.

    `found`: rows with the keys that the hypergeometric test counts, and their windows. A row of `sources` meets one of
    `targets` with the same key when the latter is at most `before` ticks earlier or `after` ticks later; that is what
    shifts in time recount. `meetings`: for every message of a source the nearest of the target within twice the window;
    None where twice the window means nothing. `pairs`: the weight counts pairs of messages, not messages. `day`: ticks
    of a day, 0 when it is no whole number of them.
    """

    edges: Edges
    found: Windows
    sources: Rows
    targets: Rows
    before: int
    after: int
    meetings: Lags | None
    pairs: bool = False
    day: int = DAY


def basis(messages: Messages, network: str, options: LinkOptions) -> Basis:
    """Edges and their basis. Raises InputError for an unknown network, and for options that make no sense."""
    others: dict[str, Callable[[Messages, LinkOptions], Basis]] = {
        "co_similar": _similar,
        "fast_retweet": _fast,
        "activity_sync": _sync,
    }
    return others[network](messages, options) if network in others else _keyed(messages, network, options)


def _keyed(messages: Messages, network: str, options: LinkOptions) -> Basis:
    if options.mode == "coortweet":
        edges = coortweet_edges(messages, network, options)
        rows = rows_of(messages, NETWORKS[network], options)
        found = windows(rows, window_of(options.window_s))
    else:
        edges = co_activity(messages, network, options)
        rows, found, _ = shared(messages, network, options)
    window = window_of(options.window_s)
    met = lags(messages, edges, rows=rows, window_s=_twice(options.window_s))
    return Basis(edges, found, rows, rows, window, window, met, pairs=options.mode == "coortweet")


def _similar(messages: Messages, options: LinkOptions) -> Basis:
    edges = co_similar(messages, options)
    nearest, window = Nearest(messages, edges), window_of(options.window_s)
    message, group = similar_groups(messages, replace(options, window_s=_twice(options.window_s)), nearest.add)
    edges = replace(edges, count=counter(messages, lambda: message))
    rows = Rows(group, messages.user[message], messages.at[message], message)
    found = windows(rows, window)
    if not options.force_hot:
        marked, counts = crowded(found, options)
        texts = [messages.values("text", found.rows.message[found.rows.key == key][:1])[0][:80] for key in marked]
        hot = [HotKey("co_similar", f"texts like: {t}", *c) for t, c in zip(texts, counts, strict=True)]
        if hot:
            rows = rows.take(np.flatnonzero(~np.isin(rows.key, marked)))
            found, edges = windows(rows, window), replace(edges, hot=(*edges.hot, *hot))
    return Basis(edges, found, rows, rows, window, window, nearest.lags())


def _fast(messages: Messages, options: LinkOptions) -> Basis:
    """A key is a fast repost; its author and the author of the original are the two accounts that use it."""
    edges = fast_retweet(messages, options)
    repost, original = reposts(messages)
    lag = messages.at[repost] - messages.at[original]
    double = (lag >= 0) & (lag <= 2 * window_of(options.fast_s))
    fast = np.flatnonzero(double & (lag <= window_of(options.fast_s)))
    one, two = repost[fast], original[fast]
    key = np.concatenate((one, one))
    rows = Rows(key, messages.user[np.concatenate((one, two))], messages.at[key], key)
    nearest = Nearest(messages, edges)
    nearest.add(repost[double], original[double])
    sources = Rows(original, messages.user[repost], messages.at[repost], repost)
    first = once(original)
    targets = Rows(first, messages.user[first], messages.at[first], first)
    return Basis(edges, windows(rows, 0), sources, targets, window_of(options.fast_s), 0, nearest.lags())


def _sync(messages: Messages, options: LinkOptions) -> Basis:
    """A key is a bin of time; bins in which too many accounts are active say nothing and are left out of the test."""
    edges = activity_sync(messages, options)
    length = max(1, window_of(options.bin_s))
    bins = messages.at // length
    accounts = max(1, len(messages.accounts))
    start = int(bins.min(initial=0))
    used, first = np.unique((bins - start) * accounts + messages.user, return_index=True)
    bin_, user = used // accounts, used % accounts
    busy = np.bincount(user, minlength=accounts)[user] >= LEAST_BINS
    bin_, user = bin_[busy], user[busy]
    hot = list[HotKey]()
    if not options.force_hot:
        several = np.bincount(bin_, minlength=1)
        for crowded in np.flatnonzero(several > options.hot_accounts):
            at = np.datetime64((int(crowded) + start) * length, "us")
            own = int((bins == crowded + start).sum())
            hot.append(HotKey("activity_sync", f"{at}", int(several[crowded]), own, int(several[crowded]) ** 2))
        kept = several[bin_] <= options.hot_accounts
        bin_, user = bin_[kept], user[kept]
    rows = Rows(bin_, user, bin_, np.arange(len(bin_)))
    same, day = np.zeros(len(messages), np.int64), 0 if DAY % length else DAY // length
    sources = Rows(same, messages.user, bins - start, np.arange(len(messages)))
    targets = Rows(np.zeros(len(used), np.int64), used % accounts, used // accounts, first)
    return Basis(replace(edges, hot=tuple(hot)), windows(rows, 0), sources, targets, 0, 0, None, day=day)


def _twice(window_s: float) -> float:
    return min(2 * window_s, LONGEST_S)
