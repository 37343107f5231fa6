"""Mirrors: simulated twins and clones of real profiles, kinds of edits held out (`evaluation/mirror_cases.py`).

A pair counts as found when it is named `twin` or `clone_of`; as right when the kind, and of a clone the direction, are
right too. Real authors that are named mirrors of each other count as wrong, though all of them worked for one agency.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import duckdb
import pandas as pd

from attrigraph.duck import connect
from attrigraph.links.mirrors.find import find_mirrors
from attrigraph.links.mirrors.records import Mirror
from attrigraph.loaders.tables import TABLES
from evaluation.mirror_cases import MirrorCase, Split, authors, make_case
from evaluation.rows import SHARED, Row, at_least, missing, said

__all__ = ["Tally", "judged", "measured", "rows"]

DATA = SHARED / "data" / "ira" / "tweets.parquet"
MIRRORS = 40
SEEDS: dict[Split, range] = {"seen": range(1, 9), "held out": range(101, 109)}
PRECISION, RECALL = 0.95, 0.90


@dataclass(slots=True)
class Tally:
    """Counts over cases. `missed` and `wrong` name kinds; `ranked` are (probability of being mirrored, is it)."""

    truth: int = 0
    candidates: int = 0
    found: int = 0
    right: int = 0
    named: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    ranked: list[tuple[float, bool]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Of the pairs named, the share that are mirrors."""
        return self.found / self.named if self.named else float("nan")

    @property
    def recall(self) -> float:
        """Of the mirrors, the share that is named."""
        return self.found / self.truth if self.truth else float("nan")

    def precision_at(self, recall: float) -> float:
        """Precision where the most probable pairs hold this share of all mirrors; 0 when they never do."""
        hits = 0
        for place, (_, is_mirror) in enumerate(sorted(self.ranked, reverse=True), 1):
            hits += is_mirror
            if hits >= recall * self.truth:
                return hits / place
        return 0.0


def connection_of(case: MirrorCase) -> duckdb.DuckDBPyConnection:
    """The observations of a case, in memory."""
    connection = connect()
    for table in TABLES:
        columns = ", ".join(f'"{c.name}" {c.sql_type}' for c in table.stored)
        connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
        rows = getattr(case, table.name, [])
        if rows:
            connection.register("frame", pd.DataFrame(rows))
            connection.execute(f'INSERT INTO "{table.name}" BY NAME SELECT * FROM frame')
    return connection


def judged(case: MirrorCase, mirrors: Sequence[Mirror], tally: Tally) -> None:
    """Count the decisions of one case."""
    tally.truth += len(case.truth)
    seen = set()
    for mirror in mirrors:
        pair = frozenset((mirror.source, mirror.target))
        true = case.truth.get(pair)
        tally.ranked.append((mirror.mirrored, true is not None))
        seen.add(pair)
        tally.candidates += true is not None
        if mirror.verdict not in ("twin", "clone_of"):
            if true:
                tally.missed[f"{true[0]}: {mirror.verdict}"] += 1
            continue
        tally.named += 1
        if true is None:
            kinds = {case.distractors.get(account, "real author") for account in pair} - {"real author"}
            tally.wrong[f"{mirror.verdict}: {', '.join(sorted(kinds)) or 'real authors'}"] += 1
            continue
        tally.found += 1
        if (mirror.verdict, mirror.source, mirror.target) == true:
            tally.right += 1
        else:
            tally.wrong[f"{true[0]} called {mirror.verdict}"] += 1
    for pair in case.truth.keys() - seen:
        tally.missed[f"{case.truth[pair][0]}: no candidate"] += 1


def measured(split: Split, seeds: Iterable[int], mirrors: int = MIRRORS) -> Tally:
    """The cases of a split, one a seed."""
    tally, real = Tally(), authors(str(DATA))
    for seed in seeds:
        case = make_case(real, split, seed, mirrors)
        with connection_of(case) as connection:
            judged(case, find_mirrors(connection).mirrors, tally)
    return tally


def rows(quick: bool) -> Iterable[Row]:
    """Precision and recall on kinds of edits that were in sight and on those held out."""
    if not DATA.exists():
        yield missing("mirrors of IRA authors", f"{DATA.name} is not there")
        return
    for split, seeds in SEEDS.items():
        yield from _of(split, measured(split, seeds[:1] if quick else seeds))


def _of(split: Split, tally: Tally) -> Iterator[Row]:
    name, remark = f"mirrors, {split} edits", f"{tally.truth} mirrors, {tally.named} pairs named"
    if split == "seen":
        yield said(f"{name}: precision", f"{tally.precision:.3f}", remark)
        yield said(f"{name}: recall", f"{tally.recall:.3f}")
    else:
        yield at_least(f"{name}: precision", tally.precision, PRECISION, remark=remark)
        yield at_least(f"{name}: recall", tally.recall, RECALL)
    ranked = tally.precision_at(RECALL)
    title, how = f"{name}: precision at recall {RECALL:g}", "pairs ranked by their probability of being mirrored"
    yield said(title, f"{ranked:.3f}", how) if split == "seen" else at_least(title, ranked, PRECISION, remark=how)
    yield said(f"{name}: found by blocking", f"{tally.candidates / tally.truth:.3f}")
    right = tally.right / tally.named if tally.named else float("nan")
    yield said(f"{name}: right kind and direction too, of those named", f"{right:.3f}")
    for title, counts in (("wrong", tally.wrong), ("missed", tally.missed)):
        yield said(f"{name}: {title}", "; ".join(f"{what} {count}" for what, count in counts.most_common(6)) or "none")
