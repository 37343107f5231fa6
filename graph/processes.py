"""Which process is which: a process id alone is reused by the system, with its start time it is not.

Standard library only: the watcher, which stays in memory beside the engine, imports nothing else.
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import subprocess
import time
from pathlib import Path

__all__ = ["boot_id", "is_running", "start_time", "stop_process", "with_argument"]

_PROC = Path("/proc")


def start_time(pid: int) -> str | None:
    """When the process began, as an opaque text; None when no such process runs (a zombie does not run)."""
    if (_PROC / "self").exists():
        return _start_time_from_proc(pid)
    return _start_time_from_ps(pid)


def is_running(pid: int, started: str) -> bool:
    """Whether the process that had this id and start time still runs."""
    return start_time(pid) == started


@functools.cache
def boot_id() -> str:
    """A text that differs after a restart of the machine and between machines."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    import platform

    return platform.node() or "unknown"


def stop_process(pid: int, started: str, wait_s: float) -> bool:
    """Ask the process to end, wait, then end it by force. True when it ended by itself."""
    if not is_running(pid, started):
        return True
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    if _wait_for_end(pid, started, wait_s):
        return True
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    _wait_for_end(pid, started, 2.0)
    return False


def with_argument(argument: str) -> list[int]:
    """Ids of the processes that have this argument on their command line; on Linux, elsewhere none."""
    found = []
    for folder in _PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if argument.encode() in (folder / "cmdline").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def _wait_for_end(pid: int, started: str, wait_s: float) -> bool:
    deadline = time.monotonic() + wait_s
    while time.monotonic() < deadline:
        if not is_running(pid, started):
            return True
        time.sleep(0.02)
    return False


def _start_time_from_proc(pid: int) -> str | None:
    try:
        # the name, in brackets, may hold blanks and brackets: fields are counted from the last bracket
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    if fields[0] in "ZX":
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        return None
    return fields[19]


def _start_time_from_ps(pid: int) -> str | None:
    try:
        shown = subprocess.run(
            ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout.split(maxsplit=1)
    except OSError:
        return None
    return None if len(shown) < 2 or shown[0].startswith("Z") else shown[1].strip()
