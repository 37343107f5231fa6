"""One module a format; each declares what it recognises and yields rows of observation tables.

Other packages add formats with an entry point of the group `attrigraph.loaders` that names a `Format`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points

from attrigraph.errors import InputError
from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.sniff import Head

__all__ = ["GROUP", "Format", "Gives", "Match", "Reject", "Row", "formats", "recognised"]

GROUP = "attrigraph.loaders"


@cache
def formats() -> tuple[Format, ...]:
    """Every format, by name: the modules of this folder with a `FORMAT` or `FORMATS`, and those of other packages.

    Raises InputError when another package's entry point gives no Format.
    """
    modules = [importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)]
    found = [f for m in modules for f in (*getattr(m, "FORMATS", ()), *filter(None, [getattr(m, "FORMAT", None)]))]
    return tuple(sorted([*found, *_others()], key=lambda f: f.name))


def _others() -> Iterator[Format]:
    for point in entry_points(group=GROUP):
        given = point.load()
        if not isinstance(given, Format):
            raise InputError(
                f"The entry point {point.name} = {point.value} of {GROUP} is no Format. Mend or uninstall its package."
            )
        yield given


def recognised(head: Head) -> tuple[Format, Match] | None:
    """The format that fits a file best; None leaves it to the generic tables."""
    found = [(f, match) for f in formats() if (match := f.recognises(head)) is not None]
    return max(found, key=lambda pair: pair[1].score, default=None)
