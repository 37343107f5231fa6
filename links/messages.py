"""The posts of a case as columns of integers, in the order of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from attrigraph.links.records import Ints
from attrigraph.links.text import cleaned

__all__ = ["Keys", "Messages", "read_messages"]

TABLE = "link_messages"
SELECTED = """
CREATE OR REPLACE TEMP TABLE {table} AS
SELECT epoch_us("at") AS moment, enum_code(account_id::link_account)::BIGINT AS account, post_id,
       repost_of, reply_to, text, urls, hashtags
FROM posts{once} ORDER BY moment, post_id
"""
ONCE = " QUALIFY row_number() OVER (PARTITION BY platform, post_id ORDER BY source, record) = 1"


@dataclass(frozen=True, slots=True)
class Keys:
    """Messages that have a key in a network: position of the message, key (a 64-bit hash of what is shared)."""

    message: Ints
    key: Ints


@dataclass(frozen=True, slots=True)
class Messages:
    """`at` (microseconds since 1970) and `user` (position in `accounts`) of every message, oldest first."""

    connection: duckdb.DuckDBPyConnection
    accounts: Sequence[str]
    at: Ints
    user: Ints

    def __len__(self) -> int:
        return len(self.at)

    def keys(self, key: str, where: str = "true", *, rows: str = TABLE) -> Keys:
        """The messages for which the SQL expression `key` is not null and `where` holds.

        `rows` names what is selected from: the table, or a query over it that keeps `rowid` as `message`.
        """
        source = f"(SELECT *, rowid AS message FROM {TABLE})" if rows == TABLE else f"({rows})"
        found = self.connection.execute(
            f"SELECT message, hash(key)::UBIGINT AS key FROM "
            f"(SELECT message, {key} AS key FROM {source} WHERE {where}) WHERE key IS NOT NULL"
        ).fetchnumpy()
        return Keys(_column(found, "message"), _column(found, "key").view(np.int64))

    def ids(self) -> Sequence[str]:
        """Ids of the messages, in their order."""
        return _Lazy(self.connection)

    def text_of_keys(self, key: str, wanted: Ints, *, where: str = "true") -> dict[int, str]:
        """Hash of a key -> the key itself, for the hashes wanted."""
        rows = self.connection.execute(
            f"SELECT DISTINCT hash(key)::UBIGINT, key::VARCHAR FROM (SELECT {key} AS key FROM {TABLE} WHERE {where}) "
            "WHERE hash(key)::UBIGINT IN (SELECT unnest(?::UBIGINT[]))",
            [wanted.view(np.uint64).tolist()],
        ).fetchall()
        return dict(rows)


class _Lazy(Sequence[str]):
    """Ids of messages, read from the table when first asked for."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._ids: list[str] | None = None

    def _all(self) -> list[str]:
        if self._ids is None:
            rows = self._connection.execute(f"SELECT post_id FROM {TABLE} ORDER BY rowid").fetchall()
            self._ids = [row[0] for row in rows]
        return self._ids

    def __len__(self) -> int:
        return len(self._all())

    def __getitem__(self, which):  # type: ignore[no-untyped-def]
        return self._all()[which]


def _column(found: Mapping[str, Any], name: str) -> Ints:
    return np.ascontiguousarray(found[name])


def read_messages(connection: duckdb.DuckDBPyConnection) -> Messages:
    """Make the temporary table of messages from the view `posts`. A post that several files hold counts once."""
    connection.execute("DROP TABLE IF EXISTS link_messages; DROP TYPE IF EXISTS link_account")
    connection.execute("CREATE TYPE link_account AS ENUM (SELECT DISTINCT account_id FROM posts ORDER BY account_id)")
    several = connection.execute("SELECT count(DISTINCT source) > 1 FROM posts").fetchone()
    connection.execute(SELECTED.format(table=TABLE, once=ONCE if several and several[0] else ""))
    known = connection.execute("SELECT count(*) FROM duckdb_functions() WHERE function_name = 'cleaned'").fetchone()
    if known and not known[0]:
        connection.create_function("cleaned", cleaned, ["VARCHAR"], "VARCHAR")
    found = connection.execute(f"SELECT moment, account FROM {TABLE} ORDER BY rowid").fetchnumpy()
    accounts = connection.execute("SELECT unnest(enum_range(NULL::link_account))").fetchall()
    return Messages(connection, [row[0] for row in accounts], _column(found, "moment"), _column(found, "account"))
