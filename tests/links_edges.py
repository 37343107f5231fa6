"""Edges of links written by hand, as the columns that a run of links stores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pandas as pd

from attrigraph.duck import connect

__all__ = ["START", "Link", "clique", "columns", "two_cliques"]

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Link:
    """A directed edge; `q` None is without a q-value, `at` seconds after the start of the first message."""

    source: str
    target: str
    q: float | None = 1e-3
    network: str = "co_tweet"
    survives: bool = True
    at: float = 0
    messages: Sequence[str] = ()
    others: Sequence[str] = ()

    def row(self) -> dict[str, Any]:
        return {
            "network": self.network,
            "mode": "attrigraph",
            "source": f"x:{self.source}",
            "target": f"x:{self.target}",
            "weight": max(2, len(self.messages)),
            "window_s": 60.0,
            "first_at": START + timedelta(seconds=self.at),
            "last_at": START + timedelta(seconds=self.at + 30),
            "median_delta_s": 5.0,
            "p_value": self.q,
            "q_value": self.q,
            "shift_p": 0.005,
            "survives": self.survives,
            "message_ids": list(self.messages),
            "other_ids": list(self.others),
        }


def columns(links: Iterable[Link]) -> dict[str, Any]:
    """The columns, fetched as from edges.parquet."""
    frame = pd.DataFrame([link.row() for link in links] or [Link("a", "b", survives=False).row()])
    with connect() as connection:
        connection.register("frame", frame)
        found: dict[str, Any] = connection.execute(
            "SELECT * REPLACE (q_value::DOUBLE AS q_value) FROM frame"
        ).fetchnumpy()
    return found


def clique(names: str, **more: Any) -> list[Link]:
    """Every account with every other, in both directions."""
    return [Link(a, b, **more) for one in combinations(names, 2) for a, b in (one, one[::-1])]


def two_cliques() -> dict[str, Any]:
    """abcd and efghi, held together by one edge between d and e; z is linked to a by what chance explains."""
    return columns([*clique("abcd"), *clique("efghi", at=100), Link("d", "e"), Link("z", "a", q=0.5, survives=False)])
