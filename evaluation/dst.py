"""Daylight saving against none, from active hours: authors whose zone is known.

No parameter of `dst_scores` was fitted on these authors. An author follows daylight saving when the zone that fits the
recorded offsets changed its clocks between the author's active hours (at least a fifth of them on either side).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from attrigraph.inference.activity.dst import RULES, dst_against_none, dst_scores, rule_of_year
from attrigraph.inference.activity.zones import ZONES, clock
from evaluation.hours import Array, Authors, read_authors
from evaluation.rows import Row, at_least, missing, said

__all__ = ["auc", "follows", "rows"]

TARGET_HOURS = 400


def rows(quick: bool = False) -> Iterator[Row]:
    """AUC of DST against none by active hours."""
    try:
        authors = read_authors(since="70" if quick else "00")
    except FileNotFoundError as error:
        yield missing("daylight saving against none", f"{error} is not there")
        return
    found = dst_scores(authors.account, authors.at, len(authors.zone))
    keeps, years = follows(authors), found.years.argmax(axis=1) + 1995
    usable = authors.sure & found.enough & ~np.isnan(keeps)
    score = dst_against_none(found)
    most = usable & (found.n >= TARGET_HOURS)
    low, high = _interval(score[most], keeps[most] == 1)
    n = f"{(keeps[most] == 1).sum()} with, {(keeps[most] == 0).sum()} without; 95 % interval {low:.3f} to {high:.3f}"
    yield at_least(
        "daylight saving against none, 400 hours and more: AUC", auc(score[most], keeps[most] == 1), 0.97, remark=n
    )
    for low, high in ((100, 200), (200, 400), (400, 1000), (1000, 10**9)):
        part = usable & (found.n >= low) & (found.n < high)
        name = f"{low} to {high - 1} hours" if high < 10**9 else f"{low} hours and more"
        yield said(f"{name} (n {part.sum()}): AUC", f"{auc(score[part], keeps[part] == 1):.3f}")
    rule = np.array([rule_of_year(ZONES[z], int(y)) for z, y in zip(authors.zone, years, strict=True)])
    for low in (100, TARGET_HOURS):
        part = usable & (found.n >= low) & np.isin(rule, (1, 2))
        europe = auc((found.log_l[:, 1] - found.log_l[:, 2])[part], rule[part] == RULES.index("EU"))
        yield said(f"EU against US rule, {low} hours and more (n {part.sum()}): AUC", f"{europe:.3f}")


def follows(authors: Authors) -> Array:
    """Per author 1 with daylight saving, 0 without, nan where too few hours are on one side of the changes."""
    found = np.full(len(authors.zone), np.nan)
    bounds = np.searchsorted(authors.account, np.arange(len(authors.zone) + 1))
    for number, zone in enumerate(authors.zone):
        at = authors.at[bounds[number] : bounds[number + 1]]
        if len(at):
            ahead = clock(ZONES[zone]).offset_s(at)
            share = float((ahead > ahead.min()).mean())
            found[number] = 0.0 if share == 0 else 1.0 if 0.2 <= share <= 0.8 else np.nan
    return found


def _interval(score: Array, positive: Array) -> tuple[float, float]:
    """Bootstrap over authors: 2.5 and 97.5 % of the AUC in 1,000 samples."""
    dice, n = np.random.default_rng(0), len(score)
    drawn = [auc(score[own], positive[own]) for own in (dice.integers(0, n, n) for _ in range(1000))]
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def auc(score: Array, positive: Array) -> float:
    """Area under the ROC curve: chance that a positive scores above a negative, ties half (Mann and Whitney 1947)."""
    up, down = score[positive], np.sort(score[~positive])
    if not len(up) or not len(down):
        return float("nan")
    below = np.searchsorted(down, up, side="left") + np.searchsorted(down, up, side="right")
    return float(below.mean() / 2 / len(down))
