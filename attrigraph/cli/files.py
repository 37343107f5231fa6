"""load, sources, enrich: from files to the graph."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrigraph.cli.options import CaseOption, FormatOption, example, open_case, pairs
from attrigraph.cli.progress import progress
from attrigraph.cli.render import Format, console, show_rows
from attrigraph.wording import number

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog=example('attrigraph load accounts.csv logins.csv --platform x --map "Nutzer=account_id"'))(load)
    app.command(epilog=example("attrigraph sources"))(sources)
    app.command(epilog=example("attrigraph enrich --list vpn=vpn.txt --list tor=exits.csv --mmdb GeoLite2-City.mmdb"))(
        enrich
    )


def load(
    files: Annotated[list[Path], typer.Argument(metavar="FILES…", help="Files of any known format.")],
    case: CaseOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show mapping, first rows and rejects; load nothing.")
    ] = False,
    table: Annotated[
        str | None, typer.Option(help="The observation table of a generic file, when the header does not tell.")
    ] = None,
    platform: Annotated[str | None, typer.Option(help="Platform of accounts whose rows name none.")] = None,
    map_: Annotated[
        list[str] | None, typer.Option("--map", metavar="THEIRS=OURS", help="Column mapping; may be repeated.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="Zone of times that name none, e.g. UTC or Europe/Lisbon.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of the text, when it is not UTF-8, e.g. cp1251.")
    ] = None,
    provider: Annotated[str | None, typer.Option(help="Who supplied the files.")] = None,
    grade: Annotated[str | None, typer.Option(help="Admiralty grade, e.g. B2.")] = None,
    legal_basis: Annotated[str | None, typer.Option(help="Licence or legal basis.")] = None,
) -> None:
    """Load files: each is recognised, becomes immutable observations, and enters the graph.

    Rows that cannot be read are kept as rejects with their reason. Loading the same file twice changes nothing;
    a load that was stopped is finished by running it again.
    """
    options = {
        "table": table, "platform": platform, "mapping": dict(pairs(map_, "--map", '"Their column=ours"')),
        "timezone": timezone, "encoding": encoding, "provider": provider, "grade": grade, "legal_basis": legal_basis,
    }  # fmt: skip
    with open_case(case) as opened:
        if dry_run:
            from attrigraph.cli.preview_view import show_preview

            for file in files:
                show_preview(opened.preview(file, **options))
            return
        with progress() as bars:
            reports = opened.load(*files, **options, progress=bars)
    for report in reports:
        state = "already loaded" if report.unchanged else "loaded"
        tables = ", ".join(f"{name} {number(rows)}" for name, rows in report.tables.items())
        console().print(
            f"{report.name}: {state} as {report.format} (source {report.source}): {number(report.records)} records = "
            f"{number(report.loaded)} loaded + {number(report.rejected)} rejected; {tables}",
            markup=False,
            soft_wrap=True,
        )
        for reason, count in report.reasons.items():
            console().print(f"  {number(count)} × rejected: {reason}", markup=False, soft_wrap=True)
        for reason, count in report.unread_cells.items():
            console().print(f"  {number(count)} × unknown now: {reason}", markup=False, soft_wrap=True)
        for note in report.notes:
            console().print(f"  {note}", markup=False, soft_wrap=True)


def sources(case: CaseOption = None, format_: FormatOption = Format.table) -> None:
    """List the files of the case with rows, rejects, grade and legal basis."""
    with open_case(case) as opened:
        rows = opened.sources()
    columns = (
        "source",
        "name",
        "format",
        "records",
        "loaded",
        "rejected",
        "grade",
        "legal_basis",
        "provider",
        "loaded_at",
    )
    show_rows(rows, columns, format_, empty="No files yet. Next: attrigraph load FILES…")


def enrich(
    case: CaseOption = None,
    list_: Annotated[
        list[str] | None,
        typer.Option(
            "--list",
            metavar="TYPE=FILE",
            help="List of addresses or systems: vpn, hosting, tor, proxy, relay, mobile …; may be repeated.",
        ),
    ] = None,
    mmdb: Annotated[list[Path] | None, typer.Option(help="A database in MaxMind's format; may be repeated.")] = None,
    format_: FormatOption = Format.table,
) -> None:
    """Look up every address once: territory, autonomous system, network type. Works without any file of yours."""
    lists = [(kind, Path(file)) for kind, file in pairs(list_, "--list", "vpn=FILE")]
    with open_case(case) as opened, progress() as bars:
        report = opened.enrich(lists=lists, mmdb=mmdb or [], progress=bars)
    show_rows(report.rows(), ("what", "value", "addresses"), format_)
