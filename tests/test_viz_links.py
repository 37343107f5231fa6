"""Figures of links: what they encode, what they say, and that every one names null, number of tests and level."""

from __future__ import annotations

from dataclasses import replace

import pytest
from figure_records import account_id, account_rows
from link_figure_records import START, TESTED, burst, card, coordination, lags

from attrigraph.viz import (
    BurstTimeline,
    CaseFigure,
    CoordinationLink,
    CoordinationScene,
    burst_timeline,
    coordination_network,
    lag_histogram,
    mirror_card,
    scene_from_rows,
)
from attrigraph.viz.figure import words
from attrigraph.viz.figure_coordination import LINES
from attrigraph.viz.theme import theme

LIGHT = theme("light")
STATED = "41 210 pairs tested, level q ≤ .05."


def plain(text: str | None) -> str:
    return (text or "").replace("\u202f", " ").replace("\u00a0", " ")


def texts(figure: CaseFigure) -> list[str]:
    return [plain(note.text) for note in figure.layout.annotations]


FIGURES = {
    "coordination": coordination_network(coordination()),
    "burst": burst_timeline(burst()),
    "lags": lag_histogram(lags()),
    "no coordination": coordination_network(CoordinationScene((), {}, {}, (), TESTED)),
    "no burst": burst_timeline(BurstTimeline("cluster 1", (), START, START, 0, 60.0, TESTED)),
    "no lags": lag_histogram(replace(lags(), delta_s=())),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_names_null_tests_and_level(name: str) -> None:
    said = plain(words(FIGURES[name]).sub)
    assert "Null: shared posts fall on accounts at random, by how much each posts;" in said
    assert STATED in said


def test_a_card_names_what_it_was_tested_against() -> None:
    said = plain(words(mirror_card(card())).sub)
    assert "Null: the two were made by different hands and are alike by chance (prior 2 %)." in said
    assert "1 204 pairs compared, level p ≥ 0.95." in said


def test_colour_is_the_cluster_and_fill_the_role() -> None:
    figure = FIGURES["coordination"]
    circles = [trace for trace in figure.data if trace.name == "accounts"]
    sizes = [len(trace.x) for trace in circles]
    assert sizes[:3] == [9, 5, 2]
    assert [set(trace.marker.line.color) for trace in circles[:3]] == [{LIGHT.outline(n)} for n in (1, 2, 3)]
    fills = dict(zip(circles[0].hovertext, circles[0].marker.color, strict=True))
    by_role = {text.partition(" of its")[0]: fill for text, fill in fills.items()}
    assert by_role["initiator"] == LIGHT.fill(1, "high")
    assert by_role["bridge"] == LIGHT.paper
    assert by_role["member"] == by_role["amplifier"] == LIGHT.fill(1, "low")


def test_clusters_are_headed_by_their_counts_with_the_undecided() -> None:
    found = texts(FIGURES["coordination"])
    assert [text for text in found if text.startswith("Cluster")] == ["Cluster 1", "Cluster 2", "Cluster 3"]
    assert "9 accounts: 7 Portugal, 1 contested, 1 insufficient" in found
    said = words(FIGURES["coordination"])
    assert said.title == "16 of 40 accounts act together beyond chance, in three clusters"
    assert plain(said.sub).startswith("Circles are accounts, coloured by cluster, not by territory. Lines: co link,")
    assert [row[:2] for row in said.table.rows[:4]] == [
        ("Cluster 1", "9 accounts"), ("Cluster 2", "5 accounts"), ("Cluster 3", "2 accounts"), ("Cluster 1", "A01"),
    ]  # fmt: skip


def test_what_is_too_much_is_counted() -> None:
    marks = scene_from_rows([{"account": f"x:{n}"} for n in range(900)], [], []).accounts
    cluster = {f"x:{n}": "l1/c1" if n < 500 else "l1/c2" for n in range(900)}
    links = [CoordinationLink(f"x:{a}", f"x:{b}", ("co_link",), 0.01) for a in range(60) for b in range(a)]
    scene = CoordinationScene(marks, cluster, {}, tuple(links), TESTED)
    figure = coordination_network(scene)
    assert "1 smaller cluster not drawn." in plain(words(figure).sub)
    assert len(links) > LINES
    assert any(text == f"Cluster 1, {len(links) - LINES} links not drawn" for text in texts(figure))


def test_a_scene_is_always_drawn_alike() -> None:
    assert coordination_network(coordination()).to_json() == FIGURES["coordination"].to_json()


def test_a_burst_has_a_row_an_account_and_says_how_many_in_which_time() -> None:
    found = texts(FIGURES["burst"])
    assert [text for text in found if text.startswith("A0")] == [f"A0{n}" for n in range(1, 7)]
    assert "6 accounts in 28 s, q = .004" in found
    said = words(FIGURES["burst"])
    assert said.title == "6 accounts of cluster 1 acted together within 28 s"
    assert said.table.rows[1] == ("2026-06-01 10:00:05Z", "A02", "+5.6 s", "m2")


def test_above_40_accounts_the_busiest_are_drawn_and_the_rest_is_counted() -> None:
    figure = burst_timeline(burst(60))
    assert sum(text.startswith("A") for text in texts(figure)) == 40
    assert "The 40 busiest accounts are drawn, 20 are not." in plain(words(figure).sub)


def test_lags_count_every_message_and_mark_the_median() -> None:
    figure = FIGURES["lags"]
    said = words(figure)
    assert sum(int(row[1] or 0) for row in said.table.rows) == 200
    assert plain(said.title) == "168 of the 200 joint messages of A01 and A02 lie within 10 s of each other"
    assert any(text.startswith("median +0.89 s") for text in texts(figure))


def test_few_lags_are_hollow() -> None:
    (bars,) = [trace for trace in lag_histogram(lags(20)).data if trace.type == "bar"]
    assert set(bars.marker.color) == {LIGHT.paper}
    assert "Hollow: fewer than 30 messages." in words(lag_histogram(lags(20))).sub


def test_a_card_shows_what_matches_what_is_unknown_and_what_is_withheld() -> None:
    figure = mirror_card(card())
    found = texts(figure)
    assert [text for text in found if text in "=≈≠"] == ["≈", "=", "≈", "≈", "≠", "="]
    assert (found.count("withheld"), found.count("unknown")) == (2, 1)
    assert plain(words(figure).title) == "A03 is almost certainly a copy of A17: 97 %"
    assert "A copy passes A17 no country." in words(figure).sub
    assert words(figure).table.rows[-1] == ("mail", "withheld", "withheld", "same", "+0.4")
    twin = words(mirror_card(replace(card("twin"), p=0.85)))
    assert plain(twin.title) == "A03 and A17 are very likely run by one hand: 85 %"
    assert "no country" not in twin.sub


def test_marks_of_the_scene_are_those_of_the_network() -> None:
    scene = coordination()
    assert {mark.id for mark in scene.accounts} == {row["account"] for row in account_rows()}
    assert scene.cluster[account_id(7)] == "l1/c2"
