"""A decision about a pair as an explanation, so that what draws and prints waterfalls of territories draws it too.

The stories stand where territories do: `twin`, `clone_of`, `cloned_by`, `coincidence`.
"""

from __future__ import annotations

from attrigraph.inference.records import Assessment, Belief, Explanation, Outcome
from attrigraph.links.mirrors.records import STORIES, Mirror

__all__ = ["explanation_of"]

OUTCOMES: dict[str, Outcome] = {"insufficient": "insufficient"}


def explanation_of(mirror: Mirror, run: str, calibration: str) -> Explanation:
    """The decision in the records of inference; honest and cover story do not apply and are empty."""
    name = f"{mirror.source} and {mirror.target}"
    order = sorted(STORIES, key=lambda story: -mirror.beliefs[story])
    top = "coincidence" if mirror.verdict == "coincidence" else mirror.leading
    runner_up = next(story for story in order if story != top)
    return Explanation(
        account=name,
        handle=None,
        run=run,
        assessment=Assessment(
            account=name,
            run=run,
            outcome=OUTCOMES.get(mirror.verdict, "supported"),
            confidence=None,
            top=top,
            p=mirror.beliefs[top],
            runner_up=runner_up,
            runner_up_p=mirror.beliefs[runner_up],
            strongest_class=mirror.groups[0] if mirror.groups else None,
            survives=False,
            without_strongest=None,
            without_strongest_p=None,
            honest_share=1.0,
            tension=0.0,
            region=None,
            reasons=mirror.reasons,
            prior=mirror.prior,
        ),
        prior_mix="pairs taken at random",
        deceivers=0.0,
        deceivers_account=0.0,
        deception=0.0,
        calibration=calibration,
        beliefs=tuple(_belief(mirror, story, name) for story in order),
        scores={},
        waterfalls=mirror.waterfalls,
        leave_one_out=(),
        items=mirror.items,
        neighbours=0,
        first_at=None,
        last_at=None,
    )


def _belief(mirror: Mirror, story: str, name: str) -> Belief:
    fall = next((f for f in mirror.waterfalls if f.territory == story), None)
    score = fall.rows[-1].value - fall.rows[0].value if fall else 0.0
    p = mirror.beliefs[story]
    prior = fall.rows[0].p if fall and fall.rows[0].p is not None else 0.0
    return Belief(
        account=name,
        territory=story,
        p=p,
        own=p,
        told=p,
        prior=prior,
        shown=0.0,
        llr=score,
        llr_honest=score,
        llr_cover=score,
        infra=0.0,
        deception=0.0,
        deceivers=0.0,
        classes=(),
        honest=(),
        cover=(),
    )
