"""Edges with all that is known of them, as the table `links/<run>/edges.parquet`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from attrigraph.duck import literal
from attrigraph.links.basis import Basis
from attrigraph.links.coortweet import coortweet_edges
from attrigraph.links.messages import Ids, Messages
from attrigraph.links.networks import window_of
from attrigraph.links.periods import InPeriods, Periods
from attrigraph.links.records import Edges, Ints
from attrigraph.links.shift import Kind
from attrigraph.links.significance import Significance
from attrigraph.links.sweep import once
from attrigraph.links.timing import Lags

__all__ = ["COLUMNS", "Found", "add", "create", "write"]

Floats = NDArray[np.float64]
COLUMNS: dict[str, tuple[str, str]] = {
    "network": ("VARCHAR", "what two messages share"),
    "mode": ("VARCHAR", "how messages are counted"),
    "source": ("VARCHAR", "account whose messages are counted"),
    "target": ("VARCHAR", "account whose messages they are near"),
    "weight": ("BIGINT", "messages of the source that count (mode coortweet: pairs)"),
    "weight_half": ("BIGINT", "the same within half the window"),
    "weight_double": ("BIGINT", "the same within twice the window"),
    "fast_weight": ("BIGINT", "the same within the fast window"),
    "window_s": ("DOUBLE", "the window, seconds; of fast_retweet the fast window, of activity_sync the bin"),
    "n_source": ("BIGINT", "messages of the source that have a key"),
    "n_target": ("BIGINT", "messages of the target that have a key"),
    "n": ("BIGINT", "different keys both use within the window: what p is of"),
    "keys_source": ("BIGINT", "keys of at least two accounts that the source uses"),
    "keys_target": ("BIGINT", "keys of at least two accounts that the target uses"),
    "n_universe": ("BIGINT", "keys of at least two accounts"),
    "first_at": ("TIMESTAMPTZ", "first message that counts"),
    "last_at": ("TIMESTAMPTZ", "last message that counts"),
    "median_delta_s": ("DOUBLE", "median seconds to the nearest message of the target"),
    "p_value": ("DOUBLE", "hypergeometric, of as many shared keys or more"),
    "log_p": ("DOUBLE", "its natural logarithm, also where it is too small for a number"),
    "q_value": ("DOUBLE", "after Benjamini and Hochberg, over all pairs tested in the network"),
    "shift_p": ("DOUBLE", "of as much weight or more when times are shifted; null when q is above the level"),
    "e_value": ("DOUBLE", "weight over the mean of it and those of shifts; null when q is above the level"),
    "periods": ("BIGINT", "rolling periods in which the edge is found; null when it does not survive"),
    "periods_active": ("BIGINT", "rolling periods in which both accounts have messages with a key"),
    "found_in": ("VARCHAR[]", "beginnings of the periods in which it is found"),
    "survives": ("BOOLEAN", "q and the p of shifts are at most the level"),
    "message_ids": ("VARCHAR[]", "messages of the source that count, oldest first"),
    "other_ids": ("VARCHAR[]", "for each of them the nearest message of the target, null where it is not known"),
    "message_at": ("DOUBLE[]", "when each of the message_ids was sent, seconds since 1970"),
    "delta_s": ("DOUBLE[]", "seconds from each of them to the other, negative when the other came first"),
}
"""Name -> type and meaning."""
FLAT = """
INSERT INTO edges BY NAME
WITH told AS (SELECT m.e, list(i.name ORDER BY m.n) AS message_ids, list(o.name ORDER BY m.n) AS other_ids,
                     list(m.at / 1e6 ORDER BY m.n) AS message_at, list(m.delta / 1e6 ORDER BY m.n) AS delta_s
              FROM behind m JOIN ids i ON i.number = m.message LEFT JOIN ids o ON o.number = m.other GROUP BY m.e),
     during AS (SELECT d.e, list(d.name ORDER BY d.n) AS found_in FROM found d GROUP BY d.e)
