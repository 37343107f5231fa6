"""FollowTheMoney: user accounts, one entity a line or a list (formats.md, 10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.exchange import (
    GRADE,
    SECRETS,
    Author,
    claim,
    left_out,
    others,
    platform_of,
    text_of_cell,
)
from attrigraph.loaders.formats.holder import filled
from attrigraph.loaders.formats.reading import Record, records, shown
from attrigraph.loaders.sniff import Head

__all__ = ["FORMAT"]

Entity = dict[str, Any]
USED = ("username", "name", "service", "email", "number", "ipAddress", "country", "owner", "summary", "description")
AUTHORED = ("publisher", "publishedAt", "modifiedAt", "retrievedAt", "sourceUrl")
"""Properties that say who says it, and when."""
OWNERS = ("Organization", "Company", "PublicBody", "LegalEntity")
"""A person who owns an account is never read."""


def recognises(head: Head) -> Match | None:
    """Entities: a schema, and properties."""
    if head.kind not in ("json", "jsonl"):
        return None
    schema, properties = head.sample.get("schema"), head.sample.get("properties")
    fits = isinstance(schema, str) and isinstance(properties, dict) and "id" in head.sample
    return Match(90, "schema and properties") if fits else None


def read(head: Head) -> Iterator[Row | Reject]:
    """Accounts, links between them that others presume, and who they are said to belong to."""
    accounts: dict[str, Record] = {}
    similar: list[Record] = []
    left = Counter[str]()
    for found in records(head):
        if isinstance(found, Reject):
            yield found
            continue
        schema, id_ = found.value.get("schema"), found.value.get("id")
        if not isinstance(found.value.get("properties"), dict) or not filled(id_):
            yield Reject(
                found.where, "properties", shown(found.value), "no entity: id, schema or properties are missing"
            )
        elif schema == "UserAccount" and str(id_) in accounts:
            yield Reject(found.where, "id", shown(id_), "the id occurs again, and its first entity was read")
        elif schema == "UserAccount":
            accounts[str(id_)] = found
        elif schema == "Similar":
            similar.append(found)
        elif schema not in OWNERS:
            left[shown(schema)] += 1
    owners = dict(_owners(head, {owner for a in accounts.values() for owner in _values(a.value, "owner")}))
    for record in accounts.values():
        yield from _account(record, owners)
    for record in similar:
        yield from _similar(record, accounts)
    yield from others(left, "entities")


def _owners(head: Head, wanted: set[str]) -> Iterator[tuple[str, Entity]]:
    """The organisations that own an account; the file is read again only when there are any."""
    for found in records(head) if wanted else ():
        if isinstance(found, Record) and str(found.value.get("id")) in wanted and found.value.get("schema") in OWNERS:
            yield str(found.value["id"]), found.value


def _values(entity: Entity, name: str) -> list[str]:
    """The values of a property; entities inside entities by their id."""
    properties = entity.get("properties")
    values = properties.get(name) if isinstance(properties, dict) else None
    listed = values if isinstance(values, list) else [values]
    ids = (value.get("id") if isinstance(value, dict) else value for value in listed)
    return [text for text in map(text_of_cell, ids) if text]


def _who(entity: Entity) -> dict[str, Any]:
    names = _values(entity, "username") or _values(entity, "name")
    return {"account_id": names[0] if names else None, "platform": platform_of(_values(entity, "service"))}


def _author(entity: Entity) -> Author:
    """The publisher, else the data sets; the date of the statement, else of its retrieval."""
    datasets = entity.get("datasets") or entity.get("dataset") or []
    named = ", ".join(map(str, datasets)) if isinstance(datasets, list) else str(datasets)
    dates = [date for key in ("publishedAt", "modifiedAt", "retrievedAt") for date in _values(entity, key)]
    urls = _values(entity, "sourceUrl")
    return Author(
        next(iter(_values(entity, "publisher")), named or None),
        dates[0] if dates else entity.get("last_change"),
        urls[0] if urls else None,
    )


def _account(record: Record, owners: dict[str, Entity]) -> Iterator[Row | Reject]:
    where, entity = record
    yield from _wordless(record)
    who, author = _who(entity), _author(entity)
    about = [*_values(entity, "summary"), *_values(entity, "description")]
    left = {k: v for k, v in entity["properties"].items() if k not in (*USED, *SECRETS) and filled(v)}
    names = _values(entity, "name") if _values(entity, "username") else []
    cells = {
        "handle": who["account_id"],
        "display_name": names[0] if names else None,
        "bio": "\n\n".join(about) or None,
    }
    yield Row("accounts", who | cells, where, left)
    for name in ("username", "name", "service"):
        yield from left_out(where, name, _values(entity, name))
    for name, kind in (("email", "email"), ("number", "phone")):
        for value in _values(entity, name):
            yield Row("identifiers", who | {"kind": kind, "value": value}, where)
    for position, ip in enumerate(_values(entity, "ipAddress")):
        yield Row("logins", who | {"at": None, "ip": ip}, f"{where}.ipAddress[{position}]")
    for position, country in enumerate(_values(entity, "country")):
        yield claim(who, f"{where}.country[{position}]", "country", author, territory=country)
    for owner in (owners[id_] for id_ in _values(entity, "owner") if id_ in owners):
        yield claim(who, f"{where}.owner", "owner", author, organisation=next(iter(_values(owner, "name")), None))


def _wordless(record: Record) -> Iterator[Reject]:
    """A remark for each value of a property that is read and says nothing."""
    for name in (*USED, *AUTHORED):
        values = record.value["properties"].get(name)
        for value in values if isinstance(values, list) else [values]:
            id_ = value.get("id") if isinstance(value, dict) else None
            if isinstance(value, dict | list) and text_of_cell(id_) is None:
                yield Reject(record.where, name, shown(value), "neither a text nor an entity with an id", "field")


def _similar(record: Record, accounts: dict[str, Record]) -> Iterator[Row | Reject]:
    """Two accounts that somebody, or a program, takes for the same."""
    ends = [next(iter(_values(record.value, name)), "") for name in ("candidate", "match")]
    if any(end not in accounts for end in ends):
        yield Reject(record.where, "candidate", " ".join(ends)[:200], "not two accounts of this file")
        return
    one, two = (_who(accounts[end].value) for end in ends)
    other = f"{two['platform']}:{two['account_id']}" if two["platform"] else two["account_id"]
    left = {k: v for k, v in record.value["properties"].items() if k not in ("candidate", "match")}
    yield Row("ties", one | {"other_id": other, "kind": "similar"}, record.where, left)


FORMAT = Format(
    name="followthemoney",
    title="FollowTheMoney entities",
    help="UserAccount and Similar, one entity a line (also in a file called .json) or a list.",
    grade=GRADE,
    looks_for="FollowTheMoney entities (JSON with id, schema and properties)",
    recognises=recognises,
    read=read,
    timezone="UTC",
    gives=(
        Gives("UserAccount.username, service", "accounts.account_id", "", "platform: the service, or --platform"),
        Gives("UserAccount.email, number", "identifiers", "", "stored as keyed hashes"),
        Gives("UserAccount.ipAddress", "logins.ip", "", "a reject: these addresses have no time"),
        Gives("UserAccount.country", "claims.territory", "", "author: publisher or data set; never a signal"),
        Gives("UserAccount.owner", "claims.organisation", "", "organisations only, never persons"),
        Gives("Similar.candidate, match", "ties", "", "of kind similar: presumed to be the same"),
    ),
    ignores=("passwords: never stored", "persons", "all other schemata"),
    example="entities.ftm.json",
)
