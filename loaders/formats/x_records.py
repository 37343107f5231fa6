"""Records of X as its archives and its legal returns hold them: one reader a kind, with the traps of each.

A reader takes the file's `Holding`, the inner object of a record and its locator.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from attrigraph.loaders.cells import read_identifier
from attrigraph.loaders.formats.base import Gives, Reject, Row
from attrigraph.loaders.formats.holder import filled, flag, rest, unflagged
from attrigraph.loaders.formats.reading import NOBODY, Record, dig, get, keyed, keyless, misfits, shown
from attrigraph.loaders.formats.x_holding import Found, Holding
from attrigraph.territories import resolve_place

__all__ = ["GIVES", "KINDS", "NOT_READ", "Kind", "ignored", "kind_named", "kind_of_record", "rows_of", "why_not"]

TAG = re.compile(r"<[^>]*>")
CONTEXT = ("deleted_at", "retweet_count", "favorite_count")
"""Keys of a post that are kept beside its columns."""
DOTTED_DAY = re.compile(r"(\d{4})\.(\d\d)\.(\d\d)")
SNOWFLAKE_DIGITS, SNOWFLAKE_BITS, SNOWFLAKE_EPOCH_MS = 17, 22, 1_288_834_974_657
"""Ids with 17 digits and more hold the moment they were given: milliseconds above bit 22 (X, "snowflake")."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: the key it is wrapped in, how it is read, and what becomes of it."""

    wrapper: str
    read: Callable[[Holding, Mapping[str, Any], str], Found]
    gives: tuple[Gives, ...]


def kind_named(name: str) -> str:
    """The kind a name stands for: of a file ("ip-audit", "tweets-part2"), or of its data ("ip_audit").

    >>> kind_named("ip-audit"), kind_named("deleted-tweets-part1"), kind_named("Like")
    ('ip_audit', 'tweets', 'like')
    """
    plain = re.sub(r"[-_]part\d+$", "", name.casefold()).replace("-", "_")
    return SAME.get(plain, plain)


def why_not(kind: str) -> str | None:
    """Why records of a kind are not read; None for those that are."""
    return None if kind in KINDS else NOT_READ.get(kind, "nothing in it is a signal")


def ignored(ending: str) -> tuple[str, ...]:
    """The files that are not read, and why, for `Format.ignores`."""
    return tuple(f"{kind.replace('_', '-')}{ending}: {why}" for kind, why in NOT_READ.items())


def kind_of_record(record: Any) -> str | None:
    """The kind of a record by the key it is wrapped in."""
    return next((kind for kind, reader in KINDS.items() if isinstance(get(record, reader.wrapper), Mapping)), None)


def rows_of(holding: Holding, kind: str, record: Record) -> Found:
    """The rows of one record; a reject when it is of another kind, or says nothing."""
    wrapper = KINDS[kind].wrapper
    inner = get(record.value, wrapper)
    if kind == "tweets" and inner is None and filled(get(record.value, "created_at")):
        inner = record.value
    if not isinstance(inner, Mapping):
        others = ", ".join(list(record.value)[:3]) or "nothing"
        yield Reject(record.where, wrapper, shown(record.value), f"holds {others} instead of {wrapper}")
        return
    if get(inner, "accountId") is None and filled(get(record.value, "accountId")):
        inner = {"accountId": get(record.value, "accountId")} | dict(inner)
    nothing = True
    for row in KINDS[kind].read(holding, inner, record.where):
        nothing = False
        yield row
    if nothing:
        yield Reject(record.where, wrapper, shown(inner), "says nothing a signal reads")


# ---- logins


def _creation_ip(holding: Holding, inner: Mapping[str, Any], where: str) -> Found:
    """The address of the registration has no time of its own: it is when the account was created."""
    account = get(inner, "accountId") or holding.account
    at = get(inner, "createdAt") or holding.created
    if not at and (at := _given_at(account)):
        note = "the registration has no time here: it was taken from the number of the account"
        yield Reject(where, "at", str(account), note, "field")
    ip = get(inner, "userCreationIp")
    if not at:
        reason = "no time: load it with the file about the account (account.js) in one folder"
        yield Reject(where, "at", shown(ip), reason)
        return
    cells = {"at": at, "ip": ip, "kind": "registration"}
    yield holding.row("logins", where, account, cells, rest(inner, "accountId", "userCreationIp", "createdAt"))


