"""Accounts and logins from CSV files into each engine, against a plain loop of the official driver.

Both begin with the same two files and an empty graph with the same constraints. Ours is what `attrigraph load` does:
files to observations to graph, one relationship for an account and an address. The peer reads the rows with `csv`,
sends 10,000 at a time and merges account, address and relationship for every login, counting as it goes.
Each runs in a process of its own; both are run once at a tenth of the size before anything is measured.
"""

import argparse
import csv
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from neo4j import GraphDatabase

from attrigraph.duck import connect
from attrigraph.folder import CaseFolder
from attrigraph.graph import open_store
from attrigraph.graph.endpoint import Endpoint
from attrigraph.loaders.load import LoadOptions, load_file
from attrigraph.loaders.observations import Observations
from attrigraph.loaders.project import project
from attrigraph.settings import Neo4jServer
from bench.engines import Engine, engines
from bench.memory import peak_mb

ACCOUNTS, LOGINS = 100_000, 1_000_000
MADE = """
COPY (SELECT 'u' || i AS account_id, 'x' AS platform, 'user_' || i AS handle, 'User ' || i AS display_name,
        strftime(TIMESTAMP '2020-01-01' + to_minutes(i), '%Y-%m-%dT%H:%M:%SZ') AS created_at, i % 5000 AS followers
      FROM range({accounts}) r(i)) TO '{folder}/accounts.csv' (HEADER);
COPY (SELECT 'u' || a AS account_id, 'x' AS platform,
        strftime(TIMESTAMP '2024-01-01' + to_seconds(i * 20), '%Y-%m-%dT%H:%M:%SZ') AS at,
        (20 + home % 60) || '.' || (home // 60 % 250) || '.' || (home // 15000 % 250) || '.' || (1 + home % 250) AS ip
      FROM (SELECT i, a, CASE WHEN hash(i) % 4 = 0 THEN a * 31 % {addresses} ELSE a END AS home
            FROM (SELECT i, (hash(i * 7) % {accounts})::BIGINT AS a FROM range({logins}) r(i)))
     ) TO '{folder}/logins.csv' (HEADER);
"""
PEER_ACCOUNTS = "UNWIND $rows AS row MERGE (a:Account {id: row.id}) SET a += row"
PEER_LOGINS = """
UNWIND $rows AS row
MERGE (a:Account {id: row.account})
MERGE (i:IPAddress {id: row.ip})
MERGE (a)-[r:LOGGED_IN_FROM]->(i)
ON CREATE SET r.count = 1, r.first_seen = row.at, r.last_seen = row.at
ON MATCH SET r.count = r.count + 1, r.last_seen = row.at
"""


@dataclass(frozen=True)
class Cost:
    """What a run took: seconds on the clock and on both processors, and the largest memory of the client."""

    wall_s: float
    client_s: float
    server_s: float
    client_mb: float

    @property
    def cpu_s(self) -> float:
        return self.client_s + self.server_s


def ours(endpoint: Endpoint, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as case:
        where = CaseFolder(Path(case) / "case")
        where.create()
        for name in ("accounts.csv", "logins.csv"):
            load_file(folder / name, where, LoadOptions())
        server = Neo4jServer(
            uri=endpoint.uri,
            username=endpoint.username,
            password=endpoint.password,  # type: ignore[arg-type]
            database=endpoint.database,
        )
        with open_store(where.graph, server) as store:
            project(store, Observations(where))


def peer(endpoint: Endpoint, folder: Path) -> None:
    with (
        GraphDatabase.driver(endpoint.uri, auth=(endpoint.username, endpoint.password)) as driver,
        driver.session(database=endpoint.database) as session,
    ):
        for text, rows in ((PEER_ACCOUNTS, _accounts(folder)), (PEER_LOGINS, _logins(folder))):
            while batch := list(islice(rows, 10_000)):
                session.execute_write(lambda tx, t=text, b=batch: tx.run(t, rows=b).consume())


def _accounts(folder: Path) -> Iterator[dict[str, Any]]:
    for row in _rows(folder / "accounts.csv"):
        yield {
            "id": f"x:{row['account_id']}",
            "platform": row["platform"],
            "handle": row["handle"],
            "display_name": row["display_name"],
            "created_at": datetime.fromisoformat(row["created_at"]),
            "followers": int(row["followers"]),
        }


def _logins(folder: Path) -> Iterator[dict[str, Any]]:
    for row in _rows(folder / "logins.csv"):
        yield {"account": f"x:{row['account_id']}", "ip": row["ip"], "at": datetime.fromisoformat(row["at"])}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def measured(side: Callable[[Endpoint, Path], None], engine: Engine, folder: Path) -> Cost:
    """Run one side in a process of its own."""
    engine.store.clear()
    receiver, sender = multiprocessing.Pipe(duplex=False)
    server_before = engine.cpu_s()
    process = multiprocessing.get_context("spawn").Process(
        target=_child, args=(side, engine.store._endpoint, folder, sender)
    )
    process.start()
    sender.close()
    wall_s, client_s, client_mb = receiver.recv()
    process.join()
    return Cost(wall_s, client_s, engine.cpu_s() - server_before, client_mb)


def _child(side: Callable[[Endpoint, Path], None], endpoint: Endpoint, folder: Path, sender: Any) -> None:
    began, used = time.monotonic(), time.process_time()
    side(endpoint, folder)
    sender.send((time.monotonic() - began, time.process_time() - used, peak_mb()))


def made(folder: Path, accounts: int, logins: int) -> Path:
    folder.mkdir()
    connect().execute(MADE.format(accounts=accounts, logins=logins, addresses=max(1, accounts // 2), folder=folder))
    return folder


def report(name: str, cost: Cost) -> None:
    print(
        f"  {name:22} {cost.wall_s:8.1f} s   CPU {cost.cpu_s:7.1f} s "
        f"(client {cost.client_s:.1f}, server {cost.server_s:.1f})   client {cost.client_mb:.0f} MB",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=ACCOUNTS)
    parser.add_argument("--logins", type=int, default=LOGINS)
    parser.add_argument("--engines", nargs="+", default=["embedded", "neo4j"], choices=["embedded", "neo4j"])
    parser.add_argument("--quick", action="store_true", help="a hundredth of the size")
    given = parser.parse_args()
    share = 100 if given.quick else 1
    with tempfile.TemporaryDirectory() as temporary:
        whole = made(Path(temporary) / "whole", given.accounts // share, given.logins // share)
        tenth = made(Path(temporary) / "tenth", given.accounts // share // 10, given.logins // share // 10)
        for engine in engines(given.engines):
            print(f"{engine.name}: {given.accounts // share:,} accounts, {given.logins // share:,} logins", flush=True)
            small = measured(ours, engine, tenth)
            measured(peer, engine, tenth)
            cost = measured(ours, engine, whole)
            report("ours", cost)
            counts, server_mb = engine.store.counts(), peak_mb(engine.pid)
            plain = measured(peer, engine, whole)
            report("plain UNWIND MERGE", plain)
            same = {
                name: (counts[name], engine.store.counts()[name]) for name in ("Account", "IPAddress", "LOGGED_IN_FROM")
            }
            assert all(one == other for one, other in same.values()), same
            print(
                f"  ratio: wall {plain.wall_s / cost.wall_s:.1f} x, CPU {plain.cpu_s / cost.cpu_s:.1f} x (asked: 3 x)"
            )
            print(
                f"  memory of ours: client {small.client_mb:.0f} MB at a tenth, {cost.client_mb:.0f} MB whole; ", end=""
            )
            print(f"server at most {server_mb:.0f} MB")


if __name__ == "__main__":
    main()
