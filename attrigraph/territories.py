"""Territories (ISO 3166-1 alpha-2 and XK), regions, and the names platforms and people give them.

The table `data/territories.csv` holds code, English name, other names in use, UN M49 sub-region, ISO alpha-3 and
population.
Names follow the Unicode CLDR, populations GeoNames (CC BY 4.0); both are listed in NOTICE.
"Territory", never "country" alone: the list contains dependencies, Hong Kong, Kosovo and
Taiwan. No position on status is implied.
"""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = [
    "OTHER",
    "UNKNOWN",
    "Place",
    "Territory",
    "regions",
    "resolve_code",
    "resolve_place",
    "territories",
    "territory_name",
]

OTHER = "OTHER"
"""The rest of the world: territories that no evidence names."""
UNKNOWN = "UNKNOWN"
"""The evidence is uninformative or manufactured."""

AMBIGUOUS: dict[str, tuple[str, ...]] = {"korea": ("KP", "KR"), "congo": ("CD", "CG")}
"""Names that mean several territories: a set, never one of them in silence."""

REGION_PARTS: dict[str, tuple[str, ...]] = {
    "Africa": ("Northern Africa", "Eastern Africa", "Middle Africa", "Southern Africa", "Western Africa"),
    "Northern Africa": ("Northern Africa",),
    "Sub-Saharan Africa": ("Eastern Africa", "Middle Africa", "Southern Africa", "Western Africa"),
    "Eastern Africa": ("Eastern Africa",),
    "Middle Africa": ("Middle Africa",),
    "Southern Africa": ("Southern Africa",),
    "Western Africa": ("Western Africa",),
    "Asia": ("Central Asia", "Eastern Asia", "South-eastern Asia", "Southern Asia", "Western Asia"),
    "Central Asia": ("Central Asia",),
    "East Asia": ("Eastern Asia",),
    "Southeast Asia": ("South-eastern Asia",),
    "South Asia": ("Southern Asia",),
    "West Asia": ("Western Asia",),
    "East Asia and Pacific": (
        "Eastern Asia", "South-eastern Asia", "Australia and New Zealand", "Melanesia", "Micronesia", "Polynesia",
    ),
    "Europe": ("Eastern Europe", "Northern Europe", "Southern Europe", "Western Europe"),
    "Eastern Europe": ("Eastern Europe",),
    "Northern Europe": ("Northern Europe",),
    "Southern Europe": ("Southern Europe",),
    "Western Europe": ("Western Europe",),
    "North America": ("Northern America", "Central America", "Caribbean"),
    "Central America": ("Central America",),
    "Caribbean": ("Caribbean",),
    "South America": ("South America",),
    "Latin America": ("Central America", "Caribbean", "South America"),
    "Oceania": ("Australia and New Zealand", "Melanesia", "Micronesia", "Polynesia"),
    "Australasia": ("Australia and New Zealand",),
}  # fmt: skip
"""Region name -> the UN M49 sub-regions it consists of."""

EASTERN_EUROPE_NON_EU = ("BY", "MD", "RU", "UA")
REGION_ALIASES = {
    "north africa": "Northern Africa",
    "east asia & pacific": "East Asia and Pacific",
    "east asia and the pacific": "East Asia and Pacific",
    "south-eastern asia": "Southeast Asia",
    "southeastern asia": "Southeast Asia",
    "eastern asia": "East Asia",
    "southern asia": "South Asia",
    "western asia": "West Asia",
    "eastern europe (non-eu)": "Eastern Europe (Non-EU)",
    "australia and new zealand": "Australasia",
}


@dataclass(frozen=True, slots=True)
class Territory:
    """One row of the table. `population` is a count of people, 0 when the source has none."""

    code: str
    name: str
    aliases: tuple[str, ...]
    subregion: str
    iso3: str
    population: int


@dataclass(frozen=True, slots=True)
class Place:
    """What a text names: one territory, a set of them (ambiguous), or a region (a set with a name)."""

    codes: tuple[str, ...]
    region: str | None = None

    @property
    def code(self) -> str | None:
        """The territory, when it is exactly one."""
        return self.codes[0] if len(self.codes) == 1 and self.region is None else None


@cache
def territories() -> dict[str, Territory]:
    """Code -> territory, 250 of them."""
    text = files("attrigraph").joinpath("data/territories.csv").read_text(encoding="utf-8")
    return {
        row["code"]: Territory(
            row["code"],
            row["name"],
            tuple(a for a in row["aliases"].split(";") if a),
            row["subregion"],
            row["iso3"],
            int(row["population"]),
        )
        for row in csv.DictReader(text.splitlines())
    }


@cache
def regions() -> dict[str, tuple[str, ...]]:
    """Region name -> member codes, sorted."""
    found = {
        name: tuple(sorted(t.code for t in territories().values() if t.subregion in parts))
        for name, parts in REGION_PARTS.items()
    }
    return found | {"Eastern Europe (Non-EU)": EASTERN_EUROPE_NON_EU}


def territory_name(code: str) -> str:
    """English name of a code; `OTHER` and `UNKNOWN` read "other" and "unknown".

    >>> territory_name("PT"), territory_name("OTHER")
    ('Portugal', 'other')
    """
    if code in (OTHER, UNKNOWN):
        return code.lower()
    found = territories().get(code)
    return found.name if found else code


class _Plain(dict[int, int | str | None]):
    """Character table that drops combining marks, filled as characters are met."""

    def __missing__(self, code: int) -> int | None:
        self[code] = kept = None if unicodedata.combining(chr(code)) else code
        return kept


_PLAIN = _Plain({ord("’"): "'"})


def fold(text: str) -> str:
    """Case, accents, punctuation at the ends and doubled spaces removed: the key names are compared by.

    >>> fold("  São  Tomé, "), fold("Côte d’Ivoire")
    ('sao tome', "cote d'ivoire")
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKD", text).translate(_PLAIN)
    return " ".join(plain.casefold().split()).strip(" .,;:")


@cache
def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for territory in territories().values():
        for name in (territory.name, *territory.aliases):
            found.setdefault(fold(name), territory.code)
    return found


@cache
def _region_names() -> dict[str, str]:
    return {fold(name): name for name in regions()} | {fold(k): v for k, v in REGION_ALIASES.items()}


def resolve_code(text: str) -> str | None:
    """The territory an ISO 3166-1 code names: alpha-2 or alpha-3, any case; `UK` is GB, `EL` is GR.

    >>> resolve_code("rs"), resolve_code("PRT"), resolve_code("uk"), resolve_code("ZZ")
    ('RS', 'PT', 'GB', None)
    """
    code = {"UK": "GB", "EL": "GR"}.get(text.strip().upper(), text.strip().upper())
    if code in territories():
        return code
    return next((t.code for t in territories().values() if t.iso3 == code), None) if len(code) == 3 else None


def resolve_place(text: str | None) -> Place | None:
    """The territory, set or region that a whole text names; `None` when it names none (unresolved, not "XX").

    >>> resolve_place("Türkiye").code, resolve_place("korea").codes, resolve_place("Caribbean").region
    ('TR', ('KP', 'KR'), 'Caribbean')
    >>> resolve_place("gb").code, resolve_place("Isloo") is None
    ('GB', True)
    """
    if not text or not text.strip():
        return None
    key = fold(text)
    if key in AMBIGUOUS:
        return Place(AMBIGUOUS[key])
    if key in _names():
        return Place((_names()[key],))
    if key in _region_names():
        name = _region_names()[key]
        return Place(regions()[name], region=name)
    code = resolve_code(text)
    return Place((code,)) if code else None
