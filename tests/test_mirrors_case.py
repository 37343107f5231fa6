"""Mirrors of a case as a user works: searched, kept, shown, in the graph; a clone tells its victim no country."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cases import case_on
from conftest import Engine
from rich.console import Console
from typer.testing import CliRunner

import attrigraph as ag
from attrigraph.cli.app import app
from attrigraph.errors import InputError, NotAssessed
from attrigraph.links.mirrors.explained import explanation_of
from attrigraph.mirror_view import MirrorView, lag_words
from attrigraph.mirroring import mirror_of, mirror_runs
from attrigraph.viz.figure import words
from attrigraph.viz.figure_waterfall import waterfall
from tests.mirror_profiles import BIO, account, posts, strangers, used

FACE = "a1b2c3d4e5f60718"
TIDES = [f"the tide table of harbour basin number {n} is out" for n in range(12)]
ICE = [f"the ice report of harbour basin number {n} is out" for n in range(12)]
PAUL: dict[str, Any] = {"display_name": "Paul Smith", "bio": BIO, "image_hash": FACE}
QUAY = "ships and pilots and the news from the quay every morning"
ACCOUNTS = [
    account("1", "paul_smith", days=0, followers=9000, **PAUL),
    account("2", "Pаu1smith84", days=120, followers=4, **PAUL),
    account("3", "harbour_talk", display_name="Jo Quay", bio=QUAY, days=3, followers=50),
    account("4", "harbor.talks", display_name="Jo Quay", bio=QUAY, days=5, followers=70),
    *strangers(),
]
POSTS = [*posts("1", *TIDES), *posts("2", *TIDES, at=7200), *posts("3", *ICE), *posts("4", *ICE, at=30)]


def write(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    columns = sorted({name for row in rows for name in row})
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, columns)
        out.writeheader()
        out.writerows({k: v.isoformat() if isinstance(v, datetime) else v for k, v in row.items()} for row in rows)
    return path


@pytest.fixture
def case(engines: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ag.Case]:
    """A loaded case on each engine."""
    logins = [
        {"account_id": f"x:{i}", "platform": "x", "at": f"2026-01-{day:02d}T20:15:00Z", "ip": f"{net}.10.{day}"}
        for i, net in (("2", "85.240"), ("1", "121.98"))
        for day in range(1, 13)
    ]
    files = {"accounts": ACCOUNTS, "posts": POSTS, "identifiers": used("device", "d-77", "3", "4"), "logins": logins}
    with case_on(engines, tmp_path / "case", monkeypatch) as made:
        made.load(*(write(tmp_path / f"{name}.csv", rows) for name, rows in files.items()))
        yield made


def edges(case: ag.Case) -> list[tuple[str, str, str, str]]:
    text = "MATCH (a:Account)-[m:MIRRORS]->(b:Account) RETURN a.id, m.rule, b.id, m.run ORDER BY a.id, m.run"
    return [tuple(row) for row in case.store.read_only(text, {}).rows]  # type: ignore[misc]


def beliefs(case: ag.Case, run: str) -> dict[tuple[str, str], tuple[float, ...]]:
    """Rounded to twelve digits: sums in another order differ in the last of sixteen."""
    return {
        (b.account, b.territory): tuple(round(x, 12) for x in (b.p, b.own, b.told, b.infra, b.deceivers))
        for b in case.beliefs(run)
    }


def test_a_clone_passes_its_victim_no_country(case: ag.Case) -> None:
    """The very same beliefs with and without mirrors, for clone, victim, twins and everybody else."""
    before = case.infer()
    case.find_mirrors()
    assert edges(case) == [("x:2", "clone_of", "x:1", "m1"), ("x:3", "twin", "x:4", "m1")]
    after = case.infer()
    assert beliefs(case, after.id) == beliefs(case, before.id)
    tops = {a.account: a.top for a in case.assessments()}
    assert (tops["x:2"], tops["x:1"]) == ("PT", "NZ")


def test_kept_results_survive_and_are_checked(case: ag.Case) -> None:
    with pytest.raises(NotAssessed, match="attrigraph mirrors --search"):
        case.mirrors()
    found = case.find_mirrors()
    assert case.mirrors() == found.__class__(**{**vars_of(found), "candidates": case.mirrors().candidates})
    assert case.find_mirrors(large_block=50).run == "m2" and mirror_runs(case.folder) == ["m1", "m2"]
    assert case.mirrors("m1").options.large_block == 200
    entry = case.custody.entries("mirrored")[0].data
    assert (entry["run"], entry["twin"], entry["clone_of"]) == ("m1", 1, 1)
    case.rebuild()
    assert [e[3] for e in edges(case)] == ["m1", "m2", "m1", "m2"]
    assert case.verify().sound
    (case.folder.root / "links" / "m1.json").unlink()
    assert {c.name for c in case.verify().checks if not c.sound} == {"mirrors"}


def vars_of(found: Any) -> dict[str, Any]:
    return {name: getattr(found, name) for name in found.__slots__}


def test_a_search_that_was_stopped_leaves_nothing(case: ag.Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("attrigraph.mirroring._keep", stopped)
        case.find_mirrors()
    with pytest.raises(NotAssessed):
        case.mirrors()
    assert case.find_mirrors().run == "m1"
    assert len(edges(case)) == 2


def test_a_source_taken_out_takes_searches_with_it(case: ag.Case) -> None:
    case.find_mirrors()
    source = next(s["source"] for s in case.sources() if s["name"] == "posts.csv")
    case.remove_source(source, reason="withdrawn")
    assert edges(case) == []
    assert not list(case.folder.links.glob("m1*"))
    (entry,) = case.custody.entries("unlinked")
    assert entry.data == {"run": "m1", "removed": [source]}
    assert case.verify().sound
    with pytest.raises(NotAssessed):
        case.mirrors()
    assert case.find_mirrors().run == "m1"
    assert case.verify().sound
    (case.folder.links / "m1.parquet").write_bytes(b"changed")
    assert {c.name for c in case.verify().checks if not c.sound} == {"mirrors"}


def test_the_investigation_reads_what_was_written(case: ag.Case) -> None:
    case.find_mirrors()
    (twin, clone) = sorted(case.query("mirrors").to_dicts(), key=lambda row: str(row["verdict"]), reverse=True)
    assert (clone["account"], clone["of"], clone["copied"], clone["lag_s"]) == ("x:2", "x:1", 12, 7200.0)
    assert clone["posts"][0] == "2-0" and clone["copies_of"][0] == "1-0"
    assert any("it posts the copied texts later" in reason for reason in clone["reasons"])
    assert (twin["account"], twin["of"]) == ("x:3", "x:4")


def test_the_waterfall_figure_draws_a_decision(case: ag.Case) -> None:
    mirror = mirror_of(case.find_mirrors(), "x:1", "x:2")
    told = explanation_of(mirror, "m1", "uncalibrated v0")
    figure = waterfall(told, label="x:2 and x:1", title="A clone", sub="Nats, from the prior down.")
    found = words(figure)
    assert found.sub == "Nats, from the prior down." and {"name", "content"} <= {row[0] for row in found.table.rows}


def test_the_command(case: ag.Case) -> None:
    run = CliRunner().invoke
    folder = ["--case", str(case.folder.root)]
    first = run(app, ["mirrors", *folder])
    assert first.exit_code == 0 and "Search m1: 34 accounts" in first.output and "clone_of" in first.output
    rows = json.loads(run(app, ["mirrors", "--format", "json", *folder]).output)
    assert [(r["account"], r["verdict"], r["of"]) for r in rows] == [("x:3", "twin", "x:4"), ("x:2", "clone_of", "x:1")]
    assert json.loads(run(app, ["mirrors", "harbour_talk", "--format", "json", *folder]).output)[0]["of"] == "x:4"
    one = json.loads(run(app, ["mirrors", "x:1", "x:2", "--format", "json", *folder]).output)
    assert one["verdict"] == "clone_of" and one["waterfalls"][0]["territory"] == "clone_of"
    csv_rows = run(app, ["mirrors", "x:1", "x:2", "--format", "csv", *folder]).output
    assert csv_rows.startswith("story,kind,label,value")
    case.load(write(case.folder.root.parent / "more.csv", [account("9", "late_comer")]))
    assert "1 sources were loaded after it" in run(app, ["mirrors", *folder]).output
    with pytest.raises(InputError, match="were not compared"):
        mirror_of(case.mirrors(), "x:1", "x:3")


def test_a_pair_in_the_terminal(case: ag.Case) -> None:
    mirror = mirror_of(case.find_mirrors(), "x:1", "x:2")
    console = Console(width=104, force_terminal=False, record=True, file=(case.folder.root / "out.txt").open("w"))
    console.print(MirrorView.of(mirror, "m1", "case", "uncalibrated v0"))
    text = console.export_text()
    console.file.close()
    assert "x:2 is a clone of x:1" in text and "median 2.0 hours later than x:1" in text
    assert "hon./cover" not in text and "picture" in text and "result" in text
    assert (lag_words(-20), lag_words(90), lag_words(200_000)) == (
        "20 seconds earlier",
        "1.5 minutes later",
        "2.3 days later",
    )
