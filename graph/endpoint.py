"""Where an engine answers. Apart from the connection: an engine is started before the driver is imported."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from attrigraph.settings import Neo4jServer

__all__ = ["Endpoint", "from_settings", "no_room"]

ROOM_MB = 64
"""An embedded engine is not started, and its failures are put down to the disk, when less than this is free."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an engine answers and as whom.

    `reader`: name and password of a read-only user, where there is one. `root`: the folder of an embedded engine.
    """

    engine: Literal["embedded", "neo4j"]
    uri: str
    username: str
    password: str = field(repr=False)
    database: str
    reader: tuple[str, str] | None = field(default=None, repr=False)
    root: Path | None = None

    def disk_is_full(self) -> bool:
        """Whether the engine is on this machine and its disk has no room to work with."""
        return self.root is not None and no_room(self.root)


def no_room(folder: Path) -> bool:
    """Whether the disk of the folder has less than `ROOM_MB` left."""
    try:
        return shutil.disk_usage(folder).free < ROOM_MB * 2**20
    except OSError:
        return False


def from_settings(server: Neo4jServer) -> Endpoint:
    """The endpoint of a Neo4j server that the user named."""
    return Endpoint("neo4j", server.uri, server.username, server.password.get_secret_value(), server.database)
