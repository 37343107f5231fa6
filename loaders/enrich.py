"""Enrichment: every distinct address of the graph looked up once, what each source says written beside the others.

`LOCATED_IN` (one for each source and kind of statement) and `ANNOUNCED_BY` carry source and build date; the address
gets its network type with who decided it, whether anonymisers were checked, and whether the sources disagree. Done
again with the same sources it changes nothing; with other sources, what they do not say any more is taken off.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from attrigraph.graph import Store, statement
from attrigraph.loaders.ip.editions import written
from attrigraph.loaders.ip.kinds import NETWORK_TYPES
from attrigraph.loaders.ip.lists import ListReject
from attrigraph.loaders.ip.lookup import IpFacts, Used, lookup
from attrigraph.loaders.ip.ranges import NONE
from attrigraph.loaders.ip.sources import IpSources
from attrigraph.progress import SILENT, Progress
from attrigraph.territories import territory_name

__all__ = ["BATCH", "EnrichReport", "enrich"]

BATCH = 20_000
"""Addresses looked up and written at a time; bounds the memory."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class EnrichReport:
    """What was found. Counts are of distinct addresses; `addresses` of them were looked up.

    `located` and `announced` count by source, `decided` by who decided the network type. `not_located` are routable
    addresses no source places in a country. `rejects` are lines of lists that were not understood.
    """

    addresses: int
    network_types: Mapping[str, int]
    decided: Mapping[str, int]
    located: Mapping[str, int]
    announced: Mapping[str, int]
    disagreements: int
    not_located: int
    not_routable: int
    checked: int
    sources: tuple[Mapping[str, str], ...]
    rejects: tuple[ListReject, ...]

    def rows(self) -> list[Row]:
        """The report as a table: what, value, addresses (of rejected lines: lines). Types without any are left out."""
        counted: list[tuple[str, str, int]] = [
            *(("network type", name, n) for name, n in self.network_types.items()),
            *(("decided by", name, n) for name, n in self.decided.items()),
            *(("located by", name, n) for name, n in self.located.items()),
            *(("network by", name, n) for name, n in self.announced.items()),
            ("territories", "sources disagree", self.disagreements),
            ("territories", "no source locates it", self.not_located),
            ("routing", "not routable", self.not_routable),
            ("anonymisers", "checked in VPN, hosting and Tor lists", self.checked),
            ("anonymisers", "not checked", self.addresses - self.checked),
            ("all", "addresses looked up", self.addresses),
        ]
        rejected = Counter(f"{reject.file}: {reject.reason}" for reject in self.rejects)
        counted += [("lines rejected", name, n) for name, n in rejected.items()]
        return [{"what": what, "value": value, "addresses": n} for what, value, n in counted]


def enrich(
    store: Store, sources: IpSources | None = None, progress: Progress = SILENT, *, pending: bool = False
) -> EnrichReport:
    """Look up every address of the graph, or with `pending` only those that never were.

    Raises UnreadableFile when a source is missing, changed or damaged; nothing is written then.
    """
    sources = sources or IpSources()
    sources.open()
    found = store.read(statement("facts/addresses"), pending=pending)
    times = _times(store) if sources.editions() else {}
    progress.step("looking up addresses", len(found))
    total: dict[str, Counter[str]] = {name: Counter() for name in ("type", "by", "place", "network", "all")}
    for start in range(0, len(found), BATCH):
        part = found[start : start + BATCH]
        facts = lookup([row["id"] for row in part], sources, _used(part, times))
        _write(store, facts, np.array([row["seen"] for row in part], np.bool_))
        _count(facts, total)
        progress.advance(len(part))
    everything = total["all"]
    return EnrichReport(
        addresses=len(found),
        network_types=dict(total["type"].most_common()),
        decided=dict(total["by"].most_common()),
        located=dict(sorted(total["place"].items())),
        announced=dict(sorted(total["network"].items())),
        disagreements=everything["disagreement"],
        not_located=everything["not_located"],
        not_routable=everything["not_routable"],
        checked=everything["checked"],
        sources=tuple(sources.describe()),
        rejects=sources.rejects(),
    )


def _times(store: Store) -> dict[str, tuple[float, float]]:
    """Address -> its first and last use, in seconds since 1970."""
    rows = store.read(statement("facts/address_times"))
    return {r["id"]: (r["first_at"].timestamp(), r["last_at"].timestamp()) for r in rows if r["first_at"]}


