"""Parts of a Facebook export about the account itself: its profile, and what was changed on it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs

from attrigraph.loaders.formats.base import Reject, Row
from attrigraph.loaders.formats.holder import Holder, filled, rest
from attrigraph.loaders.formats.meta import action_kind, is_masked, moment, unlike, visit
from attrigraph.loaders.formats.reading import dig, get, keyed, keyless, objects, shown, web_address

__all__ = ["account_of_profile", "profile", "record_details"]

HANDLE = re.compile(r"[A-Za-z0-9.]{3,}")
CHANGES = (
    ("handle_change", ("vanity", "username", "name chang", "changed name", "profile name", "name updated")),
    ("email_change", ("email", "e-mail", "mail")),
    ("phone_change", ("phone", "mobile", "sms")),
)
"""Signal -> words in the event of a record."""
READ = (
    "name", "username", "profile_uri", "emails", "phone_numbers", "previous_names", "current_city", "hometown",
    "intro_bio", "websites", "registration_timestamp",
)  # fmt: skip
"""Keys of a profile that are read."""
KNOWN = ("login", "logged", "logout", "session", "password", "checkpoint", "registration", "deactivat", "reactivat")
"""Words of events that change nothing a signal reads."""


def account_of_profile(found: Any) -> str | None:
    """The numeric id or the vanity name in `profile_uri`, else `username`; None when both are absent or masked."""
    uri = get(found, "profile_uri")
    told = _account_of_uri(uri)
    if told:
        return told
    name = get(found, "username")
    return name if _is_handle(name) else None


def _account_of_uri(uri: Any) -> str | None:
    parts = web_address(uri) if isinstance(uri, str) and "facebook.com" in uri else None
    if parts is not None:
        number = next(iter(parse_qs(parts.query).get("id", ())), "")
        name = parts.path.strip("/").split("/")[0]
        if number.isdigit():
            return number
        if name != "profile.php" and _is_handle(name):
            return name
    return None


def _is_handle(name: Any) -> bool:
    return isinstance(name, str) and bool(HANDLE.fullmatch(name)) and not is_masked(name)


def _handle(found: Mapping[str, Any]) -> str | None:
    name = get(found, "username")
    told = name if _is_handle(name) else account_of_profile(found)
    return told if told and not told.isdigit() else None


def profile(holder: Holder, found: Any, where: str) -> Iterator[Row | Reject]:
    """The account, its mail addresses and telephones, and when it had other names."""
    if not isinstance(found, Mapping):
        yield Reject(where, "", str(found)[:200], "not a profile")
        return
    nothing = list(keyless(found, where, *READ))
    if nothing:
        yield from nothing
        return
    sites = _sites(found)
    yield holder.account(
        where,
        rest({"hometown": dig(found, "hometown", "name")}),
        handle=_handle(found),
        display_name=dig(found, "name", "full_name"),
        created_at=moment(get(found, "registration_timestamp")),
        location=dig(found, "current_city", "name"),
        bio=dig(found, "intro_bio", "name"),
        profile_url=next(iter(sites), None),
    )
    yield from holder.websites(f"{where}.websites", sites[1:])
    yield from _unlike_profile(found, where)
    mails = get(found, "emails")
    for key, listed in mails.items() if isinstance(mails, Mapping) else ():
        yield from unlike(listed, list, f"{where}.emails", key)
        for mail in listed if isinstance(listed, list) else ():
            yield from holder.identifier(f"{where}.emails.{key}", "email", mail)
    for phone in keyed(get(found, "phone_numbers") or [], f"{where}.phone_numbers", "phone_number"):
        if isinstance(phone, Reject):
            yield phone
        else:
            yield from holder.identifier(phone.where, "phone", get(phone.value, "phone_number"))
    for name in keyed(get(found, "previous_names") or [], f"{where}.previous_names", "name"):
        if isinstance(name, Reject):
            yield name
        else:
            at = moment(get(name.value, "timestamp"))
            yield from holder.signal(name.where, "handle_change", get(name.value, "name"), at, "a name before")


def _unlike_profile(found: Mapping[str, Any], where: str) -> Iterator[Reject]:
    """What is said of keys that are of another kind than they should be, or hold nothing that is read."""
    for field, kind in (
        ("name", dict), ("current_city", dict), ("hometown", dict), ("intro_bio", dict), ("emails", dict),
        ("websites", list),
    ):  # fmt: skip
        yield from unlike(get(found, field), kind, where, field)
    for field, key in (("name", "full_name"), ("current_city", "name"), ("hometown", "name"), ("intro_bio", "name")):
        yield from keyless(get(found, field), f"{where}.{field}", key, kind="field")
    sites = get(found, "websites")
    for site in sites if isinstance(sites, list) else ():
        if filled(site) and not _site(site):
            yield Reject(f"{where}.websites", "websites", shown(site), "no address of a page", "field")
    yield from _no_names(found, where)


def _no_names(found: Mapping[str, Any], where: str) -> Iterator[Reject]:
    """A remark for a name and an address of the account that cannot be read."""
    name, uri = get(found, "username"), get(found, "profile_uri")
    if filled(name) and not _is_handle(name):
        reason = "masked: not read" if is_masked(name) else "not the name of an account"
        yield Reject(where, "username", shown(name), reason, "field")
    if filled(uri) and _account_of_uri(uri) is None:
        yield Reject(where, "profile_uri", shown(uri), "names no account", "field")


def _sites(found: Mapping[str, Any]) -> list[str]:
    sites = get(found, "websites")
    return list(dict.fromkeys(filter(None, map(_site, sites)))) if isinstance(sites, list) else []


def _site(site: Any) -> str | None:
    address = get(site, "address", "url") if isinstance(site, Mapping) else site
    return str(address) if filled(address) else None


def record_details(holder: Holder, value: Any, where: str) -> Iterator[Row | Reject]:
    """Changes on the account, each with the session that made it.

    Old and new mail addresses and telephones are not kept.
    """
    for found in objects(value, where):
        if isinstance(found, Reject):
            yield found
            continue
        session = get(found.value, "session") or {}
        yield from unlike(session, dict, found.where, "session")
        event = str(get(found.value, "event") or "")
        at = moment(get(session, "created_timestamp"), get(found.value, "timestamp"))
        yield from visit(
            holder,
            found.where,
            at,
            get(session, "ip_address"),
            kind=action_kind(event),
            raw=rest({"event": event}),
            user_agent=get(session, "user_agent"),
            cookie_id=get(session, "datr_cookie"),
        )
        signal = next((s for s, words in CHANGES if any(w in event.casefold() for w in words)), None)
        if signal is None and not any(word in event.casefold() for word in KNOWN):
            yield Reject(found.where, "event", event[:200], "an event not known here", "field")
        if signal and at is not None:
            extra = get(found.value, "extra_info")
            yield from unlike(extra, dict, found.where, "extra_info")
            new = get(extra, "new_vanity", "new_username", "new_name") if signal == "handle_change" else None
            yield from holder.signal(found.where, signal, new or event, at, event)
