"""Sources as text columns: a query per kind of file that gives `record`, `raw` and the columns of a table."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import duckdb

from attrigraph.duck import literal, quoted
from attrigraph.loaders.clean import CLEAN_RECORD
from attrigraph.loaders.convert import Part
from attrigraph.loaders.sniff import Head
from attrigraph.loaders.tables import Table, table

__all__ = [
    "delimited_part",
    "has_other_keys",
    "json_part",
    "known_json_part",
    "line_options",
    "parquet_part",
    "row_part",
]

BUFFER, LINE = 4_000_000, 2_000_000
"""Bytes read at a time, an eighth of duckdb's default (fewer fresh pages of memory), and bytes of a line at most."""
UNNUMBERED = "NULL::BIGINT"
OTHER_KEYS = "a key that no line before had"
COMPRESSIONS = {"none": "uncompressed", "gzip": "gzip", "zstd": "zstd"}


def delimited_part(
    head: Head,
    path: Path,
    found: Table,
    positions: Mapping[str, int],
    *,
    clean: bool,
    left_out: Collection[str] = (),
    damaged: str = "",
) -> Part:
    """Delimited text: the file itself, or its clean copy with the record in the first column.

    Columns that no table column comes from go to `raw`, but for those `left_out`. A row whose first cell is `damaged`
    stands for a record that was refused.
    """
    names = [f"c{i}" for i in range(len(head.columns))]
    all_names = [CLEAN_RECORD, *names] if clean else names
    delimiter, packed = (",", "none") if clean else (head.delimiter, head.content.compression)
    options = _csv_options(all_names, delimiter, packed) + ", header = true, quote = '\"', escape = '\"'"
    if not clean and not head.content.returns:
        options += ", new_line = '\\n'"
    record, number = (CLEAN_RECORD, UNNUMBERED) if clean else ("'row'", "row_number() OVER ()")
    columns = {ours: names[position] for ours, position in positions.items()}
    used = set(positions.values()) | {i for i, title in enumerate(head.columns) if title in left_out}
    raw = _raw_cells(head.columns, names, used)
    if damaged:
        raw = f"CASE WHEN c0 = {literal(damaged)} THEN 'damaged' ELSE {raw} END"
    return _part(found, columns, (record, number), raw, f"read_csv({literal(str(path))}, {options})")


def line_options(head: Head) -> str:
    """How duckdb reads the lines of delimited text as they stand, each a row with one column `line`."""
    ends = "\\r\\n" if head.content.returns else "\\n"  # duckdb refuses a file in which lines end in several ways
    options = _csv_options(["line"], "\x1f", head.content.compression)
    return f"{options}, header = false, quote = '', escape = '', new_line = '{ends}'"


