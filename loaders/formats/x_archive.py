"""X data archive: `data/*.js`, each a script that assigns a list (`window.YTD.ip_audit.part0 = [ … ]`)."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

from attrigraph.errors import UnrecognisedFile
from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.reading import assigned_name, assigned_records, dig, text_of
from attrigraph.loaders.formats.x_holding import Found, Holding
from attrigraph.loaders.formats.x_records import GIVES, KINDS, ignored, kind_named, rows_of, why_not
from attrigraph.loaders.sniff import Head

__all__ = ["FORMAT"]

NAME = "/{}.js"
MANIFEST = "__THAR_CONFIG"
DATA = re.compile(r"(?:Grailbird\.data|YTD)\.(\w+)\.part(\d+)", re.IGNORECASE)
FILE_NAME = re.compile(r'"fileName"\s*:\s*"([^"]{1,300})"')
TWINS = {"tweet_headers": "tweets", "deleted_tweet_headers": "deleted-tweets"}
"""Lists that repeat another one with less in it."""


def recognises(head: Head) -> Match | None:
    """A script that assigns a part of an archive, or its manifest."""
    name = assigned_name(head) or ""
    part = DATA.fullmatch(name)
    if part is None:
        return Match(100, "manifest") if name == MANIFEST else None
    why = why_not(kind_named(part[1]))
    return Match(100, f"part {part[1]}, not read: {why}" if why else f"part {part[1]}")


def read(head: Head) -> Found:
    """The records of one file. Raises UnrecognisedFile for a part of the archive that holds no signal."""
    name = assigned_name(head) or ""
    part = DATA.fullmatch(name)
    if part is None:
        yield from _manifest(head)
        return
    named = part[1].casefold()
    kind = kind_named(named)
    why = why_not(kind)
    if why:
        raise UnrecognisedFile(f"{head.label} is the part {named} of an X archive, which is not read: {why}.")
    if named in TWINS and _beside(head, TWINS[named]):
        raise UnrecognisedFile(
            f"{head.label} is the part {named} of an X archive; {TWINS[named]}.js beside it holds the same and more."
        )
    holding = Holding(head, NAME)
    for record in assigned_records(head):
        if isinstance(record, Reject):
            yield record
        else:
            yield from rows_of(holding, kind, record)


def _beside(head: Head, kind: str) -> bool:
    twin = PurePosixPath(head.place.inside).parent / f"{kind}.js"
    return any(PurePosixPath(member.inside) == twin for member in head.place.members)


def _manifest(head: Head) -> Found:
    """The account the archive is about, and files of the list that are not there; damaged manifests are read too."""
    text = text_of(head)
    about = re.search(r'"userInfo"\s*:\s*(?=\{)', text)
    try:
        user = json.JSONDecoder(strict=False).raw_decode(text, about.end())[0] if about else None
    except (ValueError, RecursionError):
        user = None
    if not dig(user, "accountId"):
        yield Reject("$.userInfo", "accountId", text[:200], "the manifest names no account")
        return
    made = re.search(r'"generationDate"\s*:\s*"([^"]{1,80})"', text)
    cells = {
        "account_id": dig(user, "accountId"), "platform": "x", "handle": dig(user, "userName"),
        "display_name": dig(user, "displayName"), "observed_at": made[1] if made else None,
    }  # fmt: skip
    yield Row("accounts", cells, "$.userInfo")
    yield from _missing(head, text)


def _missing(head: Head, text: str) -> Found:
    """A remark for each file the manifest lists that is not in the package: a split archive, or one part of it."""
    if not head.place.members:
        return
    there = [f"/{member.inside}".casefold() for member in head.place.members]
    for name in dict.fromkeys(FILE_NAME.findall(text)):
        if not name.endswith(".js") or any(path.endswith(f"/{name}".casefold()) for path in there):
            continue
        if kind_named(PurePosixPath(name).stem) in KINDS:
            yield Reject("$.dataTypes", "fileName", name, "listed in the manifest and not here", "field")


FORMAT = Format(
    name="x-archive",
    title="X data archive",
    help="The files data/*.js of the archive an account holder asks X for; a folder or the zip as it came.",
    grade="C3",
    looks_for="a part of an X data archive (window.YTD.….part0 = [)",
    recognises=recognises,
    read=read,
    platform="x",
    timezone="UTC",
    gives=(*GIVES, Gives("manifest.js userInfo", "accounts", note="also says whose the other files are")),
    ignores=(*ignored(".js"), "any other part: nothing in it is a signal"),
    example="data/ip-audit.js, data/account.js, data/tweets.js",
)
