"""The language an account writes in."""

from __future__ import annotations

import math
from typing import Any

import pytest
from case_graph import CaseGraph
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference import texts
from attrigraph.inference.persona import Profiles
from attrigraph.inference.signal import Skipped
from attrigraph.inference.signals.content_language import SIGNAL
from attrigraph.inference.signals.timezone_setting import SIGNAL as ZONE
from attrigraph.inference.texts import language_of_text, missing_packages
from attrigraph.inference.weights import load_weights
from attrigraph.inference.world import Tally, priors_of

needs_text = pytest.mark.skipif(bool(missing_packages()), reason="the extra text is not installed")
SAID = (
    "Bom dia a todos, hoje vou à praia",
    "Não acredito que perdemos outra vez o jogo",
    "Que saudades da minha terra",
)


def posts(account: str, count: int, **cells: Any) -> list[dict[str, Any]]:
    return [{"account_id": account, **cells} for _ in range(count)]


def test_the_main_language_is_the_one_that_says_most(store: Store) -> None:
    CaseGraph(store)
    rows = posts("x:1", 7, language="en") + posts("x:1", 3, language="pt-BR") + posts("x:1", 9, language="und")
    rows += posts("x:2", 4, language="pt") + posts("x:3", 20, language="ru", repost_of="77")
    rows += posts("x:4", 19, language="English") + posts("x:4", 1, language="Russian")

    found = {f.account: f for f in SIGNAL.fields(store, Rows(posts=rows))}
    assert {account: f.value for account, f in found.items()} == {"x:1": "pt", "x:4": "en"}
    assert found["x:1"].sources == ("s1:line 10", "s1:line 8", "s1:line 9")


@needs_text
def test_texts_are_read_where_the_platform_tells_no_language(store: Store) -> None:
    CaseGraph(store)
    rows = [{"account_id": "x:1", "text": text} for text in SAID * 2]

    (found,) = SIGNAL.fields(store, Rows(posts=rows))
    assert (found.account, found.value) == ("x:1", "pt")


def test_without_the_extra_texts_are_counted_and_told_languages_still_read(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    CaseGraph(store)
    monkeypatch.setattr(texts, "find_spec", lambda name: None)
    rows = [{"account_id": "x:1", "text": text} for text in SAID] + posts("x:2", 5, language="uk")

    skipped, found = SIGNAL.fields(store, Rows(posts=rows))
    assert skipped == Skipped("accounts whose texts need the extra text", 1)
    assert (found.account, found.value) == ("x:2", "uk")


@needs_text
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Привет, как дела сегодня у вас?", "ru"),
        ("Слава Україні сьогодні ввечері всім", "uk"),
        ("آج موسم بہت اچھا ہے اور میں خوش ہوں", "ur"),
        ("امروز هوا خیلی خوب است دوستان", "fa"),
        ("متاسفانه نن ورځ ډېر باران دی", "ps"),
        ("नमस्ते दुनिया कैसे हो आप सब", "hi"),
        ("今天天氣很好我們去吃飯", "zh_Hant"),
        ("今日はいい天気ですね、散歩に行きます", "ja"),
        ("The president said today that taxes will rise", "en"),
    ],
)
def test_short_texts_are_told_apart_within_their_script(text: str, language: str) -> None:
    assert language_of_text(text) == language


@needs_text
@pytest.mark.parametrize(
    "text", ["", "lol ok", "🚀🚀🚀", "https://example.org/a/b", "@a #b RT", "main theek hoon yaar kya haal hai aaj"]
)
def test_what_cannot_be_told_is_undetermined(text: str) -> None:
    assert language_of_text(text) is None


def test_the_item_is_limited_and_another_field_can_contradict_it() -> None:
    weights = load_weights()
    world = Tally().world(weights, priors_of("uniform", None, (), weights))
    profiles = Profiles(world)
    spoken, zone = profiles.value(SIGNAL, "lv"), profiles.value(ZONE, "Moscow")
    assert spoken is not None
    assert zone is not None

    profile = profiles.profile([spoken, zone])
    assert profile.leaks == (False, True)
    assert math.isclose(profiles.reading(spoken, leak=False).scores.max(), 0.7)
