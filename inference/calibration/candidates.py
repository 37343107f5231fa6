"""Labels, and the beliefs of labelled accounts side by side as columns: what metrics and fitting compute on.

The probabilities of a run can be formed again from what it wrote, under another temperature, other class weights or
another assumed share, without a new run: z = (ln prior + L + infra) / T (docs/inference.md, "Terms and formulas").
Only the messages of neighbours stay as they were sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from attrigraph.inference.assess import INFRA, priors_now
from attrigraph.inference.records import Belief
from attrigraph.inference.signal import Observed
from attrigraph.inference.weights import Weights
from attrigraph.territories import OTHER, UNKNOWN

__all__ = ["Candidates", "Label", "Labels", "candidates", "joined", "read_labels"]

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Label:
    """A resolved case. `operation` is empty for an account that belongs to none."""

    account: str
    territory: str
    operation: str = ""
    basis: str = ""

    @property
    def group(self) -> str:
        """What is drawn and held out together: the operation, or the account itself."""
        return self.operation or self.account


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels that can be used, by account, and the accounts whose labels contradict each other."""

    by_account: Mapping[str, Label]
    contradicting: tuple[str, ...] = ()

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations named, sorted."""
        return tuple(sorted({label.operation for label in self.by_account.values() if label.operation}))


def read_labels(observed: Observed) -> Labels:
    """The `labels` table. An account that is labelled with two territories or two operations is used for nothing."""
    rows = observed.connection().execute(
        "SELECT account_id, list(DISTINCT territory), list(DISTINCT trim(operation)) FILTER (trim(operation) <> ''), "
        "min(basis) FROM labels GROUP BY account_id ORDER BY account_id"
    )
    found, contradicting = {}, []
    for account, territories, operations, basis in rows.fetchall():
        if len(territories) > 1 or len(operations or ()) > 1:
            contradicting.append(account)
        else:
            found[account] = Label(account, territories[0], (operations or [""])[0], basis or "")
    return Labels(found, tuple(contradicting))


@dataclass(frozen=True, slots=True)
class Candidates:
    """One row per labelled account and candidate territory; rows of an account lie together from `starts[i]` on.

    `p` is what the run believes; `honest` and `cover` are rows x classes, after the limits. `pressure` is what
    neighbours added to the logit of the share under cover. `truth` is the row of the true territory, or of OTHER where
    it is not named: then `truth_share` is the part of OTHER that is its own, by prior.
    """

    accounts: tuple[str, ...]
    groups: tuple[str, ...]
    operations: tuple[str, ...]
    starts: Places
    codes: NDArray[np.str_]
    p: Numbers
    prior: Numbers
    shown: Numbers
    infra: Numbers
    honest: Numbers
    cover: Numbers
    pressure: Numbers
    truth: Places
    truth_share: Numbers
    classes: tuple[str, ...]
    deceivers: float

    def __len__(self) -> int:
        return len(self.accounts)

    @property
    def owner(self) -> Places:
        """The account of each row."""
        return np.repeat(np.arange(len(self)), np.diff(np.append(self.starts, len(self.codes))))

    def scores(self, weights: Mapping[str, float] | None = None, deceivers: float | None = None) -> Numbers:
        """z of each row at T = 1; `weights` multiply classes (and `infra`), `deceivers` replaces the run's share."""
        m = np.array([(weights or {}).get(k, 1.0) for k in self.classes])
        d = self.deceivers if deceivers is None else deceivers
        logit = (np.log(d) - np.log1p(-d) + self.pressure)[self.owner]
        told = (weights or {}).get(INFRA, 1.0) * self.infra
        return np.asarray(
            np.log(self.prior)
            + np.logaddexp(
                self.honest @ m - np.logaddexp(0.0, logit),
                self.cover @ m - np.logaddexp(0.0, -logit) + np.log1p(-self.shown),
            )
            + told
        )

    def probabilities(self, scores: Numbers, temperature: float = 1.0) -> Numbers:
        """p of each row: exp(z / T), normalised within each account."""
        z = scores / temperature
        z = z - np.maximum.reduceat(z, self.starts)[self.owner] if len(self) else z
        weight = np.exp(z)
        return np.asarray(weight / np.add.reduceat(weight, self.starts)[self.owner]) if len(self) else weight

    def truth_p(self, p: Numbers) -> Numbers:
        """Probability given to the truth of each account."""
        return np.asarray(p[self.truth] * self.truth_share)

    def best(self, p: Numbers) -> Places:
        """Row of the most probable named territory of each account; -1 where none is named."""
        named = np.where(np.isin(self.codes, (OTHER, UNKNOWN)), -1.0, p)
        top = np.maximum.reduceat(named, self.starts) if len(self) else named
        first = np.full(len(self), -1, dtype=np.intp)
        hits = np.flatnonzero((named == top[self.owner]) & (named >= 0))[::-1]
        first[self.owner[hits]] = hits
        return first

    def of(self, accounts: Sequence[int] | NDArray[np.intp]) -> Candidates:
        """Only some accounts, by their places."""
        at = np.asarray(accounts, dtype=np.intp)
        ends = np.append(self.starts, len(self.codes))
        sizes = ends[at + 1] - ends[at]
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp) if len(at) else np.array([], np.intp)
        rows = np.repeat(ends[at] - starts, sizes) + np.arange(sizes.sum())
        return replace(
            self,
            accounts=_picked(self.accounts, at),
            groups=_picked(self.groups, at),
            operations=_picked(self.operations, at),
            starts=starts,
            codes=self.codes[rows],
            p=self.p[rows],
            prior=self.prior[rows],
            shown=self.shown[rows],
            infra=self.infra[rows],
            honest=self.honest[rows],
            cover=self.cover[rows],
            pressure=self.pressure[at],
            truth=self.truth[at] - ends[at] + starts,
            truth_share=self.truth_share[at],
        )


