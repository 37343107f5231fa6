"""Groups of accounts: counts with abstentions, and one belief as one operation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import exp, log
from typing import Any

import pytest
from case_graph import CaseGraph, at
from evidence_fixture import ACCOUNTS, PRIORS, RUN, build, fusion, read_beliefs
from observed import Rows

from attrigraph.errors import InputError, NotAssessed
from attrigraph.graph import Store
from attrigraph.inference.groups import as_one, assess_group, cluster_members, clusters
from attrigraph.inference.outcomes import assess_all
from attrigraph.inference.weights import load_weights

ABOUT = {"deceivers": 0.2, "prior_mix": "case", "weights": "v0", "calibration": "uncalibrated v0"}


@pytest.fixture
def worked(store: Store) -> Store:
    """The worked case of the evidence model: a1 betrays RU, a2 only displays US, a3 points at IN and US."""
    build(store)
    fusion().fuse(store, ACCOUNTS)
    fusion().propagate(store, ACCOUNTS)
    assess_all(store, RUN, ACCOUNTS, load_weights())
    store.write_nodes("Run", [{"id": RUN, "complete": True} | ABOUT])
    return store


def clipped(x: float, limit: float) -> float:
    return max(-limit, min(limit, x))


def test_the_worked_case_as_one_operation(worked: Store) -> None:
    """By hand: each account ln(told / prior) within 3, the strongest first, halves, within 6."""
    told, prior = read_beliefs(worked, "told"), read_beliefs(worked, "prior")
    own = read_beliefs(worked, "own")

    def says(account: str, code: str) -> float:
        named = own[account].get(code, 0.0) > 0
        at = code if named else "OTHER"
        return clipped(log(told[account][at] / prior[account][at]), 3.0)

    codes = [*PRIORS, "OTHER"]
    order = sorted(ACCOUNTS, key=lambda a: (-max(abs(says(a, c)) for c in codes), a))
    full = PRIORS | {"OTHER": 0.4, "UNKNOWN": 0.1}
    weight = {c: full[c] * exp(clipped(sum(0.5**i * says(a, c) for i, a in enumerate(order)), 6.0)) for c in codes}
    weight["UNKNOWN"] = 0.1
    expected = {c: w / sum(weight.values()) for c, w in weight.items()}

    group = assess_group(worked, "all", ACCOUNTS)
    assert {b.territory: b.p for b in group.beliefs} == pytest.approx(expected, abs=1e-9)
    assert (group.top, group.strongest) == ("RU", order[0])
    assert sum(b.p for b in group.beliefs) == pytest.approx(1.0)


def test_counts_add_up_with_the_abstentions(worked: Store) -> None:
    CaseGraph(worked).accounts("x:new")
    group = assess_group(worked, "all", [*ACCOUNTS, "x:new"])

    assert [(c.territory, c.accounts) for c in group.supported] == [("RU", 1)]
    assert (group.contested, group.insufficient, group.not_assessed) == (0, 2, 1)
    assert sum(c.accounts for c in group.supported) + group.abstentions == len(group.accounts) == 4


def test_a_group_is_supported_only_where_an_account_is(worked: Store) -> None:
    with_it = assess_group(worked, "both", ["x:a1", "x:a2"])
    without = assess_group(worked, "others", ["x:a2", "x:a3"])

    assert (with_it.outcome, with_it.top) == ("supported", "RU")
    assert with_it.reasons[0] == "1 of 2 accounts are assessed as operated from Russia by themselves."
    assert without.outcome == "insufficient"


def test_a_group_of_strangers_stays_with_the_prior(store: Store) -> None:
    w = load_weights()
    found = {b.territory: b.p for b in as_one([], {"PT": 0.5}, w)}
    assert found == pytest.approx({"PT": 0.5, "OTHER": 0.4, "UNKNOWN": 0.1})


@pytest.mark.parametrize(
    ("accounts", "message"),
    [
        (["x:a1"], "Group 'g' has 1 accounts. Name at least two."),
        (["x:a1", "x:a1"], "has 1 accounts"),
        (["x:a1", "x:nobody"], "no account x:nobody"),
    ],
)
def test_what_is_no_group_is_refused(worked: Store, accounts: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        assess_group(worked, "g", accounts)


def test_without_a_run_there_is_nothing_to_read(store: Store) -> None:
    CaseGraph(store).accounts("x:a1", "x:a2")
    with pytest.raises(NotAssessed):
        assess_group(store, "g", ["x:a1", "x:a2"])


def cluster(store: Store, run: str, number: int, *accounts: str, **more: Any) -> None:
    store.write_nodes("Cluster", [{"id": f"{run}/c{number}", "run": run} | more])
    members = [{"start": account, "end": f"{run}/c{number}", "run": run} for account in accounts]
    store.write_relationships("MEMBER_OF", "Account", "Cluster", members)


def test_clusters_are_groups(worked: Store) -> None:
    span = {"first_at": at("06-01"), "last_at": at("06-30")}
    cluster(worked, "l9", 1, "x:a1", "x:a2", "x:a3")
    tested = {"e_value": 31.5, "significant": True}
    cluster(worked, "l10", 1, "x:a2", "x:a1", **span, **tested)

    assert clusters(worked) == [{"id": "l10/c1", "members": ["x:a1", "x:a2"]} | span | tested]
    assert cluster_members(worked, "l9/c1") == ["x:a1", "x:a2", "x:a3"]
    assert cluster_members(worked, "l9/c2") == []


def test_a_cluster_is_assessed_by_its_id(worked: Store) -> None:
    cluster(worked, "l1", 1, "x:a1", "x:a2")
    found = assess_group(worked, "l1/c1", cluster_members(worked, "l1/c1"))
    assert (found.name, found.outcome, found.top) == ("l1/c1", "supported", "RU")
    assert found.beliefs == assess_group(worked, "both", ["x:a1", "x:a2"]).beliefs


def test_holidays_are_read_from_all_accounts_together(worked: Store) -> None:
    """Both accounts act on every weekday of 2025 that is no public holiday in India."""
    holidays = pytest.importorskip("holidays")
    rested = set(holidays.country_holidays("IN", years=2025))
    days = [datetime(2025, 1, 1, 9, tzinfo=UTC) + timedelta(days=n) for n in range(365)]
    acts = [
        {"account_id": account, "post_id": f"{account}{day:%j}", "at": day}
        for account in ("x:a2", "x:a3")
        for day in days
        if day.weekday() < 5 and day.date() not in rested
    ]
    without = assess_group(worked, "pair", ["x:a2", "x:a3"])
    group = assess_group(worked, "pair", ["x:a2", "x:a3"], observed=Rows(posts=acts))

    assert without.holidays == ()
    held = {h.territory: h.llr for h in group.holidays}
    assert held["IN"] == 0.7
    assert held["US"] < 0
    before, after = ({b.territory: b.score for b in g.beliefs} for g in (without, group))
    for code, score in after.items():
        staged = log(0.65 * exp(held[code]) + 0.35) if code in held else 0.0
        assert score == pytest.approx(before[code] + staged, abs=1e-9)
