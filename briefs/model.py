"""The document model of a brief: what every renderer and every lint rule reads.

A `Brief` is a header and numbered sections of blocks. Every string a reader sees is somewhere in it, every sentence
says whether it is a fact (F) or an assessment (A) and which evidence ids it rests on, and every probability is beside
its prior. `to_json` is the canonical form; HTML and Markdown are rendered from the same object.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

__all__ = [
    "Block",
    "Brief",
    "Cell",
    "Code",
    "Column",
    "Confidence",
    "FigureBlock",
    "Findings",
    "Header",
    "Heading",
    "Holds",
    "Judgement",
    "Note",
    "Paragraph",
    "Reference",
    "Row",
    "Section",
    "Sentence",
    "Table",
    "Terms",
    "to_json",
]

Tag = Literal["F", "A"]
Confidence = Literal["high", "moderate", "low"]
Holds = Literal["", "p", "prior", "runner_up", "confidence"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. `tag`: F fact, A assessment, None for a definition; `evidence` are ids of `Brief.references`.

    `quoted` marks words of somebody else, kept as they were said.
    """

    text: str
    tag: Tag | None = None
    evidence: tuple[str, ...] = ()
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A remark in the margin: a bold head and a sentence."""

    head: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that belong together. `abstains` draws the hatch bar: something is not known or not decided."""

    sentences: tuple[Sentence, ...]
    notes: tuple[Note, ...] = ()
    abstains: bool = False


@dataclass(frozen=True, slots=True)
class Findings:
    """The list of key findings; `key` explains its marks."""

    items: tuple[Sentence, ...]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section; `anchor` is its id when something links to it."""

    text: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `holds` says what lint must know about it."""

    name: str
    number: bool = False
    holds: Holds = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `missing` is drawn as hatch with its word: unknown, not supplied, none. `ids` are linked."""

    text: str = ""
    missing: bool = False
    ids: tuple[str, ...] = ()
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `anchor` is the id other parts of the brief link to."""

    cells: tuple[Cell, ...]
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `evidence` are the ids its numbers come from; `folded` is closed on screen and open in print.

    `definition` marks a table that explains words: its numbers come from no evidence.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    evidence: tuple[str, ...] = ()
    folded: bool = False
    definition: bool = False


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """A figure with everything around it. `figure` is a Plotly figure, or None: then its table is shown in its place.

    The renderers put the caption together from number, caveat, evidence, period, redaction, `simulated`, so that
    none can be forgotten.
    """

    number: int
    head: str
    sub: str
    alt: str
    caveat: str
    evidence: tuple[str, ...]
    period: str
    redaction: str
    table: Table
    simulated: bool = False
    figure: Any = None

    @property
    def anchor(self) -> str:
        """Id of the figure in the document."""
        return f"fig-{self.number}"


@dataclass(frozen=True, slots=True)
class Terms:
    """Definitions: term and meaning."""

    pairs: tuple[tuple[str, Sentence], ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A query as it was run: `reference` is its id, `parameters` name and value as text."""

    reference: str
    label: str
    text: str
    parameters: tuple[tuple[str, str], ...] = ()


Block = Paragraph | Findings | Heading | Table | FigureBlock | Terms | Code


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered section; numbers follow the fixed table of contents, so some are missing."""

    number: int
    title: str
    blocks: tuple[Block, ...]

    @property
    def anchor(self) -> str:
        """Id of the section in the document."""
        return f"s{self.number}"


@dataclass(frozen=True, slots=True)
class Header:
    """Section 0. `banner` is empty unless the data are simulated or the brief is a draft."""

    title: Sentence
    question: str
    tlp: str
    case: str
    version: str
    made: str
    cutoff: str
    authors: tuple[str, ...]
    reviewers: tuple[str, ...]
    tool: str
    banner: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """What an evidence id stands for; `anchor` is where the document lists it."""

    id: str
    kind: Literal["evidence", "run", "source", "query", "custody"]
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """One account's assessment in the form lint checks; `supporting` are the classes at +0.7 nats or more for `top`.

    `None` in `supporting` or `anonymisers_checked` means: not told, which never supports "high".
    """

    account: str
    outcome: str
    confidence: Confidence | None
    top: str
    p: float
    prior: float | None
    runner_up: str | None
    survives: bool
    supporting: tuple[str, ...] | None
    anonymisers_checked: bool | None


@dataclass(frozen=True, slots=True)
class Brief:
    """The whole document. `ip_evidence` is true when an address counts anywhere in it."""

    header: Header
    sections: tuple[Section, ...]
    references: tuple[Reference, ...]
    judgements: tuple[Judgement, ...]
    redaction: Literal["numbers", "handles", "none"]
    ip_evidence: bool
    schema: int = 1

    def section(self, number: int) -> Section | None:
        """The section of that number, or None when it was left out."""
        return next((s for s in self.sections if s.number == number), None)


def to_json(brief: Brief) -> str:
    """Canonical JSON: keys sorted, two spaces, UTF-8, a final line break. A figure is its Plotly JSON."""
    return json.dumps(_plain(brief), ensure_ascii=False, sort_keys=True, indent=2) + "\n"


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        found = {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
        return {"block": type(value).__name__} | found if isinstance(value, Block) else found
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return json.loads(value.to_json())
