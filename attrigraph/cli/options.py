"""Options that several commands share, and how a command opens its case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attrigraph.cli.render import Format

if TYPE_CHECKING:
    from attrigraph.case import Case
    from attrigraph.queries import Registry

__all__ = [
    "CaseOption",
    "FormatOption",
    "OverwriteOption",
    "ShowCypherOption",
    "example",
    "open_case",
    "pairs",
    "registry_of",
]

CaseOption = Annotated[
    Path | None,
    typer.Option("--case", metavar="FOLDER", help="The case; default: the working directory or a folder above it."),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print.")]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace the file when it exists.")]
ShowCypherOption = Annotated[
    bool, typer.Option("--show-cypher", help="Print the Cypher that is run, on standard error.")
]


def example(text: str) -> str:
    """The last line of every `--help`."""
    return f"Example: `{text}`"


@contextmanager
def open_case(folder: Path | None, show_cypher: bool = False) -> Iterator[Case]:
    """Open the case of a command and close it afterwards."""
    import sys

    from attrigraph.case import Case

    with Case.open(folder) as case:
        if show_cypher:
            case.on_cypher = lambda text: print(text.strip(), end="\n\n", file=sys.stderr)
        yield case


def pairs(values: list[str] | None, option: str, shape: str) -> list[tuple[str, str]]:
    """`["a=b"]` as `[("a", "b")]`; a value without `=` is a usage error that shows the shape."""
    found = []
    for value in values or []:
        left, equals, right = value.partition("=")
        if not equals or not left or not right:
            raise typer.BadParameter(f"{value!r} is not of the form {shape}", param_hint=option)
        found.append((left.strip(), right.strip()))
    return found


def registry_of(folder: Path | None) -> Registry:
    """The investigations; those of the case too when there is one here. Opens no graph."""
    from attrigraph.case import Case
    from attrigraph.errors import CaseError
    from attrigraph.queries import Registry

    try:
        return Case.open(folder).queries
    except CaseError:
        if folder is not None:
            raise
        return Registry.load()
