"""Fit the curves of activity and their tempering so that the hours of known authors tell their UTC offset best.

Starts from the mean local days of K groups of the authors (k-means of their shares by half-hour, in their own zones)
and follows the gradient of the mean of ln P(true standard offset), where P is the posterior of
`attrigraph.inference.activity.hours` with every hour of the clock alike: curves, their weights and tau = a / (1 + b n)
move together (Adam, minibatches of 256 authors), with a penalty on the second difference of ln p around the day.
Nothing depends on the zone itself, so nothing is learnt about where authors live.

Authors: at least ten active hours, a zone that fits at least .8 of their recorded offsets, no machines that run on UTC,
and an id below HELD_OUT: the others are for `evaluation/hours.py`. Only the curves leave this tool, never an author.

python tools/fit_activity_curves.py GIT_HOURS.parquet GIT_AUTHORS.parquet [--archetypes K] [--out FILE]
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from attrigraph.duck import connect
from attrigraph.inference.activity.curves import BINS, DAY_BINS, UNIFORM, Curves, curves_text
from attrigraph.inference.activity.hours import distinct_hours
from attrigraph.inference.activity.zones import ZONES, clock_shares, local_s, standard_offsets_min

TARGET = Path(__file__).resolve().parent.parent / "inference" / "activity" / "curves.csv"
HELD_OUT = "50"
"""Authors whose hashed id starts with this or more are never used here."""
UNIFORM_SHARE, LEAST_HOURS, BATCH = 0.03, 10, 256
Array = np.ndarray[Any, Any]


@dataclass
class Model:
    """What is fitted: logits of the curves (K x 96), ln weights (K), (ln a, ln b) of tau."""

    logits: Array
    log_weights: Array
    temper: Array

    def parts(self) -> list[Array]:
        """All of it, in the order of the gradient."""
        return [self.logits, self.log_weights, self.temper]


def authors(hours: Path, people: Path) -> tuple[Array, Array, Array]:
    """(counts [author, zone, bin], active hours, number of the true zone) of the authors that may be used."""
    connection = connect()
    known = connection.execute(
        "SELECT author_hash, zone_best FROM read_parquet(?) WHERE author_hash < ? AND zone_fit >= 0.8 "
        "AND NOT (frac_zero_offset > 0.5 AND zone_best = 'Africa/Abidjan') ORDER BY author_hash",
        [str(people), HELD_OUT],
    ).fetchall()
    number = {author: i for i, (author, _) in enumerate(known)}
    found = connection.execute("SELECT author_hash, utc_timestamp FROM read_parquet(?)", [str(hours)]).fetchall()
    pairs = np.array([(number[a], t) for a, t in found if a in number], dtype=np.int64)
    who, at = distinct_hours(pairs[:, 0], pairs[:, 1])
    enough = np.flatnonzero(np.bincount(who, minlength=len(known)) >= LEAST_HOURS)
    place = np.full(len(known), -1)
    place[enough] = np.arange(len(enough))
    used = place[who] >= 0
    who, at = place[who[used]], at[used]
    counts = np.zeros((len(enough), len(ZONES), BINS), dtype=np.float32)
    for z, zone in enumerate(ZONES):
        local = local_s(zone, at)
        bins = local // 1800 % DAY_BINS + DAY_BINS * np.isin(local // 86400 % 7, (2, 3))
        counts[:, z] = np.bincount(who * BINS + bins, minlength=len(enough) * BINS).reshape(-1, BINS)
    return counts, counts[:, 0].sum(axis=1).astype(float), np.array([ZONES.index(known[i][1]) for i in enough])


def start(counts: Array, zone: Array, archetypes: int) -> Curves:
    """Mean days of groups of authors, by their own clocks: k-means over square roots of smoothed shares."""
    own = counts[np.arange(len(zone)), zone].astype(float)
    near = np.exp(-0.5 * (((np.arange(DAY_BINS)[:, None] - np.arange(DAY_BINS) + 24) % DAY_BINS - 24) / 2.0) ** 2)
    smooth = np.kron(np.eye(2), near / near.sum(axis=1, keepdims=True))
    shares = np.sqrt((own @ smooth + 2 * UNIFORM) / (own.sum(axis=1, keepdims=True) + 2))
    centres = shares[np.random.default_rng(0).choice(len(shares), archetypes, replace=False)]
    for _ in range(50):
        group = (shares @ centres.T * 2 - (centres**2).sum(axis=1)).argmax(axis=1)
        centres = np.array([shares[group == k].mean(axis=0) for k in range(archetypes)])
    p = np.array([own[group == k].sum(axis=0) + 20 * UNIFORM for k in range(archetypes)])
    return Curves(p / p.sum(axis=1, keepdims=True), np.bincount(group, minlength=archetypes) / len(group))


def gradient(model: Model, counts: Array, n: Array, truth: Array) -> tuple[float, list[Array]]:
    """Mean of -ln P(true offset), and its gradient by the parts of the model."""
    p = np.exp(model.logits - _log_sum(model.logits, 1)[:, None])
    mixed = (1 - UNIFORM_SHARE) * p + UNIFORM_SHARE * UNIFORM
    log_weights = model.log_weights - _log_sum(model.log_weights, 0)
    b = np.exp(model.temper[1])
    tau = np.exp(model.temper[0]) / (1 + b * n)
    raw = (counts.reshape(-1, BINS) @ np.log(mixed).T.astype(np.float32)).reshape(len(n), len(ZONES), -1).astype(float)
    scores = raw * tau[:, None, None] + log_weights
    log_l = _log_sum(scores, 2)
    z = log_l + np.log(clock_shares())
    q = np.exp(z - _log_sum(z, 1)[:, None])
    right = q * (standard_offsets_min() == truth[:, None])
    hit = right.sum(axis=1, keepdims=True) + 1e-12
    by_l = (q - right / hit) / len(n)
    by_score = by_l[..., None] * np.exp(scores - log_l[..., None])
    by_weight = by_score.sum(axis=(0, 1))
    by_curve = (by_score * tau[:, None, None]).reshape(-1, raw.shape[2]).T.astype(np.float32) @ counts.reshape(-1, BINS)
    by_p = by_curve * (1 - UNIFORM_SHARE) * p / mixed
    by_tau = (by_score * raw).sum(axis=(1, 2)) * tau
    return float(-np.log(hit).mean()), [
        by_p - p * by_p.sum(axis=1, keepdims=True),
        by_weight - np.exp(log_weights) * by_weight.sum(),
        np.array([by_tau.sum(), (-by_tau * b * n / (1 + b * n)).sum()]),
    ]


def _log_sum(values: Array, axis: int) -> Array:
    top = values.max(axis=axis, keepdims=True)
    return np.asarray((top + np.log(np.exp(values - top).sum(axis=axis, keepdims=True))).squeeze(axis))


def roughness(logits: Array) -> Array:
    """Gradient of half the squared second difference around the day, weekdays and weekends apart."""
    found = np.zeros_like(logits)
    for day in (slice(0, DAY_BINS), slice(DAY_BINS, BINS)):
        own = logits[:, day]
        bend = np.roll(own, -1, 1) - 2 * own + np.roll(own, 1, 1)
        found[:, day] = (np.roll(bend, -1, 1) - 2 * bend + np.roll(bend, 1, 1)) / BINS
    return found


def fit(
    first_guess: Curves, counts: Array, n: Array, truth: Array, *, rounds: int, rate: float, smooth: float
) -> Model:
    """The model after `rounds` passes over the authors."""
    dice = np.random.default_rng(0)
    model = Model(np.log(first_guess.p), np.log(first_guess.weights), np.log([1.0, 0.05]))
    mean, spread = [np.zeros_like(x) for x in model.parts()], [np.zeros_like(x) for x in model.parts()]
    rows, step = np.arange(len(n)), 0
    for turn in range(rounds):
        dice.shuffle(rows)
        loss = 0.0
        for first in range(0, len(rows), BATCH):
            own = rows[first : first + BATCH]
            value, slopes = gradient(model, counts[own], n[own], truth[own])
            slopes[0] = slopes[0] + smooth * roughness(model.logits)
            loss, step = loss + value * len(own), step + 1
            for part, slope, m, v in zip(model.parts(), slopes, mean, spread, strict=True):
                m += 0.1 * (slope - m)
                v += 0.01 * (slope**2 - v)
                size = rate * (1 - 0.9 * turn / rounds)
                part -= size * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.99**step)) + 1e-8)
        print(f"round {turn + 1}: {loss / len(rows):.4f} nats an author")
    return model


def main() -> None:
    """Fit and write the curves; print tau for inference/weights/v0.toml."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hours", type=Path)
    parser.add_argument("people", type=Path)
    parser.add_argument("--archetypes", type=int, default=6)
    parser.add_argument("--out", type=Path, default=TARGET)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--rate", type=float, default=0.05)
    parser.add_argument("--smooth", type=float, default=0.2)
    given = parser.parse_args()
    counts, n, zone = authors(given.hours, given.people)
    print(f"{len(n)} authors, {int(n.sum())} active hours")
    truth = standard_offsets_min()[zone]
    first_guess = start(counts, zone, given.archetypes)
    model = fit(first_guess, counts, n, truth, rounds=given.rounds, rate=given.rate, smooth=given.smooth)
    p = np.exp(model.logits - _log_sum(model.logits, 1)[:, None])
    weights = np.exp(model.log_weights - _log_sum(model.log_weights, 0))
    given.out.write_text(curves_text(Curves(p, weights)), encoding="utf-8")
    a, b = np.exp(model.temper)
    print(f"temper = {a:.3f}, temper_hours = {b:.4f} for [activity] in inference/weights/v0.toml; wrote {given.out}")


if __name__ == "__main__":
    main()
