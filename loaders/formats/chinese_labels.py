"""IP labels of Weibo, Douyin, Zhihu, Tieba and Xiaohongshu on posts and comments (formats.md, 4.3 and 12).

Each platform shows where the address was at the time of posting: a province inside mainland China, a country abroad.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import Holder, filled, names_account
from attrigraph.loaders.formats.reading import Record, get, has, objects, records, shown, table_rows
from attrigraph.loaders.sniff import Head
from attrigraph.territories import resolve_place, territory_name

__all__ = ["FORMAT"]

PREFIX = re.compile(r"^\s*(?:发布于|發佈於|来自|來自|IP\s*属地|IP\s*屬地)\s*[::]?\s*")
ANYWHERE = re.compile(r"IP\s*[属屬]地\s*[::]\s*(\S+)")
SUFFIX = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")
LABELS = ("region_name", "ip_label", "ip_location")
KEYS = {
    "aweme_id": "douyin", "cid": "douyin", "mblogid": "weibo", "mid": "weibo", "region_name": "weibo",
    "comment_tag": "zhihu", "tieba_id": "tieba", "tieba_name": "tieba",
}  # fmt: skip
"""A key that only one platform has -> the platform."""
INSIDE = ("reply_comment", "comments", "child_comments", "sub_comments")
LISTS = ("data", "list", "statuses", "comments", "aweme_list", "items", "sub_comments")
IDS = ("idstr", "uid", "id", "user_id", "userid", "url_token")
DEPTH = 3


def recognises(head: Head) -> Match | None:
    """Posts or comments that have an author and one of the labels."""
    if head.kind == "csv":
        return Match(70, "ip_location") if has(head.columns, "ip_location", "user_id") else None
    if head.kind not in ("json", "jsonl") or not isinstance(head.sample, Mapping):
        return None
    sample = [head.sample] if _item(head.sample) else _listed(head.sample)[1]
    found = next((label for item in sample[:20] if isinstance(item, dict) for label in [_label(item)] if label), None)
    return Match(80, found) if found else None


def _item(value: Mapping[str, Any]) -> bool:
    """Whether an object is a post or a comment itself, not an answer that holds some."""
    author = isinstance(get(value, "user", "author"), Mapping) or has(value, "user_id")
    return author and any(has(value, key) for key in (*LABELS, "source", "comment_tag", "created_at", "create_time"))


def _listed(value: Any, where: str = "$", depth: int = 0) -> tuple[str, list[Any]]:
    """The list of posts or comments inside an answer, and where it stands."""
    if not isinstance(value, Mapping) or depth > DEPTH:
        return where, []
    for key in LISTS:
        inner = value.get(key)
        if isinstance(inner, list) and any(isinstance(item, dict) and _item(item) for item in inner[:20]):
            return f"{where}.{key}", inner
    for key in LISTS:
        found = _listed(value.get(key), f"{where}.{key}", depth + 1)
        if found[1]:
            return found
    return where, []


def _label(item: Mapping[str, Any]) -> str | None:
    """The label of a post or comment as shown. The author's own copy of it is the same source and stands in for it."""
    texts = [item.get(key) for key in LABELS]
    source = str(item.get("source") or "")
    texts.append(source if PREFIX.match(source) and _place(PREFIX.sub("", source).strip()) else None)
    tags = item.get("comment_tag")
    texts += [get(t, "text") for t in tags if get(t, "type") == "ip_info"] if isinstance(tags, list) else []
    texts.append(get(get(item, "user", "author"), "ip_location"))
    found = next((str(text) for text in texts if filled(text)), None)
    if found is None:
        written = ANYWHERE.search(str(item.get("text") or "")[:5_000])
        return written[0] if written else None
    return found


def read(head: Head) -> Iterator[Row | Reject]:
    """A post and a label a record; the account once."""
    known: set[str] = set()
    usual = _usual_platform(head)
    for found in _items(head):
        yield from [found] if isinstance(found, Reject) else _one(found, known, usual)


def _usual_platform(head: Head) -> str | None:
    """The platform that the first records tell, for those that have no such key."""
    first = _listed(head.sample)[1] or [head.sample, dict.fromkeys(head.columns)]
    return next((p for item in first[:20] if isinstance(item, dict) and (p := _platform(item))), None)


def _platform(item: Mapping[str, Any]) -> str | None:
    return next((platform for key, platform in KEYS.items() if key in item), None)


def _items(head: Head) -> Iterator[Record | Reject]:
    if head.kind == "csv":
        yield from table_rows(head, ("ip_location", "user_id"))
        return
    for found in records(head):
        if isinstance(found, Reject) or _item(found.value):
            yield from _nested(found)
            continue
        where, items = _listed(found.value, found.where)
        if not items:
            yield Reject(found.where, "", "", "no posts or comments with an author")
        for item in objects(items, where):
            yield from _nested(item)


