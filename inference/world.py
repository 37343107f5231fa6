"""What is weighed against: priors, the shares pi of each signal's values, and the items that follow from a sighting."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from attrigraph.errors import InputError
from attrigraph.inference.algebra import anywhere, clip, cover_score, point_score, smoothed_share
from attrigraph.inference.records import Item
from attrigraph.inference.signal import PointSignal, Sighting
from attrigraph.inference.weights import Weights
from attrigraph.territories import territories

__all__ = ["PRIOR_MIXES", "Tally", "World", "kept", "kept_world", "point_item", "priors_of"]

PRIOR_MIXES = ("case", "uniform")
"""Prior mixes that need no table: territories seen in the case, or all alike."""


@dataclass(frozen=True, slots=True)
class World:
    """Priors by territory (they sum to 1 - prior of UNKNOWN) and pi by pool and territory."""

    weights: Weights
    priors: Mapping[str, float]
    shares: Mapping[str, Mapping[str, float]]

    def prior(self, places: Sequence[str]) -> float:
        """Prior of a set."""
        return self.priors[places[0]] if len(places) == 1 else sum(self.priors[place] for place in places)

    def pi(self, pool: str, places: Sequence[str]) -> float:
        """Share of a set among the values of a pool, whatever the truth; without accounts it is the prior."""
        counted = self.shares.get(pool, self.priors)
        return counted[places[0]] if len(places) == 1 else sum(counted[place] for place in places)


def kept(world: World) -> dict[str, list[str] | list[float]]:
    """What a `Run` node keeps of the world, as lists: territories, their priors, pools, and shares pool by pool."""
    pools, codes = sorted(world.shares), list(world.priors)
    return {
        "territories": codes,
        "priors": list(world.priors.values()),
        "pools": pools,
        "shares": [world.shares[pool][code] for pool in pools for code in codes],
    }


def kept_world(row: Mapping[str, Any], weights: Weights) -> World | None:
    """The world from what `kept` wrote; None for a run that kept nothing."""
    codes, pools = row["territories"], row["pools"] or []
    if not codes:
        return None
    shares = iter(row["shares"] or [])
    by_pool = {pool: {code: next(shares) for code in codes} for pool in pools}
    return World(weights, dict(zip(codes, row["priors"], strict=True)), by_pool)


def priors_of(mix: str, own: Mapping[str, float] | None, seen: Iterable[str], weights: Weights) -> dict[str, float]:
    """Prior of every territory under a named mix, summing to 1 - prior of UNKNOWN.

    `case`: 1 for every territory seen in the case, .001 for every other. A case that shows fewer than `least_seen`
    leaves the places of the missing ones to all others together: the prior must not say what the evidence has yet to
    say, and with a prior of .72 no item could give the .7 nats that support asks for. `uniform`: all alike. Any other
    name needs a table of weights: its mean counts 1, territories it leaves out .001.
    Raises InputError for a mix without table, a code that is no territory, or weights that are not positive.
    """
    codes = list(territories())
    table = _own_mix(mix, own) if mix not in PRIOR_MIXES else dict.fromkeys(seen if mix == "case" else codes, 1.0)
    rest = weights.case.unseen
    if mix == "case":
        rest = max(rest, (weights.case.least_seen - len(table)) / max(1, len(codes) - len(table)))
    raw = {code: table.get(code, rest) for code in codes}
    whole = sum(raw.values())
    return {code: weight / whole * (1.0 - weights.case.unknown) for code, weight in raw.items()}


def _own_mix(name: str, own: Mapping[str, float] | None) -> dict[str, float]:
    if not own:
        raise InputError(
            f"Prior mix {name!r} has no table. Use one of {', '.join(PRIOR_MIXES)}, or give weights by territory "
            "code under [prior] in case.toml."
        )
    for code, weight in own.items():
        if code not in territories():
            raise InputError(f"Prior mix {name!r}: {code!r} is no territory code. Use ISO 3166-1 alpha-2 or XK.")
        if not (weight > 0 and isfinite(weight)):
            raise InputError(f"Prior mix {name!r}: the weight of {code} is {weight}. Give a positive number.")
    mean = sum(own.values()) / len(own)
    return {code: weight / mean for code, weight in own.items()}


@dataclass(slots=True)
class Tally:
    """What the world is counted from: territories seen alone (`seen`), and accounts by pool and what they show.

    Each account counts once per territory, a set of m members 1/m each; `shows` has (pool, ((territory, share), ...)).
    """

    seen: set[str] = field(default_factory=set)
    shows: Counter[tuple[str, tuple[tuple[str, float], ...]]] = field(default_factory=Counter)

    def add(self, showing: Iterable[tuple[str, str, tuple[str, ...]]]) -> Tally:
        """Count (pool, account, places); all of one account must come together."""
        by_account: dict[tuple[str, str], dict[str, float]] = {}
        for pool, account, places in showing:
            if len(places) == 1:
                self.seen.add(places[0])
            shares = by_account.setdefault((pool, account), {})
            for place in places:
                shares[place] = max(shares.get(place, 0.0), 1.0 / len(places))
        self.shows.update((pool, tuple(sorted(shares.items()))) for (pool, _), shares in by_account.items())
        return self

    def world(self, weights: Weights, priors: Mapping[str, float]) -> World:
        """The world with these priors: pi is the share of accounts that show a territory, smoothed."""
        totals: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(priors, 0.0))
        accounts: Counter[str] = Counter()
        for (pool, shares), count in sorted(self.shows.items()):
            accounts[pool] += count
            for place, share in shares:
                totals[pool][place] += count * share
        smoothing = weights.case.pi_smoothing
        shares_of = {
            pool: {code: smoothed_share(t, accounts[pool], priors[code], smoothing) for code, t in by_code.items()}
            for pool, by_code in totals.items()
        }
        return World(weights, priors, shares_of)


def point_item(signal: PointSignal, sighting: Sighting, world: World, shown: Mapping[str, float]) -> Item:
    """The item a sighting becomes: `shown` is the displayed persona of the account by territory."""
    weights, places = world.weights, sighting.places
    cover = weights.classes[signal.cls].cover or (1.0, 0.0, 0.0)
    limit = weights.signal(signal.name).limit
    pi = world.pi(sighting.pool, places)
    e_in, e_out, background, llr, llr_other = point_score(
        sighting.alpha, world.prior(places), pi, sighting.n, weights.case.decoy
    )
    added = anywhere(background, sum(shown.get(place, 0.0) for place in places), pi, cover)
    cover_in, cover_out = cover_score(e_in, added, cover[0]), cover_score(e_out, added, cover[0])
    if limit:
        llr, llr_other = clip(llr, -limit, limit), clip(llr_other, -limit, limit)
        cover_in, cover_out = clip(cover_in, -limit, limit), clip(cover_out, -limit, limit)
    return Item(
        account=sighting.account,
        cls=signal.cls,
        signal=signal.name,
        llr=dict.fromkeys(places, llr),
        llr_cover=dict.fromkeys(places, cover_in),
        llr_default=llr_other,
        cover_default=cover_out,
        summary=sighting.summary,
        n=sighting.count,
        first_at=sighting.first_at,
        last_at=sighting.last_at,
        sources=sighting.sources,
    )
