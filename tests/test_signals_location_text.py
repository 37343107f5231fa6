"""The location a profile states in words."""

from __future__ import annotations

import pytest
from case_graph import CaseGraph
from hypothesis import given
from hypothesis import strategies as st
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference.places import place_shares
from attrigraph.inference.signals.location_text import SIGNAL
from attrigraph.territories import territories


def test_filled_locations_are_read_with_their_rows(store: Store) -> None:
    graph = CaseGraph(store)
    graph.accounts("x:1", location="Lisboa")
    graph.accounts("x:2")
    rows = Rows(accounts=[{"account_id": "x:1", "location": "Lisboa"}, {"account_id": "x:1", "location": "Porto"}])

    (found,) = SIGNAL.fields(store, rows)
    assert (found.account, found.value, found.sources) == ("x:1", "Lisboa", ("s1:line 1",))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Lisboa, Portugal", {"PT"}),
        ("Санкт-Петербург, Россия", {"RU"}),
        ("Москва", {"RU"}),
        ("東京", {"JP"}),
        ("中国", {"CN"}),
        ("🇺🇦 Київ", {"UA"}),
        ("Austin, TX", {"US"}),
        ("Ritzville, Wa", {"US"}),
        ("Tobermory, Ontario", {"CA"}),
        ("Perth, WA", {"AU"}),
        ("new mexico", {"US"}),
        ("Georgia, USA", {"US"}),
        ("Tbilisi, Georgia", {"GE"}),
        ("Georgia", {"GE", "US"}),
        ("korea", {"KP", "KR"}),
        ("USA/Russia", {"RU", "US"}),
        ("Trinidad and Tobago", {"TT"}),
        ("somewhere in New York", {"US"}),
        ("ملتان", {"PK"}),
        ("Isloo", {"PK"}),
        ("Portland, OR", {"US"}),
        ("Calgary, Alberta", {"CA"}),
        ("London, Ontario", {"CA"}),
        ("Paris, Texas", {"US"}),
        ("Belo Horizonte - MG", {"BR"}),
        ("Monza, MB", {"IT"}),
        ("Berlin, DE", {"DE"}),
        ("Niger", {"NE"}),
        ("Lebanon, PA", {"US"}),
        ("Cook County", {"US"}),
        ("Dublin City, Ireland", {"IE"}),
        ("📍Lagos", {"NG"}),
        ("Toronto | Lagos", {"CA", "NG"}),
        ("Leeds, West Yorkshire", {"GB"}),
        ("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", {"GB"}),
        ("東京都渋谷区", {"JP"}),
        ("广东 深圳", {"CN"}),
        ("대한민국 서울", {"KR"}),
        ("Lëtzebuerg", {"LU"}),
        ("Éire", {"IE"}),
        ("Svizra", {"CH"}),
        ("Republic of Gambia", {"GM"}),
        ("#BuenosAires", {"AR"}),
        ("CostaRica", {"CR"}),
        ("westbengal", {"IN"}),
        ("Trois Rivieres", {"CA"}),
        ("Nordrhein Westfalen", {"DE"}),
        ("Ft. Collins", {"US"}),
        ("Mt Isa", {"AU"}),
        ("Saint Helens, Lancs", {"GB"}),
        ("Naas, Co. Kildare", {"IE"}),
        ("somewhere in Glamorgan", {"GB"}),
        ("Lone Star State", {"US"}),
        ("Outer Hebrides", {"GB"}),
        ("Olympus, Missouri", {"US"}),
        ("Quito, South America", {"EC"}),
        ("Quito South America", {"EC"}),
        ("Kenya & Latin America", {"KE"}),
        ("America", {"US"}),
        ("D U B L I N", {"IE"}),
        ("N Y C | x", {"US"}),
    ],
)
def test_places_are_recognised(text: str, codes: set[str]) -> None:
    shares = place_shares(text)

    assert set(shares or ()) == codes
    assert sum((shares or {}).values()) == pytest.approx(1.0)


NOWHERE = ("", "   ", "worldwide", "in your head", "CA", "Europe", "404", "🚀", "x" * 5000, "Asia", "Jupiter",
           "Island", "back on the island", "North West", "southwest", "Central Region", "lamassana", "Avalon", "Narnia",
           "Zion", "South America", "living in north america", "love for latin america", "i l y",
           "Love, me", "reading", "her", "Jordan's bed", "24", "she/her")  # fmt: skip


@pytest.mark.parametrize("text", NOWHERE)
def test_what_names_no_territory_says_nothing(text: str) -> None:
    assert place_shares(text) is None


NAMES = ("Georgia", "New York", "VA", "Ontario", "Lima", "🇵🇹", "Котельная", "東京", "St. ", "and", "12", "الرياض", "NJ")


@given(
    st.lists(st.one_of(st.sampled_from(NAMES), st.text(max_size=8)), max_size=6),
    st.sampled_from([", ", " ", " / ", "-"]),
)
def test_any_text_gives_parts_of_one_or_nothing(parts: list[str], between: str) -> None:
    shares = place_shares(between.join(parts))

    assert shares is None or sum(shares.values()) == pytest.approx(1.0)
    assert set(shares or ()) <= territories().keys()
