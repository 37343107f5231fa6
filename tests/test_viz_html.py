"""HTML of figures: offline, no share button, never over an existing file, every word of the records harmless."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import plotly.graph_objects as go
import pytest
from figure_records import SLOTS, account_rows, explanation, link_rows, use_rows

from attrigraph.errors import InputError
from attrigraph.viz import (
    CaseFigure,
    Table,
    caption_text,
    fragment,
    matrix,
    network,
    outcome_strip,
    page,
    plotly_js,
    scene_from_rows,
    table_html,
    waterfall,
)
from attrigraph.viz.figure import words
from attrigraph.viz.html import bare

MODULES = ("blocks", "captions", "figure_lags", "link_records", "network_parts", "theme")

CAPTION = caption_text(figure=9, sources="S-1, S-4", simulated=True)


def figures() -> dict[str, CaseFigure]:
    scene = scene_from_rows(account_rows(), use_rows(), link_rows())
    return {
        "network": network(scene, SLOTS, caption=CAPTION),
        "waterfall": waterfall(explanation(), label="A07", caption=CAPTION),
        "matrix": matrix(explanation(), label="A07", caption=CAPTION),
        "outcomes": outcome_strip(scene.accounts, SLOTS, caption=CAPTION),
    }


FIGURES = figures()


@pytest.mark.parametrize("name", FIGURES)
def test_a_fragment_has_head_caption_alt_text_and_table(name: str) -> None:
    figure = FIGURES[name]
    text, said = fragment(figure, id="fig-9"), words(figure)
    assert f'<figure id="fig-9" role="group" aria-label="{said.title}">' in text
    assert f'<p class="head">{said.title}</p>' in text
    assert f'role="img" aria-label="{said.title}"' in text
    assert f"<figcaption>{CAPTION}</figcaption>" in text
    assert text.count("<tr>") == len(said.table.rows) + 1
    assert "Plotly.newPlot(" in text
    assert len(text) < 250_000


@pytest.mark.parametrize("name", FIGURES)
def test_a_fragment_names_no_address_outside(name: str) -> None:
    assert re.findall(r"(?:https?:)?//[\w.-]+", fragment(FIGURES[name])) == []
    assert '"showSendToCloud": false' in fragment(FIGURES[name])
    assert '"plotlyServerURL": ""' in fragment(FIGURES[name])


@pytest.mark.parametrize("name", FIGURES)
def test_the_drawing_of_a_fragment_is_the_figure_without_head_and_foot(name: str) -> None:
    figure = FIGURES[name]
    drawing = bare(figure)
    cut = figure.layout.margin.t + figure.layout.margin.b
    assert drawing.layout.height == pytest.approx(figure.layout.height - cut, abs=1)
    assert CAPTION not in [note.text for note in drawing.layout.annotations]
    assert drawing.layout.title.text == ""
    assert figure.layout.title.text == words(figure).title


def test_a_page_may_load_nothing() -> None:
    text = page(FIGURES["matrix"])
    assert "Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline';" in text
    assert plotly_js() in text


def test_writing_refuses_to_overwrite(tmp_path: Path) -> None:
    path = tmp_path / "matrix.html"
    assert FIGURES["matrix"].write_html(path) == path
    before = path.read_text("utf-8")
    with pytest.raises(InputError, match=r"matrix\.html exists already"):
        FIGURES["network"].write_html(path)
    assert path.read_text("utf-8") == before
    FIGURES["network"].write_html(path, overwrite=True)
    assert path.read_text("utf-8") != before


def test_a_folder_of_figures_shares_one_library(tmp_path: Path) -> None:
    for name, figure in FIGURES.items():
        figure.write_html(tmp_path / f"{name}.html", plotly_js="directory")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "matrix.html",
        "network.html",
        "outcomes.html",
        "plotly.min.js",
        "waterfall.html",
    ]
    assert (tmp_path / "matrix.html").stat().st_size < 100_000
    with pytest.raises(InputError, match="'cdn' is not known"):
        FIGURES["matrix"].write_html(tmp_path / "other.html", plotly_js="cdn")


def test_a_notebook_gets_the_same_page() -> None:
    assert FIGURES["matrix"]._repr_html_() == page(FIGURES["matrix"]) == FIGURES["matrix"].to_html()
    assert list(FIGURES["matrix"]._repr_mimebundle_()) == ["text/html"]


def test_a_script_in_the_records_stays_text() -> None:
    hostile = "</script><script>alert(1)</script>"
    rows = [{"account": "x:1", "handle": hostile, "outcome": "insufficient", "top": "PT", "p": 0.3}]
    figure = network(scene_from_rows(rows, [], [], redaction="handles"), {}, caption=hostile)
    assert "alert(1)" in fragment(figure)
    assert "<script>alert" not in fragment(figure)
    assert "<script>alert" not in page(figure)


def test_unknown_in_a_table_is_hatch_and_a_word() -> None:
    text = table_html(Table(("a", "b"), (("1", None),)))
    assert '<td>1</td><td class="none">unknown</td>' in text


def test_a_figure_made_elsewhere_can_be_written() -> None:
    figure = go.Figure(layout={"title": {"text": "Posts"}})
    assert words(figure).title == "Posts"
    assert '<p class="head">Posts</p>' in fragment(figure)


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_in_the_docstrings_hold(module: str) -> None:
    tried = doctest.testmod(importlib.import_module(f"attrigraph.viz.{module}"))
    assert (tried.failed, tried.attempted > 0) == (0, True)
