"""Who is in a world: every account with its operators, its persona, its habits, its team."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from attrigraph.simulation.actors import Actor, Kit, Line, Stage, Team, identifier, stream, third
from attrigraph.simulation.addresses import AddressBook, BlockKind
from attrigraph.simulation.clock import Rhythm, draw_rhythm, shift_rhythm
from attrigraph.simulation.places import place
from attrigraph.simulation.plan import BenignPlan, OperationPlan, Plan
from attrigraph.simulation.rates import SILENT, Cover, People, cover_and_observed, people_and_observed

__all__ = ["cast"]

WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "islet", "juniper", "kelp", "linden")
AGED_DAYS = (400, 2600)
"""Age of a bought account at the begin of the period, days."""


def _lines(
    rng: np.random.Generator, book: AddressBook, territory: str, kind: BlockKind, count: int
) -> tuple[Line, ...]:
    return tuple((book.fresh(rng, territory, kind), territory) for _ in range(count))


def _desk(rng: np.random.Generator, book: AddressBook, territory: str) -> tuple[Line, ...]:
    """The lines of a team in one place."""
    return _lines(rng, book, territory, "fixed", int(rng.integers(1, 3))) + _lines(rng, book, territory, "mobile", 1)


def _shift(rng: np.random.Generator, territory: str, plan: OperationPlan, cover: Cover) -> Rhythm:
    """Working hours of a team: of its own day, or, for some, of the day of the persona."""
    day = plan.persona if rng.random() < cover.night_shift else territory
    return shift_rhythm(rng, place(day).zone, place(territory).holidays, cover.holiday)


def _cell(rng: np.random.Generator, plan: OperationPlan, cover: Cover, number: int, book: AddressBook) -> Team:
    exit_kind: BlockKind = "vpn" if book.has(plan.persona, "vpn") else "fixed"
    elsewhere = [c for c in (third(rng, plan.territory, plan.persona) for _ in range(6)) if book.has(c, "vpn")]
    own, before = plan.territory, plan.moved_from
    return Team(
        name=f"{plan.name}/{number}",
        own=_desk(rng, book, own),
        former=_desk(rng, book, before) if before else (),
        exits=_lines(rng, book, plan.persona, exit_kind, int(rng.integers(2, 6))),
        elsewhere=tuple((book.fresh(rng, c, "vpn"), c) for c in elsewhere),
        devices=tuple(identifier(rng, "dev") for _ in range(int(rng.integers(1, 4)))),
        cookies=tuple(identifier(rng, "ck") for _ in range(int(rng.integers(1, 3)))),
        card=identifier(rng, "card"),
        phone=place(plan.persona if rng.random() < cover.phone_persona else own).phone_number(rng),
        mail=f"sim.desk.{rng.integers(1 << 32):08x}@mail.example",
        rhythm=_shift(rng, own, plan, cover),
        former_rhythm=_shift(rng, before, plan, cover) if before else None,
    )


def _handle(rng: np.random.Generator, native: str) -> str:
    return f"sim_{WORDS[int(rng.integers(len(WORDS)))]}_{native}"


def _days_before(rng: np.random.Generator, begin: datetime, first: float, last: float) -> datetime:
    """A time `first` to `last` days before `begin`; negative days are after it."""
    return begin - timedelta(seconds=int(rng.uniform(first, last) * 86400))


def _zone(rng: np.random.Generator, territory: str) -> ZoneInfo:
    zones = place(territory).zones
    return ZoneInfo(zones[int(rng.integers(len(zones)))])


def _private(rng: np.random.Generator, territory: str) -> Rhythm:
    return draw_rhythm(rng, _zone(rng, territory), place(territory).holidays)


def _bought_kit(rng: np.random.Generator, group: OperationPlan, cover: Cover) -> Kit:
    """Where phone, SIM, store, card and currency of an account of an operation come from."""
    own, persona = group.territory, group.persona

    def of(share: float) -> str:
        return persona if rng.random() < share else own

    phone = persona if rng.random() < cover.phone_persona else own
    if phone == own and rng.random() < cover.phone_third:
        phone = third(rng, own, persona)
    return Kit(
        phone=phone,
        sim=phone if rng.random() < cover.sim_matches else own,
        store=of(cover.store_persona),
        card=of(cover.pays_persona),
        currency=of(cover.currency_persona),
        voip=rng.random() < cover.voip,
    )


@dataclass(frozen=True, slots=True)
class _Life:
    """What happened to one account of an operation."""

    created_at: datetime
    stages: tuple[Stage, ...]
    former_kit: Kit | None
    hired: bool


def _worked(plan: Plan, group: OperationPlan, team: Team, begin: datetime) -> tuple[Stage, ...]:
    """The stages in the hands of the team, from `begin` on: two when the operation moves."""
    assert team.rhythm is not None
    if group.moved_from is None or group.moved_at is None or begin >= group.moved_at:
        return (Stage(begin, plan.end, group.territory, "operator", team.rhythm, team.own),)
    assert team.former_rhythm is not None
    return (
        Stage(begin, group.moved_at, group.moved_from, "operator", team.former_rhythm, team.former),
        Stage(group.moved_at, plan.end, group.territory, "operator", team.rhythm, team.own),
    )


def _life(rng: np.random.Generator, plan: Plan, group: OperationPlan, team: Team, started: datetime) -> _Life:
    draw = rng.random()
    if draw < group.hired:
        where = group.hired_in or group.persona
        stage = Stage(started, plan.end, where, "person", _private(rng, where))
        return _Life(started, (stage,), None, True)
    if draw < group.hired + group.bought * (1 - group.hired):
        where = group.bought_from or group.persona
        created = _days_before(rng, plan.begin, *AGED_DAYS)
        sold = plan.begin + (plan.end - plan.begin) * float(rng.uniform(-0.2, 0.6))
        owner = Stage(created, sold, where, "person", _private(rng, where))
        return _Life(created, (owner, *_worked(plan, group, team, sold)), Kit.of(where), False)
    return _Life(started, _worked(plan, group, team, started), None, False)


def _operation(seed: int, plan: Plan, group: OperationPlan, ids: list[str], book: AddressBook) -> Iterator[Actor]:
    rng = stream(seed, group.name)
    cover, observed = cover_and_observed(rng, group.rates)
    people, _ = people_and_observed(rng, {})
    cells = [_cell(rng, group, cover, number, book) for number in range(group.cells)]
    started = [_days_before(rng, plan.begin, -60, 400) for _ in cells]
    for number, native in enumerate(ids):
        own, cell = stream(seed, group.name, number), number % group.cells
        silent = number >= group.accounts - group.silent
        kit = _bought_kit(own, group, cover)
        life = _life(own, plan, group, cells[cell], started[cell] + _gap(own))
        yield Actor(
            id=native,
            handle=_handle(own, native),
            group=group.name,
            kind="operation",
            persona=group.persona,
            spoken=group.persona,
            other=None,
            silent=silent,
            hired=life.hired,
            created_at=life.created_at,
            stages=life.stages,
            kit=Kit.of(life.stages[0].territory) if life.hired else kit,
            former_kit=life.former_kit,
            former_handle=_handle(own, native) if life.former_kit else "",
            observed=SILENT if silent else observed,
            cover=cover,
            people=people,
            team=cells[cell],
            rng=own,
        )


def _gap(rng: np.random.Generator) -> timedelta:
    """Accounts of one team are made within days of each other."""
    return timedelta(minutes=int(rng.exponential(3000)))


def _benign(seed: int, plan: Plan, group: BenignPlan, ids: list[str], book: AddressBook) -> Iterator[Actor]:
    rng = stream(seed, group.name)
    people, observed = people_and_observed(rng, group.rates)
    crowded = int(rng.integers(2, 5)) if group.kind in ("cafe", "cgnat") else 0
    kind: BlockKind = "mobile" if group.kind == "cgnat" else "fixed"
    team = Team(name=group.name, public=_lines(rng, book, group.territory, kind, crowded))
    here, other = group.territory, group.other or group.territory
    for number, native in enumerate(ids):
        own = stream(seed, group.name, number)
        silent = number >= group.accounts - group.silent
        foreign = group.kind == "diaspora" or (group.kind == "expatriate" and own.random() < 0.5)
        created = _days_before(own, plan.begin, -60, 2500)
        yield Actor(
            id=native,
            handle=_handle(own, native),
            group=group.name,
            kind=group.kind,
            persona=other if foreign else here,
            spoken=other if foreign or group.kind == "expatriate" else here,
            other=group.other,
            silent=silent,
            hired=False,
            created_at=created,
            stages=(Stage(created, plan.end, here, "person", _private(own, here)),),
            kit=_own_kit(own, group, people),
            former_kit=None,
            former_handle=_handle(own, native) if own.random() < people.renamed else "",
            observed=SILENT if silent else observed,
            cover=None,
            people=people,
            team=team,
            rng=own,
        )


def _own_kit(rng: np.random.Generator, group: BenignPlan, people: People) -> Kit:
    """Kit of an ordinary person: from home, unless it was brought along or bought abroad."""
    voip = rng.random() < people.voip
    if group.kind == "expatriate" and group.other:
        here, old = group.territory, group.other
        phone, store, card = (old if rng.random() < share else here for share in rng.beta((2, 3, 1), (2, 1.5, 1.5)))
        return Kit(phone, phone, store, card, card, voip)
    if rng.random() < people.imported:
        return Kit.of(third(rng, group.territory), voip)
    return Kit.of(group.territory, voip)


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
