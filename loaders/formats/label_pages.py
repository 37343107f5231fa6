"""Pages of labels and values whose labels no public source tells: the user says what a label means, `--map LABEL=…`.

A label is what stands before a colon in a list, the first of two cells, or the heading of a column; of a change of the
account it may also be the cell that names it ("Recovery phone changed"). Every label that is not in the user's table is
named in a remark, never read and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from attrigraph.errors import InputError
from attrigraph.loaders.formats.base import Reject, Row
from attrigraph.loaders.formats.holder import Holder, filled
from attrigraph.loaders.formats.pages import Element
from attrigraph.loaders.phone_accounts import telephone
from attrigraph.loaders.tables import CHANGE_SIGNALS, IDENTIFIER_KINDS, SIGNALS, fold, table

__all__ = ["Labels", "Pair", "Record", "pairs_of", "records_of", "shown_value"]

LEFT_OUT = "ignore"
OTHERS = ("account_id", "at", "ip", "registration_ip", "port", "user_agent", LEFT_OUT)
ACCOUNT = tuple(
    c.name for c in table("accounts").columns if c.name not in ("account_id", "platform", "followers", "following")
)
MEANINGS = (*SIGNALS, *CHANGE_SIGNALS, *IDENTIFIER_KINDS, *ACCOUNT, *OTHERS)
"""What a label may mean: a signal, a change, an identifier, a column of accounts, part of a login, or nothing."""
LONGEST = 300
"""Characters of a value that are looked at for a remark, or for the name of a change."""
UNKNOWN = "a label whose meaning nothing says"
UNUSED = "not read here, where nothing is told with it"
MAIL = re.compile(r"([^\s@,;]{1,2})[^\s@,;]*@")
PHONE = re.compile(r"(\+\d\d)\d[\d ().-]{3,}(\d\d)|\b(\d\d)\d{5,11}(\d\d)\b")


@dataclass(frozen=True, slots=True)
class Pair:
    """A label with its value, and where they stand."""

    where: str
    label: str
    value: str


Record = tuple[Pair, ...]
"""The pairs of one row of a table, or one pair by itself."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The user's table: folded label -> what it means."""

    meanings: Mapping[str, str]

    @classmethod
    def told(cls, mapping: Mapping[str, str]) -> Labels:
        """Of `--map` options. Raises InputError for a meaning that does not exist."""
        for label, meaning in mapping.items():
            if meaning not in MEANINGS:
                near = get_close_matches(meaning, MEANINGS, 1)
                hint = f" Did you mean {near[0]}?" if near else f" It may be {', '.join(MEANINGS)}."
                raise InputError(
                    f'--map "{label}={meaning}": {meaning!r} is nothing that a label of a page means.{hint}'
                )
        return cls({fold(label): meaning for label, meaning in mapping.items()})

    def __bool__(self) -> bool:
        return bool(self.meanings)

    def of(self, label: str) -> str | None:
        """What a label means; None when the table does not say."""
        return self.meanings.get(fold(label))

    def unknown(self, records: Sequence[Record]) -> Iterator[Reject]:
        """A remark for every label that is not in the table: once a column of a table, each time elsewhere."""
        told: set[tuple[str, str]] = set()
        for record in records:
            for pair in record:
                known = self.of(pair.label) or self._change(pair)
                column = (pair.where.partition(" row ")[0], pair.label)
                if known is None and filled(pair.value) and column not in told:
                    told.add(column)
                    yield Reject(pair.where, pair.label[:80], shown_value(pair.value), UNKNOWN, "field")

    def unused(self, records: Sequence[Record]) -> Iterator[Reject]:
        """A remark for what the table tells the meaning of, and which means nothing in its place: once a column."""
        told: set[tuple[str, str]] = set()
        for record in records:
            meanings = [self.of(pair.label) for pair in record]
            login = "ip" in meanings or "registration_ip" in meanings
            for pair, meaning in zip(record, meanings, strict=True):
                alone = meaning == "at" and len(record) == 1
                loose = meaning in ("port", "user_agent") and not login
                column = (pair.where.partition(" row ")[0], pair.label)
                if not (alone or loose or (meaning in ACCOUNT and len(record) > 1)):
                    continue
                if filled(pair.value) and column not in told:
                    told.add(column)
                    yield Reject(pair.where, pair.label[:80], shown_value(pair.value), f"{meaning}: {UNUSED}", "field")

    def account(self, records: Sequence[Record]) -> str | None:
        """Whose the page is, when a label says so."""
        return next((p.value for r in records for p in r if self.of(p.label) == "account_id" and filled(p.value)), None)

    def rows(self, holder: Holder, records: Sequence[Record]) -> Iterator[Row]:
        """What the labels of the table say."""
        single = [record[0] for record in records if len(record) == 1]
        about: dict[str, Any] = {
            m: p.value for p in reversed(single) if (m := self.of(p.label)) in ACCOUNT and filled(p.value)
        }
        if about:
            where = next(p.where for p in single if self.of(p.label) in ACCOUNT)
            yield holder.account(where, **about)
        for record in records:
            yield from self._record(holder, record, about.get("created_at"))

    def _record(self, holder: Holder, record: Record, created: str | None) -> Iterator[Row]:
        meant = {meaning: pair.value for pair in reversed(record) if (meaning := self.of(pair.label))}
        at = meant.get("at") or None
        for meaning, kind, when in (("ip", "session", at), ("registration_ip", "registration", at or created)):
            if filled(meant.get(meaning)):
                more: dict[str, Any] = {name: meant[name] for name in ("port", "user_agent") if filled(meant.get(name))}
                yield holder.login(record[0].where, when, meant[meaning], kind, **more)
        for pair in record:
            meaning, note = self.of(pair.label) or "", pair.label[:80]
            if meaning in IDENTIFIER_KINDS:
                yield from holder.identifier(pair.where, meaning, pair.value, at)
            elif meaning == "phone_region" and telephone(pair.value):
                yield from holder.identifier(pair.where, "phone", pair.value, at)  # whose hash keeps the region
            elif meaning in SIGNALS:
                yield from holder.signal(pair.where, meaning, pair.value, at, note)
            elif change := meaning if meaning in CHANGE_SIGNALS and filled(pair.value) else self._change(pair):
                value = pair.value if change == "handle_change" and change == meaning else "changed"
                yield from holder.signal(pair.where, change, value, at, note if change == meaning else pair.value[:80])

    def _change(self, pair: Pair) -> str | None:
        """The change that a cell names itself."""
        named = self.of(pair.value) if len(pair.value) < LONGEST else None
        return named if named in CHANGE_SIGNALS else None


