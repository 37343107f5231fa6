"""TikTok Research API, rows of videos and comments (formats.md, 4.3), as JSON, lines of JSON, or a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import Holder, filled, names_account, rest
from attrigraph.loaders.formats.reading import Record, dig, get, has, objects, records, shown, table_rows
from attrigraph.loaders.sniff import Head

__all__ = ["FORMAT"]

WANTED = ("region_code", "username", "create_time")
USED = ("id", "video_id", "username", "create_time", "video_description", "hashtag_names", "region_code")


def recognises(head: Head) -> Match | None:
    """Videos with the country their creator registered in."""
    if head.kind == "csv":
        return Match(95, "region_code") if has(head.columns, *WANTED) else None
    if head.kind not in ("json", "jsonl"):
        return None
    videos = dig(head.sample, "data", "videos") or dig(head.sample, "videos")
    first = videos[0] if isinstance(videos, list) and videos else head.sample
    return Match(95, "region_code") if has(first, *WANTED) else None


def read(head: Head) -> Iterator[Row | Reject]:
    """A post a video; the account and where it was registered once."""
    known: set[tuple[str, str]] = set()
    for found in table_rows(head, WANTED) if head.kind == "csv" else _videos(head):
        if isinstance(found, Reject):
            yield found
            continue
        yield from _video(found, known)


def _videos(head: Head) -> Iterator[Record | Reject]:
    for found in records(head):
        if isinstance(found, Record) and not has(found.value, "username"):
            inside = "data.videos" if dig(found.value, "data", "videos") is not None else "videos"
            videos = dig(found.value, *inside.split("."))
            if videos is None:
                yield Reject(found.where, "videos", "", "no videos in the answer")
            yield from objects(videos, f"{found.where}.{inside}")
        else:
            yield found


def _video(found: Record, known: set[tuple[str, str]]) -> Iterator[Row | Reject]:
    where, video = found
    name = get(video, "username")
    if not names_account(name):
        yield Reject(where, "username", shown(name) if filled(name) else "", "the video names no account")
        return
    holder, place = Holder(str(name), "tiktok"), str(get(video, "region_code") or "")
    if (holder.account_id, "") not in known:
        known.add((holder.account_id, ""))
        yield holder.account(where, handle=name, display_name=get(video, "display_name"))
    if filled(place) and (holder.account_id, place) not in known:
        known.add((holder.account_id, place))
        yield from holder.signal(
            where, "registration_country", place, note="where the creator registered, not where the video was made"
        )
    yield holder.post(
        where,
        get(video, "create_time"),
        _short(rest(video, *USED, "display_name")),
        post_id=get(video, "id", "video_id"),
        text=get(video, "video_description"),
        hashtags=get(video, "hashtag_names"),
    )


def _short(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if key != "voice_to_text"}


FORMAT = Format(
    name="tiktok-research",
    title="TikTok Research API",
    help="Videos of the Research API: the answers, lists of videos, lines of JSON, or a table made of them.",
    grade="B3",
    looks_for="TikTok Research API videos (username, region_code, create_time)",
    recognises=recognises,
    read=read,
    platform="tiktok",
    gives=(
        Gives(
            "region_code",
            "signals: registration_country",
            "",
            "where the creator registered; one row an account and value",
        ),
        Gives("username", "accounts.account_id, accounts.handle"),
        Gives("id, create_time, video_description, hashtag_names", "posts"),
    ),
    ignores=("voice_to_text",),
    example="videos.json",
)
