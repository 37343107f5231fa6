"""The SQL that turns text columns into an observation table, made from the declarations in `tables.py`.

Steps, each a query over the one before: what several values are made from, the values (one macro of `values.sql` a
column), and the stored row with `unread`, which keeps the text that could not be read. Steps instead of one expression,
because macros are pasted into each other and duckdb pays for every node of the tree they make.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attrigraph.duck import literal, quoted
from attrigraph.loaders.tables import RECORD, Column, Table

__all__ = [
    "DATE_ORDERS",
    "Part",
    "Reading",
    "absent",
    "needs_functions",
    "not_loadable",
    "observations_sql",
    "problem_sql",
]

LONG_TEXT, SHORT_TEXT = 100_000, 2_000
"""Longest text a person writes, and longest other text, in characters. Longer is a fault of the file."""
LONG_COLUMNS = ("text", "bio")
KEPT = 300
"""Characters kept of a cell that could not be read: more than the longest id, so that its length stays a reason."""
PLAIN = {"time": "plain_instant({cell}, {zone})", "list": "plain_list({cell})"}
"""Kinds whose common forms are read in a step of their own: the rarer ones are many nodes, and few cells need them."""
DATE_ORDERS = {"dmy": "%d/%m/", "mdy": "%m/%d/"}
"""How dates without a year in front begin, by what `--date-order` says."""
CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
PLACES = {("signals", "value")}
COORDINATES = ("latitude", "longitude")
HASHED = {("logins", "device_id"), ("logins", "cookie_id")}


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table as text: a query with one VARCHAR per name in `columns`, and `record`, `record_number`
    (see `tables.RECORD`) and `raw`.

    With `refusals` also `refused`, the text of a record that is no row, and `refusal`, why.
    """

    table: Table
    sql: str
    columns: tuple[str, ...]
    refusals: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """How the cells of a file are to be understood; `account` is whose the rows of a file without such a column are.

    `date_order` is one of `DATE_ORDERS`. With `keep_fine` coordinates are stored as they stand, else in whole degrees
    beside their territory.
    """

    source: str
    platform: str | None = None
    timezone: str | None = None
    date_order: str | None = None
    na_is_missing: bool = True
    account: str | None = None
    keep_fine: bool = False


def is_place(table: Table, column: Column) -> bool:
    """Cells in which "NA" may mean Namibia."""
    return column.kind == "territory" or (table.name, column.name) in PLACES


def needs_functions(part: Part) -> bool:
    """Whether reading the part calls Python (`workspace.teach_functions`)."""
    table = part.table
    if table.name == "posts":
        return set(COORDINATES) <= set(part.columns)
    return table.name in ("logins", "identifiers", "signals") or any(c.kind == "territory" for c in table.columns)


def observations_sql(part: Part, reading: Reading) -> str:
    """The query that gives the stored rows of a part, rows that will be rejected included (see `not_loadable`)."""
    table, present = part.table, [c for c in part.table.columns if c.name in part.columns]
    cells = _select(_cells(table, part.columns, reading), ["*"], part.sql)
    others = [
        f"CASE WHEN {quoted('d ' + n)} THEN NULL ELSE cell({quoted(n)}) END AS {quoted('c ' + n)}"
        for n in _accounts(table, part.columns)
    ]
    others += [
        f"CASE WHEN {quoted('p ' + c.name)} IS NULL THEN cell({quoted(c.name)}) END AS {quoted('c ' + c.name)}"
        for c in present
        if c.kind in PLAIN
    ]
    cells = _select(others, ["*"], cells) if others else cells
    parsed = _select(_parsed(table, part.columns, reading), ["*"], cells)
    values = _select([f"{_value(table, c, reading)} AS {quoted('v ' + c.name)}" for c in present], ["*"], parsed)
    stored = [f"{_stored(table, c, part.columns, reading)} AS {quoted(c.name)}" for c in table.columns]
    stored += [f"{_derived(table, c, part.columns)} AS {quoted(c.name)}" for c in table.derived]
    stored += [f"{literal(reading.source)} AS source", "record", "record_number", "raw"]
    return _select([f"{_unread(table, part.columns, reading)} AS unread"], stored, values)


