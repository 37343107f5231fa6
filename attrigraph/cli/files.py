"""load, sources, enrich: from files to the graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attrigraph.cli.options import CaseOption, FormatOption, example, open_case, pairs
from attrigraph.cli.progress import progress
from attrigraph.cli.render import Format, console, show_rows
from attrigraph.errors import InputError
from attrigraph.wording import number

if TYPE_CHECKING:
    from attrigraph.sourcefiles import SourceReport

__all__ = ["register"]

IGNORED_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog=example('attrigraph load accounts.csv logins.csv --platform x --map "Nutzer=account_id"'))(load)
    app.command(epilog=example("attrigraph sources"))(sources)
    app.command(epilog=example("attrigraph enrich --list vpn=vpn.txt --list tor=exits.csv --mmdb GeoLite2-City.mmdb"))(
        enrich
    )


def load(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILES…", help="Files of any known format, folders, zip and tar archives.")
    ],
    case: CaseOption = None,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Say what each file is, which fields become what at which grade; load nothing."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show mapping, first rows and rejects; load nothing.")
    ] = False,
    table: Annotated[
        str | None, typer.Option(help="The observation table of a generic file, when the header does not tell.")
    ] = None,
    platform: Annotated[str | None, typer.Option(help="Platform of accounts whose rows name none.")] = None,
    account: Annotated[
        str | None, typer.Option(metavar="ID", help="Whose the rows are, in a file that does not say it.")
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="THEIRS=OURS", help="What a column, or a label of a page, means; may be repeated."
        ),
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="Zone of times that name none, e.g. UTC or Europe/Lisbon.")
    ] = None,
    date_order: Annotated[
        str | None,
        typer.Option(help="Of dates such as 04/05/2024: dmy, the day comes first, or mdy, the month."),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of the text, when it is not UTF-8, e.g. cp1251.")
    ] = None,
    keep_fine_location: Annotated[
        bool, typer.Option("--keep-fine-location", help="Keep coordinates and towns as they stand, not made coarse.")
    ] = False,
    provider: Annotated[str | None, typer.Option(help="Who supplied the files.")] = None,
    grade: Annotated[str | None, typer.Option(help="Admiralty grade, e.g. B2.")] = None,
    legal_basis: Annotated[str | None, typer.Option(help="Licence or legal basis.")] = None,
) -> None:
    """Load files: each is recognised, becomes immutable observations, and enters the graph.

    Of folders and archives every file is tried, and what no loader reads is listed. Rows that cannot be read are kept
    as rejects with their reason. Loading the same file twice changes nothing; a load that was stopped is finished by
    running it again.
    """
    options = {
        "table": table, "platform": platform, "account": account, "timezone": timezone,
        "date_order": date_order,
        "mapping": dict(pairs(map_, "--map", '"Their column=ours"')),
        "keep_fine_location": keep_fine_location, "encoding": encoding,
        "provider": provider, "grade": grade, "legal_basis": legal_basis,
    }  # fmt: skip
    if explain or dry_run:
        from attrigraph.loaders.package import are_several

        options["one_of_several"] = are_several(files)
    if explain:
        from attrigraph.cli.format_view import show_explained

        for file in files:
            show_explained(file, options)
        return
    with open_case(case) as opened:
        if dry_run:
            from attrigraph.cli.preview_view import show_preview

            for file in files:
                show_preview(opened.preview(file, **options))
            return
        with progress() as bars:
            reports = opened.load(*files, **options, progress=bars)
    for report in reports:
        if report.ignored is None:
            _say_loaded(report)
    ignored = [report for report in reports if report.ignored is not None and not report.failed]
    if ignored:
        console().print(f"{number(len(ignored))} files were not read:", markup=False)
        for report in ignored[:IGNORED_SHOWN]:
            console().print(f"  {report.name}: {report.ignored}", markup=False, soft_wrap=True)
        if len(ignored) > IGNORED_SHOWN:
            console().print(
                f"  and {number(len(ignored) - IGNORED_SHOWN)} more; custody.jsonl names them", markup=False
            )
        console().print("What files are compared with: attrigraph load --explain FILE", markup=False)
    if failed := [report.ignored or "" for report in reports if report.failed]:
        raise InputError("\n".join(failed))


def _say_loaded(report: SourceReport) -> None:
    from attrigraph.loaders.load import hints

    state = "already loaded" if report.unchanged else "loaded"
    tables = ", ".join(f"{name} {number(rows)}" for name, rows in report.tables.items())
    lines = [
        f"{report.name}: {state} as {report.format} (source {report.source}): {number(report.records)} records = "
        f"{number(report.loaded)} loaded + {number(report.rejected)} rejected{tables and f'; {tables}'}",
        *(f"  {number(count)} × rejected: {reason}" for reason, count in report.reasons.items()),
        *(f"  {number(count)} × remark: {reason}" for reason, count in report.unread_cells.items()),
        *(f"  {note}" for note in report.notes),
    ]
    if helps := hints([*report.reasons, *report.unread_cells]):
        lines.append(f"  {' '.join(helps)} For that, first: attrigraph sources --remove {report.source}")
    for line in lines:
        console().print(line, markup=False, soft_wrap=True)


def sources(
    case: CaseOption = None,
    remove: Annotated[
        str | None, typer.Option(metavar="SOURCE", help="Take this source and all that came from it out of the case.")
    ] = None,
    set_: Annotated[
        str | None, typer.Option("--set", metavar="SOURCE", help="Give this source another grade or legal basis.")
    ] = None,
    grade: Annotated[str, typer.Option(help="With --set: Admiralty grade, e.g. B2.")] = "",
    legal_basis: Annotated[str, typer.Option(help="With --set: licence or legal basis.")] = "",
    reason: Annotated[str, typer.Option(help="Why it is removed or set; custody keeps it.")] = "",
    signals: Annotated[bool, typer.Option("--signals", help="One row a source and signal it carries.")] = False,
    format_: FormatOption = Format.table,
) -> None:
    """List the files of the case with rows, signals, rejects, grade and legal basis; remove or grade one of them.

    Signals are counted wherever they stand: a login is one, as is the location of a profile; a row may carry several.
    """
    with open_case(case) as opened:
        if set_:
            now = opened.judge_source(set_, grade=grade, legal_basis=legal_basis, reason=reason)
            basis = now["legal_basis"] or "none given"
            said = f"{now['name']} (source {set_}): grade {now['grade']}, legal basis {basis}."
            console().print(said, markup=False, soft_wrap=True)
            return
        if remove:
            with progress() as bars:
                gone = opened.remove_source(remove, reason=reason, progress=bars)
            console().print(
                f"{gone['name']} (source {remove}) and its {number(gone['loaded'])} rows are removed. "
                "Next: attrigraph infer",
                markup=False,
                soft_wrap=True,
            )
            return
        rows = opened.sources()
    if signals:
        rows = [
            {"source": row["source"], "name": row["name"], "signal": signal, "rows": count}
            for row in rows
            for signal, count in row["signals_carried"].items()
        ]
        show_rows(rows, ("source", "name", "signal", "rows"), format_, empty="No signals in the files of this case.")
        return
    columns = (
        "source",
        "name",
        "format",
        "records",
        "loaded",
        "tables",
        "signals",
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