def shown_value(value: str) -> str:
    """A value as a remark shows it: mail addresses and telephone numbers are cut.

    >>> shown_value("zoe.quay@example.org, +351 912 345 678"), shown_value("2026-01-02 03:04:05 Z 192.0.2.1")
    ('zo…@example.org, +35…78', '2026-01-02 03:04:05 Z 192.0.2.1')
    """
    return PHONE.sub(r"\1\3…\2\4", MAIL.sub(r"\1…@", value[:LONGEST]))[:200]


def pairs_of(page: Element) -> Iterator[Record]:
    """The items "label: value" of the lists of a page, split at the first colon."""
    for number, item in enumerate(page.all("li"), 1):
        label, colon, value = item.text.partition(":")
        if colon and item.first("li") is None:
            yield (Pair(f"item {number}", label.strip(), value.strip()),)


def records_of(page: Element) -> Iterator[Record]:
    """The rows of the tables of a page by their headings; without headings two cells are a label and its value."""
    for number, found in enumerate(page.all("table"), 1):
        heading: list[str] = []
        for line, row in enumerate(found.all("tr"), 1):
            cells = [cell for cell in row.children if cell.tag in ("th", "td")]
            texts, where = [cell.text for cell in cells], f"table {number} row {line}"
            if cells and all(cell.tag == "th" for cell in cells):
                heading = texts
            elif heading and len(heading) == len(texts):
                yield tuple(Pair(where, label, text) for label, text in zip(heading, texts, strict=True))
            elif len(texts) == 2:
                yield (Pair(where, texts[0].rstrip(": "), texts[1]),)
            elif any(texts):
                yield tuple(Pair(where, f"column {i}", text) for i, text in enumerate(texts, 1))
