"""Large files for benchmarks: the same tables, drawn in columns, without the story that `simulate` tells.

A tenth of the accounts is run from elsewhere than it displays. Addresses end in anything here, since a million of them
are needed; they stand for nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import numpy as np

from attrigraph.duck import connect
from attrigraph.errors import InputError
from attrigraph.simulation.actors import stream
from attrigraph.simulation.addresses import blocks
from attrigraph.simulation.places import places

__all__ = ["BulkFiles", "bulk"]

POSING = 0.1
EXITS = 0.6
"""Share of the sessions of posing accounts that come through an exit in the persona's territory."""
BEGIN_S, END_S = 1735689600, 1782864000
"""2025-01-01 and 2026-07-01 in unix seconds."""
Column = np.ndarray
"""One value a row."""


@dataclass(frozen=True, slots=True)
class BulkFiles:
    """Files written, by table; `rows` counts the rows of each; `truth` is never loaded."""

    files: dict[str, Path]
    rows: dict[str, int]
    truth: Path


def bulk(
    accounts: int,
    logins: int,
    seed: int,
    folder: Path,
    *,
    posts: int = 0,
    format: Literal["csv", "parquet"] = "csv",
) -> BulkFiles:
    """Write `accounts` accounts with `logins` logins and `posts` posts each, and their signals and identifiers.

    A million logins take a few seconds. Raises InputError for fewer than one account.
    """
    if accounts < 1 or logins < 0 or posts < 0:
        raise InputError(f"Asked for {accounts} accounts, {logins} logins and {posts} posts each; counts are positive.")
    folder.mkdir(parents=True, exist_ok=True)
    people = _People(accounts, stream(seed, "bulk"))
    tables: dict[str, Callable[[], tuple[dict[str, Column], str]]] = {
        "accounts": people.accounts,
        "logins": lambda: people.logins(logins),
        "signals": people.signals,
        "identifiers": people.identifiers,
        "posts": lambda: people.posts(posts),
    }
    files: dict[str, Path] = {}
    rows: dict[str, int] = {}
    with connect() as connection:
        for name, make in tables.items():
            columns, select = make()
            rows[name] = len(next(iter(columns.values())))
            if rows[name]:
                files[name] = folder / f"{name}.{format}"
                _copy(connection, columns, select, files[name], format)
        truth = folder / "labels" / f"truth.{format}"
        truth.parent.mkdir(exist_ok=True)
        _copy(connection, *people.truth(), truth, format)
    return BulkFiles(files, {name: count for name, count in rows.items() if count}, truth)


def _copy(
    connection: duckdb.DuckDBPyConnection,
    columns: dict[str, Column],
    select: str,
    path: Path,
    format: str,
) -> None:
    connection.register("columns", columns)
    relation = connection.view("columns").project(select)
    if format == "csv":
        relation.write_csv(str(path), header=True)
    else:
        relation.write_parquet(str(path), compression="zstd")
    connection.unregister("columns")


ACCOUNT = "(1000000 + account)::varchar as account_id, 'simulated' as platform"
TIME = "strftime(make_timestamp({0}::bigint * 1000000), '%Y-%m-%dT%H:%M:%SZ')"
ADDRESS = "concat_ws('.', ip >> 24, (ip >> 16) & 255, (ip >> 8) & 255, ip & 255)"


