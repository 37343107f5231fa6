"""Assessments set beside the truth, abstentions counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["score"]

ORDER = (
    ("supported", "high"),
    ("supported", "moderate"),
    ("supported", "low"),
    ("contested", ""),
    ("insufficient", ""),
    ("not assessed", ""),
)
"""Outcome and confidence of the rows of the table, in this order."""

Pair = tuple[Mapping[str, Any], Mapping[str, Any]]
"""Truth and assessment of one account; the assessment is empty when there is none."""


def score(
    truth_rows: Iterable[Mapping[str, Any]], assessments_rows: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Compare `account_id, territory, persona, kind` of the truth with `account, outcome, confidence, top`.

    Rows of the table come for `all` accounts, then for `posing` ones: accounts of an operation that display another
    territory than they are run from. `n` = `correct` + `wrong` + `abstained`: only `supported` names a territory, the
    other outcomes abstain. `called_persona` counts the wrong ones that name what the account displays. The last row of
    each part is its sum. Assessments of accounts without truth are left out.
    """
    found = {row["account"]: row for row in assessments_rows}
    pairs = [(truth, found.get(truth["account_id"], {})) for truth in truth_rows]
    posing = [(t, a) for t, a in pairs if t["kind"] == "operation" and t["persona"] != t["territory"]]
    return [*_part("all", pairs), *_part("posing", posing)]


def _part(name: str, pairs: list[Pair]) -> list[dict[str, Any]]:
    rows = {key: _row(name, *key) for key in ORDER}
    for truth, assessed in pairs:
        outcome = assessed.get("outcome", "not assessed")
        named = outcome == "supported"
        row = rows[outcome, assessed["confidence"] if named else ""]
        correct = named and assessed["top"] == truth["territory"]
        row["n"] += 1
        row["correct"] += correct
        row["wrong"] += named and not correct
        row["abstained"] += not named
        row["called_persona"] += named and not correct and assessed["top"] == truth["persona"]
    total = _row(name, "sum", "")
    for row in rows.values():
        for column in COUNTS:
            total[column] += row[column]
    return [*(row for row in rows.values() if row["n"] or row["outcome"] != "not assessed"), total]


COUNTS = ("n", "correct", "wrong", "abstained", "called_persona")


def _row(name: str, outcome: str, confidence: str) -> dict[str, Any]:
    return {"accounts": name, "outcome": outcome, "confidence": confidence} | dict.fromkeys(COUNTS, 0)
