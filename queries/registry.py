"""Finding investigations: the built-in pack, the user's folder, the case's folder, in rising precedence."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from attrigraph.errors import BadDefinition, QueryError
from attrigraph.queries.header import parse
from attrigraph.queries.model import Investigation, Origin

__all__ = ["Registry", "user_folder"]

MAX_BYTES = 1_000_000
"""A larger file is no query."""


class Registry:
    """The investigations of a case (or of no case). A file that cannot be read is one sentence in `problems`."""

    def __init__(self, found: dict[str, Investigation], broken: dict[str, str]) -> None:
        self._found = found
        self._broken = broken

    @classmethod
    def load(cls, case_queries: Path | None = None, user_queries: Path | None = None) -> Registry:
        """Read the three folders; a folder that does not exist is empty. `user_queries` is `user_folder()` by default.

        A broken file hides what it would have taken the place of: asking for it says what is wrong with it.
        """
        found: dict[str, Investigation] = {}
        broken: dict[str, str] = {}
        for name, origin, path, read in _texts(case_queries, user_queries or user_folder()):
            found.pop(name, None)
            broken.pop(name, None)
            try:
                found[name] = parse(read if isinstance(read, str) else _raise(path, read), path, origin)
            except BadDefinition as error:
                broken[name] = str(error)
        return cls(found, broken)

    @property
    def problems(self) -> tuple[str, ...]:
        """One sentence for each file that was left out."""
        return tuple(self._broken.values())

    def queries(self, tag: str | None = None) -> tuple[Investigation, ...]:
        """All investigations by name, or those with a tag."""
        return tuple(q for _, q in sorted(self._found.items()) if tag is None or tag in q.tags)

    def get(self, name: str) -> Investigation:
        """The investigation of that name. Raises QueryError (unknown) or BadDefinition (its file is broken)."""
        if name in self._broken:
            raise BadDefinition(self._broken[name])
        if name not in self._found:
            near = difflib.get_close_matches(name, self._found, n=3, cutoff=0.5)
            hint = f"Did you mean {' or '.join(near)}? " if near else ""
            raise QueryError(f"No investigation is called {name!r}. {hint}List them with: attrigraph query list")
        return self._found[name]


def user_folder() -> Path:
    """Where a user keeps investigations: `$XDG_CONFIG_HOME/attrigraph/queries`, else under `~/.config`."""
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "attrigraph" / "queries"


def _texts(case: Path | None, user: Path) -> Iterator[tuple[str, Origin, str, str | Exception]]:
    """Name, origin, path, and text (or why it cannot be read) of every `.cypher` file, lowest precedence first."""
    for entry in files("attrigraph.cypher").joinpath("investigations").iterdir():
        if entry.name.endswith(".cypher"):
            yield entry.name.removesuffix(".cypher"), "built-in", str(entry), entry.read_text(encoding="utf-8")
    folders: tuple[tuple[Origin, Path | None], ...] = (("user", user), ("case", case))
    for origin, folder in folders:
        if folder is None or not folder.is_dir():
            continue
        for path in sorted(folder.glob("*.cypher")):
            yield path.stem, origin, str(path), _read(path)


def _read(path: Path) -> str | Exception:
    try:
        if path.stat().st_size > MAX_BYTES:
            return ValueError(f"it has more than {MAX_BYTES:,} bytes, which no query has")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        return ValueError(f"it is not UTF-8 text (byte {error.start})")
    except OSError as error:
        return error


def _raise(path: str, problem: Exception) -> str:
    reason = problem.strerror if isinstance(problem, OSError) else problem
    raise BadDefinition(f"{path} cannot be read: {reason}. Correct it or move it away.")
