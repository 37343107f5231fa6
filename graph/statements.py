"""Statements: Cypher text from a file of `cypher/`, or generated from the schema. There is no third way.

A statement is a constant; values travel as parameters, never pasted into the text.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from importlib import resources
from typing import LiteralString

from attrigraph.graph import schema

__all__ = [
    "Statement",
    "constraints",
    "counts",
    "delete_nodes",
    "delete_relationships",
    "indexes",
    "missing_end",
    "parameters_of",
    "quote_identifier",
    "statement",
    "strip",
    "text_of",
    "write_node",
    "write_relationship",
]

_YEAR_ONE_S = 62_135_596_800
_NAME = re.compile(r"[a-z0-9_]+(/[A-Za-z0-9_-]+)+")


@dataclass(frozen=True, slots=True)
class Statement:
    """One Cypher statement. Made by `statement` and by the functions that read the schema, nowhere else."""

    name: str
    text: str


@functools.cache
def statement(name: str) -> Statement:
    """The statement of `cypher/<name>.cypher`, e.g. `statement("inference/fuse")`; KeyError when there is none."""
    if not _NAME.fullmatch(name):
        raise KeyError(f"{name!r} is not the name of a statement")
    file = resources.files("attrigraph.cypher").joinpath(f"{name}.cypher")
    try:
        return Statement(name, file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KeyError(f"there is no cypher/{name}.cypher") from None


def quote_identifier(name: str) -> str:
    """A label, type or property name in backquotes, as Cypher text."""
    return "`" + name.replace("`", "``") + "`"


def text_of(what: Statement) -> LiteralString:
    """The text for the driver, which asks for literals so that nobody pastes values into them; a statement is one."""
    return what.text


@functools.cache
def constraints() -> dict[str, Statement]:
    """One uniqueness constraint for each label's key, by name; it brings its index with it."""
    made = {}
    for label in schema.NODES:
        name = f"{label.name}_{label.key}"
        text = (
            f"CREATE CONSTRAINT {quote_identifier(name)} IF NOT EXISTS FOR (n:{quote_identifier(label.name)}) "
            f"REQUIRE n.{quote_identifier(label.key)} IS UNIQUE"
        )
        made[name] = Statement(f"constraint {name}", text)
    return made


@functools.cache
def indexes() -> dict[str, Statement]:
    """The other indexes of the schema, by name."""
    made = {}
    for label in schema.NODES:
        for indexed in label.indexes:
            name = f"{label.name}_{indexed}"
            text = (
                f"CREATE INDEX {quote_identifier(name)} IF NOT EXISTS FOR (n:{quote_identifier(label.name)}) "
                f"ON (n.{quote_identifier(indexed)})"
            )
            made[name] = Statement(f"index {name}", text)
    return made


SHOW_CONSTRAINTS = Statement("show constraints", "SHOW CONSTRAINTS")
SHOW_INDEXES = Statement("show indexes", "SHOW INDEXES")
APPLIED = Statement(
    "applied migrations", "MATCH (v:SchemaVersion) RETURN v.id AS id, v.version AS version, v.checksum AS checksum"
)

RECORD = Statement(
    "record a migration",
    "MERGE (v:SchemaVersion {id: $id}) SET v.version = $version, v.checksum = $checksum, v.applied_at = $applied_at",
)


@functools.cache
def counts() -> Statement:
    """Nodes of each label and relationships of each type: `name`, `count`."""
    parts = [
        f"MATCH (n:{quote_identifier(label.name)}) WITH count(n) AS count RETURN '{label.name}' AS name, count"
        for label in schema.NODES
        if label.name != "SchemaVersion"
    ]
    parts += [
        f"MATCH ()-[r:{quote_identifier(type_.name)}]->() WITH count(r) AS count RETURN '{type_.name}' AS name, count"
        for type_ in schema.RELATIONSHIPS
    ]
    return Statement("counts", "\nUNION ALL\n".join(parts))


@functools.cache
def delete_relationships(type_: str) -> Statement:
    """Remove up to `$slice` relationships of a type; returns how many."""
    pattern = f"MATCH ()-[r:{quote_identifier(type_)}]->()"
    return Statement(f"delete {type_}", f"{pattern}\nWITH r LIMIT $slice\nDELETE r\nRETURN count(*) AS deleted")


@functools.cache
def delete_nodes(label: str) -> Statement:
    """Remove up to `$slice` nodes of a label, which have no relationships any more; returns how many."""
    pattern = f"MATCH (n:{quote_identifier(label)})"
    return Statement(f"delete {label}", f"{pattern}\nWITH n LIMIT $slice\nDETACH DELETE n\nRETURN count(*) AS deleted")


