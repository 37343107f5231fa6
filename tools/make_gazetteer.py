"""Write the tables of `inference/gazetteer/`: names of countries and admin-1 units, and place names that are
ordinary words.

`countries.csv` comes from babel (CLDR, Unicode License v3), `admin1.csv` from the npm package cldr-subdivisions-full
(Unicode License v3), unpacked into a folder; `ordinary_words.csv` from the English word list of SCOWL
(Debian package wamerican): the lower-case words of it that are also names of places, so that "nice" and "reading" are
not taken for cities. Needs the extra `geo`.

python tools/make_gazetteer.py FOLDER_OF_CLDR_SUBDIVISIONS WORD_LIST
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

from babel import Locale

from attrigraph.inference.gazetteer import city_keys
from attrigraph.territories import fold, territories

LANGUAGES = (
    "en", "am", "ar", "az", "bg", "bn", "ca", "cs", "da", "de", "el", "es", "et", "fa", "fi", "fil", "fr", "gu", "he",
    "hi", "hr", "hu", "hy", "id", "it", "ja", "ka", "kk", "km", "kn", "ko", "lt", "lv", "ml", "mn", "mr", "ms", "my",
    "nb", "ne", "nl", "pa", "pl", "ps", "pt", "ro", "ru", "si", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "te", "th",
    "tr", "uk", "ur", "uz", "vi", "zh", "zh_Hant",
)  # fmt: skip
"""Languages whose names of countries are known."""

TARGET = Path(__file__).resolve().parent.parent / "inference" / "gazetteer"


def admin1(folder: Path) -> list[tuple[str, str, str]]:
    """(territory, code, English name) of every admin-1 unit, e.g. ("US", "WA", "Washington")."""
    text = json.loads((folder / "subdivisions" / "en" / "en.json").read_text(encoding="utf-8"))
    names = text["subdivisions"]["localeDisplayNames"]["subdivisions"]
    rows = [(key[:2].upper(), key[2:].upper(), name) for key, name in names.items() if key[:2].upper() in territories()]
    return sorted(rows)


def countries() -> list[tuple[str, str]]:
    """(territory, name) in every language of LANGUAGES."""
    found = {
        (code, name)
        for language in LANGUAGES
        for code, name in Locale.parse(language).territories.items()
        if code in territories() and len(name) > 1
    }
    return sorted(found)


def ordinary_words(words: Path, names: set[str]) -> list[str]:
    """Words written in lower case in the list that are also keys of the gazetteer."""
    lines = words.read_text(encoding="utf-8").splitlines()
    return sorted({fold(w) for w in lines if w == w.lower() and "'" not in w and len(w) > 1} & names)


def main() -> None:
    """Write the tables."""
    folder, words = Path(sys.argv[1]), Path(sys.argv[2])
    units = admin1(folder)
    names = {fold(name) for _, _, name in units} | set(city_keys())
    _write("countries.csv", ["territory", "name"], countries())
    _write("admin1.csv", ["territory", "code", "name"], units)
    _write("ordinary_words.csv", ["word"], [(word,) for word in ordinary_words(words, names)])


def _write(name: str, header: list[str], rows: list[tuple[str, ...]]) -> None:
    with (TARGET / name).open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


if __name__ == "__main__":
    main()
