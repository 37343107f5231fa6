"""A place that the description of a profile says its owner lives in."""

from __future__ import annotations

import pytest
from case_graph import CaseGraph
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference.signals.bio_place import SIGNAL, marked_place


def test_a_marked_place_is_a_field(store: Store) -> None:
    CaseGraph(store)
    bios = {"x:1": "Nurse. Based in Porto, Portugal | views my own", "x:2": "I love Portugal"}
    rows = Rows(accounts=[{"account_id": account, "bio": bio} for account, bio in bios.items()])

    (found,) = SIGNAL.fields(store, rows)
    assert (found.account, found.value, found.sources) == ("x:1", "Porto, Portugal", ("s1:line 1",))
    assert SIGNAL.shares(found.value) == {"PT": 1.0}


@pytest.mark.parametrize(
    ("bio", "place"),
    [
        ("\U0001f4cdLagos | she/her", "Lagos"),
        ("Currently living in Accra. Born in Kumasi", "Accra"),
        ("vivo en Quito", "Quito"),
        ("free speech, living my best life", None),
        ("", None),
    ],
)
def test_words_of_living_somewhere_mark_it(bio: str, place: str | None) -> None:
    assert marked_place(bio) == place
