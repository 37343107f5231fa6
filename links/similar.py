"""co_similar: posts whose words are nearly the same, exactly, without comparing all that are near in time.

Prefix filter: words of every text are ordered from the rarest; two sets of n and m words with a Jaccard index of at
least theta share one of their first n - ceil(theta n) + 1 words (Chaudhuri, Ganti, Kaushik 2006), and the smaller set
has it among its first n - ceil(2 theta n / (1 + theta)) + 1 (Xiao, Wang, Lin, Yu 2008). So these words are keys of the
same sweep that all networks use. What it finds is checked by size and place, by a signature of 64 bits, and then word
for word. In the mode `lsh` bands of MinHash are the keys instead (`bands.py`): what is found is checked just the same,
so that nothing is wrong and a few pairs may be missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from attrigraph.errors import InputError
from attrigraph.links.bands import bands
from attrigraph.links.messages import Messages
from attrigraph.links.networks import edges_of, window_of
from attrigraph.links.records import SIMILAR_MODES, Edges, HotKey, Ints, LinkOptions
from attrigraph.links.sweep import Found, Rows, Windows, expand, grouped, once, pieces, windows
from attrigraph.links.words import BITS, Hashes, Words, words_of

__all__ = ["co_similar", "similar_groups"]

Bools = NDArray[np.bool_]
AT_ONCE = 50_000
PAIRS = 1 << (64 - BITS)
"""Pairs of texts compared word for word at once: their numbers and the words' hashes fill 64 bits."""
SLICE = 250_000
"""Messages, in the order of time, whose words are compared together."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Sets of words, one element a message that has any: `message`, and which of the different sets it has.

    `words[starts[c]:starts[c + 1]]` are the words of set c, rare ones first; `signature` has a bit of each.
    """

    message: Ints
    of: Ints
    starts: Ints
    words: Hashes
    signature: Hashes

    def size(self, sets: Ints) -> Ints:
        """Number of words of these sets."""
        return self.starts[sets + 1] - self.starts[sets]


def co_similar(messages: Messages, options: LinkOptions) -> Edges:
    """Edges between accounts that post similar texts within the window. Raises InputError for a similarity not in 0..1.

    A text without words makes no edge, in mode attrigraph neither does one of fewer than `min_tokens` words.
    """
    if not 0 < options.similarity <= 1:
        raise InputError(f"A similarity of {options.similarity} is not above 0 and at most 1.")
    if options.similar_mode not in SIMILAR_MODES:
        raise InputError(f"{options.similar_mode!r} is no way to find similar texts. Choose exact or lsh.")
    window = window_of(options.window_s)
    least = options.min_tokens if options.mode == "attrigraph" else 1
    message, words = _read(messages, least, None if options.loops else _together(messages, window))
    users, bits = max(1, len(messages.accounts)), max(1, len(messages)).bit_length()
    if users * users >= 2 ** (62 - bits):
        raise OverflowError(f"{users} accounts and {2**bits} messages do not fit")
    packed, hot = [np.zeros(0, np.int64)], list[HotKey]()
    for low, high, end in _slices(messages.at[message], window):
        texts = _texts(message[low:end], words, low, end)
        for one, two in _similar(messages, texts, high - low, options, hot):
            a, b = messages.user[one], messages.user[two]
            packed += [((a * users + b) << bits) | one, ((b * users + a) << bits) | two]
        packed = [once(np.concatenate(packed))]
    pairs = packed[0]
    if options.loops and options.mode == "cnt-1.5.2":
        own = messages.user[message] * (users + 1)
        pairs = once(np.concatenate((pairs, (own << bits) | message)))
    edge, weight, kept = grouped(pairs, bits, options.min_weight)
    found = Found(edge, np.concatenate(([0], np.cumsum(weight))), kept)
    named = tuple({h.key: h for h in hot}.values())
    return edges_of(messages, "co_similar", options, found, lambda: _read(messages, least)[0], hot=named)


