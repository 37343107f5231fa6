"""Every class of evidence against every territory of one account, in nats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from attrigraph.inference.records import Belief, ClassScore, Explanation
from attrigraph.territories import OTHER, UNKNOWN, territory_name
from attrigraph.viz.canvas import Box, Canvas
from attrigraph.viz.captions import Redaction
from attrigraph.viz.evidence_text import Subject, class_word, sums_note
from attrigraph.viz.figure import WIDTH, CaseFigure, Table, Words
from attrigraph.viz.scene import second_territory
from attrigraph.viz.text import plain, text_width, wrap
from attrigraph.viz.theme import theme as theme_of
from attrigraph.wording import likelihood_word, nats, percent

__all__ = ["matrix"]

COLUMNS = 8
"""Territories side by side, `other` and `unknown` included; further ones are folded into `other` with their count."""

LEFT, ROW, GAP = 140.0, 28.0, 2.0
WIDEST = 84.0
RESTS = 150.0
HEAD_SIZES = (12.0, 11.0, 10.0, 9.0)
SIZE = 12.0


@dataclass(frozen=True, slots=True)
class _Column:
    """A territory, or `other` with the candidates folded into it."""

    code: str
    folded: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        return (self.code, *self.folded)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where the columns stand."""

    columns: Sequence[_Column]
    width: float

    def left(self, place: int) -> float:
        return LEFT + self.width * place

    def middle(self, place: int) -> float:
        return self.left(place) + (self.width - GAP) / 2


def matrix(
    explanation: Explanation,
    *,
    label: str,
    theme: str = "light",
    redaction: Redaction = "numbers",
    classes: Sequence[str] | None = None,
    title: str | None = None,
    caption: str = "",
) -> CaseFigure:
    """The matrix of one account, called `label`.

    Hatch is a class without evidence; `unknown` prints 0, because no evidence speaks for or against it. `classes`
    are the rows (default: those of the explanation, with and without evidence). Where several candidates share the
    column `other`, its cells give the range.
    """
    canvas = Canvas(theme_of(theme))
    subject = Subject(explanation, label, redaction)
    columns = _columns(explanation)
    rows = _classes(explanation, classes)
    grid = _Grid(columns, min(WIDEST, (WIDTH - LEFT - RESTS) / len(columns)))
    y = _head(canvas, grid, explanation.assessment.top)
    for cls in rows:
        _class_row(canvas, subject, cls, grid, y)
        y += ROW
    canvas.line((0, y + 9), (grid.left(len(columns)) - GAP, y + 9), canvas.theme.ink, 1)
    y += 14
    table: list[tuple[str | None, ...]] = [(class_word(cls), *_texts(explanation, cls, columns)) for cls in rows]
    for row in _sums(explanation, columns):
        _sum_row(canvas, row, subject, grid, y)
        table.append((row[0], *(row[1] or (None for _ in columns))))
        y += ROW - 2
    sub = (
        f"Nats after limits. Hatch: no evidence of this class, which is not the same as zero. {sums_note(explanation)}"
    )
    heads = ("class", *map(_name, columns))
    headline = title or f"Account {label}, {explanation.assessment.outcome}: every class against every territory"
    return canvas.figure(y + 4, Words(headline, sub, caption, Table(heads, tuple(table))))


def _texts(explanation: Explanation, cls: str, columns: Sequence[_Column]) -> list[str | None]:
    """One row of the table: the scores as printed, None for no evidence."""
    texts: list[str | None] = []
    for column in columns:
        found = [score for score in (_score(explanation, cls, code) for code in column.codes) if score]
        unknown = "0" if column.code == UNKNOWN else None
        texts.append(_cell_text(found) if found else unknown)
    return texts


def _columns(explanation: Explanation) -> list[_Column]:
    ordered = sorted(explanation.beliefs, key=lambda belief: -belief.p)
    named = [belief.territory for belief in ordered if belief.territory not in (OTHER, UNKNOWN)]
    held = {belief.territory for belief in ordered}
    shown, folded = named[: COLUMNS - 2], tuple(named[COLUMNS - 2 :])
    last = [_Column(OTHER, folded)] if OTHER in held or folded else []
    return [*map(_Column, shown), *last, *([_Column(UNKNOWN)] if UNKNOWN in held else [])]


