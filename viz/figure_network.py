"""The attribution network: who shares what, and where each account is assessed to be operated from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrigraph.errors import TooLarge
from attrigraph.territories import territory_name
from attrigraph.viz.blocks import (
    GAP,
    UNIT,
    Block,
    cluster_block,
    grid_block,
    heading_of,
    mark_radius,
    number_in,
)
from attrigraph.viz.canvas import Canvas, Point
from attrigraph.viz.captions import number_word
from attrigraph.viz.figure import WIDTH, CaseFigure, Table, Words
from attrigraph.viz.key import draw_key
from attrigraph.viz.layout import pack
from attrigraph.viz.marks import account_hover, account_mark, decision, draw_marks
from attrigraph.viz.network_parts import draw_labels, draw_links, draw_resources, short_p
from attrigraph.viz.scene import Cluster, Scene, clusters
from attrigraph.viz.text import text_width
from attrigraph.viz.theme import theme as theme_of
from attrigraph.wording import number, percent

__all__ = ["MAX_NODES", "network", "network_table"]

MAX_NODES = 600
"""Accounts and resources a brief draws one by one; 2,000 still open in a browser (visual language, section 5)."""


def network(
    scene: Scene,
    slots: Mapping[str, int],
    *,
    theme: str = "light",
    max_nodes: int = MAX_NODES,
    title: str | None = None,
    caption: str = "",
) -> CaseFigure:
    """The network of a scene, 768 px wide; the same scene always gives the same drawing.

    `slots` are the colours dealt to the case (`deal_slots`). Raises TooLarge above `max_nodes` accounts and
    resources; `network_summary` draws such a scene.
    """
    if scene.size > max_nodes:
        raise TooLarge(
            f"The network has {number(len(scene.accounts))} accounts and {number(len(scene.resources))} resources; "
            f"up to {number(max_nodes)} marks are drawn, because more cannot be told apart on a page. "
            f"Draw the summary, or raise max_nodes (--max-nodes); browsers stay quick up to {number(2000)}."
        )
    canvas, strip = Canvas(theme_of(theme)), Canvas(theme_of(theme), suffix="2")
    found, alone = clusters(scene)
    words = Words(title or headline(scene, found), sub_line(scene), caption, network_table(scene))
    if not scene.accounts:
        return empty(canvas, "No accounts. Load a table with the column <b>account_id</b>.", words)
    radius = mark_radius(len(scene.accounts))
    blocks = [
        cluster_block(cluster, f"Cluster {place}", radius, alone=len(found) == 1 and not alone)
        for place, cluster in enumerate(found, 1)
    ]
    if alone:
        blocks.append(grid_block(alone, heading_of(len(alone), len(scene.accounts)), radius))
    corners = pack([(block.width, block.height) for block in blocks], WIDTH, UNIT, GAP)
    for block, corner in zip(blocks, corners, strict=True):
        _draw(canvas, block, corner, slots, scene)
    height = max(top + block.height for block, (_, top) in zip(blocks, corners, strict=True)) + 12
    strip_height = draw_key(strip, scene, slots)
    return canvas.figure(height, words, strip, strip_height)


def empty(canvas: Canvas, sentence: str, words: Words, height: float = 128) -> CaseFigure:
    """The frame of a figure that has nothing to draw: hatch and one sentence that says what is missing."""
    canvas.hatch((1, 1, WIDTH - 1, height - 1), outlined=True)
    half = text_width(sentence, 13) / 2 + 16
    canvas.rect((WIDTH / 2 - half, height / 2 - 22, WIDTH / 2 + half, height / 2 + 22), canvas.theme.paper)
    canvas.text(WIDTH / 2, height / 2, sentence, size=13, anchor="center", markup=True)
    return canvas.figure(height, words)


def headline(scene: Scene, found: Sequence[Cluster]) -> str:
    """The finding of the network in one sentence."""
    joined, everyone = sum(len(cluster.accounts) for cluster in found), len(scene.accounts)
    whole = f"{number(joined)} of the {number(everyone)} accounts"
    if not everyone:
        return "There are no accounts to draw"
    if not found:
        return "No shared resource and no co-activity"
    if not scene.resources:
        return f"{whole} are linked with another account"
    count = len(scene.resources)
    subject = f"{number_word(count)} shared resource{'' if count == 1 else 's'}"
    subject = subject[:1].upper() + subject[1:]
    if not all(cluster.resources for cluster in found):
        return f"{subject} and joint activity hold {whole} together"
    return f"{subject} {'holds' if count == 1 else 'hold'} {whole} together"


def sub_line(scene: Scene) -> str:
    """What is drawn, in the words of the marks that occur."""
    squares = "; squares are resources" if scene.resources else ""
    parts = [f"Circles are accounts, coloured by assessed territory{squares}."]
    acts = [link for link in scene.links if link.kind == "acts"]
    if acts:
        window = max((link.window_s for link in acts if link.window_s is not None), default=None)
        worst = max((link.q for link in acts if link.q is not None), default=None)
        within = "" if window is None else f" within {window:g} s"
        parts.append(
            f"Dashed: acted together{within}" + ("." if worst is None else f", q\u00a0≤\u00a0{short_p(worst)}.")
        )
    if scene.deceivers is not None:
        parts.append(f"Assumed share of deceiving accounts: {percent(scene.deceivers)}.")
    return " ".join(parts)


def network_table(scene: Scene) -> Table:
    """The accounts of a scene as rows, by number."""
    labels = {resource.id: resource.label for resource in scene.resources}
    shared: dict[str, list[str]] = {}
    for link in scene.links:
        if link.kind == "used":
            shared.setdefault(link.source, []).append(labels[link.target])
    rows = tuple(
        (
            mark.label,
            decision(mark),
            None if mark.top is None else territory_name(mark.top),
            None if mark.p is None else percent(mark.p),
            None if mark.prior is None else percent(mark.prior),
            (mark.strongest_class or "none").replace("_", " "),
            ", ".join(sorted(shared.get(mark.id, ()))) or "nothing",
        )
        for mark in sorted(scene.accounts, key=lambda mark: mark.number)
    )
    return Table(("account", "outcome", "leading", "p", "prior of it", "strongest class", "shares"), rows)


def _draw(canvas: Canvas, block: Block, corner: Point, slots: Mapping[str, int], scene: Scene) -> None:
    radius = mark_radius(len(scene.accounts))
    places = {name: (corner[0] + x, corner[1] + y) for name, (x, y) in block.places.items()}
    resources = {resource.id: resource for resource in scene.resources}
    names = {name: resource.label for name, resource in resources.items()}
    names |= {mark.id: mark.number for mark in scene.accounts}
    draw_labels(canvas, block, places, corner)
    draw_links(canvas, block, places, names)
    draw_resources(canvas, resources, places, radius)
    marks = [
        account_mark(mark, slots, canvas.theme).at(
            *places[mark.id], radius, number_in(mark, radius, len(scene.accounts)), account_hover(mark)
        )
        for mark in block.accounts
    ]
    draw_marks(canvas, marks)
