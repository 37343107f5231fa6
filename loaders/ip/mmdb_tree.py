"""The search tree of a MaxMind DB as two arrays, walked by a million addresses at a time.

Addresses that end at the same record share it, so that a record is decoded once however many addresses it is for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attrigraph.loaders.ip.addresses import Addresses

__all__ = ["Tree", "read_tree"]

Nodes = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Tree:
    """Left and right record of every node; a value of `len(left)` means "no record", a greater one is a record.

    `v4_root` is the node IPv4 addresses start from: 96 zero bits down in a tree of IPv6.
    """

    left: Nodes
    right: Nodes
    ip_version: int
    v4_root: int

    def find(self, addresses: Addresses) -> NDArray[np.int64]:
        """The record every address ends at, 0 where it has none (or the tree holds no IPv6)."""
        found = np.zeros(len(addresses), np.int64)
        found[addresses.v4_at] = self._walk(self.v4_root, [addresses.v4])
        if self.ip_version == 6:
            words = np.frombuffer(addresses.v6.tobytes(), ">u4").astype(np.uint32).reshape(-1, 4)
            found[addresses.v6_at] = self._walk(0, list(words.T))
        return found

    def _walk(self, root: int, words: list[NDArray[np.uint32]]) -> NDArray[np.int64]:
        """One step a bit for all addresses that are not at their record yet."""
        ends = np.full(len(words[0]), root, np.uint32)
        if root >= len(self.left):
            return np.where(ends > len(self.left), ends, 0).astype(np.int64)
        going, node = np.arange(len(ends)), ends.copy()
        for bit in range(32 * len(words)):
            if bit % 32 == 0:
                word = words[bit // 32][going]
            right = (word >> np.uint32(31 - bit % 32)) & np.uint32(1) == 1
            node = np.where(right, self.right[node], self.left[node])
            inside = node < len(self.left)
            if not inside.all():
                ends[going[~inside]] = node[~inside]
                going, node, word = going[inside], node[inside], word[inside]
            if not len(going):
                break
        ends[going] = len(self.left)
        return np.where(ends > len(self.left), ends, 0).astype(np.int64)


def read_tree(data: NDArray[np.uint8], nodes: int, record_size: int, ip_version: int) -> Tree:
    """The tree at the start of a file: 3, 3.5 or 4 big-endian bytes a record, two records a node."""
    rows = data[: nodes * record_size // 4].reshape(nodes, record_size // 4)
    if record_size == 28:
        shared = rows[:, 3:4]  # its upper half begins the left record, its lower half the right one
        left, right = _number(np.hstack([shared >> 4, rows[:, :3]])), _number(np.hstack([shared & 15, rows[:, 4:]]))
    else:
        half = record_size // 8
        left, right = _number(rows[:, :half]), _number(rows[:, half:])
    root = 0
    for _ in range(96 if ip_version == 6 else 0):
        if root >= nodes:
            break
        root = int(left[root])
    return Tree(left, right, ip_version, root)


def _number(columns: NDArray[np.uint8]) -> Nodes:
    total = np.zeros(len(columns), np.uint32)
    for column in columns.T:
        total = (total << np.uint32(8)) | column
    return total
