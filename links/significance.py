"""How surprising it is that two accounts share as many keys as they do, and what is left of it among so many pairs.

Null: of the N keys that at least two accounts use, an account that uses k of them has any k of them, whatever the
others do. The keys two accounts both use are then hypergeometric (Tumminello and others 2011, PLoS ONE 6: e17994). We
count only keys both use *within the window*, which are never more, so p is not too small. The null knows nothing of how
popular a key is, and popular keys are shared easily: that is why an edge also has to stand shifts in time (`shift.py`).
Many pairs are tested: q is p after Benjamini and Hochberg 1995, over all pairs of accounts that use a shared key. Pairs
that share nothing within the window count among them with p = 1: to test only pairs that share something would choose
the tests by their outcome.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from attrigraph.links.records import Edges, Ints
from attrigraph.links.sweep import Windows, once, swept

__all__ = ["Significance", "adjusted", "log_p", "significance"]

Floats = NDArray[np.float64]
TINY = 1e-17
"""A term of a sum that is smaller than this share of it changes nothing in 53 bits."""
KEPT = 1 << 20
"""Values kept until equal ones are put together."""


@dataclass(frozen=True, slots=True)
class Significance:
    """One element an edge: `both` keys used by source and target within the window, of `n_source` and `n_target` keys
    they use at all, the logarithm of p, and q.

    `universe` keys are used by at least two accounts. `tests` are all pairs of accounts that use any of these;
    `sharing` of them use one within the window, the others have p = 1.
    """

    both: Ints
    n_source: Ints
    n_target: Ints
    log_p: Floats
    q: Floats
    universe: int
    tests: int
    sharing: int

    @property
    def p(self) -> Floats:
        """p values; those below 1e-308 become 0, their logarithms do not."""
        return np.asarray(np.exp(self.log_p))


def significance(found: Windows, edges: Edges) -> Significance:
    """p and q of the edges, from the rows that have a key and their windows; a pair of accounts is one test."""
    accounts = max(1, len(edges.accounts))
    uses, universe = _uses(found, accounts)
    asked = np.minimum(edges.source, edges.target) * accounts + np.maximum(edges.source, edges.target)
    wanted = once(asked)
    both, logs = np.zeros(len(wanted), np.int64), np.zeros(len(wanted))
    met = _Counted()
    by_key = replace(found, rows=replace(found.rows, message=found.group))
    for pair, shared, _ in swept(by_key, accounts, 1, ahead=True):
        log = log_p(universe, uses[pair // accounts], uses[pair % accounts], shared)
        met.add(log)
        place = np.searchsorted(pair, wanted)
        place = np.minimum(place, max(0, len(pair) - 1))
        hit = np.flatnonzero(pair[place] == wanted) if len(pair) else place[:0]
        both[hit], logs[hit] = shared[place[hit]], log[place[hit]]
    values, counts = met.all()
    at, taking_part = np.searchsorted(wanted, asked), int((uses > 0).sum())
    tests = taking_part * (taking_part - 1) // 2
    q = adjusted(logs, values, counts, tests)
    return Significance(
        both[at], uses[edges.source], uses[edges.target], logs[at], q[at], universe, tests, int(counts.sum())
    )


def _uses(found: Windows, accounts: int) -> tuple[Ints, int]:
    """How many shared keys each account uses, and how many there are: keys of at least two accounts."""
    used = once(found.group * accounts + found.rows.user)
    group, user = used // accounts, used % accounts
    shared = np.bincount(group, minlength=1) >= 2
    return np.bincount(user[shared[group]], minlength=accounts).astype(np.int64), int(shared.sum())


class _Counted:
    """Numbers, each different one once with its count: pairs are many, different values of p are few."""

    def __init__(self) -> None:
        self._values, self._counts = [np.zeros(0)], [np.zeros(0, np.int64)]
        self._held = 0

    def add(self, values: Floats) -> None:
        several, counts = np.unique(values, return_counts=True)
        self._values.append(several)
        self._counts.append(counts)
        self._held += len(several)
        if self._held > KEPT:
            self.all()

    def all(self) -> tuple[Floats, Ints]:
        """The different numbers, ascending, and how often each was added."""
        values, place = np.unique(np.concatenate(self._values), return_inverse=True)
        counts = np.bincount(place, weights=np.concatenate(self._counts), minlength=len(values)).astype(np.int64)
        self._values, self._counts, self._held = [values], [counts], 0
        return values, counts


def adjusted(log_p: Floats, tested: Floats, counts: Ints, tests: int) -> Floats:
    """q values after Benjamini and Hochberg, for some of the p values tested, given as logarithms.

    `tested` are the different logarithms, ascending, `counts` how often each occurs; the rest of the `tests` has p = 1.
    """
    if not len(tested):
        return np.ones(len(log_p))
    rank = np.cumsum(counts)
    steps = tested + np.log(tests / rank)
    least = np.minimum.accumulate(steps[::-1])[::-1]
    place = np.minimum(np.searchsorted(tested, log_p), len(tested) - 1)
    return np.asarray(np.exp(np.minimum(least[place], 0.0)))


def log_p(universe: int, one: Ints, other: Ints, both: Ints) -> Floats:
    """Logarithm of P(X >= both), X hypergeometric: `other` of `universe` keys drawn, of which `one` are marked.

    Sums the shorter tail by ratios of its terms, from the term next to `both`, which comes from a table of
    log-factorials; relative error about 1e-12 for a million keys. Counts that cannot be have p = 0.
    """
    low, high = np.minimum(one, other), np.maximum(one, other)
    bits = max(1, int(universe)).bit_length()
    if 3 * bits <= 62:
        packed, place = np.unique(
            (low << (2 * bits)) | (high << bits) | np.minimum(both, universe), return_inverse=True
        )
        mask = (1 << bits) - 1
        low, high, both = packed >> (2 * bits), (packed >> bits) & mask, packed & mask
    else:
        place = np.arange(len(low))
    result = np.zeros(len(low))
    upper = both > low * high / max(1, universe)
    at = np.flatnonzero(upper & (both <= low))
    result[at] = _term(universe, low[at], high[at], both[at]) + np.log(_above(universe, low[at], high[at], both[at]))
    result[both > low] = -np.inf
    at = np.flatnonzero(~upper & (both > np.maximum(0, low + high - universe)))
    below = both[at] - 1
    lower = np.exp(_term(universe, low[at], high[at], below)) * _below(universe, low[at], high[at], below)
    result[at] = np.log1p(-np.minimum(lower, 1.0))
    return np.asarray(np.minimum(result, 0.0)[place])


@lru_cache(maxsize=2)
def _log_factorials(most: int) -> NDArray[np.longdouble]:
    """ln 0!, ln 1!, … ln most!, with more digits than a float where the machine has them."""
    table: NDArray[np.longdouble] = np.zeros(most + 1, dtype=np.longdouble)
    np.cumsum(np.log(np.arange(1, most + 1, dtype=np.longdouble)), out=table[1:])
    return table


def _term(universe: int, one: Ints, other: Ints, x: Ints) -> Floats:
    """ln P(X = x)."""
    f = _log_factorials(universe)
    ways = f[one] - f[x] - f[one - x] + f[universe - one] - f[other - x] - f[universe - one - other + x]
    return np.asarray(ways - (f[universe] - f[other] - f[universe - other]), dtype=np.float64)


def _above(universe: int, one: Ints, other: Ints, x: Ints) -> Floats:
    """P(X >= x) / P(X = x)."""
    total, term = np.ones(len(x)), np.ones(len(x))
    left = np.flatnonzero(x < one)
    x = x.copy()
    while len(left):
        a, b, at = one[left], other[left], x[left]
        term[left] *= (a - at) / (at + 1) * ((b - at) / (universe - a - b + at + 1))
        total[left] += term[left]
        x[left] += 1
        left = left[(x[left] < a) & (term[left] > TINY * total[left])]
    return total


def _below(universe: int, one: Ints, other: Ints, x: Ints) -> Floats:
    """P(X <= x) / P(X = x)."""
    total, term = np.ones(len(x)), np.ones(len(x))
    least = np.maximum(0, one + other - universe)
    left = np.flatnonzero(x > least)
    x = x.copy()
    while len(left):
        a, b, at = one[left], other[left], x[left]
        term[left] *= at / (a - at + 1) * ((universe - a - b + at) / (b - at + 1))
        total[left] += term[left]
        x[left] -= 1
        left = left[(x[left] > least[left]) & (term[left] > TINY * total[left])]
    return total
