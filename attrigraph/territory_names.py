"""Territories by their names in many languages and by their flags, beside English names and codes.

`data/territory_names.csv` is written by `tools/make_gazetteer.py` after the Unicode CLDR (see NOTICE).
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from functools import cache
from importlib.resources import files

from attrigraph.territories import Place, fold, resolve_code, resolve_place

__all__ = ["flags_in", "names_in_languages", "place_named"]

FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
SHORTEST = 4
"""Letters of a name in the Latin script; shorter ones ("ira", "cad") are mostly something else."""


@cache
def names_in_languages() -> dict[str, frozenset[str]]:
    """Folded name in any of some 60 languages -> the territories that are called so, and no city of more people."""
    text = files("attrigraph").joinpath("data/territory_names.csv").read_text(encoding="utf-8")
    found: dict[str, set[str]] = defaultdict(set)
    for row in csv.DictReader(text.splitlines()):
        found[fold(row["name"])].add(row["territory"])
    return {name: frozenset(codes) for name, codes in found.items()}


def flags_in(text: str) -> list[str]:
    """The letters of the flags in a text, in order.

    >>> flags_in("🇷🇸 and 🇵🇹")
    ['RS', 'PT']
    """
    return ["".join(chr(ord(letter) - 0x1F1E6 + ord("A")) for letter in pair) for pair in FLAG.findall(text)]


def place_named(text: str | None) -> Place | None:
    """As `resolve_place`, also in other languages and by a flag. A flag beside a name must be that of the name.

    >>> place_named("Россия").code, place_named("中国").code, place_named("🇷🇸").code, place_named("🇵🇹 Portugal").code
    ('RU', 'CN', 'RS', 'PT')
    >>> place_named("🇷🇸 Portugal"), place_named("Granada"), place_named("Atlantis")
    (None, None, None)
    """
    place = resolve_place(text)
    if place or not text:
        return place
    flags = set(flags_in(text))
    if flags:
        code = resolve_code(flags.pop()) if len(flags) == 1 else None
        shown = Place((code,)) if code else None
        beside = FLAG.sub(" ", text).strip()
        return shown if not beside or place_named(beside) == shown else None
    key = fold(text)
    short = key.isascii() and len(key) < SHORTEST
    codes = () if short else names_in_languages().get(key, ())
    return Place(tuple(sorted(codes))) if codes else None
