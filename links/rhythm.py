"""Networks of rhythm: reposts within seconds of the original, and activity at the same times."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrigraph.errors import InputError
from attrigraph.links.messages import Messages
from attrigraph.links.networks import edges_of, window_of
from attrigraph.links.records import Edges, Ints, LinkOptions
from attrigraph.links.sweep import Found, grouped, once

__all__ = ["LEAST_BINS", "activity_sync", "fast_retweet", "fast_shares", "reposts"]

FOLDED, BLOCK = 512, 512
LEAST_BINS = 5
"""Accounts active in fewer bins have no rhythm to compare."""


def fast_retweet(messages: Messages, options: LinkOptions) -> Edges:
    """Who repeats whom within `fast_s` seconds: source -> target when the source reposts a post of the target.

    The weight counts these reposts (Luceri and others 2024). A repost dated before its original does not count, nor
    does one whose original is not among the posts.
    """
    repost, original = reposts(messages)
    lag = messages.at[repost] - messages.at[original]
    user, other = messages.user[repost], messages.user[original]
    fast = (lag >= 0) & (lag <= window_of(options.fast_s)) & ((user != other) | options.loops)
    return _edges(messages, "fast_retweet", options, repost[fast], other[fast], eligible=repost)


def fast_shares(messages: Messages, options: LinkOptions) -> NDArray[np.float64]:
    """Share of each account's reposts that are fast, of those whose original is known; NaN for accounts without any."""
    repost, original = reposts(messages)
    lag = messages.at[repost] - messages.at[original]
    fast = (lag >= 0) & (lag <= window_of(options.fast_s))
    accounts = max(1, len(messages.accounts))
    known = np.bincount(messages.user[repost], minlength=accounts)
    quick = np.bincount(messages.user[repost[fast]], minlength=accounts)
    return np.where(known > 0, quick / np.maximum(known, 1), np.nan)


def reposts(messages: Messages) -> tuple[Ints, Ints]:
    """Reposts and their originals, as far as these are known."""
    found = messages.keys("CASE WHEN repost_of IS NOT NULL THEN platform || ' ' || repost_of END")
    ids = messages.keys("CASE WHEN post_id IS NOT NULL THEN platform || ' ' || post_id END")
    order = np.argsort(ids.key, kind="stable")
    at = np.searchsorted(ids.key[order], found.key)
    at = np.minimum(at, max(0, len(order) - 1))
    known = ids.key[order][at] == found.key if len(order) else np.zeros(len(found.key), bool)
    return found.message[known], ids.message[order][at[known]]


def activity_sync(messages: Messages, options: LinkOptions) -> Edges:
    """Accounts active at the same times: cosine of their counts of posts in bins of `bin_s` at least `similarity`.

    After Pacheco and others 2021 (bins of 30 minutes, cosine above .9). Accounts active in fewer than five bins are
    left out. The weight of source -> target counts the posts of the source in bins in which both are active. Time grows
    with the square of the accounts: some seconds for 20,000.
    """
    if not 0 < options.similarity <= 1:
        raise InputError(f"A similarity of {options.similarity} is not above 0 and at most 1.")
    bin_of = messages.at // max(1, window_of(options.bin_s))
    order = np.lexsort((bin_of, messages.user))
    user, bins = messages.user[order], bin_of[order]
    begins = np.flatnonzero(np.concatenate(([True], (user[1:] != user[:-1]) | (bins[1:] != bins[:-1]))))[: len(user)]
    count = np.diff(np.append(begins, len(user)))
    user, bins = user[begins], bins[begins]
    busy = np.bincount(user, minlength=1)[user] >= LEAST_BINS
    a, b = _alike(user[busy], bins[busy], count[busy].astype(np.float64), options.similarity)
    return _both(messages, options, bin_of, np.concatenate((a, b)), np.concatenate((b, a)))


def _alike(user: Ints, bins: Ints, count: NDArray[np.float64], least: float) -> tuple[Ints, Ints]:
    """Pairs of users whose vectors have a cosine of at least `least`; rows are sorted by user and bin.

    Bins are folded into `FOLDED` sums first: as no count is negative, the product of two folded vectors is never less
    than their cosine, and one multiplication of matrices leaves few pairs to compute exactly.
    """
    if not len(user):
        return user, user
    known, bins = np.unique(bins, return_inverse=True)
    weight = count / np.sqrt(np.bincount(user, weights=count**2))[user]
    names, place = np.unique(user, return_inverse=True)
    folded = np.zeros((len(names), min(FOLDED, len(known))), dtype=np.float32)
    np.add.at(folded, (place, bins % folded.shape[1]), weight)
    size, starts = len(known) + 1, np.searchsorted(place, np.arange(len(names) + 1))
    packed, parts = place * size + bins, [np.zeros(0, np.int64)]
    for low in range(0, len(names), BLOCK):
        product = folded[low : low + BLOCK] @ folded[low:].T
        one, two = np.nonzero(product >= least - 1e-4)
        pairs = (((one + low) << 32) | (two + low))[one < two]
        parts.append(pairs[_cosine(pairs, starts, packed, size, weight) >= least - 1e-12])
    found = np.concatenate(parts)
    return names[found >> 32], names[found & 0xFFFFFFFF]


def _cosine(pairs: Ints, starts: Ints, packed: Ints, size: int, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    a, b = pairs >> 32, pairs & 0xFFFFFFFF
    result = np.zeros(len(pairs))
    for i in range(0, len(pairs), 20_000):
        one, other = a[i : i + 20_000], b[i : i + 20_000]
        length = starts[one + 1] - starts[one]
        pair = np.repeat(np.arange(len(one)), length)
        row = np.repeat(starts[one] - (np.cumsum(length) - length), length) + np.arange(len(pair))
        wanted = other[pair] * size + packed[row] % size
        at = np.minimum(np.searchsorted(packed, wanted), len(packed) - 1)
        hit = packed[at] == wanted
        result[i : i + 20_000] = np.bincount(pair[hit], weights=(weight[row] * weight[at])[hit], minlength=len(one))
    return result


def _both(messages: Messages, options: LinkOptions, bin_of: Ints, source: Ints, target: Ints) -> Edges:
    """Edges of the pairs, with the messages of the source in bins in which the target is active."""
    size = int(bin_of.max(initial=0)) + 1
    active = once(messages.user * size + bin_of)
    order = np.argsort(messages.user, kind="stable")
    starts = np.searchsorted(messages.user[order], np.arange(len(messages.accounts) + 1))
    length = starts[source + 1] - starts[source]
    pair = np.repeat(np.arange(len(source)), length)
    message = order[np.repeat(starts[source] - (np.cumsum(length) - length), length) + np.arange(len(pair))]
    wanted = target[pair] * size + bin_of[message]
    hit = (
        active[np.minimum(np.searchsorted(active, wanted), max(0, len(active) - 1))] == wanted if len(active) else pair
    )
    both = np.flatnonzero(hit)
    return _edges(
        messages, "activity_sync", options, message[both], target[pair[both]], eligible=np.arange(len(messages))
    )


def _edges(
    messages: Messages, network: str, options: LinkOptions, message: Ints, target: Ints, *, eligible: Ints
) -> Edges:
    """Edges from the author of each message to its target."""
    users, bits = max(1, len(messages.accounts)), max(1, len(messages)).bit_length()
    packed = once(((messages.user[message] * users + target) << bits) | message)
    edge, weight, kept = grouped(packed, bits, options.min_weight)
    found = Found(edge, np.concatenate((np.zeros(1, np.int64), np.cumsum(weight))), kept)
    return edges_of(messages, network, options, found, lambda: eligible)