def _given_at(account: Any) -> str | None:
    """When an id was given, for ids that hold it."""
    text = str(account or "")
    if not text.isdecimal() or not SNOWFLAKE_DIGITS <= len(text) <= 19:
        return None
    return datetime.fromtimestamp(((int(text) >> SNOWFLAKE_BITS) + SNOWFLAKE_EPOCH_MS) / 1000, UTC).isoformat()


def _login(holding: Holding, inner: Mapping[str, Any], where: str) -> Found:
    cells = {
        "at": get(inner, "createdAt"),
        "ip": get(inner, "loginIp"),
        "port": get(inner, "loginPortNumber"),
        "kind": "login",
    }
    left = rest(inner, "accountId", "createdAt", "loginIp", "loginPortNumber")
    yield holding.row("logins", where, get(inner, "accountId"), cells, left)


# ---- the account


def _account(holding: Holding, inner: Mapping[str, Any], where: str) -> Found:
    account = get(inner, "accountId")
    cells = {
        "handle": get(inner, "username"),
        "display_name": get(inner, "accountDisplayName"),
        "created_at": get(inner, "createdAt"),
    }
    left = rest(inner, "accountId", "username", "accountDisplayName", "createdAt", "email")
    if filled(account) or any(map(filled, cells.values())):
        yield holding.row("accounts", where, account, cells, left)
    yield from _identifier(holding, account, where, "email", get(inner, "email"))


def _profile(holding: Holding, inner: Mapping[str, Any], where: str) -> Found:
    said = get(inner, "description")
    cells = {
        "bio": get(said, "bio"),
        "location": get(said, "location"),
        "profile_url": get(said, "website"),
    }
    if any(map(filled, cells.values())):
        yield holding.row("accounts", where, get(inner, "accountId"), cells)


def _time_zone(holding: Holding, inner: Mapping[str, Any], where: str) -> Found:
    zone = get(inner, "timeZone")
    if filled(zone):
        yield holding.row("accounts", where, get(inner, "accountId"), {"time_zone": zone})


def _handle_change(holding: Holding, inner: Mapping[str, Any], where: str) -> Found:
    change = get(inner, "screenNameChange") or inner
    before = get(change, "changedFrom")
    note = f"was {before}" if filled(before) else None
    cells = {"signal": "handle_change", "value": get(change, "changedTo"), "observed_at": get(change, "changedAt")}
    yield holding.row("signals", where, get(inner, "accountId"), cells | {"note": note})


def _mail_change(holding: Holding, inner: Mapping[str, Any], where: str) -> Found:
    """The addresses themselves are stored as hashes only; the change shows them masked."""
    change = get(inner, "emailChange") or inner
    account, at = get(inner, "accountId"), get(change, "changedAt")
    new, old = get(change, "changedTo"), get(change, "changedFrom")
    note = f"was {_masked(old)}" if filled(old) else None
    cells = {"signal": "email_change", "value": _masked(new), "observed_at": at, "note": note}
    yield holding.row("signals", where, account, cells)
    yield from _identifier(holding, account, where, "email", new, first=at)
    yield from _identifier(holding, account, where, "email", old, last=at)


def _masked(mail: Any) -> str | None:
    return read_identifier("email", str(mail), str).display or "not a mail address" if filled(mail) else None


def _identifier(
    holding: Holding, account: Any, where: str, kind: str, value: Any, *,
    first: Any = None, last: Any = None, raw: Mapping[str, Any] | None = None,
) -> Found:  # fmt: skip
    if filled(value):
        cells = {"kind": kind, "value": value, "first_seen": first, "last_seen": last}
        yield holding.row("identifiers", where, account, cells, raw)


# ---- devices and telephones