def absent(part: Part, reading: Reading) -> list[str]:
    """Names of the columns that no row of the part has a value in."""
    table, present = part.table, part.columns
    found = {c.name: _stored(table, c, present, reading) for c in table.columns}
    found |= {c.name: _derived(table, c, present) for c in table.derived}
    return [name for name, value in found.items() if value.startswith("NULL::")]


def not_loadable(table: Table) -> str:
    """The condition under which a stored row is a reject: a required value is missing or could not be read."""
    conditions = [f"{quoted(name)} IS NULL" for name in table.required]
    if table.one_of:
        conditions.append("(" + " AND ".join(f"{quoted(name)} IS NULL" for name in table.one_of) + ")")
    return " OR ".join(conditions)


def _select(new: Sequence[str], kept: Sequence[str], source: str) -> str:
    return f"SELECT {', '.join([*kept, *new])} FROM ({source})"


def _cell(table: Table, column: Column, reading: Reading) -> str:
    """The text of a cell, NULL when it is missing."""
    name = quoted(column.name)
    if is_place(table, column):
        return f"place_cell({name}, {reading.na_is_missing})"
    return f"verbatim({name})" if column.verbatim else f"cell({name})"


def _cells(table: Table, present: Sequence[str], reading: Reading) -> list[str]:
    """The platform of the row, which account ids are plain digits, and cells in one of the common forms of a kind."""
    given, zone = literal(reading.platform), literal(reading.timezone)
    found = [f'{f"row_platform(platform, {given})" if "platform" in present else given} AS "row platform"']
    found += [f"is_digits({quoted(n)}) AS {quoted('d ' + n)}" for n in _accounts(table, present)]
    return found + [
        f"{PLAIN[c.kind].format(cell=quoted(c.name), zone=zone)} AS {quoted('p ' + c.name)}"
        for c in table.columns
        if c.kind in PLAIN and c.name in present
    ]


def _accounts(table: Table, present: Sequence[str]) -> list[str]:
    return [c.name for c in table.columns if c.kind == "account_id" and c.name in present]


def _parsed(table: Table, present: Sequence[str], reading: Reading) -> list[str]:
    """Moments, platforms that ids name themselves, and what Python read of a cell."""
    found = [
        f"CASE WHEN {cell} IS NULL THEN NULL ELSE own_platform({cell}) END AS {quoted('o ' + name)}"
        for name in _accounts(table, present)
        for cell in [quoted("c " + name)]
    ]
    if table.name == "logins" and "ip" in present:
        found.append('CASE WHEN plain_ip(ip) THEN NULL ELSE ip_parts(cell(ip)) END AS "ip parts"')
    if table.name == "identifiers" and {"kind", "value"} <= set(present):
        known = f"read_choice(kind, {_choices(table.column('kind'))})"
        found.append(f'CASE WHEN {known} IS NOT NULL THEN identifier_parts({known}, cell("value")) END AS "id parts"')
    for column in table.columns:
        if column.kind == "territory" and column.name in present:
            found.append(f"territory_parts({_cell(table, column, reading)}) AS {quoted(column.name + ' parts')}")
        if column.kind == "time" and column.name in present:
            other = _other_instant(quoted("c " + column.name), reading)
            found.append(f"coalesce({quoted('p ' + column.name)}, {other}) AS {quoted('i ' + column.name)}")
    return found or ["NULL"]


def _other_instant(cell: str, reading: Reading) -> str:
    """The moment of a cell that is in none of the common forms."""
    zone = literal(reading.timezone)
    if reading.date_order is None:
        return f"any_instant({cell}, {zone})"
    ordered = f"ordered_instant({cell}, {_date_formats(reading.date_order)}, {zone})"
    return f"CASE WHEN is_ordered({cell}) THEN {ordered} ELSE any_instant({cell}, {zone}) END"


def _date_formats(order: str) -> str:
    formats = [f"{DATE_ORDERS[order]}{year}{clock}" for year in ("%y", "%Y") for clock in CLOCKS]
    return "[" + ", ".join(map(literal, formats)) + "]"


def _choices(column: Column) -> str:
    return "[" + ", ".join(map(literal, column.choices)) + "]"


def _longest(column: Column) -> int:
    return LONG_TEXT if column.name in LONG_COLUMNS else SHORT_TEXT


