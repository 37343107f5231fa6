"""The territory of a telephone number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrigraph.graph import statement
from attrigraph.inference.signal import Observed, PointSignal, Sighting, Skipped, locators, signal_rows
from attrigraph.inference.weights import Weights

if TYPE_CHECKING:
    from attrigraph.graph import Store

WEAK_KINDS = frozenset(
    ("voip", "toll_free", "premium_rate", "shared_cost", "personal_number", "uan", "voicemail", "pager")
)
"""Types of numbers that nobody needs to be anywhere for (types of libphonenumber)."""
INVALID = "invalid"
"""Type of a number that fits no numbering plan: nobody was given it, so it is evidence of nothing."""
NUMBERS = "SELECT account_id, value, source, record FROM identifiers WHERE kind = 'phone'"
FOLDED = {"GG": "GB", "JE": "GB", "IM": "GB"}
"""Number plans that sellers and platforms treat as one (evidence model, section 4)."""


def gather(store: Store, observed: Observed, weights: Weights) -> Iterator[Sighting | Skipped]:
    """One sighting per account and territory, or set that shares a calling code.

    A number of a weak kind is weak unless another number of the same territory is not; one that cannot be is skipped.
    """
    own = weights.signal(SIGNAL.name)
    behind = locators(observed, SIGNAL.behind)
    numbers: dict[tuple[str, str], tuple[set[str], str | None]] = {}
    for row in store.stream(statement(SIGNAL.facts)):
        places, kind = numbers.setdefault((row["account"], row["value"]), (set(), row["kind"]))
        places |= {FOLDED.get(code, code) for code in (row["place"] or "").split()}
    found: dict[tuple[str, tuple[str, ...]], list[tuple[str, str | None]]] = defaultdict(list)
    for (account, value), (places, kind) in numbers.items():
        if kind == INVALID:
            yield Skipped("numbers that fit no numbering plan")
        elif places:
            found[account, tuple(sorted(places))].append((value, kind))
    for (account, named), values in found.items():
        weak = all(kind in WEAK_KINDS for _, kind in values)
        kinds = sorted({(kind or "").replace("_", " ") for _, kind in values})
        yield Sighting(
            account=account,
            places=named,
            alpha=(own.weak if weak else own.alpha) or 0.0,
            pool=SIGNAL.name,
            summary=SIGNAL.sentence(named) + (f" Type of number: {', '.join(kinds)}." if weak else ""),
            count=len(values),
            sources=tuple(dict.fromkeys(s for value, _ in values for s in behind.get((account, value), ()))),
        )


SIGNAL = PointSignal(
    name="phone_region",
    cls="acquisition",
    unit=("phone number", "phone numbers"),
    ask="the phone number's country",
    says="A telephone number of the account belongs to {place}.",
    means="The number was assigned in this territory; numbers are usually bought where people live. A calling code "
    "that several territories share names all of them.",
    misleads="Verification numbers are sold by country, and people keep their number when they move.",
    confirm="Ask for the carrier and the number's history, or for a second number.",
    behind=f"{NUMBERS} UNION ALL {signal_rows('phone_region')}",
    needs=("phonenumbers",),
    needed_when_loading=True,
    gather=gather,
)
