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

__all__ = ["COLUMNS", "FILES", "World", "Written"]

COLUMNS: dict[str, tuple[str, ...]] = {
    "accounts": (
        "account_id", "platform", "handle", "display_name", "created_at", "location", "language", "time_zone", "bio",
        "profile_url", "image_hash", "followers", "following", "observed_at",
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
    "account_id", "platform", "territory", "operation", "basis", "labelled_by", "labelled_at", "persona", "kind",
    "cell", "hired", "former_territory", "changed_at", "real_login",
)  # fmt: skip
"""The columns of the table `labels`, then what only a simulation knows (see `truth.truth_rows`)."""


@dataclass(frozen=True, slots=True)
class Written:
    """Where a world lies: `tables` to load, in order; `lists` as (kind, file); the `truth`, which nothing loads."""

    tables: tuple[Path, ...]
    lists: tuple[tuple[str, Path], ...]
    truth: Path


@dataclass(frozen=True, slots=True)
class World:
    """A simulated case.

    `tables` are rows by table; `truth` has account_id, territory, operation (empty for ordinary people), persona (what
    the profile displays) and kind (operation, or a kind of ordinary person); `broken` counts rows by table that a
    loader must reject; `seen` gives the territory that registry tables give each address; `lists` are networks by kind.
    """

    plan: Plan
    seed: int
    tables: Mapping[str, Sequence[Row]]
    truth: Sequence[Row]
    broken: Mapping[str, int]
    seen: Mapping[str, str]
    lists: Mapping[str, Sequence[str]]

    def write(self, folder: Path) -> Written:
        """Write everything. Same plan and seed: same bytes. The truth goes to `labels/`, out of the way of `*.csv`; a
        table without rows makes no file.
        """
        folder.mkdir(parents=True, exist_ok=True)
        tables, lists = [], []
        for table, name in FILES.items():
            if not self.tables[table]:
                continue
            tables.append(folder / name)
            tables[-1].write_bytes(_encoded(name, COLUMNS[table], self.tables[table]))
        for kind, name in LISTS.items():
            remark = f"# SIMULATED list of {kind} networks, {LIST_DATE}"
            lists.append((kind, folder / name))
            lists[-1][1].write_text("\n".join([remark, *self.lists[kind], ""]), encoding="utf-8")
        truth = folder / TRUTH_FILE
        truth.parent.mkdir(exist_ok=True)
        truth.write_bytes(_encoded(truth.name, TRUTH_COLUMNS, self.truth))
        return Written(tuple(tables), tuple(lists), truth)


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
