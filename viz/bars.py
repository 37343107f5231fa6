"""A bar of accounts in steps of the same look: what figures draw when single marks would be too many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrigraph.viz.canvas import Canvas
from attrigraph.viz.marks import account_mark, decision
from attrigraph.viz.scene import AccountMark
from attrigraph.viz.text import plain
from attrigraph.wording import plural

__all__ = ["draw_bar"]

HALF = 8.5


def draw_bar(
    canvas: Canvas,
    name: str,
    accounts: Sequence[AccountMark],
    slots: Mapping[str, int],
    place: tuple[float, float, float],
) -> float:
    """Draw `accounts` in their order from `place` (left end, middle height, pixels an account); returns the right end.

    Contested is hollow with an ink outline, hatch what names no territory.
    """
    x, middle, scale = place
    steps: dict[tuple[str, str, bool], list[AccountMark]] = {}
    for account in accounts:
        mark = account_mark(account, slots, canvas.theme)
        look = (mark.fill, canvas.theme.ink if mark.dot else mark.outline, mark.hatch)
        steps.setdefault(look, []).append(account)
    for (fill, outline, hatch), group in steps.items():
        end = x + len(group) * scale
        box = (x + 0.5, middle - HALF, max(end - 0.5, x + 1.5), middle + HALF)
        said = sorted({decision(account) for account in group})
        what = said[0] if len(said) == 1 else group[0].outcome or "not assessed"
        hover = f"<b>{plain(name)}</b>  {plain(what)}: {plural(len(group), 'account')}"
        if hatch:
            canvas.hatch(box, outlined=True, hover=hover)
        else:
            canvas.rect(box, fill, outline, 1, hover)
        x = end
    return x
