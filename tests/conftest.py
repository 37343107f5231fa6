"""The engines the tests run on: the embedded one and a real Neo4j, one server of each a session.

`store` is an empty graph, once on each engine. `engines` is the same with what is needed to open it again.
Neo4j is the server `NEO4J_URI` names, or one made from Maven Central (tests/neo4j/pom.xml) in a cache folder; without
Maven its tests skip aloud, under CI=true they fail.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from attrigraph.errors import EngineUnavailable
from attrigraph.folder import locked
from attrigraph.graph import Store, java, open_store
from attrigraph.graph.connection import connect
from attrigraph.graph.embedded import stop
from attrigraph.graph.endpoint import from_settings
from attrigraph.settings import Neo4jServer

POM = Path(__file__).parent / "neo4j" / "pom.xml"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "attrigraph-test"
NEO4J_CONF = """\
server.bolt.listen_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
server.memory.heap.max_size=1g
server.memory.pagecache.size={page_cache}m
dbms.usage_report.enabled=false
dbms.security.allow_csv_import_from_file_urls=false
internal.server.bolt.thread_pool_shutdown_wait_time=0s
db.tx_log.preallocate=false
"""
NEO4J_OPENS = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch", "java.base/java.util.concurrent")
QUICK = "-XX:TieredStopAtLevel=1"
"""For servers that run as long as the tests: these are over before the work of Java's second compiler pays."""
PASSWORD = "attrigraph-tests"
PAGE_CACHE_MB = 256
STOP_S = 240
"""How long a server may take to end, seconds: one that records a start-up cache makes it then."""


@dataclass(frozen=True)
class Engine:
    """An engine that runs, and how to open it: `open_store(engine.root, engine.server)`."""

    name: str
    root: Path
    server: Neo4jServer | None

    def open(self) -> contextlib.AbstractContextManager[Store]:
        return open_store(self.root, self.server)


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    root = tmp_path_factory.mktemp("embedded") / "graph"
    with contextlib.ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("JAVA_TOOL_OPTIONS", QUICK)
            stack.enter_context(open_store(root))
        yield Engine("embedded", root, None)
    stop(root)


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    home = tmp_path_factory.mktemp("neo4j")
    named = Neo4jServer.from_environment()
    if named:
        with open_store(home, named) as store:
            if any(store.counts().values()) and not os.environ.get("ATTRIGRAPH_TEST_WIPE"):
                pytest.fail(
                    f"{named.uri} holds a graph, which the tests would remove: set ATTRIGRAPH_TEST_WIPE=1 to allow it"
                )
            yield Engine("neo4j", home, named)
            store.clear()
        return
    with running_neo4j(home, QUICK) as server:
        yield Engine("neo4j", home, server)


@pytest.fixture(scope="session")
def _open(request: pytest.FixtureRequest) -> Iterator[dict[str, Store]]:
    """Stores that stay open for the whole session, so that a test costs no handshake."""
    with contextlib.ExitStack() as stack:
        opened: dict[str, Store] = {}
        request.session.stash[OPENED] = (stack, opened)
        yield opened


OPENED: pytest.StashKey[tuple[contextlib.ExitStack, dict[str, Store]]] = pytest.StashKey()


@pytest.fixture(params=["embedded", "neo4j"])
def engines(request: pytest.FixtureRequest) -> Engine:
    return _engine(request)


@pytest.fixture(scope="module", params=["embedded", "neo4j"])
def engines_of_module(request: pytest.FixtureRequest) -> Engine:
    """For a case that all tests of a module read. No other test of that module may use the graph."""
    return _engine(request)


def _engine(request: pytest.FixtureRequest) -> Engine:
    return request.getfixturevalue("embedded" if request.param == "embedded" else "neo4j_server")


@pytest.fixture
def store(engines: Engine, _open: dict[str, Store], request: pytest.FixtureRequest) -> Store:
    stack, opened = request.session.stash[OPENED]
    if engines.name not in opened:
        opened[engines.name] = stack.enter_context(engines.open())
    opened[engines.name].clear()
    return opened[engines.name]


