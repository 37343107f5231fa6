"""Country endings of the domains an account links to."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from attrigraph.inference.signal import LOCATORS, Observed, PointSignal, Sighting
from attrigraph.inference.weights import Weights
from attrigraph.territories import territories

if TYPE_CHECKING:
    from attrigraph.graph import Store

HOST = r"regexp_extract(lower(trim({})), '^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@]*@)?(?:www\.)?([^/:?#\s]+)', 1)"
LINKS = f"""
WITH linked AS (
    SELECT account_id, true AS own, {HOST.format("profile_url")} AS host, source || ':' || record AS locator
    FROM accounts WHERE profile_url IS NOT NULL
    UNION ALL
    SELECT account_id, false, {HOST.format("url")}, source || ':' || record
    FROM (SELECT account_id, unnest(urls) AS url, source, record FROM posts WHERE repost_of IS NULL)
    UNION ALL
    SELECT account_id, kind = 'email', {HOST.format("CASE WHEN kind = 'email' THEN display ELSE value END")},
           source || ':' || record
    FROM identifiers WHERE kind IN ('domain', 'email')
    UNION ALL
    SELECT account_id, false, {HOST.format("value")}, source || ':' || record
    FROM signals WHERE signal = 'linked_domain' AND value IS NOT NULL
)
SELECT account_id, own, host, list_slice(list(locator ORDER BY locator), 1, 10) FROM linked
WHERE contains(host, '.') GROUP BY account_id, own, host ORDER BY account_id, own DESC, host
"""  # noqa: S608
"""Domains by account, its own (profile link, mail) first; links of posts it only repeated are left out."""


def gather(store: Store, observed: Observed, weights: Weights) -> Iterator[Sighting]:  # noqa: ARG001 - one signature for all
    """One sighting per account: the territory of most of its domains with a country ending.

    A domain of its own decides; otherwise enough distinct domains must point there, and at least half of them all.
    """
    own = weights.signal(SIGNAL.name)
    connection = observed.connection()
    cursor = connection.execute(LINKS)
    by_account: dict[str, list[tuple[bool, str, list[str]]]] = defaultdict(list)
    for account, its_own, host, locators in cursor.fetchall():
        code = ending_of(host)
        if code:
            by_account[account].append((its_own, code, locators))
    for account, found in by_account.items():
        chosen = [link for link in found if link[0]] or found
        codes = [code for _, code, _ in chosen]
        code = max(sorted(set(codes)), key=codes.count)
        here = codes.count(code)
        if 2 * here < len(codes) or (not chosen[0][0] and here < (own.least or 1)):
            continue
        rows = tuple(locator for _, c, locators in chosen if c == code for locator in locators)
        whose = "of the profile" if chosen[0][0] else "linked to"
        yield Sighting(
            account=account,
            places=(code,),
            alpha=own.alpha or 0.0,
            pool=SIGNAL.name,
            summary=f"{SIGNAL.sentence((code,))[:-1]}: {here} of {len(codes)} {whose} with a country's ending.",
            count=here,
            sources=rows[:LOCATORS],
        )


def ending_of(host: str) -> str | None:
    """The territory of a domain's ending; None for endings and services that are used everywhere.

    >>> ending_of("publico.pt"), ending_of("bbc.co.uk"), ending_of("xn--d1acpjx3f.xn--p1ai"), ending_of("twitch.tv")
    ('PT', 'GB', 'RU', None)
    >>> ending_of("youtu.be"), ending_of("example.com")
    (None, None)
    """
    labels = host.strip(".").split(".")
    everywhere, written = _tables()
    if ".".join(labels[-2:]) in everywhere or labels[-1] in everywhere:
        return None
    code = written.get(labels[-1], labels[-1].upper())
    return code if code in territories() else None


@cache
def _tables() -> tuple[frozenset[str], dict[str, str]]:
    """Endings and services used everywhere; endings that are not the code of their territory."""
    text = files("attrigraph.inference.weights").joinpath("domain_endings.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    everywhere = frozenset(row["name"] for row in rows if not row["territory"])
    return everywhere, {row["name"]: row["territory"] for row in rows if row["territory"]}


SIGNAL = PointSignal(
    name="linked_domain",
    cls="web",
    unit=("linked domain", "linked domains"),
    columns="accounts: profile_url; posts: urls; identifiers: domain, email; signals: linked_domain",
    says="Domains the account links to are of {place}.",
    means="The profile, the mail address or most links of the account use this territory's ending.",
    misleads="An operation links to what those it addresses read; anybody may register most endings.",
    confirm="Look up who registered the domains the account owns, and the analytics codes on them.",
    gather=gather,
)
