"""The case folder: where each thing lies, locks, and writes that a crash cannot leave half done."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from attrigraph.errors import CaseError, InputError, UnreadableFile

try:
    import fcntl
except ImportError:  # Windows has no fcntl; msvcrt locks the first byte instead
    fcntl = None  # type: ignore[assignment]

__all__ = [
    "CaseFolder",
    "given_file",
    "locked",
    "next_id",
    "record_ids",
    "scratch_folder",
    "sha256_of",
    "whole_file",
    "write_whole",
]


@dataclass(frozen=True, slots=True)
class CaseFolder:
    """Paths of one case (design section 3)."""

    root: Path

    @property
    def settings(self) -> Path:
        """`case.toml`."""
        return self.root / "case.toml"

    @property
    def staging(self) -> Path:
        """`staging/`: what is put away while a command runs."""
        return self.root / "staging"

    @property
    def custody(self) -> Path:
        """`custody.jsonl`."""
        return self.root / "custody.jsonl"

    @property
    def observations(self) -> Path:
        """`observations/<table>/<source>.parquet`."""
        return self.root / "observations"

    @property
    def rejects(self) -> Path:
        """`rejects/<source>.parquet`."""
        return self.root / "rejects"

    @property
    def graph(self) -> Path:
        """Root of the embedded engine."""
        return self.root / "graph"

    @property
    def runs(self) -> Path:
        """`runs/<run>.json`."""
        return self.root / "runs"

    @property
    def links(self) -> Path:
        """`links/<run>.json` and `links/<run>/` of links, `links/<run>.parquet` of searches for mirrors."""
        return self.root / "links"

    @property
    def briefs(self) -> Path:
        """Briefs written by default."""
        return self.root / "briefs"

    @property
    def figures(self) -> Path:
        """Figures written by default."""
        return self.root / "figures"

    @property
    def exports(self) -> Path:
        """Exports written by default."""
        return self.root / "exports"

    @property
    def queries(self) -> Path:
        """Investigations of this case."""
        return self.root / "queries"

    @property
    def lists(self) -> Path:
        """Copies of the IP lists and databases given to `enrich`, by sha256."""
        return self.root / "lists"

    def create(self) -> None:
        """Make the folders. Raises CaseError when there is a case already or the folder is not empty."""
        if self.settings.exists():
            raise CaseError(f"{self.root} is a case already. Use it with --case {self.root}, or choose another folder.")
        if self.root.is_file() or (self.root.exists() and any(self.root.iterdir())):
            raise CaseError(f"{self.root} is not empty. Choose a new folder for the case.")
        for folder in (
            self.observations,
            self.rejects,
            self.runs,
            self.briefs,
            self.figures,
            self.exports,
            self.queries,
        ):
            folder.mkdir(parents=True, exist_ok=True)

    def key(self) -> bytes:
        """The case's key for hashing identifiers; made once, readable by its owner only, never exported."""
        path = self.root / "case.key"
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as key:
                key.write(secrets.token_hex(32).encode())
        return bytes.fromhex(path.read_text().strip())

    @contextmanager
    def writing(self, purpose: str, wait_s: float = 600) -> Iterator[None]:
        """Hold the case for writing: one load, enrich or infer at a time; readers are never blocked."""
        with locked(self.root / "case.lock", purpose, wait_s):
            yield


def record_ids(folder: Path, letter: str) -> list[str]:
    """Ids of the records `<letter>1.json`, `<letter>2.json`, ... in a folder, oldest first."""
    return sorted((path.stem for path in folder.glob(f"{letter}*.json")), key=lambda name: int(name[1:]))


def next_id(folder: Path, letter: str) -> str:
    """The id after the newest of `record_ids`, or the first."""
    ids = record_ids(folder, letter)
    return f"{letter}{int(ids[-1][1:]) + 1}" if ids else f"{letter}1"


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A file to write to that becomes `path` in one step when the block ends, and goes when it fails.

    `<name>.part` is what a crash may leave. Folders that are not there yet are made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        yield part
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def write_whole(path: Path, text: str) -> None:
    """Write a text file so that it is there whole or not at all."""
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8")


@contextmanager
def given_file(
    path: Path, *, overwrite: bool = True, failures: tuple[type[Exception], ...] = (OSError,)
) -> Iterator[Path]:
    """As `whole_file`, for a place that a user named.

    Raises InputError when something is there that may not be replaced, and for one of `failures` inside.
    """
    if path.exists() and not overwrite:
        raise InputError(f"{path} is there already. Choose another name, or say --overwrite.")
    try:
        with whole_file(path) as part:
            yield part
    except failures as error:
        said = getattr(error, "strerror", None) or error
        raise InputError(f"{path} cannot be written: {said}. Choose another place.") from None


@contextmanager
def scratch_folder(folder: Path | None) -> Iterator[Path]:
    """An empty folder for the time of a block; without one in the system's temporary folder. Leftovers go first."""
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="attrigraph-"))
    else:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes in hex. Raises UnreadableFile for a folder, a missing file, a file closed to us."""
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except IsADirectoryError:
        raise UnreadableFile(f"{path} is a folder. Name the files in it, for example {path}/*.csv.") from None
    except FileNotFoundError:
        raise UnreadableFile(f"{path} does not exist. Check the name and the folder you are in.") from None
    except PermissionError:
        raise UnreadableFile(f"{path} may not be read by you. Change its permissions or copy it.") from None


@contextmanager
def locked(path: Path, purpose: str, wait_s: float = 600) -> Iterator[None]:
    """Hold an exclusive lock on `path`; the system frees it when the process ends, however it ends."""
    with path.open("a") as handle:
        deadline = time.monotonic() + wait_s
        while not _try_lock(handle.fileno()):
            if time.monotonic() > deadline:
                raise CaseError(
                    f"Another process holds {path.parent} (wanted for: {purpose}). Wait for it to end, then try again."
                )
            time.sleep(0.05)
        yield


def _try_lock(descriptor: int) -> bool:
    if fcntl is None:
        import msvcrt  # type: ignore[unreachable,unused-ignore]

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
