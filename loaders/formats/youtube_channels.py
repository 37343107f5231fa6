"""YouTube Data API, `channels.list` (formats.md, 4.3): the owner chose the country."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import Holder, filled, flag, unflagged
from attrigraph.loaders.formats.reading import dig, get, misfits, objects, records
from attrigraph.loaders.sniff import Head

__all__ = ["FORMAT"]

KIND = "youtube#channel"


def recognises(head: Head) -> Match | None:
    """The answer of the API, its items, or one channel a line."""
    if head.kind not in ("json", "jsonl") or not isinstance(head.sample, Mapping):
        return None
    return Match(100, KIND) if str(head.sample.get("kind") or "").startswith(KIND) else None


def read(head: Head) -> Iterator[Row | Reject]:
    """One channel a record, with the country its owner set."""
    for found in records(head):
        if isinstance(found, Reject):
            yield found
        elif "items" in found.value and "snippet" not in found.value:
            for item in objects(found.value["items"], f"{found.where}.items"):
                yield from [item] if isinstance(item, Reject) else _channel(item.value, item.where)
        elif found.value.get("kind") == f"{KIND}ListResponse":
            yield Reject(found.where, "items", "", "an answer without channels")
        else:
            yield from _channel(found.value, found.where)


def _channel(channel: Mapping[str, Any], where: str) -> Iterator[Row | Reject]:
    snippet, numbers = get(channel, "snippet"), get(channel, "statistics")
    if not filled(channel.get("id")) or not isinstance(channel.get("id"), str):
        yield Reject(where, "id", "", "the channel has no id")
        return
    yield from misfits(channel, ("snippet", ""), ("statistics", ""), ("brandingSettings", "channel", ""), root=where)
    holder = Holder(channel["id"], "youtube")
    yield holder.account(
        where,
        {"viewCount": get(numbers, "viewCount"), "videoCount": get(numbers, "videoCount")} if numbers else None,
        handle=str(get(snippet, "customUrl") or "").removeprefix("@"),
        display_name=get(snippet, "title"),
        created_at=get(snippet, "publishedAt"),
        bio=get(snippet, "description"),
        language=get(snippet, "defaultLanguage") or dig(channel, "brandingSettings", "channel", "defaultLanguage"),
        followers=None if flag(get(numbers, "hiddenSubscriberCount")) else get(numbers, "subscriberCount"),
    )
    places = [get(snippet, "country"), dig(channel, "brandingSettings", "channel", "country")]
    for number, place in enumerate(places):
        if place not in places[:number]:
            yield from holder.signal(where, "declared_country", place)
    yield from unflagged(numbers, f"{where}.statistics", "hiddenSubscriberCount")


FORMAT = Format(
    name="youtube-channels",
    title="YouTube channels",
    help="Answers of the Data API's channels.list: whole, their items, or one channel a line.",
    grade="C3",
    looks_for="YouTube channels (JSON with kind youtube#channel)",
    recognises=recognises,
    read=read,
    platform="youtube",
    gives=(
        Gives(
            "snippet.country, brandingSettings.channel.country",
            "signals: declared_country",
            "E6",
            "set by the owner; missing is unknown; the same twice is one",
        ),
        Gives("snippet.publishedAt, title, customUrl, description", "accounts"),
        Gives("statistics.subscriberCount", "accounts.followers", "", "text in the file; unknown where it is hidden"),
    ),
    ignores=("pictures, playlists, keywords and tracking ids",),
    example="channels.json",
)
