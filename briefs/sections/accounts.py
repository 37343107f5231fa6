"""One account in full, for section 6: the judgement in words, its candidates, waterfall and matrix."""

from __future__ import annotations

from attrigraph.briefs.draft import Draft, missing, territory, text
from attrigraph.briefs.input import Chosen
from attrigraph.briefs.model import (
    Block,
    Cell,
    Column,
    Heading,
    Note,
    Paragraph,
    Row,
    Sentence,
    Table,
)
from attrigraph.briefs.phrases import class_evidence, place
from attrigraph.inference.records import Assessment, ClassScore, Explanation, Waterfall
from attrigraph.territories import OTHER, UNKNOWN, territory_name
from attrigraph.viz.evidence_text import row_word
from attrigraph.wording import likelihood_word, likely, nats, percent, plural

__all__ = ["account_in_full", "share_text"]

MOST_CANDIDATES = 6
REQUIRED = 0.55
"""Probability below which no territory is named (evidence model, section 8)."""


def account_in_full(draft: Draft, chosen: Chosen) -> list[Block]:
    """Heading, judgement, candidates, waterfall and matrix of one account."""
    found = chosen.explanation
    one = found.assessment
    name = draft.register.account(found.account)
    ids = draft.register.evidence(found.items) or (draft.register.run,)
    blocks: list[Block] = [
        Heading(f"{name}: {_outcome(one)}"),
        Paragraph(tuple(_judgement(draft, found, ids)), _beside(draft, found), abstains=one.outcome != "supported"),
        _candidates(draft, found, ids),
    ]
    if any(row.present for w in found.waterfalls for row in w.rows):
        head = f"{name}, {one.outcome}: {_strongest(one)}"
        sub = "Nats, added from the prior down; right supports, left contradicts."
        blocks.append(
            draft.figure(
                head, sub, _waterfall_table(name, found.waterfalls, ids), figure=chosen.waterfall, evidence=ids
            )
        )
        blocks.append(
            draft.figure(
                f"{name}, {one.outcome}: every class against every territory",
                "Nats after limits, both stories mixed. Hatch: no evidence of this class, which is not zero.",
                _matrix_table(name, found.scores, ids),
                figure=chosen.matrix,
                evidence=ids,
            )
        )
    return blocks


def _outcome(one: Assessment) -> str:
    if one.outcome == "supported":
        return territory_name(one.top)
    if one.outcome == "contested":
        return f"{territory_name(one.top)} or {territory_name(_other(one))}, contested"
    return "insufficient"


def _other(one: Assessment) -> str:
    return one.without_strongest or one.runner_up or UNKNOWN


def _strongest(one: Assessment) -> str:
    if not one.strongest_class:
        return "no class of evidence names a territory"
    return f"{class_evidence([one.strongest_class])} carries {territory_name(one.top)} most"


def _judgement(draft: Draft, found: Explanation, ids: tuple[str, ...]) -> list[Sentence]:
    """Estimate, confidence in a sentence of its own, runner-up, and the answer without the strongest class."""
    one = found.assessment
    said = [*_estimate(draft, one), _confidence(draft, one), _runner_up(draft, one), _without_strongest(draft, one)]
    if one.outcome != "insufficient":  # there the first sentence is the reason
        said += [draft.register.clean(reason) for reason in one.reasons]
    return [draft.judged(sentence, *ids) for sentence in said if sentence]


def _number(draft: Draft, one: Assessment, code: str, p: float) -> str:
    """A probability that is not the estimate: number, prior, and a word of likelihood beside a supported answer."""
    word = f", {likelihood_word(p)}" if one.outcome == "supported" else ""
    return f"{percent(p)}{word} ({draft.prior_text(code)})"


def _estimate(draft: Draft, one: Assessment) -> list[str]:
    name, prior = draft.register.number(one.account), draft.prior_text(one.top)
    if one.outcome == "supported":
        estimate = f"{name} is {likely(likelihood_word(one.p))} operated from {place(one.top)}"
        return [f"{estimate}: {percent(one.p)}{_range(draft, one.account)} ({prior})."]
    if one.outcome == "contested":
        cls = class_evidence([one.strongest_class]) if one.strongest_class else "the strongest class"
        return [
            f"{territory_name(one.top)} or {place(_other(one))}: the answer changes when {cls} is left out.",
            f"With it, {place(one.top)} reaches {percent(one.p)} ({prior}).",
        ]
    return [_insufficient(draft, one, f"{percent(one.p)} ({prior})")]


def _confidence(draft: Draft, one: Assessment) -> str:
    if one.outcome != "supported":
        return ""
    return f"Confidence in this judgement is {one.confidence}: {_why(draft, one)}."


def _runner_up(draft: Draft, one: Assessment) -> str:
    if not one.runner_up or one.runner_up_p is None:
        return "No runner-up is named by any evidence."
    return f"The runner-up is {_named(one.runner_up)}: {_number(draft, one, one.runner_up, one.runner_up_p)}."


def _without_strongest(draft: Draft, one: Assessment) -> str:
    if not one.strongest_class or not one.without_strongest or one.without_strongest_p is None:
        return ""
    answer = f"{_named(one.without_strongest)}: {_number(draft, one, one.without_strongest, one.without_strongest_p)}"
    return f"If {class_evidence([one.strongest_class])}, the strongest class, were false, the answer would be {answer}."


