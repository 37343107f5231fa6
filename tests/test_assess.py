"""Outcomes, confidence and reasons: every rule of the evidence model's section 8 on beliefs made by hand."""

from __future__ import annotations

from dataclasses import replace
from math import log

import pytest

from attrigraph.inference.algebra import posterior, total
from attrigraph.inference.assess import assess, class_scores, leave_one_out, tension
from attrigraph.inference.ranges import under_share
from attrigraph.inference.records import Assessment, Belief
from attrigraph.inference.weights import load_weights

WEIGHTS = load_weights()
PRIORS = {"PT": 0.3, "NZ": 0.3, "OTHER": 0.3, "UNKNOWN": 0.1}


def beliefs(d: float = 0.2, infra: dict[str, float] | None = None, **classes: dict[str, float]) -> list[Belief]:
    """Beliefs from class -> territory -> score; both stories say the same, what a class leaves out is -1."""
    rows = {}
    for code in PRIORS:
        scores = [0.0 if code == "UNKNOWN" else says.get(code, -1.0) for says in classes.values()]
        rows[code] = (scores, (infra or {}).get(code, 0.0))
    z = [log(PRIORS[c]) + total(sum(s), sum(s), 0.0, d) + i for c, (s, i) in rows.items()]
    return [
        Belief(
            "x:1",
            code,
            p,
            p,
            p,
            PRIORS[code],
            0.0,
            sum(s),
            sum(s),
            sum(s),
            i,
            0.0,
            d,
            tuple(classes),
            tuple(s),
            tuple(s),
        )
        for (code, (s, i)), p in zip(rows.items(), posterior(z), strict=True)
    ]


def of(found: list[Belief], *, checked: bool = True, displays: tuple[str, float] | None = None) -> Assessment:
    return assess("x:1", "r1", found, WEIGHTS, anonymiser_checked=checked, displays=displays)


STRONG = {"network": {"PT": 3.0}, "acquisition": {"PT": 2.5}, "behaviour": {"PT": 1.0}}


def test_two_classes_that_agree_are_high() -> None:
    found = of(beliefs(**STRONG))

    assert (found.outcome, found.confidence, found.top) == ("supported", "high", "PT")
    assert found.strongest_class == "network"
    assert found.survives
    assert found.without_strongest == "PT"
    assert found.reasons[0] == "Portugal is supported by network +3.0, acquisition +2.5 and behaviour +1.0 nats."


def test_without_the_anonymiser_check_it_is_moderate() -> None:
    found = of(beliefs(**STRONG), checked=False)

    assert found.confidence == "moderate"
    assert "Not every address was checked against VPN, hosting and Tor lists." in found.reasons


def test_the_displayed_territory_needs_a_third_class() -> None:
    two = {"network": {"PT": 4.0}, "acquisition": {"PT": 4.0}}
    shown = [replace(b, shown=0.5 if b.territory == "PT" else 0.0) for b in beliefs(**two)]
    third = [replace(b, shown=0.5 if b.territory == "PT" else 0.0) for b in beliefs(**two, behaviour={"PT": 1.0})]

    assert of(shown).p >= 0.9
    assert of(shown).confidence == "moderate"
    assert of(third).confidence == "high"


def test_a_class_against_it_forbids_high() -> None:
    found = of(beliefs(**STRONG, social={"PT": -1.6, "NZ": -1.6}))

    assert found.p >= 0.9
    assert found.confidence == "moderate"
    assert any("contradicted by social ties" in reason for reason in found.reasons)


def test_one_class_alone_does_not_survive_and_is_low() -> None:
    found = of(beliefs(network={"PT": 2.5}))

    assert (found.outcome, found.confidence) == ("supported", "low")
    assert not found.survives
    assert "The answer does not survive leaving out network." in found.reasons