def _value(table: Table, column: Column, reading: Reading) -> str:
    """The value of a cell, NULL when it is missing or cannot be read."""
    name, cell = quoted(column.name), _cell(table, column, reading)
    if (table.name, column.name) in HASHED:
        return f"CASE WHEN strlen({name}) <= 512 AND NOT contains({name}, '*') THEN hashed({cell}) END"
    if (table.name, column.name) == ("identifiers", "value"):
        return '"id parts"."key"'
    if (table.name, column.name) == ("signals", "value"):
        return _signal_value(cell, _longest(column))
    bounds = f"{column.minimum if column.minimum is not None else 'NULL'}, "
    bounds += f"{column.maximum if column.maximum is not None else 'NULL'}"
    return {
        "account_id": _account_value(column.name),
        "platform": '"row platform"',
        "id": f"read_id({name})",
        "time": f"read_time({quoted('i ' + column.name)})",
        "ip": f'CASE WHEN "ip parts" IS NULL THEN {cell} ELSE "ip parts".ip END',
        "integer": f"read_integer({name}, {bounds})",
        "float": f"read_float({name}, {bounds})",
        "boolean": f"read_boolean({name})",
        "choice": f"read_choice({name}, {_choices(column)})",
        "territory": f"{quoted(column.name + ' parts')}.code",
        "list": f"coalesce({quoted('p ' + column.name)}, any_list({quoted('c ' + column.name)}))",
        "text": _text_value(table, column, cell),
    }[column.kind]


def _signal_value(cell: str, longest: int) -> str:
    """A point, the region of a telephone number, a change of number or address without either, or any other text."""
    changes = "list_contains(['phone_change', 'email_change'], cell(signal))"
    return (
        f"CASE WHEN cell(signal) = 'geotag' AND NOT is_point({cell}) THEN NULL "
        f"WHEN cell(signal) = 'phone_region' THEN nullif(phone_region({cell}), '') "
        f"WHEN {changes} THEN contacts_masked(up_to({cell}, {longest})) ELSE up_to({cell}, {longest}) END"
    )


def _account_value(name: str) -> str:
    other = f'read_account({quoted("c " + name)}, {quoted("o " + name)}, "row platform")'
    known = f'{quoted("d " + name)} AND "row platform" IS NOT NULL'
    return f"CASE WHEN {known} THEN concat(\"row platform\", ':', {quoted(name)}) ELSE {other} END"


def _text_value(table: Table, column: Column, cell: str) -> str:
    name, longest = quoted(column.name), _longest(column)
    if is_place(table, column):
        return f"up_to({cell}, {longest})"
    return f"read_verbatim({name}, {longest})" if column.verbatim else f"read_text({name}, {longest})"


def problem_sql(table: Table, field: str, cell: str, reading: Reading) -> str:
    """Why the text `cell` could not be read as the column `field`: an SQL expression over a stored row."""
    column = next((c for c in table.columns if c.name == field), None)
    if column is None:
        return "'missing'"
    if (table.name, field) == ("signals", "value"):
        short = "CASE kind WHEN 'phone_region' THEN 'a telephone number of no known region' ELSE 'not coordinates' END"
        return f"CASE WHEN length({cell}) < {KEPT} THEN {short} ELSE 'longer than 2,000 characters' END"
    if (table.name, field) in HASHED:
        return "'a masked or overlong identifier'"
    if (table.name, field) == ("identifiers", "value"):
        return f"coalesce(identifier_parts(kind, {cell}).problem, 'the kind of identifier is not known')"
    return {
        "account_id": f"account_problem({cell}, own_platform({cell}), platform)",
        "platform": "'not a name of a platform'",
        "id": f"id_problem({cell})",
        "time": _time_problem(cell, reading),
        "ip": f"ip_parts({cell}).problem",
        "integer": f"integer_problem({cell})",
        "float": f"float_problem({cell})",
        "boolean": "'neither true nor false'",
        "choice": literal("not one of " + ", ".join(column.choices)),
        "territory": f"territory_parts({cell}).problem",
        "list": "'longer than 100,000 characters'",
        "text": literal(f"longer than {_longest(column):,} characters"),
    }[column.kind]


