"""The territory of a telephone number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrigraph.graph import statement
from attrigraph.inference.signal import Observed, PointSignal, Sighting, locators, signal_rows
from attrigraph.inference.weights import Weights

if TYPE_CHECKING:
    from attrigraph.graph import Store

WEAK_KINDS = ("voip", "toll_free")
NUMBERS = "SELECT account_id, value, source, record FROM identifiers WHERE kind = 'phone'"
FOLDED = {"GG": "GB", "JE": "GB", "IM": "GB"}
"""Number plans that sellers and platforms treat as one (evidence model, section 4)."""


def gather(store: Store, observed: Observed, weights: Weights) -> Iterator[Sighting]:
    """One sighting per account and territory; a VoIP or toll-free number is weak unless another number agrees."""
    own = weights.signal(SIGNAL.name)
    behind = locators(observed, SIGNAL.behind)
    found: dict[tuple[str, str], tuple[float, list[str], set[str]]] = {}
    for row in store.stream(statement(SIGNAL.facts)):
        if row["place"] is None:
            continue
        place = FOLDED.get(row["place"], row["place"])
        alpha = own.weak if row["kind"] in WEAK_KINDS else own.alpha
        best, sources, values = found.get((row["account"], place), (0.0, [], set()))
        sources.extend(behind.get((row["account"], row["value"]), ()))
        values.add(row["value"])
        found[row["account"], place] = (max(best, alpha or 0.0), sources, values)
    for (account, place), (alpha, sources, values) in found.items():
        weak = " It is a VoIP or toll-free number." if alpha == own.weak else ""
        yield Sighting(
            account=account,
            places=(place,),
            alpha=alpha,
            pool=SIGNAL.name,
            summary=SIGNAL.sentence((place,)) + weak,
            count=len(values),
            sources=tuple(dict.fromkeys(sources)),
        )


SIGNAL = PointSignal(
    name="phone_region",
    cls="acquisition",
    unit=("phone number", "phone numbers"),
    ask="the phone number's country",
    says="A telephone number of the account belongs to {place}.",
    means="The number was assigned in this territory; numbers are usually bought where people live.",
    misleads="Verification numbers are sold by country, and people keep their number when they move.",
    confirm="Ask for the carrier and the number's history, or for a second number.",
    behind=f"{NUMBERS} UNION ALL {signal_rows('phone_region')}",
    needs=("phonenumbers",),
    needed_when_loading=True,
    gather=gather,
)
