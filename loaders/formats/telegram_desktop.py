"""Telegram Desktop, "Export Telegram data" and "Export chat history" (JSON): `result.json` (formats.md, 6.7).

Text times are local to the computer that exported; their `_unixtime` twins are used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import Holder, filled
from attrigraph.loaders.formats.reading import (
    Record,
    dig,
    get,
    has,
    json_of,
    keyed,
    keyless,
    misfits,
    nobody,
    objects,
    shown,
)
from attrigraph.loaders.sniff import Head

__all__ = ["FORMAT"]

DEVICE = ("application_name", "application_version", "device_model", "browser", "platform", "system_version")
CHATS = ("chats", "left_chats")
USER = re.compile(r"\d{1,20}")
SENDER = re.compile(r"(?:user|channel|chat|group)?(?:\d{1,20}|-\d{4,20})")
SILENT = ("service", "unsupported")
"""Kinds of messages that nobody wrote, or that the export leaves out."""
PUBLIC = ("public_supergroup", "public_channel", "public_group")


def recognises(head: Head) -> Match | None:
    """The export of an account, or of one chat."""
    if head.kind != "json" or not isinstance(head.sample, Mapping):
        return None
    sample = head.sample
    if isinstance(dig(sample, "sessions", "list"), list) or has(sample.get("personal_information"), "user_id"):
        return Match(100, "sessions")
    messages = sample.get("messages")
    if isinstance(messages, list) and {"type", "id"} <= sample.keys() and _of_telegram(messages):
        return Match(90, "messages of one chat")
    return None


def _of_telegram(messages: list[Any]) -> bool:
    first = [m for m in messages[:20] if isinstance(m, Mapping)]
    return any({"date_unixtime", "from_id"} <= m.keys() or {"date", "actor_id"} <= m.keys() for m in first)


def read(head: Head) -> Iterator[Row | Reject]:
    """Sessions and own messages of an account; of one chat the messages of everybody in it."""
    document = json_of(head)
    yield from document.remarks
    whole = document.value
    if isinstance(get(whole, "messages"), list):
        yield from _chat(whole, "$", None)
        return
    listed = ((key, "list") for key in ("sessions", "web_sessions", *CHATS))
    yield from misfits(whole, ("personal_information", ""), *listed)
    about = get(whole, "personal_information") or {}
    own = str(get(about, "user_id") or "")
    if isinstance(about, Mapping) and about and not USER.fullmatch(own):
        yield Reject("$.personal_information", "user_id", shown(own), "not the number of an account", "field")
        own = ""
    holder = Holder(own or str(head.account), "telegram") if own or head.account else None
    if holder and isinstance(about, Mapping) and about:
        yield from _account(holder, about)
    yield from _sessions(holder, dig(whole, "sessions", "list"), "$.sessions.list", "last_active")
    yield from _sessions(holder, dig(whole, "web_sessions", "list"), "$.web_sessions.list", "last_active")
    for key in CHATS:
        for chat in keyed(dig(whole, key, "list"), f"$.{key}.list", "messages"):
            if isinstance(chat, Reject):
                yield chat
            elif holder is None:
                yield nobody(chat.where)
            else:
                yield from _chat(chat.value, chat.where, holder)


def _account(holder: Holder, about: Mapping[str, Any]) -> Iterator[Row]:
    where = "$.personal_information"
    names = [str(get(about, k)) for k in ("first_name", "last_name") if filled(get(about, k))]
    yield holder.account(
        where, handle=str(get(about, "username") or "").lstrip("@"), display_name=" ".join(names), bio=get(about, "bio")
    )
    phone = str(get(about, "phone_number") or "").strip()
    yield from holder.identifier(where, "phone", f"+{phone}" if phone[:1].isdigit() and phone[:2] != "00" else phone)


def _sessions(holder: Holder | None, sessions: Any, where: str, time: str) -> Iterator[Row | Reject]:
    for found in objects(sessions, where):
        if isinstance(found, Reject):
            yield found
        elif holder is None:
            yield nobody(found.where)
        else:
            yield from _session(holder, found, time)


def _session(holder: Holder, found: Record, time: str) -> Iterator[Row]:
    session, where = found.value, found.where
    at = get(session, f"{time}_unixtime") or get(session, time)
    agent = " ".join(str(get(session, k)) for k in DEVICE if filled(get(session, k)))
    raw = {k: v for k, v in session.items() if k in ("created", "created_unixtime", "bot_username", "domain_name")}
    yield holder.login(where, at, get(session, "last_ip"), "session", raw, user_agent=agent or None)
    yield from holder.signal(
        where, "platform_country", get(session, "last_country"), at, "Telegram's country of that address"
    )


def _chat(chat: Mapping[str, Any], where: str, holder: Holder | None) -> Iterator[Row | Reject]:
    """Messages: those of the holder in an account's export (text only of public chats), all in a chat's own."""
    seen: set[str] = set()
    readable = holder is None or str(get(chat, "type")) in PUBLIC
    for found in objects(get(chat, "messages"), f"{where}.messages"):
        if isinstance(found, Reject):
            yield found
            continue
        message = found.value
        kind = str(message.get("type", "message"))
        if kind in SILENT:
            continue
        if kind != "message":
            yield Reject(found.where, "type", kind[:200], "not a kind of message known here")
            continue
        named = str(message.get("from_id") or message.get("actor_id") or "")
        sender = named.removeprefix("user")
        if holder is not None:
            if not SENDER.fullmatch(named):
                yield Reject(found.where, "from_id", shown(named), "names no sender")
            elif sender == holder.account_id.removeprefix("telegram:"):
                yield from _post(holder, chat, found, readable)
            continue
        if not sender:
            yield Reject(found.where, "from_id", "", "the message names no sender")
            continue
        if not SENDER.fullmatch(named):
            yield Reject(found.where, "from_id", shown(named), "names no sender")
            continue
        author = Holder(sender, "telegram")
        if sender not in seen:
            seen.add(sender)
            yield author.account(found.where, display_name=message.get("from"))
        yield from _post(author, chat, found, readable)


def _post(author: Holder, chat: Mapping[str, Any], found: Record, readable: bool) -> Iterator[Row | Reject]:
    message, room = found.value, get(chat, "id")
    answered = message.get("reply_to_message_id")
    entities = message.get("text_entities")
    parts = entities if isinstance(entities, list) and entities else message.get("text")
    place = message.get("location_information")
    yield from _unread_of_message(message, found.where, readable)
    yield author.post(
        found.where,
        message.get("date_unixtime") or message.get("date"),
        post_id=f"{room}/{message.get('id')}" if filled(message.get("id")) else None,
        text=_text(message.get("text")) if readable else None,
        urls=_pieces(parts, ("link", "text_link")) if readable else None,
        hashtags=_pieces(parts, ("hashtag",)) if readable else None,
        reply_to=f"{room}/{answered}" if answered else None,
        latitude=get(place, "latitude"),
        longitude=get(place, "longitude"),
    )


def _unread_of_message(message: Mapping[str, Any], where: str, readable: bool) -> Iterator[Reject]:
    """A remark for a place, and for pieces of a text that is kept, that cannot be read."""
    place = message.get("location_information")
    if filled(place) and not isinstance(place, Mapping):
        yield Reject(where, "location_information", "", "not a latitude and a longitude", "field")
    yield from keyless(place, f"{where}.location_information", "latitude", "longitude", kind="field")
    entities, text = message.get("text_entities"), message.get("text")
    if not readable:
        return
    if filled(entities) and not isinstance(entities, list):
        yield Reject(where, "text_entities", shown(entities), "not a list of pieces of text", "field")
    for name, pieces in (("text", text), ("text_entities", entities)):
        for piece in pieces if isinstance(pieces, list) else ():
            if filled(piece) and not isinstance(piece, str) and not isinstance(get(piece, "text"), str):
                yield Reject(where, name, shown(piece), "not a piece of text", "field")


def _text(text: Any) -> str | None:
    """Text is a string, or a list of strings and of entities with a text of their own."""
    if isinstance(text, list):
        return "".join(p if isinstance(p, str) else str(get(p, "text") or "") for p in text) or None
    return str(text) if filled(text) else None


def _pieces(parts: Any, kinds: tuple[str, ...]) -> list[str] | None:
    if not isinstance(parts, list):
        return None
    found = [str(get(p, "href", "text") or "") for p in parts if isinstance(p, Mapping) and p.get("type") in kinds]
    return [piece for piece in found if piece] or None


FORMAT = Format(
    name="telegram-desktop",
    title="Telegram Desktop export",
    help="result.json of Telegram Desktop: of a whole account, or the history of one chat.",
    grade="C3",
    looks_for="a Telegram Desktop export (JSON with sessions, personal_information, or messages with from_id)",
    recognises=recognises,
    read=read,
    platform="telegram",
    gives=(
        Gives("sessions.list[].last_ip, last_active_unixtime", "logins.ip, logins.at"),
        Gives(
            "sessions.list[].last_country", "signals: platform_country", "", "derived from the address: no second item"
        ),
        Gives("web_sessions.list[].last_ip, last_active_unixtime", "logins.ip, logins.at", "", "has no country"),
        Gives("personal_information.phone_number", "identifiers: phone", "", "its territory is weak: F6"),
        Gives(
            "messages[].date_unixtime, from_id",
            "posts.at, posts.account_id",
            "",
            "text dates are local, not used where the twin is",
        ),
        Gives("messages[].text", "posts.text", "", "not of private chats in an account's export"),
        Gives("messages[].location_information", "posts.latitude, posts.longitude"),
    ),
    ignores=(
        "contacts and frequent contacts (other persons)",
        "messages of others in an account's export",
        "service messages",
        "last_region and other places finer than a country",
    ),
    example="result.json",
)
