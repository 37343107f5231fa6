"""The custody log: what it records, and that a change in it is found."""

import json
from pathlib import Path

import pytest

from attrigraph.custody import Custody
from attrigraph.errors import CaseDamaged


@pytest.fixture
def log(tmp_path: Path) -> Custody:
    custody = Custody(tmp_path / "custody.jsonl")
    custody.append("created", question="where from?")
    custody.append("loaded", source="0123456789abcdef", loaded=3, rejected=1)
    custody.append("inferred", run="r1")
    return custody


def test_entries_are_numbered_and_chained(log: Custody) -> None:
    first, second, third = log.entries()
    assert [e.seq for e in (first, second, third)] == [1, 2, 3]
    assert (first.previous, second.previous, third.previous) == ("0" * 64, first.hash, second.hash)
    assert second.data == {"source": "0123456789abcdef", "loaded": 3, "rejected": 1}
    assert [e.event for e in log.entries("loaded")] == ["loaded"]
    assert log.head() == third.hash
    assert log.check() == []


def test_a_changed_entry_is_named(log: Custody) -> None:
    log.path.write_text(log.path.read_text().replace('"rejected":1', '"rejected":0'))
    assert log.check() == ["custody line 2: the entry was changed after it was written"]


def test_a_removed_entry_is_noticed(log: Custody) -> None:
    lines = log.path.read_text().splitlines(keepends=True)
    log.path.write_text(lines[0] + lines[2])
    assert log.check() == ["custody line 3: the entry before it is missing or was changed"]


def test_a_line_cut_off_by_a_crash_is_set_aside(log: Custody) -> None:
    whole = log.path.read_bytes()
    log.path.write_bytes(whole + b'{"seq":4,"at":"20')
    assert len(log.entries()) == 3
    log.append("briefed", file="b.html")
    assert [e.event for e in log.entries()] == ["created", "loaded", "inferred", "briefed"]
    assert log.check() == []
    assert log.path.with_suffix(".cut").read_bytes() == b'{"seq":4,"at":"20'


def test_a_line_that_is_no_entry_is_one_sentence(log: Custody) -> None:
    log.path.write_text(json.dumps({"a": 1}) + "\n" + log.path.read_text())
    with pytest.raises(CaseDamaged, match=r"line 1 is not a custody entry .* Restore the file from a copy\."):
        log.entries()
