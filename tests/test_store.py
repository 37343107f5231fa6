"""The store: what is written is what is read, on both engines."""

from __future__ import annotations

import gc
import os
import sys
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attrigraph.errors import EngineError, WriteError
from attrigraph.graph import batches
from attrigraph.graph.batches import rows_per_transaction, send_in_batches
from attrigraph.graph.connection import TooMuchMemory
from attrigraph.graph.migrations import Migration, migrations, pending
from attrigraph.graph.rows import micros, node_shape
from attrigraph.graph.statements import Statement
from attrigraph.graph.store import Counters, Store, Written

ACCOUNTS = Statement("test", "MATCH (a:Account) RETURN a.id AS id, a.handle AS handle, a.followers AS n ORDER BY id")
WHOLE = Statement("test", "MATCH (a:Account) RETURN properties(a) AS a ORDER BY a.id")
LOGINS = Statement(
    "test",
    "MATCH (a:Account)-[r:LOGGED_IN_FROM]->(i:IPAddress) "
    "RETURN a.id AS a, i.id AS i, r.count AS count, r.first_seen AS first ORDER BY a, i",
)
FOLLOWERS = Statement("test", "UNWIND $rows AS row MATCH (a:Account {id: row.id}) SET a.followers = row.n + $more")
NOON = datetime(2024, 2, 29, 12, 0, 0, 123456, tzinfo=UTC)


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
    row = {"start": "x:1", "end": "192.0.2.1", "count": 3, "first_seen": NOON}
    store.write_relationships("LOGGED_IN_FROM", "Account", "IPAddress", [row])
    store.write_relationships("LOGGED_IN_FROM", "Account", "IPAddress", [row | {"count": 5, "first_seen": None}])
    assert store.read(LOGINS) == [{"a": "x:1", "i": "192.0.2.1", "count": 5, "first": NOON}]


def test_identity_properties_make_two_relationships(store: Store) -> None:
    store.write_nodes("IPAddress", [{"id": "192.0.2.1"}])
    store.write_nodes("Territory", [{"code": "DE"}])
    rows = [
        {"start": "192.0.2.1", "end": "DE", "source": source, "kind": "country", "build_date": day}
        for source, day in (("one", "2026-01-01"), ("two", "2026-01-02"), ("one", "2026-01-03"))
    ]
    store.write_relationships("LOCATED_IN", "IPAddress", "Territory", rows)
    shown = Statement("test", "MATCH ()-[r:LOCATED_IN]->() RETURN r.source AS source, r.build_date AS day ORDER BY day")
    assert store.read(shown) == [{"source": "two", "day": "2026-01-02"}, {"source": "one", "day": "2026-01-03"}]


def test_every_type_comes_back_as_it_went(store: Store) -> None:
    account = {
        "id": "x:ü'`\"\\1",
        "display_name": "名前\n\t🙂",
        "created_at": NOON.astimezone(timezone(timedelta(hours=9))),
        "followers": 2**40,
        "sources": ["aa", "bb"],
    }
    store.write_nodes("Account", [account])
    assert store.read(WHOLE) == [{"a": account | {"created_at": NOON}}]


@pytest.mark.parametrize(
    "time",
    [
        NOON,
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(1583, 1, 1, tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
    ],
)
def test_times_keep_their_microseconds(store: Store, time: datetime) -> None:
    store.write_nodes("Account", [{"id": "x:1", "created_at": time}])
    (row,) = store.read(
        Statement("test", "MATCH (a:Account) RETURN a.created_at AS at, a.created_at = $time AS same"), time=time
    )
    assert row == {"at": time, "same": True}


@given(st.datetimes(timezones=st.just(UTC)))
def test_micros_are_exact_and_never_negative(time: datetime) -> None:
    assert micros(time) >= 0
    assert datetime.min.replace(tzinfo=UTC) + timedelta(microseconds=micros(time)) == time


def test_a_missing_end_is_named_and_its_batch_not_written(store: Store) -> None:
    store.write_nodes("Account", [{"id": "x:1"}])
    store.write_nodes("IPAddress", [{"id": "192.0.2.1"}])
    rows = [{"start": "x:1", "end": "192.0.2.1"}, {"start": "x:absent", "end": "192.0.2.1"}]
    with pytest.raises(WriteError, match=r"2 rows were sent, 1 of them .* not in the graph: Account 'x:absent'"):
        store.write_relationships("LOGGED_IN_FROM", "Account", "IPAddress", rows)
    assert store.counts()["LOGGED_IN_FROM"] == 0


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"handle": "ann"}, "Row 1 for Account has no id: {'handle': 'ann'}"),
        ({"id": None}, "Row 1 for Account has no id"),
        ({"id": ""}, "id = '' is an empty key"),
        ({"id": 7}, "id = 7 is not a string"),
        ({"id": "x:1", "folowers": 1}, "no property 'folowers' in the schema"),
        ({"id": "x:1", "followers": 1.5}, "followers = 1.5 is not an integer"),
        ({"id": "x:1", "followers": True}, "followers = True is not an integer"),
        ({"id": "x:1", "followers": 2**63}, "is too large for 64 bits"),
        ({"id": "x:1", "created_at": datetime(2024, 1, 1)}, "is a time without a zone"),
        ({"id": "x:1", "sources": "aa"}, "sources = 'aa' is not a list"),
        ({"id": "x:1", "sources": ["aa", None]}, "is not a string"),
    ],
)
def test_a_row_that_does_not_fit_is_refused(row: dict[str, Any], message: str) -> None:
    with pytest.raises(WriteError) as refused:
        list(node_shape("Account").checked([row]))
    assert message in str(refused.value)


