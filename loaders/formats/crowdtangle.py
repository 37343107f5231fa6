"""CrowdTangle: posts with the country where most managers of the Page sit (formats.md, 4.2 and 12).

The service closed on 14 August 2024; archives remain: its own CSV, its JSON, and tables of CooRnet with dots or
underscores. "NA" is a missing value in tables written by R and Namibia elsewhere: the file decides, and a remark says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import Holder, filled
from attrigraph.loaders.formats.reading import Record, dig, json_of, keyed, objects, records, shown, table_rows
from attrigraph.loaders.sniff import Head
from attrigraph.loaders.tables import fold

__all__ = ["FORMAT"]

COUNTRY = ("accountpageadmintopcountry", "pageadmintopcountry")
NAMIBIA = "NA"
ZONES = {
    "UTC": "+00", "GMT": "+00", "EST": "-05", "EDT": "-04", "CST": "-06", "CDT": "-05", "MST": "-07", "MDT": "-06",
    "PST": "-08", "PDT": "-07", "BST": "+01", "CET": "+01", "CEST": "+02", "EET": "+02", "EEST": "+03",
}  # fmt: skip
"""Zones that CrowdTangle's own CSV writes after a time."""
ZONED = re.compile(r"(.*\d)\s+([A-Z]{3,4})")
NUMBERED = "account.id is CrowdTangle's own number, not the platform's"


def recognises(head: Head) -> Match | None:
    """A column of the country of the managers, or accounts with that key inside posts."""
    if head.kind == "csv" and _is_header(head.columns):
        return Match(95, "pageAdminTopCountry")
    if head.kind in ("json", "jsonl"):
        inside = (head.sample, dig(head.sample, "posts", 0), dig(head.sample, "result", "posts", 0))
        accounts = [dig(value, "account") for value in inside]
        if any(isinstance(a, Mapping) and "platformId" in a and "subscriberCount" in a for a in accounts):
            return Match(95, "posts with their account")
    return None


def _is_header(columns: Sequence[str]) -> bool:
    return any(_folded(c) in COUNTRY for c in columns)


@cache
def _folded(name: str) -> str:
    return fold(name)


def read(head: Head) -> Iterator[Row | Reject]:
    """A post a record, with its account the first time it occurs, and its country whenever that differs."""
    missing = False
    if head.kind == "csv":
        here, elsewhere = _na(head)
        missing = elsewhere
        if here:
            meaning = "missing, as in its other columns" if elsewhere else "Namibia: no other column holds it"
            yield Reject("row 1", "pageAdminTopCountry", NAMIBIA, f"NA ({here} rows) was read as {meaning}", "field")
    known: dict[str, set[str]] = {}
    for found in _records(head):
        if isinstance(found, Reject):
            yield found
        else:
            yield from _unread(head, found)
            yield from _post(_flat(found.value, missing), found.where, known)


def _na(head: Head) -> tuple[int, bool]:
    """Rows whose country is "NA", and whether any other cell of the file is."""
    here, elsewhere = 0, False
    for found in table_rows(head, _is_header):
        if isinstance(found, Record):
            held = {_folded(k) for k, v in found.value.items() if str(v).strip() == NAMIBIA}
            here += bool(held & set(COUNTRY))
            elsewhere = elsewhere or bool(held - set(COUNTRY))
    return here, elsewhere


def _records(head: Head) -> Iterator[Record | Reject]:
    if head.kind == "csv":
        yield from table_rows(head, _is_header)
        return
    if head.kind == "jsonl" or dig(head.sample, "result", "posts") is None:
        yield from records(head)
        return
    document = json_of(head)
    yield from document.remarks
    yield from objects(dig(document.value, "result", "posts"), "$.result.posts")


def _flat(record: Mapping[str, Any], missing: bool) -> dict[str, Any]:
    """Cells by folded name, those of a nested account with `account` before; without "NA" where that is missing."""
    cells = {_folded(k): v for k, v in record.items() if k != "account"}
    account = record.get("account")
    if isinstance(account, Mapping):
        cells |= {"account" + _folded(str(k)): v for k, v in account.items()}
    return {k: v for k, v in cells.items() if not (missing and isinstance(v, str) and v.strip() == NAMIBIA)}


