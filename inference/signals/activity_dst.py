"""Whether an account's day moves with daylight saving, and by whose rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from attrigraph.inference.activity.dst import dst_llr, dst_scores
from attrigraph.inference.activity.events import activity
from attrigraph.inference.signal import Observed, Scores, ScoreSignal
from attrigraph.inference.world import World

if TYPE_CHECKING:
    from attrigraph.graph import Store

WORDS = ("a clock that is never moved", "daylight saving of Europe", "daylight saving of North America",
         "daylight saving of the south")  # fmt: skip


def score(store: Store, observed: Observed, world: World) -> Iterator[Scores]:  # noqa: ARG001
    """Scores of every account with enough active hours in both seasons; docs/inference.md, section 15."""
    w = world.weights.activity
    for part in activity(observed, w, least=w.dst_least_hours, live_hours=w.dst_least_hours):
        found = dst_scores(part.account, part.at, len(part.accounts), weights=w)
        llr = dst_llr(found, world.priors, weights=w).astype(np.float32)
        for number in np.flatnonzero(found.enough & (part.marks <= w.marks)).tolist():
            first, last = part.period(number)
            yield Scores(
                account=part.accounts[number],
                llr=llr[number].copy(),
                summary=sentence(int(found.n[number]), found.log_l[number]) + part.basis(number),
                count=int(found.n[number]),
                first_at=first,
                last_at=last,
                sources=part.sources[number],
            )


def sentence(hours: int, log_l: NDArray[np.float64]) -> str:
    """What the seasons say, in words."""
    order = np.argsort(-log_l, kind="stable")
    ahead = float(log_l[order[0]] - log_l[order[1]])
    text = f"Over {hours} active hours the day keeps its shape best under {WORDS[order[0]]}"
    return f"{text}, {ahead:.1f} nats before {WORDS[order[1]]}."


SIGNAL = ScoreSignal(
    name="activity_dst",
    cls="behaviour",
    unit=("active hour", "active hours"),
    means="A person's day keeps its shape against the local clock; where that clock is moved in spring and autumn, the "
    "hours in UTC move with it, on the dates of that region.",
    misleads="Programs that post by a target's clock follow its daylight saving; so do people who work for it. A move, "
    "a new job or few hours in one season look like a change of the clock.",
    confirm="Look at the weeks in which Europe and North America differ (March, and the turn of October to November).",
    columns="`posts.at`, `posts.client`, `logins.at`, `signals` named activity_times",
    score=score,
)
