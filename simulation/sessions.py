"""Which connections an account used, session by session: what happened, before anything is lost or observed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import numpy as np

from attrigraph.simulation.actors import Actor, Line, Stage, identifier, third
from attrigraph.simulation.addresses import AddressBook
from attrigraph.simulation.plan import Plan

__all__ = ["Session", "pick", "portions", "sessions", "territory_seen"]

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Session:
    """One use of the account. `way`: own, mobile, exit, residential, tor, travel, public. `seen` is what tables say,
    `stage` the number of the stage of the account's life.
    """

    at: datetime
    ip: str
    seen: str
    way: str
    kind: str
    device: str
    cookie: str
    stage: int


def pick(rng: np.random.Generator, options: Sequence[Item]) -> Item:
    """One of the options, each as likely."""
    return options[int(rng.integers(len(options)))]


def territory_seen(last: Sequence[Session]) -> tuple[str, bool]:
    """The territory most sessions seem to come from, and whether half of them came through an exit or Tor."""
    most = Counter(s.seen for s in last).most_common(1)[0][0]
    return most, sum(s.way in ("exit", "tor") for s in last) * 2 >= len(last)


def portions(actor: Actor, plan: Plan, count: int) -> list[tuple[int, datetime, datetime, int]]:
    """Number, begin, end of the stages within the plan's period, each with its part of `count` events."""
    spans = [
        (number, max(plan.begin, stage.begin), min(plan.end, stage.end)) for number, stage in enumerate(actor.stages)
    ]
    spans = [span for span in spans if span[2] > span[1]]
    whole = sum((end - begin).total_seconds() for _, begin, end in spans)
    found, left = [], count
    for number, begin, end in spans[:-1]:
        part = round(count * (end - begin).total_seconds() / whole)
        found.append((number, begin, end, part))
        left -= part
    return [*found, (*spans[-1], max(1, left))]


