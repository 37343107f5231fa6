"""A place to stage a source in: a duckdb connection with the readers of cells, and a folder removed at the end."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import duckdb

from attrigraph.duck import MEMORY, connect_limited, first_line, literal
from attrigraph.errors import CaseError, InputError, UnreadableFile
from attrigraph.folder import scratch_folder
from attrigraph.loaders.cells import hash_with, read_identifier, read_ip, read_phone_region, read_territory
from attrigraph.loaders.phone_accounts import phone_account

__all__ = ["Workspace", "explained", "link_to", "teach_functions", "teach_values", "workspace"]

FULL = ("No space left on device", "File too large", "Disk quota exceeded", "database is full")
IP_PARTS = {"ip": "VARCHAR", "port": "INTEGER", "problem": "VARCHAR"}
ID_PARTS = dict.fromkeys(("key", "display", "region", "number_kind", "problem"), "VARCHAR")
TERRITORY_PARTS = dict.fromkeys(("code", "problem"), "VARCHAR")


@dataclass(slots=True)
class Workspace:
    """Connection, temporary folder, and the key that identifiers are hashed with."""

    connection: duckdb.DuckDBPyConnection
    folder: Path
    key: bytes

    @property
    def log(self) -> Path:
        """The folder of duckdb's log."""
        return self.folder / "log"

    def renew(self) -> None:
        """A new database: after a fault of its own duckdb answers nothing more in the old one."""
        self.connection.close()
        shutil.rmtree(self.log, ignore_errors=True)  # may end in the middle of a line
        self.connection = _opened(self.folder)


@contextmanager
def workspace(staging: Path | None, key: bytes) -> Iterator[Workspace]:
    """A workspace in this folder, whose leftovers are cleared first; without one, in the system's temporary folder."""
    with scratch_folder(staging) as folder:
        work = Workspace(_opened(folder), folder, key)
        try:
            yield work
        finally:
            work.connection.close()


def _opened(folder: Path) -> duckdb.DuckDBPyConnection:
    connection = connect_limited(folder)
    # One thread: rows are numbered in order, which a second one only waits for, at a price.
    connection.execute("SET threads = 1")
    # A condition on values would be computed where the cells are read, and the values once more above it.
    connection.execute("SET disabled_optimizers = 'common_subexpressions,filter_pushdown'")
    teach_values(connection)
    return connection


def teach_functions(work: Workspace) -> None:
    """Define the functions of `cells.py`, once. (The first one costs 0.07 s of imports, which posts can do without.)"""
    connection, hashed = work.connection, hash_with(work.key)
    if connection.execute("SELECT getvariable('taught')").fetchone() != (None,):
        return
    connection.execute("SET VARIABLE taught = true")  # a list of all functions takes 14 ms, longer than small tables

    def ip_parts(cell: str) -> str:
        return _as_json(read_ip(cell), IP_PARTS)

    def identifier_parts(kind: str, cell: str) -> str:
        return _as_json(read_identifier(kind, cell, hashed), ID_PARTS)

    def territory_parts(cell: str) -> str:
        return json.dumps(dict(zip(TERRITORY_PARTS, read_territory(cell), strict=True)))

    _teach_parts(connection, ip_parts, ["cell"], IP_PARTS)
    _teach_parts(connection, identifier_parts, ["kind", "cell"], ID_PARTS)
    _teach_parts(connection, territory_parts, ["cell"], TERRITORY_PARTS)

    def point_territories(latitude: float, longitude: float) -> str:
        from attrigraph.points import territory_codes  # numpy, only where there are coordinates

        return territory_codes(latitude, longitude)

    connection.create_function("point_territories", point_territories, ["DOUBLE", "DOUBLE"], "VARCHAR")
    connection.create_function("phone_region", lambda cell: read_phone_region(cell) or "", ["VARCHAR"], "VARCHAR")
    connection.create_function("hashed", hashed, ["VARCHAR"], "VARCHAR")
    connection.create_function("phone_account", lambda id_: phone_account(id_, hashed), ["VARCHAR"], "VARCHAR")


def _teach_parts(
    connection: duckdb.DuckDBPyConnection, parts: Callable[..., str], given: Sequence[str], shape: Mapping[str, str]
) -> None:
    """A function of texts with several results. They come out as JSON: a STRUCT takes duckdb half as long again."""
    name, names = parts.__name__, ", ".join(given)
    connection.create_function(f"{name}_json", parts, ["VARCHAR"] * len(given), "VARCHAR")
    connection.execute(
        f"CREATE OR REPLACE MACRO {name}({names}) AS from_json({name}_json({names}), {literal(json.dumps(shape))})"
    )


def _as_json(found: object, shape: Mapping[str, str]) -> str:
    return json.dumps({name: getattr(found, name) for name in shape})


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
