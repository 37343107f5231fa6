"""Section 3: which accounts, which files, what was rejected, and what is missing."""

from __future__ import annotations

from collections import Counter

from attrigraph.briefs.draft import Draft, missing, text
from attrigraph.briefs.input import SourceFile
from attrigraph.briefs.model import Block, Cell, Column, Paragraph, Row, Section, Table
from attrigraph.briefs.phrases import listed, period
from attrigraph.wording import number, plural

__all__ = ["scope"]


def scope(draft: Draft) -> Section:
    """Section 3."""
    blocks: list[Block] = [_accounts(draft)]
    if draft.data.sources:
        blocks.append(_files(draft))
    if any(s.rejects for s in draft.data.sources):
        blocks.append(_rejects(draft))
    if draft.data.classes:
        blocks.append(_classes(draft))
    return Section(3, "Scope and data", tuple(blocks))


def _accounts(draft: Draft) -> Paragraph:
    data, ids = draft.data, (draft.register.run, *draft.register.sources())
    platforms = Counter(a.platform for a in data.accounts)
    where = listed([f"{number(n)} on {draft.register.clean(p)}" for p, n in platforms.most_common()])
    sentences = [
        draft.fact(f"The brief covers {plural(draft.tally.total, 'account')}: {where}.", *ids)
        if where
        else draft.fact(f"The brief covers {plural(draft.tally.total, 'account')}.", *ids),
        draft.fact(f"Observations span {draft.period}.", *ids)
        if data.first_at
        else draft.fact("No observation carries a time.", *ids),
    ]
    if data.sources:
        rows, loaded = sum(s.rows for s in data.sources), sum(s.loaded for s in data.sources)
        rejected = sum(s.rejected for s in data.sources)
        sentences.append(
            draft.fact(
                f"Of {plural(rows, 'row')} in {plural(len(data.sources), 'file')}, {number(loaded)} were loaded and "
                f"{number(rejected)} rejected with a reason.",
                *draft.register.sources(),
            )
        )
    return Paragraph(tuple(sentences))


def _files(draft: Draft) -> Table:
    columns = (
        Column("source"),
        Column("provider"),
        Column("period"),
        Column("rows in", number=True),
        Column("loaded", number=True),
        Column("rejected", number=True),
        Column("sha256"),
        Column("grade"),
        Column("legal basis"),
    )
    rows = tuple(_file(draft, s) for s in draft.data.sources)
    return Table("Files in this brief", columns, rows, draft.register.sources())


def _file(draft: Draft, source: SourceFile) -> Row:
    identifier = draft.register.source(source.id) or ""
    tables = listed(source.tables)
    span = period(source.first_at, source.last_at).removesuffix(", UTC") if source.first_at else ""
    clean = draft.register.clean
    return Row(
        (
            text(f"{identifier} {tables}, {clean(source.name)}"),
            _given(clean(source.provider or "")),
            text(span),
            text(number(source.rows)),
            text(number(source.loaded)),
            text(number(source.rejected)),
            text(f"{source.sha256[:12]}…"),
            _given(source.grade or "", "F6, not graded"),
            _given(clean(source.legal_basis or "")),
        ),
        identifier,
    )


def _given(value: str, word: str = "not stated") -> Cell:
    return text(value) if value else missing(word)


def _rejects(draft: Draft) -> Table:
    rows = tuple(
        Row((text(draft.register.source(s.id)), text(draft.register.clean(reason)), text(number(n))))
        for s in draft.data.sources
        for reason, n in s.rejects
    )
    columns = (Column("source"), Column("reason"), Column("rows", number=True))
    return Table("Rejected rows", columns, rows, draft.register.sources(), folded=True)


def _classes(draft: Draft) -> Table:
    total = draft.tally.total
    rows = []
    for one in draft.data.classes:
        name = text(one.name.replace("_", " "))
        if one.accounts:
            without = total - one.accounts
            rows.append(Row((name, text(number(one.items)), text(number(one.accounts)), text(number(without)))))
        else:
            rows.append(Row((name, missing("not supplied"), text(""), text(number(total)))))
    columns = (
        Column("class of evidence"),
        Column("items"),
        Column("accounts with it", number=True),
        Column("accounts without", number=True),
    )
    return Table("What there is evidence of, and what is missing", columns, tuple(rows), (draft.register.run,))