def _device_token(holding: Holding, inner: Mapping[str, Any], where: str) -> Found:
    left = rest(inner, "accountId", "token", "createdAt", "lastSeenAt")
    first, last = get(inner, "createdAt"), get(inner, "lastSeenAt")
    account, token = get(inner, "accountId"), get(inner, "token")
    yield from _identifier(holding, account, where, "device", token, first=first, last=last or first, raw=left)


def _registered_devices(holding: Holding, inner: Mapping[str, Any], where: str) -> Found:
    devices = get(inner, "deviceMetadataList")
    for index, device in enumerate(devices if isinstance(devices, list) else [devices]):
        here = f"{where}.deviceMetadataList[{index}]"
        if filled(device) and not isinstance(device, Mapping):
            yield Reject(here, "deviceMetadataList", shown(device), "not a record")
        yield from keyless(device, here, "deviceId")
        agent = {k: v for k, v in {"userAgent": get(device, "userAgent")}.items() if filled(v)}
        at = get(device, "createdAt")
        yield from _identifier(holding, None, here, "device", get(device, "deviceId"), first=at, raw=agent)


def _phone(holding: Holding, inner: Mapping[str, Any], where: str) -> Found:
    yield from _identifier(holding, get(inner, "accountId"), where, "phone", get(inner, "phoneNumber"))


def _messaging_device(holding: Holding, inner: Mapping[str, Any], where: str) -> Found:
    """The telephone that receives codes: its number and its carrier ("us.verizon"); days are written 2020.02.01."""
    for name in ("messagingDevice", "pushDevice"):
        device = get(inner, name)
        if not isinstance(device, Mapping):
            if filled(device):
                yield Reject(where, name, shown(device), "not an object, so nothing in it was read")
            continue
        yield from keyless(device, f"{where}.{name}", "phoneNumber", "token", "carrier")
        first, last = _day(get(device, "createdDate")), _day(get(device, "updatedDate"))
        here = f"{where}.{name}"
        yield from _identifier(holding, None, here, "phone", get(device, "phoneNumber"), first=first, last=last)
        yield from _identifier(holding, None, here, "device", get(device, "token"), first=first, last=last)
        carrier = get(device, "carrier")
        if filled(carrier):
            note = get(device, "deviceType")
            cells = {"signal": "sim_carrier", "value": carrier, "observed_at": last or first, "note": note}
            yield holding.row("signals", here, None, cells)


def _day(value: Any) -> Any:
    found = DOTTED_DAY.fullmatch(str(value or ""))
    return "-".join(found.groups()) if found else value


# ---- what the platform guessed


def _personalization(holding: Holding, inner: Mapping[str, Any], where: str) -> Found:
    """Languages and places the platform guessed; age, gender and interests are left alone."""
    yield from misfits(inner, ("demographics", "languages"), root=where)
    for here, item in _items(dig(inner, "demographics", "languages"), f"{where}.demographics.languages"):
        language = get(item, "language") if isinstance(item, Mapping) else item
        if not isinstance(language, str) or not filled(language):
            yield Reject(here, "language", shown(item), "names no language")
        else:
            disabled = flag(get(item, "isDisabled"))
            note = "guessed by the platform" + (", switched off by the user" if disabled else "")
            yield from unflagged(item, here, "isDisabled")
            cells = {"signal": "display_language", "value": language, "note": note}
            yield holding.row("signals", here, None, cells)
    for here, item in _items(get(inner, "locationHistory"), f"{where}.locationHistory"):
        place = item if isinstance(item, str) else get(item, "location", "name")
        if not filled(place):
            yield Reject(here, "location", "", "names no place")
        else:
            note = "from the places the platform guessed, without dates"
            cells = {"signal": "platform_country", "value": _territory_in(str(place)), "note": note}
            yield holding.row("signals", here, None, cells)


def _items(value: Any, where: str) -> Iterator[tuple[str, Any]]:
    """The items of a list and where they stand; what is no list is one that says nothing."""
    if isinstance(value, list):
        yield from ((f"{where}[{index}]", item) for index, item in enumerate(value))
    elif filled(value):
        yield where, [value]


