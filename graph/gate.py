"""The read-only gate: how text that we did not write is run.

Before anything runs, the text itself is looked at: it must begin with a reading clause, hold no writing one, and may
call few procedures and no functions of plugins.
Then Neo4j, which has no roles in its Community edition, plans it: the planner must call it a read and every operator of
the plan must be on a list. The embedded engine runs it as a user who may only read. Both have a time and a row limit.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, LiteralString

from neo4j import READ_ACCESS, Driver, ManagedTransaction, Transaction, unit_of_work
from neo4j.exceptions import ClientError, DriverError, Neo4jError

from attrigraph.errors import QueryError, QueryRefused, QueryTimeout
from attrigraph.graph import statements
from attrigraph.graph.connection import explained
from attrigraph.graph.endpoint import Endpoint
from attrigraph.graph.values import from_engine, to_engine

__all__ = ["Question", "Table", "run_on_embedded", "run_on_neo4j"]

_FIRST = re.compile(r"\s*(?:MATCH|OPTIONAL\s+MATCH|UNWIND|WITH|RETURN|CALL)\b", re.IGNORECASE)
_CALL = re.compile(r"\bCALL\s+([\w`]+(?:\s*\.\s*[\w`]+)*)", re.IGNORECASE)
_PROCEDURES = re.compile(r"db\.(?:labels|relationshipTypes|propertyKeys|schema\.\w+)", re.IGNORECASE)
_FUNCTIONS = re.compile(r"(?:date|datetime|duration|localdatetime|localtime|point|time)\.\w+", re.IGNORECASE)
_FUNCTION = re.compile(r"((?:\w+|`[^`]*`)(?:\s*\.\s*(?:\w+|`[^`]*`))+)\s*\(")
_WORDS = re.compile(r"`[^`]*`|\w+|\S")
_WRITING = frozenset({"CREATE", "DELETE", "DETACH", "DROP", "FOREACH", "INSERT", "LOAD", "MERGE", "REMOVE", "SET"})
_NAMING = frozenset({":", ".", "|", "&", "!", "%", "$", "AS", "IS"})
"""After one of these a word is a name: of a label, a type, a property, a parameter, a column."""
_IN_TRANSACTIONS = re.compile(r"\bIN\s+(?:\d+\s+)?(?:CONCURRENT\s+)?TRANSACTIONS\b", re.IGNORECASE)
_READING_OPERATORS = re.compile(
    r"(?:Partitioned|Multi|Intersection|Subtraction|Union)?(?:Node|Directed|Undirected)\w*(?:Scan|Seek|SeekByRange)"
    r"|(?:Partitioned)?AllNodesScan|(?:Un)?[Dd]irected\w+(?:Scan|Seek|SeekByRange)"
    r"|AssertingMultiNodeIndexSeek|AssertSameNode|AssertSameRelationship|AssertIsNode"
    r"|(?:Node|Relationship)CountFromCountStore|\w*HashJoin|CartesianProduct"
    r"|(?:Optional)?Expand\((?:All|Into)\)|VarLengthExpand\(\w+\)|\w*PruningVarLengthExpand|ProjectEndpoints"
    r"|(?:Stateful|All)?ShortestPaths?(?:\(\w+(?:, ?\w+)*\))?"
    r"|(?:Bidirectional)?Repeat\(\w+\)|PathPropagatingBFS"
    r"|(?:Let|Anti|Select|Or|Semi|Conditional|RollUp|Argument)*Apply|Argument|ArgumentTracker|TriadicBuild|TriadicFilter"
    r"|TriadicSelection|Optional|Filter|DynamicPropertyLookup|CacheProperties|Projection|RemoteBatchProperties"
    r"|(?:Partitioned)?Unwind|(?:Ordered)?(?:Distinct|Union)|(?:Eager|Ordered)?Aggregation|Eager|EmptyRow|EmptyResult"
    r"|Sort|PartialSort|Top|Top1WithTies|PartialTop|Limit|Skip|NullifyMetadata|ProduceResults"
)
_GRACE_S = 5.0


@dataclass(frozen=True, slots=True)
class Question:
    """A text with its parameters, and what it may cost."""

    text: LiteralString
    parameters: Mapping[str, Any]
    timeout_s: float
    max_rows: int


@dataclass(frozen=True, slots=True)
class Table:
    """A result: rows in the order of `columns`; `truncated` when the row limit cut it."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    truncated: bool = False


def look(text: str) -> None:
    """Refuse a text that is no reading query by its looks. What passes still goes through the engine's own gate."""
    bare = statements.strip(text)
    if not _FIRST.match(bare):
        first = (bare.split() or ["nothing"])[0][:30]
        raise QueryRefused(
            f"The query begins with {first!r}. A query here only reads: it begins with MATCH, "
            "OPTIONAL MATCH, UNWIND, WITH, RETURN or CALL."
        )
    if _IN_TRANSACTIONS.search(bare):
        raise QueryRefused("CALL … IN TRANSACTIONS is for writing. A query here only reads.")
    words = _WORDS.findall(bare)
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        clause = after and (after[0].isalnum() or after[0] in "_`($")
        if clause and word.upper() in _WRITING and before.upper() not in _NAMING:
            raise QueryRefused(
                f"The query has the clause {word.upper()}. A query here only reads. A name that is such a word is "
                f"written in backquotes: `{word}`."
            )
    for function in _FUNCTION.finditer(bare):
        name = re.sub(r"[\s`]", "", function.group(1))
        if not _FUNCTIONS.fullmatch(name) and not _PROCEDURES.fullmatch(name):
            raise QueryRefused(
                f"The query calls {name}. Only functions of Cypher itself may be called, and the procedures db.labels, "
                "db.relationshipTypes, db.propertyKeys and db.schema.*."
            )
    for call in _CALL.finditer(bare):
        name = re.sub(r"\s", "", call.group(1))
        if not _PROCEDURES.fullmatch(name):
            raise QueryRefused(
                f"The query calls the procedure {name!r}. Only db.labels, db.relationshipTypes, db.propertyKeys and "
                "db.schema.* may be called."
            )


