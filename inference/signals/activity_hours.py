"""The clock an account keeps: which zones its hours of activity fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from attrigraph.inference.activity.events import TIMED, activity
from attrigraph.inference.activity.hours import hours_of, offset_posteriors, territory_llr
from attrigraph.inference.activity.zones import offset_names
from attrigraph.inference.signal import Observed, Scores, ScoreSignal, Skipped
from attrigraph.inference.world import World

if TYPE_CHECKING:
    from attrigraph.graph import Store

HALF = 0.5
"""The summary names the fewest offsets that hold this much."""


FLAT = "times are spread too evenly over the day"


def score(store: Store, observed: Observed, world: World) -> Iterator[Scores | Skipped]:  # noqa: ARG001
    """Scores of every account whose hours say something; docs/inference.md, section 14, has the gates."""
    w, codes = world.weights.activity, tuple(world.priors)
    left_out: dict[str, str] = {}
    for part in activity(observed, w, least=w.least_hours, live_hours=w.live_hours, left_out=left_out):
        found = hours_of(part.account, part.at, len(part.accounts), weights=w)
        llr = territory_llr(found.log_l, codes).astype(np.float32)
        offsets, p = offset_posteriors(found.log_l)
        telling = (found.n >= w.least_hours) & (found.flatness >= w.flat) & (part.marks <= w.marks)
        for number in np.flatnonzero(telling).tolist():
            late = bool(found.night[number] > w.night_share)
            first, last = part.period(number)
            yield Scores(
                account=part.accounts[number],
                llr=llr[number].copy(),
                summary=sentence(int(found.n[number]), offsets, p[number], late) + part.basis(number),
                factor=w.night_factor if late else 1.0,
                count=int(found.n[number]),
                first_at=first,
                last_at=last,
                sources=part.sources[number],
            )
        for number in np.flatnonzero((found.n >= w.least_hours) & ~telling).tolist():
            yield Skipped(TIMED if part.marks[number] > w.marks else FLAT, account=part.accounts[number])
    for account, why in left_out.items():
        yield Skipped(why, account=account)


def sentence(hours: int, offsets: NDArray[np.int64], p: NDArray[np.float64], late: bool) -> str:
    """What the hours say, in words."""
    order = np.argsort(-p, kind="stable")
    held = int(np.searchsorted(np.cumsum(p[order]), HALF) + 1)
    text = f"{hours} active hours fit {offset_names([int(o) for o in offsets[order[:held]]])} best."
    return text + (" Much of the activity is at night there, so they count less." if late else "")


SIGNAL = ScoreSignal(
    name="activity_hours",
    cls="behaviour",
    unit=("active hour", "active hours"),
    ask="the times of 100 active hours",
    means="People sleep, work and pause by the sun of where they are: the hours of activity fit these clocks better.",
    misleads="Night owls, shifts made for a target's day, scheduling programs and several hands on one account shift "
    "it; it tells a clock, never a territory.",
    confirm="Compare replies and logins with posts, weekdays with weekends, and see whether the clock follows daylight "
    "saving.",
    columns="`posts.at`, `posts.client`, `logins.at`, `signals` named activity_times",
    score=score,
)
