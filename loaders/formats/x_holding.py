"""Whose a file of X is, and what the files beside it say of that account."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from attrigraph.loaders.formats.base import Reject, Row
from attrigraph.loaders.formats.holder import filled
from attrigraph.loaders.formats.reading import NOBODY, nearest, owner
from attrigraph.loaders.sniff import Head

__all__ = ["Found", "Holding"]

PLATFORM = "x"
PARTS = 20
"""Parts of a split list that are looked for beside a file."""
Found = Iterator[Row | Reject]


@dataclass(frozen=True)
class Holding:
    """A file and whose it is; what files beside it say is read when it is asked for.

    `name` is how a file beside it is called, with `{}` for its kind: "/{}.js".
    """

    head: Head
    name: str
    known: str | None = None
    """The account as the file's own name says it, when nothing better does."""

    @cached_property
    def account(self) -> str | None:
        """Whose the records are that do not say it."""
        beside = [self.name.format("account"), self.name.format("manifest")]
        return owner(self.head, beside, lambda content: _first(content, "accountId")) or self.known

    @cached_property
    def created(self) -> str | None:
        """When the account was created, as the file about the account says."""
        return nearest(self.head, [self.name.format("account")], lambda content: _first(content, "createdAt"))

    @cached_property
    def followers(self) -> frozenset[str] | None:
        """Ids in the list of followers in the same folder; None without such a list."""
        return self._listed("follower")

    @cached_property
    def followed(self) -> frozenset[str] | None:
        """Ids in the list of accounts it follows; None without such a list."""
        return self._listed("following")

    def _listed(self, kind: str) -> frozenset[str] | None:
        names = [kind, *(f"{kind}-part{part}" for part in range(1, PARTS))]
        here = PurePosixPath(self.head.place.inside).parent
        found = [
            set(re.findall(rb'"accountId"\s*:\s*"(\d{1,20})"', content))
            for inside, content in self.head.place.beside(*map(self.name.format, names))
            if PurePosixPath(inside).parent == here
        ]
        return frozenset(i.decode() for ids in found for i in ids) if found else None

    def row(
        self, table: str, where: str, account: Any, cells: Mapping[str, Any], raw: Mapping[str, Any] | None = None
    ) -> Row | Reject:
        """A row about the account a record names, else the one whose file it is; a reject when nobody knows."""
        named = account if filled(account) else self.account
        if named is None:
            return Reject(where, "account_id", "", NOBODY)
        return Row(table, {"account_id": named, "platform": PLATFORM} | dict(cells), where, raw or {})


def _first(content: bytes, key: str) -> str | None:
    found = re.search(rb'"' + key.encode() + rb'"\s*:\s*"([^"]{1,40})"', content)
    return found[1].decode("utf-8", "replace") if found else None
