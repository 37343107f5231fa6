"""Run the official Cypher linter over every `.cypher` file and what is generated; exit status 1 when it complains.

Needs Node and `npm ci --prefix tools/cypher-lint`. For an investigation the parameters are those its header declares.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from attrigraph.graph.linting import CypherFile, cypher_files, generated, linter_schema
from attrigraph.queries.header import parse

FOLDER = Path(__file__).resolve().parent / "cypher-lint"


def installed() -> bool:
    """Whether Node and the linter are there."""
    return shutil.which("node") is not None and (FOLDER / "node_modules" / "@neo4j-cypher").exists()


def lint(files: list[CypherFile]) -> list[dict[str, Any]]:
    """What the linter says: name, line, column, severity, message."""
    asked = {
        "schema": linter_schema(),
        "files": [
            {"name": f.name, "text": f.text, "parameters": _parameters(f), "fields": list(f.fields)} for f in files
        ],
    }
    done = subprocess.run(
        ["node", "lint.mjs"], cwd=FOLDER, input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"the linter failed: {done.stderr[-2000:]}")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def _parameters(file: CypherFile) -> list[str]:
    if not file.name.startswith("investigations/"):
        return list(file.parameters)
    return [parameter.name for parameter in parse(file.text, f"cypher/{file.name}.cypher").parameters]


def main() -> int:
    """Lint everything and print what was found."""
    if not installed():
        print("THE CYPHER LINTER DID NOT RUN: install Node, then npm ci --prefix tools/cypher-lint")
        return 1 if os.environ.get("CI") == "true" else 0
    files = [*cypher_files(), *generated()]
    found = lint(files)
    for problem in found:
        print("cypher/{name}.cypher:{line}:{column}: {severity}: {message}".format(**problem))
    print(f"{len(files)} statements, {len(found)} complaints")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
