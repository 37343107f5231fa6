"""The embedded engine as a process: shared, watched, private, and clear about what keeps it from starting."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Engine
from pydantic import SecretStr

from attrigraph.errors import AttrigraphError, EngineError, EngineTooOld, EngineUnavailable, QueryRefused, WrongPassword
from attrigraph.graph import connection, embedded, endpoint, java, leases, open_store
from attrigraph.graph.connection import connect, server_version
from attrigraph.graph.doctor import engine_facts
from attrigraph.graph.endpoint import Endpoint
from attrigraph.graph.leases import Server, has_live_lease, read_server, take_lease
from attrigraph.graph.processes import boot_id, start_time, with_argument
from attrigraph.graph.statements import Statement
from attrigraph.graph.watcher import keep_recording, watch
from attrigraph.settings import Neo4jServer

COUNT = Statement("test", "MATCH (a:Account) RETURN count(a) AS n")
CLIENT = """
import sys, time
from pathlib import Path
from attrigraph.graph import open_store
with open_store(Path(sys.argv[1])) as store:
    store.write_nodes("Account", [{"id": sys.argv[2]}])
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ATTRIGRAPH_LINGER_S", "1")
    folder = tmp_path / "graph"
    yield folder
    embedded.stop(folder)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an engine that was used and stopped; to be copied."""
    folder = tmp_path_factory.mktemp("prepared") / "graph"
    with open_store(folder) as store:
        store.write_nodes("Account", [{"id": "x:1"}])
    embedded.stop(folder)
    return folder


def client(root: Path, account: str) -> subprocess.Popen[str]:
    """Another process that has the graph open until its input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", CLIENT, str(root), account], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "open\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=30)


def server_of(root: Path) -> Server:
    server = read_server(root)
    assert server is not None
    return server


CROWDED_S = 15.0
"""What a machine with other work may add to a wait; all of it together stays within the promised 60 s."""


def wait_until(true: Callable[[], bool], within_s: float) -> None:
    deadline = time.monotonic() + within_s + CROWDED_S
    while not true():
        assert time.monotonic() < deadline, f"not within {within_s} s"
        time.sleep(0.05)


def test_two_processes_share_one_engine_and_it_ends_after_the_last(root: Path) -> None:
    one, two = client(root, "x:1"), client(root, "x:2")
    server = server_of(root)
    with open_store(root) as store:
        assert store.read(COUNT) == [{"n": 2}]
        assert server_of(root) == server
    end(one)
    time.sleep(2)
    assert server.runs(), "the other process still uses it"
    end(two)
    wait_until(lambda: not server.runs(), 1 + leases.POLL_S + leases.STOP_S)
    wait_until(lambda: not server.is_watched(), 10)
    assert not (root / "server.json").exists()


def test_the_engine_ends_when_its_clients_are_killed(root: Path) -> None:
    one, two = client(root, "x:1"), client(root, "x:2")
    server = server_of(root)
    for process in (one, two):
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
    wait_until(lambda: not server.runs(), 1 + leases.POLL_S + leases.STOP_S)
    assert not has_live_lease(root)


def test_the_engine_ends_when_its_client_is_killed_while_it_starts(root: Path) -> None:
    """At any moment: before it is known, while Java starts, when it listens."""
    for moment_s in (0.0, 0.01, 0.3, 1.0):
        process = subprocess.Popen([sys.executable, "-c", CLIENT, str(root), "x:1"], stdin=subprocess.PIPE)
        wait_until((root / "launch.args").exists, 30)
        time.sleep(moment_s)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        wait_until(lambda: not with_argument(f"@{root / 'launch.args'}"), 1 + leases.POLL_S + leases.STOP_S)
        wait_until(lambda: not with_argument(str(root)), 10)  # the watcher
        (root / "launch.args").unlink()


def test_no_engine_outlives_its_last_client_by_a_minute() -> None:
    assert leases.LINGER_S + leases.POLL_S + leases.STOP_S <= 60 - 2  # a forced end takes up to two seconds more
    assert leases.linger_s() <= leases.LINGER_S


