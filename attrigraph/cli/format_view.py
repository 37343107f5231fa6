"""load --explain: what a file is, which of its fields become what, at which grade, and what is ignored."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.table import Table

from attrigraph.cli.render import console

__all__ = ["show_explained"]


def show_explained(path: Path, options: Mapping[str, Any]) -> None:
    """Print it for one file, or for every file of a folder or an archive."""
    from attrigraph.loaders.load import LoadOptions, plan
    from attrigraph.loaders.package import is_package

    given = LoadOptions(**{k: v for k, v in options.items() if v})
    if is_package(path):
        _show_package(path, given, "")
    else:
        _show(plan(path, given))


def _show_package(path: Path, given: Any, before: str) -> None:
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
                    _show_package(member.archive, given, f"{before}{member.inside}/")
                    continue
                with member.fetched(work.folder) as file:
                    _show(plan(file, given, package.place(member)))
            except InputError as error:
                _say(f"{before}{member.inside}: not read: {member.said(error, work.folder)}")


def _say(line: str) -> None:
    console().print(line, markup=False, soft_wrap=True)


def _show(found: Any) -> None:
    head, match = found.head, found.match
    if found.format is None:
        _say(f"{head.label}: {found.label} (grade F6, cannot be judged, unless --grade says otherwise)")
        table = Table("column", "becomes", box=None)
        for theirs, ours in found.mapping.items():
            table.add_row(theirs, f"{found.mapped.table.name}.{ours}")
        for theirs, words in found.unmapped.items():
            table.add_row(theirs, words)
        console().print(table)
        return
    format_ = found.format
    grade = match.grade or format_.grade
    _say(f"{head.label}: {format_.title} ({format_.name}, {match.what}), grade {grade}")
    table = Table("field", "becomes", "grade", "note", box=None)
    for gives in format_.gives:
        table.add_row(gives.field, gives.becomes, gives.grade or grade, gives.note)
    console().print(table)
    for ignored in format_.ignores:
        _say(f"  not read: {ignored}")
