"""The place that the value of a signal names."""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from importlib.resources import files
from importlib.util import find_spec

from attrigraph.territories import Place, fold, resolve_code, resolve_place, territories
from attrigraph.territory_names import place_named

__all__ = ["calling_code", "place_of_signal", "territories_of_calling_code"]

STORE_WORDS = re.compile(
    r"\s+(app\s*store|android\s*app|google\s*play(\s*store)?|play\s*store|ios\s*app|app)$", re.IGNORECASE
)
"""What follows the place in the value of `store_country`: "United States App Store", "India Android App"."""
MANAGERS = re.compile(r"\s*(\(\s*\d+[^)]*\)|[:=]\s*\d+)\s*$")
"""What follows the place in the value of `admin_country`: "India (3)", "India: 3"."""
CARRIER_IN = re.compile(r"([a-z]{2})[._]\S.*", re.IGNORECASE)
"""A carrier with its territory before it: "us.verizon"."""
CARRIER_CODE = re.compile(r"(\d{3})[- ]?\d{2,3}")
"""Mobile country code and network code: 310-260."""
LONGEST_CARRIER = 60
GENERATION = re.compile(r"[\s_-]+(?:[2-5]G\+?|LTE|VoLTE|HSPA\+?|VoWiFi)$", re.IGNORECASE)
"""The kind of network, which telephones show after the name of the operator: "JIO 4G"."""
IN_ENDING = re.compile(r".*\w\W*\s\(?([A-Z]{2,3}|[A-Z]\w{3,}(?: [A-Z]\w+)?)\)?", re.DOTALL)
"""An operator with its territory behind it, as brands of several countries have it: "vodafone PT", "MTN Nigeria"."""
CALLING_CODE = re.compile(r"\+\s*(\d{1,3})")


@lru_cache(maxsize=20_000)
def place_of_signal(signal: str, value: str) -> Place | None:
    """The territory, the set of territories or the region a value names; None when it names none.

    >>> place_of_signal("store_country", "India Android App").code
    'IN'
    >>> place_of_signal("platform_country", "Korea").codes, place_of_signal("store_country", "web")
    (('KP', 'KR'), None)
    >>> place_of_signal("sim_carrier", "us.verizon").code, place_of_signal("payment_currency", "INR").codes
    ('US', ('BT', 'IN'))
    """
    text = value.strip()
    if signal == "store_country":
        return place_named(STORE_WORDS.sub("", text))
    if signal == "admin_country":
        return place_named(MANAGERS.sub("", text))
    if signal == "sim_carrier":
        return _carrier(text)
    if signal == "payment_currency":
        return _set(_table("currencies").get(text.upper(), ""))
    if signal == "phone_region" and text.startswith("+"):
        return _set(" ".join(territories_of_calling_code(text)))
    return place_named(text)


def _carrier(text: str) -> Place | None:
    """By the territory written before it, a network code, the operator's name, a place, or the territory behind it."""
    text = GENERATION.sub("", text)
    prefixed, coded = CARRIER_IN.fullmatch(text), CARRIER_CODE.fullmatch(text)
    if prefixed and (code := resolve_code(prefixed[1])):
        return Place((code,))
    if coded:
        return _set(_table("carriers").get(coded[1], ""))
    return resolve_place(text) or _set(_table("carriers").get(fold(text), "")) or _carrier_ending(text)


def _carrier_ending(text: str) -> Place | None:
    """The one territory that the name of an operator ends with."""
    ending = IN_ENDING.fullmatch(text) if len(text) <= LONGEST_CARRIER else None
    if ending is None:
        return None
    code = resolve_code(ending[1]) if len(ending[1]) <= 3 else None
    place = Place((code,)) if code else resolve_place(ending[1])
    return place if place and place.code else None


def territories_of_calling_code(text: str) -> tuple[str, ...]:
    """The territories that share a calling code ("+7"), or the one a whole number belongs to; none without the extra.

    Codes of no territory (satellites, toll-free services of the world) give none.
    """
    if not find_spec("phonenumbers"):
        return ()
    import phonenumbers

    bare = CALLING_CODE.fullmatch(text.strip())
    if bare:
        found = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(bare[1]), ())
    else:
        try:
            number = phonenumbers.parse(text, None)
        except phonenumbers.NumberParseException:
            return ()
        region = phonenumbers.region_code_for_number(number)
        found = (region,) if region else phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(number.country_code or 0, ())
    return tuple(sorted(code for code in found if code in territories()))


def calling_code(number: str) -> str:
    """The calling code ("+7") that a whole number begins with. Needs the extra."""
    import phonenumbers

    return f"+{phonenumbers.parse(number, None).country_code}"


def _set(codes: str) -> Place | None:
    found = tuple(code for code in codes.split() if code in territories())
    return Place(found) if found else None


@cache
def _table(name: str) -> dict[str, str]:
    """`currencies.csv` or `carriers.csv`: first column -> territories."""
    text = files("attrigraph.loaders").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return {row[0]: row[1] for row in csv.reader(text.splitlines()[1:])}
