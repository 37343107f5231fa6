"""Stops an embedded server that nobody uses any more: `python -m attrigraph.graph.watcher ROOT`.

Started with the server as a process of its own, so that it outlives clients that are killed. It ends with the server.
Standard library only, a few megabytes, one look at the leases every two seconds.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path

from attrigraph.folder import locked
from attrigraph.graph.leases import POLL_S, STOP_S, Server, has_live_lease, linger_s, read_server
from attrigraph.graph.processes import start_time, stop_process, with_argument

__all__ = ["keep_recording", "main", "stop_server", "watch"]


def watch(root: Path, linger: float) -> None:
    """Return when the server of the folder has ended, by itself or because nobody used it for `linger` seconds."""
    used_at = time.monotonic()
    seen: Server | None = None
    try:
        while root.exists():
            server = read_server(root)
            used = has_live_lease(root)
            if server is None and seen is not None and not (used and seen.runs()):
                break  # it ended, or its folder is being removed file by file
            if server is not None and server.watcher_pid != os.getpid():
                return  # another watcher took over
            seen = server or seen
            if used:
                used_at = time.monotonic()
            elif time.monotonic() - used_at >= linger and _stop_if_unused(root):
                return
            time.sleep(min(POLL_S, max(linger / 4, 0.05)))
    except FileNotFoundError:
        pass  # the folder is being removed
    if seen is not None:
        _end(seen)  # server.json may be that of the next server already
    elif not root.exists():
        _stop_launched(root)


def stop_server(root: Path, server: Server) -> None:
    """End the server and keep the start-up cache it recorded. The caller holds `launch.lock`."""
    _end(server)
    (root / "server.json").unlink(missing_ok=True)


def _end(server: Server) -> None:
    ended_by_itself = stop_process(server.pid, server.started, STOP_S)
    if server.recording:
        keep_recording(Path(server.recording), whole=ended_by_itself)


def keep_recording(part: Path, *, whole: bool) -> None:
    """Give `NAME.aot.NONCE.part` its final name `NAME.aot` when it is whole; nothing else is left of it."""
    with contextlib.suppress(OSError):
        if whole and part.stat().st_size > 0:
            part.replace(part.with_name(part.name.rsplit(".", 2)[0]))
    for leftover in (part, part.with_name(f"{part.name}.config")):  # the latter is what Java makes the cache from
        with contextlib.suppress(OSError):
            leftover.unlink(missing_ok=True)


def _stop_if_unused(root: Path) -> bool:
    with locked(root / "launch.lock", "stopping the engine"):
        if has_live_lease(root):
            return False
        server = read_server(root)
        if server is not None:
            stop_server(root, server)
        _stop_launched(root)
        return True


def _stop_launched(root: Path) -> None:
    """End a server that `server.json` does not name: its client was killed, or the folder removed, before it did."""
    for pid in with_argument(f"@{root / 'launch.args'}"):
        stop_process(pid, start_time(pid) or "", STOP_S)


def main() -> None:
    """Watch the folder given as the only argument."""
    os.chdir("/")
    with contextlib.suppress(OSError, KeyboardInterrupt):
        watch(Path(sys.argv[1]), linger_s())


if __name__ == "__main__":
    main()
