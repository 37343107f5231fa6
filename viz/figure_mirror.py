"""The mirror card: two profiles side by side, what matches, and what each match adds to the verdict."""

from __future__ import annotations

from collections.abc import Sequence

from attrigraph.viz.canvas import Canvas
from attrigraph.viz.figure import WIDTH, CaseFigure, Table, Words
from attrigraph.viz.figure_network import empty
from attrigraph.viz.link_records import Match, MirrorCard, MirrorField
from attrigraph.viz.text import wrap
from attrigraph.viz.theme import theme as theme_of
from attrigraph.wording import likelihood_word, likely, nats, number, percent, plural

__all__ = ["mirror_card"]

NAME, LEFT, RIGHT, SIGN, SCORE = 0.0, 116.0, 352.0, 596.0, 764.0
COLUMN = 220.0
"""Pixels for one value; the bar of nats runs left and right of `ZERO`."""
ZERO, NAT = 668.0, 8.0
LINE, SIZE, MOST_LINES = 15.5, 12.0, 3
SIGNS: dict[Match, str] = {"same": "=", "similar": "≈", "different": "≠"}
VERDICTS = {
    "twin": "{left} and {right} are {likely} run by one hand",
    "clone_of": "{left} is {likely} a copy of {right}",
    "coincidence": "{left} and {right} are {likely} alike by coincidence",
    "insufficient": "{left} and {right}: not decided whether they are mirrors",
}


def mirror_card(card: MirrorCard, *, theme: str = "light", title: str | None = None, caption: str = "") -> CaseFigure:
    """Profiles as two columns, the sign of each comparison between them and its nats at the right."""
    canvas = Canvas(theme_of(theme))
    words = Words(title or _headline(card), _sub(card), caption, _table(card))
    if not card.fields:
        return empty(canvas, "Nothing was compared. Load a table with the column <b>handle</b>.", words)
    ink2 = canvas.theme.ink2
    for x, text in ((LEFT, card.left), (RIGHT, card.right)):
        canvas.text(x, 10, text, size=13, weight=600)
    canvas.text(SCORE, 10, "nats", size=11.5, colour=ink2, anchor="right")
    canvas.line((NAME, 24), (WIDTH, 24), canvas.theme.ink)
    y = 28.0
    for field in card.fields:
        y = _row(canvas, field, y)
    canvas.line((ZERO, 24), (ZERO, y), canvas.theme.rule)
    return canvas.figure(y + 6, words)


def _row(canvas: Canvas, field: MirrorField, top: float) -> float:
    """One comparison; returns where the next begins."""
    theme = canvas.theme
    cells = [_lines(field, field.left, 2 if field.right == "" else 1), _lines(field, field.right)]
    height = LINE * max(1, *(len(cell) for cell in cells)) + 10
    middle = top + height / 2
    canvas.text(NAME, middle, field.name, size=SIZE, colour=theme.ink2)
    for x, cell, value in zip((LEFT, RIGHT), cells, (field.left, field.right), strict=True):
        if not cell and value is None:
            canvas.hatch((x, middle - 8, x + 16, middle + 8))
            canvas.text(x + 22, middle, "unknown", size=SIZE, colour=theme.ink2)
        for place, line in enumerate(cell):
            y = middle + LINE * (place - (len(cell) - 1) / 2)
            colour = theme.ink3 if field.withheld else None
            canvas.text(x, y, line, size=SIZE, italic=field.withheld, colour=colour)
    if sign := SIGNS.get(field.match):
        colour = theme.ink if field.match == "different" else theme.supports
        canvas.text(SIGN, middle, sign, size=16, weight=600, colour=colour, anchor="center")
    if field.nats is not None:
        reach = max(-7.0, min(7.0, field.nats)) * NAT
        colour = theme.supports if field.nats >= 0 else theme.contradicts
        low, high = sorted((ZERO, ZERO + reach))
        if high - low >= 1:
            canvas.rect((low, middle - 5, high, middle + 5), colour)
        canvas.text(SCORE, middle, nats(field.nats), size=SIZE, anchor="right", halo=True)
    canvas.line((NAME, top + height), (WIDTH, top + height), theme.hair)
    return top + height


def _lines(field: MirrorField, value: str | None, columns: int = 1) -> Sequence[str]:
    if field.withheld:
        return ("withheld",)
    return wrap(value, COLUMN * columns, SIZE, lines=MOST_LINES) if value else ()


def _headline(card: MirrorCard) -> str:
    word = likely(likelihood_word(card.p)) if card.p is not None else "probably"
    head = VERDICTS[card.verdict].format(left=card.left, right=card.right, likely=word)
    return head + (f": {percent(card.p)}" if card.p is not None and card.verdict != "insufficient" else "")


def _sub(card: MirrorCard) -> str:
    same = sum(field.match in ("same", "similar") for field in card.fields)
    held = sum(field.withheld for field in card.fields)
    unknown = sum(field.match == "unknown" for field in card.fields)
    counted = [f"{plural(same, 'thing')} match of {len(card.fields)} compared"]
    counted += [f"{unknown} unknown"] if unknown else []
    counted += [f"{held} withheld"] if held else []
    parts = [f"{', '.join(counted)}."]
    prior = f" (prior {percent(card.prior)})" if card.prior is not None else ""
    parts.append(f"Null: {card.null}{prior}.")
    if card.pairs is not None:
        level = f", level p\u00a0≥\u00a0{card.level:g}" if card.level is not None else ""
        parts.append(f"{number(card.pairs)} pairs compared{level}.")
    if card.verdict == "clone_of":
        parts.append(f"A copy passes {card.right} no country.")
    return " ".join([*parts, *(reason[:1].upper() + reason[1:].rstrip(".") + "." for reason in card.reasons)])


def _table(card: MirrorCard) -> Table:
    def cell(field: MirrorField, value: str | None) -> str | None:
        return "withheld" if field.withheld else value

    rows = tuple(
        (
            f.name,
            cell(f, f.left),
            cell(f, f.right),
            "" if f.match == "told" else f.match,
            None if f.nats is None else nats(f.nats),
        )
        for f in card.fields
    )
    return Table(("compared", card.left, card.right, "match", "nats"), rows)
