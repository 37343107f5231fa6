"""A finished world: its tables as they will stand in the files, its lists, and the truth, which is kept apart."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from attrigraph.simulation.plan import Plan
from attrigraph.simulation.traces import Row

__all__ = ["COLUMNS", "FILES", "LISTS", "TRUTH_FILE", "Truth", "World", "list_files"]

COLUMNS: dict[str, tuple[str, ...]] = {
    "accounts": (
        "account_id", "platform", "handle", "display_name", "created_at", "location", "language", "time_zone", "bio",
        "profile_url", "image_hash", "followers", "following",
    ),
    "logins": ("account_id", "platform", "at", "ip", "port", "kind", "user_agent", "device_id", "cookie_id"),
    "posts": (
        "post_id", "account_id", "platform", "at", "text", "language", "urls", "hashtags", "repost_of", "reply_to",
        "latitude", "longitude", "client",
    ),
    "signals": ("account_id", "platform", "signal", "value", "observed_at", "accurate", "note"),
    "identifiers": ("account_id", "platform", "kind", "value", "first_seen", "last_seen"),
    "ties": ("account_id", "platform", "other_id", "kind", "reciprocal", "first_seen"),
    "claims": (
        "account_id", "platform", "territory", "organisation", "relation", "claimant", "claimed_at", "url", "grade",
    ),
}  # fmt: skip
"""Header of each table, as the generic loaders name it."""

FILES = {
    "accounts": "accounts.csv",
    "logins": "logins.csv",
    "posts": "posts.csv.gz",
    "signals": "signals.csv",
    "identifiers": "identifiers.csv",
    "ties": "ties.jsonl",
    "claims": "claims.csv",
}
"""Table -> file, in the order they are loaded. `accounts.csv` begins with a byte order mark and has CRLF lines."""

LISTS = {"vpn": "vpn.txt", "hosting": "hosting.txt", "tor": "tor.txt"}
"""Kind of network -> list file."""
LIST_DATE = "2026-06-30"
TRUTH_FILE = "labels/truth.csv"
TRUTH_COLUMNS = (
    "account_id", "platform", "territory", "operation", "persona", "kind", "basis", "labelled_by", "labelled_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Truth:
    """Where one account is operated from, and what it shows. `kind` is operation or a kind of ordinary person."""

    account_id: str
    territory: str
    operation: str
    persona: str
    kind: str


@dataclass(frozen=True, slots=True)
class World:
    """A simulated case.

    `tables` are rows by table; `broken` counts rows by table that a loader must reject; `seen` gives the territory that
    registry tables give each address; `lists` are networks by kind.
    """

    plan: Plan
    seed: int
    tables: Mapping[str, Sequence[Row]]
    truth: tuple[Truth, ...]
    broken: Mapping[str, int]
    seen: Mapping[str, str]
    lists: Mapping[str, Sequence[str]]

    def write(self, folder: Path) -> list[Path]:
        """Write everything; the files to load come back, in order. Same plan and seed: same bytes.

        Lists lie beside them (`list_files`), the truth in `labels/`, where nothing loads it by accident.
        """
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for table, name in FILES.items():
            path = folder / name
            path.write_bytes(_encoded(name, COLUMNS[table], self.tables[table]))
            written.append(path)
        for kind, path in list_files(folder).items():
            remark = f"# SIMULATED list of {kind} networks, {LIST_DATE}"
            path.write_text("\n".join([remark, *self.lists[kind], ""]), encoding="utf-8")
        truth = folder / TRUTH_FILE
        truth.parent.mkdir(exist_ok=True)
        truth.write_bytes(_encoded(truth.name, TRUTH_COLUMNS, self.truth_rows()))
        return written

    def truth_rows(self) -> list[Row]:
        """The truth as plain rows, for `score` and for the labels table."""
        return [
            {
                "account_id": truth.account_id,
                "platform": self.plan.platform,
                "territory": truth.territory,
                "operation": truth.operation,
                "persona": truth.persona,
                "kind": truth.kind,
                "basis": "known by construction",
                "labelled_by": "simulation",
                "labelled_at": f"{self.plan.end:%Y-%m-%dT%H:%M:%SZ}",
            }
            for truth in self.truth
        ]


def list_files(folder: Path) -> dict[str, Path]:
    """Kind -> path of the list files that `World.write` leaves in a folder."""
    return {kind: folder / name for kind, name in LISTS.items()}


def _encoded(name: str, columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    if name.endswith(".jsonl"):
        return "".join(json.dumps(_json(row), ensure_ascii=False) + "\n" for row in rows).encode()
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\r\n" if name == FILES["accounts"] else "\n")
    writer.writeheader()
    writer.writerows(rows)
    content = text.getvalue().encode("utf-8-sig" if name == FILES["accounts"] else "utf-8")
    return gzip.compress(content, mtime=0) if name.endswith(".gz") else content


def _json(row: Row) -> dict[str, str | bool]:
    return {key: {"true": True, "false": False}.get(value, value) for key, value in row.items()}
