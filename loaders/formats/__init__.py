"""One module a format; each declares what it recognises and yields rows of observation tables."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from attrigraph.loaders.formats.base import Format, Match, Reject, Row
from attrigraph.loaders.sniff import Head

__all__ = ["Format", "Match", "Reject", "Row", "formats", "recognised"]


@cache
def formats() -> tuple[Format, ...]:
    """Every format with a module in this folder, by name."""
    modules = (importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__))
    return tuple(sorted((m.FORMAT for m in modules if hasattr(m, "FORMAT")), key=lambda f: f.name))


def recognised(head: Head) -> tuple[Format, Match] | None:
    """The format that fits a file best; None leaves it to the generic tables."""
    found = [(f, match) for f in formats() if (match := f.recognises(head)) is not None]
    return max(found, key=lambda pair: pair[1].score, default=None)
