"""Colours: the same everywhere, readable, and told apart in four kinds of sight."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from attrigraph.errors import InputError
from attrigraph.viz.theme import SLOTS, contrast, deal_slots, luminance, mix, template, theme
from attrigraph.wording import likelihood_word

THEMES = ("light", "dark")

TOKENS = {
    "ink": "--ink",
    "ink2": "--ink-2",
    "ink3": "--ink-3",
    "rule": "--rule",
    "hair": "--hair",
    "land": "--land",
    "paper": "--paper",
    "accent": "--accent",
    "supports": "--supports",
    "contradicts": "--contradicts",
    "neutral": "--neutral",
    "unknown_line": "--unknown-line",
    "unknown_hatch": "--unknown-hatch",
    "other": "--other",
}

# Machado, Oliveira, Fernandes, "A physiologically-based model for simulation of color vision deficiency", IEEE TVCG 15
# (2009), severity 1.0, on linear RGB.
SIGHT = {
    "normal": np.eye(3),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def css_values(name: str) -> dict[str, str]:
    text = files("attrigraph.briefs").joinpath("tokens.css").read_text("utf-8")
    selector = ":root" if name == "light" else '[data-theme="dark"]'
    block = text[text.index(selector) :].split("}", 1)[0]
    return dict(re.findall(r"(--[\w-]+):\s*(#[0-9A-Fa-f]{6})", block))


def oklab(colour: str, sight: str) -> NDArray[np.float64]:
    """OKLab coordinates as seen (Björn Ottosson, "A perceptual color space for image processing", 2020)."""
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(SIGHT[sight] @ linear, 0, 1)
    cones = np.cbrt(
        np.array(
            [[0.4122215, 0.5363325, 0.0514460], [0.2119035, 0.6806995, 0.1073970], [0.0883025, 0.2817188, 0.6299787]]
        )
        @ seen
    )
    to_lab = [
        [0.2104543, 0.7936178, -0.0040720],
        [1.9779985, -2.4285922, 0.4505937],
        [0.0259040, 0.7827718, -0.8086758],
    ]
    return np.asarray(np.array(to_lab) @ cones)


@pytest.mark.parametrize("name", THEMES)
def test_template_and_style_sheet_hold_the_same_values(name: str) -> None:
    css, tokens = css_values(name), template(name)["layout"]["meta"]["attrigraph"]
    assert {key: tokens[key] for key in TOKENS} == {key: css[token] for key, token in TOKENS.items()}
    assert tokens["territory"] == [css[f"--t{slot}"] for slot in range(1, SLOTS + 1)]
    assert tokens["sequential"] == [css[f"--p{step}"] for step in range(8)]


@pytest.mark.parametrize("name", THEMES)
def test_text_and_outlines_have_contrast(name: str) -> None:
    colours = theme(name)
    for text in (colours.ink, colours.ink2, colours.ink3, colours.supports, colours.contradicts):
        assert contrast(text, colours.paper) >= 4.5
    for line in (colours.unknown_line, colours.unknown_hatch, colours.link, colours.ink):
        assert contrast(line, colours.paper) >= 3


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("sight", SIGHT)
def test_no_two_territories_look_alike(name: str, sight: str) -> None:
    seen = [oklab(colour, sight) for colour in theme(name).territory]
    assert min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2)) >= 0.10


@pytest.mark.parametrize("name", THEMES)
def test_numbers_can_be_read_on_every_fill(name: str) -> None:
    colours = theme(name)
    fills = [colours.fill(slot, level) for slot in (None, *range(1, 8)) for level in ("high", "moderate", "low")]
    for fill in [*fills, *colours.diverging, *colours.sequential]:
        assert contrast(colours.text_on(fill), fill) >= 3.7


def test_confidence_fades_the_fill_and_stays_opaque() -> None:
    light = theme("light")
    assert [light.fill(1, level) for level in ("high", "moderate", "low", None)] == [
        "#365979",
        "#90A4B5",
        "#DBE1E7",
        "#FFFFFF",
    ]
    assert mix("#000000", "#FFFFFF", 0.18) == "#D1D1D1"
    assert luminance("#FFFFFF") == pytest.approx(1)


def test_a_shade_changes_where_the_word_changes() -> None:
    light = theme("light")
    for p in (0.02, 0.05, 0.199, 0.2, 0.44, 0.45, 0.549, 0.55, 0.7949, 0.8, 0.94, 0.95):
        neighbours = {q: light.likelihood(q) for q in (p, p + 0.001)}
        same_word = likelihood_word(p) == likelihood_word(p + 0.001)
        assert (len(set(neighbours.values())) == 1) == same_word


def test_scores_beyond_five_nats_keep_the_last_shade() -> None:
    light = theme("light")
    assert light.nats(9) == light.nats(5) == light.diverging[-1]
    assert light.nats(-7) == light.diverging[0]
    assert light.nats(0) == light.neutral


def test_a_dealt_colour_never_changes() -> None:
    first = deal_slots({"PT": 21, "UY": 6, "NZ": 2, "UNKNOWN": 40, "OTHER": 9})
    assert first == {"PT": 1, "UY": 2, "NZ": 3}
    assert deal_slots({"BA": 900, "UY": 6}, first) == first | {"BA": 4}


def test_the_eighth_territory_gets_no_colour() -> None:
    counts = {code: 10 - place for place, code in enumerate(("PT", "UY", "NZ", "BA", "ES", "FR", "IT", "GB"))}
    slots = deal_slots(counts)
    assert sorted(slots.values()) == list(range(1, SLOTS + 1))
    assert "GB" not in slots
    assert theme("light").fill(slots.get("GB"), "high") == theme("light").other


def test_an_unknown_theme_is_refused() -> None:
    with pytest.raises(InputError, match="no theme 'pink'"):
        theme("pink")
