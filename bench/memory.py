"""How much memory a process has held at most."""

from pathlib import Path

__all__ = ["peak_mb"]


def peak_mb(pid: int | str = "self") -> float:
    """Largest resident memory of a process so far; 0 where the system does not say.

    What `getrusage` says of a process counts what its parent held when it was started, too.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)
