"""How an answer moves with what is assumed: exact on beliefs made by hand, and what must hold for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from math import e, exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attrigraph.inference.algebra import honest_share, posterior, total, under_cover
from attrigraph.inference.ranges import (
    LEAST,
    MOST,
    at_share,
    leader_turns,
    prior_turn,
    sensitivity,
    under_prior,
    under_share,
    verdict_turns,
)
from attrigraph.inference.records import Belief
from attrigraph.inference.weights import Weights, load_weights

WEIGHTS = load_weights()
Scores = Mapping[str, tuple[float, float]]


def account(
    classes: Mapping[str, Scores],
    priors: Mapping[str, float],
    *,
    d: float = 0.2,
    shown: Mapping[str, float] | None = None,
    infra: Mapping[str, float] | None = None,
) -> list[Belief]:
    """Beliefs of one account from class -> territory -> (honest, cover); what is left out is 0."""
    found = []
    for code, prior in priors.items():
        says = [(0.0, 0.0) if code == "UNKNOWN" else scores.get(code, (0.0, 0.0)) for scores in classes.values()]
        honest, cover = tuple(h for h, _ in says), tuple(c for _, c in says)
        hidden, sent = (shown or {}).get(code, 0.0), (infra or {}).get(code, 0.0)
        llr = total(sum(honest), sum(cover), hidden, d)
        found.append(
            Belief(
                "x:1", code, 0, 1, 1, prior, hidden, llr, sum(honest), sum(cover), sent, 0.0, d,
                tuple(classes), honest, cover,
            )
        )  # fmt: skip
    p = posterior([log(b.prior) + b.prior_free for b in found])
    return [replace(b, p=x, own=x) for b, x in zip(found, p, strict=True)]


PRIORS = {"PT": 0.3, "NZ": 0.3, "OTHER": 0.3, "UNKNOWN": 0.1}
TWO = account({"network": {"PT": (2.0, 0.0), "NZ": (0.0, 1.0), "OTHER": (-2.0, -2.0)}}, PRIORS)
TIE = (e**2 - 1) / ((e**2 - 1) - (1 - e))
"""e^2 (1-d) + d = (1-d) + e d"""


def test_the_share_at_which_two_territories_tie_is_exact() -> None:
    (turn,) = leader_turns(TWO, 0.2, WEIGHTS)

    assert turn.at == pytest.approx(TIE)
    assert (turn.answer.top, turn.tie) == ("NZ", True)
    assert turn.answer.p == pytest.approx(turn.answer.leader_p)
    assert under_share(TWO, 0.2, TIE - 0.01)["PT"] > under_share(TWO, 0.2, TIE - 0.01)["NZ"]
    assert under_share(TWO, 0.2, TIE + 0.01)["PT"] < under_share(TWO, 0.2, TIE + 0.01)["NZ"]


def test_what_neighbours_did_to_the_story_is_kept() -> None:
    pressed = account(
        {"network": {"PT": (2.0, 0.0), "NZ": (0.0, 1.0), "OTHER": (-2.0, -2.0)}}, PRIORS, d=1 / (1 + 4 / e)
    )
    (turn,) = leader_turns(pressed, 0.2, WEIGHTS)  # neighbours added 1 to the logit of .2

    assert log(turn.at / (1 - turn.at)) == pytest.approx(log(TIE / (1 - TIE)) - 1)


def test_the_verdict_turns_where_the_probability_falls_below_what_is_asked() -> None:
    (turn,) = verdict_turns(TWO, 0.2, WEIGHTS)
    rest = 0.3 * exp(-2) + 0.1
    honest = 0.3 * e**2 - 0.55 * (0.3 * e**2 + 0.3 + rest)  # what Portugal has beyond 55 of 100, if d were 0
    cover = 0.3 - 0.55 * (0.3 + 0.3 * e + rest)

    assert (turn.answer.outcome, turn.tie) == ("insufficient", False)
    assert turn.answer.leader_p == pytest.approx(0.55, abs=1e-6)
    assert turn.at == pytest.approx(honest / (honest - cover), abs=1e-6)


def test_an_answer_that_never_changes_has_no_turn() -> None:
    firm = account({"network": {"PT": (4.0, 3.0), "NZ": (-3.0, -2.0), "OTHER": (-3.0, -2.0)}}, PRIORS)
    both = {"acquisition": {"PT": (4.0, 3.0)}} | {"network": {"PT": (4.0, 3.0)}}

    assert leader_turns(firm, 0.2, WEIGHTS) == ()
    assert verdict_turns(account(both, PRIORS), 0.2, WEIGHTS) == ()


def test_under_cover_for_certain_only_the_cover_story_speaks() -> None:
    found = sensitivity(TWO, 0.2, WEIGHTS)
    weights = {"PT": 0.3, "NZ": 0.3 * e, "OTHER": 0.3 * exp(-2), "UNKNOWN": 0.1}

    assert found.cover.top == "NZ"
    assert found.cover.p == pytest.approx(weights["NZ"] / sum(weights.values()))
    assert found.cover.leader_p == pytest.approx(weights["PT"] / sum(weights.values()))


def test_if_all_that_can_be_staged_was_staged_hours_and_neighbours_are_left() -> None:
    poser = account(
        {
            "network": {"US": (2.0, 1.0), "RU": (-1.0, 0.0)},
            "persona": {"US": (1.0, 0.0)},
            "behaviour": {"RU": (1.0, 0.7), "US": (-1.0, -0.4)},
        },
        {"US": 0.5, "RU": 0.2, "OTHER": 0.2, "UNKNOWN": 0.1},
        shown={"US": 0.9},
        infra={"RU": 1.0},
    )
    found = sensitivity(poser, 0.2, WEIGHTS)
    left = {"US": 0.5 * 0.1 * exp(-0.4), "RU": 0.2 * exp(1.7), "OTHER": 0.2, "UNKNOWN": 0.1}

    assert found.unstaged == ("behaviour", "infra")
    assert found.staged.top == "RU"
    assert found.staged.p == pytest.approx(left["RU"] / sum(left.values()))
    assert found.staged.leader_p == pytest.approx(left["US"] / sum(left.values()))
    assert [share for share, _ in found.shares] == [0.05, 0.2, 0.4]
    assert found.shares[1][1].p == pytest.approx(max(b.p for b in poser))


def test_the_prior_at_which_another_leads_is_exact() -> None:
    scores = {"network": {"PT": (3.0, 3.0), "NZ": (1.0, 1.0), "OTHER": (-1.0, -1.0)}}
    flat = account(scores, PRIORS)
    turn = prior_turn(flat, WEIGHTS)

    assert turn is not None
    assert turn.at / (1 - turn.at) == pytest.approx(0.3 / 0.7 * exp(-2))
    assert (turn.answer.top, turn.tie) == ("NZ", True)
    assert turn.answer.p == pytest.approx(turn.answer.leader_p)

    found = sensitivity(flat, 0.2, WEIGHTS)
    needed = found.runner_up_prior or 0.0
    assert (found.prior, found.runner_up) == (0.3, "NZ")
    assert needed / (1 - needed) == pytest.approx(0.3 / 0.7 * exp(2))
    then = {b.territory: b.p for b in under_prior(flat, "NZ", needed, WEIGHTS)}
    assert then["PT"] == pytest.approx(then["NZ"])
    assert [code for code, _ in found.prior_free] == ["PT", "NZ", "UNKNOWN", "OTHER"]
    assert dict(found.prior_free) == pytest.approx({"PT": 3.0, "NZ": 1.0, "UNKNOWN": 0.0, "OTHER": -1.0})


def test_territories_that_neighbours_added_have_the_prior_they_took_from_other() -> None:
    added = [replace(b, own=0.0, prior=0.1) if b.territory == "NZ" else b for b in TWO]
    same = under_prior(added, "PT", 0.3, WEIGHTS)

    assert {b.territory: b.prior for b in same} == pytest.approx({"PT": 0.3, "NZ": 0.1, "OTHER": 0.2, "UNKNOWN": 0.1})


def test_a_calibrated_run_is_answered_as_it_was_calibrated() -> None:
    hot = WEIGHTS.model_copy(
        update={
            "case": WEIGHTS.case.model_copy(update={"temperature": 2.0}),
            "knots": ((0.0, 0.0), (0.5, 0.4), (1.0, 0.8)),
        }
    )
    z = [(log(b.prior) + b.prior_free) / 2 for b in TWO]
    raw = max(posterior(z))

    assert at_share(TWO, 0.2, 0.2, hot)[0].p == pytest.approx(0.4 + 0.4 * (raw - 0.5) / 0.5)
    assert sum(b.p for b in at_share(TWO, 0.2, 0.2, hot)) == pytest.approx(1.0)
    assert leader_turns(TWO, 0.2, hot)[0].at == pytest.approx(TIE)


def test_an_account_without_evidence_has_an_answer_too() -> None:
    silent = account({}, {"OTHER": 0.9, "UNKNOWN": 0.1})
    found = sensitivity(silent, 0.2, WEIGHTS)

    assert (found.leader_turns, found.verdict_turns, found.runner_up) == ((), (), None)
    assert found.prior_turn is not None
    assert found.prior_turn.at == pytest.approx(0.5)


# ---- what must hold for all beliefs

nats = st.floats(-6, 6)
share = st.floats(0.01, 0.99)


@st.composite
def accounts(draw: st.DrawFn) -> tuple[list[Belief], float]:
    """Beliefs of an account with two to five territories, and the share its run assumed."""
    codes = ["PT", "NZ", "US", "RU", "IN"][: draw(st.integers(2, 5))]
    raw = [draw(st.floats(0.01, 1.0)) for _ in codes]
    priors = {code: 0.7 * x / sum(raw) for code, x in zip(codes, raw, strict=True)} | {"OTHER": 0.2, "UNKNOWN": 0.1}
    classes = {
        name: {code: (draw(nats), draw(nats)) for code in [*codes, "OTHER"]} for name in ("network", "behaviour")
    }
    shown = {code: draw(st.floats(0, 0.99 / len(codes))) for code in codes}
    infra = {code: draw(st.floats(-5, 5)) for code in [*codes, "OTHER"]}
    return account(classes, priors, d=draw(share), shown=shown, infra=infra), draw(share)


@given(accounts())
def test_at_the_share_found_two_territories_tie_and_lead(given_: tuple[list[Belief], float]) -> None:
    beliefs, run_share = given_
    leader = max(beliefs, key=lambda b: b.p).territory
    for turn in leader_turns(beliefs, run_share, WEIGHTS):
        p = under_share(beliefs, run_share, turn.at, WEIGHTS)
        assert p[turn.answer.top] == pytest.approx(p[leader], rel=1e-6)
        assert p[leader] == pytest.approx(max(p.values()), rel=1e-6)
        between = under_share(beliefs, run_share, (turn.at + run_share) / 2, WEIGHTS)
        assert between[leader] == pytest.approx(max(between.values()), rel=1e-6)


@given(accounts())
def test_between_the_shares_found_the_same_territory_leads(given_: tuple[list[Belief], float]) -> None:
    beliefs, run_share = given_
    leader = max(beliefs, key=lambda b: b.p).territory
    turns = leader_turns(beliefs, run_share, WEIGHTS)
    low = max((t.at for t in turns if t.at < run_share), default=LEAST)
    high = min((t.at for t in turns if t.at > run_share), default=MOST)
    for step in range(21):
        p = under_share(beliefs, run_share, low + (high - low) * step / 20, WEIGHTS)
        assert p[leader] == pytest.approx(max(p.values()), rel=1e-6)


@given(accounts(), st.lists(share, min_size=3, max_size=6, unique=True))
def test_a_probability_only_rises_or_only_falls_with_the_share(
    given_: tuple[list[Belief], float], shares: list[float]
) -> None:
    beliefs, run_share = given_
    for code in (b.territory for b in beliefs):
        values = [under_share(beliefs, run_share, d, WEIGHTS)[code] for d in (0.0, *sorted(shares), 1.0)]
        steps = [b - a for a, b in pairwise(values) if abs(b - a) > 1e-9]
        assert all(x > 0 for x in steps) or all(x < 0 for x in steps)


@given(accounts())
def test_the_share_of_the_run_gives_the_answer_of_the_run(given_: tuple[list[Belief], float]) -> None:
    beliefs, run_share = given_
    again = under_share(beliefs, run_share, run_share, WEIGHTS)
    assert again == pytest.approx({b.territory: b.p for b in beliefs}, rel=1e-6)


@given(accounts())
def test_the_verdict_differs_on_the_two_sides_of_its_turn(given_: tuple[list[Belief], float]) -> None:
    beliefs, run_share = given_
    now = sensitivity(beliefs, run_share, WEIGHTS).shares
    mine = next(answer for d, answer in now if d == run_share)
    for turn in verdict_turns(beliefs, run_share, WEIGHTS):
        assert turn.at != run_share
        named = "" if mine.outcome == "insufficient" else mine.top
        then = "" if turn.answer.outcome == "insufficient" else turn.answer.top
        assert (mine.outcome, named) != (turn.answer.outcome, then)


@given(accounts())
def test_at_the_prior_found_the_leader_ties(given_: tuple[list[Belief], float]) -> None:
    beliefs, _ = given_
    ranked = sorted(beliefs, key=lambda b: -b.p)
    turn = prior_turn(beliefs, WEIGHTS)
    assert turn is not None
    assert turn.at <= ranked[0].prior + 1e-12
    assert turn.answer.p == pytest.approx(turn.answer.leader_p, rel=1e-6)


@given(accounts(), st.lists(share, min_size=2, max_size=5, unique=True))
def test_a_larger_prior_never_makes_a_territory_less_probable(
    given_: tuple[list[Belief], float], priors: list[float]
) -> None:
    beliefs, _ = given_
    code = beliefs[0].territory
    values = [under_prior(beliefs, code, x, WEIGHTS)[0].p for x in sorted(priors)]
    assert values == sorted(values)


@given(accounts())
def test_the_probability_of_the_cover_story_is_that_of_bayes(given_: tuple[list[Belief], float]) -> None:
    beliefs, _ = given_
    rows = [(b.p, honest_share(b.llr_honest, b.llr_cover, b.shown, b.deceivers)) for b in beliefs]
    d = beliefs[0].deceivers
    base = [b.prior * exp(b.infra) for b in beliefs]
    cover = sum(x * d * (1 - b.shown) * exp(b.llr_cover) for x, b in zip(base, beliefs, strict=True))
    honest = sum(x * (1 - d) * exp(b.llr_honest) for x, b in zip(base, beliefs, strict=True))

    assert under_cover(rows) == pytest.approx(cover / (cover + honest))


def fitted(temperature: float) -> Weights:
    return WEIGHTS.model_copy(update={"case": WEIGHTS.case.model_copy(update={"temperature": temperature})})


@given(accounts(), st.floats(0.5, 3.0))
def test_a_temperature_moves_no_tie(given_: tuple[list[Belief], float], temperature: float) -> None:
    beliefs, run_share = given_
    cold = [turn.at for turn in leader_turns(beliefs, run_share, WEIGHTS)]
    assert [turn.at for turn in leader_turns(beliefs, run_share, fitted(temperature))] == pytest.approx(cold)
