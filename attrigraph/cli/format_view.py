"""load --explain: what a file is, which of its fields become what, at which grade, and what is ignored."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

from attrigraph.cli.render import console
from attrigraph.wording import number

__all__ = ["show_explained"]

UNREAD_SHOWN = 30


def show_explained(path: Path, options: Mapping[str, Any]) -> None:
    """Print it for one file, or for every file of a folder or an archive."""
    from attrigraph.errors import UnrecognisedFile
    from attrigraph.loaders.load import LoadOptions, looked_for, plan
    from attrigraph.loaders.package import is_package

    given = LoadOptions(**{k: v for k, v in options.items() if v})
    if is_package(path):
        _show_package(path, given, "", set())
        return
    try:
        _show(plan(path, given))
    except UnrecognisedFile:
        _say(looked_for())
        raise


def _show_package(path: Path, given: Any, before: str, told: set[str]) -> None:
    """Every file of a folder or an archive, the archives in a folder included; `before` is said before each name."""
    from attrigraph.errors import InputError
    from attrigraph.loaders.load import plan
    from attrigraph.loaders.package import unfolded
    from attrigraph.loaders.workspace import workspace

    with unfolded(path) as package, workspace(None, b"explain") as work:
        for refused in package.refused:
            _say(f"{before}{refused.inside}: not read: {refused.reason}")
        for member in package.members:
            try:
                if member.archive:
                    _show_package(member.archive, given, f"{before}{member.inside}/", told)
                    continue
                with member.fetched(work.folder) as file:
                    _show(plan(file, given, package.place(member)), told)
            except InputError as error:
                _say(f"{before}{member.inside}: not read: {member.said(error, work.folder)}")


def _say(line: str) -> None:
    console().print(line, markup=False, soft_wrap=True)


def _show(found: Any, told: set[str] | None = None) -> None:
    """One file; what its format never reads only where the format is not `told` yet."""
    head = found.head
    if found.format is None:
        _say(f"{head.label}: {found.label} (grade F6, cannot be judged, unless --grade says otherwise)")
        table = Table("column", "becomes", box=None)
        for theirs, words in (found.becomes | found.unmapped).items():
            table.add_row(escape(theirs), words)
        _print(table)
        if found.unread_sheets:
            _say(f"  sheets not read: {', '.join(found.unread_sheets)}")
        return
    from attrigraph.loaders.explained import explain

    grade = found.match.grade or found.format.grade
    _say(f"{head.label}: {found.format.title} ({found.format.name}, {found.match.what}), grade {grade}")
    parts = explain(head, found.format)
    table = Table("field", "becomes", "grade", "note", box=None)
    for gives in parts.has:
        table.add_row(escape(gives.field), escape(gives.becomes), gives.grade or grade, escape(gives.note))
    _print(table)
    if parts.lacks:
        _say(f"  not in this file: {'; '.join(gives.field for gives in parts.lacks)}")
    if parts.unread:
        more = f" and {number(len(parts.unread) - UNREAD_SHOWN)} more" if len(parts.unread) > UNREAD_SHOWN else ""
        _say(f"  kept in raw, not read: {', '.join(parts.unread[:UNREAD_SHOWN])}{more}")
    if told is None or found.format.name not in told:
        for ignored in found.format.ignores:
            _say(f"  never read: {ignored}")
    if told is not None:
        told.add(found.format.name)


def _print(table: Table) -> None:
    """As wide as the terminal; where there is none, as wide as its cells."""
    out = console()
    if not out.is_terminal:
        out = console(width=max(out.width, Measurement.get(out, out.options.update_width(100_000), table).maximum))
    out.print(table)
