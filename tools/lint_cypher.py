"""Run the official Cypher linter over every `.cypher` file and what is generated; exit status 1 when it complains.

Needs Node and `npm ci --prefix tools/cypher-lint`. For an investigation the parameters are those its header declares.
Texts without complaint are remembered beside the linter, by the hash of all that it was told: it takes half a minute.
"""

from __future__ import annotations

import hashlib
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
SOUND = FOLDER / "node_modules" / ".cache" / "sound.txt"
"""Hashes of what was linted without complaint."""


def installed() -> bool:
    """Whether Node and the linter are there."""
    return shutil.which("node") is not None and (FOLDER / "node_modules" / "@neo4j-cypher").exists()


def lint(files: list[CypherFile]) -> list[dict[str, Any]]:
    """What the linter says: name, line, column, severity, message."""
    schema = linter_schema()
    told = [{"name": f.name, "text": f.text, "parameters": _parameters(f), "fields": list(f.fields)} for f in files]
    linter = [schema, *((FOLDER / name).read_text(encoding="utf-8") for name in ("lint.mjs", "package-lock.json"))]
    sound = set(SOUND.read_text(encoding="ascii").split()) if SOUND.exists() else set()
    new = {key: file for file in told if (key := _hash([linter, file])) not in sound}
    found = _run({"schema": schema, "files": list(new.values())}) if new else []
    wrong = {problem["name"] for problem in found}
    sound |= {key for key, file in new.items() if file["name"] not in wrong}
    SOUND.parent.mkdir(exist_ok=True)
    SOUND.write_text("\n".join(sorted(sound)), encoding="ascii")
    return found


def _run(asked: dict[str, Any]) -> list[dict[str, Any]]:
    done = subprocess.run(
        ["node", "lint.mjs"], cwd=FOLDER, input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"the linter failed: {done.stderr[-2000:]}")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def _hash(told: list[Any]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


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
