"""The embedded engine's program: where it is installed, its command line, its start-up cache.

The engine is used as a program; its Python package is never imported (that would start a JVM inside Python).
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from attrigraph.errors import EngineUnavailable
from attrigraph.graph.leases import write_private

__all__ = [
    "DATABASE",
    "READER",
    "ROOT_USER",
    "Installation",
    "StartCache",
    "installation",
    "start_cache",
    "write_files",
]

DATABASE = "attr"
ROOT_USER = "root"
READER = "reader"
_PACKAGES = ("arcadedb_embedded", "arcadedb")
_MAIN = "com.arcadedb.server.ArcadeDBServer"
_JVM_OPTIONS = (
    "-XX:+UseCompactObjectHeaders",
    # Less inlining: Java compiles half as long, and an inference of 10,000 accounts takes a tenth less. Measured with
    # bench.infer; by default large methods of the engine are compiled anew for every query that meets them.
    "-XX:FreqInlineSize=100",
    "-XX:InlineSmallCode=1500",
    "-Djava.awt.headless=true",
    "--add-exports=java.management/sun.management=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
    "--add-opens=java.base/java.nio.channels.spi=ALL-UNNAMED",
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
    "--add-modules=jdk.incubator.vector",
    "--enable-native-access=ALL-UNNAMED",
)
_SETTINGS = {
    "server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
    # both listeners bind every address unless told otherwise, and HTTP cannot be switched off
    "bolt.host": "127.0.0.1",
    "server.httpIncomingHost": "127.0.0.1",
    "server.httpIncomingPort": "0",
    "dateTimeImplementation": "java.time.ZonedDateTime",
    "txWalFlush": "1",
    "bolt.maxMessageSize": str(2**28),
    "bolt.packstream.maxValueLength": str(2**28),
    "queryMaxHeapElementsAllowedPerOp": "20000000",
    "opencypher.loadCsv.allowFileUrls": "false",
    "opencypher.loadCsv.allowRemoteUrls": "false",
}
_LOGGING = """\
handlers=java.util.logging.ConsoleHandler
.level=WARNING
com.arcadedb.bolt.level=INFO
com.arcadedb.server.level=INFO
java.util.logging.ConsoleHandler.level=INFO
java.util.logging.ConsoleHandler.formatter=java.util.logging.SimpleFormatter
java.util.logging.SimpleFormatter.format=%1$tF %1$tT %4$s %3$s %5$s%6$s%n
"""
_ADMIN_GROUP = {
    "resultSetLimit": -1,
    "readTimeout": -1,
    "access": ["updateSecurity", "updateSchema", "updateDatabaseSettings"],
    "types": {"*": {"access": ["createRecord", "readRecord", "updateRecord", "deleteRecord"]}},
}
_READ_ONLY_GROUP = {"resultSetLimit": -1, "readTimeout": -1, "access": [], "types": {"*": {"access": ["readRecord"]}}}
_GROUPS = {"databases": {"*": {"groups": {"admin": _ADMIN_GROUP, READER: _READ_ONLY_GROUP}}}, "version": 1}
_AGE_OF_LEFTOVERS_S = 86_400
_CACHES_KEPT = 3
"""Start-up caches of 50 MB each that stay beside a new one, the last used first."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Where the engine's files are: the `java` program and the jars in a fixed order."""

    java: Path
    jars: tuple[Path, ...]
    version: str


