"""Worked values and fixture of the evidence model (sections 2 and 10), on both engines, to the digits printed there."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrigraph.graph import Store
from attrigraph.inference.algebra import anywhere, cover_score, point_score
from evaluation.rows import Row, missing

__all__ = ["rows"]

NETWORK, ACQUISITION = (0.35, 0.45, 0.20), (0.55, 0.30, 0.15)
WORKED = (
    ((0.891, 0.08, 1, 0.0, NETWORK), (2.373, -1.874, 1.420, -1.435)),
    ((0.891, 0.08, 1, 0.9, NETWORK), (2.373, -1.874, 2.219, 1.668)),
    ((0.891, 0.08, 3, 0.0, NETWORK), (2.479, -2.996, 1.521, -1.609)),
    ((0.900, 0.30, 1, 0.9, ACQUISITION), (1.097, -1.931, 1.013, 0.100)),
)
"""(alpha, prior = pi, n, shown, w) -> honest g / other, cover g / other."""

FIXTURE: dict[str, dict[str, dict[str, float]]] = {
    "own": {
        "x:a1": {"RU": 0.9289, "UNKNOWN": 0.0511, "OTHER": 0.0114, "US": 0.0086},
        "x:a2": {"US": 0.7136, "OTHER": 0.1883, "UNKNOWN": 0.0982},
        "x:a3": {"US": 0.7104, "UNKNOWN": 0.1247, "IN": 0.1224, "OTHER": 0.0425},
    },
    "told": {
        "x:a1": {"RU": 0.9689, "UNKNOWN": 0.0164, "OTHER": 0.0141, "US": 0.0006},
        "x:a2": {"OTHER": 0.8219, "UNKNOWN": 0.1370, "US": 0.0411},
        "x:a3": {"IN": 0.6001, "OTHER": 0.2178, "UNKNOWN": 0.1296, "US": 0.0525},
    },
    "p": {
        "x:a1": {"RU": 0.9395, "UNKNOWN": 0.0462, "OTHER": 0.0125, "US": 0.0018},
        "x:a2": {"RU": 0.5285, "UNKNOWN": 0.2505, "IN": 0.1005, "OTHER": 0.0634, "US": 0.0572},
        "x:a3": {"US": 0.4058, "UNKNOWN": 0.2514, "IN": 0.2420, "OTHER": 0.1007},
    },
    "deceivers": {"x:a1": {"RU": 0.1426}, "x:a2": {"RU": 0.4875}, "x:a3": {"US": 0.1454}},
    "deception": {"x:a1": {"RU": 1.9823}, "x:a2": {"US": -0.4530}, "x:a3": {"US": -0.0552}},
    "infra": {
        "x:a1": {"US": -1.4993, "RU": 0.2873},
        "x:a2": {"RU": 1.5422, "US": -3.0380},
        "x:a3": {"US": -1.3226, "IN": 0.2734},
    },
}
"""Property of a belief -> account -> territory -> value."""


def rows(quick: bool) -> Iterable[Row]:
    """Worked values, then the fixture on each engine; `quick` leaves Neo4j out."""
    far = max(abs(a - b) for given, wanted in WORKED for a, b in zip(_item(*given), wanted, strict=True))
    yield _row("worked values of section 2 (16, printed to 3 decimals)", far, 5e-4)
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
    from bench.engines import engines

    seen = []
    for engine in engines(["embedded"] if quick else ["embedded", "neo4j"]):
        seen.append(engine.name)
        worst = max(_differences(engine.store))
        yield _row(f"fixture of section 10 on {engine.name} (47 values, 4 decimals)", worst, 5e-5)
    for name in {"embedded", "neo4j"} - set(seen):
        yield missing(f"fixture of section 10 on {name}", "left out by --quick" if quick else "no such engine here")


def _item(
    alpha: float, share: float, n: float, shown: float, mix: tuple[float, float, float]
) -> tuple[float, float, float, float]:
    e_in, e_out, background, llr, llr_other = point_score(alpha, share, share, n, 0.05)
    added = anywhere(background, shown, share, mix)
    return llr, llr_other, cover_score(e_in, added, mix[0]), cover_score(e_out, added, mix[0])


def _differences(store: Store) -> Iterator[float]:
    from evidence_fixture import ACCOUNTS, build, fusion, read_beliefs

    build(store)
    fusion().fuse(store, ACCOUNTS)
    fusion().propagate(store, ACCOUNTS)
    for name, accounts in FIXTURE.items():
        found = read_beliefs(store, name)
        for account, wanted in accounts.items():
            for code, value in wanted.items():
                yield abs(found[account][code] - value)


def _row(measure: str, far: float, allowed: float) -> Row:
    return Row(measure, f"within {allowed:g}", f"{far:.2g}", far <= allowed, "largest difference")
