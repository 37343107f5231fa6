"""The schema as the official Cypher linter wants it, and the files it is run over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from attrigraph.graph import statements
from attrigraph.graph.schema import NODES, RELATIONSHIPS

__all__ = ["CypherFile", "cypher_files", "generated", "linter_schema"]


@dataclass(frozen=True, slots=True)
class CypherFile:
    """A text with its name below `cypher/` (without ending), the parameters it uses and the fields of its own maps."""

    name: str
    text: str
    parameters: tuple[str, ...]
    fields: tuple[str, ...]


def linter_schema() -> dict[str, Any]:
    """Labels, types, properties and which type connects which labels."""
    of_nodes = {p.name for label in NODES for p in label.properties}
    of_relationships = {p.name for type_ in RELATIONSHIPS for p in type_.properties}
    return {
        "labels": [label.name for label in NODES],
        "relationshipTypes": [type_.name for type_ in RELATIONSHIPS],
        "propertyKeys": sorted(of_nodes | of_relationships),
        "graphSchema": [
            {"from": start, "to": end, "relType": type_.name} for type_ in RELATIONSHIPS for start, end in type_.ends
        ],
        "defaultLanguage": "CYPHER 5",
    }


def cypher_files() -> list[CypherFile]:
    """Every `.cypher` file of the package, by name."""
    found: list[CypherFile] = []

    def walk(folder: Traversable, prefix: str) -> None:
        for entry in sorted(folder.iterdir(), key=lambda e: e.name):
            if entry.is_dir():
                walk(entry, f"{prefix}{entry.name}/")
            elif entry.name.endswith(".cypher"):
                found.append(_file(prefix + entry.name.removesuffix(".cypher"), entry.read_text(encoding="utf-8")))

    walk(resources.files("attrigraph.cypher"), "")
    return found


def generated() -> list[CypherFile]:
    """One statement of each kind that is made from the schema; the others differ in names only."""
    made = [
        next(iter(statements.constraints().values())),
        next(iter(statements.indexes().values())),
        statements.counts(),
        statements.write_node("Account", ("handle", "created_at", "sources"), ("handle", "created_at")),
        statements.missing_end("Territory"),
        statements.delete_nodes("Account"),
        statements.write_relationship("HAS_EVIDENCE", "Account", "Evidence", (), ()),
        statements.write_relationship("LOCATED_IN", "IPAddress", "Territory", ("build_date",), ()),
        statements.delete_relationships("LOCATED_IN"),
    ]
    return [_file(one.name, one.text) for one in made]


_MAP_KEY = re.compile(r"[{,]\s*(\w+)\s*:")
_ROW = re.compile(r"\bUNWIND\s+\$\w+\s+AS\s+(\w+)", re.IGNORECASE)


def _file(name: str, text: str) -> CypherFile:
    return CypherFile(name, text, tuple(sorted(statements.parameters_of(text))), tuple(sorted(_fields(text))))


def _fields(text: str) -> set[str]:
    """Names of map entries and of the columns of parameter rows: read like properties, but not of the graph."""
    bare = statements.strip(text)
    fields = set(_MAP_KEY.findall(bare))
    for row in _ROW.findall(bare):
        fields |= set(re.findall(rf"\b{row}\.(?:identity\.)?(\w+)", bare))
    return fields