def _nested(found: Record | Reject, depth: int = 0) -> Iterator[Record | Reject]:
    """A comment, and the answers below it: a number in their place counts them, an object is what was answered."""
    yield found
    if isinstance(found, Reject):
        return
    for key in INSIDE:
        inner, where = found.value.get(key), f"{found.where}.{key}"
        if not filled(inner) or isinstance(inner, int | float | Mapping) or str(inner).strip().isdecimal():
            continue
        if depth >= DEPTH:
            yield Reject(where, key, shown(inner), "answers nested deeper than they are read")
            continue
        for item in objects(inner, where):
            yield from _nested(item, depth + 1)


def _one(found: Record, known: set[str], usual: str | None) -> Iterator[Row | Reject]:
    where, item = found
    user = get(item, "user", "author")
    author = user if isinstance(user, Mapping) else item
    number = next((author[k] for k in (IDS if author is user else ("user_id",)) if names_account(author.get(k))), None)
    if number is None:
        yield Reject(where, "user", "", "the record names no account")
        return
    holder = Holder(str(number), _platform(item) or usual)
    if holder.account_id not in known:
        known.add(holder.account_id)
        yield holder.account(
            where,
            handle=get(author, "unique_id", "url_token"),
            display_name=get(author, "screen_name", "nickname", "user_nickname", "name"),
            bio=get(author, "signature", "headline"),
        )
    at = get(item, "created_at", "create_time", "created_time", "publish_time", "create_date_time")
    yield _post(holder, item, where, at)
    yield from _where(holder, item, where, at)


def _post(holder: Holder, item: Mapping[str, Any], where: str, at: Any) -> Row:
    answered = (item.get(k) for k in ("reply_to_reply_id", "reply_id", "reply_comment_id", "parent_comment_id"))
    return holder.post(
        where,
        at,
        post_id=get(item, "idstr", "cid", "comment_id", "note_id", "aweme_id", "mid", "id"),
        text=get(item, "text_raw", "text", "content", "desc"),
        reply_to=next((v for v in answered if filled(v) and str(v) != "0"), None),
    )


def _where(holder: Holder, item: Mapping[str, Any], where: str, at: Any) -> Iterator[Row | Reject]:
    tags = item.get("comment_tag")
    if filled(tags) and not isinstance(tags, list):
        yield Reject(where, "comment_tag", shown(tags), "not a list of tags", "field")
    for tag in tags if isinstance(tags, list) else ():
        if filled(tag) and not isinstance(tag, Mapping):
            yield Reject(where, "comment_tag", shown(tag), "not a tag", "field")
    told = _label(item)
    if told is None:
        return
    label = PREFIX.sub("", told).strip()
    place = _place(label)
    if place is None:
        yield Reject(where, "ip label", told, "not the name of a place known here; kept as it stands", "field")
    yield from holder.signal(where, "platform_country", place or label, at, f"label {told!r} at the time of posting")


def _place(label: str) -> str | None:
    """The territory of a label: a province is its territory.

    >>> _place("广东"), _place("美国"), _place("中国香港"), _place("Japan"), _place("火星")
    ('China', 'United States', 'Hong Kong', 'Japan', None)

    "Congo" stays the name of two territories.
    """
    for text in (label, SUFFIX.sub("", label), label.partition(" ")[0], label.removeprefix("中国")):
        if text in _names():
            return territory_name(_names()[text])
    if label in ("刚果", "剛果"):
        return "Congo"
    found = resolve_place(label)
    return territory_name(found.code) if found and found.code else None


@cache
def _names() -> dict[str, str]:
    """Names of territories in Chinese (Unicode CLDR) and of the provinces of mainland China -> code."""
    text = files("attrigraph.loaders.formats").joinpath("chinese_places.csv").read_text(encoding="utf-8")
    return {row["name"]: row["code"] for row in csv.DictReader(text.splitlines())}


FORMAT = Format(
    name="chinese-ip-labels",
    title="IP labels of Weibo, Douyin, Zhihu and Tieba",
    help="Posts and comments with the label: answers of the sites, or what crawlers make of them.",
    grade="B3",
    looks_for="posts with an IP label (region_name, ip_label, ip_location, comment_tag)",
    recognises=recognises,
    read=read,
    timezone="Asia/Shanghai",
    gives=(
        Gives(
            "Weibo: region_name; source of comments",
            "signals: platform_country",
            "",
            "发布于 and 来自 are left out",
        ),
        Gives(
            "Douyin: ip_label, user.ip_location", "signals: platform_country", "", "two windows of one source: one row"
        ),
        Gives("Zhihu: comment_tag[type=ip_info].text", "signals: platform_country"),
        Gives("Tieba: text after IP属地:", "signals: platform_country"),
        Gives("ip_location of crawlers' tables", "signals: platform_country", "", "--platform where no key tells it"),
        Gives("id, created_at or create_time, text", "posts", "", "times without a zone are Chinese"),
        Gives("user", "accounts"),
    ),
    ignores=("the province of a label beyond its text in the note", "counts, pictures, topics"),
    example="comments.json",
)
