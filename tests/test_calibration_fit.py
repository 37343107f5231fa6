"""Fitting: what was put into the answers is found again, and nothing of an operation is on both sides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attrigraph.errors import InputError
from attrigraph.inference.calibration.candidates import Candidates, Label, Labels, candidates, joined
from attrigraph.inference.calibration.fit import (
    fit_classes,
    fit_knots,
    fit_temperature,
    folds,
    mapped,
    split,
)
from attrigraph.inference.calibration.report import answers, report
from attrigraph.inference.calibration.tables import Seen, fit_cover, fit_strengths
from attrigraph.inference.records import Belief
from attrigraph.inference.weights import load_weights
from attrigraph.inference.weights.fitted import Fitted, weights_of, with_fitted

CODES = ("PT", "NZ", "US", "OTHER", "UNKNOWN")
CLASSES = tuple(load_weights().classes)
NETWORK, ACQUISITION = CLASSES.index("network"), CLASSES.index("acquisition")


def believed(
    honest: np.ndarray, truth: Sequence[int], *, operations: Sequence[str] = (), d: float = 1e-9
) -> Candidates:
    """Accounts with the same five candidates; `honest` is accounts x candidates x (network, acquisition)."""
    n = len(honest)
    rows = np.zeros((n * len(CODES), len(CLASSES)))
    rows[:, [NETWORK, ACQUISITION]] = honest.reshape(-1, 2)
    prior = np.tile([0.2, 0.2, 0.2, 0.3, 0.1], n)
    zeros = np.zeros(n * len(CODES))
    return Candidates(
        accounts=tuple(f"x:{i}" for i in range(n)),
        groups=tuple(operations) or tuple(f"x:{i}" for i in range(n)),
        operations=tuple(operations) or ("",) * n,
        starts=np.arange(n) * len(CODES),
        codes=np.array(CODES * n, dtype=np.str_),
        p=zeros,
        prior=prior,
        shown=zeros,
        infra=zeros,
        honest=rows,
        cover=rows,
        pressure=np.zeros(n),
        truth=np.arange(n) * len(CODES) + np.asarray(truth),
        truth_share=np.ones(n),
        classes=CLASSES,
        deceivers=d,
    )


def drawn(n: int, temperature: float, weights: tuple[float, float] = (1.0, 1.0), seed: int = 1) -> Candidates:
    """Accounts whose truth is drawn from the probabilities at a temperature, with classes that deserve `weights`."""
    dice = np.random.default_rng(seed)
    honest = dice.normal(0, 2, (n, len(CODES), 2))
    found = believed(honest, np.zeros(n, dtype=int))
    scores = found.scores({"network": weights[0], "acquisition": weights[1]})
    p = found.probabilities(scores, temperature).reshape(n, -1)
    return believed(honest, [int(dice.choice(len(CODES), p=row / row.sum())) for row in p])


@pytest.mark.parametrize("temperature", [0.6, 1.0, 2.5])
def test_the_temperature_put_in_is_found(temperature: float) -> None:
    found = drawn(2500, temperature)
    assert fit_temperature(found, found.scores()) == pytest.approx(temperature, rel=0.1)


def test_the_weights_put_in_are_found_and_silent_classes_stay() -> None:
    fitted = fit_classes(drawn(3000, 1.0, (1.0, 0.4)))
    assert fitted == {"network": pytest.approx(1.0, abs=0.1), "acquisition": pytest.approx(0.4, abs=0.1)}


def test_few_accounts_pull_the_weights_towards_one() -> None:
    few, many = fit_classes(drawn(30, 1.0, (1.0, 0.0))), fit_classes(drawn(1000, 1.0, (1.0, 0.0)))
    assert abs(few["acquisition"] - 1) < abs(many["acquisition"] - 1)


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=80), st.integers(1, 6))
def test_a_group_is_in_one_fold(groups: list[str], count: int) -> None:
    fold = folds(groups, count)
    assert all(len({int(f) for f, g in zip(fold, groups, strict=True) if g == name}) == 1 for name in set(groups))
    assert folds(groups[::-1], count).tolist() == fold[::-1].tolist()


def test_a_third_of_the_operations_is_held_out_whole() -> None:
    names = [f"op {k}" for k in range(9) for _ in range(20)]
    parts = split(believed(np.zeros((180, 5, 2)), np.zeros(180, dtype=int), operations=names))
    held = {names[i] for i in parts.held_out}
    assert len(parts.held_out) == 60
    assert held.isdisjoint(names[i] for i in parts.fitting)


def test_a_map_makes_overconfident_answers_honest() -> None:
    found = drawn(6000, 2.0)
    p = found.probabilities(found.scores())
    fitting, rest = found.of(range(3000)), found.of(range(3000, 6000))
    knots = fit_knots(fitting, fitting.probabilities(fitting.scores()))
    made = mapped(rest, p[3000 * len(CODES) :], knots)
    assert answers(rest, p[3000 * len(CODES) :]).ece() > 0.1
    assert answers(rest, made).ece() < 0.05
    assert np.add.reduceat(made, rest.starts) == pytest.approx(np.ones(3000))


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.floats(0.01, 0.99), st.floats(0.01, 0.99)), min_size=2, max_size=6, unique_by=lambda k: k[0])
)
def test_no_map_changes_the_answer(pairs: list[tuple[float, float]]) -> None:
    knots = tuple(zip(sorted(x for x, _ in pairs), sorted(y for _, y in pairs), strict=True))
    found = drawn(40, 1.0)
    p = found.probabilities(found.scores())
    made = mapped(found, p, knots)
    assert answers(found, made).best.tolist() == answers(found, p).best.tolist()
    assert np.add.reduceat(made, found.starts) == pytest.approx(np.ones(40))


def test_a_truth_that_nobody_names_gets_its_part_of_other() -> None:
    def belief(territory: str, p: float, prior: float) -> Belief:
        return Belief("x:1", territory, p, p, p, prior, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.2, (), (), ())

    beliefs = [belief("PT", 0.5, 0.2), belief("OTHER", 0.4, 0.7), belief("UNKNOWN", 0.1, 0.1)]
    labels = Labels({"x:1": Label("x:1", "NZ", "harbour")})
    found = candidates({"x:1": beliefs, "x:2": beliefs}, labels, {"PT": 0.2, "NZ": 0.07}, load_weights(), 0.2)
    assert found.accounts == ("x:1",)
    assert found.truth_p(found.p) == pytest.approx([0.4 * 0.1])
    assert not answers(found, found.p).right[0]


def test_cases_are_told_apart() -> None:
    one = believed(np.zeros((2, 5, 2)), [0, 1], operations=["harbour", ""])
    both = joined([one, one])
    assert both.operations == ("0/harbour", "", "1/harbour", "")
    assert both.codes[both.truth].tolist() == ["PT", "NZ", "PT", "NZ"]


def test_the_report_counts_answers_and_what_a_class_adds() -> None:
    honest = np.zeros((4, 5, 2))
    honest[:, 0, 0] = 6.0  # the network says PT, which is right for three of four
    found = believed(honest, [0, 0, 0, 1])
    made = report(found, found.probabilities(found.scores()), {})
    assert (made.accounts, made.answered, made.accuracy.value) == (4, 4, 0.75)
    without = next(row for row in made.ablation if row.cls == "network")
    assert (without.n, without.log_loss) == (4, pytest.approx(-np.log(0.2)))


def seen(place: str, truth: str, operation: str = "", shown: float = 0.0) -> Seen:
    label = Label("x:1", truth, operation)
    return Seen(label, "phone_region", "acquisition", "phone_region", place, 0.9, 0.1, 0.1, shown)


def test_strengths_are_counted_on_accounts_without_operation() -> None:
    honest = [seen("PT", "PT")] * 90 + [seen("NZ", "PT")] * 10
    alpha, types = fit_strengths([*honest, *[seen("NZ", "PT", "harbour")] * 50], load_weights())
    # (.9 - .1) / .9 = .889 of 100 accounts, .9 of 20
    assert alpha == {"phone_region": pytest.approx((100 * 0.8889 + 20 * 0.9) / 120, abs=1e-3)}
    assert types == {}


def test_cover_is_counted_on_operations() -> None:
    posing = [seen("NZ", "PT", "harbour", shown=0.9)] * 80 + [seen("PT", "PT", "harbour")] * 20
    real, persona, anywhere = fit_cover(posing, load_weights())["acquisition"]
    assert real + persona + anywhere == pytest.approx(1.0)
    assert persona > 0.55
    assert real < 0.4


def test_fitted_numbers_are_in_force_and_kept_with_a_run() -> None:
    base = load_weights()
    fitted = Fitted(
        temperature=1.5, classes={"network": 0.5}, alpha={"phone_region": 0.8}, knots=((0.2, 0.1), (0.9, 0.8))
    )
    made = with_fitted(base, fitted, "calibrated on 3 accounts")
    assert made.case.temperature == 1.5
    assert made.classes["network"].weight == 0.5
    assert made.classes["network"].cap_pos == base.classes["network"].cap_pos * 0.5
    assert made.signal("phone_region").alpha == 0.8
    assert made.sha256 != base.sha256
    run = {"id": "r1", "weights": "v0", "fitted": made.fitted, "calibration": made.calibration}
    assert weights_of(run) == made
    assert weights_of(run | {"fitted": None}) == base


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"temperature": 0}, "greater than 0"),
        ({"classes": {"network": -1}}, "weight of class network is -1"),
        ({"alpha": {"phone_region": float("nan")}}, "strength of phone_region is nan"),
        ({"cover": {"network": (0.5, 0.2, 0.2)}}, "sum to 1"),
        ({"knots": ((0.5, 0.6), (0.4, 0.7))}, "rise"),
    ],
)
def test_numbers_that_cannot_be_are_refused(wrong: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Fitted.model_validate(wrong)


def test_a_class_the_weights_do_not_have_is_refused() -> None:
    with pytest.raises(InputError, match="'telepathy', which weights v0 do not have"):
        with_fitted(load_weights(), Fitted(classes={"telepathy": 1.0}), "calibrated")
