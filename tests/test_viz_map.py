"""The map: every account is counted once, on it or beside it, and nothing is asked of a network."""

from __future__ import annotations

import json

import pytest
from figure_records import account_rows, explanation

from attrigraph.territories import territories
from attrigraph.viz import CaseFigure, scene_from_rows, territory_map
from attrigraph.viz.figure import words
from attrigraph.viz.figure_map import LABELLED, ROWS
from attrigraph.viz.land import BOUNDARIES, NO_CODE, land
from attrigraph.viz.scene import AccountMark
from attrigraph.viz.text import text_width
from attrigraph.viz.theme import theme

LIGHT = theme("light")


def marks(*codes: str) -> tuple[AccountMark, ...]:
    rows = [{"account": f"x:{n}", "outcome": "supported", "confidence": "low", "top": c} for n, c in enumerate(codes)]
    return scene_from_rows(rows, [], []).accounts


@pytest.fixture
def drawn() -> CaseFigure:
    return territory_map(scene_from_rows(account_rows(), [], []).accounts)


def circles(figure: CaseFigure) -> dict[str, float]:
    (trace,) = [t for t in figure.data if t.type == "scatter" and t.mode == "markers" and t.hovertext]
    names = [text.split("</b>")[0].removeprefix("<b>") for text in trace.hovertext]
    return dict(zip(names, trace.marker.size, strict=True))


def fills(figure: CaseFigure) -> list[str]:
    return [trace.fillcolor for trace in figure.data if trace.type == "scatter" and trace.fill == "toself"]


def test_counts_on_the_map_and_beside_it_add_up(drawn: CaseFigure) -> None:
    assert words(drawn).title == "Where the 29 decided accounts are assessed to be operated from"
    rows = [(row[0], row[1], (row[2] or "").replace("\u00a0", " ")) for row in words(drawn).table.rows]
    assert rows == [
        ("Portugal", "21", "9 high, 9 moderate, 3 low"),
        ("Uruguay", "6", "4 moderate, 2 low"),
        ("New Zealand", "2", "2 moderate"),
        ("contested", "4", "two territories stay possible"),
        ("insufficient", "7", "no territory is named"),
    ]


def test_area_of_a_circle_is_the_number_of_accounts(drawn: CaseFigure) -> None:
    found = circles(drawn)
    assert list(found) == ["Portugal", "Uruguay", "New Zealand"]
    assert (found["Uruguay"] / found["Portugal"]) ** 2 == pytest.approx(6 / 21)


def test_assessed_territories_are_filled_by_count_and_all_others_are_land(drawn: CaseFigure) -> None:
    assert fills(drawn) == [LIGHT.land, LIGHT.land, LIGHT.sequential[6], LIGHT.sequential[4], LIGHT.sequential[3]]


def test_what_is_not_on_the_map_looks_undecided(drawn: CaseFigure) -> None:
    (bars,) = [trace for trace in drawn.data if trace.type == "bar"]
    assert list(bars.marker.color)[-2:] == [LIGHT.paper, LIGHT.paper]
    assert list(bars.marker.line.color)[-2] == LIGHT.ink
    assert list(bars.marker.pattern.shape)[-2:] == ["", "/"]


def test_the_source_of_the_boundaries_stands_after_the_number_of_the_figure() -> None:
    figure = territory_map(marks("PT"), caption="Figure 2. Sources S-1.")
    assert words(figure).caption == f"Figure 2. {BOUNDARIES} Sources S-1."
    assert words(territory_map(marks("PT"))).caption == BOUNDARIES


def test_many_territories_seven_labels_and_a_row_that_counts_the_rest() -> None:
    codes = ("PT", "UY", "NZ", "BA", "ES", "FR", "IT", "GB", "DE", "PL", "RO", "BG", "GR", "CY")
    figure = territory_map(marks(*codes))
    labels = [note.text for note in figure.layout.annotations if note.bgcolor == LIGHT.veil]
    assert len(labels) == LABELLED
    texts = [note.text for note in figure.layout.annotations]
    assert f"{len(codes) - ROWS} more" in texts
    assert len(words(figure).table.rows) == len(codes)
    assert len(circles(figure)) == len(codes)


def test_labels_keep_off_other_circles_and_off_wide_shaded_land() -> None:
    figure = territory_map(marks(*["PT"] * 27, *["CA"] * 21, *["ES"] * 6))
    labels = {note.text: note for note in figure.layout.annotations if note.bgcolor == LIGHT.veil}
    (rings,) = [t for t in figure.data if t.type == "scatter" and t.mode == "markers" and t.hovertext]
    (portugal, canada, spain) = zip(rings.x, rings.y, rings.marker.size, strict=True)
    for text, other in (("Spain <b>6</b>", portugal), ("Portugal <b>27</b>", spain)):
        half = text_width(text.replace("<b>", "").replace("</b>", ""), 12, 600) / 2
        away = max(abs(labels[text].x - other[0]) - half, abs(labels[text].y - other[1]) - 7)
        assert away > other[2] / 2
    assert abs(labels["Canada <b>21</b>"].y - canada[1]) > canada[2] / 2  # on either side lies its own dark land


def test_a_small_circle_lies_above_a_large_one_and_each_has_a_rim_of_paper() -> None:
    figure = territory_map(marks(*["PT"] * 27, *["ES"] * 6))
    rim, rings = [t for t in figure.data if t.type == "scatter" and t.mode == "markers"]
    assert list(rings.marker.size) == sorted(rings.marker.size, reverse=True)
    assert (rim.marker.line.color, rim.marker.line.width > rings.marker.line.width) == (LIGHT.paper, True)


def test_without_a_territory_there_is_land_and_a_sentence() -> None:
    figure = territory_map(scene_from_rows(account_rows()[33:], [], []).accounts)
    assert "No account has an assessed territory." in [note.text for note in figure.layout.annotations]
    assert fills(figure) == [LIGHT.land, LIGHT.land]
    assert [row[:2] for row in words(figure).table.rows] == [("insufficient", "7")]
    assert words(territory_map([])).title == "No account has an assessed territory"


def test_assessments_can_be_drawn_as_they_are() -> None:
    assert circles(territory_map([explanation().assessment])).keys() == {"Portugal"}


def test_no_trace_needs_a_map_of_its_own(drawn: CaseFigure) -> None:
    assert {trace.type for trace in drawn.data} == {"bar", "scatter"}
    assert len(json.dumps(drawn.to_plotly_json(), default=list)) < 250_000


def test_every_territory_has_a_point_on_the_sheet() -> None:
    ground = land(500.0)
    assert set(territories()) <= set(ground.points)
    assert all(0 <= x <= 500 and 0 <= y <= ground.height for x, y in ground.points.values())


def test_points_lie_where_they_should() -> None:
    ground = land(500.0)
    assert ground.points["PT"][0] < ground.points["ES"][0] < ground.points["IT"][0]
    assert ground.points["NO"][1] < ground.points["DE"][1] < ground.points["ZA"][1]
    assert ground.points["NZ"][0] > ground.points["AU"][0]


def test_disputed_areas_without_a_code_are_land_of_nobody() -> None:
    ground = land(500.0)
    assert len(ground.rings[NO_CODE]) > 0
    assert "AQ" not in ground.rings
    assert {"GF", "XK", "TW", "EH"} <= set(ground.rings)
