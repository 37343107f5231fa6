"""The pages of Meta's legal returns, of all its services: sections of labels and values in three kinds of markup.

Sections are `div#property-<name>`; what was asked for stands in `property-request_parameters` or in `div#home`.

* 2026, and WhatsApp before: a field is `t o` with its label in `t i` and its value in `m`. Breaks of printed pages
  stand anywhere, also within a value, which then goes on in a field without a label.
* before: values in `most_inner` inside `div_table inner`, with their label before them or, in flat sequences, without.
* oldest, and WhatsApp's `preservation-N.html`: tables of a heading and a value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from attrigraph.loaders.formats.base import Reject
from attrigraph.loaders.formats.pages import Element, page_of
from attrigraph.loaders.sniff import Head
from attrigraph.loaders.tables import fold

__all__ = ["ASKED", "MAIL", "PREFIX", "Leaf", "each_record", "grouped", "leaves", "request", "sections", "unread"]

PREFIX = "property-"
ASKED = "request_parameters"
REQUEST = ("service", "target", "account identifier", "account type", "generated", "date range")
"""The request's values, in the order they stand in without labels."""
MAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>().]+")
"""A mail address within a value."""
BREAK = "pageBreak"
NOTHING = ("no responsive records", "no records")


class Leaf(NamedTuple):
    """A value and the label before it, "" for none."""

    label: str
    value: str


def sections(head: Head) -> dict[str, Element]:
    """The sections of a page by their name, without breaks of pages."""
    page = page_of(head)
    for element in (page, *page.all()):
        if any(isinstance(part, Element) and BREAK in part.classes for part in element.inside):
            element.inside = [p for p in element.inside if not (isinstance(p, Element) and BREAK in p.classes)]
    found = {e.id.removeprefix(PREFIX): e for e in page.all() if e.id.startswith(PREFIX)}
    home = page.first("div", id="home")
    return found if home is None else {ASKED: home} | found


def leaves(section: Element, headings: int = 1) -> list[Leaf]:
    """The values of a section in order, without headings and definitions.

    `headings` is how many of the first values are headings where nothing has a label.
    """
    fields = [e for e in section.all("div") if {"t", "o"} <= set(e.classes)]
    inner = [e for e in section.all("div") if {"div_table", "inner"} <= set(e.classes)]
    if fields:
        found = _joined(fields)
    elif inner:
        found = [
            Leaf(_label(e), value.text)
            for e in inner
            if (value := e.first("div", cls="most_inner")) is not None and not _holds(value, "div_table", "inner")
        ]
    else:
        found = _cells(section)
    if not any(leaf.label for leaf in found):
        found = found[max(0, headings - (len(inner) - len(found))) :]  # those that hold others are left out already
    return [leaf for leaf in found if leaf.value and not _is_definition(leaf)]


def unread(found: Mapping[str, Element], known: Collection[str]) -> Iterator[Reject]:
    """A remark for every section with values that is none of the `known` ones."""
    for name, section in found.items():
        if name not in known and leaves(section):
            yield Reject(f"#{PREFIX}{name}", name, "", "a section that is not read", "field")


def _label(element: Element) -> str:
    return element.own_text.rstrip(": ")


def _holds(value: Element, *classes: str) -> bool:
    return any(set(classes) <= set(e.classes) for e in value.all("div"))


def _joined(fields: Sequence[Element]) -> list[Leaf]:
    """The fields that hold no others; one without a label is the rest of the one before it, behind a break."""
    found: list[Leaf] = []
    for field in fields:
        named = next((e for e in field.children if "i" in e.classes), field)
        value = next((e for e in (*named.children, *field.children) if "m" in e.classes), None)
        if value is not None and _holds(value, "t", "o"):
            continue
        label, text = _label(named), value.text if value else ""
        if label or not found:
            found.append(Leaf(label, text))
        elif text:
            found[-1] = Leaf(found[-1].label, f"{found[-1].value}\n{text}".lstrip())
    return found


def _cells(section: Element) -> list[Leaf]:
    """Of nested tables the rows of a heading and a value."""
    found = []
    for row in section.all("tr"):
        cells = [c for c in row.children if c.tag in ("th", "td")]
        if len(cells) == 2 and cells[1].first("table") is None:
            found.append(Leaf(cells[0].text.rstrip(": "), cells[1].text))
    return found


def _is_definition(leaf: Leaf) -> bool:
    return leaf.label.casefold().endswith("definition") or any(n in leaf.value.casefold() for n in NOTHING)


def request(told: Sequence[Leaf]) -> dict[str, str]:
    """What was asked for: service, target, account identifier, …"""
    if any(leaf.label for leaf in told):
        return {leaf.label.casefold(): leaf.value for leaf in told}
    return dict(zip(REQUEST, (leaf.value for leaf in told), strict=False))


def grouped(told: Sequence[Leaf], names: Sequence[str], also: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Records of a flat sequence: by labels that come again; without labels so many values each as there are `names`.

    `also` are other labels of the names, folded.
    """
    if not any(leaf.label for leaf in told):
        values = [leaf.value for leaf in told]
        yield from (
            dict(zip(names, values[i : i + len(names)], strict=False)) for i in range(0, len(values), len(names))
        )
        return
    record: dict[str, str] = {}
    for leaf in told:
        name = also.get(fold(leaf.label), fold(leaf.label))
        if name in record:
            yield record
            record = {}
        record[name] = leaf.value
    if record:
        yield record


def each_record(told: Sequence[Leaf], *starts: str) -> Iterator[dict[str, str]]:
    """Records of a flat sequence that each begin with one of these labels (folded); what stands before is left out.

    A label that comes again inside a record has its values on lines.
    """
    record: dict[str, str] | None = None
    for leaf in told:
        name = fold(leaf.label)
        if name in starts:
            if record:
                yield record
            record = {}
        if record is not None:
            record[name] = f"{record[name]}\n{leaf.value}" if name in record else leaf.value
    if record:
        yield record
