"""The language of short texts: by script where a script has one language, else where two libraries agree.

The libraries are the extra `text`: langidentify, and py3langid as a second opinion, both restricted to the languages of
the script. Where they differ, or too few letters are left, the text is undetermined: languages written in a script not
their own (Urdu in Latin letters) are known to none of them.
"""

from __future__ import annotations

import re
import warnings
from bisect import bisect_right
from collections import Counter
from functools import cache
from importlib.util import find_spec
from typing import Any

__all__ = ["NEEDS", "language_of_text", "missing_packages"]

NEEDS = ("langidentify", "py3langid")
LEAST_LETTERS, LEAST_WORDS = 12, 3
LONGEST = 300
NOISE = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|\bRT\b|&\w+;")
LETTERS = re.compile(r"[^\W\d_]")

BLOCKS = (
    (0x0041, "Latin"), (0x0370, "Greek"), (0x0400, "Cyrillic"), (0x0530, "Armenian"), (0x0590, "Hebrew"),
    (0x0600, "Arabic"), (0x0780, ""), (0x0900, "Devanagari"), (0x0980, "Bengali"), (0x0A00, "Gurmukhi"),
    (0x0A80, "Gujarati"), (0x0B00, ""), (0x0B80, "Tamil"), (0x0C00, "Telugu"), (0x0C80, "Kannada"),
    (0x0D00, "Malayalam"), (0x0D80, "Sinhala"), (0x0E00, "Thai"), (0x0E80, "Lao"), (0x0F00, ""), (0x1000, "Myanmar"),
    (0x10A0, "Georgian"), (0x1100, "Hangul"), (0x1200, "Ethiopic"), (0x13A0, ""), (0x1780, "Khmer"), (0x1800, ""),
    (0x1E00, "Latin"), (0x1F00, "Greek"), (0x2000, ""), (0x3040, "Kana"), (0x3100, ""), (0x3400, "Han"), (0xA000, ""),
    (0xAC00, "Hangul"), (0xD7B0, ""), (0xF900, "Han"), (0xFB00, ""), (0xFB50, "Arabic"), (0xFE00, ""),
    (0xFE70, "Arabic"), (0xFF00, ""),
)  # fmt: skip
"""First code point and script, in rising order (Unicode blocks, joined)."""
STARTS = tuple(start for start, _ in BLOCKS)
ONE_LANGUAGE = {
    "Greek": "el", "Armenian": "hy", "Hebrew": "he", "Bengali": "bn", "Gurmukhi": "pa", "Gujarati": "gu",
    "Tamil": "ta", "Telugu": "te", "Kannada": "kn", "Malayalam": "ml", "Sinhala": "si", "Thai": "th", "Lao": "lo",
    "Myanmar": "my", "Georgian": "ka", "Hangul": "ko", "Khmer": "km", "Kana": "ja",
}  # fmt: skip
"""Scripts that decide the language, as CLDR writes it."""
LANGUAGES = {
    "Latin": ("en", "es", "pt", "fr", "de", "it", "nl", "pl", "ro", "tr", "id", "vi", "sv", "cs", "hu", "tl", "sw"),
    "Cyrillic": ("ru", "uk", "be", "bg", "sr", "mk"),
    "Arabic": ("ar", "fa", "ur", "ps"),
    "Han": ("en", "zh-hans", "zh-hant"),  # the library loads a written alphabet first
    "Devanagari": ("hi", "mr", "ne"),
}
"""Languages told apart within a script: those with many writers that the libraries know."""
SECOND_ALONE = ("Devanagari",)
"""Scripts of which the first library knows one language only."""
LEAST_GAP = 0.1
"""By so much the first library must prefer its answer, on its scale from 0 to 1 (own default)."""
CLDR = {"zh-hans": "zh", "zh-hant": "zh_Hant", "tl": "fil"}


def missing_packages() -> tuple[str, ...]:
    """Packages of the extra `text` that are not installed."""
    return tuple(package for package in NEEDS if find_spec(package) is None)


def language_of_text(text: str) -> str | None:
    """The language as CLDR writes it; None where it cannot be told. Needs the extra `text`, except for some scripts.

    >>> language_of_text("Καλημέρα σε όλους τους φίλους"), language_of_text("lol ok")
    ('el', None)
    """
    plain = " ".join(NOISE.sub(" ", text[:LONGEST]).split())
    letters = LETTERS.findall(plain)
    counted = Counter(_script(letter) for letter in letters)
    if not counted:
        return None
    if counted["Kana"] and counted["Kana"] + counted["Han"] > len(letters) / 2:
        script = "Kana"
    else:
        script, most = counted.most_common(1)[0]
        if most <= len(letters) / 2:
            return None
    dense = script in ("Han", "Kana", "Hangul")
    if len(letters) < LEAST_LETTERS / (2 if dense else 1) or (not dense and len(plain.split()) < LEAST_WORDS):
        return None
    return ONE_LANGUAGE.get(script) or (_agreed(plain, script) if script in LANGUAGES else None)


def _script(letter: str) -> str:
    at = bisect_right(STARTS, ord(letter)) - 1
    return BLOCKS[at][1] if at >= 0 else ""


def _agreed(text: str, script: str) -> str | None:
    second = str(_second_opinion(script).classify(text)[0])
    if script in SECOND_ALONE:
        return second
    detector = _detector(script)
    first = str(detector.detect(text).iso_code)
    sure = detector.results.gap >= LEAST_GAP
    return CLDR.get(first, first) if sure and second == first.split("-", maxsplit=1)[0] else None


@cache
def _detector(script: str) -> Any:
    from langidentify import Detector, Language, Model

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the library leaves its files to the garbage collector
        return Detector(Model.load(Language.from_comma_separated(",".join(LANGUAGES[script]))))


@cache
def _second_opinion(script: str) -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(sorted({language.split("-")[0] for language in LANGUAGES[script]}))
    return identifier