def test_contested_when_the_strongest_class_carries_the_winner_alone() -> None:
    found = of(beliefs(network={"PT": 4.0, "NZ": 0.5}, persona={"NZ": 2.0, "PT": -1.0}))

    assert (found.outcome, found.confidence) == ("contested", None)
    assert (found.top, found.without_strongest) == ("PT", "NZ")
    assert found.reasons[0] == "Without network the leading territory is New Zealand, not Portugal."


def test_insufficient_below_55_hundredths() -> None:
    found = of(beliefs(network={"PT": 0.75, "NZ": 0.7}))

    assert found.outcome == "insufficient"
    assert found.reasons[0] == "No territory reaches 0.55; Portugal leads."


def test_insufficient_when_unknown_leads() -> None:
    found = of(beliefs(network={"PT": -3.0, "NZ": -3.0, "OTHER": -4.0}))

    assert (found.outcome, found.top) == ("insufficient", "UNKNOWN")
    assert found.runner_up in ("NZ", "PT")


def test_hours_and_persona_alone_never_support() -> None:
    found = of(beliefs(persona={"PT": 4.0}, behaviour={"PT": 2.0}))

    assert found.p > 0.9
    assert found.outcome == "insufficient"
    assert found.confidence is None
    assert found.region is None
    assert "a persona and hours alone never decide" in found.reasons[0]


@pytest.mark.parametrize(("score", "outcome"), [(0.8, "insufficient"), (2.0, "supported")])
def test_a_phone_and_a_store_name_where_the_kit_comes_from(score: float, outcome: str) -> None:
    found = of(beliefs(acquisition={"PT": score}))

    assert (found.p < 0.70) == (outcome == "insufficient")
    assert found.outcome == outcome


def test_shared_infrastructure_supports_like_a_class() -> None:
    found = of(beliefs(infra={"PT": 2.5, "NZ": -1.0, "OTHER": -1.0}))

    assert (found.outcome, found.strongest_class) == ("supported", "infra")


def test_a_region_is_named_when_its_territories_hold_55_hundredths_together() -> None:
    pieces = beliefs(network={"PT": 1.0, "NZ": -3.0, "OTHER": -3.0})
    south = [replace(b, territory={"NZ": "ES", "PT": "PT"}.get(b.territory, b.territory)) for b in pieces]
    shared = {"PT": 0.45, "ES": 0.40, "OTHER": 0.05, "UNKNOWN": 0.10}
    found = of([replace(b, p=shared[b.territory]) for b in south])

    assert (found.outcome, found.region) == ("insufficient", "Southern Europe")
    assert "The evidence points within Southern Europe; no country is named." in found.reasons


def test_the_runner_up_is_the_next_named_territory() -> None:
    found = of(
        [replace(b, p={"PT": 0.91, "UNKNOWN": 0.06, "OTHER": 0.02, "NZ": 0.01}[b.territory]) for b in beliefs(**STRONG)]
    )

    assert (found.runner_up, found.runner_up_p) == ("NZ", 0.01)


def test_leaving_out_nothing_but_silence_changes_nothing() -> None:
    silent = beliefs(network={"PT": 2.0}, behaviour=dict.fromkeys(PRIORS, 0.0))
    without = {x.cls: x for x in leave_one_out(silent, WEIGHTS)}

    assert without["behaviour"].p == pytest.approx(max(b.p for b in silent))
    assert without["network"].p == pytest.approx(0.3)


def test_added_territories_take_their_prior_from_other() -> None:
    found = beliefs(network={"PT": 2.0}, infra={"NZ": 1.0})
    added = [replace(b, own=0.0, prior=0.1) if b.territory == "NZ" else b for b in found]
    left = leave_one_out(added, WEIGHTS)[0]

    odds = {"PT": 0.3, "NZ": 0.1 * 2.718281828, "OTHER": 0.2, "UNKNOWN": 0.1}
    assert (left.cls, left.top) == ("network", "PT")
    assert left.p == pytest.approx(0.3 / sum(odds.values()))


