"""The language an account writes in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from attrigraph.inference.languages import is_english, language_shares, no_language, primary_language
from attrigraph.inference.signal import LOCATORS, Field, Observed, PersonaSignal, Skipped
from attrigraph.inference.texts import language_of_text, missing_packages

if TYPE_CHECKING:
    from attrigraph.graph import Store

LEAST_POSTS, SAMPLED = 5, 10
"""Posts whose language is known that an account needs, and texts read of one whose platform told no language."""
OTHER_SHARE, ENGLISH_SHARE = 0.2, 0.5
"""A language other than English counts from this share of the posts on, English from this one."""

OWN = "SELECT account_id, language, text, source || ':' || record AS locator FROM posts WHERE repost_of IS NULL"
TOLD = f"""
SELECT account_id, language, count(*), list_slice(list(locator ORDER BY locator), 1, {LOCATORS})
FROM ({OWN}) WHERE language IS NOT NULL AND lower(language) NOT IN ('und', 'zxx', 'mul', 'mis', 'art', 'unknown')
  AND NOT starts_with(lower(language), 'q')
GROUP BY account_id, language ORDER BY account_id, language
"""  # noqa: S608
"""Posts by the language the platform told; codes from q on are private use (pictures and tags alone)."""
UNTOLD = f"""
SELECT account_id, text, locator FROM (
    SELECT account_id, text, locator,
           row_number() OVER (PARTITION BY account_id ORDER BY least(length(text), 300) DESC, locator) AS number
    FROM ({OWN}) WHERE text IS NOT NULL AND account_id NOT IN (SELECT account_id FROM ({TOLD}))
) WHERE number <= {SAMPLED} ORDER BY account_id, number
"""  # noqa: S608

Counted = dict[str, dict[str, tuple[int, list[str]]]]
"""Account -> language -> posts and the rows behind them."""


def gather(store: Store, observed: Observed) -> Iterator[Field | Skipped]:  # noqa: ARG001 - one signature for all
    """One field per account: its main language. Texts nobody told the language of need the extra `text`.

    Accounts whose posts tell none have what the table `signals` says.
    """
    connection, filled = observed.connection(), set()
    counted: Counted = {}
    for account, language, posts, locators in connection.execute(TOLD).fetchall():
        _count(counted, account, primary_language(language), posts, locators)
    if missing_packages():
        (accounts,) = connection.execute(f"SELECT count(DISTINCT account_id) FROM ({UNTOLD})").fetchall()[0]  # noqa: S608
        if accounts:
            yield Skipped("accounts whose texts need the extra text", accounts)
    else:
        for account, text, locator in connection.execute(UNTOLD).fetchall():
            language = language_of_text(text)
            if language:
                _count(counted, account, language, 1, [locator])
    for account, languages in sorted(counted.items()):
        main = main_language({language: posts for language, (posts, _) in languages.items()})
        if main:
            filled.add(account)
            yield Field(account, main, tuple(languages[main][1]))
    yield from SIGNAL.listed(observed, filled)


def _count(counted: Counted, account: str, language: str, posts: int, locators: list[str]) -> None:
    known, rows = counted.setdefault(account, {}).get(language, (0, []))
    counted[account][language] = (known + posts, (rows + locators)[:LOCATORS])


def main_language(posts: Mapping[str, int]) -> str | None:
    """The language that says most: the most frequent one besides English, English where hardly any other is used.

    >>> main_language({"en": 60, "ru": 40}), main_language({"en": 95, "ru": 5}), main_language({"ru": 3})
    ('ru', 'en', None)
    """
    whole = sum(posts.values())
    if whole < LEAST_POSTS:
        return None
    for language, count in sorted(Counter(posts).items(), key=lambda pair: (is_english(pair[0]), -pair[1], pair[0])):
        if count >= whole * (ENGLISH_SHARE if is_english(language) else OTHER_SHARE):
            return language
    return None


SIGNAL = PersonaSignal(
    name="content_language",
    cls="persona",
    unit=("profile field", "profile fields"),
    columns="posts: language, text; signals: content_language",
    says="The language of the posts",
    means="The account mostly writes in a language spoken in these territories (shares from the Unicode CLDR); where "
    "the platform tells no language, two libraries of the extra `text` must agree on it.",
    misleads="Operators write in the language of those they address, and machines translate; English is everywhere.",
    confirm="Look for replies written in haste, keyboard slips and words carried over from another language.",
    needs=("babel",),
    shares=language_shares,
    anchors=True,
    is_default=is_english,
    unread=no_language,
    gather=gather,
)
