"""The language a platform shows itself in."""

from __future__ import annotations

from case_graph import CaseGraph
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference.signals.display_language import SIGNAL


def test_a_display_language_is_read_by_code_or_name(store: Store) -> None:
    CaseGraph(store)
    rows = Rows(signals=[{"account_id": "x:1", "signal": "display_language", "value": "Russian"}])

    (found,) = SIGNAL.fields(store, rows)
    assert (found.account, found.sources) == ("x:1", ("s1:line 1",))
    shares = SIGNAL.shares(found.value)
    assert shares == SIGNAL.shares("ru-RU")
    assert shares is not None
    assert shares["RU"] > shares["UA"] > 0


def test_english_is_what_platforms_deliver_and_no_language_says_nothing() -> None:
    assert SIGNAL.is_default("English")
    assert SIGNAL.is_default("en_GB")
    assert SIGNAL.shares("klingon") is None
