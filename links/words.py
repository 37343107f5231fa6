"""Words of texts as sets of integers, equal to the tokens of coordination-network-toolkit.

Its tokens are what lies between the default word boundaries of Unicode (Standard Annex 29) in the text in lower case
without mentions; blanks and lone apostrophes are none. Texts are cut in numpy, many at once, by a table of characters;
the few with characters that need more than a look at their neighbours (marks that combine, Hebrew, flags) are cut by
the package `regex`, as the toolkit does with all.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attrigraph.errors import InputError
from attrigraph.links.records import Ints
from attrigraph.links.text import MENTION

__all__ = ["BITS", "Hashes", "Words", "hash_each", "tokens", "words_of"]

CLASSES = (
    "", "blank", "letter", "number", "joiner", "katakana", "mid_letter", "mid_number", "mid_both", "quote", "complex",
)  # fmt: skip
ALONE, BLANK, LETTER, NUMBER, JOINER, KATAKANA, MID_LETTER, MID_NUMBER, MID_BOTH, QUOTE, COMPLEX = range(11)
VOWELS = "aàáâeèéêiìíîoòóôuùúû"
"""After a typographic apostrophe they belong to its word (a rule of `regex` for French and Italian)."""
SLICE = 2_000
"""Texts cut together, so many that what is done with them stays in the processor's cache."""
BITS = 52
"""Of a word's hash are kept; two of a million words meet with a chance of one in ten thousand."""
BASE = 0x9E3779B97F4A7C15
Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of text i: hashes of `BITS` bits `words[starts[i]:starts[i + 1]]`, ascending, each once."""

    starts: Ints
    words: Hashes

    def __len__(self) -> int:
        return len(self.starts) - 1


def tokens(text: str) -> set[str]:
    """The words of one text, cut by `regex`. Raises InputError without that package (extra `links`)."""
    pieces = _cutter().split(MENTION.sub("", text.lower()))
    return {word for piece in pieces if piece for word in piece.split()}


def words_of(texts: Sequence[str | None]) -> Words:
    """The words of every text; None and texts of mentions alone have none."""
    parts = [_slice(texts[i : i + SLICE]) for i in range(0, len(texts), SLICE)]
    counts = np.concatenate([np.zeros(1, np.int64), *[np.diff(p.starts) for p in parts]])
    return Words(np.cumsum(counts), np.concatenate([np.zeros(0, np.uint64), *[p.words for p in parts]]))


def _slice(texts: Sequence[str | None]) -> Words:
    whole = "\n".join([t or "" for t in texts])
    if whole.count("\n") >= len(texts):  # some have line breaks of their own, for which any blank will do
        whole = "\n".join([(t or "").replace("\n", " ") for t in texts])
    points = np.frombuffer(whole.lower().encode("utf-32-le", "surrogatepass"), np.uint32)
    kind = _table()[points]
    text = _numbers(points)
    odd = np.unique(text[kind == COMPLEX]) if (kind == COMPLEX).any() else np.zeros(0, np.int64)
    points, kind, text = _without_mentions(points, kind, text)
    begins = _begins(points, kind)
    hashes = _hashed(points, begins)
    first = kind[begins]
    sound = (first != BLANK) & ~((first == QUOTE) & (np.diff(np.append(begins, len(points))) == 1))
    if len(odd):
        sound &= ~np.isin(text[begins], odd)
    owner, words = text[begins][sound], hashes[sound]
    if len(odd):
        cut = [sorted(tokens(texts[i] or "")) for i in odd.tolist()]
        owner = np.concatenate((owner, np.repeat(odd, [len(c) for c in cut])))
        words = np.concatenate((words, hash_each([word for c in cut for word in c])))
    packed = (owner.astype(np.uint64) << np.uint64(BITS)) | words
    packed.sort()
    once = np.ones(len(packed), dtype=bool)
    once[1:] = packed[1:] != packed[:-1]
    packed = packed[once]
    counts = np.bincount((packed >> np.uint64(BITS)).view(np.int64), minlength=len(texts))
    return Words(np.concatenate(([0], np.cumsum(counts))), packed & np.uint64((1 << BITS) - 1))


def _numbers(points: NDArray[np.uint32]) -> NDArray[np.int32]:
    """The text every character is of; the line break after a text is of that text."""
    ends = np.append(np.flatnonzero(points == ord("\n")), len(points) - 1)
    return np.repeat(np.arange(len(ends), dtype=np.int32), np.diff(ends, prepend=-1))


def _without_mentions(points: Any, kind: Any, text: Any) -> tuple[Any, Any, Any]:
    """All characters but those from an @ to the next blank."""
    at = np.flatnonzero(points == ord("@"))
    if not len(at):
        return points, kind, text
    blanks = np.append(np.flatnonzero(kind == BLANK), len(points))
    ends, first = np.unique(blanks[np.searchsorted(blanks, at)], return_index=True)
    step = np.zeros(len(points) + 1, dtype=np.int8)
    step[at[first]], step[ends] = 1, -1
    kept = np.flatnonzero(np.cumsum(step[:-1], dtype=np.int8) == 0)
    return points[kept], kind[kept], text[kept]


def _begins(points: Any, kind: Any) -> Ints:
    """Positions where a word begins: rules WB5 to WB13b of the annex, which look at four neighbours at most."""
    if not len(kind):
        return np.zeros(0, np.int64)
    letter, number, joiner = kind == LETTER, kind == NUMBER, kind == JOINER
    katakana, plain = kind == KATAKANA, letter | number
    joined = (plain[:-1] & plain[1:]) | (katakana[:-1] & katakana[1:])
    wide = plain | katakana | joiner
    joined |= (wide[:-1] & joiner[1:]) | (joiner[:-1] & wide[1:])
    if len(kind) > 2:
        middle = kind[1:-1]
        both = (middle == MID_BOTH) | (middle == QUOTE)
        inside = (letter[:-2] & letter[2:] & (both | (middle == MID_LETTER))) | (
            number[:-2] & number[2:] & (both | (middle == MID_NUMBER))
        )
        joined[:-1] |= inside
        joined[1:] |= inside
    apostrophe = np.flatnonzero(points[:-1] == 0x2019)
    if len(apostrophe):
        joined[apostrophe] |= np.isin(points[apostrophe + 1], [ord(v) for v in VOWELS])
    return np.concatenate(([0], np.flatnonzero(~joined) + 1))


def _hashed(points: NDArray[np.uint32], begins: Ints) -> Hashes:
    """A hash of the characters of every word: a polynomial modulo 2^64 in an odd base, mixed at the end."""
    n = len(points)
    up, down = _powers(1 << max(10, n.bit_length()))
    values = (points.astype(np.uint64) + np.uint64(0x51ED27)) * np.uint64(0xD6E8FEB86659FD93)
    values ^= values >> np.uint64(32)
    total = np.concatenate((np.zeros(1, np.uint64), np.cumsum(values * up[:n], dtype=np.uint64)))
    ends = np.append(begins[1:], n)
    return _mixed((total[ends] - total[begins]) * down[begins], ends - begins)


def hash_each(words: Sequence[str]) -> Hashes:
    """The hash of every word."""
    points = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.array([len(w) for w in words], dtype=np.int64)
    return _hashed(points, np.cumsum(lengths) - lengths) if len(words) else np.zeros(0, np.uint64)


def _mixed(hashes: Hashes, lengths: Ints) -> Hashes:
    hashes = (hashes ^ (hashes >> np.uint64(29))) + lengths.astype(np.uint64)
    hashes *= np.uint64(0xBF58476D1CE4E5B9)
    return np.asarray((hashes ^ (hashes >> np.uint64(32))) >> np.uint64(64 - BITS))


@cache
def _powers(n: int) -> tuple[Hashes, Hashes]:
    """Powers of the base and of its inverse modulo 2^64."""
    return tuple(  # type: ignore[return-value]
        np.concatenate((np.ones(1, np.uint64), np.cumprod(np.full(n, base, np.uint64), dtype=np.uint64)))
        for base in (BASE, pow(BASE, -1, 2**64))
    )


@cache
def _table() -> NDArray[np.uint8]:
    """Class of every code point."""
    table = np.zeros(0x110000, dtype=np.uint8)
    with files("attrigraph.links").joinpath("word_breaks.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            table[int(row["first"]) : int(row["last"]) + 1] = CLASSES.index(row["class"])
    return table


@cache
def _cutter() -> Any:
    try:
        import regex
    except ImportError:
        raise InputError(
            "Some texts have characters whose words only the package regex can tell apart. Install attrigraph[links]."
        ) from None
    return regex.compile(r"\b\p{Word_Break=WSegSpace}*'?", flags=regex.WORD | regex.UNICODE | regex.V1)
