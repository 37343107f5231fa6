"""The command line: `run_process` starts it as a user does, `run_cli` calls the same entry point in this process.

Starting Python and importing what a command needs takes longer than most commands: one process for each family of
commands shows that the entry point works, whatever else there is to test of a command runs in here.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from attrigraph.cli import main

__all__ = ["named_server", "run_cli", "run_process"]


def named_server() -> dict[str, str]:
    """The Neo4j server that the environment of this test names, for a command that should use it."""
    return {name: value for name, value in os.environ.items() if name.startswith("NEO4J_")}


def run_process(*words: str, cwd: Path | None = None, **environment: str) -> CompletedProcess[str]:
    """The command line as a user starts it; of Neo4j it knows what `environment` says."""
    command = [str(Path(sys.executable).with_name("attrigraph")), *words]
    return subprocess.run(
        command, cwd=cwd, env=_clean() | environment, capture_output=True, text=True, check=False, timeout=120
    )


def run_cli(*words: str, cwd: Path | None = None, **environment: str) -> CompletedProcess[str]:
    """The same without a process of its own: what it prints, its errors and its exit status."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name in named_server():
            patch.delenv(name)
        for name, value in ({"COLUMNS": "160"} | environment).items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["attrigraph", *words])
        patch.chdir(cwd or Path.cwd())
        try:
            main()
            status: str | int | None = 0
        except SystemExit as end:
            status = end.code
    return CompletedProcess(words, int(status or 0), out.getvalue(), err.getvalue())


def _clean() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("NEO4J_")} | {"COLUMNS": "160"}
