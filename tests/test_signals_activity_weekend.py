"""Days of rest as evidence."""

from __future__ import annotations

from typing import Any

from activity_days import posts, worker
from observed import Rows

from attrigraph.inference.scores import score_items
from attrigraph.inference.signal import Scores
from attrigraph.inference.signals.activity_weekend import SIGNAL, score
from attrigraph.inference.weights import load_weights
from attrigraph.inference.world import World, priors_of

WEIGHTS = load_weights()
WORLD = World(WEIGHTS, priors_of("uniform", None, (), WEIGHTS), {})
BERLIN = [t for t in worker("Europe/Berlin", 120) if (t // 86_400 + 3) % 7 < 5]


def scored(**tables: Any) -> dict[str, Scores]:
    return {s.account: s for s in score(None, Rows(**tables), WORLD)}  # type: ignore[arg-type]


def test_free_saturdays_and_sundays_speak_against_free_fridays() -> None:
    found = scored(posts=posts("x:1", BERLIN))["x:1"]
    (item,) = score_items([(SIGNAL, found)], WORLD, also={"DE", "EG"})

    assert -0.7 < item.llr["EG"] < -0.5 and 0 < item.llr["DE"] < 0.7
    assert found.summary.endswith("the fewest are Saturdays (0) and Sundays (0).")
    assert item.n == len({t // 86_400 for t in BERLIN})


def test_friday_and_saturday_speak_for_egypt() -> None:
    earlier = [t - 86_400 for t in BERLIN]
    (item,) = score_items([(SIGNAL, scored(posts=posts("x:1", earlier))["x:1"])], WORLD, also={"DE", "EG"})

    assert item.llr["EG"] > 0.5 > -0.5 > item.llr["DE"]


def test_few_days_say_nothing() -> None:
    assert scored(posts=posts("x:1", BERLIN[:80])) == {}
