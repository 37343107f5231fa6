"""Opening the graph of a case, on either engine."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from attrigraph.graph.embedded import embedded_engine
from attrigraph.graph.endpoint import from_settings

if TYPE_CHECKING:
    from attrigraph.graph.store import Store
    from attrigraph.settings import Neo4jServer

__all__ = ["open_store"]


@contextmanager
def open_store(root: Path, server: Neo4jServer | None = None, *, wait_s: float = 60) -> Iterator[Store]:
    """Open the graph: the embedded engine with its files in `root`, or the Neo4j server. Brings the schema up to date.

    `wait_s` is how long the embedded engine may take to start. Raises EngineError with one sentence.
    """
    # importing the driver takes half as long as starting the engine: both at once
    threading.Thread(target=importlib.import_module, args=("attrigraph.graph.store",), daemon=True).start()
    with ExitStack() as stack:
        endpoint = from_settings(server) if server else stack.enter_context(embedded_engine(root, wait_s))
        from attrigraph.graph.connection import connect
        from attrigraph.graph.store import Store

        store = Store(endpoint, connect(endpoint))
        stack.callback(store.close)
        store.bring_up_to_date()
        yield store
