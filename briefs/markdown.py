"""The brief as Markdown (CommonMark with tables), for reading as text, for diffs and for other tools."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrigraph.briefs.model import (
    Block,
    Brief,
    Cell,
    Code,
    FigureBlock,
    Findings,
    Heading,
    Paragraph,
    Sentence,
    Table,
    Terms,
)
from attrigraph.briefs.phrases import id_ranges

__all__ = ["to_markdown"]

SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")
HATCH = "╱╱╱"
"""Stands before every word for something unknown, as in the terminal."""


def to_markdown(brief: Brief) -> str:
    """The whole document. Text from data is escaped; figures are their headline, caption and table."""
    header = brief.header
    line = (
        f"TLP:{header.tlp} · Country-of-origin brief · case {header.case} · version {header.version} · {header.cutoff}"
    )
    lines = [f"**{_plain(line)}**", ""]
    if header.banner:
        lines += [f"> {_plain(header.banner)}", ""]
    lines += [f"# {_plain(header.title.text)}", "", f"*{_plain(header.question)}*", ""]
    for section in brief.sections:
        lines += [f"## {section.number} {_plain(section.title)}", ""]
        for block in section.blocks:
            lines += [*_block(block), ""]
    return "\n".join(lines).rstrip() + "\n"


def _plain(text: str) -> str:
    """Text that Markdown takes as it is, on one line."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _ids(ids: tuple[str, ...]) -> str:
    return ", ".join(a if a == b else f"{a} to {b}" for a, b in id_ranges(ids))


def _sentence(sentence: Sentence) -> str:
    marks = " ".join(filter(None, (sentence.tag, _ids(sentence.evidence))))
    return _plain(sentence.text) + (f" ({marks})" if marks else "")


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"### {_plain(block.text)}"
        case Paragraph():
            yield from _paragraph(block)
        case Findings():
            yield from (f"- {_sentence(one)}" for one in block.items)
            yield from ("", _plain(block.key))
        case Table():
            yield from _table(block)
        case FigureBlock():
            yield from _figure(block)
        case Terms():
            yield from (f"- **{_plain(term)}**: {_plain(meaning.text)}" for term, meaning in block.pairs)
        case Code():
            yield from _code(block)


def _paragraph(block: Paragraph) -> Iterator[str]:
    start = f"{HATCH} " if block.abstains else ""
    yield start + "  \n".join(_sentence(s) for s in block.sentences)
    if block.notes:
        yield ""
        yield from (f"> **{_plain(n.head)}** {_sentence(n.sentence)}  " for n in block.notes)


def _cell(cell: Cell) -> str:
    text = " ".join(filter(None, (_plain(cell.text), _ids(cell.ids))))
    return f"{HATCH} {text}" if cell.missing else text


def _table(block: Table) -> Iterator[str]:
    source = f" ({_ids(block.evidence)})" if block.evidence else ""
    yield from (f"**{_plain(block.caption)}**{source}", "")
    yield "| " + " | ".join(_plain(c.name) for c in block.columns) + " |"
    yield "|" + "|".join(" ---: " if c.number else " --- " for c in block.columns) + "|"
    for row in block.rows:
        yield "| " + " | ".join(_cell(c) for c in row.cells) + " |"
    if not block.rows:
        yield f"| {HATCH} none |" + " |" * (len(block.columns) - 1)


def _figure(block: FigureBlock) -> Iterator[str]:
    yield from (f"**Figure {block.number}. {_plain(block.head)}**", "", _plain(block.sub), "")
    yield from _table(block.table)
    caveat = f"{_plain(block.caveat)} " if block.caveat else ""
    simulated = " Simulated data." if block.simulated else ""
    sources = _ids(block.evidence)
    yield ""
    yield f"{caveat}Sources {sources}. {block.period}. Redaction: {block.redaction}.{simulated}"


def _code(block: Code) -> Iterator[str]:
    yield from (f"**{block.reference} {_plain(block.label)}**", "")
    if block.parameters:
        yield from (f"- {_plain(name)}: {_plain(value)}" for name, value in block.parameters)
        yield ""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", block.text)), default=0))
    yield from (f"{fence}cypher", block.text, fence)
