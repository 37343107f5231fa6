"""Neo4j's own linter finds nothing to complain about in any Cypher text of the package."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

from attrigraph.graph.linting import CypherFile, cypher_files, generated, linter_schema

TOOL = Path(__file__).parent.parent / "tools" / "lint_cypher.py"


@pytest.fixture(scope="module")
def linter() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lint_cypher", TOOL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not module.installed():
        why = "Node or tools/cypher-lint/node_modules is missing (npm ci --prefix tools/cypher-lint)"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(f"CYPHER NOT LINTED: {why}")
    return module


def test_no_complaint_about_any_statement(linter: ModuleType) -> None:
    assert linter.lint([*cypher_files(), *generated()]) == []


def test_mistakes_are_found(linter: ModuleType) -> None:
    mistakes = {
        "label": "MATCH (a:Acount) RETURN a.id AS id",
        "property": "MATCH (a:Account) RETURN a.folowers AS n",
        "variable": "MATCH (a:Account) RETURN b.id AS id",
        "parameter": "MATCH (a:Account {id: $account}) RETURN a.id AS id",
        "syntax": "MATCH (a:Account RETURN a.id AS id",
    }
    files = [CypherFile(f"facts/{name}", text, (), ()) for name, text in mistakes.items()]
    assert {problem["name"] for problem in linter.lint(files)} == {f"facts/{name}" for name in mistakes}


def test_the_schema_of_the_linter_names_every_label() -> None:
    schema = linter_schema()
    assert {"Account", "Territory", "SchemaVersion"} <= set(schema["labels"])
    assert {"from": "Account", "to": "IPAddress", "relType": "LOGGED_IN_FROM"} in schema["graphSchema"]
