"""What an account leaves in the files: profile, logins, direct signals, identifiers. Each trace may be missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np

from attrigraph.simulation.cast import Actor
from attrigraph.simulation.places import Place, place
from attrigraph.simulation.plan import Plan
from attrigraph.simulation.sessions import Session, pick, territory_seen

__all__ = ["Row", "identifier_rows", "iso", "login_rows", "milliseconds", "profile_row", "signal_rows"]

Row = dict[str, str]
"""One record of a table: column -> text as it stands in the file; a column that is absent is empty."""

AGENTS = (
    "SimulatedApp/4.2 (Android 14)",
    "SimulatedApp/4.1 (iPhone; iOS 18)",
    "Mozilla/5.0 (Windows NT 10.0) Simulated/126",
    "Mozilla/5.0 (X11; Linux x86_64) Simulated/127",
)
VAGUE = ("here and there", "somewhere nice", "the world", "home", "on the road")
LAST = 12
"""Sessions that the platform's label looks at."""
UNSURE = 0.3
"""Share of accounts seen mostly through exits for which the platform shows no label."""


def iso(at: datetime) -> str:
    """ISO 8601 with Z, to the second."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def milliseconds(at: datetime) -> str:
    """Unix milliseconds."""
    return str(int(at.timestamp()) * 1000)


def _location(rng: np.random.Generator, where: Place) -> str:
    city, name = pick(rng, where.cities), where.names[0]
    return pick(rng, (f"{city}, {name}", f"{city}, {name}", city, name, f"{where.flag()} {city}", pick(rng, VAGUE)))


def profile_row(actor: Actor, plan: Plan) -> Row:
    """The row of `accounts`: what the profile shows, which is the persona unless a field betrays the operator."""
    rng, shown = actor.rng, place(actor.persona)
    row = {
        "account_id": actor.id,
        "platform": plan.platform,
        "handle": actor.handle,
        "display_name": actor.handle.replace("_", " ").title(),
        "created_at": iso(actor.created_at),
        "bio": "SIMULATED account, stands for nobody",
        "followers": str(int(rng.lognormal(5, 1.6))),
        "following": str(int(rng.lognormal(5, 1.0))),
    }
    if rng.random() >= actor.observed.profile:
        return row
    spoken = place(actor.other) if actor.kind == "expatriate" and actor.other else shown
    fields = {"location": _location(rng, shown), "language": pick(rng, spoken.languages), "time_zone": shown.zones[0]}
    if actor.cover is not None and rng.random() < actor.cover.leak:
        home = place(actor.territory)
        fields |= pick(rng, ({"language": home.languages[0]}, {"time_zone": home.zones[0]}))
    filled = actor.cover.location_filled if actor.cover is not None else 0.7
    chance = {"location": filled, "language": 0.9, "time_zone": 0.6}
    return row | {name: value for name, value in fields.items() if rng.random() < chance[name]}


def login_rows(actor: Actor, happened: Sequence[Session], plan: Plan) -> Iterator[Row]:
    """Rows of `logins`: registration and the later part of the sessions, where the files have them."""
    rng, registration, rest = actor.rng, happened[0], happened[1:]
    seen: list[Session] = [registration] if rng.random() < actor.observed.registration else []
    if rng.random() < actor.observed.logins:
        seen += rest[int(len(rest) * rng.uniform(0, 0.6)) :]
    with_device = rng.random() < actor.observed.devices
    agent = pick(rng, AGENTS)
    for session in seen:
        row = {
            "account_id": actor.id,
            "platform": plan.platform,
            "at": milliseconds(session.at) if rng.random() < 0.05 else iso(session.at),
            "ip": f"::ffff:{session.ip}" if "." in session.ip and rng.random() < 0.02 else session.ip,
            "kind": session.kind,
            "user_agent": agent,
        }
        if rng.random() < 0.3:
            row["port"] = str(rng.integers(1024, 65536))
        if with_device:
            row |= {"device_id": session.device, "cookie_id": session.cookie}
        yield row


def signal_rows(actor: Actor, happened: Sequence[Session], plan: Plan) -> Iterator[Row]:
    """Rows of `signals`: the platform's label, made from the last sessions, and the store the app came from."""
    rng, last = actor.rng, happened[-LAST:]
    base = {"account_id": actor.id, "platform": plan.platform, "observed_at": iso(last[-1].at)}
    territory, through_exits = territory_seen(last)
    if rng.random() < actor.observed.label and not (through_exits and rng.random() < UNSURE):
        where = place(territory)
        value = where.region if rng.random() < actor.observed.label_region else pick(rng, where.names)
        row = base | {"signal": "platform_country", "value": value}
        if through_exits and rng.random() < 0.7:
            row["accurate"] = "false"
        elif rng.random() < 0.5:
            row["accurate"] = "true"
        yield row
    if rng.random() < actor.observed.store:
        kind = pick(rng, ("App Store", "Android App"))
        yield base | {
            "signal": "store_country",
            "value": f"{place(actor.kit[1]).names[0]} {kind}",
            "note": "connected via",
        }


def identifier_rows(actor: Actor, happened: Sequence[Session], plan: Plan) -> Iterator[Row]:
    """Rows of `identifiers`: phone, device, cookie, card, recovery mail, times in unix milliseconds."""
    rng, team, cover = actor.rng, actor.team, actor.cover
    base = {
        "account_id": actor.id,
        "platform": plan.platform,
        "first_seen": milliseconds(happened[0].at),
        "last_seen": milliseconds(happened[-1].at),
    }
    phone = place(actor.kit[0]).phone_number(rng)
    card, mail = f"card-{rng.integers(1 << 62):016x}", f"{actor.handle}@mail.example"
    if cover is not None and team is not None:
        phone = team.phone if rng.random() < cover.shared_phone else phone
        card = team.card if rng.random() < cover.shared_card else card
        mail = team.mail if rng.random() < cover.shared_mail else mail
    kept = actor.observed
    for kind, value, chance in (
        ("phone", phone, kept.phone),
        ("device", happened[-1].device, kept.devices),
        ("cookie", happened[-1].cookie, kept.devices * 0.6),
        ("payment_card", card, kept.cards * 0.5),
        ("email", mail, kept.mails),
    ):
        if rng.random() < chance:
            yield base | {"kind": kind, "value": value}
