"""Page Transparency: where the managers of a Page sit, as a table or JSON somebody made of it (formats.md, 4.2).

The platform offers no file. Tables name the Page and the countries, either in one cell ("United States (3), India (1)")
or one country a row; JSON of other services lists them. The location may be hidden: then it is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import Holder, filled, names_account, whole_number
from attrigraph.loaders.formats.profiles import profile_of
from attrigraph.loaders.formats.reading import Record, get, json_of, objects, records, shown, table_rows
from attrigraph.loaders.sniff import Head
from attrigraph.loaders.tables import fold
from attrigraph.territories import resolve_place

__all__ = ["FORMAT", "countries_in"]

PAGE = ("page_id", "facebook_page_id", "page_url", "page_link", "facebook_url", "page", "facebook_id", "account_id")
CELLS = (
    "primary_country_locations", "primary_country_location", "primary_locations", "primary_country_region_locations",
    "admin_locations", "admin_countries", "admin_location", "page_admin_locations", "page_admin_countries",
    "admin_country_locations", "manager_locations", "page_manager_locations", "managers_by_country",
    "people_who_manage_this_page", "page_managers", "location_of_page_managers", "country_of_page_managers",
)  # fmt: skip
ROWS = ("admin_country", "manager_country", "page_admin_country", "page_manager_country", "country_of_managers")
COUNTS = (
    "managers",
    "manager_count",
    "admin_count",
    "admins",
    "number_of_managers",
    "number_of_admins",
    "count",
    "people",
)
COUNTRY = ("country", "country_name", "name", "location", "country_code")
SEEN = ("observed_at", "captured_at", "retrieved_at", "collected_at", "seen_at", "as_of")
CREATED = ("creation_date", "page_creation_date", "page_created", "created_at", "created")
NAMES = ("previous_names", "name_changes", "name_history", "page_history")
CONTEXT = (
    "confirmed_owner",
    "page_owner",
    "partner",
    "partners",
    "state_controlled",
    "state_controlled_media",
    "merged",
)
HIDDEN = re.compile(r"hidden|not available|unavailable", re.IGNORECASE)
COUNTED = re.compile(
    r"([^\d(),;:|/\n][^\d();:|/\n]{0,80}?)\s{0,9}(?:[(:=×x]|\s-\s)\s*(\d{1,6})\s*(?:people|persons?|managers?)?\)?"
)
PROSE = re.compile(r":\s*$|^[\s,.()]*(?:and|people|persons?|managers?|admins?|each)?[\s,.()]*$", re.IGNORECASE)
"""What may stand around countries that are counted: a sentence that ends in a colon, and the words for managers."""
DIGITS = 6
"""Of a number of managers at most."""
RENAMED = re.compile(r"\s*(.{1,200}?)\s{0,9}[(:,–—-]\s*(\d{4}-\d\d-\d\d)\)?\s*")


@dataclass(slots=True)
class Page:
    """What a file says of a Page at one time: managers by country (None where no number is told)."""

    where: str
    record: Mapping[str, Any]
    countries: dict[str, int | None] = field(default_factory=dict)
    hidden: bool = False


def recognises(head: Head) -> Match | None:
    """A column (or key) for the Page and one for the countries of its managers."""
    if head.kind not in ("csv", "json", "jsonl"):
        return None
    known = _is_header(head.columns) or _is_one_page(head)
    return Match(85, "managers of Pages by country", None if head.kind == "csv" else "C3") if known else None


def _is_one_page(head: Head) -> bool:
    """A document that is one Page, its countries being the list inside."""
    return head.kind == "json" and _is_header(tuple(head.sample))


def _records(head: Head) -> Iterator[Record | Reject]:
    if head.kind == "csv":
        yield from table_rows(head, _is_header)
    elif _is_one_page(head):
        document = json_of(head)
        yield from document.remarks
        yield from objects(document.value, "$")
    else:
        yield from records(head)


def _is_header(columns: Sequence[str]) -> bool:
    names = {fold(c) for c in columns}
    return any(fold(n) in names for n in PAGE) and any(fold(n) in names for n in (*CELLS, *ROWS))


def read(head: Head) -> Iterator[Row | Reject]:
    """A Page with its managers; rows of one Page at one time belong together."""
    pages: dict[tuple[str, str], Page] = {}
    for found in _records(head):
        if isinstance(found, Reject):
            yield found
            continue
        native = _native(get(found.value, *PAGE))
        if native is None:
            yield Reject(found.where, "page_id", shown(get(found.value, *PAGE)), "the record names no Page")
            continue
        page = pages.setdefault((native, str(get(found.value, *SEEN))), Page(found.where, found.value))
        yield from _managers(page, found.value, found.where)
    for (native, _), page in pages.items():
        yield from _page(Holder(native, "facebook"), page)


def _native(cell: Any) -> str | None:
    """The Page's number or name, also out of its address."""
    text = str(cell).strip() if names_account(cell) else ""
    if "/" in text:
        found = profile_of(text)
        return found.native if found and found.platform == "facebook" else None
    return text or None


