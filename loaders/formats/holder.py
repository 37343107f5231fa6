"""Rows about the account that a file is about: exports and returns give many records of one holder.

What is empty, or a word for nothing ("None", "N/A"), makes no row of a signal or an identifier; a login without a time
or an address is still offered, and becomes a reject with its reason.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from attrigraph.loaders.formats.base import Reject, Row
from attrigraph.loaders.formats.reading import get, has, shown
from attrigraph.loaders.sniff import Head

__all__ = [
    "RETURN_GRADE",
    "Holder",
    "filled",
    "flag",
    "header_in",
    "names_account",
    "rest",
    "unflagged",
    "whole_number",
]

RETURN_GRADE = "B3"
"""Of a return whose integrity nobody has checked; with a checked signature it is A2 (`--grade A2`)."""
NOTHING = frozenset(("", "na", "n/a", "nan", "null", "none", "-", "\\n", "unknown", "[]", "{}"))
HEADER_LINES = 60


def filled(value: Any) -> bool:
    """Whether a cell says something.

    >>> filled("FR"), filled(0), filled("N/A"), filled(" "), filled(None), filled([])
    (True, True, False, False, False, False)
    """
    return value is not None and str(value).strip().casefold() not in NOTHING


def names_account(value: Any) -> bool:
    """Whether a cell can name an account: it says something, and is no list or object.

    >>> names_account("1042"), names_account(1042), names_account({"id": 1042}), names_account("N/A")
    (True, True, False, False)
    """
    return filled(value) and not isinstance(value, list | Mapping)


def whole_number(value: Any, digits: int) -> int | None:
    """A count of at most so many digits, also as text; None for anything else.

    >>> whole_number(" 12 ", 6), whole_number(3, 6), whole_number("some", 6), whole_number("1234567", 6)
    (12, 3, None, None)
    """
    text = str(value).strip() if filled(value) else ""
    return int(text) if text.isdecimal() and len(text) <= digits else None


def flag(value: Any) -> bool | None:
    """A flag that is true or false, also as text; None for anything else.

    >>> flag(True), flag("False "), flag("maybe"), flag(1)
    (True, False, None, None)
    """
    text = str(value).strip().casefold() if isinstance(value, bool | str) else ""
    return {"true": True, "false": False}.get(text)


def unflagged(record: Any, where: str, *names: str) -> Iterator[Reject]:
    """A remark for each of these flags that is there and says neither true nor false."""
    for name in names:
        value = get(record, name)
        if filled(value) and flag(value) is None:
            yield Reject(where, name, shown(value), "neither true nor false", "field")


def rest(record: Mapping[str, Any], *used: str) -> dict[str, Any]:
    """What a record holds beyond the keys that were used, without the empty ones."""
    return {key: value for key, value in record.items() if key not in used and filled(value)}


def header_in(head: Head, *names: str) -> bool:
    """Whether a line near the start of delimited text is a header with all these names: notes may stand above it."""
    if head.kind != "csv":
        return False
    if has(head.columns, *names):
        return True
    text = head.start.decode(head.encoding or ("utf-16" if head.content.utf16 else "utf-8"), "replace")
    lines = (
        line for line in text.replace("\0", "").splitlines()[:HEADER_LINES] if names[0].casefold() in line.casefold()
    )
    return any(has(cells, *names) for line in lines for cells in _cells(line, head.delimiter or ","))


def _cells(line: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(line), delimiter=delimiter)
    except csv.Error:
        return


@dataclass(frozen=True, slots=True)
class Holder:
    """An account, which rows are made for. Without a platform the one of the format, or of --platform, is taken."""

    account_id: str
    platform: str | None

    def _row(self, table: str, where: str, cells: Mapping[str, Any], raw: Mapping[str, Any] | None = None) -> Row:
        named = {"account_id": self.account_id, "platform": self.platform}
        return Row(table, named | {k: v for k, v in cells.items() if v is not None}, where, raw or {})

    def account(self, where: str, raw: Mapping[str, Any] | None = None, **cells: Any) -> Row:
        """The account itself, with columns of `accounts`."""
        return self._row("accounts", where, {k: v for k, v in cells.items() if filled(v)}, raw)

    def login(
        self, where: str, at: Any, ip: Any, kind: str = "login", raw: Mapping[str, Any] | None = None, **cells: Any
    ) -> Row:
        """A login, session or registration."""
        return self._row("logins", where, {"at": at, "ip": ip, "kind": kind} | cells, raw)

    def post(self, where: str, at: Any, raw: Mapping[str, Any] | None = None, **cells: Any) -> Row:
        """A post; without a text it only says that the account was active."""
        return self._row("posts", where, {"at": at} | cells, raw)

    def signal(self, where: str, name: str, value: Any, at: Any = None, note: str | None = None) -> Iterator[Row]:
        """A signal, when there is a value."""
        if filled(value):
            yield self._row("signals", where, {"signal": name, "value": value, "observed_at": at, "note": note})

    def websites(self, where: str, others: Iterable[str]) -> Iterator[Row]:
        """Signals of the websites of a profile beyond the one that stands with the account."""
        for site in others:
            yield from self.signal(where, "linked_domain", site, note="another website of the profile")

    def identifier(self, where: str, kind: str, value: Any, first: Any = None, last: Any = None) -> Iterator[Row]:
        """An identifier, when there is one."""
        if filled(value):
            cells = {"kind": kind, "value": value, "first_seen": first, "last_seen": last}
            yield self._row("identifiers", where, cells)

    def tie(self, where: str, other: Any, kind: str, since: Any = None) -> Row:
        """A tie to another account of the same platform."""
        return self._row("ties", where, {"other_id": other, "kind": kind, "first_seen": since})
