"""What every section writer needs: the input, its counts, its numbers, and the few sentence forms they share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from attrigraph.briefs.drawings import cleaned, said_by
from attrigraph.briefs.input import AccountFacts, BriefInput
from attrigraph.briefs.model import Cell, Column, FigureBlock, Holds, Note, Row, Sentence, Table
from attrigraph.briefs.phrases import period
from attrigraph.briefs.register import Register
from attrigraph.briefs.tally import tally
from attrigraph.inference.records import Assessment
from attrigraph.settings import PRESETS
from attrigraph.territories import UNKNOWN, territory_name
from attrigraph.wording import UNCALIBRATED, likelihood_word, percent, plural

__all__ = ["Draft", "cut", "missing", "table_of", "territory", "text"]

REDACTIONS = {
    "numbers": "accounts numbered, no handles",
    "handles": "handles shown, addresses cut",
    "none": "handles and addresses shown",
}


MOST_ROWS = 1000
"""Rows of a table in a brief; what is beyond is counted in its caption."""


def cut(rows: Sequence[Row], what: str, export: str = "") -> tuple[tuple[Row, ...], str]:
    """The first rows, and what the caption adds when there are more.

    >>> cut([Row(())] * 1002, "account", "assessments")[1]
    '; 2 accounts left out, attrigraph export assessments writes them all'
    """
    left = len(rows) - MOST_ROWS
    if left <= 0:
        return tuple(rows), ""
    command = f", attrigraph export {export} writes them all" if export else ""
    return tuple(rows[:MOST_ROWS]), f"; {plural(left, what)} left out{command}"


def text(value: object, *ids: str) -> Cell:
    """A cell with something in it."""
    return Cell(str(value), ids=ids)


def missing(word: str) -> Cell:
    """A hatched cell: unknown, not supplied, none."""
    return Cell(word, missing=True)


class Draft:
    """The state of one brief while it is written; only the figure counter moves."""

    def __init__(self, data: BriefInput) -> None:
        self.data = data
        self.register = Register(data)
        self.tally = tally(data.assessments)
        self.facts = {a.id: a for a in data.accounts}
        self.period = period(data.first_at, data.last_at)
        self.calibrated = data.run.calibration != UNCALIBRATED
        self._figures = 0

    def fact(self, text: str, *ids: str) -> Sentence:
        """A sentence that can be checked against the sources; without ids it rests on the run."""
        return Sentence(text, "F", ids or (self.register.run,))

    def judged(self, text: str, *ids: str) -> Sentence:
        """A sentence that is a judgement; without ids it rests on the run."""
        return Sentence(text, "A", ids or (self.register.run,))

    def note(self, head: str, text: str, *ids: str) -> Note:
        """A remark in the margin."""
        return Note(head, Sentence(text, "F", ids or (self.register.run,)))

    def prior(self, code: str) -> float | None:
        """Prior of a territory in the run; a run that keeps those of territories only leaves the rest to unknown."""
        priors = self.data.run.priors
        if code == UNKNOWN and priors and code not in priors:
            return 1 - sum(priors.values())
        return priors.get(code)

    def prior_text(self, code: str) -> str:
        """The prior in brackets after a probability."""
        return f"prior {percent(self.prior(code))}"

    def account(self, account: str) -> AccountFacts:
        """Facts of an account; empty ones when none were handed over."""
        return self.facts.get(account) or AccountFacts(account, account.partition(":")[0])

    def estimate(self, group: Iterable[Assessment]) -> tuple[str, float]:
        """Word and number that hold for every account of a group.

        The weakest account decides: what is said of all must be true of each.
        """
        low = min(a.p for a in group)
        return likelihood_word(low), low

    def assumed_share(self) -> str:
        """The sentence on deceiving accounts that every section with a probability carries once."""
        share = self.data.run.deceivers
        preset = next((f" (preset “{n}”)" for n, v in PRESETS.items() if abs(v - share) < 1e-9), "")
        return f"The assumed share of deceiving accounts is {percent(share)}{preset}."

    def assumed_note(self) -> Note:
        """The same in the margin."""
        share = self.data.run.deceivers
        return self.note("Assumed share", f"of deceiving accounts {percent(share)}: a prior like the territory mix.")

    def figure(
        self,
        head: str,
        sub: str,
        table: Table,
        *,
        figure: Any = None,
        evidence: tuple[str, ...] = (),
        caveat: str = "",
    ) -> FigureBlock:
        """The next figure, with everything a caption needs. Sources are all files unless others are given.

        A drawing brings its own headline and sub-line, because it knows what it drew; `head` and `sub` are for a table
        alone.
        """
        self._figures += 1
        if figure is not None:
            figure = cleaned(figure, self.register.clean)
            drawn_head, drawn_sub = said_by(figure)
            head, sub = drawn_head or head, drawn_sub or sub
        status = "" if self.calibrated else f"{self.data.run.calibration.capitalize()}."
        return FigureBlock(
            number=self._figures,
            head=head,
            sub=sub,
            alt=head,
            caveat=" ".join(filter(None, (caveat, status))),
            evidence=evidence or (self.register.run, *self.register.sources()),
            period=self.period,
            redaction=REDACTIONS[self.data.case.redaction],
            table=table,
            simulated=self.data.case.simulated,
            figure=figure,
        )


def table_of(figure: Any, caption: str, evidence: tuple[str, ...], p: slice | None = None) -> Table:
    """The table a drawing carries, as a table of the brief; columns `p` are posteriors, the last one is their prior."""
    from attrigraph.viz.figure import words

    found = words(figure).table
    holds: list[Holds] = ["" for _ in found.columns]
    if p is not None:
        holds[p] = ["p" for _ in holds[p]]
        holds[-1] = "prior"
    columns = tuple(Column(name, holds=held) for name, held in zip(found.columns, holds, strict=True))
    rows = tuple(Row(tuple(missing("unknown") if v is None else text(v) for v in row)) for row in found.rows)
    return Table(caption, columns, rows, evidence, folded=True)


def territory(code: str) -> Cell:
    """A territory in a table; UNKNOWN looks like everything unknown."""
    return missing(territory_name(code)) if code == UNKNOWN else text(territory_name(code))
