"""The attribution network and its summary: what is drawn is what the records hold."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from figure_records import SLOTS, account_id, account_rows, link_rows, use_rows

from attrigraph.errors import TooLarge
from attrigraph.viz import CaseFigure, Scene, network, network_summary, scene_from_rows
from attrigraph.viz.blocks import counts_phrase, mark_radius
from attrigraph.viz.figure import words
from attrigraph.viz.theme import theme

PAPER, HATCH = theme("light").paper, theme("light").unknown_line


@pytest.fixture
def scene() -> Scene:
    return scene_from_rows(account_rows(), use_rows(), link_rows(), simulated=True, deceivers=0.2)


def bodies(figure: CaseFigure) -> list[tuple[str, str, str]]:
    """Fill, outline and hover of each account's circle (main drawing only, not the key)."""
    return [
        (fill, line, hover)
        for trace in figure.data
        if trace.name == "accounts" and trace.xaxis == "x"
        for fill, line, hover in zip(trace.marker.color, trace.marker.line.color, trace.hovertext, strict=True)
    ]


def texts(figure: CaseFigure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def said(figure: CaseFigure) -> str:
    """Everything in the drawing that somebody could read, in the page's source too."""
    return json.dumps(figure.to_plotly_json(), default=list, ensure_ascii=False)


def test_every_account_is_drawn_once_with_its_certainty(scene: Scene) -> None:
    drawn = bodies(network(scene, SLOTS))
    light = theme("light")
    assert len(drawn) == 40
    assert len([1 for fill, _, _ in drawn if fill == light.fill(1, "high")]) == 9
    assert len([1 for fill, _, _ in drawn if fill == light.fill(1, "low")]) == 3
    assert len([1 for fill, line, _ in drawn if fill == PAPER and line == light.outline(1)]) == 4  # rings
    assert len([1 for fill, line, _ in drawn if fill == PAPER and line == HATCH]) == 7  # hatch


def test_headings_count_everybody(scene: Scene) -> None:
    shown = [text.replace("\u00a0", " ") for text in texts(network(scene, SLOTS))]
    assert "21 accounts on 5 resources: 18 Portugal, 2 contested, 1 insufficient" in shown
    assert "7 accounts on 2 resources: 5 Uruguay, 1 contested, 1 insufficient" in shown
    assert "Shares nothing with another account" in shown
    assert words(network(scene, SLOTS)).title == "Seven shared resources hold 28 of the 40 accounts together"


def test_counts_add_up_with_the_unassessed() -> None:
    rows = [
        {"account": "x:1", "outcome": "supported", "confidence": "low", "top": "BA"},
        {"account": "x:2", "outcome": "insufficient", "top": "UNKNOWN"},
        {"account": "x:3"},
    ]
    phrase = counts_phrase(scene_from_rows(rows, [], []).accounts).replace("\u00a0", " ")
    assert phrase == "1 Bosnia and Herzegovina, 1 insufficient, 1 not assessed"


def test_lines_differ_by_kind(scene: Scene) -> None:
    traces = [trace for trace in network(scene, SLOTS).data if trace.type == "scatter" and trace.xaxis == "x"]
    drawn = {t.line.dash: len([x for x in t.x if x is None]) for t in traces if t.mode == "lines"}
    assert drawn == {"5px,4px": len(link_rows()), "solid": len(use_rows())}


def test_hover_tells_outcome_word_prior_class_and_reason(scene: Scene) -> None:
    (hover,) = [hover for _, _, hover in bodies(network(scene, SLOTS)) if hover.startswith("<b>A14</b>")]
    assert hover.split("<br>") == [
        "<b>A14</b>  Portugal, moderate",
        "operated from Portugal: very likely, 91\u202f% (prior 10\u202f%)",
        "strongest class: network",
        "Invented.",
    ]


def test_a_link_tells_rule_n_q_and_dates(scene: Scene) -> None:
    figure = network(scene, SLOTS)
    hovers = [hover for trace in figure.data if trace.name == "links" for hover in trace.hovertext]
    assert len(hovers) == len(scene.links)
    assert (
        "<b>A01</b> acted together with <b>A02</b><br>rule same text, n = 6, q = .02, weight 6.00<br>"
        "2025-01-01 to 2026-06-30, UTC"
    ) in hovers


def test_ids_handles_and_values_stay_outside() -> None:
    uses = use_rows() + [{"account": account_id(n), "resource": "192.0.2.7", "kind": "IPAddress"} for n in (20, 21)]
    figure = network(scene_from_rows(account_rows(), uses, link_rows()), SLOTS)
    everything = said(figure)
    assert "address 1" in everything
    for secret in ("192.0.2.7", "x:1007", "harbour_7"):
        assert secret not in everything


def test_the_limit_names_number_and_parameter(scene: Scene) -> None:
    with pytest.raises(TooLarge, match=r"40 accounts and 7 resources; up to 46 marks .* raise max_nodes"):
        network(scene, SLOTS, max_nodes=46)
    assert len(bodies(network(scene, SLOTS, max_nodes=47))) == 40


def test_the_summary_shows_every_account(scene: Scene) -> None:
    figure = network_summary(scene, SLOTS)
    (bars,) = [trace for trace in figure.data if trace.type == "bar"]
    counts = [int(hover.rsplit(": ", 1)[1].split()[0]) for hover in bars.hovertext]
    assert sum(counts) == 40
    hatched = [n for n, pattern in zip(counts, bars.marker.pattern.shape, strict=True) if pattern == "/"]
    assert sum(hatched) == 7


def test_no_links_is_said_and_everybody_stands_in_the_grid() -> None:
    figure = network(scene_from_rows(account_rows(), [], []), SLOTS)
    assert words(figure).title == "No shared resource and no co-activity"
    assert len(bodies(figure)) == 40


def test_no_accounts_is_hatch_and_a_sentence() -> None:
    figure = network(scene_from_rows([], [], []), {})
    (bars,) = [trace for trace in figure.data if trace.type == "bar"]
    assert bars.marker.pattern.shape[0] == "/"
    assert any("account_id" in text for text in texts(figure))


def test_a_territory_without_a_colour_carries_its_code() -> None:
    rows = [{"account": "x:1", "outcome": "supported", "confidence": "high", "top": "BA", "p": 0.9}]
    figure = network(scene_from_rows(rows, [], []), {})
    coded = [trace for trace in figure.data if trace.mode == "markers+text"]
    assert [trace.text for trace in coded] == [("BA",)]
    assert "other: Bosnia and Herzegovina" in texts(figure)


def test_circles_shrink_and_lose_their_numbers_above_sixty() -> None:
    assert (mark_radius(60), mark_radius(10_000)) == (12, 5)
    rows = [{"account": f"x:{n:03d}", "outcome": "insufficient", "top": "UNKNOWN"} for n in range(61)]
    figure = network(scene_from_rows(rows, [], []), {})
    assert not [trace for trace in figure.data if trace.mode == "text"]


def test_markup_in_a_handle_is_only_text() -> None:
    rows = [{"account": "x:1", "handle": "<b>&</b><script>", "outcome": "insufficient", "top": "PT", "p": 0.3}]
    figure = network(scene_from_rows(rows, [], [], redaction="handles"), {})
    figure.layout.meta = None  # its table is plain text, made harmless where it becomes HTML
    assert "<script>" not in said(figure)
    assert "&lt;script&gt;" in said(figure)


def test_the_same_scene_is_drawn_alike(scene: Scene) -> None:
    assert network(scene, SLOTS).to_json() == network(scene, SLOTS).to_json()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_labels_stay_on_the_sheet(scene: Scene, name: str) -> None:
    figure = network(scene, SLOTS, theme=name)
    assert figure.layout.width == 768
    assert all(0 <= x <= 768 for trace in figure.data for x in _numbers(trace.x))


def _numbers(values: Iterable[Any]) -> list[float]:
    return [value for value in values if value is not None]