def _classes(explanation: Explanation, classes: Sequence[str] | None) -> list[str]:
    """Classes with evidence by their largest score, then those without."""
    scores = [score for scores in explanation.scores.values() for score in scores]
    strength = {cls: max(abs(s.mixed) for s in scores if s.cls == cls) for cls in {s.cls for s in scores}}
    rows = [row.label for fall in explanation.waterfalls for row in fall.rows if row.kind == "class"]
    known = list(dict.fromkeys([*(classes or rows), *strength]))
    words = {class_word(cls): cls for cls in strength}
    known = list(dict.fromkeys(words.get(class_word(cls), cls) for cls in known))
    return sorted(known, key=lambda cls: -strength.get(cls, -1.0))


def _name(column: _Column) -> str:
    extra = f" and {len(column.folded)} more" if column.folded else ""
    return territory_name(column.code) + extra


def _head(canvas: Canvas, grid: _Grid, top: str) -> float:
    """Draw the names of the columns in the largest size in which no word is cut; returns where the rows begin."""
    room = grid.width - 4
    words = [word for column in grid.columns for word in _name(column).split()]
    fits = (size for size in HEAD_SIZES if all(text_width(word, size, 600) <= room for word in words))
    size = next(fits, HEAD_SIZES[-1])
    names = [wrap(_name(column), room, size, 600, lines=3) for column in grid.columns]
    step, tallest = 1.2 * size, max(map(len, names))
    for place, (column, lines) in enumerate(zip(grid.columns, names, strict=True)):
        for line, text in enumerate(lines):
            y = 9 + step * (tallest - len(lines) + line)
            weight = 600 if column.code == top else 400
            canvas.text(grid.middle(place), y, text, size=size, weight=weight, anchor="center")
    return 6 + step * tallest + 4


def _score(explanation: Explanation, cls: str, code: str) -> ClassScore | None:
    return next((score for score in explanation.scores.get(code, ()) if score.cls == cls), None)


def _class_row(canvas: Canvas, subject: Subject, cls: str, grid: _Grid, y: float) -> None:
    explanation, middle = subject.explanation, y + ROW / 2
    canvas.text(0, middle, class_word(cls), size=12.5)
    scores = [
        [score for score in (_score(explanation, cls, code) for code in column.codes) if score]
        for column in grid.columns
        if column.code != UNKNOWN
    ]
    top, bottom = y + GAP / 2, y + ROW - GAP / 2
    if not any(scores):
        hover = f"{plain(class_word(cls))}: no evidence"
        canvas.hatch((grid.left(0), top, grid.left(len(scores)) - GAP, bottom), hover=hover)
    else:
        for place, found in enumerate(scores):
            box = (grid.left(place), top, grid.left(place + 1) - GAP, bottom)
            if found:
                _cell(canvas, subject, found, grid.columns[place].code, box)
            else:
                canvas.hatch(box)
    if len(scores) < len(grid.columns):
        canvas.text(grid.middle(len(scores)), middle, "0", size=SIZE, colour=canvas.theme.ink3, anchor="center")
    _note(canvas, subject.clean(_rests_on(explanation, cls)) if any(scores) else "no evidence", grid, middle)


def _cell(canvas: Canvas, subject: Subject, found: Sequence[ClassScore], code: str, box: Box) -> None:
    strongest = max(found, key=lambda score: abs(score.mixed))
    fill = canvas.theme.nats(strongest.mixed)
    colour = canvas.theme.text_on(fill)
    canvas.rect(box, fill, hover=_hover(subject, found, code))
    text, width = plain(_cell_text(found)), box[2] - box[0]
    size = next((size for size in (SIZE, 11, 10, 9) if text_width(text, size) <= width - 4), 8.5)
    marked = text.replace(" of ", " <i>of ") + "</i>" if " of " in text else text
    middle = (box[1] + box[3]) / 2
    canvas.text((box[0] + box[2]) / 2, middle, marked, size=size, colour=colour, anchor="center", markup=True)


