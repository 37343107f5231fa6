"""Observations to graph. Every value written is absolute, so that projecting twice, or after a kill, changes nothing.

Only accounts and identifiers that the given sources touch are written; their values are computed over all sources of
the case. `expected_counts` says what a graph of all sources holds: `verify` compares it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from attrigraph.graph import Store
from attrigraph.loaders.observations import Observations
from attrigraph.loaders.places import place_targets
from attrigraph.progress import SILENT, Progress
from attrigraph.territories import OTHER, UNKNOWN, regions, territories, territory_name

__all__ = ["expected_counts", "project"]

Row = dict[str, Any]
BATCH = 20_000
IDENTIFIERS = {
    "device": "Device", "cookie": "Cookie", "payment_card": "PaymentCard", "phone": "PhoneNumber",
    "email": "EmailAddress", "domain": "Domain",
}  # fmt: skip
"""Kind of identifier -> label."""
ACCOUNT_TABLES = ("accounts", "logins", "posts", "signals", "identifiers", "ties", "claims")
"""Tables whose rows make an account known; `labels` are resolved cases and stay out of the graph."""

TOUCHED = " UNION ".join(f'SELECT account_id, source FROM "{name}"' for name in ACCOUNT_TABLES)
ALL_ACCOUNTS = f"{TOUCHED} UNION SELECT other_id, source FROM ties"
MINE = "account_id IN (SELECT account_id FROM touched)"
PROFILE = ("handle", "display_name", "created_at", "location", "language", "time_zone", "followers", "following")
USES = """
    SELECT account_id, kind, value, display, region, number_kind, first_seen,
           coalesce(last_seen, first_seen) AS last_seen, source
    FROM identifiers
    UNION ALL
    SELECT account_id, 'device', device_id, NULL, NULL, NULL, "at", "at", source
    FROM logins WHERE device_id IS NOT NULL
    UNION ALL
    SELECT account_id, 'cookie', cookie_id, NULL, NULL, NULL, "at", "at", source
    FROM logins WHERE cookie_id IS NOT NULL
