"""Saved investigations: header model, registry, typed parameters, read-only runner."""
