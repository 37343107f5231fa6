"""What accounts post and whom they follow: private hours, schedulers, and messages that a team posts together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from attrigraph.simulation.actors import Actor, Stage, Team, stream, third
from attrigraph.simulation.clock import shift_rhythm
from attrigraph.simulation.places import Place, place
from attrigraph.simulation.plan import Plan
from attrigraph.simulation.sessions import pick, portions
from attrigraph.simulation.traces import Row, iso, spoken_by

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


@dataclass(frozen=True, slots=True)
class _Voice:
    """In which languages posts of one stage are written, what they link to, which coordinates they carry."""

    usual: str
    other: str
    share_other: float
    sites: tuple[Place, ...]
    links: float
    spots: tuple[tuple[float, float], ...]
    tags: float


def _language(where: Place) -> str:
    return where.languages[0].split("-")[0]


def _voice(actor: Actor, stage: Stage) -> _Voice:
    rng, people, cover = actor.rng, actor.people, actor.cover
    home = place(stage.territory)
    abroad = place(third(rng, stage.territory))
    tags = float(rng.uniform(0.025, 0.28)) if rng.random() < people.tags else 0.0
    links = float(rng.beta(1, 12))
    if stage.hands == "person":
        spoken = home if cover is not None else spoken_by(actor)
        second = home if spoken is not home else pick(rng, (abroad, place("GB")))
        sites = (abroad,) if rng.random() < people.links_out else (home,)
        return _Voice(_language(spoken), _language(second), people.other_language, sites, links, home.coordinates, tags)
    assert cover is not None
    shown = place(actor.persona)
    faked = float(rng.uniform(0.025, 0.28)) if rng.random() < cover.geotag_faked else 0.0
    sites = (home,) if rng.random() < cover.links_home else (shown,)
    return _Voice(_language(shown), _language(home), cover.own_language, sites, links, shown.coordinates, faked)


def _scheduled(rng: np.random.Generator, actor: Actor, begin: datetime, end: datetime, count: int) -> list[datetime]:
    """Times of a scheduler set to the persona's working day: second 0 of minutes divisible by five."""
    times = shift_rhythm(rng, place(actor.persona).zone).times(rng, begin, end, count)
    return [at.replace(minute=at.minute // 5 * 5, second=0) for at in times]


def _joined(rng: np.random.Generator, actor: Actor, together: Sequence[Message]) -> Iterator[tuple[datetime, Message]]:
    """The team's messages this account takes part in, each within a minute or two."""
    begin = actor.bought_at or actor.created_at
    for message in together:
        if actor.cover is not None and rng.random() < actor.cover.campaign and message.at > begin:
            yield message.at + timedelta(seconds=int(rng.exponential(25))), message


Post = tuple[datetime, str, Message | None, _Voice]


def _posts(actor: Actor, plan: Plan, together: Sequence[Message]) -> list[Post]:
    """Everything the account posts, by stage: time, program, message of the team, voice."""
    rng, cover, client = actor.rng, actor.cover, pick(actor.rng, CLIENTS)
    count = max(1, round(plan.posts * float(rng.lognormal(0, 0.8))))
    found: list[Post] = []
    for number, begin, end, part in portions(actor, plan, count):
        stage = actor.stages[number]
        voice = _voice(actor, stage)
        share = actor.people.scheduled if cover is None else cover.scheduled if stage.hands == "operator" else 0.0
        planned = int(rng.binomial(part, share))
        found += [(at, client, None, voice) for at in stage.rhythm.times(rng, begin, end, part - planned)]
        found += [(at, SCHEDULER, None, voice) for at in _scheduled(rng, actor, begin, end, planned)]
    found += [(at, client, message, voice) for at, message in _joined(rng, actor, together)]
    return sorted(found, key=lambda post: post[0])


def post_rows(actor: Actor, plan: Plan, together: Sequence[Message]) -> Iterator[Row]:
    """Rows of `posts` of one account, sorted by time."""
    rng = actor.rng
    for number, (at, program, message, voice) in enumerate(_posts(actor, plan, together)):
        zone, language, topic, linked, tagged, spoken = rng.random(6).tolist()
        row = {
            "post_id": f"{actor.id}{number:05d}",
            "account_id": actor.id,
            "platform": plan.platform,
            "at": f"{at:%Y-%m-%dT%H:%M:%S}+00:00" if zone < 0.05 else iso(at),
            "text": message.text if message else f"SIMULATED remark {number} about {TOPICS[int(topic * len(TOPICS))]}",
            "client": program,
        }
        if spoken < actor.observed.post_language:
            row["language"] = voice.other if language < voice.share_other else voice.usual
        if message:
            row |= {"urls": message.url, "hashtags": message.hashtag}
        elif linked < voice.links:
            row["urls"] = f"https://sim-{rng.integers(1 << 48):012x}.{voice.sites[0].tld}/{number}"
        if tagged < voice.tags:
            row |= _coordinates(rng, voice)
        yield row


def _coordinates(rng: np.random.Generator, voice: _Voice) -> Row:
    """A spot within some kilometres of a city."""
    latitude, longitude = pick(rng, voice.spots)
    return {
        "latitude": f"{latitude + rng.normal(0, 0.035):.4f}",
        "longitude": f"{longitude + rng.normal(0, 0.035):.4f}",
    }


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
