"""What becomes of the columns of a file that no column of its table comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from attrigraph.loaders.recognise import Mapped, listed
from attrigraph.loaders.side_columns import SIDE_TABLE, is_personal, side_of, undated
from attrigraph.loaders.tables import FINE_COLUMNS, fold

__all__ = ["Leftover", "leftovers", "notes_of"]

HASHED = {"identifiers": ", of which keyed hashes are kept"}


@dataclass(frozen=True, slots=True)
class Leftover:
    """A column, its `fate`, and that in words.

    `side`: its cells become rows of another `table`. `raw`: they are kept and not read. `personal`, `fine`: they are
    left out, being identifiers or fine locations.
    """

    header: str
    fate: Literal["side", "raw", "personal", "fine"]
    words: str
    table: str = ""


def leftovers(header: Sequence[str], mapped: Mapped, *, keep_fine: bool) -> tuple[Leftover, ...]:
    """In the order of the file; with `keep_fine` fine locations are kept like other columns."""
    sides = {position: name for name, position in mapped.sides.items()}
    found = []
    for position, name in enumerate(header):
        if position in sides:
            found.append(_side(name, sides[position]))
        elif position not in mapped.used:
            found.append(_other(name, mapped, keep_fine=keep_fine))
    return tuple(found)


def _side(header: str, name: str) -> Leftover:
    side = side_of(name)
    return Leftover(header, "side", side.becomes, side.table) if side else Leftover(header, "side", "logins.at")


def _other(header: str, mapped: Mapped, *, keep_fine: bool) -> Leftover:
    accounts = mapped.table.name == SIDE_TABLE
    if is_personal(header) and not accounts:
        return Leftover(header, "personal", "left out: an identifier")
    if fold(header) in FINE_COLUMNS and not keep_fine:
        return Leftover(header, "fine", "left out: a fine location (--keep-fine-location)")
    moment = undated(header, mapped.positions) if accounts else None
    return Leftover(header, "raw", "kept in raw, not read" + (f": no column says when ({moment})" if moment else ""))


def notes_of(found: Sequence[Leftover]) -> Iterator[str]:
    """What is said of them in the report of a load, a sentence a fate."""
    fates: dict[tuple[str, str], list[str]] = {}
    for column in found:
        if column.fate != "side" or column.table:
            fates.setdefault((column.fate, column.table), []).append(column.header)
    for (fate, table), names in sorted(fates.items()):
        if fate == "side":
            yield f"Became {table}{HASHED.get(table, '')}: {', '.join(names)}."
        elif fate == "personal":
            yield (
                f"Personal columns are left out: {', '.join(names)}. As a table identifiers (account_id, kind, value) "
                "they are kept as keyed hashes."
            )
        elif fate == "fine":
            yield f"Fine locations are left out: {', '.join(names)}. With --keep-fine-location they are kept."
        else:
            yield f"Kept in raw, not read: {listed(names)}."
