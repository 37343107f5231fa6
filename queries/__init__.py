"""Saved investigations: header model, registry, typed parameters, read-only runner."""

from attrigraph.queries.model import Column, Investigation, Parameter
from attrigraph.queries.registry import Registry, user_folder
from attrigraph.queries.runner import QueryResult, run

__all__ = ["Column", "Investigation", "Parameter", "QueryResult", "Registry", "run", "user_folder"]
