"""Words of estimation and of confidence, found in text (ICD 203; PHIA's words so that they are not mixed in)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from attrigraph.wording import ICD203_BANDS

__all__ = ["CONFIDENCE", "ICD203", "Word", "band", "percentages", "sentences", "words"]

ICD203 = "ICD 203, first row"
ROWS: dict[str, tuple[str, ...]] = {
    ICD203: (*(word for _, word in ICD203_BANDS), "almost certainly"),
    "ICD 203, second row": (
        "remote", "highly improbable", "improbable", "roughly even odds", "probable", "probably", "highly probable",
        "nearly certain", "nearly certainly",
    ),
    "PHIA": ("remote chance", "highly unlikely", "realistic possibility", "highly likely"),
}  # fmt: skip
_ROW_OF = {word: row for row, found in ROWS.items() for word in found}
_WORD = re.compile(r"\b(" + "|".join(sorted(_ROW_OF, key=len, reverse=True)) + r")\b", re.IGNORECASE)

CONFIDENCE = re.compile(r"\bconfiden(?:ce|t|tly)\b", re.IGNORECASE)
_SPACE = r"[ \u00a0\u202f]?"
_PERCENT = re.compile(rf"(?P<bound>[<>]?){_SPACE}(?P<value>\d+(?:\.\d+)?){_SPACE}(?:%|per\s?cent\b)")
_PRIOR = re.compile(r"\bpriors?\b[^;,.()]{0,40}$", re.IGNORECASE)
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"])")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of estimation in a text; `row` is the yardstick row it belongs to."""

    word: str
    row: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Percentage:
    """A percentage in a text, 0..1; `prior` when the words before it say so."""

    text: str
    value: float
    prior: bool
    start: int


def words(text: str) -> list[Word]:
    """Words of estimation, the longest that fits at each place.

    >>> [w.word for w in words("It is very likely, and the other unlikely.")]
    ['very likely', 'unlikely']
    """
    return [Word(m[0].lower(), _ROW_OF[m[0].lower()], m.start(), m.end()) for m in _WORD.finditer(text)]


def percentages(text: str) -> list[Percentage]:
    """Percentages, with `< 1 %` read as half a percent and `> 99 %` as 99.5.

    >>> [(p.value, p.prior) for p in percentages("likely: 72 % (prior 10 %)")]
    [(0.72, False), (0.1, True)]
    """
    found = []
    for match in _PERCENT.finditer(text):
        value = float(match["value"]) / 100
        value += {"<": -0.005, ">": 0.005}.get(match["bound"], 0.0)
        found.append(Percentage(match[0], value, bool(_PRIOR.search(text[: match.start()])), match.start()))
    return found


def sentences(text: str) -> list[str]:
    """A text cut at full stops that a capital follows.

    >>> sentences("It is likely. Confidence is low.")
    ['It is likely.', 'Confidence is low.']
    """
    return [s for s in _END.split(text) if s]


def band(word: str) -> tuple[float, float] | None:
    """Lower (inclusive) and upper (exclusive) bound of an ICD 203 word; None for words of other rows.

    >>> band("likely"), band("probable")
    ((0.55, 0.8), None)
    """
    low = 0.0
    for bound, name in ICD203_BANDS:
        if name == word or (name == "almost certain" and word == "almost certainly"):
            return low, bound
        low = bound
    return None
