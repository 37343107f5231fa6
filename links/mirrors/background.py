"""How alike accounts of the case are that nothing brought together.

Where handles follow one pattern, descriptions one template, or all post the same few phrases, likeness says little: the
chance of a level is the share of unrelated pairs that reach it, when that is more than the weights say.
"""

from __future__ import annotations

from collections import Counter

import duckdb

from attrigraph.links.mirrors.blocking import run_sql
from attrigraph.links.mirrors.features import MANY, likeness
from attrigraph.links.mirrors.records import Background, MirrorOptions, Profile

__all__ = ["background"]

ACCOUNTS, PAIRS = 500, 4_000
LEAST = 20
"""Fewer pairs of a level may be mirrors that the sample met, and change nothing."""
LEAST_POSTING = 40
"""Among fewer accounts that post, what half of them share is no habit of the case."""


def background(connection: duckdb.DuckDBPyConnection, options: MirrorOptions) -> Background:
    """(feature, level) -> share of unrelated pairs of accounts, for what many of them reach.

    `connection` is the one on which candidates were found. The same case gives the same numbers.
    """
    return _profiles(connection, options) | _copies(connection, options)


def _copies(connection: duckdb.DuckDBPyConnection, options: MirrorOptions) -> dict[tuple[str, str], float]:
    """With what share of the others half of the accounts at least have rare texts in common."""
    one, some, many, posting = run_sql(connection, "copying", rare_text=options.rare_text, many=MANY).fetchall()[0]
    if posting < LEAST_POSTING:
        return {}
    shares = {"one": one, "few": some, "many": many, "most": many}
    return {("copies", level): count / (posting - 1) for level, count in shares.items() if count}


def _profiles(connection: duckdb.DuckDBPyConnection, options: MirrorOptions) -> dict[tuple[str, str], float]:
    """How many pairs of a sample are as alike, by feature and level."""
    sample = [
        Profile(account, handle, name, bio, picture, None, None, None, frozenset())
        for account, handle, name, bio, picture in run_sql(connection, "sample", accounts=ACCOUNTS).fetchall()
    ]
    found: Counter[tuple[str, str]] = Counter()
    of: Counter[str] = Counter()
    pairs = ((sample[i], sample[i - step]) for step in range(1, len(sample)) for i in range(step, len(sample)))
    for _, (one, two) in zip(range(PAIRS), pairs, strict=False):
        for feature in likeness(one, two, options):
            of[feature.name] += 1
            found[feature.name, feature.level] += 1
    return {
        (feature, level): count / of[feature]
        for (feature, level), count in sorted(found.items())
        if count >= LEAST and level != "other"
    }
