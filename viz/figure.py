"""The figure every function of this room returns, and the words that belong to it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

__all__ = ["CONFIG", "CaseFigure", "Table", "Words", "words"]

WIDTH = 768
"""Pixels; figures are drawn 1:1 (visual language, section 4)."""

CONFIG: dict[str, Any] = {
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "displaylogo": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoom2d"],
    "toImageButtonOptions": {"format": "svg", "filename": "figure"},
}
"""Plotly's configuration wherever a figure is shown: no upload, no share button, no address outside."""


@dataclass(frozen=True, slots=True)
class Table:
    """The same records as a table. `None` in a row is unknown and is drawn as hatch with a word."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What is said around a figure: headline (also the alt text), sub-line, caption, and its table."""

    title: str
    sub: str = ""
    caption: str = ""
    table: Table = field(default_factory=lambda: Table((), ()))


class CaseFigure(go.Figure):  # type: ignore[misc]
    """A Plotly figure that leaves nothing of a case outside: every way to show or write it goes through one door."""

    def write_html(self, file: str | Path, *, overwrite: bool = False, plotly_js: str = "inline") -> Path:  # type: ignore[override,unused-ignore]
        """Write a page that needs no network. See `attrigraph.viz.html.write_html`."""
        from attrigraph.viz.html import write_html

        return write_html(self, file, overwrite=overwrite, plotly_js=plotly_js)

    def to_html(self, *_: Any, **__: Any) -> str:
        """The page as text."""
        from attrigraph.viz.html import page

        return page(self)

    def show(self, *args: Any, **kwargs: Any) -> None:
        """Show with Plotly's own renderers, without the share button."""
        super().show(*args, **kwargs | {"config": CONFIG})

    def _repr_html_(self) -> str:
        return self.to_html()

    def _repr_mimebundle_(self, *_: Any, **__: Any) -> dict[str, str]:
        return {"text/html": self.to_html()}


def stored(text: Words) -> dict[str, Any]:
    """`text` as the plain data kept under `layout.meta`, so that copies of a figure keep their words."""
    return {"figure": asdict(text)}


def words(figure: go.Figure) -> Words:
    """The words of a figure made by this room; of any other figure, its title."""
    meta = figure.layout.meta
    if not isinstance(meta, dict) or "figure" not in meta:
        return Words(figure.layout.title.text or "Figure")
    kept = meta["figure"]
    table = kept["table"]
    rows = tuple(tuple(row) for row in table["rows"])
    return Words(kept["title"], kept["sub"], kept["caption"], Table(tuple(table["columns"]), rows))
