"""The bytes of a source file: hash, compression, encoding; and its lines as text when they need care."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import importlib
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import BinaryIO, Literal

import duckdb

from attrigraph.duck import connect
from attrigraph.errors import InputError, UnreadableFile

__all__ = [
    "Content",
    "Line",
    "check_encoding",
    "decoded",
    "examine",
    "head",
    "is_utf8",
    "lines",
    "open_content",
    "raw_lines",
    "whole_text",
]

Compression = Literal["none", "gzip", "zstd"]
CHUNK = 1 << 20
HEAD = 1 << 18
BLANK_LINE = re.compile(rb"\n\r?\n")
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Content:
    """What a pass over the bytes shows.

    `plain` is true when it holds no NUL byte (the fast readers see for themselves whether it is UTF-8). It is None for
    `.zst` where Python has no reader of its own (before 3.14 without the package zstandard): duckdb reads those.
    `blank_lines` is true when lines of JSON may be empty, so that counting records would not count lines;
    `returns` when carriage returns occur, `quotes` when quotation marks do.
    """

    path: Path
    sha256: str
    size: int
    compression: Compression
    plain: bool | None
    blank_lines: bool
    utf16: bool
    returns: bool = True
    quotes: bool = True

    @property
    def source(self) -> str:
        """Id of the source: the first 16 hex digits of the hash."""
        return self.sha256[:16]


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end; `fallback` when it was not UTF-8 and was read as Windows-1252."""

    number: int
    text: str
    fallback: bool


def examine(path: Path) -> Content:
    """Hash the file and see what its text is like. Raises UnreadableFile for what is no readable, non-empty file."""
    if path.is_dir():
        raise UnreadableFile(f"{path} is a folder. Name the files in it, for example {path}/*.csv.")
    if not path.exists():
        raise UnreadableFile(f"{path} does not exist. Check the name and the folder you are in.")
    if not path.is_file():
        raise UnreadableFile(f"{path} is not a regular file. Save its content to a file and load that.")
    digest, watch, size = hashlib.sha256(), _Watch(), 0
    compression: Compression = "none"
    with _sentences(path), path.open("rb") as handle:
        while chunk := handle.read(CHUNK):
            if not size:
                compression = _compression(chunk)
                watch.wanted = compression == "none" and not chunk.startswith(b"PAR1")
            size += len(chunk)
            digest.update(chunk)
            watch.see(chunk)
    if not size:
        raise UnreadableFile(f"{path} is empty. Check that it was copied as a whole.")
    if compression != "none":
        watch = _examine_packed(path, compression)
    return Content(
        path,
        digest.hexdigest(),
        size,
        compression,
        watch.plain(),
        watch.blank_lines,
        watch.utf16,
        watch.returns,
        watch.quotes,
    )


class _Watch:
    """Looks at chunks in turn for what the fast readers cannot take."""

    def __init__(self) -> None:
        self.wanted, self.seen, self.utf16, self.sound, self.blank_lines = True, True, False, True, False
        self.returns = self.quotes = False
        self._last: bytes | None = None
        self._json = False

    def see(self, chunk: bytes) -> None:
        if not self.wanted or not self.sound:
            return
        if self._last is None:
            self.utf16 = chunk.startswith(UTF16)
            self._json = chunk[:100].lstrip(codecs.BOM_UTF8 + b" \t\r\n")[:1] in (b"{", b"[")
            self._last = b""
        if self._json and not self.blank_lines:
            joined = self._last + chunk
            begins_blank = not self._last and chunk[:1] in (b"\r", b"\n")
            self.blank_lines = begins_blank or BLANK_LINE.search(joined) is not None
            self._last = chunk[-3:]
        self.returns = self.returns or b"\r" in chunk
        self.quotes = self.quotes or b'"' in chunk
        self.sound = b"\0" not in chunk

    def plain(self) -> bool | None:
        return self.sound if self.seen else None


def _examine_packed(path: Path, compression: str) -> _Watch:
    watch = _Watch()
    if compression == "zstd" and _zstd_reader() is None:
        watch.seen, watch.returns, watch.quotes = False, True, True
        return watch
    with open_content(path, compression) as handle:
        while chunk := handle.read(CHUNK):
            watch.see(chunk)
    return watch


def _compression(first: bytes) -> Compression:
    if first.startswith(b"\x1f\x8b"):
        return "gzip"
    return "zstd" if first.startswith(b"\x28\xb5\x2f\xfd") else "none"


