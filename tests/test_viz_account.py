"""Waterfall and matrix of one account: every number of the records, none of its secrets."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from figure_records import ACCOUNT, FIRST, LAST, explanation, waterfall_of

from attrigraph.inference.records import Waterfall, WaterfallRow
from attrigraph.territories import UNKNOWN
from attrigraph.viz import CaseFigure, caveat, matrix, waterfall
from attrigraph.viz.evidence_text import aligned, answer_phrase
from attrigraph.viz.figure import words
from attrigraph.viz.theme import theme

LIGHT = theme("light")


def bars(figure: CaseFigure) -> list[tuple[float, float, str, str, str]]:
    """Left and right edge, fill, pattern, hover of every rectangle."""
    (trace,) = [trace for trace in figure.data if trace.type == "bar"]
    columns = (trace.x, trace.width, trace.marker.color, trace.marker.pattern.shape, trace.hovertext)
    return [(x - w / 2, x + w / 2, fill, shape, hover) for x, w, fill, shape, hover in zip(*columns, strict=True)]


def texts(figure: CaseFigure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def test_a_waterfall_says_who_carries_the_answer() -> None:
    said = words(waterfall(explanation(), label="A07"))
    assert said.title == "Account A07, supported: network carries Portugal; persona is capped"
    assert said.sub.endswith("rests on the honest story to 83\u202f%; assumed share deceiving 20\u202f%.")


def test_every_row_of_both_panels_has_its_bar_and_number() -> None:
    figure = waterfall(explanation(), label="A07")
    fills = [fill for _, _, fill, _, _ in bars(figure)]
    assert fills.count(LIGHT.ink3) == 2  # priors
    assert fills.count(LIGHT.ink) == 2  # results
    assert fills.count(LIGHT.supports) == 4 + 2  # network, behaviour, social, infra; persona, social
    assert fills.count(LIGHT.contradicts) == 1 + 3
    assert fills.count(LIGHT.paper) == 1  # the cap, hollow
    shown = texts(figure)
    for text in ("10\u202f%", "+2.2", "+2.4 / +1.4", "−0.8", "91\u202f%", "very likely", "almost no chance", "+0.6"):
        assert text in shown
    assert shown.count("none") == 2  # acquisition, in both panels
    assert shown.count("not reached") == 1


def test_bars_join_end_to_start_and_end_at_the_result() -> None:
    figure = waterfall(explanation(), label="A07")
    left = [bar for bar in bars(figure) if bar[1] < 360]
    lengths = {hover.split("<")[1]: round(high - low, 6) for low, high, _, _, hover in left}
    nat = lengths["b>network"] / 2.2
    rows = {row.label: row for row in waterfall_of("PT").rows}
    assert lengths["b>behaviour"] == pytest.approx(1.4 * nat)
    assert lengths["b>result"] == pytest.approx(rows["result"].end * nat)
    assert rows["result"].end == pytest.approx(sum(r.value for r in rows.values() if r.kind != "result"))


def test_rows_of_two_waterfalls_stand_side_by_side() -> None:
    rows = [(row.kind, [cell is not None for cell in cells]) for row, cells in aligned(explanation().waterfalls)]
    assert rows[0] == ("prior", [True, True])
    assert ("cap", [False, True]) in rows
    assert rows[-1] == ("result", [True, True])
    assert len(rows) == 10


def test_numbers_stay_inside_their_panel_however_strong_the_evidence() -> None:
    rows = (
        WaterfallRow("prior", "prior", -3.2, 0, -3.2, p=0.04),
        WaterfallRow("class", "network", 9.0, -3.2, 5.8, honest=9.0, cover=4.5),
        WaterfallRow("class", "acquisition", -3.0, 5.8, 2.8, honest=-3.0, cover=-2.0),
        WaterfallRow("result", "result", 2.8, 0, 2.8, p=0.5),
    )
    falls = (Waterfall(ACCOUNT, "BA", rows), Waterfall(ACCOUNT, "PT", rows))
    figure = waterfall(replace(explanation(), waterfalls=falls), label="A07")
    assert all(low >= 140 and high <= 570 for low, high, *_ in bars(figure))
    assert "roughly even chance" in texts(figure)
    assert "Bosnia and Herzegovina" in texts(figure)


def test_without_evidence_the_waterfall_says_so() -> None:
    rows = (WaterfallRow("prior", "prior", -1, 0, -1, p=0.3), WaterfallRow("result", "result", -1, 0, -1, p=0.3))
    nothing = replace(explanation(), waterfalls=(Waterfall(ACCOUNT, "PT", rows),), scores={})
    figure = waterfall(nothing, label="A07")
    assert "No evidence for this account; the answer is the prior." in texts(figure)
    assert next(shape for *_, shape, _ in bars(figure)) == "/"


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("contested", "Account A07, contested: Portugal, but Uruguay when network is left out"),
        ("insufficient", "Account A07, insufficient: the evidence does not name a territory"),
    ],
)
def test_headlines_do_not_claim_more_than_the_outcome(outcome: str, expected: str) -> None:
    found = replace(explanation().assessment, outcome=outcome, confidence=None, without_strongest="UY")
    told = replace(explanation(), assessment=found)
    assert answer_phrase(told, "A07") == expected
    shown = texts(waterfall(told, label="A07"))
    assert shown.count(outcome) == 2  # below both results, where a supported answer has a word of likelihood
    assert "very likely" not in shown
    assert words(matrix(told, label="A07")).title == f"Account A07, {outcome}: every class against every territory"


def test_the_caveat_names_unknown_and_the_strongest_class() -> None:
    assert caveat(explanation()) == (
        "Unknown keeps 6\u202f%. Without network, the strongest class: Portugal 56\u202f%."
    )


@pytest.mark.parametrize("draw", [waterfall, matrix])
def test_hover_has_the_items_and_nothing_redacted(draw) -> None:
    figure = draw(explanation(), label="A07")
    network = next(hover for *_, hover in bars(figure) if hover.startswith("<b>network</b>, Portugal"))
    assert "network signal: +1.0 | +0.4, n = 31, network/0" in network
    assert "31 days from withheld, as A07 says" in network
    everything = json.dumps(figure.to_plotly_json(), default=list)
    for secret in (ACCOUNT, "harbour_7", "192.0.2.7"):
        assert secret not in everything
    assert "192.0.2.7" in json.dumps(draw(explanation(), label="A07", redaction="none").to_plotly_json(), default=list)


def test_the_matrix_has_every_class_and_territory() -> None:
    figure = matrix(explanation(), label="A07", classes=("network", "behaviour", "persona", "social", "web"))
    shown = texts(figure)
    hatched = [bar for bar in bars(figure) if bar[3] == "/"]
    assert len(hatched) == 1  # web
    assert len([bar for bar in bars(figure) if bar[3] == ""]) == 4 * 4
    assert shown.count("0") == 5 + 2  # the unknown column: five classes, sum, infrastructure
    assert "+1.0 <i>of +1.8</i>" in shown
    assert {"Portugal", "New Zealand", "Uruguay", "other", "unknown"} <= set(shown)
    table = {row[0]: row[1:] for row in words(figure).table.rows}
    assert table["web"] == (None, None, None, None, "0")
    assert table["posterior"] == ("91\u202f%", "1\u202f%", "<\u202f1\u202f%", "1\u202f%", "6\u202f%")


def test_sums_and_posterior_come_from_the_beliefs() -> None:
    figure = matrix(explanation(), label="A07")
    columns = words(figure).table.columns
    rows = {row[0]: dict(zip(columns[1:], row[1:], strict=True)) for row in words(figure).table.rows}
    assert rows["prior"]["New Zealand"] == "30\u202f%"
    assert rows["sum of evidence"]["Portugal"] == "+3.6"
    assert rows["shared infrastructure"]["Portugal"] == "+0.6"
    assert rows["posterior"]["unknown"] == "6\u202f%"


def test_more_than_eight_candidates_fold_into_other() -> None:
    found = explanation()
    like = next(belief for belief in found.beliefs if belief.territory == "UY")
    extra = {code: 0.001 * place for place, code in enumerate(("BA", "ES", "FR", "IT", "GB", "DE"), 1)}
    beliefs = tuple(replace(like, territory=code, p=p, prior=0.01, llr=-1 - p * 100) for code, p in extra.items())
    scores = dict.fromkeys(extra, found.scores["UY"])
    figure = matrix(replace(found, beliefs=found.beliefs + beliefs, scores=found.scores | scores), label="A07")
    assert words(figure).table.columns[-2:] == ("other and 3 more", "unknown")
    assert len(words(figure).table.columns) == 1 + 8
    rows = {row[0]: row[1:] for row in words(figure).table.rows}
    assert rows["prior"][-2] == "38\u202f%"  # .35 and three times .01


def test_no_neighbours_is_hatch_not_zero() -> None:
    figure = matrix(replace(explanation(), neighbours=0), label="A07")
    rows = {row[0]: row[1:] for row in words(figure).table.rows}
    assert set(rows["shared infrastructure"]) == {None}


def test_dates_and_unknown_are_in_the_records_of_these_tests() -> None:
    assert (explanation().first_at, explanation().last_at) == (FIRST, LAST)
    assert explanation().beliefs[-1].territory == UNKNOWN
