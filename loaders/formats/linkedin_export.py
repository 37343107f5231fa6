"""LinkedIn, "Get a copy of your data": a CSV a topic, some with notes above the header (formats.md, 6.8 and 12).

No file of the export holds an id of the account, so it has to be named with `--account`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import Holder, filled, header_in, rest
from attrigraph.loaders.formats.reading import get, nobody, table_rows
from attrigraph.loaders.sniff import Head

__all__ = ["FORMAT"]

MONTH_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2}|\d{4}),? +(\d{1,2}):(\d\d)(?::(\d\d))? *([AP]M)?", re.IGNORECASE)


def _local(text: Any) -> Any:
    """ "12/22/19, 10:06 AM" as ISO 8601 without a zone; the month comes first. Other text stays as it is."""
    found = MONTH_FIRST.fullmatch(str(text or "").strip())
    if not found:
        return text
    month, day, year, hour, minute, second, half = found.groups()
    hours = int(hour) % 12 + 12 * (half.upper() == "PM") if half else int(hour)
    return f"{int(year) + 2000 * (len(year) == 2)}-{int(month):02}-{int(day):02} {hours:02}:{minute}:{second or '00'}"


def _login(holder: Holder, row: Mapping[str, Any], where: str) -> Iterator[Row]:
    raw = rest(row, "Login Date", "IP Address", "User Agent")
    yield holder.login(
        where, _local(get(row, "Login Date")), get(row, "IP Address"), raw=raw, user_agent=get(row, "User Agent")
    )


def _registration(holder: Holder, row: Mapping[str, Any], where: str) -> Iterator[Row]:
    at = _local(get(row, "Registered At"))
    yield holder.account(where, rest(row, "Registered At", "Registration Ip"), created_at=at)
    if filled(get(row, "Registration Ip")):
        yield holder.login(where, at, get(row, "Registration Ip"), "registration")


def _challenge(holder: Holder, row: Mapping[str, Any], where: str) -> Iterator[Row]:
    at = _local(get(row, "Challenge Date", "Date"))
    yield holder.login(
        where, at, get(row, "IP Address"), raw=rest(row, "IP Address", "User Agent"), user_agent=get(row, "User Agent")
    )
    yield from holder.signal(where, "platform_country", get(row, "Country"), at, "LinkedIn's country of that address")


def _phone(holder: Holder, row: Mapping[str, Any], where: str) -> Iterator[Row | Reject]:
    number = str(get(row, "Number") or "").strip()
    if not number:
        yield Reject(where, "Number", "", "missing")
    yield from holder.identifier(where, "phone", number)


def _profile(holder: Holder, row: Mapping[str, Any], where: str) -> Iterator[Row]:
    names = [str(get(row, k)) for k in ("First Name", "Last Name") if filled(get(row, k))]
    yield holder.account(
        where,
        display_name=" ".join(names),
        bio=get(row, "Headline"),
        location=get(row, "Geo Location"),
    )


Reader = Callable[[Holder, Mapping[str, Any], str], Iterator[Row | Reject]]
TOPICS: tuple[tuple[tuple[str, ...], Reader], ...] = (
    (("Login Date", "IP Address", "Login Type"), _login),
    (("Registered At", "Registration Ip"), _registration),
    (("Challenge Date", "IP Address", "Country"), _challenge),
    (("Extension", "Number", "Type"), _phone),
    (("First Name", "Last Name", "Headline", "Geo Location"), _profile),
)
"""Header -> what is made of a row."""


def recognises(head: Head) -> Match | None:
    """One of the topics that say something about where or who."""
    found = next((names for names, _ in TOPICS if header_in(head, *names)), None)
    return Match(90, ", ".join(found)) if found else None


def read(head: Head) -> Iterator[Row | Reject]:
    """The rows of the topic, for the account that `--account` names."""
    names, made = next(pair for pair in TOPICS if header_in(head, *pair[0]))
    for found in table_rows(head, names):
        if isinstance(found, Reject):
            yield found
        elif not head.account:
            yield nobody(found.where)
        else:
            yield from made(Holder(head.account, "linkedin"), found.value, found.where)


FORMAT = Format(
    name="linkedin-export",
    title="LinkedIn data export",
    help="Logins.csv, Registration.csv, Security Challenges.csv, PhoneNumbers.csv and Profile.csv; needs --account.",
    grade="C3",
    looks_for="a LinkedIn export (Login Date and Login Type, Registered At, Challenge Date, ...)",
    recognises=recognises,
    read=read,
    platform="linkedin",
    gives=(
        Gives("Logins.csv: Login Date, IP Address, User Agent", "logins"),
        Gives(
            "Registration.csv: Registered At, Registration Ip",
            "accounts.created_at, logins: registration",
            "",
            "month first, no zone: needs --timezone",
        ),
        Gives("Security Challenges.csv: Challenge Date, IP Address, Country", "logins, signals: platform_country"),
        Gives("PhoneNumbers.csv: Number", "identifiers: phone", "", "stored as a keyed hash; needs its calling code"),
        Gives("Profile.csv: Geo Location, Headline", "accounts.location, accounts.bio", "E6"),
    ),
    ignores=("connections, messages and every other topic",),
    example="Logins.csv",
)
