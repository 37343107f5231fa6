"""The documentation is complete and true: generated pages are current, links lead somewhere, its commands exist."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from attrigraph.cli.app import app
from attrigraph.cli.pages import generated_pages
from attrigraph.graph.schema import NODES, RELATIONSHIPS
from attrigraph.loaders.tables import TABLES
from attrigraph.settings import CaseSettings

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md")])


@pytest.mark.parametrize("name", sorted(generated_pages()))
def test_generated_page_is_current(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == generated_pages()[name], "run: make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [t for t in targets if not (page.parent / t).exists()] == []


def test_every_page_is_reachable_from_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [p.name for p in DOCS.glob("*.md") if f"docs/{p.name}" not in text] == []


def test_every_label_table_and_setting_is_documented() -> None:
    schema, tables, settings = (
        (DOCS / name).read_text(encoding="utf-8") for name in ("schema.md", "tables.md", "settings.md")
    )
    assert [x.name for x in (*NODES, *RELATIONSHIPS) if f"### {x.name}\n" not in schema] == []
    assert [t.name for t in TABLES if f"`{t.name}`" not in tables] == []
    assert [name for name in CaseSettings.model_fields if f"`{name}`" not in settings] == []


def commands() -> dict[str, object]:
    """Every command by its words."""
    root = typer.main.get_command(app)
    found: dict[str, object] = {}
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        if hasattr(command, "commands"):
            found |= {f"{name} {child}": c for child, c in command.commands.items()}
        else:
            found[name] = command
    return found


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_has_help_and_an_example_that_names_it(name: str) -> None:
    command = commands()[name]
    assert command.help  # type: ignore[attr-defined]
    assert f"attrigraph {name}" in command.epilog  # type: ignore[attr-defined]


def shell_lines() -> list[str]:
    blocks = [b for p in PAGES for b in re.findall(r"```sh\n(.*?)```", p.read_text(encoding="utf-8"), re.DOTALL)]
    return [line for block in blocks for line in block.splitlines() if line.startswith("attrigraph ")]


@pytest.mark.parametrize("line", sorted(set(shell_lines())))
def test_commands_in_the_docs_exist_with_their_options(line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    known = commands()
    name = next((n for n in (" ".join(words[:2]), words[0]) if n in known), None)
    assert name, f"no such command: {line}"
    if name == "query run":
        return
    options = {o for p in known[name].params for o in p.opts}  # type: ignore[attr-defined]
    assert {w.partition("=")[0] for w in words if w.startswith("--")} - options - {"--help"} == set()
