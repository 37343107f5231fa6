"""Windows and groups as a user works: from files, in Python and on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cases import case_on
from commands import run_cli, run_process
from conftest import Engine

import attrigraph as ag
from attrigraph.errors import InputError

ACCOUNTS = """\
account_id,platform,handle,location,observed_at
1,x,porto_daily,"Porto, Portugal",2025-01-10T00:00:00Z
1,x,kiwi_truth,"Auckland, New Zealand",2025-05-05T00:00:00Z
2,x,harbour_two,"Auckland, New Zealand",2025-05-05T00:00:00Z
3,x,harbour_three,,
"""
LABELS = """\
account_id,platform,territory,basis,labelled_by
2,x,New Zealand,court,somebody
3,x,Portugal,court,somebody
3,x,New Zealand,court,somebody else
"""
DEVICES = """\
account_id,platform,kind,value,first_seen,last_seen
1,x,device,abc-123,2025-05-01T00:00:00Z,2025-05-20T00:00:00Z
2,x,device,abc-123,2025-05-01T00:00:00Z,2025-05-20T00:00:00Z
"""


def logins() -> str:
    """Account 1 from Portugal in January, from New Zealand in May; account 2 from New Zealand in May."""
    rows = ["account_id,platform,at,ip,kind"]
    for day in range(1, 13):
        rows.append(f"1,x,2025-01-{day:02d}T20:15:00Z,85.240.10.{day},login")
        rows.append(f"1,x,2025-05-{day:02d}T08:15:00Z,121.98.10.{day},login")
        rows.append(f"2,x,2025-05-{day:02d}T08:45:00Z,121.98.20.{day},login")
    return "\n".join([*rows, ""])


@pytest.fixture(scope="module")
def case(embedded: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ag.Case]:
    """The case, inferred with windows; read by every test here."""
    folder = tmp_path_factory.mktemp("windows")
    texts = {"accounts": ACCOUNTS, "devices": DEVICES, "logins": logins(), "labels": LABELS}
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, case_on(embedded, folder / "case", patch) as made:
        made.load(*(folder / f"{name}.csv" for name in texts))
        made.infer(windows=True)
        yield made


def test_an_account_that_changed_is_told_over_time(case: ag.Case) -> None:
    found = case.windows("kiwi_truth")
    assert [(w.window.run, w.assessment.top, w.window.opened_by) for w in found] == [
        ("r1/1", "PT", ()),
        ("r1/2", "NZ", ("handle", "silence")),
    ]
    assert {a.account: a.top for a in case.assessments_now()}["x:1"] == "NZ"
    assert case.run_ids() == ["r1"]
    assert case.read_run("r1").windows == ["r1/1", "r1/2"]
    assert case.explain("x:1", "r1/1").assessment.top == "PT"
    assert case.verify().sound


def test_windows_and_groups_on_the_command_line(case: ag.Case) -> None:
    where = ("--case", str(case.folder.root))
    shown = run_process("windows", "x:1", "--format", "json", *where)
    assert [row["run"] for row in json.loads(shown.stdout)] == ["r1/1", "r1/2"], shown.stderr
    assert "handle, silence" in run_cli("windows", *where).stdout
    group = run_process("group", "pair", "1", "harbour_two", "--keep", "--now", *where)
    assert "Group pair: 2 accounts, run r1, each account as it is now" in group.stdout, group.stderr
    assert "New Zealand" in group.stdout
    assert "untested rule" in group.stdout
    assert "pair" in run_cli("group", *where).stdout
    refused = run_cli("group", "nobody", *where)
    assert (refused.returncode, "There is no group 'nobody'" in refused.stderr) == (1, True)


def test_a_group_that_was_kept_is_there_again(case: ag.Case) -> None:
    case.keep_group("both", ["x:1", "harbour_two"])
    assert ag.Case.open(case.folder.root).settings.groups["both"] == ["x:1", "x:2"]
    found = case.group("both")
    assert found.accounts == ("x:1", "x:2")
    assert sum(c.accounts for c in found.supported) + found.abstentions == 2
    assert case.groups()["both"] == 2
    assert case.custody.entries("grouped")[-1].data == {"name": "both", "accounts": 2}
    with pytest.raises(InputError, match="no name for a group"):
        case.keep_group("a b", ["x:1", "x:2"])


def test_windows_are_exported(case: ag.Case, tmp_path: Path) -> None:
    assert case.export("windows", tmp_path / "windows.csv") == 2
    header, first, _ = (tmp_path / "windows.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("account,run,window,starts,ends,first_at,last_at,rows,opened_by,now,outcome")
    assert first.startswith("x:1,r1/1,1,,2025-05-01T08:15:00+00:00,2025-01-01T20:15:00+00:00,")


def test_labels_are_told_when_asked_and_such_a_run_is_not_judged_by_them(case: ag.Case) -> None:
    run = case.infer(labels=True)
    assert run.counts["labelled accounts that tell others"] == 1
    assert run.skipped["labels that contradict each other, of x:3"] == 1
    with pytest.raises(InputError, match="was told the labels"):
        case.evaluate(run.id)
