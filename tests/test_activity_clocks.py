"""The rules of changing the clock side by side for one account, as the figure of them shows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from activity_days import posts, worker
from observed import Rows

from attrigraph.inference.activity.clocks import clock_scores, followers, rule_shares
from attrigraph.inference.activity.dst import RULES
from attrigraph.inference.weights import load_weights

W = load_weights()
PRIORS = {"PT": 0.3, "US": 0.3, "IN": 0.3}
NOW = datetime(2026, 7, 1, tzinfo=UTC)


def test_somebody_who_works_in_portugal_follows_the_european_rule() -> None:
    rows = posts("x:1", worker("Europe/Lisbon", 400)) + posts("x:2", worker("America/New_York", 400))
    found = clock_scores(Rows(posts=rows), "x:1", PRIORS, W, NOW)
    scores = dict(zip(RULES, found.scores, strict=True))
    assert max(scores, key=lambda rule: scores[rule]) == "EU"
    assert found.counted[RULES.index("EU")] <= 2.0
    assert min(found.counted) >= -2.0
    assert (found.why, found.year) == ("", 2025)
    assert 1000 < found.hours < 1300


def test_too_few_hours_say_so() -> None:
    few = clock_scores(Rows(posts=posts("x:1", worker("Europe/Lisbon", 20))), "x:1", PRIORS, W, NOW)
    assert few.scores == ()
    assert few.why == f"{few.hours} of 100 active hours"
    summer = clock_scores(
        Rows(posts=posts("x:1", worker("Europe/Lisbon", 90, start="2024-05-01"))), "x:1", PRIORS, W, NOW
    )
    assert summer.why == "one season has too few"
    assert clock_scores(Rows(), "x:1", PRIORS, W, NOW).why == "no post or login has a time"


def test_shares_of_rules_are_those_of_the_territories_that_keep_them() -> None:
    shares = dict(zip(RULES, rule_shares(PRIORS, 2025), strict=True))
    assert shares["EU"] == pytest.approx(1 / 3)
    assert shares["US"] == pytest.approx(1 / 3, abs=0.02)
    assert shares["none"] == pytest.approx(1 / 3, abs=0.02)
    assert followers(("PT", "US", "IN", "AQ"), RULES.index("EU"), 2025) == ("PT",)
