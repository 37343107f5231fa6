"""What one more signal would be worth: the expected drop of the entropy of an account's answer.

drop = sum over outcomes x of P(x) [ H(p) - H(p | x) ]: every value the signal might take, how likely it is under what
is believed now (territory and story), and the answer fuse would give with that item added: with the discount of its
place in the class, the limits, and both stories. H is over territories: what OTHER holds is spread over those nobody
names, by prior. Messages of neighbours stay as they are. Usual order: login days at home, then phone or store, then
hours (docs/inference.md, section 13).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attrigraph.inference.algebra import n_eff, point_score
from attrigraph.inference.assess import priors_now
from attrigraph.inference.reasons import hours_unused
from attrigraph.inference.records import Belief, Item, MissingSignal
from attrigraph.inference.scores import diluted
from attrigraph.inference.signal import PointSignal, ScoreSignal
from attrigraph.inference.signals import all_signals
from attrigraph.inference.world import World
from attrigraph.inference.zones import zone_shares
from attrigraph.territories import OTHER, UNKNOWN

__all__ = ["Missing"]

Array = NDArray[np.float64]

LOGINS = "login_ip"
HOME = "residential"
HOURS = "activity_hours"
OFFSETS = 24
HALVES = {3: "+03:30", 4: "+04:30", 5: "+05:30", 6: "+06:30", 9: "+09:30", -4: "-03:30"}
"""Half-hour zones, counted with the whole hour below."""


class Scored(NamedTuple):
    """What an outcome says, by outcome and column: honest and cover story, nats."""

    honest: Array
    cover: Array


@dataclass(frozen=True, slots=True)
class Trial:
    """One more signal as it may come out. Columns are territories (or parts of OTHER) and, last, UNKNOWN.

    `cell` tells the candidate each column belongs to; `prior` and `inside`, the entropy of a column that stands for
    several territories, are by outcome and column; `chance` is the probability of each outcome; `own` is the column of
    the territory an outcome names, where it names one.
    """

    cls: str
    cell: NDArray[np.intp]
    prior: Array
    inside: Array
    says: Scored
    chance: Array
    own: NDArray[np.intp] | None


class Missing:
    """What is asked for in one run; `world` is what its evidence was weighed against."""

    def __init__(self, world: World) -> None:
        asked = [signal for signal in all_signals() if signal.ask]
        self.world = world
        self._points = {s.name: _point(s, world) for s in asked if isinstance(s, PointSignal)}
        self._hours = {s.name: _hours(s, world) for s in asked if isinstance(s, ScoreSignal) and s.name == HOURS}
        self._words = {s.name: s.ask for s in asked}

    def of(
        self, beliefs: Sequence[Belief], items: Iterable[Item], reasons: Iterable[str] = ()
    ) -> tuple[MissingSignal, ...]:
        """The signals an account lacks, by falling expected drop. `beliefs` and `items` are all it has in the run.

        Login days can always be asked for; of the others only those the account has no item of, and hours only unless
        the `reasons` of its assessment say that those it has cannot be used.
        """
        known = list(items)
        have = {item.signal for item in known} - {LOGINS} | ({HOURS} if hours_unused(reasons) else set())
        account = _Account(beliefs, known, self.world)
        trials = {name: _point_trial(point, account) for name, point in self._points.items() if name not in have}
        trials |= {name: _hours_trial(hours, account) for name, hours in self._hours.items() if name not in have}
        found = [MissingSignal(name, self._words[name], *account.expect(trial)) for name, trial in trials.items()]
        return tuple(sorted(found, key=lambda m: (-m.drop, m.signal)))


class _Account:
    """One account as it stands: cells are its named territories, OTHER and UNKNOWN."""

    def __init__(self, beliefs: Sequence[Belief], items: Sequence[Item], world: World) -> None:
        self.world, self.items = world, items
        by_code = dict(zip((b.territory for b in beliefs), beliefs, strict=True))
        prior = dict(zip((b.territory for b in beliefs), priors_now(beliefs, world.weights), strict=True))
        self.named = [code for code in by_code if code not in (OTHER, UNKNOWN)]
        self.cells = [by_code[code] for code in (*self.named, OTHER, UNKNOWN)]
        self.other = len(self.named)
        self.prior = np.array([prior[b.territory] for b in self.cells])
        self.honest = np.array([b.llr_honest for b in self.cells])
        self.cover = np.array([b.llr_cover for b in self.cells])
        self.hidden = np.array([1.0 - b.shown for b in self.cells])
        self.infra = np.exp([b.infra for b in self.cells])
        self.d = beliefs[0].deceivers
        self.codes = list(world.priors)
        self.cell_of = np.array([self.named.index(c) if c in by_code else self.other for c in self.codes])
        self.is_named = self.cell_of != self.other
        self.parts = self._parts()
        weight = self.prior * self.infra * self._mixed(self.honest, self.cover, self.hidden)
        self.p = self._probabilities(weight)
        self.r = (1.0 - self.d) * np.exp(self.honest) / self._mixed(self.honest, self.cover, self.hidden)

    def _parts(self) -> Array:
        """The prior of every territory: that of its cell, OTHER's spread over the territories nobody names."""
        world = np.array(list(self.world.priors.values()))
        whole = world[~self.is_named].sum()
        spread = world * (self.prior[self.other] / whole if whole else 0.0)
        return np.where(self.is_named, self.prior[self.cell_of], spread)

    def believed(self) -> tuple[Array, Array]:
        """Probability and r of every territory, and of UNKNOWN at the end."""
        cell = np.append(self.cell_of, self.other + 1)
        share = np.append(self.parts, self.prior[-1]) / self.prior[cell]
        return self.p[cell] * share, self.r[cell]

    def _mixed(self, honest: Array, cover: Array, hidden: Array) -> Array:
        return np.asarray((1.0 - self.d) * np.exp(honest) + self.d * hidden * np.exp(cover))

    def _probabilities(self, weight: Array) -> Array:
        """Normalised over the last axis at the run's temperature."""
        tempered = weight ** (1.0 / self.world.weights.case.temperature)
        return np.asarray(tempered / tempered.sum(axis=-1, keepdims=True))

    def expect(self, trial: Trial) -> tuple[float, float]:
        """Expected drop of entropy, and the probability that a territory reaches what `supported` asks for."""
        honest = self._with(trial, trial.says.honest, "honest")
        cover = self._with(trial, trial.says.cover, "cover")
        weight = trial.prior * self.infra[trial.cell] * self._mixed(honest, cover, self.hidden[trial.cell])
        cells = np.zeros((len(weight), len(self.cells)))
        np.add.at(cells.T, trial.cell, weight.T)
        p = self._probabilities(cells)[:, trial.cell] * weight / cells[:, trial.cell]
        drop = float(trial.chance @ (_entropy(self.believed()[0]) - _entropy(p) - (p * trial.inside).sum(axis=1)))
        named = p[:, trial.cell < self.other]
        best = named.max(axis=1) if named.size else np.zeros(len(p))
        if trial.own is not None:
            best = np.maximum(best, p[np.arange(len(p)), trial.own])
        return drop, float(trial.chance @ (best >= self.world.weights.verdict.p_supported))

    def _with(self, trial: Trial, says: Array, story: str) -> Array:
        """S or C by outcome and column when an item that says this joins its class at the place of its strength."""
        k = self.world.weights.classes[trial.cls]
        mine = sorted((i for i in self.items if i.cls == trial.cls), key=lambda i: (-i.strength, i.id))
        values = np.array([[_value(i, b.territory, story) for b in self.cells] for i in mine])
        values = values.reshape(len(mine), len(self.cells))
        fall = k.rho ** np.arange(len(mine) + 1)
        ahead = np.vstack([np.zeros(len(self.cells)), np.cumsum(fall[:-1, None] * values, axis=0)])
        raw = ahead[-1]
        strength = np.maximum(np.abs(trial.says.honest), np.abs(trial.says.cover)).max(axis=1)
        place = (np.array([i.strength for i in mine])[None, :] >= strength[:, None]).sum(axis=1)
        new = (ahead[place] + k.rho * (raw - ahead[place]))[:, trial.cell] + fall[place][:, None] * says
        others = (self.honest if story == "honest" else self.cover) - np.clip(raw, k.cap_neg, k.cap_pos)
        return np.asarray(others[trial.cell] + np.clip(new, k.cap_neg, k.cap_pos))


