"""What a signal is: its declaration, what it sees (a sighting, a profile field or scores), and how it reads its facts.

A signal is one module in `inference/signals/` with one `SIGNAL`, one query in `cypher/facts/` (unless its facts are
`stated` or columns of the observations) and one test. `inference/signals/__init__.py` finds it; nothing else changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from attrigraph.graph import statement
from attrigraph.inference.stated import STATED, stated_by
from attrigraph.inference.weights import Weights
from attrigraph.territories import regions

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from attrigraph.graph import Store
    from attrigraph.inference.world import World

__all__ = [
    "CONTRADICTING",
    "LOCATORS",
    "Conduct",
    "Field",
    "LinkSignal",
    "Observed",
    "PersonaSignal",
    "PointSignal",
    "ScoreSignal",
    "Scores",
    "Sighting",
    "Signal",
    "Skipped",
    "StorySignal",
    "account_rows",
    "locators",
    "of_case",
    "signal_rows",
]

LOCATORS = 100
"""At most so many source rows are named in one item; `n` counts them all."""

NAMED_AT_MOST = 6
"""Larger sets are told by their number."""
NEWEST_VALUES = """
WITH stated AS (
    SELECT account_id, trim(value) AS value, coalesce(observed_at, TIMESTAMPTZ '1990-01-01 00:00:00+00') AS seen
    FROM signals WHERE signal = $signal AND trim(value) <> ''
), newest AS (SELECT account_id, value FROM stated QUALIFY seen = max(seen) OVER (PARTITION BY account_id))
SELECT account_id, list_sort(list(DISTINCT value)) FROM newest GROUP BY account_id ORDER BY account_id
"""

Row = Mapping[str, Any]
Locators = Mapping[tuple[str, str], tuple[str, ...]]


class Observed(Protocol):
    """What a signal may read of the observations: one connection with a view per table."""

    def connection(self) -> DuckDBPyConnection:
        """Views `accounts`, `logins`, `posts`, `signals`, `identifiers`, ... (empty where nothing was loaded)."""


class Seen:
    """What signals see can be put away in files: copied by its values, which is quicker than what dataclasses do."""

    __slots__: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[type[Seen], tuple[Any, ...]]:
        return type(self), tuple([getattr(self, name) for name in self.__slots__])


@dataclass(frozen=True, slots=True)
class Sighting(Seen):
    """One fact that points at a territory, or at a set of them (`places`, sorted).

    `alpha` is its strength, `n` how often it counts (n_eff), `count` the observations behind it, `pool` names the
    values it is compared with when the share pi of a territory is counted.
    """

    account: str
    places: tuple[str, ...]
    alpha: float
    pool: str
    summary: str
    n: float = 1.0
    count: int = 1
    first_at: datetime | None = None
    last_at: datetime | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conduct(Seen):
    """How one account is used: the chance of it under the honest story and under cover, the same wherever it is."""

    account: str
    honest: float
    cover: float
    summary: str
    count: int = 1
    first_at: datetime | None = None
    last_at: datetime | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field(Seen):
    """One profile field of one account; `value` as the person set it."""

    account: str
    value: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """Facts that were left out, counted and said with the run: what contradicts itself, names nothing, is no number.

    With `account` all that a signal could have used of it was left out.
    """

    reason: str
    count: int = 1
    account: str = ""


CONTRADICTING = "values that contradict each other"


@dataclass(frozen=True, slots=True)
class Scores(Seen):
    """What a signal says about every territory at once: ln of a likelihood ratio against the background, in nats.

    `llr` is by territory code, or a vector in the order of `world.priors`; territories a mapping leaves out get
    `rest`. Values are those of an account that hides nothing: `inference/scores.py` limits them (`limit` and `against`
    of the signal's weights), multiplies by `factor` and mixes in the chance that the behaviour is staged.
    """

    account: str
    llr: Mapping[str, float] | NDArray[np.floating[Any]]
    summary: str
    rest: float = 0.0
    factor: float = 1.0
    count: int = 1
    first_at: datetime | None = None
    last_at: datetime | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """The declaration every signal shares.

    `facts` names the query in `cypher/facts/`, `columns` the columns of the observations it reads instead; `behind` is
    SQL over the observations that yields account_id, value, source, record of the rows behind a fact; `needs` are
    packages of the extra `geo`, for some `needed_when_loading`: what was loaded with them can be read without; `unit`
    is what is counted; `strength` are words for what no number of the weights says; `ask` are words for one more of it
    where that can be asked for ("the app store"). `whole` marks a signal that compares accounts with each other: it
    must see all of them at once, while others are asked part by part. `stated` marks one of those that one query reads
    together: places accounts point to, fields of profiles.
    """

    name: str
    cls: str
    unit: tuple[str, str]
    means: str
    misleads: str
    confirm: str
    strength: str = ""
    ask: str = ""
    columns: str = ""
    behind: str = ""
    needs: tuple[str, ...] = ()
    needed_when_loading: bool = False
    whole: bool = False
    stated: bool = False

    def __reduce__(self) -> tuple[Callable[[str], Signal], tuple[str]]:
        """Copied by name: what is put away refers to the one of the registry."""
        return _registered, (self.name,)

    @property
    def facts(self) -> str:
        """Name of its query."""
        return STATED if self.stated else f"facts/{self.name}"

    def rows(self, store: Store) -> Iterator[Row]:
        """Its facts in the graph."""
        rows = store.stream(statement(self.facts))
        return stated_by(self.name, rows) if self.stated else rows

    def missing(self) -> tuple[str, ...]:
        """Packages it needs that are not installed."""
        return tuple(package for package in self.needs if find_spec(package) is None)

    def count(self, store: Store, observed: Observed) -> int:  # noqa: ARG002 - signals over observations need it
        """How many facts there are that cannot be read: what is skipped without the packages."""
        rows = self.rows(store)
        return sum(1 for row in rows if not self.needed_when_loading or row["place"] is None)


def _registered(name: str) -> Signal:
    from attrigraph.inference.signals import signal

    return signal(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointSignal(Signal):
    """A signal whose facts point at a territory.

    Its query returns account, value, place (a code) or region (a name), accurate, at; in `says`, `{place}` becomes the
    place and `{value}` what was observed. `gather` replaces the reading where facts are more than that. With
    `one_value` an account can have one place only: several contradict each other and are left out. `addresses` marks
    a signal that sees addresses, `of_addresses` one that only tells what somebody else made of them.
    """

    says: str = ""
    addresses: bool = False
    of_addresses: bool = False
    gather: Callable[[Store, Observed, Weights], Iterator[Sighting | Skipped]] | None = None
    one_value: bool = False

    def sightings(self, store: Store, observed: Observed, weights: Weights) -> Iterator[Sighting | Skipped]:
        """Everything this signal sees in the case."""
        if self.gather:
            return self.gather(store, observed, weights)
        found = self.read(self.rows(store), locators(observed, self.behind), weights)
        return one_of_each(found) if self.one_value else found

    def read(self, rows: Iterable[Row], behind: Locators, weights: Weights) -> Iterator[Sighting]:
        """Sightings from the rows of the query: rows of one account and value are one sighting of a set."""
        own = weights.signal(self.name)
        grouped: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in rows:
            grouped[row["account"], row["value"]].append(row)
        for (account, value), group in grouped.items():
            region = next((r["region"] for r in group if r["region"]), None)
            codes = regions().get(region, ()) if region else [r["place"] for r in group if r["place"]]
            if not codes:
                continue
            places = tuple(sorted(set(codes)))
            doubted = any(r["accurate"] is False for r in group)
            at = max((r["at"] for r in group if r["at"]), default=None)
            sources = behind.get((account, value), ())
            yield Sighting(
                account=account,
                places=places,
                alpha=(own.alpha or 0.0) * (own.doubted if doubted else 1.0),
                pool=self.name,
                summary=self.sentence(places, region, value)
                + (" The platform says it may be wrong." if doubted else ""),
                count=max(1, len(sources)),
                first_at=at,
                last_at=at,
                sources=sources,
            )

    def sentence(self, places: tuple[str, ...], region: str | None = None, value: str = "") -> str:
        """What one sighting says, in words."""
        return self.says.format(place=named(places, region), value=value)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaSignal(Signal):
    """A profile field. `shares(value)` gives P(value | territory), or None when the value says nothing.

    With `points` the shares are the parts of a named place (they sum to 1, and alpha applies); `is_default` tells
    values people leave as delivered (English, Los Angeles); `may_leak` marks fields that can contradict the others;
    `anchors` marks a field that others can contradict although it names no place. `unread` says in words why a value
    cannot be read (a zone that does not exist); None for others, among them those known to say nothing (UTC). `says`
    is the summary. `gather` replaces the reading: by default the query gives the fields of profiles, and rows of the
    table `signals` with the name of the signal those of accounts whose profile has none.
    """

    shares: Callable[[str], Mapping[str, float] | None]
    says: str
    points: bool = False
    may_leak: bool = False
    anchors: bool = False
    is_default: Callable[[str], bool] = field(default=lambda _: False)
    unread: Callable[[str], str | None] = field(default=lambda _: None)
    gather: Callable[[Store, Observed], Iterator[Field | Skipped]] | None = None

    def count(self, store: Store, observed: Observed) -> int:
        """How many accounts fill the field."""
        return sum(isinstance(found, Field) for found in self.fields(store, observed))

    def fields(self, store: Store, observed: Observed) -> Iterator[Field | Skipped]:
        """The field of every account that fills it."""
        if self.gather:
            yield from self.gather(store, observed)
            return
        behind, filled = locators(observed, self.behind), set()
        if not self.columns:
            for row in self.rows(store):
                filled.add(row["account"])
                yield Field(row["account"], row["value"], behind.get((row["account"], row["value"]), ()))
        yield from self.listed(observed, filled)

    def listed(self, observed: Observed, filled: Collection[str]) -> Iterator[Field | Skipped]:
        """The newest value in the table `signals`, unless values of the same time say different things.

        Accounts that have `filled` the field elsewhere are left out.
        """
        behind = locators(observed, signal_rows(self.name))
        rows = observed.connection().execute(NEWEST_VALUES, {"signal": self.name}).fetchall()
        for account, values in rows:
            said = {tuple(sorted((self.shares(value) or {}).items())) for value in values}
            if len(said) > 1:
                yield Skipped(CONTRADICTING)
            elif account not in filled:
                yield Field(account, values[0], behind.get((account, values[0]), ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSignal(Signal):
    """A signal that scores every territory: hours, daylight saving, weekends, ties.

    `score(store, observed, world)` yields at most one `Scores` an account, and none where there is too little to say;
    `Skipped` with the account where there is enough that cannot be used.
    """

    score: Callable[[Store, Observed, World], Iterator[Scores | Skipped]]

    def scores(self, store: Store, observed: Observed, world: World) -> Iterator[Scores | Skipped]:
        """What this signal says about every account it can read."""
        return self.score(store, observed, world)


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySignal(Signal):
    """A signal that tells the honest story from cover and no territory from another.

    `gather(store, observed, weights, displays)` yields at most one `Conduct` an account; `displays` is the territory
    that the profile of an account shows, where it shows one.
    """

    gather: Callable[[Store, Observed, Weights, Mapping[str, str]], Iterator[Conduct]]

    def conduct(
        self, store: Store, observed: Observed, weights: Weights, displays: Mapping[str, str]
    ) -> Iterator[Conduct]:
        """What this signal sees of every account."""
        return self.gather(store, observed, weights, displays)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSignal(Signal):
    """A signal that ties accounts to each other and is propagated; it makes no items."""


def named(places: tuple[str, ...], region: str | None = None) -> str:
    """The places in words: a region by its name, a set with "or", a large set by its number."""
    from attrigraph.territories import territory_name

    if len(places) > NAMED_AT_MOST:
        return region or f"one of {len(places)} territories"
    return region or " or ".join(territory_name(code) for code in places)


def one_of_each(found: Iterable[Sighting | Skipped]) -> Iterator[Sighting | Skipped]:
    """The sightings of accounts that have one place only; others contradict themselves."""
    by_account: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in found:
        if isinstance(sighting, Skipped):
            yield sighting
        else:
            by_account[sighting.account].append(sighting)
    for sightings in by_account.values():
        if len({sighting.places for sighting in sightings}) > 1:
            yield Skipped(CONTRADICTING)
        else:
            yield sightings[0]


def signal_rows(name: str) -> str:
    """SQL for the rows of the `signals` table with that name."""
    return f"SELECT account_id, value, source, record FROM signals WHERE signal = '{name}'"  # noqa: S608


def of_case(observed: Observed) -> Observed:
    """The observations of all accounts, where those given are of a part of them."""
    case: Observed = getattr(observed, "case", observed)
    return case


def account_rows(column: str) -> str:
    """SQL for the rows of the `accounts` table that fill a column."""
    return f"SELECT account_id, {column} AS value, source, record FROM accounts WHERE {column} IS NOT NULL"  # noqa: S608


def locators(observed: Observed, behind: str) -> Locators:
    """(account, value) -> locators `source:record` of the rows behind, at most LOCATORS of them."""
    if not behind:
        return {}
    first = f"list_slice(list(source || ':' || record ORDER BY source, record), 1, {LOCATORS})"
    query = f"SELECT account_id, value, {first} FROM ({behind}) GROUP BY account_id, value"  # noqa: S608
    rows = observed.connection().execute(query)
    return {(account, value): tuple(found) for account, value, found in rows.fetchall()}
