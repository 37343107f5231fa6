"""Who uses the embedded engine of a folder: `server.json` names the server, `leases/` its clients.

A client writes a lease (its process id and start time) before it looks for a server, and removes it when it closes.
Files left by a crash name a process that no longer runs and are recognised by that. Whoever starts or stops a server
holds `launch.lock`. Standard library only: the watcher imports this.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from attrigraph.graph.processes import boot_id, is_running, start_time

__all__ = [
    "LINGER_S",
    "POLL_S",
    "STOP_S",
    "Server",
    "drop_lease",
    "has_live_lease",
    "linger_s",
    "read_server",
    "take_lease",
    "write_private",
    "write_server",
]

LINGER_S = 35.0
"""How long a server without clients is kept for the next command, seconds."""
POLL_S = 2.0
"""How often the watcher looks at the leases, seconds."""
STOP_S = 18.0
"""How long a server may take to end before it is ended by force, seconds. The three together stay below 60."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, as `server.json` has it. `recording`: the start-up cache it writes when it ends, or empty."""

    pid: int
    started: str
    port: int
    boot: str
    recording: str = ""
    watcher_pid: int = 0
    watcher_started: str = ""

    def runs(self) -> bool:
        """Whether the process is still there; false after a restart of the machine."""
        return self.boot == boot_id() and is_running(self.pid, self.started)

    def is_watched(self) -> bool:
        """Whether its watcher is still there."""
        return is_running(self.watcher_pid, self.watcher_started)


def linger_s() -> float:
    """`LINGER_S`, or the smaller number in `ATTRIGRAPH_LINGER_S`."""
    with contextlib.suppress(ValueError):
        return min(LINGER_S, max(0.0, float(os.environ.get("ATTRIGRAPH_LINGER_S", ""))))
    return LINGER_S


def read_server(root: Path) -> Server | None:
    """The server of this folder if it runs; a file left by a crash counts as none."""
    try:
        server = Server(**json.loads((root / "server.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return server if server.runs() else None


def write_server(root: Path, server: Server) -> None:
    """Write `server.json` in one step."""
    write_private(root / "server.json", json.dumps(asdict(server)))


def take_lease(root: Path) -> Path:
    """Say that this process uses the server of the folder; the path is given back to `drop_lease`."""
    folder = root / "leases"
    folder.mkdir(parents=True, exist_ok=True)
    pid = os.getpid()
    path = folder / f"{pid}-{secrets.token_hex(4)}.json"
    write_private(path, json.dumps({"pid": pid, "started": start_time(pid), "boot": boot_id()}))
    return path


def drop_lease(lease: Path) -> None:
    """Give a lease back; a lease that is already gone is no error."""
    lease.unlink(missing_ok=True)


def has_live_lease(root: Path) -> bool:
    """Whether any client process still runs; leases of processes that ended are removed."""
    live = False
    for path in (root / "leases").glob("*.json"):
        try:
            lease = json.loads(path.read_text())
            runs = lease["boot"] == boot_id() and is_running(lease["pid"], lease["started"])
        except FileNotFoundError:
            continue
        except (OSError, ValueError, TypeError, KeyError):
            runs = False
        if runs:
            live = True
        else:
            path.unlink(missing_ok=True)
    return live


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, in one step."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    part.replace(path)
