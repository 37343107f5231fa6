"""The custody log: append-only, one JSON object a line, each holding the hash of the line before.

An entry is `{seq, at, operator, tool, event, data, previous, hash}`; `hash` is the sha256 of the entry's canonical JSON
without `hash`. A changed, removed or reordered line breaks the chain at a line that `check` names.
A last line cut off by a crash is moved aside by the next `append`: it was never acknowledged.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrigraph.errors import CaseDamaged
from attrigraph.folder import locked
from attrigraph.version import __version__

__all__ = ["Custody", "Entry"]

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log.

    `event`: created, loaded, enriched, inferred, calibrated, exported, briefed, rebuilt, removed, judged, drew,
    linked, unlinked, mirrored.
    """

    seq: int
    at: str
    operator: str
    tool: str
    event: str
    data: dict[str, Any]
    previous: str
    hash: str


class Custody:
    """The log of one case. `append` takes a lock, so two processes may write."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, event: str, **data: Any) -> Entry:
        """Add an entry and flush it to disk before returning."""
        with locked(self.path.with_suffix(".lock"), "the custody log"):
            self._drop_cut_line()
            previous = self._last()
            body: dict[str, Any] = {
                "seq": previous.seq + 1 if previous else 1,
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "operator": _operator(),
                "tool": f"attrigraph {__version__}",
                "event": event,
                "data": data,
                "previous": previous.hash if previous else GENESIS,
            }
            entry = Entry(**body, hash=_digest(body))
            with self.path.open("a", encoding="utf-8") as log:
                log.write(_canonical(body | {"hash": entry.hash}) + "\n")
                log.flush()
                os.fsync(log.fileno())
            return entry

    def entries(self, event: str | None = None) -> list[Entry]:
        """All entries, or those of one event. Raises CaseDamaged for a line that is not an entry."""
        if not self.path.exists():
            return []
        found = []
        lines = self.path.read_text(encoding="utf-8").splitlines(keepends=True)
        for number, line in enumerate(lines, 1):
            if number == len(lines) and not line.endswith("\n"):
                break
            try:
                found.append(Entry(**json.loads(line)))
            except (json.JSONDecodeError, TypeError) as error:
                raise CaseDamaged(
                    f"{self.path} line {number} is not a custody entry ({error}). Restore the file from a copy."
                ) from None
        return [e for e in found if event is None or e.event == event]

    def check(self) -> list[str]:
        """What is wrong with the chain, one sentence each; empty when it holds."""
        problems, previous, seq = [], GENESIS, 0
        for entry in self.entries():
            body = {k: getattr(entry, k) for k in ("seq", "at", "operator", "tool", "event", "data", "previous")}
            if _digest(body) != entry.hash:
                problems.append(f"custody line {entry.seq}: the entry was changed after it was written")
            if entry.previous != previous or entry.seq != seq + 1:
                problems.append(f"custody line {entry.seq}: the entry before it is missing or was changed")
            previous, seq = entry.hash, entry.seq
        return problems

    def head(self) -> str:
        """Hash of the last entry: what a brief prints so that the log can be compared with it."""
        last = self._last()
        return last.hash if last else GENESIS

    def _last(self) -> Entry | None:
        entries = self.entries()
        return entries[-1] if entries else None

    def _drop_cut_line(self) -> None:
        if not self.path.exists():
            return
        content = self.path.read_bytes()
        if content and not content.endswith(b"\n"):
            whole = content.rfind(b"\n") + 1
            self.path.with_suffix(".cut").write_bytes(content[whole:])
            os.truncate(self.path, whole)


def _operator() -> str:
    try:
        return os.environ.get("ATTRIGRAPH_OPERATOR") or getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _canonical(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(_canonical(body).encode()).hexdigest()