@functools.cache
def write_node(label: str, given: tuple[str, ...], holes: tuple[str, ...]) -> Statement:
    """Make or change a batch of nodes, each key once; `holes` are the properties that some rows leave as they are.

    A record made with all its properties costs half of MERGE and SET, which write it twice.
    """
    declared = schema.node(label)
    values = _values(declared.properties, given, holes)
    key = {declared.key: f"$p_{declared.key}[i]"}
    return Statement(
        f"write {label}",
        f"UNWIND range(0, size($p_{declared.key}) - 1) AS i\n"
        f"OPTIONAL MATCH {_end('old', label, key[declared.key])}\n"
        f"{_make(f'(:{quote_identifier(label)}{_map(key | values)})')}{_change(values, holes)}"
        f"RETURN count(i) AS written",
    )


@functools.cache
def write_relationship(type_: str, start: str, end: str, given: tuple[str, ...], holes: tuple[str, ...]) -> Statement:
    """Make or change a batch of relationships, each identity once; returns how many rows found both ends."""
    declared = schema.relationship(type_)
    values = _values(declared.properties, given, holes)
    identity = {name: f"$p_{name}[i]" for name in declared.identity}
    kind = quote_identifier(type_)
    return Statement(
        f"write {start}-{type_}-{end}",
        f"UNWIND range(0, size($p_start) - 1) AS i\n"
        f"MATCH {_end('a', start, '$p_start[i]')}\n"
        f"MATCH {_end('b', end, '$p_end[i]')}\n"
        f"OPTIONAL MATCH (a)-[old:{kind}{_map(identity)}]->(b)\n"
        f"{_make(f'(a)-[:{kind}{_map(identity | values)}]->(b)')}{_change(values, holes)}"
        f"RETURN count(i) AS written",
    )


def _values(properties: tuple[schema.Property, ...], given: tuple[str, ...], holes: tuple[str, ...]) -> dict[str, str]:
    """The expression of each given property; a time arrives as microseconds since the year one."""
    types = {p.name: p.type for p in properties}
    values = {}
    for name in given:
        sent = value = f"$p_{name}[i]"
        if types[name] == "datetime":
            seconds = f"{sent} / 1000000 - {_YEAR_ONE_S}"
            value = f"datetime({{epochSeconds: {seconds}, nanosecond: {sent} % 1000000 * 1000}})"
            if name in holes:
                value = f"CASE WHEN {sent} IS NULL THEN NULL ELSE {value} END"
        values[name] = value
    return values


def _map(values: dict[str, str]) -> str:
    return f" {{{', '.join(f'{quote_identifier(name)}: {value}' for name, value in values.items())}}}" if values else ""


def _make(pattern: str) -> str:
    return f"FOREACH (_ IN CASE WHEN old IS NULL THEN [1] ELSE [] END | CREATE {pattern})\n"


def _change(values: dict[str, str], holes: tuple[str, ...]) -> str:
    items = []
    for name, value in values.items():
        held = f"old.{quote_identifier(name)}"
        items.append(f"{held} = " + (f"coalesce({value}, {held})" if name in holes else value))
    return f"FOREACH (_ IN CASE WHEN old IS NULL THEN [] ELSE [1] END | SET {', '.join(items)})\n" if items else ""


@functools.cache
def missing_end(label: str) -> Statement:
    """Which of `$keys` have no node of the label."""
    return Statement(
        f"missing {label}",
        f"UNWIND $keys AS key\n"
        f"OPTIONAL MATCH {_end('n', label, 'key')}\n"
        f"WITH key, n WHERE n IS NULL\n"
        f"RETURN key LIMIT 5",
    )


def _end(variable: str, label: str, value: str) -> str:
    key = quote_identifier(schema.node(label).key)
    return f"({variable}:{quote_identifier(label)} {{{key}: {value}}})"


def parameters_of(text: str) -> set[str]:
    """Names of the `$parameters` a text uses; those in strings, comments and quoted names do not count."""
    return set(re.findall(r"\$(\w+)", strip(text)))


def strip(text: str) -> str:
    """The text with comments as one blank and with nothing inside its quotes: what a look at keywords may read."""
    return _QUOTED.sub(_blank, text)


_QUOTED = re.compile(r"/\*.*?(?:\*/|\Z)|//[^\n]*|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`(?:``|[^`])*`", re.DOTALL)


def _blank(found: re.Match[str]) -> str:
    quote = found.group()[0]
    return " " if quote == "/" else quote * 2
