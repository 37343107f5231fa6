"""Three ways to do it by hand, for comparison: what a careful analyst reads off a spreadsheet without this package.

majority  the territory most logins seem to come from
unlisted  the same without addresses on lists of anonymisers; where none is left the platform's label, then the
          telephone, the store, the profile: the first that is there
addition  every sign there is, added up as if each were independent of the others

Each gives a share of belief to every territory that the case shows, so that it can be scored like the model. Their
few numbers are rules of thumb, untuned.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from evaluation.sheet import LOGIN, LOGIN_LISTED, Sign

__all__ = ["BASELINES", "Beliefs", "addition", "case_shares", "majority", "unlisted"]

Beliefs = dict[str, dict[str, float]]
"""Account -> territory -> share of belief, summing to 1."""

DOUBT = 0.1
"""Share of belief an analyst keeps for "the reading is wrong": spread as the case shows territories."""
STEPS = ("label", "phone", "store", "location")
"""What is looked at, in this order, when no login is left."""
SURE: Mapping[str, float] = {
    LOGIN: 0.8, LOGIN_LISTED: 0.15, "label": 0.8, "phone": 0.85, "store": 0.85, "sim": 0.85, "payment": 0.75,
    "registration": 0.75, "admins": 0.7, "declared": 0.75, "location": 0.75, "language": 0.75, "time_zone": 0.75,
    "posts' language": 0.75, "hours": 0.6,
}  # fmt: skip
"""How often an analyst would say that a sign of this kind is to be believed."""


def case_shares(signs: Iterable[Sign]) -> dict[str, float]:
    """How much of the case shows each territory: every sign that names territories is one vote, spread over them."""
    votes: Counter[str] = Counter()
    for sign in signs:
        if sign.kind in (LOGIN, "label", "phone", "store"):
            whole = sum(sign.fits.values())
            for code, fit in sign.fits.items():
                votes[code] += fit / whole  # type: ignore[assignment]
    total = sum(votes.values())
    return {code: votes[code] / total for code in sorted(votes)}


def majority(signs: Sequence[Sign], accounts: Iterable[str]) -> Beliefs:
    """Shares of the territories the logins of an account seem to come from; without logins the shares of the case."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for sign in signs:
        if sign.kind in (LOGIN, LOGIN_LISTED):
            counted[sign.account][sign.value] += sign.count
    shares = case_shares(signs)
    return {account: _doubted(counted[account], shares) for account in accounts}


def unlisted(signs: Sequence[Sign], accounts: Iterable[str]) -> Beliefs:
    """Shares of the territories of logins that are on no list; without such logins the first of label, telephone,
    store, location text.
    """
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    others: dict[tuple[str, str], Sign] = {}
    for sign in signs:
        if sign.kind == LOGIN:
            counted[sign.account][sign.value] += sign.count
        others[sign.account, sign.kind] = sign
    shares = case_shares(signs)

    def read(account: str) -> Mapping[str, float]:
        if counted[account]:
            return counted[account]
        return next((others[account, step].fits for step in STEPS if (account, step) in others), {})

    return {account: _doubted(read(account), shares) for account in accounts}


def addition(signs: Sequence[Sign], accounts: Iterable[str]) -> Beliefs:
    """The logarithms of P(sign | territory) of every sign added up, the shares of the case as prior.

    Logins that repeat count as the logarithm of their number, those over listed anonymisers once; nothing else is
    discounted.
    """
    shares = case_shares(signs)
    score = {account: {code: math.log(share) for code, share in shares.items()} for account in accounts}
    for sign in signs:
        mine = score.get(sign.account)
        if mine is None:
            continue
        background = sum(share * sign.fits.get(code, 0.0) for code, share in shares.items()) or 1e-3
        weight = 1.0 if sign.kind == LOGIN_LISTED else 1 + math.log2(sign.count)
        sure = SURE[sign.kind]
        for code in mine:
            mine[code] += weight * math.log((sure * sign.fits.get(code, 0.0) + (1 - sure) * background) / background)
    return {account: _normal(found) for account, found in score.items()}


def _doubted(counted: Mapping[str, float], shares: Mapping[str, float]) -> dict[str, float]:
    whole = sum(counted.values())
    if not whole:
        return dict(shares)
    codes = sorted({*counted, *shares})
    return {c: (1 - DOUBT) * counted.get(c, 0.0) / whole + DOUBT * shares.get(c, 0.0) for c in codes}


def _normal(scores: Mapping[str, float]) -> dict[str, float]:
    top = max(scores.values())
    raised = {code: math.exp(score - top) for code, score in scores.items()}
    whole = sum(raised.values())
    return {code: value / whole for code, value in raised.items()}


BASELINES: Mapping[str, Callable[[Sequence[Sign], Iterable[str]], Beliefs]] = {
    "majority login": majority,
    "login without listed anonymisers, else label, phone, store, profile": unlisted,
    "naive addition of all signals": addition,
}
"""Name -> baseline."""