def test_tension_is_the_largest_divergence_of_two_classes() -> None:
    agree = tension(beliefs(network={"PT": 2.0}, acquisition={"PT": 2.0}), WEIGHTS)
    oppose = tension(beliefs(network={"PT": 5.0}, persona={"NZ": 5.0}, behaviour={"PT": 5.0}), WEIGHTS)

    assert agree[0] == pytest.approx(0.0)
    assert oppose[0] > 0.8
    assert "persona" in (oppose[1] or ())
    assert oppose[0] <= 1.0


def test_a_mixed_score_lies_between_the_stories() -> None:
    one = beliefs(network={"PT": 2.0})[0]
    uneven = replace(one, honest=(3.0,), cover=(1.0,), llr_honest=3.0, llr_cover=1.0)

    assert 1.0 < class_scores(uneven)["network"] < 3.0


def test_an_account_without_evidence_says_so() -> None:
    silent = {b.territory: replace(b, classes=(), honest=(), cover=()) for b in beliefs(network={})}
    found = of([replace(silent["OTHER"], p=0.9), replace(silent["UNKNOWN"], p=0.1)])

    assert (found.outcome, found.top, found.runner_up) == ("insufficient", "OTHER", "UNKNOWN")
    assert found.reasons == ("There is no evidence about the account.",)


@pytest.mark.parametrize(
    ("says", "displays", "relation"),
    [
        (STRONG, "PT", "agrees"),
        (STRONG, "NZ", "contradicts"),
        ({"network": {"PT": 0.75, "NZ": 0.7}}, "NZ", "not decided"),
        ({"network": {"PT": 0.75, "OTHER": 0.7, "NZ": -2.0}}, "NZ", "contradicts"),
        ({"network": {"PT": 0.75, "NZ": 0.7, "OTHER": 0.0}}, "ES", "not decided"),
    ],
)
def test_the_persona_is_an_output_of_its_own(says: dict[str, dict[str, float]], displays: str, relation: str) -> None:
    found = of(beliefs(**says), displays=(displays, 0.8))
    p = {b.territory: b.p for b in beliefs(**says)}

    assert (found.displays, found.displays_share, found.persona) == (displays, 0.8, relation)
    assert found.displays_p == (pytest.approx(p[displays]) if displays in p else None)
    assert (found.top, found.outcome) == (of(beliefs(**says)).top, of(beliefs(**says)).outcome)


def test_a_contradiction_between_persona_and_evidence_is_a_reason() -> None:
    assert of(beliefs(**STRONG), displays=("NZ", 0.8)).reasons[-1] == (
        "The profile displays New Zealand, which the evidence leaves <\u202f1\u202f% (prior 30\u202f%)."
    )
    named_by_none = of(beliefs(**STRONG), displays=("ES", 0.8))
    assert named_by_none.reasons[-1] == "The profile displays Spain, which no evidence names."
    assert of(beliefs(**STRONG)).persona is None


def test_the_probability_of_the_cover_story_is_given() -> None:
    same = beliefs(network={"PT": 2.0})  # both stories say the same: nothing is learnt about them
    less = [replace(b, llr_cover=b.llr_cover - 1.0) for b in same]

    assert of(same).under_cover == pytest.approx(0.2)
    assert (of(less).under_cover or 1.0) < 0.2


@pytest.mark.parametrize("share", [0.05, 0.2, 0.4])
def test_the_answer_under_another_share_needs_no_new_run(share: float) -> None:
    run = [replace(b, llr_cover=b.llr_cover / 2) for b in beliefs(infra={"NZ": 1.0}, **STRONG)]
    added = [replace(b, own=0.0, prior=0.1) if b.territory == "NZ" else b for b in run]
    priors = {"PT": 0.3, "NZ": 0.1, "OTHER": 0.2, "UNKNOWN": 0.1}
    z = [log(priors[b.territory]) + total(b.llr_honest, b.llr_cover, 0.0, share) + b.infra for b in added]

    expected = dict(zip((b.territory for b in added), posterior(z), strict=True))
    assert under_share(added, 0.2, share) == pytest.approx(expected)