SELECT f.* EXCLUDE (e, one, two, first, last), a.name AS source, b.name AS target,
       make_timestamp(f.first)::TIMESTAMPTZ AS first_at, make_timestamp(f.last)::TIMESTAMPTZ AS last_at,
       t.message_ids, t.other_ids, t.message_at, t.delta_s, d.found_in
FROM flat f JOIN accounts a ON a.number = f.one JOIN accounts b ON b.number = f.two
     JOIN told t USING (e) LEFT JOIN during d USING (e)
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A network's edges with their tests: `shift_p` and `e_value` are nan where q is above the level."""

    basis: Basis
    significance: Significance
    shift_p: Floats
    e_value: Floats
    survives: NDArray[np.bool_]
    periods: Periods | None
    in_periods: InPeriods | None
    shift: Kind = "any"


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """An empty table `edges`."""
    columns = ", ".join(f"{name} {type_}" for name, (type_, _) in COLUMNS.items())
    connection.execute(f"CREATE TABLE edges ({columns})")


def add(connection: duckdb.DuckDBPyConnection, messages: Messages, found: Found) -> None:
    """Put the edges of a network into the table."""
    edges = found.basis.edges
    if not len(edges):
        return
    message, other = edges.messages, _others(messages, found.basis)
    known = once(np.concatenate((message, other[other >= 0])))
    ids = messages.ids()
    names = ids.pick(known) if isinstance(ids, Ids) else [ids[int(i)] for i in known]
    number = np.arange(len(edges))
    behind = {
        "e": np.repeat(number, np.diff(edges.starts)),
        "n": np.arange(len(message)),
        "message": message,
        "other": other,
        "at": messages.at[message],
        "delta": np.where(other < 0, np.nan, messages.at[other] - messages.at[message]),
    }
    tables = {
        "flat": {"e": number, "one": edges.source, "two": edges.target} | _columns(messages, found),
        "behind": behind,
        "ids": {"number": known, "name": np.array(names, dtype=object)},
        "accounts": {"number": np.arange(len(edges.accounts)), "name": np.array(edges.accounts, dtype=object)},
        "found": _found_in(found),
    }
    for name, columns in tables.items():
        connection.register(name, columns)
    connection.execute(FLAT)
    for name in tables:
        connection.unregister(name)


