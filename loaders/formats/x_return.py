"""Legal return of X: `<prefix>-<kind>.txt`, mostly clear-signed with PGP; records as in an archive.

A signature that fits makes a return A2. One that does not fit, is missing, or cannot be checked here leaves it at B3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrigraph.errors import UnrecognisedFile
from attrigraph.loaders.formats.base import Format, Match, Reject
from attrigraph.loaders.formats.reading import Record, list_items, text_of
from attrigraph.loaders.formats.x_holding import Found, Holding
from attrigraph.loaders.formats.x_records import (
    GIVES,
    KINDS,
    NOT_READ,
    ignored,
    kind_named,
    kind_of_record,
    rows_of,
    why_not,
)
from attrigraph.loaders.signatures import BEGIN, ClearSigned, clear_signed, verify
from attrigraph.loaders.sniff import Head

__all__ = ["FORMAT"]

VALID, UNSIGNED = "A2", "B3"
LINE = re.compile(r'\s*"?([A-Za-z]\w*)"?\s*:\s*(.*?),?\s*')
WRAPPER = re.compile(r'"(\w+)"\s*:\s*\{')
KIND_NAMES = "|".join(
    sorted((name.replace("_", "-") for name in (*KINDS, *NOT_READ, "tweet", "deleted-tweets")), key=len, reverse=True)
)
FILE = re.compile(rf"(.+?)[-_]({KIND_NAMES})(?:-part\d+)?\.txt(?:\.gz|\.zst)?", re.IGNORECASE)
WRAPPERS = {kind.wrapper for kind in KINDS.values()}


def recognises(head: Head) -> Match | None:
    """A text that is signed or JSON, named as X names its returns or holding records as X writes them."""
    if head.kind not in ("csv", "json", "jsonl"):
        return None
    start = head.start[: 1 << 16].decode("utf-8", "replace").removeprefix("\ufeff").lstrip()
    signed = BEGIN in start
    inside = any(found in WRAPPERS for found in WRAPPER.findall(start))
    named = FILE.fullmatch(head.name) is not None
    if inside and (signed or named):
        return _match(head, signed)
    if named and (signed or start.startswith("[") or LINE.fullmatch(start.partition("\n")[0])):
        return _match(head, signed)
    return Match(60, "records of X without signature") if head.kind == "json" and _known(head) else None


def _match(head: Head, signed: bool) -> Match:
    """The grade depends on the signature, which covers the whole text."""
    if not signed:
        return Match(95, "without signature", UNSIGNED)
    message = clear_signed(text_of(head))
    verdict = verify(message.block) if message and message.block else None
    if verdict is None:
        return Match(95, "signature missing", UNSIGNED)
    return Match(95, f"signature {verdict.state}: {verdict.says}", VALID if verdict.state == "valid" else UNSIGNED)


def _known(head: Head) -> bool:
    """Whether a JSON list holds wrapped records, whatever the file is called. A wrapped "account" is too common."""
    return head.list_key is None and kind_of_record(head.sample) not in (None, "account", "follower", "following")


def read(head: Head) -> Found:
    """The records of one file. Raises UnrecognisedFile for a kind that holds no signal."""
    text = text_of(head)
    message = clear_signed(text)
    yield from _remarks(message)
    kind = _kind(head)
    named = FILE.fullmatch(head.name)
    prefix = named[1] if named else ""
    number = prefix if prefix.isdigit() else None
    holding = Holding(head, f"/{prefix}-{{}}.txt" if prefix else "-{}.txt", number)
    for record in _records(message, text, kind):
        if isinstance(record, Reject):
            yield record
        elif kind is not None:
            yield from rows_of(holding, kind, record)
        else:
            yield from _any(holding, record)


def _kind(head: Head) -> str | None:
    """The kind by the file's name, else None: each record says its own."""
    named = FILE.fullmatch(head.name)
    kind = kind_named(named[2]) if named else None
    why = why_not(kind) if kind else None
    if why:
        raise UnrecognisedFile(f"{head.label} is the part {kind} of a return of X, which is not read: {why}.")
    return kind


def _any(holding: Holding, record: Record) -> Found:
    kind = kind_of_record(record.value)
    if kind is None:
        yield Reject(record.where, "", ", ".join(list(record.value)[:5]), "no record of X that is read here")
    else:
        yield from rows_of(holding, kind, record)


def _remarks(message: ClearSigned | None) -> Found:
    """What the signature says of the text, and what it does not cover."""
    if message is None:
        return
    if message.outside:
        yield Reject("outside", "", message.outside[:200], "outside the signed text, so it is not read")
    verdict = verify(message.block) if message.block else None
    if verdict is None:
        yield Reject("signature", "signature", "", "missing: the file was cut off", "field")
    elif verdict.state != "valid":
        yield Reject("signature", "signature", "", verdict.says, "field")


def _records(message: ClearSigned | None, text: str, kind: str | None) -> Iterator[Record | Reject]:
    body = message.text if message else text
    if body.lstrip("\ufeff \t\r\n").startswith(("[", "{")):
        yield from list_items(body, "$")
    else:
        yield from _by_lines(body, message.first_line if message else 1, kind)


def _by_lines(body: str, first: int, kind: str | None) -> Iterator[Record | Reject]:
    """Older returns: `"key" : value` a line; a record ends where a key comes again, or a line has none."""
    wrapper = KINDS[kind].wrapper if kind else ""
    found: dict[str, str] = {}
    began = first
    for number, line in enumerate(body.split("\n"), first):
        pair = LINE.fullmatch(line)
        opens = pair is not None and pair[2][:1] in ("{", "[")
        if found and (pair is None or opens or pair[1] in found):
            yield Record(f"line {began}", {wrapper: found})
            found = {}
        if pair is not None and not opens:
            began = began if found else number
            found[pair[1]] = pair[2].strip('"')
        elif line.strip(" \t\r[]{},*") and not opens:
            yield Reject(f"line {number}", "", line[:200], 'not of the form "key" : value')
    if found:
        yield Record(f"line {began}", {wrapper: found})


FORMAT = Format(
    name="x-return",
    title="Legal return of X",
    help="Files <prefix>-<kind>.txt, signed or not; the signature is checked with gpg when the key is among yours.",
    grade=UNSIGNED,
    looks_for="a legal return of X (….-ip-audit.txt, mostly PGP-signed)",
    recognises=recognises,
    read=read,
    platform="x",
    timezone="UTC",
    gives=GIVES,
    ignores=(*ignored(".txt"), "text outside the signature: nothing vouches for it"),
    example="1042-ip-audit.txt, 1042-account.txt",
)
