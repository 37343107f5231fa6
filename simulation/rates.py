"""How an operation covers itself and how much of a group is observed: shares drawn per group from wide distributions.

None of these numbers is taken from the weights of the model, and the model takes none from here: a simulation that
shared its constants with the model would only measure agreement with itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np

from attrigraph.errors import InputError

__all__ = ["Cover", "Observed", "cover_and_observed", "draw_cover", "draw_observed"]


@dataclass(frozen=True, slots=True)
class Cover:
    """Habits of one operation; every field is a share 0..1.

    A session goes over the operator's own line with `slip` (accounts that are `careful` never do). All others take an
    exit in the persona's territory, an exit elsewhere, a residential proxy there, or Tor, in these proportions.
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


SILENT = Observed(0, 0, 0, 0, 0, 0, 0.5, 0, 0, 0)
"""What is seen of a silent account: half of the profiles, and its posts."""


BUYS_PROXIES = 0.2
"""Share of operations that pay for residential proxies; the others use VPN exits alone."""


def draw_cover(rng: np.random.Generator) -> Cover:
    """Habits of an operation: from almost perfect cover to almost none."""
    ways = rng.dirichlet((2.2, 0.6, 0.1))
    residential = float(rng.beta(1, 2)) if rng.random() < BUYS_PROXIES else 0.0
    return Cover(
        slip=float(10 ** rng.uniform(-2.5, -0.2)),
        careful=float(rng.beta(1.2, 2.5)),
        exit_persona=float(ways[0]) * (1 - residential),
        exit_elsewhere=float(ways[1]) * (1 - residential),
        residential=residential,
        tor=float(ways[2]) * (1 - residential),
        registration_covered=float(rng.beta(2, 1.2)),
        phone_persona=float(rng.beta(1.5, 1.5)),
        phone_third=float(rng.beta(1, 6)),
        store_persona=float(rng.beta(1.5, 1.5)),
        shared_device=float(rng.beta(1.5, 1.5)),
        shared_cookie=float(rng.beta(1, 2)),
        shared_card=float(rng.beta(1, 4)),
        shared_phone=float(rng.beta(1, 4)),
        shared_mail=float(rng.beta(1, 4)),
        location_filled=float(rng.beta(5, 1.2)),
        leak=float(rng.beta(0.6, 12)),
        scheduled=float(rng.beta(0.4, 1.2)),
        campaign=float(rng.beta(1.5, 4)),
    )


def draw_observed(rng: np.random.Generator) -> Observed:
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
    )


def cover_and_observed(rng: np.random.Generator, given: Mapping[str, float]) -> tuple[Cover, Observed]:
    """Both drawn, single fields replaced by those given. Raises InputError for a name that neither has."""
    cover, observed = draw_cover(rng), draw_observed(rng)
    of_cover, of_observed = ({f.name for f in fields(kind)} for kind in (Cover, Observed))
    for name, value in given.items():
        if name not in of_cover | of_observed:
            raise InputError(f"There is no rate {name!r}; rates are {', '.join(sorted(of_cover | of_observed))}.")
        if not 0 <= value <= 1:
            raise InputError(f"Rate {name!r} is {value}; it is a share between 0 and 1.")
    return (
        replace(cover, **{k: v for k, v in given.items() if k in of_cover}),
        replace(observed, **{k: v for k, v in given.items() if k in of_observed}),
    )
