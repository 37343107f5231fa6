"""A group of accounts: counts by territory with its abstentions, and what it says if it is one operation.

Accounts are assessed first. As one operation each account is one item, what it tells against the prior: evidence model,
section 8, "Clusters and named sets" (an untested default; the numbers are in the weights, [groups]).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np

from attrigraph.errors import InputError
from attrigraph.graph import statement
from attrigraph.inference.algebra import class_score, clip, posterior
from attrigraph.inference.evidence import chunks
from attrigraph.inference.records import Assessment, Belief, Outcome
from attrigraph.inference.results import account_ids, assessments, beliefs_of, run_named
from attrigraph.inference.scores import diluted
from attrigraph.inference.weights import Weights
from attrigraph.inference.weights.fitted import weights_of
from attrigraph.inference.windows.read import window_assessments
from attrigraph.territories import OTHER, UNKNOWN, territory_name

if TYPE_CHECKING:
    from attrigraph.graph import Store
    from attrigraph.inference.activity.holidays import HolidayScore
    from attrigraph.inference.signal import Observed

__all__ = [
    "Group",
    "GroupBelief",
    "TerritoryCount",
    "as_one",
    "assess_group",
    "cluster_members",
    "clusters",
    "pooled_holidays",
]

ACTS = """
SELECT dense_rank() OVER (ORDER BY account_id) AS account, epoch(a."at")::BIGINT AS "at"
FROM (SELECT account_id, "at" FROM posts UNION ALL
      SELECT account_id, "at" FROM logins WHERE kind IS DISTINCT FROM 'registration') a
