"""The country an account chose for itself."""

from __future__ import annotations

from case_graph import CaseGraph
from observed import Rows, at

from attrigraph.graph import Store
from attrigraph.inference.run import infer
from attrigraph.inference.signal import CONTRADICTING, Skipped
from attrigraph.inference.signals.declared_country import SIGNAL


def declared(account: str, value: str, day: str | None = None) -> dict[str, object]:
    row: dict[str, object] = {"account_id": account, "signal": "declared_country", "value": value}
    return row | ({"observed_at": at(day)} if day else {})


def test_the_newest_value_counts_and_what_contradicts_is_counted(store: Store) -> None:
    CaseGraph(store)
    rows = Rows(
        signals=[
            declared("x:1", "NG", "2026-01-01 00:00"),
            declared("x:1", "Portugal", "2026-05-01 00:00"),
            declared("x:1", "PT", "2026-05-01 00:00"),
            declared("x:2", "PT"),
            declared("x:2", "NG"),
        ]
    )

    kept, contradicting = SIGNAL.fields(store, rows)
    assert (kept.account, kept.value, kept.sources) == ("x:1", "PT", ("s1:line 3",))
    assert SIGNAL.shares(kept.value) == {"PT": 1.0}
    assert contradicting == Skipped(CONTRADICTING)


def test_what_names_no_territory_is_counted_and_leaves_no_item(store: Store) -> None:
    CaseGraph(store).accounts("x:3")
    rows = Rows(signals=[declared("x:3", "Atlantis"), declared("x:3", "nan"), declared("x:3", "Europe")])

    record = infer(store, rows, run="r1")
    assert (record.items, record.skipped) == (0, {"declared_country: names no territory": 2})
