"""The records that inference produces and that terminal, figures, briefs and exports render.

Every number a person sees is computed once, into one of these. Probabilities are 0..1, scores are nats (natural
logarithm of a likelihood ratio), times are UTC. `None` is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from attrigraph.territories import OTHER, UNKNOWN

__all__ = [
    "Answer",
    "Assessment",
    "Belief",
    "ClassScore",
    "Confidence",
    "Explanation",
    "Item",
    "LeaveOneOut",
    "MissingSignal",
    "Outcome",
    "PersonaRelation",
    "RunRecord",
    "Sensitivity",
    "SourceRow",
    "Turn",
    "Waterfall",
    "WaterfallRow",
    "Window",
    "WindowAssessment",
]

Outcome = Literal["supported", "contested", "insufficient"]
Confidence = Literal["high", "moderate", "low"]
PersonaRelation = Literal["agrees", "contradicts", "not decided"]
"""How the territory a profile displays stands to the one the evidence names."""


@dataclass(frozen=True, slots=True)
class Item:
    """One weighed item of evidence about one account (an `Evidence` node and its `SUPPORTS`).

    `llr` and `llr_cover` name territories; every other territory gets the defaults. `strength` is the largest
    absolute value in either story, defaults included. `sources` are `source:record` locators, capped.
    """

    account: str
    cls: str
    signal: str
    llr: dict[str, float]
    llr_cover: dict[str, float]
    llr_default: float
    cover_default: float
    summary: str
    n: int = 1
    first_at: datetime | None = None
    last_at: datetime | None = None
    sources: tuple[str, ...] = ()
    id: str = ""
    run: str = ""

    @property
    def strength(self) -> float:
        """Largest absolute value the item has in either story."""
        values = (*self.llr.values(), *self.llr_cover.values(), self.llr_default, self.cover_default)
        return max(*values, -min(values))


@dataclass(frozen=True, slots=True)
class Belief:
    """Belief in one territory for one account: the properties of `MAY_OPERATE_FROM`.

    `classes`, `honest` and `cover` run side by side: score of each class after its limit, under both stories.
    """

    account: str
    territory: str
    p: float
    own: float
    told: float
    prior: float
    shown: float
    llr: float
    llr_honest: float
    llr_cover: float
    infra: float
    deception: float
    deceivers: float
    classes: tuple[str, ...]
    honest: tuple[float, ...]
    cover: tuple[float, ...]

    @property
    def prior_free(self) -> float:
        """What the evidence says without the prior: L + infra in nats; that of UNKNOWN is 0."""
        return self.llr + self.infra


@dataclass(frozen=True, slots=True)
class Assessment:
    """The outcome for one account. `prior` is that of `top`; `reasons` are sentences, the decisive one first.

    The persona is an output of its own: `displays` is the territory the account's own profile shows, with its share of
    the persona and the probability `displays_p` that the account is operated from there; None when it shows none.
    `persona` says how the two stand to each other. `under_cover` is the probability of the cover story given all
    evidence and the assumed share of deceiving accounts.
    """

    account: str
    run: str
    outcome: Outcome
    confidence: Confidence | None
    top: str
    p: float
    runner_up: str | None
    runner_up_p: float | None
    strongest_class: str | None
    survives: bool
    without_strongest: str | None
    without_strongest_p: float | None
    honest_share: float
    tension: float
    region: str | None
    reasons: tuple[str, ...]
    prior: float | None = None
    displays: str | None = None
    displays_share: float | None = None
    displays_p: float | None = None
    persona: PersonaRelation | None = None
    under_cover: float | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A span of an account's observations between two changes: `starts` <= time < `ends`, None is open.

    `run` is the id its evidence and assessment carry (r1/2); `number` counts from 1, 0 is registration evidence.
    `first_at`, `last_at` and `rows` are of the dated rows in it; `opened_by` says which changes began it; `now`
    marks the newest.
    """

    account: str
    run: str
    number: int
    starts: datetime | None
    ends: datetime | None
    first_at: datetime
    last_at: datetime
    rows: int
    opened_by: tuple[str, ...]
    now: bool


@dataclass(frozen=True, slots=True)
class WindowAssessment:
    """The outcome for one window of one account."""

    window: Window
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class ClassScore:
    """What one class says about one territory: `mixed` = r honest + (1-r) cover.

    Raw values are before the limit; `raw_mixed` are the raw parts, mixed the same way.
    """

    cls: str
    mixed: float
    honest: float
    cover: float
    raw_honest: float
    raw_cover: float
    capped: bool
    raw_mixed: float


WaterfallKind = Literal["prior", "class", "cap", "story", "infra", "result"]


