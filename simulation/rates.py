"""How an operation covers itself and how much of a group is observed: shares drawn per group from wide distributions.

None of these numbers is taken from the weights of the model, and the model takes none from here: a simulation that
shared its constants with the model would only measure agreement with itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np

from attrigraph.errors import InputError

__all__ = [
    "SILENT",
    "Cover",
    "Observed",
    "People",
    "Platform",
    "cover_and_observed",
    "draw_platform",
    "people_and_observed",
]


@dataclass(frozen=True, slots=True)
class Cover:
    """Habits of one operation; every field is a share 0..1.

    A session goes over the operator's own line with `slip` (accounts that are `careful` never do). All others take an
    exit in the persona's territory, an exit elsewhere, a residential proxy there, or Tor, in these proportions.
    The others say of how many accounts (`own_language`, `links_home`: of how many posts) it holds that

    registration_covered  they were registered through such an exit
    phone_persona, phone_third, voip  the number is of the persona's territory, of a third one; of an internet service
    store_persona, pays_persona, currency_persona  so are store, card and currency of adverts
    sim_matches           the SIM is of the territory of the number, not of the operator's
    shared_*              device, cookie, card, phone, mail are those of the team
    rekit                 phone, mail and store are changed when an account is bought
    location_filled, leak the profile names a place; one field is the operator's
    geotag_faked          posts carry coordinates of the persona's cities
    own_language, links_home  a post is in the operator's language, links to a site of the operator's territory
    straw_admins          pages have managers in the persona's territory
    scheduled, campaign   posts come from a scheduler, join messages of the team
    night_shift           a team works in the persona's day (share of teams)
    holiday               activity on public holidays of the operator's territory, against other days
    """

    slip: float
    careful: float
    exit_persona: float
    exit_elsewhere: float
    residential: float
    tor: float
    registration_covered: float
    phone_persona: float
    phone_third: float
    store_persona: float
    shared_device: float
    shared_cookie: float
    shared_card: float
    shared_phone: float
    shared_mail: float
    location_filled: float
    leak: float
    scheduled: float
    campaign: float
    voip: float
    pays_persona: float
    currency_persona: float
    sim_matches: float
    rekit: float
    geotag_faked: float
    own_language: float
    links_home: float
    straw_admins: float
    night_shift: float
    holiday: float


@dataclass(frozen=True, slots=True)
class People:
    """Habits of a group of ordinary people; every field is a share 0..1 of them.

    privacy           use a commercial VPN at times
    misplaced         home lines that the tables put into another territory
    imported          phone and store from a territory they once lived in, or a shop abroad
    voip              have a number of an internet service
    location_filled, language_filled, zone_filled  fill the field of the profile
    vague             of the locations filled, name no place
    english           have the interface in English whatever they speak
    elsewhere_zone    have a zone setting that is not their own (never changed, or another city)
    other_language    posts in another language than usual
    tags, links_out   posts that carry coordinates; that link to sites of other territories
    scheduled         posts through a scheduler
    label_wrong       platform labels made from old or wrong data
    renamed           have changed their handle
    """

    privacy: float
    misplaced: float
    imported: float
    voip: float
    location_filled: float
    language_filled: float
    zone_filled: float
    vague: float
    english: float
    elsewhere_zone: float
    other_language: float
    tags: float
    links_out: float
    scheduled: float
    label_wrong: float
    renamed: float


@dataclass(frozen=True, slots=True)
class Observed:
    """Chance that a kind of trace of one account is in the files; every field is a share 0..1."""

    logins: float
    registration: float
    label: float
    label_region: float
    store: float
    phone: float
    profile: float
    devices: float
    cards: float
    mails: float
    sim: float
    payment: float
    registration_country: float
    declared: float
    admins: float
    display_language: float
    post_language: float
    changes: float


SILENT = Observed(
    logins=0, registration=0, label=0, label_region=0, store=0, phone=0, profile=0.5, devices=0, cards=0, mails=0,
    sim=0, payment=0, registration_country=0, declared=0, admins=0, display_language=0, post_language=0.5, changes=0,
)  # fmt: skip
"""What is seen of a silent account: half of the profiles, and its posts."""


@dataclass(frozen=True, slots=True)
class Platform:
    """What holds for a whole world: the platform's label and the lists of networks.

    unlisted  share of VPN networks that the VPN list does not know; half of them stand in the hosting list instead
    unsure    share of accounts seen mostly through exits for which there is no label; doubts: of the others, those
              whose label the platform itself doubts
    last      sessions that the label looks at
    """

    unlisted: float
    unsure: float
    doubts: float
    last: int


def draw_platform(rng: np.random.Generator) -> Platform:
    """The platform and the lists of one world."""
    return Platform(
        unlisted=float(rng.beta(6, 34)),
        unsure=float(rng.beta(2, 4)),
        doubts=float(rng.beta(3, 1.4)),
        last=int(rng.integers(5, 22)),
    )


BUYS_PROXIES = 0.22
"""Share of operations that pay for residential proxies; the others use VPN exits alone."""


def _cover(rng: np.random.Generator) -> Cover:
    """Habits of an operation: from almost perfect cover to almost none."""
    ways = rng.dirichlet((1.9, 1.1, 0.15))
    residential = float(rng.beta(1, 2)) if rng.random() < BUYS_PROXIES else 0.0
    kit = float(rng.beta(0.8, 1.4))

    def bought() -> float:
        """How much of one kind of kit comes from the persona's territory: kinds resemble each other."""
        return float(np.clip(kit + rng.normal(0, 0.22), 0, 1))

    return Cover(
        slip=float(10 ** rng.uniform(-2, 0)),
        careful=float(rng.beta(1.1, 3.2)),
        exit_persona=float(ways[0]) * (1 - residential),
        exit_elsewhere=float(ways[1]) * (1 - residential),
        residential=residential,
        tor=float(ways[2]) * (1 - residential),
        registration_covered=float(rng.beta(2, 1.2)),
        phone_persona=bought(),
        phone_third=float(rng.beta(1, 6)),
        store_persona=bought(),
        shared_device=float(rng.beta(1.5, 1.5)),
        shared_cookie=float(rng.beta(1, 2)),
        shared_card=float(rng.beta(1, 4)),
        shared_phone=float(rng.beta(1, 4)),
        shared_mail=float(rng.beta(1, 4)),
        location_filled=float(rng.beta(3, 1.6)),
        leak=float(rng.beta(0.7, 4.5)),
        scheduled=float(rng.beta(0.4, 1.2)),
        campaign=float(rng.beta(1.5, 4)),
        voip=float(rng.beta(0.8, 4)),
        pays_persona=bought(),
        currency_persona=bought(),
        sim_matches=float(rng.beta(3, 1.5)),
        rekit=float(rng.beta(1.5, 1.2)),
        geotag_faked=float(rng.beta(0.5, 8)),
        own_language=float(rng.beta(0.35, 2.2)),
        links_home=float(rng.beta(0.5, 10)),
        straw_admins=float(rng.beta(1, 2)),
        night_shift=float(rng.beta(0.5, 2.5)),
        holiday=float(rng.uniform(0.1, 1)),
    )