def _time_problem(cell: str, reading: Reading) -> str:
    moment, zone = _other_instant(cell, reading), literal(reading.timezone)
    told = f"time_problem({cell}, {moment}, {zone})"
    if reading.date_order is None:
        return f"CASE WHEN is_ordered({cell}) THEN 'a date without an order of day and month' ELSE {told} END"
    zoneless = f"{moment} IS NULL AND ordered_time({cell}, {_date_formats(reading.date_order)}) IS NOT NULL"
    return f"CASE WHEN is_ordered({cell}) AND {zoneless} THEN 'a time without a zone' ELSE {told} END"


def _stored(table: Table, column: Column, present: Sequence[str], reading: Reading) -> str:
    """The value as it is stored: ids made where a row has none, ports taken from the address."""
    value = quoted("v " + column.name) if column.name in present else f"NULL::{column.sql_type}"
    if column.name == "platform":
        known = '"row platform"'
        return f"coalesce({known}, split_part(\"v account_id\", ':', 1))" if "account_id" in present else known
    if column.name == "port" and "ip" in present:
        return f'coalesce({value}, "ip parts".port)'
    if not reading.keep_fine and column.name in COORDINATES and column.name in present:
        return f"round({value})"
    if not reading.keep_fine and (table.name, column.name) == ("signals", "value") and column.name in present:
        return f"CASE WHEN {quoted('v signal')} = 'geotag' THEN coarse_point({value}) ELSE {value} END"
    if column.name == table.key and column.kind == "id":
        made = f"{literal(reading.source + ':')} || {RECORD}"
        return f"coalesce({value}, {made})" if column.name in present else made
    return value


def _derived(table: Table, column: Column, present: Sequence[str]) -> str:
    """What is made at loading: parts of an identifier, the territories of coordinates."""
    if column.name == "territory":
        if table.name == "signals":
            value = quoted("v value")
            found = f"point_territories(point_part({value}, 1), point_part({value}, 2))"
            return f"CASE WHEN {quoted('v signal')} = 'geotag' AND {value} IS NOT NULL THEN {found} END"
        if not set(COORDINATES) <= set(present):
            return "NULL::VARCHAR"
        both = [quoted(f"v {name}") for name in COORDINATES]
        known = " AND ".join(f"{value} IS NOT NULL" for value in both)
        return f"CASE WHEN {known} THEN point_territories({', '.join(both)}) END"
    return f'"id parts".{quoted(column.name)}' if {"kind", "value"} <= set(present) else "NULL::VARCHAR"


def _unread(table: Table, present: Sequence[str], reading: Reading) -> str:
    """JSON of what could not be read: column -> [text], or [null] when it is missing; NULL when there are none."""
    faults: dict[str, tuple[str, str]] = {}
    for column in table.columns:
        name, value, cell = quoted(column.name), quoted("v " + column.name), _cell(table, column, reading)
        if column.name not in present:
            if column.required:
                faults[column.name] = ("true", "NULL")
        elif column.required:
            faults[column.name] = (f"{value} IS NULL", f"left({cell}, {KEPT})")
        else:
            bad = f"CASE WHEN {value} IS NOT NULL OR {name} IS NULL THEN false ELSE {cell} IS NOT NULL END"
            private = (table.name, column.name) in HASHED
            private |= column.name in COORDINATES and not reading.keep_fine
            shown = f"left({cell}, 4) || '…'" if private else f"left({cell}, {KEPT})"
            faults[column.name] = (bad, shown)
    if table.one_of:
        named = [table.column(n) for n in table.one_of if n in present]
        nothing = " AND ".join(f"{_cell(table, c, reading)} IS NULL" for c in named) or "true"
        faults[" or ".join(table.one_of)] = (f"({nothing})", "NULL")
    required = [c.name for c in table.columns if c.required]
    suspect = " OR ".join(
        f"{quoted('v ' + n)} IS NULL" if n in required else f"({quoted('v ' + n)} IS NULL AND {quoted(n)} IS NOT NULL)"
        for n in present
    )
    lacking = set(required) - set(present) or table.one_of
    anything = " OR ".join(condition for condition, _ in faults.values())
    pairs = ", ".join(
        f"{literal(name)}, CASE WHEN {condition} THEN json_array({shown}) END"
        for name, (condition, shown) in faults.items()
    )
    found = f"CASE WHEN {anything} THEN json_merge_patch('{{}}', json_object({pairs}))::VARCHAR END"
    return found if lacking else f"CASE WHEN {suspect} THEN {found} END"
