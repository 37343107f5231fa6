"""The co-activity networks: what is the key of each, in each mode; computed by one sweep.

Definitions of the modes `cnt-1.5.2` and `cnt-head`: coordination-network-toolkit 1.5.2 and its later head, read in
source and confirmed by running (docs/links.md). Mode `attrigraph` differs where the toolkit errs: nothing is no key,
texts of fewer than three words are no key, links are compared in a canonical form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

import duckdb
import numpy as np
from duckdb.func import FunctionNullHandling

from attrigraph.errors import InputError
from attrigraph.links.messages import Keys, Messages
from attrigraph.links.records import Edges, HotKey, Ints, LinkOptions
from attrigraph.links.sweep import Found, Rows, Windows, next_of_user, once, sweep, windows
from attrigraph.links.text import CANONICAL_URL, CLEANED, canonical_url, cleaned

__all__ = [
    "DAY",
    "LONGEST_S",
    "NETWORKS",
    "TICK",
    "Network",
    "co_activity",
    "counter",
    "crowded",
    "edges_of",
    "key_of",
    "rows_of",
    "shared",
    "teach",
    "window_of",
]

TICK = 1_000_000
DAY = 86_400 * TICK
LONGEST_S = 10 * 366 * 86_400


@dataclass(frozen=True, slots=True)
class Network:
    """One network: `key` is SQL over a post, NULL where it has none; of the list `each` every `item` is a key.

    Networks of lists look at posts that are no repost.
    """

    name: str
    means: str
    key: str
    each: str | None = None


def _own(expression: str) -> str:
    return f"CASE WHEN repost_of IS NULL THEN {expression} END"


TAG = "nullif(ltrim(lower(item), '#'), '')"
TAGS = "list_aggregate(list_transform(hashtags, lambda h: ltrim(lower(h), '#')), 'string_agg', ' ')"
NETWORKS: dict[str, Network] = {
    n.name: n
    for n in (
        Network("co_retweet", "both repeat one post", "repost_of"),
        Network("co_tweet", "both post the same text, mentions left out", CLEANED),
        Network("co_reply", "both answer one post", _own("reply_to")),
        Network("co_link", "both post one link", "item", each="urls"),
        Network("co_hashtag", "both use one hashtag", TAG, each="hashtags"),
        Network(
            "hashtag_sequence",
            "both use the same three or more hashtags in the same order",
            f"CASE WHEN repost_of IS NULL AND len(hashtags) >= 3 THEN {TAGS} END",
        ),
        Network("co_post", "both post at all", "0"),
    )
}


def co_activity(messages: Messages, network: str, options: LinkOptions) -> Edges:
    """The edges of a network. Raises InputError for an unknown network, or a window that is no length of time."""
    if network not in NETWORKS:
        raise InputError(f"{network!r} is no network. Choose from {', '.join(NETWORKS)}.")
    rows, found, hot = shared(messages, network, options)
    users = max(1, len(messages.accounts))
    swept = sweep(found, users, options.min_weight)
    if options.loops:
        swept = _with_loops(swept, found, rows, users, options)
    message = rows.message
    return edges_of(messages, network, options, swept, lambda: message, hot=hot)


def shared(messages: Messages, network: str, options: LinkOptions) -> tuple[Rows, Windows, tuple[HotKey, ...]]:
    """The rows of a network that have a key, those of them whose key occurs again, and the keys left out before."""
    window = window_of(options.window_s)
    rows = rows_of(messages, NETWORKS[network], options)
    found = windows(rows, window)
    if not options.force_hot:
        marked, hot = _hot(messages, NETWORKS[network], found, options)
        if hot:
            rows = rows.take(np.flatnonzero(~np.isin(rows.key, marked)))
            return rows, windows(rows, window), hot
    return rows, found, ()


def window_of(seconds: float) -> int:
    """A window in ticks. Raises InputError for one that is negative, no number, or longer than ten years."""
    if not 0 <= seconds <= LONGEST_S:
        raise InputError(f"A window of {seconds} s is no length of time between 0 and ten years.")
    return round(seconds * TICK)


def rows_of(messages: Messages, network: Network, options: LinkOptions) -> Rows:
    """Every message with its key, or with each of its keys."""
    found = _keys(messages, network, options)
    return Rows(found.key, messages.user[found.message], messages.at[found.message], found.message)


def _keys(messages: Messages, network: Network, options: LinkOptions) -> Keys:
    key, each, posts = key_of(network, options)
    teach(messages, key + posts)
    return messages.keys(key, posts) if each is None else messages.keys_of_each(each, key)


def key_of(network: Network, options: LinkOptions) -> tuple[str, str | None, str]:
    """The SQL of the key in a mode, of the list whose items are keys, and of the rows that both are read from."""
    ours = options.mode == "attrigraph"
    if network.name == "co_tweet":
        rows = f"(SELECT {_own(network.key)} AS k, repost_of FROM posts)"
        if ours:
            return f"CASE WHEN split_part(k, ' ', {options.min_tokens:d}) <> '' THEN k END", None, rows
        return (_own("coalesce(k, '')") if options.empty_keys else "nullif(k, '')"), None, rows
    if network.name == "co_link":
        if options.empty_keys:
            return "item", "CASE WHEN len(urls) > 0 THEN urls ELSE [''] END", "posts"
        return (CANONICAL_URL if ours else "nullif(item, '')"), network.each, "posts"
    return network.key, network.each, "posts"


def teach(messages: Messages, sql: str) -> None:
    """Define the Python functions that stand in `sql`, once."""
    for name, function in (("cleaned", cleaned), ("canonical_url", _canonical)):
        if f"{name}(" in sql:
            with suppress(duckdb.NotSupportedError):  # the connection has learnt it already
                messages.connection.create_function(
                    name, function, ["VARCHAR"], "VARCHAR", null_handling=FunctionNullHandling.SPECIAL
                )


def _canonical(url: str | None) -> str | None:
    return canonical_url(url)


def _hot(messages: Messages, network: Network, found: Windows, options: LinkOptions) -> tuple[Ints, tuple[HotKey, ...]]:
    """Keys that too many accounts share, or that make too many pairs; counted before anything is paired."""
    marked, hot = crowded(found, options)
    if not hot:
        return marked, ()
    key, each, posts = key_of(network, options)
    names = messages.key_names(key, marked.tolist(), items=each, posts=posts)
    reported = (HotKey(network.name, names.get(k, ""), *c) for k, c in zip(marked.tolist(), hot, strict=True))
    return marked, tuple(sorted(reported, key=lambda h: (-h.accounts, h.key)))


def crowded(found: Windows, options: LinkOptions) -> tuple[Ints, list[tuple[int, int, int]]]:
    """Keys that too many accounts share, or that make too many pairs: accounts, messages, pairs of each."""
    if not len(found.group):
        return found.group, []
    begins = np.flatnonzero(np.concatenate(([True], found.group[1:] != found.group[:-1])))
    ends = np.concatenate((begins[1:], [len(found.group)]))
    pairs = np.add.reduceat(found.last - found.first, begins)
    keys, counts = list[int](), list[tuple[int, int, int]]()
    for g in np.flatnonzero((pairs > options.hot_pairs) | (ends - begins > options.hot_accounts)):
        accounts = len(np.unique(found.rows.user[begins[g] : ends[g]]))
        if accounts > options.hot_accounts or pairs[g] > options.hot_pairs:
            keys.append(int(found.rows.key[begins[g]]))
            counts.append((accounts, int(ends[g] - begins[g]), int(pairs[g])))
    return np.array(keys, dtype=np.int64), counts


def _with_loops(swept: Found, found: Windows, rows: Rows, users: int, options: LinkOptions) -> Found:
    """Edges of accounts to themselves: all messages with a key (cnt-1.5.2), or those repeated within the window."""
    own = rows
    if options.mode != "cnt-1.5.2":
        after = next_of_user(found)
        repeated = after < found.last
        before = np.zeros(len(repeated), dtype=bool)
        before[after[repeated]] = True
        own = found.rows.take(np.flatnonzero(repeated | before))
    pairs = np.unique(np.stack((own.user, own.message), axis=1), axis=0)
    weight = np.bincount(pairs[:, 0], minlength=users)
    pairs = pairs[weight[pairs[:, 0]] >= options.min_weight]
    edge = np.concatenate((np.repeat(swept.edge, np.diff(swept.starts)), pairs[:, 0] * (users + 1)))
    message = np.concatenate((swept.messages, pairs[:, 1]))
    order = np.lexsort((message, edge))
    edge, counts = np.unique(edge, return_counts=True)
    return Found(edge, np.concatenate(([0], np.cumsum(counts))), message[order])


def edges_of(
    messages: Messages,
    network: str,
    options: LinkOptions,
    swept: Found,
    keyed: Callable[[], Ints],
    *,
    hot: Sequence[HotKey] = (),
) -> Edges:
    """The edges with the names of accounts and messages; `keyed` gives the messages that have a key, ascending."""
    users = max(1, len(messages.accounts))
    return Edges(
        network,
        options,
        messages.accounts,
        messages.ids(),
        swept.edge // users,
        swept.edge % users,
        np.diff(swept.starts),
        swept.starts,
        swept.messages,
        counter(messages, keyed),
        tuple(hot),
    )


def counter(messages: Messages, keyed: Callable[[], Ints]) -> Callable[[], Ints]:
    """How many of the messages that `keyed` gives each account has; counted once, when asked for."""
    return cache(lambda: np.bincount(messages.user[once(keyed())], minlength=max(1, len(messages.accounts))))