@pytest.mark.parametrize(("text", "seconds"), [("0.5", 0.5), ("900", 35.0), ("-1", 0.0), ("soon", 35.0)])
def test_lingering_can_only_be_made_shorter(text: str, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTRIGRAPH_LINGER_S", text)
    assert leases.linger_s() == seconds


def test_what_was_acknowledged_survives_a_killed_engine(root: Path) -> None:
    with open_store(root) as store:
        store.write_nodes("Account", ({"id": f"x:{i}"} for i in range(500)))
        server = server_of(root)
        os.kill(server.pid, signal.SIGKILL)
    wait_until(lambda: not server.runs(), 5)
    with open_store(root) as store:  # server.json still names the dead one
        assert store.read(COUNT) == [{"n": 500}]
        assert server_of(root).pid != server.pid


def test_an_engine_lost_in_the_middle_is_explained(root: Path) -> None:
    with open_store(root) as store:
        os.kill(server_of(root).pid, signal.SIGKILL)
        with pytest.raises(
            EngineUnavailable, match=r"stopped while it was used; .*engine\.log says why. Run the command"
        ):
            store.read(COUNT)


def test_a_lost_watcher_is_replaced(root: Path) -> None:
    with open_store(root):
        first = server_of(root)
        os.kill(first.watcher_pid, signal.SIGKILL)
        wait_until(lambda: not first.is_watched(), 5)
        with open_store(root):
            second = server_of(root)
    assert second.pid == first.pid and second.watcher_pid != first.watcher_pid
    wait_until(lambda: not second.runs(), 1 + leases.POLL_S + leases.STOP_S)


@pytest.mark.parametrize("removed", ["server.json", "."])
def test_the_engine_ends_when_its_folder_is_removed(removed: str, root: Path) -> None:
    """The whole of it, or only a part: the engine still writes into a folder that is being removed."""
    with open_store(root):
        server = server_of(root)
        time.sleep(0.5)  # the watcher looks once
    if removed == ".":
        shutil.rmtree(root, ignore_errors=True)
    else:
        (root / removed).unlink()
    wait_until(lambda: not server.runs(), leases.POLL_S + leases.STOP_S)


def test_an_engine_in_use_stays_when_its_server_json_is_gone(root: Path) -> None:
    with open_store(root) as store:
        server = server_of(root)
        time.sleep(0.5)  # the watcher looks once
        (root / "server.json").unlink()
        time.sleep(leases.POLL_S + 1)
        assert store.read(COUNT) == [{"n": 0}]
    wait_until(lambda: not server.runs() and not server.is_watched(), leases.POLL_S + leases.STOP_S)


def test_the_engine_ends_when_its_folder_is_removed_before_it_is_watched(root: Path) -> None:
    with open_store(root):
        server = server_of(root)
        os.kill(server.watcher_pid, signal.SIGKILL)
    shutil.rmtree(root, ignore_errors=True)
    watch(root, 0)
    assert not server.runs()


def test_files_left_by_a_crash_are_recognised(tmp_path: Path) -> None:
    me, began = os.getpid(), start_time(os.getpid()) or ""
    for pid, started, boot in (
        (me, "another start", boot_id()),
        (me, began, "another boot"),
        (2**22 + 1, "1", boot_id()),
    ):
        leases.write_server(tmp_path, Server(pid, started, 7687, boot))
        assert read_server(tmp_path) is None
    (tmp_path / "server.json").write_text('{"pid": 1')
    assert read_server(tmp_path) is None
    lease = take_lease(tmp_path)
    assert has_live_lease(tmp_path)
    lease.write_text(json.dumps({"pid": me, "started": "another start", "boot": boot_id()}))
    assert not has_live_lease(tmp_path) and not lease.exists()


def test_it_listens_on_this_machine_only_and_hides_its_passwords(root: Path) -> None:
    with open_store(root):
        server = server_of(root)
        passwords = [java.password(root, user) for user in (java.ROOT_USER, java.READER)]
        command = Path(f"/proc/{server.pid}/cmdline").read_text()
        assert not [p for p in passwords if p in command or p in (root / "engine.log").read_text()]
        for secret in (*root.glob("*.password"), root / "launch.args", root / "server.json"):
            assert stat.S_IMODE(secret.stat().st_mode) == 0o600, secret
        assert stat.S_IMODE(root.stat().st_mode) == 0o700
        listening = _listening(server.pid)
        assert server.port in {port for _, port in listening}
        assert {address for address, _ in listening} == {"127.0.0.1"}


def _listening(pid: int) -> set[tuple[str, int]]:
    """Addresses and ports a process of this Linux machine listens on."""
    inodes = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        target = str(descriptor.readlink()) if descriptor.is_symlink() else ""
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                address, port = fields[1].split(":")
                number = bytes.fromhex(address)[-4:][::-1]
                found.add((socket.inet_ntoa(number), int(port, 16)))
    return found


def test_the_start_cache_is_made_by_the_first_engine(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTRIGRAPH_CACHE", str(tmp_path / "cache"))
    cache = java.start_cache(java.installation())
    with open_store(root):
        assert f"-XX:AOTCacheOutput={cache.path}" in (root / "launch.args").read_text()
    embedded.stop(root)
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [cache.path.name]
    with open_store(root):
        assert f"-XX:AOTCache={cache.path}" in (root / "launch.args").read_text()
        assert "[aot]" not in (root / "engine.log").read_text(), "the cache fits"


@pytest.mark.parametrize("whole", [True, False])
def test_nothing_is_left_of_a_recording(whole: bool, tmp_path: Path) -> None:
    part = tmp_path / "engine-1.aot.cafe.part"
    for path in (part, tmp_path / f"{part.name}.config"):
        path.write_bytes(b"noted")
    keep_recording(part, whole=whole)
    assert [path.name for path in tmp_path.iterdir()] == (["engine-1.aot"] if whole else [])
    keep_recording(part, whole=True)  # Java wrote none


def test_no_recording_is_left_when_the_folder_is_removed(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTRIGRAPH_CACHE", str(tmp_path / "cache"))
    with open_store(root):
        server = server_of(root)
        time.sleep(0.5)  # the watcher looks once
    shutil.rmtree(root, ignore_errors=True)
    wait_until(lambda: not server.runs() and not server.is_watched(), leases.POLL_S + leases.STOP_S)
    assert not list((tmp_path / "cache").glob("*.part*"))


def test_a_broken_start_cache_does_no_harm(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTRIGRAPH_CACHE", str(tmp_path / "cache"))
    cache = java.start_cache(java.installation())
    cache.path.parent.mkdir()
    cache.path.write_bytes(b"no cache")
    with open_store(root) as store:
        assert store.read(COUNT) == [{"n": 0}]


def test_old_start_caches_make_room_for_a_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTRIGRAPH_CACHE", str(tmp_path))
    for age in range(5):
        (tmp_path / f"engine-{age}.aot").touch()
        os.utime(tmp_path / f"engine-{age}.aot", (0, 1_000_000 - age))
    java.StartCache(tmp_path / "engine-4.aot").mark_used()
    assert java.start_cache(java.installation()).new_recording() is not None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["engine-0.aot", "engine-1.aot", "engine-4.aot"]


def test_another_heap_needs_another_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = set()
    for heap in ("500", "600"):
        monkeypatch.setenv("ATTRIGRAPH_HEAP_MB", heap)
        paths.add(java.start_cache(java.installation()).path)
    assert len(paths) == 2


def test_a_taken_port_is_explained(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("ATTRIGRAPH_BOLT_PORT", str(port))
        with pytest.raises(
            EngineUnavailable, match=f"Port {port} is used by another program. Set ATTRIGRAPH_BOLT_PORT"
        ):
            _open(root)
    with open_store(root):
        assert server_of(root).port == port
    monkeypatch.setenv("ATTRIGRAPH_BOLT_PORT", "bolt")
    embedded.stop(root)
    with pytest.raises(EngineUnavailable, match=r"ATTRIGRAPH_BOLT_PORT is 'bolt'"):
        _open(root)


def test_missing_java_is_explained(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "arcadedb_embedded"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    java.installation.cache_clear()
    try:
        with pytest.raises(EngineUnavailable, match=r"java is missing. Reinstall it with: .* or set NEO4J_URI"):
            _open(root)
        assert "java is missing" in dict(engine_facts(None))["embedded engine"]
        monkeypatch.setattr(java, "_PACKAGES", ("no_such_engine",))
        java.installation.cache_clear()
        with pytest.raises(EngineUnavailable, match=r"not installed. Install it with: python -m pip install"):
            _open(root)
    finally:
        monkeypatch.undo()
        java.installation.cache_clear()


def test_a_full_disk_is_explained(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "ROOM_MB", 2**40)
    with pytest.raises(EngineUnavailable, match=r"No room is left on the disk of .*graph. Free some room"):
        _open(root)


def test_a_damaged_folder_is_explained(root: Path, prepared: Path) -> None:
    shutil.copytree(prepared, root)
    shutil.rmtree(root / "databases" / "attr")
    (root / "databases" / "attr").write_text("not a folder")
    with pytest.raises(EngineError, match=r"The graph in .* is damaged .* attrigraph rebuild"):
        _open(root)
    embedded.discard(root)
    assert not root.exists()
    _open(root)


def test_damaged_pages_are_noticed(root: Path, prepared: Path) -> None:
    shutil.copytree(prepared, root)
    for dictionary in (root / "databases" / "attr").glob("dictionary*"):
        dictionary.write_bytes(b"x" * 100)
    with pytest.raises(EngineError, match=r"The graph is damaged"):
        _open(root)


def test_lost_passwords_are_made_again(root: Path, prepared: Path) -> None:
    shutil.copytree(prepared, root)
    for password in root.glob("*.password"):
        password.unlink()
    with open_store(root) as store:
        assert store.read_only("MATCH (a:Account) RETURN a.id AS id", {}).rows == [("x:1",)]


def test_a_file_in_the_way_is_explained(tmp_path: Path) -> None:
    (tmp_path / "graph").write_text("not a folder")
    with pytest.raises(EngineUnavailable, match=r"cannot be written"):
        _open(tmp_path / "graph")


def test_an_engine_that_says_nothing_is_given_up(root: Path) -> None:
    with pytest.raises(EngineUnavailable, match=r"did not answer within 0 s: .* \(the whole log: "):
        _open(root, wait_s=0.01)
    assert read_server(root) is None


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        ("java.io.IOException: No space left on device", "No room is left"),
        ("java.net.BindException: Address already in use", "port is used by another program"),
        ("LockException: Database is locked by another process", "Another program has the graph"),
        ("Error: Could not reserve enough space for object heap", "not enough memory"),
        ("java.io.FileNotFoundException: x (Permission denied)", "check who owns them"),
        ("", "ended at once: its log is empty"),
    ],
)
def test_the_log_of_a_failed_start_becomes_a_sentence(log: str, sentence: str, tmp_path: Path) -> None:
    assert sentence in str(embedded._why_not(tmp_path, log, runs=False, wait_s=60))


def test_a_second_engine_on_one_folder_is_refused(root: Path, tmp_path: Path) -> None:
    with open_store(root) as store:
        store.write_nodes("Account", [{"id": "x:1"}])
        (root / "server.json").rename(tmp_path / "server.json")  # as if another machine had started it
        with pytest.raises(EngineUnavailable, match=r"Another program has the graph"):
            _open(root)
        (tmp_path / "server.json").rename(root / "server.json")
        assert store.read(COUNT) == [{"n": 1}]


def _open(root: Path, server: Neo4jServer | None = None, wait_s: float = 60) -> None:
    with open_store(root, server, wait_s=wait_s):
        pass


@pytest.fixture
def engine_of_the_session(request: pytest.FixtureRequest) -> Engine:
    """For what does not depend on how an engine is started."""
    return request.getfixturevalue("embedded")


# ---- servers the user names


def test_a_wrong_password_is_explained(neo4j_server: Engine) -> None:
    server = neo4j_server.server
    assert server
    wrong = server.model_copy(update={"password": SecretStr("wrong")})
    with pytest.raises(WrongPassword, match=r"refused user 'neo4j' or the password. Check NEO4J_USERNAME"):
        _open(Path("unused"), wrong)


def test_a_missing_database_is_explained(neo4j_server: Engine) -> None:
    server = neo4j_server.server
    assert server
    with pytest.raises(EngineUnavailable, match=r"no database 'absent'. Create it there, or set NEO4J_DATABASE"):
        _open(Path("unused"), server.model_copy(update={"database": "absent"}))


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("bolt://127.0.0.1:1", "cannot be reached .* Start the server and check NEO4J_URI"),
        ("http://127.0.0.1:7474", "is not an address of a Neo4j server .* something like bolt://"),
        ("no address", "is not an address of a Neo4j server"),
    ],
)
def test_an_unreachable_server_is_explained(uri: str, message: str) -> None:
    with pytest.raises(EngineUnavailable, match=message), open_store(Path("unused"), Neo4jServer(uri=uri)):
        pass
    assert uri in dict(engine_facts(Neo4jServer(uri=uri)))["Neo4j server"]


def test_an_old_server_is_refused(engine_of_the_session: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "OLDEST", (99, 0))
    with pytest.raises(EngineTooOld, match=r"is Neo4j 5\.26\.\d+; attrigraph needs"):
        _open(engine_of_the_session.root)


@pytest.mark.parametrize(
    ("agent", "version"),
    [
        ("Neo4j/5.26.12", (5, 26, 12)),
        ("Neo4j/2026.08.1", (2026, 8, 1)),
        ("Neo4j/4.4-dev", (4, 4)),
        ("Memgraph", (0, 0)),
    ],
)
def test_versions_are_read(agent: str, version: tuple[int, ...]) -> None:
    assert server_version(agent) == version


def test_the_reader_may_not_write_whatever_it_sends(engine_of_the_session: Engine) -> None:
    """The user itself, without the looks of the gate."""
    with embedded.embedded_engine(engine_of_the_session.root) as found, connect(found, reader=True) as reader:
        assert isinstance(found, Endpoint) and "password" not in repr(found)
        with connection.explained(found), pytest.raises((AttrigraphError, Exception)) as refused:
            reader.execute_query("CREATE (a:Account {id: 'x:1'})", database_=found.database)
    assert not isinstance(refused.value, QueryRefused) and "not allowed" in str(refused.value)
