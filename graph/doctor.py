"""What the engines of this machine are like, for `attrigraph doctor`."""

from __future__ import annotations

from attrigraph.errors import EngineError
from attrigraph.graph import java
from attrigraph.graph.connection import connect, server_version
from attrigraph.graph.endpoint import from_settings
from attrigraph.settings import Neo4jServer

__all__ = ["engine_facts"]


def engine_facts(server: Neo4jServer | None) -> list[tuple[str, str]]:
    """Pairs of what was looked at and what was found. Starts nothing; asks a named Neo4j server for its version."""
    return [*_embedded_facts(), ("Neo4j server", _server(server))]


def _embedded_facts() -> list[tuple[str, str]]:
    try:
        program = java.installation()
    except EngineError as error:
        return [("embedded engine", str(error))]
    cache = java.start_cache(program)
    return [
        ("embedded engine", f"ArcadeDB {program.version}, up to {java.heap_mb()} MB (ATTRIGRAPH_HEAP_MB)"),
        ("Java", f"{java.java_version(program)} ({program.java})"),
        (
            "start-up cache",
            f"{cache.path} ({cache.path.stat().st_size / 2**20:.0f} MB)"
            if cache.exists
            else "none yet; made when an engine stops for the first time",
        ),
    ]


def _server(server: Neo4jServer | None) -> str:
    if server is None:
        return "none named (NEO4J_URI is not set): the embedded engine is used"
    try:
        with connect(from_settings(server)) as driver:
            version = ".".join(map(str, server_version(driver.get_server_info().agent)))
    except EngineError as error:
        return str(error)
    return f"{server.uri}, Neo4j {version}, database {server.database}"
