"""UTC offset from posting hours, without any prior, on authors the curves were not fitted on.

The truth is the standard offset of the zone whose rules fit an author's recorded offsets best. Measured on authors with
at least 20 active hours whose recorded offsets fit one zone (at least .8 of them) and whose machine does not simply run
on UTC; all authors are printed beside it. The estimate is `best_min` of `offset_posterior`: the offset expected to meet
most of the tolerances. ECE is that of the probability of the estimate (ten bins), coverage that of the smallest sets
that hold .9.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attrigraph.duck import connect
from attrigraph.inference.activity.hours import best_offsets, distinct_hours, hours_of, offset_posteriors
from attrigraph.inference.activity.zones import ZONES, standard_offsets_min
from attrigraph.inference.calibration.metrics import calibration_error
from evaluation.rows import SHARED, Row, at_least, at_most, between, missing, said

__all__ = ["HELD_OUT", "LEAST_HOURS", "Authors", "read_authors", "rows"]

HELD_OUT = "50"
"""Authors whose hashed id starts with this or more took no part in fitting (tools/fit_activity_curves.py)."""
LEAST_HOURS = 20
FIT = 0.8
Array = NDArray[Any]


@dataclass(frozen=True)
class Authors:
    """Active hours (sorted by author), the zone each author keeps (its number in ZONES), and whether that is sure."""

    account: Array
    at: Array
    zone: Array
    sure: Array


def read_authors(folder: Path = SHARED / "evaluation", since: str = HELD_OUT) -> Authors:
    """Authors from an id on. Raises FileNotFoundError."""
    hours, people = folder / "git_hours.parquet", folder / "git_authors.parquet"
    if not (hours.exists() and people.exists()):
        raise FileNotFoundError(str(folder))
    connection = connect()
    connection.execute(
        "CREATE TABLE known AS SELECT row_number() OVER (ORDER BY author_hash) - 1 AS number, author_hash, zone_best, "
        "zone_fit, frac_zero_offset FROM read_parquet(?) WHERE author_hash >= ? ORDER BY author_hash",
        [str(people), since],
    )
    known = connection.execute("SELECT zone_best, zone_fit, frac_zero_offset FROM known ORDER BY number").fetchall()
    events: dict[str, Any] = connection.execute(
        "SELECT number, utc_timestamp FROM read_parquet(?) JOIN known USING (author_hash)", [str(hours)]
    ).fetchnumpy()
    account, at = distinct_hours(events["number"].astype(np.int64), events["utc_timestamp"].astype(np.int64))
    sure = [fit >= FIT and not (utc > 0.5 and zone == "Africa/Abidjan") for zone, fit, utc in known]
    return Authors(account, at, np.array([ZONES.index(zone) for zone, *_ in known]), np.array(sure))


def rows(quick: bool = False) -> Iterator[Row]:
    """The measures on authors held out."""
    try:
        authors = read_authors(since="70" if quick else HELD_OUT)
    except FileNotFoundError as error:
        yield missing("UTC offset from hours", f"{error} is not there")
        return
    found = hours_of(authors.account, authors.at, len(authors.zone))
    enough = found.n >= LEAST_HOURS
    offsets, p = offset_posteriors(found.log_l)
    truth = standard_offsets_min()[authors.zone]
    sure = enough & authors.sure
    yield from _targets(offsets, p[sure], truth[sure])
    best, all_true = best_offsets(offsets, p[enough]), truth[enough]
    yield said(f"all {enough.sum()} authors, doubtful zones included: exact / ±1 h / ±2 h", _hits(best, all_true))
    alike, q = _zones_alike(found.log_l[sure])
    yield said(
        "every zone alike instead of every hour: exact / ±1 h / ±2 h", _hits(best_offsets(alike, q), truth[sure])
    )
    top = offsets[p[sure].argmax(axis=1)]
    yield said("the single most probable offset instead: exact / ±1 h / ±2 h", _hits(top, truth[sure]))
    for low, high in ((10, 20), (20, 50), (50, 100), (100, 200), (200, 10**9)):
        part = authors.sure & (found.n >= low) & (found.n < high)
        name = f"{low} to {high - 1} active hours" if high < 10**9 else f"{low} active hours and more"
        yield said(f"{name} (n {part.sum()}): exact / ±1 h / ±2 h", _hits(best_offsets(offsets, p[part]), truth[part]))


def _targets(offsets: Array, p: Array, truth: Array) -> Iterator[Row]:
    best = best_offsets(offsets, p)
    far = np.abs(best - truth)
    n = f"{len(truth)} authors"
    yield at_least("UTC offset from hours: exact", float((far == 0).mean()), 0.22, remark=n)
    yield at_least("UTC offset from hours: within 1 h", float((far <= 60).mean()), 0.65, remark=n)
    yield at_least("UTC offset from hours: within 2 h", float((far <= 120).mean()), 0.78, remark=n)
    sure = p[np.arange(len(p)), np.searchsorted(offsets, best)]
    yield at_most("UTC offset from hours: ECE", calibration_error(sure, far == 0), 0.05)
    order = np.argsort(-p, axis=1, kind="stable")
    ranked = np.take_along_axis(p, order, axis=1)
    before = np.cumsum(ranked, axis=1) - ranked
    inside = (before < 0.9) & (offsets[order] == truth[:, None])
    yield between("UTC offset from hours: coverage of sets of .90", float(inside.any(axis=1).mean()), 0.87, 0.93)
    yield said("offsets in a set of .90, mean", f"{(before < 0.9).sum(axis=1).mean():.1f}")


def _zones_alike(log_l: Array) -> tuple[Array, Array]:
    """(offsets, belief in each) when each of the 48 zone rules counts alike: offsets with many of them gain."""
    offsets, number = np.unique(standard_offsets_min(), return_inverse=True)
    likelihood = np.exp(log_l - log_l.max(axis=1, keepdims=True)) @ np.eye(len(offsets))[number]
    return offsets, likelihood / likelihood.sum(axis=1, keepdims=True)


def _hits(best: Array, truth: Array) -> str:
    far = np.abs(best - truth)
    return " / ".join(f"{(far <= within).mean():.3f}" for within in (0, 60, 120)) if len(far) else "none"
