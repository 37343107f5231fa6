"""Who is in a world: every account with its operator, its persona, its habits, its team."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from attrigraph.simulation.addresses import AddressBook, BlockKind
from attrigraph.simulation.clock import Rhythm, draw_rhythm, shift_rhythm
from attrigraph.simulation.places import place, places
from attrigraph.simulation.plan import BenignPlan, OperationPlan, Plan
from attrigraph.simulation.rates import SILENT, Cover, Observed, cover_and_observed, draw_observed

__all__ = ["Actor", "Team", "cast", "identifier", "stream", "third"]


@dataclass(frozen=True, slots=True)
class Team:
    """What several accounts have in common: a cell of an operation, or guests of one café or mobile gateway.

    `own` are addresses of the operator, `exits` in the persona's territory, `elsewhere` any, `public` shared by
    strangers. An address comes with the territory that registry tables give it.
    """

    name: str
    own: tuple[tuple[str, str], ...] = ()
    exits: tuple[tuple[str, str], ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()
    public: tuple[tuple[str, str], ...] = ()
    devices: tuple[str, ...] = ()
    cookies: tuple[str, ...] = ()
    card: str = ""
    phone: str = ""
    mail: str = ""
    rhythm: Rhythm | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """One account. `persona` is the territory its profile displays, `kit` where its phone and store come from."""

    id: str
    handle: str
    group: str
    kind: str
    territory: str
    persona: str
    kit: tuple[str, str]
    other: str | None
    silent: bool
    created_at: datetime
    rhythm: Rhythm
    observed: Observed
    cover: Cover | None
    team: Team | None
    rng: np.random.Generator


def identifier(rng: np.random.Generator, prefix: str) -> str:
    """An identifier nobody else has."""
    return f"{prefix}-{rng.integers(1 << 62):016x}"


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """A generator of its own for each purpose, so that one group does not shift the chances of another."""
    return np.random.default_rng([seed, *(n if isinstance(n, int) else zlib.crc32(n.encode()) for n in names)])


def third(rng: np.random.Generator, *but: str) -> str:
    """Any territory but these."""
    others = [c for c in places() if c not in but]
    return others[int(rng.integers(len(others)))]


def _lines(
    rng: np.random.Generator, book: AddressBook, territory: str, kind: BlockKind, count: int
) -> tuple[tuple[str, str], ...]:
    return tuple((book.fresh(rng, territory, kind), territory) for _ in range(count))


def _cell(rng: np.random.Generator, plan: OperationPlan, number: int, book: AddressBook) -> Team:
    exit_kind: BlockKind = "vpn" if book.has(plan.persona, "vpn") else "fixed"
    elsewhere = [c for c in (third(rng, plan.territory, plan.persona) for _ in range(6)) if book.has(c, "vpn")]
    own = plan.territory
    return Team(
        name=f"{plan.name}/{number}",
        own=_lines(rng, book, own, "fixed", int(rng.integers(1, 3))) + _lines(rng, book, own, "mobile", 1),
        exits=_lines(rng, book, plan.persona, exit_kind, int(rng.integers(2, 6))),
        elsewhere=tuple((book.fresh(rng, c, "vpn"), c) for c in elsewhere),
        devices=tuple(identifier(rng, "dev") for _ in range(int(rng.integers(1, 4)))),
        cookies=tuple(identifier(rng, "ck") for _ in range(int(rng.integers(1, 3)))),
        card=identifier(rng, "card"),
        phone=place(plan.persona if rng.random() < 0.5 else plan.territory).phone_number(rng),
        mail=f"sim.desk.{rng.integers(1 << 32):08x}@mail.example",
        rhythm=shift_rhythm(rng, place(own).zone),
    )


def _handle(rng: np.random.Generator, native: str) -> str:
    return f"sim_{WORDS[int(rng.integers(len(WORDS)))]}_{native}"


def _created(rng: np.random.Generator, plan: Plan, spread_days: float) -> datetime:
    return plan.begin + timedelta(seconds=int(rng.uniform(-spread_days, 60) * 86400))


def _bought(rng: np.random.Generator, group: OperationPlan, cover: Cover) -> tuple[str, str]:
    """Where phone and store of an account of an operation come from."""
    phone, draw = group.territory, rng.random()
    if draw < cover.phone_persona:
        phone = group.persona
    elif rng.random() < cover.phone_third:
        phone = third(rng, group.territory, group.persona)
    return phone, group.persona if rng.random() < cover.store_persona else group.territory


def _operation(seed: int, plan: Plan, group: OperationPlan, ids: list[str], book: AddressBook) -> Iterator[Actor]:
    rng = stream(seed, group.name)
    cover, observed = cover_and_observed(rng, group.rates)
    cells = [_cell(rng, group, number, book) for number in range(group.cells)]
    started = [_created(rng, plan, 400) for _ in cells]
    for number, native in enumerate(ids):
        own, cell = stream(seed, group.name, number), number % group.cells
        silent = number >= group.accounts - group.silent
        team = cells[cell]
        assert team.rhythm is not None
        yield Actor(
            id=native,
            handle=_handle(own, native),
            group=group.name,
            kind="operation",
            territory=group.territory,
            persona=group.persona,
            kit=_bought(own, group, cover),
            other=None,
            silent=silent,
            created_at=started[cell] + timedelta(minutes=int(own.exponential(3000))),
            rhythm=team.rhythm,
            observed=SILENT if silent else observed,
            cover=cover,
            team=team,
            rng=own,
        )


def _benign(seed: int, plan: Plan, group: BenignPlan, ids: list[str], book: AddressBook) -> Iterator[Actor]:
    rng = stream(seed, group.name)
    observed = draw_observed(rng)
    crowded = int(rng.integers(2, 5)) if group.kind in ("cafe", "cgnat") else 0
    kind: BlockKind = "mobile" if group.kind == "cgnat" else "fixed"
    team = Team(name=group.name, public=_lines(rng, book, group.territory, kind, crowded))
    here, other = group.territory, group.other or group.territory
    for number, native in enumerate(ids):
        own = stream(seed, group.name, number)
        silent = number >= group.accounts - group.silent
        foreign = group.kind == "diaspora" or (group.kind == "expatriate" and own.random() < 0.5)
        kit = (here, here)
        if group.kind == "expatriate":
            kit = (here if own.random() < 0.4 else other, other)
        yield Actor(
            id=native,
            handle=_handle(own, native),
            group=group.name,
            kind=group.kind,
            territory=here,
            persona=other if foreign else here,
            kit=kit,
            other=group.other,
            silent=silent,
            created_at=_created(own, plan, 2500),
            rhythm=draw_rhythm(own, place(here).zone),
            observed=SILENT if silent else observed,
            cover=None,
            team=team,
            rng=own,
        )


WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "islet", "juniper", "kelp", "linden")


def cast(plan: Plan, seed: int, book: AddressBook) -> list[Actor]:
    """Every account of the plan, in the order of its native id, which says nothing about its group."""
    numbers = stream(seed, "ids").permutation(plan.accounts)
    width = len(str(plan.accounts))
    ids = [f"9{n:0{width}d}" for n in numbers]
    actors: list[Actor] = []
    for group in plan.groups:
        mine = ids[len(actors) : len(actors) + group.accounts]
        if isinstance(group, OperationPlan):
            actors += _operation(seed, plan, group, mine, book)
        else:
            actors += _benign(seed, plan, group, mine, book)
    return sorted(actors, key=lambda actor: actor.id)
