"""What the first bytes of a file show: delimited text with its header, JSON, lines of JSON, Parquet, or a workbook."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Literal

import duckdb
import msgspec

from attrigraph.duck import connect, first_line
from attrigraph.errors import UnreadableFile
from attrigraph.loaders.content import Content, check_encoding, head, lines, open_content
from attrigraph.loaders.package import Place
from attrigraph.loaders.workbook import NO_SHEET, Sheet, filled_rows, is_workbook, sheets

__all__ = ["DEEPEST_HEADER", "Head", "Kind", "document", "look"]

Kind = Literal["csv", "jsonl", "json", "parquet", "workbook", "html", "binary"]
ZIP = b"PK\x03\x04"
DEEPEST_HEADER = 60
"""Lines with something in them that are looked at for the header of a sheet."""
TOP = DEEPEST_HEADER + 200
"""Lines of a sheet that show what it is."""
DELIMITERS = ",\t;|"
OTHER_FILES = {
    ZIP: "a zip archive or the like; unpack it, or save the table in it as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file; save the sheet as CSV",
    b"%PDF": "a PDF; tables in it have to be exported first",
    b"SQLite format 3": "an SQLite database; export its tables as CSV",
    b"\x89PNG": "a picture; a screenshot is not an input",
    b"\xff\xd8\xff": "a picture; a screenshot is not an input",
    b"BZh": "a bzip2 archive; unpack it",
    b"\xfd7zXZ": "an xz archive; unpack it",
    b"7z\xbc\xaf": "a 7z archive; unpack it",
}
WEB_PAGE = "a web page or XML, which no loader reads; export it as CSV or JSON"


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a file before it is read.

    `columns` are the header of delimited text, the columns of Parquet, or the keys of the first objects of JSON. Of a
    workbook they are the header of one `sheet`, which stands in its line `header_line`; of its rows the first are here
    until it is staged, and `beside` are the other sheets with something in them. `sample` is the first object of JSON
    (the whole document when it is one object). `list_key` names the one list inside a JSON object; None when the
    document is the list itself. `start` are the first bytes, unpacked, for formats that are none of these; web pages
    and binary files can be read by a format of their own only, else `refusal` says what they are. `place` is where the
    file stood in a folder or an archive. `account` is whose the file is, when the user says so: for formats whose files
    may not. `mapping` is what the user says their columns, or labels, mean.
    """

    content: Content
    kind: Kind
    columns: tuple[str, ...]
    delimiter: str = ""
    sample: dict[str, Any] = field(default_factory=dict)
    list_key: str | None = None
    needs_care: bool = False
    sheet: Sheet = field(default=NO_SHEET, repr=False)
    header_line: int = 0
    beside: tuple[Head, ...] = field(default=(), repr=False)
    encoding: str | None = None
    start: bytes = field(default=b"", repr=False)
    place: Place = field(default_factory=Place, repr=False)
    refusal: str = ""
    account: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the file without its folder."""
        return self.content.path.name

    @property
    def label(self) -> str:
        """What the file is called in reports and rejects: with its path inside a folder or an archive."""
        return self.place.inside or self.name

    @property
    def described(self) -> str:
        """Words for a preview: "tab-separated text, gzip"."""
        words = {
            "csv": {",": "CSV", "\t": "TSV", ";": "CSV with semicolons", "|": "CSV with bars"}.get(
                self.delimiter, "CSV"
            ),
            "jsonl": "JSON lines",
            "json": "JSON",
            "parquet": "Parquet",
            "workbook": "an Excel workbook",
            "html": "a web page",
            "binary": "a binary file",
        }[self.kind]
        return words if self.content.compression == "none" else f"{words}, {self.content.compression}"


def look(
    content: Content, encoding: str | None, known: Callable[[Sequence[str]], int], place: Place | None = None
) -> Head:
    """Look at the first bytes. `known` counts the columns of a header that mean something here: it picks the delimiter.

    Raises UnreadableFile for damaged files.
    """
    start = head(content)
    found = _look(content, start, check_encoding(encoding), known)
    return replace(found, start=start, place=place or Place())


def _look(content: Content, start: bytes, codec: str | None, known: Callable[[Sequence[str]], int]) -> Head:
    if start.startswith(ZIP) and is_workbook(content.path):
        return _workbook(content, known)
    for magic, what in OTHER_FILES.items():
        if start.startswith(magic):
            return Head(content, "binary", (), refusal=what)
    if start.startswith(b"PAR1"):
        return Head(content, "parquet", _parquet_columns(content))
    text = _text(content, start, codec)
    if text.lstrip()[:1] in ("{", "["):
        return _json(content, text, codec)
    if text.lstrip()[:1] == "<":
        return Head(content, "html", (), encoding=codec, refusal=WEB_PAGE)
    return _delimited(content, text, codec, known)


def _text(content: Content, start: bytes, codec: str | None) -> str:
    if codec is None and content.utf16:
        codec = "utf-16"
    text = start.decode(codec or "utf-8", "replace").removeprefix("\ufeff")
    if not text.strip("\0 \t\r\n"):
        raise UnreadableFile(f"{content.path} holds no text. Check that it was copied as a whole.")
    if text.count("\0") > len(text) // 4:
        raise UnreadableFile(
            f"{content.path} is not UTF-8 text: many of its bytes are zero. If it is UTF-16, add --encoding utf-16-le."
        )
    return text


def _parquet_columns(content: Content) -> tuple[str, ...]:
    try:
        with connect() as connection:
            return tuple(connection.from_parquet(str(content.path)).columns)
    except duckdb.Error as error:
        raise UnreadableFile(f"{content.path} is a damaged Parquet file: {first_line(error)}. Get it again.") from None


# ---- delimited text


def _delimited(content: Content, text: str, codec: str | None, known: Callable[[Sequence[str]], int]) -> Head:
    stripped = text.lstrip("\r\n")
    headers = {delimiter: _header(stripped, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda d: (known(headers[d]), len(headers[d])))
    careful = content.plain is False or stripped != text or codec not in (None, "utf-8") or content.utf16
    return Head(content, "csv", headers[best], best, needs_care=careful, encoding=codec)


def _header(text: str, delimiter: str) -> tuple[str, ...]:
    try:
        return tuple(next(csv.reader(io.StringIO(text.replace("\0", "")), delimiter=delimiter)))
    except (csv.Error, StopIteration):
        return ()


# ---- workbooks


def _workbook(content: Content, known: Callable[[Sequence[str]], int]) -> Head:
    """The line that means most here is the header: people write titles above it, and keep other sheets beside it."""
    found = [(known(one.columns), one) for sheet in sheets(content.path) if (one := _sheet_head(content, sheet, known))]
    if not found:
        return Head(content, "workbook", (), needs_care=True)
    _, best = max(found, key=lambda one: one[0])
    return replace(best, beside=tuple(head for _, head in found if head is not best))


def _sheet_head(content: Content, sheet: Sheet, known: Callable[[Sequence[str]], int]) -> Head | None:
    """A sheet by its line that means most; None when there is nothing in it."""
    lines = ((line, tuple(cell.strip() for cell in cells)) for line, cells in filled_rows(sheet))
    first = list(islice(lines, DEEPEST_HEADER))
    if not first:
        return None
    line, names = max(first, key=lambda one: known(one[1]))
    begin = replace(sheet, rows=sheet.rows[:TOP])
    return Head(content, "workbook", names, needs_care=True, sheet=begin, header_line=line)


# ---- JSON


def _json(content: Content, text: str, codec: str | None) -> Head:
    first, rest = _first_object(text)
    named_lines = content.path.name.casefold().removesuffix(".gz").removesuffix(".zst").endswith((".jsonl", ".ndjson"))
    if first is not None and (rest.startswith("{") or (named_lines and not rest)):
        careful = content.plain is False or content.blank_lines or codec not in (None, "utf-8") or content.utf16
        return Head(content, "jsonl", _keys(text), sample=first, needs_care=careful, encoding=codec)
    if text.lstrip().startswith("["):
        sample = _first_object(text.lstrip()[1:])[0] or {}
        return Head(content, "json", tuple(sample), sample=sample, needs_care=True, encoding=codec)
    if first is None and named_lines:
        return Head(content, "jsonl", _keys(text), needs_care=True, encoding=codec)
    if first is None:
        first = _decode(content, codec, dict[str, Any])
    lists = [k for k, v in first.items() if isinstance(v, list) and v and isinstance(v[0], dict)]
    key = lists[0] if len(lists) == 1 else None
    columns = tuple(first[key][0]) if key else tuple(first)
    return Head(content, "json", columns, sample=first, list_key=key, needs_care=True, encoding=codec)


def _first_object(text: str) -> tuple[dict[str, Any] | None, str]:
    """The object a text begins with, and what follows it; None when it is cut off or damaged."""
    try:
        found, end = json.JSONDecoder().raw_decode(text.lstrip())
    except (ValueError, RecursionError):
        return None, ""
    return (found if isinstance(found, dict) else None), text.lstrip()[end:].lstrip()


def _keys(text: str) -> tuple[str, ...]:
    """Keys of the first objects, one a line, in the order they appear."""
    found: dict[str, None] = {}
    for line in text.splitlines()[:100]:
        parsed = _first_object(line)[0] if line.lstrip().startswith("{") else None
        found |= dict.fromkeys(parsed or ())
    return tuple(found)


def document(head: Head) -> list[bytes]:
    """The objects of a JSON file as text, each on one line: the list itself, the list inside, or the single object."""
    if head.list_key is not None:
        found = _decode(head.content, head.encoding, dict[str, msgspec.Raw]).get(head.list_key)
        if found is None:
            # the key itself is not UTF-8, so that the first look and the whole reading differ in it
            raise UnreadableFile(
                f"{head.content.path} is not UTF-8 in the name of its list. Say which encoding it has with --encoding."
            )
        return _single_lines(msgspec.json.decode(found, type=list[msgspec.Raw]))
    whole = _decode(head.content, head.encoding, list[msgspec.Raw] | dict[str, Any])
    return _single_lines(whole) if isinstance(whole, list) else [msgspec.json.encode(whole)]


def _single_lines(items: list[msgspec.Raw]) -> list[bytes]:
    return [bytes(item).replace(b"\r", b" ").replace(b"\n", b" ") for item in items]


def _decode(content: Content, codec: str | None, type_: Any) -> Any:
    with open_content(content.path, content.compression) as handle:
        data = handle.read().removeprefix(b"\xef\xbb\xbf")
    try:
        if codec not in (None, "utf-8") or content.utf16:
            raise UnicodeError
        data.decode()
    except UnicodeError:
        data = "\n".join(line.text for line in lines(content, codec)).encode()
    try:
        return msgspec.json.decode(data, type=type_)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError) as error:
        raise UnreadableFile(f"{content.path} is not whole JSON: {error}. If it was cut off, get it again.") from None
