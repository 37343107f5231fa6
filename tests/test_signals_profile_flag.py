"""Flags in the name and the description of a profile."""

from __future__ import annotations

from case_graph import CaseGraph
from observed import Rows, at

from attrigraph.graph import Store
from attrigraph.inference.signals.profile_flag import SIGNAL

PORTUGAL, BRAZIL, EUROPE = "\U0001f1f5\U0001f1f9", "\U0001f1e7\U0001f1f7", "\U0001f1ea\U0001f1fa"


def test_flags_are_read_from_the_profile_seen_last(store: Store) -> None:
    CaseGraph(store)
    rows = Rows(
        accounts=[
            {"account_id": "x:1", "bio": f"old {BRAZIL}", "observed_at": at("2026-01-01 00:00")},
            {"account_id": "x:1", "bio": f"new {PORTUGAL}", "observed_at": at("2026-05-01 00:00")},
            {"account_id": "x:2", "display_name": f"Ana {PORTUGAL}{BRAZIL}", "bio": EUROPE},
            {"account_id": "x:3", "display_name": "Ana", "bio": EUROPE},
        ]
    )

    found = {f.account: f for f in SIGNAL.fields(store, rows)}
    assert {account: f.value for account, f in found.items()} == {"x:1": "PT", "x:2": "BR PT"}
    assert found["x:1"].sources == ("s1:line 2",)
    assert SIGNAL.shares("BR PT") == {"BR": 0.5, "PT": 0.5}


def test_many_flags_are_sympathies() -> None:
    assert SIGNAL.shares("BR FR PT US") is None
