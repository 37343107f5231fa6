"""What accounts post and whom they follow: private hours, schedulers, and messages that a team posts together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from attrigraph.simulation.cast import Actor, Team, stream
from attrigraph.simulation.clock import shift_rhythm
from attrigraph.simulation.places import place
from attrigraph.simulation.plan import Plan
from attrigraph.simulation.sessions import pick
from attrigraph.simulation.traces import Row, iso

__all__ = ["Message", "messages", "post_rows", "tie_rows"]

TOPICS = (
    "the ferry timetable",
    "a harvest festival",
    "the weather",
    "a football match",
    "bread prices",
    "a new bridge",
)
CLIENTS = ("Simulated for Android", "Simulated for iPhone", "Simulated Web App")
SCHEDULER = "SimulatedScheduler"
MESSAGES = 12
"""Messages a team posts together in the period."""


@dataclass(frozen=True, slots=True)
class Message:
    """A text that several accounts of a team post within seconds."""

    at: datetime
    text: str
    url: str
    hashtag: str


def messages(seed: int, plan: Plan, team: Team) -> list[Message]:
    """The messages of one team, at hours of its shift."""
    rng = stream(seed, "messages", team.name)
    if team.rhythm is None:
        return []
    return [
        Message(
            at,
            f"SIMULATED message {number} of {rng.integers(1 << 24):06x}: everybody should read this about {topic}",
            f"https://news.example/{rng.integers(1 << 32):08x}",
            f"sim{topic.split()[-1]}",
        )
        for number, at in enumerate(team.rhythm.times(rng, plan.begin + timedelta(days=60), plan.end, MESSAGES))
        for topic in (pick(rng, TOPICS),)
    ]


def _scheduled(rng: np.random.Generator, actor: Actor, plan: Plan, count: int) -> list[datetime]:
    """Times of a scheduler set to the persona's working day: second 0 of minutes divisible by five."""
    rhythm = shift_rhythm(rng, place(actor.persona).zone)
    times = rhythm.times(rng, max(plan.begin, actor.created_at), plan.end, count)
    return [at.replace(minute=at.minute // 5 * 5, second=0) for at in times]


def _joined(rng: np.random.Generator, actor: Actor, together: Sequence[Message]) -> Iterator[tuple[datetime, Message]]:
    """The team's messages this account takes part in, each within a minute or two."""
    for message in together:
        if actor.cover is not None and rng.random() < actor.cover.campaign and message.at > actor.created_at:
            yield message.at + timedelta(seconds=int(rng.exponential(25))), message


def post_rows(actor: Actor, plan: Plan, together: Sequence[Message]) -> Iterator[Row]:
    """Rows of `posts` of one account, sorted by time."""
    rng, cover = actor.rng, actor.cover
    count = max(1, round(plan.posts * float(rng.lognormal(0, 0.8))))
    scheduled = int(rng.binomial(count, cover.scheduled)) if cover is not None else 0
    begin = max(plan.begin, actor.created_at)
    spoken = place(actor.other if actor.kind == "expatriate" and actor.other else actor.persona)
    client = pick(rng, CLIENTS)
    everything: list[tuple[datetime, str, Message | None]] = [
        (at, client, None) for at in actor.rhythm.times(rng, begin, plan.end, count - scheduled)
    ]
    everything += [(at, SCHEDULER, None) for at in _scheduled(rng, actor, plan, scheduled)]
    everything += [(at, client, message) for at, message in _joined(rng, actor, together)]
    everything.sort(key=lambda post: post[0])
    for number, (at, program, message) in enumerate(everything):
        row = {
            "post_id": f"{actor.id}{number:05d}",
            "account_id": actor.id,
            "platform": plan.platform,
            "at": f"{at:%Y-%m-%dT%H:%M:%S}+00:00" if rng.random() < 0.05 else iso(at),
            "text": message.text if message else f"SIMULATED remark {number} about {pick(rng, TOPICS)}",
            "language": spoken.languages[0].split("-")[0],
            "client": program,
        }
        if message:
            row |= {"urls": message.url, "hashtags": message.hashtag}
        yield row


def tie_rows(seed: int, actors: Sequence[Actor], plan: Plan) -> Iterator[Row]:
    """Rows of `ties`: mostly within the group and the territory displayed."""
    by_group: dict[str, list[Actor]] = {}
    by_persona: dict[str, list[Actor]] = {}
    for actor in actors:
        by_group.setdefault(actor.group, []).append(actor)
        by_persona.setdefault(actor.persona, []).append(actor)
    for actor in actors:
        rng = stream(seed, "ties", actor.id)
        seen = {actor.id}
        for _ in range(int(rng.integers(0, 7))):
            pool = pick(rng, (by_group[actor.group], by_persona[actor.persona], actors))
            other = pick(rng, pool)
            if other.id in seen:
                continue
            seen.add(other.id)
            row = {"account_id": actor.id, "platform": plan.platform, "other_id": other.id, "kind": "follow"}
            reciprocal = pick(rng, ("true", "false", ""))
            yield row | ({"reciprocal": reciprocal} if reciprocal else {})
