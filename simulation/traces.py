"""What an account leaves in the files: profiles, logins, identifiers. Each trace may be missing; see `hints` for the
table `signals`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np

from attrigraph.simulation.actors import Actor
from attrigraph.simulation.places import Place, place
from attrigraph.simulation.plan import Plan
from attrigraph.simulation.sessions import Session, pick

__all__ = ["Row", "identifier_rows", "iso", "login_rows", "milliseconds", "profile_rows", "spoken_by", "visible"]

Row = dict[str, str]
"""One record of a table: column -> text as it stands in the file; a column that is absent is empty."""

AGENTS = (
    "SimulatedApp/4.2 (Android 14)",
    "SimulatedApp/4.1 (iPhone; iOS 18)",
    "Mozilla/5.0 (Windows NT 10.0) Simulated/126",
    "Mozilla/5.0 (X11; Linux x86_64) Simulated/127",
)
VAGUE = ("here and there", "somewhere nice", "the world", "home", "on the road")
BIO = "SIMULATED account, stands for nobody"
DEFAULT_ZONE = "America/Los_Angeles"
"""What a platform sets when nobody chooses."""


def iso(at: datetime) -> str:
    """ISO 8601 with Z, to the second."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def milliseconds(at: datetime) -> str:
    """Unix milliseconds."""
    return str(int(at.timestamp()) * 1000)


def spoken_by(actor: Actor) -> Place:
    """The territory whose language the account uses now: the persona's, for expatriates that of the one they left."""
    return place(actor.spoken)


def _location(rng: np.random.Generator, where: Place, vague: float) -> str:
    if rng.random() < vague:
        return pick(rng, VAGUE)
    city, name = pick(rng, where.cities), where.names[0]
    return pick(rng, (f"{city}, {name}", f"{city}, {name}", city, name, f"{where.flag()} {city}"))


def _filled(actor: Actor) -> dict[str, str]:
    """The profile fields as the account would fill them."""
    rng, people, shown = actor.rng, actor.people, place(actor.persona)
    fields = {
        "location": _location(rng, shown, people.vague),
        "language": pick(rng, spoken_by(actor).languages),
        "time_zone": pick(rng, shown.zones),
    }
    if rng.random() < people.english:
        fields["language"] = "en"
    if rng.random() < people.elsewhere_zone:
        fields["time_zone"] = pick(rng, (DEFAULT_ZONE, "Europe/London", place(actor.other or actor.persona).zones[0]))
    if actor.cover is not None and rng.random() < actor.cover.leak:
        home = place(actor.territory)
        fields |= pick(rng, ({"language": home.languages[0]}, {"time_zone": home.zones[0]}))
    return fields


def profile_rows(actor: Actor, plan: Plan) -> Iterator[Row]:
    """Rows of `accounts`: what the profile shows, which is the persona unless a field betrays the operator.

    Of some accounts that were bought there is an older row as well, the profile of the owner before.
    """
    rng, people, sold = actor.rng, actor.people, actor.bought_at
    if sold is not None and sold > plan.begin and rng.random() < actor.observed.changes * 0.5:
        yield _former_profile(actor, plan.begin + (sold - plan.begin) * float(rng.random()), plan)
    name, bio = _titled(actor.handle), BIO
    if rng.random() < actor.observed.profile * 0.12:
        flag = place(actor.persona).flag()
        name, bio = pick(rng, ((f"{name} {flag}", bio), (name, f"{bio} {flag}")))
    row = _profile(actor, actor.handle, name, plan.end, plan) | {"bio": bio}
    if rng.random() < actor.observed.profile:
        located = actor.cover.location_filled if actor.cover is not None else people.location_filled
        chance = {"location": located, "language": people.language_filled, "time_zone": people.zone_filled}
        row |= {name: value for name, value in _filled(actor).items() if rng.random() < chance[name]}
    yield row


def _titled(handle: str) -> str:
    return handle.replace("_", " ").title()


def _profile(actor: Actor, handle: str, name: str, at: datetime, plan: Plan) -> Row:
    return {
        "account_id": actor.id,
        "platform": plan.platform,
        "handle": handle,
        "display_name": name,
        "created_at": iso(actor.created_at),
        "bio": BIO,
        "followers": str(int(actor.rng.lognormal(5, 1.6))),
        "following": str(int(actor.rng.lognormal(5, 1.0))),
        "observed_at": iso(at),
    }


