"""What exports of Facebook and Instagram share: localised labels, the account they are of, times that may be unset.

Labels are in the language of the export. `meta_labels.csv` says which field a label means: those of basis `seen` occur
in files, those `translated` are the platform's usual words. A label that is not in it is a remark, never dropped.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any

from attrigraph.errors import UnreadableFile
from attrigraph.loaders.formats.base import Reject, Row
from attrigraph.loaders.formats.holder import Holder, filled
from attrigraph.loaders.formats.reading import Record, json_of, keyless, objects, owned, parse_json, shown, unmojibake
from attrigraph.loaders.sniff import Head
from attrigraph.loaders.towns import NEEDS_TOWNS, territory_of_town

__all__ = [
    "Entry",
    "Labelled",
    "Newest",
    "action_kind",
    "base_name",
    "entry_of",
    "export_rows",
    "field_of",
    "is_masked",
    "labelled",
    "moment",
    "place_row",
    "section_rows",
    "unlike",
    "visit",
]

Section = Callable[[Holder, Any, str], Iterator[Row | Reject]]
"""Rows of a section: whose it is, its value, and where it stands."""
DEEPEST = 6
EXPORT_FOLDERS = frozenset((
    "about_you", "account_information", "ads_information", "apps_and_websites", "apps_and_websites_off_of_facebook",
    "apps_and_websites_off_of_instagram", "connections", "content", "device_information", "facebook_payments",
    "information_about_you", "location", "logged_information", "login_and_account_creation",
    "login_and_profile_creation", "media", "other_activity", "payment_history", "personal_information", "preferences",
    "profile_information", "security_and_login_information", "your_activity_across_facebook",
    "your_facebook_activity", "your_information", "your_instagram_activity",
))  # fmt: skip
"""Folders of an export: what stands above the first of them is the export itself."""
SPLIT = re.compile(r"[-_ ]*part[-_ ]?\d+$|\s*\(\d+\)$|[-_]\d{1,2}$")
OWNED_FOLDER = re.compile(
    r"(?:facebook|instagram)-([A-Za-z0-9._]{2,})-(?:\d{4}-\d\d-\d\d|\d\d_\d\d_\d{4}|\d{8}).*"
    r"|([A-Za-z0-9._]{2,})_(?:20\d{6})(?:_part_\d+)?"
)
"""instagram-harbour.news-2024-01-31-AbC, harbour.news_20200131_part_1."""
MASKED = re.compile(r"[*•]|X{3}|XX[.:-]|^X+$")


# ---- labels


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands beside a label: text, a time as it stands (0 is none), or both."""

    label: str
    text: str | None
    seconds: Any


@dataclass(frozen=True, slots=True)
class Labelled:
    """Entries by field, and those whose label is in no language known here."""

    fields: Mapping[str, tuple[Entry, ...]]
    unknown: tuple[Entry, ...] = ()

    def text(self, *names: str) -> str | None:
        """The first text under these fields."""
        return next((e.text for n in names for e in self.fields.get(n, ()) if filled(e.text)), None)

    def seconds(self, *names: str) -> Any:
        """The first time under these fields."""
        return next((e.seconds for n in names for e in self.fields.get(n, ()) if e.seconds), None)

    def time(self, *names: str) -> Any:
        """The first time under these fields, else the first text, which may be one."""
        return self.seconds(*names) or self.text(*names)

    def remarks(self, where: str) -> Iterator[Reject]:
        """One for each label that is not known."""
        for entry in self.unknown:
            reason = "a label not known here" if entry.label else "no entry with a label"
            yield Reject(where, entry.label[:80], shown(entry.text or entry.seconds), reason, "field")


def labelled(record: Any) -> Labelled:
    """The entries of `string_map_data`, `label_values`, or of a mapping of labels, wherever they are in a record."""
    fields: dict[str, list[Entry]] = {}
    unknown: list[Entry] = []
    for entry in _entries(record, 0):
        name = field_of(entry.label)
        if name is None:
            unknown.append(entry)
        else:
            fields.setdefault(name, []).append(entry)
    return Labelled({name: tuple(found) for name, found in fields.items()}, tuple(unknown))


