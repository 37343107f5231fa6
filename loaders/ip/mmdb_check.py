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
from attrigraph.loaders.ip.mmdb_tree import Tree, read_tree

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
    """A sound database: its type, date of build (ISO, UTC), IP version (6 holds both), some records, its tree."""

    database_type: str
    build_date: str
    ip_version: int
    sample: tuple[object, ...]
    tree: Tree


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
        tree, pointers = _sound_tree(data, metadata)
        sample = _records(data, metadata, pointers)
    except UnreadableFile as error:
        raise UnreadableFile(f"{name} is a damaged database: {error}. Get the file again.") from None
    except READER_ERRORS as error:
        why = "its description cannot be read" if "Is this a valid" in str(error) else str(error).rstrip(".")
        raise UnreadableFile(f"{name} is no readable MaxMind database ({why}). Get the file again.") from None
    return Checked(metadata.database_type, build_date, metadata.ip_version, sample, tree)


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


def _sound_tree(data: NDArray[np.uint8], metadata: Metadata) -> tuple[Tree, NDArray[np.int64]]:
    """The search tree and the distinct positions in the file it points to, once every pointer of it is sound."""
    nodes, width = metadata.node_count, metadata.record_size // 4
    tree = nodes * width
    if tree + SEPARATOR > len(data):
        raise UnreadableFile("the search tree extends past the end of the file")
    read = read_tree(data, nodes, metadata.record_size, metadata.ip_version)
    left, right = read.left, read.right
    if _too_deep(left, right, 32 if metadata.ip_version == 4 else 128):
        raise UnreadableFile("a path through its search tree is longer than an address")
    records = np.concatenate([left[left > nodes], right[right > nodes]])
    pointers = np.unique(records).astype(np.int64) - nodes + tree
    if len(pointers) and (pointers[0] < tree + SEPARATOR or pointers[-1] >= len(data)):
        raise UnreadableFile("its search tree points outside the data")
    return read, pointers


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
