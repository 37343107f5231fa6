"""Meta, legal return: `records.html`, `preservation*.html`, older `index.html` (formats.md, 5.2 and 12).

Sections are `div#property-<name>`. Values stand in `most_inner` inside `div_table inner`, with their label before them
or, in flat sequences, without one; older pages use tables. Addresses come with the port glued on. Times are UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import RETURN_GRADE, Holder, filled
from attrigraph.loaders.formats.meta import action_kind, owned
from attrigraph.loaders.formats.pages import Element, page_of
from attrigraph.loaders.recognise import fold
from attrigraph.loaders.sniff import Head

__all__ = ["FORMAT"]

PREFIX = "property-"
REQUEST = ("service", "target", "account identifier", "account type", "generated", "date range")
"""The request's values, in the order they stand in without labels."""
READ = (
    "request_parameters", "name", "emails", "vanity", "registration_date", "account_end_date", "phone_numbers",
    "website", "registration_ip", "ip_addresses", "devices",
)  # fmt: skip
LABELS_ABOVE = {"request_parameters": 0, "name": 2, "ip_addresses": 2}
"""How many of the first values without labels are headings; one elsewhere."""
NONE_THERE = re.compile(r"no (?:responsive )?records", re.IGNORECASE)
MAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>().]+")
PHONE = re.compile(r"\+\d[\d\s().-]{6,}\d")
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: UTC)?|\b\d{10}(?:\d{3})?\b")
HANDLE = re.compile(r"[A-Za-z0-9._]{2,}")
PLATFORMS = ("instagram", "facebook", "threads")


class Leaf(NamedTuple):
    """A value and the label before it, "" for none."""

    label: str
    value: str


def recognises(head: Head) -> Match | None:
    """A page with sections of a return."""
    if head.kind != "html":
        return None
    text = head.start.decode("utf-8", "replace")
    known = any(f'"{PREFIX}{name}"' in text or f"'{PREFIX}{name}'" in text for name in READ)
    return Match(100, "sections of a return") if known else None


def read(head: Head) -> Iterator[Row | Reject]:
    """The account, its registration, its addresses and devices."""
    page = page_of(head)
    sections = {e.id.removeprefix(PREFIX): e for e in page.all() if e.id.startswith(PREFIX)}
    told = {name: _leaves(section, name) for name, section in sections.items() if name in READ}
    for name, section in sections.items():
        if name not in READ and _leaves(section, name):
            yield Reject(f"#{PREFIX}{name}", name, "", "a section that is not read", "field")
    asked = _request(told.get("request_parameters", []))
    platform = next((p for p in PLATFORMS if p in asked.get("service", "").casefold()), "facebook")
    account = head.account or _account_id(asked, _values(told.get("vanity", [])))
    yield from owned(account, _rows(Holder(account or "", platform), told, asked))


# ---- what stands on the page


def _leaves(section: Element, name: str) -> list[Leaf]:
    """The values of a section in order, without headings and definitions."""
    inner = [e for e in section.all("div") if "inner" in e.classes and "div_table" in e.classes]
    found = [
        Leaf(e.own_text.rstrip(": "), value.text)
        for e in inner
        if (value := e.first("div", cls="most_inner")) is not None and not _holds_more(value)
    ]
    if not inner:
        found = _cells(section)
    if not any(leaf.label for leaf in found):
        found = found[_headings(inner, found, LABELS_ABOVE.get(name, 1)) :]
    return [leaf for leaf in found if leaf.value and not _is_definition(leaf)]


def _holds_more(value: Element) -> bool:
    return any("inner" in e.classes and "div_table" in e.classes for e in value.all("div"))


def _headings(inner: Sequence[Element], found: Sequence[Leaf], wanted: int) -> int:
    """Headings among the values: those that hold others were left out already."""
    return max(0, wanted - (len(inner) - len(found)))


def _is_definition(leaf: Leaf) -> bool:
    return leaf.label.casefold().endswith("definition") or bool(NONE_THERE.search(leaf.value))


def _cells(section: Element) -> list[Leaf]:
    """Of nested tables the rows of a heading and a value."""
    found = []
    for row in section.all("tr"):
        cells = [c for c in row.children if c.tag in ("th", "td")]
        if len(cells) == 2 and cells[1].first("table") is None:
            found.append(Leaf(cells[0].text.rstrip(": "), cells[1].text))
    return found


def _values(leaves: Sequence[Leaf]) -> list[str]:
    return [leaf.value for leaf in leaves]


def _request(leaves: Sequence[Leaf]) -> dict[str, str]:
    """What was asked for: service, target, account identifier, …"""
    if any(leaf.label for leaf in leaves):
        return {leaf.label.casefold(): leaf.value for leaf in leaves}
    return dict(zip(REQUEST, _values(leaves), strict=False))


