"""Location texts: which territory a profile names, by country names in many languages, admin-1 units and cities.

The order of the steps is that of evidence model section 4: flags, then the parts from the last backwards (countries,
admin-1 units and their codes, cities by population), then windows of words. Parts between commas lead from the inside
to the outside ("Perth, WA"), so that each decides between the readings of the one before; parts between other signs
are a list. On doubt several territories share the text; what is also an ordinary word names no small place.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from attrigraph.inference.gazetteer import (
    cities,
    city_names,
    countries,
    ordinary_words,
    small_cities,
    unit_codes,
    units,
    words,
)
from attrigraph.territories import fold, resolve_place, territories
from attrigraph.territory_names import flags_in

__all__ = ["city_names", "flags", "forget", "place_shares"]

FLAG_OF_PART = re.compile("\U0001f3f4[\U000e0061-\U000e007a]+\U000e007f")
"""The flags of England, Scotland and Wales: a black flag and letters."""
LISTED = re.compile(r"[/|;·•&+\n→>~]|\s[-–—]\s|\s(?:and|y|et|und|to|or|via|x|و|и)\s", re.IGNORECASE)
"""What stands between places that are a list."""
ENCLOSED = re.compile(r"[,،、，:()\[\]{}\"“”«»]|(?<=\w{4})\.\s|[–—]")
"""What stands between a place and the one around it."""
DIRECTION = re.compile(r"(?<![\w.])[NSEW]{1,2}\.\s?(?=[A-Z][a-z])")
"""An initial that stands for a direction: S. Wales."""
SPACED = re.compile(r"(?<!\S)(?:[^\W\d_] ){2,}[^\W\d_](?!\S)")
"""A word written with spaces between its letters: L O N D O N."""
SIGNS = ("So", "Sk", "Cn", "Co", "Cs")
"""Unicode categories of pictures and unassigned signs: they part words."""
NUMBERS = re.compile(r"(?<!\w)[\d#]+[\d\-.#]*(?!\w)")
LONGEST_TEXT, LONGEST_PART, LONGEST_NAME = 200, 12, 4
EVERYDAY = ("US", "CA", "AU", "BR")
"""Where people write admin-1 codes after towns; the first that has the code is meant when the town is not known."""
LARGE, METROPOLIS = 100_000.0, 500_000.0
ORDINARY_FROM = 250_000.0
"""A name that is an ordinary word stands for a city of so many people only, and when it is written as a name."""
OF_CITY = 0.2
"""Share of the most populous reading that another must have to be preferred because a city beside it lies there."""
UNIT_OF_COUNTRY = 0.5
"""A unit that bears the name of a country counts beside it from this share of its people on: Georgia, not Niger."""
SMALL_SHARE = 0.1

Shares = dict[str, float]
People = dict[str, float]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one part may mean: territories by people; `country` when it names countries themselves.

    `unit` when it names an admin-1 unit rather than a city; `weak` readings (small or doubtful places, ordinary
    words) need surroundings that agree with them.
    """

    people: Mapping[str, float]
    country: bool = False
    unit: bool = False
    weak: bool = False

    @property
    def most(self) -> float:
        """People of the most populous reading."""
        return max(self.people.values())


def place_shares(text: str) -> Shares | None:
    """Territory -> part of the text that names it, summing to 1; None when nothing is recognised.

    >>> place_shares("Санкт-Петербург, Россия"), place_shares("Austin, TX"), place_shares("somewhere over the rainbow")
    ({'RU': 1.0}, {'US': 1.0}, None)
    """
    return dict(found) if (found := _shares(text[:LONGEST_TEXT])) else None


@lru_cache(maxsize=65_536)
def _shares(text: str) -> Shares | None:
    waving = flags(text)
    if waving:
        return _even(waving)
    plain = _without_signs(text)
    whole = countries(fold(plain))
    if whole and LISTED.search(plain):  # Trinidad and Tobago
        return _even(whole)
    groups = [group for listed in LISTED.split(plain) if (group := _parts(listed))]
    named = [reading for group in groups for reading in _named(group) or _in_windows(group)]
    return _together(named) if named else None


def forget() -> None:
    """Empty the caches of texts and parts, so that a benchmark measures reading and not remembering."""
    _shares.cache_clear()
    _reading.cache_clear()