def _value(item: Item, code: str, story: str) -> float:
    if code == UNKNOWN:
        return 0.0
    says, rest = (item.llr, item.llr_default) if story == "honest" else (item.llr_cover, item.cover_default)
    return says.get(code, rest)


def _entropy(p: Array) -> Array:
    """Entropy in nats over the last axis."""
    safe = np.maximum(p, 1e-300)
    return np.asarray(-(safe * np.log(safe)).sum(axis=-1))


# ---- signals that point at a territory


@dataclass(frozen=True, slots=True)
class Point:
    """An item that points at any one territory, by territory: e^i and e^o, llr of it and of all others, B and pi."""

    cls: str
    inside: Array
    outside: Array
    llr: Array
    other: Array
    background: Array
    pi: Array
    cover: tuple[float, float, float]
    limit: float
    weight: float


def _point(signal: PointSignal, world: World) -> Point:
    weights, own, cls = world.weights, world.weights.signal(signal.name), world.weights.classes[signal.cls]
    alpha, pool, n = dict.fromkeys(world.priors, own.alpha or 0.0), signal.name, 1.0
    if signal.name == LOGINS:
        alpha = {code: weights.address_alpha(HOME, (code,)) for code in world.priors}
        pool, n = f"{LOGINS}/{HOME}", n_eff(weights.missing.login_days, weights.login.n_limit)
    pi = {code: world.pi(pool, (code,)) for code in world.priors}
    rows = [point_score(alpha[c], world.priors[c], pi[c], n, weights.case.decoy) for c in world.priors]
    e_in, e_out, background, llr, other = np.array(rows).T
    return Point(
        cls=signal.cls,
        inside=e_in,
        outside=e_out,
        llr=llr,
        other=other,
        background=background,
        pi=np.array(list(pi.values())),
        cover=cls.cover or (1.0, 0.0, 0.0),
        limit=own.limit or np.inf,
        weight=cls.weight,
    )


