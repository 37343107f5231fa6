"""Addresses in, facts out: territory, autonomous system and network type of many addresses at once, by column.

Every source keeps its own column, so that their disagreement stays visible. A network type is the first statement in
the order of `kinds.PRECEDENCE`; without any it is `unknown`. Addresses that are not routable have no territory, no
system and the type `unknown`, whatever a list says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from attrigraph.loaders.ip.addresses import Addresses, Bools, Ints, parse
from attrigraph.loaders.ip.curated import CURATED, CURATED_DATE, systems
from attrigraph.loaders.ip.editions import TypeFrom, beginnings, series_of, speaking, type_changes
from attrigraph.loaders.ip.kinds import NETWORK_TYPES, PRECEDENCE, UNKNOWN_TYPE
from attrigraph.loaders.ip.mmdb import Records
from attrigraph.loaders.ip.ranges import NONE
from attrigraph.loaders.ip.sources import DatabaseSource, IpSources, OpenSources
from attrigraph.loaders.ip.special import special_names, special_table
from attrigraph.loaders.ip.tables import as_table, country_table
from attrigraph.territories import resolve_code

__all__ = ["IpFacts", "Networks", "Places", "Used", "lookup"]

NOBODY = "no list and no database names it"
NOT_AN_ADDRESS = "not an address"

Answers = list[tuple[DatabaseSource, Records]]
"""What each database says."""
Times = NDArray[np.float64]
Used = tuple[Times, Times]
"""First and last use of each address, in seconds since 1970; nan where none is known."""


@dataclass(frozen=True, slots=True)
class Places:
    """What one source says about where addresses are. `kind`: country, registered or represented.

    `at` is an index into `codes` (territory codes), -1 where the source is silent.
    """

    source: str
    build_date: str
    kind: str
    at: Ints
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Networks:
    """What one source says about autonomous systems: `numbers` (0: silent) and names of those that occur."""

    source: str
    build_date: str
    numbers: NDArray[np.int64]
    names: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class IpFacts:
    """One entry an address in every column, in the order given.

    `special` and `decided_by` are indexes into `special_names` and `deciders`; `network_type` one into `NETWORK_TYPES`.
    `answers` counts the sources that name a country, `disagreement` is set when they name different ones.
    `network_type` is what hides most of all that was said at times an address was in use; where editions say different
    things at different times, `types_over_time` has them by position.
    """

    addresses: tuple[str, ...]
    version: NDArray[np.int8]
    special: Ints
    places: tuple[Places, ...]
    networks: tuple[Networks, ...]
    answers: NDArray[np.int8]
    disagreement: Bools
    network_type: Ints
    decided_by: Ints
    deciders: tuple[str, ...]
    anonymiser_checked: Bools
    types_over_time: Mapping[int, tuple[TypeFrom, ...]]

    def __len__(self) -> int:
        return len(self.addresses)

    @property
    def routable(self) -> Bools:
        """Addresses that can be used on the Internet."""
        usable: Bools = (self.special == NONE) & (self.version != 0)
        return usable

    def to_pandas(self) -> pd.DataFrame:
        """One row an address: a column per source, as `country (SOURCE)` and `asn (SOURCE)`, and the decision."""
        columns: dict[str, object] = {
            "address": list(self.addresses),
            "version": self.version,
            "routable": self.routable,
            "special": _words(self.special, special_names()),
        }
        for place in self.places:
            columns[f"{place.kind} ({place.source})"] = _words(place.at, place.codes)
        for network in self.networks:
            columns[f"asn ({network.source})"] = network.numbers
        columns |= {
            "disagreement": self.disagreement,
            "network_type": _words(self.network_type, NETWORK_TYPES),
            "network_type_source": _words(self.decided_by, self.deciders),
            "anonymiser_checked": self.anonymiser_checked,
        }
        return pd.DataFrame(columns)


def _words(at: Ints, words: tuple[str, ...]) -> pd.Categorical:
    return pd.Categorical.from_codes(at, categories=pd.Index(words, dtype="str"))


def lookup(addresses: Iterable[str], sources: IpSources | None = None, used: Used | None = None) -> IpFacts:
    """Look addresses up in the bundled tables and in the sources given. Raises UnreadableFile for a damaged source.

    Of a source in several editions those speak that are nearest to the time an address was `used`, else the newest.
    """
    given = sources or IpSources()
    opened = given.open()
    parsed = parse(addresses)
    speaks = _speaking(given, used or _always(parsed, np.nan))
    special = special_table().find(parsed)
    routable = (special == NONE) & (parsed.version != 0)
    records = [(origin, database.records(parsed)) for origin, database in opened.databases]
    places = tuple(_silenced(place, routable) for place in _places(parsed, opened, records, speaks))
    networks = tuple(
        Networks(n.source, n.build_date, np.where(routable, n.numbers, 0), n.names)
        for n in _networks(parsed, records, speaks)
    )
    answers, disagreement = _agreement(places, len(parsed))
    statements = _statements(parsed, opened, records, networks, speaks)
    kinds, decided_by, deciders = _decide(parsed, statements, special)

    def types_at(moment_s: float) -> Ints:
        then = _speaking(given, _always(parsed, moment_s))
        announced = tuple(_networks(parsed, records, then))
        return _decide(parsed, _statements(parsed, opened, records, announced, then), special)[0]

    checked = np.zeros(len(parsed), np.bool_)
    for version in (4, 6):
        checked |= (parsed.version == version) & routable & opened.checked(version)
    return IpFacts(
        parsed.text,
        parsed.version,
        special,
        places,
        networks,
        answers,
        disagreement,
        kinds,
        decided_by,
        deciders,
        checked,
        _over_time(given, types_at),
    )


def _always(parsed: Addresses, moment_s: float) -> Used:
    """Every address in use at one moment; nan where none is known."""
    return np.full(len(parsed), moment_s), np.full(len(parsed), moment_s)


def _over_time(sources: IpSources, types_at: Callable[[float], Ints]) -> dict[int, tuple[TypeFrom, ...]]:
    """The addresses whose type is not the same under all editions, with the type from each border of editions on."""
    starts = beginnings(sources.editions().values())
    if len(starts) < 2:
        return {}
    types = np.stack([types_at(start) for start in starts])
    return {
        i: type_changes(starts, [NETWORK_TYPES[at] for at in types[:, i].tolist()])
        for i in np.flatnonzero((types != types[0]).any(axis=0)).tolist()
    }


Speaks = Mapping[tuple[str, str], Bools]
"""Edition -> the addresses it speaks about; the only edition of a source is not in it and speaks about all."""


def _speaking(sources: IpSources, used: Used) -> Speaks:
    return {
        (series, edition): mask
        for series, editions in sources.editions().items()
        for edition, mask in speaking(editions, *used).items()
    }


def _only(at: Ints, speaks: Speaks, edition: tuple[str, str]) -> Ints:
    """Silence (-1) for the addresses that the edition does not speak about."""
    return np.where(speaks[edition], at, NONE).astype(np.int32) if edition in speaks else at


def _silenced(place: Places, routable: Bools) -> Places:
    at = np.where(routable, place.at, NONE).astype(np.int32)
    return Places(place.source, place.build_date, place.kind, at, place.codes)


def _places(parsed: Addresses, opened: OpenSources, records: Answers, speaks: Speaks) -> Iterator[Places]:
    table = country_table()
    yield _coded(table.info.source, table.info.build_date, "country", table.ranges.find(parsed), table.codes)
    for source, found in opened.lists:
        if source.kind == "country":
            at = _only(found.ranges.find(parsed), speaks, source.edition)
            yield Places(source.name, source.date, "country", at, found.codes)
    for origin, answered in records:
        for kind, path in answered.shape.places.items():
            at, codes = answered.places(path)
            yield _coded(origin.source, origin.build_date, kind, _only(at, speaks, origin.edition), codes)


def _coded(source: str, build_date: str, kind: str, at: Ints, codes: tuple[str, ...]) -> Places:
    """Codes as territories; what is no territory (`EU`, `AN`, `XX`) is silence."""
    known = [resolve_code(code) for code in codes]
    territories = tuple(sorted({code for code in known if code}))
    translate = np.array([*(territories.index(code) if code else NONE for code in known), NONE], np.int32)
    return Places(source, build_date, kind, translate[at], territories)


def _networks(parsed: Addresses, records: Answers, speaks: Speaks) -> Iterator[Networks]:
    table = as_table()
    index = table.ranges.find(parsed)
    numbers = np.append(table.numbers, 0)[index]
    occurs = np.zeros(len(table.numbers) + 1, np.bool_)
    occurs[index] = True
    names = {int(table.numbers[i]): table.names[i] for i in np.flatnonzero(occurs[:-1]).tolist()}
    yield Networks(table.info.source, table.info.build_date, numbers, names)
    for source, found in records:
        if found.shape.asn:
            numbers, names = found.numbers()
            numbers = np.where(speaks[source.edition], numbers, 0) if source.edition in speaks else numbers
            yield Networks(source.source, source.build_date, numbers, names)


def _agreement(places: tuple[Places, ...], n: int) -> tuple[NDArray[np.int8], Bools]:
    """How many sources name a country, and whether two of them name different ones."""
    answers, disagreement = np.zeros(n, np.int8), np.zeros(n, np.bool_)
    codes = {code: i for i, code in enumerate(sorted({c for p in places for c in p.codes}))}
    first = np.full(n, NONE, np.int32)
    for place in places:
        if place.kind == "country":
            said = np.array([*(codes[c] for c in place.codes), NONE], np.int32)[place.at]
            speaks = said != NONE
            disagreement |= speaks & (first != NONE) & (said != first)
            first = np.where(first == NONE, said, first)
            answers += speaks
    return answers, disagreement


def _decide(
    parsed: Addresses, statements: Iterable[tuple[Bools, str, str]], special: Ints
) -> tuple[Ints, Ints, tuple[str, ...]]:
    """Network type, and who said so: the first in the order of precedence; earlier sources win among equals."""
    rank = np.full(len(parsed), len(PRECEDENCE), np.int32)
    decided_by = np.zeros(len(parsed), np.int32)
    deciders = {NOBODY: 0}
    for mask, kind, source in statements:
        better = mask & (PRECEDENCE.index(kind) < rank)
        rank[better] = PRECEDENCE.index(kind)
        decided_by[better] = deciders.setdefault(source, len(deciders))
    for at, name in enumerate(special_names()):
        decided_by[special == at] = deciders.setdefault(f"not routable: {name}", len(deciders))
    decided_by[parsed.version == 0] = deciders.setdefault(NOT_AN_ADDRESS, len(deciders))
    rank[(special != NONE) | (parsed.version == 0)] = len(PRECEDENCE)
    unknown = NETWORK_TYPES.index(UNKNOWN_TYPE)
    kinds = [NETWORK_TYPES.index(k) if k in NETWORK_TYPES else unknown for k in PRECEDENCE]
    return np.array([*kinds, unknown], np.int32)[rank], decided_by, tuple(deciders)


def _statements(
    parsed: Addresses, opened: OpenSources, records: Answers, networks: tuple[Networks, ...], speaks: Speaks
) -> Iterator[tuple[Bools, str, str]]:
    """Who is said to be what, by whom: lists of the user, databases of the user, the curated list."""
    for source, found in opened.lists:
        if source.kind != "country":
            mask = (found.ranges.find(parsed) != NONE) | _member(networks, found.asns)
            series, edition = source.edition
            mask = mask & speaks[series, edition] if (series, edition) in speaks else mask
            yield mask, source.kind, f"{series_of(source.name, edition)} ({source.kind}, {source.date})"
    for origin, answered in records:
        series, edition = origin.edition
        for mask, kind in answered.types():
            mask = mask & speaks[series, edition] if (series, edition) in speaks else mask
            yield mask, kind, f"{series} ({kind}, {origin.build_date})"
    curated = np.array(sorted(systems()), np.int64)
    types = np.array([*(PRECEDENCE.index(systems()[n].type) for n in curated.tolist()), NONE], np.int8)
    for network in networks:
        at = np.minimum(np.searchsorted(curated, network.numbers), len(curated) - 1)
        said = types[np.where(curated[at] == network.numbers, at, len(curated))]
        for kind in np.unique(types[types != NONE]).tolist():
            yield said == kind, PRECEDENCE[kind], f"{CURATED} ({PRECEDENCE[kind]}, {CURATED_DATE})"


def _member(networks: tuple[Networks, ...], asns: frozenset[int]) -> Bools:
    """Addresses that any source puts in one of the systems."""
    mask = np.zeros(len(networks[0].numbers), np.bool_)
    if asns:
        wanted = np.array(sorted(asns), np.int64)
        for network in networks:
            mask |= np.isin(network.numbers, wanted)
    return mask
