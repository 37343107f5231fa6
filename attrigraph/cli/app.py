"""The commands, one module a group; each imports the rooms it needs only when it runs."""

from __future__ import annotations

import typer

from attrigraph.cli import analyse, cases, files, groups, links, mirrors, output, pairs, resolved, saved

__all__ = ["app"]

app = typer.Typer(
    name="attrigraph",
    help="From which country is each account operated, how sure is that, and who can check it?",
    epilog="Start with: attrigraph demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (cases, files, analyse, groups, links, pairs, mirrors, resolved, output):
    module.register(app)
app.add_typer(saved.app, name="query")
