"""The outcome strip: one mark an account, the undecided below the line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from figure_records import SLOTS, account_rows, explanation

from attrigraph.viz import CaseFigure, outcome_strip, scene_from_rows
from attrigraph.viz.figure import words
from attrigraph.viz.figure_outcomes import SQUARES
from attrigraph.viz.marks import account_hover
from attrigraph.viz.scene import AccountMark, account_marks
from attrigraph.viz.theme import theme

LIGHT = theme("light")


@pytest.fixture
def accounts() -> tuple[AccountMark, ...]:
    return scene_from_rows(account_rows(), [], []).accounts


def squares(figure: CaseFigure) -> list[tuple[str, str]]:
    (trace,) = [trace for trace in figure.data if trace.type == "bar"]
    return list(zip(trace.marker.color, trace.marker.pattern.shape, strict=True))


def test_each_account_is_one_square(accounts: tuple[AccountMark, ...]) -> None:
    figure = outcome_strip(accounts, SLOTS)
    drawn = squares(figure)
    assert len(drawn) == 40
    assert drawn.count((LIGHT.fill(1, "moderate"), "")) == 9
    assert drawn.count((LIGHT.paper, "")) == 4  # contested: rings
    assert drawn.count((LIGHT.paper, "/")) == 7  # insufficient: hatch
    dots = [trace for trace in figure.data if trace.type == "scatter" and trace.mode == "markers"]
    assert [colour for trace in dots for colour in trace.marker.color] == [LIGHT.outline(3)] * 3 + [LIGHT.outline(2)]


def test_rows_stand_by_count_and_their_numbers_add_up(accounts: tuple[AccountMark, ...]) -> None:
    figure = outcome_strip(accounts, SLOTS)
    assert words(figure).title == "29 accounts have an assessed territory, 11 do not"
    rows = [(row[0], row[1], (row[5] or "").replace("\u00a0", " ")) for row in words(figure).table.rows]
    assert rows == [
        ("Portugal", "21", "9 high, 9 moderate, 3 low"),
        ("Uruguay", "6", "4 moderate, 2 low"),
        ("New Zealand", "2", "2 moderate"),
        ("Contested", "4", "3 Portugal or New Zealand, 1 Portugal or Uruguay"),
        ("Insufficient", "7", "no territory is named"),
    ]


def test_an_assessment_brings_the_prior_of_its_leader() -> None:
    (mark,) = account_marks([replace(explanation().assessment, prior=0.1)])
    assert "Portugal: very likely, 91\u202f% (prior 10\u202f%)" in account_hover(mark)


@pytest.mark.parametrize("outcome", ["contested", "insufficient"])
def test_what_is_not_supported_has_its_outcome_and_no_word_of_likelihood(outcome: str) -> None:
    (mark,) = account_marks([replace(explanation().assessment, outcome=outcome, confidence=None, p=0.99, prior=0.1)])
    said = account_hover(mark).replace("\u202f", " ")
    assert f"{outcome}: the strongest, Portugal, reaches 99 % (prior 10 %)" in said
    assert "almost certain" not in said


def test_a_region_is_named_without_its_countries() -> None:
    row = {"account": "x:1", "outcome": "insufficient", "top": "ZA", "p": 0.4, "region": "Southern Africa"}
    (found,) = words(outcome_strip(scene_from_rows([row], [], []).accounts, {})).table.rows
    assert found[5] == "no territory is named; 1\u00a0within Southern Africa (region)"


def test_above_the_limit_rows_are_bars() -> None:
    rows = [
        {"account": f"x:{n}", "outcome": "supported", "confidence": "high", "top": "PT"} for n in range(SQUARES - 1)
    ]
    rows += [{"account": "y:1", "outcome": "contested", "top": "PT", "runner_up": "UY"}]
    rows += [{"account": "y:2", "outcome": "insufficient", "top": "UNKNOWN"}]
    assert len(squares(outcome_strip(scene_from_rows(rows[1:], [], []).accounts, SLOTS))) == SQUARES
    figure = outcome_strip(scene_from_rows(rows, [], []).accounts, SLOTS)
    assert squares(figure) == [(LIGHT.fill(1, "high"), ""), (LIGHT.paper, ""), (LIGHT.paper, "/")]
    assert [row[1] for row in words(figure).table.rows] == ["299", "1", "1"]


def test_many_territories_share_the_last_row() -> None:
    codes = ("PT", "UY", "NZ", "BA", "ES", "FR", "IT", "GB", "DE", "PL", "RO", "BG", "GR", "CY")
    rows = [{"account": f"x:{c}", "outcome": "supported", "confidence": "low", "top": c} for c in codes]
    found = words(outcome_strip(scene_from_rows(rows, [], []).accounts, {})).table.rows
    assert len(found) == 13
    assert found[-1][:2] == ("2 further territories", "2")


def test_assessments_can_be_drawn_as_they_are() -> None:
    figure = outcome_strip([explanation().assessment], SLOTS, numbers={"x:1007": "A07"})
    (trace,) = [trace for trace in figure.data if trace.type == "bar"]
    assert trace.hovertext[0].startswith("<b>A07</b>  Portugal, high<br>operated from Portugal: very likely")


def test_no_accounts() -> None:
    figure = outcome_strip([], {})
    assert "No accounts assessed." in [note.text for note in figure.layout.annotations]
    assert squares(figure)[0] == (LIGHT.paper, "/")
