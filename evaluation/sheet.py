"""A case as an analyst's spreadsheet: one line a thing noted about an account, and the territories it names."""

from __future__ import annotations

import ipaddress
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from attrigraph.inference.languages import language_shares
from attrigraph.inference.places import place_shares
from attrigraph.inference.zones import main_offsets_s, zone_shares
from attrigraph.simulation import World
from attrigraph.territories import resolve_place

__all__ = ["LOGIN", "LOGIN_LISTED", "Sign", "listed_in", "sheet", "sheet_of"]

LOGIN, LOGIN_LISTED = "login", "login over a listed anonymiser"
PLACE_SIGNALS = {
    "platform_country": "label", "platform_region": "label", "phone_region": "phone", "store_country": "store",
    "sim_carrier": "sim", "payment_country": "payment", "registration_country": "registration",
    "admin_country": "admins", "declared_country": "declared",
}  # fmt: skip
"""Name of a row of `signals` -> kind of the sign."""
HOURS_FROM = 30
"""Posts from which an analyst looks at the hours."""
QUIET, QUIET_MIDDLE = 7, 4.0
"""Length of the quietest part of the day, and its middle on the local clock, hours."""

Record = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing noted about an account. `fits` gives P(this value | territory), up to a factor; `count` how often."""

    account: str
    kind: str
    value: str
    fits: Mapping[str, float]
    count: int = 1


def sheet_of(world: World) -> list[Sign]:
    """The sheet of a simulated world, with the registry's territories and the lists it comes with."""
    return sheet(world.tables, world.seen.get, listed_in(n for found in world.lists.values() for n in found))


def listed_in(networks: Iterable[str]) -> Callable[[str], bool]:
    """A function that tells whether an address lies in one of the networks (or is one of the addresses)."""
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    for text in networks:
        network = ipaddress.ip_network(text)
        found[network.version, network.prefixlen].add(int(network.network_address))

    @cache
    def listed(address: str) -> bool:
        at = ipaddress.ip_address(address)
        for (version, length), starts in found.items():
            if version == at.version:
                free = at.max_prefixlen - length
                if int(at) >> free << free in starts:
                    return True
        return False

    return listed


def sheet(
    tables: Mapping[str, Sequence[Record]], located: Callable[[str], str | None], listed: Callable[[str], bool]
) -> list[Sign]:
    """Signs from rows as they stand in the files (`accounts`, `logins`, `posts`, `signals`, `identifiers`).

    `located` gives the territory of an address or None, `listed` whether it is on a list of anonymisers.
    """
    return [
        *_logins(tables.get("logins", ()), located, listed),
        *_signals(tables.get("signals", ())),
        *_phones(tables.get("identifiers", ())),
        *_profiles(tables.get("accounts", ())),
        *_posts(tables.get("posts", ())),
    ]


def _account(row: Record) -> str:
    return f"{row['platform']}:{row['account_id']}"


def _logins(
    rows: Iterable[Record], located: Callable[[str], str | None], listed: Callable[[str], bool]
) -> Iterator[Sign]:
    counted: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        address = row["ip"].removeprefix("::ffff:")
        territory = located(address)
        if territory:
            counted[_account(row), LOGIN_LISTED if listed(address) else LOGIN, territory] += 1
    for (account, kind, territory), count in counted.items():
        yield Sign(account, kind, territory, {territory: 1.0}, count)


def _signals(rows: Iterable[Record]) -> Iterator[Sign]:
    for row in rows:
        kind, value = PLACE_SIGNALS.get(row["signal"]), row["value"]
        if row["signal"] == "store_country":
            value = value.removesuffix(" App Store").removesuffix(" Android App")
        place = resolve_place(value) if kind else None
        if kind and place:
            yield Sign(_account(row), kind, value, dict.fromkeys(place.codes, 1.0 / len(place.codes)))


def _phones(rows: Iterable[Record]) -> Iterator[Sign]:
    import phonenumbers

    for row in rows:
        if row["kind"] == "phone":
            region = phonenumbers.region_code_for_number(phonenumbers.parse(row["value"]))
            if region:
                yield Sign(_account(row), "phone", region, {region: 1.0})


def _profiles(rows: Iterable[Record]) -> Iterator[Sign]:
    """Location, language and zone of the profile seen last."""
    newest: dict[str, Record] = {}
    for row in rows:
        newest[_account(row)] = max(newest.get(_account(row), row), row, key=lambda r: r.get("observed_at", ""))
    for account, row in newest.items():
        for column, read in (("location", place_shares), ("language", language_shares), ("time_zone", zone_shares)):
            fits = read(row[column]) if row.get(column) else None
            if fits:
                yield Sign(account, column, row[column], fits)


def _posts(rows: Iterable[Record]) -> Iterator[Sign]:
    """The usual language of the posts, and the clock that fits their hours."""
    languages: dict[str, Counter[str]] = defaultdict(Counter)
    hours: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        hours[_account(row)].append(int(row["at"][11:13]))
        if row.get("language"):
            languages[_account(row)][row["language"]] += 1
    for account, counted in languages.items():
        usual, _ = counted.most_common(1)[0]
        fits = language_shares(usual)
        if fits:
            yield Sign(account, "posts' language", usual, fits)
    for account, found in hours.items():
        if len(found) >= HOURS_FROM:
            offset = _offset_h(found)
            yield Sign(account, "hours", f"UTC{offset:+d}", _near(offset))


def _offset_h(hours: Sequence[int]) -> int:
    """The offset from UTC that puts the quietest seven hours around four o'clock in the night."""
    profile = np.bincount(hours, minlength=24)
    quiet = np.array([np.take(profile, range(h, h + QUIET), mode="wrap").sum() for h in range(24)])
    middle = int(quiet.argmin()) + (QUIET - 1) / 2 + 0.5
    return round((QUIET_MIDDLE - middle + 12) % 24 - 12)


@cache
def _near(offset: int) -> dict[str, float]:
    """How well each territory's main clock fits an offset: fully, and less an hour or two away."""
    found = {}
    for code, seconds in main_offsets_s().items():
        apart = abs((seconds / 3600 - offset + 12) % 24 - 12)
        found[code] = 1.0 if apart <= 1 else 0.5 if apart <= 2 else 0.1
    return found
