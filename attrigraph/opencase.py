"""A case folder with its settings, custody and graph: created, opened, closed. What is done with it is in `case.py`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from attrigraph.custody import Custody
from attrigraph.errors import CaseError, InputError
from attrigraph.folder import CaseFolder
from attrigraph.settings import CaseSettings, Neo4jServer, read_settings, write_settings

if TYPE_CHECKING:
    from attrigraph.graph import Store
    from attrigraph.loaders.observations import Observations

__all__ = ["OpenCase"]


class OpenCase:
    """A case folder and its graph. Use it as a context manager; the graph is opened when first needed."""

    def __init__(self, folder: CaseFolder, settings: CaseSettings) -> None:
        self.folder = folder
        self.settings = settings
        self.custody = Custody(folder.custody)
        self.on_cypher: Callable[[str], None] | None = None
        self._open = ExitStack()
        self._store: Store | None = None

    @classmethod
    def create(
        cls,
        path: Path | str,
        *,
        question: str = "",
        name: str | None = None,
        neo4j_uri: str | None = None,
        tlp: str = "AMBER",
        simulated: bool = False,
    ) -> Self:
        """Make a new case folder. Raises CaseError when the folder holds anything already."""
        folder = CaseFolder(Path(path).expanduser())
        server = Neo4jServer.from_environment() or (Neo4jServer(uri=neo4j_uri) if neo4j_uri else None)
        if tlp not in ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"):
            raise InputError(f"TLP mark {tlp!r} is not one of CLEAR, GREEN, AMBER, AMBER+STRICT, RED.")
        settings = CaseSettings(
            name=name or folder.root.resolve().name,
            question=question,
            engine="neo4j" if neo4j_uri else "embedded",
            neo4j=server if neo4j_uri else None,
            tlp=tlp,
            simulated=simulated,
        )
        folder.create()
        write_settings(folder.settings, settings)
        folder.key()
        case = cls(folder, settings)
        case.custody.append("created", question=question, simulated=simulated)
        return case

    @classmethod
    def open(cls, path: Path | str | None = None) -> Self:
        """Open a case: the folder given, or the working directory or the nearest folder above it that is one."""
        if path is not None:
            root = Path(path).expanduser()
        else:
            here = Path.cwd()
            root = next((p for p in (here, *here.parents) if (p / "case.toml").exists()), here)
            if not (root / "case.toml").exists():
                raise CaseError(
                    f"No case in {here} or above it. Name one with --case FOLDER, or create one: attrigraph init FOLDER"
                )
        folder = CaseFolder(root)
        return cls(folder, read_settings(folder.settings))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the graph. The embedded engine stops by itself when its last user is gone."""
        self._open.close()
        self._store = None

    @property
    def server(self) -> Neo4jServer | None:
        """The Neo4j server of the case: `NEO4J_URI` first, then `case.toml`; None is the embedded engine."""
        from_environment = Neo4jServer.from_environment()
        if from_environment:
            return from_environment
        return self.settings.neo4j if self.settings.engine == "neo4j" else None

    @property
    def store(self) -> Store:
        """The graph, opened when first used."""
        if self._store is None:
            from attrigraph.graph import open_store

            self._store = self._open.enter_context(open_store(self.folder.graph, self.server))
        if self.on_cypher:
            self._store.on_cypher = self.on_cypher
        return self._store

    @property
    def engine_name(self) -> str:
        """`embedded` or `neo4j`, with its version."""
        return f"{self.store.engine} {self.store.version}"

    @property
    def observations(self) -> Observations:
        """The observations of every source that custody acknowledges."""
        from attrigraph.loaders.observations import Observations

        return Observations(self.folder, sources=sorted(self.loaded()))

    def loaded(self) -> dict[str, dict[str, Any]]:
        """Source id -> what custody says of it, in the order of loading."""
        from attrigraph.sourcefiles import loaded_sources

        return loaded_sources(self.custody)

    def save_settings(self, **changes: Any) -> None:
        """Change settings and write `case.toml`."""
        self.settings = CaseSettings.model_validate(self.settings.model_dump() | changes)
        write_settings(self.folder.settings, self.settings)
