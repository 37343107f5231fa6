"""Sheets of Excel workbooks (.xlsx) as rows of text, without a library: a zip archive of XML (ECMA-376, part 1, 18).

Entities and document types are refused, so that no XML can grow when it is read; sizes are limited.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from xml.parsers import expat

from attrigraph.errors import UnreadableFile

__all__ = ["NO_SHEET", "Sheet", "filled_rows", "is_workbook", "sheets"]

LONGEST_PART = 256 << 20
"""Bytes of one part when unpacked."""
RATIO = 250
RATIO_FROM = 16 << 20
MOST_COLUMNS = 16_384
MOST_ROWS = 1_048_576
DAY_ZERO = datetime(1899, 12, 30)
DATE_FORMATS = frozenset((*range(14, 23), *range(45, 48)))
"""Built-in number formats that are dates (18.8.30)."""
PART = re.compile(r"xl/worksheets/[^/]+\.xml")
LINKS = "xl/_rels/workbook.xml.rels"
LETTERS = re.compile(r"([A-Z]{1,3})\d*")
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its `number` in the order of the tabs, from 1, its name there (the number where it has none), its rows.

    `hidden` are sheets whose tab is not shown.
    """

    number: int
    name: str
    rows: Sequence[Sequence[str]]
    hidden: bool = False


NO_SHEET = Sheet(0, "", ())
"""Of what is no workbook."""


def filled_rows(sheet: Sheet) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows of a sheet that have something in them, with their line, from 1."""
    return ((line, cells) for line, cells in enumerate(sheet.rows, 1) if any(cell.strip() for cell in cells))


def is_workbook(path: Path) -> bool:
    """Whether a file is a zip archive that holds a workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        return False


def sheets(path: Path) -> Iterator[Sheet]:
    """The sheets in order; dates as ISO 8601 without a zone, as a workbook has none.

    Raises UnreadableFile for damaged workbooks and for ones made to fill the memory.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            strings = _strings(archive) if "xl/sharedStrings.xml" in archive.namelist() else []
            dates = _date_styles(archive) if "xl/styles.xml" in archive.namelist() else frozenset()
            for number, (part, name, hidden) in enumerate(_tabs(archive), 1):
                cells = _Cells(strings, dates)
                _parse(archive, part, cells)
                yield Sheet(number, name or str(number), cells.rows, hidden)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadableFile(
            f"{path} is a damaged workbook: {error}. Get it again, or save the sheet as CSV."
        ) from None


def _tabs(archive: zipfile.ZipFile) -> list[tuple[str, str, bool]]:
    """(part, name, hidden) of each sheet in the order of the tabs; sheets that no tab leads to come last, by number."""
    parts = sorted(filter(PART.fullmatch, archive.namelist()), key=_number)
    tabs, links = _Tabs(), _Links()
    _parse(archive, "xl/workbook.xml", tabs)
    if LINKS in archive.namelist():
        _parse(archive, LINKS, links)
    found: dict[str, tuple[str, str, bool]] = {}
    for link, name, hidden in tabs.found:
        part = links.parts.get(link, "")
        if part in parts:
            taken = {other for _, other, _ in found.values()}
            found.setdefault(part, (part, "" if name in taken else name, hidden))
    return [*found.values(), *((part, "", False) for part in parts if part not in found)]


def _number(name: str) -> tuple[int, str]:
    found = re.search(r"(\d+)\.xml$", name)
    return int(found[1]) if found else 0, name


class _Reader:
    """What expat calls; text is gathered in `held` while `keeps` is true."""

    def __init__(self) -> None:
        self.held: list[str] = []
        self.keeps = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A tag begins."""

    def end(self, tag: str) -> None:
        """A tag ends."""

    def text(self, data: str) -> None:
        """Text between tags."""
        if self.keeps:
            self.held.append(data)

    def taken(self) -> str:
        """The text gathered, which is forgotten here."""
        found = "".join(self.held)
        self.held.clear()
        return found


def _refused(*_: object) -> None:
    raise ValueError("it declares a document type, which no workbook needs")


