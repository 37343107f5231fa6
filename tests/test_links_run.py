"""A run of links on small cases: the table of edges column by column, periods, and what bad input gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from attrigraph.duck import connect
from attrigraph.errors import InputError
from attrigraph.links.basis import basis
from attrigraph.links.compute import MEANINGS, compute
from attrigraph.links.messages import read_messages
from attrigraph.links.periods import in_periods, periods_of
from attrigraph.links.records import LinkOptions, Mode
from attrigraph.links.run import (
    DAYS_NULL,
    SHIFT_NULL,
    NetworkReport,
    RunOptions,
    checked,
    link_networks,
    shift_null,
)
from attrigraph.links.shift import days_needed, shifts
from attrigraph.links.table import COLUMNS
from tests.links_posts import START, Post, messages_of
from tests.observed import Rows

DAY = 86_400
ALL = tuple(MEANINGS)


def linked(options: RunOptions, *posts: Post) -> tuple[tuple[NetworkReport, ...], list[dict[str, Any]]]:
    """Reports, and the edges as rows."""
    with connect() as connection:
        reports = link_networks(messages_of(*posts), options, connection)
        found = connection.execute("FROM edges ORDER BY network, source, target")
        names = [column[0] for column in found.description]
        return reports, [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def timed(pair: str, shared: int, days: int = 40) -> list[Post]:
    """Two accounts that repost `shared` posts seven seconds after each other, at times that follow no rhythm."""
    moments = np.random.default_rng(5).integers(0, days * DAY, shared)
    return [
        Post(user, int(at) + n * 7, repost=f"{pair}{i}") for i, at in enumerate(moments) for n, user in enumerate(pair)
    ]


def noise(count: int = 40) -> list[Post]:
    """Posts shared by two accounts each, never within the window, so that there are keys to choose from."""
    return [
        Post(f"n{i % 8}{side}", i * 5_000 + side * 1_000, repost=f"noise{i}") for i in range(count) for side in (0, 1)
    ]


def test_the_table_by_hand() -> None:
    posts = [
        Post("A", 0, repost="1", id="a1"), Post("B", 20, repost="1", id="b1"), Post("B", 55, repost="1", id="b2"),
        Post("A", 100_000, repost="2", id="a2"), Post("B", 99_995, repost="2", id="b3"),
        Post("A", 200_000, repost="3", id="a3"), Post("B", 200_090, repost="3", id="b4"),
        *(Post(u, 300_000 + 10_000 * i, repost=f"more{i}", id=f"{u}-{i}") for i in range(6) for u in "AB"),
        *noise(),
    ]  # fmt: skip
    reports, rows = linked(RunOptions(networks=("co_retweet",)), *posts)
    assert [(r["source"], r["target"]) for r in rows] == [("x:A", "x:B"), ("x:B", "x:A")]
    edge, back = rows
    assert list(edge) == list(COLUMNS)
    assert (edge["weight"], edge["weight_half"], edge["weight_double"], edge["fast_weight"]) == (8, 8, 9, 7)
    assert (back["weight"], back["weight_half"], back["weight_double"], back["fast_weight"]) == (9, 8, 10, 7)
    assert edge["message_ids"][:3] == ["a1", "a2", "A-0"]
    assert edge["other_ids"][:3] == ["b1", "b3", "B-0"]
    assert edge["delta_s"] == [20.0, -5.0, *[0.0] * 6]
    assert edge["message_at"][:2] == [START.timestamp(), START.timestamp() + 100_000]
    assert edge["median_delta_s"] == 0.0
    assert edge["first_at"].astimezone(UTC) == START
    assert edge["last_at"].astimezone(UTC) == START + timedelta(seconds=350_000)
    assert (edge["n"], edge["keys_source"], edge["keys_target"], edge["n_universe"]) == (8, 9, 9, 49)
    assert (edge["n_source"], edge["n_target"], edge["window_s"], edge["mode"]) == (9, 10, 60.0, "attrigraph")
    # nine of 49 keys each, eight of them or all; 18 accounts make 153 pairs, of which only this one shares anything
    assert edge["p_value"] == pytest.approx((9 * 40 + 1) / 2_054_455_634)
    assert edge["q_value"] == pytest.approx(153 * (9 * 40 + 1) / 2_054_455_634)
    assert edge["shift_p"] == 1 / 201
    assert edge["survives"]
    assert (edge["periods"], edge["found_in"]) == (None, None)
    (told,) = reports
    assert (told.tests, told.sharing, told.universe) == (153, 1, 49)
    assert (told.edges, told.passing, told.surviving, told.pairs) == (2, 2, 2, 1)


def test_only_what_passes_is_shifted_and_only_what_passes_both_survives() -> None:
    steps = range(0, 4 * DAY, 700)
    always = [Post(u, at + s, repost=ad) for u, s in (("C", 0), ("D", 20)) for at in steps for ad in ("ad", "other ad")]
    options = RunOptions(networks=("co_retweet",), link=LinkOptions(window_s=400), level=0.2)
    reports, rows = linked(options, *timed("AB", 12, days=4), *noise(), *always)
    found = {(r["source"], r["target"]): r for r in rows}
    assert found["x:A", "x:B"]["survives"]
    # both repost the same two posts and nothing else, which chance seldom does; but they cannot help meeting
    steady = found["x:C", "x:D"]
    assert steady["q_value"] == pytest.approx((20 * 19 / 2) / 2 / (54 * 53 / 2))
    assert steady["shift_p"] > 0.2
    assert not steady["survives"]
    assert (reports[0].edges, reports[0].passing, reports[0].surviving, reports[0].pairs) == (4, 4, 2, 1)


def test_an_edge_that_chance_explains_is_not_shifted() -> None:
    """Everybody shares everything: as many keys in common as anybody."""
    posts = [Post(u, 1_000 * k + n, repost=f"k{k}") for k in range(10) for n, u in enumerate("ABCD")]
    reports, rows = linked(RunOptions(networks=("co_retweet",)), *posts)
    assert (reports[0].edges, reports[0].passing, reports[0].surviving) == (12, 0, 0)
    assert {(r["p_value"], r["q_value"], r["shift_p"], r["survives"]) for r in rows} == {(1.0, 1.0, None, False)}


def test_rolling_periods() -> None:
    """Twelve reposts together on the days 0 and 1, two on day 21; both also post in between."""
    moments = [at for day in (0, 1) for at in range(day * DAY + 60, day * DAY + 50_000, 8_500)] + [
        21 * DAY,
        21 * DAY + 999,
    ]
    posts = [Post(u, at + n, repost=f"k{at}") for at in moments for n, u in enumerate("AB")]
    posts += [Post("A", 10 * DAY, repost="x"), Post("B", 10 * DAY + 5_000, repost="x"), *noise()]
    reports, rows = linked(RunOptions(networks=("co_retweet",), period_s=7 * DAY), *posts)
    assert reports[0].surviving == 2
    edge = rows[0]
    # periods begin every 3.5 days; day 21 is in those of day 17.5 and day 21
    assert edge["found_in"] == ["2026-01-01", "2026-01-18T12:00:00", "2026-01-22"]
    assert (edge["periods"], edge["periods_active"]) == (3, 5)


def test_periods_begin_at_midnight_and_have_a_limit() -> None:
    messages = messages_of(Post("A", 50_000), Post("A", 3 * DAY))
    periods = periods_of(messages, 2 * DAY)
    assert [periods.name(i) for i in range(periods.count)] == ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"]
    for length, said in ((0, "no length of time"), (float("nan"), "no length of time"), (60, "more than 1000")):
        with pytest.raises(InputError, match=said):
            periods_of(messages, length)


def test_periods_of_no_edges() -> None:
    messages = messages_of(Post("A", 0, repost="1"), Post("B", 1, repost="1"))
    made = basis(messages, "co_retweet", LinkOptions(min_weight=1))
    found = in_periods(messages, made, np.zeros(0, np.int64), periods_of(messages, DAY))
    assert (len(found.edge), found.active.tolist()) == (0, [0, 0])


def test_pairs_of_coortweet_keep_their_messages() -> None:
    posts = [*timed("AB", 10), Post("A", 40 * DAY, repost="same"), Post("A", 40 * DAY + 1, repost="same")]
    posts += [Post("B", 40 * DAY + 2, repost="same"), Post("B", 40 * DAY + 45, repost="same"), *noise()]
    options = RunOptions(networks=("co_retweet",), link=LinkOptions(mode="coortweet"))
    _, rows = linked(options, *posts)
    assert [(r["source"], r["target"], r["weight"], len(r["message_ids"])) for r in rows] == [("x:A", "x:B", 14, 12)]
    assert (rows[0]["weight_half"], rows[0]["fast_weight"], rows[0]["weight_double"]) == (12, 12, 14)
    assert rows[0]["survives"]


@pytest.mark.parametrize("mode", ["attrigraph", "cnt-1.5.2", "cnt-head"])
def test_edges_are_those_of_the_networks(mode: Mode) -> None:
    rng = np.random.default_rng(1)
    posts = [
        Post(f"u{rng.integers(9)}", int(rng.integers(3_000)), f"one of {rng.integers(6)} texts that many write",
             urls=[f"http://a.b/{rng.integers(5)}"], tags=["#a", "#b", f"#{rng.integers(3)}"],
             reply=f"r{rng.integers(5)}")
        for _ in range(200)
    ]  # fmt: skip
    posts += [replace(p, repost=f"p{rng.integers(9)}") for p in posts[:60]]
    link = LinkOptions(mode=mode)
    _, rows = linked(RunOptions(networks=ALL, link=link), *posts)
    for network in ALL:
        wanted = {
            (e.source, e.target): (e.weight, list(e.message_ids)) for e in compute(messages_of(*posts), network, link)
        }
        got = {(r["source"], r["target"]): (r["weight"], r["message_ids"]) for r in rows if r["network"] == network}
        assert got == wanted
    for row in rows:
        assert row["network"] == "activity_sync" or row["weight_half"] <= row["weight"] <= row["weight_double"]
        assert 0 <= row["p_value"] <= row["q_value"] <= 1


def nothing(posts: Sequence[Post], **options: Any) -> None:
    """No edge survives, and nothing breaks."""
    reports, _ = linked(RunOptions(networks=ALL, link=LinkOptions(**options), period_s=7 * DAY), *posts)
    assert [r.surviving for r in reports] == [0] * len(ALL)


def test_no_posts_and_one_post() -> None:
    nothing([])
    nothing([Post("A", 0, "one text of words", repost="1", reply="2", urls=["http://a.b"], tags=["a", "b", "c"])])


def test_empty_texts_and_links_are_no_keys() -> None:
    empty = [Post(u, at, "", urls=["", " "], tags=["", "#"]) for u in "AB" for at in range(5)]
    reports, rows = linked(RunOptions(networks=("co_tweet", "co_link", "co_hashtag", "co_similar")), *empty)
    assert [(r.name, r.messages, r.tests) for r in reports if r.name != "co_link"] == [
        ("co_tweet", 0, 0), ("co_hashtag", 0, 0), ("co_similar", 0, 0),
    ]  # fmt: skip
    assert rows == []


def test_equal_messages_of_all_prove_nothing() -> None:
    nothing([Post(f"u{n % 20}", n, "the same text for all of them") for n in range(200)])


def test_order_in_the_files_does_not_matter() -> None:
    posts = [replace(p, id=f"m{n}") for n, p in enumerate([*timed("AB", 10), *noise()])]
    options = RunOptions(networks=("co_retweet",))
    assert linked(options, *posts)[1] == linked(options, *posts[::-1])[1]


def test_an_id_of_two_files_counts_as_the_first_one_has_it() -> None:
    posts = [replace(p, id=f"m{n}") for n, p in enumerate([*timed("AB", 10), *noise()])]
    other = [replace(p, source="s2", repost="something else") for p in posts[:4]]
    options = RunOptions(networks=("co_retweet",))
    assert linked(options, *posts, *other)[1] == linked(options, *posts)[1]


def test_a_key_of_very_many_is_named_and_left_out() -> None:
    crowd = [Post(f"c{n}", n % 60, urls=["http://a.b/all"]) for n in range(30)]
    pair = [Post(u, at, urls=[f"http://a.b/{at // 100}"]) for at in range(1_000, 9_000, 777) for u in "AB"]
    options = RunOptions(networks=("co_link",), link=LinkOptions(hot_accounts=20))
    reports, rows = linked(options, *crowd, *pair)
    assert [(h.key, h.accounts, h.messages) for h in reports[0].hot] == [("http://a.b/all", 30, 30)]
    assert {r["source"] for r in rows} == {"x:A", "x:B"}
    forced, rows = linked(replace(options, link=replace(options.link, force_hot=True, min_weight=1)), *crowd, *pair)
    assert forced[0].hot == ()
    assert (forced[0].tests, forced[0].sharing) == (32 * 31 // 2, 30 * 29 // 2 + 1)
    assert len(rows) == 30 * 29 + 2


@pytest.mark.parametrize("window", [0.0, 366.0 * DAY])
def test_windows_of_nothing_and_of_a_year(window: float) -> None:
    posts = [Post(u, at, repost=f"k{at}") for at in range(0, 5_000, 500) for u in "AB"] + noise()
    reports, rows = linked(RunOptions(networks=("co_retweet",), link=LinkOptions(window_s=window)), *posts)
    edge = next(r for r in rows if (r["source"], r["target"]) == ("x:A", "x:B"))
    assert (edge["weight"], edge["n"], edge["median_delta_s"]) == (10, 10, 0.0)
    assert edge["q_value"] < 1e-6
    # within a year everybody meets whatever the offset, so time proves nothing; to the moment, it does
    assert edge["shift_p"] == (1.0 if window else 1 / 201)
    assert reports[0].sharing == (9 if window else 1)  # the eight pairs of the noise too


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (RunOptions(networks=("co_poetry",)), "co_poetry is no network"),
        (RunOptions(networks=()), "Nothing is no network"),
        (RunOptions(draws=10), "With 10 draws no p can be below 0.091"),
        (RunOptions(level=1.5), "A level of 1.5"),
        (RunOptions(shift="weeks"), "cannot be shifted by 'weeks'"),  # type: ignore[arg-type]
        (RunOptions(communities="guess"), "cannot be found by 'guess'"),  # type: ignore[arg-type]
        (RunOptions(resolution=0), "A resolution of 0"),
        (RunOptions(link=LinkOptions(min_weight=0)), "A minimum weight of 0"),
        (RunOptions(link=LinkOptions(window_s=-1)), "A window of -1"),
        (RunOptions(link=LinkOptions(window_s=float("nan"))), "A window of nan"),
        (RunOptions(link=LinkOptions(mode="coortweet")), "Mode coortweet has no co_similar, fast_retweet"),
    ],
)
def test_options_that_make_no_sense(options: RunOptions, said: str) -> None:
    with pytest.raises(InputError, match=said):
        checked(options)


@pytest.mark.parametrize("users", [200_000, 100])
def test_200_000_equal_posts_within_the_window(users: int) -> None:
    """What all share is named and left out of every network and every test, whoever shares it."""
    posts = Rows().connection()
    posts.execute(
        'INSERT INTO posts (post_id, account_id, platform, "at", text, urls, hashtags, source, record) '
        f"SELECT i::VARCHAR, 'x:' || (i % {users}), 'x', TIMESTAMPTZ '2026-01-01 00:00:00Z' + to_milliseconds(i // 4), "
        "'the same words for all', ['http://a.b/hot'], ['a', 'b', 'c'], 's1', i::VARCHAR FROM range(200000) t(i)"
    )
    with connect() as connection:
        reports = link_networks(read_messages(posts), RunOptions(networks=ALL), connection)
    assert {r.name: len(r.hot) for r in reports if r.hot} == {
        "co_tweet": 1, "co_link": 1, "co_hashtag": 3, "hashtag_sequence": 1, "co_post": 1, "co_similar": 2,
    }  # fmt: skip
    assert [(r.tests, r.edges) for r in reports] == [(0, 0)] * len(ALL)


def test_users_without_posts_are_in_no_network() -> None:
    reports, _ = linked(RunOptions(networks=("co_retweet",)), Post("A", 0, "no repost"), *timed("BC", 3))
    assert reports[0].accounts == 2


def test_names_of_periods_are_utc() -> None:
    assert datetime(2026, 1, 1, tzinfo=UTC) == START
    assert periods_of(messages_of(Post("A", 0)), DAY).name(0) == "2026-01-01"


def office(user: str, days: int, seed: int) -> list[Post]:
    """An account that reposts one of three posts every day at nine, give or take ten minutes."""
    rng = np.random.default_rng(seed)
    return [Post(user, d * DAY + 32_400 + int(rng.normal(0, 600)), repost=f"k{rng.integers(3)}") for d in range(days)]


def test_whole_days_leave_the_hour_of_the_day_as_it_is() -> None:
    """Four accounts of one office meet because of the hour: any offset calls that timing, whole days do not."""
    posts = [post for i, user in enumerate("ABCD") for post in office(user, 100, i)]
    found = basis(messages_of(*posts), "co_retweet", LinkOptions(window_s=600))
    chosen = np.arange(len(found.edges))
    by_any, by_days = shifts(found, chosen, level=1), shifts(found, chosen, level=1, kind="days")
    assert (len(chosen), by_any.kind, by_days.kind) == (12, "any", "days")
    assert by_any.p.max() <= 0.05
    assert by_days.p.min() > 0.05


def test_timed_edges_survive_shifts_by_days() -> None:
    options = RunOptions(networks=("co_retweet",), shift="days")
    (report,), rows = linked(options, *timed("AB", 12, days=100), *noise())
    assert (report.shift, report.surviving) == ("days", 2)
    assert {row["survives"] for row in rows} == {True}
    assert shift_null((report,), options) == DAYS_NULL


def test_too_few_days_are_said() -> None:
    assert [days_needed(level) for level in (0.05, 0.01)] == [80, 400]
    options = RunOptions(networks=("co_retweet",), shift="days")
    (report,), _ = linked(options, *timed("AB", 12, days=60), *noise())
    assert (report.shift, report.surviving) == ("any", 2)
    said = shift_null((report,), options)
    assert said.startswith(SHIFT_NULL) and said.endswith("Posts that span 80 days are needed to move them by days.")
    some = shift_null((report, replace(report, name="co_link", shift="days")), options)
    assert some.startswith(DAYS_NULL) and "Of co_retweet by any offset" in some
    assert shift_null((report,), replace(options, shift="any")) == SHIFT_NULL


def test_bins_that_do_not_fit_a_day_are_moved_by_any_offset() -> None:
    posts = [Post(u, d * DAY + 3_600 * h, id=f"{u}{d}-{h}") for u in "AB" for d in range(90) for h in (8, 12)]
    for bin_s, kind in ((1_800, "days"), (7_000, "any")):
        found = basis(messages_of(*posts), "activity_sync", LinkOptions(bin_s=bin_s))
        assert shifts(found, np.arange(len(found.edges)), kind="days").kind == kind
