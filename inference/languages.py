"""Interface languages: which share of a territory's people uses one (Unicode CLDR, through babel)."""

from __future__ import annotations

from functools import cache

from attrigraph.territories import territories

__all__ = ["is_english", "language_shares", "no_language", "primary_language"]

ALIASES = {
    "iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "tl": "fil", "no": "nb", "cmn": "zh", "msa": "ms",
}  # fmt: skip
"""Older or other codes that platforms still use."""
APART = ("zh_Hant", "pa_Arab")
"""Scripts of a language that tell territories apart; others are added to the language."""
SCRIPTS = {
    "zh-tw": "zh_Hant",
    "zh-hk": "zh_Hant",
    "zh-cn": "zh",
    "zh-hans": "zh",
    "zh-hant": "zh_Hant",
    "pa-arab": "pa_Arab",
}


def primary_language(value: str) -> str:
    """The language of a BCP 47 or platform tag, or of its English name, as CLDR writes it, without territory.

    >>> primary_language("en-GB"), primary_language("iw"), primary_language("zh-TW"), primary_language("PT_br")
    ('en', 'he', 'zh_Hant', 'pt')
    >>> primary_language("Russian")
    'ru'
    """
    tag = value.strip().replace("_", "-").lower()
    parts = tag.split("-")
    script = SCRIPTS.get("-".join(parts[:2]))
    language = script or ALIASES.get(parts[0], parts[0])
    return language if script or len(language) <= 3 else _names().get(language, language)


@cache
def _names() -> dict[str, str]:
    """English name of a language, in lower case -> its code; empty without the extra geo."""
    try:
        from babel import Locale
    except ImportError:
        return {"english": "en"}
    return {name.lower(): code for code, name in Locale("en").languages.items() if len(code) <= 3}


def is_english(value: str) -> bool:
    """Whether the value is the language interfaces are delivered in."""
    return primary_language(value) == "en"


def language_shares(value: str) -> dict[str, float] | None:
    """P(interface language | territory): the language's part of all language use counted there; None when unknown.

    >>> language_shares("ru")["RU"] > 0.8 > language_shares("ru")["UA"] > 0.2
    True
    """
    wanted = primary_language(value)
    shares = {code: by_language[wanted] for code, by_language in _usage().items() if wanted in by_language}
    return shares or None


def no_language(value: str) -> str | None:
    """Why a value cannot be read as a language, in words; None for one that is used somewhere.

    >>> no_language("klingon"), no_language("xx"), no_language("pt-BR")
    ('names no language in use anywhere', 'names no language in use anywhere', None)
    """
    return None if primary_language(value) in _in_use() else "names no language in use anywhere"


@cache
def _in_use() -> frozenset[str]:
    return frozenset(language for by_language in _usage().values() for language in by_language)


@cache
def _usage() -> dict[str, dict[str, float]]:
    """Territory -> language -> share of use, summing to 1; scripts of one language are added, except APART."""
    from babel.languages import get_territory_language_info

    found: dict[str, dict[str, float]] = {}
    for code in territories():
        counted: dict[str, float] = {}
        for tag, info in get_territory_language_info(code).items():
            language = tag if tag in APART else tag.split("_")[0]
            counted[language] = counted.get(language, 0.0) + float(info["population_percent"] or 0.0)
        whole = sum(counted.values())
        if whole:
            found[code] = {language: percent / whole for language, percent in counted.items() if percent}
    return found
