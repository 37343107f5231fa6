"""Ways to spoil a file: each takes its bytes and a source of chance, and gives other bytes."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from random import Random
from typing import Any

__all__ = ["ANNOUNCED", "ANY", "Mutation", "mutate"]

Mutation = Callable[[bytes, Random], bytes]
JUNK: tuple[Any, ...] = (
    None, "", "NA", "x", "junk words", "null", -1, 0, 10**30, 1.5, True, [], {}, [[]], [None], {"a": None}, ["x", {}],
    "\ud83d", "\x00", "𝔘𝔫𝔦", "=1+1", "9" * 40, "1900-01-01T00:00:00Z", "99999-01-01", "0000-00-00", "1.2.3.4.5",
    "::g", "x" * 5000, "\u202e",
)  # fmt: skip
"""Values of a wrong type or shape."""
LOUD: tuple[Any, ...] = ("junk words", -1, 1.5, True, ["x", {}], {"a": 1}, [5], "x" * 5000, 10**30)
"""Junk that cannot be taken for a missing value."""
BYTES = (
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xa8",
    b"\x80",
    b"\r",
    b'"',
    b"\\",
    b"\x1a",
    b"{",
    b"]",
    b"<",
    b",,",
    b"\n\n",
)
BIG = 300_000


def _at(data: bytes, chance: Random) -> int:
    return chance.randrange(len(data) + 1)


def truncate(data: bytes, chance: Random) -> bytes:
    """Cut off at any place."""
    return data[: _at(data, chance)]


def flip(data: bytes, chance: Random) -> bytes:
    """Change single bytes."""
    spoiled = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 20))):
        if spoiled:
            spoiled[chance.randrange(len(spoiled))] ^= 1 << chance.randrange(8)
    return bytes(spoiled)


def insert(data: bytes, chance: Random) -> bytes:
    """Put bytes in that mean something somewhere."""
    place = _at(data, chance)
    return data[:place] + chance.choice(BYTES) * chance.choice((1, 1, 2, 50)) + data[place:]


def cut(data: bytes, chance: Random) -> bytes:
    """Take a piece out."""
    start = _at(data, chance)
    return data[:start] + data[start + chance.choice((1, 5, 50, 500)) :]


def repeat(data: bytes, chance: Random) -> bytes:
    """A piece, or everything, twice."""
    start = _at(data, chance)
    end = start + chance.choice((10, 100, 10_000))
    return data + data if chance.random() < 0.2 else data[:end] + data[start:end] + data[end:]


def swap(data: bytes, chance: Random) -> bytes:
    """Two pieces change places."""
    a, b = sorted((_at(data, chance), _at(data, chance)))
    return data[b:] + data[a:b] + data[:a]


def reorder(data: bytes, chance: Random) -> bytes:
    """The lines in another order, one of them twice, or one left out."""
    lines = data.split(b"\n")
    way = chance.randrange(3)
    if way == 0:
        chance.shuffle(lines)
    elif way == 1:
        lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
    else:
        del lines[chance.randrange(len(lines))]
    return b"\n".join(lines)


def encode(data: bytes, chance: Random) -> bytes:
    """Another encoding, or two in one file."""
    text = data.decode("utf-8", "replace")
    name = chance.choice(("utf-16", "utf-16-le", "utf-8-sig", "cp1251", "latin-1", "utf-32", "shift_jis", "cp1256"))
    other = text.encode(name, "replace")
    half = len(data) // 2
    return other if chance.random() < 0.5 else data[:half] + other[len(other) // 2 :]


def ends(data: bytes, chance: Random) -> bytes:
    """Other ends of lines."""
    return data.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n", b"\n\0", b"\x85", b"")))


def huge(data: bytes, chance: Random) -> bytes:
    """A cell, a number or a depth that no file should have."""
    place = _at(data, chance)
    filler = chance.choice(
        (b"A" * BIG, b"9" * BIG, b"[" * 5_000, b'{"a":' * 5_000, b"<div>" * 5_000, b'"' * 5_000, b"," * 5_000)
    )
    found = [m.span() for m in re.finditer(rb'"[^"\n]{1,200}"|[\w.:-]{2,60}', data)]
    if found and chance.random() < 0.7:
        start, end = chance.choice(found)
        return data[:start] + (b'"' + b"A" * BIG + b'"' if data[start : start + 1] == b'"' else filler) + data[end:]
    return data[:place] + filler + data[place:]


def word(data: bytes, chance: Random) -> bytes:
    """One word becomes another word of the file, or junk."""
    found = [m.span() for m in re.finditer(rb"[\w.:@+-]{2,60}", data)]
    if not found:
        return data
    start, end = chance.choice(found)
    a, b = chance.choice(found)
    junk = str(chance.choice(JUNK)).encode("utf-8", "replace")
    return data[:start] + (data[a:b] if chance.random() < 0.5 else junk) + data[end:]


# ---- files that are JSON, or scripts around it: spoiled inside


def wrong_type(data: bytes, chance: Random) -> bytes:
    """A value becomes one of another type; the file stays whole JSON."""
    return _inside(data, chance, lambda holder, key: _set(holder, key, chance.choice(JUNK)))


def loud(data: bytes, chance: Random) -> bytes:
    """A value becomes junk that says something: a reader may refuse it, and may not pass over it."""
    return _inside(data, chance, lambda holder, key: _set(holder, key, chance.choice(LOUD)))


def drop_key(data: bytes, chance: Random) -> bytes:
    """A key, or an item of a list, is gone."""
    return _inside(data, chance, lambda holder, key: holder.__delitem__(key))


def copy_item(data: bytes, chance: Random) -> bytes:
    """An item occurs twice, or a list is turned round."""

    def spoil(holder: Any, key: Any) -> None:
        value = holder[key]
        if isinstance(value, list):
            holder[key] = value[::-1] if chance.random() < 0.5 else value + value
        elif isinstance(holder, list):
            holder.append(value)
        else:
            holder[f"{key}2"] = value

    return _inside(data, chance, spoil)


def other_case(data: bytes, chance: Random) -> bytes:
    """A key in another case, with blanks, or renamed."""

    def spoil(holder: Any, key: Any) -> None:
        if isinstance(holder, dict):
            holder[chance.choice((key.upper(), key.lower(), f" {key} ", "renamed"))] = holder.pop(key)

    return _inside(data, chance, spoil)


def double_key(data: bytes, chance: Random) -> bytes:
    """A key occurs twice in an object, first with another value."""
    spots = [m.start() for m in re.finditer(rb'"[^"\n]{1,40}"\s*:\s*', data)]
    if not spots:
        return data
    place = chance.choice(spots)
    key = re.match(rb'"[^"\n]{1,40}"\s*:\s*', data[place:])
    value = chance.choice((b'"other"', b"5", b"[]", b'[{"a": 1}]', b"{}", b"null"))
    return data[:place] + (key[0] if key else b"") + value + b", " + data[place:]


def _set(holder: Any, key: Any, value: Any) -> None:
    holder[key] = value


def _inside(data: bytes, chance: Random, spoil: Callable[[Any, Any], None]) -> bytes:
    """Change one place of the JSON in a file; a file without any stays as it is."""
    text = data.decode("utf-8", "replace")
    found = re.search(r"[\[{]", text)
    if not found:
        return data
    try:
        value, end = json.JSONDecoder(strict=False).raw_decode(text[found.start() :])
    except (ValueError, RecursionError):
        return data
    places = _places(value)
    if not places:
        return data
    holder, key = chance.choice(places)
    spoil(holder, key)
    written = json.dumps(value, ensure_ascii=chance.random() < 0.5, indent=chance.choice((None, 1)))
    return (text[: found.start()] + written + text[found.start() + end :]).encode("utf-8", "surrogatepass")


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every (object, key) and (list, index) in a value."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        here = waiting.pop()
        keys = list(here) if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ()
        found += [(here, key) for key in keys]
        waiting += [here[key] for key in keys]
    return found


# ---- delimited text


def column(data: bytes, chance: Random) -> bytes:
    """Columns change places, one is gone, doubled or renamed, or a cell is spoiled."""
    text = data.decode("utf-8", "replace")
    delimiter = max(",\t;|", key=text.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        return data
    widest = max((len(row) for row in rows), default=0)
    if widest < 2:
        return data
    a, b, way = chance.randrange(widest), chance.randrange(widest), chance.randrange(5)
    for row in (row for row in rows if len(row) > max(a, b)):
        if way == 0:
            row[a], row[b] = row[b], row[a]
        elif way == 1:
            del row[a]
        elif way == 2:
            row.insert(a, row[b])
    if way > 2:
        row = chance.choice([row for row in rows if row])
        row[chance.randrange(len(row))] = str(chance.choice(JUNK)) if way == 3 else "x" * 5000
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


ANNOUNCED: tuple[Mutation, ...] = (loud, double_key)
"""Those that leave a JSON file whole: what it no longer says must be among the rejects."""
ANY: tuple[Mutation, ...] = (
    truncate, flip, insert, cut, repeat, swap, reorder, encode, ends, huge, word, drop_key, copy_item, other_case,
    column, wrong_type, double_key,
)  # fmt: skip


def mutate(data: bytes, chance: Random) -> tuple[bytes, str]:
    """Spoil a file once, now and then several times; also the names of what was done.

    Of a workbook, which is an archive, mostly one of its parts: the rest of it stays whole.
    """
    if data.startswith(b"PK") and chance.random() < 0.8:
        return _part(data, chance)
    names = []
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        way = chance.choice(ANY)
        data = way(data, chance)
        names.append(way.__name__)
    return data, " + ".join(names)


def _part(data: bytes, chance: Random) -> tuple[bytes, str]:
    """An archive with one of its parts spoiled."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as other:
        victim = chance.choice(archive.namelist())
        spoiled, done = mutate(archive.read(victim), chance)
        for name in archive.namelist():
            other.writestr(zipfile.ZipInfo(name), spoiled if name == victim else archive.read(name))
    return packed.getvalue(), f"{victim}: {done}"