class _People:
    """Accounts as columns: where each is run from and what it shows."""

    def __init__(self, count: int, rng: np.random.Generator) -> None:
        self.rng, self.count = rng, count
        self.codes = np.array(list(places()))
        weights = rng.dirichlet(np.full(len(self.codes), 2.0))
        self.home = rng.choice(len(self.codes), count, p=weights)
        self.posing = rng.random(count) < POSING
        self.shown = np.where(self.posing, rng.choice(len(self.codes), count, p=weights), self.home)
        self.created = rng.integers(BEGIN_S - 90_000_000, BEGIN_S, count)

    def _texts(self, of: Callable[[str], str], where: Column) -> Column:
        values = np.array([of(code) for code in self.codes], dtype=object)
        found: Column = values[where]
        return found

    def _addresses(self, territory: Column, kind: str) -> Column:
        """One address a row as a number, in a network of that kind in the territory; fixed where there is none."""
        found = np.zeros(len(territory), dtype=np.int64)
        for index, code in enumerate(self.codes):
            rows = np.flatnonzero(territory == index)
            networks = blocks().get((str(code), kind), blocks()[str(code), "fixed"])
            choice = [b.network for b in networks if b.network.version == 4]
            first = np.array([int(n.network_address) for n in choice])
            size = np.array([n.num_addresses for n in choice])
            block = self.rng.integers(len(choice), size=len(rows))
            found[rows] = first[block] + (self.rng.random(len(rows)) * size[block]).astype(np.int64)
        return found

    def accounts(self) -> tuple[dict[str, Column], str]:
        """Columns of `accounts` and the select that makes its text."""
        columns = {
            "account": np.arange(self.count),
            "created": self.created,
            "location": self._texts(lambda c: f"{places()[c].cities[0]}, {places()[c].names[0]}", self.shown),
            "language": self._texts(lambda c: places()[c].languages[0], self.shown),
            "time_zone": self._texts(lambda c: places()[c].zones[0], self.shown),
            "followers": self.rng.lognormal(5, 1.6, self.count).astype(np.int64),
        }
        return columns, (
            f"{ACCOUNT}, 'sim_' || account as handle, {TIME.format('created')} as created_at, "
            "location, language, time_zone, followers"
        )

    def logins(self, each: int) -> tuple[dict[str, Column], str]:
        """Columns of `logins`: a home address for three in four, a mobile one else, exits for posing accounts."""
        account = np.repeat(np.arange(self.count), each)
        rows = len(account)
        home, mobile = self._addresses(self.home, "fixed"), self._addresses(self.home[account], "mobile")
        exit_ = self._addresses(self.shown, "vpn")
        covered = self.posing[account] & (self.rng.random(rows) < EXITS)
        own = np.where(self.rng.random(rows) < 0.75, home[account], mobile)
        columns = {
            "account": account,
            "moment": self.rng.integers(BEGIN_S, END_S, rows),
            "ip": np.where(covered, exit_[account], own),
            "device": account // np.where(self.posing[account], 8, 1) * 16 + np.where(self.posing[account], 1, 0),
        }
        return (
            columns,
            f"{ACCOUNT}, {TIME.format('moment')} as at, {ADDRESS} as ip, 'login' as kind, "
            "'dev-' || device as device_id",
        )

    def signals(self) -> tuple[dict[str, Column], str]:
        """Columns of `signals`: the platform's label and the store for all, mostly of the persona if posing."""
        account = np.tile(np.arange(self.count), 2)
        name = np.repeat(np.array(["platform_country", "store_country"], dtype=object), self.count)
        where = np.where(
            np.repeat([True, False], self.count) & (self.rng.random(2 * self.count) < 0.3),
            self.home[account],
            self.shown[account],
        )
        columns = {"account": account, "signal": name, "value": self._texts(lambda c: places()[c].names[0], where)}
        return columns, (
            f"{ACCOUNT}, signal, value || case signal when 'store_country' then ' App Store' else '' end as value, "
            f"{TIME.format(END_S - 86400)} as observed_at"
        )

    def identifiers(self) -> tuple[dict[str, Column], str]:
        """Columns of `identifiers`: a phone for all."""
        stem = self._texts(lambda c: places()[c].phone.replace("#", ""), self.shown)
        digits = np.array([places()[str(c)].phone.count("#") for c in self.codes])[self.shown]
        columns = {
            "account": np.arange(self.count),
            "stem": stem,
            "digits": digits,
            "draw": self.rng.integers(10**6, size=self.count),
        }
        return columns, (
            f"{ACCOUNT}, 'phone' as kind, stem || right(printf('%06d', draw), digits) as value, "
            f"{BEGIN_S * 1000} as first_seen, {END_S * 1000} as last_seen"
        )

    def posts(self, each: int) -> tuple[dict[str, Column], str]:
        """Columns of `posts`."""
        account = np.repeat(np.arange(self.count), each)
        columns = {
            "account": account,
            "number": np.arange(len(account)),
            "moment": self.rng.integers(BEGIN_S, END_S, len(account)),
            "topic": self.rng.integers(1000, size=len(account)),
        }
        return columns, (
            f"'p' || number as post_id, {ACCOUNT}, {TIME.format('moment')} as at, "
            "'SIMULATED remark ' || number || ' about topic ' || topic as text, 'en' as language, "
            "'https://news.example/' || topic as urls, 'sim' || (topic % 50) as hashtags, 'Simulated Web App' as client"
        )

    def truth(self) -> tuple[dict[str, Column], str]:
        """Columns of the truth, as `World.truth` names them."""
        columns = {
            "account": np.arange(self.count),
            "territory": self._texts(str, self.home),
            "persona": self._texts(str, self.shown),
            "posing": self.posing,
        }
        return columns, (
            "'simulated:' || (1000000 + account) as account_id, territory, "
            "case when posing then 'bulk' else '' end as operation, persona, "
            "case when posing then 'operation' else 'local' end as kind"
        )