def _parse(archive: zipfile.ZipFile, name: str, reader: _Reader) -> None:
    info = archive.getinfo(name)
    if info.file_size > LONGEST_PART or (
        info.file_size > RATIO_FROM and info.file_size > RATIO * max(1, info.compress_size)
    ):
        raise ValueError(f"{name} is {info.file_size >> 20} MB when unpacked")
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refused
    parser.EntityDeclHandler = _refused
    parser.StartElementHandler = lambda tag, attributes: reader.start(tag.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda tag: reader.end(tag.rpartition(":")[2])
    parser.CharacterDataHandler = reader.text
    with archive.open(info) as handle:
        try:
            parser.ParseFile(handle)
        except expat.ExpatError as error:
            raise ValueError(f"{name}: {error}") from None


class _Tabs(_Reader):
    """The sheets that the workbook names: (id of the link to its part, name, hidden)."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, bool]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            link = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
            name = " ".join(attributes.get("name", "").split())[:LONGEST_NAME]
            self.found.append((link, name, attributes.get("state", "visible") != "visible"))


class _Links(_Reader):
    """Id of a link -> the part it leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: dict[str, str] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            target = PurePosixPath("/xl") / attributes.get("Target", "")
            self.parts[attributes.get("Id", "")] = str(target).removeprefix("/")


class _Strings(_Reader):
    """The table of shared strings: one for each `si`, of the `t` in it (phonetic readings left out)."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.phonetic = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:  # noqa: ARG002
        self.phonetic = self.phonetic or tag == "rPh"
        self.keeps = tag == "t" and not self.phonetic

    def end(self, tag: str) -> None:
        self.keeps = False
        if tag == "rPh":
            self.phonetic = False
        if tag == "si":
            self.found.append(self.taken())


def _strings(archive: zipfile.ZipFile) -> list[str]:
    reader = _Strings()
    _parse(archive, "xl/sharedStrings.xml", reader)
    return reader.found


class _Styles(_Reader):
    """Which cell styles show dates."""

    def __init__(self) -> None:
        super().__init__()
        self.own: set[str] = set()
        self.dates: set[str] = set()
        self.inside = False
        self.count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt" and _shows_date(attributes.get("formatCode", "")):
            self.own.add(attributes.get("numFmtId", ""))
        if tag == "cellXfs":
            self.inside = True
        if tag == "xf" and self.inside:
            number = attributes.get("numFmtId", "0")
            if number in self.own or (number.isdigit() and int(number) in DATE_FORMATS):
                self.dates.add(str(self.count))
            self.count += 1

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self.inside = False


def _shows_date(code: str) -> bool:
    plain = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", code.casefold())
    return "y" in plain or ("d" in plain and "m" in plain) or "h:" in plain


def _date_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    reader = _Styles()
    _parse(archive, "xl/styles.xml", reader)
    return frozenset(reader.dates)


class _Cells(_Reader):
    """The rows of a sheet. Cells and rows that are left out in the file are empty here."""

    def __init__(self, strings: list[str], dates: frozenset[str]) -> None:
        super().__init__()
        self.strings, self.dates = strings, dates
        self.rows: list[list[str]] = []
        self.kind = self.style = ""
        self.column = -1

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            wanted = attributes.get("r", "")
            number = int(wanted) if wanted.isdigit() and len(wanted) < 8 else 0
            self.rows.extend([] for _ in range(max(1, min(number, MOST_ROWS) - len(self.rows))))
            self.column = -1
        elif tag == "c":
            self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
            self.column = _column(attributes.get("r", ""), self.column + 1)
        self.keeps = tag in ("v", "t")

    def end(self, tag: str) -> None:
        self.keeps = False
        if tag == "c" and self.rows and 0 <= self.column < MOST_COLUMNS:
            row = self.rows[-1]
            row.extend([""] * (self.column + 1 - len(row)))
            row[self.column] = self._value(self.taken())

    def _value(self, text: str) -> str:
        if self.kind == "s":
            return self.strings[int(text)] if text.isdigit() and int(text) < len(self.strings) else ""
        if self.kind == "n" and self.style in self.dates and text:
            return _date(text)
        return text


def _column(reference: str, default: int) -> int:
    """Position of a cell from its reference ("AB12"); `default` where it has none."""
    found = LETTERS.match(reference)
    if not found:
        return default
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _date(text: str) -> str:
    """A day count as ISO 8601, to the second.

    >>> _date("46024.127835648"), _date("x")
    ('2026-01-02 03:04:05', 'x')
    """
    try:
        moment = DAY_ZERO + timedelta(seconds=round(float(text) * 86_400))
    except (ValueError, OverflowError):
        return text
    return moment.isoformat(sep=" ")