@dataclass(frozen=True, slots=True)
class WaterfallRow:
    """One row: `value` in nats, `start` and `end` cumulated. `present` is false for a class without evidence.

    A cap row takes back what the limit cut off (its class row shows the raw value). `p` is set on the prior and
    result rows; `rests_on` is a short text; `evidence` are ids of the items behind it.
    """

    kind: WaterfallKind
    label: str
    value: float
    start: float
    end: float
    present: bool = True
    honest: float | None = None
    cover: float | None = None
    p: float | None = None
    rests_on: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The sum for one account and territory; values of all rows but prior and result add up to L(c) + infra(c)."""

    account: str
    territory: str
    rows: tuple[WaterfallRow, ...]


@dataclass(frozen=True, slots=True)
class LeaveOneOut:
    """The answer without one class (or without `infra`)."""

    cls: str
    top: str
    p: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer under another assumption; `leader_p` is what the territory that leads in the run keeps."""

    outcome: Outcome
    top: str
    p: float
    leader_p: float


@dataclass(frozen=True, slots=True)
class Turn:
    """Where an answer changes: `at` a share of deceiving accounts or a prior; beyond it `answer` holds.

    Where `tie` is true, the run's leader and `answer.top` are equally probable there.
    """

    at: float
    answer: Answer
    tie: bool


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How the answer for one account depends on what is assumed; evidence and its weights stay as they are.

    `shares`: the answer under other assumed shares of deceiving accounts. `verdict_turns`: nearest share below and
    above the run's at which outcome or named territory change; `leader_turns`: at which another territory leads.
    `cover`: the answer if the account is under cover for certain; `staged`: if besides nothing that an operator can
    buy or set up counts, only `unstaged` classes. `prior_turn`: how far the leader's prior may fall before another
    leads; `runner_up_prior`: the prior `runner_up` would need. `prior_free`: (territory, L + infra), best first.
    """

    share: float
    shares: tuple[tuple[float, Answer], ...]
    verdict_turns: tuple[Turn, ...]
    leader_turns: tuple[Turn, ...]
    cover: Answer
    staged: Answer
    unstaged: tuple[str, ...]
    prior: float
    prior_turn: Turn | None
    runner_up: str | None
    runner_up_prior: float | None
    prior_free: tuple[tuple[str, float], ...]

    @property
    def prior_free_best(self) -> tuple[tuple[str, ...], float] | None:
        """The named territories that lead without any prior, and their score; None where none is named.

        Several tie where evidence names a set ("Korea"): each member has the score of the set, and only the prior tells
        one from another, so none may be named alone.
        """
        named = [pair for pair in self.prior_free if pair[0] not in (OTHER, UNKNOWN)]
        if not named:
            return None
        top = max(score for _, score in named)
        return tuple(sorted(code for code, score in named if top - score < 1e-9)), top


@dataclass(frozen=True, slots=True)
class MissingSignal:
    """What one more signal would be worth: expected drop of the entropy of the answer, nats.

    `settles` is the probability that a territory then holds what `supported` asks for; `words` name it in a sentence.
    """

    signal: str
    words: str
    drop: float
    settles: float


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row behind the evidence: the observation itself, located."""

    source: str
    file: str
    record: str
    table: str
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything `explain` shows about one account.

    `scores[territory]` lists the classes for each candidate (the matrix); `waterfalls` are the leading territory and
    the runner-up; `leave_one_out` one entry per class with evidence. `ties` are the things shared with other accounts:
    items without scores, whose `sources` are the rows behind them. `missing` are the signals that would tell most,
    best first.
    """

    account: str
    handle: str | None
    run: str
    assessment: Assessment
    prior_mix: str
    deceivers: float
    deceivers_account: float
    deception: float
    calibration: str
    beliefs: tuple[Belief, ...]
    scores: dict[str, tuple[ClassScore, ...]]
    waterfalls: tuple[Waterfall, ...]
    leave_one_out: tuple[LeaveOneOut, ...]
    items: tuple[Item, ...]
    neighbours: int
    first_at: datetime | None
    last_at: datetime | None
    ties: tuple[Item, ...] = ()
    sensitivity: Sensitivity | None = None
    missing: tuple[MissingSignal, ...] = ()


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One inference run: parameters, counts, timings; written to `runs/<run>.json` and the `Run` node.

    `windows` are the run ids of its time windows (r1/0 registration, r1/1, ...).
    """

    id: str
    started_at: datetime
    finished_at: datetime | None
    deceivers: float
    prior_mix: str
    priors: dict[str, float]
    weights: str
    weights_sha256: str
    calibration: str
    engine: str
    accounts: int
    items: int
    counts: dict[str, int]
    skipped: dict[str, int]
    seconds: dict[str, float]
    windows: list[str] = field(default_factory=list)