def _account_id(asked: Mapping[str, str], vanity: Sequence[str]) -> str | None:
    """The number of the account where one is told, else its name."""
    told = [asked.get(key, "").strip() for key in ("target", "account identifier")]
    names = []
    for text in told:
        if text.isdigit():
            return text
        if "/" in text and "[" not in text:
            parts = urlsplit(text if "://" in text else f"https://{text}")
            name = next(iter(parse_qs(parts.query).get("id", ())), parts.path.strip("/").split("/")[0])
            if name.isdigit():
                return name
            names.append(name)
        else:
            names.append(text.removeprefix("@"))
    return next((name for name in (*vanity, *names) if HANDLE.fullmatch(name)), None)


# ---- rows


def _rows(holder: Holder, told: Mapping[str, list[Leaf]], asked: Mapping[str, str]) -> Iterator[Row | Reject]:
    def where(name: str) -> str:
        return f"#{PREFIX}{name}"

    def first(name: str) -> str | None:
        return next(iter(_values(told.get(name, []))), None)

    created = first("registration_date")
    created = m[0] if created and (m := TIME.search(created)) else created
    context = {
        "account_type": asked.get("account type"),
        "account_end": " ".join(_values(told.get("account_end_date", []))),
    }
    yield holder.account(
        where("request_parameters"),
        {k: v for k, v in context.items() if filled(v)},
        handle=first("vanity"),
        display_name=" ".join(_values(told.get("name", []))) or None,
        created_at=created,
        profile_url=first("website"),
    )
    registered = first("registration_ip")
    if registered:
        yield holder.login(where("registration_ip"), created, registered, "registration")
    for kind, name, form in (("email", "emails", MAIL), ("phone", "phone_numbers", PHONE)):
        for index, value in enumerate(_values(told.get(name, []))):
            found = form.findall(value)
            for one in found:
                yield from holder.identifier(f"{where(name)}[{index}]", kind, one)
            if not found and any(c.isdigit() or c == "@" for c in value):
                yield Reject(f"{where(name)}[{index}]", kind, value[:3] + "…", f"no {kind} with all its parts")
    for index, record in enumerate(_grouped(told.get("ip_addresses", []), ("ip", "time", "action"))):
        raw = {"action": record["action"]} if filled(record.get("action")) else {}
        kind = action_kind(record.get("action"))
        yield holder.login(f"{where('ip_addresses')}[{index}]", record.get("time"), record.get("ip"), kind, raw)
    for index, record in enumerate(_grouped(told.get("devices", []), ("type", "id", "active", "user"))):
        here = f"{where('devices')}[{index}]"
        if filled(record.get("id")):
            yield from holder.identifier(here, "device", record["id"])
        elif not filled(record.get("user")):
            yield Reject(here, "id", " ".join(record.values())[:200], "a device without an id")


def _grouped(leaves: Sequence[Leaf], names: Sequence[str]) -> Iterator[dict[str, str]]:
    """Records of a flat sequence: by labels that come again, without labels so many values each."""
    if not any(leaf.label for leaf in leaves):
        values = _values(leaves)
        yield from (
            dict(zip(names, values[i : i + len(names)], strict=False)) for i in range(0, len(values), len(names))
        )
        return
    record: dict[str, str] = {}
    for leaf in leaves:
        name = _name(leaf.label)
        if name in record:
            yield record
            record = {}
        record[name] = leaf.value
    if record:
        yield record


def _name(label: str) -> str:
    folded = fold(label)
    return {"ipaddress": "ip", "ipaddresses": "ip", "timestamp": "time", "date": "time", "deviceid": "id"}.get(
        folded, folded
    )


FORMAT = Format(
    name="meta-return",
    title="Meta legal return",
    help="records.html, preservation*.html or index.html of a return on a Facebook or Instagram account.",
    grade=RETURN_GRADE,
    looks_for="a legal return of Meta (a page with sections property-ip_addresses, property-registration_ip, ...)",
    recognises=recognises,
    read=read,
    platform="facebook",
    timezone="UTC",
    gives=(
        Gives("property-request_parameters: Service, Target, Account Identifier", "the account and its platform"),
        Gives("property-name, -vanity, -registration_date, -website, -account_end_date", "accounts"),
        Gives("property-registration_ip", "logins: registration", note="at the time of the registration"),
        Gives("property-ip_addresses", "logins", note="in threes: address, time, action; ports are glued on"),
        Gives("property-emails, -phone_numbers", "identifiers", note="stored as keyed hashes"),
        Gives("property-devices", "identifiers: device"),
    ),
    ignores=("messages, pictures and other sections: each is named in a remark",),
    example="records.html",
)
