"""Snapchat, "My Data" (JSON): `account.json` (formats.md, 6.5 and 12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import Holder, filled, names_account, rest
from attrigraph.loaders.formats.reading import get, has, json_of, nobody, objects, shown
from attrigraph.loaders.sniff import Head

__all__ = ["FORMAT"]

BASIC, DEVICE, LOGINS = "Basic Information", "Device Information", "Login History"
OF_DEVICE = ("Language", "Make", "Model Name", "User Agent", "OS Type", "Connection Type")


def recognises(head: Head) -> Match | None:
    """The block of basic information with the list of logins, or with the address of the registration."""
    if head.kind != "json" or not isinstance(head.sample, Mapping):
        return None
    basic = get(head.sample, BASIC)
    known = has(basic, "Username") and (has(head.sample, LOGINS) or has(basic, "Registration IP"))
    return Match(100, BASIC) if known else None


def read(head: Head) -> Iterator[Row | Reject]:
    """The account, its registration and its logins with Snapchat's country of each."""
    document = json_of(head)
    yield from document.remarks
    basic = get(document.value, BASIC) or {}
    name = get(basic, "Username") if isinstance(basic, Mapping) else None
    if filled(name) and not names_account(name):
        yield Reject(f"$.{BASIC}", "Username", shown(name), "not the name of an account", "field")
    account = str(name) if names_account(name) else head.account
    holder = Holder(account, "snapchat") if account else None
    if holder is None:
        yield nobody(f"$.{BASIC}")
    else:
        yield from _account(holder, basic, get(document.value, DEVICE), f"$.{BASIC}")
    device = get(document.value, DEVICE)
    if filled(device) and get(device, *OF_DEVICE) is None:
        yield Reject(f"$.{DEVICE}", DEVICE, shown(device), "no key of a device is known", "field")
    for found in objects(get(document.value, LOGINS), f"$.{LOGINS}"):
        if isinstance(found, Reject):
            yield found
        elif holder is None:
            yield nobody(found.where)
        elif get(found.value, "IP", "Created") is None:
            yield Reject(found.where, LOGINS, shown(found.value), "no login: neither an address nor a time")
        else:
            yield from _login(holder, found.value, found.where)


def _account(holder: Holder, basic: Mapping[str, Any], device: Any, where: str) -> Iterator[Row]:
    created = get(basic, "Creation Date")
    used = ("Username", "Name", "Registration IP", "Country", "PhoneNumber", "Phone Number", "Carrier", "Creation Date")
    yield holder.account(
        where,
        rest(basic, *used, "Email", "Last Active"),
        handle=get(basic, "Username"),
        display_name=get(basic, "Name"),
        created_at=created,
    )
    if filled(get(basic, "Registration IP")):
        yield holder.login(where, created, get(basic, "Registration IP"), "registration")
    yield from holder.signal(
        where, "platform_country", get(basic, "Country"), note="country of the account, by Snapchat"
    )
    yield from holder.signal(where, "sim_carrier", get(basic, "Carrier"))
    yield from holder.identifier(where, "phone", get(basic, "PhoneNumber", "Phone"))
    yield from holder.identifier(where, "email", get(basic, "Email"))
    yield from holder.signal(f"$.{DEVICE}", "ui_language", get(device, "Language"))


def _login(holder: Holder, login: Mapping[str, Any], where: str) -> Iterator[Row]:
    at = get(login, "Created")
    raw = rest(login, "IP", "Country", "Created", "Device")
    yield holder.login(where, at, get(login, "IP"), raw=raw, user_agent=get(login, "Device"))
    yield from holder.signal(where, "platform_country", get(login, "Country"), at, "Snapchat's country of that address")


FORMAT = Format(
    name="snapchat-export",
    title="Snapchat data export",
    help="account.json of the download that an account holder asks for.",
    grade="C3",
    looks_for="a Snapchat export (JSON with Basic Information and Login History)",
    recognises=recognises,
    read=read,
    platform="snapchat",
    timezone="UTC",
    gives=(
        Gives("Basic Information: Registration IP, Creation Date", "logins: registration"),
        Gives(
            "Basic Information: Country, Carrier",
            "signals: platform_country, sim_carrier",
            "",
            "phone and carrier may be absent",
        ),
        Gives("Basic Information: PhoneNumber, Email", "identifiers", "", "stored as keyed hashes"),
        Gives("Device Information: Language", "signals: ui_language", "E6"),
        Gives("Login History[]: IP, Created, Device", "logins"),
        Gives("Login History[]: Country", "signals: platform_country", "", "of the same address: no second item"),
    ),
    ignores=("Last Active: a day, or a time whose zone is not said", "device history: models, no ids"),
    example="account.json",
)
