"""The SQL that turns text columns into an observation table, made from the declarations in `tables.py`.

Three steps, each a query over the one before: cells (missing ones NULL), values (one macro of `values.sql` a column),
and the stored row with `unread`, which keeps what could not be read and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attrigraph.loaders.tables import Column, Table

__all__ = ["Part", "Reading", "not_loadable", "observations_sql", "quoted", "text"]

LONG_TEXT, SHORT_TEXT = 100_000, 2_000
"""Longest text a person writes, and longest other text, in characters. Longer is a fault of the file."""
LONG_COLUMNS = ("text", "bio")
SHOWN = 200
PLACES = {("signals", "value")}
HASHED = {("logins", "device_id"), ("logins", "cookie_id")}


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table as text: a query with columns `record`, `raw` and one VARCHAR per name in `columns`."""

    table: Table
    sql: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the cells of a file are to be understood."""

    source: str
    platform: str | None = None
    timezone: str | None = None
    na_is_missing: bool = True


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str | None) -> str:
    """An SQL text literal, or NULL."""
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def is_place(table: Table, column: Column) -> bool:
    """Cells in which "NA" may mean Namibia."""
    return column.kind == "territory" or (table.name, column.name) in PLACES


def observations_sql(part: Part, reading: Reading) -> str:
    """The query that gives the stored rows of a part, rows that will be rejected included (see `not_loadable`)."""
    table, present = part.table, [c for c in part.table.columns if c.name in part.columns]
    cells = _select([f"{_cell(table, c, reading)} AS {quoted(c.name)}" for c in present], ["record", "raw"], part.sql)
    parsed = _select(_parsed(table, part.columns, reading), ["*"], cells)
    values = _select([f"{_value(table, c, reading)} AS {quoted('v ' + c.name)}" for c in present], ["*"], parsed)
    stored = [f"{_stored(table, c, part.columns, reading)} AS {quoted(c.name)}" for c in table.columns]
    stored += [f"{_derived(c, part.columns)} AS {quoted(c.name)}" for c in table.derived]
    stored += [f"{text(reading.source)} AS source", "record", "raw"]
    return _select([f"{_unread(table, part.columns, reading)} AS unread"], stored, values)


def not_loadable(table: Table) -> str:
    """The condition under which a stored row is a reject: a required value is missing or could not be read."""
    conditions = [f"{quoted(name)} IS NULL" for name in table.required]
    if table.one_of:
        conditions.append("(" + " AND ".join(f"{quoted(name)} IS NULL" for name in table.one_of) + ")")
    return " OR ".join(conditions)


def _select(new: Sequence[str], kept: Sequence[str], source: str) -> str:
    return f"SELECT {', '.join([*kept, *new])} FROM ({source})"


def _cell(table: Table, column: Column, reading: Reading) -> str:
    name = quoted(column.name)
    if is_place(table, column):
        return f"place_cell({name}, {reading.na_is_missing})"
    return f"verbatim({name})" if column.verbatim else f"cell({name})"


def _parsed(table: Table, present: Sequence[str], reading: Reading) -> list[str]:
    """Columns that several values are made from: the platform of the row, and what Python read of a cell."""
    given = text(reading.platform)
    row_platform = f"CASE WHEN platform IS NULL THEN {given} ELSE read_platform(platform) END"
    found = [f'{row_platform if "platform" in present else given} AS "row platform"']
    if table.name == "logins" and "ip" in present:
        found.append('CASE WHEN NOT plain_ipv4(ip) THEN ip_parts(ip) END AS "ip parts"')
    if table.name == "identifiers" and {"kind", "value"} <= set(present):
        known = f"read_choice(kind, {_choices(table.column('kind'))})"
        found.append(f'CASE WHEN {known} IS NOT NULL THEN identifier_parts({known}, "value") END AS "id parts"')
    found += [f"territory_parts({quoted(c.name)}) AS {quoted(c.name + ' parts')}" for c in table.columns
              if c.kind == "territory" and c.name in present]  # fmt: skip
    return found


def _choices(column: Column) -> str:
    return "[" + ", ".join(map(text, column.choices)) + "]"


def _longest(column: Column) -> int:
    return LONG_TEXT if column.name in LONG_COLUMNS else SHORT_TEXT


def _value(table: Table, column: Column, reading: Reading) -> str:
    """The value of a cell, NULL when it is missing or cannot be read."""
    name = quoted(column.name)
    if (table.name, column.name) in HASHED:
        return f"CASE WHEN strlen({name}) <= 512 AND NOT contains({name}, '*') THEN hashed({name}) END"
    if (table.name, column.name) == ("identifiers", "value"):
        return '"id parts"."key"'
    bounds = f"{column.minimum if column.minimum is not None else 'NULL'}, "
    bounds += f"{column.maximum if column.maximum is not None else 'NULL'}"
    return {
        "account_id": f'read_account({name}, "row platform")',
        "platform": f"read_platform({name})",
        "id": f"read_id({name})",
        "time": f"read_time({name}, {text(reading.timezone)})",
        "ip": f'CASE WHEN "ip parts" IS NULL THEN {name} ELSE "ip parts".ip END',
        "integer": f"read_integer({name}, {bounds})",
        "float": f"read_float({name}, {bounds})",
        "boolean": f"read_boolean({name})",
        "choice": f"read_choice({name}, {_choices(column)})",
        "territory": f"{quoted(column.name + ' parts')}.code",
        "list": f"read_list({name})",
        "text": f"read_text({name}, {_longest(column)})",
    }[column.kind]


def _problem(table: Table, column: Column, reading: Reading) -> str:
    """Why a cell could not be read."""
    name = quoted(column.name)
    if (table.name, column.name) in HASHED:
        return "'a masked or overlong identifier'"
    if (table.name, column.name) == ("identifiers", "value"):
        return "coalesce(\"id parts\".problem, 'the kind of identifier is not known')"
    return {
        "account_id": f'account_problem({name}, "row platform")',
        "platform": "'not a name of a platform'",
        "id": f"id_problem({name})",
        "time": f"time_problem({name}, {text(reading.timezone)})",
        "ip": '"ip parts".problem',
        "integer": f"integer_problem({name})",
        "float": f"float_problem({name})",
        "boolean": "'neither true nor false'",
        "choice": f"{text('not one of ' + ', '.join(column.choices))}",
        "territory": f"{quoted(column.name + ' parts')}.problem",
        "list": "'longer than 100,000 characters'",
        "text": f"{text(f'longer than {_longest(column):,} characters')}",
    }[column.kind]


def _stored(table: Table, column: Column, present: Sequence[str], reading: Reading) -> str:
    """The value as it is stored: ids made where a row has none, ports taken from the address."""
    value = quoted("v " + column.name) if column.name in present else f"NULL::{column.sql_type}"
    if column.name == "platform":
        return "split_part(\"v account_id\", ':', 1)" if "account_id" in present else "NULL::VARCHAR"
    if column.name == "port" and "ip" in present:
        return f'coalesce({value}, "ip parts".port)'
    if column.name == table.key and column.kind == "id":
        made = f"{text(reading.source + ':')} || record"
        return f"coalesce({value}, {made})" if column.name in present else made
    return value


def _derived(column: Column, present: Sequence[str]) -> str:
    return f'"id parts".{quoted(column.name)}' if {"kind", "value"} <= set(present) else "NULL::VARCHAR"


def _unread(table: Table, present: Sequence[str], reading: Reading) -> str:
    """JSON of what could not be read: column -> [text, reason]; NULL for a row in which everything could."""
    faults: dict[str, tuple[str, str]] = {}
    for column in table.columns:
        name, value = quoted(column.name), quoted("v " + column.name)
        if column.name not in present:
            if column.required:
                faults[column.name] = ("true", "json_array(NULL, 'missing')")
            continue
        shown = f"left({name}, {SHOWN})"
        if (table.name, column.name) in HASHED or (table.name, column.name) == ("identifiers", "value"):
            shown = f"left({name}, 4) || '…'"
        bad = f"json_array({shown}, {_problem(table, column, reading)})"
        if column.required:
            faults[column.name] = (
                f"{value} IS NULL",
                f"CASE WHEN {name} IS NULL THEN json_array(NULL, 'missing') ELSE {bad} END",
            )
        else:
            faults[column.name] = (f"({value} IS NULL AND {name} IS NOT NULL)", bad)
    if table.one_of:
        cells = " AND ".join(quoted(n) + " IS NULL" for n in table.one_of if n in present) or "true"
        faults[" or ".join(table.one_of)] = (f"({cells})", "json_array(NULL, 'missing')")
    anything = " OR ".join(condition for condition, _ in faults.values())
    pairs = ", ".join(f"{text(n)}, CASE WHEN {condition} THEN {shown} END" for n, (condition, shown) in faults.items())
    return f"CASE WHEN {anything} THEN json_merge_patch('{{}}', json_object({pairs}))::VARCHAR END"