SEMI JOIN grouped USING (account_id)
"""
"""When the accounts of a group acted."""
BATCH = 1_000
LEAST = 1e-300
"""Probabilities below are taken as this; their logarithm is cut by the limit of an item anyway."""
FADED = 1e-12
"""Items that count less than this add nothing."""


@dataclass(frozen=True, slots=True)
class TerritoryCount:
    """Accounts assessed as operated from a territory, by confidence."""

    territory: str
    accounts: int
    high: int
    moderate: int
    low: int


@dataclass(frozen=True, slots=True)
class GroupBelief:
    """Belief in one territory for the group as one operation; `score` are nats after the limit."""

    territory: str
    p: float
    prior: float
    score: float


@dataclass(frozen=True, slots=True)
class Group:
    """A group of accounts in a run.

    The counts add up to all accounts: `supported` by territory, largest first, and the abstentions. `outcome`, `top`,
    `p` and `beliefs` are those of the group read as one operation; it has no confidence, because the rule is untested.
    `strongest` is the account that tells most, `without_strongest` what leads without it. `holidays` is what public
    holidays of the leading territories say about the activity of all accounts together; it is part of `score`.
    """

    name: str
    run: str
    now: bool
    accounts: tuple[str, ...]
    supported: tuple[TerritoryCount, ...]
    contested: int
    insufficient: int
    not_assessed: int
    outcome: Outcome
    top: str
    p: float
    runner_up: str | None
    runner_up_p: float | None
    strongest: str | None
    without_strongest: str | None
    without_strongest_p: float | None
    beliefs: tuple[GroupBelief, ...]
    holidays: tuple[HolidayScore, ...]
    reasons: tuple[str, ...]
    prior_mix: str
    deceivers: float
    calibration: str

    @property
    def abstentions(self) -> int:
        """Accounts for which no territory is named."""
        return self.contested + self.insufficient + self.not_assessed


@dataclass(frozen=True, slots=True)
class _Told:
    """What one account tells: ln(told / prior) by territory, within the limit; `rest` for all others and OTHER."""

    account: str
    says: Mapping[str, float]
    rest: float

    @property
    def strength(self) -> float:
        return max(map(abs, (*self.says.values(), self.rest)))


def assess_group(
    store: Store,
    name: str,
    accounts: Iterable[str],
    run: str | None = None,
    *,
    now: bool = False,
    observed: Observed | None = None,
) -> Group:
    """The group in a run, the newest by default; with `now` each account as it is in its newest window.

    With `observed` the holidays of the leading territories are read from the activity of all accounts together.

    Raises InputError for fewer than two accounts or an account the case does not have, NotAssessed without a run.
    """
    about = run_named(store, run)
    weights = weights_of(about)
    wanted = _known(store, name, accounts)
    assessed = {a.account: a for a in assessments(store, about["id"])}
    if now:
        assessed |= {w.window.account: w.assessment for w in window_assessments(store, run) if w.window.now}
    mine = [assessed[a] for a in wanted if a in assessed]
    items, priors = _told(store, mine, weights)
    beliefs = as_one(items, priors, weights)
    holidays = pooled_holidays(observed, wanted, beliefs, weights) if observed else ()
    rest = {h.territory: float(diluted(np.array(h.llr), weights.scores.cover)) for h in holidays}
    beliefs = as_one(items, priors, weights, rest)
    strongest = items[0] if items and items[0].strength > 0 else None
    without = as_one(items[1:], priors, weights, rest)[0] if strongest else None
    supported = _counts(mine)
    outcome, reasons = _outcome(beliefs, without, supported, len(wanted), weights)
    runner_up = next((b for b in beliefs[1:] if b.territory not in (OTHER, UNKNOWN)), None)
    outcomes = Counter(a.outcome for a in mine)
    return Group(
        name=name,
        run=about["id"],
        now=now,
        accounts=tuple(wanted),
        supported=supported,
        contested=outcomes["contested"],
        insufficient=outcomes["insufficient"],
        not_assessed=len(wanted) - len(mine),
        outcome=outcome,
        top=beliefs[0].territory,
        p=beliefs[0].p,
        runner_up=runner_up.territory if runner_up else None,
        runner_up_p=runner_up.p if runner_up else None,
        strongest=strongest.account if strongest else None,
        without_strongest=without.territory if without else None,
        without_strongest_p=without.p if without else None,
        beliefs=beliefs,
        holidays=holidays,
        reasons=reasons,
        prior_mix=about["prior_mix"],
        deceivers=about["deceivers"],
        calibration=about["calibration"],
    )


def _known(store: Store, name: str, accounts: Iterable[str]) -> list[str]:
    wanted = sorted(set(accounts))
    if len(wanted) < 2:
        raise InputError(f"Group {name!r} has {len(wanted)} accounts. Name at least two.")
    known = set(account_ids(store))
    missing = [account for account in wanted if account not in known]
    if missing:
        raise InputError(
            f"Group {name!r}: the case has no account {', '.join(missing[:5])}"
            f"{f' and {len(missing) - 5} more' if len(missing) > 5 else ''}. Use the ids of its accounts, like x:1042."
        )
    return wanted


def _told(store: Store, assessed: Sequence[Assessment], weights: Weights) -> tuple[list[_Told], dict[str, float]]:
    """What each account tells, the strongest first, and the prior of every territory any of them names."""
    by_run: dict[str, list[str]] = {}
    for a in assessed:
        by_run.setdefault(a.run, []).append(a.account)
    items: list[_Told] = []
    priors: dict[str, float] = {}
    for run, accounts in by_run.items():
        for part in chunks(iter(accounts), BATCH):
            for account, beliefs in beliefs_of(store, run, part).items():
                own = [b for b in beliefs if b.own > 0]
                priors |= {b.territory: b.prior for b in own if b.territory not in (OTHER, UNKNOWN)}
                items.append(_item(account, own, weights.groups.item_limit))
    return sorted(items, key=lambda i: (-i.strength, i.account)), priors


def _item(account: str, beliefs: Sequence[Belief], limit: float) -> _Told:
    says = {b.territory: clip(log(max(b.told, LEAST) / b.prior), -limit, limit) for b in beliefs}
    rest = says.pop(OTHER, 0.0)
    return _Told(account, {code: x for code, x in says.items() if code != UNKNOWN}, rest)


def as_one(
    items: Sequence[_Told],
    priors: Mapping[str, float],
    weights: Weights,
    holidays: Mapping[str, float] | None = None,
) -> tuple[GroupBelief, ...]:
    """Beliefs of the group as one operation, the leader first; `items` by falling strength.

    S(c) = clip(sum_i rho^i ln(told_i(c) / prior(c))) + holidays(c), these as staged behaviour; UNKNOWN has S = 0; p is
    prior e^S, normalised.
    """
    w, case = weights.groups, weights.case
    counted = [item for i, item in enumerate(items) if w.further**i > FADED]
    full = dict(priors)
    full[OTHER] = max(case.other_floor, 1.0 - case.unknown - sum(priors.values()))
    scores = {
        code: class_score([item.says.get(code, item.rest) for item in counted], w.further, -w.limit, w.limit)[1]
        for code in full
    }
    for code, llr in (holidays or {}).items():
        scores[code] += llr
    full[UNKNOWN], scores[UNKNOWN] = case.unknown, 0.0
    p = posterior([log(prior) + scores[code] for code, prior in full.items()], case.temperature)
    found = [GroupBelief(code, x, full[code], scores[code]) for code, x in zip(full, p, strict=True)]
    return tuple(sorted(found, key=lambda b: (-b.p, b.territory)))


def pooled_holidays(
    observed: Observed, accounts: Sequence[str], beliefs: Sequence[GroupBelief], weights: Weights
) -> tuple[HolidayScore, ...]:
    """What holidays say about the leading territories; nothing without the package `holidays` or with one candidate."""
    from attrigraph.inference.activity.holidays import holiday_scores

    codes = [b.territory for b in beliefs if b.territory not in (OTHER, UNKNOWN)][: weights.groups.holidays_of]
    if len(codes) < 2 or find_spec("holidays") is None:
        return ()
    import pandas as pd

    connection = observed.connection()
    connection.register("grouped", pd.DataFrame({"account_id": pd.Series(list(accounts), dtype="str")}))
    try:
        who, when = connection.execute(ACTS).fetchnumpy().values()
    finally:
        connection.unregister("grouped")
    found = holiday_scores(who, when, codes, weights=weights.activity)
    return tuple(score for score in found.values() if score.days)


def _counts(assessed: Sequence[Assessment]) -> tuple[TerritoryCount, ...]:
    supported = [a for a in assessed if a.outcome == "supported"]
    levels = Counter((a.top, a.confidence) for a in supported)
    found = [
        TerritoryCount(top, n, levels[top, "high"], levels[top, "moderate"], levels[top, "low"])
        for top, n in Counter(a.top for a in supported).items()
    ]
    return tuple(sorted(found, key=lambda c: (-c.accounts, c.territory)))


def _outcome(
    beliefs: Sequence[GroupBelief],
    without: GroupBelief | None,
    supported: Sequence[TerritoryCount],
    size: int,
    weights: Weights,
) -> tuple[Outcome, tuple[str, ...]]:
    """Insufficient below .55 or where none of its accounts is assessed as operated from there; contested when another
    territory leads without the account that tells most; supported otherwise.
    """
    top = beliefs[0]
    where = territory_name(top.territory)
    agreeing = next((c.accounts for c in supported if c.territory == top.territory), 0)
    if top.territory in (OTHER, UNKNOWN):
        return "insufficient", ("What the accounts tell names no territory.",)
    if top.p < weights.verdict.p_supported:
        return "insufficient", (f"{where} leads with {top.p:.2f}, less than {weights.verdict.p_supported:.2f}.",)
    if not agreeing:
        return "insufficient", (f"{where} leads, but none of the accounts is assessed as operated from there.",)
    if without and without.territory not in (top.territory, OTHER, UNKNOWN):
        other = territory_name(without.territory)
        return "contested", (f"Without the account that tells most, {other} leads with {without.p:.2f}.",)
    counted = f"{agreeing} of {size} accounts are assessed as operated from {where} by themselves."
    if without and without.territory != top.territory:
        return "supported", (counted, "Without the account that tells most, no territory leads.")
    return "supported", (counted,)


def clusters(store: Store) -> list[dict[str, Any]]:
    """Clusters of the newest link run, the largest first: id, first_at, last_at (None without times), members,
    e_value and significant (None in runs that did not test clusters).
    """
    return store.read(statement("inference/clusters"))


def cluster_members(store: Store, cluster: str) -> list[str]:
    """The accounts of a cluster, empty when there is no such cluster."""
    return [row["account"] for row in store.read(statement("inference/cluster_members"), cluster=cluster)]
