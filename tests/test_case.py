"""A case from files to a brief, as a user works: in Python and on the command line, on both engines."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cases import case_on
from commands import named_server, run_cli, run_process
from conftest import Engine
from harbour import write_files

import attrigraph as ag
from attrigraph.errors import CaseError, InputError, NotAssessed
from attrigraph.grouping import group_rows
from attrigraph.inference.ranges import under_share
from attrigraph.inference.records import Belief


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    return write_files(tmp_path)


@pytest.fixture
def case(engines: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ag.Case]:
    """An empty case on each engine."""
    with case_on(engines, tmp_path / "harbour", monkeypatch, question="Where from?") as made:
        yield made


def test_from_files_to_answers(case: ag.Case, files: dict[str, Path]) -> None:
    reports = case.load(*files.values())
    assert {r.name: (r.records, r.loaded, r.rejected) for r in reports} == {
        "accounts.csv": (4, 3, 1),
        "devices.csv": (2, 2, 0),
        "claims.csv": (3, 3, 0),
        "logins.csv": (41, 40, 1),
    }
    assert reports[0].reasons == {"account_id: missing": 1}
    assert reports[0].unread_cells == {"created_at: a time without a zone": 1}
    run = case.infer()
    assert run.calibration == "uncalibrated v0"
    assert (run.id, run.accounts) == ("r1", 3)
    found = {a.account: a for a in case.assessments()}
    assert (found["x:1"].outcome, found["x:1"].top) == ("supported", "PT")
    assert (found["x:3"].outcome, found["x:3"].confidence) == ("insufficient", None)
    assert found["x:1"].confidence != "high", "no VPN, hosting and Tor lists were given"
    explained = case.explain("harbour_one")
    assert explained.account == "x:1"
    assert "operated from" in explained._repr_html_()
    rows = case.source_rows(explained)
    assert {row.file for row in rows} >= {"accounts.csv", "logins.csv"}
    assert case.verify().sound


def test_loading_twice_changes_nothing(case: ag.Case, files: dict[str, Path]) -> None:
    case.load(*files.values())
    before, custody = case.store.counts(), len(case.custody.entries())
    again = case.load(*files.values())
    assert all(r.unchanged for r in again)
    assert (case.store.counts(), len(case.custody.entries())) == (before, custody)


def test_rebuild_gives_the_same_graph_and_the_same_answers(case: ag.Case, files: dict[str, Path]) -> None:
    case.load(*files.values())
    case.infer()
    answers = [(a.account, a.outcome, a.top, round(a.p, 12)) for a in case.assessments()]
    case.rebuild()
    with pytest.raises(NotAssessed):
        case.assessments()
    case.infer()
    assert [(a.account, a.outcome, a.top, round(a.p, 12)) for a in case.assessments()] == answers
    assert case.verify().sound


def test_verify_names_what_was_changed(case: ag.Case, files: dict[str, Path]) -> None:
    case.load(*files.values())
    (parquet,) = (case.folder.observations / "claims").glob("*.parquet")
    parquet.write_bytes(parquet.read_bytes() + b"x")
    wrong = {c.name: c.detail for c in case.verify().checks if not c.sound}
    assert wrong["files"] == (
        f"observations/claims/{parquet.name} of claims.csv was changed after it was loaded; restore it from a copy"
    )
    assert wrong["graph"].startswith("not compared with the observations")


def test_answers_before_a_run_say_what_to_do(case: ag.Case, files: dict[str, Path]) -> None:
    case.load(files["accounts"])
    with pytest.raises(NotAssessed, match="attrigraph infer"):
        case.assessments()


def test_an_unknown_account_is_one_sentence(case: ag.Case, files: dict[str, Path]) -> None:
    case.load(files["accounts"])
    with pytest.raises(InputError, match="No account 'nobody' in this case"):
        case.find_account("nobody")


def test_a_folder_that_is_no_case_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="is not a case"):
        ag.Case.open(tmp_path)


def test_the_command_line_from_files_to_a_brief(files: dict[str, Path], tmp_path: Path) -> None:
    root = tmp_path / "harbour"
    assert run_process("init", str(root), "--question", "Where from?").returncode == 0
    dry = run_cli("load", str(files["logins"]), "--dry-run", cwd=root)
    assert dry.returncode == 0
    assert "300.1.2.3" in dry.stdout
    assert not list((root / "observations").rglob("*.parquet"))
    loaded = run_cli("load", *map(str, files.values()), cwd=root)
    assert "41 records = 40 loaded + 1 rejected" in loaded.stdout, loaded.stderr
    inferred = run_cli("infer", "--preset", "benign", "--format", "json", cwd=root)
    record = json.loads(inferred.stdout)
    assert sum(row["accounts"] for row in record["outcomes"]) == record["accounts"] == 3
    assert (record["run"], record["prior_mix"], record["deceivers"]) == ("r1", "case", 0.05)
    assert (record["calibration"], record["weights"]) == ("uncalibrated v0", "v0")
    assert record["skipped"] == {"activity_hours: accounts whose times look scheduled": 2}  # all on a full quarter
    explained = run_cli("explain", "harbour_one", cwd=root)
    assert "operated from" in explained.stdout
    assert "Portugal" in explained.stdout
    assert "assumed share deceiving 0.05" in explained.stdout
    assert max(map(len, explained.stdout.splitlines())) <= 104
    listed = run_cli("query", "run", "accounts-on-one-device", "--min-accounts", "2", "--format", "csv", cwd=root)
    assert listed.returncode == 0, listed.stderr
    assert run_cli("brief", cwd=root).returncode == 0
    assert run_process("verify", cwd=root).stdout.startswith("The case is sound")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("load", "absent.csv"), "absent.csv does not exist"),
        (("explain", "x:1"), "No account"),
        (("infer", "--prior", "nonsense"), "nonsense"),
        (("infer", "--window-at", "foo"), "'foo' is no date. Give year, month and day"),
        (("infer", "--window-at", "2999-01-01"), "2999-01-01 lies in the future"),
        (("query", "run", "no-such-query"), "no-such-query"),
        (("query", "run", "accounts-on-one-device", "--min-accounts", "many"), "many"),
        (("figure", "waterfall"), "about one account"),
        (("export", "beliefs", "beliefs.csv"), "attrigraph infer"),
        (("enrich", "--mmdb", "case.toml"), "case.toml"),
        (("enrich", "--list", "spies=case.toml"), "spies"),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_status_1(empty_case: Path, words: tuple[str, ...], says: str) -> None:
    done = run_cli(*words, cwd=empty_case)
    assert done.returncode == 1, done.stdout
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.fixture(scope="module")
def empty_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("cases") / "empty"
    assert run_cli("init", str(root)).returncode == 0
    return root


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"NEO4J_URI": "bolt://127.0.0.1:9"}, "127.0.0.1:9"),
        ({"NEO4J_URI": "nonsense"}, "nonsense"),
    ],
)
def test_a_server_that_is_not_there_is_one_sentence(empty_case: Path, environment: dict[str, str], says: str) -> None:
    done = run_process("infer", cwd=empty_case, **environment)
    assert done.returncode == 1
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_usage_errors_have_status_2(empty_case: Path) -> None:
    assert run_process("infer", "--preset", "wild", cwd=empty_case).returncode == 2
    assert run_cli("load", "--map", "nonsense", "a.csv", cwd=empty_case).returncode == 2


def test_a_damaged_case_is_one_sentence(empty_case: Path, tmp_path: Path) -> None:
    root = tmp_path / "damaged"
    shutil.copytree(empty_case, root, ignore=shutil.ignore_patterns("graph"))
    (root / "custody.jsonl").write_text("not json\n")
    done = run_cli("sources", cwd=root)
    assert (done.returncode, "line 1 is not a custody entry" in done.stderr) == (1, True)
    (root / "case.toml").write_text("question = [")
    done = run_cli("sources", cwd=root)
    assert (done.returncode, "case.toml cannot be read" in done.stderr) == (1, True)


def test_a_file_that_is_something_else_is_one_sentence(empty_case: Path, tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    sqlite3.connect(path).execute("CREATE TABLE t (a)").connection.close()
    done = run_cli("load", str(path), cwd=empty_case)
    assert done.returncode == 1
    assert "notes.db" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_answer_under_another_share_is_what_a_run_with_it_gives(case: ag.Case, files: dict[str, Path]) -> None:
    case.load(*files.values())
    first, second = case.infer(deceivers=0.2), case.infer(deceivers=0.4)
    before, after = by_account(case.beliefs(first.id)), by_account(case.beliefs(second.id))
    for account, beliefs in before.items():
        for run, expected in ((first, beliefs), (second, after[account])):
            found = under_share(beliefs, first.deceivers, run.deceivers)
            assert found == pytest.approx({b.territory: b.p for b in expected}, abs=1e-9)


def by_account(beliefs: list[Belief]) -> dict[str, list[Belief]]:
    return {a: [b for b in beliefs if b.account == a] for a in {b.account for b in beliefs}}


def test_kept_sets_and_clusters_are_listed_and_assessed(case: ag.Case, files: dict[str, Path]) -> None:
    case.load(*files.values())
    case.keep_group("kept", ["x:1", "x:3"])
    span = {"first_at": datetime(2025, 1, 1, tzinfo=UTC), "last_at": datetime(2025, 2, 1, tzinfo=UTC)}
    tested = {"e_value": 31.5, "significant": True}
    case.store.write_nodes("Cluster", [{"id": "l1/c1", "run": "l1"} | span | tested])
    members = [{"start": f"x:{n}", "end": "l1/c1", "run": "l1"} for n in (1, 2, 3)]
    case.store.write_relationships("MEMBER_OF", "Account", "Cluster", members)
    assert group_rows(case)[0] == {"group": "kept", "accounts": 2, "from": None, "to": None}

    case.infer()
    none = {"contested": 0, "insufficient": 1, "not_assessed": 0}
    assert group_rows(case) == [
        {"group": "kept", "accounts": 2, "from": None, "to": None, "territories": "PT 1", "supported": 1} | none,
        {"group": "l1/c1", "accounts": 3, "from": span["first_at"], "to": span["last_at"], "territories": "PT 2"}
        | {"supported": 2}
        | tested
        | none,
    ]
    assert case.groups() == {"kept": 2, "l1/c1": 3}
    found = case.group("l1/c1")
    assert (found.accounts, found.abstentions) == (("x:1", "x:2", "x:3"), 1)
    assert [(c.territory, c.accounts) for c in found.supported] == [("PT", 2)]
    with pytest.raises(InputError, match="There are: kept, l1/c1"):
        case.group("l1/c2")
    where = ("--case", str(case.folder.root))
    server = named_server()
    listed = run_process("group", "--format", "csv", *where, **server).stdout.splitlines()
    assert listed[-1] == "l1/c1,3,31.5,yes,2025-01-01 00:00:00Z,2025-02-01 00:00:00Z,PT 2,2,0,1,0"
    assert "l1/c1: 3 accounts, run r1" in run_cli("group", "l1/c1", *where, **server).stdout
