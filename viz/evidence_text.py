"""Words of one account's explanation that waterfall and matrix share: headline, caveat, rows side by side, hover."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from attrigraph.inference.records import Explanation, Item, Waterfall, WaterfallRow
from attrigraph.territories import UNKNOWN, territory_name
from attrigraph.viz.captions import Redaction, withhold
from attrigraph.viz.text import plain, wrap
from attrigraph.wording import nats, percent

__all__ = ["Subject", "aligned", "answer_phrase", "caveat", "class_word", "row_word", "sums_note"]

HOVER_ITEMS = 6
HOVER_WIDTH = 360


def class_word(name: str) -> str:
    """The name of an evidence class in figures."""
    return "shared infrastructure" if name == "infra" else name.replace("_", " ")


def answer_phrase(explanation: Explanation, label: str) -> str:
    """The headline of an account: its outcome, and what carries the answer or that there is none."""
    found = explanation.assessment
    head = f"Account {label}, {found.outcome}:"
    name = territory_name(found.top)
    if found.outcome == "contested":
        without = found.without_strongest or found.runner_up or UNKNOWN
        strongest = class_word(found.strongest_class or "the strongest class")
        return f"{head} {name}, but {territory_name(without)} when {strongest} is left out"
    if found.outcome == "insufficient":
        return f"{head} the evidence does not name a territory"
    strongest = class_word(found.strongest_class or "the prior")
    rows = [row for fall in explanation.waterfalls for row in fall.rows]
    capped = [class_word(_of_cap(row.label)) for row in rows if row.kind == "cap" and row.present]
    tail = f"; {capped[0]} is capped" if capped and capped[0] != strongest else ""
    return f"{head} {strongest} carries {name}{tail}"


def row_word(row: WaterfallRow) -> str:
    """The name of a row: "cap on persona" for a cap row, however it is labelled."""
    return f"cap on {class_word(_of_cap(row.label))}" if row.kind == "cap" else class_word(row.label)


def _of_cap(label: str) -> str:
    return label.removeprefix("cap on ").removeprefix("cap: ").removeprefix("cap ")


def caveat(explanation: Explanation) -> str:
    """For the caption: what unknown keeps, and the answer without the strongest class."""
    parts = [f"Unknown keeps {percent(belief.p)}." for belief in explanation.beliefs if belief.territory == UNKNOWN]
    strongest = explanation.assessment.strongest_class
    parts += [
        f"Without {class_word(left.cls)}, the strongest class: {territory_name(left.top)} {percent(left.p)}."
        for left in explanation.leave_one_out
        if left.cls == strongest
    ]
    return " ".join(parts)


def sums_note(explanation: Explanation) -> str:
    """How much rests on the honest story, and the assumption behind it."""
    return (
        f"The answer rests on the honest story to {percent(explanation.assessment.honest_share)}; "
        f"assumed share deceiving {percent(explanation.deceivers)}."
    )


@dataclass(frozen=True, slots=True)
class Subject:
    """An explained account as a figure may speak of it: by `label`, with texts cleaned as the redaction says."""

    explanation: Explanation
    label: str
    redaction: Redaction

    def clean(self, text: str) -> str:
        """A text of the records without the account's id, its handle when numbers are shown, and addresses."""
        hidden = {self.explanation.account: self.label}
        if self.explanation.handle and self.redaction == "numbers":
            hidden |= {f"@{self.explanation.handle}": self.label}
        return withhold(text, hidden, self.redaction)

    def item_lines(self, ids: Collection[str], territory: str) -> list[str]:
        """Lines for the pointer: signal, nats under both stories, n and id of the strongest of the items `ids`."""
        chosen = sorted((item for item in self.explanation.items if item.id in ids), key=lambda item: -item.strength)
        lines = []
        for item in chosen[:HOVER_ITEMS]:
            honest = item.llr.get(territory, item.llr_default)
            cover = item.llr_cover.get(territory, item.cover_default)
            numbers = f"{nats(honest)} | {nats(cover)}, n = {item.n}, {short_id(item)}"
            lines.append(plain(f"{item.signal.replace('_', ' ')}: {numbers}"))
            lines += [f"   {plain(line)}" for line in wrap(self.clean(item.summary), HOVER_WIDTH, 12) if line]
        if len(chosen) > HOVER_ITEMS:
            lines.append(f"and {len(chosen) - HOVER_ITEMS} more")
        return lines


def aligned(falls: Sequence[Waterfall]) -> Iterator[tuple[WaterfallRow, list[WaterfallRow | None]]]:
    """Rows of all panels side by side, in the order of the first; a row of another panel follows its predecessor."""
    order: list[tuple[str, str]] = []
    for fall in falls:
        before = -1
        for row in fall.rows:
            key: tuple[str, str] = (row.kind, row.label)
            if key not in order:
                order.insert(before + 1, key)
            before = order.index(key)
    order.sort(key=lambda key: ("prior", "result").index(key[0]) * 2 if key[0] in ("prior", "result") else 1)
    for wanted in order:
        found = [next((row for row in fall.rows if (row.kind, row.label) == wanted), None) for fall in falls]
        yield next(row for row in found if row), found


def short_id(item: Item) -> str:
    """The id of an item without run and account, which a redacted figure must not show."""
    return item.id.removeprefix(f"{item.run}/").removeprefix(f"{item.account}/")