def flags(text: str) -> list[str]:
    """Territories whose flags stand in the text, in order; a pair of letters that is no territory is none.

    >>> flags("Lisboa 🇵🇹 🇧🇷"), flags("🇪🇺")
    (['PT', 'BR'], [])
    """
    found = [code for code in flags_in(text) if code in territories()]
    return found + ["GB"] * len(FLAG_OF_PART.findall(text))


def _without_signs(text: str) -> str:
    """The text with pictures as separators, without zero-width marks, without initials that are directions and
    without spaces between the letters of a word."""
    if not text.isascii():
        text = "".join(map(_sign, unicodedata.normalize("NFKC", text)))
    text = DIRECTION.sub("", text)
    return SPACED.sub(lambda word: word[0].replace(" ", ""), text)


@cache
def _sign(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in SIGNS:
        return " | "
    return "" if category == "Cf" or 0xFE00 <= ord(letter) <= 0xFE0F else letter


def _parts(group: str) -> list[str]:
    """The parts of a group, as written, without numbers and outer signs; "Austin TX" is two parts."""
    found = []
    for written in ENCLOSED.split(group):
        part = " ".join(NUMBERS.sub(" ", written).split()).strip(" .'’`!?*_=-#@^<")
        if part and len(part.split()) <= LONGEST_PART:
            found += _tail(part)
    return found


def _tail(part: str) -> list[str]:
    """A part that ends in a country, unit or code of the place before it, in two."""
    written = part.split()
    if len(written) < 2 or _reading(part) or _is_region(fold(part)):
        return [part]
    for size in range(min(3, len(written) - 1), 0, -1):
        head, tail = " ".join(written[:-size]), " ".join(written[-size:])
        key = fold(tail)
        if size > 1 and _is_region(key):
            return [part]
        if countries(key) or (units(key) and key not in ordinary_words()):
            inner, outer = _reading(head), _exact(tail)
            if outer and (outer.country or (inner and _shared(inner, outer))):
                return [head, tail]
        elif size == 1 and _is_code(tail) and _code(tail, _reading(head), alone=key in ordinary_words()):
            return [head, tail]
    return [part]


def _named(parts: Sequence[str]) -> list[Reading]:
    """The places a group names, from the last part backwards; what lies inside a later part is that part."""
    found: list[Reading] = []
    outer: Reading | None = None
    for number in range(len(parts) - 1, -1, -1):
        part = parts[number]
        inner = _reading(parts[number - 1]) if number else None
        reading = (_code(part, inner) if number and _is_code(part) else None) or _reading(part)
        if reading is None:
            continue
        if outer is not None:
            shared = _shared(reading, outer)
            if shared:
                found[-1] = outer = Reading(shared, outer.country, outer.unit)
                continue
            if reading.country and outer.unit:
                continue
        elif reading.weak and number and inner:
            reading = Reading(_shared(inner, Reading(reading.people)) or reading.people, weak=True)
        if not reading.weak:
            found.append(reading)
            outer = reading
    return found


def _shared(inner: Reading, outer: Reading) -> People:
    """The territories in which the inner place may lie within the outer one, by the people of the inner one."""
    least = 0.0
    if not (outer.country or outer.unit or inner.country):
        least = inner.most * OF_CITY
    return {code: people for code, people in inner.people.items() if code in outer.people and people >= least}


@lru_cache(maxsize=65_536)
def _reading(part: str) -> Reading | None:
    """What a whole part means, with the words that say what it is taken off when it means nothing with them."""
    left = part.split()
    length = len(left)
    while left:
        found = _exact(" ".join(left))
        if found and (len(left) == length or found.country or found.most >= LARGE):
            return found
        if len(left) > 1 and _is_region(fold(" ".join(left))):  # South America is no part of the United States
            return None
        if len(left) > 1 and fold(left[0]) in words("before"):
            left = left[1:]
        elif len(left) > 1 and fold(left[-1]) in words("after"):
            left = left[:-1]
        else:
            return None
    return None


def _exact(part: str) -> Reading | None:
    key = fold(part)
    if not key or (len(key) <= 2 and key.isascii() and not _known_short(key)):
        return None
    codes = countries(key)
    if codes:
        least = UNIT_OF_COUNTRY * sum(territories()[code].population for code in codes)
        named = [code for code, people in units(key).items() if people >= least]
        return Reading(_even((*codes, *named)), country=True)
    if key in words("nowhere") or _is_region(key):
        return None
    ordinary = key in ordinary_words()
    unit, city = units(key), cities(key)
    people: People = dict(city)
    for code, count in unit.items():
        people[code] = max(count, people.get(code, 0.0))
    if not people:
        others = small_cities(key)
        return Reading(others, weak=True) if others else _by_characters(key)
    most = max(people.values())
    as_name = part[0] != part[0].lower() or part[0] == part[0].upper()
    small = ordinary and (not as_name or max(city.values(), default=0.0) < ORDINARY_FROM)
    doubtful = most < LARGE and (not as_name or (len(key) <= 3 and key.isascii()))
    is_unit = max(unit.values(), default=0.0) > max(city.values(), default=0.0)
    return Reading(people, unit=is_unit, weak=small or doubtful)


def _is_region(key: str) -> bool:
    """Whether the name is that of a region of the world: a set of territories, none of which is named."""
    place = resolve_place(key) if len(key) > 3 else None
    return bool(place and place.region)


def _known_short(key: str) -> bool:
    return bool(countries(key) or (units(key) and len(key) == 2) or cities(key).get("US", 0.0) >= METROPOLIS)


def _by_characters(key: str) -> Reading | None:
    """Chinese and Japanese texts have no spaces: the longest name they begin with."""
    if not ("\u3040" <= key[0] <= "\u30ff" or "\u4e00" <= key[0] <= "\u9fff"):
        return None
    for size in range(min(len(key) - 1, 8), 1, -1):
        found = _exact(key[:size])
        if found and not found.weak:
            return found
    return None


def _is_code(part: str) -> bool:
    return 2 <= len(part) <= 3 and part.isascii() and part.isalpha()


def _code(part: str, inner: Reading | None, *, alone: bool = False) -> Reading | None:
    """An admin-1 or ISO code after a place: where the place before it lies, else where such codes are in everyday use.

    A code in ordinary letters ("ok", "me") needs the place; with `alone` every code does.
    """
    key = part.lower()
    owners = unit_codes(key) | ({part.upper()} & territories().keys())
    if not owners:
        return None
    if inner:
        near = {code: people for code, people in inner.people.items() if code in owners}
        if near:
            best = max(near, key=lambda code: near[code])
            return Reading({best: near[best]}, unit=True)
    as_code = part.isupper() or (part.istitle() and key not in ordinary_words() and len(part) == 2)
    everyday = next((code for code in EVERYDAY if code in unit_codes(key)), None)
    if everyday and as_code and not alone:
        return Reading({everyday: 1.0}, unit=True)
    return None


def _in_windows(parts: Sequence[str]) -> list[Reading]:
    """What windows of words name in the parts of a group of which no part is a name as a whole."""
    return [reading for part in parts for reading in _windows(part)]


def _windows(part: str) -> Iterator[Reading]:
    """Countries, units and large cities in windows of words, the longest first; each word is used once."""
    written = [word.strip(" .'’\"!?-_#@*") for word in part.split()]
    free = [True] * len(written)
    for size in range(min(LONGEST_NAME, len(written)), 0, -1):
        for start in range(len(written) - size + 1):
            if not all(free[start : start + size]):
                continue
            window = " ".join(written[start : start + size])
            found = _window(window, size)
            if found or (size > 1 and _is_region(fold(window))):
                free[start : start + size] = [False] * size
            if found:
                yield found


def _window(written: str, size: int) -> Reading | None:
    """What a window of `size` words means, if it is beyond doubt: one word alone must be a name of many people."""
    key = fold(written)
    if len(key) <= 2 or (size == 1 and key in ordinary_words()):
        return None
    found = _exact(written)
    if found is None or found.weak:
        return None
    if found.country or size > 1:
        return found if found.country or found.most >= LARGE else None
    return found if found.most >= METROPOLIS else None


def _together(readings: Iterable[Reading]) -> Shares:
    """The readings as equal parts of one text, each shared out by people."""
    total: Shares = defaultdict(float)
    distinct = {tuple(sorted(reading.people.items())) for reading in readings}
    for people in sorted(distinct):
        for code, share in _normalised(dict(people)).items():
            total[code] += share
    return _normalised(total)


def _even(codes: Iterable[str]) -> Shares:
    distinct = sorted(set(codes))
    return dict.fromkeys(distinct, 1.0 / len(distinct))


def _normalised(weights: Mapping[str, float]) -> Shares:
    whole = sum(weights.values())
    kept = {code: weight for code, weight in weights.items() if weight / whole >= SMALL_SHARE}
    whole = sum(kept.values())
    return {code: weight / whole for code, weight in sorted(kept.items())}
