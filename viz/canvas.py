"""A sheet measured in pixels, turned into one Plotly figure at the end.

One unit of the axes is one pixel, x to the right, y downwards, so a figure looks the same wherever it is drawn 1:1.
Headline and caption lie in the margins, outside the drawing, and can be taken away (`html.bare`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from attrigraph.viz.figure import WIDTH, CaseFigure, Words, stored
from attrigraph.viz.text import plain, wrap
from attrigraph.viz.theme import Theme, template

__all__ = ["Anchor", "Box", "Canvas", "Point"]

Anchor = Literal["left", "center", "right"]
Dash = Literal["solid", "dash", "dot"]
Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

DASHES: dict[Dash, str] = {"solid": "solid", "dash": "5px,4px", "dot": "1.5px,3.5px"}
TITLE_SIZE, SUB_SIZE, CAPTION_SIZE = 15, 13, 11
CAPTION_LINE = 16.5
LINE = 1.3
"""Line height Plotly gives to a text of several lines, in ems."""
SUB_DROP = 24.5
"""From the baseline of the title to that of the sub-line, as Plotly sets it."""


class _Bar(NamedTuple):
    box: Box
    fill: str
    line: str
    width: float
    pattern: str
    hover: str


@dataclass
class Canvas:
    """Collects rectangles, lines, texts and traces in pixel coordinates."""

    theme: Theme
    suffix: str = ""
    bars: list[_Bar] = field(default_factory=list)
    lines: dict[tuple[str, float, Dash], list[float | None]] = field(default_factory=dict)
    traces: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    under: list[dict[str, Any]] = field(default_factory=list)

    @property
    def axes(self) -> dict[str, str]:
        """Names of the axes this canvas draws on."""
        return {"xaxis": f"x{self.suffix}", "yaxis": f"y{self.suffix}"}

    def rect(self, box: Box, fill: str, line: str = "", width: float = 0, hover: str = "") -> None:
        """A filled rectangle; `hover` is Plotly text already made plain."""
        self.bars.append(_Bar(box, fill, line or fill, width, "", hover))

    def hatch(self, box: Box, outlined: bool = False, hover: str = "") -> None:
        """A rectangle that says "cannot say": grey lines at 45 degrees, with or without an outline."""
        paper = self.theme.paper
        line, width = (self.theme.unknown_line, 1.0) if outlined else (paper, 0.0)
        self.bars.append(_Bar(box, paper, line, width, "/", hover))

    def line(self, start: Point, end: Point, colour: str, width: float = 1, dash: Dash = "solid") -> None:
        """A straight line."""
        path = self.lines.setdefault((colour, width, dash), [])
        path += [*start, *end, None, None]

    def grid(self, start: Point, end: Point, colour: str, width: float = 1) -> None:
        """A straight line below everything else."""
        (x0, y0), (x1, y1) = start, end
        axes = {"xref": f"x{self.suffix}", "yref": f"y{self.suffix}"}
        line = {"color": colour, "width": width}
        shape = {"type": "line", "x0": x0, "y0": y0, "x1": x1, "y1": y1, "line": line, "layer": "below"}
        self.under.append(shape | axes)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 11.5,
        colour: str | None = None,
        weight: int = 400,
        anchor: Anchor = "left",
        italic: bool = False,
        markup: bool = False,
        shift: Point = (0, 0),
        halo: bool = False,
    ) -> None:
        """A text whose middle height is `y`; `markup` is true when it is Plotly text already made plain.

        `shift` moves it by pixels to the right and down, whatever the zoom; `halo` keeps grid lines off it.
        """
        font = {"size": size, "color": colour or self.theme.ink, "weight": weight}
        self.notes.append(
            {
                "x": x,
                "y": y,
                "xref": f"x{self.suffix}",
                "yref": f"y{self.suffix}",
                "text": text if markup else plain(text),
                "font": font | ({"style": "italic"} if italic else {}),
                "xanchor": anchor,
                "yanchor": "middle",
                "align": anchor,
                "showarrow": False,
                "xshift": shift[0],
                "yshift": -shift[1] - (1 if size >= 12.5 else 0),
            }
            | ({"bgcolor": self.theme.paper} if halo else {})
        )

    def area(self, path: tuple[list[float | None], list[float | None]], fill: str, line: str, width: float = 1) -> None:
        """Filled rings, with None between one and the next; a ring inside another one cuts a hole."""
        shape = {"mode": "lines", "fill": "toself", "fillcolor": fill, "line": {"color": line, "width": width}}
        if path[0]:
            self.trace({"x": path[0], "y": path[1], "hoverinfo": "skip", **shape})

    def trace(self, trace: dict[str, Any]) -> None:
        """A scatter trace in pixel coordinates, drawn over what was added before."""
        self.traces.append({"type": "scatter", **self.axes, "cliponaxis": False, "showlegend": False, **trace})

    def dot(self, x: float, y: float, hover: str, size: float = 12) -> None:
        """An invisible mark that only answers the pointer."""
        marker = {"size": size, "color": self.theme.paper, "opacity": 0, "line": {"width": 0}}
        self.trace({"x": [x], "y": [y], "mode": "markers", "marker": marker, "hovertext": [hover], "hoverinfo": "text"})

    def _bar_trace(self) -> list[dict[str, Any]]:
        if not self.bars:
            return []
        bars = self.bars
        return [
            {
                "type": "bar",
                **self.axes,
                "x": [(bar.box[0] + bar.box[2]) / 2 for bar in bars],
                "width": [bar.box[2] - bar.box[0] for bar in bars],
                "base": [bar.box[1] for bar in bars],
                "y": [bar.box[3] - bar.box[1] for bar in bars],
                "marker": {
                    "color": [bar.fill for bar in bars],
                    "line": {"color": [bar.line for bar in bars], "width": [bar.width for bar in bars]},
                    "pattern": {
                        "shape": [bar.pattern for bar in bars],
                        "fgcolor": self.theme.unknown_hatch,
                        "bgcolor": self.theme.paper,
                    },
                },
                "hovertext": [bar.hover for bar in bars],
                "hoverinfo": ["text" if bar.hover else "skip" for bar in bars],
                "textposition": "none",
                "showlegend": False,
            }
        ]

    def _line_traces(self) -> list[dict[str, Any]]:
        return [
            {
                "type": "scatter",
                **self.axes,
                "mode": "lines",
                "x": path[0::2],
                "y": path[1::2],
                "line": {"color": colour, "width": width, "dash": DASHES[dash]},
                "hoverinfo": "skip",
                "cliponaxis": False,
                "showlegend": False,
            }
            for (colour, width, dash), path in self.lines.items()
        ]

    def content(self) -> list[dict[str, Any]]:
        """Every trace, lowest first."""
        return self._bar_trace() + self._line_traces() + self.traces

    def figure(self, height: float, words: Words, strip: Canvas | None = None, strip_height: float = 0) -> CaseFigure:
        """The figure: this canvas, below it (fixed while this one is moved) a `strip`, around it the `words`."""
        body = height + strip_height
        foot, foot_height = self._foot(words, body)
        head, head_height = self._head(words, body + foot_height)
        share = strip_height / body
        layout: dict[str, Any] = {
            "template": template(self.theme.name),
            "width": WIDTH,
            "height": round(head_height + body + foot_height),
            "margin": {"l": 0, "r": 0, "t": head_height, "b": foot_height, "pad": 0},
            "paper_bgcolor": self.theme.paper,
            "plot_bgcolor": self.theme.paper,
            "barmode": "overlay",
            "bargap": 0,
            "hovermode": "closest",
            "hoverdistance": 4,
            "dragmode": "pan" if strip else False,
            "title": head,
            "xaxis": _axis([0, WIDTH], fixed=strip is None),
            "yaxis": _axis([height, 0], fixed=strip is None) | {"domain": [share, 1]},
            "annotations": [*self.notes, *(strip.notes if strip else []), *foot["annotations"]],
            "shapes": [
                *self.under,
                *(strip.under if strip else []),
                *self._tag(words, body, head_height),
                *foot["shapes"],
            ],
            "meta": stored(words),
        }
        if strip:
            layout["xaxis2"] = _axis([0, WIDTH], fixed=True) | {"anchor": "y2"}
            layout["yaxis2"] = _axis([strip_height, 0], fixed=True) | {"domain": [0, share], "anchor": "x2"}
        return CaseFigure({"data": self.content() + (strip.content() if strip else []), "layout": layout})

    def _head(self, words: Words, below: float) -> tuple[dict[str, Any], float]:
        if not words.title:
            return {"text": "", "automargin": False}, 0
        title = wrap(words.title, WIDTH, TITLE_SIZE, 600)
        sub = wrap(words.sub, WIDTH, SUB_SIZE) if words.sub else []
        baseline = 28 + LINE * TITLE_SIZE * (len(title) - 1)
        height = baseline + (SUB_DROP + LINE * SUB_SIZE * (len(sub) - 1) if sub else 0) + 22
        head = {
            "text": "<br>".join(map(plain, title)),
            "subtitle": {"text": "<br>".join(map(plain, sub)), "font": {"size": SUB_SIZE, "color": self.theme.ink2}},
            "automargin": False,
            "x": 0,
            "xref": "container",
            "y": 1 - baseline / (height + below),
            "yref": "container",
            "yanchor": "bottom",
            "pad": {"t": 0, "b": 0, "l": 0, "r": 0},
            "font": {"size": TITLE_SIZE, "color": self.theme.ink, "weight": 600},
        }
        return head, height

    def _tag(self, words: Words, body: float, head_height: float) -> list[dict[str, Any]]:
        if not words.title:
            return []
        top = 1 + head_height / body
        place = {"x0": 0, "x1": 28 / WIDTH, "y0": top - 4 / body, "y1": top, "xref": "paper", "yref": "paper"}
        return [
            place | {"type": "rect", "fillcolor": self.theme.accent, "line": {"width": 0}, "layer": "above"} | _FRAME
        ]

    def _foot(self, words: Words, body: float) -> tuple[dict[str, list[dict[str, Any]]], float]:
        if not words.caption:
            return {"annotations": [], "shapes": []}, 0
        lines = wrap(words.caption, WIDTH, CAPTION_SIZE)
        rule = {"type": "line", "x0": 0, "x1": 1, "y0": -8 / body, "y1": -8 / body, "xref": "paper", "yref": "paper"}
        note = {
            "x": 0,
            "y": -15 / body,
            "xref": "paper",
            "yref": "paper",
            "xanchor": "left",
            "yanchor": "top",
            "align": "left",
            "text": "<br>".join(map(plain, lines)),
            "font": {"size": CAPTION_SIZE, "color": self.theme.ink3},
            "showarrow": False,
        }
        shapes = [rule | {"line": {"color": self.theme.hair, "width": 1}, "layer": "above"} | _FRAME]
        return {"annotations": [note | _FRAME], "shapes": shapes}, 15 + CAPTION_LINE * len(lines) + 6


_FRAME = {"name": "frame"}
"""Marks what belongs to headline and caption, so that a brief can take it away."""


def _axis(range_: list[float], fixed: bool) -> dict[str, Any]:
    return {"range": range_, "visible": False, "fixedrange": fixed, "automargin": False, "showgrid": False}
