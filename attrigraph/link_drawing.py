"""The figures of links: coordination network, burst, lags of a pair, mirror card."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from attrigraph import link_figures

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from attrigraph.drawing import Asked

__all__ = ["LINK_FIGURES"]


def _numbers(asked: Asked) -> dict[str, str]:
    from attrigraph.drawing import numbers

    return numbers(asked.case)


def _caption(asked: Asked) -> str:
    """The caption; the calibration status belongs to assessments, so it is said where there are some."""
    from attrigraph.drawing import caption

    return asked.caption if asked.run else caption(asked.case, calibration="not assessed")


def _coordination(asked: Asked) -> go.Figure:
    from attrigraph import viz

    scene = link_figures.coordination(asked.case, asked.run, _numbers(asked), asked.links)
    return viz.coordination_network(scene, theme=asked.theme, caption=_caption(asked))


def _burst(asked: Asked) -> go.Figure:
    from attrigraph import viz

    account = asked.case.find_account(asked.account) if asked.account else None
    found = link_figures.burst(asked.case, _numbers(asked), account, asked.links)
    return viz.burst_timeline(found, theme=asked.theme, caption=_caption(asked))


def _pair(asked: Asked) -> tuple[str, str]:
    return asked.case.find_account(asked.account or ""), asked.case.find_account(asked.other or "")


def _lags(asked: Asked) -> go.Figure:
    from attrigraph import viz

    found = link_figures.lags(asked.case, *_pair(asked), _numbers(asked), asked.links)
    return viz.lag_histogram(found, theme=asked.theme, caption=_caption(asked))


def _mirror(asked: Asked) -> go.Figure:
    from attrigraph import viz

    card = link_figures.mirror_card(asked.case, *_pair(asked), _numbers(asked))
    return viz.mirror_card(card, theme=asked.theme, caption=_caption(asked))


LINK_FIGURES: dict[str, Callable[[Asked], go.Figure]] = {
    "coordination": _coordination,
    "burst": _burst,
    "lags": _lags,
    "mirror": _mirror,
}
"""Name of a figure -> what draws it."""
