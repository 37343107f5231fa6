"""The evidence model in plain Python, slow and short: what the queries are compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log

from attrigraph.inference.algebra import class_score, deception, posterior, total
from attrigraph.inference.records import Item
from attrigraph.inference.weights import Weights

__all__ = ["Row", "fuse"]

Row = dict[str, float]


def fuse(
    items: Sequence[Item], shown: Mapping[str, float], priors: Mapping[str, float], d: float, weights: Weights
) -> dict[str, Row]:
    """Territory -> own, told, prior, S (honest), C (cover), deception, for one account (sections 2 and 10)."""
    by_class: dict[str, list[Item]] = {}
    for item in sorted(items, key=lambda i: (-i.strength, i.id)):
        by_class.setdefault(item.cls, []).append(item)
    named = sorted({code for item in items for code in item.llr})
    rows: dict[str, Row] = {}
    for code in [*named, "OTHER"]:
        honest = cover = 0.0
        for cls, members in by_class.items():
            k = weights.classes[cls]
            honest += class_score([i.llr.get(code, i.llr_default) for i in members], k.rho, k.cap_neg, k.cap_pos)[1]
            cover += class_score(
                [i.llr_cover.get(code, i.cover_default) for i in members], k.rho, k.cap_neg, k.cap_pos
            )[1]
        left = 1.0 - weights.case.unknown - sum(priors[c] for c in named)
        prior = max(weights.case.other_floor, left) if code == "OTHER" else priors[code]
        rows[code] = {"prior": prior, "shown": shown.get(code, 0.0), "S": honest, "C": cover}
    lie = deception((r["prior"], r["shown"], r["S"], r["C"]) for r in rows.values())
    rows["UNKNOWN"] = {"prior": weights.case.unknown, "shown": 0.0, "S": 0.0, "C": 0.0}
    own = posterior([log(r["prior"]) + total(r["S"], r["C"], r["shown"], d) for r in rows.values()])
    told = posterior([log(r["prior"]) + log(1.0 - r["shown"]) + r["C"] for r in rows.values()])
    return {
        code: row | {"own": p, "told": t, "deception": lie}
        for (code, row), p, t in zip(rows.items(), own, told, strict=True)
    }
