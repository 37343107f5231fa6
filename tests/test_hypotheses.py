"""Competing hypotheses: the sums are those of the model, and each hypothesis silences what it says is worthless."""

from __future__ import annotations

from math import exp, log

import pytest

from attrigraph.inference.algebra import posterior, total
from attrigraph.inference.assess import assess
from attrigraph.inference.hypotheses import class_uses, hypothesis_scores
from attrigraph.inference.records import Assessment, Belief
from attrigraph.inference.weights import load_weights

W = load_weights()
SHARE = 0.2
PRIORS = {"PT": 0.3, "NZ": 0.3, "OTHER": 0.3, "UNKNOWN": 0.1}
CLASSES = ("network", "persona")
SCORES = {
    "PT": ((2.4, 1.4), (-0.8, 0.0)),
    "NZ": ((-1.8, -1.3), (1.1, 0.0)),
    "OTHER": ((-1.8, -1.4), (-0.8, 0.0)),
    "UNKNOWN": ((0.0, 0.0), (0.0, 0.0)),
}
"""Honest and cover score of each class."""


def beliefs(account: str, infra: float = 0.0) -> list[Belief]:
    shown = {"NZ": 0.8}
    rows = {}
    for code, pairs in SCORES.items():
        honest, cover = (sum(pair[n] for pair in pairs) for n in (0, 1))
        told = infra if code == "PT" else 0.0
        rows[code] = (honest, cover, total(honest, cover, shown.get(code, 0.0), SHARE), told)
    p = posterior([log(PRIORS[code]) + row[2] + row[3] for code, row in rows.items()], 1.0)
    return [
        Belief(
            account, code, p[n], p[n], p[n], PRIORS[code], shown.get(code, 0.0), llr, honest, cover, told, 0.0, SHARE,
            CLASSES, tuple(pair[0] for pair in SCORES[code]), tuple(pair[1] for pair in SCORES[code]),
        )
        for n, (code, (honest, cover, llr, told)) in enumerate(rows.items())
    ]  # fmt: skip


def case(n: int, infra: float = 0.0) -> tuple[list[Assessment], dict[str, list[Belief]]]:
    held = {f"x:{k}": beliefs(f"x:{k}", infra) for k in range(n)}
    return [assess(a, "r1", own, W, anonymiser_checked=True) for a, own in held.items()], held


def test_sums_are_the_likelihoods_of_the_model() -> None:
    found, held = case(3)
    scores = hypothesis_scores(found, held, SHARE, W)
    assert scores
    assert (scores.territory, scores.rival, scores.accounts) == ("PT", "NZ", 3)
    own = {b.territory: b for b in held["x:0"]}
    assert scores.sum.h1 == pytest.approx(own["PT"].llr)
    assert scores.sum.h2 == pytest.approx(own["NZ"].llr)
    honest, cover = -0.8, 0.0  # OTHER without network
    assert scores.sum.h3 == pytest.approx(log((1 - SHARE) * exp(honest) + SHARE * exp(cover)))
    assert scores.sum.h7 == pytest.approx(-1.4 + log(SHARE))


def test_rows_and_story_add_up_for_accounts_alike() -> None:
    found, held = case(2, infra=0.5)
    scores = hypothesis_scores(found, held, SHARE, W)
    assert scores
    assert [row.cls for row in scores.rows] == ["infra", "network", "persona"]
    for name in ("h1", "h2", "h3", "h7"):
        parts = [getattr(row, name) for row in (*scores.rows, scores.story)]
        assert sum(parts) == pytest.approx(getattr(scores.sum, name))


def test_an_exit_makes_network_evidence_worthless() -> None:
    found, held = case(1)
    scores = hypothesis_scores(found, held, SHARE, W)
    assert scores
    assert {row.cls: row.h3 for row in scores.rows}["network"] == 0.0
    assert (scores.with_network, scores.kept_without_network) == (1, 0)
    assert scores.falls_without == (("network", 1),)


def test_counts_under_cover_and_when_everything_is_staged() -> None:
    found, held = case(2, infra=3.0)
    scores = hypothesis_scores(found, held, SHARE, W)
    assert scores
    assert (scores.kept_under_cover, scores.kept_if_staged, scores.unstaged) == (2, 2, ("infra",))
    assert dict(scores.kept_at) == {0.05: 2, 0.4: 2}


def test_ranges_are_over_the_group() -> None:
    found, held = case(1)
    more, others = case(1, infra=2.0)
    scores = hypothesis_scores(
        [found[0], Assessment(**{f: getattr(more[0], f) for f in Assessment.__slots__} | {"account": "x:9"})],
        held | {"x:9": others["x:0"]},
        SHARE,
        W,
    )
    assert scores
    assert scores.p.low == pytest.approx(found[0].p)
    assert scores.p.high == pytest.approx(more[0].p)


def test_nothing_to_set_against_others() -> None:
    assert hypothesis_scores([], {}, SHARE, W) is None


def test_direction_and_spread_of_each_class() -> None:
    found, held = case(2)
    uses = {use.name: use for use in class_uses(found, held, W)}
    assert (uses["network"].accounts, uses["network"].supports, uses["network"].contradicts) == (2, 2, 0)
    assert (uses["persona"].supports, uses["persona"].contradicts) == (0, 0)
    assert uses["network"].spread > uses["persona"].spread > 0
    assert class_uses([], {}, W) == ()