def _territory_in(text: str) -> str:
    """The territory after the last comma of "Gex, Suisse", so that the town is not kept; else the text."""
    last = text.rpartition(",")[2].strip()
    return last if "," in text and resolve_place(last) else text


# ---- ties and posts


def _follower(holding: Holding, inner: Mapping[str, Any], where: str) -> Found:
    other = get(inner, "accountId")
    yield _tie(holding, where, other, holding.account, holding.followed)


def _following(holding: Holding, inner: Mapping[str, Any], where: str) -> Found:
    yield _tie(holding, where, holding.account, get(inner, "accountId"), holding.followers)


def _tie(holding: Holding, where: str, one: Any, other: Any, back: frozenset[str] | None) -> Row | Reject:
    """`one` follows `other`; `back` are the ids of the list of the other direction."""
    if holding.account is None:
        return Reject(where, "account_id", "", NOBODY)
    named = other if one == holding.account else one
    if not filled(named):
        return Reject(where, "accountId", shown(named), "missing")
    reciprocal = None if back is None else str(named) in back
    return holding.row("ties", where, one, {"other_id": other, "kind": "follow", "reciprocal": reciprocal})


def _post(holding: Holding, inner: Mapping[str, Any], where: str) -> Found:
    text = get(inner, "full_text", "text")
    longitude, latitude = _point(inner)
    cells = {
        "post_id": get(inner, "id_str", "tweet_id", "id"),
        "at": get(inner, "created_at"),
        "text": text,
        "language": get(inner, "lang"),
        "urls": _each(inner, "urls", "expanded_url"),
        "hashtags": _each(inner, "hashtags", "text"),
        "reply_to": get(inner, "in_reply_to_status_id_str", "in_reply_to_status_id"),
        "repost_of": _original(inner, text),
        "latitude": latitude,
        "longitude": longitude,
        "client": TAG.sub("", str(get(inner, "source") or "")).strip() or None,
    }
    left = {
        key: get(inner, key) for key in ("deleted_at", "retweet_count", "favorite_count") if filled(get(inner, key))
    }
    yield holding.row("posts", where, get(inner, "user_id_str", "user_id"), cells, left)
    for fault in _unread_of_post(inner, where):
        yield replace(fault, kind="field")


def _unread_of_post(inner: Mapping[str, Any], where: str) -> Iterator[Reject]:
    """What of a post cannot be read: parts that are no objects, lists or points."""
    paths = (("entities", ""), ("coordinates", ""), ("geo", ""), ("extended_entities", ""), ("retweeted_status", ""))
    yield from misfits(inner, *paths, root=where)
    for name, keys in (("urls", ("expanded_url", "url")), ("hashtags", ("text",))):
        listed, here = dig(inner, "entities", name), f"{where}.entities.{name}"
        if filled(listed) and not isinstance(listed, list):
            yield Reject(here, name, shown(listed), "not a list of records")
        elif listed:
            yield from (item for item in keyed(listed, here, *keys) if isinstance(item, Reject))
    if _point(inner) == (None, None):
        for name in ("coordinates", "geo"):
            point = dig(inner, name, "coordinates")
            if filled(point):
                yield Reject(where, name, "", "not a longitude and a latitude")


def _each(inner: Mapping[str, Any], name: str, key: str) -> list[str] | None:
    items = dig(inner, "entities", name)
    found = [str(get(item, key)) for item in (items if isinstance(items, list) else []) if filled(get(item, key))]
    return found or None


def _point(inner: Mapping[str, Any]) -> tuple[Any, Any]:
    """Longitude and latitude: `coordinates` has them in this order, the older `geo` the other way round."""
    point, older = dig(inner, "coordinates", "coordinates"), dig(inner, "geo", "coordinates")
    if isinstance(point, list) and len(point) == 2:
        return point[0], point[1]
    return (older[1], older[0]) if isinstance(older, list) and len(older) == 2 else (None, None)


def _original(inner: Mapping[str, Any], text: Any) -> Any:
    """The post a repost repeats: only the media in it name it."""
    if not str(text or "").startswith("RT @"):
        return None
    return dig(inner, "retweeted_status", "id_str") or dig(
        inner, "extended_entities", "media", 0, "source_status_id_str"
    )


