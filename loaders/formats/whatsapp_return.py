"""WhatsApp, legal return: `records.html`, `preservation-N.html`, `index.html`, pages as Meta's (`business_record`).

Labels after the parsers of returns that are public (RLEAPP's of Meta's record pages, and others for WhatsApp): request,
connection_info, web_info, ip_addresses, prospective_login_ips, message_log, call_logs, emails. What people wrote is in
no return; numbers of other people (address book, groups, the other side of messages and calls) are never read. Times
are UTC. The account is its telephone number, which is stored as its keyed hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.business_record import (
    ASKED,
    MAIL,
    PREFIX,
    Leaf,
    each_record,
    grouped,
    leaves,
    request,
    sections,
    unread,
)
from attrigraph.loaders.formats.holder import RETURN_GRADE, Holder, filled
from attrigraph.loaders.formats.pages import parse_page
from attrigraph.loaders.formats.reading import keyless, nearest, owned
from attrigraph.loaders.phone_accounts import telephone
from attrigraph.loaders.sniff import Head
from attrigraph.loaders.tables import fold

__all__ = ["FORMAT"]

SERVICE = re.compile(r">\s*Service\b\s*:?\s*(?:<[^<>]*>\s*)+([A-Za-z]+)")
TITLE = "whatsapp business record"
OWN = ("connection_info", "web_info", "offline_info", "offline_log_info", "address_book_info", "prospective_login_ips")
"""Sections that only WhatsApp has."""
CONNECTION, WEB, ADDRESSES, LOGINS = "connection_info", "web_info", "ip_addresses", "prospective_login_ips"
MESSAGES, CALLS, MAILS = "message_log", "call_logs", "emails"
READ = (ASKED, CONNECTION, WEB, ADDRESSES, LOGINS, MESSAGES, CALLS, MAILS)
LEFT = (
    "device_info", "address_book_info", "groups_info", "offline_info", "offline_log_info", "ncmec_reports",
    "small_medium_business",
)  # fmt: skip
"""Sections left out on purpose: other people, contents, and what is no signal."""
KNOWN = {
    CONNECTION: (
        "connection", "deviceid", "connectiondeviceid", "servicestart", "devicetype", "appversion",
        "deviceosbuildnumber", "connectionstate", "onlinesince", "connectedfrom", "pushname", "lastseen", "lastip",
    ),
    WEB: ("version", "platform", "devicemanufacturer", "availability", "onlinesince", "inactivesince"),
    ADDRESSES: ("time", "ipaddress"),
    LOGINS: ("timestamp", "ipaddress", "port"),
}  # fmt: skip
"""Labels that are known, folded; others are named in a remark."""
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def recognises(head: Head) -> Match | None:
    """A page of a return whose service is WhatsApp, or with sections that only WhatsApp has."""
    if head.kind != "html":
        return None
    text = head.start.decode("utf-8", "replace")
    record = PREFIX in text or re.search(r"id=[\"']home[\"']", text)
    service = SERVICE.search(text)
    named = service[1].casefold() == "whatsapp" if service else TITLE in text.casefold()
    own = service is None and any(re.search(rf"[\"']{PREFIX}{name}[\"']", text) for name in OWN)
    return Match(110, "sections of a return of WhatsApp") if record and (named or own) else None


def read(head: Head) -> Iterator[Row | Reject]:
    """The account with its connections, addresses, and when it wrote or called."""
    found = sections(head)
    told = {name: leaves(found[name]) for name in found if name in READ}
    yield from unread(found, (*READ, *LEFT))
    asked = request(told.get(ASKED, []))
    account = (
        (head.account or "").removeprefix("whatsapp:")
        or _account(asked)
        or nearest(head, ["index.html", "records.html"], _told_by)
    )
    yield from owned(account, _rows(Holder(account or "", "whatsapp"), told, asked))


def _account(asked: Mapping[str, str]) -> str | None:
    """The telephone number that the request names."""
    told = (telephone(asked.get(key, "")) for key in ("account identifier", "target"))
    return next(filter(None, told), None)


def _told_by(content: bytes) -> str | None:
    """Whose return the page beside this one is of."""
    page = parse_page(content.decode("utf-8", "replace"))
    told = page.first("div", id="home") or page.first("div", id=PREFIX + ASKED)
    return _account(request(leaves(told))) if told else None


# ---- rows


def _rows(holder: Holder, told: Mapping[str, list[Leaf]], asked: Mapping[str, str]) -> Iterator[Row | Reject]:
    connection = {fold(leaf.label): leaf.value for leaf in reversed(told.get(CONNECTION, []))}
    yield holder.account(
        f"#{PREFIX}{ASKED}",
        {"account_type": asked["account type"]} if filled(asked.get("account type")) else {},
        created_at=_moment(connection.get("servicestart")),
        display_name=connection.get("pushname"),
    )
    yield from holder.identifier(f"#{PREFIX}{ASKED}", "phone", telephone(holder.account_id) or "")
    mails = [leaf.value for leaf in told.get(MAILS, [])] + [asked.get("registered email addresses", "")]
    for text in mails:
        if "@" in text and not MAIL.search(text):
            yield Reject(f"#{PREFIX}{MAILS}", "email", text[:3] + "…", "no email with all its parts")
    for mail in dict.fromkeys(m for text in mails for m in MAIL.findall(text)):
        yield from holder.identifier(f"#{PREFIX}{MAILS}", "email", mail)
    for name, known in KNOWN.items():
        for label in dict.fromkeys(leaf.label for leaf in told.get(name, []) if fold(leaf.label) not in known):
            yield Reject(f"#{PREFIX}{name}", label[:80], "", "a label not known here", "field")
    yield from _connections(holder, told)
    for name in (ADDRESSES, LOGINS):
        for index, record in enumerate(grouped(told.get(name, []), ("time", "ip"), ALSO)):
            at, where = _moment(record.get("time")), f"#{PREFIX}{name}[{index}]"
            kind = "login" if name == LOGINS else "session"
            yield holder.login(where, at, record.get("ip"), kind, port=record.get("port"))
    for name, start in ((MESSAGES, "timestamp"), (CALLS, "type")):
        yield from keyless({leaf.label: leaf.value for leaf in told.get(name, [])}, f"#{PREFIX}{name}", start)
    yield from _sent(holder, MESSAGES, each_record(told.get(MESSAGES, []), "timestamp"), "sender", "message")
    yield from _sent(holder, CALLS, each_record(told.get(CALLS, []), "type"), "from", "call")


ALSO = {"ipaddress": "ip", "timestamp": "time"}


def _moment(text: str | None) -> str | None:
    """The time in a value, which a break of the page may have cut in two; else the text as it stands."""
    plain = " ".join((text or "").split())
    found = TIME.search(plain)
    return f"{found[0]} UTC" if found else plain or None


def _connections(holder: Holder, told: Mapping[str, list[Leaf]]) -> Iterator[Row | Reject]:
    """Addresses a device was last connected from, with their times; times without an address say it was used."""
    for name, pairs in ((CONNECTION, CONNECTED), (WEB, WEB_TIMES)):
        for index, record in enumerate(_devices(told.get(name, []))):
            where = f"#{PREFIX}{name}[{index}]"
            for when, address, what in pairs:
                at, ip = _moment(record.get(when)), record.get(address)
                if filled(ip):
                    yield holder.login(where, at, ip, "session")
                elif at and TIME.search(at):
                    yield from holder.signal(where, "activity_times", "session", at, what)
                elif filled(at):
                    yield Reject(where, when, (at or "")[:200], "not a time", "field")


CONNECTED = (
    ("onlinesince", "connectedfrom", "a device came online"), ("lastseen", "lastip", "a device was last seen"),
)  # fmt: skip
WEB_TIMES = (
    ("onlinesince", "", "WhatsApp Web came online"), ("inactivesince", "", "WhatsApp Web was last active"),
)  # fmt: skip


def _devices(told: Sequence[Leaf]) -> Iterator[dict[str, str]]:
    """One record a device: those of one page have their labels in the same order, and the first comes again."""
    return each_record(told, fold(told[0].label)) if told else iter(())


def _sent(
    holder: Holder, name: str, records: Iterator[Mapping[str, str]], sender: str, what: str
) -> Iterator[Row | Reject]:
    """When, and from where, the account itself wrote or called; of others nothing is kept but how often."""
    own, others = telephone(holder.account_id), 0
    for index, record in enumerate(records):
        if own is None or telephone(record.get(sender, "")) != own:
            others += 1
            continue
        at, ip = _moment(record.get("timestamp")), record.get(f"{sender}ip")
        where = f"#{PREFIX}{name}[{index}]"
        if filled(ip) or at is None:
            yield holder.login(where, at, ip, "session", {"event": what}, port=record.get(f"{sender}port"))
        else:
            yield from holder.signal(where, "activity_times", what, at, f"a {what} without its address")
    if others:
        yield Reject(f"#{PREFIX}{name}", sender, str(others), f"{what}s of other numbers, not read", "field")


FORMAT = Format(
    name="whatsapp-return",
    title="WhatsApp legal return",
    help="records.html, preservation-N.html or index.html of a return on a WhatsApp account.",
    grade=RETURN_GRADE,
    looks_for="a legal return of WhatsApp (a page with sections property-connection_info, property-ip_addresses, ...)",
    recognises=recognises,
    read=read,
    platform="whatsapp",
    timezone="UTC",
    gives=(
        Gives(
            "Account Identifier, Target",
            "the account, identifiers: phone",
            note="stored as a keyed hash; its region is phone_region",
        ),
        Gives("property-emails: Registered Email Addresses", "identifiers: email", note="stored as keyed hashes"),
        Gives("property-connection_info: Service start, Push Name", "accounts.created_at, display_name"),
        Gives(
            "property-connection_info: Last seen, Last IP; Online Since, Connected from",
            "logins: session",
            note="a time without an address: signals: activity_times",
        ),
        Gives("property-web_info: Online Since, Inactive Since", "signals: activity_times"),
        Gives("property-ip_addresses: Time, IP Address", "logins: session"),
        Gives("property-prospective_login_ips: Timestamp, IP Address, Port", "logins: login"),
        Gives(
            "property-message_log: Timestamp, Sender, Sender Ip, Sender Port",
            "logins: session",
            note="of the account itself only; without an address: signals: activity_times",
        ),
        Gives("property-call_logs: Timestamp, From, From Ip, From Port", "logins: session", note="as messages"),
    ),
    ignores=(
        "address book, groups, recipients: numbers of other people",
        "device_info, app versions: models, no ids (Device Id counts the devices of the account)",
        "offline_info, offline_log_info, ncmec_reports, small_medium_business",
        "other sections: each is named in a remark",
    ),
    example="records.html",
)