def _entries(value: Any, depth: int) -> Iterator[Entry]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            found = list(_entries(item, depth + 1))
            yield from found if found or not filled(item) else (Entry("", shown(item), None),)
    if not isinstance(value, Mapping):
        return
    if isinstance(value.get("string_map_data"), Mapping):
        for label, inner in value["string_map_data"].items():
            held = inner if isinstance(inner, Mapping) else {"value": inner}
            told = not held or any(key in held for key in ("value", "timestamp"))
            yield entry_of(str(label), held) if told else Entry(f"{label} (without a value)", shown(held), None)
        return
    if filled(value.get("label")) and any(k in value for k in ("value", "timestamp_value")):
        yield entry_of(str(value["label"]), value)
    for key in ("label_values", "dict", "vec"):
        yield from _entries(value.get(key), depth + 1)


def entry_of(label: str, value: Mapping[str, Any]) -> Entry:
    """What an object with `value`, `timestamp_value` or `timestamp` says under a label."""
    text, stamp = value.get("value"), value.get("timestamp_value", value.get("timestamp"))
    words = shown(text) if isinstance(text, dict | list) else str(text)
    return Entry(label, words if filled(text) else None, moment(stamp))


def unlike(value: Any, kind: type, where: str, field_name: str) -> Iterator[Reject]:
    """A reject for what is there and of another kind than it should be."""
    if filled(value) and not isinstance(value, kind):
        yield Reject(where, field_name, shown(value), "not of the kind this field is")


def field_of(label: str) -> str | None:
    """The field that a label means in any language, without regard to case, accents and blanks; None for others.

    >>> field_of("Nome della citt\\u00e0"), field_of("IP address"), field_of("Shoe size")
    ('town', 'ip', None)
    """
    return _labels().get(_folded(label))


