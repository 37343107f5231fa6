"""MinHash bands: keys that sets with a large Jaccard index share with a stated probability.

The share of hash functions whose least value over two sets is the same estimates their Jaccard index J (Broder 1997).
With bands of r functions, two sets share a band with probability 1 - (1 - J^r)^(N/r).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrigraph.links.records import Ints

__all__ = ["FOUND", "FUNCTIONS", "bands", "rows_of_band"]

FUNCTIONS = 64
FOUND = 0.95
"""Least probability with which two sets as alike as asked share a band."""
SEED = 1


def rows_of_band(similarity: float) -> int:
    """The most functions a band may have so that sets of that similarity share one with probability `FOUND`.

    >>> rows_of_band(0.9), rows_of_band(0.7), rows_of_band(0.3)
    (8, 4, 2)
    """
    fitting = (r for r in (16, 8, 4, 2) if 1 - (1 - similarity**r) ** (FUNCTIONS / r) >= FOUND)
    return next(fitting, 1)


def bands(words: NDArray[np.uint64], starts: Ints, similarity: float) -> Ints:
    """One row a set, one column a band: its key. Set i has the words `words[starts[i]:starts[i + 1]]`, at least one."""
    draw = np.random.default_rng(SEED)
    rows = rows_of_band(similarity)
    keys = np.zeros((len(starts) - 1, FUNCTIONS // rows), dtype=np.uint64)
    if not len(keys):
        return keys.view(np.int64)
    for function in range(FUNCTIONS):
        factor, mixer = draw.integers(1 << 62, 1 << 63, 2, dtype=np.uint64) | np.uint64(1)
        hashed = words * factor
        hashed ^= hashed >> np.uint64(32)
        least = np.minimum.reduceat(hashed * mixer, starts[:-1])
        band = function // rows
        keys[:, band] = (keys[:, band] ^ least) * mixer + np.uint64(band)
    return (keys >> np.uint64(1)).view(np.int64)
