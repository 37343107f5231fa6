"""The co-activity networks: what is the key of each, in each mode; computed by one sweep.

Definitions of the modes `cnt-1.5.2` and `cnt-head`: coordination-network-toolkit 1.5.2 and its later head, read in
source and confirmed by running (docs/links.md). Mode `attrigraph` differs where the toolkit errs: nothing is no key,
texts of fewer than three words are no key, links are compared in a canonical form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from duckdb.func import FunctionNullHandling

from attrigraph.errors import InputError
from attrigraph.links.messages import TABLE, Keys, Messages
from attrigraph.links.records import Edges, HotKey, Ints, LinkOptions
from attrigraph.links.sweep import Found, Rows, Windows, sweep, windows
from attrigraph.links.text import CLEANED, canonical_url

__all__ = ["NETWORKS", "Network", "co_activity", "edges_of", "rows_of"]

POST = "repost_of IS NULL"
TICK = 1_000_000


@dataclass(frozen=True, slots=True)
class Network:
    """One network: `key` and `where` are SQL over a message; of the list column `each` every item is a key."""

    name: str
    means: str
    key: str
    where: str = "true"
    each: str | None = None


NETWORKS: dict[str, Network] = {
    n.name: n
    for n in (
        Network("co_retweet", "both repeat one post", "repost_of"),
        Network("co_tweet", "both post the same text, mentions left out", CLEANED, f"{POST} AND text IS NOT NULL"),
        Network("co_reply", "both answer one post", "reply_to", POST),
        Network("co_link", "both post one link", "item", f"{POST} AND urls IS NOT NULL", each="urls"),
        Network(
            "co_hashtag", "both use one hashtag", "lower(item)", f"{POST} AND hashtags IS NOT NULL", each="hashtags"
        ),
        Network(
            "hashtag_sequence",
            "both use the same hashtags in the same order, at least three",
            "list_aggregate(list_transform(hashtags, lambda h: lower(h)), 'string_agg', ' ')",
            f"{POST} AND len(hashtags) >= 3",
        ),
        Network("co_post", "both post at all", "0"),
    )
}


def co_activity(messages: Messages, network: str, options: LinkOptions) -> Edges:
    """The edges of a network. Raises InputError for an unknown network, or a window that is no length of time."""
    if network not in NETWORKS:
        raise InputError(f"{network!r} is no network. Choose from {', '.join(NETWORKS)}.")
    if not 0 <= options.window_s <= 10 * 366 * 86_400:
        raise InputError(f"A window of {options.window_s} s is no length of time between 0 and ten years.")
    rows = rows_of(messages, NETWORKS[network], options)
    rows, hot = _without_hot(network, rows, options)
    found = windows(rows, round(options.window_s * TICK))
    several = NETWORKS[network].each is not None
    swept = sweep(found, max(1, len(messages.accounts)), options.min_weight, several_keys=several)
    if options.loops:
        swept = _with_loops(swept, found, rows, len(messages.accounts), options)
    return edges_of(messages, network, options, swept, rows, hot=hot)


def rows_of(messages: Messages, network: Network, options: LinkOptions) -> Rows:
    """Every message with its key, or with each of its keys."""
    found = _keys(messages, network, options)
    order = np.argsort(found.message, kind="stable")
    message, key = found.message[order], found.key[order]
    return Rows(key, messages.user[message], messages.at[message], message)


def _keys(messages: Messages, network: Network, options: LinkOptions) -> Keys:
    ours = options.mode == "attrigraph"
    if network.each:
        item = "canonical_url(item)" if ours and network.each == "urls" else network.key
        nothing = "" if options.empty_keys else " WHERE item <> ''"
        if ours and network.each == "urls":
            _teach_urls(messages)
        each = f"SELECT rowid AS message, unnest({network.each}) AS item FROM {TABLE} WHERE {network.where}"
        unnested = f"SELECT message, item FROM ({each}){nothing}"
        return messages.keys(item, rows=unnested)
    if network.name == "co_tweet" and ours:
        long = f"CASE WHEN len(string_split(k, ' ')) >= {options.min_tokens} THEN k END"
        return messages.keys(
            long, rows=f"SELECT rowid AS message, {network.key} AS k FROM {TABLE} WHERE {network.where}"
        )
    if network.name == "co_tweet" and not options.empty_keys:
        return messages.keys(f"nullif({network.key}, '')", network.where)
    return messages.keys(network.key, network.where)


def _teach_urls(messages: Messages) -> None:
    known = messages.connection.execute(
        "SELECT count(*) FROM duckdb_functions() WHERE function_name = 'canonical_url'"
    ).fetchone()
    if known and not known[0]:
        messages.connection.create_function(
            "canonical_url", canonical_url, ["VARCHAR"], "VARCHAR", null_handling=FunctionNullHandling.SPECIAL
        )


def _without_hot(network: str, rows: Rows, options: LinkOptions) -> tuple[Rows, tuple[HotKey, ...]]:
    """The rows without keys that more accounts share than `hot_accounts`, and which keys these are."""
    if options.force_hot or not len(rows.key):
        return rows, ()
    key, counts = np.unique(rows.key, return_counts=True)
    suspects = key[counts > options.hot_accounts]
    if not len(suspects):
        return rows, ()
    hot = []
    for one in suspects:
        accounts = len(np.unique(rows.user[rows.key == one]))
        if accounts > options.hot_accounts:
            hot.append((int(one), accounts, int((rows.key == one).sum())))
    left_out = np.array([k for k, _, _ in hot], dtype=np.int64)
    reported = tuple(HotKey(network, f"key {k & 0xFFFFFFFF:08x}", a, m) for k, a, m in hot)
    return rows.take(np.flatnonzero(~np.isin(rows.key, left_out))), reported


def _with_loops(swept: Found, found: Windows, rows: Rows, users: int, options: LinkOptions) -> Found:
    """Edges of accounts to themselves: all messages with a key (cnt-1.5.2), or those repeated within the window."""
    own = rows
    if options.mode != "cnt-1.5.2":
        inside = found.rows
        repeated = found.after < found.last
        before = np.zeros(len(repeated), dtype=bool)
        before[found.after[repeated]] = True
        own = inside.take(np.flatnonzero(repeated | before))
    pairs = np.unique(np.stack((own.user, own.message), axis=1), axis=0)
    user, starts, counts = np.unique(pairs[:, 0], return_index=True, return_counts=True)
    kept = counts >= options.min_weight
    parts = [
        (int(u) * users + int(u), pairs[s : s + c, 1])
        for u, s, c in zip(user[kept], starts[kept], counts[kept], strict=True)
    ]
    parts += [(int(e), swept.messages[swept.starts[i] : swept.starts[i + 1]]) for i, e in enumerate(swept.edge)]
    parts.sort(key=lambda part: part[0])
    edge = np.array([e for e, _ in parts], dtype=np.int64)
    lengths = np.array([len(m) for _, m in parts], dtype=np.int64)
    messages = np.concatenate([m for _, m in parts]) if parts else np.zeros(0, np.int64)
    return Found(edge, np.concatenate(([0], np.cumsum(lengths))), messages)


def edges_of(
    messages: Messages, network: str, options: LinkOptions, swept: Found, rows: Rows, *, hot: Sequence[HotKey] = ()
) -> Edges:
    """The edges with the names of accounts and messages."""
    users = max(1, len(messages.accounts))
    first = np.concatenate(([True], rows.message[1:] != rows.message[:-1])) if len(rows.message) else np.zeros(0, bool)
    eligible: Ints = np.bincount(rows.user[first], minlength=users).astype(np.int64)
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
        eligible,
        tuple(hot),
    )
