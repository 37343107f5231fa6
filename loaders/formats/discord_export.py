"""Discord: events of a data package, one a line; messages and relationships of returns (formats.md, 5.4, 6.8).

The events are many and few of them hold an address: only those are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import RETURN_GRADE, Holder, filled, names_account
from attrigraph.loaders.formats.reading import get, has, nobody, records, shown, table_rows
from attrigraph.loaders.sniff import Head

__all__ = ["FORMATS"]

DMS = re.compile(r"(^|/)messages/dms/[^/]*\.csv$", re.IGNORECASE)
MESSAGE = ("Author ID", "Timestamp")
RELATION = ("User ID", "Username", "Relationship")


def _of_events(head: Head) -> Match | None:
    """Lines of events, also when the file is called .json."""
    keys = {*head.columns, *head.sample} if head.kind in ("json", "jsonl") else set()
    known = "event_type" in keys and keys & {"client_send_timestamp", "event_id", "client_track_timestamp", "domain"}
    return Match(90, "event_type") if known and "user_id" in keys else None


def _events(head: Head) -> Iterator[Row | Reject]:
    """A session for each event with an address, and Discord's country of it once a day."""
    told: set[tuple[str, str, str]] = set()
    for found in records(head):
        if isinstance(found, Reject):
            yield found
            continue
        event, where = found.value, found.where
        if not filled(get(event, "ip")):
            continue
        account = get(event, "user_id") or head.account
        if filled(account) and not names_account(account):
            yield Reject(where, "user_id", shown(account), "not the number of an account")
            continue
        if not filled(account):
            yield nobody(where)
            continue
        yield from _event(Holder(str(account), "discord"), event, where, told)


def _event(holder: Holder, event: Mapping[str, Any], where: str, told: set[tuple[str, str, str]]) -> Iterator[Row]:
    at = str(get(event, "timestamp") or get(event, "client_send_timestamp") or "").strip('"')
    agent = " ".join(str(get(event, k)) for k in ("browser", "os", "device") if filled(get(event, k)))
    raw = {"event_type": event["event_type"]} if "event_type" in event else {}
    yield holder.login(where, at or None, get(event, "ip"), "session", raw, user_agent=agent or None)
    place = get(event, "country_code")
    seen = (holder.account_id, str(place), at[:10])
    if filled(place) and seen not in told:
        told.add(seen)
        yield from holder.signal(where, "platform_country", place, at or None, "Discord's country of that address")


def _of_return(head: Head) -> Match | None:
    if head.kind != "csv":
        return None
    if has(head.columns, *RELATION) or (DMS.search(head.label) and has(head.columns, *MESSAGE)):
        return Match(75, "a Discord return")
    return None


def _return(head: Head) -> Iterator[Row | Reject]:
    """When its account wrote, and whom it is tied with."""
    messages = has(head.columns, *MESSAGE)
    for found in table_rows(head, MESSAGE if messages else RELATION):
        if isinstance(found, Reject):
            yield found
            continue
        row, where = found.value, found.where
        if messages:
            author = get(row, "Author ID")
            if filled(author):
                at = get(row, "Timestamp")
                yield Holder(str(author), "discord").post(
                    where, at, {"kind": "message"}, post_id=get(row, "ID", "Message ID")
                )
            else:
                yield Reject(where, "Author ID", "", "the message names no author")
        elif not head.account:
            yield nobody(where)
        else:
            kind = str(get(row, "Relationship") or "related").casefold()
            yield Holder(head.account, "discord").tie(where, get(row, "User ID"), kind)


EVENTS = Format(
    name="discord-events",
    title="Discord data package: events",
    help="activity/*/events-*.json: one event a line, whatever the file is called.",
    grade="C3",
    looks_for="Discord events (lines of JSON with event_type and user_id)",
    recognises=_of_events,
    read=_events,
    platform="discord",
    timezone="UTC",
    gives=(
        Gives("ip, timestamp, browser, os", "logins: session", "", "timestamps may hold quotes of their own"),
        Gives("country_code", "signals: platform_country", "", "of the same address; one row a day"),
        Gives("user_id", "logins.account_id"),
    ),
    ignores=("events without an address", "city and region_code: finer than a country"),
    example="activity/reporting/events-2026-00000-of-00001.json",
)
RETURN = Format(
    name="discord-return",
    title="Discord legal return",
    help="messages/dms/*.csv and relationships_*.csv; --account says whose relationships they are.",
    grade=RETURN_GRADE,
    looks_for="a Discord return (Author ID and Timestamp, or User ID and Relationship)",
    recognises=_of_return,
    read=_return,
    platform="discord",
    timezone="UTC",
    gives=(
        Gives("messages/dms/*.csv: Author ID, Timestamp", "posts.account_id, posts.at", "", "without their words"),
        Gives("relationships_*.csv: User ID, Relationship", "ties"),
    ),
    ignores=("words and attachments of messages", "servers"),
    example="messages/dms/1.csv, relationships_1.csv",
)
FORMATS = (EVENTS, RETURN)
