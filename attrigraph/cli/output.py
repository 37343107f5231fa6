"""figure, brief, export: what leaves the case as a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from attrigraph.cli.options import CaseOption, OverwriteOption, example, open_case
from attrigraph.cli.render import console

__all__ = ["register"]


class FigureName(StrEnum):
    """The figures."""

    network = "network"
    waterfall = "waterfall"
    matrix = "matrix"
    outcomes = "outcomes"
    map = "map"
    hours = "hours"
    clock = "clock"
    windows = "windows"
    reliability = "reliability"
    risk = "risk"
    coordination = "coordination"
    burst = "burst"
    lags = "lags"
    mirror = "mirror"


class Theme(StrEnum):
    """Light for paper, dark for screens."""

    light = "light"
    dark = "dark"


class What(StrEnum):
    """What can be exported."""

    assessments = "assessments"
    beliefs = "beliefs"
    evidence = "evidence"
    windows = "windows"
    sensitivity = "sensitivity"
    missing = "missing"
    links = "links"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog=example("attrigraph figure waterfall x:1042 --out waterfall.html"))(figure)
    app.command(epilog=example("attrigraph brief --out harbour.html"))(brief)
    app.command(epilog=example("attrigraph export assessments assessments.csv"))(export)


def figure(
    name: Annotated[FigureName, typer.Argument(help="Which figure.")],
    account: Annotated[
        str | None, typer.Argument(help="The account of waterfall, matrix, hours, clock, windows, burst, lags, mirror.")
    ] = None,
    other: Annotated[str | None, typer.Option(help="The second account of lags and mirror.")] = None,
    case: CaseOption = None,
    out: Annotated[Path | None, typer.Option(help="HTML file; default: figures/NAME.html in the case.")] = None,
    theme: Annotated[Theme, typer.Option(help="Light or dark.")] = Theme.light,
    max_nodes: Annotated[int | None, typer.Option(help="Limit of the network figure.")] = None,
    run: Annotated[
        str | None, typer.Option(help="The run (of links: l1, l2, ...); default: the newest complete one.")
    ] = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Write a figure as one offline HTML file."""
    with open_case(case) as opened:
        path = opened.write_figure(
            name.value,
            account,
            path=out,
            theme=theme.value,
            max_nodes=max_nodes,
            run=run,
            other=other,
            overwrite=overwrite,
        )
    console().print(f"Written: {path}", markup=False, soft_wrap=True)


def brief(
    case: CaseOption = None,
    out: Annotated[
        Path | None, typer.Option(help="HTML file; the Markdown is written beside it; default: briefs/ in the case.")
    ] = None,
    run: Annotated[str | None, typer.Option(help="The run; default: the newest complete one.")] = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Write the country-of-origin brief as HTML and Markdown; it is checked before it is written."""
    with open_case(case) as opened:
        written = opened.brief(path=out, run=run, overwrite=overwrite)
    for path in written:
        console().print(f"Written: {path}", markup=False, soft_wrap=True)


def export(
    what: Annotated[What, typer.Argument(help="Which rows.")],
    file: Annotated[Path, typer.Argument(help="File ending in .csv, .jsonl or .parquet; links: .gexf or .csv.")],
    case: CaseOption = None,
    run: Annotated[
        str | None, typer.Option(help="The run (links: l1, l2, ...); default: the newest complete one.")
    ] = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Export assessments, beliefs, evidence, time windows, sensitivity, missing signals or links.

    Links are the surviving edges of a run of links with cluster, role and outcome of their accounts, for Gephi: one
    GEXF file, or a CSV of the edges and, beside it, NAME-accounts.csv.
    """
    with open_case(case) as opened:
        count = opened.export(what.value, file, run=run, overwrite=overwrite)
    console().print(f"Written: {file}, {count} rows", markup=False, soft_wrap=True)
