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

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, urlsplit

from attrigraph.errors import UnreadableFile
from attrigraph.loaders.clean import UNBALANCED, Records
from attrigraph.loaders.content import lines, whole_text
from attrigraph.loaders.formats.base import Reject, Row
from attrigraph.loaders.formats.json_text import Document, Record, list_items, objects, parse_json, shown
from attrigraph.loaders.sniff import Head
from attrigraph.loaders.tables import fold

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
    "keyed",
    "keyless",
    "list_items",
    "misfits",
    "nearest",
    "nobody",
    "objects",
    "owned",
    "owner",
    "parse_json",
    "records",
    "shown",
    "table_rows",
    "text_of",
    "unmojibake",
    "web_address",
]

NOBODY = "the file does not say whose account it is: name it with --account"
FEW_KEYS = 60
"""Objects of more keys are not remembered by their keys: there may be as many kinds of them as objects."""
DEEPEST_HEADER = 60
"""Lines above a header that are looked through for it."""
ASSIGNMENT = re.compile(r"\s*(?:(?:var|let|const)\s+)?(?:window\.)?([\w.$]+)\s*=\s*(?=[\[{])")


# ---- text and JSON


def text_of(head: Head) -> str:
    """The whole text, decoded, with `\\n` at the end of lines."""
    text = whole_text(head.content, head.encoding)
    return "\n".join(line.text for line in lines(head.content, head.encoding)) if text is None else text


def json_of(head: Head) -> Document:
    """The JSON document a file holds. Raises UnreadableFile when it is none or cut off."""
    try:
        return parse_json(text_of(head))
    except ValueError as error:
        raise UnreadableFile(
            f"{head.content.path} is not whole JSON: {error}. If it was cut off, get it again."
        ) from None


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


# ---- keys


def get(record: Any, *names: str) -> Any:
    """The value of the first of these keys that is there, without regard to case, blanks, dots and underscores.

    None when none is, when its value is null, or when `record` is no object.
    """
    if type(record) is not dict and not isinstance(record, Mapping):
        return None
    for name in names:
        value = record.get(name)
        if value is not None:
            return value
    keys = _by_fold(tuple(record)) if len(record) <= FEW_KEYS else _by_fold.__wrapped__(tuple(record))
    found = (record[key] for name in names for key in keys.get(fold(name), ()))
    return next((value for value in found if value is not None), None)


@lru_cache(maxsize=1_000)
def _by_fold(keys: tuple[Any, ...]) -> dict[str, list[Any]]:
    """Folded key -> the keys that fold to it, the last first. Objects of one list mostly have the same keys."""
    found: dict[str, list[Any]] = {}
    for key in reversed(keys):
        found.setdefault(fold(str(key)), []).append(key)
    return found


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


def misfits(value: Any, *paths: tuple[str, ...], root: str = "$") -> Iterator[Reject]:
    """What `dig` passes over on these paths of keys: a reject for what is no object to go on in, a remark for an object
    with keys, none of which a path goes on with.

    What stands under the last key of a path is for others to judge; when that is "", any key will do.
    """
    onward: dict[tuple[str, ...], dict[str, None]] = {}
    for path in paths:
        for depth in range(1, len(path)):
            onward.setdefault(path[:depth], {})[path[depth]] = None
    for place, keys in onward.items():
        here, where = dig(value, *place), ".".join((root, *place))
        if not isinstance(here, Mapping):
            if here not in (None, "", []):
                yield Reject(where, place[-1], shown(here), "not an object, so nothing in it was read")
        elif "" not in keys:
            yield from keyless(here, where, *keys, kind="field")


def keyless(record: Any, where: str, *keys: str, kind: str = "row") -> Iterator[Reject]:
    """A reject for an object that has keys, but none of these: nothing in it could be read.

    Its value is the keys it has, for what stands under them may be anything.
    """
    if isinstance(record, Mapping) and record and not any(key in record or has(record, key) for key in keys):
        yield Reject(where, keys[0], ", ".join(map(str, record))[:200], "none of the keys that are read here", kind)


def keyed(value: Any, where: str, *keys: str) -> Iterator[Record | Reject]:
    """The objects of a list as `objects` gives them, those with none of these keys as rejects."""
    for found in objects(value, where):
        yield found if isinstance(found, Reject) else next(keyless(found.value, found.where, *keys), found)


def web_address(text: str) -> SplitResult | None:
    """The parts of a web address, also of one without `https://`; None for what cannot be taken apart.

    >>> web_address("facebook.com/quay").path, web_address("https://[facebook.com/quay")
    ('/quay', None)
    """
    try:
        return urlsplit(text if "://" in text else f"https://{text}")
    except ValueError:
        return None


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
    found = Records(delimiter or head.delimiter or ",", lines(head.content, head.encoding))
    for number, (cells, text, _) in enumerate(found, 1):
        yield Reject(f"row {number}", "", shown(text), UNBALANCED) if cells is None else cells


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
    """Whose the file is: what --account says, else what files beside it say (`nearest`)."""
    return head.account or nearest(head, endings, says)


def nearest(head: Head, endings: Sequence[str], says: Callable[[bytes], Any]) -> str | None:
    """What `says` reads in the files beside this one with these endings (`Place.beside`); the nearest decides.

    None when none says anything, or when files equally near say different things: several exports in one folder are not
    taken for one.
    """
    found: dict[str, None] = {}
    distance = -1
    for inside, content in head.place.beside(*endings):
        common = head.place.common(inside)
        if common < distance:
            break
        said = says(content)
        if said:
            found[str(said)] = None
            distance = common
    return next(iter(found)) if len(found) == 1 else None


def nobody(where: str = "$") -> Reject:
    """The reject of a record whose account is not known."""
    return Reject(where, "account_id", "", NOBODY)


def owned(account: str | None, rows: Iterator[Row | Reject]) -> Iterator[Row | Reject]:
    """The rows; without an account each of them is a reject that says so."""
    for row in rows:
        yield nobody(row.record) if account is None and isinstance(row, Row) else row