def _unread(head: Head, found: Record) -> Iterator[Reject]:
    """Of JSON what should be an account or links and is not."""
    if head.kind == "csv":
        return
    account, links, where = found.value.get("account"), found.value.get("expandedLinks"), f"{found.where}.expandedLinks"
    if filled(account) and not isinstance(account, Mapping):
        yield Reject(found.where, "account", shown(account), "not an object, so nothing in it was read", "field")
    if filled(links) and not isinstance(links, list):
        yield Reject(where, "expandedLinks", shown(links), "not a list of links", "field")
    elif links:
        bad = (link for link in keyed(links, where, "expanded", "original") if isinstance(link, Reject))
        yield from (replace(link, kind="field") for link in bad)


def _first(cells: Mapping[str, Any], *names: str) -> Any:
    return next((cells[n] for n in names if cells.get(n) is not None and str(cells[n]).strip()), None)


def _post(cells: Mapping[str, Any], where: str, known: dict[str, set[str]]) -> Iterator[Row | Reject]:
    native = _first(cells, "accountplatformid", "facebookid", "pageid", "accounthandle", "username")
    if not filled(native):
        yield Reject(where, "account.platformId", "", f"the record names no account ({NUMBERED})")
        return
    platform = str(_first(cells, "accountplatform", "platform") or "facebook").strip().casefold()
    holder = Holder(str(native).strip(), platform)
    if holder.account_id not in known:
        known[holder.account_id] = set()
        yield _account(holder, cells, where)
    country = _first(cells, *COUNTRY)
    if country is not None and str(country) not in known[holder.account_id]:
        known[holder.account_id].add(str(country))
        note = "country of most managers of the Page, by CrowdTangle"
        named = "Namibia" if str(country).strip() == NAMIBIA else country
        yield from holder.signal(where, "admin_country", named, None, note)
    at = _first(cells, "date", "postcreated")
    if at is None and not any(k in cells for k in ("message", "posturl", "type")):
        return
    yield holder.post(
        where, _zoned(at),
        post_id=_first(cells, "platformid") if "accountplatformid" in cells else None,
        text=_first(cells, "message"),
        language=_first(cells, "languagecode"),
        urls=_links(cells),
    )  # fmt: skip


def _account(holder: Holder, cells: Mapping[str, Any], where: str) -> Row:
    kept = {k: _first(cells, "account" + k, k) for k in ("accounttype", "pagecategory", "verified")}
    return holder.account(
        where,
        {k: v for k, v in kept.items() if filled(v)},
        handle=_first(cells, "accounthandle", "username"),
        display_name=_first(cells, "accountname", "pagename", "groupname"),
        created_at=_zoned(_first(cells, "accountpagecreateddate", "pagecreated")),
        bio=_first(cells, "accountpagedescription", "pagedescription"),
        profile_url=_first(cells, "accounturl"),
        followers=_first(cells, "accountsubscribercount", "followersatposting"),
    )


def _links(cells: Mapping[str, Any]) -> list[str] | None:
    expanded = cells.get("expandedlinks")
    if isinstance(expanded, list):
        told = (dig(link, "expanded") or dig(link, "original") for link in expanded)
        return [str(link) for link in told if filled(link)]
    link = _first(cells, "expanded", "finallink", "link")
    return [str(link)] if link else None


def _zoned(at: Any) -> Any:
    """A time with the zone it names in letters as an offset; without one it is UTC."""
    found = ZONED.fullmatch(at.strip()) if isinstance(at, str) else None
    return f"{found[1]}{ZONES[found[2]]}:00" if found and found[2] in ZONES else at


FORMAT = Format(
    name="crowdtangle",
    title="CrowdTangle",
    help="Posts as CSV or JSON of the service, or as tables of CooRnet: the account, its managers' country, posts.",
    grade="B3",
    looks_for="CrowdTangle posts (account.pageAdminTopCountry)",
    recognises=recognises,
    read=read,
    platform="facebook",
    timezone="UTC",
    gives=(
        Gives(
            "account.pageAdminTopCountry", "signals: admin_country", note="NA is missing, or Namibia: said in a remark"
        ),
        Gives("account.platformId, name, handle, pageCreatedDate, pageDescription, subscriberCount", "accounts"),
        Gives("platformId, date, message, expanded or link, languageCode", "posts", note="times are UTC"),
    ),
    ignores=("counts of reactions", NUMBERED),
    example="ct_shares.csv",
)
