"""Where the managers of a page sit, as the platform tells it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from attrigraph.inference.signal import CONTRADICTING, Observed, PointSignal, Sighting, Skipped, locators, signal_rows
from attrigraph.inference.weights import Weights
from attrigraph.territories import regions

if TYPE_CHECKING:
    from attrigraph.graph import Store

OF_ALL = re.compile(r"(\d+)\s*(?:of|/)\s*(\d+)")
IN_VALUE = re.compile(r"[(:=]\s*(\d+)[^)\d]*\)?\s*$")
UNDATED = datetime(1990, 1, 1, tzinfo=UTC)
NOTES = """
SELECT account_id, value, arg_max(note, coalesce(observed_at, TIMESTAMPTZ '1990-01-01 00:00:00+00'))
FROM signals WHERE signal = 'admin_country' AND note IS NOT NULL GROUP BY account_id, value
"""


@dataclass(frozen=True, slots=True)
class Managers:
    """What one value says: the places, how many managers sit there, and of how many in all (None: not told)."""

    places: tuple[str, ...]
    here: int | None
    of: int | None
    doubted: bool


def gather(store: Store, observed: Observed, weights: Weights) -> Iterator[Sighting | Skipped]:
    """One sighting per account and place of the newest statement; what adds up to more than there are is left out."""
    own, behind = weights.signal(SIGNAL.name), locators(observed, SIGNAL.behind)
    notes: dict[str, dict[str, str]] = defaultdict(dict)
    for account, value, note in observed.connection().execute(NOTES).fetchall():
        notes[account][value] = note
    by_account: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in SIGNAL.rows(store):
        by_account[row["account"]].append(row)
    for account, rows in sorted(by_account.items()):
        at = max((row["at"] or UNDATED for row in rows), default=UNDATED)
        newest = [row for row in rows if (row["at"] or UNDATED) == at]
        stated = _stated(newest, notes[account])
        shares = manager_shares(stated.values())
        if shares is None:
            yield Skipped(CONTRADICTING)
            continue
        for value, found in stated.items():
            here, whole = shares[found.places]
            yield Sighting(
                account=account,
                places=found.places,
                alpha=here / (whole + 1) * (own.doubted if found.doubted else 1.0),
                pool=SIGNAL.name,
                summary=SIGNAL.sentence(found.places) + (f" {here} of {whole} are told." if whole > 1 else ""),
                count=here,
                first_at=None if at == UNDATED else at,
                last_at=None if at == UNDATED else at,
                sources=behind.get((account, value), ()),
            )


def _stated(rows: Iterable[Mapping[str, Any]], notes: Mapping[str, str]) -> dict[str, Managers]:
    grouped: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        grouped[row["value"]].append(row)
    found = {}
    for value, group in sorted(grouped.items()):
        region = next((row["region"] for row in group if row["region"]), None)
        codes = regions().get(region, ()) if region else [row["place"] for row in group if row["place"]]
        told = OF_ALL.search(notes.get(value, ""))
        counted = IN_VALUE.search(value)
        here = int(told[1]) if told else int(counted[1]) if counted else None
        doubted = any(row["accurate"] is False for row in group)
        if codes:
            found[value] = Managers(tuple(sorted(set(codes))), here, int(told[2]) if told else None, doubted)
    return found


def manager_shares(stated: Iterable[Managers]) -> dict[tuple[str, ...], tuple[int, int]] | None:
    """Places -> (managers there, managers in all); without any number each place has one. None when they contradict.

    >>> manager_shares([Managers(("PT",), 3, 4, False), Managers(("NG",), 1, 4, False)])
    {('PT',): (3, 4), ('NG',): (1, 4)}
    >>> manager_shares([Managers(("PT",), 3, 4, False), Managers(("NG",), 3, 4, False)]) is None
    True
    """
    here: dict[tuple[str, ...], int] = {}
    wholes: set[int] = set()
    for managers in stated:
        here[managers.places] = max(here.get(managers.places, 0), 1 if managers.here is None else managers.here)
        wholes |= {managers.of} if managers.of is not None else set()
    whole = max(wholes, default=sum(here.values()))
    if len(wholes) > 1 or sum(here.values()) > whole or not all(here.values()):
        return None
    return {places: (count, whole) for places, count in here.items()}


SIGNAL = PointSignal(
    name="admin_country",
    cls="network",
    unit=("manager", "managers"),
    says="The platform shows managers of the page in {place}.",
    means="The platform tells where those who manage the page sit, from their profiles and connections.",
    misleads="Managers use VPNs, straw managers are added, idle ones count, and a page may hide its managers.",
    confirm="Ask the platform for the managers who post, and the addresses behind their places.",
    behind=signal_rows("admin_country"),
    of_addresses=True,
    strength="share of the managers",
    gather=gather,
    stated=True,
)
