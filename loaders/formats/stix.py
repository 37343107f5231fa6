"""STIX 2.1: bundles, and bare lists of objects (formats.md, 10 and 12)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.exchange import (
    GRADE,
    LOOSE_ADDRESS,
    SECRETS,
    Author,
    claim,
    is_confidence,
    others,
    platform_of,
    text_of_cell,
)
from attrigraph.loaders.formats.holder import filled, flag, rest, unflagged
from attrigraph.loaders.formats.reading import dig, json_of, objects, records, shown
from attrigraph.loaders.sniff import Head

__all__ = ["FORMAT"]

Thing = dict[str, Any]
ID = re.compile(r"[a-z0-9-]+--[0-9a-fA-F-]{36}")
ADDRESSES = ("ipv4-addr", "ipv6-addr")
IDENTIFIERS = {"email-addr": "email", "phone-number": "phone", "domain-name": "domain"}
OPERATORS = ("threat-actor", "intrusion-set", "campaign", "identity", "grouping")
READ = (
    "user-account",
    "location",
    "relationship",
    "observed-data",
    "autonomous-system",
    *ADDRESSES,
    *IDENTIFIERS,
    *OPERATORS,
)
NOT_ABOUT = ("targets", "impersonates", "mitigates", "investigates", "remediates")
"""Relationships that say nothing about who runs the thing they start at."""
ORIGIN = ("originates-from", "located-at")
NOWHERE = "refers to nothing in the file"
USED = ("type", "id", "spec_version", "user_id", "account_login", "account_type", "display_name", "account_created")


def recognises(head: Head) -> Match | None:
    """A bundle, or objects whose ids have the form of STIX."""
    if head.kind not in ("json", "jsonl"):
        return None
    kind, id_ = head.sample.get("type"), head.sample.get("id")
    fits = isinstance(kind, str) and isinstance(id_, str) and ID.fullmatch(id_) and id_.startswith(f"{kind}--")
    return Match(100, "a bundle" if kind == "bundle" else "objects") if fits else None


@dataclass(slots=True)
class Graph:
    """The objects by id, where each stood, and the relationships at each."""

    things: dict[str, Thing] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    at: dict[str, list[tuple[Thing, Thing]]] = field(default_factory=dict)
    revoked: Counter[str] = field(default_factory=Counter)

    def add(self, thing: Thing, where: str) -> None:
        """Take an object; of several with one id the newest says most, and the others what it does not say."""
        id_ = str(thing["id"])
        old = self.things.get(id_)
        newer = old is not None and str(thing.get("modified", "")) > str(old.get("modified", ""))
        self.things[id_] = thing if old is None else {**old, **thing} if newer else {**thing, **old}
        self.places.setdefault(id_, where)

    def tie(self) -> None:
        """Note at each end of a relationship what stands at the other."""
        for id_ in [i for i, thing in self.things.items() if flag(thing.get("revoked"))]:
            self.revoked[str(self.things.pop(id_)["type"])] += 1
        for link in self.of("relationship"):
            ends = [self.things.get(str(link.get(end))) for end in ("source_ref", "target_ref")]
            if ends[0] and ends[1] and link.get("relationship_type") not in NOT_ABOUT:
                self.at.setdefault(ends[0]["id"], []).append((link, ends[1]))
                self.at.setdefault(ends[1]["id"], []).append((link, ends[0]))

    def of(self, *kinds: str) -> list[Thing]:
        """The objects of some types, in the order of the file."""
        return [thing for thing in self.things.values() if thing["type"] in kinds]

    def beside(self, thing: Thing, *kinds: str) -> list[tuple[Thing, Thing]]:
        """(relationship, object) for the objects of some types that a relationship ties to this one."""
        return [(link, other) for link, other in self.at.get(thing["id"], []) if other["type"] in kinds]

    def named(self, refs: Any) -> list[Thing]:
        """The objects of a list of references; those that are not in the file are left out."""
        return (
            [self.things[r] for r in refs if isinstance(r, str) and r in self.things] if isinstance(refs, list) else []
        )

    def author(self, thing: Thing) -> Author:
        """Who made an object, and when."""
        ref = text_of_cell(thing.get("created_by_ref"))
        name = given if ref and filled(given := self.things.get(ref, {}).get("name")) else ref
        url = dig(thing, "external_references", 0, "url")
        return Author(name, thing.get("modified") or thing.get("created"), url, thing.get("confidence"))


def read(head: Head) -> Iterator[Row | Reject]:
    """Accounts; the addresses and identifiers they were seen with; what is asserted of them."""
    graph = Graph()
    for found in _objects(head):
        if isinstance(found, Reject):
            yield found
        elif not isinstance(found.value.get("id"), str) or not isinstance(found.value.get("type"), str):
            yield Reject(found.where, "id", shown(found.value.get("id")), "an object without id and type")
        else:
            graph.add(found.value, found.where)
    yield from _unread(graph)
    graph.tie()
    tied: set[str] = set()
    for account in graph.of("user-account"):
        yield from _account(graph, account, tied)
    for mail in graph.of("email-addr"):
        owner = graph.things.get(str(mail.get("belongs_to_ref")))
        if owner and owner["type"] == "user-account":
            yield _identifier(_who(owner), mail, graph.places[mail["id"]])
    yield from _observed(graph, tied)
    for thing in graph.of(*ADDRESSES):
        if thing["id"] not in tied:
            yield Reject(graph.places[thing["id"]], "value", shown(thing.get("value")), LOOSE_ADDRESS)
    yield from others(Counter(str(t["type"]) for t in graph.things.values() if t["type"] not in READ), "objects")
    yield from others(graph.revoked, "revoked objects")


def _objects(head: Head) -> Iterator[Any]:
    if head.kind == "jsonl":
        yield from records(head)
        return
    document = json_of(head)
    yield from document.remarks
    bundle = document.value
    if isinstance(bundle, dict) and "objects" in bundle:
        yield from objects(bundle["objects"], "$.objects")
    else:
        yield from objects(bundle, "$")


def _unread(graph: Graph) -> Iterator[Reject]:
    """A remark for each reference that leads nowhere, and each number and word that is none, of what is read."""
    for thing in graph.of("observed-data", *ADDRESSES):
        key, where = "object_refs" if thing["type"] == "observed-data" else "belongs_to_refs", graph.places[thing["id"]]
        refs = thing.get(key)
        for ref in refs if isinstance(refs, list) else [refs]:
            if not isinstance(refs, list) and filled(refs):
                yield Reject(where, key, shown(refs), "not a list of references", "field")
            elif filled(ref) and (not isinstance(ref, str) or ref not in graph.places):
                yield Reject(where, key, shown(ref), NOWHERE, "field")
    for thing in graph.of("email-addr"):
        yield from _nowhere(graph, thing, "belongs_to_ref")
    for link in graph.of("relationship"):
        ends = [graph.things.get(str(link.get(end))) for end in ("source_ref", "target_ref")]
        if not any(ends) or any(end and end["type"] == "user-account" for end in ends):
            yield from _nowhere(graph, link, "source_ref", "target_ref")
    for thing in graph.of(*READ):
        where, confidence = graph.places[thing["id"]], thing.get("confidence")
        if filled(confidence) and not is_confidence(confidence):
            yield Reject(where, "confidence", shown(confidence), "not a number from 0 to 100", "field")
        yield from unflagged(thing, where, "revoked")


def _nowhere(graph: Graph, thing: Thing, *keys: str) -> Iterator[Reject]:
    for key in keys:
        if filled(thing.get(key)) and str(thing[key]) not in graph.places:
            yield Reject(graph.places[thing["id"]], key, shown(thing[key]), NOWHERE, "field")


def _who(account: Thing) -> dict[str, Any]:
    id_ = next((account[key] for key in ("user_id", "account_login") if filled(account.get(key))), None)
    return {"account_id": id_, "platform": platform_of(account.get("account_type"))}


def _account(graph: Graph, account: Thing, tied: set[str]) -> Iterator[Row | Reject]:
    who, where = _who(account), graph.places[account["id"]]
    cells = {
        "handle": account.get("account_login"),
        "display_name": account.get("display_name"),
        "created_at": account.get("account_created"),
    }
    yield Row("accounts", who | cells, where, rest(account, *USED, *SECRETS))
    for link, address in graph.beside(account, *ADDRESSES):
        tied.add(address["id"])
        times = _times(link, "start_time", "stop_time")
        yield from _logins(graph, who, address, times, graph.places[link["id"]], raw={"relation": _verb(link)})
    for link, thing in graph.beside(account, *IDENTIFIERS):
        yield _identifier(who, thing, graph.places[link["id"]])
    yield from _claims(graph, who, account)


def _verb(link: Thing) -> str | None:
    return text_of_cell(link.get("relationship_type"))


def _times(thing: Thing, *names: str) -> list[str | None]:
    """The times that are there, each once; one unknown when none is."""
    found = [text_of_cell(thing.get(name)) for name in names]
    return list(dict.fromkeys(t for t in found if t)) or [None]


def _identifier(who: Mapping[str, Any], thing: Thing, where: str) -> Row:
    return Row("identifiers", {**who, "kind": IDENTIFIERS[thing["type"]], "value": thing.get("value")}, where)


def _logins(
    graph: Graph, who: Mapping[str, Any], address: Thing, times: Iterable[Any], where: str, *, raw: Mapping[str, Any]
) -> Iterator[Row]:
    numbers = [t.get("number") for t in graph.named(address.get("belongs_to_refs")) if t["type"] == "autonomous-system"]
    known = dict(raw) | ({"autonomous_system": numbers} if numbers else {})
    for position, at in enumerate(times):
        cells = {**who, "at": at, "ip": address.get("value"), "kind": "session"}
        yield Row("logins", cells, where if position == 0 else f"{where}, last", known)


def _observed(graph: Graph, tied: set[str]) -> Iterator[Row | Reject]:
    """Accounts and addresses of one observation, at its first and its last time."""
    for seen in graph.of("observed-data"):
        things, where = graph.named(seen.get("object_refs")), graph.places[seen["id"]]
        accounts = [t for t in things if t["type"] == "user-account"]
        addresses = [t for t in things if t["type"] in ADDRESSES]
        if len(accounts) > 1 and len(addresses) > 1:
            said = "several accounts and several addresses: which used which is not said"
            yield Reject(where, "object_refs", "", said)
            tied |= {t["id"] for t in addresses}
            continue
        times = _times(seen, "first_observed", "last_observed")
        for number, (account, address) in enumerate((a, b) for a in accounts for b in addresses):
            tied.add(address["id"])
            here = f"{where}[{number}]" if len(accounts) * len(addresses) > 1 else where
            raw = {"number_observed": seen.get("number_observed")}
            yield from _logins(graph, _who(account), address, times, here, raw=raw)


def _claims(graph: Graph, who: Mapping[str, Any], account: Thing) -> Iterator[Row | Reject]:
    """Places an account is tied to, operators it is ascribed to, and the places of these, each as it was said."""
    for link, place in graph.beside(account, "location"):
        yield _placed(graph, who, link, place, _verb(link))
    for link, operator in graph.beside(account, *OPERATORS):
        where, name = graph.places[link["id"]], text_of_cell(operator.get("name"))
        if operator.get("identity_class") == "individual" or operator.get("resource_level") == "individual":
            yield Reject(where, "name", "", "a person: only countries and organisations are read")
            continue
        yield claim(who, where, _verb(link), graph.author(link), organisation=name)
        for origin, place in graph.beside(operator, "location"):
            if _verb(origin) in ORIGIN:
                said = f"{_verb(link)} {name}, {_verb(origin)}"
                yield _placed(graph, who, origin, place, said, where=f"{where}, {graph.places[origin['id']]}")


def _placed(
    graph: Graph, who: Mapping[str, Any], link: Thing, place: Thing, relation: str | None, *, where: str | None = None
) -> Row:
    said = next((place[key] for key in ("country", "region") if filled(place.get(key))), None)
    return claim(who, where or graph.places[link["id"]], relation, graph.author(link), territory=said)


FORMAT = Format(
    name="stix",
    title="STIX 2.1",
    help="A bundle, a list of objects, or one object a line: accounts, and what they are tied to.",
    grade=GRADE,
    looks_for="STIX 2.1 (a bundle, or objects with type and id)",
    recognises=recognises,
    read=read,
    timezone="UTC",
    gives=(
        Gives(
            "user-account.user_id, account_login, account_type", "accounts", "", "platform: account_type or --platform"
        ),
        Gives("observed-data with an account and an address", "logins", "", "at its first and its last time"),
        Gives("relationship of an account and an address", "logins", "", "start_time and stop_time; a reject without"),
        Gives("email-addr, phone-number, domain-name of an account", "identifiers", "", "stored as keyed hashes"),
        Gives(
            "location related to an account", "claims.territory", "", "author: created_by_ref; verb: relationship_type"
        ),
        Gives(
            "threat-actor, intrusion-set, campaign, identity",
            "claims.organisation",
            "",
            "and their location, verbs joined",
        ),
        Gives("confidence", "claims.grade", "", "90 is F1, 10 is F5, none is F6"),
    ),
    ignores=("credentials: never stored", "persons", "what the account targets or impersonates", "all other objects"),
    example="bundle.json",
)