KINDS: dict[str, Kind] = {
    "account_creation_ip": Kind("accountCreationIp", _creation_ip, (
        Gives("accountCreationIp.userCreationIp", "logins: registration", note="its time is that of account.js"),)),
    "ip_audit": Kind("ipAudit", _login, (
        Gives("ipAudit.loginIp", "logins", note="one a session, not one a post"),
        Gives("ipAudit.loginPortNumber", "logins.port", note="text; may be absent"))),
    "account": Kind("account", _account, (
        Gives("account.username, accountDisplayName, createdAt", "accounts"),
        Gives("account.email", "identifiers: email", note="stored as a keyed hash"))),
    "profile": Kind("profile", _profile, (
        Gives("profile.description.location", "accounts.location"),
        Gives("profile.description.bio, website", "accounts.bio, accounts.profile_url"))),
    "account_timezone": Kind("accountTimezone", _time_zone, (
        Gives("accountTimezone.timeZone", "accounts.time_zone", note="names of a menu, such as Arizona"),)),
    "screen_name_change": Kind("screenNameChange", _handle_change, (
        Gives("screenNameChange.screenNameChange", "signals: handle_change", note="the key is doubled"),)),
    "email_address_change": Kind("emailAddressChange", _mail_change, (
        Gives("emailAddressChange.emailChange", "signals: email_change; identifiers: email", note="shown masked"),)),
    "device_token": Kind("deviceToken", _device_token, (
        Gives("deviceToken.token", "identifiers: device"),)),
    "key_registry": Kind("registeredDevices", _registered_devices, (
        Gives("registeredDevices.deviceMetadataList[].deviceId", "identifiers: device"),)),
    "phone_number": Kind("device", _phone, (
        Gives("device.phoneNumber", "identifiers: phone", note="gives phone_region"),)),
    "ni_devices": Kind("niDeviceResponse", _messaging_device, (
        Gives("niDeviceResponse.messagingDevice.carrier", "signals: sim_carrier", note="us.verizon"),
        Gives("niDeviceResponse.messagingDevice.phoneNumber", "identifiers: phone"))),
    "personalization": Kind("p13nData", _personalization, (
        Gives("p13nData.demographics.languages[].language", "signals: display_language", "E6", "guessed"),
        Gives("p13nData.locationHistory[]", "signals: platform_country", note="the town is not kept"))),
    "follower": Kind("follower", _follower, (
        Gives("follower.accountId", "ties: follow", note="reciprocal when following.js is in the same folder"),)),
    "following": Kind("following", _following, (Gives("following.accountId", "ties: follow"),)),
    "tweets": Kind("tweet", _post, (
        Gives("tweet.created_at, full_text, lang, entities, source", "posts"),
        Gives("tweet.coordinates", "posts.latitude, posts.longitude"))),
}  # fmt: skip
"""Kind of file, as its name has it -> how its records are read. Deleted and community posts are posts too."""
SAME = {
    "tweet": "tweets", "deleted_tweets": "tweets", "deleted_tweet": "tweets", "community_tweet": "tweets",
    "tweet_headers": "tweets", "deleted_tweet_headers": "tweets",
}  # fmt: skip
"""Other names of a kind: older, deleted, or with less in them."""
GIVES = tuple(given for kind in KINDS.values() for given in kind.gives)
NOT_READ = {
    "like": "a like has no time of its own, and what was liked is not the account's",
    "ageinfo": "age and date of birth say nothing about a place",
    "direct_messages": "private messages are left alone",
    "direct_messages_group": "private messages are left alone",
    "deleted_direct_messages": "private messages are left alone",
    "block": "whom an account blocks or mutes says nothing about a place",
    "mute": "whom an account blocks or mutes says nothing about a place",
    "account_suspension": "suspensions are context, no signal",
    "ad_engagements": "advertising that was shown says nothing about a place",
    "ad_impressions": "advertising that was shown says nothing about a place",
}
"""Kinds that hold no signal, and why they are not read."""
