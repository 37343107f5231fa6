"""Section 14: annexes A accounts, B evidence, C custody log, D queries and parameters, G glossary and yardstick."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from attrigraph.briefs.draft import Draft, cut, missing, text
from attrigraph.briefs.model import Block, Cell, Code, Column, Heading, Paragraph, Row, Section, Table
from attrigraph.briefs.register import points_at
from attrigraph.briefs.sections.method import terms
from attrigraph.custody import Entry
from attrigraph.inference.records import Item
from attrigraph.territories import territory_name
from attrigraph.wording import ICD203_BANDS, day, nats, number, plural

__all__ = ["annexes"]

MOST_LOCATORS = 3
MOST_ENTRIES = 200
DATA_SHOWN = ("file", "table", "source", "run", "rows", "loaded", "rejected", "sha256", "deceivers", "prior_mix")
"""Fields of a custody entry that a brief repeats; paths and operators stay in the log."""

GLOSSARY = (
    (
        "operated from",
        "the territory in which the people who use the account are while they use it; it says nothing about whose "
        "citizens they are or who pays them",
    ),
    ("territory", "an entry of ISO 3166-1, or Kosovo; no position on status is implied"),
    ("supported", "one territory reaches 55\u202f% or more with a class of evidence that may carry it"),
    ("contested", "two territories stay possible; which one leads depends on a single class of evidence"),
    ("insufficient", "the evidence names no territory strongly enough"),
    (
        "high",
        "90\u202f% or more, two classes other than persona, stable, nothing strong against it, every address checked",
    ),
    ("moderate", "55\u202f% or more, one class at +0.7 or stronger, and no class left out changes the answer"),
    ("low", "supported, and less than that"),
    ("nat", "unit of evidence: +0.7 doubles the odds, +2.3 makes them tenfold"),
    ("prior", "what is assumed of a territory before any evidence of the account"),
    (
        "deceiving account",
        "an account under cover: what it displays is chosen to mislead; the share of such is assumed",
    ),
    (
        "honest, cover",
        "the two stories of every item: the account shows itself as it is, or it is under cover",
    ),
    ("capped", "a class of evidence said more than it may; the rest is not counted"),
    ("F, A", "F a fact that can be checked against the sources, A an assessment"),
)


def annexes(draft: Draft) -> Section:
    """Section 14."""
    blocks: list[Block] = [Heading("A Accounts", "annex-A"), _accounts(draft)]
    if draft.register.items:
        blocks += [Heading("B Evidence", "annex-B"), _evidence(draft)]
        if draft.register.left_out:
            left = plural(draft.register.left_out, "item")
            said = f"{left} of accounts not shown in full are not listed; attrigraph export evidence writes them all."
            blocks.append(Paragraph((draft.fact(said),)))
    if draft.data.custody:
        blocks += [Heading("C Custody log", "annex-C"), _head(draft), _custody(draft)]
    if draft.data.queries:
        blocks.append(Heading("D Queries and parameters", "annex-D"))
        blocks += [_query(draft, name) for name in draft.register.queries]
    blocks += [Heading("G Glossary and yardstick", "annex-G"), _yardstick(), terms(list(GLOSSARY))]
    return Section(14, "Annexes", tuple(blocks))


def _accounts(draft: Draft) -> Table:
    by_account: dict[str, list[Item]] = defaultdict(list)
    for item in draft.register.items:
        by_account[item.account].append(item)
    rows = []
    for one in sorted(draft.data.assessments, key=lambda a: draft.register.number(a.account)):
        facts = draft.account(one.account)
        ids = draft.register.evidence(by_account[one.account])
        rows.append(
            Row(
                (
                    text(draft.register.account(one.account)),
                    text(draft.register.clean(facts.platform)),
                    text(day(facts.first_at)) if facts.first_at else missing("unknown"),
                    text(day(facts.last_at)) if facts.last_at else missing("unknown"),
                    Cell(ids=ids) if ids else missing("not listed"),
                ),
                draft.register.number(one.account),
            )
        )
    columns = (Column("account"), Column("platform"), Column("first seen"), Column("last seen"), Column("evidence"))
    kept, more = cut(rows, "account", "assessments")
    return Table(f"Accounts, numbered{more}", columns, kept, (draft.register.run,), folded=True)


def _evidence(draft: Draft) -> Table:
    rows = []
    for item in draft.register.items:
        identifier = draft.register.evidence([item])[0]
        code = points_at(item)
        where = "; ".join(draft.register.locator(s) for s in item.sources[:MOST_LOCATORS])
        more = len(item.sources) - MOST_LOCATORS
        rows.append(
            Row(
                (
                    text(identifier),
                    text(draft.register.account(item.account)),
                    text(f"{item.cls}, {item.signal}".replace("_", " ")),
                    text(f"{territory_name(code)} {nats(item.llr[code])}") if code else text("against others"),
                    text(draft.register.clean(item.summary)),
                    text(f"{where} and {number(more)} more" if more > 0 else where) if where else missing("not given"),
                ),
                identifier,
            )
        )
    columns = (
        Column("id"),
        Column("account"),
        Column("class, signal"),
        Column("speaks for, nats"),
        Column("what it says"),
        Column("source and record"),
    )
    return Table("Evidence items", columns, tuple(rows), (draft.register.run, *draft.register.sources()), folded=True)


def _head(draft: Draft) -> Paragraph:
    return Paragraph(
        (
            draft.fact(
                f"The log has {plural(len(draft.data.custody), 'entry', 'entries')}; the hash of the last one is "
                f"{draft.data.custody_head or draft.data.custody[-1].hash}.",
                f"C-{draft.data.custody[-1].seq}",
            ),
        )
    )


def _custody(draft: Draft) -> Table:
    entries = draft.data.custody[-MOST_ENTRIES:]
    operators = {
        name: f"operator {n}" for n, name in enumerate(dict.fromkeys(e.operator for e in draft.data.custody), 1)
    }
    rows = tuple(
        Row(
            (
                text(f"C-{e.seq}"),
                text(e.at.replace("+00:00", "Z").replace("T", " ")),
                text(operators[e.operator]),
                text(e.event),
                text(draft.register.clean(_said(e))),
                text(f"{e.hash[:12]}…"),
            ),
            f"C-{e.seq}",
        )
        for e in entries
    )
    columns = (Column("entry"), Column("UTC"), Column("who"), Column("event"), Column("what"), Column("hash"))
    left = len(draft.data.custody) - len(entries)
    more = f"; {plural(left, 'older entry', 'older entries')} in the log" if left else ""
    return Table(f"Custody log{more}", columns, rows, tuple(f"C-{e.seq}" for e in entries[:1]), folded=True)


def _said(entry: Entry) -> str:
    parts = []
    for key in DATA_SHOWN:
        value = entry.data.get(key)
        if value is None or isinstance(value, dict | list):
            continue
        shown = f"{value}"
        if key == "file":
            shown = shown.replace("\\", "/").rpartition("/")[2]
        if key == "sha256":
            shown = f"{shown[:12]}…"
        parts.append(f"{key.replace('_', ' ')} {shown}")
    return ", ".join(parts)


def _query(draft: Draft, name: str) -> Code:
    query = next(q for q in draft.data.queries if q.name == name)
    clean = draft.register.clean
    return Code(
        draft.register.queries[name],
        f"{clean(query.title)} ({name}, revision {query.revision}): {plural(query.rows, 'row')}",
        clean(query.text.strip()),
        tuple((k, clean(_value(v))) for k, v in sorted(query.parameters.items())),
    )


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _yardstick() -> Table:
    low, columns, words = 1, [], []
    for bound, word in ICD203_BANDS:
        high = 99 if bound > 1 else round(100 * bound)
        columns.append(Column(f"{low} to {high}\u202f%"))
        words.append(text(word))
        low = high
    caption = "Likelihood words, ICD 203; a bound belongs to the higher band"
    return Table(caption, tuple(columns), (Row(tuple(words)),), definition=True)
