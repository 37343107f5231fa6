"""Records for the figures of measurements of a case: hours, time windows, resolved accounts. Reads; draws nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import isnan
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from attrigraph.errors import InputError
from attrigraph.inference.activity.clocks import clock_scores, followers
from attrigraph.inference.activity.dst import RULES
from attrigraph.inference.activity.nights import HALF_HOUR_S, night_during, night_shares
from attrigraph.inference.records import Assessment, Belief, Explanation, RunRecord
from attrigraph.inference.results import beliefs_of, run_named
from attrigraph.inference.weights.fitted import weights_of
from attrigraph.inference.windows import window_assessments
from attrigraph.territories import OTHER, UNKNOWN
from attrigraph.viz.records import BeliefWindow, ClockRule, ClockRules, HourGrid, Night, RiskCurve

if TYPE_CHECKING:
    from attrigraph.case import Case
    from attrigraph.inference.calibration.report import Report

__all__ = ["belief_windows", "clock", "hour_grid", "hours_of_account", "resolved", "risk_curves"]

Ints = NDArray[np.int64]

CANDIDATES = 3
"""Territories whose nights are drawn under the hours of an account."""
FOLLOWERS = 8
"""Candidates named beside the rule of the clock they follow."""
HOURS_SIGNAL = "activity_hours"
NEVER_S = 631_152_000
"""1990-01-01: a time before it is no time of an account."""

HALF_HOURS = """
SELECT epoch("at")::BIGINT // 1800 AS half, count(*) AS n FROM {table}
WHERE "at" IS NOT NULL AND "at" <= now() + INTERVAL 1 DAY {more}
AND (?::VARCHAR IS NULL OR account_id = ?) GROUP BY half ORDER BY half
"""
OPENED = {
    "handle": "new handle",
    "phone": "new phone",
    "mail": "new mail address",
    "store": "new store",
    "silence": "long silence",
    "date": "date set for the case",
    "analyst": "date set by an analyst",
    "registration": "registration",
}
"""What began a window, in words."""


def hour_grid(case: Case, subject: str, candidates: Sequence[str], account: str | None) -> HourGrid:
    """Posts of an account (of all accounts for None) by weekday and hour, UTC, with the nights of `candidates`.

    Without posts logins are counted. Times before 1990 and in the future count for nothing.
    """
    unit = "posts"
    at, n = _half_hours(case, "posts", "", account)
    if not len(at):
        at, n = _half_hours(case, "logins", "AND kind IS DISTINCT FROM 'registration'", account)
        unit = "logins" if len(at) else "posts or logins"
    counts = np.bincount((at // 86_400 + 3) % 7 * 24 + at // 3600 % 24, weights=n, minlength=168).astype(np.int64)
    nights = [_night(code, at, n) for code in candidates] if len(at) else []
    return HourGrid(
        subject,
        tuple(tuple(int(x) for x in row) for row in counts.reshape(7, 24)),
        unit,
        tuple(night for night in nights if night),
        len(np.unique(at // 86_400)) or None,
    )


def _half_hours(case: Case, table: str, more: str, account: str | None) -> tuple[Ints, Ints]:
    """Starts of half hours with events (seconds since 1970) and how many events each has."""
    sql = HALF_HOURS.format(table=table, more=more)
    found = case.observations.connection().execute(sql, [account, account]).fetchnumpy()
    at, n = (np.asarray(found[name], dtype=np.int64) for name in ("half", "n"))
    known = at * HALF_HOUR_S >= NEVER_S
    return at[known] * HALF_HOUR_S, n[known]


def _night(code: str, at: Ints, n: Ints) -> Night | None:
    shares = night_shares(code, int(at[0]), int(at[-1]))
    return Night(code, shares, night_during(code, at, n)) if shares else None


def leading(beliefs: Sequence[Belief], most: int = CANDIDATES) -> list[str]:
    """Territories an account is most probably operated from, best first."""
    named = sorted((b for b in beliefs if b.territory not in (OTHER, UNKNOWN)), key=lambda b: -b.p)
    return [b.territory for b in named[:most]]


def hours_of_account(case: Case, explanation: Explanation, label: str) -> HourGrid:
    """The hours of an explained account, and whether the run drew evidence from them."""
    grid = hour_grid(case, f"account {label}", leading(explanation.beliefs), explanation.account)
    used = any(item.signal == HOURS_SIGNAL for item in explanation.items)
    return grid if used or not grid.total else replace(grid, skipped="the run drew no evidence from them")


def clock(case: Case, explanation: Explanation, run: RunRecord, label: str) -> ClockRules:
    """The rules of changing the clock, tried on the active hours of an explained account."""
    weights = weights_of(run_named(case.store, run.id))
    found = clock_scores(case.observations, explanation.account, run.priors, weights, datetime.now(UTC))
    codes = leading(explanation.beliefs, FOLLOWERS)
    rules = tuple(
        ClockRule(name, score, counted, followers(codes, RULES.index(name), found.year))
        for name, score, counted in zip(RULES, found.scores, found.counted, strict=False)
    )
    return ClockRules(f"account {label}", found.hours, rules, found.why)


def belief_windows(case: Case, explanation: Explanation, run: RunRecord) -> list[BeliefWindow]:
    """The windows of an explained account; the run as one window when it has no others, none without dates."""
    account = explanation.account
    found = []
    for one in window_assessments(case.store, run.id, account):
        if one.window.number:
            beliefs = beliefs_of(case.store, one.window.run, [account]).get(account, [])
            window = one.window
            found.append(_belief_window(one.assessment, beliefs, window.first_at, window.last_at, window.opened_by))
    if found or not (explanation.first_at and explanation.last_at):
        return found
    return [_belief_window(explanation.assessment, explanation.beliefs, explanation.first_at, explanation.last_at, ())]


def _belief_window(
    found: Assessment, beliefs: Sequence[Belief], first: datetime, last: datetime, opened: Sequence[str]
) -> BeliefWindow:
    priors = {b.territory: b.prior for b in beliefs}
    return BeliefWindow(
        first=first,
        last=last,
        outcome=found.outcome,
        top=found.top,
        shares={b.territory: b.p for b in beliefs},
        opened=", ".join(OPENED.get(what, what) for what in opened),
        prior=found.prior if found.prior is not None else priors.get(found.top),
    )


def resolved(case: Case, run: str) -> Report | None:
    """What the run reaches on labelled accounts; None when the case has no usable label."""
    try:
        return case.evaluate(run)
    except InputError:
        return None


def risk_curves(report: Report | None, name: str) -> list[RiskCurve]:
    """The curve of one report."""
    if report is None:
        return []
    at_60 = report.risk_60.value
    return [RiskCurve(name, report.curve, report.accounts, None if isnan(at_60) else at_60)]
