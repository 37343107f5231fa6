"""The coordination network: who acts together, coloured by cluster.

Colour here is the cluster, never a territory; the heading of a cluster counts the territories of its members and those
for whom none is named. Fill is the role: full for initiators, a ring for bridges, pale for the others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from attrigraph.viz.blocks import GAP, UNIT, Block, cluster_block, counts_phrase, mark_radius, number_in
from attrigraph.viz.canvas import Canvas, Dash, Point
from attrigraph.viz.captions import number_word
from attrigraph.viz.figure import WIDTH, CaseFigure, Table, Words
from attrigraph.viz.figure_network import MAX_NODES, empty
from attrigraph.viz.layout import pack
from attrigraph.viz.link_records import CoordinationLink, CoordinationScene
from attrigraph.viz.marks import Mark, account_hover, decision, draw_marks
from attrigraph.viz.network_parts import draw_labels, p_equals
from attrigraph.viz.scene import AccountMark, Cluster, Link
from attrigraph.viz.text import plain, text_width
from attrigraph.viz.theme import SLOTS, Theme
from attrigraph.viz.theme import theme as theme_of
from attrigraph.wording import number, plural

__all__ = ["coordination_network"]

DASH: Dash = "dash"
DOT: Dash = "dot"
SOLID: Dash = "solid"
LINES = 1_200
"""Links drawn in a cluster, the smallest q first; more of them are a grey area that says nothing."""
DASHED = 120
"""Up to so many links are dashed like joint activity elsewhere; more are thin lines."""


def coordination_network(
    scene: CoordinationScene, *, theme: str = "light", title: str | None = None, caption: str = ""
) -> CaseFigure:
    """Clusters apart, largest first. Draws at most 600 accounts in clusters; the rest are counted."""
    canvas, strip = Canvas(theme_of(theme)), Canvas(theme_of(theme), suffix="2")
    found, hidden = _clusters(scene)
    words = Words(title or _headline(scene, len(found) + hidden), _sub(scene, hidden), caption, _table(scene))
    if not found:
        return empty(canvas, "No pair of accounts acts together beyond what the null explains.", words)
    drawn = sum(len(cluster.accounts) for _, cluster in found)
    radius = mark_radius(drawn)
    blocks = [
        _spoken(cluster_block(_thinned(cluster), _called(name, place), radius, alone=len(found) == 1), cluster)
        for place, (name, cluster) in enumerate(found, 1)
    ]
    corners = pack([(block.width, block.height) for block in blocks], WIDTH, UNIT, GAP)
    places: dict[str, Point] = {}
    for place, (block, corner) in enumerate(zip(blocks, corners, strict=True), 1):
        here = {name: (corner[0] + x, corner[1] + y) for name, (x, y) in block.places.items()}
        draw_labels(canvas, block, here, corner)
        _draw(canvas, block, here, scene, _Look(place if place <= SLOTS else None, radius, drawn))
        places |= here
    _between(canvas, scene, places)
    height = max(top + block.height for block, (_, top) in zip(blocks, corners, strict=True)) + 12
    return canvas.figure(height, words, strip, _key(strip, scene))


def _clusters(scene: CoordinationScene) -> tuple[list[tuple[str, Cluster]], int]:
    """Clusters with their names, most accounts first, as many as the limit of marks takes; and how many are left."""
    members: dict[str, list[AccountMark]] = defaultdict(list)
    for mark in scene.accounts:
        if mark.id in scene.cluster:
            members[scene.cluster[mark.id]].append(mark)
    inside: dict[str, list[Link]] = defaultdict(list)
    for link in sorted(scene.links, key=lambda link: (link.q if link.q is not None else 1.0, link.source, link.target)):
        home = scene.cluster.get(link.source)
        if home is not None and home == scene.cluster.get(link.target):
            inside[home].append(_line(link))
    order = sorted(members, key=lambda name: (-len(members[name]), len(name), name))
    found: list[tuple[str, Cluster]] = []
    taken = 0
    for name in order:
        taken += len(members[name])
        if found and taken > MAX_NODES:
            break
        found.append((name, Cluster(tuple(members[name]), (), tuple(inside[name]))))
    return found, len(order) - len(found) + scene.left_out


def _line(link: CoordinationLink) -> Link:
    rule = ", ".join(name.replace("_", " ") for name in link.networks)
    return Link(link.source, link.target, "acts", rule, None, link.q, link.weight, link.window_s)


def _thinned(cluster: Cluster) -> Cluster:
    return replace(cluster, links=cluster.links[:LINES])


def _called(name: str, place: int) -> str:
    short = name.rpartition("/")[2]
    return f"Cluster {short.removeprefix('c')}" if short[1:].isdecimal() else f"Cluster {place}"


def _spoken(block: Block, cluster: Cluster) -> Block:
    """The block with its number of links in the heading when not all are drawn."""
    left_out = len(cluster.links) - LINES
    return replace(block, head=f"{block.head}, {number(left_out)} links not drawn") if left_out > 0 else block


class _Look(NamedTuple):
    """Colour of a cluster, radius of its marks, and how many marks there are in all."""

    slot: int | None
    radius: float
    drawn: int


def _draw(canvas: Canvas, block: Block, places: Mapping[str, Point], scene: CoordinationScene, look: _Look) -> None:
    theme = canvas.theme
    few = len(block.links) <= DASHED
    for link in block.links:
        colour, width, dash = (theme.ink, 1.0, DASH) if few else (theme.link, 0.6, SOLID)
        canvas.line(places[link.source], places[link.target], colour, width, dash)
    names = {mark.id: mark.number for mark in block.accounts}
    _link_hover(canvas, block, places, names)
    marks = [
        _mark(scene.role.get(mark.id, ""), look.slot, theme).at(
            *places[mark.id], look.radius, number_in(mark, look.radius, look.drawn), _hover(mark, scene)
        )
        for mark in block.accounts
    ]
    draw_marks(canvas, marks)


def _mark(role: str, slot: int | None, theme: Theme) -> Mark:
    if role == "bridge":
        return Mark(theme.paper, theme.outline(slot), 3)
    return Mark(theme.fill(slot, "high" if role == "initiator" else "low"), theme.outline(slot))


def _hover(mark: AccountMark, scene: CoordinationScene) -> str:
    role = scene.role.get(mark.id) or "member"
    return f"{role} of its cluster<br>{account_hover(mark)}"


def _link_hover(canvas: Canvas, block: Block, places: Mapping[str, Point], names: Mapping[str, str]) -> None:
    texts, x, y = [], [], []
    for link in block.links:
        (x0, y0), (x1, y1) = places[link.source], places[link.target]
        x.append((x0 + x1) / 2)
        y.append((y0 + y1) / 2)
        q = f", {p_equals('q', link.q)}" if link.q is not None else ""
        said = f"<b>{plain(names[link.source])}</b> acted together with <b>{plain(names[link.target])}</b>"
        weight = f", weight {link.weight:g}" if link.weight is not None else ""
        texts.append(f"{said}<br>{plain(link.rule or '')}{q}{weight}")
    marker = {"size": 8, "opacity": 0, "color": canvas.theme.paper, "line": {"width": 0}}
    if texts:
        canvas.trace({"mode": "markers", "x": x, "y": y, "marker": marker, "hovertext": texts, "hoverinfo": "text"})


def _between(canvas: Canvas, scene: CoordinationScene, places: Mapping[str, Point]) -> None:
    """Links between clusters: dotted, over the lines inside and under the circles."""
    for link in scene.links:
        ends = (link.source, link.target)
        if scene.cluster.get(ends[0]) != scene.cluster.get(ends[1]) and all(end in places for end in ends):
            canvas.line(places[ends[0]], places[ends[1]], canvas.theme.ink2, 1.4, "dot")


def _key(strip: Canvas, scene: CoordinationScene) -> float:
    """Specimens of the roles that occur and of the lines."""
    theme, x, y = strip.theme, 0.0, 14.0
    roles = set(scene.role.values())
    marks: list[Mark] = []
    shown = [word for word in ("initiator", "bridge") if word in roles] + ["other member"]
    for word in shown:
        marks.append(_mark(word, 1, theme).at(x + 8, y, 7.5))
        strip.text(x + 22, y, word, size=11.5, colour=theme.ink2)
        x += 22 + text_width(word, 11.5) + 18
    lines = [("acted together", theme.ink, DASH, 1.0)]
    if any(scene.cluster.get(k.source) != scene.cluster.get(k.target) for k in scene.links):
        lines.append(("between clusters", theme.ink2, DOT, 1.4))
    for word, colour, dash, width in lines:
        strip.line((x, y), (x + 26, y), colour, width, dash)
        strip.text(x + 32, y, word, size=11.5, colour=theme.ink2)
        x += 32 + text_width(word, 11.5) + 18
    draw_marks(strip, marks)
    return y + 16


def _headline(scene: CoordinationScene, clusters: int) -> str:
    joined = len(scene.cluster)
    everyone = scene.accounts_tested or len(scene.accounts)
    if not joined:
        return "No two accounts act together beyond chance"
    verb = "acts" if joined == 1 else "act"
    text = f"{number(joined)} of {number(everyone)} accounts {verb} together beyond chance"
    word = number_word(clusters)
    return f"{text}, in {word} cluster{'' if clusters == 1 else 's'}"


def _sub(scene: CoordinationScene, hidden: int) -> str:
    networks = sorted({name for link in scene.links for name in link.networks})
    windows = sorted({link.window_s for link in scene.links if link.window_s is not None})
    parts = ["Circles are accounts, coloured by cluster, not by territory."]
    if networks:
        within = f" within {windows[-1]:g} s" if windows else ""
        parts.append(f"Lines: {', '.join(name.replace('_', ' ') for name in networks)}{within}.")
    parts.append(scene.tested.sentence())
    if hidden:
        parts.append(f"{plural(hidden, 'smaller cluster')} not drawn.")
    return " ".join(parts)


def _table(scene: CoordinationScene) -> Table:
    """Clusters as rows, and below them their accounts by number."""
    partners: Counter[str] = Counter()
    for link in scene.links:
        partners.update((link.source, link.target))
    called = [(scene.cluster[mark.id], mark) for mark in scene.accounts if mark.id in scene.cluster]
    sizes = Counter(name for name, _ in called)
    heads = [
        (_called(name, 0), f"{number(sizes[name])} accounts", counts_phrase(m for n, m in called if n == name), "", "")
        for name in sorted(sizes, key=lambda name: (-sizes[name], name))
    ]
    rows = [
        (_called(name, 0), mark.number, decision(mark), scene.role.get(mark.id, "member"), number(partners[mark.id]))
        for name, mark in sorted(called, key=lambda pair: (-sizes[pair[0]], pair[0], pair[1].number))
    ]
    return Table(("cluster", "account", "assessed", "role", "partners"), (*heads, *rows))
