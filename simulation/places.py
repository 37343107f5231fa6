"""What the simulation knows of a territory: names in use, zones, languages, cities, numbers, currency, holidays.

`places.csv` lists the territories a plan may use; `#` in a phone pattern is a digit. Where a territory reserves
numbers for fiction (CA, DE, SE, US) the pattern lies in them, elsewhere it is the example number of libphonenumber with
its last digits drawn. `holidays` are the public holidays on fixed dates (month-day), `coordinates` those of the cities.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import numpy as np

from attrigraph.errors import InputError

__all__ = ["Place", "place", "places", "table_rows"]


@dataclass(frozen=True, slots=True)
class Place:
    """One territory of the simulation. Tuples begin with the most usual value."""

    code: str
    names: tuple[str, ...]
    zones: tuple[str, ...]
    languages: tuple[str, ...]
    cities: tuple[str, ...]
    region: str
    phone: str
    voip: str
    currency: str
    holidays: frozenset[tuple[int, int]]
    coordinates: tuple[tuple[float, float], ...]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the operators of this territory live."""
        return ZoneInfo(self.zones[0])

    def phone_number(self, rng: np.random.Generator, voip: bool = False) -> str:
        """A number of the territory in E.164; with `voip` one of an internet service, where the territory has them."""
        pattern = self.voip if voip and self.voip else self.phone
        return "".join(str(rng.integers(10)) if c == "#" else c for c in pattern)

    @property
    def tld(self) -> str:
        """Its domain at the top."""
        return {"GB": "uk"}.get(self.code, self.code.lower())

    def flag(self) -> str:
        """The emoji of the territory."""
        return "".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in self.code)


def table_rows(name: str) -> list[dict[str, str]]:
    """Rows of a data file of this room; lines that begin with `#` are remarks."""
    text = files("attrigraph.simulation").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


@cache
def places() -> dict[str, Place]:
    """Code -> place, every territory the simulation knows."""

    def split(text: str) -> tuple[str, ...]:
        return tuple(text.split(";"))

    return {
        row["code"]: Place(
            row["code"],
            split(row["names"]),
            split(row["zones"]),
            split(row["languages"]),
            split(row["cities"]),
            row["region"],
            row["phone"],
            row["voip"],
            row["currency"],
            frozenset((int(day[:2]), int(day[3:])) for day in split(row["holidays"])),
            tuple((float(a), float(b)) for a, b in (at.split() for at in split(row["coordinates"]))),
        )
        for row in table_rows("places.csv")
    }


def place(code: str) -> Place:
    """The place of a code. Raises InputError for a territory the simulation does not know."""
    if code not in places():
        raise InputError(f"The simulation does not know the territory {code!r}. It knows: {', '.join(places())}.")
    return places()[code]
