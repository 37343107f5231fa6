"""Returns of plain text: Roblox, Kik, MeWe, TikTok's subscriber information, Microsoft mail (formats.md, 5.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from email import message_from_string
from email.utils import parsedate_to_datetime
from typing import Any

from attrigraph.loaders.cells import read_ip
from attrigraph.loaders.content import lines
from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import RETURN_GRADE, Holder, filled
from attrigraph.loaders.formats.reading import cells_of, get, has, nobody, owner, shown, table_rows, text_of
from attrigraph.loaders.sniff import Head

__all__ = ["FORMATS"]

ROBLOX = ("user_id", "ip_address", "last_recorded_utc")
NUMBER = re.compile(r"\d{1,20}")
ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
MEWE_LOGIN = re.compile(r"\s*[\w ]*date[\w ]*: .+?,\s*[\w ]*ip[\w ]*: ", re.IGNORECASE)
MEWE_DEVICE = re.compile(r"\s*[\w ]*device[\w ]*: .*?,.*?device[\w ]*: ", re.IGNORECASE)
SUBSCRIBER = ("username", "registration method", "registration date", "registration ip", "registration device info")
ORIGIN = re.compile(rb"^x-originating-ip:\s*\S", re.IGNORECASE | re.MULTILINE)


# ---- Roblox


def _of_roblox(head: Head) -> Match | None:
    return Match(95, "last_recorded_utc") if head.kind == "csv" and has(head.columns, *ROBLOX) else None


def _roblox(head: Head) -> Iterator[Row | Reject]:
    """The address when it was first and last recorded, and with its port when that was."""
    known: set[str] = set()
    for found in table_rows(head, ROBLOX):
        if isinstance(found, Reject):
            yield found
            continue
        row, where = found.value, found.where
        account = get(row, "user_id") or head.account
        if not filled(account):
            yield nobody(where)
            continue
        holder = Holder(str(account), "roblox")
        if holder.account_id not in known:
            known.add(holder.account_id)
            yield holder.account(where, handle=get(row, "username"))
        times = [get(row, n) for n in ("first_recorded_utc", "last_recorded_utc")]
        ported = get(row, "last_observed_port_utc") if filled(get(row, "last_observed_port")) else None
        if filled(get(row, "last_observed_port")) and not filled(ported):
            reason = "a port without the time of its use, not read"
            yield Reject(where, "last_observed_port", shown(get(row, "last_observed_port")), reason, "field")
        moments = dict.fromkeys(t for t in (*times, ported) if filled(t)) or {None: None}
        for at in moments:
            port = get(row, "last_observed_port") if at is not None and at == ported else None
            yield holder.login(where, at, get(row, "ip_address"), "session", port=port)


# ---- Kik


def _kik_cells(cells: Sequence[str]) -> tuple[str, str, str, str, str] | None:
    """User, address, port, time, what else: of `bind.txt` (one more cell in front) or of `binds.csv`."""
    for first in (1, 0):
        part = [cell.strip() for cell in cells[first : first + 5]]
        if len(part) == 5 and read_ip(part[1]).ip and NUMBER.fullmatch(part[2]) and re.match(r"\d{4}", part[3]):
            return part[0], part[1], part[2], part[3], part[4]
    return None


def _of_kik(head: Head) -> Match | None:
    if head.kind != "csv" or len(head.columns) not in (5, 6, 7):
        return None
    named = head.name.casefold().endswith(("bind.txt", "binds.csv"))
    return Match(85 if named else 60, "binds of Kik") if _kik_cells(head.columns) else None


def _kik(head: Head) -> Iterator[Row | Reject]:
    """A login a line; the file has no header."""
    number = 0
    for cells in cells_of(head):
        number += 1
        where = f"row {number}"
        if isinstance(cells, Reject):
            yield cells
            continue
        found = _kik_cells(cells)
        if found is None:
            yield Reject(where, "", shown(cells), "not user, address, port and time")
            continue
        user, address, port, at, info = found
        agent = _unescaped(info) or None
        yield Holder(_unescaped(user), "kik").login(where, at, address, "login", port=port, user_agent=agent)


def _unescaped(text: str) -> str:
    return ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)), text)


# ---- MeWe


def _of_mewe(head: Head) -> Match | None:
    if head.kind != "csv" or "mewe" not in head.label.casefold():
        return None
    first = head.start.lstrip(b"\xef\xbb\xbf\r\n ").split(b"\n", 1)[0].decode("utf-8", "replace")
    if MEWE_LOGIN.match(first):
        return Match(90, "logins of MeWe")
    return Match(80, "devices of MeWe") if MEWE_DEVICE.match(first) and "device" in head.name.casefold() else None


def _mewe(head: Head) -> Iterator[Row | Reject]:
    """Lines of `key: value, key: value`; each is split at its first colon, since times and addresses hold more."""
    account = owner(head, ["profile.txt"], _mewe_user)
    for line in lines(head.content, head.encoding):
        if not line.text.strip():
            continue
        where = f"line {line.number}"
        pairs = (part.partition(": ") for part in re.split(r",\s*(?=[\w ]+: )", line.text))
        record = {key.strip().casefold(): value.strip() for key, colon, value in pairs if colon}
        if account is None:
            yield nobody(where)
        else:
            yield from _mewe_row(Holder(account, "mewe"), record, where, line.text)


def _mewe_row(holder: Holder, record: Mapping[str, str], where: str, text: str) -> Iterator[Row | Reject]:
    address = next((v for k, v in record.items() if re.search(r"(^|\W|_)ip(\W|_|$)", k)), None)
    at = next((v for k, v in record.items() if "date" in k or "time" in k or "created" in k), None)
    device = next((v for k, v in record.items() if "device" in k and "id" in k and filled(v)), None)
    if address is not None:
        yield holder.login(where, at, address)
    elif device is not None:
        yield from holder.identifier(where, "device", device, at)
    else:
        yield Reject(where, "", text[:200], "neither an address nor a device")


def _mewe_user(content: bytes) -> str | None:
    found = re.search(r"user_id:\s*(\S+)", content.decode("utf-8", "replace"))
    return found[1] if found else None


# ---- TikTok, subscriber information


def _subscriber_facts(text: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in text.splitlines())
    return {key.strip().casefold(): value.strip() for key, colon, value in pairs if colon}


def _of_subscriber(head: Head) -> Match | None:
    if head.kind != "csv":
        return None
    facts = _subscriber_facts(head.start.decode("utf-8", "replace"))
    return Match(90, "subscriber information") if sum(name in facts for name in SUBSCRIBER) >= 3 else None


def _subscriber(head: Head) -> Iterator[Row | Reject]:
    facts = _subscriber_facts(text_of(head))
    name = facts.get("username") or head.account
    if not filled(name):
        yield nobody("username")
        return
    holder, at = Holder(str(name), "tiktok"), facts.get("registration date") or None
    method = {"registration method": facts["registration method"]} if facts.get("registration method") else None
    yield holder.account("username", method, handle=facts.get("username"), created_at=at)
    if filled(facts.get("registration ip")):
        agent = facts.get("registration device info") or None
        yield holder.login("registration ip", at, facts["registration ip"], "registration", user_agent=agent)
    yield from holder.identifier("phone", "phone", facts.get("phone"), at)


# ---- Microsoft, headers of mail


def _of_mail(head: Head) -> Match | None:
    known = head.kind == "csv" and ORIGIN.search(head.start) and re.search(rb"^date:", head.start, re.I | re.M)
    return Match(80, "x-originating-ip") if known else None


def _mail(head: Head) -> Iterator[Row | Reject]:
    """The address a mail was sent from, for the account that `--account` names: load the mails that it sent."""
    message = message_from_string(text_of(head))
    address = str(message.get("x-originating-ip") or "").strip().strip("[]")
    at: Any = str(message.get("date") or "")
    try:
        moment = parsedate_to_datetime(at)
        at = moment.isoformat() if moment.tzinfo else moment.isoformat(sep=" ")
    except (TypeError, ValueError, OverflowError):
        pass
    if not head.account:
        yield nobody("header")
        return
    yield Holder(head.account, "microsoft").login("header", at or None, address or None, "session")


# ---- the formats

ROBLOX_RETURN = Format(
    name="roblox-return",
    title="Roblox legal return",
    help="IP address of the account*.csv.",
    grade=RETURN_GRADE,
    looks_for="a Roblox return (user_id, ip_address, last_recorded_utc)",
    recognises=_of_roblox,
    read=_roblox,
    platform="roblox",
    timezone="UTC",
    gives=(
        Gives("ip_address, first_recorded_utc, last_recorded_utc", "logins: session", "", "one row a time"),
        Gives("last_observed_port, last_observed_port_utc", "logins.port, logins.at"),
        Gives("user_id, username", "accounts"),
    ),
    example="IP address of the account.csv",
)
KIK_RETURN = Format(
    name="kik-return",
    title="Kik legal return",
    help="logs/bind.txt and content/text-msg-data/*binds.csv, which have no header.",
    grade=RETURN_GRADE,
    looks_for="binds of Kik (user, address, port, time by position)",
    recognises=_of_kik,
    read=_kik,
    platform="kik",
    timezone="UTC",
    gives=(Gives("user, address, port, time, info by position", "logins", "", "escape sequences in text are read"),),
    example="logs/bind.txt",
)
MEWE_RETURN = Format(
    name="mewe-return",
    title="MeWe legal return",
    help="mewe-content/logins/logs.txt and devices.txt; profile.txt beside them says whose, else --account.",
    grade=RETURN_GRADE,
    looks_for="a MeWe return (lines of date: and IP:)",
    recognises=_of_mewe,
    read=_mewe,
    platform="mewe",
    timezone="UTC",
    gives=(
        Gives("logs.txt: date, IP", "logins"),
        Gives("devices.txt: device id, date", "identifiers: device", "", "stored as a keyed hash"),
    ),
    ignores=("logins/stats.txt: addresses without a time",),
    example="mewe-content/logins/logs.txt",
)
TIKTOK_SUBSCRIBER = Format(
    name="tiktok-subscriber",
    title="TikTok legal return: subscriber information",
    help="The text of the PDF: save it as .txt (pdftotext -layout).",
    grade=RETURN_GRADE,
    looks_for="TikTok subscriber information (lines Username:, Registration IP:, ...)",
    recognises=_of_subscriber,
    read=_subscriber,
    platform="tiktok",
    timezone="UTC",
    gives=(
        Gives(
            "Registration Date, Registration IP, Registration Device Info",
            "logins: registration",
            "",
            "split at the first colon",
        ),
        Gives("Username, Registration Method", "accounts"),
        Gives("Phone", "identifiers: phone", "", "stored as a keyed hash"),
    ),
    example="name (Subscriber information).txt",
)
MICROSOFT_RETURN = Format(
    name="microsoft-return",
    title="Microsoft legal return: mail headers",
    help="*.eml_hdr.eml of mails that the account sent; --account says whose.",
    grade=RETURN_GRADE,
    looks_for="headers of a mail with x-originating-ip",
    recognises=_of_mail,
    read=_mail,
    platform="microsoft",
    gives=(Gives("x-originating-ip, Date", "logins: session", "", "times as in RFC 2822"),),
    ignores=("sender, recipients and subject",),
    example="1.eml_hdr.eml",
)
FORMATS = (ROBLOX_RETURN, KIK_RETURN, MEWE_RETURN, TIKTOK_SUBSCRIBER, MICROSOFT_RETURN)
