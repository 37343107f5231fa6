"""Bytecode of the package, as an installed one has it: what is measured starts in processes of its own."""

import compileall
from pathlib import Path

import attrigraph

__all__ = ["compile_package"]


def compile_package() -> None:
    """Compile every module once, also where Python is told to write no bytecode (`PYTHONDONTWRITEBYTECODE`)."""
    compileall.compile_dir(Path(attrigraph.__file__).parent, quiet=2)
