"""An explanation in a notebook: the lines of the terminal, the waterfall, the matrix, what was left out, the items.

Plain HTML with its own style: no script, nothing fetched. Sign and side carry the meaning beside the colour; hatch is
"no evidence" and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from attrigraph.explain_text import Line, answer_lines, assumption_lines, class_word, head
from attrigraph.inference.records import ClassScore, Explanation, WaterfallRow
from attrigraph.territories import UNKNOWN, territory_name
from attrigraph.viz.evidence_text import aligned, row_word
from attrigraph.viz.theme import Theme, theme
from attrigraph.wording import nats, number, percent

__all__ = ["explain_html"]

SCALE = 5.0
"""Nats at the end of a bar; longer ones are cut there, their number is printed."""
COLUMNS = 8
"""Territories of the matrix side by side."""

STYLE = """
.ag-x {{ max-width: 60rem; padding: 16px 20px; background: {paper}; color: {ink};
  font: 400 13px/1.45 Inter, "Source Sans 3", "Segoe UI", "Helvetica Neue", Arial, "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums lining-nums; }}
.ag-x .tag {{ width: 28px; height: 4px; background: {accent}; margin-bottom: 8px; }}
.ag-x .head {{ font-size: 15px; font-weight: 600; }}
.ag-x .quiet {{ color: {ink2}; }}
.ag-x b {{ font-weight: 600; }}
.ag-x h4 {{ font-size: 13px; font-weight: 600; margin: 16px 0 4px; }}
.ag-x dl {{ display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 8px 0; }}
.ag-x dt {{ color: {ink2}; font-weight: 400; }}
.ag-x dd {{ margin: 0; }}
.ag-x table {{ border-collapse: collapse; margin: 4px 0 0; color: {ink}; background: {paper}; font-size: 13px; }}
.ag-x th {{ font-weight: 400; color: {ink2}; text-align: left; padding: 3px 8px 3px 0;
  border-bottom: 1px solid {rule}; }}
.ag-x th.t {{ color: {ink}; font-weight: 600; }}
.ag-x td {{ padding: 3px 8px 3px 0; border-bottom: 1px solid {hair}; text-align: left; background: {paper}; }}
.ag-x .n {{ text-align: right; white-space: nowrap; }}
.ag-x tr.end td {{ font-weight: 600; }}
.ag-x .bar {{ position: relative; width: 120px; height: 12px; }}
.ag-x .bar i {{ position: absolute; top: 0; height: 12px; }}
.ag-x .bar u {{ position: absolute; left: 50%; top: -4px; bottom: -4px; border-left: 1px solid {rule}; }}
.ag-x td.none {{ background: repeating-linear-gradient(135deg, {hatch} 0 1px, transparent 1px 6px); color: {ink2}; }}
.ag-x td.none span {{ background: {paper}; padding: 0 3px; }}
.ag-x .m td {{ text-align: center; border: 2px solid {paper}; padding: 4px 6px; }}
.ag-x .m td:first-child {{ text-align: left; }}
.ag-x .m th {{ text-align: center; }}
.ag-x .m tr.rule td {{ border-top: 2px solid {ink}; }}
.ag-x .note {{ color: {ink3}; font-size: 11px; margin-top: 4px; }}
.ag-x summary {{ cursor: pointer; margin-top: 12px; }}
"""


def explain_html(e: Explanation, case: str, simulated: bool) -> str:
    """The explanation as one HTML element with its own style."""
    look = theme("light")
    style = STYLE.format(
        paper=look.paper, ink=look.ink, ink2=look.ink2, ink3=look.ink3, accent=look.accent, rule=look.rule,
        hair=look.hair, hatch=look.unknown_hatch,
    )  # fmt: skip
    name, about = head(e, case, simulated)
    parts = [
        f"<style>{style}</style>",
        '<div class="tag"></div>',
        f'<div><span class="head">{escape(name)}</span>&ensp;<span class="quiet">{escape(about)}</span></div>',
        _lines(answer_lines(e)),
        "".join(f"<div>{escape(reason)}</div>" for reason in e.assessment.reasons[1:]),
        "<h4>From the prior to the result, nats</h4>",
        _falls(e, look),
        "<h4>Every class against every territory, nats after limits</h4>",
        _matrix(e, look),
        "<h4>What is assumed, and what is missing</h4>",
        _lines(assumption_lines(e)),
        _left_out(e),
        _items(e),
    ]
    return f'<div class="ag-x">{"".join(parts)}</div>'


def _lines(lines: Iterable[Line]) -> str:
    looks = {"plain": "{}", "strong": "<b>{}</b>", "quiet": '<span class="quiet">{}</span>'}
    rows = (
        f"<dt>{escape(line.label)}</dt><dd>{''.join(looks[look].format(_text(text)) for text, look in line.parts)}</dd>"
        for line in lines
    )
    return f"<dl>{''.join(rows)}</dl>"


def _text(text: str) -> str:
    """Escaped, with the wide gaps of the terminal kept."""
    return escape(text).replace("  ", "&ensp;")


def _table(heads: Sequence[str], rows: Iterable[str], cls: str = "") -> str:
    return f'<table class="{cls}"><thead><tr>{"".join(heads)}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


# ---- waterfall


def _falls(e: Explanation, look: Theme) -> str:
    heads = ["<th></th>"]
    for fall in e.waterfalls:
        name = escape(territory_name(fall.territory))
        heads += [f'<th class="t n">{name}</th>', '<th class="n">honest / cover</th>', "<th>against | for</th>"]
    rows = [_fall_row(row, cells, look) for row, cells in aligned(e.waterfalls)]
    free = {b.territory: b.prior_free for b in e.beliefs}
    sums = "".join(f'<td class="n">{nats(free[f.territory])}</td><td></td><td></td>' for f in e.waterfalls)
    rows.insert(-1, f'<tr><td>sum without the prior</td>{sums}<td class="quiet">L + shared infrastructure</td></tr>')
    note = (
        "Right of the line supports, left contradicts. A cap row takes back what a limit cut off. "
        "Hatch: no evidence, which is not the same as zero."
    )
    return _table([*heads, "<th>rests on</th>"], rows) + f'<div class="note">{note}</div>'


def _fall_row(row: WaterfallRow, cells: Sequence[WaterfallRow | None], look: Theme) -> str:
    why = next((cell.rests_on for cell in cells if cell and cell.rests_on), "")
    columns = "".join(_fall_cells(cell, look) for cell in cells)
    end = ' class="end"' if row.kind in ("prior", "result") else ""
    return f'<tr{end}><td>{escape(row_word(row))}</td>{columns}<td class="quiet">{escape(why)}</td></tr>'


def _fall_cells(row: WaterfallRow | None, look: Theme) -> str:
    if row is None:
        return "<td></td><td></td><td></td>"
    if not row.present:
        return '<td class="none n" colspan="3"><span>no evidence</span></td>'
    both = f"{nats(row.honest)} / {nats(row.cover)}" if row.honest is not None and row.cover is not None else ""
    value = percent(row.p) if row.p is not None else nats(row.value)
    bar = "" if row.p is not None else _bar(row.value, row.kind == "cap", look)
    return f'<td class="n">{value}</td><td class="n quiet">{both}</td><td>{bar}</td>'


def _bar(value: float, hollow: bool, look: Theme) -> str:
    """A bar from the middle line; a cap is hollow, because it is no evidence of its own."""
    width = min(abs(value), SCALE) / SCALE * 50
    side = "left" if value >= 0 else "right"
    colour = look.supports if value >= 0 else look.contradicts
    fill = f"box-sizing:border-box;border:1px solid {look.ink}" if hollow else f"background:{colour}"
    return f'<div class="bar"><u></u><i style="{side}:50%;width:{width:.1f}%;{fill}"></i></div>'


# ---- matrix


def _matrix(e: Explanation, look: Theme) -> str:
    shown = [b for b in e.beliefs if b.territory != UNKNOWN][: COLUMNS - 1]
    unknown = [b for b in e.beliefs if b.territory == UNKNOWN]
    left = len(e.beliefs) - len(shown) - len(unknown)
    columns = [*shown, *unknown]
    heads = ["<th></th>", *(f"<th>{escape(territory_name(b.territory))}</th>" for b in columns)]
    rows = list(_class_rows(e, [b.territory for b in columns], look))
    for label, values in (
        ("prior", [percent(b.prior) for b in columns]),
        ("sum without the prior", ["0" if b.territory == UNKNOWN else nats(b.prior_free) for b in columns]),
        ("probability", [percent(b.p) for b in columns]),
    ):
        first, strong = ' class="rule"' if label == "prior" else "", label == "probability"
        cells = "".join(f"<td>{f'<b>{v}</b>' if strong else v}</td>" for v in values)
        rows.append(f"<tr{first}><td>{label}</td>{cells}</tr>")
    more = f'<div class="note">{number(left)} further candidates are not shown.</div>' if left else ""
    return _table(heads, rows, "m") + more


def _class_rows(e: Explanation, codes: Sequence[str], look: Theme) -> Iterator[str]:
    known = list(dict.fromkeys(row.label for fall in e.waterfalls for row in fall.rows if row.kind == "class"))
    scores = {(code, s.cls): s for code, found in e.scores.items() for s in found}
    for cls in sorted(known, key=lambda cls: not any((code, cls) in scores for code in codes)):
        cells = "".join(_score(scores.get((code, cls)), code, look) for code in codes)
        yield f"<tr><td>{escape(class_word(cls))}</td>{cells}</tr>"
    infra = {b.territory: b.infra for b in e.beliefs}
    if any(infra.values()):
        cells = "".join(_number(infra[code], nats(infra[code]), look) for code in codes)
        yield f"<tr><td>{class_word('infra')}</td>{cells}</tr>"


def _score(score: ClassScore | None, code: str, look: Theme) -> str:
    if code == UNKNOWN:
        return '<td class="quiet">0</td>'
    if score is None:
        return '<td class="none"></td>'
    raw = nats(score.raw_mixed)
    text = f"{nats(score.mixed)} <i>of {raw}</i>" if score.capped and raw != nats(score.mixed) else nats(score.mixed)
    return _number(score.mixed, text, look)


def _number(value: float, text: str, look: Theme) -> str:
    fill = look.nats(value)
    return f'<td style="background:{fill};color:{look.text_on(fill)}">{text}</td>'


# ---- what is left out, and what it rests on


def _left_out(e: Explanation) -> str:
    if not e.leave_one_out:
        return ""
    rows = (
        f"<tr><td>{escape(class_word(x.cls))}</td><td>{escape(territory_name(x.top))}</td>"
        f'<td class="n">{percent(x.p)}</td></tr>'
        for x in e.leave_one_out
    )
    heads = ("<th>without</th>", "<th>leads</th>", '<th class="n">probability</th>')
    return "<h4>If one class were false</h4>" + _table(heads, rows)


def _items(e: Explanation) -> str:
    rows = (
        f"<tr><td>{escape(class_word(i.cls))}</td><td>{escape(i.signal)}</td><td>{escape(i.summary)}</td>"
        f'<td class="n">{number(i.n)}</td></tr>'
        for i in (*e.items, *e.ties)
    )
    heads = ("<th>class</th>", "<th>signal</th>", "<th>what was seen</th>", '<th class="n">n</th>')
    count = len(e.items) + len(e.ties)
    word = "item" if count == 1 else "items"
    return f"<details><summary>{count} {word} of evidence</summary>{_table(heads, rows)}</details>" if count else ""
