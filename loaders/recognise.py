"""Which observation table a header belongs to, and which of its columns is which of ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from attrigraph.errors import InputError, UnrecognisedFile
from attrigraph.loaders.side_columns import SIDE_NAMES, SIDE_TABLE, counterpart, is_side_name, side_columns
from attrigraph.loaders.tables import TABLES, Table, fold

__all__ = ["Mapped", "known_columns", "listed", "map_columns", "recognise", "wanted"]

LISTED = 12
"""Columns of a header that a sentence names."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A table and where its columns come from: our name -> position of theirs in the header.

    `supplied` are columns the user gave one value for. `sides` are columns that become rows of other tables, as
    `side_columns` names them. `lacking` are columns the user named and the header does not have.
    """

    table: Table
    positions: Mapping[str, int]
    supplied: tuple[str, ...] = ()
    sides: Mapping[str, int] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()

    @property
    def score(self) -> int:
        """Columns understood; required ones count three times, since they tell most."""
        return len(self.used) + 2 * len(set(self.table.required) & set(self.positions))

    @property
    def used(self) -> set[int]:
        """Positions of the columns that are read."""
        return {*self.positions.values(), *self.sides.values()}

    @property
    def complete(self) -> bool:
        """All required columns are there, and one that belongs to this table."""
        return not self.missing and bool(set(self.table.own) & set(self.positions) or self.sides)

    @property
    def missing(self) -> list[str]:
        """The required columns that come from nowhere."""
        return [c for c in self.table.required if c not in self.positions and c not in self.supplied]


def known_columns(header: Sequence[str]) -> int:
    """How many names of a header any table knows, counted in the table that knows most."""
    return max(len(map_columns(table, header, {}).used) for table in TABLES)


def map_columns(table: Table, header: Sequence[str], given: Mapping[str, str]) -> Mapped:
    """Find each column of the table in the header: as `given` (theirs -> ours), by its name, then by its synonyms."""
    folded = [fold(name) for name in header]
    placed = [(fold(ours), _position(theirs, header)) for theirs, ours in given.items()]
    said = {ours: position for ours, position in placed if position is not None}
    positions = {c.name: said[fold(c.name)] for c in table.columns if fold(c.name) in said}
    named = {said[name]: name for name in said if table.name == SIDE_TABLE and is_side_name(name)}
    taken = {*positions.values(), *named}
    for by_name in (True, False):
        for column in table.columns:
            names = [fold(n) for n in ((column.name,) if by_name else column.synonyms)]
            found = next((folded.index(n) for n in names if n in folded), None)
            if column.name not in positions and found is not None and found not in taken:
                positions[column.name] = found
                taken.add(found)
    if table.name != SIDE_TABLE:
        return Mapped(table, positions)
    free = {i: name for i, name in enumerate(folded) if i not in taken}
    return Mapped(table, positions, sides=side_columns(free | named, positions))


def _position(theirs: str, header: Sequence[str]) -> int | None:
    if theirs in header:
        return list(header).index(theirs)
    folded = [fold(name) for name in header]
    return folded.index(fold(theirs)) if fold(theirs) in folded else None


def recognise(
    name: str, header: Sequence[str], table: str | None, given: Mapping[str, str], supplied: tuple[str, ...] = ()
) -> Mapped:
    """The table of a header. Raises UnrecognisedFile for none or several, InputError for a wrong option.

    Columns of `given` that the header lacks are in `lacking`: they may be those of another file.
    """
    lacking = tuple(theirs for theirs in given if _position(theirs, header) is None)
    _check_mapping(given, table, lacking)
    nowhere = f"--map names the column {lacking[0]!r}, which it does not have." if lacking else ""
    if table is not None:
        found = replace(map_columns(_table(table), header, given), supplied=supplied)
        if found.missing:
            said = [
                f"{name} has no column for {', '.join(found.missing)} of the table {table}. It has: {listed(header)}.",
                nowhere or f'Name it with --map "Their column={found.missing[0]}".',
            ]
            raise UnrecognisedFile(" ".join(said))
        return replace(_checked(name, header, found, given), lacking=lacking)
    candidates = [replace(map_columns(t, header, given), supplied=supplied) for t in TABLES]
    fitting = sorted((m for m in candidates if m.complete), key=lambda m: -m.score)
    if not fitting:
        said = [
            f"{name} is no table and no format known here. It has: {listed(header)}.",
            _nearest(candidates),
            nowhere or 'Name columns with --map "Their column=ours", or the table with --table.',
        ]
        raise UnrecognisedFile(" ".join(filter(None, said)))
    if len(fitting) > 1 and fitting[0].score == fitting[1].score:
        names = " or ".join(m.table.name for m in fitting if m.score == fitting[0].score)
        raise UnrecognisedFile(f"{name} could be {names}: its columns fit both. Say which with --table.")
    return replace(_checked(name, header, fitting[0], given), lacking=lacking)


def wanted(table: Table) -> str:
    """What a table needs, in words: "logins (account_id, at, ip)"."""
    others = [c for c in table.own if c not in table.required]
    needs_own = not set(table.own) & set(table.required)
    return f"{table.name} ({', '.join(table.required)}{' and one of ' + ', '.join(others) if needs_own else ''})"


def _nearest(candidates: Sequence[Mapped]) -> str:
    best = max(candidates, key=lambda m: m.score)
    if not best.positions or not best.missing:
        return "No column was understood." if not best.positions else ""
    one = " When all rows are of one account, name it with --account." if best.missing == ["account_id"] else ""
    return f"Nearest is {best.table.name}, without {', '.join(best.missing)}.{one}"


def _check_mapping(given: Mapping[str, str], table: str | None, lacking: Collection[str]) -> None:
    """Raises InputError for what is no column of ours, and for two columns of a header that are said to be one."""
    tables = [_table(table)] if table else TABLES
    known = {fold(c.name): c.name for t in tables for c in t.columns}
    if SIDE_TABLE in {t.name for t in tables}:
        known |= {fold(name): name for name in SIDE_NAMES}
    for theirs, ours in given.items():
        if fold(ours) not in known:
            near = get_close_matches(ours, known.values(), 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise InputError(f'--map "{theirs}={ours}": {ours!r} is no column of {table or "any table"}.{hint}')
    here = [fold(ours) for theirs, ours in given.items() if theirs not in lacking]
    for ours, count in Counter(here).items():
        if count > 1:
            raise InputError(f"--map gives {known[ours]} {count} columns. Name one.")


def _table(name: str) -> Table:
    found = next((t for t in TABLES if t.name == name), None)
    if found is None:
        raise InputError(f"--table {name!r} is not one of {', '.join(t.name for t in TABLES)}.")
    return found


def _checked(name: str, header: Sequence[str], found: Mapped, given: Mapping[str, str]) -> Mapped:
    """Raises InputError when a column that is needed stands twice in the header: which one is meant is not guessed; and
    for a column that only a table of accounts can have beside its own, and that needs another one there.
    """
    for theirs, ours in given.items():
        if is_side_name(ours) and _position(theirs, header) not in (None, *found.sides.values()):
            if found.table.name != SIDE_TABLE:
                raise InputError(
                    f'--map "{theirs}={ours}" is for a table of accounts, and {name} is one of {found.table.name}. '
                    f"If it has a row an account, say --table {SIDE_TABLE}."
                )
            raise InputError(f'--map "{theirs}={ours}" needs a column {counterpart(ours)}, which {name} does not have.')
    folded = [fold(h) for h in header]
    for ours, position in found.positions.items():
        if header[position] and folded.count(folded[position]) > 1 and list(header).count(header[position]) > 1:
            places = [str(i) for i, h in enumerate(header, 1) if h == header[position]]
            raise InputError(
                f"{name} has the column {header[position]!r} ({ours}) {len(places)} times, as columns "
                f"{' and '.join(places)}. Rename all but one."
            )
    return found


def listed(header: Sequence[str]) -> str:
    """The columns of a header in words, so many as a sentence takes."""
    shown = [h[:40] if h.strip() else "(no name)" for h in header[:LISTED]]
    return ", ".join(shown) + (f" and {len(header) - LISTED} more" if len(header) > LISTED else "") or "no columns"
