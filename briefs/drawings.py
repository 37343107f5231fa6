"""Plotly figures in a brief: the words inside them, and a copy with those words cleaned."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["cleaned", "said_by", "texts_of"]

WITHOUT_WORDS = frozenset({"bdata", "dtype", "shape", "template", "path", "family", "type", "colorscale"})
"""Keys of a Plotly figure that hold numbers, outlines and names of settings."""


def texts_of(figure: Any) -> Iterator[str]:
    """Every text of a figure: labels, hover, headline, and the table kept in its `meta`."""
    yield from _texts(json.loads(figure.to_json()))


def cleaned(figure: Any, clean: Callable[[str], str]) -> Any:
    """A copy of the figure with `clean` applied to every text in it."""
    return type(figure)(_mapped(json.loads(figure.to_json()), clean))


def said_by(figure: Any) -> tuple[str, str]:
    """Headline and sub-line that the figure carries; empty for a figure made elsewhere."""
    from attrigraph.viz.figure import words

    meta = figure.layout.meta
    if not isinstance(meta, dict) or "figure" not in meta:
        return "", ""
    found = words(figure)
    return found.title, found.sub


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key not in WITHOUT_WORDS:
                yield from _texts(one)


def _mapped(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_mapped(one, clean) for one in value]
    if isinstance(value, dict):
        return {k: one if k in WITHOUT_WORDS else _mapped(one, clean) for k, one in value.items()}
    return value
