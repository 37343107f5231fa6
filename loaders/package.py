"""Folders and archives as the files in them: what an analyst receives is rarely one file.

Nothing is unpacked as a whole: a member is written to a temporary file when its turn comes, and removed after it.
Limits keep a hostile archive from filling the disk; a name that would leave the folder, a link and an encrypted member
are refused with a sentence. Sources: the trap checklist of docs/formats.md; D. Fifield, A better zip bomb (2019).
"""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import shutil
import stat
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from attrigraph.errors import UnreadableFile

__all__ = [
    "LIMITS",
    "Limits",
    "Member",
    "Package",
    "Place",
    "Refused",
    "are_several",
    "is_package",
    "unfolded",
    "zip_damage",
]

CLUTTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
NEAR_BYTES = 64 << 20
"""A file beside another is read for what it says about the account up to this size."""
CHUNK = 1 << 20
DAMAGE = (
    zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, struct.error, OSError, RuntimeError,
    ValueError,
)  # fmt: skip
"""What readers of archives raise at damaged ones."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold: members, bytes of all and of one when unpacked, and how far a member may expand."""

    members: int = 100_000
    total: int = 100 << 30
    one: int = 20 << 30
    ratio: int = 250
    ratio_from: int = 100 << 20


LIMITS = Limits()
PACKED: dict[bytes, Callable[[Path], Any]] = {b"\x1f\x8b": gzip.open, b"BZ": bz2.open, b"\xfd7": lzma.open}
"""First bytes of a compression -> its reader."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A member that was not looked at, and why."""

    inside: str
    reason: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file stood: `inside` is its path within the package, "" for a file that was given by itself.

    `members` are the files of the package, so that a format may read what a neighbour says (whose export it is).
    """

    inside: str = ""
    members: Sequence[Member] = ()

    def beside(self, *endings: str) -> Iterator[tuple[str, bytes]]:
        """(path, bytes) of files of the package whose path ends so (without regard to case), the nearest first.

        An ending with a slash in front is a whole name. Nearest: the longest common folder. Files larger than 64 MB
        are left out.
        """
        wanted = tuple(ending.casefold() for ending in endings)
        found = [m for m in self.members if f"/{m.inside}".casefold().endswith(wanted) and m.size <= NEAR_BYTES]
        for member in sorted(found, key=lambda m: (-self.common(m.inside), m.inside)):
            with member.opened() as handle:
                yield member.inside, handle.read(NEAR_BYTES)

    def common(self, other: str) -> int:
        """How many folders the file and another have in common."""
        mine, theirs = PurePosixPath(self.inside).parts[:-1], PurePosixPath(other).parts[:-1]
        return next(
            (i for i, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), min(len(mine), len(theirs))
        )


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a package: `inside` is its path there, `size` its bytes as the package states them.

    `loose` is the file itself where the package is a folder.
    """

    inside: str
    size: int
    opened: Callable[[], AbstractContextManager[IO[bytes]]] = field(repr=False, compare=False)
    loose: Path | None = None

    @property
    def archive(self) -> Path | None:
        """The file, where it is an archive that lies in a folder; one in an archive is a file like any other."""
        return self.loose if self.loose and is_package(self.loose) else None

    def said(self, error: Exception, folder: Path) -> str:
        """An error about the file on disk, with the name it has here instead."""
        return str(error).replace(str(self.loose or self._copy_in(folder)), self.inside)

    def _copy_in(self, folder: Path) -> Path:
        return folder / "member" / PurePosixPath(self.inside).name

    @contextmanager
    def fetched(self, folder: Path) -> Iterator[Path]:
        """The file on disk: itself, or a copy under its own name in `folder`, removed afterwards."""
        if self.loose:
            yield self.loose
            return
        target = self._copy_in(folder)
        shutil.rmtree(target.parent, ignore_errors=True)
        target.parent.mkdir(parents=True)
        try:
            with self.opened() as handle, target.open("wb") as out:
                written = 0
                while chunk := handle.read(CHUNK):
                    written += len(chunk)
                    if written > LIMITS.one:
                        raise UnreadableFile(f"{self.inside} is larger than {LIMITS.one >> 30} GB when unpacked.")
                    out.write(chunk)
            yield target
        finally:
            shutil.rmtree(target.parent, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Package:
    """A folder or an archive: its name, its files in order, and what was refused."""

    name: str
    members: tuple[Member, ...]
    refused: tuple[Refused, ...]

    def place(self, member: Member) -> Place:
        """Where one of its files stands."""
        return Place(member.inside, self.members)


def are_several(files: Sequence[Path]) -> bool:
    """Whether the files, and those in folders and archives among them, may be more than one."""
    return len(files) > 1 or any(map(is_package, files))


def is_package(path: Path) -> bool:
    """A folder, a zip archive that is no workbook, or a tar archive (also packed)."""
    if path.is_dir():
        return True
    if not path.is_file():
        return False
    if zipfile.is_zipfile(path):
        return not _is_workbook(path)
    try:
        return tarfile.is_tarfile(path)
    except (OSError, EOFError, zlib.error):
        return False


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.startswith(("xl/", "word/", "ppt/")) for name in archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False


def zip_damage(path: Path) -> str:
    """What is wrong with a zip archive or a workbook; "" for a sound one, and for what does not begin as they do.

    Sums are not computed where the files are encrypted or large when unpacked.
    """
    with path.open("rb") as handle:
        if handle.read(4) != b"PK\x03\x04":
            return ""
    if not zipfile.is_zipfile(path):
        return "it was cut off"
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            skipped = sum(i.file_size for i in infos) > NEAR_BYTES or any(i.flag_bits & 1 for i in infos)
            wrong = None if skipped else archive.testzip()
    except DAMAGE as error:
        return str(error)
    return f"the sum of {wrong} in it is wrong" if wrong else ""


@contextmanager
def unfolded(path: Path, limits: Limits = LIMITS) -> Iterator[Package]:
    """The files of a folder or an archive, readable while the block lasts.

    An archive inside is a member like any other (see `Member.archive`). Raises UnreadableFile for a damaged archive and
    for one beyond the limits.
    """
    if path.is_dir():
        yield _folder(path)
        return
    with tempfile.TemporaryDirectory(prefix="attrigraph-") as folder:
        try:
            package = _zip(path, limits) if zipfile.is_zipfile(path) else _tar(path, Path(folder), limits)
        except DAMAGE as error:
            raise UnreadableFile(f"{path} is a damaged archive: {error}. Get it again.") from None
        yield package


def _folder(path: Path) -> Package:
    members: list[Member] = []
    refused: list[Refused] = []
    for file in sorted(path.rglob("*")):
        inside = file.relative_to(path).as_posix()
        if _clutter(inside):
            continue
        if file.is_symlink():
            refused.append(Refused(inside, "a link, which may lead out of the folder; load its target by name"))
        elif file.is_file():
            members.append(Member(inside, file.stat().st_size, lambda f=file: f.open("rb"), file))  # type: ignore[misc]
    return Package(path.name, tuple(members), tuple(refused))


def _clutter(inside: str) -> bool:
    parts = PurePosixPath(inside).parts
    return any(part in CLUTTER or part.startswith("._") for part in parts)


def _escapes(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or (len(name) > 1 and name[1] == ":")


def _zip(path: Path, limits: Limits) -> Package:
    members: list[Member] = []
    refused: list[Refused] = []
    with zipfile.ZipFile(path) as archive:
        infos = [i for i in archive.infolist() if not i.is_dir() and not _clutter(i.filename)]
    _within(path, len(infos), sum(i.file_size for i in infos), limits)
    for info in sorted(infos, key=lambda i: i.filename):
        reason = _zip_problem(info, limits)
        if reason:
            refused.append(Refused(info.filename, reason))
        else:
            members.append(Member(info.filename, info.file_size, lambda i=info: _open_zip(path, i)))  # type: ignore[misc]
    return Package(path.name, tuple(members), tuple(refused))


def _zip_problem(info: zipfile.ZipInfo, limits: Limits) -> str | None:
    if _escapes(info.filename):
        return "its name leads out of the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link, which may lead out of the archive"
    if info.flag_bits & 1:
        return "encrypted; unpack the archive with its password and load the folder"
    if info.file_size > limits.one:
        return f"larger than {limits.one >> 30} GB when unpacked"
    if info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(1, info.compress_size):
        return f"expands more than {limits.ratio} times, as archives made to fill a disk do"
    return None


@contextmanager
def _open_zip(path: Path, info: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    with (
        _damage(path, info.filename),
        zipfile.ZipFile(path) as archive,
        archive.open(info) as handle,
    ):
        yield handle


@contextmanager
def _damage(path: Path, name: str) -> Iterator[None]:
    """Whatever a damaged member does to its reader, as a sentence. A full disk is something else."""
    try:
        yield
    except DAMAGE as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS):
            raise
        raise UnreadableFile(f"{name} is damaged inside {path.name}: {error}. Get the archive again.") from None


def _tar(path: Path, folder: Path, limits: Limits) -> Package:
    members: list[Member] = []
    refused: list[Refused] = []
    plain, total = _plain_tar(path, folder, limits), 0
    with tarfile.open(plain) as archive:
        for info in archive:
            if info.isdir() or _clutter(info.name):
                continue
            total += info.size
            _within(path, len(members), total, limits)
            reason = _tar_problem(info, limits)
            if reason:
                refused.append(Refused(info.name, reason))
            else:
                name = info.name.removeprefix("./")
                members.append(Member(name, info.size, lambda i=info: _open_tar(plain, i)))  # type: ignore[misc]
    return Package(path.name, tuple(sorted(members, key=lambda m: m.inside)), tuple(refused))


def _plain_tar(path: Path, folder: Path, limits: Limits) -> Path:
    """The archive without its compression: members of a packed one could only be read by unpacking all before them."""
    with path.open("rb") as handle:
        opener = PACKED.get(handle.read(2))
    if opener is None:
        return path
    plain, size, packed = folder / "plain.tar", 0, max(1, path.stat().st_size)
    with opener(path) as source, plain.open("wb") as out:
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > limits.total or (size > limits.ratio_from and size > limits.ratio * packed):
                raise UnreadableFile(
                    f"{path} expands to more than {size >> 20} MB, as archives made to fill a disk do. "
                    "Unpack what you need and load that."
                )
            out.write(chunk)
    return plain


def _tar_problem(info: tarfile.TarInfo, limits: Limits) -> str | None:
    if _escapes(info.name):
        return "its name leads out of the archive"
    if not info.isreg():
        return "no regular file (a link or a device)"
    return f"larger than {limits.one >> 30} GB when unpacked" if info.size > limits.one else None


@contextmanager
def _open_tar(path: Path, info: tarfile.TarInfo) -> Iterator[IO[bytes]]:
    with _damage(path, info.name), tarfile.open(path) as archive:
        handle = archive.extractfile(info)
        yield handle or io.BytesIO()


def _within(path: Path, members: int, total: int, limits: Limits) -> None:
    if members > limits.members:
        raise UnreadableFile(f"{path} holds more than {limits.members:,} files. Unpack what you need and load that.")
    if total > limits.total:
        raise UnreadableFile(
            f"{path} holds more than {limits.total >> 30} GB when unpacked. Unpack what you need and load that."
        )
