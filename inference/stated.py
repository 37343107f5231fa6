"""What is stated about accounts: the places they point to and the fields of their profiles, read by one query.

A dozen signals read such facts. Asked one after the other, each would make the engine look at every account again and
send a record for each fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Any

__all__ = ["STATED", "STATED_COLUMNS", "stated_by"]

STATED = "facts/stated"
"""The query: account, and `stated`, a list of [signal, value, ...] in the order of the columns."""
STATED_COLUMNS = ("value", "accurate", "at", "place", "region")


def stated_by(name: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The facts of one signal, a row each: account and STATED_COLUMNS, None where a column is not filled."""
    for row in rows:
        for signal, *values in row["stated"]:
            if signal == name:
                yield {"account": row["account"], **dict(zip_longest(STATED_COLUMNS, values))}
