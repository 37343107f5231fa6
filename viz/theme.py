"""Colours, fills and shades of every figure, read from the Plotly templates beside this module.

The values live in `attrigraph.template.json` and `attrigraph-dark.template.json` under `layout.meta.attrigraph`;
a test compares them with `briefs/tokens.css`. Nothing else in this room names a colour.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from attrigraph.errors import InputError
from attrigraph.territories import OTHER, UNKNOWN

__all__ = ["SLOTS", "Theme", "contrast", "deal_slots", "luminance", "mix", "template", "theme"]

SLOTS = 7
"""Territories with a colour of their own; further ones are drawn in the colour `other` with their code as text."""

TEMPLATE_FILES: dict[str, str] = {"light": "attrigraph.template.json", "dark": "attrigraph-dark.template.json"}

INK_ABOVE = 0.18
"""Relative luminance above which text on a fill is dark (visual language, section 2)."""

NATS_RANGE = 5.0
"""The diverging scale is clamped to this many nats on either side."""


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance 0..1 of `#RRGGBB` (WCAG 2.2, "relative luminance")."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """Contrast ratio 1..21 of two colours (WCAG 2.2, "contrast ratio")."""
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(colour: str, paper: str, share: float) -> str:
    """`share` of `colour` on `paper`, opaque, so that links do not shine through.

    >>> mix("#365979", "#FFFFFF", 0.55)
    '#90A4B5'
    """
    parts = (round(share * c + (1 - share) * p) for c, p in zip(_channels(colour), _channels(paper), strict=True))
    return "#{:02X}{:02X}{:02X}".format(*parts)


@dataclass(frozen=True, slots=True)
class Theme:
    """Every colour a figure may use. `territory` holds the slots 1 to 7; `alpha` the fill by confidence."""

    name: str
    ink: str
    ink2: str
    ink3: str
    rule: str
    hair: str
    land: str
    paper: str
    accent: str
    supports: str
    contradicts: str
    neutral: str
    unknown_line: str
    unknown_hatch: str
    territory: tuple[str, ...]
    other: str
    sequential: tuple[str, ...]
    sequential_breaks: tuple[float, ...]
    diverging: tuple[str, ...]
    alpha: Mapping[str, float]
    font: str

    @property
    def link(self) -> str:
        """Grey of a link to a resource: quieter than text, still 3 : 1 on paper."""
        return mix(self.ink3, self.paper, 0.75)

    @property
    def veil(self) -> str:
        """Paper behind a label that may lie on a fill: what is below it stays visible."""
        red, green, blue = _channels(self.paper)
        return f"rgba({red},{green},{blue},0.66)"

    def outline(self, slot: int | None) -> str:
        """Full colour of a slot (1 to 7); `None` is a territory without a slot."""
        return self.other if slot is None else self.territory[slot - 1]

    def fill(self, slot: int | None, confidence: str | None) -> str:
        """Opaque fill of a mark: the slot's colour faded by confidence; without confidence the paper."""
        if confidence is None:
            return self.paper
        return mix(self.outline(slot), self.paper, self.alpha[confidence])

    def text_on(self, fill: str) -> str:
        """Ink or paper, whichever reads on `fill`."""
        dark, light = sorted((self.ink, self.paper), key=luminance)
        return dark if luminance(fill) > INK_ABOVE else light

    def likelihood(self, p: float) -> str:
        """Shade of a probability, stepped at the ICD 203 bounds so that shade and word agree."""
        step = sum(round(p, 2) >= bound for bound in self.sequential_breaks[1:])
        return self.sequential[min(step, len(self.sequential) - 1)]

    def count(self, n: int, most: int) -> str:
        """Shade of a count: the root of its share of the largest, over the inner steps of the sequential scale."""
        share = (n / most) ** 0.5 if most else 0.0
        return self.sequential[2 + round(4 * min(share, 1.0))]

    def amount(self, share: float) -> str:
        """Shade of an amount as a share of the largest, without steps (counts by hour)."""
        place = min(max(share, 0.0), 1.0) * (len(self.sequential) - 1)
        step = min(int(place), len(self.sequential) - 2)
        return mix(self.sequential[step + 1], self.sequential[step], place - step)

    def nats(self, value: float) -> str:
        """Shade of a score: nine equal steps from -5 to +5, clamped."""
        steps = len(self.diverging)
        position = (max(-NATS_RANGE, min(NATS_RANGE, value)) + NATS_RANGE) / (2 * NATS_RANGE)
        return self.diverging[min(int(position * steps), steps - 1)]


@cache
def _document(name: str) -> dict[str, Any]:
    if name not in TEMPLATE_FILES:
        raise InputError(f"There is no theme {name!r}. Use light or dark.")
    loaded: dict[str, Any] = json.loads(files("attrigraph.viz").joinpath(TEMPLATE_FILES[name]).read_text("utf-8"))
    return loaded


def template(name: str = "light") -> dict[str, Any]:
    """The Plotly template of a theme, as plain data."""
    return _document(name)


@cache
def theme(name: str = "light") -> Theme:
    """The colours of a theme."""
    layout = _document(name)["layout"]
    tokens = layout["meta"]["attrigraph"]
    plain = ("ink", "ink2", "ink3", "rule", "hair", "land", "paper", "accent", "supports", "contradicts", "neutral")
    return Theme(
        name=name,
        **{key: tokens[key] for key in plain},
        unknown_line=tokens["unknown_line"],
        unknown_hatch=tokens["unknown_hatch"],
        territory=tuple(tokens["territory"]),
        other=tokens["other"],
        sequential=tuple(tokens["sequential"]),
        sequential_breaks=tuple(tokens["sequential_breaks"]),
        diverging=tuple(tokens["diverging"]),
        alpha=dict(tokens["confidence_alpha"]),
        font=layout["font"]["family"],
    )


def deal_slots(counts: Mapping[str, int], dealt: Mapping[str, int] | None = None) -> dict[str, int]:
    """Slot 1 to 7 of each territory: most accounts first, then by code.

    Call it once, at the first assessment of a case, and store the result; `dealt` keeps what was given before, so
    that a colour never changes its meaning. Territories beyond seven get no slot. `OTHER` and `UNKNOWN` never get one.

    >>> deal_slots({"UY": 6, "PT": 21, "NZ": 2, "UNKNOWN": 7})
    {'PT': 1, 'UY': 2, 'NZ': 3}
    >>> deal_slots({"UY": 60, "ES": 1}, {"PT": 1, "UY": 2})
    {'PT': 1, 'UY': 2, 'ES': 3}
    """
    slots = dict(dealt or {})
    free = [slot for slot in range(1, SLOTS + 1) if slot not in slots.values()]
    waiting = sorted(set(counts) - set(slots) - {OTHER, UNKNOWN}, key=lambda code: (-counts[code], code))
    return slots | dict(zip(waiting, free, strict=False))
