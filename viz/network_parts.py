"""Links, resources and labels of a network, drawn into a canvas; accounts are drawn by `marks`."""

from __future__ import annotations

from collections.abc import Mapping

from attrigraph.viz.blocks import LABEL_SIZE, Block, square_side
from attrigraph.viz.canvas import Canvas, Dash, Point
from attrigraph.viz.scene import Link, LinkKind, ResourceMark
from attrigraph.viz.text import plain
from attrigraph.viz.theme import Theme
from attrigraph.wording import day, number, plural

__all__ = ["draw_labels", "draw_links", "draw_resources", "link_hover", "p_equals", "short_p"]

VERBS: dict[LinkKind, str] = {
    "used": "used",
    "ip_day": "one address on one day with",
    "acts": "acted together with",
    "mirrors": "mirrors",
}


def draw_links(canvas: Canvas, block: Block, places: Mapping[str, Point], names: Mapping[str, str]) -> None:
    """Lines, and in the middle of each an invisible mark that tells rule, n, q and dates."""
    for link in block.links:
        canvas.line(places[link.source], places[link.target], *line_style(link.kind, canvas.theme))
    if not block.links:
        return
    middles = [
        ((places[k.source][0] + places[k.target][0]) / 2, (places[k.source][1] + places[k.target][1]) / 2)
        for k in block.links
    ]
    canvas.trace(
        {
            "name": "links",
            "mode": "markers",
            "x": [x for x, _ in middles],
            "y": [y for _, y in middles],
            "marker": {"size": 10, "opacity": 0, "color": canvas.theme.paper, "line": {"width": 0}},
            "hovertext": [link_hover(link, names) for link in block.links],
            "hoverinfo": "text",
        }
    )


def line_style(kind: LinkKind, theme: Theme) -> tuple[str, float, Dash]:
    """Colour, width and dash of a kind of link."""
    if kind == "acts":
        return theme.ink, 1.4, "dash"
    if kind == "mirrors":
        return theme.ink, 1.8, "dot"
    return theme.link, 1.2, "solid"


def link_hover(link: Link, names: Mapping[str, str]) -> str:
    """What the pointer tells of a link: both ends, rule, n, q, weight, dates; unknown parts are left out."""
    lines = [f"<b>{plain(names[link.source])}</b> {VERBS[link.kind]} <b>{plain(names[link.target])}</b>"]
    facts = [
        f"rule {link.rule}" if link.rule else "",
        f"n = {number(link.n)}" if link.n is not None else "",
        f"q = {short_p(link.q)}" if link.q is not None else "",
        f"weight {link.weight:.2f}" if link.weight is not None else "",
    ]
    lines.append(plain(", ".join(fact for fact in facts if fact)))
    if link.first_at and link.last_at:
        lines.append(f"{day(link.first_at)} to {day(link.last_at)}, UTC")
    return "<br>".join(line for line in lines if line)


def p_equals(name: str, value: float) -> str:
    """A probability with its name, as facts have it.

    >>> p_equals("q", 0.02), p_equals("q", 0.00001)
    ('q\\xa0= .02', 'q\\xa0< .0001')
    """
    said = short_p(value)
    return f"{name}\u00a0" + (said if said.startswith("<") else f"= {said}")


def short_p(value: float) -> str:
    """A probability of a test, without the leading zero.

    >>> short_p(0.02), short_p(0.0004), short_p(0.00001)
    ('.02', '.0004', '< .0001')
    """
    if value < 0.0001:
        return "< .0001"
    return f"{float(f'{value:.1g}'):.4f}".rstrip("0").removeprefix("0") or "0"


def draw_resources(
    canvas: Canvas, resources: Mapping[str, ResourceMark], places: Mapping[str, Point], radius: float
) -> None:
    """Small ink squares with a rim of paper."""
    shown = [resources[name] for name in places if name in resources]
    if not shown:
        return
    canvas.trace(
        {
            "name": "resources",
            "mode": "markers",
            "x": [places[resource.id][0] for resource in shown],
            "y": [places[resource.id][1] for resource in shown],
            "marker": {
                "symbol": "square",
                "size": square_side(radius) + 3,
                "color": canvas.theme.ink,
                "opacity": 1,
                "line": {"width": 3, "color": canvas.theme.paper},
            },
            "hovertext": [f"<b>{plain(r.label)}</b>  {plural(r.accounts, 'account')}" for r in shown],
            "hoverinfo": "text",
        }
    )


def draw_labels(canvas: Canvas, block: Block, places: Mapping[str, Point], corner: Point) -> None:
    """Heading and counts of a block, and the name of each resource beside its square."""
    left, top = corner
    canvas.text(left, top + 9, block.head, size=12.5, weight=600, halo=True)
    for line, text in enumerate(block.sub):
        canvas.text(left, top + 26 + 15.5 * line, text, size=LABEL_SIZE, colour=canvas.theme.ink2, halo=True)
    for name, (label, (x, y)) in block.labels.items():
        at = places[name]
        shift = (left + x - at[0], top + y - at[1])
        canvas.text(*at, label, size=LABEL_SIZE, weight=600, anchor="center", shift=shift, halo=True)