def similar_groups(messages: Messages, options: LinkOptions, pairs: Callable[[Ints, Ints], None]) -> tuple[Ints, Ints]:
    """Messages with words, and the group of each: texts that chains of similar pairs within the window join.

    Equal sets of words are in one group whenever they were sent. Every similar pair is given to `pairs`, both ways.
    """
    window = window_of(options.window_s)
    message, words = _read(messages, options.min_tokens if options.mode == "attrigraph" else 1)
    _, of = np.unique(_whole(words.words, words.starts), return_inverse=True)
    joined = [np.zeros(0, np.int64)]
    place = np.full(len(messages), -1, dtype=np.int64)
    place[message] = of
    for low, high, end in _slices(messages.at[message], window):
        for one, two in _similar(messages, _texts(message[low:end], words, low, end), high - low, options, []):
            pairs(one, two)
            pairs(two, one)
            a, b = place[one], place[two]
            joined.append(once(((a << 32) | b)[a != b]))
        joined = [once(np.concatenate(joined))]
    return message, _components(int(of.max(initial=-1)) + 1, joined[0] >> 32, joined[0] & 0xFFFFFFFF)[of]


def _components(n: int, a: Ints, b: Ints) -> Ints:
    """The smallest number reachable from each of 0 … n - 1 over the pairs: every step halves the way to it."""
    label = np.arange(n)
    while True:
        least = np.minimum(label[a], label[b])
        if (label[a] == least).all() and (label[b] == least).all():
            return label
        np.minimum.at(label, label[a], least)
        np.minimum.at(label, label[b], least)
        while (label != label[label]).any():
            label = label[label]


def _whole(word: Hashes, starts: Ints) -> Hashes:
    """One hash of each set of words."""
    mixed = (word * np.uint64(0x9E3779B97F4A7C15)) ^ (word >> np.uint64(23))
    return np.add.reduceat(mixed * mixed + mixed, starts[:-1]) if len(starts) > 1 else np.zeros(0, np.uint64)


def _together(messages: Messages, window: int) -> Bools:
    """Of each post as it is stored: is it no repost, and within the window of another account's that is none."""
    own = np.flatnonzero(messages.column("(repost_of IS NULL)::TINYINT"))
    at, user = messages.at[own], messages.user[own]
    change = np.concatenate((np.zeros(1, np.int64), np.cumsum(user[1:] != user[:-1])))
    first, last = np.searchsorted(at, at - window, "left"), np.searchsorted(at, at + window, "right")
    message = own[change[last - 1] != change[first]] if len(own) else own
    row = message if messages.row is None else messages.row[message]
    together = np.zeros(len(messages) + messages.repeated, dtype=bool)
    together[row] = True
    return together


def _read(messages: Messages, least: int, wanted: Bools | None = None) -> tuple[Ints, Words]:
    """Messages with at least so many words, in the order of time, and their words; `wanted`: of which posts."""
    cursor = messages.connection.cursor()
    cursor.execute("SELECT CASE WHEN repost_of IS NULL THEN text END FROM posts")
    counts, words = [np.zeros(0, np.int64)], [np.zeros(0, np.uint64)]
    of = np.ones(len(messages) + messages.repeated, dtype=bool) if wanted is None else wanted
    done = 0
    while rows := cursor.fetchmany(AT_ONCE):
        found = words_of([text for (text,) in compress(rows, of[done : done + len(rows)].tolist())])
        done += len(rows)
        counts.append(np.diff(found.starts))
        words.append(found.words)
    size, word = np.zeros(len(of), np.int64), np.concatenate(words)
    size[of] = np.concatenate(counts)
    starts = np.concatenate(([0], np.cumsum(size)))
    row = np.arange(len(messages)) if messages.row is None else messages.row
    message = np.flatnonzero(size[row] >= least)
    if messages.row is None and len(message) == len(size):
        return message, Words(starts, word)
    chosen = row[message]
    taken = _ranges(starts[chosen], size[chosen])
    return message, Words(np.concatenate(([0], np.cumsum(size[chosen]))), word[taken])


def _slices(at: Ints, window: int) -> Iterator[tuple[int, int, int]]:
    """(low, high, end): pairs of an element in low..high with a later one before `end` are looked at together."""
    for low in range(0, len(at), SLICE):
        high = min(low + SLICE, len(at))
        yield low, high, int(np.searchsorted(at, at[high - 1] + window, "right"))


