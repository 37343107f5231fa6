"""Runs of a case: their ids and records on disk, and small tables made from their results."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from attrigraph.errors import NotAssessed
from attrigraph.folder import CaseFolder, next_id, record_ids, write_whole
from attrigraph.inference.records import Assessment, Explanation, RunRecord, SourceRow, WindowAssessment
from attrigraph.loaders.observations import Observations
from attrigraph.territories import territory_name

__all__ = ["next_run", "outcome_rows", "read_run", "run_ids", "source_rows", "window_rows", "write_run"]

OUTCOMES = ("supported", "contested", "insufficient")
CONFIDENCES = ("high", "moderate", "low", None)


def run_ids(folder: CaseFolder) -> list[str]:
    """Ids of the complete runs, oldest first."""
    return record_ids(folder.runs, "r")


def next_run(folder: CaseFolder) -> str:
    """The id of the next run: r1, r2, ..."""
    return next_id(folder.runs, "r")


def write_run(folder: CaseFolder, run: RunRecord) -> None:
    """Write `runs/<run>.json`."""
    text = json.dumps(asdict(run), ensure_ascii=False, indent=1, default=lambda at: at.isoformat())
    write_whole(folder.runs / f"{run.id}.json", text + "\n")


def read_run(folder: CaseFolder, run: str) -> RunRecord:
    """Read `runs/<run>.json`; for a time window (r1/2) that of its run. Raises NotAssessed when there is none."""
    run = run.partition("/")[0]
    if not (folder.runs / f"{run}.json").exists():
        raise NotAssessed(f"There is no run {run!r} in this case; there are: {', '.join(run_ids(folder)) or 'none'}.")
    fields = json.loads((folder.runs / f"{run}.json").read_text(encoding="utf-8"))
    for name in ("started_at", "finished_at"):
        fields[name] = datetime.fromisoformat(fields[name]) if fields[name] else None
    return RunRecord(**fields)


def outcome_rows(assessments: Sequence[Assessment]) -> list[dict[str, Any]]:
    """One row per outcome, territory and confidence: supported by territory first, abstentions last."""
    counts = Counter((a.outcome, a.top if a.outcome == "supported" else "", a.confidence) for a in assessments)
    sizes = Counter(a.top for a in assessments if a.outcome == "supported")
    ordered = sorted(
        counts, key=lambda k: (OUTCOMES.index(k[0]), -sizes.get(k[1], 0), territory_name(k[1]), CONFIDENCES.index(k[2]))
    )
    return [
        {
            "outcome": outcome,
            "territory": territory_name(top) if top else "none named",
            "confidence": confidence or "none",
            "accounts": counts[outcome, top, confidence],
        }
        for outcome, top, confidence in ordered
    ]


def window_rows(windows: Sequence[WindowAssessment]) -> list[dict[str, Any]]:
    """One row a time window: when, what began it, and the outcome."""
    return [
        {
            "account": one.window.account,
            "run": one.window.run,
            "from": one.window.starts or one.window.first_at,
            "to": one.window.ends or one.window.last_at,
            "began_with": ", ".join(one.window.opened_by) or "first rows",
            "rows": one.window.rows,
            "outcome": one.assessment.outcome,
            "territory": territory_name(one.assessment.top) if one.assessment.outcome == "supported" else "none named",
            "confidence": one.assessment.confidence or "none",
            "p": one.assessment.p,
            "now": one.window.now,
        }
        for one in windows
    ]


def source_rows(observations: Observations, explanation: Explanation, names: Mapping[str, str]) -> list[SourceRow]:
    """The observations behind an explanation, one row a locator, in the order of the items."""
    locators = list(dict.fromkeys(locator for item in explanation.items for locator in item.sources))
    return [
        SourceRow(
            source=row["source"],
            file=names.get(row["source"], "unknown"),
            record=row["record"],
            table=row["table"],
            text=", ".join(f"{k} {v}" for k, v in row["values"].items() if v is not None),
        )
        for row in observations.rows(locators)
    ]