def candidates(
    found: Mapping[str, Sequence[Belief]], labels: Labels, priors: Mapping[str, float], weights: Weights, run_d: float
) -> Candidates:
    """The columns from the beliefs of labelled accounts in a run; accounts without label are left out.

    `priors` are those of the run: the part of OTHER that belongs to a truth nobody names is taken from them.
    """
    classes = tuple(weights.classes)
    at = {cls: k for k, cls in enumerate(classes)}
    wanted = [
        (labels.by_account[account], beliefs) for account, beliefs in found.items() if account in labels.by_account
    ]
    rows = [b for _, beliefs in wanted for b in beliefs]
    honest, cover = np.zeros((len(rows), len(classes))), np.zeros((len(rows), len(classes)))
    for i, b in enumerate(rows):
        for cls, s, c in zip(b.classes, b.honest, b.cover, strict=True):
            honest[i, at[cls]], cover[i, at[cls]] = s, c
    sizes = np.array([len(beliefs) for _, beliefs in wanted], dtype=np.intp)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp) if wanted else np.array([], np.intp)
    prior = np.array([q for _, beliefs in wanted for q in priors_now(beliefs, weights)])
    truths = list(_truths(wanted, starts, prior, priors))
    share = np.array([beliefs[0].deceivers for _, beliefs in wanted])
    return Candidates(
        accounts=tuple(label.account for label, _ in wanted),
        groups=tuple(label.group for label, _ in wanted),
        operations=tuple(label.operation for label, _ in wanted),
        starts=starts,
        codes=np.array([b.territory for b in rows], dtype=np.str_),
        p=np.array([b.p for b in rows]),
        prior=prior,
        shown=np.array([b.shown for b in rows]),
        infra=np.array([b.infra for b in rows]),
        honest=honest,
        cover=cover,
        pressure=np.log(share / (1.0 - share)) - np.log(run_d / (1.0 - run_d)) if wanted else share,
        truth=np.array([row for row, _ in truths], dtype=np.intp),
        truth_share=np.array([part for _, part in truths]),
        classes=classes,
        deceivers=run_d,
    )


def _truths(
    wanted: Iterable[tuple[Label, Sequence[Belief]]], starts: Places, prior: Numbers, priors: Mapping[str, float]
) -> Iterator[tuple[int, float]]:
    """Row and share of the truth of each account."""
    for (label, beliefs), start in zip(wanted, starts, strict=True):
        codes = [b.territory for b in beliefs]
        if label.territory in codes:
            yield start + codes.index(label.territory), 1.0
        else:
            row = start + codes.index(OTHER)
            yield row, min(1.0, priors[label.territory] / float(prior[row]))


def joined(parts: Sequence[Candidates]) -> Candidates:
    """Several cases as one; their accounts and operations are told apart by the number of the case.

    Raises ValueError when the runs do not share classes and assumed share.
    """
    first = parts[0]
    if any(p.classes != first.classes or p.deceivers != first.deceivers for p in parts):
        raise ValueError("the runs were made with different classes or assumed shares")
    offsets = np.concatenate([[0], np.cumsum([len(p.codes) for p in parts])[:-1]]).astype(np.intp)

    def columns(name: str) -> Numbers:
        return np.concatenate([getattr(p, name) for p in parts])

    return Candidates(
        accounts=_told_apart([p.accounts for p in parts]),
        groups=_told_apart([p.groups for p in parts]),
        operations=_told_apart([p.operations for p in parts]),
        starts=np.concatenate([p.starts + o for p, o in zip(parts, offsets, strict=True)]),
        codes=np.concatenate([p.codes for p in parts]),
        p=columns("p"),
        prior=columns("prior"),
        shown=columns("shown"),
        infra=columns("infra"),
        honest=columns("honest"),
        cover=columns("cover"),
        pressure=columns("pressure"),
        truth=np.concatenate([p.truth + o for p, o in zip(parts, offsets, strict=True)]),
        truth_share=columns("truth_share"),
        classes=first.classes,
        deceivers=first.deceivers,
    )


def _told_apart(names: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Names of several cases, each with the number of its case; those of a single case, and empty ones, stay."""
    many = len(names) > 1
    return tuple(f"{n}/{x}" if many and x else x for n, part in enumerate(names) for x in part)


def _picked(values: Sequence[str], at: Places) -> tuple[str, ...]:
    return tuple(values[i] for i in at)