def _point_trial(point: Point, account: _Account) -> Trial:
    """Columns are the cells and the outcome's own part of OTHER."""
    real, persona, anywhere = point.cover
    shown = np.append(1.0 - account.hidden, 0.0)[np.where(account.is_named, account.cell_of, -1)]
    added = (persona * shown + anywhere * point.pi) / point.background
    within, out = (
        Scored(*(point.weight * np.clip(x, -point.limit, point.limit) for x in pair))
        for pair in (
            (point.llr, np.log(real * point.inside + added)),
            (point.other, np.log(real * point.outside + added)),
        )
    )
    cells, every = len(account.cells), np.arange(len(account.codes))
    own = np.where(account.is_named, account.cell_of, cells)

    def spread(hit: Array, miss: Array) -> Array:
        says = np.repeat(miss[:, None], cells + 1, axis=1)
        says[:, account.other + 1] = 0.0
        says[every, own] = hit
        return says

    prior = np.repeat(np.append(account.prior, 0.0)[None, :], len(every), axis=0)
    part = np.where(account.is_named, 0.0, account.parts)
    prior[:, account.other] = np.maximum(prior[:, account.other] - part, 0.0)
    prior[:, cells] = part
    inside = np.zeros(prior.shape)
    inside[:, account.other] = _spread_of_rest(account.parts, ~account.is_named)
    return Trial(
        cls=point.cls,
        cell=np.append(np.arange(cells), account.other),
        prior=prior,
        inside=inside,
        says=Scored(spread(within.honest, out.honest), spread(within.cover, out.cover)),
        chance=_chance(account, point.background, within, out),
        own=own,
    )


