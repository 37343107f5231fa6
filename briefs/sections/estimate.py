"""Section 6: the estimate by territory, the network, chosen accounts in full, and every account's posterior."""

from __future__ import annotations

from attrigraph.briefs.draft import Draft, missing, text
from attrigraph.briefs.input import Chosen, SharedResource
from attrigraph.briefs.model import (
    Block,
    Cell,
    Column,
    FigureBlock,
    Heading,
    Note,
    Paragraph,
    Row,
    Section,
    Sentence,
    Table,
)
from attrigraph.briefs.phrases import count, listed, place, plural
from attrigraph.briefs.tally import CONFIDENCES, confidences
from attrigraph.inference.records import Assessment, ClassScore, Explanation, Waterfall
from attrigraph.territories import OTHER, UNKNOWN, territory_name
from attrigraph.wording import day, likelihood_word, nats, percent

__all__ = ["estimate"]

MOST_CANDIDATES = 6


def estimate(draft: Draft) -> Section:
    """Section 6."""
    blocks: list[Block] = [_opening(draft), _territories(draft)]
    if draft.data.shared or draft.data.network is not None:
        blocks.append(_network(draft))
    for chosen in draft.data.chosen:
        blocks += _account(draft, chosen)
    blocks.append(_everyone(draft))
    return Section(6, "Country estimate", tuple(blocks))


def _opening(draft: Draft) -> Paragraph:
    sentences = [
        draft.judged("Each account is judged by itself; no probability is given for the group as a whole."),
        draft.fact(draft.assumed_share()),
    ]
    if not draft.data.ranges:
        sentences.append(draft.fact("The run was not repeated under other assumed shares."))
    mix = draft.register.clean(draft.data.run.prior_mix)
    return Paragraph(tuple(sentences), (draft.note("Prior", f"mix “{mix}”, beside every probability; section 4."),))


def _territories(draft: Draft) -> Table:
    rows = []
    for code, group in draft.tally.supported:
        found = confidences(group)
        low, high = min(a.p for a in group), max(a.p for a in group)
        span = percent(low) if len(group) == 1 else f"{percent(low)} to {percent(high)}"
        levels = [text(found[c] or "") for c in CONFIDENCES]
        prior = text(percent(draft.prior(code)))
        rows.append(Row((text(territory_name(code)), text(len(group)), *levels, text(span), prior)))
    for name, group in (("contested", draft.tally.contested), ("insufficient", draft.tally.insufficient)):
        if group:
            blank = [text("")] * 3
            rows.append(Row((text(name), text(len(group)), *blank, missing("no territory named"), text(""))))
    columns = (
        Column("operated from"),
        Column("accounts", number=True),
        *(Column(c, number=True, holds="confidence") for c in CONFIDENCES),
        Column("probability of each account", holds="p"),
        Column("prior", number=True, holds="prior"),
    )
    return Table("Accounts by assessed territory, with abstentions", columns, tuple(rows), (draft.register.run,))


def _network(draft: Draft) -> FigureBlock:
    shared = draft.data.shared
    accounts = {a for s in shared for a in s.accounts}
    head = "No shared resource was found"
    if shared:
        are = "hold" if len(shared) > 1 else "holds"
        linked = plural(len(accounts), "account")
        linked = f"{len(accounts)} of the {linked.replace(str(len(accounts)), str(draft.tally.total))}"
        head = f"{plural(len(shared), 'shared resource')} {are} {linked} together"
    sub = (
        "Circles are accounts, coloured by assessed territory, fill by confidence, hatch for not decided; "
        "squares are resources."
    )
    numbered: dict[str, int] = {}
    rows = []
    for one in sorted(shared, key=lambda s: (-len(s.accounts), s.kind)):
        numbered[one.kind] = numbered.get(one.kind, 0) + 1
        rows.append(_resource(draft, one, numbered[one.kind]))
    columns = (
        Column("resource"),
        Column("accounts", number=True),
        Column("which"),
        Column("first"),
        Column("last"),
        Column("strength", number=True),
        Column("value"),
    )
    table = Table("Linking resources", columns, tuple(rows), (draft.register.run,))
    return draft.figure(
        head, sub, table, figure=draft.data.network, caveat="Shared links alone do not attribute an account."
    )


def _resource(draft: Draft, one: SharedResource, n: int) -> Row:
    which = listed(sorted(draft.register.account(a) for a in one.accounts), ",").replace(" ,", ",")
    return Row(
        (
            text(f"{one.kind.replace('_', ' ')} {n}"),
            text(len(one.accounts)),
            text(which),
            text(day(one.first_at)) if one.first_at else missing("unknown"),
            text(day(one.last_at)) if one.last_at else missing("unknown"),
            text(f"{one.weight:.2f}") if one.weight is not None else missing("unknown"),
            text("withheld"),
        )
    )


