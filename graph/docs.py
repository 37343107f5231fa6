"""The page `docs/schema.md`, made from the schema: `python -m attrigraph.graph.docs FILE` writes it."""

from __future__ import annotations

import sys
from pathlib import Path

from attrigraph.graph import statements
from attrigraph.graph.schema import NODES, RELATIONSHIPS, SCHEMA_VERSION, Property

__all__ = ["schema_page"]

_HEAD = f"""\
# The graph

Made from `graph/schema.py` by `make docs`; schema version {SCHEMA_VERSION}.
Observations are the truth and the graph is a projection of them: `attrigraph rebuild` makes it again, on either engine.
Every key is a string and carries a uniqueness constraint. Times are UTC. A property that is absent is unknown.
What was derived names its `run`; what was read names its `sources`.

Try it on your case:

```cypher
MATCH (a:Account)-[m:MAY_OPERATE_FROM]->(t:Territory)
RETURN a.id AS account, t.name AS territory, m.p AS p
ORDER BY account, p DESC LIMIT 20
```

## Diagram
"""


def schema_page() -> str:
    """The whole page as Markdown with a Mermaid diagram."""
    parts = [_HEAD, _diagram(), "\n## Nodes\n"]
    for label in NODES:
        parts += [f"\n### {label.name}\n\n{label.help} Key: `{label.key}`.", _index_note(label.indexes), "\n\n"]
        parts += ["", _table(label.properties)]
    parts.append("\n## Relationships\n")
    for type_ in RELATIONSHIPS:
        ends = ", ".join(f"`(:{start})-[:{type_.name}]->(:{end})`" for start, end in type_.ends)
        parts += [f"\n### {type_.name}\n\n{type_.help}\n\n{ends}. {_identity_note(type_.identity)}\n"]
        if type_.properties:
            parts += ["", _table(type_.properties)]
    parts += ["\n## Constraints and indexes\n\n```cypher"]
    made = statements.constraints() | statements.indexes()
    parts += ["\n" + ";\n".join(made[name].text for name in made) + ";\n```\n"]
    return "".join(parts)


def _diagram() -> str:
    """One arrow for each pair of ends; node properties are left to the tables."""
    lines = ["", "```mermaid", "flowchart LR"]
    for type_ in RELATIONSHIPS:
        lines += [f"  {start} -->|{type_.name}| {end}" for start, end in type_.ends]
    return "\n".join([*lines, "```", ""])


def _table(properties: tuple[Property, ...]) -> str:
    rows = [f"| `{p.name}` | {p.type.replace('<', ' of ').replace('>', '')} | {p.help} |" for p in properties]
    return "\n".join(["| property | type | meaning |", "|---|---|---|", *rows, ""])


def _index_note(indexes: tuple[str, ...]) -> str:
    return f" Indexed: {', '.join(f'`{name}`' for name in indexes)}." if indexes else ""


def _identity_note(identity: tuple[str, ...]) -> str:
    if not identity:
        return "One between two nodes."
    return f"Several between two nodes differ in {', '.join(f'`{name}`' for name in identity)}."


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(schema_page(), encoding="utf-8")
