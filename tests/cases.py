"""Cases of the public API on the engines that tests run on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import attrigraph as ag
from attrigraph.graph.embedded import stop

if TYPE_CHECKING:
    from conftest import Engine

__all__ = ["case_on"]


@contextmanager
def case_on(engine: Engine, root: Path, monkeypatch: pytest.MonkeyPatch, **about: Any) -> Iterator[ag.Case]:
    """An empty case in `root`, made with `about`; the environment leads commands run beside it to the same engine."""
    if server := engine.server:
        monkeypatch.setenv("NEO4J_URI", server.uri)
        monkeypatch.setenv("NEO4J_USERNAME", server.username)
        monkeypatch.setenv("NEO4J_PASSWORD", server.password.get_secret_value())
    else:
        monkeypatch.delenv("NEO4J_URI", raising=False)
    with ag.Case.create(root, **about) as made:
        made.store.clear()
        yield made
    if engine.name == "embedded":
        stop(made.folder.graph)
