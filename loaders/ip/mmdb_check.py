"""Whether a file is a sound MaxMind DB, decided before anything is looked up in it.

A damaged file must cost one sentence, never a crash or an endless walk. Checked: metadata; every pointer of the search
tree (it leads to a node, to nothing, or into the data section); a sample of the records, with the reader's limits on
depth and size; that no path through the tree is longer than an address, so that nothing can walk it in a circle.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import maxminddb
import numpy as np
from maxminddb.decoder import Decoder
from maxminddb.reader import Metadata
from numpy.typing import NDArray

from attrigraph.errors import UnreadableFile

__all__ = ["Checked", "check_database"]

SEPARATOR = 16
SAMPLE = 500
"""Records decoded at most; spread evenly over the file."""

READER_ERRORS = (
    maxminddb.InvalidDatabaseError,
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    struct.error,
)
"""What a reader raises on a damaged file, in one version or another."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A sound database: its type, date of build (ISO, UTC), IP version (6 holds both) and some of its records."""

    database_type: str
    build_date: str
    ip_version: int
    sample: tuple[object, ...]


def check_database(path: Path, name: str | None = None) -> Checked:
    """Check a file. Raises UnreadableFile with one sentence that says what is wrong."""
    name = name or path.name
    if not path.is_file():
        raise UnreadableFile(f"{name} is not there: give the path of a .mmdb file.")
    try:
        with maxminddb.open_database(path) as reader:
            metadata = reader.metadata()
        data = np.fromfile(path, np.uint8)
        build_date = _metadata(metadata)
        pointers = _data_pointers(data, metadata)
        sample = _records(data, metadata, pointers)
    except UnreadableFile as error:
        raise UnreadableFile(f"{name} is a damaged database: {error}. Get the file again.") from None
    except READER_ERRORS as error:
        why = "its description cannot be read" if "Is this a valid" in str(error) else str(error).rstrip(".")
        raise UnreadableFile(f"{name} is no readable MaxMind database ({why}). Get the file again.") from None
    return Checked(metadata.database_type, build_date, metadata.ip_version, sample)


def _metadata(metadata: Metadata) -> str:
    """The build date, once the metadata makes sense."""
    if not isinstance(metadata.database_type, str) or not metadata.database_type:
        raise UnreadableFile("its metadata names no database type")
    if metadata.ip_version not in (4, 6):
        raise UnreadableFile(f"its metadata says IP version {metadata.ip_version}")
    if metadata.record_size not in (24, 28, 32) or metadata.node_count < 1:
        raise UnreadableFile(f"record size {metadata.record_size} with {metadata.node_count} nodes")
    if not 0 < metadata.build_epoch < 2**32:
        raise UnreadableFile(f"its build time {metadata.build_epoch} is no date")
    return f"{datetime.fromtimestamp(metadata.build_epoch, UTC):%Y-%m-%d}"


def _data_pointers(data: NDArray[np.uint8], metadata: Metadata) -> NDArray[np.int64]:
    """Distinct positions in the file that the search tree points to, once every pointer of the tree is sound."""
    nodes, width = metadata.node_count, metadata.record_size // 4
    tree = nodes * width
    if tree + SEPARATOR > len(data):
        raise UnreadableFile("the search tree extends past the end of the file")
    left, right = _tree(data[:tree].reshape(nodes, width), metadata.record_size)
    if _too_deep(left, right, 32 if metadata.ip_version == 4 else 128):
        raise UnreadableFile("a path through its search tree is longer than an address")
    records = np.concatenate([left[left > nodes], right[right > nodes]])
    pointers = np.unique(records).astype(np.int64) - nodes + tree
    if len(pointers) and (pointers[0] < tree + SEPARATOR or pointers[-1] >= len(data)):
        raise UnreadableFile("its search tree points outside the data")
    return pointers


def _tree(rows: NDArray[np.uint8], record_size: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Left and right record of every node: 3, 3.5 or 4 big-endian bytes each."""
    if record_size == 28:
        shared = rows[:, 3:4]  # its upper half begins the left record, its lower half the right one
        return _number(np.hstack([shared >> 4, rows[:, :3]])), _number(np.hstack([shared & 15, rows[:, 4:]]))
    half = record_size // 8
    return _number(rows[:, :half]), _number(rows[:, half:])


def _number(columns: NDArray[np.uint8]) -> NDArray[np.uint32]:
    total = np.zeros(len(columns), np.uint32)
    for column in columns.T:
        total = (total << 8) | column
    return total


def _too_deep(left: NDArray[np.uint32], right: NDArray[np.uint32], bits: int) -> bool:
    """Whether a node is still reached after as many steps as an address has bits; go down level by level."""
    level = np.zeros(1, np.uint32)
    for _ in range(bits):
        below = np.concatenate([left[level], right[level]])
        level = np.unique(below[below < len(left)])
        if not len(level):
            return False
    return True


def _records(data: NDArray[np.uint8], metadata: Metadata, pointers: NDArray[np.int64]) -> tuple[object, ...]:
    decoder = Decoder(data.tobytes(), metadata.node_count * metadata.record_size // 4 + SEPARATOR)
    chosen = pointers[np.linspace(0, len(pointers) - 1, min(SAMPLE, len(pointers)), dtype=np.int64)]
    return tuple(decoder.decode(int(at))[0] for at in chosen)
