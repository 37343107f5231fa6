"""TikTok, "Download your data" (JSON): `user_data.json`, `user_data_tiktok.json` (formats.md, 6.4 and 12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import Holder, filled, names_account, rest
from attrigraph.loaders.formats.reading import dig, get, has, json_of, misfits, nobody, objects, shown
from attrigraph.loaders.sniff import Head

__all__ = ["FORMAT"]

ACTIVITY = ("Activity", "Your Activity")
LOGINS = ("Login History", "LoginHistoryList")
PROFILES = (
    ("Profile", "Profile Information"),
    ("Profile", "Profile Info"),
    ("Profile And Settings", "Profile Info"),
    ("Profile And Settings", "Profile Information"),
)
READ_OF_PROFILE = (
    "userName", "displayName", "bioDescription", "followerCount", "followingCount", "emailAddress", "telephoneNumber",
    "accountRegion",
)  # fmt: skip
SETTINGS = (("App Settings", "Settings", "SettingsMap"), ("Profile And Settings", "Settings", "SettingsMap"))
LANGUAGE = "App Language"
ON_WIFI = ("wifi", "wi-fi", "wlan")
ACTIONS = (
    (("Comment", "Comments"), "CommentsList", "comment"),
    (("Your Activity", "Comments"), "CommentsList", "comment"),
    (("Video", "Videos"), "VideoList", "video"),
    (("Post", "Posts"), "VideoList", "video"),
    (("Activity", "Like List"), "ItemFavoriteList", "like"),
    (("Your Activity", "Like List"), "ItemFavoriteList", "like"),
)
"""Where the export keeps what the holder did: sections, list, and what an entry is."""


def recognises(head: Head) -> Match | None:
    """A document with the list of logins, or with the map of the profile."""
    if head.kind != "json" or not isinstance(head.sample, Mapping):
        return None
    if any(has(dig(head.sample, section, LOGINS[0]), LOGINS[1]) for section in ACTIVITY):
        return Match(100, "LoginHistoryList")
    return Match(95, "ProfileMap") if _profile(head.sample)[0] else None


def _profile(document: Any) -> tuple[Mapping[str, Any], str]:
    for path in PROFILES:
        found = dig(document, *path, "ProfileMap")
        if isinstance(found, Mapping) and found:
            return found, "$." + ".".join((*path, "ProfileMap"))
    return {}, "$"


def read(head: Head) -> Iterator[Row | Reject]:
    """The account, its logins with carriers, and what it wrote and liked."""
    document = json_of(head)
    yield from document.remarks
    profile, where = _profile(document.value)
    name = get(profile, "userName")
    if filled(name) and not names_account(name):
        yield Reject(where, "userName", shown(name), "not the name of an account", "field")
    holder = (
        Holder(str(name), "tiktok") if names_account(name) else Holder(head.account, "tiktok") if head.account else None
    )
    if holder:
        yield from _account(holder, profile, where, document.value)
    elif profile:
        yield nobody(where)
    for section in ACTIVITY:
        for found in objects(dig(document.value, section, *LOGINS), ".".join(("$", section, *LOGINS))):
            if isinstance(found, Reject):
                yield found
            elif holder is None:
                yield nobody(found.where)
            else:
                yield from _login(holder, found.value, found.where)
    yield from _actions(holder, document.value)
    yield from misfits(
        document.value,
        *((section, *LOGINS) for section in ACTIVITY),
        *((*path, LANGUAGE) for path in SETTINGS),
        *((*path, "ProfileMap", key) for path in PROFILES for key in READ_OF_PROFILE),
        *((*path, key) for path, key, _ in ACTIONS),
    )


def _account(holder: Holder, profile: Mapping[str, Any], where: str, document: Any) -> Iterator[Row]:
    settings: Any = next(filter(None, (dig(document, *path) for path in SETTINGS)), {})
    yield holder.account(
        where,
        rest(profile, *READ_OF_PROFILE, "birthDate"),
        handle=get(profile, "userName"),
        display_name=get(profile, "displayName"),
        bio=get(profile, "bioDescription"),
        followers=get(profile, "followerCount"),
        following=get(profile, "followingCount"),
    )
    yield from holder.signal(where, "registration_country", get(profile, "accountRegion"))
    yield from holder.signal(where, "ui_language", get(settings, LANGUAGE))
    yield from holder.identifier(where, "email", get(profile, "emailAddress"))
    yield from holder.identifier(where, "phone", get(profile, "telephoneNumber"))


def _login(holder: Holder, login: Mapping[str, Any], where: str) -> Iterator[Row]:
    at, network, carrier = get(login, "Date"), get(login, "NetworkType"), get(login, "Carrier")
    agent = "; ".join(str(get(login, k)) for k in ("DeviceModel", "DeviceSystem") if filled(get(login, k)))
    raw = rest(login, "Date", "IP", "DeviceModel", "DeviceSystem")
    yield holder.login(where, at, get(login, "IP"), raw=raw, user_agent=agent or None)
    note = "on wifi: the SIM of the device, not the network of the login" if _wifi(network) else None
    yield from holder.signal(where, "sim_carrier", carrier, at, note)


def _wifi(network: Any) -> bool:
    return str(network or "").casefold() in ON_WIFI


def _actions(holder: Holder | None, document: Any) -> Iterator[Row | Reject]:
    for path, key, kind in ACTIONS:
        for found in objects(dig(document, *path, key), "$." + ".".join((*path, key))):
            if isinstance(found, Reject):
                yield found
                continue
            if holder is None:
                yield nobody(found.where)
                continue
            text = get(found.value, "Comment") if kind == "comment" else None
            yield holder.post(found.where, get(found.value, "Date"), {"kind": kind}, text=text)


FORMAT = Format(
    name="tiktok-export",
    title="TikTok data export",
    help="user_data.json of the download that an account holder asks for, both generations of sections.",
    grade="C3",
    looks_for="a TikTok export (JSON with LoginHistoryList or ProfileMap)",
    recognises=recognises,
    read=read,
    platform="tiktok",
    timezone="UTC",
    gives=(
        Gives("LoginHistoryList[].Date, IP", "logins.at, logins.ip", "", "UTC, with or without the word"),
        Gives("LoginHistoryList[].DeviceModel, DeviceSystem", "logins.user_agent"),
        Gives("LoginHistoryList[].Carrier", "signals: sim_carrier", "", "does not pass through a GeoIP database"),
        Gives("ProfileMap.userName", "accounts.account_id", "", "the export has no numeric id"),
        Gives("ProfileMap.accountRegion", "signals: registration_country"),
        Gives("ProfileMap.emailAddress, telephoneNumber", "identifiers", "", "stored as keyed hashes"),
        Gives("SettingsMap.App Language", "signals: ui_language", "E6"),
        Gives("CommentsList[], VideoList[], ItemFavoriteList[]", "posts.at", "", "a like has a time and no text"),
    ),
    ignores=("direct messages (private, of others too)", "what was watched, searched and shared", "birth date"),
    example="user_data.json, user_data_tiktok.json",
)