def _account(draft: Draft, chosen: Chosen) -> list[Block]:
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
        head = f"{name}: {_strongest(one)}"
        sub = "Nats, added from the prior down; right supports, left contradicts. The result is set against all."
        blocks.append(
            draft.figure(
                head, sub, _waterfall_table(name, found.waterfalls, ids), figure=chosen.waterfall, evidence=ids
            )
        )
        blocks.append(
            draft.figure(
                f"{name}: every class against every territory",
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
    return f"{one.strongest_class.replace('_', ' ')} evidence carries {territory_name(one.top)} most"


def _judgement(draft: Draft, found: Explanation, ids: tuple[str, ...]) -> list[Sentence]:
    one = found.assessment
    name = draft.register.number(found.account)
    top = f"{percent(one.p)} ({draft.prior_text(one.top)})"
    sentences = []
    if one.outcome == "supported":
        spread = _range(draft, found.account)
        sentences.append(
            draft.judged(
                f"{name} is {likelihood_word(one.p)} operated from {place(one.top)}: {percent(one.p)}{spread} "
                f"({draft.prior_text(one.top)}).",
                *ids,
            )
        )
        sentences.append(draft.judged(f"Confidence in this judgement is {one.confidence}: {_why(draft, one)}.", *ids))
    elif one.outcome == "contested":
        cls = (one.strongest_class or "the strongest class of").replace("_", " ")
        sentences.append(
            draft.judged(
                f"{territory_name(one.top)} or {place(_other(one))}: the answer changes when {cls} evidence is left "
                f"out; with it, {place(one.top)} reaches {top}.",
                *ids,
            )
        )
    else:
        sentences.append(draft.judged(_insufficient(one, top), *ids))
    if one.runner_up and one.runner_up_p is not None:
        sentences.append(
            draft.judged(
                f"The runner-up is {_named(one.runner_up)}: {percent(one.runner_up_p)}, "
                f"{likelihood_word(one.runner_up_p)} ({draft.prior_text(one.runner_up)}).",
                *ids,
            )
        )
    if one.strongest_class and one.without_strongest and one.without_strongest_p is not None:
        cls = one.strongest_class.replace("_", " ")
        sentences.append(
            draft.judged(
                f"If {cls} evidence, the strongest class, were false, the answer would be "
                f"{_named(one.without_strongest)}: "
                f"{percent(one.without_strongest_p)}, {likelihood_word(one.without_strongest_p)} "
                f"({draft.prior_text(one.without_strongest)}).",
                *ids,
            )
        )
    return sentences


def _insufficient(one: Assessment, top: str) -> str:
    if one.region:
        return f"Within {one.region}; no country is named."
    if one.top in (OTHER, UNKNOWN):
        return f"The evidence does not name a territory: that it tells nothing reaches {top}."
    if one.p < 0.55:
        strongest = f"the strongest, {place(one.top)}, reaches {top}"
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
    classes = f"{listed([c.replace('_', ' ') for c in supporting])} evidence supports it" if supporting else ""
    stays = (
        "the answer stays when any one class is left out"
        if one.survives
        else "the answer does not stay when one class is left out"
    )
    return ", and ".join(filter(None, (classes, stays)))


def _range(draft: Draft, account: str) -> str:
    values = draft.data.ranges.get(account)
    if not values:
        return ""
    low, high = min(p for _, p in values), max(p for _, p in values)
    first, last = min(d for d, _ in values), max(d for d, _ in values)
    shares = f"assumed shares of deceiving accounts from {_share(first)} to {_share(last)}"
    return f", {percent(low)} to {percent(high)} over {shares}"


def _share(value: float) -> str:
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
    beliefs = sorted(found.beliefs, key=lambda b: -b.p)[:MOST_CANDIDATES]
    rows = tuple(
        Row(
            (
                text(territory_name(b.territory)),
                text(likelihood_word(b.p)),
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
        Column("in words"),
        Column("probability", number=True, holds="p"),
        Column("prior", number=True, holds="prior"),
        Column("from its own evidence", number=True, holds="p"),
        Column("evidence, nats", number=True),
        Column("shared, nats", number=True),
    )
    left = len(found.beliefs) - len(beliefs)
    more = f"; {plural(left, 'candidate')} below these left out" if left else ""
    return Table(f"Candidates for {draft.register.account(found.account)}{more}", columns, rows, ids)


def _waterfall_table(name: str, waterfalls: tuple[Waterfall, ...], ids: tuple[str, ...]) -> Table:
    rows = []
    for one in waterfalls:
        for row in one.rows:
            label = (text(territory_name(one.territory)), text(row.label))
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


def _everyone(draft: Draft) -> Table:
    spread = bool(draft.data.ranges)
    rows = []
    order = [*draft.tally.named, *draft.tally.contested, *draft.tally.insufficient]
    for one in order:
        cells = [text(draft.register.account(one.account)), text(one.outcome)]
        named = one.outcome == "supported"
        strongest = territory_name(one.top)
        cells.append(text(strongest) if named else missing(f"not decided; strongest {strongest}"))
        cells += [text(percent(one.p)), text(percent(draft.prior(one.top)))]
        second = one.runner_up
        cells.append(text(f"{territory_name(second)} {percent(one.runner_up_p)}") if second else missing("none named"))
        cells.append(text(percent(draft.prior(second))) if second else text(""))
        cells.append(text(one.confidence) if one.confidence else text(""))
        cells.append(text((one.strongest_class or "").replace("_", " ")) if one.strongest_class else missing("none"))
        if spread:
            values = draft.data.ranges.get(one.account)
            cells.append(
                text(f"{percent(min(p for _, p in values))} to {percent(max(p for _, p in values))}")
                if values
                else missing("not run")
            )
        rows.append(Row(tuple(cells)))
    columns = [
        Column("account"),
        Column("outcome"),
        Column("operated from"),
        Column("probability", number=True, holds="p"),
        Column("prior", number=True, holds="prior"),
        Column("runner-up", holds="runner_up"),
        Column("its prior", number=True, holds="prior"),
        Column("confidence", holds="confidence"),
        Column("strongest class"),
    ]
    if spread:
        shares = sorted({d for values in draft.data.ranges.values() for d, _ in values})
        columns.append(Column(f"over shares {listed([_share(d) for d in shares], ',').replace(' ,', ',')}", holds="p"))
    caption = (
        f"Posterior of every account: {count(len(draft.tally.named), draft.tally.total)} have an assessed territory"
    )
    return Table(caption, tuple(columns), tuple(rows), (draft.register.run,), folded=True)
