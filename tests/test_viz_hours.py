"""Hours by weekday with the nights of the candidates, and the rules of changing the clock."""

from __future__ import annotations

from dataclasses import replace

from figure_records import SLOTS
from measured_records import CLOCK, HOURS, night

from attrigraph.territories import territory_name
from attrigraph.viz import CaseFigure, ClockRules, HourGrid, Night, clock_rules, hours
from attrigraph.viz.figure import words
from attrigraph.viz.theme import theme

LIGHT = theme("light")


def bars(figure: CaseFigure) -> list[tuple[float, float, str, str, str]]:
    """Left, right, fill, pattern and hover of each rectangle."""
    (trace,) = [trace for trace in figure.data if trace.type == "bar"]
    return [
        (x - width / 2, x + width / 2, colour, shape, hover)
        for x, width, colour, shape, hover in zip(
            trace.x, trace.width, trace.marker.color, trace.marker.pattern.shape, trace.hovertext, strict=True
        )
    ]


def texts(figure: CaseFigure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def plain(text: str | None) -> str:
    return (text or "").replace("\u202f", " ").replace("\u00a0", " ")


def test_headline_compares_the_two_leading_nights() -> None:
    title = plain(words(hours(HOURS, SLOTS)).title)
    assert title == "1 % of the posts fall in the night of Portugal, 41 % in that of New Zealand"


def test_each_hour_with_posts_is_a_cell_and_none_is_blank() -> None:
    cells = [bar for bar in bars(hours(HOURS, SLOTS)) if bar[4].startswith(("<b>Mon", "<b>Tue"))]
    assert len(cells) == sum(n > 0 for row in HOURS.counts[:2] for n in row if n is not None)
    assert plain(next(bar[4] for bar in cells if bar[4].startswith("<b>Mon 15"))) == "<b>Mon 15 UTC</b>: 29 posts, 2 %"
    assert {shape for *_, shape, _ in cells} == {""}


def test_the_fullest_hour_is_darkest() -> None:
    grid = HourGrid("cluster 1", ((4, *[0] * 22, 1), *([(0,) * 24] * 6)))
    fills = [fill for _, _, fill, _, hover in bars(hours(grid, {})) if hover.startswith("<b>Mon")]
    assert fills == [LIGHT.sequential[7], LIGHT.amount(0.25)]


def test_a_night_over_midnight_utc_is_two_bars() -> None:
    figure = hours(replace(HOURS, candidates=(Night("PT", night(1), 0.5),)), SLOTS)
    spans = [(round(left), round(right)) for left, right, fill, *_ in bars(figure) if fill == LIGHT.outline(1)]
    assert spans == [(46, 196), (738, 768)] * 2  # thin below thick: 00 to 05 and 23 to 24
    assert "00 to 06 in Portugal" in texts(figure)


def test_several_zones_are_thin_where_few_people_sleep() -> None:
    shares = tuple(0.9 * a + 0.1 * b for a, b in zip(night(-5), night(-8), strict=True))
    figure = hours(replace(HOURS, candidates=(Night("US", shares, 0.1),)), {"US": 1})
    spans = {(round(left), round(right)) for left, right, fill, *_ in bars(figure) if fill == LIGHT.outline(1)}
    assert spans == {(196, 377), (196, 467)}  # thick 05 to 11, thin to 14
    assert "Thin: night for some" in words(figure).sub


def test_four_nights_are_drawn_and_all_are_in_the_table() -> None:
    figure = hours(HOURS, SLOTS)
    assert sum(text.startswith("00 to 06 in") for text in texts(figure)) == 4
    assert len(words(figure).table.rows) == 7 + 5
    assert plain(words(figure).table.rows[7][0]) == "night in Portugal, 1 % of posts"


def test_what_was_not_collected_is_hatch_and_unknown_in_the_table() -> None:
    counts = tuple((None,) * 24 if day > 4 else row for day, row in enumerate(HOURS.counts))
    figure = hours(replace(HOURS, counts=counts), SLOTS)
    assert sum(shape == "/" for *_, shape, _ in bars(figure)) == 2
    assert words(figure).table.rows[6] == ("Sun", *[None] * 24)
    assert "Hatch: not collected." in words(figure).sub


def test_hours_without_evidence_say_why() -> None:
    title = words(hours(replace(HOURS, skipped="the profile is flat"), SLOTS)).title
    assert title == "The hours of account A07 say nothing of a territory: the profile is flat"


def test_no_posts() -> None:
    figure = hours(HourGrid("account A07", ((0,) * 24,) * 7), {})
    assert "No posts with a time. Load a table with the column <b>at</b>." in texts(figure)
    assert bars(figure)[0][3] == "/"


def test_the_rule_that_fits_best_is_first_and_named() -> None:
    figure = clock_rules(CLOCK)
    assert words(figure).title == "The European rule fits the hours of account A07 best"
    assert words(figure).table.rows[0] == ("European rule", "+2.0", "+4.6", "Portugal, Bosnia and Herzegovina")
    assert [row[0] for row in words(figure).table.rows][-1] == "no change of the clock"


def test_candidates_without_room_are_counted() -> None:
    codes = ("MV", "PK", "TF", "TJ", "TM", "UZ", "KZ", "IN")
    many = replace(CLOCK, rules=(replace(CLOCK.rules[0], territories=codes),))
    figure = clock_rules(many)
    (tail,) = [text for text in texts(figure) if text.endswith(" more")]
    shown = len(codes) - int(tail.split()[-2])
    listed = " ".join(texts(figure))
    assert all(territory_name(code) in listed for code in codes[: shown - 1])
    assert "…" not in listed


def test_what_is_beyond_the_limit_is_hollow() -> None:
    drawn = bars(clock_rules(CLOCK))
    assert [fill for _, _, fill, *_ in drawn] == [
        LIGHT.supports, LIGHT.paper, LIGHT.supports, LIGHT.contradicts, LIGHT.contradicts, LIGHT.paper,
    ]  # fmt: skip
    assert "+2.0 of +4.6" in texts(clock_rules(CLOCK))
    (_, end, *_), (start, *_) = drawn[0], drawn[1]
    assert abs(end - start) < 1


def test_no_change_of_the_clock_has_a_headline_of_its_own() -> None:
    rules = replace(CLOCK, rules=tuple(replace(r, score=-r.score, counted=-r.counted) for r in CLOCK.rules))
    assert words(clock_rules(rules)).title == "The hours of account A07 fit no change of the clock best"


def test_no_evidence_on_the_clock() -> None:
    figure = clock_rules(ClockRules("account A07", 63, skipped="63 of 100 active hours"))
    assert "No evidence on clock changes: 63 of 100 active hours." in texts(figure)
    assert words(figure).title == "No evidence on clock changes of account A07"
