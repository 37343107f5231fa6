"""Which rule of changing the clock the hours of an account follow."""

from __future__ import annotations

from math import ceil

from attrigraph.territories import territory_name
from attrigraph.viz.canvas import Canvas
from attrigraph.viz.figure import WIDTH, CaseFigure, Table, Words
from attrigraph.viz.figure_network import empty
from attrigraph.viz.plot import Plot
from attrigraph.viz.records import ClockRule, ClockRules
from attrigraph.viz.text import plain, text_width, wrap
from attrigraph.viz.theme import theme as theme_of
from attrigraph.wording import nats, number

__all__ = ["RULE_WORDS", "clock_rules"]

RULE_WORDS = {
    "none": "no change of the clock",
    "EU": "European rule",
    "US": "North American rule",
    "South": "southern rule",
}
"""How a rule is named; any other name is printed as it is."""

ROW, BAR, LEFT, RIGHT, NOTE = 34.0, 21.0, 170.0, 540.0, 566.0
LINES = 2
"""Lines of names beside a rule."""

TICKS = (0.5, 1, 2, 5, 10, 20, 50, 100)


def rule_word(name: str) -> str:
    """A rule in words."""
    return RULE_WORDS.get(name, name)


def clock_rules(rules: ClockRules, *, theme: str = "light", title: str | None = None, caption: str = "") -> CaseFigure:
    """The rules of one account as bars in nats: right fits, left does not, hollow is beyond the limit."""
    canvas = Canvas(theme_of(theme))
    if not rules.rules:
        why = rules.skipped or "too few active hours. Load posts or logins with the column at"
        words = Words(title or f"No evidence on clock changes of {rules.subject}", "", caption, Table((), ()))
        return empty(canvas, f"No evidence on clock changes: {plain(why)}.", words)
    ordered = sorted(rules.rules, key=lambda rule: -rule.score)
    bottom = 8 + ROW * len(ordered)
    plot = _axis(canvas, ordered, bottom)
    for place, rule in enumerate(ordered):
        _row(plot, rule, 8 + ROW * (place + 0.5))
    best = ordered[0]
    head = f"The {rule_word(best.name)} fits the hours of {rules.subject} best"
    if best.name == "none":
        head = f"The hours of {rules.subject} fit no change of the clock best"
    sub = (
        f"Nats by rule, tested on hours left out of the fit; {number(rules.hours)} active hours. Right fits, left does "
        "not; hollow: beyond the limit, not counted."
    )
    table = Table(
        ("rule", "counted, nats", "before the limit", "candidates that follow it"),
        tuple((rule_word(r.name), nats(r.counted), nats(r.score), _followers(r)) for r in ordered),
    )
    return canvas.figure(bottom + 26, Words(title or head, sub, caption, table))


def _axis(canvas: Canvas, rules: list[ClockRule], bottom: float) -> Plot:
    """The axis, wide enough for every bar and the number beside it."""
    ends = [value for rule in rules for value in (rule.score, rule.counted, 0.0)]
    low, high = min(ends), max(ends)
    room = max(text_width(_number(rule), 12) for rule in rules) + 10
    nat = (RIGHT - LEFT - 2 * room) / max(high - low, 1.0)
    span = (low - room / nat, low + (RIGHT - LEFT - room) / nat)
    plot = Plot(canvas, LEFT, 4, RIGHT, bottom, span[0], span[1])
    step = next((tick for tick in TICKS if tick * nat >= 36), TICKS[-1])
    first, last = ceil(low / step - 0.5), int(high / step + 0.5)
    digits = 1 if step < 1 else 0
    plot.ticks_below([(tick * step, nats(tick * step, digits)) for tick in range(first, last + 1)])
    canvas.grid((plot.x(0), 4), (plot.x(0), bottom), canvas.theme.rule, 1.2)
    canvas.text(0, bottom + 14, "nats", colour=canvas.theme.ink2)
    return plot


def _number(rule: ClockRule) -> str:
    return nats(rule.counted) + (f" of {nats(rule.score)}" if nats(rule.score) != nats(rule.counted) else "")


def _followers(rule: ClockRule) -> str:
    return ", ".join(map(territory_name, rule.territories)) or "no candidate"


def _listed(rule: ClockRule) -> list[str]:
    """The candidates that follow a rule, in two lines; those that do not fit are counted."""
    names = [territory_name(code) for code in rule.territories]
    found = wrap(_followers(rule), WIDTH - NOTE, 11)
    for shown in range(len(names) - 1, 0, -1):
        if len(found) <= LINES:
            break
        found = wrap(f"{', '.join(names[:shown])} and {len(names) - shown} more", WIDTH - NOTE, 11)
    return found[:LINES]


def _row(plot: Plot, rule: ClockRule, y: float) -> None:
    canvas, theme = plot.canvas, plot.canvas.theme
    canvas.text(0, y, rule_word(rule.name), size=12.5)
    zero, counted, whole = plot.x(0), plot.x(rule.counted), plot.x(rule.score)
    colour = theme.supports if rule.counted >= 0 else theme.contradicts
    hover = f"<b>{plain(rule_word(rule.name))}</b>: {_number(rule)} nats<br>{plain(_followers(rule))}"
    low, high = sorted((zero, counted))
    canvas.rect((low, y - BAR / 2, max(high, low + 1), y + BAR / 2), colour, hover=hover)
    if abs(whole - counted) > 2:
        low, high = sorted((counted, whole))
        box = (low + 0.6, y - BAR / 2 + 0.6, high - 0.6, y + BAR / 2 - 0.6)
        canvas.rect(box, theme.paper, theme.ink, 1.2, hover)
    right = rule.score >= 0
    x = max(zero, counted, whole) + 6 if right else min(zero, counted, whole) - 6
    canvas.text(x, y, _number(rule), size=12, anchor="left" if right else "right", halo=True)
    lines = _listed(rule)
    for place, line in enumerate(lines):
        canvas.text(NOTE, y + 13.5 * (place - (len(lines) - 1) / 2), line, size=11, colour=theme.ink2)