class _Person:
    """Connections of a person who does not hide: an owner, or somebody hired."""

    def __init__(self, actor: Actor, stage: Stage, plan: Plan, book: AddressBook) -> None:
        self.actor, self.book, rng = actor, book, actor.rng
        here = stage.territory
        self.homes = [self._home(here) for _ in range(int(rng.integers(1, 4)))]
        self.mobiles = [(book.fresh(rng, here, "mobile"), here) for _ in range(int(rng.integers(1, 4)))]
        self.on_mobile = float(rng.beta(1.5, 2))
        self.begin, self.length = plan.begin, (plan.end - plan.begin) / len(self.homes)
        self.exits: list[Line] = []
        self.on_exit = 0.0
        if rng.random() < actor.people.privacy:
            self.on_exit = float(rng.beta(1.2, 2))
            places = [c for c in (third(rng, here), third(rng, here)) if book.has(c, "vpn")] or ["NL"]
            self.exits = [(book.fresh(rng, c, "vpn"), c) for c in places]
        self.on_public = float(rng.beta(2, 3)) if actor.team is not None and actor.team.public else 0.0
        self.trips = self._trips(plan)

    def _home(self, here: str) -> Line:
        rng = self.actor.rng
        seen = third(rng, here) if rng.random() < self.actor.people.misplaced else here
        return self.book.fresh(rng, seen, "fixed"), seen

    def _trips(self, plan: Plan) -> list[tuple[datetime, datetime, tuple[Line, Line]]]:
        rng, other = self.actor.rng, self.actor.other
        count = {"traveller": int(rng.integers(2, 6)), "expatriate": int(rng.integers(0, 2))}.get(self.actor.kind, 0)
        found = []
        for _ in range(count if other else 0):
            assert other is not None
            start = plan.begin + (plan.end - plan.begin) * float(rng.uniform(0, 0.95))
            lines = (self.book.fresh(rng, other, "fixed"), other), (self.book.fresh(rng, other, "mobile"), other)
            found.append((start, start + timedelta(days=float(rng.uniform(4, 35))), lines))
        return found

    def line(self, at: datetime) -> tuple[Line, str]:
        """The connection used at that time, and its way."""
        rng = self.actor.rng
        for start, end, lines in self.trips:
            if start <= at < end:
                return pick(rng, lines), "travel"
        if rng.random() < self.on_exit:
            return pick(rng, self.exits), "exit"
        if self.actor.team is not None and rng.random() < self.on_public:
            return pick(rng, self.actor.team.public), "public"
        if rng.random() < self.on_mobile:
            return pick(rng, self.mobiles), "mobile"
        return self.homes[max(0, min(len(self.homes) - 1, (at - self.begin) // self.length))], "own"


class _Operator:
    """Connections of an account in the hands of an operation."""

    def __init__(self, actor: Actor, book: AddressBook) -> None:
        assert actor.cover is not None
        assert actor.team is not None
        self.actor, self.book, self.team, cover, rng = actor, book, actor.team, actor.cover, actor.rng
        self.stage: Stage = actor.stages[0]
        self.registration_covered = cover.registration_covered
        persona = actor.persona
        self.slip = 0.0 if rng.random() < cover.careful else min(1.0, cover.slip * float(rng.gamma(2, 0.5)))
        self.residential = [(book.fresh(rng, persona, "fixed"), persona) for _ in range(int(rng.integers(1, 4)))]
        ways = {"exit": cover.exit_persona, "elsewhere": cover.exit_elsewhere if self.team.elsewhere else 0.0}
        ways |= {"residential": cover.residential, "tor": cover.tor}
        total = sum(ways.values())
        self.ways = list(ways)
        self.shares = [share / total for share in ways.values()] if total else [1.0, 0.0, 0.0, 0.0]

    def covered(self) -> tuple[Line, str]:
        """A connection that is not the operator's."""
        rng = self.actor.rng
        way = self.ways[int(rng.choice(len(self.ways), p=self.shares))]
        if way == "residential":
            return pick(rng, self.residential), way
        if way == "tor":
            return self.book.tor_exit(rng), way
        return pick(rng, self.team.exits if way == "exit" else self.team.elsewhere), "exit"

    def line(self, _at: datetime) -> tuple[Line, str]:
        """The connection used, and its way."""
        if self.actor.rng.random() < self.slip:
            return pick(self.actor.rng, self.stage.lines), "own"
        return self.covered()

    def registered(self) -> tuple[Line, str]:
        """The connection the account was made over."""
        if self.actor.rng.random() < self.registration_covered:
            return self.covered()
        return pick(self.actor.rng, self.stage.lines), "own"


class _Connections:
    """Connections and kit of an account through its life."""

    def __init__(self, actor: Actor, plan: Plan, book: AddressBook) -> None:
        self.actor, rng = actor, actor.rng
        self.operator = _Operator(actor, book) if any(s.hands == "operator" for s in actor.stages) else None
        self.people = {
            number: _Person(actor, stage, plan, book)
            for number, stage in enumerate(actor.stages)
            if stage.hands == "person"
        }
        private = identifier(rng, "dev"), identifier(rng, "ck")
        self.kit = [private if stage.hands == "person" else self._issued(private) for stage in actor.stages]

    def _issued(self, private: tuple[str, str]) -> tuple[str, str]:
        """Device and browser the operator uses: those of the team, or ones of this account alone."""
        rng, team, cover = self.actor.rng, self.actor.team, self.actor.cover
        assert team is not None
        assert cover is not None
        device, cookie = private if self.actor.former_kit is None else (identifier(rng, "dev"), identifier(rng, "ck"))
        device = pick(rng, team.devices) if rng.random() < cover.shared_device else device
        return device, pick(rng, team.cookies) if rng.random() < cover.shared_cookie else cookie

    def line(self, at: datetime, number: int, kind: str) -> Session:
        """One session in a stage."""
        if number in self.people:
            (ip, seen), way = self.people[number].line(at)
        else:
            assert self.operator is not None
            self.operator.stage = self.actor.stages[number]
            (ip, seen), way = self.operator.registered() if kind == "registration" else self.operator.line(at)
        device, cookie = self.kit[number]
        return Session(at, ip, seen, way, kind, device, cookie, number)


def sessions(actor: Actor, plan: Plan, book: AddressBook) -> list[Session]:
    """Every session of the account, its registration first, sorted by time."""
    rng, uses = actor.rng, _Connections(actor, plan, book)
    found = [uses.line(actor.created_at, 0, "registration")]
    count = max(1, round(plan.sessions * float(rng.lognormal(0, 0.7))))
    for number, begin, end, part in portions(actor, plan, count):
        times = actor.stages[number].rhythm.times(rng, begin, end, part)
        found += [uses.line(at, number, "session" if rng.random() < 0.3 else "login") for at in times]
    return found
