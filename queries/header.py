"""Reading a `.cypher` file: its header is the leading comment, in YAML; the rest is one Cypher statement.

YAML is read with every scalar as text (PyYAML's `BaseLoader`) and typed by the declaration afterwards: plain YAML would
read the territory `NO` as false.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import PurePath
from typing import Any

import yaml

from attrigraph.errors import BadDefinition
from attrigraph.graph.statements import parameters_of
from attrigraph.queries.model import SCALARS, Column, Investigation, Origin, Parameter
from attrigraph.queries.values import item_type, read_value

__all__ = ["parse"]

HEADER = re.compile(r"\s*/\*(.*?)\*/(.*)", re.DOTALL)
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

FIELDS = ("title", "question", "parameters", "columns", "tags", "revision", "caveats")
NEEDED = ("title", "question", "columns", "revision")
PARAMETER_FIELDS = ("type", "help", "default", "required", "minimum", "maximum", "choices")
ORDERED = ("integer", "float", "date", "datetime")
RESERVED = ("case", "format", "help", "name", "self", "show_cypher")
"""Names the command line and `Case.query` use themselves."""


class _Texts(yaml.BaseLoader):
    """YAML with every scalar as text; a key given twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key) for key, _ in node.value]
        for key in keys:
            if not isinstance(key, str) or keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is given twice or is no text")
        return super().construct_mapping(node, deep)


def parse(text: str, path: str, origin: Origin = "user") -> Investigation:
    """The investigation a file holds. Raises BadDefinition: file, field, value, and what was expected."""
    name = PurePath(path).stem
    if not NAME.fullmatch(name):
        raise _bad(path, "file name", name, "lower-case letters and digits in words joined by hyphens")
    match = HEADER.match(text)
    if not match:
        raise BadDefinition(
            f"{path}: there is no header. Begin the file with /* title: … question: … columns: … revision: 1 */"
        )
    header, cypher = _mapping(path, match[1]), match[2].strip().rstrip(";").rstrip()
    for field in NEEDED:
        if not header.get(field):
            raise BadDefinition(f"{path}: the header lacks {field}. Add the line `{field}: …`.")
    _only(path, "header", header, FIELDS)
    parameters = tuple(_parameter(path, n, v) for n, v in _sub(path, header, "parameters").items())
    _same_parameters(path, parameters, cypher)
    return Investigation(
        id=name,
        title=_text(path, "title", header["title"]),
        question=_text(path, "question", header["question"]),
        parameters=parameters,
        columns=tuple(_column(path, n, v) for n, v in _sub(path, header, "columns").items()),
        tags=_tags(path, header.get("tags", [])),
        revision=_revision(path, header["revision"]),
        caveats=_text(path, "caveats", header.get("caveats", "")),
        cypher=cypher,
        text=text,
        origin=origin,
        path=path,
    )


def _mapping(path: str, header: str) -> dict[str, Any]:
    try:
        found = yaml.load(header, _Texts)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadDefinition(f"{path}: the header is not valid YAML at line {line}: {error.problem}.") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise BadDefinition(f"{path}: the header is not valid YAML: {str(error) or 'nested too deeply'}.") from None
    if not isinstance(found, dict):
        raise BadDefinition(f"{path}: the header is no list of `field: value` lines. It begins with `title: …`.")
    return found


def _parameter(path: str, name: str, given: Any) -> Parameter:
    where = f"parameters.{name}"
    if not IDENTIFIER.fullmatch(name) or name.lower() in RESERVED:
        raise _bad(path, "parameters", name, f"a name of letters, digits and _, and none of {', '.join(RESERVED)}")
    if not isinstance(given, dict):
        raise _bad(path, where, given, "a mapping like {type: integer, default: 2, help: …}")
    _only(path, where, given, PARAMETER_FIELDS)
    type_ = _type(path, f"{where}.type", given.get("type"))
    required = given.get("required", "false" if "default" in given else "true")
    if required not in ("true", "false") or (required == "true" and "default" in given):
        raise _bad(path, f"{where}.required", required, "true or false, and no default beside true")
    if ("minimum" in given or "maximum" in given) and type_ not in ORDERED:
        raise _bad(path, where, type_, f"minimum and maximum only beside the types {', '.join(ORDERED)}")
    bare = Parameter(name, item_type(type_) or type_)

    def value(field: str, of: Parameter) -> Any:
        if field not in given:
            return None
        try:
            return read_value(of, given[field])
        except ValueError as error:
            raise BadDefinition(f"{path}: {where}.{field} = {given[field]!r}: {error}.") from None

    choices = value("choices", Parameter(name, f"list<{bare.type}>")) or ()
    limits = Parameter(
        name,
        type_,
        _text(path, f"{where}.help", given.get("help", "")),
        required=required == "true",
        minimum=value("minimum", bare),
        maximum=value("maximum", bare),
        choices=tuple(choices),
    )
    default = value("default", limits)
    return Parameter(name, type_, limits.help, default, limits.required, limits.minimum, limits.maximum, limits.choices)


def _column(path: str, name: str, type_: Any) -> Column:
    if not IDENTIFIER.fullmatch(name):
        raise _bad(path, "columns", name, "a name of letters, digits and _")
    return Column(name, _type(path, f"columns.{name}", type_))


def _type(path: str, where: str, given: Any) -> str:
    if not isinstance(given, str) or (item_type(given) or given) not in SCALARS:
        raise _bad(path, where, given, f"one of {', '.join(SCALARS)}, list, list<one of these>")
    return given


def _tags(path: str, given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(tag, str) and NAME.fullmatch(tag) for tag in given):
        raise _bad(path, "tags", given, "a list like [links, infrastructure]")
    return tuple(given)


def _revision(path: str, given: Any) -> int:
    if not isinstance(given, str) or not given.isdecimal() or int(given) < 1:
        raise _bad(path, "revision", given, "a whole number, 1 or more")
    return int(given)


def _same_parameters(path: str, parameters: tuple[Parameter, ...], cypher: str) -> None:
    if not cypher:
        raise BadDefinition(f"{path}: there is no Cypher after the header. Write the statement below it.")
    declared, used = {p.name for p in parameters}, parameters_of(cypher)
    if declared - used:
        raise BadDefinition(
            f"{path}: parameter {', '.join(sorted(declared - used))} is declared and not used. Use it or remove it."
        )
    if used - declared:
        raise BadDefinition(
            f"{path}: parameter {', '.join(sorted(used - declared))} is used, not declared. Declare it in the header."
        )


def _sub(path: str, header: dict[str, Any], field: str) -> dict[str, Any]:
    found = header.get(field) or {}
    if not isinstance(found, dict):
        raise _bad(path, field, found, "a mapping of names")
    return found


def _text(path: str, where: str, given: Any) -> str:
    if not isinstance(given, str):
        raise _bad(path, where, given, "a text")
    return " ".join(given.split())


def _only(path: str, where: str, given: dict[str, Any], known: tuple[str, ...]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise _bad(path, where, ", ".join(unknown), f"only {', '.join(known)}")


def _bad(path: str, where: str, given: Any, wanted: str) -> BadDefinition:
    return BadDefinition(f"{path}: {where} = {given!r}: expected {wanted}.")
