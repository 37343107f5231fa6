"""The engines a benchmark runs on, and how much processor time they took."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from attrigraph.graph import Store, java, open_store
from attrigraph.graph.embedded import stop
from attrigraph.settings import Neo4jServer
from tests.conftest import running_neo4j

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Engine:
    """An open store and the process behind it; 0 when it is not on this machine or not ours."""

    name: str
    store: Store
    pid: int

    def cpu_s(self) -> float:
        """Processor seconds of the engine so far."""
        if not self.pid:
            return 0.0
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


def engines(names: Sequence[str]) -> Iterator[Engine]:
    """One engine after the other, empty.

    Neo4j is the server NEO4J_URI names, or one started for this with as much heap as the embedded engine has and as
    much for its pages (by itself Neo4j takes half of what memory is left).
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        if "embedded" in names:
            with open_store(root / "graph") as store:
                yield Engine("embedded", store, _java(str(root / "graph")))
            stop(root / "graph")
        if "neo4j" in names:
            named = Neo4jServer.from_environment()
            if named:
                with open_store(root, named) as store:
                    yield Engine("neo4j", store, 0)
                return
            home = root / "neo4j"
            home.mkdir()
            memory = java.heap_mb()
            with (
                running_neo4j(home, f"-Xmx{memory}m", page_cache=memory) as server,
                open_store(root, server) as store,
            ):
                yield Engine("neo4j", store, _java(str(home)))


def _java(root: str) -> int:
    """The process whose working directory or command line is of this folder."""
    for found in Path("/proc").glob("[0-9]*"):
        try:
            command = (found / "cmdline").read_bytes().decode(errors="replace")
            if "java" in command.split("\0")[0] and (root in command or str((found / "cwd").resolve()) == root):
                return int(found.name)
        except OSError:
            continue
    return 0
