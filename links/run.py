"""One run of links: the networks asked for, one after the other, with their tests; what was tested, what survived."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import duckdb
import numpy as np

from attrigraph.errors import InputError
from attrigraph.links import table
from attrigraph.links.basis import Basis, basis
from attrigraph.links.communities import METHODS, Method, method_of
from attrigraph.links.compute import MEANINGS
from attrigraph.links.messages import Messages
from attrigraph.links.networks import NETWORKS, window_of
from attrigraph.links.periods import Periods, in_periods, periods_of
from attrigraph.links.records import MODES, HotKey, LinkOptions
from attrigraph.links.shift import Kind, days_needed, shifts
from attrigraph.links.significance import significance
from attrigraph.progress import SILENT, Progress

__all__ = [
    "DAYS_NULL",
    "DEFAULT_NETWORKS",
    "NULL",
    "SHIFT_NULL",
    "LinkRun",
    "NetworkReport",
    "RunOptions",
    "checked",
    "digest_of",
    "link_networks",
    "shift_null",
]

DEFAULT_NETWORKS = (
    "co_retweet", "co_tweet", "co_reply", "co_link", "hashtag_sequence", "co_similar", "fast_retweet",
)  # fmt: skip
"""Those in which sharing is a choice. Hashtags and times of day are shared by many who have nothing else in common."""
NULL = (
    "An account uses as many of the keys that at least two accounts use as it does, but any of them (hypergeometric); "
    "q after Benjamini and Hochberg over all pairs of accounts that use such keys, network by network."
)
SHIFT_NULL = "The times of each account are moved circularly by a random offset; what it shares stays as it is."
DAYS_NULL = (
    "The times of each account are moved circularly by a random number of whole days, so that its hours of the day "
    "stay; what it shares stays as it is."
)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What is linked and how it is tested.

    An edge survives when its q and its p under `draws` shifts in time (`seed`) are at most `level`. `shift`: by what
    times are moved; days where the posts span enough of them. `communities` and `resolution` of the clusters are as in
    `ClusterOptions`. `period_s`: length of the rolling periods in which
    surviving edges are looked for again, None for none.
    """

    networks: tuple[str, ...] = DEFAULT_NETWORKS
    link: LinkOptions = field(default_factory=LinkOptions)
    draws: int = 200
    level: float = 0.05
    seed: int = 1
    shift: Kind = "days"
    communities: Method | None = None
    resolution: float | None = None
    period_s: float | None = None


@dataclass(frozen=True, slots=True)
class NetworkReport:
    """What was tested in a network, and what is left.

    `messages` of `accounts` have a key. `tests` pairs of accounts use any of `universe` keys, `sharing` of them one
    within the window. `edges` reach the minimum weight, `passing` of them the level by q, `surviving` of these the
    level by shifts too. Keys in `hot` were left out. `pairs` are surviving pairs of accounts. `shift`: by what times
    were moved.
    """

    name: str
    messages: int
    accounts: int
    universe: int
    tests: int
    sharing: int
    edges: int
    passing: int
    surviving: int
    pairs: int
    hot: tuple[HotKey, ...]
    cpu_s: float
    shift: Kind = "any"


@dataclass(frozen=True, slots=True)
class LinkRun:
    """A finished run of links: `links/<id>.json`.

    `digest` is that of the options and sources; it stands near the beginning of the file, to be read without the rest.
    `sources` are those the posts came from, `posts` how many, `repeated` how many more were left out because another
    file has them. `files`: sha256 of what was written, by name. `clusters` and
    `infrastructure`: what the searches for them say.
    """

    id: str
    digest: str = field(default="", kw_only=True)
    started_at: datetime
    finished_at: datetime
    options: RunOptions
    networks: tuple[NetworkReport, ...]
    sources: tuple[str, ...]
    posts: int
    repeated: int
    periods: int = 0
    files: dict[str, str] = field(default_factory=dict)
    clusters: dict[str, Any] = field(default_factory=dict)
    infrastructure: dict[str, Any] = field(default_factory=dict)
    null: str = NULL
    shift_null: str = SHIFT_NULL

    @property
    def tests(self) -> int:
        """Pairs tested in all networks."""
        return sum(network.tests for network in self.networks)

    @property
    def surviving(self) -> int:
        """Surviving edges of all networks."""
        return sum(network.surviving for network in self.networks)


def digest_of(options: RunOptions, sources: Iterable[str]) -> str:
    """sha256 of options and sources: two runs of one digest give the same. Whole numbers count as others do."""
    told = json.loads(json.dumps(asdict(options)), parse_int=float)
    return hashlib.sha256(json.dumps([told, sorted(sources)], sort_keys=True).encode()).hexdigest()


