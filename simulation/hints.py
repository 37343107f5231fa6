"""What an account leaves in the table `signals`: what the platform says of it, and the places its kit comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from attrigraph.simulation.actors import Actor, Kit, third
from attrigraph.simulation.places import place
from attrigraph.simulation.plan import Plan
from attrigraph.simulation.rates import Platform
from attrigraph.simulation.sessions import Session, pick, territory_seen
from attrigraph.simulation.traces import Row, iso, spoken_by

__all__ = ["signal_rows"]


def signal_rows(actor: Actor, happened: Sequence[Session], platform: Platform, plan: Plan) -> Iterator[Row]:
    """Rows of `signals` of one account; each kind may be missing."""
    base = {"account_id": actor.id, "platform": plan.platform}
    now = base | {"observed_at": iso(happened[-1].at)}
    yield from _label(actor, happened, platform, now)
    yield from _admins(actor, happened, now)
    if actor.rng.random() < actor.observed.registration_country:
        seen = pick(actor.rng, place(happened[0].seen).names)
        yield base | {"signal": "registration_country", "value": seen, "observed_at": iso(happened[0].at)}
    yield from _kit(actor, happened[-1].at, base)
    yield from _displayed(actor, now)
    yield from _renamed(actor, happened, base)


def _label(actor: Actor, happened: Sequence[Session], platform: Platform, now: Row) -> Iterator[Row]:
    """The platform's label, made from the last sessions as a platform would; now and then from old ones, or wrong."""
    rng, sessions = actor.rng, happened[-platform.last :]
    territory, through_exits = territory_seen(sessions)
    if rng.random() < actor.people.label_wrong:
        territory = pick(rng, (happened[0].seen, third(rng, territory)))
    if rng.random() >= actor.observed.label or (through_exits and rng.random() < platform.unsure):
        return
    where = place(territory)
    row = now | {"signal": "platform_country", "value": pick(rng, where.names)}
    if rng.random() < actor.observed.label_region:
        row |= {"signal": pick(rng, ("platform_country", "platform_region")), "value": where.region}
    if through_exits and rng.random() < platform.doubts:
        row["accurate"] = "false"
    elif rng.random() < 0.5:
        row["accurate"] = "true"
    yield row


def _admins(actor: Actor, happened: Sequence[Session], now: Row) -> Iterator[Row]:
    """Where the managers of a page sit: as sessions show, beside straw managers of the persona's territory."""
    rng = actor.rng
    if rng.random() >= actor.observed.admins:
        return
    straw = actor.cover.straw_admins if actor.cover is not None else 0.0
    seen = [actor.persona if rng.random() < straw else pick(rng, happened).seen for _ in range(int(rng.integers(1, 5)))]
    for territory in sorted(set(seen)):
        many = seen.count(territory)
        yield now | {
            "signal": "admin_country",
            "value": place(territory).names[0],
            "note": f"{many} of {len(seen)} managers",
        }


def _kit(actor: Actor, last: datetime, base: Row) -> Iterator[Row]:
    """Store, SIM, card, currency: of the owner before, and of today's where they were changed."""
    rng, kept, sold = actor.rng, actor.observed, actor.bought_at
    for names, chance in (
        (("store_country",), kept.store),
        (("sim_carrier",), kept.sim),
        (("payment_country", "payment_currency"), kept.payment),
    ):
        if rng.random() >= chance:
            continue
        times: list[tuple[Kit, datetime]] = [(actor.kit, last)]
        if actor.former_kit is not None and sold is not None:
            rekit = actor.cover is None or rng.random() < actor.cover.rekit
            times = [(actor.former_kit, sold), *times] if rekit else [(actor.former_kit, last)]
        for kit, at in times:
            for name in names:
                if name == names[0] or rng.random() < 0.5:
                    yield base | {"signal": name, "observed_at": iso(at)} | _value(actor, kit, name)


def _value(actor: Actor, kit: Kit, name: str) -> Row:
    if name == "store_country":
        store = pick(actor.rng, ("App Store", "Android App"))
        return {"value": f"{place(kit.store).names[0]} {store}", "note": "connected via"}
    if name == "payment_currency":
        return {"value": place(kit.currency).currency}
    return {"value": place({"sim_carrier": kit.sim, "payment_country": kit.card}[name]).names[0]}


def _displayed(actor: Actor, now: Row) -> Iterator[Row]:
    """What the account says of itself in settings: a country, a language."""
    rng = actor.rng
    if rng.random() < actor.observed.declared:
        yield now | {"signal": "declared_country", "value": pick(rng, place(actor.persona).names)}
    if rng.random() < actor.observed.display_language:
        language = "en" if rng.random() < actor.people.english else pick(rng, spoken_by(actor).languages)
        yield now | {"signal": "display_language", "value": language}


def _renamed(actor: Actor, happened: Sequence[Session], base: Row) -> Iterator[Row]:
    """A change of the handle: when the account was bought, for ordinary people at any time."""
    if not actor.former_handle or actor.rng.random() >= actor.observed.changes:
        return
    lived = happened[-1].at - actor.created_at
    at = actor.bought_at or actor.created_at + lived * float(actor.rng.random())
    yield base | {"signal": "handle_change", "value": actor.former_handle, "observed_at": iso(at)}