def _managers(page: Page, record: Mapping[str, Any], where: str) -> Iterator[Reject]:
    cell, row = get(record, *CELLS), get(record, *ROWS)
    if any(isinstance(told, str) and HIDDEN.search(told) for told in (cell, row)):
        page.hidden = True
        yield Reject(where, "locations", shown(cell or row), "the location is hidden: unknown", "field")
        return
    told = [(str(row), get(record, *COUNTS))] if filled(row) else list(_told(cell))
    found: dict[str, int | None] = {}
    for country, count in told:
        number = whole_number(count, DIGITS)
        if filled(count) and number is None:
            yield Reject(where, "managers", shown(count), f"not a number of managers ({country[:80]})", "field")
        if not filled(country):
            yield Reject(where, "locations", shown(count), "managers without their country", "field")
        else:
            found[country] = number
    if not filled(row):
        for piece in _left_over(cell):
            yield Reject(where, "locations", shown(piece), "names no country of managers, not read", "field")
    if not found:
        yield Reject(where, "locations", shown(cell), "no country of managers", "field")
    for country, count in found.items():
        known = page.countries.get(country)
        page.countries[country] = count if known is None else known + (count or 0)


def countries_in(cell: Any) -> dict[str, int | None]:
    """Countries with the number of managers, from a cell, a list or a mapping.

    >>> countries_in("United States (3), Korea, Republic of (1)")
    {'United States': 3, 'Korea, Republic of': 1}
    >>> countries_in([{"country": "India", "count": 2}]), countries_in("India; Nepal")
    ({'India': 2}, {'India': None, 'Nepal': None})
    """
    return {country: whole_number(count, DIGITS) for country, count in _told(cell) if filled(country)}


def _told(cell: Any) -> Iterator[tuple[str, Any]]:
    """Countries as they are named, "" for none, and what stands where their number does."""
    if isinstance(cell, Mapping):
        yield from ((str(k), v) for k, v in cell.items())
    elif isinstance(cell, list):
        for item in cell:
            name, count = (get(item, *COUNTRY), get(item, *COUNTS)) if isinstance(item, Mapping) else (item, None)
            if filled(name) or filled(count):
                yield str(name) if filled(name) else "", count
    else:
        yield from _written(str(cell) if filled(cell) else "")


def _written(text: str) -> Iterator[tuple[str, Any]]:
    counted = [(m[1].strip(" ,"), m[2]) for m in COUNTED.finditer(text)]
    if counted:
        yield from counted
        return
    parts = [part.strip() for part in re.split(r"[;|\n]", text) if part.strip()]
    single = [p.strip() for part in parts for p in part.split(",")]
    yield from ((name, None) for name in (single if all(map(resolve_place, single)) else parts))


def _left_over(cell: Any) -> Iterator[Any]:
    """What `_told` passes over: between countries that are counted, and objects in a list that name none."""
    if isinstance(cell, list):
        said = (i for i in cell if isinstance(i, Mapping) and filled(i))
        yield from (i for i in said if not filled(get(i, *COUNTRY)) and not filled(get(i, *COUNTS)))
    elif isinstance(cell, str) and COUNTED.search(cell):
        for piece in re.split(r"[;|\n]", COUNTED.sub(";", cell)):
            if re.search(r"\w", piece) and not PROSE.search(piece):
                yield piece.strip(" ,")


def _page(holder: Holder, page: Page) -> Iterator[Row | Reject]:
    record, seen = page.record, get(page.record, *SEEN)
    context = {key: get(record, key) for key in CONTEXT}
    yield holder.account(
        page.where,
        {k: v for k, v in context.items() if filled(v)},
        display_name=get(record, "page_name", "name", "title"),
        created_at=get(record, *CREATED),
        observed_at=seen,
    )
    whole = sum(count or 0 for count in page.countries.values())
    known = None not in page.countries.values()
    for country, count in page.countries.items():
        if count == 0:
            yield Reject(page.where, "managers", country[:80], "a country without managers, no signal", "field")
            continue
        note = f"{count} of {whole} managers" if known else "managers of the Page, no number told"
        value = f"{country} ({count})" if known else country
        yield from holder.signal(page.where, "admin_country", value, seen, note)
    for name, day in _renamed(get(record, *NAMES)):
        if day:
            yield from holder.signal(page.where, "handle_change", name, day, "a name of the Page")
        else:
            yield Reject(page.where, "previous_names", name[:200], "no name with the day of its change", "field")


def _renamed(cell: Any) -> Iterator[tuple[str, str]]:
    """Names with the day of the change; "" where there is none."""
    listed = cell if isinstance(cell, list) else [cell] if isinstance(cell, Mapping) else None
    for item in re.split(r"[;|\n]", str(cell)) if listed is None and filled(cell) else listed or []:
        name, day = get(item, "name", "new_name", "old_name"), get(item, "date", "changed_at", "timestamp")
        found = RENAMED.fullmatch(item) if isinstance(item, str) else None
        if found:
            yield found[1], f"{found[2]}T00:00:00Z"
        elif filled(name) and filled(day):
            yield str(name), str(day)
        elif filled(item):
            yield shown(item).strip(), ""


FORMAT = Format(
    name="page-transparency",
    title="Page Transparency",
    help="Tables or JSON of Facebook Pages with the countries their managers sit in.",
    grade="B3",
    looks_for="Page Transparency (a Page and the countries of its managers)",
    recognises=recognises,
    read=read,
    platform="facebook",
    timezone="UTC",
    gives=(
        Gives("countries of the managers with their number", "signals: admin_country", note="C3 from other services"),
        Gives("creation date, name of the Page", "accounts"),
        Gives("previous names with a day", "signals: handle_change"),
        Gives("owner, partner, state-controlled, merged", "raw of the account"),
    ),
    ignores=("a hidden location: unknown",),
    example="page_transparency.csv",
)
