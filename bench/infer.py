"""Inference over 10,000 and 100,000 accounts with 10 items each: facts, evidence, fuse, propagate, assess.

Per engine and size: wall seconds, CPU seconds of this process and of the engine, peak memory of this process,
milliseconds an account, and the exponent between the sizes (1 is linear). Every account has logins in two territories
(an item each), a platform label, a store, a phone, a SIM card, a country of payments, a location text, an interface
language and a time zone; every other one shares a device with four others. From ten logins on (`--logins 10`) their
hours are an item more, which names territories by the dozen. The graph is filled before the clock starts. Facts here
means reading all of it back. An engine that has just started spends over a third of its first half minute compiling
itself: its first run is told apart, what follows is what an engine in use takes.

python -m bench.infer [--quick] [--engine embedded|neo4j] [--logins N] [SIZES]
"""

import argparse
import math
import random
import resource
import time
from collections.abc import Iterator
from typing import Any

import duckdb
import pandas as pd

from attrigraph.duck import connect
from attrigraph.graph import Store
from attrigraph.inference.run import infer
from attrigraph.loaders.tables import TABLES
from bench.engines import Engine, engines

SIZES = (10_000, 100_000)
LIMIT_MS, LIMIT_EXPONENT = 3.0, 1.1
PLACES = {
    "RU": ("Moscow, Russia", "ru", "Moscow"), "US": ("Austin, TX", "en", "Central Time (US & Canada)"),
    "IN": ("Mumbai", "hi", "Asia/Kolkata"), "PK": ("Lahore, Pakistan", "ur", "Asia/Karachi"),
    "BR": ("São Paulo", "pt", "Brasilia"), "TR": ("İstanbul", "tr", "Istanbul"), "DE": ("Berlin", "de", "Berlin"),
    "FR": ("Paris, France", "fr", "Paris"), "NG": ("Lagos, Nigeria", "en", "Africa/Lagos"),
    "ID": ("Jakarta", "id", "Jakarta"), "MX": ("Mexico City", "es", "Mexico City"), "IR": ("Tehran", "fa", "Tehran"),
    "CN": ("Beijing", "zh-CN", "Beijing"), "JP": ("Tokyo", "ja", "Tokyo"), "VN": ("Hanoi", "vi", "Hanoi"),
    "EG": ("Cairo", "ar", "Cairo"), "UA": ("Kyiv", "uk", "Kyiv"), "PL": ("Warsaw", "pl", "Warsaw"),
    "ES": ("Madrid", "es", "Madrid"), "IT": ("Rome, Italy", "it", "Rome"),
}  # fmt: skip
KINDS = ("residential", "mobile", "business")
LOGINS = 9
"""Too few for an item of hours. The last two are through an exit that twenty accounts use."""


