"""Cases of the public API on the engines that tests run on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import attrigraph as ag

if TYPE_CHECKING:
    from conftest import Engine

__all__ = ["case_on"]


@contextmanager
def case_on(engine: Engine, root: Path, monkeypatch: pytest.MonkeyPatch, **about: Any) -> Iterator[ag.Case]:
    """An empty case in `root`, made with `about`, on the engine of the session: starting one takes longer than a test.

    The environment leads commands run beside it to the same Neo4j, a link in the folder to the same embedded engine.
    """
    if server := engine.server:
        monkeypatch.setenv("NEO4J_URI", server.uri)
        monkeypatch.setenv("NEO4J_USERNAME", server.username)
        monkeypatch.setenv("NEO4J_PASSWORD", server.password.get_secret_value())
    else:
        monkeypatch.delenv("NEO4J_URI", raising=False)
    with ag.Case.create(root, **about) as made:
        if not server:
            made.folder.graph.symlink_to(engine.root)
        made.store.clear()
        yield made
