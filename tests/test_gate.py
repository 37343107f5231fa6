"""The read-only gate: hostile statements are refused and leave no trace, innocent ones pass, on both engines."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import pytest
from case_graph import CaseGraph, at

from attrigraph.errors import EngineError, QueryError, QueryRefused, QueryTimeout
from attrigraph.graph import Store, gate
from attrigraph.graph.statements import Statement

WRITES = (
    "CREATE (n:Account {id: 'x:9'})",
    "CREATE (n:Account {id: 'x:9'}) RETURN n.id",
    "MATCH (a:Account) CREATE (a)-[:TIED_WITH {kind: 'k'}]->(a)",
    "MATCH (a:Account) MERGE (b:Account {id: a.id + '0'}) RETURN b.id",
    "MERGE (a:Account {id: 'x:1'}) ON MATCH SET a.handle = 'mallory'",
    "MERGE (a:Account {id: 'x:9'}) ON CREATE SET a.handle = 'mallory'",
    "MATCH (a:Account) SET a.handle = 'mallory'",
    "MATCH (a:Account) SET a += {handle: 'mallory'} RETURN a.id",
    "MATCH (a:Account) SET a = {id: a.id}",
    "MATCH (a:Account) SET a:Device",
    "MATCH (a:Account) REMOVE a.handle",
    "MATCH (a:Account) REMOVE a:Account",
    "MATCH (a:Account) DELETE a",
    "MATCH (a:Account) DETACH DELETE a",
    "MATCH ()-[r]->() DELETE r",
    "MATCH ()-[r]->() SET r.count = 99",
    "OPTIONAL MATCH (a:Account) SET a.handle = 'mallory' RETURN 1 AS one",
    "WITH 1 AS one CREATE (n:Account {id: 'x:9'}) RETURN one",
    "UNWIND [1, 2] AS i CREATE (n:Account {id: 'x:9' + i})",
    "RETURN 1 AS one UNION MATCH (a:Account) SET a.handle = 'mallory' RETURN 1 AS one",
    "MATCH (a:Account) FOREACH (i IN [1] | SET a.handle = 'mallory')",
    "MATCH (a:Account) WITH collect(a) AS all FOREACH (a IN all | DETACH DELETE a) RETURN 1 AS one",
    "CALL { CREATE (n:Account {id: 'x:9'}) RETURN n } RETURN n.id",
    "MATCH (a:Account) CALL (a) { SET a.handle = 'mallory' RETURN 1 AS one } RETURN one",
    "MATCH (a:Account) CALL { WITH a SET a.handle = 'mallory' } RETURN a.id",
    "UNWIND [1] AS i CALL (i) { CREATE (n:Account {id: 'x:9'}) } IN TRANSACTIONS RETURN i",
    "MATCH (a:Account) CALL (a) { DETACH DELETE a } IN 2 CONCURRENT TRANSACTIONS OF 1 ROWS",
    "INSERT (n:Account {id: 'x:9'})",
    "MATCH (a:Account) INSERT (a)-[:TIED_WITH {kind: 'k'}]->(a)",
    "CREATE (n:Account {id: $id})",
)
SERVER = (
    "CREATE INDEX sneaky FOR (a:Account) ON (a.display_name)",
    "CREATE CONSTRAINT sneaky FOR (a:Account) REQUIRE a.handle IS UNIQUE",
    "DROP CONSTRAINT account_id IF EXISTS",
    "DROP INDEX sneaky IF EXISTS",
    "CREATE USER mallory SET PASSWORD 'mallory-password'",
    "ALTER CURRENT USER SET PASSWORD FROM 'a-password' TO 'b-password'",
    "ALTER USER neo4j SET PASSWORD 'mallory-password'",
    "DROP USER neo4j",
    "GRANT ROLE admin TO mallory",
    "CREATE DATABASE mallory",
    "DROP DATABASE neo4j",
    "STOP DATABASE neo4j",
    "SHOW USERS",
    "SHOW CURRENT USER",
    "SHOW DATABASES",
    "SHOW TRANSACTIONS",
    "SHOW TRANSACTIONS YIELD transactionId AS id RETURN id",
    "TERMINATE TRANSACTIONS 'neo4j-transaction-1'",
    "SHOW SETTINGS",
    "SHOW PROCEDURES",
    "SHOW FUNCTIONS",
    "SHOW INDEXES",
    "SHOW CONSTRAINTS",
    "ENABLE SERVER 'x'",
    "USE system MATCH (n) RETURN n",
    "USE neo4j MATCH (n) DETACH DELETE n",
)
PROCEDURES = (
    "CALL dbms.listConfig()",
    "CALL dbms.listConfig() YIELD name, value RETURN name, value",
    "CALL dbms.components()",
    "CALL `dbms`.`listConfig`()",
    "CALL dbms . listConfig ()",
    "CALL dbms.killConnections(['bolt-1'])",
    "CALL dbms.queryJmx('java.lang:*') YIELD name RETURN name",
    "CALL tx.setMetaData({user: 'admin'})",
    "CALL db.clearQueryCaches()",
    "CALL db.prepareForReplanning()",
    "CALL db.createLabel('Mallory')",
    "CALL db.createProperty('mallory')",
    "CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()",
    "OPTIONAL CALL dbms.listConfig() YIELD name RETURN name",
    "MATCH (a:Account) CALL db.ping() YIELD success RETURN success",
    "MATCH (a) CALL { CALL dbms.listConfig() YIELD name RETURN name } RETURN name",
    "CALL apoc.load.json('file:///etc/passwd') YIELD value RETURN value",
    "CALL /* a comment */ dbms.listConfig()",
    "CALL // a comment\n dbms.listConfig()",
    "RETURN apoc.util.sleep(1) AS slept",
    "RETURN util . sleep (1) AS slept",
    "RETURN `apoc`.`util`.`sleep`(1) AS slept",
    "MATCH (a:Account) WHERE apoc.cypher.runFirstColumnSingle('CREATE (n) RETURN n', {}) IS NOT NULL RETURN a.id",
)
FILES = (
    "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "LOAD CSV WITH HEADERS FROM 'file:///etc/hostname' AS line RETURN line",
    "LOAD CSV FROM 'http://127.0.0.1:1/x.csv' AS line RETURN line",
    "WITH 'file:///etc/passwd' AS path LOAD CSV FROM path AS line RETURN line",
    "MATCH (a:Account) LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "CALL { LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line } RETURN line",
    "RETURN 1 AS one /* */ UNION LOAD CSV FROM 'file:///etc/passwd' AS one RETURN one",
)
TRICKS = (
    "EXPLAIN MATCH (a:Account) DETACH DELETE a",
    "PROFILE MATCH (a:Account) DETACH DELETE a",
    "EXPLAIN EXPLAIN MATCH (a) RETURN a.id",
    "/* EXPLAIN */ PROFILE CREATE (n:Account {id: 'x:9'})",
    "explain MATCH (n) RETURN n.id",
    "CYPHER 5 MATCH (a:Account) DETACH DELETE a",
    "CYPHER runtime=slotted CREATE (n:Account {id: 'x:9'})",
    "MATCH (a:Account) RETURN a.id; MATCH (a:Account) DETACH DELETE a",
    "MATCH (a:Account) RETURN a.id; CREATE (n:Account {id: 'x:9'})",
    ";CREATE (n:Account {id: 'x:9'})",
    "/* MATCH (n) RETURN n */ CREATE (n:Account {id: 'x:9'})",
    "// MATCH (n) RETURN n\nCREATE (n:Account {id: 'x:9'})",
    "MATCH (a:Account) // the end\nSET a.handle = 'mallory'",
    "MATCH (a:Account) WHERE a.id = '/*' SET a.handle = 'mallory' RETURN '*/'",
    "MATCH (a:Account) WHERE a.id <> '//' SET a.handle = 'mallory'",
    "MATCH (a:Account) WHERE a.id <> '\\'' SET a.handle = 'mallory' RETURN '\\''",
    "MATCH (a:Account) WHERE a.`/*` IS NULL SET a.handle = 'mallory' RETURN a.`*/`",
    "\\u0043REATE (n:Account {id: 'x:9'})",
    "MATCH (a:Account) \\u0053ET a.handle = 'mallory'",
    "MATCH (a:Account) WHERE a.id <> \\u0027x\\u0027 SET a.handle = 'mallory'",
    "MATCH (a:Account) RETURN '\\u0027 AS x \\u003B DETACH DELETE a //'  SET a.handle = 'm'",
    "MATCH (a:Account) SE\tT a.handle = 'mallory'",
    "MATCH (a:Account)\u00a0SET\u00a0a.handle = 'mallory'",
    "MATCH (a:Account)SET a.handle='mallory'",
    "mAtCh (a:Account) sEt a.handle = 'mallory'",
    "MATCH (a:Account) WITH a SET a.handle = 'mallory' WITH a RETURN a.id LIMIT 0",
    "MATCH (a:Account) WHERE false SET a.handle = 'mallory' RETURN a.id",
    "MATCH (a:Account) RETURN a.id UNION ALL CREATE (n:Account {id: 'x:9'}) RETURN n.id AS `a.id`",
    "MATCH (a:Account) WHERE EXISTS { CREATE (n:Account {id: 'x:9'}) } RETURN a.id",
    "RETURN COUNT { CREATE (n:Account {id: 'x:9'}) RETURN n } AS made",
    "RETURN COLLECT { MATCH (a:Account) SET a.handle = 'mallory' RETURN a.id } AS ids",
    "",
    "   \n\t",
    "// nothing but a comment",
    "/* never closed MATCH (n) RETURN n",
    "DELETE FROM Account",
    "UPDATE Account SET handle = 'mallory'",
    "SELECT * FROM Account",
    "g.V().drop()",
)
HOSTILE = WRITES + SERVER + PROCEDURES + FILES + TRICKS

INNOCENT: tuple[tuple[str, list[tuple[Any, ...]]], ...] = (
    ("MATCH (a:Account) RETURN a.id ORDER BY a.id", [("x:1",), ("x:2",)]),
    ("match (a:Account {id: 'x:1'}) return a.handle as handle;", [("create",)]),
    ("MATCH (a:Account) WHERE a.handle = 'create' RETURN a.id AS id", [("x:1",)]),
    ("MATCH (a:Merge) RETURN a.id AS id", []),
    ("OPTIONAL MATCH (a:`DELETE`) RETURN a.id AS id", [(None,)]),
    ("MATCH (a:Set|Create {delete: 1})-[:LOAD|INSERT]->(b:!Drop) WHERE a.merge = b.set RETURN a.remove AS foreach", []),
    ("MATCH (a {id: 'x:1'}) RETURN datetime.truncate('month', a.created_at) AS month", [(at("06-01"),)]),
    ("RETURN point.distance(point({x: 0, y: 0}), point({x: 3, y: 4})) AS d", [(5.0,)]),
    ("RETURN duration.inSeconds(datetime('2026-01-01'), datetime('2026-01-02')).hours AS h", [(24,)]),
    ("RETURN 'CREATE (n) SET n.x = 1; DROP DATABASE x' AS text", [("CREATE (n) SET n.x = 1; DROP DATABASE x",)]),
    ("RETURN \"CALL dbms.listConfig()\" AS text", [("CALL dbms.listConfig()",)]),
    ("RETURN 'https://example.org/*' AS url, '*/' AS rest // LOAD CSV", [("https://example.org/*", "*/")]),
    ("/* DETACH DELETE everything */ RETURN 1 AS one", [(1,)]),
    ("// SET a.handle = 'x'\nRETURN 2 AS two", [(2,)]),
    ("WITH 1 AS created, 2 AS merged RETURN created + merged AS settled", [(3,)]),
    ("UNWIND ['drop', 'remove'] AS `set` RETURN `set` ORDER BY `set`", [("drop",), ("remove",)]),
    ("MATCH (a:Account)-[l:LOGGED_IN_FROM]->(i:IPAddress) RETURN i.id AS ip, sum(l.count) AS n", [("192.0.2.1", 3)]),
    ("MATCH (a:Account) CALL (a) { MATCH (a)-[:LOGGED_IN_FROM]->(i) RETURN count(i) AS n } RETURN sum(n) AS n", [(1,)]),
    ("CALL { MATCH (a:Account) RETURN count(a) AS n } RETURN n", [(2,)]),
    ("MATCH (a:Account) WHERE EXISTS { (a)-[:LOGGED_IN_FROM]->() } RETURN a.id AS id", [("x:1",)]),
    ("MATCH (a:Account) RETURN a.id AS id, COUNT { (a)-->() } AS n ORDER BY id", [("x:1", 1), ("x:2", 0)]),
    ("MATCH (a:Account) RETURN COLLECT { MATCH (a)-->(i) RETURN i.id } AS ips", [(["192.0.2.1"],), ([],)]),
    ("MATCH p = (a:Account)-[*1..3]-(t:Territory) RETURN t.code AS code, length(p) AS hops", [("RS", 2)]),
    ("MATCH (a {id: 'x:2'}) RETURN a.id AS id UNION MATCH (t {code: 'RS'}) RETURN t.code AS id", [("x:2",), ("RS",)]),
    ("MATCH (a:Account) WHERE a.id STARTS WITH $prefix RETURN count(*) AS n", [(2,)]),
    ("MATCH (a:Account {id: 'x:1'}) RETURN a.created_at AS at", [(at("06-01"),)]),
    ("RETURN reduce(n = 0, x IN range(1, 10) | n + x) AS n, [x IN [1, 2] WHERE x > 1] AS two", [(55, [2])]),
    ("MATCH (a:Account) RETURN percentileCont(size(a.id), 0.5) AS middle", [(3.0,)]),
    ("MATCH (a:Account)-[r]->(i) RETURN type(r) AS type, labels(i) AS labels", [("LOGGED_IN_FROM", ["IPAddress"])]),
)  # fmt: skip

EVERYTHING = Statement("test", "MATCH (n) RETURN labels(n)[0] AS label, properties(n) AS properties")
LINKS = Statement("test", "MATCH (a)-[r]->(b) RETURN type(r) AS type, properties(r) AS properties")


@pytest.fixture
def case(store: Store) -> Store:
    """Two accounts, one login; small enough to be compared whole."""
    graph = CaseGraph(store, "RS")
    graph.accounts("x:1", handle="create", created_at=at("06-01"))
    graph.accounts("x:2")
    graph.address("192.0.2.1", "residential", {"a": "RS"})
    graph.login("x:1", "192.0.2.1", count=3)
    return store


def whole(store: Store) -> list[str]:
    """Every node and relationship with all properties, in one order."""
    return sorted(repr(tuple(row.values())) for statement in (EVERYTHING, LINKS) for row in store.read(statement))


def names(store: Store) -> list[str]:
    """Names of the labels, types, constraints and indexes."""
    texts = (
        "CALL db.labels()",
        "CALL db.relationshipTypes()",
        "SHOW INDEXES YIELD name",
        "SHOW CONSTRAINTS YIELD name",
    )
    return sorted(str(value) for text in texts for row in store.read(Statement("test", text)) for value in row.values())


def test_there_are_enough_of_them() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE) >= 60
    assert len(INNOCENT) >= 15


def test_no_hostile_statement_passes(case: Store) -> None:
    before, named = whole(case), names(case)
    passed, odd = [], []
    for text in HOSTILE:
        try:
            passed.append((text, case.read_only(text, {"id": "x:9"}, timeout_s=5).rows))
        except QueryTimeout as error:
            odd.append((text, error))
        except (QueryRefused, QueryError):
            pass
        if whole(case) != before:
            odd.append((text, "the graph changed"))
            before = whole(case)
    assert passed == []
    assert odd == []
    assert names(case) == named


def test_the_engine_refuses_without_the_look_at_the_text(case: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "look", lambda text: None)
    before, named, passed = whole(case), names(case), []
    for text in HOSTILE:
        with contextlib.suppress(QueryRefused, QueryError, EngineError):
            case.read_only(text, {"id": "x:9"}, timeout_s=5)
            passed.append(text)
    assert whole(case) == before
    assert names(case) == named
    if case.engine == "neo4j":
        assert [text for text in passed if not text.lower().startswith("explain")] == []  # a plan of a read is one


def test_innocent_statements_pass(case: Store) -> None:
    refused = []
    for text, expected in INNOCENT:
        try:
            found = case.read_only(text, {"prefix": "x:"}).rows
        except QueryError as error:
            refused.append((text, str(error)))
            continue
        assert found == expected or sorted(map(repr, found)) == sorted(map(repr, expected)), text
    assert refused == []


def test_huge_products_are_ended(case: Store) -> None:
    for text in (
        "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN count(*) AS n",
        "MATCH (a), (b), (c) UNWIND range(1, 1000000) AS i UNWIND range(1, 1000000) AS k RETURN count(a.id + k) AS n",
        "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b WITH a, b WHERE a < 0 RETURN a, b",
    ):
        started = time.monotonic()
        with pytest.raises(QueryTimeout, match="ended after 1 s"):
            case.read_only(text, {}, timeout_s=1)
        assert time.monotonic() - started < 10
    assert case.read_only("MATCH (a:Account) RETURN count(a) AS n", {}).rows == [(2,)]


def test_a_flood_of_rows_is_cut(case: Store) -> None:
    table = case.read_only("UNWIND range(1, 5000000) AS n RETURN n", {}, max_rows=100)
    assert (len(table.rows), table.rows[-1], table.truncated) == (100, (100,), True)
    assert case.read_only("UNWIND range(1, 100) AS n RETURN n", {}, max_rows=100).truncated is False


def test_a_value_cannot_become_cypher(case: Store) -> None:
    before = whole(case)
    sent = "x:1'}) DETACH DELETE a //"
    assert case.read_only("MATCH (a:Account {id: $id}) RETURN a.id AS id", {"id": sent}).rows == []
    assert case.read_only("RETURN $id AS id", {"id": sent}).rows == [(sent,)]
    assert whole(case) == before


def test_the_refusal_says_why(case: Store) -> None:
    for text, message in (
        ("CREATE (n)", "begins with 'CREATE'"),
        ("CALL dbms.listConfig()", "calls dbms.listConfig"),
        ("CALL dbms.listConfig", "calls the procedure 'dbms.listConfig'"),
        ("MATCH (a) WITH a AS x SET x.y = 1", "has the clause SET"),
        ("RETURN apoc.util.sleep(9)", "calls apoc.util.sleep"),
        ("MATCH (a:Account) SET a.handle = 'm'", "read"),
    ):
        with pytest.raises(QueryRefused) as caught:
            case.read_only(text, {})
        assert message in str(caught.value)
        assert "\n" not in str(caught.value)
