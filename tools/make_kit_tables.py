"""Write `loaders/currencies.csv` and `loaders/carriers.csv`: what a currency, a network code or an operator points at.

Currencies are today's tender of each territory (Unicode CLDR, through babel); network codes and operators come from the
npm package mcc-mnc-list (MIT), with `tools/carrier_brands.csv` for brands that the list writes in several ways. A brand
of several territories points at all of them: "A1 HR" is a network of Croatia and makes Croatia one of the territories
of "A1". Needs the extra `geo`.

python tools/make_kit_tables.py mcc-mnc-list.json
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from babel.numbers import get_territory_currencies

from attrigraph.territories import fold, resolve_code, resolve_place, territories

TARGET = Path(__file__).resolve().parent.parent / "loaders"
BRANDS = Path(__file__).with_name("carrier_brands.csv")
OPERATIONAL = ("Operational", "Reserved", "Temporary operational", "Building Network", "Testing")


def currencies() -> list[tuple[str, str]]:
    """(currency, territories whose tender it is)."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in territories():
        for currency in get_territory_currencies(code):
            found[currency].append(code)
    return [(currency, " ".join(codes)) for currency, codes in sorted(found.items())]


def carriers(listed: Iterable[dict[str, str | None]], more: Iterable[dict[str, str]] = ()) -> list[tuple[str, str]]:
    """(mobile country code or folded name of an operator, territories); `more` are rows of brand and territories."""
    found: dict[str, set[str]] = defaultdict(set)
    families: dict[str, set[str]] = defaultdict(set)
    for row in listed:
        code = (row["countryCode"] or "")[:2]
        if code not in territories():
            continue
        if row["mcc"] and row["mcc"].isdigit():
            found[row["mcc"]].add(code)
        for name in map(fold, filter(None, (row["brand"], row["operator"]))):
            if row["status"] in OPERATIONAL and _is_name(name):
                found[name].add(code)
        if row["brand"] and row["status"] in OPERATIONAL and (brand := _without_territory(fold(row["brand"]), code)):
            families[brand].add(code)
    for brand in families.keys() & found.keys():
        found[brand] |= families[brand]
    for added in more:
        found[fold(added["brand"])] |= set(added["territories"].split())
    return [(name, " ".join(sorted(codes))) for name, codes in sorted(found.items())]


def _is_name(name: str) -> bool:
    """Letters, or the brand 3; three digits are a country code."""
    return (not name.isdigit() and len(name) > 1) or name == "3"


def _without_territory(brand: str, code: str) -> str | None:
    """The brand before the name of its own territory: "zain" of "zain bh" in Bahrain; None where none ends it."""
    words = brand.split(" ")
    for i in range(1, len(words)):
        ending = " ".join(words[i:]).strip(" ().-/")
        place = resolve_place(ending)
        if (place and place.code == code) or (len(ending) <= 3 and resolve_code(ending) == code):
            return " ".join(words[:i])
    return None


def main() -> None:
    """Write both tables."""
    listed = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    _write("currencies.csv", ["currency", "territories"], currencies())
    _write("carriers.csv", ["name", "territories"], carriers(listed, _brands()))


def _brands() -> list[dict[str, str]]:
    with BRANDS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(name: str, header: list[str], rows: list[tuple[str, str]]) -> None:
    with (TARGET / name).open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


if __name__ == "__main__":
    main()
