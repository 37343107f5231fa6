"""JSON as it occurs in exports: with a comma too many, keys twice, text after its end, or cut off.

Formats take these functions from `reading`.
"""

from __future__ import annotations

import gc
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from attrigraph.loaders.formats.base import Reject

__all__ = ["Document", "Record", "list_items", "objects", "parse_json", "shown"]

QUOTED = r'"(?:[^"\\\n]|\\.)*+(?:"|\\?$)'
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
    collecting = gc.isenabled()
    gc.disable()  # nothing of a document is garbage while it is read, and looking for it costs as much as reading
    try:
        return decoder.raw_decode(text)
    except RecursionError:
        raise ValueError("nested deeper than any export is") from None
    finally:
        if collecting:
            gc.enable()


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


def shown(value: Any) -> str:
    """A value in few words, for a reject."""
    if isinstance(value, str):
        return value[:200]
    try:
        return json.dumps(value, ensure_ascii=False)[:200]
    except (ValueError, RecursionError):
        return str(type(value).__name__)


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
