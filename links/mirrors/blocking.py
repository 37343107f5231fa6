"""Candidates: pairs of accounts that share a folded handle or name, a picture, a link, the first words of a bio, a
device or another thing they used, or several texts that few others post.

Pairs are found by joining columns, so that time follows the accounts and not their pairs. What too many accounts share
makes no pairs: it is counted and reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import duckdb
from duckdb.func import FunctionNullHandling

from attrigraph.duck import named_queries
from attrigraph.links.mirrors.fold import looks, sounds
from attrigraph.links.mirrors.records import Candidate, Candidates, LargeBlock, MirrorOptions, Profile
from attrigraph.links.text import CLEANED, canonical_url, cleaned
from attrigraph.loaders.observations import utc

__all__ = ["candidates", "holders", "picture_bits", "profiles", "run_sql", "teach"]

EVERYTHING = 2**62


def run_sql(connection: duckdb.DuckDBPyConnection, name: str, **parameters: object) -> duckdb.DuckDBPyConnection:
    """Run a statement of `mirrors.sql` by name."""
    return connection.execute(named_queries(__package__, "mirrors.sql")[name], parameters or None)


def candidates(connection: duckdb.DuckDBPyConnection, options: MirrorOptions) -> Candidates:
    """The pairs worth comparing. Leaves profiles, handles, keys and pairs as tables of the connection."""
    teach(connection)
    limit = EVERYTHING if options.force_large else options.large_block
    for name in ("profiles", "handles", "things"):
        run_sql(connection, name)
    run_sql(connection, "texts", least_words=options.least_words)
    run_sql(connection, "keys", large=limit)
    run_sql(connection, "sizes")
    large = tuple(LargeBlock(*row) for row in run_sql(connection, "large", large=limit).fetchall())
    given = {"near_bits": options.near_bits, "rare_text": options.rare_text, "least_copies": options.least_copies}
    run_sql(connection, "pairs", large=limit, **given)
    pairs = connection.execute("SELECT one, two, kinds FROM mirror_pairs ORDER BY one, two").fetchall()
    count = connection.execute("SELECT count(*) FROM mirror_profiles").fetchone()
    return Candidates(
        accounts=int(count[0]) if count else 0,
        pairs=tuple(Candidate(one, two, tuple(kinds)) for one, two, kinds in pairs),
        large=large,
        keyed=dict(run_sql(connection, "keyed").fetchall()),
    )


def profiles(connection: duckdb.DuckDBPyConnection) -> dict[str, Profile]:
    """Account -> profile, for the accounts of the pairs."""
    found = {}
    for account, handle, name, bio, picture, url, created, followers, handles in run_sql(connection, "read").fetchall():
        found[account] = Profile(
            account, handle, name, bio, picture, url, utc(created), followers, frozenset(handles or ())
        )
    return found


def holders(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    """(kind, key) -> accounts that have it, for keys of the accounts of the pairs that several have."""
    return {(kind, key): count for kind, key, count in run_sql(connection, "holders").fetchall()}


def teach(connection: duckdb.DuckDBPyConnection) -> None:
    """Define the Python functions that the statements call, once a connection."""
    functions: Iterable[tuple[str, Callable[..., object], int, str]] = (
        ("looks", _folded(looks), 1, "VARCHAR"),
        ("sounds", _folded(sounds), 1, "VARCHAR"),
        ("cleaned", cleaned, 1, "VARCHAR"),
        ("canonical_url", _canonical, 1, "VARCHAR"),
        ("bits_apart", picture_bits, 2, "INTEGER"),
    )
    connection.execute(f"CREATE OR REPLACE TEMP MACRO cleaned_text(text) AS {CLEANED}")
    known = {name for (name,) in connection.execute("SELECT function_name FROM duckdb_functions()").fetchall()}
    for name, function, arguments, result in functions:
        if name not in known:
            connection.create_function(
                name, function, ["VARCHAR"] * arguments, result, null_handling=FunctionNullHandling.SPECIAL
            )


def picture_bits(one: str | None, two: str | None) -> int | None:
    """Bits in which two perceptual hashes in hex differ; None unless both are hashes of one length.

    >>> picture_bits("ff00ff00ff00ff00", "ff00ff00ff00ff07")
    3
    """
    if not one or not two or len(one) != len(two):
        return None
    try:
        return (int(one, 16) ^ int(two, 16)).bit_count()
    except ValueError:
        return None


def _folded(fold: Callable[[str], str]) -> Callable[[str | None], str | None]:
    return lambda text: None if text is None else fold(text)


def _canonical(url: str | None) -> str | None:
    return canonical_url(url)
