"""The network of a case too large to draw mark by mark: one bar a cluster, with its counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrigraph.viz.bars import draw_bar
from attrigraph.viz.blocks import counts_phrase, in_order
from attrigraph.viz.canvas import Canvas
from attrigraph.viz.figure import WIDTH, CaseFigure, Table, Words
from attrigraph.viz.figure_network import empty, headline
from attrigraph.viz.scene import AccountMark, Cluster, Scene, clusters
from attrigraph.viz.text import ellipsis, text_width
from attrigraph.viz.theme import theme as theme_of
from attrigraph.wording import number, plural

__all__ = ["CLUSTERS", "network_summary"]

CLUSTERS = 20
"""Clusters with a bar of their own; smaller ones share one that counts them."""

ROW = 50.0


def network_summary(
    scene: Scene,
    slots: Mapping[str, int],
    *,
    theme: str = "light",
    title: str | None = None,
    caption: str = "",
) -> CaseFigure:
    """The clusters of a scene as bars of accounts, largest first; every account is in one of them."""
    canvas = Canvas(theme_of(theme))
    found, alone = clusters(scene)
    if not scene.accounts:
        return empty(canvas, "No accounts. Load a table with the column <b>account_id</b>.", Words("No accounts"))
    rows = _rows(found, alone)
    scale = (WIDTH - 2) / max(len(accounts) for _, _, accounts in rows)
    for place, (name, text, accounts) in enumerate(rows):
        y = place * ROW
        canvas.text(0, y + 10, name, size=12.5, weight=600)
        left = text_width(name, 12.5, 600) + 12
        canvas.text(left, y + 10, ellipsis(text, WIDTH - left, 11.5), size=11.5, colour=canvas.theme.ink2)
        draw_bar(canvas, name, accounts, slots, (0, y + 30, scale))
    sub = (
        f"{number(len(scene.accounts))} accounts are too many to draw one by one: one bar a cluster. Colour is the "
        "assessed territory and fades with confidence; hollow: two territories stay possible; hatch: not decided."
    )
    table = Table(
        ("cluster", "accounts", "counts"),
        tuple((name, number(len(accounts)), counts_phrase(accounts)) for name, _, accounts in rows),
    )
    return canvas.figure(ROW * len(rows), Words(title or headline(scene, found), sub, caption, table))


def _rows(found: Sequence[Cluster], alone: Sequence[AccountMark]) -> list[tuple[str, str, list[AccountMark]]]:
    rows = [
        (f"Cluster {place}", _phrase(cluster.accounts, len(cluster.resources)), in_order(cluster.accounts))
        for place, cluster in enumerate(found[:CLUSTERS], 1)
    ]
    rest = found[CLUSTERS:]
    if rest:
        accounts = [account for cluster in rest for account in cluster.accounts]
        resources = sum(len(cluster.resources) for cluster in rest)
        rows.append((f"{number(len(rest))} smaller clusters", _phrase(accounts, resources), in_order(accounts)))
    if alone:
        rows.append(("Shares nothing with another account", _phrase(alone, 0), in_order(alone)))
    return rows


def _phrase(accounts: Sequence[AccountMark], resources: int) -> str:
    on = f" on {plural(resources, 'resource')}" if resources else ""
    return f"{plural(len(accounts), 'account')}{on}: {counts_phrase(accounts)}"
