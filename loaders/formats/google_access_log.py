"""Google Takeout and returns, the access log (formats.md, 5.3, 6.6 and 12): activities and devices.

File names are localised and headers came in three generations, so both are matched by their columns.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import Holder, filled, header_in, rest
from attrigraph.loaders.formats.reading import cells_of, get, has, nobody, shown, table_rows
from attrigraph.loaders.sniff import Head

__all__ = ["FORMATS"]

ACTIVITY = ("Activity Timestamp", "IP Address")
DEVICE = ("Device Type", "Brand Name")
COUNTRY_ISO = re.compile(r"Country ISO:\s*([A-Za-z]{2})")
LAST_ACTIVITY = re.compile(r"Last Activity Time:\s*([\d-]+[ T][\d:.]+)\s*(UTC|Z)?")
AFTER_TIME = re.compile(r"Last Activity Time:\s*([^,;\n]*)")
YES = ("yes", "true", "1", "oui", "ja", "sí", "si")
FINE = ("Activity Region", "Activity City")


def _of_activities(head: Head) -> Match | None:
    return Match(100, "access log activities") if header_in(head, *ACTIVITY) else None


def _activities(head: Head) -> Iterator[Row | Reject]:
    """A session a row; Google's country of the address once a day."""
    told: set[tuple[str, str, str]] = set()
    for found in table_rows(head, ACTIVITY):
        if isinstance(found, Reject):
            yield found
            continue
        row, where = found.value, found.where
        account = get(row, "Gaia ID") or head.account
        if not filled(account):
            yield nobody(where)
            continue
        if str(get(row, "Is Non-routable IP Address") or "").strip().casefold() in YES:
            yield Reject(where, "ip", str(get(row, "IP Address") or ""), "Google says the address is not routable")
            continue
        yield from _activity(Holder(str(account), "google"), row, where, told)


def _activity(holder: Holder, row: Mapping[str, Any], where: str, told: set[tuple[str, str, str]]) -> Iterator[Row]:
    at, place = str(get(row, "Activity Timestamp") or ""), get(row, "Activity Country")
    agent = get(row, "User Agent String")
    raw = rest(row, "Gaia ID", "GAIA ID", *ACTIVITY, "User Agent String", "Activity Country", *FINE)
    yield holder.login(where, at, get(row, "IP Address"), "session", raw, user_agent=agent)
    seen = (holder.account_id, str(place), at[:10])
    if filled(place) and seen not in told:
        told.add(seen)
        yield from holder.signal(where, "platform_country", place, at, "Google's country of that address")


def _of_devices(head: Head) -> Match | None:
    known = has(head.columns, *DEVICE) or (has(head.columns, "Device Type") and _named(head.columns, "gaia id"))
    return Match(100, "access log devices") if head.kind == "csv" and known else None


def _named(header: Sequence[str], *words: str) -> str | None:
    """The first column whose name holds all the words."""
    return next((name for name in header if all(word in name.casefold() for word in words)), None)


def _devices(head: Head) -> Iterator[Row | Reject]:
    """The country each device was last seen in, with the time where there is one."""
    number = 0
    for cells in _device_rows(head):
        number += 1
        where = f"row {number}"
        if isinstance(cells, Reject):
            yield Reject(where, cells.field, cells.value, cells.reason)
            continue
        if any(cell.strip() for cell in cells[len(head.columns) :]):
            yield Reject(where, "", shown(cells), f"{len(cells)} cells where the header has {len(head.columns)}")
            continue
        row = dict(zip((name.strip() for name in head.columns), cells, strict=False))
        account = get(row, "Gaia ID") or head.account
        if not filled(account):
            yield nobody(where)
            continue
        place, at = _last_place(row)
        if not filled(place):
            yield Reject(where, "Country", shown(cells), "the device names no country")
            continue
        if at is None and filled(get(row, "Device Last Location")):
            said = AFTER_TIME.search(str(get(row, "Device Last Location")))
            if said and filled(said[1]):
                yield Reject(where, "Last Activity Time", said[1][:80], "not a time", "field")
        names = [str(get(row, k)) for k in ("Device Type", "Brand Name", "Marketing Name", "OS") if filled(get(row, k))]
        note = f"last country of a device ({', '.join(names)}), by Google"
        yield from Holder(str(account), "google").signal(where, "platform_country", place, at, note)


def _last_place(row: Mapping[str, Any]) -> tuple[Any, Any]:
    """Country and time: of columns of their own, or out of one cell of text."""
    told = str(get(row, "Device Last Location") or "")
    iso, at = COUNTRY_ISO.search(told), LAST_ACTIVITY.search(told)
    if iso:
        return iso[1], f"{at[1]} UTC" if at else None
    header = tuple(row)
    country = _named(header, "country")
    time = _named(header, "last location", "time") or _named(header, "last activity", "time")
    return row.get(country or ""), row.get(time or "") or None


def _device_rows(head: Head) -> Iterator[list[str] | Reject]:
    """Rows as they are, and those that were wrapped in quotes once more and cut over several lines, put together."""
    wanted = len(head.columns)
    held: list[str] = []
    for number, cells in enumerate(cells_of(head)):
        if number == 0:
            continue
        if isinstance(cells, Reject) or len(cells) > 1 or wanted == 1:
            yield from _given_up(held)
            held = []
            yield cells
            continue
        held.append(cells[0])
        row = _unwrapped("\n".join(held), wanted)
        if row:
            yield row
            held = []
        elif len(held) > 20:
            yield from _given_up(held)
            held = []
    yield from _given_up(held)


def _unwrapped(text: str, wanted: int) -> list[str] | None:
    try:
        rows = list(csv.reader([line + "\n" for line in text.split("\n")], strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 and len(rows[0]) == wanted else None


def _given_up(held: Sequence[str]) -> Iterator[Reject]:
    if held:
        yield Reject("", "", shown(list(held)), "a row that cannot be put together")


ACTIVITIES = Format(
    name="google-activities",
    title="Google access log: activities",
    help="Access Log Activity of Google Takeout and of returns: three generations of headers.",
    grade="C3",
    looks_for="a Google access log (columns Activity Timestamp, IP Address)",
    recognises=_of_activities,
    read=_activities,
    platform="google",
    timezone="UTC",
    gives=(
        Gives("Gaia ID", "logins.account_id"),
        Gives(
            "Activity Timestamp, IP Address, User Agent String", "logins", "", "rows flagged non-routable are rejects"
        ),
        Gives(
            "Activity Country",
            "signals: platform_country",
            "",
            "Google's geolocation of the same address; one row a day",
        ),
    ),
    ignores=("Activity Region and Activity City: finer than a country",),
    example="Access Log Activity/Activities - A list of Google services accessed by.csv",
)
DEVICES = Format(
    name="google-devices",
    title="Google access log: devices",
    help="Devices of the Access Log Activity: country in a column, or in a cell of text; broken rows are put together.",
    grade="C3",
    looks_for="Google's list of devices (columns Device Type, Brand Name)",
    recognises=_of_devices,
    read=_devices,
    platform="google",
    timezone="UTC",
    gives=(
        Gives("Device Last Location: Country ISO, Last Activity Time", "signals: platform_country, observed_at"),
        Gives("Gaia ID", "signals.account_id"),
    ),
    ignores=("names that users gave their devices",),
    example="Access Log Activity/Devices - A list of devices.csv",
)
FORMATS = (ACTIVITIES, DEVICES)
