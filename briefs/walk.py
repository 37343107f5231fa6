"""Every text of a brief, one after the other, with where it stands: what lint reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from attrigraph.briefs.drawings import texts_of
from attrigraph.briefs.model import (
    Block,
    Brief,
    Code,
    FigureBlock,
    Findings,
    Heading,
    Note,
    Paragraph,
    Section,
    Sentence,
    Table,
    Terms,
)

__all__ = ["Piece", "figures", "pieces", "tables"]

Role = Literal["title", "question", "label", "sentence", "note", "cell", "caption", "definition", "code", "drawing"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One text. `section` is None in the header; `evidence` are its ids; `quoted` marks somebody else's words."""

    section: int | None
    where: str
    role: Role
    text: str
    tag: str | None = None
    evidence: tuple[str, ...] = ()
    quoted: bool = False


def pieces(brief: Brief) -> Iterator[Piece]:
    """All texts of the brief in reading order."""
    header = brief.header
    yield _sentence(None, "title", "title", header.title)
    yield Piece(None, "question", "question", header.question)
    for name in ("banner", "case", "version", "cutoff"):
        yield Piece(None, f"header, {name}", "label", getattr(header, name))
    for section in brief.sections:
        yield Piece(section.number, f"section {section.number}, title", "label", section.title)
        for position, block in enumerate(section.blocks, 1):
            yield from _block(section, position, block)


def tables(section: Section) -> Iterator[Table]:
    """All tables of a section, those of its figures too."""
    for block in section.blocks:
        if isinstance(block, Table):
            yield block
        elif isinstance(block, FigureBlock):
            yield block.table


def figures(brief: Brief) -> Iterator[tuple[Section, FigureBlock]]:
    """All figures with their section."""
    for section in brief.sections:
        for block in section.blocks:
            if isinstance(block, FigureBlock):
                yield section, block


def _block(section: Section, position: int, block: Block) -> Iterator[Piece]:
    number = section.number
    where = f"section {number}, block {position}"
    match block:
        case Heading():
            yield Piece(number, where, "label", block.text)
        case Paragraph():
            for n, sentence in enumerate(block.sentences, 1):
                yield _sentence(number, f"{where}, sentence {n}", "sentence", sentence)
            for note in block.notes:
                yield from _note(number, where, note)
        case Findings():
            for n, sentence in enumerate(block.items, 1):
                yield _sentence(number, f"section {number}, finding {n}", "sentence", sentence)
            yield Piece(number, f"section {number}, key line", "caption", block.key)
        case Table():
            yield from _table(number, f"section {number}, table “{block.caption}”", block)
        case FigureBlock():
            yield from _figure(number, f"section {number}, figure {block.number}", block)
        case Terms():
            for term, meaning in block.pairs:
                yield Piece(number, f"section {number}, glossary", "definition", f"{term}: {meaning.text}")
        case Code():
            yield Piece(number, f"section {number}, query {block.reference}", "label", block.label)
            for name, value in block.parameters:
                yield Piece(number, f"section {number}, query {block.reference}, {name}", "code", value)
            yield Piece(number, f"section {number}, query {block.reference}", "code", block.text)


def _sentence(number: int | None, where: str, role: Role, sentence: Sentence) -> Piece:
    return Piece(number, where, role, sentence.text, sentence.tag, sentence.evidence, sentence.quoted)


def _note(number: int, where: str, note: Note) -> Iterator[Piece]:
    text = f"{note.head} {note.sentence.text}"
    yield Piece(number, f"{where}, note “{note.head}”", "note", text, note.sentence.tag, note.sentence.evidence)


def _table(number: int, where: str, table: Table) -> Iterator[Piece]:
    yield Piece(number, where, "caption", table.caption)
    for column in table.columns:
        yield Piece(number, f"{where}, head", "label", column.name)
    for n, row in enumerate(table.rows, 1):
        for column, cell in zip(table.columns, row.cells, strict=True):
            if cell.text:
                place = f"{where}, row {n}, {column.name}"
                yield Piece(number, place, "cell", cell.text, None, cell.ids, cell.quoted)


def _figure(number: int, where: str, block: FigureBlock) -> Iterator[Piece]:
    for name, text in (
        ("head", block.head),
        ("sub-line", block.sub),
        ("caveat", block.caveat),
        ("alt text", block.alt),
    ):
        yield Piece(number, f"{where}, {name}", "caption", text)
    yield from _table(number, f"{where}, table", block.table)
    if block.figure is not None:
        seen: set[str] = set()
        for text in texts_of(block.figure):
            if text not in seen:
                seen.add(text)
                yield Piece(number, f"{where}, drawing", "drawing", text)
