"""Hours of activity as evidence: gates, what is preferred, what is left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from activity_days import posts, worker
from observed import Rows

from attrigraph.inference.activity import events
from attrigraph.inference.scores import score_items
from attrigraph.inference.signal import Scores, Skipped
from attrigraph.inference.signals.activity_hours import SIGNAL, score
from attrigraph.inference.weights import load_weights
from attrigraph.inference.world import World, priors_of

MOSCOW = worker("Europe/Moscow", 60)
WEIGHTS = load_weights()
WORLD = World(WEIGHTS, priors_of("uniform", None, (), WEIGHTS), {})


def scored(**tables: Any) -> dict[str, Scores]:
    found = score(None, Rows(**tables), WORLD)  # type: ignore[arg-type]
    return {s.account: s for s in found if isinstance(s, Scores)}


def unused(**tables: Any) -> dict[str, str]:
    found = score(None, Rows(**tables), WORLD)  # type: ignore[arg-type]
    return {s.account: s.reason for s in found if isinstance(s, Skipped)}


def llr(found: Scores, code: str) -> float:
    return float(found.llr[list(WORLD.priors).index(code)])  # type: ignore[index]


def test_hours_score_every_territory_and_say_so() -> None:
    found = scored(posts=posts("x:1", MOSCOW))["x:1"]

    assert llr(found, "RU") > 0.4
    assert llr(found, "US") < -1
    assert found.summary.startswith(f"{len({t // 3600 for t in MOSCOW})} active hours fit UTC+")
    assert found.factor == 1.0
    assert (found.first_at, found.last_at) == (
        datetime.fromtimestamp(MOSCOW[0], tz=UTC),
        datetime.fromtimestamp(MOSCOW[-1], tz=UTC),
    )
    assert found.sources[:2] == ("s1:line 1", "s1:line 2")
    assert len(found.sources) == 10


def test_the_item_is_limited_and_diluted() -> None:
    (item,) = score_items([(SIGNAL, scored(posts=posts("x:1", MOSCOW))["x:1"])], WORLD, also={"RU", "US"})

    assert item.cls == "behaviour"
    assert {"RU", "US"} < set(item.llr)
    assert -3.0 < item.llr["US"] < item.llr_cover["US"] < 0 < item.llr_cover["RU"] < item.llr["RU"] <= 2.0


@pytest.mark.parametrize("hours", [1, 9])
def test_too_few_hours_say_nothing(hours: int) -> None:
    assert scored(posts=posts("x:1", [1_700_000_000 + n * 90_000 for n in range(hours)])) == {}
    assert len(scored(posts=posts("x:1", [1_700_000_000 + n * 90_000 for n in range(10)]))) <= 1


def test_times_on_round_minutes_are_taken_for_scheduled() -> None:
    timed = [t // 300 * 300 if n % 10 < 4 else t for n, t in enumerate(MOSCOW)]
    few = [t // 300 * 300 if n % 10 < 2 else t for n, t in enumerate(MOSCOW)]

    assert set(scored(posts=[*posts("x:1", timed), *posts("x:2", few)])) == {"x:2"}


def test_posts_of_scheduling_programs_are_left_out_and_counted() -> None:
    rows = posts("x:1", MOSCOW, client="Web App") + posts("x:1", worker("Asia/Tokyo", 60), client="Hootsuite Inc.")
    found = scored(posts=[*rows, *posts("x:2", MOSCOW, client="Buffer")])

    assert set(found) == {"x:1"}
    assert "posts of scheduling programs" in found["x:1"].summary
    assert llr(found["x:1"], "RU") == pytest.approx(llr(scored(posts=posts("x:1", MOSCOW))["x:1"], "RU"), abs=1e-6)


def test_a_flat_profile_says_nothing() -> None:
    around = [1_700_000_017 + n * 7 * 3600 for n in range(240)]
    assert scored(posts=posts("x:1", around)) == {}


def test_night_work_counts_less() -> None:
    late = worker("Europe/Berlin", 60, per_day=2)
    found = scored(posts=posts("x:1", late + [t + 11 * 3600 for t in late]) + posts("x:2", MOSCOW))

    assert found["x:1"].factor == WEIGHTS.activity.night_factor
    assert "Much of the activity is at night there" in found["x:1"].summary
    assert found["x:2"].factor == 1.0


def test_replies_and_logins_are_preferred_to_posts() -> None:
    own = worker("America/New_York", 60)
    rows = posts("x:1", MOSCOW) + posts("x:1", own[:30], reply_to="p9")
    found = scored(posts=rows, logins=[{"account_id": "x:1", "at": p["at"]} for p in posts("x:1", own[30:60])])["x:1"]

    assert found.count == len({t // 3600 for t in own[:60]})
    assert llr(found, "US") > 0 > llr(found, "RU")
    assert "Left out: posts that may have been timed." in found.summary


def test_registrations_and_few_replies_decide_nothing() -> None:
    rows = posts("x:1", MOSCOW) + posts("x:1", worker("Asia/Tokyo", 4)[:5], reply_to="p9")
    registration = {"account_id": "x:2", "at": datetime(2024, 1, 1, tzinfo=UTC), "kind": "registration"}

    assert scored(posts=rows)["x:1"].count > 60
    assert scored(logins=[registration] * 20) == {}


def test_the_future_and_the_impossible_past_are_left_out_and_counted() -> None:
    ahead = datetime.now(UTC) + timedelta(days=30)
    wrong = [{"account_id": "x:1", "at": ahead + timedelta(hours=n)} for n in range(40)]
    wrong.append({"account_id": "x:1", "at": datetime(1970, 1, 1, tzinfo=UTC)})
    found = scored(posts=[*posts("x:1", MOSCOW), *wrong])["x:1"]

    assert found.summary.endswith("Left out: 41 events dated in the future or before 1990.")
    assert found.last_at is not None
    assert found.last_at < datetime.now(UTC)
    assert scored(posts=wrong) == {}


def test_times_given_as_a_signal_count_as_well() -> None:
    rows = [
        {"account_id": "x:1", "signal": "activity_times", "value": p["at"].isoformat()} for p in posts("x:1", MOSCOW)
    ]
    rows.append({"account_id": "x:1", "signal": "activity_times", "value": "yesterday"})

    assert scored(signals=rows)["x:1"].count == len({t // 3600 for t in MOSCOW})


def test_parts_hold_whole_accounts_and_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row for n in range(5) for row in posts(f"x:{n}", worker("Europe/Moscow", 20 + n, seed=n))]
    whole = scored(posts=rows)
    monkeypatch.setattr(events, "PART", 150)
    monkeypatch.setattr(events, "BEHIND_PART", 2)
    parts = scored(posts=rows)

    assert len(parts) == 5
    assert {a: s.summary for a, s in parts.items()} == {a: s.summary for a, s in whole.items()}
    assert {a: s.sources for a, s in parts.items()} == {a: s.sources for a, s in whole.items()}


def test_a_million_events_of_one_account_are_read() -> None:
    rows = Rows()
    rows.connection().execute(
        "INSERT INTO posts (account_id, \"at\", source, record) SELECT 'x:1', to_timestamp("
        "1599955200 + i // 2000 * 86400 + 28800 + i * 17 % 28800), 's1', 'line ' || i FROM range(1000000) AS t(i)"
    )
    (found,) = score(None, rows, WORLD)  # type: ignore[arg-type]

    assert found.count == 500 * 8
    assert len(found.sources) == 10


def test_no_rows_no_scores() -> None:
    assert scored() == {}


def test_hours_that_cannot_be_used_are_said_with_the_reason() -> None:
    rows = [
        *posts("x:sched", [t // 300 * 300 for t in MOSCOW]),
        *posts("x:flat", [1_700_000_017 + n * 7 * 3600 for n in range(240)]),
        *posts("x:late", [t + 60 * 365 * 86400 for t in MOSCOW]),
        *posts("x:tool", MOSCOW, client="Buffer"),
        *posts("x:few", MOSCOW[:3]),
        *posts("x:good", MOSCOW),
    ]
    assert unused(posts=rows) == {
        "x:sched": "times look scheduled",
        "x:tool": "times look scheduled",
        "x:flat": "times are spread too evenly over the day",
        "x:late": "times lie in the future or before 1990",
    }
