"""Section 6: the estimate by territory, the network, chosen accounts in full, and every account's posterior."""

from __future__ import annotations

from attrigraph.briefs.draft import Draft, cut, missing, table_of, territory, text
from attrigraph.briefs.input import SharedResource
from attrigraph.briefs.model import (
    Block,
    Column,
    FigureBlock,
    Paragraph,
    Row,
    Section,
    Table,
)
from attrigraph.briefs.phrases import count, kind_word, listed
from attrigraph.briefs.sections.accounts import account_in_full, share_text
from attrigraph.briefs.tally import CONFIDENCES, confidences
from attrigraph.territories import territory_name
from attrigraph.viz.land import BOUNDARIES
from attrigraph.wording import day, percent, plural

__all__ = ["estimate"]


def estimate(draft: Draft) -> Section:
    """Section 6."""
    blocks: list[Block] = [_opening(draft), _territories(draft)]
    if draft.data.map is not None:
        blocks.append(_map(draft))
    if draft.data.shared or draft.data.network is not None:
        blocks.append(_network(draft))
    for chosen in draft.data.chosen:
        blocks += account_in_full(draft, chosen)
    blocks += _drawn(draft)
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
        rows.append(Row((territory(code), text(len(group)), *levels, text(span), prior)))
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


def _map(draft: Draft) -> FigureBlock:
    figure = draft.data.map
    return draft.figure(
        "Where the decided accounts are assessed to be operated from",
        "Shade and circle: accounts. Territory level only.",
        table_of(figure, "Accounts on the map and beside it", (draft.register.run,)),
        figure=figure,
        caveat=BOUNDARIES,
    )


def _drawn(draft: Draft) -> list[Block]:
    """Hours, windows and reliability, when they were drawn."""
    data, run = draft.data, (draft.register.run,)
    found: list[Block] = []
    if data.hours is not None:
        ids = draft.register.sources_of("posts", "logins")
        table = table_of(data.hours, "Activity by weekday and hour, UTC", ids)
        caveat = "Night: 00 to 06 local, in both seasons."
        found.append(draft.figure("When an account is active", "", table, figure=data.hours, caveat=caveat))
    if data.windows is not None:
        table = table_of(data.windows, "Belief by time window", run, slice(3, -1))
        caveat = "A window ends at a change of handle, phone, mail or store, or after long silence."
        found.append(draft.figure("Belief over time", "", table, figure=data.windows, caveat=caveat))
    if data.reliability is not None:
        table = table_of(data.reliability, "Said against found on resolved accounts", run)
        found.append(draft.figure("Said against found", "", table, figure=data.reliability))
    return found


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
    kept, more = cut(rows, "resource")
    table = Table(f"Linking resources{more}", columns, kept, (draft.register.run,))
    return draft.figure(
        head, sub, table, figure=draft.data.network, caveat="Shared links alone do not attribute an account."
    )


def _resource(draft: Draft, one: SharedResource, n: int) -> Row:
    which = listed(sorted(draft.register.account(a) for a in one.accounts), ",").replace(" ,", ",")
    return Row(
        (
            text(f"{kind_word(one.kind)} {n}"),
            text(len(one.accounts)),
            text(which),
            text(day(one.first_at)) if one.first_at else missing("unknown"),
            text(day(one.last_at)) if one.last_at else missing("unknown"),
            text(f"{one.weight:.2f}") if one.weight is not None else missing("unknown"),
            text("withheld"),
        )
    )


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
        columns.append(
            Column(f"over shares {listed([share_text(d) for d in shares], ',').replace(' ,', ',')}", holds="p")
        )
    caption = (
        f"Posterior of every account: {count(len(draft.tally.named), draft.tally.total)} have an assessed territory"
    )
    kept, more = cut(rows, "account", "assessments")
    return Table(f"{caption}{more}", tuple(columns), kept, (draft.register.run,), folded=True)
