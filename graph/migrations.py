"""Schema version and migrations, kept in the graph itself.

Constraints and indexes are generated from the schema and made when they are missing. What the generated ones cannot do
is a file `cypher/migrations/V002__name.cypher`: one statement, run once, in order, in one transaction with its record
`(:SchemaVersion {id, version, checksum, applied_at})`.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources

from neo4j import ManagedTransaction, Session
from neo4j.exceptions import ClientError

from attrigraph.errors import EngineError
from attrigraph.graph import statements
from attrigraph.graph.schema import SCHEMA_VERSION
from attrigraph.graph.statements import Statement, statement

__all__ = ["Migration", "apply_schema", "migrations", "pending"]

_FILE = re.compile(r"V(\d{3})__[a-z0-9_]+\.cypher")
_EXISTS = ("EquivalentSchemaRuleAlreadyExists", "ConstraintAlreadyExists", "IndexAlreadyExists")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: `name` is the file's name without ending, `checksum` the sha256 of its text."""

    name: str
    version: int
    statement: Statement

    @property
    def checksum(self) -> str:
        """sha256 of the text: a migration that was applied must never change."""
        return hashlib.sha256(self.statement.text.encode()).hexdigest()


@functools.cache
def migrations() -> tuple[Migration, ...]:
    """All migrations in order. Raises ValueError for a wrong name or a number used twice: a bug of this package."""
    found = []
    for file in resources.files("attrigraph.cypher").joinpath("migrations").iterdir():
        if not file.name.endswith(".cypher"):
            continue
        match = _FILE.fullmatch(file.name)
        if match is None:
            raise ValueError(f"{file.name} is not a migration's name (V001__what.cypher)")
        name = file.name.removesuffix(".cypher")
        found.append(Migration(name, int(match.group(1)), statement(f"migrations/{name}")))
    found.sort(key=lambda m: m.version)
    if [m.version for m in found] != list(range(1, SCHEMA_VERSION + 1)):
        raise ValueError(f"migrations must be numbered 1 to {SCHEMA_VERSION}, each once")
    return tuple(found)


def pending(applied: dict[str, tuple[int, str]]) -> list[Migration]:
    """Migrations that are not in `applied` (name → version, checksum). Raises EngineError when they do not fit."""
    if any(version is None or checksum is None for version, checksum in applied.values()):
        raise EngineError("The graph is damaged: its schema version is unreadable. Make it again: attrigraph rebuild")
    known = {m.name: m for m in migrations()}
    newest = max((version for version, _ in applied.values()), default=0)
    if newest > SCHEMA_VERSION:
        raise EngineError(
            f"The graph has schema version {newest}, this attrigraph knows up to {SCHEMA_VERSION}. Upgrade attrigraph."
        )
    for name, (_, checksum) in applied.items():
        if name not in known or known[name].checksum != checksum:
            raise EngineError(
                f"Migration {name} of the graph is not the one this attrigraph has (its text changed). "
                "Use the version that wrote the graph, or make the graph again: attrigraph rebuild"
            )
    return [m for m in migrations() if m.name not in applied]


def apply_schema(session: Session) -> None:
    """Make missing constraints and indexes, run pending migrations; three reads when there is nothing to do."""
    _make_missing(session, statements.constraints(), statements.SHOW_CONSTRAINTS)
    _make_missing(session, statements.indexes(), statements.SHOW_INDEXES)
    applied = session.execute_read(_applied)
    for migration in pending(applied):
        session.execute_write(_apply(migration))


def _make_missing(session: Session, wanted: dict[str, Statement], show: Statement) -> None:
    present = set(session.execute_read(_names, show))
    missing = [make for name, make in wanted.items() if name not in present]
    if not missing:
        return
    try:
        session.execute_write(_run, missing)
    except ClientError as error:
        if not any(code in str(error.code) for code in _EXISTS):
            raise
        for make in missing:  # another process is making them too: one by one, so that each can be there already
            _make_one(session, make)


def _make_one(session: Session, make: Statement) -> None:
    try:
        session.execute_write(_run, [make])
    except ClientError as error:
        if not any(code in str(error.code) for code in _EXISTS):
            raise


def _names(tx: ManagedTransaction, show: Statement) -> list[str]:
    return [record["name"] for record in tx.run(statements.text_of(show))]


def _run(tx: ManagedTransaction, made: list[Statement]) -> None:
    for one in made:
        tx.run(statements.text_of(one)).consume()


def _applied(tx: ManagedTransaction) -> dict[str, tuple[int, str]]:
    found = tx.run(statements.text_of(statements.APPLIED))
    return {r["id"]: (r["version"], r["checksum"]) for r in found}


def _apply(migration: Migration) -> Callable[[ManagedTransaction], None]:
    def work(tx: ManagedTransaction) -> None:
        tx.run(statements.text_of(migration.statement)).consume()
        tx.run(
            statements.text_of(statements.RECORD),
            id=migration.name,
            version=migration.version,
            checksum=migration.checksum,
            applied_at=datetime.now(UTC),
        ).consume()

    return work
