"""The address an account was created from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from attrigraph.graph import statement
from attrigraph.inference.addresses import network_words, places_at, type_at
from attrigraph.inference.signal import Observed, PointSignal, Sighting, locators, of_case
from attrigraph.inference.weights import Weights

if TYPE_CHECKING:
    from attrigraph.graph import Store

YEAR_S = 365.25 * 86400


def gather(store: Store, observed: Observed, weights: Weights) -> Iterator[Sighting]:
    """One sighting per registration address; its strength halves with every two years before the latest login."""
    behind = locators(observed, SIGNAL.behind)
    as_of = latest_login(of_case(observed))
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in store.stream(statement(SIGNAL.facts)):
        grouped[row["account"], row["value"]].append(row)
    for (account, address), rows in grouped.items():
        at = rows[0]["at"]
        kind = type_at(rows[0]["network_type"], rows[0]["types_over_time"], at)
        places = places_at([(r["kind"], r["source"], r["place"], r["built"]) for r in rows], at)
        alpha = weights.address_alpha(kind, places) * ageing(at, as_of, weights.registration.half_life_years)
        if not alpha:
            continue
        sources = behind.get((account, address), ())
        yield Sighting(
            account=account,
            places=places,
            alpha=alpha,
            pool=f"{SIGNAL.name}/{kind}",
            summary=SIGNAL.sentence(places) + f" The network is {network_words(kind)}.",
            count=max(1, len(sources)),
            first_at=at,
            last_at=at,
            sources=sources,
        )


def latest_login(observed: Observed) -> datetime | None:
    """The end of the case's logins: what ages are counted to, so that a run can be repeated."""
    row = observed.connection().execute("SELECT epoch(max(l.at)) FROM logins l").fetchone()
    return datetime.fromtimestamp(row[0], tz=UTC) if row and row[0] is not None else None


def ageing(at: datetime | None, as_of: datetime | None, half_life_years: float) -> float:
    """0.5 for every half-life between the two times; 1 when either is unknown."""
    if at is None or as_of is None:
        return 1.0
    years = max(0.0, (as_of - at).total_seconds() / YEAR_S)
    return float(0.5 ** (years / half_life_years))


SIGNAL = PointSignal(
    name="registration_ip",
    cls="network",
    unit=("registration address", "registration addresses"),
    says="The account was created from an address in {place}.",
    means="The account was created over a connection in this territory.",
    misleads="Accounts are bought ready-made, and a connection is rented once for the occasion.",
    confirm="Compare with the first logins after creation, and ask who bought the account.",
    behind="SELECT account_id, ip AS value, source, record FROM logins WHERE kind = 'registration'",
    gather=gather,
)
