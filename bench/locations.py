"""The location parser against look-ups of whole strings: CPU microseconds a string, none seen before.

The strings are made of names of the gazetteer in the ways people write them (town and country, town and code, a town
alone, words around a name, a list, signs, nonsense). The peer is the least anybody could do: folding the string and
looking it up once in the same tables.

python -m bench.locations [--quick]
"""

import argparse
import random
import time
from collections.abc import Callable, Sequence

from attrigraph.inference.gazetteer import cities, city_names, countries, units
from attrigraph.inference.places import forget, place_shares
from attrigraph.territories import fold, territories

STRINGS = 100_000
LIMIT_US = 50.0
CODES = ("TX", "CA", "NSW", "ON", "SP")
NONSENSE = (
    "somewhere over the rainbow",
    "she/her | 19",
    "in your head",
    "worldwide",
    "stan account",
    "probably asleep",
)
PATTERNS = (
    "{town}, {country}", "{town}, {code}", "{town}", "{country}", "\U0001f4cd{town} \u2022 {country}",
    "somewhere in {town} {number}", "{town} / {country}", "{nonsense} {number}",
)  # fmt: skip


def strings(count: int) -> list[str]:
    """So many strings, hardly any of them twice."""
    dice = random.Random(count)
    towns, names = sorted(city_names()), [t.name for t in territories().values()]
    return [
        dice.choice(PATTERNS).format(
            town=dice.choice(towns),
            country=dice.choice(names),
            code=dice.choice(CODES),
            nonsense=dice.choice(NONSENSE),
            number=dice.randrange(100_000),
        )
        for _ in range(count)
    ]


def looked_up(text: str) -> object:
    """The peer: one look-up of the whole string."""
    key = fold(text)
    return countries(key) or units(key) or cities(key)


def microseconds(read: Callable[[str], object], texts: Sequence[str]) -> float:
    """CPU time a string."""
    began = time.process_time()
    for text in texts:
        read(text)
    return (time.process_time() - began) / len(texts) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.locations", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a hundredth of the strings")
    texts = strings(STRINGS // 100 if parser.parse_args().quick else STRINGS)
    began = time.process_time()
    place_shares("Lisbon")
    print(f"   tables read in {time.process_time() - began:.1f} CPU s")
    forget()
    found, peer = microseconds(place_shares, texts), microseconds(looked_up, texts)
    known = sum(place_shares(text) is not None for text in texts)
    print(
        f"   {found:.1f} us a string (asked: at most {LIMIT_US:.0f}), {found / peer:.1f} x one look-up of the whole "
        f"string ({peer:.1f} us); {len(texts):,} strings, {known / len(texts):.0%} name a territory"
    )


if __name__ == "__main__":
    main()
