"""Assessments set beside the truth, abstentions counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Score", "ScoreRow", "score"]

ORDER = (
    ("supported", "high"), ("supported", "moderate"), ("supported", "low"), ("contested", None), ("insufficient", None),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """Accounts with one outcome and confidence.

    `correct` and `wrong` are None where no territory is named. `persona` counts wrong ones that name the territory the
    account merely displays.
    """

    outcome: str
    confidence: str | None
    n: int
    correct: int | None
    wrong: int | None
    persona: int | None


@dataclass(frozen=True, slots=True)
class Score:
    """`everybody`, and the same for accounts that `pose` (run from elsewhere than they display, by an operation)."""

    everybody: tuple[ScoreRow, ...]
    posing: tuple[ScoreRow, ...]
    accounts: int
    named: int
    correct: int
    wrong: int
    persona: int
    abstained: int
    not_assessed: int

    @property
    def accuracy(self) -> float | None:
        """Share correct among the accounts for which a territory is named; None when none is."""
        return self.correct / self.named if self.named else None


def score(truth_rows: Iterable[Mapping[str, Any]], assessments_rows: Iterable[Mapping[str, Any]]) -> Score:
    """Compare `account_id, territory, persona, kind` of the truth with `account, outcome, confidence, top`.

    Only `supported` names a territory; `contested` and `insufficient` abstain. An account of the truth without an
    assessment counts as not assessed; assessments of accounts without truth are left out.
    """
    truth = {row["account_id"]: row for row in truth_rows}
    pairs = [(truth[row["account"]], row) for row in assessments_rows if row["account"] in truth]
    everybody = _rows(pairs, lambda _: True)
    posing = _rows(pairs, lambda row: row["kind"] == "operation" and row["persona"] != row["territory"])
    named = [row for row in everybody if row.correct is not None]
    return Score(
        everybody,
        posing,
        accounts=len(truth),
        named=sum(row.n for row in named),
        correct=sum(row.correct or 0 for row in named),
        wrong=sum(row.wrong or 0 for row in named),
        persona=sum(row.persona or 0 for row in named),
        abstained=sum(row.n for row in everybody if row.correct is None),
        not_assessed=len(truth) - len({row["account"] for _, row in pairs}),
    )


Pair = tuple[Mapping[str, Any], Mapping[str, Any]]


def _rows(pairs: list[Pair], counts: Callable[[Mapping[str, Any]], bool]) -> tuple[ScoreRow, ...]:
    n: Counter[tuple[str, str | None]] = Counter()
    correct, persona = n.copy(), n.copy()
    for truth, assessed in pairs:
        if not counts(truth):
            continue
        supported = assessed["outcome"] == "supported"
        key = assessed["outcome"], (assessed["confidence"] or None) if supported else None
        n[key] += 1
        if supported and assessed["top"] == truth["territory"]:
            correct[key] += 1
        elif supported and assessed["top"] == truth["persona"]:
            persona[key] += 1
    return tuple(
        ScoreRow(outcome, confidence, n[key], correct[key], n[key] - correct[key], persona[key])
        if outcome == "supported"
        else ScoreRow(outcome, confidence, n[key], None, None, None)
        for key in ORDER
        for outcome, confidence in (key,)
    )
