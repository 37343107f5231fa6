"""Snapchat, legal returns (formats.md, 5.4): CSV files of sections, each a legend, a row of `=`, a header and rows.

Sections are told by their header, never by their order, which changed between returns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import RETURN_GRADE, Holder, filled, rest
from attrigraph.loaders.formats.reading import Record, cells_of, get, has, nobody, owner, shown
from attrigraph.loaders.sniff import Head

__all__ = ["FORMAT"]

RULE = re.compile(rb"^\"?={5,}", re.MULTILINE)
COORDINATE = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*(?:±\s*([\d.]+).*)?")
CHANGES = {"phone": "phone_change", "mail": "email_change", "user": "handle_change", "login": "handle_change"}
"""A word of the action -> what began anew for the account."""


def _account(holder: Holder, row: Mapping[str, Any], where: str) -> Iterator[Row | Reject]:
    created = get(row, "created")
    shown_name = get(row, "display_name")
    yield holder.account(
        where,
        {k: v for k, v in row.items() if k in ("status", "user_id") and filled(v)},
        handle=get(row, "username"),
        display_name=shown_name,
        created_at=created,
    )
    if filled(get(row, "creation_ip")):
        yield holder.login(where, created, get(row, "creation_ip"), "registration")
    for name in ("email_address", "pending_email_address"):
        yield from holder.identifier(where, "email", get(row, name))
    for name in ("phone_number", "former_phone_number", "pending_phone_number"):
        yield from holder.identifier(where, "phone", get(row, name))


def _change(holder: Holder, row: Mapping[str, Any], where: str) -> Iterator[Row | Reject]:
    action = str(get(row, "action") or "").casefold()
    name = next((change for word, change in CHANGES.items() if word in action), None)
    if name is None:
        yield Reject(where, "action", str(get(row, "action") or ""), "no change that begins a time window")
        return
    handle = name == "handle_change"
    value = get(row, "new_value") if handle else get(row, "action")
    note = f"before: {get(row, 'old_value')}" if handle and filled(get(row, "old_value")) else None
    yield from holder.signal(where, name, value if filled(value) else get(row, "action"), get(row, "date"), note)


def _address(holder: Holder, row: Mapping[str, Any], where: str) -> Iterator[Row | Reject]:
    """The address when it was used; where a row gives a first and a last time, both."""
    times = [get(row, n) for n in ("timestamp", "first_seen_time", "last_seen_time")]
    raw = rest(row, "ip", "timestamp", "first_seen_time", "last_seen_time", "user_agent", "country", "region", "city")
    moments = list(dict.fromkeys(t for t in times if filled(t))) or [None]
    for at in moments:
        yield holder.login(where, at, get(row, "ip"), "session", raw, user_agent=get(row, "user_agent"))


def _place(holder: Holder, row: Mapping[str, Any], where: str) -> Iterator[Row | Reject]:
    at = get(row, "timestamp")
    if has(row, "country") and not filled(get(row, "latitude")):
        if not filled(get(row, "country")):
            yield Reject(where, "country", shown(row), "names no country")
        note = "from the position of the device, by Snapchat"
        yield from holder.signal(where, "platform_country", get(row, "country"), at, note)
        return
    latitude, longitude = (COORDINATE.fullmatch(str(get(row, name) or "")) for name in ("latitude", "longitude"))
    if not latitude or not longitude:
        yield Reject(where, "latitude", shown(row), "no coordinates")
        return
    radius = str(latitude[2] or get(row, "accuracy") or "").split(" ")[0]
    within = f"within {radius} metres" if radius else None
    yield from holder.signal(where, "geotag", f"{latitude[1]},{longitude[1]}", at, within)


def _nothing(holder: Holder, row: Mapping[str, Any], where: str) -> Iterator[Row | Reject]:  # noqa: ARG001
    """Sections that say nothing about where: details with `last_active` in Pacific time, privacy, pictures."""
    yield from ()


Reader = Callable[[Holder, Mapping[str, Any], str], Iterator[Row | Reject]]
SECTIONS: tuple[tuple[tuple[str, ...], Reader], ...] = (
    (("user_id", "username", "created"), _account),
    (("date", "action", "old_value", "new_value"), _change),
    (("ip", "timestamp"), _address),
    (("ip", "first_seen_time"), _address),
    (("latitude", "longitude", "timestamp"), _place),
    (("country", "city", "timestamp"), _place),
)


def recognises(head: Head) -> Match | None:
    """A row of `=` above a header of one of the sections, or a section's header at once in a file of that name."""
    if head.kind != "csv":
        return None
    ruled = RULE.search(head.start)
    if ruled and any(_reader(line) for line in _lines_below(head.start)):
        return Match(100, "sections of a Snapchat return")
    return None