def _cell_text(found: Sequence[ClassScore]) -> str:
    """The score; "+1.0 of +1.8" where a limit bit; a range where several territories share the column."""
    low, high = min(s.mixed for s in found), max(s.mixed for s in found)
    if nats(low) != nats(high):
        return f"{nats(low)} to {nats(high)}"
    score = found[0]
    raw = nats(score.raw_mixed)
    return f"{nats(score.mixed)} of {raw}" if score.capped and raw != nats(score.mixed) else nats(score.mixed)


def _hover(subject: Subject, found: Sequence[ClassScore], code: str) -> str:
    head = f"<b>{plain(class_word(found[0].cls))}</b>, {plain(territory_name(code))}"
    if len(found) > 1:
        return f"{head} and {len(found) - 1} more: {plain(_cell_text(found))}"
    score = found[0]
    lines = [f"{head}: {nats(score.mixed)} nats (honest / cover {nats(score.honest)} / {nats(score.cover)})"]
    if score.capped:
        lines.append(f"before the limit: {nats(score.raw_honest)} / {nats(score.raw_cover)}")
    ids = {item.id for item in subject.explanation.items if item.cls == score.cls}
    return "<br>".join(lines + subject.item_lines(ids, code))


def _rests_on(explanation: Explanation, cls: str) -> str:
    rows = (row for fall in explanation.waterfalls for row in fall.rows)
    return next(
        (r.rests_on for r in rows if r.kind == "class" and class_word(r.label) == class_word(cls) and r.rests_on), ""
    )


def _note(canvas: Canvas, text: str, grid: _Grid, middle: float) -> None:
    x = grid.left(len(grid.columns)) + 14
    lines = wrap(text, WIDTH - x, 11, lines=2) if text else []
    for place, line in enumerate(lines):
        canvas.text(x, middle + 12.5 * (place - (len(lines) - 1) / 2), line, size=11, colour=canvas.theme.ink2)


def _sums(explanation: Explanation, columns: Sequence[_Column]) -> list[tuple[str, list[str], str, bool]]:
    """Name, texts, note and whether it is the answer, of the rows below the rule."""
    beliefs = {belief.territory: belief for belief in explanation.beliefs}

    def share(pick: Callable[[Belief], float]) -> list[str]:
        return [percent(sum(pick(beliefs[code]) for code in c.codes if code in beliefs)) for c in columns]

    def score(pick: Callable[[Belief], float]) -> list[str]:
        texts = []
        for column in columns:
            values = [pick(beliefs[code]) for code in column.codes if code in beliefs]
            low, high = nats(min(values)), nats(max(values))
            texts.append("0" if column.code == UNKNOWN else low if low == high else f"{low} to {high}")
        return texts

    found = explanation.assessment
    word = "no territory is named"
    if found.outcome == "supported":
        word = f"{likelihood_word(found.p)} operated from {territory_name(found.top)}"
    elif found.outcome == "contested":
        second = second_territory(found.top, found.without_strongest, found.runner_up, found.outcome)
        word = f"contested: {territory_name(found.top)} or {territory_name(second or UNKNOWN)}"
    others = f"{explanation.neighbours} accounts share infrastructure" if explanation.neighbours else ""
    infra = score(lambda belief: belief.infra) if explanation.neighbours else []
    return [
        ("prior", share(lambda belief: belief.prior), f"prior mix {explanation.prior_mix}", False),
        ("sum of evidence", score(lambda belief: belief.llr), "nats, both stories mixed", False),
        ("shared infrastructure", infra, others or "no shared infrastructure", False),
        ("posterior", share(lambda belief: belief.p), word, True),
    ]


def _sum_row(canvas: Canvas, row: tuple[str, list[str], str, bool], subject: Subject, grid: _Grid, y: float) -> None:
    name, texts, note, strong = row
    middle, weight = y + ROW / 2, 600 if strong else 400
    canvas.text(0, middle, name, size=12.5, weight=weight)
    if not texts:
        canvas.hatch((grid.left(0), y + 4, grid.left(len(grid.columns)) - GAP, y + ROW - 4), hover="no evidence")
    for place, text in enumerate(texts):
        fits = (size for size in (SIZE, 11, 10, 9) if text_width(text, size, weight) <= grid.width - 4)
        canvas.text(grid.middle(place), middle, text, size=next(fits, 8.5), weight=weight, anchor="center")
    _note(canvas, subject.clean(note), grid, middle)
