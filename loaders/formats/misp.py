"""MISP events: objects for accounts, and what they are tied to (formats.md, 10 and 12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.exchange import (
    GRADE,
    LOOSE_ADDRESS,
    SECRETS,
    Author,
    claim,
    left_out,
    others,
    platform_of,
    text_of_cell,
)
from attrigraph.loaders.formats.holder import filled, flag
from attrigraph.loaders.formats.reading import dig, json_of, keyed, keyless, objects, records, shown
from attrigraph.loaders.sniff import Head

__all__ = ["FORMAT"]

IDS = ("id", "account-id", "user-id", "page-id", "name", "account-name", "username", "page-name")
CELLS = {
    "handle": ("name", "account-name", "username", "page-name"),
    "display_name": ("displayed-name", "display-name", "first_name"),
    "bio": ("bio", "description"),
    "location": ("location",),
    "created_at": ("joined-date", "created"),
    "followers": ("followers",),
    "following": ("following",),
    "profile_url": ("link", "url"),
}
USED = frozenset(("account-type", *IDS, *(name for names in CELLS.values() for name in names)))
SOURCE_ADDRESSES = ("ip", "ip-src")
COUNTRIES = ("country-code", "countrycode", "country")
ORGANISATIONS = ("organization", "organisation", "intrusion-set", "threat-actor")
IDENTIFIERS = {
    "phone": "phone",
    "msisdn": "phone",
    "phone-number": "phone",
    "email": "email",
    "email-src": "email",
    "domain": "domain",
}

READ_OF_TIED = frozenset((*SOURCE_ADDRESSES, "ip-dst", "src-port", "first-seen", "last-seen", *COUNTRIES, *IDENTIFIERS))


def recognises(head: Head) -> Match | None:
    """An event, several, or the answer of a server."""
    if head.kind not in ("json", "jsonl"):
        return None
    sample = head.sample
    event = sample.get("Event") or dig(sample, "response", 0, "Event")
    if isinstance(event, Mapping):
        return Match(100, "Event")
    bare = "info" in sample and ("Object" in sample or "Attribute" in sample) and "uuid" in sample
    return Match(90, "an event") if bare else None


@dataclass(slots=True)
class Node:
    """An object, or an attribute by itself: its name, where it stands, its values by relation, its time.

    `ties` are the verb of a reference, the other node, and whether it is this one that refers.
    """

    name: str
    where: str
    values: dict[str, list[str]]
    at: Any
    ties: list[tuple[str | None, Node, bool]] = field(default_factory=list, repr=False)

    def first(self, *relations: str) -> str | None:
        """The first value of the first of these relations that is there."""
        return next((self.values[r][0] for r in relations if self.values.get(r)), None)

    @property
    def is_account(self) -> bool:
        """Objects named `…-account` (not of a bank), and pages."""
        return (self.name.endswith("-account") and self.name != "bank-account") or self.name == "facebook-page"

    @property
    def who(self) -> dict[str, Any]:
        """The account and its platform."""
        service = self.first("account-type") if self.name == "user-account" else self.name.rpartition("-")[0]
        return {"account_id": self.first(*IDS), "platform": platform_of(service)}


def read(head: Head) -> Iterator[Row | Reject]:
    """Every event: its accounts, their addresses and numbers, and what is asserted of them."""
    left = Counter[str]()
    for found in _events(head):
        if isinstance(found, Reject):
            yield found
            continue
        where, event = found
        author = text_of_cell(dig(event, "Orgc", "name")) or text_of_cell(dig(event, "Org", "name"))
        nodes = _Nodes()
        yield from nodes.take(event, where)
        for node in nodes.found:
            if node.is_account:
                yield from _account(node, author)
            elif any(tied.is_account for _, tied, _ in node.ties):
                continue
            elif address := node.first(*SOURCE_ADDRESSES, "ip-dst"):
                yield Reject(node.where, "ip", address[:200], LOOSE_ADDRESS)
            else:
                left[node.name] += 1
    yield from others(left, "objects and attributes")


def _events(head: Head) -> Iterator[tuple[str, dict[str, Any]] | Reject]:
    if head.kind == "jsonl":
        found: Iterator[Any] = records(head)
    else:
        document = json_of(head)
        yield from document.remarks
        value, where = document.value, "$"
        if isinstance(value, dict) and "response" in value:
            value, where = value["response"], "$.response"
        found = objects(value, where)
    for record in found:
        if isinstance(record, Reject):
            yield record
            continue
        event, inner = record.value.get("Event", record.value), ".Event" if "Event" in record.value else ""
        if isinstance(event, dict):
            yield from keyless(event, record.where + inner, "Object", "Attribute", "uuid", "info")
            yield record.where + inner, event
        else:
            yield Reject(record.where, "Event", shown(event), "not an event")


class _Nodes:
    """The objects and loose attributes of an event, tied by their references."""

    def __init__(self) -> None:
        self.found: list[Node] = []
        self.known: dict[str, Node] = {}
        self.references: list[tuple[Node, Any, str | None]] = []

    def take(self, event: Mapping[str, Any], where: str) -> Iterator[Reject]:
        """Read an event; deleted things are left out."""
        for found in objects(event.get("Object"), f"{where}.Object"):
            if isinstance(found, Reject):
                yield found
            elif not _deleted(found.value):
                yield from self._object(found.value, found.where, event)
        for found in keyed(event.get("Attribute"), f"{where}.Attribute", "value"):
            if isinstance(found, Reject):
                yield found
            elif not _deleted(found.value):
                name = text_of_cell(found.value.get("type")) or "attribute"
                self._add(found.value, found.where, name, {name: [shown(found.value.get("value"))]}, event)
        for node, to, relation in self.references:
            other = self.known.get(str(to))
            if other is None:
                yield Reject(node.where, "referenced_uuid", shown(to), "refers to nothing in the event", "field")
            elif other is not node:
                node.ties.append((relation, other, True))
                other.ties.append((relation, node, False))

    def _object(self, thing: Mapping[str, Any], where: str, event: Mapping[str, Any]) -> Iterator[Reject]:
        values: dict[str, list[str]] = {}
        for found in keyed(thing.get("Attribute"), f"{where}.Attribute", "value"):
            if isinstance(found, Reject):
                yield found
                continue
            relation = text_of_cell(found.value.get("object_relation")) or ""
            value = found.value.get("value")
            if _deleted(found.value) or relation in SECRETS or not filled(value):
                continue
            if isinstance(value, Mapping | list):
                yield Reject(found.where, relation, shown(value), "not one value", "field")
            else:
                values.setdefault(relation, []).append(str(value))
        node = self._add(thing, where, text_of_cell(thing.get("name")) or "object", values, event)
        for found in objects(thing.get("Attribute"), where):
            if not isinstance(found, Reject):
                self.known.setdefault(str(found.value.get("uuid")), node)
        for found in objects(thing.get("ObjectReference"), f"{where}.ObjectReference"):
            if isinstance(found, Reject):
                yield found
            elif not _deleted(found.value):
                verb = text_of_cell(found.value.get("relationship_type"))
                self.references.append((node, found.value.get("referenced_uuid"), verb))

    def _add(
        self, thing: Mapping[str, Any], where: str, name: str, values: dict[str, list[str]], event: Mapping[str, Any]
    ) -> Node:
        node = Node(name, where, values, thing.get("timestamp") or event.get("date"))
        for key in ("first_seen", "last_seen"):
            if filled(thing.get(key)):
                values.setdefault(key.replace("_", "-"), [shown(thing[key])])
        self.found.append(node)
        self.known.setdefault(str(thing.get("uuid")), node)
        return node


def _deleted(thing: Mapping[str, Any]) -> bool:
    return flag(thing.get("deleted")) or thing.get("deleted") in (1, "1")


def _account(node: Node, author: str | None) -> Iterator[Row | Reject]:
    cells = {column: node.first(*relations) for column, relations in CELLS.items()}
    left = {k: v if len(v) > 1 else v[0] for k, v in node.values.items() if k not in USED and k not in IDENTIFIERS}
    yield Row("accounts", {**node.who, **cells}, node.where, left)
    for name in sorted(USED & node.values.keys()):
        yield from left_out(node.where, name, node.values[name])
    yield from _identifiers(node.who, node)
    for relation, other, refers in node.ties:
        if other.is_account:
            if refers and other.who["platform"] == node.who["platform"]:
                yield Row("ties", {**node.who, "other_id": other.who["account_id"], "kind": relation}, node.where)
            elif refers:
                yield Reject(
                    node.where, "ObjectReference", relation or "", "between accounts of two platforms", "field"
                )
            continue
        yield from _tied(node.who, relation, other, Author(author, other.at))


def _identifiers(who: Mapping[str, Any], node: Node) -> Iterator[Row]:
    for relation, kind in IDENTIFIERS.items():
        for value in node.values.get(relation, []):
            yield Row("identifiers", {**who, "kind": kind, "value": value}, node.where)


def _tied(who: Mapping[str, Any], relation: str | None, other: Node, author: Author) -> Iterator[Row | Reject]:
    """What an object that an account refers to (or that refers to it) gives."""
    times = [t for t in (other.first("first-seen"), other.first("last-seen")) if t]
    ports = list(dict.fromkeys(other.values.get("src-port", [])))
    if len(ports) > 1:
        told = ", ".join(ports)[:200]
        yield Reject(other.where, "src-port", told, "several ports: which one when is not said", "field")
    port = ports[0] if len(ports) == 1 else None
    for relation_of_ip in SOURCE_ADDRESSES:
        for ip in other.values.get(relation_of_ip, []):
            for position, at in enumerate(dict.fromkeys(times) or [None]):
                cells = {**who, "at": at, "ip": ip, "port": port, "kind": "session"}
                yield Row("logins", cells, other.where if position == 0 else f"{other.where}, last", {"tie": relation})
    if (target := other.first("ip-dst")) and not other.first(*SOURCE_ADDRESSES):
        yield Reject(other.where, "ip-dst", target[:200], "an address that was contacted, not one of the account")
    yield from _identifiers(who, other)
    places = next((other.values[name] for name in COUNTRIES if other.values.get(name)), [])
    for position, place in enumerate(dict.fromkeys(places)):
        here = other.where if position == 0 else f"{other.where}, {place[:80]}"
        yield claim(who, here, f"{relation or 'related-to'} {other.name}", author, territory=place)
    if other.name in ORGANISATIONS:
        name = other.first("name", other.name)
        yield claim(who, f"{other.where}, name", relation or "related-to", author, organisation=name)
    for name in other.values:
        if name not in READ_OF_TIED and not (other.name in ORGANISATIONS and name in ("name", other.name)):
            yield Reject(other.where, name[:80], "", "not read of an object tied to an account", "field")


FORMAT = Format(
    name="misp",
    title="MISP event",
    help="One event, a list of them, one a line, or the answer of a server.",
    grade=GRADE,
    looks_for="a MISP event (JSON with Event, or with info, uuid and Object)",
    recognises=recognises,
    read=read,
    timezone="UTC",
    gives=(
        Gives("twitter-account, facebook-account, …-account, facebook-page", "accounts", "", "platform: from the name"),
        Gives("user-account", "accounts", "", "platform: account-type or --platform"),
        Gives("ip-port of an account", "logins", "", "first-seen and last-seen; ip or ip-src, never ip-dst"),
        Gives("phone, email of an account", "identifiers", "", "stored as keyed hashes"),
        Gives("country, countrycode, country-code of an object tied to an account", "claims.territory", "", "of Orgc"),
        Gives("organization tied to an account", "claims.organisation", "", "the verb is the relationship_type"),
        Gives("a reference between two accounts of one platform", "ties", "", "its kind is the relationship_type"),
    ),
    ignores=("passwords: never stored", "deleted objects and attributes", "galaxies and tags", "all other objects"),
    example="misp.event.1234.json",
)
