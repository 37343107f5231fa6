"""X "About this account": captured answers of the panel, or copies of them by third parties (formats.md section X).

The label "based in" may be a region, and so may the store. A missing accuracy flag stays unknown. X has published no
definition of either label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from attrigraph.loaders.content import lines
from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import filled, names_account, whole_number
from attrigraph.loaders.formats.reading import keyless, shown
from attrigraph.loaders.sniff import Head, document
from attrigraph.territories import resolve_place

__all__ = ["FORMAT"]

PROFILE, COPY = "about_profile", "about_account"
KNOWN = frozenset((
    "account_based_in", "based_in", "location_accurate", "created_country_accurate", "source", "learn_more_url",
    "affiliate_username", "username_changes",
))  # fmt: skip
HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
ASKED = ("requested_handle", "requested_screen_name", "query", "handle", "screen_name", "username")
DIGITS = 9
"""Of a number of changes of the handle at most."""
SEEN = ("captured_at", "fetched_at", "retrieved_at", "observed_at")
DEPTH = 8
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def recognises(head: Head) -> Match | None:
    """A JSON document, list or lines of objects that hold `about_profile` or `about_account`."""
    sample = _sample(head)
    if _find(sample, PROFILE) is not None:
        return Match(100, PROFILE)
    if _find(sample, COPY) is not None:
        return Match(90, COPY, grade="C3")
    return None


def _sample(head: Head) -> Any:
    if head.list_key is not None:
        return head.sample.get(head.list_key, [{}])[0]
    return head.sample


def read(head: Head) -> Iterator[Row | Reject]:
    """One account a record, with a row of `accounts` and up to three of `signals`."""
    named_by_file = _handle(head.content.path.name.split(".")[0])
    records = list(_records(head)) if head.kind == "json" else None
    alone = records is not None and len(records) == 1
    for where, text in records if records is not None else _records(head):
        try:
            record = msgspec.json.decode(text)
        except msgspec.DecodeError as error:
            yield Reject(where, "", text[:200].decode("utf-8", "replace"), f"not JSON: {_brief(error)}")
            continue
        yield from _account(record, where, named_by_file if alone else None, head.account if alone else None)


def _records(head: Head) -> Iterator[tuple[str, bytes]]:
    if head.kind == "jsonl":
        yield from (
            (f"line {line.number}", line.text.encode())
            for line in lines(head.content, head.encoding)
            if line.text.strip()
        )
        return
    prefix = f"$.{head.list_key}" if head.list_key else "$"
    items = document(head)
    for index, item in enumerate(items):
        yield ("$" if len(items) == 1 and not head.list_key else f"{prefix}[{index}]"), item


def _account(record: Any, where: str, named_by_file: str | None, given: str | None) -> Iterator[Row | Reject]:
    holder = _find(record, PROFILE) or _find(record, COPY)
    if holder is None:
        text = msgspec.json.encode(record)[:200].decode("utf-8", "replace")
        yield Reject(where, PROFILE, text, "no about_profile in the record")
        return
    about: Mapping[str, Any] = holder.get(PROFILE) or holder.get(COPY) or {}
    for key, value in (("core", holder.get("core")), ("username_changes", about.get("username_changes"))):
        if value and not isinstance(value, Mapping):
            yield Reject(where, key, str(value), "not an object, so it was not read", "field")
    core = _object(holder.get("core"))
    handle = _handle(core.get("screen_name") or holder.get("screen_name"))
    asked = _asked(record, holder)
    if asked and handle and asked.casefold() != handle.casefold():
        yield Reject(where, "screen_name", handle, "the answer is about another account than the one asked for")
        return
    yield from _no_handles(record, holder, core, where)
    name = handle or asked or named_by_file
    rest_id = holder.get("rest_id")
    if filled(rest_id) and not names_account(rest_id):
        yield Reject(where, "rest_id", shown(rest_id), "not the number of an account", "field")
        rest_id = None
    number = rest_id or (holder.get("id") if str(holder.get("id")).isdigit() else None)
    number = number or given
    native = number or name
    if not native:
        yield Reject(where, "screen_name", "", "the record names no account")
        return
    if not number:
        from_where = "the file's name" if not (handle or asked) else "the handle"
        yield Reject(where, "account_id", str(native), f"no numeric id: the account is named by {from_where}", "field")
    if about and KNOWN.isdisjoint(about):
        yield Reject(where, PROFILE, ", ".join(map(str, about))[:200], "no key of the panel is known", "field")
    seen = next((record[k] for k in SEEN if isinstance(record, Mapping) and record.get(k)), None)
    common = {"account_id": str(native), "platform": "x"}
    profile = _profile(holder, core, name)
    yield Row("accounts", common | profile | {"observed_at": seen}, where, _rest(about, holder))
    yield from _signals(about, common | {"observed_at": seen}, where)
    yield from _handle_change(about, common | {"value": profile["handle"]}, where)
    place = holder.get("location")
    if filled(place) and not isinstance(place, str):
        yield Reject(where, "location", shown(place), "not text", "field")
    yield from _unread_changes(_object(about.get("username_changes")), where)


def _no_handles(record: Any, holder: Mapping[str, Any], core: Mapping[str, Any], where: str) -> Iterator[Reject]:
    """A remark for names of the account, and of the one that was asked for, that are no handles."""
    named = core.get("screen_name") or holder.get("screen_name")
    if filled(named) and not _handle(named):
        yield Reject(where, "screen_name", shown(named), "not a handle", "field")
    wrapper = record if isinstance(record, Mapping) and record is not holder else {}
    told = {key: wrapper[key] for key in ASKED if key != "query" and filled(wrapper.get(key))}
    if told and not _asked(record, holder):
        key, value = next(iter(told.items()))
        yield Reject(where, key, shown(value), "not a handle", "field")


def _unread_changes(changes: Mapping[str, Any], where: str) -> Iterator[Reject]:
    """A remark for each part of the changes of the handle that cannot be read."""
    here = f"{where}.username_changes"
    yield from keyless(changes, here, "count", "last_changed_at_msec", "last_changed_at", kind="field")
    count = changes.get("count")
    if filled(count) and whole_number(count, DIGITS) is None:
        yield Reject(where, "username_changes.count", shown(count), "not a number of changes", "field")
    for key in ("last_changed_at_msec", "last_changed_at"):
        if filled(changes.get(key)) and not _last_change({"username_changes": {key: changes[key]}}):
            reason = "not a time, so no change of the handle is known"
            yield Reject(where, "username_changes", shown(changes[key]), reason, "field")


def _profile(holder: Mapping[str, Any], core: Mapping[str, Any], handle: str | None) -> dict[str, Any]:
    return {
        "handle": handle,
        "display_name": core.get("name") or holder.get("name"),
        "created_at": core.get("created_at") or holder.get("created_at"),
        "location": holder["location"] if isinstance(holder.get("location"), str) else None,
    }


def _signals(about: Mapping[str, Any], common: dict[str, Any], where: str) -> Iterator[Row]:
    based = about.get("account_based_in") or about.get("based_in")
    if based:
        place = resolve_place(str(based))
        signal = "platform_region" if place and place.region else "platform_country"
        accurate = about.get("location_accurate")
        yield Row(
            "signals",
            common | {"signal": signal, "value": based, "accurate": accurate, "note": _changes(about)},
            f"{where}.based_in" if where.startswith("$") else where,
        )
    store = about.get("source")
    if store and str(store).strip().casefold() != "web":
        yield Row(
            "signals",
            common | {"signal": "store_country", "value": store},
            f"{where}.source" if where.startswith("$") else where,
        )


def _handle_change(about: Mapping[str, Any], common: dict[str, Any], where: str) -> Iterator[Row]:
    """The last change of the handle, when the panel says its day: it may have changed hands then."""
    last = _last_change(about)
    if last and common["value"]:
        note = "last change of the handle; its name before is not shown"
        row = common | {"signal": "handle_change", "observed_at": last, "note": note}
        yield Row("signals", row, f"{where}.username_changes" if where.startswith("$") else where)


def _last_change(about: Mapping[str, Any]) -> str | None:
    """When the handle was changed last, ISO 8601 with zone; None when the panel gives no time."""
    changes = _object(about.get("username_changes"))
    moment = str(changes.get("last_changed_at_msec") or "")
    if moment.isdecimal() and len(moment) == 13:
        return datetime.fromtimestamp(int(moment) / 1000, UTC).isoformat()
    last = str(changes.get("last_changed_at") or "")
    if DAY.fullmatch(last):
        return f"{last}T00:00:00Z"
    return last if DAY.match(last) else None


def _changes(about: Mapping[str, Any]) -> str | None:
    """The hint that an account may have changed hands: "username changed 3 times, last on 2021-01-01"."""
    changes = _object(about.get("username_changes"))
    count = whole_number(changes.get("count"), DIGITS)
    if not count:
        return None
    text = f"username changed {count} time{'s' if count > 1 else ''}"
    last = _last_change(about) or str(changes.get("last_changed_at") or "")
    return f"{text}, last on {last[:10]}" if last else text


def _rest(about: Mapping[str, Any], holder: Mapping[str, Any]) -> dict[str, Any]:
    """What no column holds: accuracy of the creation country, affiliation, verification."""
    used = ("account_based_in", "based_in", "location_accurate", "source")
    kept = {k: v for k, v in about.items() if k not in used and v is not None}
    checked = {
        k: holder[k] for k in ("is_blue_verified", "verification", "verification_info") if holder.get(k) is not None
    }
    return kept | checked


def _asked(record: Any, holder: Mapping[str, Any]) -> str | None:
    """The handle that was asked for, when a wrapper around the answer says it."""
    if not isinstance(record, Mapping) or record is holder:
        return None
    return next(filter(None, (_handle(record[k]) for k in ASKED if isinstance(record.get(k), str))), None)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _handle(text: Any) -> str | None:
    plain = str(text or "").strip().removeprefix("@")
    return plain if HANDLE.fullmatch(plain) else None


def _find(value: Any, key: str, depth: int = 0) -> Mapping[str, Any] | None:
    """The first object inside `value` that holds an object under `key`."""
    if depth > DEPTH or not isinstance(value, Mapping | list):
        return None
    if isinstance(value, Mapping) and isinstance(value.get(key), Mapping):
        return value
    inner = value.values() if isinstance(value, Mapping) else value[:3]
    return next((found for v in inner if (found := _find(v, key, depth + 1)) is not None), None)


def _brief(error: Exception) -> str:
    return str(error).split("(")[0].strip()


FORMAT = Format(
    name="x-about",
    title='X "About this account"',
    help="Captured JSON of the panel: one answer, a list, or one a line; also the copies that FxEmbed makes.",
    grade="B3",
    looks_for='X "About this account" (JSON with about_profile or about_account)',
    recognises=recognises,
    read=read,
    platform="x",
    gives=(
        Gives("account_based_in", "signals: platform_country", note="platform_region when it names a region"),
        Gives("location_accurate", "signals.accurate", note="missing is unknown; false lowers to B4"),
        Gives("source", "signals: store_country", note="United States App Store, India Android App; web is none"),
        Gives("username_changes.last_changed_at_msec", "signals: handle_change", note="text"),
        Gives("core.screen_name, core.created_at, rest_id", "accounts", note="may be missing"),
        Gives("about_account", "the same, from copies by third parties", "C3", "drops flags that are false"),
    ),
    ignores=("created_country_accurate, verification: context, kept in raw",),
    example="answers of AboutAccountQuery as JSON, one or many",
)
