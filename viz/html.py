"""The one place that writes a figure as HTML: offline, without a share button, with alt text, caption and table.

`page` and `write_html` make a file that stands alone; `fragment` makes the `<figure>` a brief puts between its
paragraphs, and `plotly_js` the library it needs once. A page states in a content security policy that it may load
nothing, so a mistake elsewhere cannot reach a network either.
"""

from __future__ import annotations

import hashlib
import json
from html import escape
from pathlib import Path

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from attrigraph.errors import InputError
from attrigraph.viz.figure import CONFIG, Table, words
from attrigraph.viz.theme import Theme, theme

__all__ = ["fragment", "page", "plotly_js", "table_html", "write_html"]

LIBRARY_FILE = "plotly.min.js"
UNKNOWN_CELL = '<td class="none">unknown</td>'


def plotly_js() -> str:
    """The Plotly library as one inline `<script>`, 4.8 MB; a document with fragments needs it once, before them."""
    return f"<script>{get_plotlyjs()}</script>"


def fragment(figure: go.Figure, *, id: str | None = None, table: bool = True) -> str:
    """`<figure>` with headline, sub-line, drawing, caption and (in `<details>`) its table, without the library.

    The drawing itself is bare: headline and caption are HTML, so that they wrap and can be read aloud.
    """
    text = words(figure)
    name = id or "figure-" + _digest(figure)
    return "\n".join(
        part
        for part in (
            f'<figure id="{escape(name)}" role="group" aria-label="{escape(text.title)}">',
            f'<p class="head">{escape(text.title)}</p>',
            f'<p class="sub">{escape(text.sub)}</p>' if text.sub else "",
            _drawing(bare(figure), f"{name}-plot", text.title),
            f"<figcaption>{escape(text.caption)}</figcaption>" if text.caption else "",
            details(text.table) if table else "",
            "</figure>",
        )
        if part
    )


def page(figure: go.Figure, *, plotly_js: str = "inline", table: bool = True) -> str:
    """A whole document around one figure. `plotly_js` is `inline`, or `directory` for a file beside the page."""
    if plotly_js not in ("inline", "directory"):
        raise InputError(f"plotly_js = {plotly_js!r} is not known. Use 'inline' or 'directory'.")
    text = words(figure)
    beside = plotly_js == "directory"
    library = f'<script src="{LIBRARY_FILE}"></script>' if beside else f"<script>{get_plotlyjs()}</script>"
    script = "'unsafe-inline' 'self' file:" if beside else "'unsafe-inline'"
    policy = f"default-src 'none'; script-src {script}; style-src 'unsafe-inline'; img-src data: blob:"
    colours = theme("dark" if figure.layout.paper_bgcolor == theme("dark").paper else "light")
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{escape(text.title)}</title><style>{_style(colours)}</style>
{library}</head>
<body><main>
{_drawing(figure, "figure-plot", text.title)}
{details(text.table) if table else ""}
</main></body></html>
"""


def write_html(figure: go.Figure, path: str | Path, *, overwrite: bool = False, plotly_js: str = "inline") -> Path:
    """Write `page(figure)`; with `plotly_js="directory"` the library is put beside it once for many pages.

    Raises InputError when the file exists and `overwrite` is false.
    """
    target = Path(path)
    if target.exists() and not overwrite:
        raise InputError(f"{target} exists already. Choose another name, or allow overwriting (overwrite=True).")
    document = page(figure, plotly_js=plotly_js)
    target.parent.mkdir(parents=True, exist_ok=True)
    if plotly_js == "directory" and not (target.parent / LIBRARY_FILE).exists():
        (target.parent / LIBRARY_FILE).write_text(get_plotlyjs(), encoding="utf-8")
    target.write_text(document, encoding="utf-8")
    return target


def bare(figure: go.Figure) -> go.Figure:
    """The drawing without headline and caption, which lie in the margins of the figure."""
    margin = figure.layout.margin
    drawing = go.Figure(figure)
    height = (figure.layout.height or 450) - (margin.t or 0) - (margin.b or 0)
    inside = [shape for shape in figure.layout.shapes if shape.name != "frame"]
    notes = [note for note in figure.layout.annotations if note.name != "frame"]
    drawing.layout.shapes, drawing.layout.annotations = inside, notes
    return drawing.update_layout(height=height, margin={"t": 0, "b": 0}, title={"text": "", "subtitle": {"text": ""}})


def table_html(table: Table) -> str:
    """The table alone; an unknown value is hatch and a word, never an empty cell."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    body = "\n".join(
        "<tr>" + "".join(UNKNOWN_CELL if value is None else f"<td>{escape(value)}</td>" for value in row) + "</tr>"
        for row in table.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"


def details(table: Table) -> str:
    """The table folded away, or nothing when there is none."""
    if not table.rows:
        return ""
    return f"<details><summary>The same records as a table</summary>{table_html(table)}</details>"


def _drawing(figure: go.Figure, name: str, alt: str) -> str:
    sent = go.Figure(figure)
    sent.layout.meta = None
    data = sent.to_json().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    height = figure.layout.height or 450
    return (
        f'<div id="{escape(name)}" class="plot" role="img" aria-label="{escape(alt)}" '
        f'style="width:{figure.layout.width or 768}px;height:{height}px"></div>\n'
        f"<script>(function(){{var f={data};"
        f"Plotly.newPlot({json.dumps(name)},f.data,f.layout,{json.dumps(CONFIG)});}})();</script>"
    )


def _digest(figure: go.Figure) -> str:
    return hashlib.sha256(figure.to_json().encode()).hexdigest()[:10]


def _style(colours: Theme) -> str:
    hatch = f"repeating-linear-gradient(135deg,{colours.unknown_hatch} 0 1px,transparent 1px 6px)"
    return (
        f"body{{margin:0;background:{colours.paper};color:{colours.ink};font:13px/1.4 {colours.font}}}"
        "main{width:768px;max-width:100%;margin:0 auto;padding:32px 16px;box-sizing:content-box;overflow-x:auto}"
        f"summary{{cursor:pointer;color:{colours.ink2};padding:12px 0}}"
        "table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}"
        f"th{{text-align:left;font-weight:400;color:{colours.ink2};border-bottom:1px solid {colours.ink};"
        "padding:4px 14px 4px 0;vertical-align:bottom}"
        f"td{{border-bottom:1px solid {colours.hair};padding:5px 14px 5px 0;vertical-align:top}}"
        f"td.none{{color:{colours.ink2};background:{hatch} left center/10px 62% no-repeat;padding-left:16px}}"
    )