def test_a_pair_of_labels_the_schema_lacks_is_refused(store: Store) -> None:
    with pytest.raises(WriteError, match="no LOGGED_IN_FROM from IPAddress to Account"):
        store.write_relationships("LOGGED_IN_FROM", "IPAddress", "Account", [])


def test_execute_batches_counts_and_passes_parameters(store: Store) -> None:
    store.write_nodes("Account", ({"id": f"x:{i}"} for i in range(7)))
    rows = [{"id": f"x:{i}", "n": i} for i in range(7)]
    assert store.execute_batches(FOLLOWERS, rows, batch=3, more=10) == Counters(properties_set=7)
    assert [row["n"] for row in store.read(ACCOUNTS)] == [10, 11, 12, 13, 14, 15, 16]


def test_a_failed_statement_leaves_nothing(store: Store) -> None:
    half = Statement("test", "CREATE (a:Account {id: 'x:1'}) WITH a UNWIND [1, 0] AS n SET a.followers = 1 / n")
    with pytest.raises(EngineError):
        store.execute(half)
    assert store.counts()["Account"] == 0


def test_stream_gives_rows_one_after_the_other(store: Store) -> None:
    rows = store.stream(Statement("test", "UNWIND range(1, 5000) AS n RETURN n"))
    assert [next(rows) for _ in range(3)] == [{"n": 1}, {"n": 2}, {"n": 3}]
    rows.close()
    assert store.read(Statement("test", "RETURN 1 AS one")) == [{"one": 1}]


def test_a_node_in_a_result_is_plain_and_has_no_internal_id(store: Store) -> None:
    store.write_nodes("Account", [{"id": "x:1", "created_at": NOON}])
    (row,) = store.read(Statement("test", "MATCH (a:Account) RETURN a, [a.created_at] AS times"))
    assert row == {"a": {"labels": ["Account"], "properties": {"created_at": NOON, "id": "x:1"}}, "times": [NOON]}


def test_clear_takes_dense_nodes_and_keeps_the_schema(store: Store) -> None:
    store.write_nodes("Account", ({"id": f"x:{i}"} for i in range(3000)))
    store.write_nodes("Territory", [{"code": "DE"}])
    rows = ({"start": f"x:{i}", "end": "DE", "signal": "s", "value": "v"} for i in range(3000))
    assert store.write_relationships("POINTS_TO", "Account", "Territory", rows) == Written(3000, 3000)
    store.clear()
    assert set(store.counts().values()) == {0}
    assert store.read(Statement("test", "MATCH (v:SchemaVersion) RETURN count(v) AS n")) == [{"n": 1}]


def test_statements_are_shown_before_they_run(store: Store) -> None:
    shown: list[str] = []
    store.on_cypher = shown.append
    try:
        store.read(ACCOUNTS)
        store.write_nodes("Account", [{"id": "x:1"}])
        store.read_only("RETURN 1 AS one", {})
    finally:
        store.on_cypher = None
    assert [text.split()[0] for text in shown] == ["MATCH", "UNWIND", "RETURN"]