def _csv_options(names: Sequence[str], delimiter: str, packed: str) -> str:
    """Columns of text by these names, nothing guessed."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    return (
        f"auto_detect = false, columns = {{{columns}}}, delim = {literal(delimiter)}, "
        f"buffer_size = {BUFFER}, max_line_size = {LINE}, compression = {literal(COMPRESSIONS[packed])}"
    )


def _raw_cells(header: Sequence[str], names: Sequence[str], used: set[int]) -> str:
    """JSON of the columns no table has, by their header; a header that repeats gets its position."""
    pairs, seen = [], set()
    for position, (title, name) in enumerate(zip(header, names, strict=True)):
        if position not in used:
            key = title if title and title not in seen else f"{title or 'column'} {position + 1}"
            seen.add(key)
            pairs.append((key, name))
    if not pairs:
        return "NULL::VARCHAR"
    anything = " OR ".join(f"{name} <> ''" for _, name in pairs)
    fields = ", ".join(f"{literal(key)}, nullif({name}, '')" for key, name in pairs)
    return f"CASE WHEN {anything} THEN json_merge_patch('{{}}', json_object({fields}))::VARCHAR END"


def json_part(
    head: Head, path: Path, found: Table, positions: Mapping[str, int], *, clean: bool, left_out: Collection[str] = ()
) -> Part:
    """JSON lines: the file itself, or its clean copy of wrapped objects. Keys that no column has go to `raw`."""
    keys = {ours: head.columns[position] for ours, position in positions.items()}
    body = "json_extract(json, '/o')" if clean else "json"
    raw = _rest(body, head.columns, [*keys.values(), *left_out])
    if clean:
        columns, inside = _cells(keys, "cells.o", "/o")
        rows = _objects(path, f'{{"r": "VARCHAR", "o": {inside}}}', "uncompressed")
        return _part(found, columns, ("cells.r", UNNUMBERED), raw, f"({rows})")
    columns, shape = _cells(keys, "cells", "")
    rows = _objects(path, shape, COMPRESSIONS[head.content.compression], ", row_number() OVER () AS n")
    raw = f"CASE WHEN json IS NULL THEN 'damaged' ELSE {raw} END"
    return _part(found, columns, ("'line'", "n"), raw, f"({rows})")


def known_json_part(head: Head, path: Path, found: Table, positions: Mapping[str, int]) -> Part:
    """JSON lines whose every key is a column, parsed once where `json_part` parses three times.

    A line with another key, or with a key twice, ends the query with an error (`has_other_keys`).
    """
    known = "[" + ", ".join(map(literal, head.columns)) + "]"
    by_key = ", ".join(f"map_extract_value(object, {literal(key)})" for key in head.columns)
    cells = (
        f"CASE WHEN map_keys(object) = {known} THEN map_values(object) "
        f"WHEN object IS NULL OR list_has_all({known}, map_keys(object)) THEN [{by_key}] "
        f"ELSE error({literal(OTHER_KEYS)}) END"
    )
    shape = "records = false, columns = {object: 'MAP(VARCHAR, VARCHAR)'}"
    options = f"format = 'newline_delimited', {_json_options(COMPRESSIONS[head.content.compression])}, {shape}"
    rows = f"SELECT {cells} AS cells, object IS NULL AS damaged, row_number() OVER () AS n"
    columns = {ours: f"cells[{position + 1}]" for ours, position in positions.items()}
    raw = "CASE WHEN damaged THEN 'damaged' END"
    return _part(found, columns, ("'line'", "n"), raw, f"({rows} FROM read_json({literal(str(path))}, {options}))")


def has_other_keys(error: Exception) -> bool:
    """Whether an error of duckdb says that lines have keys which `known_json_part` cannot take."""
    return OTHER_KEYS in str(error) or "Map keys must be unique" in str(error)


def row_part(path: Path, name: str) -> Part:
    """The rows of a format, as `clean.write_rows` wrote them: our column names already."""
    found = table(name)
    columns, inside = _cells({c.name: c.name for c in found.columns}, "cells.o", "/o")
    rows = _objects(path, f'{{"r": "VARCHAR", "x": "JSON", "o": {inside}}}', "uncompressed")
    return _part(found, columns, ("cells.r", UNNUMBERED), "nullif(cells.x::VARCHAR, 'null')", f"({rows})")


def _objects(path: Path, shape: str, packed: str, more: str = "") -> str:
    """The objects of a file and their `cells`, read in one go."""
    select = f"SELECT json, json_transform(json, {literal(shape)}) AS cells{more}"
    return f"{select} FROM read_ndjson_objects({literal(str(path))}, {_json_options(packed)})"


def _json_options(packed: str) -> str:
    return f"ignore_errors = true, maximum_object_size = 33554432, compression = {literal(packed)}"


def _cells(keys: Mapping[str, str], place: str, inside: str) -> tuple[dict[str, str], str]:
    """Our columns as expressions over `cells`, and the shape that `cells` has there.

    Names in duckdb are equal without case, in JSON they are not: a key whose name is taken is read by itself.
    """
    taken: dict[str, str] = {}
    columns = {}
    for ours, key in keys.items():
        whole = key and taken.setdefault(key.casefold(), key) == key
        columns[ours] = (
            f"{place}.{quoted(key)}" if whole else f"json_extract_string(json, {literal(inside + _pointer(key))})"
        )
    return columns, json.dumps(dict.fromkeys(taken.values(), "VARCHAR"), ensure_ascii=False)


def _rest(body: str, known: Sequence[str], used: Sequence[str]) -> str:
    """JSON of the keys that no column has. To compare all keys at once is cheaper than to take the used ones off."""
    taken = json.dumps(dict.fromkeys(used), ensure_ascii=False)
    rest = f"nullif(json_merge_patch({body}, {literal(taken)})::VARCHAR, '{{}}')"
    if set(known) > set(used):
        return rest
    return f"CASE WHEN json_keys({body}) = [{', '.join(map(literal, known))}] THEN NULL ELSE {rest} END"


def _pointer(key: str) -> str:
    return "/" + key.replace("~", "~0").replace("/", "~1")


def parquet_part(
    connection: duckdb.DuckDBPyConnection,
    head: Head,
    path: Path,
    found: Table,
    positions: Mapping[str, int],
    *,
    left_out: Collection[str] = (),
) -> Part:
    """Parquet: every column as text, lists and structures as JSON."""
    types = dict(zip(head.columns, connection.from_parquet(str(path)).types, strict=True))

    def as_text(name: str) -> str:
        nested = types[name].id in ("list", "struct", "map", "array")
        return f"to_json({quoted(name)})::VARCHAR" if nested else f"{quoted(name)}::VARCHAR"

    columns = {ours: as_text(head.columns[position]) for ours, position in positions.items()}
    rest = [name for i, name in enumerate(head.columns) if i not in set(positions.values()) and name not in left_out]
    fields = ", ".join(f"{literal(name)}, {quoted(name)}" for name in rest)
    raw = f"nullif(json_merge_patch('{{}}', json_object({fields}))::VARCHAR, '{{}}')" if rest else "NULL::VARCHAR"
    return _part(
        found,
        columns,
        ("'row'", "file_row_number + 1"),
        raw,
        f"read_parquet({literal(str(path))}, file_row_number = true)",
    )


def _part(found: Table, columns: Mapping[str, str], record: tuple[str, str], raw: str, source: str) -> Part:
    """`record` and its number, as `tables.RECORD` puts them together."""
    selected = [f"{record[0]} AS record", f"{record[1]} AS record_number", f"{raw} AS raw"]
    selected += [f"{expression} AS {quoted(ours)}" for ours, expression in columns.items()]
    return Part(found, f"SELECT {', '.join(selected)} FROM {source}", tuple(columns))
