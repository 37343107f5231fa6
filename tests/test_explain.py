"""The explanation of an account: its sums, its limits and what it rests on."""

from __future__ import annotations

from math import log

import pytest
from evidence_fixture import ACCOUNTS, RUN, build, fusion, item, put
from observed import Rows

from attrigraph.errors import InputError, NotAssessed
from attrigraph.graph import Store
from attrigraph.inference.explain import explain
from attrigraph.inference.outcomes import assess_all
from attrigraph.inference.records import Explanation, Waterfall
from attrigraph.inference.weights import load_weights


def finish(store: Store, accounts: tuple[str, ...], linked: tuple[str, ...] = ()) -> None:
    """Fuse, propagate and assess what was put into the graph, and close the run."""
    fusion().fuse(store, accounts)
    fusion().propagate(store, linked)
    assess_all(store, RUN, accounts, load_weights())
    about = {"deceivers": 0.2, "prior_mix": "worked", "weights": "v0", "calibration": "uncalibrated v0"}
    store.write_nodes("Run", [{"id": RUN, "complete": True, **about}])


@pytest.fixture
def worked(store: Store) -> Store:
    build(store)
    finish(store, ACCOUNTS, ACCOUNTS)
    return store


def inner(fall: Waterfall) -> float:
    return sum(row.value for row in fall.rows if row.kind not in ("prior", "result"))


def test_rows_sum_to_what_the_graph_says_for_every_account(worked: Store) -> None:
    for account in ACCOUNTS:
        e = explain(worked, account)
        for fall in e.waterfalls:
            belief = next(b for b in e.beliefs if b.territory == fall.territory)
            assert inner(fall) == pytest.approx(belief.llr + belief.infra, abs=1e-9)


def test_results_of_the_two_waterfalls_stand_in_the_ratio_of_their_probabilities(worked: Store) -> None:
    first, second = explain(worked, "x:a1").waterfalls

    ratio = first.rows[-1].value - second.rows[-1].value
    assert ratio == pytest.approx(log((first.rows[-1].p or 0) / (second.rows[-1].p or 1)), abs=1e-9)


def test_each_row_begins_where_the_one_before_ended(worked: Store) -> None:
    for fall in explain(worked, "x:a1").waterfalls:
        *steps, result = fall.rows
        assert [r.start for r in steps] == pytest.approx([0.0, *(r.end for r in steps[:-1])])
        assert (result.start, result.end) == (0.0, steps[-1].end)


def test_the_poser_is_explained_by_what_its_device_betrays(worked: Store) -> None:
    e = explain(worked, "x:a2")

    assert [f.territory for f in e.waterfalls] == ["RU", "IN"]
    rows = {r.label: r for r in e.waterfalls[0].rows}
    assert rows["infra"].value == pytest.approx(1.5422, abs=5e-5)
    assert rows["infra"].rests_on == "1 device, 1 card, 2 other accounts"
    assert rows["persona"].rests_on == "1 item"
    assert not rows["network"].present
    assert e.neighbours == 2
    assert e.deceivers_account == pytest.approx(0.4875, abs=5e-5)
    assert e.assessment.outcome == "insufficient"
    assert e.assessment.prior == pytest.approx(0.08)


def test_what_is_shared_is_listed_with_its_rows(worked: Store) -> None:
    rows = Rows(
        identifiers=[
            {"account_id": "x:a1", "kind": "device", "value": "device"},
            {"account_id": "x:a9", "kind": "device", "value": "other"},
        ],
        logins=[{"account_id": "x:a2", "device_id": "device", "source": "s2"}],
    )
    device, card = explain(worked, "x:a2", observed=rows).ties

    assert (device.summary, device.sources) == ("A device with 1 other account.", ("s1:line 1", "s2:line 1"))
    assert (card.summary, card.sources) == ("A card with 1 other account.", ())
    assert (device.cls, device.strength) == ("infra", 0.0)


def test_both_stories_stand_beside_the_mixed_score(worked: Store) -> None:
    e = explain(worked, "x:a1")

    network = next(s for s in e.scores["RU"] if s.cls == "network")
    assert (network.honest, network.cover) == pytest.approx((2.8, 1.7))
    assert network.cover < network.mixed < network.honest
    assert {x.cls for x in e.leave_one_out} == {"network", "persona", "persona_leak", "behaviour", "infra"}


def limited(store: Store) -> Explanation:
    loud = [item("x:b", "behaviour", {"US": (1.9, 1.5)}, (-0.5, -0.5)) for _ in range(3)]
    put(store, {"x:b": loud}, {}, {})
    finish(store, ("x:b",))
    return explain(store, "x:b")


def test_a_limit_that_bites_has_a_row_that_gives_back_the_rest(store: Store) -> None:
    e = limited(store)

    rows = [r for r in e.waterfalls[0].rows if r.label == "behaviour"]
    assert [r.kind for r in rows] == ["class", "cap"]
    assert rows[0].value + rows[1].value == pytest.approx(2.0)
    assert rows[0].value > 2.0
    assert inner(e.waterfalls[0]) == pytest.approx(e.beliefs[0].llr, abs=1e-9)
    r = e.assessment.honest_share
    for row in rows:
        assert r * row.honest + (1 - r) * row.cover == pytest.approx(row.value)
    score = e.scores["US"][0]
    assert (rows[0].honest, rows[0].cover) == (score.raw_honest, score.raw_cover)
    assert (rows[1].honest, rows[1].cover) == (score.honest - score.raw_honest, score.cover - score.raw_cover)
    assert (score.capped, score.mixed, score.raw_mixed) == (True, rows[0].value + rows[1].value, rows[0].value)


def test_the_poser_falls_with_the_share_and_what_is_left_of_it_points_elsewhere(worked: Store) -> None:
    e = explain(worked, "x:a3")
    s = e.sensitivity
    assert s is not None

    by_share = dict(s.shares)
    assert (by_share[0.2].top, by_share[0.2].p) == (e.assessment.top, pytest.approx(e.assessment.p))
    assert by_share[0.05].leader_p > by_share[0.2].leader_p > by_share[0.4].leader_p
    assert s.cover.leader_p < by_share[0.4].leader_p
    assert s.unstaged == ("infra",)
    for turn in s.leader_turns:
        assert turn.answer.p == pytest.approx(turn.answer.leader_p)
    assert dict(s.prior_free)["UNKNOWN"] == 0.0
    assert e.missing == ()  # the run was made by hand and kept nothing


def test_items_are_listed_with_the_strongest_first(worked: Store) -> None:
    found = explain(worked, "x:a1").items

    assert [i.strength for i in found] == sorted((i.strength for i in found), reverse=True)
    assert found[0].llr["RU"] == 2.3


def test_what_was_not_assessed_is_refused_with_a_sentence(store: Store) -> None:
    with pytest.raises(NotAssessed, match="attrigraph infer"):
        explain(store, "x:a1")
    limited(store)
    with pytest.raises(InputError, match="'x:zz'"):
        explain(store, "x:zz")
    with pytest.raises(NotAssessed, match="r9"):
        explain(store, "x:b", "r9")
