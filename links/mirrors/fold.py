"""Names as people see them and as they say them: what is left of a handle or a name when its spelling is taken away.

Two foldings. *Looks*: characters that are shown alike become one (the confusables of Unicode Technical Standard 39),
digits that stand for letters become these letters, separators and trailing digits go. *Sounds*: the letters of another
script become Latin ones (package `anyascii`, extra `links`), and of these the consonants stay, since Arabic, Urdu and
Persian do not write most vowels. Without the package a name in another script is folded plainly, script by script.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.resources import files

__all__ = ["latin", "looks", "mixed_scripts", "sounds", "transliterates"]

LEET = str.maketrans({
    "0": "o", "1": "l", "2": "z", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g",
    "$": "s", "@": "a", "|": "l", "!": "l", "i": "l",
})  # fmt: skip
"""Digits and signs that stand for letters. i, l, 1 and a bar are one sign: fonts tell them apart badly."""
ADDED = re.compile("^(the|real|lts|larn)(?=.{4})|(?<=.{4})(offlclal|backup|real|new)$")
"""the, real, its, iam before a name and official, backup, real, new behind it, as folded: what makes a name free again
(own list)."""
SPELT = (
    ("shch", "s"), ("sch", "s"), ("sh", "s"), ("kh", "k"), ("gh", "g"), ("ph", "f"), ("th", "t"), ("dh", "d"),
    ("bh", "b"), ("zh", "j"), ("ck", "k"), ("c", "k"), ("q", "k"), ("x", "ks"),
)  # fmt: skip
"""Spellings of one sound in Latin letters (own list)."""
ALIKE_SCRIPTS = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"}
"""Scripts whose letters pass for one another; words that mix others are ordinary."""
LEAST_LOOKS, LEAST_SOUNDS = 4, 4
"""Fewer characters are no key: too many unrelated names share them."""


@cache
def _shown_alike() -> dict[int, str]:
    """Character -> prototype."""
    table = files(__package__).joinpath("confusables.csv").read_text(encoding="utf-8")
    rows = csv.reader(table.splitlines()[1:])
    return {ord(char): prototype for prototype, like in rows for char in like}


@cache
def _to_latin() -> Callable[[str], str] | None:
    try:
        from anyascii import anyascii
    except ImportError:
        return None
    return anyascii  # type: ignore[no-any-return,unused-ignore]


def transliterates() -> bool:
    """Whether names in other scripts can be compared with Latin ones: the extra `links` is installed."""
    return _to_latin() is not None


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    """The script of a letter, as its Unicode name begins; empty for anything else."""
    return unicodedata.name(char, "").partition(" ")[0] if char.isalpha() else ""


def mixed_scripts(text: str) -> bool:
    """Whether one word mixes scripts, as look-alikes do: Latin with a Cyrillic letter, never Japanese with Latin.

    >>> mixed_scripts("Раul"), mixed_scripts("Paul Иванов")
    (True, False)
    """
    return any(len(_scripts(word)) > 1 for word in _words(text))


def _scripts(word: str) -> set[str]:
    return {_script(char) for char in word} & ALIKE_SCRIPTS


def _words(text: str) -> list[str]:
    """Runs of letters, digits and the marks that belong to them."""
    if text.isascii():
        return re.split(r"[\W_]+", text)
    whole = unicodedata.normalize("NFKC", text)
    return "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in whole).split()


def _skeleton(text: str) -> str:
    """Prototypes of all characters in lower case, without marks; case is folded between two looks at the table."""
    alike = _shown_alike()
    if text.isascii():
        return text.translate(alike).lower().translate(alike)
    text = unicodedata.normalize("NFKD", text).translate(alike).casefold().translate(alike).casefold()
    return "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) not in ("Mn", "Me", "Cf"))


@lru_cache(maxsize=65536)
def looks(text: str) -> str:
    """A handle or name as it is seen: equal results look alike. Empty when fewer than four characters are left.

    >>> looks("Pаu1_Smith-84") == looks("paul.smith"), looks("rnary_k4te") == looks("MaryKate")
    (True, True)
    """
    seen = re.sub(r"[^\w$@|!]|_", "", _skeleton(text))
    seen = (seen.rstrip("0123456789") or seen).translate(LEET).replace("vv", "w")
    seen = re.sub(r"\W", "", seen)
    seen = ADDED.sub("", seen)
    return seen if len(seen) >= LEAST_LOOKS else ""


@lru_cache(maxsize=65536)
def latin(text: str) -> str:
    """The words of a name in Latin letters and lower case; look-alikes in words of mixed scripts are resolved first.

    >>> latin("José  Nuñez")
    'jose nunez'
    """
    convert = _to_latin()
    words = []
    for word in _words(text):
        if word.isascii():
            words.append(word.lower())
        else:
            one = _skeleton(word) if mixed_scripts(word) else word
            words.append(convert(one).lower() if convert else _plain(one))
    return " ".join(found for word in words if (found := re.sub(r"[^\w]|_", "", word)))


def _plain(word: str) -> str:
    marks = unicodedata.normalize("NFD", word.casefold())
    return "".join(c for c in marks if unicodedata.category(c) not in ("Mn", "Me", "Cf"))


@lru_cache(maxsize=65536)
def sounds(text: str) -> str:
    """The consonants of a name, its words in the order of the alphabet: equal results can be said alike.

    Empty when fewer than four are left. Needs the extra `links` for names in other scripts.

    >>> sounds("Mohammed al-Siddiqui") == sounds("Siddiqi Muhammad Al")
    True
    """
    words = []
    for word in latin(text).split():
        for spelt, sound in SPELT:
            word = word.replace(spelt, sound)
        consonants = re.sub("[^a-z]|[aeiouwy]|(?<=.)h$", "", word)  # a last h is mute more often than not
        words.append(re.sub(r"(.)\1+", r"\1", consonants))
    found = "".join(sorted(word for word in words if word))
    return found if len(found) >= LEAST_SOUNDS else ""
