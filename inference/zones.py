"""Time zone settings: which share of a territory's people would set a zone.

`weights/zones.csv` has the share of each territory's city population by zone (GeoNames, CC BY 4.0; tz database);
`weights/zone_names.csv` the names platforms with a Rails menu show. `tools/make_zones.py` writes the former.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

__all__ = ["is_los_angeles", "main_offsets_s", "no_zone", "people_by_zone", "zone_shares"]

LOS_ANGELES = "America/Los_Angeles"
OFFSET = re.compile(r"^(?:utc|gmt)?\s*([+-])\s*(\d{1,2})(?::?(\d{2}))?$")
PREFIX = re.compile(r"^\(\s*((?:gmt|utc)[^)]*)\)\s*(.*)$")


def zone_shares(value: str) -> dict[str, float] | None:
    """P(zone setting | territory); None for a value that is no zone, and for plain UTC, which servers deliver.

    >>> round(zone_shares("Asia/Calcutta")["IN"], 2), sorted(zone_shares("Moscow"))
    (1.0, ['RU'])
    >>> zone_shares("UTC+05:45"), zone_shares("UTC") is None
    ({'NP': 1.0}, True)
    """
    text = " ".join(value.split()).casefold()
    prefixed = PREFIX.match(text)
    if prefixed:
        return zone_shares(prefixed[2]) or zone_shares(prefixed[1])
    if text in _names():
        return _menu(_names()[text])
    zone = _zones().get(text) or _zones().get(_links().get(text, "").casefold())
    if zone:
        return {code: shares[zone] for code, shares in _table().items() if zone in shares} or None
    return _by_offset(text)


def no_zone(value: str) -> str | None:
    """Why a value cannot be read as a zone, in words; None for one that can, and for UTC and what keeps its time.

    >>> no_zone("Mars/Phobos"), no_zone("GMT+25")
    ('names no time zone', 'names no time zone')
    >>> [no_zone(value) for value in ("Moscow", "UTC", "(GMT+00:00) UTC", "Etc/GMT+5", "+05:45")]
    [None, None, None, None, None]
    """
    text = " ".join(value.split()).casefold()
    prefixed = PREFIX.match(text)
    texts = (prefixed[1], prefixed[2]) if prefixed else (text,)
    return None if any(map(_names_zone, texts)) else "names no time zone"


def _names_zone(text: str) -> bool:
    return text in _names() or text in _known() or _offset_s(text) == 0 or bool(_by_offset(text))


def is_los_angeles(value: str) -> bool:
    """Whether the value is the zone some platforms deliver.

    >>> is_los_angeles("Pacific Time (US & Canada)"), is_los_angeles("Europe/Moscow")
    (True, False)
    """
    text = " ".join(value.split()).casefold()
    prefixed = PREFIX.match(text)
    text = prefixed[2] if prefixed else text
    return LOS_ANGELES in (*_names().get(text, ()), _zones().get(text), _links().get(text))


@cache
def main_offsets_s() -> dict[str, int]:
    """Territory -> UTC offset in seconds of the zone most of its people live in (January; an hour does not matter)."""
    return {code: _offsets_s(max(shares, key=lambda z: shares[z]))[0] for code, shares in _table().items()}


def people_by_zone() -> Mapping[str, Mapping[str, float]]:
    """Territory -> zone of the tz database -> share of its people."""
    return _table()


def _menu(zones: tuple[str, ...]) -> dict[str, float] | None:
    """A menu name stands for every zone of its territories that keeps the same time."""
    found: dict[str, float] = {}
    for code, shares in _table().items():
        meant = {_offsets_s(zone) for zone in zones if zone in shares}
        if meant:
            found[code] = sum(share for zone, share in shares.items() if _offsets_s(zone) in meant)
    return found or None


def _offset_s(text: str) -> int | None:
    """The seconds of an offset in words; None for what is none."""
    match = OFFSET.match(text)
    return (int(match[2]) * 60 + int(match[3] or 0)) * 60 * (-1 if match[1] == "-" else 1) if match else None


def _by_offset(text: str) -> dict[str, float] | None:
    seconds = _offset_s(text)
    if not seconds:
        return None
    found = {
        code: sum(share * _offsets_s(zone).count(seconds) / 2 for zone, share in shares.items())
        for code, shares in _table().items()
    }
    return {code: share for code, share in found.items() if share} or None


@cache
def _offsets_s(zone: str) -> tuple[int, int]:
    """UTC offsets in January and July 2025, seconds."""
    local = ZoneInfo(zone)
    winter, summer = (datetime(2025, month, 15, 12, tzinfo=UTC).astimezone(local).utcoffset() for month in (1, 7))
    return (int(winter.total_seconds()) if winter else 0, int(summer.total_seconds()) if summer else 0)


@cache
def _table() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for row in _rows("zones.csv"):
        found[row["territory"]][row["zone"]] = float(row["share"])
    return dict(found)


@cache
def _zones() -> dict[str, str]:
    return {zone.casefold(): zone for shares in _table().values() for zone in shares}


@cache
def _known() -> frozenset[str]:
    """Every zone of the tz database, case-folded: also those in which no city of ours lies."""
    return frozenset(zone.casefold() for zone in available_timezones()) | frozenset(_zones()) | frozenset(_links())


@cache
def _names() -> dict[str, tuple[str, ...]]:
    return {row["name"].casefold(): tuple(row["zones"].split()) for row in _rows("zone_names.csv")}


@cache
def _links() -> dict[str, str]:
    """Older names of the tz database, case-folded -> the zone they stand for, or a zone of ours that keeps its time."""
    lines = files("tzdata").joinpath("zoneinfo/tzdata.zi").read_text(encoding="utf-8").splitlines()
    return {parts[2].casefold(): parts[1] for parts in (line.split() for line in lines) if parts[:1] == ["L"]}


def _rows(name: str) -> list[dict[str, str]]:
    text = files("attrigraph.inference.weights").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
