"""Meta, legal return: `records.html`, `preservation*.html`, older `index.html` (formats.md, 5.2 and 12).

The page is read by `business_record`. Addresses come with the port glued on. Times are UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qs

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
from attrigraph.loaders.formats.meta import action_kind
from attrigraph.loaders.formats.reading import keyless, owned, web_address
from attrigraph.loaders.sniff import Head

__all__ = ["FORMAT"]

READ = (
    "request_parameters", "name", "emails", "vanity", "registration_date", "account_end_date", "phone_numbers",
    "website", "registration_ip", "ip_addresses", "devices", "devices_info", "machines",
)  # fmt: skip
LABELS_ABOVE = {"request_parameters": 0, "name": 2, "ip_addresses": 2}
"""How many of the first values without labels are headings; one elsewhere."""
ALSO = {
    "ipaddress": "ip", "ipaddresses": "ip", "timestamp": "time", "date": "time", "deviceid": "id",
    "agentstring": "agent",
}  # fmt: skip
"""Other labels of what an address or a device is told with."""
PHONE = re.compile(r"\+\d[\d\s().-]{6,}\d")
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: UTC)?|\b\d{10}(?:\d{3})?\b")
HANDLE = re.compile(r"[A-Za-z0-9._]{2,}")
PLATFORMS = ("instagram", "facebook", "threads")


def recognises(head: Head) -> Match | None:
    """A page with sections of a return."""
    if head.kind != "html":
        return None
    text = head.start.decode("utf-8", "replace")
    known = any(f'"{PREFIX}{name}"' in text or f"'{PREFIX}{name}'" in text for name in READ)
    return Match(100, "sections of a return") if known else None


def read(head: Head) -> Iterator[Row | Reject]:
    """The account, its registration, its addresses and devices."""
    found = sections(head)
    told = {name: leaves(found[name], LABELS_ABOVE.get(name, 1)) for name in found if name in READ}
    yield from unread(found, READ)
    asked = request(told.get(ASKED, []))
    service = asked.get("service", "")
    platform = next((p for p in PLATFORMS if p in service.casefold()), "facebook")
    if filled(service) and platform not in service.casefold():
        yield Reject(
            f"#{PREFIX}{ASKED}", "service", service[:200], "a service not known here: read as facebook", "field"
        )
    account = head.account or _account_id(asked, _values(told.get("vanity", [])))
    yield from owned(account, _rows(Holder(account or "", platform), told, asked))


# ---- what stands on the page


def _values(leaves: Sequence[Leaf]) -> list[str]:
    return [leaf.value for leaf in leaves]


def _account_id(asked: Mapping[str, str], vanity: Sequence[str]) -> str | None:
    """The number of the account where one is told, else its name."""
    told = [asked.get(key, "").strip() for key in ("target", "account identifier")]
    names = []
    for text in told:
        if text.isdigit():
            return text
        parts = web_address(text) if "/" in text else None
        if parts is not None:
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
    sites = list(dict.fromkeys(_values(told.get("website", []))))
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
        profile_url=next(iter(sites), None),
    )
    yield from holder.websites(where("website"), sites[1:])
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
    for index, record in enumerate(grouped(told.get("ip_addresses", []), ("ip", "time", "action"), ALSO)):
        raw = {"action": record["action"]} if filled(record.get("action")) else {}
        kind, agent = action_kind(record.get("action")), record.get("agent")
        at = " ".join(record["time"].split()) if filled(record.get("time")) else None
        yield holder.login(f"{where('ip_addresses')}[{index}]", at, record.get("ip"), kind, raw, user_agent=agent)
    for index, record in enumerate(grouped(told.get("devices", []), ("type", "id", "active", "user"), ALSO)):
        here = f"{where('devices')}[{index}]"
        if filled(record.get("id")):
            yield from holder.identifier(here, "device", record["id"])
        elif not filled(record.get("user")):
            yield Reject(here, "id", " ".join(record.values())[:200], "a device without an id")
    yield from _seen(holder, told)


def _seen(holder: Holder, told: Mapping[str, list[Leaf]]) -> Iterator[Row | Reject]:
    """Devices and browsers of pages since 2026, with when they were seen."""
    for name, start in (("devices_info", "ostype"), ("machines", "cookie")):
        yield from keyless({leaf.label: leaf.value for leaf in told.get(name, [])}, f"#{PREFIX}{name}", start)
    for index, record in enumerate(each_record(told.get("devices_info", []), "ostype")):
        first, last = record.get("familydevicefirstseen"), record.get("familydevicelastseen")
        here = f"#{PREFIX}devices_info[{index}]"
        yield from holder.identifier(here, "device", record.get("familydeviceid"), first, last)
    for index, record in enumerate(each_record(told.get("machines", []), "cookie")):
        yield from holder.identifier(f"#{PREFIX}machines[{index}]", "cookie", record["cookie"], record.get("firstseen"))


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
        Gives("property-website: further ones", "signals: linked_domain"),
        Gives("property-registration_ip", "logins: registration", note="at the time of the registration"),
        Gives("property-ip_addresses", "logins", note="in threes: address, time, action; ports are glued on"),
        Gives("property-emails, -phone_numbers", "identifiers", note="stored as keyed hashes"),
        Gives("property-devices, -devices_info", "identifiers: device"),
        Gives("property-machines: Cookie, First Seen", "identifiers: cookie"),
    ),
    ignores=("messages, pictures and other sections: each is named in a remark",),
    example="records.html",
)
