"""Which connections an account used, session by session: what happened, before anything is lost or observed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import numpy as np

from attrigraph.simulation.addresses import AddressBook
from attrigraph.simulation.cast import Actor, identifier, third
from attrigraph.simulation.plan import Plan

__all__ = ["Session", "sessions", "territory_seen"]

Line = tuple[str, str]
"""An address and the territory that registry tables give it."""
Item = TypeVar("Item")

MISPLACED = 0.012
"""Share of home lines whose address the tables put into another territory."""
PRIVACY = 0.12
"""Share of ordinary people who use a commercial VPN at times."""


@dataclass(frozen=True, slots=True)
class Session:
    """One use of the account. `way`: own, mobile, exit, residential, tor, travel, public. `seen` is what tables say."""

    at: datetime
    ip: str
    seen: str
    way: str
    kind: str
    device: str
    cookie: str


def pick(rng: np.random.Generator, options: Sequence[Item]) -> Item:
    """One of the options, each as likely."""
    return options[int(rng.integers(len(options)))]


def territory_seen(last: Sequence[Session]) -> tuple[str, bool]:
    """The territory most sessions seem to come from, and whether half of them came through an exit or Tor."""
    most = Counter(s.seen for s in last).most_common(1)[0][0]
    return most, sum(s.way in ("exit", "tor") for s in last) * 2 >= len(last)


class _Person:
    """Connections of an ordinary person."""

    def __init__(self, actor: Actor, plan: Plan, book: AddressBook) -> None:
        self.actor, self.book, rng = actor, book, actor.rng
        here = actor.territory
        self.homes = [self._home(here) for _ in range(int(rng.integers(1, 4)))]
        self.mobiles = [(book.fresh(rng, here, "mobile"), here) for _ in range(int(rng.integers(1, 4)))]
        self.on_mobile = float(rng.beta(1.5, 2))
        self.begin, self.length = plan.begin, (plan.end - plan.begin) / len(self.homes)
        self.exits: list[Line] = []
        self.on_exit = 0.0
        if rng.random() < PRIVACY:
            self.on_exit = float(rng.beta(1.2, 2))
            places = [c for c in (third(rng, here), third(rng, here)) if book.has(c, "vpn")] or ["NL"]
            self.exits = [(book.fresh(rng, c, "vpn"), c) for c in places]
        self.on_public = float(rng.beta(2, 3)) if actor.team is not None and actor.team.public else 0.0
        self.trips = self._trips(plan)

    def _home(self, here: str) -> Line:
        rng = self.actor.rng
        seen = third(rng, here) if rng.random() < MISPLACED else here
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
    """Connections of an account of an operation."""

    def __init__(self, actor: Actor, book: AddressBook) -> None:
        assert actor.cover is not None
        assert actor.team is not None
        self.actor, self.book, self.team, cover, rng = actor, book, actor.team, actor.cover, actor.rng
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
            return pick(self.actor.rng, self.team.own), "own"
        return self.covered()


def sessions(actor: Actor, plan: Plan, book: AddressBook) -> list[Session]:
    """Every session of the account, its registration first, sorted by time."""
    rng, team, cover = actor.rng, actor.team, actor.cover
    device, cookie = identifier(rng, "dev"), identifier(rng, "ck")
    connections: _Person | _Operator
    if cover is not None and team is not None:
        connections = _Operator(actor, book)
        device = pick(rng, team.devices) if rng.random() < cover.shared_device else device
        cookie = pick(rng, team.cookies) if rng.random() < cover.shared_cookie else cookie
        covered = rng.random() < cover.registration_covered
        registered = connections.covered() if covered else (pick(rng, team.own), "own")
    else:
        connections = _Person(actor, plan, book)
        registered = connections.line(actor.created_at)
    (ip, seen), way = registered
    found = [Session(actor.created_at, ip, seen, way, "registration", device, cookie)]
    begin = max(plan.begin, actor.created_at)
    count = max(1, round(plan.sessions * float(rng.lognormal(0, 0.7))))
    for at in actor.rhythm.times(rng, begin, plan.end, count):
        (ip, seen), way = connections.line(at)
        found.append(Session(at, ip, seen, way, "session" if rng.random() < 0.3 else "login", device, cookie))
    return found
