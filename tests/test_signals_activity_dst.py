"""Daylight saving as evidence."""

from __future__ import annotations

from typing import Any

from activity_days import posts, worker
from observed import Rows

from attrigraph.inference.scores import score_items
from attrigraph.inference.signal import Scores
from attrigraph.inference.signals.activity_dst import SIGNAL, score
from attrigraph.inference.weights import load_weights
from attrigraph.inference.world import World, priors_of

WEIGHTS = load_weights()
WORLD = World(WEIGHTS, priors_of("uniform", None, (), WEIGHTS), {})
NEW_YORK = worker("America/New_York", 730)


def scored(**tables: Any) -> dict[str, Scores]:
    return {s.account: s for s in score(None, Rows(**tables), WORLD)}  # type: ignore[arg-type]


def test_a_moved_clock_speaks_for_those_who_move_it() -> None:
    found = scored(posts=posts("x:1", NEW_YORK))["x:1"]
    (item,) = score_items([(SIGNAL, found)], WORLD, also={"US", "RU"})

    assert item.llr["US"] > 0.5
    assert 0 > item.llr_cover["RU"] > item.llr["RU"] >= -2
    assert "the day keeps its shape best under daylight saving of North America" in item.summary
    assert item.n == len({t // 3600 for t in NEW_YORK})


def test_few_hours_and_scheduled_ones_say_nothing() -> None:
    timed = [t // 300 * 300 for t in NEW_YORK]
    assert scored(posts=posts("x:1", NEW_YORK[:99]) + posts("x:2", timed)) == {}
