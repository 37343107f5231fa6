"""How wide a text is and where it breaks: figures are laid out in pixels, before any browser sees them."""

from __future__ import annotations

from html import escape

__all__ = ["ellipsis", "plain", "text_width", "wrap"]

SAFETY = 1.02
"""Room for the fallback faces; Inter, measured here, is already the widest of the stack but for DejaVu."""

_ADVANCES = (
    "28 28 40 63 64 81 64 22 36 36 50 66 28 46 28 36 62 46 61 64 64 61 62 57 62 62 28 28 66 66 66 51 94 68 65 73 72 60 "
    "59 74 74 26 54 65 56 89 75 76 63 76 64 64 64 74 68 95 64 66 62 36 36 36 47 45 50 56 62 56 62 58 36 61 59 24 24 54 "
    "24 87 59 60 61 61 37 52 36 58 56 81 54 56 54 36 33 36 66"
)
"""Advance widths of Inter Regular in hundredths of an em, from the space to the tilde."""

WIDTHS = {chr(32 + i): int(w) / 100 for i, w in enumerate(_ADVANCES.split())} | {
    "\u202f": 0.18,
    "\u00a0": 0.28,
    "−": 0.66,
    "…": 0.82,
}


def text_width(text: str, size: float, weight: int = 400) -> float:
    """Width in pixels, a little more than Inter needs; scripts outside Latin count a full em a character."""
    ems = sum(WIDTHS.get(c, 0.62 if ord(c) < 0x0530 else 1.0) for c in text)
    return ems * size * SAFETY * (1.04 if weight >= 600 else 1.0)


def ellipsis(text: str, width: float, size: float, weight: int = 400) -> str:
    """`text`, shortened with an ellipsis to fit `width` pixels."""
    if text_width(text, size, weight) <= width:
        return text
    while text and text_width(text + "…", size, weight) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def wrap(text: str, width: float, size: float, weight: int = 400, lines: int | None = None) -> list[str]:
    """`text` in lines of at most `width` pixels, broken at spaces; the last of `lines` ends in an ellipsis."""
    found: list[str] = [""]
    for word in text.split(" "):
        longer = f"{found[-1]} {word}".strip()
        if found[-1] and text_width(longer, size, weight) > width:
            found.append(word)
        else:
            found[-1] = longer
    if lines and len(found) > lines:
        found = [*found[: lines - 1], " ".join(found[lines - 1 :])]
    return [ellipsis(line, width, size, weight) for line in found]


def plain(text: str) -> str:
    """`text` with markup made harmless: Plotly reads a few HTML tags in every label."""
    return escape(text, quote=False)
