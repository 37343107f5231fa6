"""Coordinates on posts and photos."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pandas as pd

from attrigraph.inference.signal import LOCATORS, Observed, PointSignal, Sighting, Skipped
from attrigraph.inference.weights import Weights
from attrigraph.points import territories_at

if TYPE_CHECKING:
    from attrigraph.graph import Store

TAGGED = """
CREATE OR REPLACE TEMP TABLE tagged AS
SELECT account_id, posts.at AS moment, source || ':' || record AS locator, latitude AS y, longitude AS x, territory
FROM posts WHERE latitude IS NOT NULL AND longitude IS NOT NULL
UNION ALL
SELECT account_id, observed_at, source || ':' || record,
       try_cast(trim(split_part(value, ',', 1)) AS DOUBLE), try_cast(trim(split_part(value, ',', 2)) AS DOUBLE),
       territory
FROM signals WHERE signal = 'geotag' AND value IS NOT NULL
"""
"""Coordinates are coarse, and their territories were found before. Earlier versions stored fine coordinates alone."""
POINTS = "SELECT DISTINCT round(y, 2) AS y, round(x, 2) AS x FROM tagged WHERE territory IS NULL"
PLACED = """
CREATE OR REPLACE TEMP TABLE placed AS
SELECT account_id, moment, locator, coalesce(territory, p.places) AS places
FROM tagged t LEFT JOIN point_places p ON p.y = round(t.y, 2) AND p.x = round(t.x, 2)
"""
LOST = "SELECT count(*) FILTER (places IS NULL), count(*) FILTER (places = '') FROM placed"
DAYS = f"""
SELECT account_id, places, list(DISTINCT epoch(moment)::BIGINT // 86400), count(*),
       epoch(min(moment)), epoch(max(moment)), list_slice(list(locator ORDER BY moment, locator), 1, {LOCATORS})
FROM placed
WHERE places <> '' AND moment IS NOT NULL GROUP BY account_id, places ORDER BY account_id, length(places), places
"""  # noqa: S608


@dataclass(slots=True)
class Stay:
    """The days an account was in one territory, or in a set of them."""

    days: set[int] = field(default_factory=set)
    tags: int = 0
    first: float = float("inf")
    last: float = float("-inf")
    sources: list[str] = field(default_factory=list)

    def add(self, days: list[int], tags: int, first: float, last: float, sources: list[str]) -> None:
        """Take in tags of one more place."""
        self.days |= set(days)
        self.tags += tags
        self.first, self.last = min(self.first, first), max(self.last, last)
        self.sources = (self.sources + sources)[:LOCATORS]


def gather(store: Store, observed: Observed, weights: Weights) -> Iterator[Sighting | Skipped]:  # noqa: ARG001
    """One sighting per account and territory with tags on enough distinct days; points in no territory are counted.

    A tag near a border goes to the one of its territories that other tags of the account name.
    """
    connection = observed.connection()
    connection.execute(TAGGED)
    points = connection.execute(POINTS).df()
    found = territories_at(points["y"], points["x"])
    connection.register("point_places", points.assign(places=pd.Series([" ".join(p) for p in found], dtype="str")))
    try:
        connection.execute(PLACED)
        unread, at_sea = connection.execute(LOST).fetchall()[0]
        rows = connection.execute(DAYS).fetchall()
    finally:
        connection.unregister("point_places")
        connection.execute("DROP TABLE IF EXISTS tagged")
        connection.execute("DROP TABLE IF EXISTS placed")
    if unread:
        yield Skipped("not coordinates", unread)
    if at_sea:
        yield Skipped("coordinates in no territory", at_sea)
    stays: dict[str, dict[tuple[str, ...], Stay]] = defaultdict(dict)
    for account, places, *rest in rows:
        codes = tuple(places.split())
        known = [stay for stay in stays[account] if len(stay) == 1 and stay[0] in codes] if len(codes) > 1 else [codes]
        key = known[0] if len(known) == 1 else codes
        stays[account].setdefault(key, Stay()).add(*rest)
    yield from _sightings(stays, weights)


def _sightings(stays: dict[str, dict[tuple[str, ...], Stay]], weights: Weights) -> Iterator[Sighting]:
    own = weights.signal(SIGNAL.name)
    for account, by_places in stays.items():
        for places, stay in by_places.items():
            if len(stay.days) >= (own.least or 1):
                yield Sighting(
                    account=account,
                    places=places,
                    alpha=own.alpha or 0.0,
                    pool=SIGNAL.name,
                    summary=f"{SIGNAL.sentence(places)[:-1]} on {len(stay.days)} days, {stay.tags} in all.",
                    count=len(stay.days),
                    first_at=datetime.fromtimestamp(stay.first, tz=UTC),
                    last_at=datetime.fromtimestamp(stay.last, tz=UTC),
                    sources=tuple(stay.sources),
                )


SIGNAL = PointSignal(
    name="geotag",
    cls="geotag",
    unit=("tagged day", "tagged days"),
    columns="posts: latitude, longitude, territory; signals: geotag",
    says="Posts carry coordinates in {place}.",
    means="Posts or photos were tagged with points in this territory on several days.",
    misleads="Coordinates are set by hand or by tools, old photos are posted again, and travellers tag most.",
    confirm="Compare the times of the tags with the hours of activity, and look at what the photos show.",
    gather=gather,
)
