"""Figures in a real browser with the network cut: no request, no complaint, no share button, nothing cut or covered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from browser import Browser, Visit, headless, visit
from figure_records import ACCOUNT, SLOTS, account_rows, explanation, link_rows, use_rows, waterfall_of
from link_figure_records import burst, card, coordination, lags
from measured_records import BINS, CLOCK, CURVES, HOURS, WINDOWS

from attrigraph.viz import (
    CaseFigure,
    belief_windows,
    burst_timeline,
    caption_text,
    caveat,
    clock_rules,
    coordination_network,
    fragment,
    hours,
    lag_histogram,
    matrix,
    mirror_card,
    network,
    network_summary,
    outcome_strip,
    plotly_js,
    reliability,
    risk_coverage,
    scene_from_rows,
    territory_map,
    waterfall,
)

pytestmark = pytest.mark.browser

CAPTION = caption_text(figure=3, caveat=caveat(explanation()), sources="S-1 to S-5", simulated=True)

LONG = {"PT": "BA", "NZ": "VC", "UY": "CD"}
"""Bosnia and Herzegovina, Saint Vincent and Grenadines, Congo (Kinshasa): names that need room."""


def drawn(theme: str = "light") -> dict[str, CaseFigure]:
    scene = scene_from_rows(account_rows(), use_rows(), link_rows(), deceivers=0.2, simulated=True)
    account = {"label": "A07", "theme": theme, "caption": CAPTION}
    return {
        "network": network(scene, SLOTS, theme=theme, caption=CAPTION),
        "summary": network_summary(scene, SLOTS, theme=theme, caption=CAPTION),
        "waterfall": waterfall(explanation(), **account),
        "matrix": matrix(explanation(), **account),
        "outcomes": outcome_strip(scene.accounts, SLOTS, theme=theme, caption=CAPTION),
        "map": territory_map(scene.accounts, theme=theme, caption=CAPTION),
        "hours": hours(HOURS, SLOTS, theme=theme, caption=CAPTION),
        "clock": clock_rules(CLOCK, theme=theme, caption=CAPTION),
        "windows": belief_windows(WINDOWS, SLOTS, label="A07", theme=theme, caption=CAPTION),
        "reliability": reliability(BINS, notes=("calibration error .04",), theme=theme, caption=CAPTION),
        "risk": risk_coverage(CURVES, theme=theme, caption=CAPTION),
        "coordination": coordination_network(coordination(), theme=theme, caption=CAPTION),
        "burst": burst_timeline(burst(), theme=theme, caption=CAPTION),
        "lags": lag_histogram(lags(), theme=theme, caption=CAPTION),
        "mirror": mirror_card(card(), theme=theme, caption=CAPTION),
    }


def drawn_with_long_names() -> dict[str, CaseFigure]:
    rows = [
        row | {key: LONG[row[key]] for key in ("top", "runner_up", "without_strongest") if key in row}
        for row in account_rows()
    ]
    scene = scene_from_rows(rows, use_rows(), link_rows(), deceivers=0.2)
    slots = {LONG[code]: slot for code, slot in SLOTS.items()}
    found = explanation()
    renamed = replace(
        found,
        assessment=replace(found.assessment, top="BA", runner_up="VC", without_strongest="BA"),
        beliefs=tuple(replace(b, territory=LONG.get(b.territory, b.territory)) for b in found.beliefs),
        scores={LONG.get(code, code): scores for code, scores in found.scores.items()},
        waterfalls=tuple(replace(waterfall_of(code), territory=LONG[code]) for code in ("PT", "NZ")),
    )
    nights = tuple(replace(n, territory=LONG.get(n.territory, "VC")) for n in HOURS.candidates)
    return {
        "network, long names": network(scene, slots, caption=CAPTION),
        "waterfall, long names": waterfall(renamed, label="A07", caption=CAPTION),
        "matrix, long names": matrix(renamed, label="A07", caption=CAPTION),
        "outcomes, long names": outcome_strip(scene.accounts, slots, caption=CAPTION),
        "map, long names": territory_map(scene.accounts, caption=CAPTION),
        "hours, long names": hours(replace(HOURS, candidates=nights), slots, caption=CAPTION),
        "windows, long names": belief_windows(
            [replace(w, top="BA", shares={LONG.get(c, c): p for c, p in w.shares.items()}) for w in WINDOWS],
            slots,
            label="A07",
            caption=CAPTION,
        ),
    }


FIGURES = drawn() | drawn_with_long_names()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with headless() as browser:
        yield browser


@pytest.fixture(params=FIGURES, scope="module")
def shown(
    request: pytest.FixtureRequest, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Visit]:
    path = FIGURES[request.param].write_html(tmp_path_factory.mktemp("figure") / "figure.html")
    with visit(chromium, path) as found:
        yield found


def boxes(shown: Visit) -> list[tuple[str, float, float, float, float]]:
    """Text and edges, relative to the drawing, of every label; numbers inside circles are not labels."""
    script = """() => { const plot = document.querySelector('.plot').getBoundingClientRect();
      return [...document.querySelectorAll('.annotation-text, .gtitle, .gtitle-subtitle')].map(e => {
        const r = e.getBoundingClientRect();
        return [e.textContent, r.left - plot.left, r.top - plot.top, r.right - plot.left, r.bottom - plot.top]; }) }"""
    return [tuple(box) for box in shown.page.evaluate(script)]


def test_nothing_is_asked_of_a_network_and_nothing_complains(shown: Visit) -> None:
    assert shown.requests == []
    assert shown.complaints == []


def test_the_mode_bar_cannot_share(shown: Visit) -> None:
    buttons = shown.page.eval_on_selector_all(".modebar-btn", "all => all.map(b => b.dataset.title)")
    assert "Download plot" in buttons
    assert set(buttons) <= {"Download plot", "Pan", "Zoom in", "Zoom out", "Reset axes"}


def test_no_label_is_cut_or_covers_another(shown: Visit) -> None:
    labels = boxes(shown)
    height = shown.page.evaluate("document.querySelector('.plot').clientHeight")
    assert len(labels) > 8
    cut = [label for label in labels if label[1] < -1 or label[2] < -1 or label[3] > 769 or label[4] > height + 1]
    assert cut == []
    slack = 1.5  # boxes of text are a little taller than its letters
    covered = [
        (a[0], b[0])
        for a, b in combinations(labels, 2)
        if min(a[3], b[3]) - max(a[1], b[1]) > slack and min(a[4], b[4]) - max(a[2], b[2]) > 2 * slack
    ]
    assert covered == []


def test_the_pointer_is_answered(chromium: Browser, tmp_path: Path) -> None:
    path = FIGURES["matrix"].write_html(tmp_path / "matrix.html")
    with visit(chromium, path) as shown:
        left, top = (
            shown.page.evaluate(f"document.querySelector('.plot').getBoundingClientRect().{s}") for s in ("left", "top")
        )
        (x, y) = next(((a + c) / 2, (b + d) / 2) for text, a, b, c, d in boxes(shown) if text == "+2.2")
        shown.page.mouse.move(left + x, top + y + 1)
        shown.page.wait_for_selector(".hoverlayer .hovertext")
        assert "network, Portugal: +2.2 nats" in (shown.page.text_content(".hoverlayer .hovertext") or "")


def test_a_folder_of_pages_with_one_library_works_from_disk(chromium: Browser, tmp_path: Path) -> None:
    path = FIGURES["outcomes"].write_html(tmp_path / "outcomes.html", plotly_js="directory")
    with visit(chromium, path) as shown:
        assert (shown.requests, shown.complaints) == ([], [])


def test_fragments_share_a_document(chromium: Browser, tmp_path: Path) -> None:
    body = "".join(fragment(figure) for figure in FIGURES.values())
    path = tmp_path / "brief.html"
    path.write_text(f"<!doctype html><meta charset='utf-8'><body>{plotly_js()}{body}</body>", encoding="utf-8")
    with visit(chromium, path) as shown:
        assert (shown.requests, shown.complaints) == ([], [])
        assert shown.page.locator("figure .main-svg .infolayer").count() >= len(FIGURES)
        assert shown.page.locator("svg .gtitle").count() == 0


def test_dark_figures_are_drawn_too(chromium: Browser, tmp_path: Path) -> None:
    for name, figure in drawn("dark").items():
        with visit(chromium, figure.write_html(tmp_path / f"{name}.html")) as shown:
            assert (shown.requests, shown.complaints) == ([], [])
            colour = shown.page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert colour == "rgb(20, 24, 27)"


def test_the_account_of_these_tests_is_simulated() -> None:
    assert ACCOUNT == "x:1007"
    assert CAPTION.endswith("Simulated data.")
