"""Accounts in memory for tests of mirrors: profiles, posts and devices, each in one line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from attrigraph.links.mirrors.find import Mirrors, find_mirrors
from attrigraph.links.mirrors.records import Mirror, MirrorOptions
from tests.observed import Rows

__all__ = ["BIO", "account", "mirrors_of", "one_mirror", "posts", "strangers", "used"]

START = datetime(2026, 1, 1, tzinfo=UTC)
BIO = "Harbour pilot and father of three who writes about tides ships and weather"


def account(id_: str, handle: str, *, days: float | None = None, **more: Any) -> dict[str, Any]:
    """A profile; `days` is the day it was created, counted from the start of 2026."""
    row = {"account_id": f"x:{id_}", "platform": "x", "handle": handle, **more}
    return row if days is None else row | {"created_at": START + timedelta(days=days)}


def strangers(count: int = 30) -> list[dict[str, Any]]:
    """Unrelated accounts, so that what is rare can be told from what is common."""
    letters = str.maketrans("0123456789abcdef", "bcdfghjklmnpqrst")
    names = [sha256(str(n).encode()).hexdigest()[:9].translate(letters) for n in range(count)]
    return [account(f"s{n}", name, days=n, followers=100 + n) for n, name in enumerate(names)]


def posts(id_: str, *texts: str, at: float = 0.0, every: float = 3600.0) -> list[dict[str, Any]]:
    """Posts of an account, the first `at` seconds after the start."""
    return [
        {
            "post_id": f"{id_}-{n}",
            "account_id": f"x:{id_}",
            "platform": "x",
            "at": START + timedelta(seconds=at + n * every),
            "text": text,
        }
        for n, text in enumerate(texts)
    ]


def used(kind: str, value: str, *ids: str) -> list[dict[str, Any]]:
    """An identifier that these accounts used."""
    return [{"account_id": f"x:{i}", "platform": "x", "kind": kind, "value": value} for i in ids]


def mirrors_of(
    *accounts: dict[str, Any], options: MirrorOptions | None = None, **tables: Sequence[dict[str, Any]]
) -> Mirrors:
    return find_mirrors(Rows(accounts=list(accounts), **tables).connection(), options)


def one_mirror(*accounts: dict[str, Any], **tables: Sequence[dict[str, Any]]) -> Mirror:
    """The only candidate among these accounts and thirty strangers."""
    (found,) = mirrors_of(*accounts, *strangers(), **tables).mirrors
    return found
