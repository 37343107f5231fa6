"""Mastodon, admin API: `/api/v1/admin/accounts` and `/api/v2/admin/accounts` (formats.md, 7 and 12)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import Holder, filled, names_account, rest
from attrigraph.loaders.formats.reading import get, has, keyless, misfits, objects, records, shown
from attrigraph.loaders.sniff import Head

__all__ = ["FORMAT"]

USED = ("id", "username", "domain", "created_at", "email", "ip", "ips", "locale", "account", "role")
BLOCK = "a rule of the server about an address: it says nothing about an account"


def recognises(head: Head) -> Match | None:
    """Objects with the moderation state of an account; or the server's own rules about addresses."""
    if head.kind not in ("json", "jsonl"):
        return None
    keys = tuple(head.sample) if "username" in head.sample else head.columns
    if has(keys, "username", "confirmed", "suspended", "approved") and (has(keys, "ips") or has(keys, "ip")):
        return Match(100, "Admin::Account")
    return Match(90, "Admin::IpBlock") if has(keys, "ip", "severity", "expires_at") else None


def read(head: Head) -> Iterator[Row | Reject]:
    """Accounts with their addresses and mail addresses."""
    for found in records(replace(head, list_key=None) if "username" in head.sample else head):
        if isinstance(found, Reject):
            yield found
        elif has(found.value, "severity", "expires_at"):
            yield Reject(found.where, "ip", shown(get(found.value, "ip")), BLOCK)
        elif not names_account(number := get(found.value, "id")):
            yield Reject(found.where, "id", shown(number) if filled(number) else "", "the record names no account")
        else:
            yield from _account(found.value, found.where)


def _account(record: Mapping[str, Any], where: str) -> Iterator[Row | Reject]:
    holder = Holder(str(get(record, "id")), "")  # the platform is that of the file: each server counts for itself
    profile = get(record, "account")
    yield from misfits(record, ("account", ""), root=where)
    note = get(profile, "note")
    if filled(note) and not isinstance(note, str):
        yield Reject(where, "note", shown(note), "not text", "field")
    name, domain, role = get(record, "username"), get(record, "domain"), get(record, "role")
    yield holder.account(
        where,
        rest(record, *USED)
        | _role(role)
        | {k: v for k, v in {"domain": domain, "url": get(profile, "url")}.items() if v},
        handle=f"{name}@{domain}" if filled(domain) and filled(name) else name,
        display_name=get(profile, "display_name"),
        created_at=get(record, "created_at"),
        language=get(record, "locale"),
        bio=_plain(note),
        followers=get(profile, "followers_count"),
        following=get(profile, "following_count"),
    )
    yield from holder.identifier(where, "email", get(record, "email"))
    yield from _addresses(holder, record, where)


def _role(role: Any) -> dict[str, Any]:
    """The role by what the server calls it: its id is a number, a text or a word by version."""
    name = get(role, "name") or get(role, "id") if isinstance(role, Mapping) else role
    return {"role": name} if filled(name) else {}


def _plain(note: Any) -> str | None:
    """A profile text, which comes as HTML, without its marks."""
    if not isinstance(note, str):
        return None
    return html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"<br ?/?>|</p>\s*<p>", "\n", note))).strip()


def _addresses(holder: Holder, record: Mapping[str, Any], where: str) -> Iterator[Row | Reject]:
    """The addresses with the time of their last use, each once.

    The newest one stands in `ip` besides: as text, or (3.5) as an object with its time; without `ips` and a time
    nobody knows when it was used.
    """
    seen = set()
    for found in objects(get(record, "ips"), f"{where}.ips"):
        if isinstance(found, Reject):
            yield found
            continue
        ip = get(found.value, "ip")
        seen.add(str(ip).strip())
        yield holder.login(found.where, get(found.value, "used_at"), ip)
    newest, at = get(record, "ip"), None
    if isinstance(newest, Mapping):
        yield from keyless(newest, f"{where}.ip", "ip", kind="field")
        newest, at = get(newest, "ip"), get(newest, "used_at")
    if filled(newest) and str(newest).strip() not in seen:
        yield holder.login(f"{where}.ip", at, newest)


FORMAT = Format(
    name="mastodon-admin",
    title="Mastodon admin API",
    help="What /api/v1/admin/accounts or /api/v2/admin/accounts answered: one account, a list, or one a line.",
    grade="B2",
    looks_for="Mastodon admin accounts (JSON with username, confirmed, suspended and ip or ips)",
    recognises=recognises,
    read=read,
    platform="mastodon",
    timezone="UTC",
    gives=(
        Gives("id", "accounts.account_id", "", "a number of that server: for a second one give --platform its name"),
        Gives("username, domain", "accounts.handle"),
        Gives("created_at, account.display_name, note, followers_count, following_count", "accounts"),
        Gives("locale", "accounts.language (ui_language)", "E6"),
        Gives("ips[].ip, ips[].used_at", "logins.ip, logins.at", "", "the last use of each address"),
        Gives("ip", "logins.ip", "", "text, or an object with its time; a reject when neither says when"),
        Gives("email", "identifiers", "", "stored as a keyed hash"),
    ),
    ignores=("Admin::IpBlock: rules of the server, no accounts",),
    example="accounts.json",
)