def _people(rng: np.random.Generator) -> People:
    """Habits of a group of ordinary people."""
    return People(
        privacy=float(rng.beta(1.6, 9)),
        misplaced=float(rng.beta(1, 60)),
        imported=float(rng.beta(1, 24)),
        voip=float(rng.beta(0.8, 20)),
        location_filled=float(rng.beta(4, 2)),
        language_filled=float(rng.beta(6, 1)),
        zone_filled=float(rng.beta(2, 1.6)),
        vague=float(rng.beta(1.5, 7)),
        english=float(rng.beta(1, 9)),
        elsewhere_zone=float(rng.beta(0.8, 14)),
        other_language=float(rng.beta(0.8, 8)),
        tags=float(rng.beta(0.6, 16)),
        links_out=float(rng.beta(3, 4)),
        scheduled=float(rng.beta(0.4, 12)),
        label_wrong=float(rng.beta(1, 40)),
        renamed=float(rng.beta(1, 8)),
    )


def _observed(rng: np.random.Generator) -> Observed:
    """What the files of a case hold of a group."""
    return Observed(
        logins=float(rng.beta(3, 1)),
        registration=float(rng.beta(1.5, 1.5)),
        label=float(rng.beta(1.5, 1.5)),
        label_region=float(rng.beta(1, 6)),
        store=float(rng.beta(1, 1.5)),
        phone=float(rng.beta(1, 1.5)),
        profile=float(rng.beta(8, 1)),
        devices=float(rng.beta(2, 1)),
        cards=float(rng.beta(1, 2)),
        mails=float(rng.beta(1, 2)),
        sim=float(rng.beta(0.7, 4)),
        payment=float(rng.beta(0.7, 4)),
        registration_country=float(rng.beta(0.6, 4)),
        declared=float(rng.beta(0.7, 3)),
        admins=float(rng.beta(0.4, 6)),
        display_language=float(rng.beta(0.6, 3)),
        post_language=float(rng.beta(2, 1)),
        changes=float(rng.beta(1.5, 1.5)),
    )


def cover_and_observed(rng: np.random.Generator, given: Mapping[str, float]) -> tuple[Cover, Observed]:
    """Habits of an operation and what is seen of it: drawn, single fields replaced by those given.

    Raises InputError for a name that neither has and for a value that is no share.
    """
    cover, observed = _cover(rng), _observed(rng)
    _check(given, {f.name for kind in (Cover, Observed) for f in fields(kind)})
    return replace(cover, **_of(Cover, given)), replace(observed, **_of(Observed, given))


def people_and_observed(rng: np.random.Generator, given: Mapping[str, float]) -> tuple[People, Observed]:
    """Habits of a group of ordinary people and what is seen of it; as `cover_and_observed`."""
    people, observed = _people(rng), _observed(rng)
    _check(given, {f.name for kind in (People, Observed) for f in fields(kind)})
    return replace(people, **_of(People, given)), replace(observed, **_of(Observed, given))


def _of(kind: type[Cover | People | Observed], given: Mapping[str, float]) -> dict[str, float]:
    return {f.name: given[f.name] for f in fields(kind) if f.name in given}


def _check(given: Mapping[str, float], known: set[str]) -> None:
    for name, value in given.items():
        if name not in known:
            raise InputError(f"There is no rate {name!r}; rates are {', '.join(sorted(known))}.")
        if not 0 <= value <= 1:
            raise InputError(f"Rate {name!r} is {value}; it is a share between 0 and 1.")
