"""Reading the windows of a run: their assessments, and the assessment of every account as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrigraph.graph import statement
from attrigraph.inference.records import Assessment, Window, WindowAssessment
from attrigraph.inference.results import assessment_of, assessments, run_named

if TYPE_CHECKING:
    from attrigraph.graph import Store

__all__ = ["assessments_now", "window_assessments"]


def window_assessments(store: Store, run: str | None = None, account: str | None = None) -> list[WindowAssessment]:
    """The windows of a run (the newest complete one by default) with their outcomes, by account and time.

    Registration evidence comes first. Accounts with one window are not among them. Raises NotAssessed.
    """
    about = run_named(store, run)
    runs = list(about["windows"] or ())
    if not runs:
        return []
    rows = store.read(statement("inference/window_assessments"), runs=runs, account=account)
    return [_read(row["account"], row["assessment"]["properties"]) for row in rows]


def assessments_now(store: Store, run: str | None = None) -> list[Assessment]:
    """The outcome of every account as it is now: of its newest window, or of the run for an account with one."""
    newest = {w.window.account: w.assessment for w in window_assessments(store, run) if w.window.now}
    return [newest.get(a.account, a) for a in assessments(store, run)]


def _read(account: str, properties: Mapping[str, Any]) -> WindowAssessment:
    window = Window(
        account=account,
        run=properties["run"],
        number=properties["window"],
        starts=properties.get("starts"),
        ends=properties.get("ends"),
        first_at=properties["first_at"],
        last_at=properties["last_at"],
        rows=properties["rows"],
        opened_by=tuple(properties.get("opened_by") or ()),
        now=properties["now"],
    )
    return WindowAssessment(window, assessment_of(account, properties))
