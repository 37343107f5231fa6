"""Tables of two programs that look for coordination: coordination-network-toolkit and CooRTweet (formats.md, 8)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.columns import named_columns, rows_of
from attrigraph.loaders.formats.holder import filled
from attrigraph.loaders.formats.reading import Record, cells_of, has, shown
from attrigraph.loaders.sniff import Head

__all__ = ["FORMATS"]

TOOLKIT = ("message_id", "user_id", "username", "repost_id", "reply_id", "message", "timestamp", "urls")
SHARES = ("object_id", "account_id", "content_id", "timestamp_share")
NAME = re.compile(r"[^\W\d][\w .-]{0,40}")
"""Of a column, as far as one can tell without knowing it."""
SECONDS = re.compile(r"\d{9,10}(\.\d+)?")


# ---- coordination-network-toolkit: eight columns by position


def recognises_toolkit(head: Head) -> Match | None:
    """The usual header; or any other over eight columns whose seventh is a time in seconds."""
    if head.kind != "csv" or len(head.columns) != len(TOOLKIT):
        return None
    if has(head.columns, *TOOLKIT):
        return Match(100, "the header")
    text = head.start[:65_536].decode("utf-8", "replace").replace("\0", "")
    try:
        rows = [row for _, row in zip(range(4), csv.reader(io.StringIO(text), delimiter=head.delimiter), strict=False)]
    except csv.Error:
        return None
    return Match(40, "eight columns") if len(rows) > 1 and all(_is_message(row) for row in rows[1:3]) else None


def _is_message(row: list[str]) -> bool:
    return (
        len(row) == len(TOOLKIT)
        and bool(SECONDS.fullmatch(row[6]))
        and bool(row[0] and row[1])
        and (not row[7] or "://" in row[7])
    )


def _is_header(row: list[str]) -> bool:
    """Whether these may be names of columns: words, each another, and no numbers or links."""
    names = [cell.strip().casefold() for cell in row]
    return has(row, *TOOLKIT) or (len(set(names)) == len(names) and all(map(NAME.fullmatch, names)))


def read_toolkit(head: Head) -> Iterator[Row | Reject]:
    """Posts, each account once. The first line is a header if it may be one; if it is no message either, it is said."""
    number, known = 0, set()
    for position, cells in enumerate(cells_of(head)):
        if position == 0 and isinstance(cells, list) and _is_header(cells):
            continue
        number += 1
        where = f"row {number}"
        if isinstance(cells, Reject):
            yield Reject(where, "", cells.value, cells.reason)
        elif len(cells) != len(TOOLKIT):
            yield Reject(where, "", shown(cells), f"{len(cells)} cells where this format has {len(TOOLKIT)}")
        elif "\0" in "".join(cells):
            yield Reject(where, "", shown(cells), "holds NUL bytes")
        elif position == 0 and not _is_message(cells):
            yield Reject(where, "timestamp", cells[6][:200], "the first line is neither a header nor a message")
        else:
            row = dict(zip(TOOLKIT, cells, strict=True))
            if filled(row["user_id"]) and row["user_id"] not in known:
                known.add(row["user_id"])
                yield Row("accounts", {"account_id": row["user_id"], "handle": row["username"]}, where)
            yield _message(row, where)


def _message(row: dict[str, str], where: str) -> Row:
    cells = {
        "post_id": row["message_id"],
        "account_id": row["user_id"],
        "at": row["timestamp"],
        "text": row["message"],
        "urls": row["urls"].split(),
        "repost_of": row["repost_id"],
        "reply_to": row["reply_id"],
    }
    return Row("posts", cells, where)


# ---- CooRTweet: one row a share


def recognises_shares(head: Head) -> Match | None:
    """Its four columns."""
    return Match(100, "the four columns") if named_columns(head, *SHARES) else None


def read_shares(head: Head) -> Iterator[Row | Reject]:
    """Posts. One that shares several links or hashtags stands on several rows, and becomes one."""
    repeated = _repeated(head)
    waiting: dict[str, list[Record]] = {}
    for found in rows_of(head, SHARES):
        if isinstance(found, Reject):
            yield found
            continue
        content = str(found.value.get("content_id"))
        if hash(content) in repeated:
            waiting.setdefault(content, []).append(found)
        else:
            yield _share([found])
    for shares in waiting.values():
        yield from _together(shares)


def _repeated(head: Head) -> set[int]:
    """Hashes of the posts that more than one row is about."""
    once: set[int] = set()
    more: set[int] = set()
    for found in rows_of(head, SHARES):
        if isinstance(found, Record):
            key = hash(str(found.value.get("content_id")))
            (more if key in once else once).add(key)
    return more


def _together(shares: list[Record]) -> Iterator[Row | Reject]:
    """Rows of one post by one account at one time; any other is a reject.

    A post that repeats two others (it repeats one and quotes one) is told once for each.
    """
    first = shares[0]
    same = [s for s in shares if all(s.value.get(k) == first.value.get(k) for k in ("account_id", "timestamp_share"))]
    originals: dict[str, Record] = {}
    for share in same:
        if _kind(share.value.get("object_id")) == "repost_of":
            originals.setdefault(str(share.value.get("object_id")), share)
    others = list(originals.values())[1:]
    yield _share([s for s in same if all(s is not other for other in others)])
    for share in others:
        row = _share([share])
        made = f"{share.value.get('content_id')}#{share.value.get('object_id')}"
        yield Row(row.table, {**row.cells, "post_id": made}, row.record, row.raw)
    for share in shares[1:]:
        content = shown(share.value.get("content_id"))
        if share not in same:
            said = "the post has another account or time on an earlier row"
            yield Reject(share.where, "content_id", content, said)
        else:
            yield Reject(share.where, "content_id", content, f"the same post as in {first.where}", "field")


def _kind(shared: Any) -> str:
    """What an object is by its looks: links and hashtags show it, anything else is the post that was repeated."""
    text = str(shared or "")
    return "urls" if "://" in text else "hashtags" if text.startswith("#") else "repost_of"


def _share(shares: list[Record]) -> Row:
    first = shares[0].value
    objects: dict[str, list[str]] = {}
    for share in shares:
        if filled(share.value.get("object_id")):
            objects.setdefault(_kind(share.value.get("object_id")), []).append(str(share.value.get("object_id")))
    cells = {
        "post_id": first.get("content_id"),
        "account_id": first.get("account_id"),
        "at": first.get("timestamp_share"),
        "urls": objects.get("urls"),
        "hashtags": [tag.removeprefix("#") for tag in objects.get("hashtags", [])],
        "repost_of": objects.get("repost_of", [None])[0],
    }
    return Row("posts", cells, shares[0].where, {k: v for k, v in first.items() if k not in SHARES and filled(v)})


FORMATS = (
    Format(
        name="coordination-network-toolkit",
        title="coordination-network-toolkit messages",
        help="The CSV its preprocess command takes: eight columns by their position, whatever the header says.",
        grade="F6",
        looks_for="messages for coordination-network-toolkit (eight columns from message_id to urls)",
        recognises=recognises_toolkit,
        read=read_toolkit,
        gives=(
            Gives("1 message_id, 2 user_id, 3 username", "posts.post_id, account_id; accounts.handle"),
            Gives("4 repost_id, 5 reply_id, 6 message", "posts.repost_of, reply_to, text"),
            Gives("7 timestamp", "posts.at", "", "seconds since 1970; the program itself takes nothing else"),
            Gives("8 urls", "posts.urls", "", "parted by spaces; an empty cell is no link"),
        ),
        example="messages.csv",
    ),
    Format(
        name="coortweet",
        title="CooRTweet shares",
        help="The table prep_data makes: object_id, account_id, content_id, timestamp_share.",
        grade="F6",
        looks_for="shares for CooRTweet (object_id, account_id, content_id, timestamp_share)",
        recognises=recognises_shares,
        read=read_shares,
        gives=(
            Gives("account_id, content_id, timestamp_share", "posts.account_id, post_id, at"),
            Gives("object_id", "posts.urls, hashtags or repost_of", "", "a link, a hashtag, else the post repeated"),
        ),
        example="shares.csv",
    ),
)
