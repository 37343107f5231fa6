"""Engines, store, schema as data, migrations. Knows no signal. Names are loaded when first used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attrigraph.graph.statements import Statement, statement
    from attrigraph.graph.store import Counters, Store, Table, Written, open_store

__all__ = ["Counters", "Statement", "Store", "Table", "Written", "open_store", "statement"]


def __getattr__(name: str) -> Any:
    if name in ("Statement", "statement"):
        from attrigraph.graph import statements

        return getattr(statements, name)
    if name in __all__:
        from attrigraph.graph import store

        return getattr(store, name)
    raise AttributeError(f"module 'attrigraph.graph' has no attribute {name!r}")
