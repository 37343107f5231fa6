"""Facebook, "Download your information" (JSON): every generation of its files (formats.md, 6.2 and 12).

Root keys end in `_v2` in newer generations and do not in older ones; folders have changed, so content decides. Times
are unix seconds. The account is told by the profile beside a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.facebook_profile import account_of_profile, profile, record_details
from attrigraph.loaders.formats.holder import Holder, filled, rest
from attrigraph.loaders.formats.meta import (
    Newest,
    Section,
    action_kind,
    base_name,
    export_rows,
    is_masked,
    labelled,
    moment,
    place_row,
    section_rows,
    unlike,
    visit,
)
from attrigraph.loaders.formats.reading import Record, dig, get, keyed, keyless, objects, shown
from attrigraph.loaders.sniff import Head
from attrigraph.territories import resolve_place

__all__ = ["FORMAT"]

Rows = Iterator[Row | Reject]
BY_ADDRESS = "Facebook's own geolocation of the address"
ADDRESS = re.compile(r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]+:[0-9a-f.]+)(?![\w.:])", re.I)
PROFILES = ("profile_information.json", "registration_information.json")
LABELLED = (
    "registration_information", "primary_location", "primary_public_location", "timezone", "your_privacy_jurisdiction",
)  # fmt: skip
"""Files without a key of their own, known by name: `label_values` occurs in many others."""
OLDER = frozenset((
    "account_activity", "used_ip_address", "account_accesses", "active_sessions", "recognized_devices", "admin_records",
    "login_protection_data",
))  # fmt: skip
"""Root keys that older exports have without `_v2`."""


def recognises(head: Head) -> Match | None:
    """A root key of the export, or `label_values` in a file of a name that tells where the account is."""
    if head.kind != "json":
        return None
    key = next((k for k in head.sample if _section(k)), None)
    if key:
        return Match(95, key)
    known = "label_values" in head.sample and base_name(head).startswith(LABELLED)
    return Match(95, base_name(head)) if known else None


def _section(key: str) -> str | None:
    base = key.removesuffix("_v2")
    return base if base in SECTIONS and (base != key or base in OLDER) else None


def read(head: Head) -> Rows:
    """Rows of the one section a file has."""
    return export_rows(head, "facebook", _told, PROFILES, lambda holder, value: _rows(holder, value, base_name(head)))


def _told(value: Any) -> str | None:
    known = account_of_profile(dig(value, "profile_v2"))
    fbid = dig(value, "fbid")
    return known or (str(fbid) if filled(fbid) and dig(value, "label_values") is not None else None)


def _rows(holder: Holder, value: Any, name: str) -> Rows:
    def section(key: str) -> Section | None:
        return SECTIONS.get(_section(key) or "")

    return section_rows(holder, value, section, lambda found: _labels(holder, found, name))


# ---- logins


def _each(value: Any, where: str, rows: Callable[[Record], Rows]) -> Rows:
    for found in objects(value, where):
        if isinstance(found, Reject):
            yield found
        else:
            yield from rows(found)


def _visits(holder: Holder, value: Any, where: str) -> Rows:
    """Logins, sessions and devices: they differ in what they call the address and the time."""
    countries = Newest()

    def one(found: Record) -> Rows:
        item = found.value
        at = moment(*(get(item, k) for k in ("timestamp", "updated_timestamp", "created_timestamp")))
        action = get(item, "action")
        yield from visit(
            holder,
            found.where,
            at,
            get(item, "ip_address", "ip"),
            kind=action_kind(action),
            raw=rest(item, *USED_OF_VISITS),
            port=get(item, "port"),
            user_agent=get(item, "user_agent"),
            cookie_id=get(item, "datr_cookie"),
        )
        country, location = get(item, "country"), get(item, "location")
        told = country if filled(country) else _country_of(location)
        countries.see(told, at, found.where)
        if told is None and filled(location):
            reason = "masked: not read" if is_masked(location) else "does not end in the name of a territory"
            yield Reject(found.where, "location", "", reason, "field")

    yield from _each(value, where, one)
    yield from countries.rows(holder, "platform_country", BY_ADDRESS)


USED_OF_VISITS = (
    "timestamp", "updated_timestamp", "ip_address", "ip", "port", "user_agent", "datr_cookie", "country", "city",
    "region", "location", "latitude", "longitude",
)  # fmt: skip


def _country_of(location: Any) -> str | None:
    """The territory at the end of "Lisbon, Portugal"."""
    last = str(location).rsplit(",", maxsplit=1)[-1].strip() if filled(location) else ""
    place = resolve_place(last) if len(last) > 3 else None
    return last if place and place.codes else None


def _protection(holder: Holder, value: Any, where: str) -> Rows:
    """What Facebook knows a login by: an address or a cookie, told in words or inside a session."""

    def one(found: Record) -> Rows:
        yield from unlike(get(found.value, "session"), dict, found.where, "session")
        session = get(found.value, "session") or found.value
        at = moment(*(get(session, k) for k in ("updated_timestamp", "created_timestamp", "timestamp")))
        words = str(get(found.value, "name") or "")
        address = ADDRESS.search(words)
        ip = get(session, "ip_address") or (address[0] if address else None)
        cookie = get(session, "datr_cookie")
        if ip is None and filled(cookie) and not is_masked(cookie):
            yield from holder.identifier(found.where, "cookie", cookie, at)
        elif ip is None:
            reason = "masked: no key" if is_masked(words) or is_masked(cookie) else "no address"
            yield Reject(found.where, "name", words[:60], reason)
        else:
            yield from visit(
                holder,
                found.where,
                at,
                ip,
                kind="session",
                user_agent=get(session, "user_agent"),
                cookie_id=cookie,
            )

    yield from _each(value, where, one)


# ---- devices, places, money


def _devices(holder: Holder, value: Any, where: str) -> Rows:
    """Telephones with the app: their ids, and the languages they were set to."""
    languages = Newest()

    def one(found: Record) -> Rows:
        device = found.value
        updated = moment(get(device, "update_time"))
        languages.see(get(device, "device_locale"), updated, found.where)
        seen = {str(get(device, "family_device_id") or ""): moment(get(device, "creation_time"))}
        for inner in keyed(get(device, "push_tokens"), f"{found.where}.push_tokens", "device_id", "locale"):
            if isinstance(inner, Reject):
                yield replace(inner, kind="field")
                continue
            token = inner.value
            languages.see(get(token, "locale"), moment(get(token, "client_update_time")), found.where)
            seen.setdefault(str(get(token, "device_id") or ""), moment(get(token, "creation_time")))
        told = False
        for number, first in seen.items():
            if is_masked(number):
                yield Reject(found.where, "device_id", number[:200], "masked: no key", "field")
            elif filled(number):
                told = True
                yield from holder.identifier(found.where, "device", number, first, updated)
        if not told and not filled(get(device, "device_locale")):
            yield Reject(found.where, "", "", "neither an id nor a language of a device")

    yield from _each(value, where, one)
    yield from languages.rows(holder, "ui_language", "language of a device")


def _sim(holder: Holder, value: Any, where: str) -> Rows:
    """The network operator a telephone was on: `spn` is its name."""

    def one(found: Record) -> Rows:
        code, name = get(found.value, "country_code"), get(found.value, "spn")
        letters = isinstance(code, str) and len(code) == 2
        if filled(code) and filled(name) and not letters:
            yield Reject(found.where, "country_code", shown(code), "not two letters of a country", "field")
        both = f"{code.lower()}.{name}" if letters and filled(code) and filled(name) else None
        told = both or name or (code if filled(code) else None)
        if not filled(told):
            yield Reject(found.where, "spn", "", "neither an operator nor a country")
        yield from holder.signal(found.where, "sim_carrier", told, moment(get(found.value, "timestamp")))

    yield from _each(value, where, one)


def _payments(holder: Holder, value: Any, where: str) -> Rows:
    """The currency that is set, and those that were paid in."""
    yield from unlike(value, dict, where, "payments")
    yield from keyless(value, where, "payments", "preferred_currency")
    currencies = Newest()
    currencies.see(get(value, "preferred_currency"), None, f"{where}.preferred_currency")
    for found in objects(get(value, "payments") or [], f"{where}.payments"):
        if isinstance(found, Reject):
            yield found
        elif filled(get(found.value, "currency")):
            at = moment(get(found.value, "created_timestamp"), get(found.value, "timestamp"))
            currencies.see(get(found.value, "currency"), at, found.where)
        else:
            yield Reject(found.where, "currency", "", "missing")
    yield from currencies.rows(holder, "payment_currency")


def _zone(holder: Holder, value: Any, where: str) -> Rows:
    if isinstance(value, str) and filled(value):
        yield holder.account(where, time_zone=value)
    else:
        yield Reject(where, "time_zone", "", "not a time zone")


def _town_pairs(holder: Holder, value: Any, where: str) -> Rows:
    """`city_region_pairs`: only the territory of each is kept."""
    yield from unlike(value, dict, where, "primary_location")
    yield from keyless(value, where, "city_region_pairs")
    pairs = get(value, "city_region_pairs")
    yield from unlike(pairs, list, where, "city_region_pairs")
    for index, pair in enumerate(pairs if isinstance(pairs, list) else ()):
        parts = [str(p) if filled(p) else None for p in (pair if isinstance(pair, list) else [pair])]
        found = dict(zip(("town", "region"), parts, strict=False))
        here = f"{where}.city_region_pairs[{index}]"
        yield from place_row(holder, here, found, None, "primary location by Facebook")


def _public_place(holder: Holder, value: Any, where: str) -> Rows:
    yield from unlike(value, dict, where, "primary_public_location")
    yield from keyless(value, where, "city", "region", "country")
    found = {"town": get(value, "city"), "region": get(value, "region"), "country": get(value, "country")}
    yield from place_row(holder, where, found, None, "primary public location by Facebook")


def _labels(holder: Holder, found: Record, name: str) -> Rows:
    """Files whose fields have labels in the language of the export."""
    fields = labelled(found.value)
    yield from fields.remarks(found.where)
    yield from unlike(found.value["label_values"], list, found.where, "label_values")
    stamp = get(found.value, "timestamp")
    if name.startswith("registration_information"):
        at = fields.time("registered", "time") or moment(stamp)
        if at is not None:
            yield holder.account(found.where, created_at=at)
        ip = fields.text("registration_ip", "ip")
        if ip:
            yield from visit(
                holder,
                found.where,
                at,
                ip,
                kind="registration",
                user_agent=fields.text("user_agent"),
                port=fields.text("port"),
            )
        return
    zone = fields.text("time_zone")
    if zone:
        yield holder.account(found.where, time_zone=zone)
    place = {key: fields.text(key) for key in ("country", "region", "town")}
    yield from place_row(holder, found.where, place, moment(stamp), name.replace("_", " ") + " by Facebook")


SECTIONS: dict[str, Section] = {
    "account_activity": _visits,
    "used_ip_address": _visits,
    "account_accesses": _visits,
    "active_sessions": _visits,
    "recognized_devices": _visits,
    "admin_records": record_details,
    "login_protection_data": _protection,
    "devices": _devices,
    "phone_number_location": _sim,
    "payments": _payments,
    "timezone": _zone,
    "primary_location": _town_pairs,
    "primary_public_location": _public_place,
    "profile": profile,
}
"""Root key without `_v2` -> its reader."""

FORMAT = Format(
    name="facebook-export",
    title="Facebook data export",
    help="JSON of the download an account holder asks for: logins, sessions, devices, places, payments, profile.",
    grade="C3",
    looks_for="a Facebook export (JSON with account_activity_v2, used_ip_address_v2, active_sessions_v2, ...)",
    recognises=recognises,
    read=read,
    platform="facebook",
    timezone="UTC",
    gives=(
        Gives(
            "account_activity[], used_ip_address[], account_accesses[], active_sessions[], recognized_devices[]",
            "logins",
            note="address is ip_address or ip; a masked one leaves the time only",
        ),
        Gives("datr_cookie", "logins.cookie_id", note="a masked one is no key"),
        Gives(
            "account_activity[].country, active_sessions[].location",
            "signals: platform_country",
            note="of the same address: no second item",
        ),
        Gives("admin_records[].event, session", "logins; signals: handle_change, phone_change, email_change"),
        Gives("login_protection_data[]", "logins, or identifiers: cookie"),
        Gives("devices[].family_device_id, push_tokens[].device_id", "identifiers: device"),
        Gives("devices[].device_locale, push_tokens[].locale", "signals: ui_language", "E6"),
        Gives("phone_number_location[].spn, country_code", "signals: sim_carrier"),
        Gives("payments.preferred_currency, payments[].currency", "signals: payment_currency"),
        Gives("timezone, label_values: time zone", "accounts.time_zone", "E6"),
        Gives(
            "primary_location, primary_public_location, your_privacy_jurisdiction",
            "signals: platform_country",
            note="a town is kept as its territory",
        ),
        Gives(
            "registration_information: label_values",
            "logins: registration; accounts.created_at",
            note="labels are in the language of the export",
        ),
        Gives(
            "profile: name, profile_uri, current_city, registration_timestamp, intro_bio, websites",
            "accounts",
            "E6",
            "further websites are signals: linked_domain",
        ),
        Gives(
            "profile: emails, phone_numbers, previous_names",
            "identifiers; signals: handle_change",
            note="stored as keyed hashes",
        ),
    ),
    ignores=(
        "city, region, latitude and longitude of a login: they come from its address",
        "postcode, birthday, education, work, relations: no signal reads them",
        "push and other tokens: secrets",
    ),
    example="security_and_login_information/account_activity.json",
)