def _folded(label: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKD", label).casefold())


@cache
def _labels() -> dict[str, str]:
    text = files("attrigraph.loaders.formats").joinpath("meta_labels.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {_folded(row["label"]): row["field"] for row in rows}


def action_kind(action: Any) -> str:
    """`login`, `registration` or `session` (every other visit: a page opened, a session that ended)."""
    means = field_of(str(action)) if filled(action) else None
    return {"action_login": "login", "action_registration": "registration"}.get(means or "", "session")


# ---- cells


def is_masked(value: Any) -> bool:
    """Whether a person put marks over a value: "XX.XX.XX.XXX", "UKPJ****"."""
    return isinstance(value, str) and bool(MASKED.search(value))


def moment(*stamps: Any) -> Any:
    """The first time that is set, as it stands: 0 and "" are none."""
    return next((s for s in stamps if filled(s) and s not in (0, "0")), None)


def visit(
    holder: Holder, where: str, at: Any, ip: Any, *, kind: str, raw: Mapping[str, Any] | None = None, **cells: Any
) -> Iterator[Row | Reject]:
    """A login; where its address is masked or absent, only that the account was active, with a remark."""
    cookie = cells.get("cookie_id")
    if is_masked(cookie):
        yield Reject(where, "cookie_id", str(cookie)[:200], "masked: no key", "field")
        cookie = None
    for name, cell in cells.items():
        if name != "cookie_id" and is_masked(cell):
            yield Reject(where, name, str(cell)[:200], "masked: not read", "field")
    cells = {k: v for k, v in cells.items() if filled(v) and not is_masked(v)} | {"cookie_id": cookie or None}
    if at is None or (filled(ip) and not is_masked(ip)):
        yield holder.login(where, at, ip or None, kind, raw, **cells)
        return
    yield Reject(where, "ip", str(ip or "")[:200], "masked: no address" if filled(ip) else "no address", "field")
    note = "a registration" if kind == "registration" else "a visit whose address the file does not tell"
    if kind == "registration":
        yield holder.account(where, created_at=at)
    else:
        yield from holder.signal(where, "activity_times", kind, at, note)


def place_row(
    holder: Holder, where: str, found: Mapping[str, str | None], at: Any, note: str
) -> Iterator[Row | Reject]:
    """`platform_country` from a country, or from a town (`town`, `region`), of which only the territory is kept."""
    country = found.get("country")
    if filled(country):
        yield from holder.signal(where, "platform_country", country, at, note)
        return
    town = found.get("town")
    if not filled(town):
        if filled(found.get("region")):
            yield Reject(where, "region", "", "a region without its town or country, not read", "field")
        return
    code = territory_of_town(town, found.get("region"))
    if code:
        yield from holder.signal(where, "platform_country", code, at, f"{note}; told as a town, kept as its territory")
    else:
        yield Reject(where, "town", "", f"no single territory was found for a town ({NEEDS_TOWNS})", "field")


@dataclass(slots=True)
class Newest:
    """Values that many records repeat: each is told once, with its newest time and the record of that."""

    found: dict[str, tuple[float, Any, str]] = field(default_factory=dict)
    masked: dict[str, str] = field(default_factory=dict)

    def see(self, value: Any, at: Any, where: str) -> None:
        """Note a value; nothing happens for one that is empty."""
        if not filled(value):
            return
        if is_masked(value):
            self.masked.setdefault(str(value), where)
            return
        rank = float(at) if isinstance(at, int | float) else 0.0
        known = self.found.get(str(value))
        if known is None or rank > known[0]:
            self.found[str(value)] = (rank, at, where)

    def rows(self, holder: Holder, signal: str, note: str | None = None) -> Iterator[Row | Reject]:
        """A signal a value; a remark for each that is masked."""
        for value, where in self.masked.items():
            yield Reject(where, signal, value[:200], "masked: not read", "field")
        for value, (_, at, where) in self.found.items():
            yield from holder.signal(where, signal, value, at, note)


# ---- whose export it is


def base_name(head: Head) -> str:
    """Name of the file without folders, endings and what a browser adds: "login_activity"."""
    return re.sub(r"\s*\(\d+\)$", "", PurePosixPath(head.label).name.split(".")[0]).casefold()


def _found_owner(
    head: Head, value: Any, told: Callable[[Any], str | None], *profiles: str
) -> tuple[str | None, Reject | None]:
    """The account of an export, and a remark when only the name of its folder says it.

    In order: `--account`, the document itself, files named `profiles` in the same export, the folder. `told` reads the
    account out of a document.
    """
    account = head.account or told(value)
    if account:
        return account, None
    mine = _export_of(head.label)
    for inside, data in _neighbours(head, profiles):
        if _export_of(inside) == mine and (account := _told_by(data, told)):
            return account, None
    for part in (*PurePosixPath(head.label).parts[:-1], *head.content.path.parts[:-1])[::-1]:
        named = OWNED_FOLDER.fullmatch(part)
        if named:
            account = named[1] or named[2]
            return account, Reject("$", "account_id", account, "named by the folder of the export", "field")
    return None, None


def export_rows(
    head: Head,
    platform: str,
    told: Callable[[Any], str | None],
    profiles: tuple[str, ...],
    rows: Callable[[Holder, Any], Iterator[Row | Reject]],
) -> Iterator[Row | Reject]:
    """The rows of a file of an export, of the account that `--account`, the file, its neighbours or its folder name."""
    document = json_of(head)
    yield from document.remarks
    value = unmojibake(document.value)
    account, remark = _found_owner(head, value, told, *profiles)
    if remark:
        yield remark
    yield from owned(account, rows(Holder(account or "", platform), value))


def section_rows(
    holder: Holder,
    value: Any,
    section: Callable[[str], Section | None],
    labels: Callable[[Record], Iterator[Row | Reject]],
) -> Iterator[Row | Reject]:
    """Rows of the sections that objects of a file have as keys, and of `label_values`; one without either is said."""
    for found in objects(value, "$"):
        if isinstance(found, Reject):
            yield found
            continue
        sections = {key: rows for key in found.value if (rows := section(key))}
        for key, rows in sections.items():
            yield from rows(holder, found.value[key], f"{found.where}.{key}")
        if "label_values" in found.value:
            yield from labels(found)
        elif not sections:
            yield from keyless(found.value, found.where, "label_values")


def _neighbours(head: Head, names: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    try:
        yield from head.place.beside(*names)
    except UnreadableFile:
        return


def _told_by(data: bytes, told: Callable[[Any], str | None]) -> str | None:
    try:
        return told(unmojibake(parse_json(data.decode("utf-8", "replace")).value))
    except ValueError:
        return None


def _export_of(inside: str) -> tuple[str, ...]:
    """The folders above the first one that belongs to an export; parts of a split export have the same."""
    parts = PurePosixPath(inside).parts[:-1]
    above = next((parts[:i] for i, part in enumerate(parts) if part.casefold() in EXPORT_FOLDERS), parts)
    return tuple(SPLIT.sub("", part).casefold() for part in above)
