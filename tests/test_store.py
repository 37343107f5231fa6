"""The store: what is written is what is read, on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from attrigraph.errors import WriteError
from attrigraph.graph.statements import Statement
from attrigraph.graph.store import Counters, Store, Written

ACCOUNTS = Statement("test", "MATCH (a:Account) RETURN a.id AS id, a.handle AS handle, a.followers AS n ORDER BY id")
LOGINS = Statement(
    "test",
    "MATCH (a:Account)-[r:LOGGED_IN_FROM]->(i:IPAddress) RETURN a.id AS a, i.id AS i, r.count AS count ORDER BY a, i",
)


def test_nodes_are_merged_on_their_key(store: Store) -> None:
    assert store.write_nodes("Account", [{"id": "x:1", "handle": "ann"}, {"id": "x:2"}]) == Written(2, 2)
    assert store.write_nodes("Account", [{"id": "x:1", "handle": None, "followers": 7}]) == Written(1, 1)
    assert store.read(ACCOUNTS) == [
        {"id": "x:1", "handle": "ann", "n": 7},  # None left the handle as it was
        {"id": "x:2", "handle": None, "n": None},
    ]
    assert store.counts()["Account"] == 2


def test_relationships_are_merged_on_their_ends(store: Store) -> None:
    store.write_nodes("Account", [{"id": "x:1"}])
    store.write_nodes("IPAddress", [{"id": "192.0.2.1"}])
    row = {"start": "x:1", "end": "192.0.2.1", "count": 3}
    store.write_relationships("LOGGED_IN_FROM", "Account", "IPAddress", [row])
    store.write_relationships("LOGGED_IN_FROM", "Account", "IPAddress", [row | {"count": 5}])
    assert store.read(LOGINS) == [{"a": "x:1", "i": "192.0.2.1", "count": 5}]