def _spread_of_rest(parts: Array, outside: NDArray[np.bool_]) -> Array:
    """Entropy of the priors nobody names, by outcome: without the territory the outcome names."""
    weight = np.where(outside, parts, 0.0)
    logs = weight * np.log(np.maximum(weight, 1e-300))
    whole = weight.sum() - weight
    some = np.maximum(whole, 1e-300)
    return np.where(whole > 0, np.log(some) - (logs.sum() - logs) / some, 0.0)


def _chance(account: _Account, background: Array, inside: Scored, outside: Scored) -> Array:
    """P(x) = sum over territory and story of what is believed and B e^llr, normalised over the outcomes."""
    p, r = account.believed()
    total = p[-1] * background / background.sum()
    for share, within, out in (
        (r[:-1], inside.honest, outside.honest),
        (1.0 - r[:-1], inside.cover, outside.cover),
    ):
        hit, miss = background * np.exp(within), background * np.exp(out)
        weight = p[:-1] * share / (miss.sum() - miss + hit)
        total = total + miss * (weight.sum() - weight) + hit * weight
    return np.asarray(total / total.sum())


# ---- posting hours


@dataclass(frozen=True, slots=True)
class Hours:
    """Enough active hours: P(offset found | territory or UNKNOWN) by the 24 offsets, and what each says."""

    cls: str
    seen: Array
    says: Scored
    staged: tuple[float, float]


def _hours(signal: ScoreSignal, world: World) -> Hours:
    weights, own = world.weights, world.weights.signal(signal.name)
    seen = _peaks(tuple(world.priors), weights.missing.offset)
    raw = np.log(OFFSETS * seen)
    if own.limit:
        raw = np.clip(raw, -(own.against or own.limit), own.limit)
    staged, m, blank = (weights.scores.honest, weights.scores.cover), weights.classes[signal.cls].weight, (OFFSETS, 1)
    says = Scored(*(np.hstack([m * diluted(raw, s), np.zeros(blank)]) for s in staged))
    return Hours(signal.cls, np.hstack([seen, np.full(blank, 1.0 / OFFSETS)]), says, staged)


def _hours_trial(hours: Hours, account: _Account) -> Trial:
    """Outcomes are the 24 offsets the peak may speak for, columns all territories."""
    p, r = account.believed()
    stays = r * (1.0 - hours.staged[0]) + (1.0 - r) * (1.0 - hours.staged[1])
    chance = (hours.seen * stays + (1.0 - stays) / OFFSETS) @ p
    cell = np.append(account.cell_of, account.other + 1)
    prior = np.repeat(np.append(account.parts, account.prior[-1])[None, :], OFFSETS, axis=0)
    return Trial(
        cls=hours.cls,
        cell=cell,
        prior=prior,
        inside=np.zeros(prior.shape),
        says=hours.says,
        chance=np.asarray(chance / chance.sum()),
        own=None,
    )


@cache
def _peaks(codes: tuple[str, ...], offset: tuple[float, ...]) -> Array:
    """P(offset found | territory), 24 x territories: where its people are, blurred as measured; each column sums to 1.

    `offset` are the probabilities of the true offset, of each of its neighbours, of each one further; the rest is
    spread evenly over the others.
    """
    shares = np.zeros((OFFSETS, len(codes)))
    for hour in range(-11, 15):
        for text in (f"UTC{hour:+d}", f"UTC{HALVES[hour]}" if hour in HALVES else ""):
            for code, share in (zone_shares(text) or {}).items() if text else ():
                if code in codes:
                    shares[hour % OFFSETS, codes.index(code)] += share
    shares[0] += np.maximum(0.0, 1.0 - shares.sum(axis=0))
    rest = (1.0 - offset[0] - 2 * sum(offset[1:])) / (OFFSETS - 2 * len(offset) + 1)
    kernel = np.full(OFFSETS, rest)
    for distance, probability in enumerate(offset):
        kernel[distance] = kernel[-distance] = probability
    blur = np.array([np.roll(kernel, hour) for hour in range(OFFSETS)]).T
    found = blur @ (shares / shares.sum(axis=0))
    return np.asarray(found / found.sum(axis=0))