def _texts(message: Ints, words: Words, low: int, end: int) -> Texts:
    """The different sets of words of these messages, rare words first.

    How rare is counted in slots of hashes, on a scale of logarithms; words of one rank stand in the order of their
    hashes, so that one order holds in all sets.
    """
    starts = words.starts[low : end + 1] - words.starts[low]
    word = words.words[words.starts[low] : words.starts[end]]
    _, first, of = np.unique(_whole(word, starts), return_index=True, return_inverse=True)
    size = np.diff(starts)[first]
    chosen = word[_ranges(starts[first], size)]
    slot = (chosen >> np.uint64(BITS - 22)).view(np.int64)
    rank = (8 * np.log2(np.maximum(np.bincount(slot, minlength=1), 1))).astype(np.uint8)
    bits = max(1, len(chosen)).bit_length()
    owner = np.repeat(np.arange(len(first), dtype=np.int64) << 8, size)
    order = np.sort(((owner | rank[slot]) << bits) | np.arange(len(chosen))) & ((1 << bits) - 1)
    begins = np.concatenate(([0], np.cumsum(size)))
    bit = np.uint64(1) << (chosen % np.uint64(64))
    signature = np.bitwise_or.reduceat(bit, begins[:-1]) if len(first) else np.zeros(0, np.uint64)
    return Texts(message, of, begins, chosen[order], signature)


@dataclass(frozen=True, slots=True)
class _Prefixes:
    """First words of the texts, sorted by word and time: place of the text, rank of the word in it, size of the text.

    `leads`: the word is early enough for the text to be the smaller one of a pair.
    """

    found: Windows
    place: Ints
    rank: Ints
    size: Ints
    leads: Bools


def _prefixes(messages: Messages, texts: Texts, window: int, theta: float) -> _Prefixes:
    sizes = np.diff(texts.starts)
    prefix = (sizes - np.ceil(theta * sizes - 1e-9).astype(np.int64) + 1)[texts.of]
    index = (sizes - np.ceil(2 * theta / (1 + theta) * sizes - 1e-9).astype(np.int64) + 1)[texts.of]
    at = np.repeat(np.arange(len(texts.message)), prefix)
    rank = _ranges(np.zeros(len(prefix), np.int64), prefix)
    word = texts.words[texts.starts[texts.of][at] + rank].view(np.int64)
    message = texts.message[at]
    rows = Rows(word, messages.user[message], messages.at[message], np.arange(len(at)))
    found = windows(rows, window)
    of = found.rows.message
    place = at[of]
    return _Prefixes(found, place, rank[of], sizes[texts.of[place]], rank[of] < index[place])


def _banded(messages: Messages, texts: Texts, window: int, theta: float) -> _Prefixes:
    """The same with MinHash bands in the place of words: any of them may lead a pair."""
    keys = bands(texts.words, texts.starts, theta)
    each = keys.shape[1]
    place = np.repeat(np.arange(len(texts.message)), each)
    message = texts.message[place]
    rows = Rows(keys[texts.of].ravel(), messages.user[message], messages.at[message], np.arange(len(place)))
    found = windows(rows, window)
    place = place[found.rows.message]
    return _Prefixes(found, place, np.zeros_like(place), texts.size(texts.of[place]), np.ones(len(place), bool))


