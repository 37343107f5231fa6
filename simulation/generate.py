"""From a plan and a seed to a world."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrigraph.progress import SILENT, Progress
from attrigraph.simulation.actors import Actor, stream
from attrigraph.simulation.addresses import AddressBook, blocks
from attrigraph.simulation.cast import cast
from attrigraph.simulation.hints import signal_rows
from attrigraph.simulation.places import place
from attrigraph.simulation.plan import ClaimPlan, Plan
from attrigraph.simulation.rates import draw_platform
from attrigraph.simulation.sessions import Session, pick, sessions
from attrigraph.simulation.talk import Message, messages, post_rows, tie_rows
from attrigraph.simulation.traces import Row, identifier_rows, iso, login_rows, profile_rows, visible
from attrigraph.simulation.truth import truth_rows
from attrigraph.simulation.world import FILES, World

__all__ = ["simulate"]


def simulate(plan: Plan, seed: int, progress: Progress = SILENT) -> World:
    """Play the plan. The same plan and seed give the same world.

    Raises InputError when the plan asks for something the simulation does not know.
    """
    plan.check()
    book, platform = AddressBook(plan.shared_exits), draw_platform(stream(seed, "platform"))
    actors = cast(plan, seed, book)
    tables: dict[str, list[Row]] = {name: [] for name in FILES}
    seen: dict[str, str] = {}
    said: dict[str, list[Message]] = {}
    shown: dict[str, list[Session]] = {}
    progress.step("simulate accounts", len(actors))
    for actor in actors:
        happened = sessions(actor, plan, book)
        seen |= {session.ip: session.seen for session in happened}
        tables["accounts"] += profile_rows(actor, plan)
        shown[actor.id] = visible(actor, happened)
        tables["logins"] += login_rows(actor, shown[actor.id], plan)
        tables["signals"] += signal_rows(actor, happened, platform, plan)
        tables["identifiers"] += identifier_rows(actor, happened, plan)
        if actor.team is not None and actor.team.name not in said:
            said[actor.team.name] = messages(seed, plan, actor.team)
        tables["posts"] += post_rows(actor, plan, said[actor.team.name] if actor.team is not None else ())
        progress.advance()
    tables["ties"] += tie_rows(seed, actors, plan)
    tables["claims"] += _claim_rows(seed, actors, plan)
    broken = _break(seed, tables) if plan.defects else {}
    truth = tuple(truth_rows(actors, shown, plan))
    return World(plan, seed, tables, truth, broken, seen, _lists(seed, book, platform.unlisted))


def _claim_row(claim: ClaimPlan, actor: Actor, plan: Plan) -> Row:
    return {
        "account_id": f"{plan.platform}:{actor.id}",
        "territory": place(claim.territory).names[0] if claim.territory else "",
        "organisation": claim.organisation or "",
        "relation": claim.relation,
        "claimant": claim.claimant,
        "claimed_at": iso(claim.claimed_at),
        "url": claim.url,
        "grade": claim.grade,
    }


def _claim_rows(seed: int, actors: list[Actor], plan: Plan) -> Iterator[Row]:
    for number, claim in enumerate(plan.claims):
        rng = stream(seed, "claims", number)
        for group, counts in claim.about.items():
            for silent, count in zip((False, True), counts, strict=True):
                pool = [actor for actor in actors if actor.group == group and actor.silent == silent]
                chosen = sorted(int(index) for index in rng.permutation(len(pool))[:count])
                yield from (_claim_row(claim, pool[index], plan) for index in chosen)


def _without_zone(text: str) -> str:
    return f"{text[:10]} {text[11:19]}" if "T" in text else "2026-03-04 05:06:07"


DEFECTS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("logins", "ip", lambda _: "999.12.3.4"),
    ("logins", "ip", lambda ip: f"{ip}.7.7"),
    ("logins", "at", _without_zone),
    ("logins", "at", _without_zone),
    ("logins", "at", lambda _: "last Tuesday"),
    ("logins", "account_id", lambda _: ""),
    ("posts", "at", _without_zone),
    ("posts", "account_id", lambda _: ""),
    ("signals", "value", lambda _: ""),
    ("identifiers", "kind", lambda _: "passport"),
)
"""Table, column and what breaks it; each is done to a copy of a good row, so that no evidence is lost."""


def _break(seed: int, tables: dict[str, list[Row]]) -> dict[str, int]:
    rng = stream(seed, "defects")
    good = {table: tuple(rows) for table, rows in tables.items()}
    broken: dict[str, int] = {}
    for table, column, spoil in DEFECTS:
        rows = tables[table]
        if good[table]:
            row = pick(rng, good[table])
            rows.insert(int(rng.integers(len(rows))), row | {column: spoil(row[column])})
            broken[table] = broken.get(table, 0) + 1
    return broken


def _lists(seed: int, book: AddressBook, unlisted: float) -> dict[str, list[str]]:
    rng = stream(seed, "lists")
    vpn, hosting = [], set(book.used["hosting"])
    for (_, kind), networks in blocks().items():
        for block in networks if kind == "vpn" else ():
            draw = rng.random()
            if draw >= unlisted:
                vpn.append(str(block.network))
            elif draw >= unlisted / 2:
                hosting.add(str(block.network))
    return {"vpn": sorted(vpn), "hosting": sorted(hosting), "tor": sorted(book.used["tor"])}
