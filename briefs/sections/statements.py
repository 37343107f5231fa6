"""Section 10: what others say in public, in their words, beside the assessments. A claim is never evidence."""

from __future__ import annotations

import re

from attrigraph.briefs.draft import Draft, cut, missing, text
from attrigraph.briefs.input import ClaimCheck
from attrigraph.briefs.model import Block, Cell, Column, Paragraph, Row, Section, Sentence, Table
from attrigraph.briefs.phrases import place
from attrigraph.territories import territory_name
from attrigraph.wording import day, plural, prose_day

__all__ = ["statements"]


def statements(draft: Draft) -> Section:
    """Section 10."""
    claims = draft.data.claims
    title = "Platform and third-party statements"
    if not claims:
        said = draft.fact("No public statement about these accounts was supplied.")
        return Section(10, title, (Paragraph((said,), abstains=True),))
    judged = [c for c in claims if c.territory]
    listed_only = [c for c in claims if not c.territory]
    blocks: list[Block] = [_rule(draft)]
    blocks += [_sentence(draft, c) for c in judged]
    if judged:
        blocks.append(_table(draft, judged))
        blocks.append(_accounts(draft, judged))
        blocks += _settle(draft, judged)
    if listed_only:
        blocks.append(_organisations(draft, listed_only))
    return Section(10, title, tuple(blocks))


def _ids(draft: Draft, claim: ClaimCheck) -> tuple[str, ...]:
    sources = {s for locator in claim.sources if (s := draft.register.source(locator.partition(":")[0]))}
    return (*sorted(sources), draft.register.run)


def _rule(draft: Draft) -> Paragraph:
    return Paragraph(
        (
            draft.fact("A statement is set beside the assessment and never counted as evidence about itself."),
            draft.fact(
                "Supported: the account is assessed as operated from the stated territory; contradicted: from another; "
                "contested: two territories stay possible; cannot be told: the evidence names none."
            ),
        )
    )


def _quote(draft: Draft, words: str) -> str:
    return f"“{draft.register.clean(re.sub(r'[“”]', '', words), quoted=True)}”"


def _sentence(draft: Draft, claim: ClaimCheck) -> Paragraph:
    when = f" on {prose_day(claim.claimed_at)}" if claim.claimed_at else ""
    accounts = plural(claim.claimed, "account")
    said = (
        f"{_quote(draft, claim.claimant)} said{when} of {accounts}: {_quote(draft, claim.relation)} "
        f"{place(claim.territory or '')}."
    )
    compared = (
        f"Of these {claim.claimed}, {claim.supported} are supported, {claim.contradicted} contradicted, "
        f"{claim.contested} contested, and {claim.cannot_be_told} cannot be told."
    )
    ids = _ids(draft, claim)
    grade = claim.grade or "F6, not graded"
    address = _address(draft, claim.url)
    notes = [draft.note("Grade", f"{grade}.", *ids)]
    if address:
        notes.append(draft.note("Said at", address, *ids))
    return Paragraph((Sentence(said, "F", ids, quoted=True), draft.judged(compared, *ids)), tuple(notes))


def _address(draft: Draft, url: str | None) -> str:
    """Where it was said, without the scheme: a brief holds no live links."""
    return draft.register.clean(re.sub(r"^\w+://", "", url)) if url else ""


def _table(draft: Draft, claims: list[ClaimCheck]) -> Table:
    rows = tuple(
        Row(
            (
                Cell(_quote(draft, c.claimant), quoted=True),
                Cell(f"{_quote(draft, c.relation)} {territory_name(c.territory or '')}", quoted=True),
                text(day(c.claimed_at)) if c.claimed_at else missing("unknown"),
                text(c.grade) if c.grade else missing("F6"),
                *(text(n) for n in (c.claimed, c.supported, c.contradicted, c.contested, c.cannot_be_told)),
            )
        )
        for c in claims
    )
    numbers = ("accounts", "supported", "contradicted", "contested", "cannot be told")
    columns = (
        Column("who"),
        Column("words"),
        Column("said"),
        Column("grade"),
        *(Column(n, number=True) for n in numbers),
    )
    ids = tuple(dict.fromkeys(i for c in claims for i in _ids(draft, c)))
    return Table("Statements about a territory, against the assessments", columns, rows, ids)


def _accounts(draft: Draft, claims: list[ClaimCheck]) -> Table:
    rows = []
    for claim in claims:
        for one in sorted(claim.accounts, key=lambda a: draft.register.number(a.account)):
            verdict = missing(one.verdict) if one.verdict == "cannot be told" else text(one.verdict)
            rows.append(
                Row(
                    (
                        text(draft.register.account(one.account)),
                        Cell(_quote(draft, claim.claimant), quoted=True),
                        text(territory_name(claim.territory or "")),
                        verdict,
                        text(draft.register.clean(one.reason)),
                    )
                )
            )
    columns = (Column("account"), Column("who"), Column("stated"), Column("against the assessment"), Column("why"))
    ids = tuple(dict.fromkeys(i for c in claims for i in _ids(draft, c)))
    kept, more = cut(rows, "account")
    return Table(f"Statements account by account{more}", columns, kept, ids, folded=True)


def _settle(draft: Draft, claims: list[ClaimCheck]) -> list[Block]:
    open_accounts = {a.account for c in claims for a in c.accounts if a.verdict in ("cannot be told", "contested")}
    if not open_accounts:
        return []
    held = {i.account for i in draft.data.items if i.cls == "acquisition"}
    without = len(open_accounts - held)
    sentences = [draft.judged(f"{plural(len(open_accounts), 'account')} of these statements stay open.")]
    if without and any(i.cls == "acquisition" for i in draft.data.items):
        sentences.append(
            draft.judged(
                f"{without} of them have no acquisition evidence: a store, SIM or payment country would settle most."
            )
        )
    else:
        sentences.append(
            draft.judged("Residential login days, then a store, SIM or payment country, would settle most.")
        )
    return [Paragraph(tuple(sentences), abstains=True)]


def _organisations(draft: Draft, claims: list[ClaimCheck]) -> Table:
    rows = tuple(
        Row(
            (
                Cell(_quote(draft, c.claimant), quoted=True),
                Cell(_quote(draft, c.relation), quoted=True),
                Cell(_quote(draft, c.organisation or "unknown"), quoted=True),
                text(day(c.claimed_at)) if c.claimed_at else missing("unknown"),
                text(c.grade) if c.grade else missing("F6"),
                text(c.claimed),
            )
        )
        for c in claims
    )
    columns = (
        Column("who"),
        Column("words"),
        Column("organisation"),
        Column("said"),
        Column("grade"),
        Column("accounts", number=True),
    )
    ids = tuple(dict.fromkeys(i for c in claims for i in _ids(draft, c)))
    return Table("Statements about organisations: listed, not judged", columns, rows, ids)