@contextmanager
def open_content(path: Path, compression: str) -> Iterator[BinaryIO]:
    """The unpacked bytes. Raises UnreadableFile for damaged content, and for zstd where Python cannot read it."""
    with _sentences(path):
        if compression == "gzip":
            with gzip.open(path, "rb") as packed:
                yield packed  # type: ignore[misc]
        elif compression == "zstd":
            reader = _zstd_reader()
            if reader is None:
                raise UnreadableFile(
                    f"{path} has lines that need care (encoding, quotes or blank lines), which is not possible inside "
                    f"zstd here. Unpack it and load the result: zstd -d {path.name}"
                )
            with reader.open(path, "rb") as packed:
                yield packed
        else:
            with path.open("rb") as handle:
                yield handle


def _zstd_reader() -> ModuleType | None:
    for name in ("compression.zstd", "zstandard"):
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    return None


def _zstd_errors() -> tuple[type[Exception], ...]:
    """What the zstd reader raises for damaged content, where there is one."""
    error = getattr(_zstd_reader(), "ZstdError", None)
    return (error,) if error else ()


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    """Errors of reading as one sentence each."""
    damaged: tuple[type[Exception], ...] = (EOFError, gzip.BadGzipFile, zlib.error, *_zstd_errors())
    try:
        yield
    except PermissionError:
        raise UnreadableFile(f"{path} may not be read by you. Change its permissions or copy it.") from None
    except damaged as error:
        raise UnreadableFile(f"{path} is damaged: {error}. Get the file again.") from None
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror or error}. Get the file again.") from None


def head(content: Content) -> bytes:
    """The first bytes, unpacked."""
    if content.plain is None:
        return _head_by_duckdb(content.path)
    with open_content(content.path, content.compression) as handle:
        return handle.read(HEAD)


def _head_by_duckdb(path: Path) -> bytes:
    """The first lines of a `.zst`: a table of one column whose delimiter no text holds."""
    try:
        with connect() as connection:
            found = connection.read_csv(
                str(path), header=False, sep="\x01", quotechar="", escapechar="", dtype=["VARCHAR"], compression="zstd"
            ).fetchmany(500)
    except duckdb.Error:
        raise UnreadableFile(
            f"{path} cannot be read inside zstd here. Unpack it and load the result: zstd -d {path.name}"
        ) from None
    return "\n".join(row[0] or "" for row in found).encode()


def check_encoding(name: str | None) -> str | None:
    """The codec's own name. Raises InputError for a name that is none."""
    if name is None:
        return None
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise InputError(
            f"Encoding {name!r} is not known. Give one such as utf-8, cp1251, utf-16 or shift_jis."
        ) from None


def lines(content: Content, encoding: str | None) -> Iterator[Line]:
    """Every line, decoded: as `encoding` when one is given or the file begins with a UTF-16 mark, else UTF-8, and a
    line that is not UTF-8 as Windows-1252 (`fallback`)."""
    with open_content(content.path, content.compression) as handle:
        if encoding not in (None, "utf-8") or content.utf16:
            codec = encoding or "utf-16"
            text = io.TextIOWrapper(handle, encoding=codec, newline="\n")
            try:
                for number, line in enumerate(text, 1):
                    yield Line(number, _trimmed(line), False)
            except UnicodeError as error:
                raise UnreadableFile(
                    f"{content.path} is not {codec} throughout ({error}). Give the encoding it has with --encoding."
                ) from None
            finally:
                text.detach()
            return
        for number, raw in enumerate(handle, 1):
            yield decoded(number, raw)


def raw_lines(content: Content) -> Iterator[bytes]:
    """Every line as it stands, unpacked."""
    with open_content(content.path, content.compression) as handle:
        yield from handle


def whole_text(content: Content, encoding: str | None) -> str | None:
    """What `lines` gives, joined by `\\n`, in one go; None where a line needs care or another encoding is meant."""
    if encoding not in (None, "utf-8") or content.utf16:
        return None
    with open_content(content.path, content.compression) as handle:
        try:
            text = handle.read().removeprefix(codecs.BOM_UTF8).decode("utf-8")
        except UnicodeDecodeError:
            return None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return (text[:-1] if text.endswith(("\n", "\r")) else text).replace("\n\ufeff", "\n")


def is_utf8(content: Content) -> bool:
    """Whether every line is UTF-8, so that none falls back."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open_content(content.path, content.compression) as handle:
        try:
            while part := handle.read(CHUNK):
                decoder.decode(part)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def decoded(number: int, raw: bytes) -> Line:
    """The line as text: UTF-8, else Windows-1252."""
    if number == 1:
        raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return Line(number, _trimmed(raw.decode("utf-8")), False)
    except UnicodeDecodeError:
        return Line(number, _trimmed(raw.decode("cp1252", "replace")), True)


def _trimmed(line: str) -> str:
    return line.removesuffix("\n").removesuffix("\r").removeprefix("\ufeff")
