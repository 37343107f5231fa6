"""Sensitivity and missing signals over a case: the rows of exports, and what to ask for first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from evidence_fixture import ACCOUNTS, PRIORS, RUN, build
from test_explain import finish
from test_explain_view import MOVES

from attrigraph.errors import NotAssessed
from attrigraph.graph import Store
from attrigraph.inference.explain import explain
from attrigraph.inference.fuse import Fusion
from attrigraph.inference.ranges import under_share
from attrigraph.inference.results import EXPORTS, assessments, beliefs_of, export_rows
from attrigraph.inference.weights import load_weights
from attrigraph.inference.whatif import missing_signals, sensitivities, sensitivity_row, settle_rows
from attrigraph.inference.world import World, kept

WORLD = World(load_weights(), PRIORS | dict.fromkeys(("PT", "NZ", "UY", "ES"), 0.1), {})


@pytest.fixture
def worked(store: Store) -> Store:
    build(store)
    finish(store, ACCOUNTS, ACCOUNTS)
    store.write_nodes("Run", [{"id": RUN, **kept(WORLD)}])
    return store


def test_a_row_holds_both_sides_of_every_turn() -> None:
    row = sensitivity_row("x:1", replace(MOVES, share=0.2))

    assert list(row) == list(EXPORTS["sensitivity"])
    assert (row["verdict_below"], row["verdict_below_then"]) == (0.012, "insufficient")
    assert (row["verdict_above"], row["verdict_above_then"]) == (0.33, "NZ")
    assert (row["lead_below"], row["lead_below_then"]) == (None, None)
    assert (row["lead_above"], row["lead_above_then"]) == (0.31, "NZ")
    assert (row["staged_outcome"], row["unstaged"]) == ("insufficient", "behaviour; infra")
    assert (row["prior_free_top"], row["prior_free"]) == ("PT", 4.3)


def test_members_of_a_set_that_tie_without_a_prior_are_all_named() -> None:
    tied = replace(MOVES, prior_free=(("KR", 3.8), ("KP", 3.8), ("PT", 3.2), ("OTHER", 0.1), ("UNKNOWN", 0.0)))
    assert tied.prior_free_best == (("KP", "KR"), 3.8)
    row = sensitivity_row("x:1", tied)
    assert (row["prior_free_top"], row["prior_free"]) == ("KP; KR", 3.8)
    assert replace(MOVES, prior_free=(("OTHER", 0.1), ("UNKNOWN", 0.0))).prior_free_best is None


def test_the_rows_of_a_case_are_those_of_its_explanations(worked: Store) -> None:
    found = dict(sensitivities(worked))

    assert sorted(found) == sorted(ACCOUNTS)
    for account, one in found.items():
        assert one == explain(worked, account).sensitivity
    rows = export_rows(worked, "sensitivity")
    assert [row["account"] for row in rows] == sorted(ACCOUNTS)
    assert rows == [sensitivity_row(account, found[account]) for account in sorted(found)]


def test_what_is_missing_is_asked_of_undecided_accounts_alone(worked: Store) -> None:
    undecided = [a.account for a in assessments(worked) if a.outcome != "supported"]
    found = dict(missing_signals(worked))

    assert sorted(found) == sorted(undecided)
    for account, signals in found.items():
        assert signals == explain(worked, account).missing
    rows = export_rows(worked, "missing")
    assert len(rows) == sum(map(len, found.values()))
    assert all(list(row) == list(EXPORTS["missing"]) for row in rows)


def test_signals_are_ranked_by_the_doubt_they_would_cut_in_all(worked: Store) -> None:
    rows = settle_rows(worked)
    found = dict(missing_signals(worked))

    assert sum(row["best_for"] for row in rows) == len(found)
    together = [row["drop"] * row["lacking"] for row in rows]
    assert together == sorted(together, reverse=True)
    phone = next(row for row in rows if row["signal"] == "phone_region")
    drops = [one.drop for signals in found.values() for one in signals if one.signal == "phone_region"]
    assert (phone["lacking"], phone["drop"]) == (len(drops), pytest.approx(sum(drops) / len(drops)))


def test_a_calibration_maps_probabilities_in_the_graph_and_here_alike(worked: Store) -> None:
    knots = ((0.0, 0.1), (0.45, 0.3), (0.8, 0.5), (1.0, 0.97))
    mapped = load_weights().model_copy(update={"knots": knots})
    before = {account: beliefs_of(worked, RUN, [account])[account] for account in ACCOUNTS}
    Fusion(RUN, PRIORS, 0.2, mapped).recalibrate(worked, ACCOUNTS)

    for account, beliefs in before.items():
        after = {b.territory: b.p for b in beliefs_of(worked, RUN, [account])[account]}
        assert after == pytest.approx(under_share(beliefs, 0.2, 0.2, mapped), abs=1e-9)
        assert sum(after.values()) == pytest.approx(1.0)
    assert after != pytest.approx({b.territory: b.p for b in beliefs}, abs=1e-3)


def test_a_run_that_kept_nothing_says_what_to_do(store: Store) -> None:
    build(store)
    finish(store, ACCOUNTS, ACCOUNTS)

    with pytest.raises(NotAssessed, match="attrigraph infer"):
        settle_rows(store)