def _similar(
    messages: Messages, texts: Texts, firsts: int, options: LinkOptions, hot: list[HotKey]
) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of messages, one of them among the first `firsts`, of two accounts with similar words in the window."""
    theta = options.similarity
    keyed = _banded if options.similar_mode == "lsh" else _prefixes
    rows = keyed(messages, texts, window_of(options.window_s), theta)
    checked = _Checked(texts, theta)
    loops = options.loops and options.mode != "attrigraph"
    user, size, left = rows.found.rows.user, rows.size, rows.size - rows.rank
    for part in pieces(rows.found, _leading(messages, texts, rows, options, hot)):
        at, two = expand(rows.found, part)
        one = part[at]
        kept = size[one] <= size[two]
        kept &= np.minimum(left[one], left[two]) >= theta / (1 + theta) * (size[one] + size[two]) - 1e-9
        kept &= ((user[one] != user[two]) | loops) & (one != two)
        a, b = rows.place[one[kept]], rows.place[two[kept]]
        a, b = np.minimum(a, b), np.maximum(a, b)
        pairs = once(((a << 32) | b)[(a < firsts) & (a != b)])
        a, b = pairs >> 32, pairs & 0xFFFFFFFF
        alike = checked.alike(texts.of[a], texts.of[b])
        yield texts.message[a[alike]], texts.message[b[alike]]


def _leading(messages: Messages, texts: Texts, rows: _Prefixes, options: LinkOptions, hot: list[HotKey]) -> Ints:
    """Rows that may lead a pair, without the words that make too many pairs; those are reported."""
    found = rows.found
    several = found.last - found.first
    leading = np.flatnonzero(rows.leads & (several > 1))
    pairs = np.bincount(found.group[leading], weights=several[leading], minlength=1)
    many = np.flatnonzero(pairs > options.hot_pairs)
    if options.force_hot or not len(many):
        return leading
    for group in many:
        own = np.flatnonzero(found.group == group)
        example = messages.values("text", texts.message[rows.place[own[:1]]])[0][:80]
        accounts = len(np.unique(found.rows.user[own]))
        hot.append(HotKey("co_similar", f"a word of: {example}", accounts, len(own), int(pairs[group])))
    return leading[~np.isin(found.group[leading], many)]


class _Checked:
    """Tells which pairs of sets are similar."""

    def __init__(self, texts: Texts, similarity: float) -> None:
        self.texts, self.similarity = texts, similarity

    def alike(self, a: Ints, b: Ints) -> Bools:
        """True where the Jaccard index of set a and set b is at least the similarity."""
        same = a == b
        differ = np.flatnonzero(~same)
        low, high = np.minimum(a[differ], b[differ]), np.maximum(a[differ], b[differ])
        packed = (low << 32) | high
        pairs = once(packed)
        result = np.asarray(same)
        result[differ] = self._pairs(pairs >> 32, pairs & 0xFFFFFFFF)[np.searchsorted(pairs, packed)]
        return result

    def _pairs(self, a: Ints, b: Ints) -> Bools:
        n, m = self.texts.size(a), self.texts.size(b)
        least = self.similarity * np.maximum(n, m) - 1e-9
        away = np.bitwise_count(self.texts.signature[a] ^ self.texts.signature[b]).astype(np.int64)
        most = (1 - self.similarity) / (1 + self.similarity) * (n + m) + 1e-9
        maybe = np.flatnonzero((np.minimum(n, m) >= least) & (away <= most))
        result = np.zeros(len(a), dtype=bool)
        for i in range(0, len(maybe), PAIRS):
            part = maybe[i : i + PAIRS]
            shared = self._shared(a[part], b[part])
            result[part] = shared / (n[part] + m[part] - shared) >= self.similarity
        return result

    def _shared(self, a: Ints, b: Ints) -> Ints:
        """Number of words in both of two sets: words that stand twice when both are laid side by side."""
        both = [self._words(a), self._words(b)]
        packed = np.sort(np.concatenate(both))
        twice = packed[1:][packed[1:] == packed[:-1]] >> np.uint64(BITS)
        return np.bincount(twice.view(np.int64), minlength=len(a)).astype(np.int64)

    def _words(self, sets: Ints) -> Hashes:
        """The words of the sets, each with the position of its set above it."""
        size = self.texts.size(sets)
        place = np.repeat(np.arange(len(sets), dtype=np.uint64), size) << np.uint64(BITS)
        return place | self.texts.words[_ranges(self.texts.starts[sets], size)]


def _ranges(starts: Ints, lengths: Ints) -> Ints:
    """starts[0], starts[0] + 1, … lengths[0] of them, then those of the next."""
    total = np.cumsum(lengths)
    return np.repeat(starts - (total - lengths), lengths) + np.arange(int(total[-1]) if len(total) else 0)
