"""Where an account logs in from: distinct days and network operators, by territory and kind of network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from attrigraph.graph import statement
from attrigraph.inference.addresses import eras, network_words
from attrigraph.inference.algebra import n_eff
from attrigraph.inference.signal import LOCATORS, Observed, PointSignal, Sighting, named
from attrigraph.inference.weights import Weights
from attrigraph.inference.zones import main_offsets_s
from attrigraph.loaders.ip.editions import type_eras

if TYPE_CHECKING:
    import pandas as pd

    from attrigraph.graph import Store

UNITS = """
WITH seen AS (
    SELECT l.account_id, a.places, a.network_type, a.operator, l.at AS moment, l.source || ':' || l.record AS locator,
           epoch(l.at)::BIGINT // 86400 AS day, ((epoch(l.at)::BIGINT + a.offset_s) // 3600) % 24 AS hour
    FROM logins l JOIN address_facts a ON a.ip = l.ip AND epoch(l.at) >= a.from_s AND epoch(l.at) < a.until_s
    WHERE l.kind IS DISTINCT FROM 'registration'
), units AS (
    SELECT account_id, places, network_type,
           max(CASE WHEN hour >= $night_from OR hour < $night_to THEN $night ELSE $office END) AS weight,
           day, count(*) AS logins, min(moment) AS first_at, max(moment) AS last_at,
           list(locator ORDER BY moment, locator) AS sources
    FROM seen GROUP BY account_id, places, network_type, operator, day
)
SELECT account_id, places, network_type, sum(weight), count(DISTINCT day), sum(logins)::BIGINT,
       epoch(min(first_at)), epoch(max(last_at)),
       list_slice(flatten(list(sources ORDER BY first_at, sources[1])), 1, $locators)
FROM units GROUP BY account_id, places, network_type ORDER BY account_id, places, network_type
"""
"""A unit is a distinct (UTC day, network operator); at night in the territory it counts fully, in office hours less."""


def gather(store: Store, observed: Observed, weights: Weights) -> Iterator[Sighting]:
    """One sighting per account, territory and kind of network; networks that say nothing (Tor) are left out."""
    rows = login_units(observed, address_frame(store.stream(statement(SIGNAL.facts))), weights)
    for account, joined, kind, weight, days, logins, first, last, sources in rows:
        places = tuple(joined.split("+"))
        alpha = weights.address_alpha(kind, places)
        if alpha:
            yield Sighting(
                account=account,
                places=places,
                alpha=alpha,
                pool=f"{SIGNAL.name}/{kind}",
                summary=sentence(places, kind, days, logins),
                n=n_eff(weight, weights.login.n_limit),
                count=days,
                first_at=moment_of(first),
                last_at=moment_of(last),
                sources=tuple(sources),
            )


def address_frame(rows: Any) -> pd.DataFrame:
    """One row per located address: ip, places joined by "+", operator, offset_s of the first place, network_type.

    Where several editions of databases or lists say different things, one row for each time (`from_s` to `until_s`).
    """
    import pandas as pd

    offsets = main_offsets_s()
    found: list[tuple[Any, ...]] = []
    for row in rows:
        ip, operator = row["ip"], row["operator"] or ""
        kinds = type_eras(row["network_type"], row["types_over_time"])
        for from_s, until_s, places in eras(row["located"]):
            if places:
                told = ("+".join(places), operator, offsets.get(places[0], 0))
                both = ((kind, max(from_s, start), min(until_s, end)) for start, end, kind in kinds)
                found.extend((ip, *told, kind, start, end) for kind, start, end in both if start < end)
    types = {"ip": "str", "places": "str", "operator": "str", "offset_s": "int64", "network_type": "str"}
    types |= {"from_s": "float64", "until_s": "float64"}
    return pd.DataFrame(found, columns=list(types)).astype(types)


def login_units(observed: Observed, addresses: pd.DataFrame, weights: Weights) -> Iterator[tuple[Any, ...]]:
    """Rows of UNITS over the logins and the addresses."""
    w, connection = weights.login, observed.connection()
    connection.register("address_facts", addresses)
    try:
        found = connection.execute(
            UNITS,
            {
                "night_from": w.night_from,
                "night_to": w.night_to,
                "night": w.night,
                "office": w.office,
                "locators": LOCATORS,
            },
        ).fetchall()
    finally:
        connection.unregister("address_facts")
    yield from found


def sentence(places: tuple[str, ...], kind: str, days: int, logins: int) -> str:
    """Summary of one sighting; it names no address."""
    when = f"{days} days" if days > 1 else "one day"
    times = f", {logins} logins" if logins > days else ""
    return f"Logins from {named(places)} on {when}{times}, over {network_words(kind)} networks."


def moment_of(epoch_s: float | None) -> datetime | None:
    """A time from seconds since 1970, UTC."""
    return None if epoch_s is None else datetime.fromtimestamp(epoch_s, tz=UTC)


SIGNAL = PointSignal(
    name="login_ip",
    cls="network",
    unit=("login day by network", "login days by network"),
    says="The account logs in from {place}.",
    means="Connections came from this territory on that many days; home and mobile networks weigh most.",
    misleads="VPN exits, residential proxies and remote desktops show the territory of the exit; databases err.",
    confirm="Ask for more login days on home or mobile networks, with ports, and check every address for anonymisers.",
    ask="three login days on home networks",
    addresses=True,
    gather=gather,
)