@contextlib.contextmanager
def running_neo4j(home: Path, *options: str, page_cache: int = PAGE_CACHE_MB) -> Iterator[Neo4jServer]:
    """A Neo4j Community server with an empty graph, on a free port of this machine; stopped at the end.

    `options` are for Java, behind a heap of 1 GB; `page_cache` in MB. Benchmarks give more of both and nothing else.
    """
    library = _provisioned()
    template, cache = library.parent / "home", library.parent / "start.aot"
    with locked(library.parent / "lock", "preparing Neo4j for the tests", 900):
        if not ((template / "complete").exists() and cache.exists()):
            shutil.rmtree(template, ignore_errors=True)
            _set_password(library, template)
            with (
                _running(library, template, QUICK, f"-XX:AOTCacheOutput={cache}") as server,
                open_store(home, server) as store,
            ):
                store.clear()
            (template / "complete").touch()
    shutil.copytree(template, home, dirs_exist_ok=True)
    # a cache that does not fit this Java is passed over by it
    with _running(library, home, *options, f"-XX:AOTCache={cache}", page_cache=page_cache) as server:
        yield server


def _set_password(library: Path, home: Path) -> None:
    (home / "conf").mkdir(parents=True)
    admin = ["org.neo4j.server.startup.Neo4jAdminCommand", "dbms", "set-initial-password", PASSWORD]
    environment = os.environ | {"NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    command = [java.installation().java, "-cp", f"{library}/*", *admin]
    subprocess.run(command, env=environment, check=True, capture_output=True)


@contextlib.contextmanager
def _running(library: Path, home: Path, *options: str, page_cache: int = PAGE_CACHE_MB) -> Iterator[Neo4jServer]:
    """A server of these files; the one that records the start-up cache (JEP 483, 514) writes it when it ends."""
    port = _free_port()
    (home / "conf" / "neo4j.conf").write_text(NEO4J_CONF.format(port=port, page_cache=page_cache))
    command = [
        java.installation().java,
        "-Xmx1g",
        *options,
        *(f"--add-opens={package}=ALL-UNNAMED" for package in NEO4J_OPENS),
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        f"{library}/*",
        _entry_point(library),
        f"--home-dir={home}",
        f"--config-dir={home / 'conf'}",
    ]
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        server = Neo4jServer(uri=f"bolt://127.0.0.1:{port}", password=SecretStr(PASSWORD))
        _wait_until_it_answers(server, process, home)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _provisioned() -> Path:
    """The folder with the server's jars, filled by Maven once."""
    version = ET.parse(POM).getroot().findtext(".//{*}neo4j.version")
    folder = CACHE / f"neo4j-{version}"
    library = folder / "lib"
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / "lock", "getting Neo4j for the tests", 900):
        if (folder / "complete").exists():
            return library
        maven = shutil.which("mvn")
        if maven is None:
            _unavailable("Maven (mvn) is not installed and NEO4J_URI is not set")
        done = subprocess.run(
            [
                str(maven),
                "-q",
                "-B",
                "-f",
                str(POM),
                "dependency:copy-dependencies",
                "-DincludeScope=runtime",
                f"-DoutputDirectory={library}",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            _unavailable(f"Maven could not get Neo4j: {(done.stdout + done.stderr)[-500:]}")
        (folder / "complete").touch()
    return library


def _unavailable(why: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"Neo4j is needed here: {why}")
    pytest.skip(f"NOT TESTED ON NEO4J: {why}")


def _entry_point(library: Path) -> str:
    (jar,) = library.glob("neo4j-[0-9]*.jar")
    with zipfile.ZipFile(jar) as archive:
        return archive.read("META-INF/services/org.neo4j.server.startup.EntryPoint").decode().strip()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(server: Neo4jServer, process: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            connect(from_settings(server)).close()
            return
        except EngineUnavailable:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((home / "server.log").read_text()[-2000:]) from None
            time.sleep(0.2)
