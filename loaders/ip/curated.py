"""The curated list of autonomous systems: `data/autonomous_systems.csv`, one line each with its reason.

Our own, kept short on purpose: networks whose use is well known. It tells hosting, VPN, Tor, proxy, relay, satellite
and a few mobile-only networks; it is partial, so its silence means nothing and it never makes an address "checked".
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["CURATED", "CURATED_DATE", "System", "systems"]

CURATED = "attrigraph AS list"
"""Name its decisions carry."""

CURATED_DATE = "2026-11-22"
"""Day the list was last gone through as a whole."""


@dataclass(frozen=True, slots=True)
class System:
    """One line. `type` is one of `kinds.PRECEDENCE`."""

    asn: int
    name: str
    type: str
    reason: str


@cache
def systems() -> dict[int, System]:
    """The list by AS number."""
    text = files("attrigraph.loaders.ip").joinpath("data/autonomous_systems.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {int(r["asn"]): System(int(r["asn"]), r["name"], r["type"], r["reason"]) for r in rows}
