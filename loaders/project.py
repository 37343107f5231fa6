"""Observations become the graph: computed in duckdb (`projection.sql`), written through the store.

Only accounts that the given sources touch are written, with values over all observations; writing twice, or again after
a kill, changes nothing. A source is marked projected when everything in it has been written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb

from attrigraph.duck import named_queries
from attrigraph.graph import Store, statement
from attrigraph.loaders.ip.addresses import parse
from attrigraph.loaders.ip.special import special_table
from attrigraph.loaders.observations import Observations, utc
from attrigraph.loaders.places import place_of_signal
from attrigraph.loaders.tables import IDENTIFIER_KINDS, PLACE_SIGNALS
from attrigraph.progress import SILENT, Progress
from attrigraph.territories import OTHER, UNKNOWN, Place, fold, regions, territories, territory_name

__all__ = ["LABELS", "expected_counts", "project"]

Row = dict[str, Any]
BATCH = 10_000
LABELS = {
    "device": "Device",
    "cookie": "Cookie",
    "payment_card": "PaymentCard",
    "phone": "PhoneNumber",
    "email": "EmailAddress",
    "domain": "Domain",
    "analytics": "AnalyticsId",
}
"""Kind of identifier -> label of its node."""


def project(
    store: Store, observations: Observations, sources: Sequence[str] | None = None, progress: Progress = SILENT
) -> dict[str, int]:
    """Write what the sources hold (all of them without any named) into the graph.

    Returns rows written by label and type, and what could not be placed: `unresolved signals` have a value that names
    no territory or region.
    """
    given = observations.sources() if sources is None else list(sources)
    written: Counter[str] = Counter()
    if not store.read(statement("facts/projected_sources")):
        _write_places(store, progress, written)
    _write_sources(store, observations, given, projected=False)
    rows = _Rows(observations, given)
    for name, start, end, found in rows.everything():
        progress.step(f"writing {name}")
        if start is None:
            written[name] += store.write_nodes(name, found, progress=progress).written
        else:
            written[name] += store.write_relationships(name, start, end or "", found, progress=progress).written
    _write_sources(store, observations, given, projected=True)
    written["Source"] += len(given)
    return dict(written) | {"unresolved signals": rows.unresolved}


def expected_counts(observations: Observations) -> dict[str, int]:
    """Nodes per label and relationships per type that follow from the observations, for `verify`."""
    if not observations.sources():
        return {"Account": 0}  # nothing was projected, not even the territories
    rows = _Rows(observations, observations.sources())
    found: Counter[str] = Counter(
        Territory=len(territories()) + 2,
        Region=len(regions()),
        CONTAINS=sum(map(len, regions().values())),
        Source=len(observations.sources()),
    )
    for name, _, _, part in rows.everything(keys_only=True):
        found[name] += sum(1 for _ in part)
    return dict(found)


Part = tuple[str, str | None, str | None, Iterator[Row]]
"""Label or type, labels of its ends (None for nodes), rows as the store takes them."""


class _Rows:
    """The rows of the graph for the accounts some sources touch."""

    def __init__(self, observations: Observations, sources: Sequence[str]) -> None:
        self.connection = observations.connection()
        self.unresolved = 0
        order = observations.sources()
        self.connection.execute("CREATE OR REPLACE TEMP TABLE ranked (source VARCHAR, rank INTEGER)")
        if order:
            self.connection.executemany("INSERT INTO ranked VALUES (?, ?)", [[s, i] for i, s in enumerate(order)])
        self._run("account_sources")
        self._run("touched", sources=list(sources))
        self._run("used")

    def everything(self, *, keys_only: bool = False) -> Iterator[Part]:
        """Every label, then every type, each with its rows; with `keys_only` enough of them to be counted."""
        yield "Account", None, None, self._rows("Account")
        yield "IPAddress", None, None, self._rows("IPAddress") if keys_only else self._addresses()
        for kind in IDENTIFIER_KINDS:
            yield LABELS[kind], None, None, self._identifiers(kind)
        organisations, places = self._claims()
        yield "Organisation", None, None, iter({r["end"]: _organisation(r) for r in organisations}.values())
        yield "LOGGED_IN_FROM", "Account", "IPAddress", self._rows("LOGGED_IN_FROM")
        yield "REGISTERED_FROM", "Account", "IPAddress", self._rows("REGISTERED_FROM")
        for kind in IDENTIFIER_KINDS:
            yield "USED", "Account", LABELS[kind], self._rows("USED", kind=kind)
        yield "POINTS_TO", "Account", "Territory", self._signals()
        yield "POINTS_TO", "Account", "Region", self._region_signals()
        yield "CLAIMED", "Account", "Territory", iter(places)
        yield "CLAIMED", "Account", "Organisation", (_without(r, "name") for r in organisations)
        yield "TIED_WITH", "Account", "Account", self._rows("TIED_WITH")

    def _addresses(self) -> Iterator[Row]:
        for batch in self._batches("IPAddress"):
            ids = [row["id"] for row in batch]
            special = special_table().find(parse(ids)).tolist()
            for address, range_ in zip(ids, special, strict=True):
                yield {"id": address, "version": 6 if ":" in address else 4, "routable": range_ < 0}

    def _identifiers(self, kind: str) -> Iterator[Row]:
        for row in self._rows("identifier", kind=kind):
            found = {"id": row["id"]}
            if kind != "domain":
                found["display"] = row["display"]
            if kind == "phone":
                found |= {"region": row["region"], "kind": row["number_kind"]}
            yield found

    def _signals(self) -> Iterator[Row]:
        """Signals that name territories: one row a territory, sharing the weight. Counts those that name no place."""
        self.unresolved = 0
        for common, place in self._placed():
            self.unresolved += place is None
            if place and not place.region:
                share = 1.0 / len(place.codes)
                yield from (common | {"end": code, "share": share} for code in place.codes)

    def _region_signals(self) -> Iterator[Row]:
        """Signals that name a region."""
        for common, place in self._placed():
            if place and place.region:
                yield common | {"end": place.region, "share": 1.0}

    def _placed(self) -> Iterator[tuple[Row, Place | None]]:
        for row in self._rows("signals", names=list(PLACE_SIGNALS)):
            common = {k: row[k] for k in ("signal", "value", "accurate", "observed_at", "sources")}
            yield common | {"start": row["account_id"]}, place_of_signal(row["signal"], row["value"])

    def _claims(self) -> tuple[list[Row], list[Row]]:
        """Claims about organisations and about territories; one row may make both."""
        organisations, places = [], []
        for row in self._rows("claims"):
            common = _without(row, "territory", "organisation")
            if row["territory"]:
                places.append(common | {"end": row["territory"]})
            if row["organisation"]:
                name = row["organisation"]
                organisations.append(common | {"end": fold(name) or name, "name": name})
        return organisations, places

    def _run(self, name: str, **parameters: Any) -> duckdb.DuckDBPyConnection:
        return self.connection.execute(named_queries("attrigraph.loaders", "projection.sql")[name], parameters)

    def _rows(self, name: str, **parameters: Any) -> Iterator[Row]:
        for batch in self._batches(name, **parameters):
            yield from batch

    def _batches(self, name: str, **parameters: Any) -> Iterator[list[Row]]:
        """Rows of a query, with times in UTC. One query is read at a time: there is one connection."""
        cursor = self._run(name, **parameters)
        described = cursor.description or []
        names = [column[0] for column in described]
        times = [i for i, column in enumerate(described) if str(column[1]) == "TIMESTAMP"]
        while batch := cursor.fetchmany(BATCH):
            yield [dict(zip(names, _zoned(row, times), strict=True)) for row in batch]


def _zoned(row: tuple[Any, ...], times: Sequence[int]) -> Sequence[Any]:
    if not times:
        return row
    cells = list(row)
    for i in times:
        cells[i] = utc(cells[i])
    return cells


def _without(row: Mapping[str, Any], *names: str) -> Row:
    return {k: v for k, v in row.items() if k not in names}


def _organisation(row: Mapping[str, Any]) -> Row:
    return {"id": row["end"], "name": row["name"]}


def _write_places(store: Store, progress: Progress, written: Counter[str]) -> None:
    """Every territory, OTHER and UNKNOWN, and the regions with their members."""
    progress.step("writing territories")
    codes = [*territories(), OTHER, UNKNOWN]
    written["Territory"] = store.write_nodes(
        "Territory", [{"code": c, "name": territory_name(c)} for c in codes]
    ).written
    written["Region"] = store.write_nodes("Region", [{"name": name} for name in regions()]).written
    members = [{"start": name, "end": code} for name, found in regions().items() for code in found]
    written["CONTAINS"] = store.write_relationships("CONTAINS", "Region", "Territory", members).written


def _write_sources(store: Store, observations: Observations, sources: Sequence[str], *, projected: bool) -> None:
    rows = []
    for source in sources:
        facts = observations.facts(source)
        named = ("sha256", "name", "format", "provider", "grade", "legal_basis", "rejected")
        row = {"id": source, "rows": facts.get("loaded"), "projected": projected}
        rows.append(row | {name: facts[name] for name in named if facts.get(name) not in (None, "")})
    store.write_nodes("Source", rows)