def checked(options: RunOptions) -> RunOptions:
    """The options, when they make sense. Raises InputError, or says which one does not."""
    link = options.link
    unknown = [name for name in options.networks if name not in MEANINGS]
    if unknown or not options.networks:
        raise InputError(f"{', '.join(unknown) or 'Nothing'} is no network. Choose from {', '.join(MEANINGS)}.")
    if link.mode not in MODES:
        raise InputError(f"{link.mode!r} is no mode. Choose from {', '.join(MODES)}.")
    keyless = [name for name in options.networks if name not in NETWORKS]
    if link.mode == "coortweet" and keyless:
        raise InputError(f"Mode coortweet has no {', '.join(keyless)}. Choose from {', '.join(NETWORKS)}.")
    if link.min_weight < 1:
        raise InputError(
            f"A minimum weight of {link.min_weight} lets through pairs that share nothing. Give 1 or more."
        )
    if not 0 < options.level < 1:
        raise InputError(f"A level of {options.level:g} is not between 0 and 1. Usual is .05.")
    if 1 / (1 + options.draws) > options.level:
        raise InputError(
            f"With {options.draws} draws no p can be below {1 / (1 + options.draws):.2g}, the level is "
            f"{options.level:g}. Give at least {int(1 / options.level)} draws."
        )
    if options.communities not in (None, *METHODS):
        raise InputError(f"Communities cannot be found by {options.communities!r}. Choose from {', '.join(METHODS)}.")
    method_of(options.communities)
    if options.resolution is not None and not 0 < options.resolution < math.inf:
        raise InputError(f"A resolution of {options.resolution:g} makes no communities. Give one above 0.")
    if options.shift not in ("any", "days"):
        raise InputError(f"Times cannot be shifted by {options.shift!r}. Choose any or days.")
    for seconds in (link.window_s, link.fast_s):
        window_of(seconds)
    return options


def link_networks(
    messages: Messages, options: RunOptions, connection: duckdb.DuckDBPyConnection, progress: Progress = SILENT
) -> tuple[NetworkReport, ...]:
    """Link every network and put its edges into a table `edges` of the connection, surviving or not."""
    checked(options)
    table.create(connection)
    periods = periods_of(messages, options.period_s) if options.period_s is not None else None
    reports = []
    for name in options.networks:
        began = time.process_time()
        progress.step(f"linking {name}")
        found = _tested(messages, basis(messages, name, options.link), options, periods, progress)
        table.add(connection, messages, found)
        reports.append(_report(found, options.level, time.process_time() - began))
    return tuple(reports)


def _report(found: table.Found, level: float, cpu_s: float) -> NetworkReport:
    edges, tested, survives = found.basis.edges, found.significance, found.survives
    both = np.sort(np.stack((edges.source, edges.target))[:, survives], axis=0)
    return NetworkReport(
        name=edges.network,
        messages=int(edges.eligible.sum()),
        accounts=int((edges.eligible > 0).sum()),
        universe=tested.universe,
        tests=tested.tests,
        sharing=tested.sharing,
        edges=len(edges),
        passing=int((tested.q <= level).sum()),
        surviving=int(survives.sum()),
        pairs=np.unique(both, axis=1).shape[1],
        hot=edges.hot,
        cpu_s=round(cpu_s, 3),
        shift=found.shift,
    )


def shift_null(networks: Sequence[NetworkReport], options: RunOptions) -> str:
    """The null of the shifts, and where it had to be another than was asked for."""
    others = [n.name for n in networks if n.shift != options.shift]
    if options.shift == "any" or len(others) == len(networks):
        few = f" Posts that span {days_needed(options.level)} days are needed to move them by days."
        return SHIFT_NULL + (few if others else "")
    return DAYS_NULL + (f" Of {', '.join(others)} by any offset: the posts span too few days." if others else "")


def _tested(
    messages: Messages, of: Basis, options: RunOptions, periods: Periods | None, progress: Progress
) -> table.Found:
    tested = significance(of.found, of.edges)
    passing = np.flatnonzero(tested.q <= options.level)
    shifted, e_value = (np.full(len(of.edges), np.nan) for _ in range(2))
    moved = shifts(
        of,
        passing,
        draws=options.draws,
        level=options.level,
        seed=options.seed,
        kind=options.shift,
        progress=progress,
    )
    shifted[passing], e_value[passing] = moved.p, moved.e_value
    survives = np.nan_to_num(shifted, nan=1.0) <= options.level
    again = in_periods(messages, of, np.flatnonzero(survives), periods) if periods else None
    return table.Found(of, tested, shifted, e_value, survives, periods, again, moved.kind)
