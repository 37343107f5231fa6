"""What formats have in common: JSON, also inside JavaScript; tables under a preamble; web pages; names of keys.

Every function takes the `Head` of a file and gives records with the locator that evidence will point to. What cannot be
read comes as a `Reject` in its place, so that a format passes it on:

    for found in records(head):
        if isinstance(found, Reject):
            yield found
            continue
        yield Row("logins", {"account_id": ..., "ip": get(found.value, "IP Address", "ip")}, found.where)

Lines that are not UTF-8 need no care here: they are mended and noted for every format.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from attrigraph.errors import UnreadableFile
from attrigraph.loaders.clean import Records
from attrigraph.loaders.content import lines
from attrigraph.loaders.formats.base import Reject
from attrigraph.loaders.recognise import fold
from attrigraph.loaders.sniff import Head

__all__ = [
    "NOBODY",
    "Document",
    "Record",
    "assigned_name",
    "assigned_records",
    "cells_of",
    "dig",
    "get",
    "has",
    "json_of",
    "list_items",
    "nobody",
    "objects",
    "owner",
    "parse_json",
    "records",
    "shown",
    "table_rows",
    "text_of",
    "unmojibake",
]

NOBODY = "the file does not say whose account it is: name it with --account"
DEEPEST_HEADER = 60
"""Lines above a header that are looked through for it."""
ASSIGNMENT = re.compile(r"\s*(?:(?:var|let|const)\s+)?(?:window\.)?([\w.$]+)\s*=\s*(?=[\[{])")
QUOTED = r'"(?:[^"\\\n]|\\.)*+(?:"|$|(?=\n))'
TOKEN = re.compile(rf"{QUOTED}|[\[\]{{}}]", re.M)
LAST_COMMA = re.compile(rf"({QUOTED})|,(\s*[\]}}])", re.M)
LONGEST_INTEGER = 18


class Record(NamedTuple):
    """One record: where it stands, and its keys."""

    where: str
    value: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """The value of a JSON file, and remarks about what was mended or left out on the way."""

    value: Any
    remarks: tuple[Reject, ...]


# ---- text and JSON


def text_of(head: Head) -> str:
    """The whole text, decoded, with `\\n` at the end of lines."""
    return "\n".join(line.text for line in lines(head.content, head.encoding))


def json_of(head: Head) -> Document:
    """The JSON document a file holds. Raises UnreadableFile when it is none or cut off."""
    try:
        return parse_json(text_of(head))
    except ValueError as error:
        raise UnreadableFile(
            f"{head.content.path} is not whole JSON: {error}. If it was cut off, get it again."
        ) from None


def parse_json(text: str, where: str = "$") -> Document:
    """Read JSON as it occurs: a byte order mark, commas before a closing bracket, text after the end, keys twice.

    What was mended is said in the remarks; a value that a second key of the same name hides is a reject. Raises
    ValueError for anything else that is no JSON.
    """
    plain = text.removeprefix("\ufeff").lstrip()
    remarks: list[Reject] = []
    try:
        value, end = _decode(plain, remarks, where)
    except ValueError:
        mended = LAST_COMMA.sub(lambda m: m[1] or m[2], plain)
        if mended == plain:
            raise
        remarks.clear()
        plain = mended
        value, end = _decode(plain, remarks, where)
        remarks.append(Reject(where, "", "", "a comma too many was left out", "field"))
    rest = plain[end:].strip().strip(";").strip()
    if rest:
        remarks.append(Reject(where, "", rest[:200], "text after the end of the JSON, not read"))
    return Document(value, tuple(remarks))


def _decode(text: str, remarks: list[Reject], where: str) -> tuple[Any, int]:
    def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            remarks.extend(_hidden(pairs, where))
        return made

    decoder = json.JSONDecoder(
        object_pairs_hook=object_of, parse_int=_integer, parse_float=_decimal, parse_constant=_nothing, strict=False
    )
    try:
        return decoder.raw_decode(text)
    except RecursionError:
        raise ValueError("nested deeper than any export is") from None


def _hidden(pairs: Sequence[tuple[str, Any]], where: str) -> Iterator[Reject]:
    """Values that another key of the same name replaces: a record when they hold some, else a remark."""
    last = {key: position for position, (key, _) in enumerate(pairs)}
    for position, (key, value) in enumerate(pairs):
        if position != last[key] and value != pairs[last[key]][1]:
            kind = "row" if isinstance(value, dict | list) and value else "field"
            yield Reject(where, key, shown(value), "the key occurs again, and its last value was read", kind)


def _integer(digits: str) -> int | str:
    """Longer numbers are ids, and stay text."""
    return int(digits) if len(digits) <= LONGEST_INTEGER else digits


def _decimal(text: str) -> float | str:
    """Numbers no float can hold stay text."""
    number = float(text)
    return number if math.isfinite(number) else text


def _nothing(_: str) -> None:
    """NaN and Infinity, which are no JSON, say nothing."""


def objects(value: Any, where: str) -> Iterator[Record | Reject]:
    """The objects of a list, `where[0]`, `where[1]`, …; an object by itself is one, None is none at all."""
    if value is None:
        return
    if isinstance(value, dict):
        yield Record(where, value)
        return
    if not isinstance(value, list):
        yield Reject(where, "", shown(value), "not a list of records")
        return
    for index, item in enumerate(value):
        here = f"{where}[{index}]"
        if isinstance(item, dict):
            yield Record(here, item)
        else:
            yield Reject(here, "", shown(item), "not a record")


def records(head: Head) -> Iterator[Record | Reject]:
    """The objects of a JSON file: of the list it is, of the one list inside it, itself, or one a line."""
    if head.kind == "jsonl":
        yield from _line_records(head)
        return
    document = json_of(head)
    yield from document.remarks
    if head.list_key is not None and isinstance(document.value, dict):
        yield from objects(document.value.get(head.list_key), f"$.{head.list_key}")
    else:
        yield from objects(document.value, "$")


def _line_records(head: Head) -> Iterator[Record | Reject]:
    for line in lines(head.content, head.encoding):
        if line.text.strip():
            yield from list_items(line.text, f"line {line.number}")


def shown(value: Any) -> str:
    """A value in few words, for a reject."""
    if isinstance(value, str):
        return value[:200]
    try:
        return json.dumps(value, ensure_ascii=False)[:200]
    except (ValueError, RecursionError):
        return str(type(value).__name__)


# ---- JavaScript


def assigned_name(head: Head) -> str | None:
    """The name a script gives its data: "YTD.ip_audit.part0" of `window.YTD.ip_audit.part0 = [`; else None."""
    if head.kind not in ("csv", "json"):
        return None
    text = head.start[:400].decode("utf-16" if head.content.utf16 else "utf-8", "replace").removeprefix("\ufeff")
    found = ASSIGNMENT.match(text)
    return found[1] if found else None


def assigned_records(head: Head) -> Iterator[Record | Reject]:
    """The objects of the list that a script assigns, `$[0]`, `$[1]`, …"""
    text = text_of(head)
    found = ASSIGNMENT.match(text)
    yield from list_items(text[found.end() :] if found else text, "$")


def list_items(text: str, where: str) -> Iterator[Record | Reject]:
    """The objects of a JSON text; of a damaged list those that are whole, and a reject for each that is not."""
    try:
        document = parse_json(text, where)
    except ValueError as error:
        if text.lstrip("\ufeff \t\r\n").startswith("["):
            yield from _whole_items(text, where)
        else:
            yield Reject(where, "", text[:200], f"not JSON: {error}")
        return
    yield from document.remarks
    yield from objects(document.value, where)


def _whole_items(text: str, where: str) -> Iterator[Record | Reject]:
    for index, (item, between) in enumerate(_split(text)):
        here = f"{where}[{index}]"
        if between:
            yield Reject(here, "", item[:200], "not a record")
            continue
        try:
            document = parse_json(item, here)
        except ValueError as error:
            yield Reject(here, "", item[:200], f"damaged: {error}")
            continue
        yield from document.remarks
        yield from objects(document.value, here)


def _split(text: str) -> Iterator[tuple[str, bool]]:
    """The items of a list by counting brackets, and (with True) what stands between them and is no item.

    A line that opens an item as the line of the first did begins a new one, whatever is still open: so a bracket or a
    quote that is missing spoils its own item only.
    """
    start = text.index("[") + 1
    depth, opener = 0, ""
    for token in TOKEN.finditer(text, start):
        sign, here = token[0], token.start()
        if sign in "{[":
            line = text[text.rfind("\n", 0, here) : here + 1]
            opener = opener or line
            if depth and line == opener and line.startswith("\n") and line[:-1].isspace():
                yield text[start:here], False
                start, depth = here, 0
            elif depth == 0:
                yield from _between(text[start:here])
                start = here
            depth += 1
        elif sign in "}]":
            depth -= 1
            if depth < 0:
                yield from _between(text[start:here])
                return
            if depth == 0:
                yield text[start : token.end()], False
                start = token.end()
    if depth:
        yield text[start:], False
    else:
        yield from _between(text[start:])


def _between(text: str) -> Iterator[tuple[str, bool]]:
    plain = text.strip(", \t\r\n;")
    if plain:
        yield plain, True


# ---- keys


def get(record: Any, *names: str) -> Any:
    """The value of the first of these keys that is there, without regard to case, blanks, dots and underscores.

    None when none is, when its value is null, or when `record` is no object.
    """
    if not isinstance(record, Mapping):
        return None
    for name in names:
        if record.get(name) is not None:
            return record[name]
    folded = {fold(str(key)): value for key, value in record.items() if value is not None}
    return next((folded[fold(name)] for name in names if fold(name) in folded), None)


def has(record: Any, *names: str) -> bool:
    """Whether all of these keys (or columns of a header) are there, without regard to case."""
    keys = {fold(str(key)) for key in record} if isinstance(record, Iterable) and not isinstance(record, str) else set()
    return all(fold(name) in keys for name in names)


def dig(value: Any, *path: str | int) -> Any:
    """What stands at a path of keys and positions; None where it breaks off."""
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and -len(value) <= step < len(value) else None
        else:
            value = get(value, step)
    return value


def unmojibake(value: Any) -> Any:
    """Text whose UTF-8 bytes were written as Latin-1 letters, mended ("mÃ©" is "mé"); also inside lists and objects.

    Text that does not come out as UTF-8 stays as it is.
    """
    if isinstance(value, str):
        try:
            return value if value.isascii() else value.encode("latin-1").decode("utf-8")
        except UnicodeError:
            return value
    if isinstance(value, list):
        return [unmojibake(item) for item in value]
    if isinstance(value, dict):
        return {unmojibake(key): unmojibake(item) for key, item in value.items()}
    return value


# ---- tables


def cells_of(head: Head, delimiter: str | None = None) -> Iterator[list[str] | Reject]:
    """The cells of every record of delimited text from its first line on; nothing is taken for a header.

    Empty lines are left out; a line on which a quote is opened and not closed is a reject.
    """
    delimited = replace(head, delimiter=delimiter or head.delimiter or ",")
    for number, (cells, text, _) in enumerate(Records(delimited), 1):
        yield Reject(f"row {number}", "", text[:200], "a quote is opened and not closed") if cells is None else cells


def table_rows(
    head: Head, wanted: Sequence[str] | Callable[[Sequence[str]], bool], delimiter: str | None = None
) -> Iterator[Record | Reject]:
    """The rows of a table by column, under whatever stands above its header: `row 1` is the first one below it.

    The header is the first of the first 60 lines that has all the names `wanted`, or that `wanted` says yes to. Cells
    beyond the header make a reject, missing ones at the end are absent. Without a header nothing is a row and one
    reject says so.
    """
    is_header = wanted if callable(wanted) else lambda cells: has(cells, *wanted)
    header: list[str] | None = None
    number = above = 0
    for found in cells_of(head, delimiter):
        if header is None:
            above += 1
            if isinstance(found, list) and is_header(found):
                header = [cell.strip() for cell in found]
            elif above >= DEEPEST_HEADER:
                break
            continue
        number += 1
        where = f"row {number}"
        if isinstance(found, Reject):
            yield replace(found, record=where)
        elif "\0" in "".join(found):
            yield Reject(where, "", shown(found), "holds NUL bytes")
        elif any(cell.strip() for cell in found[len(header) :]):
            yield Reject(where, "", shown(found), f"{len(found)} cells where the header has {len(header)}")
        elif any(cell.strip() for cell in found):
            yield Record(where, {k: v for k, v in zip(header, found, strict=False) if k or v})
    if header is None:
        yield Reject("row 1", "", "", "no header of the kind this file should have")


# ---- whose file it is


def owner(head: Head, endings: Sequence[str], says: Callable[[bytes], Any]) -> str | None:
    """Whose the file is: what --account says, else what `says` reads in the files beside it with these endings.

    The nearest file that names somebody decides. None when none does, or when files equally near name different ones:
    several exports in one folder are not taken for one.
    """
    if head.account:
        return head.account
    found: dict[str, None] = {}
    nearest = -1
    for inside, content in head.place.beside(*endings):
        near = head.place.common(inside)
        if near < nearest:
            break
        named = says(content)
        if named:
            found[str(named)] = None
            nearest = near
    return next(iter(found)) if len(found) == 1 else None


def nobody(where: str = "$") -> Reject:
    """The reject of a record whose account is not known."""
    return Reject(where, "account_id", "", NOBODY)
