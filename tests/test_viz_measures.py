"""Belief over windows, reliability, and risk over coverage."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from figure_records import SLOTS
from measured_records import BINS, CURVES, WINDOWS, on

from attrigraph.inference.calibration.metrics import Bin
from attrigraph.viz import BeliefWindow, CaseFigure, RiskCurve, belief_windows, reliability, risk_coverage
from attrigraph.viz.figure import words
from attrigraph.viz.figure_reliability import wilson
from attrigraph.viz.figure_windows import quarters
from attrigraph.viz.text import text_width
from attrigraph.viz.theme import theme

LIGHT = theme("light")


def texts(figure: CaseFigure) -> list[str]:
    return [plain(note.text) for note in figure.layout.annotations]


def plain(text: str | None) -> str:
    return (text or "").replace("\u202f", " ").replace("\u00a0", " ")


def bars(figure: CaseFigure) -> list[tuple[float, float, float, str, str]]:
    """Left, width, height, fill and pattern of each rectangle."""
    (trace,) = [trace for trace in figure.data if trace.type == "bar"]
    rows = zip(trace.x, trace.width, trace.y, trace.marker.color, trace.marker.pattern.shape, strict=True)
    return [(x - width / 2, width, height, fill, shape) for x, width, height, fill, shape in rows]


def test_a_window_is_as_wide_as_it_is_long() -> None:
    widths = [width for _, width, _, fill, _ in bars(belief_windows(WINDOWS, SLOTS, label="A07")) if fill == "#365979"]
    days = [(window.last - window.first).days for window in WINDOWS]
    assert [w / widths[0] for w in widths] == pytest.approx([d / days[0] for d in days], abs=0.02)


def test_shares_of_a_window_fill_it_and_unknown_is_hatch() -> None:
    drawn = bars(belief_windows(WINDOWS[:1], SLOTS, label="A07"))
    assert [(fill, shape) for *_, fill, shape in drawn] == [
        (LIGHT.outline(1), ""), (LIGHT.outline(3), ""), (LIGHT.other, ""), (LIGHT.paper, "/"),
    ]  # fmt: skip
    heights = [height for _, _, height, _, _ in drawn]
    assert heights[0] / 240 == pytest.approx(0.34, abs=0.01)
    assert heights[3] / 240 == pytest.approx(0.27, abs=0.01)


def test_words_stand_above_windows_and_the_gap_is_named() -> None:
    figure = belief_windows(WINDOWS, SLOTS, label="A07")
    assert words(figure).title == "Account A07: from insufficient to Portugal, very likely"
    assert plain(words(figure).sub).startswith("Share of belief by window; prior for Portugal 10 %.")
    later = belief_windows([replace(WINDOWS[0], outcome="supported", top="UY"), WINDOWS[-1]], SLOTS, label="A07")
    assert words(later).title.endswith(", to Portugal, very likely")
    found = texts(figure)
    assert [text for text in found if text in ("insufficient", "likely", "very likely")] == [
        "insufficient", "likely", "very likely", "very likely",
    ]  # fmt: skip
    assert ("silent" in found, "104 days" in found) == (True, True)


def test_the_year_below_the_axis_cannot_be_read_as_a_day() -> None:
    first, last = WINDOWS[0].first, WINDOWS[-1].last
    found = texts(belief_windows(WINDOWS, SLOTS, label="A07"))
    assert f"{first:%b %Y}" in found
    assert not any(f"{at:%b %y}" in found for at in (first, last))


def test_windows_as_a_table() -> None:
    table = words(belief_windows(WINDOWS, SLOTS, label="A07")).table
    assert table.columns == (
        "window",
        "opened by",
        "outcome",
        "Portugal",
        "New Zealand",
        "other",
        "unknown",
        "prior of the leader",
    )
    assert [plain(cell) for cell in table.rows[1]] == [
        "2025-05-01 to 2025-08-01", "new handle", "Portugal, likely", "63 %", "15 %", "6 %", "16 %", "10 %",
    ]  # fmt: skip


def test_one_window_says_so_and_none_is_hatch() -> None:
    one = words(belief_windows(WINDOWS[-1:], SLOTS, label="A07"))
    assert one.title == "Account A07: Portugal, very likely, in its one window"
    assert "Nothing opens a second window" in one.sub
    assert "made without time windows" in words(belief_windows(WINDOWS[:1], SLOTS, label="A07", searched=False)).sub
    assert "No time window. Load posts or logins with the column <b>at</b>." in texts(belief_windows([], {}, label="A"))


def many(n: int) -> list[BeliefWindow]:
    month = timedelta(days=30)
    return [
        BeliefWindow(on(2025, 1, 1) + k * month, on(2025, 1, 1) + (k + 1) * month, "supported", "PT", shares)
        for k, shares in enumerate([{"PT": 0.5, "UNKNOWN": 0.5}, {"PT": 0.9, "UNKNOWN": 0.1}] * n)
    ][:n]


def test_above_twelve_windows_quarters_are_drawn() -> None:
    figure = belief_windows(many(13), SLOTS, label="A07")
    assert "by quarter, the mean over the days of 13 windows" in words(figure).sub
    assert len([1 for *_, shape in bars(figure) if shape == "/"]) == 5
    assert len(words(figure).table.rows) == 13
    assert len([1 for *_, shape in bars(belief_windows(many(12), SLOTS, label="A07")) if shape == "/"]) == 12


def test_a_quarter_is_the_mean_over_its_days() -> None:
    (first, *_) = quarters(many(3))
    assert first.shares["PT"] == pytest.approx(0.633, abs=0.01)  # 30 days at .5, 30 at .9, 30 at .5
    assert sum(first.shares.values()) == pytest.approx(1)


def test_a_short_window_is_still_seen() -> None:
    short = replace(WINDOWS[1], last=WINDOWS[1].first + timedelta(hours=1))
    drawn = bars(belief_windows([WINDOWS[0], short, *WINDOWS[2:]], SLOTS, label="A07"))
    assert min(width for _, width, *_ in drawn) >= 3.9


def test_marks_of_few_accounts_are_hollow() -> None:
    figure = reliability(BINS)
    (marks,) = [trace for trace in figure.data if trace.mode == "markers"]
    assert [fill == LIGHT.paper for fill in marks.marker.color] == [one.n < 30 for one in BINS]
    assert [text for text in texts(figure) if text in {f"{b.n}" for b in BINS}] == [f"{b.n}" for b in BINS]


def test_what_a_side_means_is_clear_of_marks_and_intervals() -> None:
    crowded = [Bin(0.2, 0.3, 2, 0.25, 0.5), Bin(0.3, 0.4, 5, 0.38, 1.0), Bin(0.4, 0.5, 4, 0.43, 1.0)]
    figure = reliability([*crowded, Bin(0.9, 1.0, 100, 0.98, 0.77)])
    (marks,) = [trace for trace in figure.data if trace.mode == "markers"]
    notes = {note.text: note for note in figure.layout.annotations}
    for line in ("found more often", "than said"):
        right = notes[line].x + text_width(line, 11.5)
        near = [y for x, y in zip(marks.x, marks.y, strict=True) if x - 8 < right]
        assert all(abs(notes[line].y - y) > 12 for y in near)


@pytest.mark.parametrize(
    ("right", "title"),
    [
        (60, "Strong words are too strong: said 80 % on average, found 60 % of 100"),
        (80, "Strong words hold: said 80 % on average, found 80 % of 100"),
        (95, "Strong words are too weak: said 80 % on average, found 95 % of 100"),
    ],
)
def test_the_headline_tells_how_strong_words_did(right: int, title: str) -> None:
    assert plain(words(reliability([Bin(0.8, 0.9, 100, 0.8, right / 100)])).title) == title


def test_reliability_as_a_table() -> None:
    assert [plain(cell) for cell in words(reliability(BINS)).table.rows[3]] == [
        "40 % to 50 %", "48 %", "55 %", "38 % to 71 %", "12", "22",
    ]  # fmt: skip


def test_without_resolved_cases_nothing_is_claimed() -> None:
    assert "No resolved cases: uncalibrated v0. Load a table of <b>labels</b>." in texts(reliability([]))
    found = texts(risk_coverage([RiskCurve("attrigraph", (), 0)]))
    assert "No resolved cases, so risk is not known. Load a table of <b>labels</b>." in found


def test_no_strong_word() -> None:
    assert words(reliability(BINS[:3])).title == "No answer was said to be likely or more"


def test_wilson_of_all_and_none() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 20)[0] == 0.0
    assert wilson(20, 20)[1] == pytest.approx(1.0)


def test_risk_names_every_curve_and_compares_at_sixty_percent() -> None:
    figure = risk_coverage(CURVES)
    title = "Of the surest 60 % of accounts 7 % are answered wrongly; login without anonymisers: 12 %"
    assert plain(words(figure).title) == title
    assert [text for text in texts(figure) if text in {c.name for c in CURVES}] == [
        "majority login", "naive addition", "login without anonymisers", "attrigraph",
    ]  # fmt: skip
    assert [plain(cell) for cell in words(figure).table.rows[5]] == ["60 %", "7 %", "12 %", "13 %", "34 %"]


def test_a_curve_that_ends_early_is_unknown_beyond() -> None:
    short = RiskCurve("attrigraph", ((0.2, 0.01), (0.4, 0.02)), 50)
    figure = risk_coverage([short])
    assert plain(words(figure).title) == "Fewer than 60 % of 50 resolved accounts are answered"
    assert [row[1] is None for row in words(figure).table.rows] == [True] + [False] * 3 + [True] * 6


def test_bands_without_a_colour_are_tall_enough_for_their_code_or_counted_to_other() -> None:
    shares = {"PT": 0.5, "BA": 0.2, "CY": 0.05, "OTHER": 0.05, "UNKNOWN": 0.2}
    figure = belief_windows([replace(WINDOWS[0], shares=shares)], {"PT": 1}, label="A07")
    assert words(figure).table.columns[3:-1] == ("Portugal", "Bosnia and Herzegovina", "other", "unknown")
    assert "BA 20 %" in texts(figure)


def test_no_word_above_a_window_is_cut() -> None:
    narrow = [replace(w, last=w.first + timedelta(days=3), outcome="insufficient") for w in WINDOWS]
    assert "insufficient" in texts(belief_windows(narrow, SLOTS, label="A07"))
    assert not any("…" in text for text in texts(belief_windows(narrow, SLOTS, label="A07")))