"""


def project(
    store: Store, observations: Observations, sources: Sequence[str] | None = None, progress: Progress = SILENT
) -> dict[str, int]:
    """Bring sources (default: all of the observations) into the graph; returns rows written by label or type."""
    given = list(observations.sources if sources is None else sources)
    projection = _Projection(observations, given)
    _write_places(store)
    store.write_nodes("Source", [{"id": source, "projected": False} for source in given])
    written = projection.write(store, progress)
    store.write_nodes("Source", [row | {"projected": True} for row in projection.source_rows()])
    return written


def expected_counts(observations: Observations) -> dict[str, int]:
    """Nodes by label and relationships by type that the observations give, for everything projection writes."""
    projection = _Projection(observations, list(observations.sources))
    counts = projection.counts()
    places = sum(len(members) for members in regions().values())
    return counts | {
        "Territory": len(territories()) + 2,
        "Region": len(regions()),
        "CONTAINS": places,
        "Source": len(observations.sources),
    }


def _write_places(store: Store) -> None:
    """Every territory and region, so that evidence may point anywhere."""
    codes = [*territories(), OTHER, UNKNOWN]
    store.write_nodes("Territory", ({"code": code, "name": territory_name(code)} for code in codes))
    store.write_nodes("Region", ({"name": name} for name in regions()))
    members = ({"start": name, "end": code} for name, codes_ in regions().items() for code in codes_)
    store.write_relationships("CONTAINS", "Region", "Territory", members)


class _Projection:
    """The queries of one projection over one connection; `touched` are the accounts of the sources to project."""

    def __init__(self, observations: Observations, sources: Sequence[str]) -> None:
        self._observations = observations
        self._connection = observations.connection()
        marks = ", ".join("?" for _ in sources) or "NULL"
        self._connection.execute(
            f"CREATE OR REPLACE TABLE touched AS SELECT DISTINCT account_id FROM ({ALL_ACCOUNTS}) "
            f"WHERE source IN ({marks})",
            list(sources),
        )
        self._sources = list(sources)

    def write(self, store: Store, progress: Progress) -> dict[str, int]:
        """Write nodes first, then relationships."""
        written: dict[str, int] = {}
        total = sum(1 for _ in self._steps())
        progress.step("writing the graph", total)
        for name, rows, send in self._steps():
            sent = 0
            for batch in _batches(rows):
                sent += len(batch)
                send(store, batch)
            written[name] = written.get(name, 0) + sent
            progress.advance()
        return written

    def counts(self) -> dict[str, int]:
        """Rows of every step, without writing."""
        counted: dict[str, int] = {}
        for name, rows, _ in self._steps():
            counted[name] = counted.get(name, 0) + sum(1 for _ in rows)
        return counted

    def source_rows(self) -> list[Row]:
        """What the graph says of each source: the facts that were kept when it was staged, when there are any."""
        return [{"id": source} for source in self._sources]

    def _steps(self) -> Iterator[tuple[str, Iterator[Row], Callable[[Store, list[Row]], object]]]:
        yield _nodes("Account", self._accounts())
        yield _nodes("IPAddress", self._addresses())
        for kind, label in IDENTIFIERS.items():
            yield _nodes(label, self._identifiers(kind))
        yield _nodes("Organisation", self._organisations())
        yield _links("LOGGED_IN_FROM", "Account", "IPAddress", self._logins("kind IS DISTINCT FROM 'registration'"))
        yield _links("REGISTERED_FROM", "Account", "IPAddress", self._logins("kind = 'registration'"))
        for kind, label in IDENTIFIERS.items():
            yield _links("USED", "Account", label, self._uses(kind))
        for label in ("Territory", "Region"):
            yield _links("POINTS_TO", "Account", label, self._signals(label))
        for label in ("Territory", "Organisation"):
            yield _links("CLAIMED", "Account", label, self._claims(label))
        yield _links("TIED_WITH", "Account", "Account", self._ties())

    def _query(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[Row]:
        """Rows of a query, streamed; each has its own cursor, so that two may be open at once."""
        cursor = self._connection.cursor()
        cursor.execute("SET TimeZone = 'UTC'")
        found = cursor.execute(sql, list(parameters))
        names = [column[0] for column in found.description or ()]
        while batch := found.fetchmany(BATCH):
            for row in batch:
                yield dict(zip(names, row, strict=True))

    def _accounts(self) -> Iterator[Row]:
        """The profile as the source loaded last has it; a field it lacks keeps the value of an earlier one."""
        order = f"list_position({list(self._observations.sources)!r}, source)"
        fields = ", ".join(f"arg_max({name}, {order}) FILTER ({name} IS NOT NULL) AS {name}" for name in PROFILE)
        yield from self._query(f"""
            WITH known AS (SELECT account_id, list_sort(list(DISTINCT source)) AS sources
                           FROM ({ALL_ACCOUNTS}) WHERE {MINE} GROUP BY account_id),
                 profile AS (SELECT account_id, {fields} FROM accounts WHERE {MINE} GROUP BY account_id)
            SELECT k.account_id AS id, split_part(k.account_id, ':', 1) AS platform, p.* EXCLUDE account_id, k.sources
            FROM known k LEFT JOIN profile p USING (account_id) ORDER BY id
        """)

    def _addresses(self) -> Iterator[Row]:
        yield from self._query(f"""
            SELECT DISTINCT ip AS id, CASE WHEN contains(ip, ':') THEN 6 ELSE 4 END AS version
            FROM logins WHERE {MINE} ORDER BY id
        """)

    def _identifiers(self, kind: str) -> Iterator[Row]:
        facts = {
            "domain": "",
            "phone": ", max(display) AS display, max(region) AS region, max(number_kind) AS kind",
        }.get(kind, ", max(display) AS display")
        yield from self._query(
            f"SELECT value AS id{facts} FROM ({USES}) u WHERE u.kind = ? AND {MINE} GROUP BY value ORDER BY id", [kind]
        )

    def _organisations(self) -> Iterator[Row]:
        yield from self._query(f"""
            SELECT {ORGANISATION_ID} AS id, min(organisation) AS name FROM claims
            WHERE organisation IS NOT NULL AND {MINE} GROUP BY id ORDER BY id
        """)

    def _logins(self, condition: str) -> Iterator[Row]:
        yield from self._query(f"""
            SELECT account_id AS "start", ip AS "end", count(*) AS count,
                   count(DISTINCT epoch_us("at") // 86400000000) AS days,
                   min("at") AS first_seen, max("at") AS last_seen, list_sort(list(DISTINCT source)) AS sources
            FROM logins WHERE {condition} AND {MINE} GROUP BY account_id, ip ORDER BY 1, 2
        """)

    def _uses(self, kind: str) -> Iterator[Row]:
        yield from self._query(
            f"""
            SELECT account_id AS "start", value AS "end", count(*) AS count, min(first_seen) AS first_seen,
                   max(last_seen) AS last_seen, list_sort(list(DISTINCT source)) AS sources
            FROM ({USES}) u WHERE u.kind = ? AND {MINE} GROUP BY account_id, value ORDER BY 1, 2
            """,
            [kind],
        )

    def _signals(self, label: str) -> Iterator[Row]:
        """Signals that name a place, one row a territory or region; a value that names none stays an observation."""
        rows = self._query(f"""
            SELECT account_id AS "start", signal, value, arg_max(accurate, {LATEST}) AS accurate,
                   max(observed_at) AS observed_at, list_sort(list(DISTINCT source)) AS sources
            FROM signals WHERE {MINE} GROUP BY account_id, signal, value ORDER BY 1, 2, 3
        """)
        for row in rows:
            for target, end, share in place_targets(row["signal"], row["value"]):
                if target == label:
                    yield row | {"end": end, "share": share}

    def _claims(self, label: str) -> Iterator[Row]:
        target = "territory" if label == "Territory" else ORGANISATION_ID
        column = "territory" if label == "Territory" else "organisation"
        yield from self._query(f"""
            SELECT account_id AS "start", {target} AS "end", source || ':' || record AS id, claimant, relation,
                   claimed_at, grade, url, [source] AS sources
            FROM claims WHERE {column} IS NOT NULL AND {MINE} ORDER BY 1, 2, 3
        """)

    def _ties(self) -> Iterator[Row]:
        yield from self._query(f"""
            SELECT account_id AS "start", other_id AS "end", coalesce(kind, 'tie') AS kind,
                   bool_or(reciprocal) AS reciprocal, min(first_seen) AS first_seen,
                   list_sort(list(DISTINCT source)) AS sources
            FROM ties WHERE {MINE} GROUP BY ALL ORDER BY 1, 2, 3
        """)


LATEST = "(coalesce(observed_at, TIMESTAMPTZ '1970-01-01 00:00:00+00'), source, record)"
ORGANISATION_ID = "lower(trim(regexp_replace(organisation, '\\s+', ' ', 'g')))"


def _nodes(label: str, rows: Iterator[Row]) -> tuple[str, Iterator[Row], Callable[[Store, list[Row]], object]]:
    return label, rows, lambda store, batch: store.write_nodes(label, batch)


def _links(
    type_: str, start: str, end: str, rows: Iterator[Row]
) -> tuple[str, Iterator[Row], Callable[[Store, list[Row]], object]]:
    return type_, rows, lambda store, batch: store.write_relationships(type_, start, end, batch)


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
