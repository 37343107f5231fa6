"""A load that is killed at any moment is finished by running it again: nothing missing, nothing doubled."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Engine
from load_child import load

from attrigraph.folder import CaseFolder
from attrigraph.graph import Store
from attrigraph.loaders.observations import Observations
from attrigraph.loaders.project import expected_counts

ROUNDS, WARM = 20, 2
LOGINS = 1_000
REJECTED = 3


class Loader:
    """A process that starts loads at once; each can be killed."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("load_child.py")
        self.process = subprocess.Popen(
            [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def load(self, wait_s: float | None, *arguments: object) -> str:
        """Load, and kill after so many seconds; `done`, `failed` or `killed`."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([wait_s, *arguments]) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


@pytest.fixture
def loader() -> Iterator[Loader]:
    started = Loader()
    yield started
    started.process.communicate(timeout=30)


def files(folder: Path, number: int, draw: random.Random) -> list[str]:
    """Accounts, logins and ties of accounts that no other round has; three logins cannot be read."""
    made = folder / str(number)
    made.mkdir()
    ids = [f"x:{number}-{i}" for i in range(100)]
    accounts = "account_id,handle,followers\n" + "".join(f"{i},{i[2:]},{draw.randrange(9)}\n" for i in ids)
    rows = []
    for _ in range(LOGINS):
        at, host, device = 1767355200 + draw.randrange(10**6), draw.randrange(256), draw.randrange(50)
        rows.append(f"{draw.choice(ids)},{at},198.51.{number}.{host},dev-{device}")
    rows[7:7] = ["x:1,never,192.0.2.1,", "x:1,1767355200,nowhere,", ",1767355200,192.0.2.1,"]
    logins = "account_id,at,ip,device_id\n" + "\n".join(rows) + "\n"
    signals = "account_id,signal,value\n" + "".join(f"{i},platform_country,Serbia\n" for i in ids)
    (made / "accounts.csv").write_text(accounts)
    (made / "logins.csv").write_text(logins)
    (made / "signals.csv").write_text(signals)
    return [str(path) for path in sorted(made.iterdir())]


@pytest.mark.slow
def test_killed_at_twenty_random_moments(engines: Engine, store: Store, loader: Loader, tmp_path: Path) -> None:
    folder = CaseFolder(tmp_path / "case")
    folder.create()
    folder.key()
    draw = random.Random(20)
    server = engines.server
    opened = (
        {"uri": server.uri, "password": server.password.get_secret_value(), "database": server.database}
        if server
        else None
    )
    where = (str(folder.root), str(engines.root), opened)

    for number in range(WARM):
        began = time.monotonic()
        assert loader.load(None, *where, files(tmp_path, number, draw)) == "done"
        whole = time.monotonic() - began

    ends = []
    for number in range(WARM, WARM + ROUNDS):
        made, began = files(tmp_path, number, draw), time.monotonic()
        ends.append(loader.load(draw.uniform(0, whole), *where, made))
        if ends[-1] == "done":  # loads get quicker
            whole = min(whole, time.monotonic() - began)
        load(*where, made)
    assert ends.count("killed") >= ROUNDS // 2, f"the loads ended before they could be killed: {ends}"
    assert "failed" not in ends

    observations = Observations(folder)
    check_rows(observations)
    expected = expected_counts(observations)
    counts = store.counts()
    assert {name: counts[name] for name in expected} == expected
    assert expected["Account"] == 100 * (ROUNDS + WARM)
    assert not (folder.root / "staging").exists()


def check_rows(observations: Observations) -> None:
    """Rows in = loaded + rejected, each once."""
    counts = observations.counts()
    for source in observations.sources():
        facts = observations.facts(source)
        assert facts["records"] == facts["loaded"] + facts["rejected"]
        assert counts[source] == facts["tables"]
        assert len(observations.rejects(source, "row")) == facts["rejected"]
    logins = (
        observations.connection().execute("SELECT count(*), count(DISTINCT (source, record)) FROM logins").fetchone()
    )
    assert logins == (LOGINS * (ROUNDS + WARM), LOGINS * (ROUNDS + WARM))
    rejected = sum(observations.facts(source)["rejected"] for source in observations.sources())
    assert rejected == REJECTED * (ROUNDS + WARM)
