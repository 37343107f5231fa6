"""Write `loaders/currencies.csv` and `loaders/carriers.csv`: what a currency, a network code or an operator points at.

Currencies are today's tender of each territory (Unicode CLDR, through babel); network codes and operators come from the
npm package mcc-mnc-list (MIT). Only operators named in at most three territories are kept: a brand of the whole world
says nothing. Needs the extra `geo`.

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

from attrigraph.territories import fold, territories

TARGET = Path(__file__).resolve().parent.parent / "loaders"
MOST = 3
OPERATIONAL = ("Operational", "Reserved", "Temporary operational", "Building Network", "Testing")


def currencies() -> list[tuple[str, str]]:
    """(currency, territories whose tender it is)."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in territories():
        for currency in get_territory_currencies(code):
            found[currency].append(code)
    return [(currency, " ".join(codes)) for currency, codes in sorted(found.items())]


def carriers(listed: Iterable[dict[str, str | None]]) -> list[tuple[str, str]]:
    """(mobile country code or folded name of an operator, territories)."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in listed:
        code = (row["countryCode"] or "")[:2]
        if code not in territories():
            continue
        if row["mcc"] and row["mcc"].isdigit():
            found[row["mcc"]].add(code)
        for name in (row["brand"], row["operator"]):
            if name and row["status"] in OPERATIONAL and len(fold(name)) > 1 and not fold(name).isdigit():
                found[fold(name)].add(code)
    kept = {name: codes for name, codes in found.items() if len(codes) <= MOST or name.isdigit()}
    return [(name, " ".join(sorted(codes))) for name, codes in sorted(kept.items())]


def main() -> None:
    """Write both tables."""
    listed = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    _write("currencies.csv", ["currency", "territories"], currencies())
    _write("carriers.csv", ["name", "territories"], carriers(listed))


def _write(name: str, header: list[str], rows: list[tuple[str, str]]) -> None:
    with (TARGET / name).open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


if __name__ == "__main__":
    main()
