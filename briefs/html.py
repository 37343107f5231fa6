"""The brief as one HTML file: offline, nothing fetched, Plotly's library inside it once when a figure is drawn."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from attrigraph.briefs.model import Brief, FigureBlock, Sentence
from attrigraph.briefs.phrases import id_ranges
from attrigraph.briefs.walk import figures

__all__ = ["to_html"]

PLACE_NAMED = re.compile(r"\b(section (\d+)|annex ([A-H]))\b")


def to_html(brief: Brief) -> str:
    """The whole document. Every text is escaped; the only markup is that of the templates."""
    drawn = [f for _, f in figures(brief) if f.figure is not None]
    return (
        _environment(frozenset(_anchors(brief)))
        .get_template("brief.html.jinja")
        .render(
            brief=brief,
            style=Markup(_style(brief)),
            tlp_class=brief.header.tlp.partition("+")[0].lower(),
            library=Markup(_library()) if drawn else "",
        )
    )


def _anchors(brief: Brief) -> list[str]:
    found = [s.anchor for s in brief.sections]
    return found + [a for s in brief.sections for b in s.blocks if (a := getattr(b, "anchor", ""))]


@cache
def _environment(anchors: frozenset[str]) -> Environment:
    made = Environment(
        loader=PackageLoader("attrigraph.briefs", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "anchor": lambda identifier: "run" if identifier.startswith("R-") else identifier,
        "kind": lambda block: type(block).__name__,
        "linked": lambda text: _linked(text, anchors),
        "opened": _opened,
        "ranges": id_ranges,
        "tagged": _tagged,
    }
    return made


def _tagged(sentences: tuple[Sentence, ...], tag: str) -> list[str]:
    """Ids of the sentences with that tag."""
    return [i for s in sentences if s.tag == tag for i in s.evidence]


def _linked(text: str, anchors: frozenset[str]) -> Markup:
    """Escaped text with "section 4" and "annex B" as links where the brief has them."""

    def link(match: re.Match[str]) -> str:
        target = f"s{match[2]}" if match[2] else f"annex-{match[3]}"
        return f'<a href="#{target}">{match[0]}</a>' if target in anchors else match[0]

    return Markup(PLACE_NAMED.sub(link, escape(text)))


def _opened(block: FigureBlock) -> Markup:
    """The figure up to its caption: headline, sub-line and the drawing; the template closes it."""
    if block.figure is None:
        return Markup(
            '<figure id="{}" role="group" aria-label="{}"><p class="head">{}</p><p class="sub">{}</p>'
        ).format(block.anchor, block.alt, block.head, block.sub)
    from attrigraph.viz.figure import Words, stored
    from attrigraph.viz.html import fragment

    named: Any = type(block.figure)(block.figure)
    named.layout.meta = stored(Words(block.head, block.sub))
    return Markup(fragment(named, id=block.anchor, table=False).removesuffix("</figure>"))


def _library() -> str:
    from attrigraph.viz.html import plotly_js

    return plotly_js()


def _style(brief: Brief) -> str:
    room = files("attrigraph.briefs")
    header = brief.header
    foot = [f"TLP:{header.tlp}", header.case, f"version {header.version}"]
    foot += ["SIMULATED"] if header.banner else []
    page = f"@page {{ @bottom-left {{ content: {_css_string(' · '.join(foot))}; }} }}"
    return "\n".join([*(room.joinpath(n).read_text(encoding="utf-8") for n in ("tokens.css", "brief.css")), page])


def _css_string(text: str) -> str:
    r"""A CSS string; everything but letters, digits and spaces as a code point, so that nothing can end it.

    >>> _css_string('a"b')
    '"a\\22 b"'
    """
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text) + '"'
