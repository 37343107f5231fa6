"""Section 5: the evidence matrix. What there is by kind and by data class, and how far each class tells anything."""

from __future__ import annotations

from collections import Counter, defaultdict

from attrigraph.briefs.draft import Draft, missing, text
from attrigraph.briefs.input import SignalFacts
from attrigraph.briefs.model import Block, Cell, Column, Paragraph, Row, Section, Table
from attrigraph.briefs.phrases import listed
from attrigraph.inference.hypotheses import ClassUse
from attrigraph.wording import number, plural

__all__ = ["evidence"]

LENSES = {
    "technical": ("network", "acquisition", "geotag", "web", "infra"),
    "behavioural": ("behaviour", "social"),
    "contextual": ("persona", "persona_leak", "conduct"),
}
"""Kinds of trace (Pamment and Smith, "Attributing Information Influence Operations", 2022), with our classes."""

PROPRIETARY = frozenset(
    {
        "login_ip", "registration_ip", "phone_region", "store_country", "sim_carrier", "payment_country",
        "payment_currency", "registration_country", "shared_identifier", "shared_ip_day", "hidden_logins",
    }
)  # fmt: skip
"""Signals that only a platform or an authority can give; all others can be seen from outside."""

ABBREVIATIONS = {"ip": "IP", "ui": "UI", "sim": "SIM", "dst": "DST"}

TABLES = {
    "network": ("logins", "signals"),
    "acquisition": ("signals", "identifiers"),
    "geotag": ("posts",),
    "web": ("posts",),
    "infra": ("identifiers", "logins"),
    "behaviour": ("posts", "logins"),
    "social": ("ties",),
    "persona": ("accounts", "signals"),
    "persona_leak": ("accounts", "signals"),
    "conduct": ("logins",),
}
"""Tables whose rows a class rests on: the grades of their files are the grades of the class."""


def evidence(draft: Draft) -> Section:
    """Section 5."""
    blocks: list[Block] = []
    if not draft.data.signals and not draft.data.class_uses:
        return Section(5, "Evidence matrix", (Paragraph((draft.fact("No evidence was weighed."),), abstains=True),))
    blocks += [_reading(draft), _matrix(draft)]
    if draft.data.class_uses:
        blocks.append(_classes(draft))
    return Section(5, "Evidence matrix", tuple(blocks))


def _reading(draft: Draft) -> Paragraph:
    return Paragraph(
        (
            draft.fact(
                "Evidence is sorted by what leaves the trace (technical, behavioural, contextual) and by who can see "
                "it; no classified evidence is relied on."
            ),
            draft.fact(
                "Direction counts accounts whose leading territory a class supports or contradicts by 0.7 nats or "
                "more; a class that says the same of every candidate tells nothing, however many items it has."
            ),
        ),
        (draft.note("Grade", "of the files behind a class: letter the source, number the content."),),
    )


def _lens(cls: str) -> str:
    return next((lens for lens, classes in LENSES.items() if cls in classes), "technical")


def _matrix(draft: Draft) -> Table:
    found: dict[tuple[str, str], list[SignalFacts]] = defaultdict(list)
    for one in draft.data.signals:
        found[_lens(one.cls), "proprietary" if one.signal in PROPRIETARY else "open"].append(one)
    rows = [
        Row((text(lens), _cell(found[lens, "open"]), _cell(found[lens, "proprietary"]), missing("not relied on")))
        for lens in LENSES
    ]
    rows.append(Row((text("legal"), *_legal(draft))))
    columns = (Column("trace"), Column("open"), Column("proprietary"), Column("classified"))
    ids = (draft.register.run, *draft.register.sources())
    return Table("Evidence by kind of trace and by data class: items of each signal", columns, tuple(rows), ids)


def _cell(found: list[SignalFacts]) -> Cell:
    if not found:
        return missing("no evidence")
    items: Counter[str] = Counter()
    for one in found:
        items[_signal_word(one.signal)] += one.items
    ordered = sorted(items, key=lambda signal: (-items[signal], signal))
    return text(listed([f"{signal} {number(items[signal])}" for signal in ordered]))


def _signal_word(signal: str) -> str:
    return " ".join(ABBREVIATIONS.get(word, word) for word in signal.split("_"))


def _legal(draft: Draft) -> tuple[Cell, Cell, Cell]:
    """Which files state a legal basis, those of proprietary tables apart."""
    files = draft.data.sources
    based = sum(1 for s in files if s.legal_basis)
    said = f"{number(based)} of {plural(len(files), 'file')} with a legal basis stated"
    stated = text(said, *draft.register.sources()) if based else missing("no legal basis stated")
    return text("public"), stated if files else missing("no files"), missing("not relied on")


def _classes(draft: Draft) -> Table:
    items = {c.name: c.items for c in draft.data.classes}
    rows = tuple(_class_row(draft, one, items.get(one.name)) for one in draft.data.class_uses)
    columns = (
        Column("class"),
        Column("trace"),
        Column("items", number=True),
        Column("accounts", number=True),
        Column("grades"),
        Column("supports", number=True),
        Column("contradicts", number=True),
        Column("tells apart, nats", number=True),
    )
    return Table(
        "What each class says: direction, and how far it tells candidates apart (median over accounts)",
        columns,
        rows,
        (draft.register.run,),
    )


def _class_row(draft: Draft, one: ClassUse, items: int | None) -> Row:
    tables = set(TABLES.get(one.name, ()))
    grades = sorted({s.grade for s in draft.data.sources if s.grade and tables & set(s.tables)})
    name = "shared infrastructure" if one.name == "infra" else one.name.replace("_", " ")
    return Row(
        (
            text(name),
            text(_lens(one.name)),
            text(number(items)) if items else text("messages"),
            text(number(one.accounts)),
            text(listed(grades)) if grades else missing("not graded"),
            text(number(one.supports)),
            text(number(one.contradicts)),
            text(f"{one.spread:.1f}"),
        )
    )
