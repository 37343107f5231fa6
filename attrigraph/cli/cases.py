"""init, demo, verify, rebuild, doctor: what concerns a case or the machine as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrigraph.cli.options import CaseOption, FormatOption, example, open_case
from attrigraph.cli.progress import progress
from attrigraph.cli.render import Format, console, show_rows

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog=example("attrigraph demo"))(demo)
    app.command(epilog=example('attrigraph init harbour --question "Where are these 40 accounts operated from?"'))(init)
    app.command(epilog=example("attrigraph verify --case harbour"))(verify)
    app.command(epilog=example("attrigraph rebuild --neo4j bolt://127.0.0.1:7687"))(rebuild)
    app.command(epilog=example("attrigraph doctor"))(doctor)


def demo(
    folder: Annotated[
        Path, typer.Argument(help="Where the demo case is made; a demo that is there already is replaced.")
    ] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Seed of the simulation.")] = 7,
) -> None:
    """Make a simulated case around a public claim, check the claim, write brief and figures."""
    from attrigraph.cli.demo import run_demo

    run_demo(folder, seed)


def init(
    folder: Annotated[Path, typer.Argument(help="The new case folder.")],
    question: Annotated[str, typer.Option(help="The question the brief answers.")] = "",
    neo4j: Annotated[
        str | None, typer.Option(metavar="URI", help="Use this Neo4j server; password from NEO4J_PASSWORD.")
    ] = None,
    tlp: Annotated[str, typer.Option(help="Traffic Light Protocol mark of briefs.")] = "AMBER",
) -> None:
    """Create a case."""
    from attrigraph.case import Case

    Case.create(folder, question=question, neo4j_uri=neo4j, tlp=tlp).close()
    console().print(f"Case created in {folder}. Next: attrigraph load FILES… --case {folder}")


def verify(case: CaseOption = None, format_: FormatOption = Format.table) -> None:
    """Check custody chain, hashes of all files, and the counts of the graph against the observations."""
    with open_case(case) as opened, progress() as bars:
        report = opened.verify(progress=bars)
    if format_ is Format.table and report.sound:
        console().print(f"The case is sound: {report.summary()}")
        return
    show_rows(
        [{"check": c.name, "result": "sound" if c.sound else "wrong", "detail": c.detail} for c in report.checks],
        ("check", "result", "detail"),
        format_,
    )
    if not report.sound:
        raise typer.Exit(1)


def rebuild(
    case: CaseOption = None,
    neo4j: Annotated[
        str | None,
        typer.Option(metavar="URI", help="Move the case to this Neo4j server; password from NEO4J_PASSWORD."),
    ] = None,
    embedded: Annotated[bool, typer.Option("--embedded", help="Move the case to the embedded engine.")] = False,
) -> None:
    """Make the graph anew from the observations, on the same engine or another."""
    with open_case(case) as opened, progress() as bars:
        counts = opened.rebuild(neo4j_uri=neo4j, embedded=embedded, progress=bars)
    console().print(
        f"Graph rebuilt on {opened.engine_name}: {sum(counts.values())} nodes and relationships. Next: attrigraph infer"
    )


def doctor(format_: FormatOption = Format.table) -> None:
    """Report versions, engine, Java, memory and missing extras of this machine."""
    from attrigraph.doctor import examine

    facts = examine()
    show_rows([{"what": name, "found": value} for name, value in facts], ("what", "found"), format_)
