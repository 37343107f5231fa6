"""Lint rules on words: P1 to P4 (estimative language), R1 (what identifies), R3 (territory, not nationality)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from attrigraph.briefs.estimative import CONFIDENCE, ICD203, Percentage, Word, band, percentages, sentences, words
from attrigraph.briefs.finding import Finding
from attrigraph.briefs.model import Brief
from attrigraph.briefs.privacy import Privacy
from attrigraph.briefs.walk import Piece

__all__ = [
    "likelihood_apart_from_confidence",
    "nothing_identifies",
    "nothing_is_certain",
    "one_yardstick_row",
    "territory_not_nationality",
    "word_fits_number",
]

Found = Iterator[Finding]
NEVER_SURE = re.compile(
    r"(?<![\d.,\u202f])(?:0+(?:\.0+)?|100(?:\.0+)?)[ \u00a0\u202f]?(?:%|per\s?cent\b)"
    r"|\b(?:prove[sdn]?|proving|proof|definite(?:ly)?|undoubtedly|undeniabl[ey]|conclusively|indisputabl[ey]|unquestionabl[ey])\b"
    r"|\b(?:beyond|without)\s+(?:any\s+|a\s+)?doubt\b"
    r"|(?<!almost )(?<!nearly )\bcertain(?:ly|ty)?\b",
    re.IGNORECASE,
)


def _spoken(pieces: tuple[Piece, ...]) -> Iterator[tuple[Piece, str]]:
    """Sentences of the brief's own words: not code, not drawings, not what somebody else said."""
    for piece in pieces:
        if piece.role not in ("code", "drawing") and not piece.quoted:
            for sentence in sentences(piece.text):
                yield piece, sentence


def likelihood_apart_from_confidence(_: Brief, pieces: tuple[Piece, ...], __: Privacy) -> Found:
    """P1: no sentence holds both a likelihood word and a confidence word."""
    for piece, sentence in _spoken(pieces):
        if words(sentence) and CONFIDENCE.search(sentence):
            yield Finding(
                "P1", piece.where, sentence, "likelihood and confidence in two sentences", "Split the sentence."
            )


def one_yardstick_row(_: Brief, pieces: tuple[Piece, ...], __: Privacy) -> Found:
    """P2: likelihood words come from the first row of ICD 203."""
    for piece, sentence in _spoken(pieces):
        for found in words(sentence):
            if found.row != ICD203:
                yield Finding(
                    "P2",
                    piece.where,
                    found.word,
                    f"a word of {ICD203}",
                    f"“{found.word}” is of {found.row}: replace it.",
                )


def word_fits_number(_: Brief, pieces: tuple[Piece, ...], __: Privacy) -> Found:
    """P3: a likelihood word and the percentage it stands beside are of one band."""
    for piece, sentence in _spoken(pieces):
        for clause in sentence.split(";"):
            for found, number in _pairs(clause):
                bounds = band(found.word)
                if bounds and not _fits(bounds, number, clause):
                    yield Finding(
                        "P3",
                        piece.where,
                        f"{found.word} … {number.text}",
                        f"a percentage from {bounds[0]:.0%} to below {min(bounds[1], 1):.0%}",
                        "Use the word of attrigraph.wording.likelihood_word.",
                    )


def _pairs(clause: str) -> Iterator[tuple[Word, Percentage]]:
    """Each word with the first percentage after it, else the last before it; priors are passed over."""
    found = words(clause)
    numbers = [p for p in percentages(clause) if not p.prior]
    for place, word in enumerate(found):
        until = found[place + 1].start if place + 1 < len(found) else len(clause)
        after = [p for p in numbers if word.end <= p.start < until]
        before = [p for p in numbers if p.start < word.start]
        if after or before:
            yield word, (after or before[-1:])[0]


def _fits(bounds: tuple[float, float], number: Percentage, clause: str) -> bool:
    low, high = bounds
    definition = re.search(r"(\d+) to (\d+)[ \u00a0\u202f]?%", clause)
    if definition and abs(int(definition[2]) / 100 - min(high, 0.99)) < 1e-9:
        return abs(int(definition[1]) / 100 - max(low, 0.01)) < 1e-9  # "Likely: 55 to 80 %" states the band itself
    return low <= round(number.value, 4) < high


def nothing_is_certain(_: Brief, pieces: tuple[Piece, ...], __: Privacy) -> Found:
    """P4: no 0 or 100 percent, no "proves", "definitely" or "certainly"."""
    for piece, sentence in _spoken(pieces):
        for match in NEVER_SURE.finditer(sentence):
            yield Finding(
                "P4", piece.where, match[0], "a hedge: < 1 %, > 99 %, a likelihood word", "Say it as an assessment."
            )


def nothing_identifies(_: Brief, pieces: tuple[Piece, ...], privacy: Privacy) -> Found:
    """R1: no city, coordinates, raw address, handle, mail box, phone number or name, in words or in a drawing."""
    for piece in pieces:
        for found in privacy.find(piece.text, quoted=piece.quoted):
            yield Finding(
                "R1",
                piece.where,
                found.text,
                f"no trace of a person or place ({found.kind})",
                f"Write “{found.instead}”, or take it out.",
            )


OPERATOR = (
    r"(?:operators?|operatives?|actors?|trolls?|farms?|networks?|accounts?|agents?|hackers?|bots?|botnets?|groups?|"
    r"operations?|campaigns?|personas?|handlers?|teams?|crews?|cells?|propagandists?|users?|people|persons?|"
    r"individuals?|citizens?|contractors?|freelancers?|spies|spy|intelligence|influence|profiles?|sponsors?|regime|"
    r"military|services?|propaganda|disinformation)"
)


@cache
def _nationality() -> tuple[re.Pattern[str], ...]:
    table = csv.DictReader(files("attrigraph.briefs").joinpath("demonyms.csv").read_text(encoding="utf-8").splitlines())
    names = {name for row in table for name in row["demonyms"].split(";")}
    demonym = "(?:" + "|".join(sorted(map(re.escape, names), key=len, reverse=True)) + ")"
    language = r"(?![- ](?:language|speaking|text|alphabet|script)\b)"
    return (
        re.compile(r"(?i:\bnationalit(?:y|ies)\b|\bnationals\b|\bnational of\b|\bcitizens of\b)"),
        re.compile(rf"\b{demonym}\b{language}(?:-\w+)*(?:\s+[\w-]+){{0,3}}?\s+(?i:{OPERATOR})\b"),
        re.compile(
            rf"\b(?i:{OPERATOR})\b(?:\s+[\w-]+){{0,3}}?\s+(?i:is|are|was|were|be|being)(?:\s+[\w-]+){{0,3}}?\s+{demonym}\b{language}"
        ),
        re.compile(rf"\b(?i:by|from)\s+(?:(?i:the)\s+)?{demonym}s?\b(?=\s*(?:[.,;:)]|$|and\b))"),
        re.compile(rf"\b{demonym}s\b"),
    )


def territory_not_nationality(_: Brief, pieces: tuple[Piece, ...], __: Privacy) -> Found:
    """R3: no "nationality" and no nationality adjective for who operates; in quotes, others keep their words."""
    for piece in pieces:
        if piece.role == "code" or piece.quoted:
            continue
        for pattern in _nationality():
            match = pattern.search(piece.text)
            if match:
                yield Finding(
                    "R3", piece.where, match[0], "“operated from <territory>”", "Name the territory, not a nationality."
                )
                break
