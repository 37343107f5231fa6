"""Reddit, data request and return: a CSV a topic (formats.md, 6.8). `statistics.csv` says whose it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import Holder, filled, rest
from attrigraph.loaders.formats.reading import get, has, nobody, owner, table_rows
from attrigraph.loaders.sniff import Head

__all__ = ["FORMAT"]

REGISTRATION = "registration ip"
NAMES = ("account name", "username")
BORN = "registration date"
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([nt\"\\]))")
PLAIN = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


@dataclass(frozen=True, slots=True)
class _Whose:
    """The account, and when it was registered if a file beside says so."""

    holder: Holder
    born: str | None


def _unescaped(text: Any) -> Any:
    """Text with its backslash escapes read; None stays None."""
    if not isinstance(text, str) or "\\" not in text:
        return text
    return ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else PLAIN[m[2]], text)


def _ip(whose: _Whose, row: Mapping[str, Any], where: str) -> Iterator[Row | Reject]:
    at, address = get(row, "date"), get(row, "ip")
    if str(at).strip().casefold() != REGISTRATION:
        yield whose.holder.login(where, at, address)
    elif whose.born:
        yield whose.holder.login(where, whose.born, address, "registration")
    else:
        reason = "when it was registered is not known: load it together with statistics.csv"
        yield Reject(where, "at", str(address or ""), reason)


def _post(whose: _Whose, row: Mapping[str, Any], where: str) -> Iterator[Row | Reject]:
    at, link = get(row, "date"), get(row, "url")
    text = "\n".join(str(_unescaped(get(row, k))) for k in ("title", "body") if filled(get(row, k)))
    yield whose.holder.post(
        where,
        at,
        rest(row, "id", "date", "ip", "title", "url", "body", "media"),
        post_id=get(row, "id"),
        text=text or None,
        urls=[link] if filled(link) else None,
        reply_to=get(row, "parent") or None,
    )
    if filled(get(row, "ip")):
        yield whose.holder.login(where, at, get(row, "ip"), "session")


def _message(whose: _Whose, row: Mapping[str, Any], where: str) -> Iterator[Row | Reject]:
    sender = str(get(row, "from") or "").removeprefix("u/")
    if sender.casefold() != whose.holder.account_id.casefold():
        yield Reject(where, "from", sender, "a message of somebody else")
        return
    yield whose.holder.post(where, get(row, "date"), {"kind": "message"}, post_id=get(row, "id"))
    if filled(get(row, "ip")):
        yield whose.holder.login(where, get(row, "date"), get(row, "ip"), "session")


def _phone(whose: _Whose, row: Mapping[str, Any], where: str) -> Iterator[Row | Reject]:
    number = str(get(row, "phone_number", "number") or "")
    if not number.strip():
        yield Reject(where, "phone_number", "", "missing")
    yield from whose.holder.identifier(where, "phone", number)


def _fact(whose: _Whose, row: Mapping[str, Any], where: str) -> Iterator[Row | Reject]:
    """Of the statistics only the account itself is a row; the other lines are about numbers of things."""
    if str(get(row, "statistic")).strip().casefold() in NAMES:
        yield whose.holder.account(where, handle=whose.holder.account_id, created_at=whose.born)


Reader = Callable[[_Whose, Mapping[str, Any], str], Iterator[Row | Reject]]
TOPICS: tuple[tuple[tuple[str, ...], tuple[str, ...], Reader], ...] = (
    (("date", "ip"), ("ip_logs",), _ip),
    (("id", "permalink", "date", "subreddit", "body"), (), _post),
    (("id", "thread_id", "date", "from", "to"), (), _message),
    (("phone_number",), ("linked_phone_number",), _phone),
    (("statistic", "value"), ("statistics",), _fact),
)
"""Header, what the name of a file with so plain a header has to hold, and what is made of a row."""


def _topic(head: Head) -> tuple[tuple[str, ...], Reader] | None:
    for names, called, made in TOPICS:
        if has(head.columns, *names) and (not called or _is_called(head, called, names)):
            return names, made
    return None


def _is_called(head: Head, called: tuple[str, ...], names: tuple[str, ...]) -> bool:
    alone = len(head.columns) == len(names)
    own = REGISTRATION.encode() in head.start[:100_000].lower() if "ip" in names else False
    return alone and (own or any(word in head.name.casefold() for word in called))


def recognises(head: Head) -> Match | None:
    """A topic of the export, by its columns."""
    found = _topic(head) if head.kind == "csv" else None
    return Match(85, ", ".join(found[0])) if found else None


def read(head: Head) -> Iterator[Row | Reject]:
    """The rows of one topic."""
    names, made = _topic(head) or TOPICS[0][::2]
    whose = _whose(head)
    for found in table_rows(head, names):
        if isinstance(found, Reject):
            yield found
        elif whose is None:
            yield nobody(found.where)
        else:
            yield from made(whose, found.value, found.where)


def _whose(head: Head) -> _Whose | None:
    own = head.start if has(head.columns, "statistic", "value") else b""
    name = _fact_of(own, *NAMES) or owner(head, ["statistics.csv"], lambda found: _fact_of(found, *NAMES))
    unnamed = replace(head, account=None)
    born = _fact_of(own, BORN) or owner(unnamed, ["statistics.csv"], lambda found: _fact_of(found, BORN))
    return _Whose(Holder(name.removeprefix("u/"), "reddit"), born) if name else None


def _fact_of(content: bytes, *names: str) -> str | None:
    facts = _facts(content)
    return next((facts[n] for n in names if filled(facts.get(n))), None)


def _facts(content: bytes) -> dict[str, str]:
    lines = content.decode("utf-8", "replace").removeprefix("\ufeff").splitlines()[:200]
    return {
        k.strip().strip('"').casefold(): v.strip().strip('"') for k, _, v in (line.partition(",") for line in lines)
    }


FORMAT = Format(
    name="reddit-export",
    title="Reddit data request",
    help="ip_logs, posts, comments, messages, linked_phone_number and statistics.csv, of an export or a return.",
    grade="C3",
    looks_for="a Reddit data request (ip_logs.csv, posts.csv, comments.csv, ...)",
    recognises=recognises,
    read=read,
    platform="reddit",
    timezone="UTC",
    gives=(
        Gives(
            "ip_logs.csv: date, ip",
            "logins",
            "",
            "the row `registration ip` is the registration, timed by statistics.csv",
        ),
        Gives("posts.csv, comments.csv: id, date, title, body, url, parent", "posts"),
        Gives("posts.csv, comments.csv, messages.csv: ip", "logins: session"),
        Gives("messages.csv: date, from", "posts.at", "", "own messages, without text"),
        Gives("linked_phone_number.csv: phone_number", "identifiers: phone", "", "stored as a keyed hash"),
        Gives("statistics.csv: account name, registration date", "accounts", "", "else --account"),
    ),
    ignores=("votes, saved and hidden posts, drafts, chats and preferences",),
    example="ip_logs.csv, statistics.csv",
)
