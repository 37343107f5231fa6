"""Write links/word_breaks.csv: how the characters of Unicode part words, as the package `regex` has it.

Ranges of code points with their class. Characters in no range stand alone. `complex` marks those whose rules look at
more than their neighbours (Unicode Standard Annex 29, section 4.1); texts with one are left to `regex` itself.

python tools/make_word_breaks.py
"""

import csv
import sys
from pathlib import Path

import regex

OUT = Path(__file__).parent.parent / "links" / "word_breaks.csv"
CLASSES = {
    "letter": "ALetter", "number": "Numeric", "joiner": "ExtendNumLet", "mid_letter": "MidLetter",
    "mid_number": "MidNum", "mid_both": "MidNumLet", "quote": "Single_Quote", "katakana": "Katakana",
}  # fmt: skip
COMPLEX = ("Extend", "Format", "ZWJ", "Regional_Indicator", "Hebrew_Letter")
ODD = "\x1c\x1d\x1e\x1f\u202f\u0130\u03a3"
"""Blanks for `split` alone; a blank that joins words; letters whose lower case is no single letter or needs context."""


def class_of(char: str) -> str:
    """The class of a character, empty for one that stands alone."""
    if char in ODD or any(regex.match(rf"\p{{Word_Break={name}}}", char) for name in COMPLEX):
        return "complex"
    if char.isspace():
        return "blank"
    return next((ours for ours, name in CLASSES.items() if regex.match(rf"\p{{Word_Break={name}}}", char)), "")


def main() -> None:
    """Write the ranges."""
    ranges: list[list[object]] = []
    for point in range(sys.maxunicode + 1):
        name = "" if 0xD800 <= point <= 0xDFFF else class_of(chr(point))
        if name and ranges and ranges[-1][1] == point - 1 and ranges[-1][2] == name:
            ranges[-1][1] = point
        elif name:
            ranges.append([point, point, name])
    with OUT.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("first", "last", "class"))
        writer.writerows(ranges)


if __name__ == "__main__":
    main()
