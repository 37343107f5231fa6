"""WhatsApp, the report of "Request account info": JSON of a zip that an account holder asks for.

Keys after the public readers of such reports (d3i-infra/data-donation-task and others): `user_information.json` has
`label_values`, as Facebook's exports do, `registration_information.json` has `wa_registration_info`,
`account_settings.json` has `wa_settings`, `contacts.json` and `groups.json` have other people, who are not read. The
pages (`….html`) of the zip say the same and have no layout that is documented anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import Holder, filled
from attrigraph.loaders.formats.meta import Entry, entry_of, field_of, moment
from attrigraph.loaders.formats.reading import dig, json_of, misfits, nearest, owned, parse_json, shown
from attrigraph.loaders.phone_accounts import telephone
from attrigraph.loaders.sniff import Head
from attrigraph.loaders.tables import fold

__all__ = ["FORMAT"]

REGISTRATION, SETTINGS, USER = "wa_registration_info", "wa_settings", "label_values"
PEOPLE = ("wa_contacts", "wa_groups")
PLAIN = (REGISTRATION, SETTINGS, *PEOPLE)
PROFILE = "user_information.json"
OWN_LABELS = frozenset(("aboutsettime", "deviceactivity", "reportrequesttime", "reportgenerationtime"))
"""Labels that tell the file from the `label_values` of others, folded."""
DEEPEST = 12
TIMES = frozenset(("aboutsettime", "profilepictureuploadtime", "lastactivetime", "onlinesince"))
LEFT = frozenset((
    "device", "deviceactivity", "profilepicture", "reportrequesttime", "reportgenerationtime",
))  # fmt: skip


def recognises(head: Head) -> Match | None:
    """A key of the report, or labels of it; those in other languages by their folder."""
    if head.kind != "json":
        return None
    key = next((key for key in PLAIN if key in head.sample), None)
    if key:
        return Match(100, key)
    told = head.sample.get(USER)
    if not isinstance(told, list):
        return None
    labels = {fold(str(item.get("label"))) for item in told if isinstance(item, Mapping)}
    folder = "whatsapp" in head.label.casefold() and head.label.casefold().endswith(PROFILE)
    return Match(100, USER) if labels & OWN_LABELS or folder else None


def read(head: Head) -> Iterator[Row | Reject]:
    """The account, and when it was registered or used."""
    document = json_of(head)
    yield from document.remarks
    value = document.value
    account = head.account or _told(value) or nearest(head, [PROFILE], _told_by)
    yield from owned(account, _rows(Holder(account or "", "whatsapp"), value))


def _told(value: Any) -> str | None:
    """The telephone number of the account."""
    entries = (found for _, found in _walk(dig(value, USER), "", 0) if isinstance(found, Entry) and _is_phone(found))
    return next(filter(None, (telephone(entry.text or "") for entry in entries)), None)


def _told_by(content: bytes) -> str | None:
    try:
        return _told(parse_json(content.decode("utf-8", "replace")).value)
    except ValueError:
        return None


def _walk(value: Any, where: str, depth: int) -> Iterator[tuple[str, Entry | Reject]]:
    """Labels with their values, wherever they are in lists, `vec` and `dict`, and what is none of these."""
    if isinstance(value, list) and depth < DEEPEST:
        for index, item in enumerate(value):
            yield from _walk(item, f"{where}[{index}]", depth + 1)
    elif isinstance(value, Mapping) and depth < DEEPEST:
        told = filled(value.get("label")) and any(key in value for key in ("value", "timestamp_value"))
        inner = [key for key in ("vec", "dict") if filled(value.get(key))]
        if told:
            yield where, entry_of(str(value["label"]), value)
        elif not inner and value:
            yield where, Reject(where, "", ", ".join(map(str, value)), "not a label with a value", "field")
        for key in inner:
            yield from _walk(value[key], f"{where}.{key}", depth + 1)
    elif filled(value):
        yield where, Reject(where, "", f"{str(value)[:4]}…", "not a label with a value", "field")


def _is_phone(entry: Entry) -> bool:
    return field_of(entry.label) == "phone"


def _rows(holder: Holder, value: Any) -> Iterator[Row | Reject]:
    yield from misfits(value, (REGISTRATION, ""), (SETTINGS, ""))
    for key in PEOPLE:
        others = dig(value, key)
        if filled(others):
            count = len(others) if isinstance(others, list) else 1
            yield Reject(f"$.{key}", key, str(count), "other people and groups, not read", "field")
    registration = dig(value, REGISTRATION)
    if isinstance(registration, Mapping):
        yield from _registration(holder, registration, f"$.{REGISTRATION}")
    if dig(value, USER) is not None:
        yield from _user(holder, value)


def _registration(holder: Holder, told: Mapping[str, Any], where: str) -> Iterator[Row | Reject]:
    at = moment(told.get("registration_timestamp"))
    if at is None:
        yield Reject(where, "registration_timestamp", "", "the registration has no time", "field")
    else:
        yield from holder.signal(where, "activity_times", "registration", shown(at), "the number was registered")
    for key in told:
        if key not in ("registration_timestamp", "platform"):
            yield Reject(where, key[:80], "", "a key that is not read", "field")


def _user(holder: Holder, value: Any) -> Iterator[Row | Reject]:
    """What the entries with a label say; of those whose label is not known only the label."""
    about, seen = None, list(_walk(dig(value, USER), f"$.{USER}", 0))
    for where, found in seen:
        if isinstance(found, Reject):
            yield found
            continue
        label = fold(found.label)
        if label == "about":
            about = found.text
        elif _is_phone(found):
            yield from holder.identifier(where, "phone", telephone(found.text or "") or found.text)
        elif label in TIMES:
            at = found.seconds if found.seconds is not None else moment(found.text)
            if at is not None:
                yield from holder.signal(where, "activity_times", "session", shown(at), found.label)
        elif label not in LEFT:
            yield Reject(where, found.label[:80], "", "a label not known here", "field")
    yield holder.account(f"$.{USER}", bio=about)


FORMAT = Format(
    name="whatsapp-report",
    title="WhatsApp account information report",
    help="JSON of the zip that an account holder requests (account info): user, registration, settings.",
    grade="C3",
    looks_for="a WhatsApp account information report (JSON with wa_registration_info, wa_settings, or labels of it)",
    recognises=recognises,
    read=read,
    platform="whatsapp",
    timezone="UTC",
    gives=(
        Gives(
            "user_information.json: Phone number",
            "the account, identifiers: phone",
            note="stored as a keyed hash; its region is phone_region",
        ),
        Gives("user_information.json: About", "accounts.bio"),
        Gives(
            "user_information.json: Last Active Time, Online Since, About Set Time, Profile Picture Upload Time",
            "signals: activity_times",
            note="0 is no time",
        ),
        Gives(
            "registration_information.json: wa_registration_info.registration_timestamp",
            "signals: activity_times",
            note="of the newest registration of the number, which may not be the first",
        ),
    ),
    ignores=(
        "contacts.json, groups.json: other people; a remark counts them",
        "account_settings.json (wa_settings): models of devices, no ids",
        "wa_registration_info.platform; times of the report itself",
        "….html of the same zip: the same once more, in a layout that is not documented",
    ),
    example="whatsapp_account_information/user_information.json",
)
