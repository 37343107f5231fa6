"""The README's blocks are run as they stand, on small files with the names they use."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FILES = {
    "accounts.csv": "account_id,platform,handle,location\n1042,x,one,Lisbon\n1043,x,two,\n1044,x,three,\n",
    "vpn.txt": "185.100.84.0/24\n",
    "hosting.txt": "5.9.0.0/16\n",
    "exits.csv": "fingerprint, ipaddr, port\nABC, 185.220.101.1, 443\n",
}


def block(heading: str, language: str) -> str:
    """The first block of a language below a heading."""
    found = re.search(rf"## {heading}.*?```{language}\n(.*?)```", README, re.DOTALL)
    assert found, f"the README has no {language} block below {heading!r}"
    return found[1]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("NEO4J_URI", raising=False)
    logins = ["account_id,platform,at,ip,device_id"]
    for account in (1042, 1043, 1044):
        logins += [f"{account},x,2026-01-{day:02d}T20:00:00Z,85.240.10.{day},phone-1" for day in range(1, 15)]
    for name, text in (FILES | {"logins.csv": "\n".join(logins) + "\n"}).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_first_case_on_the_command_line(folder: Path) -> None:
    here, ran = folder, 0
    for line in block("The first case", "sh").splitlines():
        words = shlex.split(line, comments=True)
        if words[0] == "cd":
            here = here / words[1]
        elif words[0] == "attrigraph":
            command = [sys.executable, "-c", "from attrigraph.cli import main; main()", *words[1:]]
            done = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False, timeout=120)
            assert done.returncode == 0, f"{line}\n{done.stderr}"
            ran += 1
    assert ran == 10
    assert len(list((here / "briefs").glob("*.html"))) == 1


def test_the_same_in_python(folder: Path) -> None:
    exec(compile(block("The first case", "python"), "README.md", "exec"), {})
    assert (folder / "harbour" / "figures" / "network.html").exists()
    assert len(list((folder / "harbour" / "briefs").glob("*.md"))) == 1
