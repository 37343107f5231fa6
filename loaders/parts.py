"""Sources as text columns: a query per kind of file that gives `record`, `raw` and the columns of a table."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import duckdb

from attrigraph.duck import literal, quoted
from attrigraph.loaders.clean import CLEAN_RECORD
from attrigraph.loaders.convert import Part
from attrigraph.loaders.sniff import Head
from attrigraph.loaders.tables import Table, table

__all__ = [
    "clean_json_part",
    "delimited_part",
    "has_other_lines",
    "json_lines_part",
    "known_json_part",
    "lines_part",
    "parquet_part",
    "row_part",
    "text_lines",
]

BUFFER, LINE = 4_000_000, 2_000_000
"""Bytes read at a time, an eighth of duckdb's default (fewer fresh pages of memory), and bytes of a line at most."""
NEW_LINE = ", new_line = '\\n'"
BLANK = r"[\s\v\x1c-\x1f\x{85}\p{Z}]*"
"""What Python takes for white space."""
UNNUMBERED = "NULL::BIGINT"
OTHER_LINE = "a line that has to be read as text"
OBJECT = "MAP(VARCHAR, VARCHAR)"
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
    names = _names(head)
    all_names = [CLEAN_RECORD, *names] if clean else names
    delimiter, packed = (",", "none") if clean else (head.delimiter, head.content.compression)
    options = _csv_options(all_names, delimiter, packed) + ", header = true, quote = '\"', escape = '\"'"
    if not clean and not head.content.returns:
        options += NEW_LINE
    record, number = (CLEAN_RECORD, UNNUMBERED) if clean else ("'row'", "row_number() OVER ()")
    columns = {ours: names[position] for ours, position in positions.items()}
    raw = _raw_cells(head, positions, left_out)
    if damaged:
        raw = f"CASE WHEN c0 = {literal(damaged)} THEN 'damaged' ELSE {raw} END"
    return _part(found, columns, (record, number), raw, f"read_csv({literal(str(path))}, {options})")


def lines_part(
    head: Head, path: Path, found: Table, positions: Mapping[str, int], *, left_out: Collection[str] = ()
) -> Part:
    """Delimited text without quotation marks and carriage returns: each line is a record, those cut off are refused.

    A line of white space, which is no record, ends the query with an error (`has_other_lines`).
    """
    names, delimiter = _names(head), literal(head.delimiter)
    options = _csv_options(names, head.delimiter, head.content.compression) + ", header = true, quote = '', escape = ''"
    # what a line lacks is NULL, and an empty cell is not
    options += f"{NEW_LINE}, null_padding = true, nullstr = {literal(token_hex(8))}"
    text = f"concat_ws({delimiter}, {', '.join(names)})"
    blank = f"{names[1]} IS NULL AND regexp_full_match({names[0]}, {literal(BLANK)})"
    refused = (
        f"CASE WHEN {names[-1]} IS NULL THEN CASE WHEN {blank} THEN error({literal(OTHER_LINE)}) ELSE {text} END END"
    )
    refusal = f"concat(len(string_split({text}, {delimiter})), ' cells where the header has {len(names)}')"
    columns = {ours: f"nullif({names[position]}, '')" for ours, position in positions.items()}
    columns |= {"refused": refused, "refusal": f"CASE WHEN {names[-1]} IS NULL THEN {refusal} END"}
    raw = _raw_cells(head, positions, left_out)
    part = _part(found, columns, ("'row'", "row_number() OVER ()"), raw, f"read_csv({literal(str(path))}, {options})")
    return replace(part, columns=tuple(positions), refusals=True)


def text_lines(head: Head, path: Path) -> str:
    """The lines of a file as they stand, each a row with one column `line`, NULL when it is empty."""
    options = _csv_options(["line"], "\x1f", head.content.compression) + ", header = false, quote = '', escape = ''"
    if head.content.plain is not None:  # duckdb refuses a file in which lines end in several ways, unless told one
        options += ", new_line = '\\r\\n'" if head.content.returns else NEW_LINE
    return f"read_csv({literal(str(path))}, {options})"


