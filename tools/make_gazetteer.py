"""Write `attrigraph/data/territory_names.csv` and the tables of `inference/gazetteer/`: names of countries and admin-1
units, and place names that are ordinary words.

`territory_names.csv` comes from babel (CLDR, Unicode License v3), `admin1.csv` from the npm package cldr-subdivisions-
full (Unicode License v3), unpacked into a folder; `ordinary_words.csv` from the English word list of SCOWL (Debian
package wamerican): the lower-case words of it that are also names of places, so that "nice" and "reading" are not taken
for cities. Needs the extra `geo`.

python tools/make_gazetteer.py FOLDER_OF_CLDR_SUBDIVISIONS WORD_LIST
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

from babel import Locale
from babel.languages import get_official_languages
from babel.localedata import locale_identifiers

from attrigraph.inference.gazetteer import cities, city_keys, joined
from attrigraph.territories import fold, territories

LANGUAGES = (
    "en", "am", "ar", "az", "bg", "bn", "ca", "cs", "da", "de", "el", "es", "et", "fa", "fi", "fil", "fr", "gu", "he",
    "hi", "hr", "hu", "hy", "id", "it", "ja", "ka", "kk", "km", "kn", "ko", "lt", "lv", "ml", "mn", "mr", "ms", "my",
    "nb", "ne", "nl", "pa", "pl", "ps", "pt", "ro", "ru", "si", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "te", "th",
    "tr", "uk", "ur", "uz", "vi", "zh", "zh_Hant",
)  # fmt: skip
"""Languages whose names of countries are known."""

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "inference" / "gazetteer"


def admin1(folder: Path) -> list[tuple[str, str, str]]:
    """(territory, code, English name) of every admin-1 unit, e.g. ("US", "WA", "Washington")."""
    text = json.loads((folder / "subdivisions" / "en" / "en.json").read_text(encoding="utf-8"))
    names = text["subdivisions"]["localeDisplayNames"]["subdivisions"]
    rows = [(key[:2].upper(), key[2:].upper(), name) for key, name in names.items() if key[:2].upper() in territories()]
    return sorted(rows)


def countries(words: set[str]) -> list[tuple[str, str]]:
    """(territory, name) in every language of LANGUAGES and in the languages of the territory itself.

    What is an English word is no name of another language: "island" is not Iceland, nor "sec" Czechia. Nor is what a
    city of more people is called: Granada, Norfolk.
    """
    own = {(code, language) for code in territories() for language in get_official_languages(code, True, True)}
    known = set(locale_identifiers())
    found = {(code, name) for language in LANGUAGES for code, name in Locale.parse(language).territories.items()}
    found |= {(code, Locale.parse(language).territories.get(code, "")) for code, language in own if language in known}
    english = Locale.parse("en").territories
    taken = {fold(name) for code, name in found if name.casefold() in words and name != english.get(code)}
    return sorted(
        (code, name)
        for code, name in found
        if code in territories() and len(name) > 1 and (fold(name) not in taken or name == english.get(code))
        if max(cities(fold(name)).values(), default=0.0) <= territories()[code].population
    )


def lower_case(words: Path) -> set[str]:
    """The words of the list that are written in lower case."""
    lines = words.read_text(encoding="utf-8").splitlines()
    return {fold(word) for word in lines if word == word.lower() and "'" not in word and len(word) > 1}


def main() -> None:
    """Write the tables."""
    folder, words = Path(sys.argv[1]), lower_case(Path(sys.argv[2]))
    units = admin1(folder)
    named = countries(words)
    english = {fold(name) for name in Locale.parse("en").territories.values()}
    unit_keys = {fold(name) for _, _, name in units}
    names = unit_keys | {joined(key) for key in unit_keys} | set(city_keys())
    names |= {fold(name) for _, name in named} - english
    _write(ROOT / "attrigraph" / "data" / "territory_names.csv", ["territory", "name"], named)
    _write(TARGET / "admin1.csv", ["territory", "code", "name"], units)
    _write(TARGET / "ordinary_words.csv", ["word"], [(word,) for word in sorted(words & names)])


def _write(path: Path, header: list[str], rows: list[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


if __name__ == "__main__":
    main()
