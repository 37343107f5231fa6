"""One connection to an engine, and its failures as sentences. The only module that makes a driver."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from neo4j import Driver, GraphDatabase, NotificationDisabledClassification
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    UnsupportedServerProduct,
)

from attrigraph.errors import AttrigraphError, EngineError, EngineTooOld, EngineUnavailable, WriteError, WrongPassword
from attrigraph.graph.endpoint import Endpoint
from attrigraph.version import __version__

__all__ = ["TooMuchMemory", "connect", "explained", "memory_ran_out", "server_version"]

OLDEST = (5, 26)
_SCHEMES = ("bolt://", "bolt+s://", "bolt+ssc://", "neo4j://", "neo4j+s://", "neo4j+ssc://")


def connect(endpoint: Endpoint, *, reader: bool = False) -> Driver:
    """A driver that has spoken to the engine once. The caller closes it. Raises EngineError with one sentence."""
    if not endpoint.uri.startswith(_SCHEMES):
        raise _explain(ValueError("it begins with none of bolt://, neo4j:// and their +s, +ssc forms"), endpoint)
    username, password = endpoint.username, endpoint.password
    if reader and endpoint.reader:
        username, password = endpoint.reader
    driver: Driver | None = None
    try:
        with explained(endpoint):
            driver = GraphDatabase.driver(
                endpoint.uri,
                auth=(username, password) if password else None,
                user_agent=f"attrigraph/{__version__}",
                notifications_disabled_classifications=[NotificationDisabledClassification.UNRECOGNIZED],
                connection_timeout=15,
                connection_acquisition_timeout=30,
                max_transaction_retry_time=5 if endpoint.root else 30,
            )
            version = server_version(driver.get_server_info().agent)
            driver.execute_query("RETURN 1", database_=endpoint.database)
        if version < OLDEST:
            raise EngineTooOld(
                f"The server at {endpoint.uri} is Neo4j {'.'.join(map(str, version))}; attrigraph needs 5.26 or newer. "
                "Upgrade the server, or leave NEO4J_URI unset to use the embedded engine."
            )
    except (ValueError, OSError) as error:
        if driver is not None:
            driver.close()
        raise _explain(error, endpoint) from error
    except BaseException:
        if driver is not None:
            driver.close()
        raise
    return driver


def server_version(agent: str) -> tuple[int, ...]:
    """`Neo4j/5.26.12` → (5, 26, 12)."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", agent)
    return tuple(int(part) for part in found.groups() if part is not None) if found else (0, 0)


@contextmanager
def explained(endpoint: Endpoint) -> Iterator[None]:
    """Turn what the driver raises into one sentence that says what to do."""
    try:
        yield
    except AttrigraphError:
        raise
    except (DriverError, Neo4jError, TooMuchMemory) as error:
        raise _explain(error, endpoint) from error


class TooMuchMemory(Exception):
    """A transaction was too large. Not a driver error, so that the driver does not send the same again for 30 s."""


def _explain(error: Exception, endpoint: Endpoint) -> AttrigraphError:
    code = str(getattr(error, "code", None) or "")
    message = str(getattr(error, "message", None) or error)
    what = f"The engine at {endpoint.uri}"
    if isinstance(error, AuthError) or code.startswith("Neo.ClientError.Security.Unauthorized"):
        return WrongPassword(
            f"{what} refused user {endpoint.username!r} or the password. "
            "Check NEO4J_USERNAME and NEO4J_PASSWORD, or the [neo4j] table of case.toml."
        )
    if isinstance(error, UnsupportedServerProduct):
        return EngineTooOld(f"{what} is no Neo4j server of version 5.26 or newer: {message}")
    if "DatabaseNotFound" in code:
        return EngineUnavailable(
            f"{what} has no database {endpoint.database!r}. Create it there, or set NEO4J_DATABASE to one it has."
        )
    if "No space left" in message or "disk is full" in message.lower() or endpoint.disk_is_full():
        return WriteError(
            f"The graph engine has no room left on the disk of {endpoint.root or endpoint.uri}. "
            "Free some room and run the same command again; finished steps are kept."
        )
    if isinstance(error, TooMuchMemory) or memory_ran_out(error):
        return WriteError(
            f"{what} has too little memory for one transaction, even a small one. Give it more: "
            + ("set ATTRIGRAPH_HEAP_MB." if endpoint.root else "server.memory.heap.max_size in neo4j.conf.")
        )
    if "ConstraintValidationFailed" in code:
        return WriteError(f"{what} holds a key twice or was sent one twice: {message}")
    if isinstance(error, ServiceUnavailable | SessionExpired | OSError) and endpoint.root:
        return EngineUnavailable(
            f"The embedded engine stopped while it was used; {endpoint.root / 'engine.log'} says why. "
            "Run the command again: what was written is kept. If its memory ran out, set ATTRIGRAPH_HEAP_MB to more."
        )
    if isinstance(error, ServiceUnavailable | SessionExpired | OSError):
        return EngineUnavailable(
            f"{what} cannot be reached ({_first_line(message)}). Start the server and check NEO4J_URI; "
            "without NEO4J_URI the embedded engine is used."
        )
    if isinstance(error, ConfigurationError | ValueError):
        return EngineUnavailable(
            f"{endpoint.uri!r} is not an address of a Neo4j server ({_first_line(message)}). "
            "Set NEO4J_URI to something like bolt://127.0.0.1:7687."
        )
    if isinstance(error, ClientError):
        return EngineError(f"{what} refused a statement: {_first_line(message)} ({code})")
    return EngineError(f"{what} failed: {_first_line(message)}{f' ({code})' if code else ''}. Run the command again.")


def _first_line(message: str) -> str:
    return (message.strip().splitlines() or ["no reason given"])[0][:300]


def memory_ran_out(error: BaseException) -> bool:
    """Whether a transaction was too large for the engine's memory: send half of it, do not send it again."""
    code = str(getattr(error, "code", None) or "")
    text: Any = getattr(error, "message", None) or str(error)
    return "MemoryPoolOutOfMemory" in code or "OutOfMemory" in code or "OutOfMemoryError" in text or "heap" in text
