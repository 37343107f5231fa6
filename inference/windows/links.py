"""What accounts shared within a window, and whose beliefs that carries over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrigraph.graph import statement
from attrigraph.inference.shared import IP_DAY
from attrigraph.inference.signal import Observed
from attrigraph.inference.signals.login_ip import moment_of
from attrigraph.inference.ties import OBSERVED_AS
from attrigraph.inference.weights import Weights
from attrigraph.inference.windows.find import BEGINNING, END, Windows, microseconds, queries

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from attrigraph.graph import Store

__all__ = ["WINDOW", "neighbours_by_run", "window_links"]

WINDOW = "window"
"""The rule of these links."""
LABELS = {kind: label for label, kind in OBSERVED_AS.items()}


def window_links(
    store: Store, observed: Observed, weights: Weights, run: str, windows: Windows
) -> list[dict[str, Any]]:
    """Rows of SHARES_WITH {rule: window}: from the account that tells to the account that hears, in whose window.

    The hold is that of a whole run (docs/inference.md, section 9); only what was used within the window counts, and
    the other account tells what it told in the window in which it used the thing.
    """
    connection = observed.connection().cursor()
    try:
        _register(connection, store, weights, windows)
        infra = weights.infra
        connection.execute(queries()["held"], {"run": run, "max_degree": infra.max_degree, "crowding": infra.crowding})
        found = connection.execute(queries()["heard"]).fetchall()
    finally:
        connection.close()
    return [
        {
            "start": other,
            "end": account,
            "rule": WINDOW,
            "run": in_run,
            "heard_in": heard_in,
            "revision": 1,
            "network": LABELS.get(kind, kind),
            "weight": weight,
            "n": n,
            "first_at": moment_of(first),
            "last_at": moment_of(last),
            "message_ids": list(locators),
        }
        for account, in_run, other, heard_in, kind, weight, n, first, last, locators in found
    ]


def neighbours_by_run(links: Sequence[dict[str, Any]]) -> dict[str, dict[str, set[str]]]:
    """Run of a window -> account -> accounts it shares something with in that window."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for link in links:
        found[link["run"]][link["end"]].add(link["start"])
    return found


def _register(connection: DuckDBPyConnection, store: Store, weights: Weights, windows: Windows) -> None:
    import pandas as pd

    infra = weights.infra
    private = [r["ip"] for r in store.stream(statement("facts/shared_ip_day"), types=list(infra.private))]
    connection.register("private_addresses", pd.DataFrame({"ip": pd.Series(private, dtype="str")}))
    kinds = [(OBSERVED_AS[label], hold) for label, hold in infra.hold.items()] + [(IP_DAY, infra.ip_day)]
    connection.register("hold_kinds", pd.DataFrame(kinds, columns=["kind", "hold"]))
    spans = [
        (
            w.account,
            w.run,
            w.number == 0,
            microseconds(w.starts) if w.starts else BEGINNING,
            microseconds(w.ends) if w.ends else END,
        )
        for own in windows.by_account.values()
        for w in own
    ]
    connection.register("spans", pd.DataFrame(spans, columns=["account_id", "run", "registration", "starts", "ends"]))