def _used(part: Sequence[Row], times: Mapping[str, tuple[float, float]]) -> Used | None:
    if not times:
        return None
    never = (math.nan, math.nan)
    first, last = np.array([times.get(row["id"], never) for row in part], np.float64).T
    return first, last


def _count(facts: IpFacts, total: dict[str, Counter[str]]) -> None:
    for at, n in zip(*np.unique(facts.network_type, return_counts=True), strict=True):
        total["type"][NETWORK_TYPES[at]] += int(n)
    for at, n in zip(*np.unique(facts.decided_by, return_counts=True), strict=True):
        total["by"][facts.deciders[at]] += int(n)
    for place in facts.places:
        total["place"][f"{place.source} ({place.kind}, {place.build_date})"] += int((place.at != NONE).sum())
    for network in facts.networks:
        total["network"][f"{network.source} ({network.build_date})"] += int((network.numbers != 0).sum())
    total["all"]["disagreement"] += int(facts.disagreement.sum())
    total["all"]["not_located"] += int((facts.routable & (facts.answers == 0)).sum())
    total["all"]["not_routable"] += int((~facts.routable).sum())
    total["all"]["checked"] += int(facts.anonymiser_checked.sum())


def _write(store: Store, facts: IpFacts, seen: np.ndarray[Any, np.dtype[np.bool_]]) -> None:
    """Ends first, then statements, then what is stale; the address last: its network type says that all is there."""
    places, networks = list(_places(facts)), list(_networks(facts))
    codes = sorted({row["end"] for row in places})
    store.write_nodes("Territory", [{"code": code, "name": territory_name(code)} for code in codes])
    store.write_nodes("AutonomousSystem", _systems(facts, {row["end"] for row in networks}))
    store.write_relationships("LOCATED_IN", "IPAddress", "Territory", places)
    store.write_relationships("ANNOUNCED_BY", "IPAddress", "AutonomousSystem", networks)
    if seen.any():
        _remove_stale(store, [facts.addresses[i] for i in np.flatnonzero(seen)], places, networks)
    store.write_nodes("IPAddress", _addresses(facts))


def _places(facts: IpFacts) -> Iterator[Row]:
    for place in facts.places:
        for i in np.flatnonzero(place.at != NONE).tolist():
            yield {
                "start": facts.addresses[i],
                "end": place.codes[place.at[i]],
                "source": place.source,
                "kind": place.kind,
                "build_date": place.build_date,
            }


def _networks(facts: IpFacts) -> Iterator[Row]:
    for network in facts.networks:
        for i in np.flatnonzero(network.numbers).tolist():
            yield {
                "start": facts.addresses[i],
                "end": f"AS{network.numbers[i]}",
                "source": network.source,
                "build_date": network.build_date,
            }


def _systems(facts: IpFacts, ids: set[str]) -> list[Row]:
    """The systems with the name the first source has for them."""
    names: dict[str, str] = {}
    for network in reversed(facts.networks):
        names |= {f"AS{number}": name for number, name in network.names.items()}
    return [{"id": id_, "name": names.get(id_)} for id_ in sorted(ids)]


def _addresses(facts: IpFacts) -> Iterator[Row]:
    routable = facts.routable
    for i, address in enumerate(facts.addresses):
        yield {
            "id": address,
            "network_type": NETWORK_TYPES[facts.network_type[i]],
            "network_type_source": facts.deciders[facts.decided_by[i]],
            "types_over_time": [written(told) for told in facts.types_over_time.get(i, ())],
            "anonymiser_checked": bool(facts.anonymiser_checked[i]),
            "disagreement": bool(facts.disagreement[i]),
            "routable": bool(routable[i]),
        }


def _remove_stale(store: Store, addresses: list[str], places: list[Row], networks: list[Row]) -> None:
    said: dict[str, Row] = {address: {"id": address, "places": [], "networks": []} for address in addresses}
    for row in places:
        if row["start"] in said:
            said[row["start"]]["places"].append(f"{row['source']} {row['kind']} {row['end']}")
    for row in networks:
        if row["start"] in said:
            said[row["start"]]["networks"].append(f"{row['source']} {row['end']}")
    rows = list(said.values())
    store.execute_batches(statement("facts/stale_places"), rows)
    store.execute_batches(statement("facts/stale_networks"), rows)
