"""Instagram, "Download your information" (JSON): every generation of its folders (formats.md, 6.3 and 12).

All labels are in the language of the export, their UTF-8 often written as Latin-1. Where no label of a login is known,
the address is found by its form, and a remark says so.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import Holder, filled
from attrigraph.loaders.formats.meta import (
    Labelled,
    Newest,
    Section,
    base_name,
    export_rows,
    is_masked,
    labelled,
    place_row,
    section_rows,
    unlike,
    visit,
)
from attrigraph.loaders.formats.reading import Record, dig, get, keyed, objects
from attrigraph.loaders.sniff import Head

__all__ = ["FORMAT"]

Rows = Iterator[Row | Reject]
PROFILES = ("personal_information.json", "signup_details.json", "signup_information.json")
BASED_IN = ("profile_based_in", "account_based_in")


def recognises(head: Head) -> Match | None:
    """A root key of the export, or `label_values` in a file that tells where the account is based."""
    if head.kind != "json":
        return None
    key = next((k for k in head.sample if k in SECTIONS), None)
    if key:
        return Match(95, key)
    based = "label_values" in head.sample and base_name(head).startswith(BASED_IN)
    return Match(95, base_name(head)) if based else None


def read(head: Head) -> Rows:
    """Rows of the one section a file has."""
    return export_rows(head, "instagram", _told, PROFILES, _rows)


def _told(value: Any) -> str | None:
    """The user name in the profile, or at the registration."""
    for key in ("profile_user", "account_history_registration_info"):
        for found in objects(dig(value, key), key):
            name = labelled(found.value).text("username") if isinstance(found, Record) else None
            if name and not is_masked(name):
                return name
    return None


def _rows(holder: Holder, value: Any) -> Rows:
    return section_rows(holder, value, SECTIONS.get, lambda found: _place(holder, found, labelled(found.value)))


def _each(value: Any, where: str, rows: Callable[[Record, Labelled], Rows]) -> Rows:
    for found in keyed(value, where, "string_map_data", "label_values", "title"):
        if isinstance(found, Reject):
            yield found
        else:
            fields = labelled(found.value)
            yield from fields.remarks(found.where)
            for key, kind in (("string_map_data", dict), ("label_values", list)):
                yield from unlike(get(found.value, key), kind, found.where, key)
            yield from rows(found, fields)


# ---- sections


def _logins(holder: Holder, value: Any, where: str) -> Rows:
    languages = Newest()
    kind = "session" if "logout" in where else "login"

    def one(found: Record, fields: Labelled) -> Rows:
        at = fields.time("time") or _title_or_form(found, fields)
        ip = fields.text("ip")
        if ip is None and (guessed := _by_form(fields)):
            label, ip = guessed
            yield Reject(found.where, label[:80], "", "read as the address by its form", "field")
        yield from visit(
            holder,
            found.where,
            at,
            ip,
            kind=kind,
            port=fields.text("port"),
            user_agent=fields.text("user_agent"),
            cookie_id=fields.text("cookie"),
        )
        languages.see(fields.text("language"), at, found.where)

    yield from _each(value, where, one)
    yield from languages.rows(holder, "ui_language", "language of the app at a login")


def _title_or_form(found: Record, fields: Labelled) -> Any:
    """The time in the title ("2021-09-12T10:00:00+00:00"), else the only time under a label that is not known."""
    title = get(found.value, "title")
    if isinstance(title, str) and title[:4].isdigit():
        return title
    times = {entry.seconds for entry in fields.unknown if entry.seconds}
    return times.pop() if len(times) == 1 else None


def _by_form(fields: Labelled) -> tuple[str, str] | None:
    """Label and text of the only entry of an unknown label that is an address."""
    found = [(e.label, e.text) for e in fields.unknown if e.text and _is_address(e.text)]
    return found[0] if len(found) == 1 else None


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip())
    except ValueError:
        return False
    return True


def _signup(holder: Holder, value: Any, where: str) -> Rows:
    def one(found: Record, fields: Labelled) -> Rows:
        at = fields.time("time", "registered")
        yield holder.account(found.where, handle=fields.text("username"), created_at=at)
        ip = fields.text("ip", "registration_ip")
        if ip:
            yield from visit(
                holder, found.where, at, ip, kind="registration", port=fields.text("port"), **_device(fields)
            )
        yield from _reached(holder, found.where, fields, at)

    yield from _each(value, where, one)


def _device(fields: Labelled) -> dict[str, Any]:
    return {"user_agent": fields.text("user_agent", "device")}


def _reached(holder: Holder, where: str, fields: Labelled, at: Any) -> Iterator[Row]:
    """Telephone and mail addresses."""
    for kind in ("phone", "email"):
        for entry in fields.fields.get(kind, ()):
            yield from holder.identifier(where, kind, entry.text, at)


def _profile(holder: Holder, value: Any, where: str) -> Rows:
    def one(found: Record, fields: Labelled) -> Rows:
        yield holder.account(
            found.where,
            handle=fields.text("username"),
            display_name=fields.text("name"),
            bio=fields.text("bio"),
            profile_url=fields.text("website"),
        )
        yield from _reached(holder, found.where, fields, None)

    yield from _each(value, where, one)


def _based_in(holder: Holder, value: Any, where: str) -> Rows:
    yield from _each(value, where, lambda found, fields: _place(holder, found, fields))


def _place(holder: Holder, found: Record, fields: Labelled) -> Rows:
    """What Instagram infers: a country, or a town, of which the territory is kept."""
    if "label_values" in found.value:
        yield from fields.remarks(found.where)
        yield from unlike(found.value["label_values"], list, found.where, "label_values")
    place = {key: fields.text(key) for key in ("country", "region", "town")}
    if not any(map(filled, place.values())):
        yield Reject(found.where, "town", "", "neither a country nor a town under a label known here")
    yield from place_row(holder, found.where, place, fields.time("time"), "account based in, by Instagram")


def _devices(holder: Holder, value: Any, where: str) -> Rows:
    def one(found: Record, fields: Labelled) -> Rows:
        agent = fields.text("user_agent", "device")
        if not agent:
            yield Reject(found.where, "User Agent", "", "no device under a label known here")
        at = fields.time("last_login", "time")
        yield from holder.identifier(found.where, "device", agent, None, at)

    yield from _each(value, where, one)


def _insights(holder: Holder, value: Any, where: str) -> Rows:
    def one(found: Record, fields: Labelled) -> Rows:
        code = fields.text("country_code", "country")
        last = fields.time("last_login")
        if not code and not last:
            yield Reject(found.where, "First Country Code", "", "neither a country nor a login")
        note = "first country of the account, by Instagram"
        yield from holder.signal(found.where, "platform_country", code, None, note)
        if last:
            yield from holder.signal(found.where, "activity_times", "login", last, "the last login")

    yield from _each(value, where, one)


SECTIONS: dict[str, Section] = {
    "account_history_login_history": _logins,
    "account_history_logout_history": _logins,
    "account_history_registration_info": _signup,
    "inferred_data_primary_location": _based_in,
    "devices_devices": _devices,
    "profile_account_insights": _insights,
    "profile_user": _profile,
}
"""Root key -> its reader."""

FORMAT = Format(
    name="instagram-export",
    title="Instagram data export",
    help="JSON of the download an account holder asks for: logins, registration, profile, devices, where it is based.",
    grade="C3",
    looks_for="an Instagram export (JSON with account_history_login_history, profile_user, devices_devices, ...)",
    recognises=recognises,
    read=read,
    platform="instagram",
    timezone="UTC",
    gives=(
        Gives(
            "account_history_login_history[], account_history_logout_history[]: IP Address, Port, Time, User Agent",
            "logins",
            note="labels are in the language of the export",
        ),
        Gives("Cookie Name", "logins.cookie_id", note="a masked one is no key"),
        Gives("Language Code", "signals: ui_language", "E6"),
        Gives("account_history_registration_info[]: IP Address, Time", "logins: registration; accounts.created_at"),
        Gives("Phone Number, Email", "identifiers", note="stored as keyed hashes"),
        Gives(
            "inferred_data_primary_location[], profile_based_in",
            "signals: platform_country",
            note="a town is kept as its territory",
        ),
        Gives("devices_devices[]: User Agent", "identifiers: device", note="telephones of one model share it"),
        Gives(
            "profile_account_insights[]: First Country Code, Last Login", "signals: platform_country, activity_times"
        ),
        Gives("profile_user[]: Username, Name, Bio", "accounts", "E6"),
    ),
    ignores=("pictures, birthday, gender", "precise and imprecise coordinates of the last login"),
    example="security_and_login_information/login_and_profile_creation/login_activity.json",
)
