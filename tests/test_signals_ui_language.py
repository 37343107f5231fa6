"""The language an interface is set to, and when it contradicts the rest of a profile."""

from __future__ import annotations

import pytest
from case_graph import CaseGraph
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference.persona import Profile, Profiles, field_items
from attrigraph.inference.signal import Field
from attrigraph.inference.signals import signal
from attrigraph.inference.signals.ui_language import SIGNAL
from attrigraph.inference.weights import load_weights
from attrigraph.inference.world import Tally, priors_of


def profiles() -> Profiles:
    return Profiles(Tally().world(load_weights(), priors_of("case", None, {"US", "RU", "PT"}, load_weights())))


def profile(made: Profiles, **values: str) -> Profile:
    found = [made.value(signal(name), value) for name, value in values.items()]
    return made.profile([value for value in found if value])  # type: ignore[misc]


def test_filled_languages_are_read(store: Store) -> None:
    CaseGraph(store).accounts("x:1", language="pt")
    (found,) = SIGNAL.fields(store, Rows(accounts=[{"account_id": "x:1", "language": "pt"}]))

    assert (found.value, found.sources) == ("pt", ("s1:line 1",))


def test_a_language_speaks_for_where_it_is_spoken() -> None:
    made = profiles()
    (item,) = field_items(made, profile(made, ui_language="ru"), [Field("x:1", "ru")], frozenset({"US"}))

    assert item.cls == "persona"
    assert item.llr["RU"] > 0.5
    assert item.llr["US"] < 0
    assert set(item.llr_cover.values()) == {0.0}
    assert item.summary == "The interface language fits Russia."


def test_a_location_of_several_territories_says_which_is_likeliest() -> None:
    made = profiles()
    (item,) = field_items(made, profile(made, location_text="Porto"), [Field("x:1", "Porto")], frozenset())

    assert item.summary == "The location text of the profile names Portugal (87\u202f%) or France (13\u202f%)."


def test_english_says_little() -> None:
    made = profiles()
    (item,) = field_items(made, profile(made, ui_language="en-US"), [Field("x:1", "en")], frozenset())

    assert 0 < item.llr["US"] < 1.2
    assert made.codes[int(profile(made, ui_language="en").shown.argmax())] == "US"


def test_a_language_against_the_location_leaks() -> None:
    made = profiles()
    found = profile(made, location_text="Austin, TX", ui_language="ru")
    location, leak = field_items(made, found, [Field("x:1", "Austin, TX"), Field("x:1", "ru")], frozenset())

    assert (location.cls, leak.cls) == ("persona", "persona_leak")
    assert set(leak.llr.values()) == {0.0}
    assert leak.llr_cover["RU"] > 0.9
    assert leak.llr_cover["US"] == pytest.approx(0.0)
    assert made.as_shares(found.shown)["US"] > 0.8
    assert leak.summary == "The interface language fits Russia and contradicts the rest of the profile."


@pytest.mark.parametrize("values", [{"ui_language": "ru"}, {"location_text": "Austin, TX", "ui_language": "en"}])
def test_without_a_location_or_in_english_nothing_leaks(values: dict[str, str]) -> None:
    assert not any(profile(profiles(), **values).leaks)
