"""The page `docs/investigations.md`, made from the headers of the pack."""

from __future__ import annotations

from pathlib import Path

from attrigraph.queries.model import Investigation, Parameter
from attrigraph.queries.registry import Registry
from attrigraph.queries.values import expected, plain

__all__ = ["investigations_page"]

HEAD = """<!-- Written by `make docs`; change the headers in cypher/investigations/, not this page. -->
# Investigations

A saved investigation is one `.cypher` file: a header in the leading comment (YAML) and one Cypher statement that only
reads. The file is valid Cypher as it stands. `attrigraph query list` lists them, `query show NAME` prints one,
`query run NAME --parameter value` runs it; in Python `case.query("NAME", parameter=value).to_pandas()`.

Your own lie in `~/.config/attrigraph/queries/` or in the `queries/` folder of a case; a file there takes the place of a
built-in one of the same name. Parameters are typed, and the result is checked against the declared columns.
An empty cell is unknown. Every investigation that reads assessments has the parameter `run`: the newest complete run is
read when it is not given.
"""
TYPES = """
## The header

| field | meaning |
|---|---|
| `title`, `question` | what it is called, and the question it answers |
| `parameters` | name: {type, default, required, minimum, maximum, choices, help}; see below |
| `columns` | name: type, in the order of the result |
| `tags` | words to find it by |
| `revision` | a whole number, raised when the result changes |
| `caveats` | how it misleads |

Types: `string`, `integer`, `float`, `boolean`, `date`, `datetime`, `territory`, `account`, `run`, `list`, and
`list<type>`. Lists are written with commas on the command line. A parameter without `default` must be given, unless it
says `required: false`: then it is null.
"""


def investigations_page() -> str:
    """Question, parameters, columns and caveats of every built-in investigation, as Markdown."""
    pack = Registry.load(user_queries=Path("/nonexistent")).queries()
    contents = "\n".join(f"* [{q.title}](#{q.id})" for q in pack)
    return "\n".join([HEAD, contents, TYPES, *(_section(q) for q in pack)]).rstrip() + "\n"


def _section(query: Investigation) -> str:
    lines = [f"## {query.id}", "", f"**{query.title}.** {query.question}", ""]
    if query.parameters:
        lines += ["| parameter | takes | default | meaning |", "|---|---|---|---|"]
        lines += [f"| `{p.name}` | {expected(p)} | {_default(p)} | {p.help} |" for p in query.parameters]
        lines += [""]
    lines += ["Columns: " + ", ".join(f"`{c.name}` ({c.type})" for c in query.columns) + ".", ""]
    if query.caveats:
        lines += [f"How it misleads: {query.caveats}", ""]
    lines += [f"Tags: {', '.join(query.tags)}. Revision {query.revision}.", ""]
    return "\n".join(lines)


def _default(parameter: Parameter) -> str:
    if parameter.required:
        return "required"
    return "" if parameter.default is None else f"`{plain(parameter.default)}`"