def _lines_below(start: bytes) -> Iterator[list[str]]:
    lines = start.decode("utf-8", "replace").splitlines()
    for above, line in pairwise(lines):
        if above.strip('", ').startswith("====="):
            yield [cell.strip('" ') for cell in line.split(",")]


def _reader(header: list[str]) -> Reader | None:
    return next((made for names, made in SECTIONS if has(header, *names)), None)


def read(head: Head) -> Iterator[Row | Reject]:
    """The rows of every section that says something about where or when."""
    account = _whose(head)
    holder = Holder(account, "snapchat") if account else None
    for found, made in _sections(head):
        if isinstance(found, Reject):
            yield found
            continue
        own = get(found.value, "username") if made is _account else None
        mine = Holder(str(own), "snapchat") if filled(own) else holder
        yield from made(mine, found.value, found.where) if mine else [nobody(found.where)]


def _sections(head: Head) -> Iterator[tuple[Record | Reject, Reader]]:
    header: list[str] | None = None
    made: Reader = _nothing
    below, number = False, 0
    for cells in cells_of(head, ","):
        if isinstance(cells, Reject):
            if header is not None:
                yield cells, made
        elif any(set(cell.strip()) == {"="} for cell in cells):
            below, header = True, None
        elif below:
            header, below = [cell.strip().casefold() for cell in cells], False
            made = _reader(header) or _nothing
        elif header is not None and len(cells) > 1 and any(cell.strip() for cell in cells):
            number += 1
            if made is _nothing:
                continue
            if len(cells) > len(header):
                yield (
                    Reject(f"row {number}", "", shown(cells), f"{len(cells)} cells where the header has {len(header)}"),
                    made,
                )
            else:
                yield Record(f"row {number}", dict(zip(header, cells, strict=False))), made


def _whose(head: Head) -> str | None:
    """The account of the return: of the section about it, here or in `subscriber_info.csv` beside."""
    return _username(head.start) or owner(head, ["subscriber_info.csv"], _username)


def _username(content: bytes) -> str | None:
    for header, row in pairwise(content.decode("utf-8", "replace").splitlines()):
        names = [name.strip('" ').casefold() for name in header.split(",")]
        cells = [cell.strip('" ') for cell in row.split(",")]
        if {"user_id", "username"} <= set(names) and len(cells) > names.index("username"):
            return cells[names.index("username")] or None
    return None


FORMAT = Format(
    name="snapchat-return",
    title="Snapchat legal return",
    help="subscriber_info, subscriber_account_change_history, ip_data and geo_locations.csv, old and new headers.",
    grade=RETURN_GRADE,
    looks_for="a Snapchat return (CSV with sections under a row of =)",
    recognises=recognises,
    read=read,
    platform="snapchat",
    timezone="UTC",
    gives=(
        Gives("subscriber_info: created, creation_ip", "accounts.created_at, logins: registration"),
        Gives(
            "subscriber_info: email_address, phone_number, former_phone_number",
            "identifiers",
            "",
            "stored as keyed hashes",
        ),
        Gives(
            "change history: date, action, old_value, new_value",
            "signals: handle_change, phone_change, email_change",
            "",
            "other actions are rejects",
        ),
        Gives("ip_data: ip, timestamp, first_seen_time, last_seen_time", "logins: session", "", "one row a time"),
        Gives(
            "geo_locations: latitude, longitude, timestamp", "signals: geotag", "", "the accuracy may stand in the cell"
        ),
        Gives("geo_locations: country, timestamp", "signals: platform_country", "", "city and region are not kept"),
    ),
    ignores=("last_active, which the legend gives in Pacific time", "privacy settings and Bitmoji"),
    example="subscriber_info.csv, ip_data.csv",
)
