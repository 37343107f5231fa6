"""The store: one read path, one write path, the same Cypher on both engines."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from neo4j import READ_ACCESS, WRITE_ACCESS, Driver, ManagedTransaction, Session

from attrigraph.errors import QueryTimeout, WriteError
from attrigraph.graph import gate, schema, statements
from attrigraph.graph.batches import checked, rows_per_transaction, send_in_batches
from attrigraph.graph.connection import connect, explained, server_version
from attrigraph.graph.endpoint import Endpoint
from attrigraph.graph.gate import Table
from attrigraph.graph.migrations import apply_schema
from attrigraph.graph.rows import Shape, node_shape, relationship_shape
from attrigraph.graph.statements import Statement, text_of
from attrigraph.graph.values import from_engine, to_engine
from attrigraph.progress import SILENT, Progress

__all__ = ["Counters", "Store", "Table", "Written"]

Result = TypeVar("Result")
_SLICE = 20_000


@dataclass(frozen=True, slots=True)
class Written:
    """Rows sent to the graph and rows the graph says it took; they are equal, or WriteError was raised."""

    sent: int
    written: int


@dataclass(frozen=True, slots=True)
class Counters:
    """What a statement changed, as the engine counted it."""

    nodes_created: int = 0
    nodes_deleted: int = 0
    relationships_created: int = 0
    relationships_deleted: int = 0
    properties_set: int = 0

    def __add__(self, other: Counters) -> Counters:
        return Counters(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Counters)))


@dataclass(frozen=True, slots=True)
class _Writing:
    """How rows of one label or type are written: their shape, order, statement, rows a transaction, labels of ends."""

    shape: Shape
    order: str
    make: Callable[[tuple[str, ...], tuple[str, ...]], Statement]
    size: int
    ends: Mapping[str, str] = field(default_factory=dict)


class Store:
    """A graph on either engine. Made by `open_store`; every error it raises is an AttrigraphError with one sentence."""

    def __init__(self, endpoint: Endpoint, driver: Driver) -> None:
        self._endpoint = endpoint
        self._driver = driver
        self._reader: Driver | None = None
        self.engine: str = endpoint.engine
        self.on_cypher: Callable[[str], None] | None = None
        """Called with the text of every statement before it runs (`--show-cypher`)."""
        with explained(endpoint):
            self.version: str = ".".join(map(str, server_version(driver.get_server_info().agent)))

    def read(self, statement: Statement, /, **parameters: Any) -> list[dict[str, Any]]:
        """All rows of a reading statement as dictionaries; times come back as UTC datetimes."""

        def work(tx: ManagedTransaction) -> list[dict[str, Any]]:
            result = tx.run(text_of(statement), to_engine(parameters))
            return [
                {k: from_engine(v) for k, v in zip(record.keys(), record.values(), strict=True)} for record in result
            ]

        with self._session(READ_ACCESS, statement) as session:
            return session.execute_read(work)

    def stream(self, statement: Statement, /, **parameters: Any) -> Iterator[dict[str, Any]]:
        """The rows one after the other, for results that should not be in memory at once."""
        with self._session(READ_ACCESS, statement) as session, session.begin_transaction() as tx:
            for record in tx.run(text_of(statement), to_engine(parameters)):
                yield {k: from_engine(v) for k, v in zip(record.keys(), record.values(), strict=True)}

    def execute(self, statement: Statement, /, **parameters: Any) -> Counters:
        """Run a writing statement in one managed transaction."""
        with self._session(WRITE_ACCESS, statement) as session:
            return session.execute_write(_execute, statement, to_engine(parameters))

    def execute_batches(
        self,
        statement: Statement,
        rows: Sequence[Any],
        /,
        *,
        rows_name: str = "rows",
        arrange: Callable[[Sequence[Any]], Mapping[str, Any]] | None = None,
        batch: int = 1_000,
        progress: Progress = SILENT,
        **parameters: Any,
    ) -> Counters:
        """Run a writing statement over `rows`, `batch` of them a transaction, as parameter `rows_name`.

        With `arrange`, which makes parameters from the rows of a transaction, those are given instead. A batch that is
        too large for the engine's memory is sent in halves.
        """
        total = Counters()
        fixed = to_engine(parameters)
        with self._session(WRITE_ACCESS, statement) as session:

            def send(part: list[Any]) -> None:
                nonlocal total
                given = to_engine(arrange(part) if arrange else {rows_name: part})
                with _let_go(given):
                    total += session.execute_write(_execute, statement, fixed | given)

            send_in_batches(rows, batch, send, progress)
        return total

    def write_nodes(self, label: str, rows: Iterable[Mapping[str, Any]], *, progress: Progress = SILENT) -> Written:
        """Merge nodes on their key and set the other properties given; None leaves a property as it is.

        A row is `{id: …, property: value, …}` with the names of the schema. Raises WriteError for a row without key, a
        property the schema does not have, or a value of another type.
        """
        size = rows_per_transaction(1 + len(schema.node(label).properties) / 5)
        make = functools.partial(statements.write_node, label)
        return self._write(_Writing(node_shape(label), schema.node(label).key, make, size), rows, progress)

    def write_relationships(
        self, type_: str, start: str, end: str, rows: Iterable[Mapping[str, Any]], *, progress: Progress = SILENT
    ) -> Written:
        """Merge relationships of a type from nodes of label `start` to nodes of label `end`, which must exist.

        A row is `{start: key, end: key, property: value, …}`. Two rows are the same relationship when their ends and
        the type's identity properties agree. Raises WriteError and names rows whose ends are not in the graph.
        """
        if (start, end) not in schema.relationship(type_).ends:
            raise WriteError(f"The schema has no {type_} from {start} to {end}.")
        size = rows_per_transaction(1 + len(schema.relationship(type_).properties) / 5)
        make = functools.partial(statements.write_relationship, type_, start, end)
        ends = {"start": start, "end": end}
        return self._write(_Writing(relationship_shape(type_), "start", make, size, ends), rows, progress)

    def read_only(
        self, text: str, parameters: Mapping[str, Any], *, timeout_s: float = 30, max_rows: int = 10_000
    ) -> Table:
        """Run text from anywhere through the read-only gate. Raises QueryRefused, QueryTimeout, QueryError."""
        if self.on_cypher:
            self.on_cypher(text)
        asked = gate.Question(text, parameters, timeout_s, max_rows)
        if self._endpoint.reader is None:
            return gate.run_on_neo4j(self._driver, self._endpoint, asked)
        try:
            return gate.run_on_embedded(self._reading_user(), self._driver, self._endpoint, asked)
        except QueryTimeout:
            self._forget_reader()
            raise

    def bring_up_to_date(self) -> None:
        """Make missing constraints and indexes and run pending migrations. Raises EngineError for a graph not ours."""
        with self._session(WRITE_ACCESS) as session:
            apply_schema(session)

    def counts(self) -> dict[str, int]:
        """Nodes of each label and relationships of each type; zeros are included."""
        return {row["name"]: row["count"] for row in self.read(statements.counts())}

    def clear(self) -> None:
        """Take everything out but the schema: relationships first, in slices, because some nodes have very many."""
        present = self.counts()
        with self._session(WRITE_ACCESS) as session:
            for type_ in schema.RELATIONSHIPS:
                if present[type_.name]:
                    _delete(session, statements.delete_relationships(type_.name))
            for label in schema.NODES:
                if present.get(label.name):
                    _delete(session, statements.delete_nodes(label.name))

    def close(self) -> None:
        """Close the connections; an embedded engine stays up for a short while for the next command."""
        self._forget_reader()
        self._driver.close()

    def _write(self, writing: _Writing, rows: Iterable[Mapping[str, Any]], progress: Progress) -> Written:
        sent = 0
        with self._session(WRITE_ACCESS) as session:

            def send(batch: list[dict[str, Any]]) -> None:
                nonlocal sent
                rows = sorted(writing.shape.unique(batch), key=operator.itemgetter(writing.order))
                columns = writing.shape.columns(rows)
                statement = writing.make(columns.given, columns.holes)
                if self.on_cypher and not sent:
                    self.on_cypher(statement.text)
                try:
                    with _let_go(columns.values):
                        session.execute_write(_write_columns, statement, columns.values, len(rows))
                except _EndsMissing as short:
                    raise self._missing(writing, rows, short.written) from None
                sent += len(batch)

            send_in_batches(writing.shape.checked(rows), writing.size, send, progress)
        return Written(sent, sent)

    def _missing(self, writing: _Writing, batch: list[dict[str, Any]], written: int) -> WriteError:
        """Which ends of a batch are not in the graph, a few of them by name."""
        absent = []
        for end, label in writing.ends.items():
            keys = sorted({row[end] for row in batch})
            absent += [f"{label} {row['key']!r}" for row in self.read(statements.missing_end(label), keys=keys)]
        return WriteError(
            f"{writing.shape.name}: {len(batch)} rows were sent, {written} of them found the nodes they connect; "
            f"not in the graph: {', '.join(absent) or 'nothing'}. None of these rows was written."
        )

    def _reading_user(self) -> Driver:
        if self._reader is None:
            self._reader = connect(self._endpoint, reader=True)
        return self._reader

    def _forget_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    @contextmanager
    def _session(self, access: str, statement: Statement | None = None) -> Iterator[Session]:
        if self.on_cypher and statement:
            self.on_cypher(statement.text)
        with (
            explained(self._endpoint),
            self._driver.session(database=self._endpoint.database, default_access_mode=access) as session,
        ):
            yield session


class _EndsMissing(Exception):
    """Leaves a managed transaction, which is rolled back by that."""

    def __init__(self, written: int) -> None:
        super().__init__(written)
        self.written = written


@contextmanager
def _let_go(sent: Mapping[str, Any]) -> Iterator[None]:
    """Empty the lists that were sent: results of the driver hold on to them in circles of references, and all that was
    ever written would stay in memory until Python looks for such.
    """
    try:
        yield
    finally:
        for value in sent.values():
            if isinstance(value, list):
                value.clear()


def _execute(tx: ManagedTransaction, statement: Statement, parameters: dict[str, Any]) -> Counters:
    counted = checked(lambda: tx.run(text_of(statement), parameters).consume()).counters
    return Counters(*(getattr(counted, f.name) for f in fields(Counters)))


def _write_columns(tx: ManagedTransaction, statement: Statement, values: dict[str, list[Any]], expected: int) -> None:
    parameters = {f"p_{name}": column for name, column in values.items()}
    record = checked(lambda: tx.run(text_of(statement), parameters).single(strict=True))
    if record["written"] != expected:
        raise _EndsMissing(record["written"])


def _delete(session: Session, statement: Statement) -> None:
    size = _SLICE
    while True:
        deleted = session.execute_write(
            lambda tx, n: tx.run(text_of(statement), slice=n).single(strict=True)["deleted"], size
        )
        if deleted < size:
            return
