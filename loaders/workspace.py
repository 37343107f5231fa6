"""A place to stage a source in: a duckdb connection with the readers of cells, and a folder removed at the end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from attrigraph.duck import MEMORY, connect_limited, first_line
from attrigraph.errors import CaseError, InputError, UnreadableFile
from attrigraph.folder import scratch_folder
from attrigraph.loaders.cells import hash_with, read_identifier, read_ip, read_territory
from attrigraph.loaders.phone_accounts import phone_account

__all__ = ["Workspace", "explained", "link_to", "teach_functions", "teach_values", "workspace"]

FULL = ("No space left on device", "File too large", "Disk quota exceeded", "database is full")
IP_PARTS = "STRUCT(ip VARCHAR, port INTEGER, problem VARCHAR)"
ID_PARTS = "STRUCT(key VARCHAR, display VARCHAR, region VARCHAR, number_kind VARCHAR, problem VARCHAR)"
TERRITORY_PARTS = "STRUCT(code VARCHAR, problem VARCHAR)"


@dataclass(frozen=True, slots=True)
class Workspace:
    """Connection, temporary folder, and the key that identifiers are hashed with."""

    connection: duckdb.DuckDBPyConnection
    folder: Path
    key: bytes


@contextmanager
def workspace(root: Path | None, key: bytes) -> Iterator[Workspace]:
    """A workspace in `root/staging` (in the system's temporary folder without a root); leftovers are cleared first."""
    with scratch_folder(root and root / "staging") as folder, connect_limited(folder) as connection:
        # One thread: rows are numbered in order, which a second one only waits for, at a price.
        connection.execute("SET threads = 1")
        # A condition on values would be computed where the cells are read, and the values once more above it.
        connection.execute("SET disabled_optimizers = 'common_subexpressions,filter_pushdown'")
        teach_values(connection)
        yield Workspace(connection, folder, key)


def teach_functions(work: Workspace) -> None:
    """Define the functions of `cells.py`, once. (The first one costs 0.07 s of imports, which posts can do without.)"""
    connection, hashed = work.connection, hash_with(work.key)
    if connection.execute("SELECT getvariable('taught')").fetchone() != (None,):
        return
    connection.execute("SET VARIABLE taught = true")  # a list of all functions takes 14 ms, longer than small tables

    def ip_parts(cell: str) -> dict[str, Any]:
        found = read_ip(cell)
        return {"ip": found.ip, "port": found.port, "problem": found.problem}

    def identifier_parts(kind: str, cell: str) -> dict[str, Any]:
        found = read_identifier(kind, cell, hashed)
        return {name: getattr(found, name) for name in ("key", "display", "region", "number_kind", "problem")}

    def territory_parts(cell: str) -> dict[str, Any]:
        code, problem = read_territory(cell)
        return {"code": code, "problem": problem}

    connection.create_function("ip_parts", ip_parts, ["VARCHAR"], IP_PARTS)
    connection.create_function("identifier_parts", identifier_parts, ["VARCHAR", "VARCHAR"], ID_PARTS)
    connection.create_function("territory_parts", territory_parts, ["VARCHAR"], TERRITORY_PARTS)

    def point_territories(latitude: float, longitude: float) -> str:
        from attrigraph.points import territory_codes  # numpy, only where there are coordinates

        return territory_codes(latitude, longitude)

    connection.create_function("point_territories", point_territories, ["DOUBLE", "DOUBLE"], "VARCHAR")
    connection.create_function("hashed", hashed, ["VARCHAR"], "VARCHAR")
    connection.create_function("phone_account", lambda id_: phone_account(id_, hashed), ["VARCHAR"], "VARCHAR")


def teach_values(connection: duckdb.DuckDBPyConnection) -> None:
    """Define the macros of `values.sql`."""
    connection.execute(files("attrigraph.loaders").joinpath("values.sql").read_text(encoding="utf-8"))


def link_to(path: Path, folder: Path, name: str) -> Path:
    """A name for the file without the characters that duckdb reads as patterns (`logins[1].csv`)."""
    link = folder / name
    try:
        link.symlink_to(path.resolve())
    except OSError:
        shutil.copyfile(path, link)
    return link


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Errors of duckdb and of the disk as one sentence; `what` is the file being worked on."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise InputError(
            f"{what} needs more than {MEMORY} of memory, and no room was left to spill to. Free disk space, try again."
        ) from None
    except duckdb.Error as error:
        if any(sign in str(error) for sign in FULL):
            raise _full(what) from None
        raise UnreadableFile(f"{what} cannot be read: {first_line(error)}.") from None
    except OSError as error:
        if any(sign in str(error) for sign in FULL):
            raise _full(what) from None
        raise CaseError(f"{what}: {error.strerror or error}. Check the folder and its permissions.") from None


def _full(what: str) -> CaseError:
    return CaseError(f"The disk is full: {what} was not loaded. Free some space and load it again.")
