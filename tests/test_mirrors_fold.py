"""Folding of handles and names: what looks alike and what sounds alike, and what must stay apart."""

import doctest
import sys

import pytest

from attrigraph.links.mirrors import fold
from attrigraph.links.mirrors.fold import latin, looks, mixed_scripts, sounds, transliterates


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("paul.smith", "Paul_Smith84"),  # separators, trailing digits, case
        ("paulsmith", "Pаulsmіth"),  # Cyrillic а and і
        ("paulsmith", "p4u1sm1th"),  # digits for letters
        ("IvanPetrov", "lvanPetrov"),  # a small L for a capital i
        ("marykate", "rnarykate"),  # rn for m
        ("william", "vvilliam"),  # vv for w
        ("paulsmith", "𝓟𝓪𝓾𝓵𝓢𝓶𝓲𝓽𝓱"),  # letters of mathematics
        ("paulsmith", "paul\u200bsmith"),  # a character without width
        ("josé_nuñez", "jose.nunez"),  # accents
        ("jennydoe", "real_jennydoe"),
        ("jennydoe", "jennydoe.official"),
    ],
)
def test_what_looks_alike_is_one(one: str, two: str) -> None:
    assert looks(one) == looks(two) != ""


@pytest.mark.parametrize(("one", "two"), [("paulsmith", "paulsmyth"), ("сергей", "sergey"), ("anna1", "hanna1")])
def test_what_looks_different_stays_apart(one: str, two: str) -> None:
    assert looks(one) != looks(two)


@pytest.mark.parametrize("text", ["", "a", "12", "___", "٣", "😀😀", "ab7"])
def test_too_little_is_no_key(text: str) -> None:
    assert looks(text) == "" and sounds(text) == ""


@pytest.mark.skipif(not transliterates(), reason="needs the extra links (anyascii)")
@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("محمد علی خان", "Muhammad Ali Khan"),  # Urdu
        ("عائشہ صدیقی", "Ayesha Siddiqui"),
        ("मोहम्मद ख़ान", "Mohammad Khan"),  # Hindi
        ("राहुल शर्मा", "Rahul Sharma"),
        ("فاطمه حسینی", "Fatemeh Hosseini"),  # Persian
        ("أحمد محمود", "Ahmed Mahmoud"),  # Arabic
        ("Щербаков Юрий", "Yuri Shcherbakov"),  # Cyrillic, words the other way round
        ("Сергей Иванов", "Sergei Ivanov"),
    ],
)
def test_what_sounds_alike_is_one(one: str, two: str) -> None:
    assert sounds(one) == sounds(two) != ""


def test_look_alikes_in_a_word_of_two_scripts_are_resolved_before_it_is_spelt() -> None:
    assert mixed_scripts("Раul Smith") and not mixed_scripts("Paul Иванов") and not mixed_scripts("Сергей")
    assert latin("Раul Smith") == "paul smith"


def test_without_the_package_folding_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anyascii", None)
    for cached in (fold._to_latin, fold.latin, fold.sounds):
        cached.cache_clear()
    try:
        assert not transliterates()
        assert latin("Сергей Иванов") == "сергеи иванов"
        assert sounds("Сергей Иванов") == "" and sounds("Sergei Ivanov") == "srgvnv"
    finally:
        for cached in (fold._to_latin, fold.latin, fold.sounds):
            cached.cache_clear()


def test_examples_in_the_text_hold() -> None:
    assert doctest.testmod(fold).failed == 0
