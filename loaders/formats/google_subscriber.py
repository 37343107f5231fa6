"""Google, `SubscriberInfo.html` of Takeout and returns, and accounts linked by cookie or phone (formats.md, 5.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import RETURN_GRADE, Holder, filled, rest
from attrigraph.loaders.formats.label_pages import Labels, Record, pairs_of, shown_value
from attrigraph.loaders.formats.pages import Element, page_of
from attrigraph.loaders.formats.reading import get, has, nobody, shown, table_rows
from attrigraph.loaders.sniff import Head

__all__ = ["FORMATS"]

TITLE = re.compile(rb"GOOGLE\s+SUBSCRIBER\s+INFORMATION", re.IGNORECASE)
MAILS = ("Alternate e-Mails", "Contact e-Mail", "Recovery e-Mail", "e-Mail")
PHONES = ("Recovery SMS", "Sign-in Phone Numbers", "2-Step Verification Phone Numbers")
KNOWN = ("Google Account ID", "Created on", "Terms of Service IP", "Terms of Service Language", *MAILS, *PHONES)
REGION = re.compile(r"(.*?)\s*\[([A-Z]{2})\]\s*$")
TABLE = ("Timestamp", "IP Address")
LINKED = re.compile(r"LinkedBy(Cookies|Phone)", re.IGNORECASE)
LINKED_IDS = ("Google Account ID", "Gaia ID", "Linked Account ID", "Account ID", "User ID")


def _of_subscriber(head: Head) -> Match | None:
    return Match(100, "subscriber information") if head.kind == "html" and TITLE.search(head.start) else None


def _subscriber(head: Head) -> Iterator[Row | Reject]:
    """The account with its facts, and a login a row of the table of addresses."""
    page, labels = page_of(head), Labels.told(head.mapping)
    pairs = list(pairs_of(page))
    facts, twice = _facts(pairs)
    yield from twice
    account = facts.get("Google Account ID") or head.account
    where = "subscriber"
    if not filled(account) or set(str(account)) <= {"X", "x", "*"}:
        account = head.account
    holder = Holder(str(account), "google") if account else None
    others = [(pair,) for (pair,) in pairs if pair.label not in KNOWN]
    yield from labels.unknown(others)
    yield from labels.unused(others)
    if holder:
        yield from _account(holder, facts, where)
        yield from labels.rows(holder, others)
    else:
        yield nobody(where)
    number = 0
    for row in _activity(page):
        number += 1
        if holder is None:
            yield nobody(f"row {number}")
            continue
        if isinstance(row, Reject):
            yield replace(row, record=f"row {number}")
            continue
        kind = "login" if "login" in str(get(row, "Activity Type") or "").casefold() else "session"
        raw = rest(row, *TABLE, "Raw User Agents", "User Agent")
        agent = get(row, "Raw User Agents", "User Agent")
        yield holder.login(f"row {number}", get(row, "Timestamp"), get(row, "IP Address"), kind, raw, user_agent=agent)


def _facts(pairs: Sequence[Record]) -> tuple[dict[str, str], list[Reject]]:
    """What the labels say, and a remark for each that says another thing further down; of addresses all are taken."""
    facts: dict[str, str] = {}
    twice = []
    for (pair,) in pairs:
        if not pair.value or facts.setdefault(pair.label, pair.value) == pair.value:
            continue
        if pair.label in (*MAILS, *PHONES):
            facts[pair.label] += f",{pair.value}"
        elif pair.label in KNOWN:
            twice.append(Reject(pair.where, pair.label, shown_value(pair.value), "said before, not read", "field"))
    return facts, twice


def _account(holder: Holder, facts: Mapping[str, str], where: str) -> Iterator[Row]:
    created, address = facts.get("Created on"), facts.get("Terms of Service IP")
    yield holder.account(where, created_at=created, language=facts.get("Terms of Service Language"))
    yield from holder.signal(where, "ui_language", facts.get("Terms of Service Language"), created)
    if filled(address):
        yield holder.login(where, created, address, "registration")
    for label in MAILS:
        for mail in re.split(r"[,;\s]+", facts.get(label, "")):
            yield from holder.identifier(where, "email", mail)
    for label in PHONES:
        for written in filter(str.strip, facts.get(label, "").split(",")):
            found = REGION.match(written.strip())
            yield from holder.identifier(where, "phone", found[1] if found else written.strip())
            if found:
                yield from holder.signal(
                    where, "phone_region", found[2], note=f"the region Google writes behind the {label}"
                )


def _activity(page: Element) -> Iterator[dict[str, str] | Reject]:
    header: Sequence[str] = ()
    for cells in page.rows():
        if has(cells, *TABLE):
            header = cells
        elif not header and len(cells) > 1 and any(map(filled, cells)):
            yield Reject("", "", shown(cells), "a table without the columns Timestamp and IP Address, not read")
        elif header and any(map(filled, cells[len(header) :])):
            yield Reject("", "", shown(cells), f"{len(cells)} cells where the header has {len(header)}")
        elif header:
            yield dict(zip(header, cells, strict=False))


def _of_linked(head: Head) -> Match | None:
    found = head.kind == "csv" and LINKED.search(head.label) and any(has(head.columns, n) for n in LINKED_IDS)
    return Match(90, "linked accounts") if found else None


def _linked(head: Head) -> Iterator[Row | Reject]:
    """Two accounts that Google links share a cookie or a phone: one made name for each pair, which both used."""
    way = LINKED.search(head.label)
    kind = "cookie" if way and way[1].casefold() == "cookies" else "phone"
    for found in table_rows(head, lambda cells: any(has(cells, n) for n in LINKED_IDS)):
        if isinstance(found, Reject):
            yield found
            continue
        other = str(get(found.value, *LINKED_IDS) or "")
        if not head.account:
            yield nobody(found.where)
        elif not filled(other):
            yield Reject(found.where, "account_id", "", "the row names no linked account")
        elif kind == "cookie":
            pair = "google linked by cookie " + " ".join(sorted((head.account, other)))
            for account in (head.account, other):
                yield from Holder(account, "google").identifier(found.where, "cookie", pair)
        else:
            yield Holder(head.account, "google").tie(found.where, other, "linked_by_phone")


SUBSCRIBER = Format(
    name="google-subscriber",
    title="Google subscriber information",
    help="SubscriberInfo.html of Google Takeout and of legal returns.",
    grade="C3",
    looks_for="a page of Google subscriber information",
    recognises=_of_subscriber,
    read=_subscriber,
    platform="google",
    timezone="UTC",
    gives=(
        Gives("Google Account ID", "accounts.account_id", "", "masked ones need --account"),
        Gives("Created on, Terms of Service IP", "logins: registration"),
        Gives("Terms of Service Language", "signals: ui_language", "E6"),
        Gives("Alternate e-Mails, Contact e-Mail, Recovery e-Mail", "identifiers: email", "", "stored as keyed hashes"),
        Gives('Recovery SMS "+… [FR]"', "identifiers: phone, signals: phone_region"),
        Gives("labels that --map names", "what it says", "", "as in google-change-history"),
        Gives("IP ACTIVITY: Timestamp, IP Address, Activity Type, Raw User Agents", "logins"),
    ),
    ignores=("every other label is named in a remark, unless --map says what it means",),
    example="Google Account/name.SubscriberInfo.html",
)
LINKED_ACCOUNTS = Format(
    name="google-linked",
    title="Google linked accounts",
    help="LinkedByCookies.csv and LinkedByPhone.csv of a return; --account says whose return it is.",
    grade=RETURN_GRADE,
    looks_for="Google linked accounts (LinkedByCookies or LinkedByPhone)",
    recognises=_of_linked,
    read=_linked,
    platform="google",
    gives=(
        Gives(
            "the linked account's id, by cookie",
            "identifiers: cookie",
            "",
            "one made name a pair; columns vary by return",
        ),
        Gives("the linked account's id, by phone", "ties: linked_by_phone", "", "the number itself is not in the file"),
    ),
    ignores=("everything but the ids",),
    example="name.LinkedByCookies.csv",
)
FORMATS = (SUBSCRIBER, LINKED_ACCOUNTS)
