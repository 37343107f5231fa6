"""Spoiled archives: every member is looked at, and nothing but a sentence comes of damage."""

from __future__ import annotations

import io
import tarfile
import tempfile
import traceback
import zipfile
from pathlib import Path
from random import Random

from fuzz import ARCHIVES, Failure, Tally, limited
from mutate import Mutation, cut, flip, insert, repeat, swap, truncate

from attrigraph.errors import InputError
from attrigraph.loaders.load import LoadOptions, plan
from attrigraph.loaders.package import is_package, unfolded

__all__ = ["fuzz_packages"]


WAYS: tuple[Mutation, ...] = (truncate, flip, insert, cut, repeat, swap)
LOGIN = b'[{"ipAudit": {"accountId": "1", "createdAt": "2026-01-02T03:04:05Z", "loginIp": "192.0.2.1"}}]'
FILES = {
    "data/ip-audit.js": b"window.YTD.ip_audit.part0 = " + LOGIN,
    "data/account.js": b'window.YTD.account.part0 = [{"account": {"accountId": "1"}}]',
    "deep/er/logins.csv": b"account_id,at,ip\nx:1,2026-01-02T03:04:05Z,192.0.2.1\n" * 20,
    "picture.png": b"\x89PNG" + bytes(500),
}


def _zip(method: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in FILES.items():
            archive.writestr(name, content)
    return out.getvalue()


def _tar(mode: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in FILES.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def made() -> dict[str, bytes]:
    """A small archive of every kind."""
    zips = {
        "stored.zip": _zip(zipfile.ZIP_STORED),
        "a.zip": _zip(zipfile.ZIP_DEFLATED),
        "lzma.zip": _zip(zipfile.ZIP_LZMA),
    }
    return zips | {f"a.tar{end}": _tar(f"w{end.replace('.', ':')}") for end in ("", ".gz", ".bz2", ".xz")}


def fuzz_packages(cases: int, first: int = 0) -> Tally:
    """Run cases; `rows` counts the members that were looked at."""
    tally = Tally(ARCHIVES)
    archives = made()
    with tempfile.TemporaryDirectory(prefix="attrigraph-") as room:
        for number in range(first, first + cases):
            chance = Random(f"{ARCHIVES} {number}")
            name = chance.choice(sorted(archives))
            way = chance.choice(WAYS)
            path = Path(room) / name
            path.write_bytes(way(archives[name], chance))
            tally.cases += 1
            try:
                with limited():
                    tally.rows += _look(path, Path(room) / "members")
            except InputError:
                tally.refused += 1
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt | SystemExit):
                    raise
                what = traceback.format_exc(limit=-4)
                tally.failures.append(Failure(ARCHIVES, number, f"{name}: {way.__name__}", what))
    return tally


def _look(path: Path, room: Path) -> int:
    if not is_package(path):
        return 0
    looked = 0
    with unfolded(path) as package:
        for member in package.members:
            try:
                with member.fetched(room) as file:
                    plan(file, LoadOptions(), package.place(member))
                looked += 1
            except InputError:
                continue
    return looked
