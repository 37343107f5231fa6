"""Which days of the week an account rests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from attrigraph.inference.activity.events import activity
from attrigraph.inference.activity.weekend import DAYS, weekday_counts, weekend_llr
from attrigraph.inference.signal import Observed, Scores, ScoreSignal
from attrigraph.inference.world import World

if TYPE_CHECKING:
    from attrigraph.graph import Store


def score(store: Store, observed: Observed, world: World) -> Iterator[Scores]:  # noqa: ARG001
    """Scores of every account with enough active days; docs/inference.md, section 15."""
    w = world.weights.activity
    for part in activity(observed, w, least=w.weekend_least_days, live_hours=w.dst_least_hours):
        found = weekday_counts(part.account, part.at, len(part.accounts))
        llr = weekend_llr(found, world.priors, weights=w).astype(np.float32)
        for number in np.flatnonzero((found.days >= w.weekend_least_days) & (part.marks <= w.marks)).tolist():
            first, last = part.period(number)
            yield Scores(
                account=part.accounts[number],
                llr=llr[number].copy(),
                summary=sentence(found.counts[number]) + part.basis(number),
                count=int(found.days[number]),
                first_at=first,
                last_at=last,
                sources=part.sources[number],
            )


def sentence(counts: NDArray[np.int64]) -> str:
    """What the week looks like, in words."""
    low, second = np.argsort(counts, kind="stable")[:2]
    rare = f"{DAYS[low]}s ({counts[low]}) and {DAYS[second]}s ({counts[second]})"
    return f"Of {counts.sum()} active days the fewest are {rare}."


SIGNAL = ScoreSignal(
    name="activity_weekend",
    cls="behaviour",
    unit=("active day", "active days"),
    means="Weeks have other days of rest elsewhere: Friday and Saturday in much of western Asia and northern Africa.",
    misleads="Hobbies peak at weekends, many people rest on no fixed day, and who is paid keeps the employer's week.",
    confirm="Compare with holidays pooled over the accounts that belong together.",
    columns="`posts.at`, `posts.client`, `logins.at`, `signals` named activity_times",
    score=score,
)
