"""The truth of a world: labels with operations, and what only a simulation can know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrigraph.simulation.actors import Actor
from attrigraph.simulation.plan import Plan
from attrigraph.simulation.sessions import Session
from attrigraph.simulation.traces import Row, iso

__all__ = ["truth_rows"]


def truth_rows(actors: Sequence[Actor], seen: Mapping[str, Sequence[Session]], plan: Plan) -> Iterator[Row]:
    """One row an account, in the columns of the table `labels` and these:

    persona           what the profile displays
    kind              operation, or a kind of ordinary person
    cell              team of the operation; accounts of one team share devices and lines
    hired             true when somebody hired runs it, where he sits
    former_territory, changed_at  where it was run from before it was bought or moved, and when that ended
    real_login        of accounts of an operation: "self" when the login files show the place it is run from, "peer"
                      when only another account of the cell shows one there, "none" otherwise
    """
    real = {actor.id for actor in actors if _shows(actor, seen[actor.id])}
    betrayed = {(actor.territory, actor.team.name) for actor in actors if actor.id in real and actor.team is not None}
    for actor in actors:
        operated = actor.kind == "operation"
        cell = actor.team.name if operated and actor.team is not None else ""
        login = ""
        if operated:
            login = "self" if actor.id in real else "peer" if (actor.territory, cell) in betrayed else "none"
        yield {
            "account_id": f"{plan.platform}:{actor.id}",
            "platform": plan.platform,
            "territory": actor.territory,
            "operation": actor.group if operated else "",
            "basis": "known by construction",
            "labelled_by": "simulation",
            "labelled_at": iso(plan.end),
            "persona": actor.persona,
            "kind": actor.kind,
            "cell": cell,
            "hired": "true" if actor.hired else "",
            "former_territory": actor.former_territory or "",
            "changed_at": iso(actor.changed_at) if actor.changed_at else "",
            "real_login": login,
        }


def _shows(actor: Actor, seen: Sequence[Session]) -> bool:
    """Whether a session that is in the files came over a line of the place the account is run from."""
    last = len(actor.stages) - 1
    return any(s.stage == last and s.way in ("own", "mobile") and s.seen == actor.territory for s in seen)
