"""The pages of docs/ that come from declarations; `make docs` writes them, a test compares them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from attrigraph.settings import CaseSettings

__all__ = ["commands_page", "generated_pages", "settings_page"]

GENERATED = "<!-- Written by `make docs`; change the declarations, not this page. -->\n"


def generated_pages() -> dict[str, str]:
    """File name in docs/ -> text, for every generated page."""
    from attrigraph.graph.docs import schema_page
    from attrigraph.inference.docs import signals_page
    from attrigraph.links.mirrors.docs import mirror_weights_page
    from attrigraph.loaders.docs import tables_page
    from attrigraph.queries.docs import investigations_page

    return {
        "commands.md": commands_page(),
        "settings.md": settings_page(),
        "schema.md": schema_page(),
        "signals.md": signals_page(),
        "tables.md": tables_page(),
        "mirror-weights.md": mirror_weights_page(),
        "investigations.md": investigations_page(),
    }


def commands_page() -> str:
    """Every command with its arguments, options and example."""
    from attrigraph.cli.app import app

    lines = [GENERATED, "# Commands", ""]
    for name, command in _commands(typer.main.get_command(app), "attrigraph"):
        lines += [f"## `{name}`", "", (command.help or "").strip(), ""]
        rows = [_row(p) for p in command.params if p.name != "help"]
        if rows:
            lines += ["| argument | default | meaning |", "|---|---|---|", *rows, ""]
        lines += [command.epilog or "", ""]
    return "\n".join(lines).rstrip() + "\n"


def _commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    if hasattr(command, "commands"):
        for name, child in sorted(command.commands.items()):
            yield from _commands(child, f"{path} {name}")
    else:
        yield path, command


def _row(parameter: Any) -> str:
    names = (
        ", ".join(f"`{o}`" for o in parameter.opts)
        if parameter.param_type_name == "option"
        else f"`{parameter.name.upper()}`"
    )
    default = parameter.default
    shown = (
        ""
        if default is None or default is False or callable(default) or default == []
        else f"`{getattr(default, 'value', default)}`"
    )
    return f"| {names} | {shown} | {parameter.help or ''} |"


def settings_page() -> str:
    """Every setting of `case.toml` and every environment variable."""
    lines = [
        GENERATED,
        "# Settings",
        "",
        "`case.toml` in the case folder holds:",
        "",
        "| setting | default | meaning |",
        "|---|---|---|",
    ]
    for name, field in CaseSettings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        shown = "" if default in ("", None, {}) else f"`{default}`"
        lines.append(f"| `{name}` | {shown} | {field.description} |")
    lines += ["", "Environment variables:", "", "| variable | meaning |", "|---|---|"]
    lines += [f"| `{name}` | {meaning} |" for name, meaning in ENVIRONMENT.items()]
    return "\n".join(lines) + "\n"


ENVIRONMENT = {
    "NEO4J_URI": "use this Neo4j server (5.26 or newer) instead of the engine the case names",
    "NEO4J_USERNAME": "its user; `neo4j` when not set",
    "NEO4J_PASSWORD": "its password; never written to a file",
    "NEO4J_DATABASE": "its database; `neo4j` when not set",
    "ATTRIGRAPH_HEAP_MB": "largest memory of the embedded engine; a quarter of the machine's, 1 to 4 GB, when not set",
    "ATTRIGRAPH_BOLT_PORT": "port of the embedded engine, for other tools; any free one when not set",
    "ATTRIGRAPH_LINGER_S": "seconds the embedded engine waits for the next command; 35 when not set, never more",
    "ATTRIGRAPH_CACHE": "folder of the embedded engine's start-up cache; the user's cache folder when not set",
    "ATTRIGRAPH_OPERATOR": "name written into custody entries; the name of the user when not set",
    "ATTRIGRAPH_DEBUG": "show where an unexpected error came from",
    "NO_COLOR": "print without colour",
}