def _insufficient(draft: Draft, one: Assessment, top: str) -> str:
    if one.region:
        return f"Within {one.region}; no country is named."
    if one.top in (OTHER, UNKNOWN):
        return f"The evidence does not name a territory: that it tells nothing reaches {top}."
    if one.p < REQUIRED:
        strongest = f"the strongest, {place(one.top)}, reaches {top}"
        if percent(one.p) == percent(REQUIRED):
            strongest = f"the strongest, {place(one.top)}, stays just below ({draft.prior_text(one.top)})"
        return f"The evidence does not name a territory: {strongest} and 55\u202f% is required."
    return (
        f"The evidence does not name a territory: {place(one.top)} reaches {top}, and no class that may carry a "
        "judgement by itself supports it."
    )


def _named(code: str) -> str:
    if code == UNKNOWN:
        return "that the evidence tells nothing"
    return place(code)


def _why(draft: Draft, one: Assessment) -> str:
    supporting = draft.account(one.account).supporting
    verb = "supports" if supporting and len(supporting) == 1 else "support"
    classes = f"{class_evidence(supporting)} {verb} it" if supporting else ""
    stays = (
        "the answer stays when any one class is left out"
        if one.survives
        else "the answer does not stay when one class is left out"
    )
    return ", and ".join(filter(None, (classes, stays)))


def _range(draft: Draft, account: str) -> str:
    """What stands after the probability: how it moves with the assumed share, or that it does not."""
    values = draft.data.ranges.get(account)
    if not values:
        return ""
    low, high = min(p for _, p in values), max(p for _, p in values)
    first, last = min(d for d, _ in values), max(d for d, _ in values)
    shares = f"assumed shares of deceiving accounts from {share_text(first)} to {share_text(last)}"
    if percent(low) == percent(high):
        return f" over all {shares}"
    return f", {percent(low)} to {percent(high)} over {shares}"


def share_text(value: float) -> str:
    """An assumed share as .05"""
    return f"{value:g}".removeprefix("0")


def _beside(draft: Draft, found: Explanation) -> tuple[Note, ...]:
    one = found.assessment
    notes = [
        draft.note("Honest story", f"{percent(one.honest_share)} of the answer rests on it."),
        draft.note(
            "Under cover", f"assumed for this account at {percent(found.deceivers_account)}, before its own evidence."
        ),
        draft.note("Tension", f"{one.tension:.2f} of 1 between its classes."),
    ]
    if found.neighbours:
        notes.append(draft.note("Shares with", f"{plural(found.neighbours, 'other account')}."))
    return tuple(notes)


def _candidates(draft: Draft, found: Explanation, ids: tuple[str, ...]) -> Table:
    """Only a supported answer is put in words of likelihood; any other names its outcome above the table."""
    beliefs = sorted(found.beliefs, key=lambda b: -b.p)[:MOST_CANDIDATES]
    outcome = found.assessment.outcome
    supported = outcome == "supported"
    rows = tuple(
        Row(
            (
                territory(b.territory),
                *([text(likelihood_word(b.p))] if supported else []),
                text(percent(b.p)),
                text(percent(b.prior)),
                text(percent(b.own)),
                text(nats(b.llr)),
                text(nats(b.infra)),
            )
        )
        for b in beliefs
    )
    columns = (
        Column("operated from"),
        *([Column("in words")] if supported else []),
        Column("probability", number=True, holds="p"),
        Column("prior", number=True, holds="prior"),
        Column("from its own evidence", number=True, holds="p"),
        Column("evidence, nats", number=True),
        Column("shared, nats", number=True),
    )
    left = len(found.beliefs) - len(beliefs)
    more = f"; {plural(left, 'candidate')} below these left out" if left else ""
    name = draft.register.account(found.account) + ("" if supported else f", {outcome}")
    return Table(f"Candidates for {name}{more}", columns, rows, ids)


def _waterfall_table(name: str, waterfalls: tuple[Waterfall, ...], ids: tuple[str, ...]) -> Table:
    rows = []
    for one in waterfalls:
        for row in one.rows:
            label = (territory(one.territory), text(row_word(row)))
            if not row.present:
                rows.append(Row((*label, missing("no evidence"), text(""), text(""), text(""))))
                continue
            stories = [text(nats(v)) if v is not None else text("") for v in (row.honest, row.cover)]
            p = text(percent(row.p)) if row.p is not None else text("")
            rows.append(Row((*label, text(nats(row.value)), *stories, p)))
    columns = (
        Column("territory"),
        Column("row"),
        Column("nats"),
        Column("honest", number=True),
        Column("cover", number=True),
        Column("share of belief, from prior to result", number=True),
    )
    return Table(f"The sum for {name}", columns, tuple(rows), ids)


def _matrix_table(name: str, scores: dict[str, tuple[ClassScore, ...]], ids: tuple[str, ...]) -> Table:
    codes = list(scores)[:MOST_CANDIDATES]
    classes = list(dict.fromkeys(s.cls for c in codes for s in scores[c]))
    rows = []
    for cls in classes:
        cells = []
        for code in codes:
            one = next((s for s in scores[code] if s.cls == cls), None)
            cells.append(_score(one) if one else missing("no evidence"))
        rows.append(Row((text(cls.replace("_", " ")), *cells)))
    columns = (Column("class"), *(Column(territory_name(c)) for c in codes))
    return Table(f"Classes and territories for {name}", columns, tuple(rows), ids)


def _score(one: ClassScore) -> Cell:
    return text(f"{nats(one.mixed)}, limited" if one.capped else nats(one.mixed))