def run_on_neo4j(driver: Driver, endpoint: Endpoint, asked: Question) -> Table:
    """The gate for Neo4j: plan, read session, time limit. Raises QueryRefused, QueryTimeout, QueryError."""
    look(asked.text)
    timed = unit_of_work(timeout=asked.timeout_s)
    with (
        _query_errors(endpoint, asked.timeout_s),
        driver.session(database=endpoint.database, default_access_mode=READ_ACCESS) as session,
    ):
        session.execute_read(timed(_check_plan), asked)
        return session.execute_read(timed(_table), asked)


def run_on_embedded(reader: Driver, root: Driver, endpoint: Endpoint, asked: Question) -> Table:
    """The gate for the embedded engine: a user who may only read, and a watchdog that ends what runs too long."""
    look(asked.text)
    mark = secrets.token_hex(8)
    with (
        _query_errors(endpoint, asked.timeout_s),
        _watchdog(reader, root, endpoint, mark, asked.timeout_s),
        reader.session(database=endpoint.database, default_access_mode=READ_ACCESS) as session,
        session.begin_transaction() as tx,  # not a managed one: what was ended must not be tried again
    ):
        # the engine keeps no transaction metadata, so the watchdog finds the transaction by its text
        return _table(tx, replace(asked, text=f"/* {mark} */ {asked.text}"))


def _check_plan(tx: ManagedTransaction, asked: Question) -> None:
    summary = tx.run(f"EXPLAIN {asked.text}", to_engine(dict(asked.parameters))).consume()
    if summary.query_type != "r":
        raise QueryRefused("The query would write or manage the server. A query here only reads.")
    for operator in _operators(summary.plan or {}):
        if not _reads(operator):
            raise QueryRefused(f"The query uses {operator['operatorType'].split('@')[0]}, which is not allowed here.")


def _table(tx: ManagedTransaction | Transaction, asked: Question) -> Table:
    result = tx.run(asked.text, to_engine(dict(asked.parameters)))
    columns = tuple(result.keys())
    rows: list[tuple[Any, ...]] = []
    for record in result:
        if len(rows) == asked.max_rows:
            return Table(columns, rows, truncated=True)
        rows.append(tuple(from_engine(value) for value in record.values()))
    return Table(columns, rows)


@contextmanager
def _watchdog(reader: Driver, root: Driver, endpoint: Endpoint, mark: str, timeout_s: float) -> Iterator[None]:
    """End the reader's transaction when the block takes longer than `timeout_s`: then QueryTimeout is raised."""
    finished, fired = threading.Event(), threading.Event()

    def watch() -> None:
        if finished.wait(timeout_s):
            return
        fired.set()
        _terminate(root, endpoint, mark)
        if not finished.wait(_GRACE_S):
            reader.close()  # the server did not end it: at least nobody waits for it any longer

    guard = threading.Thread(target=watch, daemon=True)
    guard.start()
    try:
        yield
    except (Neo4jError, DriverError, OSError) as error:
        if fired.is_set():
            raise _too_long(timeout_s) from error
        raise
    finally:
        finished.set()
        guard.join(_GRACE_S * 2)


def _terminate(root: Driver, endpoint: Endpoint, mark: str) -> None:
    def find(tx: ManagedTransaction) -> list[str]:
        return [
            record["transactionId"]
            for record in tx.run("SHOW TRANSACTIONS YIELD *")
            if mark in (record["currentQuery"] or "")
        ]

    def end(tx: ManagedTransaction, transaction: str) -> None:
        tx.run("TERMINATE TRANSACTIONS $transaction", transaction=transaction).consume()

    try:
        with root.session(database=endpoint.database) as session:
            for transaction in session.execute_read(find):
                session.execute_write(end, transaction)
    except (Neo4jError, DriverError):
        return


@contextmanager
def _query_errors(endpoint: Endpoint, timeout_s: float) -> Iterator[None]:
    with explained(endpoint):
        try:
            yield
        except Neo4jError as error:
            code, message = str(error.code), str(error.message).split("\n")[0][:400]
            if "Timeout" in code or "TransactionTimedOut" in code:
                raise _too_long(timeout_s) from error
            if "AccessMode" in code or "Forbidden" in code or "Security" in code:
                raise QueryRefused(f"The query would do more than read: {message}") from error
            if isinstance(error, ClientError):
                raise QueryError(f"The query cannot be run: {message}") from error
            raise


def _too_long(timeout_s: float) -> QueryTimeout:
    return QueryTimeout(
        f"The query was ended after {timeout_s:g} s. Narrow it down (a label, a parameter, LIMIT), or allow more time."
    )


def _operators(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if plan:
        yield plan
        for child in plan.get("children", []):
            yield from _operators(child)


def _reads(operator: Mapping[str, Any]) -> bool:
    name = str(operator["operatorType"]).split("@")[0]
    if name == "ProcedureCall":
        details = str(operator.get("args", {}).get("Details", "")).replace("`", "")
        return _PROCEDURES.match(details) is not None
    return _READING_OPERATORS.fullmatch(name) is not None