def write(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the table, sorted, as Parquet."""
    connection.execute(f"COPY (FROM edges ORDER BY network, source, target) TO {literal(str(path))} (COMPRESSION zstd)")


def _columns(messages: Messages, found: Found) -> dict[str, NDArray[np.generic]]:
    basis, tested = found.basis, found.significance
    edges, options = basis.edges, basis.edges.options
    count, begins = len(edges), edges.starts[:-1]
    at = messages.at[edges.messages]
    windows = {"fast_retweet": options.fast_s, "activity_sync": options.bin_s}
    columns: dict[str, NDArray[np.generic]] = {
        "network": np.full(count, edges.network, dtype=object),
        "mode": np.full(count, options.mode, dtype=object),
        "weight": edges.weight,
        "window_s": np.full(count, float(windows.get(edges.network, options.window_s))),
        "n_source": edges.eligible[edges.source],
        "n_target": edges.eligible[edges.target],
        "n": tested.both,
        "keys_source": tested.n_source,
        "keys_target": tested.n_target,
        "n_universe": np.full(count, tested.universe),
        "first": np.minimum.reduceat(at, begins),
        "last": np.maximum.reduceat(at, begins),
        "median_delta_s": _median(basis),
        "p_value": tested.p,
        "log_p": np.maximum(tested.log_p, -1e300),
        "q_value": tested.q,
        "shift_p": found.shift_p,
        "e_value": found.e_value,
        "survives": found.survives,
    }
    columns |= _other_weights(messages, basis)
    if found.in_periods is not None:
        several = np.bincount(found.in_periods.edge, minlength=count)
        columns["periods"] = _where(found.survives, several)
        columns["periods_active"] = _where(found.survives, found.in_periods.active)
    return columns


def _where(known: NDArray[np.bool_], values: Ints) -> Floats:
    """The values, nan (null in the table) where they are not known."""
    return np.where(known, values, np.nan)


def _near(basis: Basis) -> tuple[Lags, Ints, int]:
    """Meetings, how far apart they are in ticks, and the window of the network in ticks."""
    met, options = basis.meetings, basis.edges.options
    assert met is not None
    window = window_of(options.fast_s if basis.edges.network == "fast_retweet" else options.window_s)
    return met, np.rint(np.abs(met.delta_s) * 1e6).astype(np.int64), window


def _median(basis: Basis) -> Floats:
    """Median seconds to the nearest message of the target, over the messages within the window; nan without any."""
    result = np.full(len(basis.edges), np.nan)
    if basis.meetings is None:
        return result
    met, away, window = _near(basis)
    kept = np.flatnonzero(away <= window)
    edge, away = met.edge[kept], away[kept]
    order = np.lexsort((away, edge))
    away, counts = away[order], np.bincount(edge, minlength=len(result))
    some = np.flatnonzero(counts)
    first = (np.cumsum(counts) - counts)[some]
    low, high = first + (counts[some] - 1) // 2, first + counts[some] // 2
    result[some] = (away[low] + away[high]) / 2e6
    return result


def _other_weights(messages: Messages, basis: Basis) -> dict[str, NDArray[np.generic]]:
    """The weight within half and twice the window, and within the fast one; none where windows mean nothing."""
    if basis.meetings is None:
        return {}
    options = basis.edges.options
    if basis.pairs:
        seconds = {
            "weight_half": options.window_s / 2,
            "weight_double": 2 * options.window_s,
            "fast_weight": options.fast_s,
        }
        return {name: _pairs_within(messages, basis.edges, s) for name, s in seconds.items()}
    met, away, window = _near(basis)
    limits = {"weight_half": window // 2, "weight_double": 2 * window, "fast_weight": window_of(options.fast_s)}
    return {name: np.bincount(met.edge[away <= limit], minlength=len(basis.edges)) for name, limit in limits.items()}


def _pairs_within(messages: Messages, edges: Edges, window_s: float) -> Ints:
    """Weights in mode coortweet within another window, 0 where there is no edge."""
    users = max(1, len(edges.accounts))
    other = coortweet_edges(messages, edges.network, replace(edges.options, window_s=window_s, min_weight=1))
    packed, wanted = other.source * users + other.target, edges.source * users + edges.target
    place = np.minimum(np.searchsorted(packed, wanted), max(0, len(packed) - 1))
    if not len(packed):
        return np.zeros(len(edges), np.int64)
    return np.where(packed[place] == wanted, other.weight[place], 0)


def _others(messages: Messages, basis: Basis) -> Ints:
    """For every message behind the edges the nearest one of the target, -1 where it is not known."""
    edges = basis.edges
    result = np.full(len(edges.messages), -1, dtype=np.int64)
    if basis.meetings is None or not len(basis.meetings.edge):
        return result
    met, size = basis.meetings, max(1, len(messages))
    packed = met.edge * size + met.message
    wanted = np.repeat(np.arange(len(edges)), np.diff(edges.starts)) * size + edges.messages
    place = np.minimum(np.searchsorted(packed, wanted), len(packed) - 1)
    hit = packed[place] == wanted
    result[hit] = met.other[place[hit]]
    return result


def _found_in(found: Found) -> dict[str, NDArray[np.generic]]:
    if found.in_periods is None or found.periods is None:
        return {"e": np.zeros(0, np.int64), "n": np.zeros(0, np.int64), "name": np.zeros(0, dtype=object)}
    names = np.array([found.periods.name(i) for i in range(found.periods.count)], dtype=object)
    return {"e": found.in_periods.edge, "n": found.in_periods.period, "name": names[found.in_periods.period]}
