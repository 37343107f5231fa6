"""attrigraph: the attribution graph toolkit for analysts.

`Case` is the whole product in Python; the command line calls it. Names are loaded when first used,
so that `attrigraph --help` answers at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrigraph.version import __version__

if TYPE_CHECKING:
    from attrigraph.case import Case
    from attrigraph.errors import AttrigraphError

__all__ = ["AttrigraphError", "Case", "__version__"]


def __getattr__(name: str) -> Any:
    if name == "Case":
        from attrigraph.case import Case

        return Case
    if name == "AttrigraphError":
        from attrigraph.errors import AttrigraphError

        return AttrigraphError
    raise AttributeError(f"module 'attrigraph' has no attribute {name!r}")
