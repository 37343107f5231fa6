"""Russian troll tweets: the set of Linvill and Warren, as one table and cut by author (formats.md, 8)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.columns import named_columns, rows_of
from attrigraph.loaders.formats.holder import filled, rest
from attrigraph.loaders.formats.reading import Record, nobody
from attrigraph.loaders.sniff import Head

__all__ = ["FORMATS"]

NEEDED = ("content", "region", "language", "publish_date", "post_type")
AUTHOR = ("author_id", "author")
MONTH_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d{2})")
SHORTENED = re.compile(r"https?://[^\s\"'<>]+")
NO_LANGUAGE = ("ukrainian", "language undefined", "")
"""Text labelled Ukrainian is Russian, in this set: the label says nothing."""
REGION = "a guess of the vendor that collected the tweets, right for 3.2 % of 2,839 accounts; never weighed"
USED = (
    *NEEDED,
    *AUTHOR,
    "harvested_date",
    "following",
    "followers",
    "alt_external_id",
    "external_author_id",
    "tweet_id",
)


def recognises(head: Head) -> Match | None:
    """The columns of the set, or of its list of authors."""
    if named_columns(head, *NEEDED) and any(named_columns(head, name) for name in AUTHOR):
        return Match(100, "tweets")
    return None


def recognises_authors(head: Head) -> Match | None:
    """The list of authors that comes with the cut by author."""
    fits = named_columns(head, "account_type", "account_category") and any(named_columns(head, n) for n in AUTHOR)
    return Match(95, "authors") if fits and not named_columns(head, "content") else None


def read(head: Head) -> Iterator[Row | Reject]:
    """Posts; each author once, and each region the vendor guessed for one."""
    seen: set[tuple[str, str]] = set()
    for found in rows_of(head, NEEDED):
        if isinstance(found, Reject):
            yield found
            continue
        name = _author(found.value)
        if not name:
            yield nobody(found.where)
            continue
        if (name, "") not in seen:
            seen.add((name, ""))
            yield _account(found, name)
        region = str(found.value.get("region") or "")
        if filled(region) and (name, region) not in seen:
            seen.add((name, region))
            cells = {"account_id": name, "signal": "vendor_region", "value": region, "note": REGION}
            yield Row("signals", cells, found.where)
        yield _post(found, name)


def _author(row: Mapping[str, Any]) -> str:
    """The handle: numeric ids are missing in the cut by author, and went through a spreadsheet elsewhere."""
    return next((str(row[name]).strip() for name in AUTHOR if filled(row.get(name))), "")


def _account(found: Record, name: str) -> Row:
    row = found.value
    cells = {
        "account_id": name,
        "handle": row.get("author") or name,
        "followers": row.get("followers"),
        "following": row.get("following"),
    }
    kept = {k: row[k] for k in ("account_type", "account_category", "alt_external_id") if filled(row.get(k))}
    return Row("accounts", cells | {"observed_at": _time(row.get("publish_date"))}, found.where, kept)


def _post(found: Record, name: str) -> Row:
    row = found.value
    text, language = str(row.get("content") or ""), str(row.get("language") or "")
    cells = {
        "account_id": name,
        "post_id": row.get("tweet_id"),
        "at": _time(row.get("publish_date")),
        "text": text,
        "language": None if language.casefold() in NO_LANGUAGE else language,
        "urls": SHORTENED.findall(text),
    }
    return Row("posts", cells, found.where, rest(row, *USED) | {"vendor_language": language})


def _time(cell: Any) -> str | None:
    """`10/1/2017 19:58` has the month first; the cut by author has ISO times. Both are UTC."""
    found = MONTH_FIRST.fullmatch(str(cell or "").strip())
    if not found:
        return str(cell) if filled(cell) else None
    month, day, year, hour, minute = map(int, found.groups())
    return f"{year:04d}-{month:02d}-{day:02d} {hour:02d}:{minute:02d}:00"


def read_authors(head: Head) -> Iterator[Row | Reject]:
    """Authors with what the researchers called them, which stays in raw."""
    for found in rows_of(head, ("account_type", "account_category")):
        if isinstance(found, Reject):
            yield found
        elif not (name := _author(found.value)):
            yield nobody(found.where)
        else:
            yield Row(
                "accounts",
                {"account_id": name, "handle": found.value.get("author") or name},
                found.where,
                rest(found.value, *AUTHOR),
            )


TWEETS = Format(
    name="russian-troll-tweets",
    title="Russian troll tweets",
    help="IRAhandle_tweets_<n>.csv of Linvill and Warren, the cut by author, or Parquet with the same columns.",
    grade="C3",
    looks_for="Russian troll tweets (author, content, region, language, publish_date, post_type)",
    recognises=recognises,
    read=read,
    platform="x",
    timezone="UTC",
    gives=(
        Gives("author or author_id", "accounts.account_id", "", "the handle: numbers lost their digits in this set"),
        Gives("publish_date", "posts.at", "", "minutes, UTC; the month first in the published files"),
        Gives("content", "posts.text, posts.urls"),
        Gives("language", "posts.language", "E6", 'not "Ukrainian", which is Russian text here'),
        Gives("followers, following", "accounts", "", "at the first tweet of the author in the file"),
        Gives("region", "signals: vendor_region", "D5", "a vendor's guess; kept, and read by no signal"),
    ),
    ignores=("account_type, account_category, updates, post_type, retweet: kept in raw",),
    example="IRAhandle_tweets_1.csv",
)
AUTHORS = Format(
    name="russian-troll-authors",
    title="Russian troll tweets, authors",
    help="authors.csv beside the cut by author.",
    grade="C3",
    looks_for="the authors of the Russian troll tweets (author, account_type, account_category)",
    recognises=recognises_authors,
    read=read_authors,
    platform="x",
    timezone="UTC",
    gives=(Gives("author or author_id", "accounts.account_id, accounts.handle"),),
    ignores=("account_type, account_category: the researchers' words, kept in raw",),
    example="authors.csv",
)
FORMATS = (TWEETS, AUTHORS)
