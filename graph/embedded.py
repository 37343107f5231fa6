"""The embedded engine as a child process, shared by all processes that use the same case."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from attrigraph.errors import EngineError, EngineUnavailable
from attrigraph.folder import locked
from attrigraph.graph import java
from attrigraph.graph.endpoint import Endpoint, no_room
from attrigraph.graph.leases import Server, drop_lease, read_server, take_lease, write_server
from attrigraph.graph.processes import boot_id, start_time, stop_process
from attrigraph.graph.watcher import keep_recording, stop_server

__all__ = ["discard", "embedded_engine", "stop"]

_PORT = re.compile(r"Listening for incoming BOLT connections on /127\.0\.0\.1:(\d+)")
_READY = re.compile(r"ArcadeDB Server started")
_STARTING = "is starting up"
_LOG = "engine.log"


@contextmanager
def embedded_engine(root: Path, wait_s: float = 60) -> Iterator[Endpoint]:
    """Use the engine whose files are in `root`, running or newly started. It stays up a little after the last use."""
    root = root.absolute()
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        lease = take_lease(root)
    except OSError as error:
        raise EngineUnavailable(f"The graph folder {root} cannot be written: {error.strerror}.") from None
    try:
        try:
            server = _running(root) or _start_once(root, wait_s)
        except OSError as error:
            what = error.strerror or error
            raise EngineUnavailable(f"The embedded engine cannot be started in {root}: {what}.") from None
        yield Endpoint(
            "embedded",
            f"bolt://127.0.0.1:{server.port}",
            java.ROOT_USER,
            java.password(root, java.ROOT_USER),
            java.DATABASE,
            (java.READER, java.password(root, java.READER)),
            root,
        )
    finally:
        drop_lease(lease)


def stop(root: Path) -> None:
    """Stop the engine of this folder now, whoever uses it."""
    root = root.absolute()
    if not root.exists():
        return
    with locked(root / "launch.lock", "stopping the engine"):
        server = read_server(root)
        if server is not None:
            stop_server(root, server)


def discard(root: Path) -> None:
    """Stop the engine and remove its files. Everything in a graph can be made again from the observations."""
    stop(root)
    shutil.rmtree(root, ignore_errors=True)


def _running(root: Path) -> Server | None:
    server = read_server(root)
    return server if server is not None and server.port and server.is_watched() else None


def _start_once(root: Path, wait_s: float) -> Server:
    with locked(root / "launch.lock", "starting the engine", wait_s + 60):
        server = read_server(root)
        if server is None:
            return _start(root, wait_s)
        if not server.is_watched():
            watcher_pid, watcher_started = _watcher(root)
            server = replace(server, watcher_pid=watcher_pid, watcher_started=watcher_started)
            write_server(root, server)
        # without a port, whoever started it was ended before it answered
        return server if server.port else _answering(root, server, wait_s)


def _start(root: Path, wait_s: float) -> Server:
    if no_room(root):
        raise EngineUnavailable(f"No room is left on the disk of {root}. Free some room and try again.")
    program = java.installation()
    cache = java.start_cache(program)
    port = _wanted_port()
    if cache.exists:
        cache.mark_used()
        try:
            return _launch(root, java.write_files(root, program, f"-XX:AOTCache={cache.path}", port), "", wait_s)
        except EngineError:
            if _STARTING in _log(root):
                raise
            cache.path.unlink(missing_ok=True)  # Java itself did not start: once more without the cache
            return _launch(root, java.write_files(root, program, None, port), "", wait_s)
    part = cache.new_recording()
    option = f"-XX:AOTCacheOutput={part}" if part else None
    return _launch(root, java.write_files(root, program, option, port), str(part or ""), wait_s)


def _launch(root: Path, command: list[str], recording: str, wait_s: float) -> Server:
    """Start the watcher, then the engine: there is no moment at which this process may be killed and nobody watches."""
    _drop_old_logs(root)
    watcher_pid, watcher_started = _watcher(root)
    with (root / _LOG).open("wb") as log:
        process = subprocess.Popen(
            command, cwd=root, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    started = start_time(process.pid) or ""
    process.returncode = 0  # it is left running on purpose: the watcher ends it
    server = Server(process.pid, started, 0, boot_id(), recording, watcher_pid, watcher_started)
    write_server(root, server)
    return _answering(root, server, wait_s)


def _answering(root: Path, server: Server, wait_s: float) -> Server:
    """The server once it listens, with its port; one that does not is ended."""
    try:
        server = replace(server, port=_wait_for_port(root, server, wait_s))
    except BaseException:
        stop_process(server.pid, server.started, 0)
        (root / "server.json").unlink(missing_ok=True)
        if server.recording:
            keep_recording(Path(server.recording), whole=False)
        raise
    write_server(root, server)
    return server


def _wanted_port() -> int:
    """0 (any free one), or the port in `ATTRIGRAPH_BOLT_PORT`, which other tools can then be pointed at."""
    chosen = os.environ.get("ATTRIGRAPH_BOLT_PORT", "0")
    if not chosen.isdigit() or int(chosen) > 65535:
        raise EngineUnavailable(f"ATTRIGRAPH_BOLT_PORT is {chosen!r}; set it to a port number, or unset it.")
    port = int(chosen)
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise EngineUnavailable(
                f"Port {port} is used by another program. Set ATTRIGRAPH_BOLT_PORT to a free one, or unset it."
            ) from None
    return port


def _wait_for_port(root: Path, server: Server, wait_s: float) -> int:
    deadline = time.monotonic() + wait_s
    while True:
        runs = server.runs()
        log = _log(root)
        port = _PORT.search(log)
        if port and _READY.search(log):
            return int(port.group(1))
        if not runs or time.monotonic() > deadline:
            raise _why_not(root, log, runs, wait_s)
        time.sleep(0.02)


def _log(root: Path) -> str:
    return (root / _LOG).read_text(encoding="utf-8", errors="replace")


def _why_not(root: Path, log: str, runs: bool, wait_s: float) -> EngineError:
    """What the log of a server that did not start says, in one sentence."""
    lowered = log.lower()
    if "no space left" in lowered or no_room(root):
        return EngineUnavailable(f"No room is left on the disk of {root}. Free some room and try again.")
    if "permission denied" in lowered or "accessdenied" in lowered:
        return EngineUnavailable(f"Files in {root} cannot be read or written by you: check who owns them.")
    if "address already in use" in lowered or "unable to bind" in lowered or "unable to listen" in lowered:
        return EngineUnavailable(
            "The engine's port is used by another program. Try again, or set ATTRIGRAPH_BOLT_PORT."
        )
    if "already in use" in lowered or "locked by another" in lowered or "is locked" in lowered:
        return EngineUnavailable(f"Another program has the graph in {root} open. Close it and try again.")
    if "could not reserve enough space" in lowered or "insufficient memory" in lowered:
        return EngineUnavailable(
            f"There is not enough memory for the embedded engine ({java.heap_mb()} MB). "
            "Close other programs, or set ATTRIGRAPH_HEAP_MB to less."
        )
    trouble = [line for line in log.splitlines() if "SEVER" in line or "Error" in line or "Exception" in line]
    last = (trouble or log.strip().splitlines() or ["its log is empty"])[0][:300]
    if any(word in log for word in ("DatabaseOperationException", "Error on opening database", "Cannot open database")):
        return EngineUnavailable(
            f"The graph in {root} is damaged ({last}). Make it again from the observations: attrigraph rebuild"
        )
    ended = f"did not answer within {wait_s:.0f} s" if runs else "ended at once"
    return EngineUnavailable(f"The embedded engine {ended}: {last} (the whole log: {root / _LOG})")


def _watcher(root: Path) -> tuple[int, str]:
    """Start a watcher, detached from this process, so that it outlives a client that is killed."""
    package = str(Path(java.__file__).parents[2])
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "attrigraph.graph.watcher", str(root)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        cwd="/" if os.name == "posix" else None,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    process.returncode = 0  # never waited for
    return process.pid, start_time(process.pid) or ""


def _drop_old_logs(root: Path) -> None:
    for old in sorted((root / "log").glob("*.jsonl"))[:-4]:
        old.unlink(missing_ok=True)