def test_what_was_written_is_let_go_at_once(store: Store) -> None:
    """Results of the driver are circles of references: parameters would stay until Python looks for such."""
    handle = "ann" * 100
    rows = [{"id": "x:1", "n": 7, "handle": handle}]
    mark = Statement("test", "UNWIND $rows AS row MATCH (a:Account {id: row.id}) SET a.handle = row.handle")
    gc.disable()
    try:
        held = sys.getrefcount(handle)
        store.write_nodes("Account", [{"id": "x:1", "handle": handle}])
        store.execute_batches(mark, rows)
        assert sys.getrefcount(handle) == held
    finally:
        gc.enable()
    assert rows == [{"id": "x:1", "n": 7, "handle": handle}]  # what the caller has is left alone
    assert store.read(ACCOUNTS) == [{"id": "x:1", "handle": handle, "n": None}]


@pytest.mark.parametrize(("writes", "rows"), [(1, 10_000), (4, 5_000), (20, 1_000), (500, 200)])
def test_transactions_are_sized_by_writes(writes: float, rows: int) -> None:
    assert rows_per_transaction(writes) == rows


@given(st.lists(st.integers(), max_size=60), st.integers(1, 20), st.integers(1, 20))
def test_batches_too_large_for_memory_are_halved_and_nothing_is_lost(rows: list[int], size: int, room: int) -> None:
    sent: list[int] = []

    def send(batch: list[int]) -> None:
        if len(batch) > room:
            raise TooMuchMemory
        sent.extend(batch)

    send_in_batches(rows, size, send)
    assert sent == rows


def test_one_row_too_large_is_an_error() -> None:
    def send(batch: list[int]) -> None:
        raise TooMuchMemory("no room")

    with pytest.raises(TooMuchMemory):
        send_in_batches([1, 2], 2, send)


def test_memory_error_of_neo4j_is_not_sent_again() -> None:
    from neo4j.exceptions import Neo4jError

    error = Neo4jError._hydrate_neo4j(code="Neo.TransientError.General.MemoryPoolOutOfMemoryError", message="full")

    def fail() -> None:
        raise error

    with pytest.raises(TooMuchMemory):
        batches.checked(fail)


@pytest.mark.slow
@pytest.mark.skipif("NEO4J_URI" in os.environ, reason="only the server of the tests has a heap of 1 GB")
def test_a_batch_too_large_for_neo4j_is_halved(neo4j_server: Any) -> None:
    """Each row holds 200,000 strings until the transaction ends; all of them are more than a heap of 1 GB."""
    heavy = Statement(
        "test",
        "UNWIND $rows AS row UNWIND range(1, 200000) AS i WITH row, collect(toString(i)) AS many "
        "MATCH (a:Account {id: row.id}) SET a.followers = size(many)",
    )
    with neo4j_server.open() as store:
        store.clear()
        rows = [{"id": f"x:{i}"} for i in range(80)]
        store.write_nodes("Account", rows)
        with pytest.raises(WriteError, match=r"too little memory for one transaction.*server.memory.heap.max_size"):
            store.execute(heavy, rows=rows)
        assert store.execute_batches(heavy, rows, batch=80) == Counters(properties_set=80)


def test_migrations_run_once_and_must_not_change() -> None:
    (first,) = migrations()
    assert pending({}) == [first]
    assert pending({first.name: (1, first.checksum)}) == []
    with pytest.raises(EngineError, match="its text changed"):
        pending({first.name: (1, "0" * 64)})
    with pytest.raises(EngineError, match=r"schema version 2, this attrigraph knows up to 1. Upgrade"):
        pending({"V002__later": (2, Migration("V002__later", 2, ACCOUNTS).checksum)})


def test_a_newer_graph_is_refused(engines: Any, store: Store) -> None:
    version = Statement("test", "MERGE (v:SchemaVersion {id: 'V999__later'}) SET v.version = 999, v.checksum = 'x'")
    store.execute(version)
    try:
        with pytest.raises(EngineError, match="Upgrade attrigraph"), engines.open():
            pass
    finally:
        store.execute(Statement("test", "MATCH (v:SchemaVersion {id: 'V999__later'}) DELETE v"))


SLOW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SLOW
@given(rows=st.lists(st.tuples(st.integers(0, 4), st.one_of(st.none(), st.integers(-9, 9))), max_size=12))
def test_writing_is_the_same_in_any_number_of_calls(store: Store, rows: list[tuple[int, int | None]]) -> None:
    """Merging keeps the last value given for each key, whatever the batches are."""
    store.clear()
    given_rows = [{"id": f"x:{key}", "followers": n} for key, n in rows]
    for row in given_rows:
        store.write_nodes("Account", [row])
    one_by_one = store.read(ACCOUNTS)
    store.clear()
    store.write_nodes("Account", given_rows)
    assert store.read(ACCOUNTS) == one_by_one