@dataclass(frozen=True, slots=True)
class StartCache:
    """The JVM's start-up cache (JEP 483, 514): made by the first server when it ends, used by all after it."""

    path: Path

    @property
    def exists(self) -> bool:
        """Whether there is one to use."""
        return self.path.exists()

    def mark_used(self) -> None:
        """Note that it serves, so that it is not among those removed for a new one."""
        with contextlib.suppress(OSError):
            os.utime(self.path)

    def new_recording(self) -> Path | None:
        """Where a server may record one; None when that is not possible, or another server does it now."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            for leftover in self.path.parent.glob("*.part*"):
                if time.time() - leftover.stat().st_mtime > _AGE_OF_LEFTOVERS_S:
                    leftover.unlink(missing_ok=True)
            kept = sorted(self.path.parent.glob("engine-*.aot"), key=lambda c: c.stat().st_mtime, reverse=True)
            for unused in kept[_CACHES_KEPT:]:
                unused.unlink(missing_ok=True)
            return self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}.part")
        except OSError:
            return None


@functools.cache
def installation() -> Installation:
    """The engine of this Python installation. Raises EngineUnavailable when it or its Java is missing."""
    for package in _PACKAGES:
        spec = util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            continue
        folder = Path(next(iter(spec.submodule_search_locations)))
        java = folder / "jre" / "bin" / ("java.exe" if sys.platform == "win32" else "java")
        jars = tuple(sorted((folder / "jars").glob("*.jar")))
        if not java.exists() or not jars:
            raise EngineUnavailable(
                f"The embedded engine is incomplete: {java} is missing. Reinstall it with: python -m pip install "
                f"--force-reinstall {package.replace('_', '-')}; or set NEO4J_URI to use a Neo4j server."
            )
        return Installation(java, jars, metadata.version(package))
    raise EngineUnavailable(
        "The embedded engine is not installed. Install it with: python -m pip install arcadedb-embedded; "
        "or set NEO4J_URI to use a Neo4j server."
    )


def java_version(program: Installation) -> str:
    """First line of `java -version`, or what went wrong."""
    try:
        shown = subprocess.run([program.java, "-version"], capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"does not run: {error}"
    return (shown.stderr.splitlines() or ["unknown"])[0]


def heap_mb() -> int:
    """Largest heap of the engine: a quarter of the memory, between 1 and 4 GB; `ATTRIGRAPH_HEAP_MB` overrides."""
    chosen = os.environ.get("ATTRIGRAPH_HEAP_MB", "")
    if chosen.isdigit():
        return max(256, int(chosen))
    try:
        memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    except (ValueError, OSError, AttributeError):
        memory_mb = 8192
    return min(4096, max(1024, memory_mb // 4))


def start_cache(program: Installation) -> StartCache:
    """The cache that fits this installation: another engine, Java or option makes another file."""
    parts = [f"{jar.name}:{jar.stat().st_size}:{jar.stat().st_mtime_ns}" for jar in program.jars]
    parts += [str(program.java), str(program.java.stat().st_mtime_ns), str(heap_mb()), *_JVM_OPTIONS]
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    return StartCache(cache_folder() / f"engine-{digest}.aot")


def cache_folder() -> Path:
    """The user's cache folder for attrigraph; `ATTRIGRAPH_CACHE` overrides."""
    if chosen := os.environ.get("ATTRIGRAPH_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "attrigraph"


def write_files(root: Path, program: Installation, cache_option: str | None, port: int) -> list[str]:
    """Write what the server reads at its start into `root`; returns the command line, which holds no password."""
    (root / "config").mkdir(parents=True, exist_ok=True)
    (root / "config" / "server-groups.json").write_text(json.dumps(_GROUPS))
    (root / "config" / "server-users.jsonl").unlink(missing_ok=True)  # made again from the password files
    (root / "logging.properties").write_text(_LOGGING)
    password(root, ROOT_USER)
    settings = _SETTINGS | {
        "bolt.port": str(port),
        "server.rootPath": str(root),
        "server.rootPasswordPath": str(_password_file(root, ROOT_USER)),
        "server.defaultDatabases": f"{DATABASE}[{ROOT_USER},{READER}:{password(root, READER)}:{READER}]",
    }
    arguments = [
        *([cache_option] if cache_option else []),
        f"-Xmx{heap_mb()}m",
        *_JVM_OPTIONS,
        *(f"-Darcadedb.{name}={value}" for name, value in settings.items()),
        f"-Djava.util.logging.config.file={root / 'logging.properties'}",
        "-cp",
        os.pathsep.join(map(str, program.jars)),
        _MAIN,
    ]
    write_private(root / "launch.args", "\n".join(_quoted(a) for a in arguments) + "\n")
    return [str(program.java), f"@{root / 'launch.args'}"]


def password(root: Path, user: str) -> str:
    """The password of a user of the embedded engine; made once, in a file that only its owner can read."""
    path = _password_file(root, user)
    if not path.exists():
        write_private(path, secrets.token_urlsafe(24))
    return path.read_text().strip()


def _password_file(root: Path, user: str) -> Path:
    return root / f"{user}.password"


def _quoted(argument: str) -> str:
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