class Logins:
    """The login rows of the generated case, as the observations would give them."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._connection = connect()
        self._connection.register("frame", frame)
        self._connection.execute(
            "CREATE TABLE logins AS SELECT account_id, to_timestamp(seconds) AS at, ip, 'login' AS kind, "
            "'s1' AS source, 'line ' || row_number() OVER () AS record FROM frame"
        )
        for table in TABLES:
            if table.name != "logins":
                columns = ", ".join(f'"{c.name}" {c.sql_type}' for c in table.stored)
                self._connection.execute(f"CREATE TABLE {table.name} ({columns})")

    def connection(self) -> duckdb.DuckDBPyConnection:
        return self._connection


def fill(store: Store, accounts: int, logins_each: int = LOGINS) -> Logins:
    """Put `accounts` accounts into an empty graph; returns their logins.

    Each has an address of its own at home, and a VPN exit elsewhere that twenty accounts use.
    """
    dice = random.Random(accounts)
    codes = list(PLACES)
    ids = [f"x:{n}" for n in range(accounts)]
    homes, seconds = [dice.choice(codes) for _ in ids], [dice.choice(codes) for _ in ids]
    exits = [_ip(11, n) for n in range(accounts // 20 + len(codes))]
    store.write_nodes("Territory", ({"code": c, "name": c} for c in (*codes, "OTHER", "UNKNOWN")))
    store.write_nodes("Account", (_profile(a, home) for a, home in zip(ids, homes, strict=True)))
    located = {_ip(10, n): (home, dice.choice(KINDS)) for n, home in enumerate(homes)}
    located |= {ip: (codes[n % len(codes)], "vpn") for n, ip in enumerate(exits)}
    checked = ({"id": ip, "network_type": kind, "anonymiser_checked": True} for ip, (_, kind) in located.items())
    store.write_nodes("IPAddress", checked)
    places = ({"start": ip, "end": c, "source": "whois", "kind": "country"} for ip, (c, _) in located.items())
    store.write_relationships("LOCATED_IN", "IPAddress", "Territory", places)
    logins = [
        (
            account,
            _ip(10, n) if number < logins_each - 2 else exits[n % len(exits)],
            1_770_000_000 + dice.randrange(90 * 86_400),
        )
        for n, account in enumerate(ids)
        for number in range(logins_each)
    ]
    used = sorted({(a, ip) for a, ip, _ in logins})
    store.write_relationships("LOGGED_IN_FROM", "Account", "IPAddress", ({"start": a, "end": ip} for a, ip in used))
    pointing = [("platform_country", homes), ("store_country", homes), ("phone_region", seconds)]
    pointing += [("sim_carrier", homes), ("payment_country", seconds)]
    for signal, where in pointing:
        rows = (
            {"start": a, "end": c, "signal": signal, "value": c, "share": 1.0} for a, c in zip(ids, where, strict=True)
        )
        store.write_relationships("POINTS_TO", "Account", "Territory", rows)
    store.write_nodes("Device", ({"id": f"d{n}"} for n in range(accounts // 10 + 1)))
    shared = ({"start": a, "end": f"d{n // 10}"} for n, a in enumerate(ids) if n % 10 < 5)
    store.write_relationships("USED", "Account", "Device", shared)
    return Logins(pd.DataFrame(logins, columns=["account_id", "ip", "seconds"]))


def _ip(first: int, n: int) -> str:
    return f"{first}.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"


def _profile(account: str, code: str) -> dict[str, Any]:
    location, language, zone = PLACES[code]
    return {"id": account, "platform": "x", "location": location, "language": language, "time_zone": zone}


def measure(engine: Engine, accounts: int, logins_each: int = LOGINS, *, first: bool = False) -> dict[str, float]:
    """Fill, infer, and tell what it cost; `first` when the engine has just started."""
    engine.store.clear()
    logins = fill(engine.store, accounts, logins_each)
    cpu, engine_cpu, wall = time.process_time(), engine.cpu_s(), time.perf_counter()
    record = infer(engine.store, logins, run="r1")
    found = {
        "wall": time.perf_counter() - wall,
        "client CPU": time.process_time() - cpu,
        "engine CPU": engine.cpu_s() - engine_cpu,
        "items": record.items,
    }
    steps = ", ".join(f"{name} {1000 * s / accounts:.2f}" for name, s in record.seconds.items())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{engine.name:9} {accounts:8,} accounts  {record.items / accounts:.1f} items each  wall {found['wall']:7.1f} s"
        f"  CPU {found['client CPU']:6.1f} + {found['engine CPU']:6.1f} s  peak {peak:5.0f} MB  "
        f"{1000 * found['wall'] / accounts:.2f} ms an account ({steps}){', engine just started' if first else ''}",
        flush=True,
    )
    return found


def report(sizes: list[int], found: list[dict[str, float]]) -> Iterator[str]:
    """The verdict on one engine in use."""
    for size, one in zip(sizes, found, strict=True):
        yield f"   {1000 * one['wall'] / size:.2f} ms an account at {size:,} (asked: at most {LIMIT_MS})"
    if len(sizes) > 1:
        exponent = math.log(found[-1]["wall"] / found[0]["wall"]) / math.log(sizes[-1] / sizes[0])
        yield f"   exponent {exponent:.2f} of wall time between the sizes (asked: at most {LIMIT_EXPONENT})"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.infer", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, help=f"accounts; default {SIZES}")
    parser.add_argument("--engine", choices=["embedded", "neo4j"], action="append", help="default: both")
    parser.add_argument("--logins", type=int, default=LOGINS, help=f"of each account; default {LOGINS}")
    parser.add_argument("--quick", action="store_true", help="a hundredth of the size")
    given = parser.parse_args()
    sizes = given.sizes or [n // 100 if given.quick else n for n in SIZES]
    for engine in engines(given.engine or ["embedded", "neo4j"]):
        measure(engine, sizes[0], given.logins, first=True)
        print("\n".join(report(sizes, [measure(engine, n, given.logins) for n in sizes])), flush=True)


if __name__ == "__main__":
    main()
