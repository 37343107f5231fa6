"""Web pages as a tree of elements: exports and returns that come as HTML. No style, script or link is followed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from attrigraph.loaders.formats.reading import text_of
from attrigraph.loaders.sniff import Head

__all__ = ["Element", "page_of", "parse_page"]

ALONE = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))
"""Elements that have no end tag."""
UNSEEN = frozenset(("script", "style", "template", "noscript"))
CLOSED_BY = {
    "li": ("li",), "p": ("p",), "tr": ("td", "th", "tr"), "td": ("td", "th"), "th": ("td", "th"),
    "dt": ("dt", "dd"), "dd": ("dt", "dd"), "option": ("option",),
}  # fmt: skip
"""Elements whose end tag may be missing: a start tag of the key ends an open one of these."""
BLOCKS = ("br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "section", "ul", "ol", "dt", "dd")
BETWEEN = dict.fromkeys(BLOCKS, "\n") | {"td": " ", "th": " "}
"""What stands before (and after a block) in the text of an element."""


@dataclass(eq=False, slots=True)
class Element:
    """An element: its tag, attributes, and what is in it in order: text and elements."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list[str | Element] = field(default_factory=list, repr=False)

    @property
    def id(self) -> str:
        """The attribute `id`, or ""."""
        return self.attributes.get("id", "")

    @property
    def classes(self) -> tuple[str, ...]:
        """The names in the attribute `class`."""
        return tuple(self.attributes.get("class", "").split())

    @property
    def children(self) -> list[Element]:
        """The elements directly in it."""
        return [part for part in self.inside if isinstance(part, Element)]

    @property
    def own_text(self) -> str:
        """The text directly in it, without that of its elements; blanks made one."""
        return " ".join(" ".join(part for part in self.inside if isinstance(part, str)).split())

    @property
    def text(self) -> str:
        """All text in it; blanks made one, a line of its own for each block."""
        pieces = [p if isinstance(p, str) else BETWEEN.get(p.tag, "") for p in _walk(self)]
        kept = (re.sub(r"\s+", " ", line).strip() for line in "".join(pieces).split("\n"))
        return "\n".join(line for line in kept if line)

    def all(self, tag: str | None = None, *, id: str | None = None, cls: str | None = None) -> Iterator[Element]:
        """Every element inside, in order, with that tag, id and class."""
        for part in _walk(self):
            if isinstance(part, Element) and part is not self and _fits(part, tag, id, cls):
                yield part

    def first(self, tag: str | None = None, *, id: str | None = None, cls: str | None = None) -> Element | None:
        """The first of `all`, or None."""
        return next(self.all(tag, id=id, cls=cls), None)

    def rows(self) -> Iterator[list[str]]:
        """The rows of the tables inside as text cells."""
        for row in self.all("tr"):
            yield [cell.text for cell in row.children if cell.tag in ("td", "th")]


def _fits(element: Element, tag: str | None, wanted: str | None, cls: str | None) -> bool:
    return (
        (tag is None or element.tag == tag)
        and (wanted is None or element.id == wanted)
        and (cls is None or cls in element.classes)
    )


def _walk(element: Element) -> Iterator[str | Element]:
    """The element and everything in it in reading order; without recursion, since pages may be nested deep."""
    waiting: list[str | Element] = [element]
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, Element):
            if part.tag in BLOCKS:
                waiting.append("\n")
            waiting.extend(reversed(part.inside))


class _Tree(HTMLParser):
    """Builds the tree; end tags that fit no open element are left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self.open = [self.root]
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self.unseen += 1
            return
        while self.open[-1].tag in CLOSED_BY.get(tag, ()):
            self.open.pop()
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in ALONE:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in UNSEEN:
            self.open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self.unseen = max(0, self.unseen - 1)
            return
        for depth in range(len(self.open) - 1, max(0, len(self.open) - 200), -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """`<![CDATA[`; what only looks like it ("<![Nothing[") is left out up to the next ">", as a browser does."""
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:
            return self.parse_bogus_comment(i)

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.open[-1].inside.append(data)


def parse_page(text: str) -> Element:
    """The tree of a page; damaged markup gives what can be made of it.

    >>> parse_page("<table><tr><td>IP<td>192.0.2.1</table>").first("table").text
    'IP 192.0.2.1'
    """
    tree = _Tree()
    tree.feed(text)
    tree.close()
    return tree.root


def page_of(head: Head) -> Element:
    """The tree of a file that is a page (`head.kind` is "html")."""
    return parse_page(text_of(head))
