"""Returns that come as Excel workbooks: TikTok's addresses, Apple's iCloud logs, Pinger's logs (formats.md, 5.4).

Their columns vary and a preamble stands above the header: it is the first line that names a time and an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from attrigraph.errors import UnreadableFile
from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import RETURN_GRADE, Holder, filled, rest
from attrigraph.loaders.formats.reading import nobody, shown
from attrigraph.loaders.sniff import DEEPEST_HEADER, Head
from attrigraph.loaders.workbook import sheets

__all__ = ["FORMATS"]

TIME = re.compile(r"time|date", re.IGNORECASE)
ADDRESS = re.compile(r"(^|[^a-z])ip([^a-z]|$)|ip ?address", re.IGNORECASE)
NO_ADDRESS = re.compile(r"country|port|region|city|type|version|location", re.IGNORECASE)
PREAMBLE = re.compile(r"(?:user ?name|account|apple id|dsid|phone number)\s*:?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Header:
    """The line of a sheet that names a time and an address, and where which stands."""

    line: int
    names: tuple[str, ...]
    time: int
    address: int


def _header(rows: Sequence[Sequence[str]]) -> _Header | None:
    for line, cells in enumerate(rows[:DEEPEST_HEADER]):
        names = tuple(cell.strip() for cell in cells)
        times = [i for i, name in enumerate(names) if len(name) < 60 and TIME.search(name)]
        found = [i for i, n in enumerate(names) if len(n) < 60 and ADDRESS.search(n) and not NO_ADDRESS.search(n)]
        if times and found and times[0] != found[0]:
            return _Header(line, names, times[0], found[0])
    return None


def _named(header: _Header, *words: str) -> int | None:
    folded = [name.casefold() for name in header.names]
    return next((i for i, name in enumerate(folded) if all(word in name for word in words)), None)


def _of_tiktok(names: Sequence[str]) -> bool:
    return any("active start" in n for n in names) or any(re.fullmatch(r"ip[ _]country", n) for n in names)


def _of_apple(names: Sequence[str]) -> bool:
    return any("dsid" in n or "icloud" in n or "apple id" in n for n in names)


def _recognised(head: Head, wanted: str) -> Match | None:
    if head.kind != "workbook" or head.name.startswith(("~", ".")):
        return None
    provider = _provider(head.content.path, head.content.sha256, head.name.casefold())
    return Match(90, f"a workbook of {wanted}") if provider == wanted else None


@lru_cache(maxsize=4)
def _provider(path: Path, sha256: str, called: str) -> str | None:  # noqa: ARG001 - the hash is for the cache
    """Whose return a workbook is: by its header, else by the name of the file."""
    try:
        first = next((sheet.rows for sheet in sheets(path)), [])
    except UnreadableFile:
        return None
    header = _header(first)
    if header is None:
        return None
    names = [name.casefold() for name in header.names]
    above = " ".join(" ".join(row) for row in first[: header.line]).casefold()
    if _of_tiktok(names) or "ip data" in called:
        return "tiktok"
    if _of_apple(names) or "icloud" in above or "icloudlogs" in called:
        return "apple"
    return "pinger" if "pinger" in above or "ip logs" in called else None


def _read(head: Head, platform: str) -> Iterator[Row | Reject]:
    """A login a row of every sheet that has a time and an address."""
    for sheet in sheets(head.content.path):
        header, rows = _header(sheet.rows), sheet.rows
        if header is None:
            told = next((row for row in rows if any(cell.strip() for cell in row)), None)
            if told:
                reason = "a sheet without a header of a time and an address, not read"
                yield Reject(f"sheet {sheet.name}", "", shown(list(told)), reason, "field")
            continue
        account = _account(rows[: header.line]) or head.account or _of_name(head)
        for line, cells in enumerate(rows[header.line + 1 :], header.line + 2):
            if any(cell.strip() for cell in cells):
                yield from _login(header, cells, f"sheet {sheet.name} row {line}", platform, account)


def _login(
    header: _Header, cells: Sequence[str], where: str, platform: str, account: str | None
) -> Iterator[Row | Reject]:
    row = dict(zip(header.names, cells, strict=False))
    own = _named(header, "dsid")
    named = cells[own].strip() if own is not None and own < len(cells) else account
    if not filled(named):
        yield nobody(where)
        return
    if any(cell.strip() for cell in cells[len(header.names) :]):
        yield Reject(where, "", shown(list(cells)), f"{len(cells)} cells where the header has {len(header.names)}")
        return
    at, address = (cells[i] if i < len(cells) else "" for i in (header.time, header.address))
    holder = Holder(str(named), platform)
    raw = rest(row, header.names[header.time], header.names[header.address])
    yield holder.login(where, at or None, address or None, "session", _without_country(raw))
    yield from holder.signal(
        where, "platform_country", _country(row), at or None, "the provider's country of that address"
    )


def _country(row: Mapping[str, Any]) -> Any:
    return next((value for name, value in row.items() if "country" in name.casefold()), None)


def _without_country(raw: Mapping[str, Any]) -> dict[str, Any]:
    fine = ("country", "region", "city", "latitude", "longitude")
    return {k: v for k, v in raw.items() if k and not any(word in k.casefold() for word in fine)}


def _account(above: Sequence[Sequence[str]]) -> str | None:
    """The account that the preamble names: a cell "Username:" and the one after it."""
    for row in above:
        for label, value in pairwise(row):
            if PREAMBLE.fullmatch(label.strip()) and filled(value):
                return value.strip()
    return None


def _of_name(head: Head) -> str | None:
    """TikTok names the file after the account: "quay - IP Data.xlsx"."""
    found = re.fullmatch(r"(\S+) ?- IP Data.*\.xlsx", head.name, re.IGNORECASE)
    return found[1] if found else None


def _format(platform: str, title: str, example: str, timezone: str | None) -> Format:
    return Format(
        name=f"{platform}-return",
        title=title,
        help=f"{example}: the header is found under its preamble; --account where nothing says whose.",
        grade=RETURN_GRADE,
        looks_for=f"a workbook of {platform.title()} with a time and an address",
        recognises=lambda head: _recognised(head, platform),
        read=lambda head: _read(head, platform),
        platform=platform,
        timezone=timezone,
        gives=(
            Gives(
                "the columns of the time and of the address",
                "logins",
                "",
                "header under a preamble; lock files (~) are left",
            ),
            Gives("a column of the country", "signals: platform_country", "", "of the same address: no second item"),
        ),
        ignores=("city and region: finer than a country",),
        example=example,
    )


FORMATS = (
    _format("tiktok", "TikTok legal return: addresses", "name - IP Data.xlsx", "UTC"),
    _format("apple", "Apple legal return", "LOG/name_iCloudLogs.xlsx", None),
    _format("pinger", "Pinger legal return", "name IP Logs.xlsx", None),
)
