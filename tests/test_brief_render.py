"""HTML and Markdown of a brief: the golden file, escaping, links, nothing fetched, and a look in a browser.

The golden file is written anew with: ATTRIGRAPH_RENEW_GOLDEN=1 pytest tests/test_brief_render.py -k golden
Read the difference before committing it.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import plotly.graph_objects as go
import pytest
from brief_example import example
from browser import headless, visit
from playwright.sync_api import Browser

from attrigraph.briefs.html import to_html
from attrigraph.briefs.markdown import to_markdown
from attrigraph.briefs.model import Brief, Code, Paragraph, Section, Sentence
from attrigraph.briefs.render import Documents, render
from attrigraph.viz.html import plotly_js

GOLDEN = Path(__file__).parent / "golden" / "brief.md"
VOID = {"meta", "br", "img", "input", "link", "hr"}


@pytest.fixture(scope="module")
def documents() -> Documents:
    return render(example())


@pytest.fixture(scope="module")
def drawn() -> str:
    bars = go.Figure(go.Bar(x=["Portugal", "Uruguay"], y=[5, 2]), {"width": 768, "height": 240})
    return render(example(strip=bars)).html


class Reader(HTMLParser):
    """Ids, targets, addresses and the nesting of a document."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [found["id"]] if found.get("id") else []  # type: ignore[list-item]
        self.targets += [found["href"]] if found.get("href") else []  # type: ignore[list-item]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def test_markdown_is_the_golden_file(documents: Documents) -> None:
    if os.environ.get("ATTRIGRAPH_RENEW_GOLDEN"):
        GOLDEN.write_text(documents.markdown, encoding="utf-8")
    assert documents.markdown == GOLDEN.read_text(encoding="utf-8")


def test_html_is_well_formed_and_every_link_has_its_target(documents: Documents) -> None:
    read = Reader(documents.html)
    assert (read.open, read.wrong) == ([], [])
    assert len(read.ids) == len(set(read.ids))
    assert {t for t in read.targets if t.removeprefix("#") not in read.ids} == set()
    assert {"#E-0001", "#S-1", "#C-3", "#run", "#s4", "#annex-B"} <= set(read.targets)


def test_html_says_what_the_model_says(documents: Documents) -> None:
    text = " ".join(unescape(re.sub(r"<[^>]+>", "", documents.html)).split())
    for sentence in (s for section in documents.brief.sections for b in section.blocks for s in _said(b)):
        assert " ".join(sentence.text.split()) in text


def _said(block: object) -> tuple[Sentence, ...]:
    return block.sentences if isinstance(block, Paragraph) else ()


def test_nothing_outside_is_named_and_without_a_figure_there_is_no_script(documents: Documents, drawn: str) -> None:
    assert "http" not in documents.html.replace("http-equiv", "")
    assert "<script" not in documents.html
    own = drawn.replace(plotly_js(), "").replace("http-equiv", "")
    assert "http" not in own
    assert drawn.count(plotly_js()) == 1
    assert own.count("<script>") == 1


def test_every_figure_has_headline_alt_text_caption_and_table(drawn: str) -> None:
    parts = re.findall(r"<figure .*?</figure>", drawn.replace(plotly_js(), ""), re.DOTALL)
    assert len(parts) == 8
    for part in parts:
        assert re.search(r'aria-label="[^"]+"', part)
        assert re.search(r'<p class="head">[^<]+</p>', part)
        assert re.search(
            r"<figcaption>Figure \d+\..*Sources .*UTC\. Redaction: accounts numbered, no handles\.", part, re.S
        )
        assert "<table" in part


def test_text_of_a_case_cannot_become_markup() -> None:
    hostile = '</style><script>alert(1)</script>"|*_`[x](y)\\'
    data = example()
    named = replace(data, case=replace(data.case, name=hostile, question=hostile, simulated=True))
    found = render(named)
    assert "<script" not in found.html
    assert found.html.count("</style>") == 1
    assert Reader(found.html).wrong == []
    assert "<script>" not in found.markdown.replace("\\<script\\>", "")
    assert "\\[x\\](y)" in found.markdown


def test_query_text_cannot_end_its_fence(documents: Documents) -> None:
    code = Code("Q-1", "hostile", "RETURN '```' // ````\nRETURN 1")
    brief = replace(documents.brief, sections=(Section(14, "Annexes", (code,)),))
    assert "`````cypher\nRETURN '```' // ````\nRETURN 1\n`````" in to_markdown(brief)


@pytest.mark.parametrize(
    ("tlp", "css"), [("RED", "red"), ("AMBER+STRICT", "amber"), ("GREEN", "green"), ("CLEAR", "clear")]
)
def test_traffic_light_mark(documents: Documents, tlp: str, css: str) -> None:
    marked: Brief = replace(documents.brief, header=replace(documents.brief.header, tlp=tlp))
    assert f'<span class="tlp {css}">TLP:{tlp}</span>' in to_html(marked)


def test_banner_only_when_simulated(documents: Documents) -> None:
    assert 'class="simulated"' in documents.html
    real = example()
    found = render(replace(real, case=replace(real.case, simulated=False)))
    assert 'class="simulated"' not in found.html
    assert "SIMULATED" not in found.html + found.markdown
    assert "Simulated data" not in found.html + found.markdown


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with headless() as found:
        yield found


@pytest.mark.browser
@pytest.mark.parametrize("width", [955, 390])
def test_in_a_browser_nothing_is_fetched_and_nothing_overflows(
    browser: Browser, drawn: str, tmp_path: Path, width: int
) -> None:
    file = tmp_path / "brief.html"
    file.write_text(drawn, encoding="utf-8")
    with visit(browser, file, width=width) as seen:
        assert (seen.requests, seen.complaints) == ([], [])
        assert seen.page.evaluate("document.documentElement.scrollWidth") == width
        assert seen.page.locator("#fig-1 .main-svg").first.bounding_box()["height"] == 240  # type: ignore[index]


@pytest.mark.browser
def test_in_print_folded_tables_are_open_and_ids_stand_in_the_margin(
    browser: Browser, drawn: str, tmp_path: Path
) -> None:
    file = tmp_path / "brief.html"
    file.write_text(drawn, encoding="utf-8")
    with visit(browser, file, width=665) as seen:
        seen.page.emulate_media(media="print")
        folded = seen.page.locator("details.folded table, details.folded pre")
        assert min(one.bounding_box()["height"] for one in folded.all()) > 0  # type: ignore[index]
        assert seen.page.locator("ul.findings .ids").first.bounding_box()["x"] > 450  # type: ignore[index]
        assert seen.page.evaluate("document.documentElement.scrollWidth") == 665
