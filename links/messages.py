"""The posts of a case as columns of integers, in the order of time.

A column is read when a network asks for it, in one scan of the observations; texts become 64-bit hashes there, so that
Python never holds them. Two of a million different keys meet in one hash with a chance of 3e-8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np

from attrigraph.links.records import Ints

__all__ = ["Keys", "Messages", "codes", "plain", "read_messages"]

FEW = 2_000
"""Up to so many ids are picked in the scan; more are read whole and kept."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Messages that have a key in a network: position of the message (ascending), hash of what is shared."""

    message: Ints
    key: Ints


@dataclass(frozen=True, slots=True)
class Messages:
    """`at` (microseconds since 1970) and `user` (position in `accounts`) of every message, oldest first.

    Messages of one moment keep the order of the files. `row` is the position of a message in the observations, None
    when that is its own position; `repeated` counts posts left out because an earlier file has their id.
    """

    connection: duckdb.DuckDBPyConnection
    accounts: Sequence[str]
    at: Ints
    user: Ints
    row: Ints | None = None
    repeated: int = 0
    _ids: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.at)

    def keys(self, key: str, posts: str = "posts") -> Keys:
        """The messages for which the SQL expression `key` over a post, a row of `posts`, is not null."""
        hashes = self.column(f"hash({key})", posts)
        message = np.flatnonzero(hashes != self._null())
        return Keys(message, hashes[message])

    def keys_of_each(self, items: str, key: str = "item") -> Keys:
        """The same for every `item` of the list `items` of posts that are no repost; a message may stand often."""
        found = self.connection.execute(f"SELECT hash({key}) AS k, r FROM {_items(items)}").fetchnumpy()
        hashes, message = (plain(column) for column in found.values())
        kept = hashes != self._null()
        if self.row is None:
            return Keys(message[kept], hashes[kept])
        last = max(message.max(initial=0), self.row.max(initial=0))
        place = np.full(last + 1, -1, dtype=np.int64)
        place[self.row] = np.arange(len(self.row))
        message = place[message]
        kept &= message >= 0
        message, hashes = message[kept], hashes[kept]
        order = np.argsort(message, kind="stable")
        return Keys(message[order], hashes[order])

    def column(self, expression: str, posts: str = "posts") -> Ints:
        """An integer of every message."""
        values = _integers(self.connection.execute(f"SELECT {expression} AS v FROM {posts}"))
        return values if self.row is None else values[self.row]

    def values(self, expression: str, messages: Ints) -> list[str]:
        """A text of each of these messages, such as an id; meant for a few."""
        rows = (messages if self.row is None else self.row[messages]).tolist()
        found = dict(
            self.connection.execute(
                f"SELECT r, v FROM (SELECT {expression} AS v, row_number() OVER () - 1 AS r FROM posts) "
                "WHERE r IN (SELECT unnest(?::BIGINT[]))",
                [rows],
            ).fetchall()
        )
        return [found[row] for row in rows]

    def ids(self) -> Sequence[str]:
        """Ids of the messages, in their order; read when first asked for."""
        return Ids(self)

    def key_names(
        self, key: str, wanted: Sequence[int], *, items: str | None = None, posts: str = "posts"
    ) -> dict[int, str]:
        """Hash of a key -> the key itself, for the hashes wanted."""
        rows = posts if items is None else _items(items)
        found = self.connection.execute(
            f"SELECT hash(k), any_value(k)::VARCHAR FROM (SELECT {key} AS k FROM {rows}) WHERE k IS NOT NULL "
            "AND hash(k) IN (SELECT unnest(?::UBIGINT[])) GROUP BY ALL",
            [[int(k) % 2**64 for k in wanted]],
        ).fetchall()
        return {int(np.uint64(h).astype(np.int64)): name for h, name in found}

    def _null(self) -> np.int64:
        return np.int64(_integers(self.connection.execute("SELECT hash(NULL::VARCHAR) AS v"))[0])


ID = "coalesce(post_id, source || ':' || record)"