def _former_profile(actor: Actor, at: datetime, plan: Plan) -> Row:
    rng, people, home = actor.rng, actor.people, place(actor.stages[0].territory)
    row = _profile(actor, actor.former_handle, _titled(actor.former_handle), at, plan)
    if rng.random() < people.location_filled:
        row["location"] = _location(rng, home, people.vague)
    return row | {"language": pick(rng, home.languages)}


def visible(actor: Actor, happened: Sequence[Session]) -> list[Session]:
    """The sessions that the files have: the registration or not, and the later part of the others or none."""
    rng, registration, rest = actor.rng, happened[0], happened[1:]
    seen = [registration] if rng.random() < actor.observed.registration else []
    if rng.random() < actor.observed.logins:
        seen += rest[int(len(rest) * rng.uniform(0, 0.6)) :]
    return seen


def login_rows(actor: Actor, seen: Sequence[Session], plan: Plan) -> Iterator[Row]:
    """Rows of `logins` for the sessions that are `visible`."""
    rng = actor.rng
    with_device = rng.random() < actor.observed.devices
    agent = pick(rng, AGENTS)
    for session in seen:
        row = {
            "account_id": actor.id,
            "platform": plan.platform,
            "at": milliseconds(session.at) if rng.random() < 0.05 else iso(session.at),
            "ip": f"::ffff:{session.ip}" if "." in session.ip and rng.random() < 0.018 else session.ip,
            "kind": session.kind,
            "user_agent": agent,
        }
        if rng.random() < 0.3:
            row["port"] = str(rng.integers(1024, 65536))
        if with_device:
            row |= {"device_id": session.device, "cookie_id": session.cookie}
        yield row


def identifier_rows(actor: Actor, happened: Sequence[Session], plan: Plan) -> Iterator[Row]:
    """Rows of `identifiers`: phone, device, cookie, card, recovery mail, times in unix milliseconds.

    Of an account that was bought, those of the owner before end where the new ones begin; what was not changed stays.
    """
    rng, kept = actor.rng, actor.observed
    chances = {
        "phone": kept.phone,
        "device": kept.devices,
        "cookie": kept.devices * 0.6,
        "payment_card": kept.cards * 0.5,
        "email": kept.mails,
    }
    kept_kinds = [kind for kind, chance in chances.items() if rng.random() < chance]
    first, last, sold = happened[0].at, happened[-1].at, actor.bought_at
    base = {"account_id": actor.id, "platform": plan.platform}
    for kind in kept_kinds:
        before = _former(actor, kind, happened)
        if before and sold is not None:
            stays = kind in ("phone", "email") and actor.cover is not None and rng.random() >= actor.cover.rekit
            until = last if stays else sold
            yield base | {"kind": kind, "value": before} | _span(first, until)
            if stays:
                continue
        yield base | {"kind": kind, "value": _value(actor, kind, happened[-1])} | _span(sold or first, last)


def _span(first: datetime, last: datetime) -> Row:
    return {"first_seen": milliseconds(first), "last_seen": milliseconds(max(first, last))}


def _value(actor: Actor, kind: str, last: Session) -> str:
    """The identifier used now: that of the team, or one of this account alone."""
    rng, team, cover = actor.rng, actor.team, actor.cover
    own = {
        "phone": place(actor.kit.phone).phone_number(rng, actor.kit.voip),
        "payment_card": f"card-{rng.integers(1 << 62):016x}",
        "email": f"{actor.handle}@mail.example",
        "device": last.device,
        "cookie": last.cookie,
    }
    if cover is not None and team is not None:
        shared = {
            "phone": (team.phone, cover.shared_phone),
            "payment_card": (team.card, cover.shared_card),
            "email": (team.mail, cover.shared_mail),
        }
        if kind in shared and not (actor.hired and kind == "phone") and rng.random() < shared[kind][1]:
            return shared[kind][0]
    return own[kind]


def _former(actor: Actor, kind: str, happened: Sequence[Session]) -> str:
    """What the owner before used; empty when there was none or nothing is known of it."""
    rng = actor.rng
    if actor.former_kit is None:
        return ""
    if kind == "phone":
        return place(actor.former_kit.phone).phone_number(rng, actor.former_kit.voip)
    if kind == "email":
        return f"{actor.former_handle}@mail.example"
    theirs = [session for session in happened[1:] if session.stage == 0]
    if kind in ("device", "cookie") and theirs:
        return theirs[-1].device if kind == "device" else theirs[-1].cookie
    return ""
