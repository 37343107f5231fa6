"""Numbers and names in a brief: accounts A01, sources S-1, items E-0001, runs R-r1 and L-l1, queries Q-1, log C-1."""

from __future__ import annotations

from collections.abc import Iterable

from attrigraph.briefs.input import BriefInput
from attrigraph.briefs.model import Reference
from attrigraph.briefs.privacy import Privacy
from attrigraph.inference.records import Item

__all__ = ["CLASS_ORDER", "MOST_EVIDENCE", "Register", "points_at"]

CLASS_ORDER = (
    "network", "acquisition", "geotag", "infra", "behaviour", "web", "social", "persona", "persona_leak", "conduct",
)  # fmt: skip
MOST_EVIDENCE = 2000
"""Items listed in annex B; a larger case lists those of the accounts shown in full and says how many are left out."""


def points_at(item: Item) -> str:
    """The territory an item speaks for: the one it raises most above its default; empty when it raises none."""
    raised = {code: value for code, value in item.llr.items() if value > max(0.0, item.llr_default)}
    return max(sorted(raised), key=lambda code: raised[code]) if raised else ""


class Register:
    """Gives every thing its number, once, and lists them all at the end."""

    def __init__(self, data: BriefInput) -> None:
        self.privacy = Privacy.of(data)
        self.run = f"R-{data.run.id}"
        self.links = f"L-{data.links.run}" if data.links else ""
        self._data = data
        self._handles = {a.id: a.handle for a in data.accounts}
        self._sources = {s.id: f"S-{n}" for n, s in enumerate(data.sources, 1)}
        first = len(data.sources) + 1
        self.ip_sources = {s: f"S-{n}" for n, s in enumerate(data.ip_sources, first)}
        self.queries = {q.name: f"Q-{n}" for n, q in enumerate(data.queries, 1)}
        self.items = self._listed()
        self._evidence = {(i.account, i.id): f"E-{n:04d}" for n, i in enumerate(self.items, 1)}
        self.left_out = max(data.run.items, len(data.items)) - len(self.items)

    def _listed(self) -> tuple[Item, ...]:
        items: Iterable[Item] = self._data.items
        if len(self._data.items) > MOST_EVIDENCE:
            shown = {c.explanation.account for c in self._data.chosen}
            items = [i for i in items if i.account in shown]
        return tuple(sorted(items, key=self._order))

    def _order(self, item: Item) -> tuple[int, str, str, str, str]:
        place = CLASS_ORDER.index(item.cls) if item.cls in CLASS_ORDER else len(CLASS_ORDER)
        return place, item.signal, points_at(item), self.number(item.account), item.id

    def number(self, account: str) -> str:
        """A01, whatever the redaction."""
        return self._data.numbers.get(account, "A?")

    def account(self, account: str) -> str:
        """A01; with its handle when the case's redaction shows handles."""
        handle = self._handles.get(account)
        if handle and self._data.case.redaction != "numbers":
            return f"{self.number(account)} @{handle}"
        return self.number(account)

    def evidence(self, items: Iterable[Item]) -> tuple[str, ...]:
        """Ids of the items that annex B lists."""
        return tuple(e for i in items if (e := self._evidence.get((i.account, i.id))))

    def source(self, identifier: str) -> str | None:
        """S-1 for a source id."""
        return self._sources.get(identifier)

    def sources(self) -> tuple[str, ...]:
        """All files of the case."""
        return tuple(self._sources.values())

    def sources_of(self, *tables: str) -> tuple[str, ...]:
        """The run and the files that hold any of these tables."""
        files = [self._sources[s.id] for s in self._data.sources if set(s.tables) & set(tables)]
        return (self.run, *files)

    def locator(self, text: str) -> str:
        """`source:record` with the source's number, cleaned.

        The record part is where in a file; it holds no value of it.
        """
        identifier, _, record = text.partition(":")
        return f"{self.source(identifier) or identifier} {self.clean(record)}".strip()

    def clean(self, text: str, *, quoted: bool = False) -> str:
        """Text from data, fit to be shown."""
        return self.privacy.clean(text, quoted=quoted)

    def references(self) -> tuple[Reference, ...]:
        """Everything an evidence id may stand for."""
        data = self._data
        found = [Reference(self.run, "run", f"inference run {data.run.id}", "run")]
        if data.links:
            found.append(Reference(self.links, "run", f"run of links {data.links.run}", self.links))
        found += [Reference(n, "source", self.clean(s.name), n) for s in data.sources if (n := self._sources[s.id])]
        found += [Reference(n, "source", s.name, n) for s, n in self.ip_sources.items()]
        found += [
            Reference(e, "evidence", f"{i.cls}, {i.signal}, {self.number(i.account)}", e)
            for i in self.items
            for e in self.evidence([i])
        ]
        found += [Reference(n, "query", q, n) for q, n in self.queries.items()]
        found += [Reference(f"C-{e.seq}", "custody", e.event, f"C-{e.seq}") for e in data.custody]
        return tuple(found)
