"""PGP clear-signed text: its body, and whether the signature fits. Uses the `gpg` and the keys of this machine only."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

__all__ = ["BEGIN", "ClearSigned", "Verdict", "clear_signed", "verify"]

BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----"
SIGNATURE, END = "-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----"
LONGEST_S = 120
GPG = (
    "gpg", "--batch", "--no-tty", "--status-fd", "1", "--no-auto-key-retrieve", "--disable-dirmngr",
    "--no-auto-check-trustdb", "--verify", "-",
)  # fmt: skip
"""Never asks a key server: nothing leaves the machine."""


@dataclass(frozen=True, slots=True)
class ClearSigned:
    """A signed message: its text without dash escapes, the `block` that the signature covers, and what is outside.

    `block` is None when the signature is missing (the file was cut off). `first_line` is the number of the line that
    the text begins on.
    """

    text: str
    block: str | None
    outside: str
    first_line: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a signature fits: `valid`, `wrong` (the text was altered) or `unchecked`; `says` has the reason."""

    state: Literal["valid", "wrong", "unchecked"]
    says: str


def clear_signed(text: str) -> ClearSigned | None:
    """Take a clear-signed message apart (RFC 9580, section 7); None for text without one.

    Lines that begin with a dash were escaped as "- -…". Only the first message is read; everything before it and after
    it is `outside`, since no signature covers that.
    """
    lines = text.split("\n")
    start = next((i for i, line in enumerate(lines) if line.rstrip() == BEGIN), None)
    if start is None:
        return None
    body = next((i + 1 for i in range(start + 1, len(lines)) if not lines[i].strip()), len(lines))
    stop = next((i for i in range(body, len(lines)) if lines[i].rstrip() == SIGNATURE), None)
    end = next((i for i in range(stop, len(lines)) if lines[i].rstrip() == END), None) if stop else None
    plain = [line.removeprefix("- ") for line in lines[body:stop]]
    after = lines[end + 1 :] if end is not None else []
    return ClearSigned(
        text="\n".join(plain),
        block="\n".join([*lines[start : end + 1], ""]) if end is not None else None,
        outside="\n".join(lines[:start] + after).strip(),
        first_line=body + 1,
    )


@lru_cache(maxsize=64)
def verify(block: str) -> Verdict:
    """Check a block with gpg, against the keys the user has."""
    if not shutil.which(GPG[0]):
        return Verdict("unchecked", "gpg is not installed")
    try:
        done = subprocess.run(
            GPG, input=block.encode("utf-8", "surrogateescape"), capture_output=True, timeout=LONGEST_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return Verdict("unchecked", "gpg did not answer")
    status = done.stdout.decode("utf-8", "replace")
    if re.search(r"^\[GNUPG:\] BADSIG", status, re.M):
        return Verdict("wrong", "the signature does not fit the text: it was altered after signing")
    fingerprint = re.search(r"^\[GNUPG:\] VALIDSIG (\w+)", status, re.M)
    if re.search(r"^\[GNUPG:\] GOODSIG", status, re.M) and fingerprint:
        return Verdict("valid", f"signed by the key {fingerprint[1]}")
    missing = re.search(r"^\[GNUPG:\] NO_PUBKEY (\w+)", status, re.M)
    if missing:
        return Verdict("unchecked", f"the key {missing[1]} is not among your keys: gpg --import it and load again")
    return Verdict("unchecked", "its key has expired or was revoked, or the signature is damaged")