def _csv_options(names: Sequence[str], delimiter: str, packed: str) -> str:
    """Columns of text by these names, nothing guessed."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    return (
        f"auto_detect = false, columns = {{{columns}}}, delim = {literal(delimiter)}, "
        f"buffer_size = {BUFFER}, max_line_size = {LINE}, compression = {literal(COMPRESSIONS[packed])}"
    )


def _names(head: Head) -> list[str]:
    """What the columns of delimited text are called until it is known which is which."""
    return [f"c{i}" for i in range(len(head.columns))]


def _raw_cells(head: Head, positions: Mapping[str, int], left_out: Collection[str]) -> str:
    """JSON of the columns no table has, by their header; a header that repeats gets its position."""
    pairs, seen, used = [], set(), set(positions.values())
    for position, (title, name) in enumerate(zip(head.columns, _names(head), strict=True)):
        if position not in used and title not in left_out:
            key = title if title and title not in seen else f"{title or 'column'} {position + 1}"
            seen.add(key)
            pairs.append((key, name))
    if not pairs:
        return "NULL::VARCHAR"
    anything = " OR ".join(f"{name} <> ''" for _, name in pairs)
    fields = ", ".join(f"{literal(key)}, nullif({name}, '')" for key, name in pairs)
    return f"CASE WHEN {anything} THEN json_merge_patch('{{}}', json_object({fields}))::VARCHAR END"


def known_json_part(head: Head, path: Path, found: Table, positions: Mapping[str, int]) -> Part:
    """JSON lines that have no key but those of the columns, each once: the quickest way.

    Another line ends the query with an error (`has_other_lines`). So does a damaged line behind a damaged one: where a
    line is cut off after a colon, duckdb takes the next one for the value, and both are lost.
    """
    options = f"format = 'newline_delimited', {_json_options(head.content.compression)}"
    objects = f"read_json({literal(str(path))}, {options}, records = false, columns = {{object: '{OBJECT}'}})"
    numbered = "SELECT *, row_number() OVER () AS n, coalesce(lag(damaged) OVER (), false) AS behind_damaged"
    numbered += f" FROM (SELECT object, object IS NULL AS damaged FROM {objects})"
    known, other = _texts(head.columns), f"error({literal(OTHER_LINE)})"
    cells = (
        f"CASE WHEN map_keys(object) = {known} OR (damaged AND NOT behind_damaged) THEN map_values(object) "
        f"WHEN list_has_all({known}, map_keys(object)) THEN {_by_key(head.columns)} ELSE {other} END"
    )
    raw = "CASE WHEN damaged THEN 'damaged' END"
    return _part(found, _listed(positions), ("'line'", "n"), raw, f"(SELECT *, {cells} AS cells FROM ({numbered}))")


def has_other_lines(error: Exception) -> bool:
    """Whether an error of duckdb says that there are lines which `known_json_part` cannot take."""
    return OTHER_LINE in str(error) or "Map keys must be unique" in str(error)


def json_lines_part(
    head: Head, path: Path, found: Table, positions: Mapping[str, int], *, left_out: Collection[str] = ()
) -> Part:
    """JSON lines, damaged ones among them, which have no cells. Keys that no column has go to `raw`.

    They are read as text first, so that no line takes another along.
    """
    lines = f"SELECT TRY_CAST(line AS JSON) AS json, row_number() OVER () AS n FROM {text_lines(head, path)}"
    objects = f"SELECT json, TRY_CAST(json AS {OBJECT}) AS object, n FROM ({lines})"
    usual = f"SELECT *, object IS NULL OR map_keys(object) = {_texts(head.columns)} AS usual FROM ({objects})"
    cells = f"CASE WHEN usual THEN map_values(object) ELSE {_by_key(head.columns)} END"
    taken = [*(head.columns[position] for position in positions.values()), *left_out]
    nothing_left = "usual" if set(head.columns) <= set(taken) else "false"
    raw = f"CASE WHEN object IS NULL THEN 'damaged' WHEN {nothing_left} THEN NULL ELSE {_rest('json', taken)} END"
    return _part(found, _listed(positions), ("'line'", "n"), raw, f"(SELECT *, {cells} AS cells FROM ({usual}))")


def clean_json_part(
    head: Head, path: Path, found: Table, positions: Mapping[str, int], *, left_out: Collection[str] = ()
) -> Part:
    """The clean copy of JSON, wrapped objects. Keys that no column has go to `raw`, but for those `left_out`."""
    keys = {ours: head.columns[position] for ours, position in positions.items()}
    body, taken = "json_extract(json, '/o')", [*keys.values(), *left_out]
    raw = _rest(body, taken)
    if set(head.columns) <= set(taken):  # to compare all keys at once is cheaper than to take the used ones off
        raw = f"CASE WHEN json_keys({body}) = {_texts(head.columns)} THEN NULL ELSE {raw} END"
    columns, inside = _cells(keys)
    return _part(found, columns, ("cells.r", UNNUMBERED), raw, _wrapped(path, f'{{"r": "VARCHAR", "o": {inside}}}'))


def row_part(path: Path, name: str) -> Part:
    """The rows of a format, as `clean.write_rows` wrote them: our column names already."""
    found = table(name)
    columns, inside = _cells({c.name: c.name for c in found.columns})
    rows = _wrapped(path, f'{{"r": "VARCHAR", "x": "JSON", "o": {inside}}}')
    return _part(found, columns, ("cells.r", UNNUMBERED), "nullif(cells.x::VARCHAR, 'null')", rows)


def _wrapped(path: Path, shape: str) -> str:
    """The wrapped objects of a file and their `cells`, read in one go."""
    objects = f"read_ndjson_objects({literal(str(path))}, {_json_options('none')})"
    return f"(SELECT json, json_transform(json, {literal(shape)}) AS cells FROM {objects})"


def _json_options(packed: str) -> str:
    return f"ignore_errors = true, maximum_object_size = 33554432, compression = {literal(COMPRESSIONS[packed])}"


def _cells(keys: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Our columns as expressions over the `cells` of wrapped objects, and the shape of what is wrapped.

    Names in duckdb are equal without case, in JSON they are not: a key whose name is taken is read by itself.
    """
    taken: dict[str, str] = {}
    columns = {}
    for ours, key in keys.items():
        whole = key and taken.setdefault(key.casefold(), key) == key
        columns[ours] = (
            f"cells.o.{quoted(key)}" if whole else f"json_extract_string(json, {literal('/o' + _pointer(key))})"
        )
    return columns, json.dumps(dict.fromkeys(taken.values(), "VARCHAR"), ensure_ascii=False)


def _listed(positions: Mapping[str, int]) -> dict[str, str]:
    """Our columns in a list of `cells`."""
    return {ours: f"cells[{position + 1}]" for ours, position in positions.items()}


def _by_key(keys: Sequence[str]) -> str:
    """The values of an `object` as such a list, whatever their order there and whether all are there."""
    return "[" + ", ".join(f"map_extract_value(object, {literal(key)})" for key in keys) + "]"


def _texts(texts: Sequence[str]) -> str:
    return "[" + ", ".join(map(literal, texts)) + "]"


def _rest(body: str, taken: Sequence[str]) -> str:
    """JSON of an object without some of its keys; NULL when nothing is left."""
    without = json.dumps(dict.fromkeys(taken), ensure_ascii=False)
    return f"nullif(json_merge_patch({body}, {literal(without)})::VARCHAR, '{{}}')"


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
