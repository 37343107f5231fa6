"""query list, show, run: saved investigations."""

from __future__ import annotations

from typing import Annotated

import typer

from attrigraph.cli.options import CaseOption, FormatOption, ShowCypherOption, example, open_case, registry_of
from attrigraph.cli.render import Format, console, show_rows

__all__ = ["app"]

app = typer.Typer(help="List, show and run saved investigations.", no_args_is_help=True)


@app.command("list", epilog=example("attrigraph query list"))
def list_queries(
    case: CaseOption = None,
    tag: Annotated[str | None, typer.Option(help="Only those with this tag.")] = None,
    format_: FormatOption = Format.table,
) -> None:
    """List the investigations: built-in ones, yours, and those of the case."""
    registry = registry_of(case)
    rows = [
        {"name": q.id, "question": q.question, "tags": list(q.tags), "origin": q.origin} for q in registry.queries(tag)
    ]
    show_rows(rows, ("name", "question", "tags", "origin"), format_, empty="No investigations.")
    for problem in registry.problems:
        console(stderr=True).print(f"left out: {problem}", markup=False)


@app.command("show", epilog=example("attrigraph query show accounts-on-one-device"))
def show_query(name: Annotated[str, typer.Argument(help="Its name.")], case: CaseOption = None) -> None:
    """Show an investigation: question, parameters, columns, how it misleads, and its Cypher."""
    console().print(registry_of(case).get(name).text, markup=False)


@app.command(
    "run",
    epilog=example("attrigraph query run accounts-on-one-device --min-accounts 3 --format csv"),
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def run_query(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Its name; its parameters follow as --parameter value.")],
    case: CaseOption = None,
    format_: FormatOption = Format.table,
    show_cypher: ShowCypherOption = False,
) -> None:
    """Run an investigation, read-only, with typed parameters."""
    given = _parameters(context.args)
    with open_case(case, show_cypher) as opened:
        result = opened.query(name, **given)
    show_rows(result.to_dicts(), result.columns, format_, empty="No rows.")
    if result.truncated:
        console(stderr=True).print(
            f"Only the first {len(result.rows)} rows are shown; narrow the parameters to see the others."
        )


def _parameters(words: list[str]) -> dict[str, str]:
    """`--min-accounts 3 --x=y` as names and texts; the query's declaration gives them their types."""
    found: dict[str, str] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise typer.BadParameter(f"{word!r} stands without a parameter name; write --name value")
        option, equals, value = word[2:].partition("=")
        if not equals:
            if not rest:
                raise typer.BadParameter(f"--{option} has no value")
            value = rest.pop(0)
        found[option.replace("-", "_")] = value
    return found
