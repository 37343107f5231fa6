"""Engines, store, schema as data, migrations. Knows no signal. Names are loaded when first used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attrigraph.graph.opening import open_store
    from attrigraph.graph.statements import Statement, statement
    from attrigraph.graph.store import Counters, Store, Table, Written

__all__ = ["Counters", "Statement", "Store", "Table", "Written", "open_store", "statement"]

_MODULES = {"Statement": "statements", "statement": "statements", "open_store": "opening"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'attrigraph.graph' has no attribute {name!r}")
    return getattr(importlib.import_module(f"attrigraph.graph.{_MODULES.get(name, 'store')}"), name)