class Ids(Sequence[str]):
    """Ids of messages. A post without one is named by its source and record."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    def __len__(self) -> int:
        return len(self._messages)

    def __getitem__(self, which):  # type: ignore[no-untyped-def]
        known = self._messages._ids
        if not known:
            read = self._messages.connection.execute(f"SELECT {ID} FROM posts").fetchall()
            row = self._messages.row
            known.extend(v for (v,) in read) if row is None else known.extend(read[i][0] for i in row)
        return known[which]

    def pick(self, messages: Ints) -> list[str]:
        """The ids of these messages, without reading all of them when they are few."""
        if self._messages._ids or len(messages) > FEW:
            return [self[int(i)] for i in messages]
        return self._messages.values(ID, messages)


def read_messages(connection: duckdb.DuckDBPyConnection) -> Messages:
    """Times and accounts of the view `posts`. A post that several files hold counts once, as the first file has it."""
    at, account, twin = _read(connection)
    row: Ints | None = None
    repeated = 0
    if twin is not None and len(at):
        _, first = np.unique(twin, return_index=True)
        repeated = len(at) - len(first)
        if repeated:
            row = np.sort(first)
            at, account = at[row], account[row]
    if (at[1:] < at[:-1]).any():
        order = np.argsort(at, kind="stable")
        at, account = at[order], account[order]
        row = order if row is None else row[order]
    accounts, user = _named(connection, account)
    return Messages(connection, accounts, at, user, row, repeated)


def _read(connection: duckdb.DuckDBPyConnection) -> tuple[Ints, Ints, Ints | None]:
    """Of every post as stored: time, hash of the account, and hash of the id where several files may hold one post."""
    sources = connection.execute("SELECT min(source), max(source) FROM posts").fetchone()
    several = sources is not None and sources[0] != sources[1]
    columns = ['epoch_us("at") AS moment', "hash(account_id) AS account"]
    if several:  # a post without an id is no twin of any other
        own = "CASE WHEN post_id IS NULL THEN source || ':' || record END"
        columns.append(f"hash(platform, post_id, {own}) AS twin")
    found = connection.execute(f"SELECT {', '.join(columns)} FROM posts").fetchnumpy()
    moment, account, *twin = (plain(column) for column in found.values())
    return moment, account, twin[0] if several else None


def _named(connection: duckdb.DuckDBPyConnection, hashes: Ints) -> tuple[list[str], Ints]:
    """Accounts in the order of their names, and for every hash the position of its account."""
    rows = connection.execute(
        "SELECT account_id, hash(account_id) FROM (SELECT DISTINCT account_id FROM posts)"
    ).fetchall()
    rows.sort()
    known = np.array([h for _, h in rows], dtype=np.uint64).view(np.int64)
    return [name for name, _ in rows], codes(hashes, known)


def codes(values: Ints, known: Ints) -> Ints:
    """Position in `known` (all different) of every value.

    The top bits of a hash lead straight to its position; only where two known hashes share them is it searched.
    """
    bits = len(known).bit_length() + 6
    shift = np.uint64(64 - bits)
    slot = np.zeros(1 << bits, dtype=np.int32)
    slot[(known.view(np.uint64) >> shift).view(np.int64)] = np.arange(len(known), dtype=np.int32)
    found = slot[(values.view(np.uint64) >> shift).view(np.int64)].astype(np.int64)
    wrong = np.flatnonzero(known[found] != values) if len(known) else np.zeros(0, np.int64)
    if len(wrong):
        order = np.argsort(known)
        found[wrong] = order[np.searchsorted(known[order], values[wrong])]
    return found


def _items(items: str) -> str:
    """Every item of the lists `items` of posts that are no repost, and the position `r` of its post."""
    rows = f"SELECT {items} AS items, repost_of, row_number() OVER () - 1 AS r FROM posts"
    return f"(SELECT unnest(items) AS item, r FROM ({rows}) WHERE repost_of IS NULL)"


def _integers(found: duckdb.DuckDBPyConnection) -> Ints:
    """The only column of a result."""
    return plain(next(iter(found.fetchnumpy().values())))


def plain(column: Any) -> Ints:
    """A fetched column as 64-bit integers; unsigned hashes keep their bits."""
    numbers: Ints = column.view(np.int64) if column.dtype == np.uint64 else np.ascontiguousarray(column, dtype=np.int64)
    return numbers
